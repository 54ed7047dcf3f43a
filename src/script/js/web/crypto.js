// The part of Web Crypto that scripts were seen to use: random values, digests and HMAC.

const HASHES = { 'SHA-1': 'sha1', 'SHA-256': 'sha256', 'SHA-384': 'sha384', 'SHA-512': 'sha512' };
const BLOCKS = { sha1: 64, sha256: 64, sha384: 128, sha512: 128 };

function bytesOf(data) {
  if (data instanceof ArrayBuffer) return data;
  if (ArrayBuffer.isView(data)) return data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength);
  throw new TypeError('The "data" argument must be an instance of ArrayBuffer, Buffer, TypedArray, or DataView.');
}

function hashOf(algorithm) {
  const name = String(algorithm && typeof algorithm === 'object' ? algorithm.name : algorithm).toUpperCase();
  const hash = HASHES[name];
  if (!hash) throw named('NotSupportedError', 'Unrecognized algorithm name');
  return hash;
}

function named(name, message) {
  return Object.assign(new Error(message), { name });
}

/** `crypto` and its classes. */
export function cryptoOf(host) {
  class CryptoKey {
    constructor(fields) { Object.assign(this, fields); }
  }
  const secrets = new WeakMap();

  class SubtleCrypto {
    async digest(algorithm, data) { return host.digest(hashOf(algorithm), bytesOf(data)); }

    async importKey(format, data, algorithm, extractable, usages) {
      if (format !== 'raw' || String(algorithm && algorithm.name || algorithm).toUpperCase() !== 'HMAC') {
        throw named('NotSupportedError', 'only raw HMAC keys are supported');
      }
      const key = new CryptoKey({ type: 'secret', extractable: Boolean(extractable), algorithm, usages });
      secrets.set(key, { data: bytesOf(data), hash: hashOf(algorithm.hash) });
      return key;
    }

    async exportKey(format, key) {
      const secret = secrets.get(key);
      if (format !== 'raw' || !secret || !key.extractable) throw named('InvalidAccessError', 'key is not extractable');
      return secret.data.slice(0);
    }

    async generateKey(algorithm, extractable, usages) {
      const hash = hashOf(algorithm.hash);
      return this.importKey('raw', host.randomBytes(BLOCKS[hash]), algorithm, extractable, usages);
    }

    async sign(algorithm, key, data) {
      const secret = secrets.get(key);
      if (!secret) throw named('NotSupportedError', 'only HMAC is supported');
      return host.hmac(secret.hash, secret.data, bytesOf(data));
    }

    async verify(algorithm, key, signature, data) {
      const made = new Uint8Array(await this.sign(algorithm, key, data));
      const given = new Uint8Array(bytesOf(signature));
      let difference = made.length ^ given.length;
      for (let i = 0; i < made.length; i++) difference |= made[i] ^ given[i];
      return difference === 0;
    }
  }

  class Crypto {
    subtle = new SubtleCrypto();

    getRandomValues(array) {
      if (!ArrayBuffer.isView(array)) throw new TypeError('The "typedArray" argument must be an integer-type TypedArray.');
      if (array.byteLength > 65536) throw named('QuotaExceededError', 'The requested length exceeds 65,536 bytes');
      new Uint8Array(array.buffer, array.byteOffset, array.byteLength).set(new Uint8Array(host.randomBytes(array.byteLength)));
      return array;
    }

    randomUUID() { return host.dynamic('$guid'); }
  }
  return { crypto: new Crypto(), Crypto, SubtleCrypto, CryptoKey };
}
