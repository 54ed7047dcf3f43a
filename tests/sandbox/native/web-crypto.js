// Run by a test of the sandbox with the engine that postbud links; `VECTORS` was made by Node's Web Crypto (web-crypto.json).
const { subtle } = crypto;
const bytes = (hex) => new Uint8Array(Buffer.from(hex, 'hex'));
const hex = (buffer) => Buffer.from(buffer).toString('hex');
const data = bytes(VECTORS.data);
const plain = ({ kty, n, e, d, p, q, dp, dq, qi, crv, x, y }) => JSON.stringify({ kty, n, e, d, p, q, dp, dq, qi, crv, x, y });
const asPublic = ({ kty, n, e, crv, x, y }) => ({ kty, n, e, crv, x, y });
const checks = {
  async cipher({ name, key, iv, out }) {
    const made = await subtle.importKey('raw', bytes(key), name, true, ['encrypt', 'decrypt']);
    const algorithm = name === 'AES-CTR' ? { name, counter: bytes(iv), length: 64 } : { name, iv: bytes(iv) };
    pm.expect(hex(await subtle.encrypt(algorithm, made, data))).to.equal(out);
    pm.expect(hex(await subtle.decrypt(algorithm, made, bytes(out)))).to.equal(VECTORS.data);
    pm.expect(hex(await subtle.exportKey('raw', made))).to.equal(key);
  },
  async sign({ algorithm, jwk, pkcs8, spki, signature }) {
    const secret = await subtle.importKey('jwk', jwk, algorithm, true, ['sign']);
    const open = await subtle.importKey('spki', bytes(spki), algorithm, true, ['verify']);
    pm.expect(hex(await subtle.exportKey('pkcs8', secret))).to.equal(pkcs8);
    pm.expect(plain(await subtle.exportKey('jwk', secret))).to.equal(plain(jwk));
    pm.expect(plain(await subtle.exportKey('jwk', open))).to.equal(plain(asPublic(jwk)));
    pm.expect(hex(await subtle.exportKey('spki', open))).to.equal(spki);
    pm.expect(await subtle.verify(algorithm, open, bytes(signature), data)).to.equal(true);
    pm.expect(await subtle.verify(algorithm, open, bytes(signature), data.subarray(1))).to.equal(false);
    const again = await subtle.importKey('pkcs8', bytes(pkcs8), algorithm, false, ['sign']);
    pm.expect(await subtle.verify(algorithm, open, await subtle.sign(algorithm, again, data), data)).to.equal(true);
  },
  async agree({ algorithm, jwk, other, bits }) {
    const secret = await subtle.importKey('jwk', jwk, algorithm, false, ['deriveBits']);
    const open = await subtle.importKey('raw', bytes(other), algorithm, true, []);
    pm.expect(hex(await subtle.deriveBits({ name: algorithm.name, public: open }, secret, 256))).to.equal(bits);
  },
  async oaep({ algorithm, jwk, out }) {
    const label = bytes(hex(new TextEncoder().encode('l')));
    const secret = await subtle.importKey('jwk', jwk, algorithm, false, ['decrypt']);
    const open = await subtle.importKey('jwk', asPublic(jwk), algorithm, true, ['encrypt']);
    pm.expect(hex(await subtle.decrypt({ name: 'RSA-OAEP', label }, secret, bytes(out)))).to.equal(VECTORS.data);
    const made = await subtle.encrypt({ name: 'RSA-OAEP', label }, open, data);
    pm.expect(hex(await subtle.decrypt({ name: 'RSA-OAEP', label }, secret, made))).to.equal(VECTORS.data);
  },
  async derive({ name, out }) {
    const text = (given) => new TextEncoder().encode(given);
    const key = await subtle.importKey('raw', text('secret'), name, false, ['deriveBits']);
    const algorithm = name === 'HKDF' ? { name, hash: 'SHA-256', salt: text('salt'), info: text('info') }
      : { name, hash: 'SHA-512', salt: text('salt'), iterations: 50 };
    pm.expect(hex(await subtle.deriveBits(algorithm, key, out.length * 4))).to.equal(out);
  },
  async wrap({ key, inner, out }) {
    const wrapping = await subtle.importKey('raw', bytes(key), 'AES-KW', false, ['wrapKey', 'unwrapKey']);
    const held = await subtle.importKey('raw', bytes(inner), 'AES-CBC', true, ['encrypt']);
    pm.expect(hex(await subtle.wrapKey('raw', held, wrapping, 'AES-KW'))).to.equal(out);
    const back = await subtle.unwrapKey('raw', bytes(out), wrapping, 'AES-KW', 'AES-CBC', true, ['decrypt']);
    pm.expect(hex(await subtle.exportKey('raw', back))).to.equal(inner);
  },
};
const report = (name, error) => pm.test(name, () => { if (error) throw error; });
for (const [i, vector] of VECTORS.cases.entries()) {
  let failed;
  try { await checks[vector.kind](vector); } catch (error) { failed = error; }
  report(`${i} ${vector.kind} ${vector.name ?? vector.algorithm?.name ?? ''}`, failed);
}

const generated = [['HMAC', { hash: 'SHA-256' }, ['sign', 'verify']], ['AES-GCM', { length: 256 }, ['encrypt', 'decrypt']],
  ['ECDSA', { namedCurve: 'P-256' }, ['sign', 'verify']], ['ECDH', { namedCurve: 'P-384' }, ['deriveBits']], ['Ed25519', {}, ['sign', 'verify']]];
for (const [name, more, uses] of generated) {
  let failed;
  try {
    const made = await subtle.generateKey({ name, ...more }, true, uses);
    const key = made.privateKey ?? made;
    const form = made.privateKey ? 'pkcs8' : 'raw';
    const held = await subtle.exportKey(form, key);
    const back = await subtle.importKey(form, held, { name, ...more }, true, key.usages);
    pm.expect(hex(await subtle.exportKey(form, back))).to.equal(hex(held));
  } catch (error) { failed = error; }
  report(`generate ${name}`, failed);
}

const mistakes = [
  ['NotSupportedError: Unrecognized algorithm name', () => subtle.digest('MD5', data)],
  ['InvalidAccessError: key is not extractable', async () => subtle.exportKey('raw', await subtle.importKey('raw', data.slice(0, 16), 'AES-CBC', false, ['encrypt']))],
  ['InvalidAccessError: Unable to use this key to decrypt', async () => subtle.decrypt({ name: 'AES-CBC', iv: data.slice(0, 16) }, await subtle.importKey('raw', data.slice(0, 16), 'AES-CBC', false, ['encrypt']), data)],
  ['OperationError: The operation failed for an operation-specific reason', async () => subtle.decrypt({ name: 'AES-CBC', iv: data.slice(0, 16) }, await subtle.importKey('raw', data.slice(0, 16), 'AES-CBC', false, ['decrypt']), data)],
  ['DataError: Invalid key length', () => subtle.importKey('raw', data.slice(0, 5), 'AES-CBC', false, ['encrypt'])],
  ['SyntaxError: Unsupported key usage for an HMAC key', () => subtle.importKey('raw', data, { name: 'HMAC', hash: 'SHA-256' }, false, ['encrypt'])],
];
for (const [wanted, act] of mistakes) {
  let got = 'nothing';
  try { await act(); } catch (error) { got = `${error.name}: ${error.message}`; }
  report(wanted, got === wanted ? undefined : new Error(got));
}
