// Web Crypto over the host's native work.

import { bytesOf, failure, halves, publicOf, readKey, rsaDer, rsaFacts, rsaFromPkcs8, usesOf, writeKey } from './keys.js';

const HASHES = { 'SHA-1': 'sha1', 'SHA-256': 'sha256', 'SHA-384': 'sha384', 'SHA-512': 'sha512' };
const BLOCKS = { sha1: 64, sha256: 64, sha384: 128, sha512: 128 };
const SIZES = { sha1: 20, sha256: 32, sha384: 48, sha512: 64 };
const NAMES = ['AES-CBC', 'AES-CTR', 'AES-GCM', 'AES-KW', 'HMAC', 'HKDF', 'PBKDF2', 'RSASSA-PKCS1-v1_5', 'RSA-PSS', 'RSA-OAEP',
  'ECDSA', 'ECDH', 'Ed25519', 'X25519', ...Object.keys(HASHES)];
const CURVES = ['P-256', 'P-384', 'P-521'];
const known = (name) => NAMES.find((each) => each.toLowerCase() === String(name).toLowerCase());

/** An algorithm as an object with its proper name. */
function normal(algorithm) {
  const given = algorithm !== null && typeof algorithm === 'object' ? { ...algorithm } : { name: algorithm };
  const name = known(given.name);
  if (!name) throw failure('NotSupportedError', 'Unrecognized algorithm name');
  given.name = name;
  if (given.hash !== undefined) given.hash = { name: normal(given.hash).name };
  return given;
}

function hashOf(algorithm) {
  const hash = HASHES[algorithm?.name];
  if (!hash) throw failure('NotSupportedError', 'Unrecognized algorithm name');
  return hash;
}

/** `crypto` and its classes. */
export function cryptoOf(host) {
  const secrets = new WeakMap();
  const raw = (bytes) => bytes.slice().buffer;
  const operation = (act) => {
    try { return act(); } catch (error) {
      if (error.name !== 'Error') throw error;
      throw failure(/not supported/.test(error.message) ? 'NotSupportedError' : 'OperationError',
        /not supported/.test(error.message) ? error.message : 'The operation failed for an operation-specific reason');
    }
  };

  class CryptoKey {
    constructor() { throw new TypeError('Illegal constructor'); }

    get type() { return secrets.get(this).type; }

    get extractable() { return secrets.get(this).extractable; }

    get algorithm() { return secrets.get(this).algorithm; }

    get usages() { return secrets.get(this).usages.slice(); }

    get [Symbol.toStringTag]() { return 'CryptoKey'; }
  }

  function make(held, algorithm, extractable, usages) {
    const allowed = usesOf(algorithm.name);
    for (const use of usages) {
      if (!allowed.includes(use)) throw new SyntaxError(`Unsupported key usage for ${/^AES|^HMAC/.test(algorithm.name) ? `${/^(?:AES)/.test(algorithm.name) ? 'an AES' : 'an HMAC'}` : `a ${algorithm.name}`} key`);
    }
    if (held.type !== 'public' && usages.length === 0) throw new SyntaxError(`Usages cannot be empty when importing a ${held.type} key.`);
    const key = Object.create(CryptoKey.prototype);
    const shown = { ...algorithm };
    if (held.type === 'secret' && /^AES|^HMAC/.test(shown.name)) shown.length = held.key.length * 8;
    if (shown.name.startsWith('RSA')) Object.assign(shown, rsaFacts(held));
    secrets.set(key, { ...held, algorithm: shown, extractable: Boolean(extractable), usages: [...usages] });
    return key;
  }

  function use(key, usage, algorithm) {
    const held = secrets.get(key);
    if (!held) throw new TypeError('The "key" argument must be an instance of CryptoKey.');
    if (held.algorithm.name !== algorithm.name) throw failure('InvalidAccessError', 'Key algorithm mismatch');
    if (!held.usages.includes(usage)) throw failure('InvalidAccessError', `Unable to use this key to ${usage}`);
    return held;
  }

  function crypt(encrypt, algorithm, held, data) {
    const { name } = algorithm;
    if (name === 'RSA-OAEP') {
      const label = algorithm.label === undefined ? new ArrayBuffer(0) : raw(bytesOf(algorithm.label));
      return host.rsaOaep(encrypt, hashOf(held.algorithm.hash), rsaDer(held), raw(data), label);
    }
    if (name === 'AES-KW') return host.aesKw(encrypt, raw(held.key), raw(data));
    const mode = { 'AES-CBC': 'cbc', 'AES-CTR': 'ctr', 'AES-GCM': 'gcm' }[name];
    if (!mode) throw failure('NotSupportedError', 'Unrecognized algorithm name');
    const iv = bytesOf(mode === 'ctr' ? algorithm.counter : algorithm.iv);
    if (mode !== 'gcm' && iv.length !== 16) throw failure('OperationError', mode === 'ctr' ? 'algorithm.counter must contain exactly 16 bytes' : 'algorithm.iv must contain exactly 16 bytes');
    const tag = algorithm.tagLength ?? 128;
    if (mode === 'gcm' && ![32, 64, 96, 104, 112, 120, 128].includes(tag)) throw failure('OperationError', `${tag} is not a valid AES-GCM tag length`);
    const extra = algorithm.additionalData === undefined ? new ArrayBuffer(0) : raw(bytesOf(algorithm.additionalData));
    return host.aes((encrypt ? '+' : '') + mode, raw(held.key), raw(iv), raw(data), extra, mode === 'ctr' ? Number(algorithm.length) : tag);
  }

  function bits(algorithm, held, length) {
    const { name } = algorithm;
    if (name === 'ECDH' || name === 'X25519') {
      const other = secrets.get(algorithm.public);
      if (!other) throw new TypeError('The "algorithm.public" argument must be an instance of CryptoKey.');
      const curve = held.algorithm.namedCurve ?? 'X25519';
      const shared = host.agree(curve, raw(held.key), raw(other.point));
      return length === null || length === undefined ? shared : shared.slice(0, Math.ceil(length / 8));
    }
    if (!length || length % 8) throw failure('OperationError', 'length must be a multiple of 8');
    const hash = hashOf(algorithm.hash);
    const salt = raw(bytesOf(algorithm.salt));
    if (name === 'PBKDF2') return host.pbkdf2(hash, raw(held.key), salt, Number(algorithm.iterations), length / 8);
    return hkdf(hash, raw(held.key), salt, bytesOf(algorithm.info), length / 8);
  }

  // RFC 5869.
  function hkdf(hash, key, salt, info, length) {
    if (length > 255 * SIZES[hash]) throw failure('OperationError', 'The operation failed for an operation-specific reason');
    const secret = host.hmac(hash, salt.byteLength ? salt : new ArrayBuffer(SIZES[hash]), key);
    const out = new Uint8Array(length);
    let last = new Uint8Array(0);
    for (let at = 0, i = 1; at < length; i++) {
      last = new Uint8Array(host.hmac(hash, secret, Uint8Array.from([...last, ...info, i]).buffer));
      out.set(last.subarray(0, length - at), at);
      at += last.length;
    }
    return out.buffer;
  }

  function keyLength(algorithm) {
    if (algorithm.name.startsWith('AES')) {
      if (![128, 192, 256].includes(algorithm.length)) throw failure('OperationError', 'Invalid key length');
      return algorithm.length;
    }
    if (algorithm.name === 'HMAC') return algorithm.length ?? BLOCKS[hashOf(algorithm.hash)] * 8;
    return null;
  }

  const subtle = {
    async digest(algorithm, data) { return host.digest(hashOf(normal(algorithm)), raw(bytesOf(data))); },

    async generateKey(algorithm, extractable, usages) {
      algorithm = normal(algorithm);
      const { name } = algorithm;
      const length = keyLength(algorithm);
      if (length !== null) return make({ type: 'secret', key: new Uint8Array(host.randomBytes(length / 8)) }, algorithm, extractable, usages);
      let secret;
      let open;
      if (name.startsWith('RSA')) {
        hashOf(algorithm.hash);
        const key = rsaFromPkcs8(new Uint8Array(operation(() => host.rsaGenerate(Number(algorithm.modulusLength)))));
        secret = { type: 'private', key };
        open = { type: 'public', key: publicOf(secret) };
      } else {
        const curve = algorithm.namedCurve ?? name;
        if (/^EC/.test(name) ? !CURVES.includes(curve) : !/25519$/.test(name)) throw failure('NotSupportedError', 'Unrecognized namedCurve');
        const key = new Uint8Array(host.curveGenerate(curve));
        const point = new Uint8Array(host.curvePublic(curve, raw(key)));
        [secret, open] = [{ type: 'private', key, point }, { type: 'public', point }];
      }
      const [forPublic, forPrivate] = halves(usages);
      if (forPrivate.length === 0) throw new SyntaxError('Usages cannot be empty when creating a key.');
      return { publicKey: make(open, algorithm, true, forPublic), privateKey: make(secret, algorithm, extractable, forPrivate) };
    },

    async importKey(format, data, algorithm, extractable, usages) {
      algorithm = normal(algorithm);
      if (/^(?:HMAC|RSA)/.test(algorithm.name)) hashOf(algorithm.hash);
      if (/^EC/.test(algorithm.name) && !CURVES.includes(algorithm.namedCurve)) throw failure('NotSupportedError', 'Unrecognized namedCurve');
      const held = readKey(host, format, data, algorithm);
      if (algorithm.name.startsWith('AES') && ![16, 24, 32].includes(held.key.length)) throw failure('DataError', 'Invalid key length');
      return make(held, algorithm, extractable, usages);
    },

    async exportKey(format, key) {
      const held = secrets.get(key);
      if (!held) throw new TypeError('The "key" argument must be an instance of CryptoKey.');
      if (!held.extractable) throw failure('InvalidAccessError', 'key is not extractable');
      return writeKey(host, format, held.algorithm, held, held.usages);
    },

    async sign(algorithm, key, data) {
      algorithm = normal(algorithm);
      const held = use(key, 'sign', algorithm);
      const bytes = raw(bytesOf(data));
      if (algorithm.name === 'HMAC') return host.hmac(hashOf(held.algorithm.hash), raw(held.key), bytes);
      return operation(() => {
        if (algorithm.name.startsWith('RSA')) return host.rsaSign(scheme(algorithm, held), hashOf(held.algorithm.hash), rsaDer(held), bytes);
        if (algorithm.name === 'Ed25519') return host.edSign(raw(held.key), bytes);
        return host.ecdsaSign(held.algorithm.namedCurve, hashOf(algorithm.hash), raw(held.key), raw(held.point), bytes);
      });
    },

    async verify(algorithm, key, signature, data) {
      algorithm = normal(algorithm);
      const held = use(key, 'verify', algorithm);
      const [made, bytes] = [raw(bytesOf(signature)), raw(bytesOf(data))];
      if (algorithm.name === 'HMAC') return same(new Uint8Array(host.hmac(hashOf(held.algorithm.hash), raw(held.key), bytes)), new Uint8Array(made));
      return operation(() => {
        if (algorithm.name.startsWith('RSA')) return host.rsaVerify(scheme(algorithm, held), hashOf(held.algorithm.hash), raw(held.key), made, bytes);
        if (algorithm.name === 'Ed25519') return host.edVerify(raw(held.point), made, bytes);
        return host.ecdsaVerify(held.algorithm.namedCurve, hashOf(algorithm.hash), raw(held.point), made, bytes);
      });
    },

    async encrypt(algorithm, key, data) {
      algorithm = normal(algorithm);
      const held = use(key, 'encrypt', algorithm);
      return operation(() => crypt(true, algorithm, held, bytesOf(data)));
    },

    async decrypt(algorithm, key, data) {
      algorithm = normal(algorithm);
      const held = use(key, 'decrypt', algorithm);
      return operation(() => crypt(false, algorithm, held, bytesOf(data)));
    },

    async deriveBits(algorithm, key, length) {
      algorithm = normal(algorithm);
      return operation(() => bits(algorithm, use(key, 'deriveBits', algorithm), length));
    },

    async deriveKey(algorithm, key, derived, extractable, usages) {
      algorithm = normal(algorithm);
      derived = normal(derived);
      const made = operation(() => bits(algorithm, use(key, 'deriveKey', algorithm), keyLength(derived)));
      return subtle.importKey('raw', made, derived, extractable, usages);
    },

    async wrapKey(format, key, wrapping, algorithm) {
      algorithm = normal(algorithm);
      const held = use(wrapping, 'wrapKey', algorithm);
      const made = await subtle.exportKey(format, key);
      const bytes = format === 'jwk' ? new Uint8Array(host.utf8Encode(JSON.stringify(made))) : new Uint8Array(made);
      return operation(() => crypt(true, algorithm, held, bytes));
    },

    async unwrapKey(format, wrapped, unwrapping, algorithm, keyAlgorithm, extractable, usages) {
      algorithm = normal(algorithm);
      const held = use(unwrapping, 'unwrapKey', algorithm);
      const bytes = operation(() => crypt(false, algorithm, held, bytesOf(wrapped)));
      return subtle.importKey(format, format === 'jwk' ? JSON.parse(host.utf8Decode(bytes, 'utf-8', false)) : bytes, keyAlgorithm, extractable, usages);
    },
  };

  // The host's PSS has salts of the hash's length, which is what everybody uses.
  function scheme(algorithm, held) {
    if (algorithm.name !== 'RSA-PSS') return 'pkcs1';
    if (algorithm.saltLength !== SIZES[hashOf(held.algorithm.hash)]) {
      throw failure('NotSupportedError', `saltLength must be ${SIZES[hashOf(held.algorithm.hash)]}, the length of the hash: others are not supported`);
    }
    return 'pss';
  }

  class SubtleCrypto {
    constructor() { throw new TypeError('Illegal constructor'); }

    get [Symbol.toStringTag]() { return 'SubtleCrypto'; }
  }
  for (const name of Object.keys(subtle)) Object.defineProperty(SubtleCrypto.prototype, name, { value: subtle[name], writable: true, configurable: true, enumerable: true });
  const only = Object.create(SubtleCrypto.prototype);

  class Crypto {
    get subtle() { return only; }

    getRandomValues(array) {
      if (!ArrayBuffer.isView(array) || array instanceof DataView || /^Float/.test(array[Symbol.toStringTag])) {
        throw failure('TypeMismatchError', 'The data argument must be an integer-type TypedArray');
      }
      if (array.byteLength > 65536) throw failure('QuotaExceededError', `The requested length exceeds 65,536 bytes`);
      new Uint8Array(array.buffer, array.byteOffset, array.byteLength).set(new Uint8Array(host.randomBytes(array.byteLength)));
      return array;
    }

    randomUUID() { return host.dynamic('$guid'); }

    get [Symbol.toStringTag]() { return 'Crypto'; }
  }
  return { crypto: new Crypto(), Crypto, SubtleCrypto, CryptoKey };
}

function same(made, given) {
  let difference = made.length ^ given.length;
  for (let i = 0; i < made.length; i++) difference |= made[i] ^ given[i];
  return difference === 0;
}
