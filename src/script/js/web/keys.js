// Keys of Web Crypto: what they may be used for, and their forms (raw, pkcs8, spki, jwk).

import * as der from './der.js';

const CURVES = { 'P-256': 32, 'P-384': 48, 'P-521': 66, Ed25519: 32, X25519: 32 };
const PAIRS = /^(?:RSA|EC|Ed25519|X25519)/;
const USES = {
  AES: ['encrypt', 'decrypt', 'wrapKey', 'unwrapKey'], 'AES-KW': ['wrapKey', 'unwrapKey'], HMAC: ['sign', 'verify'],
  HKDF: ['deriveKey', 'deriveBits'], PBKDF2: ['deriveKey', 'deriveBits'], 'RSA-OAEP': ['encrypt', 'decrypt', 'wrapKey', 'unwrapKey'],
  ECDH: ['deriveKey', 'deriveBits'], X25519: ['deriveKey', 'deriveBits'],
};
const PRIVATE = new Set(['sign', 'decrypt', 'unwrapKey', 'deriveKey', 'deriveBits']);

/** An error of Web Crypto. */
export function failure(name, message) {
  return Object.assign(new Error(message), { name });
}

/** What a kind of key may be used for. */
export function usesOf(name) {
  return USES[name] ?? USES[name.startsWith('AES') ? 'AES' : ''] ?? ['sign', 'verify'];
}

/** The bytes of a buffer or view. */
export function bytesOf(data) {
  if (data instanceof ArrayBuffer) return new Uint8Array(data.slice(0));
  if (ArrayBuffer.isView(data)) return new Uint8Array(data.buffer, data.byteOffset, data.byteLength).slice();
  throw new TypeError('The "data" argument must be an instance of ArrayBuffer, Buffer, TypedArray, or DataView.');
}

const base64url = (host, bytes) => host.base64Encode(bytes.slice().buffer).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
const unbase64url = (host, text) => new Uint8Array(host.base64Decode(String(text)));
const padded = (bytes, size) => (bytes.length >= size ? bytes : Uint8Array.from([...new Array(size - bytes.length).fill(0), ...bytes]));

/** The name under which a key's form is known: `rsa` or its curve. */
const kindOf = (algorithm) => (algorithm.name.startsWith('RSA') ? 'rsa' : algorithm.namedCurve ?? algorithm.name);

/** Reads a key: `{type, key, point?}`. */
export function readKey(host, format, data, algorithm) {
  try {
    return PAIRS.test(algorithm.name) ? readPair(host, format, data, algorithm) : readSecret(host, format, data);
  } catch (error) {
    if (error.name !== 'Error') throw error;
    throw failure('DataError', 'Invalid keyData');
  }
}

function readSecret(host, format, data) {
  if (format === 'raw') return { type: 'secret', key: bytesOf(data) };
  if (format === 'jwk' && data?.kty === 'oct') return { type: 'secret', key: unbase64url(host, data.k) };
  throw failure(format === 'jwk' ? 'DataError' : 'NotSupportedError', format === 'jwk' ? 'Invalid JWK "kty" Parameter' : `Unable to import a secret key using format ${format}`);
}

function readPair(host, format, data, algorithm) {
  const kind = kindOf(algorithm);
  if (format === 'spki') return { type: 'public', [kind === 'rsa' ? 'key' : 'point']: der.fromSpki(kind, bytesOf(data)) };
  if (format === 'pkcs8') return whole(host, kind, { type: 'private', ...der.fromPkcs8(kind, bytesOf(data)) });
  if (format === 'raw' && kind !== 'rsa') return { type: 'public', point: bytesOf(data) };
  if (format !== 'jwk') throw failure('NotSupportedError', `Unable to import this key using format ${format}`);
  const wanted = kind === 'rsa' ? 'RSA' : /^P-/.test(kind) ? 'EC' : 'OKP';
  if (data?.kty !== wanted) throw failure('DataError', 'Invalid JWK "kty" Parameter');
  const part = (name) => (data[name] === undefined ? undefined : unbase64url(host, data[name]));
  if (kind === 'rsa') {
    const numbers = {};
    for (const name of ['n', 'e', 'd', 'p', 'q', 'dp', 'dq', 'qi']) numbers[name] = part(name);
    return { type: numbers.d ? 'private' : 'public', key: der.rsaKey(numbers) };
  }
  if (data.crv !== kind) throw failure('DataError', 'JWK "crv" does not match the requested algorithm');
  const point = wanted === 'EC' ? Uint8Array.from([4, ...padded(part('x'), CURVES[kind]), ...padded(part('y'), CURVES[kind])]) : part('x');
  return data.d === undefined ? { type: 'public', point } : { type: 'private', key: padded(part('d'), CURVES[kind]), point };
}

// A private key knows its public one.
function whole(host, kind, found) {
  if (kind !== 'rsa') found.point ??= new Uint8Array(host.curvePublic(kind, found.key.slice().buffer));
  return found;
}

/** Writes a key. */
export function writeKey(host, format, algorithm, held, usages) {
  const { type, key, point } = held;
  if (type === 'secret') {
    if (format === 'raw') return key.slice().buffer;
    if (format === 'jwk') return { key_ops: usages, ext: true, kty: 'oct', k: base64url(host, key), alg: secretName(algorithm, key) };
    throw failure('NotSupportedError', `Unable to export a secret key using format ${format}`);
  }
  const kind = kindOf(algorithm);
  const secret = type === 'private';
  if (format === 'pkcs8' && secret) return der.pkcs8(kind, key, point).buffer;
  if (format === 'spki' && !secret) return der.spki(kind, kind === 'rsa' ? key : point).buffer;
  if (format === 'raw' && !secret && kind !== 'rsa') return point.slice().buffer;
  if (format !== 'jwk') throw failure('InvalidAccessError', `Unable to export a ${type} key using format ${format}`);
  const out = { key_ops: usages, ext: true };
  if (kind === 'rsa') {
    const numbers = der.rsaNumbers(key, secret);
    return { ...out, kty: 'RSA', ...mapped(numbers, (bytes) => base64url(host, bytes)), alg: rsaName(algorithm) };
  }
  const size = CURVES[kind];
  const own = /^P-/.test(kind) ? { kty: 'EC', crv: kind, x: point.subarray(1, 1 + size), y: point.subarray(1 + size) } : { kty: 'OKP', crv: kind, x: point };
  if (secret) own.d = key;
  return { ...out, ...mapped(own, (value) => (typeof value === 'string' ? value : base64url(host, value))) };
}

const mapped = (object, change) => Object.fromEntries(Object.entries(object).map(([name, value]) => [name, change(value)]));

function secretName({ name, hash }, key) {
  if (name === 'HMAC') return `HS${hash.name.slice(4)}`;
  return name.startsWith('AES') ? `A${key.length * 8}${name.slice(4)}` : undefined;
}

function rsaName({ name, hash }) {
  const size = hash.name.slice(4);
  return name === 'RSA-OAEP' ? (size === '1' ? 'RSA-OAEP' : `RSA-OAEP-${size}`) : `${name === 'RSA-PSS' ? 'PS' : 'RS'}${size}`;
}

/** The public key's numbers of a private RSA key. */
export function publicOf(held) {
  const { n, e } = der.rsaNumbers(held.key, true);
  return der.rsaKey({ n, e });
}

/** PKCS#8 and SubjectPublicKeyInfo of an RSA key, as the host wants them. */
export const rsaDer = (held) => (held.type === 'private' ? der.pkcs8('rsa', held.key) : der.spki('rsa', held.key)).buffer;

/** The key inside of a generated RSA key. */
export const rsaFromPkcs8 = (bytes) => der.fromPkcs8('rsa', bytes).key;

/** Bits of an RSA key, and its exponent. */
export function rsaFacts(held) {
  const { n, e } = der.rsaNumbers(held.key, held.type === 'private');
  return { modulusLength: n.length * 8, publicExponent: Uint8Array.from(e) };
}

/** Usages that stay for the public and the private half of a pair. */
export function halves(usages) {
  return [usages.filter((use) => !PRIVATE.has(use)), usages.filter((use) => PRIVATE.has(use))];
}
