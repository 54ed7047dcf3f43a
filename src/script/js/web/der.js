// Keys as DER, as far as Web Crypto needs it: PKCS#8 and SubjectPublicKeyInfo of RSA, of elliptic curves, and of Curve25519.

const OIDS = {
  rsa: [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01], ec: [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01],
  'P-256': [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07], 'P-384': [0x2b, 0x81, 0x04, 0x00, 0x22], 'P-521': [0x2b, 0x81, 0x04, 0x00, 0x23],
  Ed25519: [0x2b, 0x65, 0x70], X25519: [0x2b, 0x65, 0x6e],
};

function tlv(tag, ...parts) {
  const size = parts.reduce((sum, part) => sum + part.length, 0);
  const head = size < 128 ? [tag, size] : size < 256 ? [tag, 0x81, size] : [tag, 0x82, size >> 8, size & 255];
  return Uint8Array.from([...head, ...parts.flatMap((part) => [...part])]);
}

const sequence = (...parts) => tlv(0x30, ...parts);
const oid = (name) => tlv(0x06, OIDS[name]);
const octets = (bytes) => tlv(0x04, bytes);
const bits = (bytes) => tlv(0x03, [0], bytes);
const NULL = [0x05, 0x00];
const ZERO = [0x02, 0x01, 0x00];

function integer(bytes) {
  let from = 0;
  while (from < bytes.length - 1 && bytes[from] === 0) from++;
  const plain = bytes.slice(from);
  return tlv(0x02, plain[0] & 0x80 ? [0, ...plain] : plain);
}

/** What a TLV holds, as `{tag, value, rest}`; throws for what is no DER. */
function read(bytes) {
  let size = bytes[1];
  let at = 2;
  if (size > 0x80) {
    const count = size & 0x7f;
    size = 0;
    for (let i = 0; i < count; i++) size = size * 256 + bytes[at++];
  }
  if (!(at + size <= bytes.length)) throw new Error('not DER');
  return { tag: bytes[0], value: bytes.subarray(at, at + size), rest: bytes.subarray(at + size) };
}

function items(bytes) {
  const out = [];
  for (let rest = bytes; rest.length;) {
    const next = read(rest);
    out.push(next);
    ({ rest } = next);
  }
  return out;
}

const equals = (bytes, name) => bytes.length === OIDS[name].length && OIDS[name].every((byte, i) => bytes[i] === byte);
const positive = (bytes) => (bytes[0] === 0 && bytes.length > 1 ? bytes.subarray(1) : bytes);

function algorithm(name) {
  if (name === 'rsa') return sequence(oid('rsa'), NULL);
  return /^P-/.test(name) ? sequence(oid('ec'), oid(name)) : sequence(oid(name));
}

function checked(held, name) {
  const [kind, curve] = items(held.value);
  const fits = /^P-/.test(name) ? equals(kind.value, 'ec') && curve && equals(curve.value, name) : equals(kind.value, name);
  if (!fits) throw new Error('another algorithm');
}

/** PKCS#1 of an RSA key's numbers (`n`, `e`, and those of a private key). */
export function rsaKey(numbers) {
  const { n, e, d, p, q, dp, dq, qi } = numbers;
  return d ? sequence(ZERO, ...[n, e, d, p, q, dp, dq, qi].map(integer)) : sequence(integer(n), integer(e));
}

/** The numbers of PKCS#1. */
export function rsaNumbers(bytes, secret) {
  const found = items(read(bytes).value).map(({ value }) => positive(value));
  const [n, e, d, p, q, dp, dq, qi] = secret ? found.slice(1) : found;
  return secret ? { n, e, d, p, q, dp, dq, qi } : { n, e };
}

/** SubjectPublicKeyInfo around a key's own bytes, and back. */
export const spki = (name, key) => sequence(algorithm(name), bits(key));
export function fromSpki(name, bytes) {
  const [kind, key] = items(read(bytes).value);
  checked(kind, name);
  return key.value.slice(1);
}

/** PKCS#8 around a key's own bytes; those of a curve are a scalar and its point. */
export function pkcs8(name, key, point) {
  let inner = key;
  if (/^P-/.test(name)) inner = sequence([0x02, 0x01, 0x01], octets(key), tlv(0xa1, bits(point)));
  else if (name !== 'rsa') inner = octets(key);
  return sequence(ZERO, algorithm(name), octets(inner));
}

/** `{key, point?}` of PKCS#8. */
export function fromPkcs8(name, bytes) {
  const [, kind, held] = items(read(bytes).value);
  checked(kind, name);
  if (name === 'rsa') return { key: held.value.slice() };
  if (!/^P-/.test(name)) return { key: read(held.value).value.slice() };
  const parts = items(read(held.value).value);
  const point = parts.find(({ tag }) => tag === 0xa1);
  return { key: parts[1].value.slice(), point: point && read(point.value).value.slice(1) };
}
