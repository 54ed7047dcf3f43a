// The heavy work of crypto-js done natively, with the same results: large texts and many rounds only, because a call costs
// more than a few blocks do. Everything else, and every odd argument, stays with the library.

import { host } from './host.js';

const LARGE = 256; // bytes
const ROUNDS = 16;
const { getPrototypeOf } = Object;
const { isInteger } = Number;
const { max, ceil, floor } = Math;
const HASHES = { MD5: 'md5', SHA1: 'sha1', SHA224: 'sha224', SHA256: 'sha256', SHA384: 'sha384', SHA512: 'sha512' };

function bytesOf(words, size) {
  const view = new DataView(new ArrayBuffer((size + 3) & ~3));
  for (let i = 0; i < size; i += 4) view.setInt32(i, words[i >>> 2] | 0);
  return size === view.byteLength ? view.buffer : view.buffer.slice(0, size);
}

function wordsOf(buffer) {
  const size = buffer.byteLength;
  const bytes = new Uint8Array((size + 3) & ~3);
  bytes.set(new Uint8Array(buffer));
  const view = new DataView(bytes.buffer);
  const words = new Array(bytes.length >>> 2);
  for (let i = 0; i < words.length; i++) words[i] = view.getInt32(i << 2);
  return words;
}

// Bits beyond the size change what the library makes of an array, so those stay with it.
function isClean({ words, sigBytes }) {
  const odd = sigBytes % 4;
  return words.length === ceil(sigBytes / 4) && (odd === 0 || (words[words.length - 1] << (odd * 8)) === 0);
}

/** Replaces the slow inner parts of the library. */
export function quicken(crypto) {
  if (!host.pbkdf2) return crypto;
  const { lib: { WordArray }, algo, enc, mode } = crypto;
  const names = new Map();
  const wordArray = (buffer) => WordArray.create(wordsOf(buffer), buffer.byteLength);

  for (const name of Object.keys(HASHES)) {
    const hasher = algo[name];
    names.set(hasher, HASHES[name]);
    const finalize = hasher._doFinalize;
    hasher._doFinalize = function doFinalize() {
      const { _data: data } = this;
      // All of the message is still there: nothing was hashed yet.
      if (data.sigBytes < LARGE || this._nDataBytes !== data.sigBytes || !isClean(data) || names.get(getPrototypeOf(this)) !== HASHES[name]) {
        return finalize.call(this);
      }
      this._hash = wordArray(host.digest(HASHES[name], bytesOf(data.words, data.sigBytes)));
      return this._hash;
    };
  }

  for (const [hasher, nameOf] of [[algo.SHA3, (cfg) => `keccak${cfg.outputLength}`], [algo.RIPEMD160, () => 'ripemd160']]) {
    const finalize = hasher._doFinalize;
    hasher._doFinalize = function doFinalize() {
      const { _data: data } = this;
      if (data.sigBytes < LARGE || this._nDataBytes !== data.sigBytes || !isClean(data) || getPrototypeOf(this) !== hasher) return finalize.call(this);
      this._hash = wordArray(host.digest(nameOf(this.cfg), bytesOf(data.words, data.sigBytes)));
      return this._hash;
    };
  }

  const { finalize } = algo.HMAC;
  algo.HMAC.finalize = function finalizeMac(message) {
    const hasher = this._hasher;
    const name = names.get(getPrototypeOf(hasher));
    const block = hasher.blockSize * 4;
    const data = typeof message === 'string' && message.length >= LARGE ? enc.Utf8.parse(message) : message;
    if (name && data && data.sigBytes >= LARGE && isClean(data) && hasher._data.sigBytes === 0 && hasher._nDataBytes === block) {
      const key = bytesOf(this._oKey.words.map((word) => word ^ 0x5c5c5c5c), block);
      return wordArray(host.hmac(name, key, bytesOf(data.words, data.sigBytes)));
    }
    return finalize.call(this, data);
  };

  const { compute } = algo.PBKDF2;
  algo.PBKDF2.compute = function derive(password, salt) {
    const { hasher, iterations, keySize } = this.cfg;
    const name = names.get(hasher);
    const plain = (given) => (typeof given === 'string' ? enc.Utf8.parse(given) : given);
    if (name && name !== 'md5' && name !== 'sha224' && iterations >= ROUNDS && isInteger(iterations) && isInteger(keySize) && keySize > 0) {
      const [secret, grain] = [plain(password), plain(salt)];
      if (secret?.words && grain?.words && isClean(secret) && isClean(grain)) {
        const block = HASH_WORDS[name];
        const length = ceil(keySize / block) * block * 4;
        const key = host.pbkdf2(name, bytesOf(secret.words, secret.sigBytes), bytesOf(grain.words, grain.sigBytes), iterations, length);
        return WordArray.create(wordsOf(key), keySize * 4);
      }
    }
    return compute.call(this, password, salt);
  };

  for (const name of ['AES', 'DES', 'TripleDES']) quickenCipher(name, algo[name], mode, WordArray);

  const { parse: utf8Parse } = enc.Utf8;
  enc.Utf8.parse = function parse(text) {
    if (typeof text !== 'string' || text.length < LARGE || !text.isWellFormed()) return utf8Parse.call(this, text);
    return wordArray(host.utf8Encode(text));
  };
  const { parse: base64Parse, stringify: base64Text } = enc.Base64;
  enc.Base64.parse = function parse(text) {
    const sound = typeof text === 'string' && text.length >= LARGE && text.length % 4 === 0 && /^[A-Za-z0-9+/]+={0,2}$/.test(text);
    return sound ? wordArray(host.base64Decode(text)) : base64Parse.call(this, text);
  };
  enc.Base64.stringify = function stringify(data) {
    if (!(data.sigBytes >= LARGE)) return base64Text.call(this, data);
    data.clamp();
    return host.base64Encode(bytesOf(data.words, data.sigBytes));
  };
  return crypto;
}

const HASH_WORDS = { sha1: 5, sha256: 8, sha384: 12, sha512: 16 };
const KEY_WORDS = { AES: [4, 6, 8], DES: [2], TripleDES: [6] };

// Where a mode keeps what the next block is chained with, once its first block is done.
const CHAIN = { cbc: '_prevBlock', cfb: '_prevBlock', ofb: '_keystream', ctr: '_counter' };

function quickenCipher(name, cipher, modes, WordArray) {
  const process = cipher._process;
  const kinds = ['CBC', 'ECB', 'CFB', 'OFB', 'CTR'].flatMap((mode) => [
    [modes[mode].Encryptor, mode.toLowerCase(), true], [modes[mode].Decryptor, mode.toLowerCase(), modes[mode].Decryptor === modes[mode].Encryptor]]);
  cipher._process = function processData(flush) {
    const { _data: data, _mode: mode, _key: key, blockSize } = this;
    const size = blockSize * 4;
    if (data.sigBytes < LARGE || !isClean(data) || !mode || !key) return process.call(this, flush);
    const kind = kinds.find(([prototype]) => getPrototypeOf(mode) === prototype);
    const keyWords = KEY_WORDS[name].find((count) => (name === 'AES' ? key.sigBytes === count * 4 : key.words.length >= count));
    const chain = kind && CHAIN[kind[1]];
    const before = kind && chain ? mode._iv || mode[chain] : [];
    if (!kind || !keyWords || key.words.length < keyWords || !before || (chain && before.length < blockSize)) {
      return process.call(this, flush);
    }
    // A last block that is not whole is the library's.
    const whole = floor(data.sigBytes / size);
    const blocks = flush ? whole : max(ceil(data.sigBytes / size) - this._minBufferSize, 0);
    if (blocks > whole) return process.call(this, flush);
    const count = blocks * blockSize;
    const input = data.words.splice(0, count);
    data.sigBytes -= count * 4;
    const output = wordsOf(host.cipher(name, kind[1], kind[2], bytesOf(key.words, keyWords * 4),
      bytesOf(before, chain ? size : 0), bytesOf(input, count * 4)));
    if (chain && count > 0) {
      mode._iv = undefined;
      mode[chain] = chained(kind, before, input, output, blockSize, blocks);
    }
    const done = WordArray.create(output, count * 4);
    return flush && data.sigBytes > 0 ? done.concat(process.call(this, flush)) : done;
  };
}

function chained([, mode, encrypts], before, input, output, size, blocks) {
  if (mode === 'ctr') return [...before.slice(0, size - 1), (before[size - 1] + blocks) | 0];
  if (mode === 'ofb') return output.slice(-size).map((word, i) => word ^ input[input.length - size + i]);
  return (encrypts ? output : input).slice(-size);
}
