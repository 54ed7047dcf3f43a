// Run by a test of the sandbox with the engine that postbud links.
// Native and plain crypto-js must agree on random input. The library's own code is reached by feeding it in small pieces.
const C = require('crypto-js');
const { WordArray } = C.lib;
const random = (size) => { const made = WordArray.random(size); made.clamp(); return made; };
const SIZES = [0, 1, 55, 64, 255, 256, 257, 300, 511, 512, 1000, 4096, 5003];
const PIECE = 48;
const pieces = (data) => {
  const out = [];
  const hex = data.toString(C.enc.Hex);
  for (let i = 0; i < hex.length; i += PIECE * 2) out.push(C.enc.Hex.parse(hex.slice(i, i + PIECE * 2)));
  return out;
};
const same = (what, native, plain) => {
  if (String(native) !== String(plain)) throw new Error(`${what}: ${String(native).slice(0, 80)} is not ${String(plain).slice(0, 80)}`);
};
const fed = (machine, data) => { for (const piece of pieces(data)) machine.update(piece); return machine.finalize(); };

for (const name of ['MD5', 'SHA1', 'SHA224', 'SHA256', 'SHA384', 'SHA512']) {
  pm.test(name, () => {
    for (const size of SIZES) {
      const data = random(size);
      same(`${name} of ${size}`, C[name](data), fed(C.algo[name].create(), data));
      const key = random(size % 200);
      same(`HMAC ${name} of ${size}`, C[`Hmac${name}`](data, key), fed(C.algo.HMAC.create(C.algo[name], key), data));
    }
    same('result twice', C[name](WordArray.create([1, 2, 3])), C[name](WordArray.create([1, 2, 3])));
  });
}

for (const outputLength of [224, 256, 384, 512]) {
  pm.test(`SHA3-${outputLength}`, () => {
    for (const size of SIZES) {
      const data = random(size);
      same(`SHA3-${outputLength} of ${size}`, C.SHA3(data, { outputLength }), fed(C.algo.SHA3.create({ outputLength }), data));
    }
  });
}

pm.test('RIPEMD160', () => {
  for (const size of SIZES) {
    const data = random(size);
    same(`RIPEMD160 of ${size}`, C.RIPEMD160(data), fed(C.algo.RIPEMD160.create(), data));
  }
});

pm.test('texts', () => {
  for (const text of ['é€😀x'.repeat(100), 'a'.repeat(1000), 'Ā'.repeat(300)]) {
    const bytes = C.enc.Latin1.parse(unescape(encodeURIComponent(text)));
    same('Utf8.parse', C.enc.Utf8.parse(text), bytes);
    same('SHA256', C.SHA256(text), fed(C.algo.SHA256.create(), bytes));
    same('HmacSHA256', C.HmacSHA256(text, text), fed(C.algo.HMAC.create(C.algo.SHA256, bytes), bytes));
  }
  let message;
  try { C.enc.Utf8.parse('\uD800'.repeat(300)); } catch (error) { message = error.message; }
  pm.expect(message).to.eql('URI malformed');
});

pm.test('Base64', () => {
  for (const size of SIZES) {
    const data = random(size);
    const text = C.enc.Base64.stringify(data);
    same(`stringify ${size}`, text, Buffer.from(data.toString(), 'hex').toString('base64'));
    same(`parse ${size}`, C.enc.Base64.parse(text), data);
  }
});

pm.test('PBKDF2', () => {
  for (const [name, keySize, iterations] of [['SHA1', 4, 50], ['SHA256', 8, 100], ['SHA256', 17, 20], ['SHA384', 5, 16], ['SHA512', 20, 30], ['MD5', 4, 20]]) {
    const [password, salt] = [random(11), random(16)];
    const hasher = C.algo[name];
    const mac = (data) => fed(C.algo.HMAC.create(hasher, password), data);
    const wanted = WordArray.create();
    for (let block = 1; wanted.sigBytes < keySize * 4; block++) {
      let step = mac(salt.clone().concat(WordArray.create([block])));
      const sum = step.clone();
      for (let i = 1; i < iterations; i++) {
        step = mac(step);
        for (let j = 0; j < sum.words.length; j++) sum.words[j] ^= step.words[j];
      }
      wanted.concat(sum);
    }
    wanted.sigBytes = keySize * 4;
    wanted.clamp();
    same(`PBKDF2 ${name}`, C.PBKDF2(password, salt, { keySize, iterations, hasher }), wanted);
  }
});

const KEYS = { AES: [16, 24, 32, 20], DES: [8], TripleDES: [24] };
for (const name of Object.keys(KEYS)) {
  pm.test(name, () => {
    for (const size of KEYS[name]) {
      for (const mode of ['CBC', 'ECB', 'CTR', 'CFB', 'OFB']) {
        for (const padding of ['Pkcs7', 'ZeroPadding', ...(/^C[TF]|^O/.test(mode) ? ['NoPadding'] : [])]) {
          for (const length of [0, 250, 256, 1000, 1003]) {
            const [key, iv, data] = [random(size), random(16), random(length)];
            const cfg = { iv, mode: C.mode[mode], padding: C.pad[padding] };
            const what = `${name}-${size * 8} ${mode} ${padding} ${length}`;
            const whole = C[name].encrypt(data, key, cfg).ciphertext;
            const machine = C.algo[name].createEncryptor(key, cfg);
            const plain = WordArray.create();
            for (const piece of pieces(data)) plain.concat(machine.process(piece));
            plain.concat(machine.finalize());
            same(what, whole, plain);
            if (padding !== 'ZeroPadding') same(`${what} back`, C[name].decrypt({ ciphertext: whole }, key, cfg), data);
            // Large pieces one after the other carry the chain.
            const chained = C.algo[name].createEncryptor(key, cfg);
            const parts = chained.process(C.enc.Hex.parse(data.toString().slice(0, 640)));
            const rest = data.toString().slice(640);
            same(`${what} in two`, parts.concat(chained.finalize(C.enc.Hex.parse(rest))), whole);
          }
        }
      }
    }
  });
}

pm.test('passphrases', () => {
  const text = 'The quick brown fox. '.repeat(40);
  same('round trip', C.AES.decrypt(C.AES.encrypt(text, 'secret').toString(), 'secret').toString(C.enc.Utf8), text);
});
