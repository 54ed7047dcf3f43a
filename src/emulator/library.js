/*
 * What published Altinn collections need of a signing library: a global `pmlib` with `jwtSign`, in plain JavaScript,
 * so that it runs in any script engine. Signs with RSASSA-PKCS1-v1_5 and SHA-256, SHA-384 or SHA-512.
 */
(function (root, factory) {
  if (typeof exports === "object" && typeof module !== "undefined") {
    module.exports = factory();
  } else if (typeof define === "function" && define.amd) {
    define([], factory);
  } else {
    root.pmlib = factory();
  }
// Of an eval'd text's own `this` a script sandbox may make anything; that of a plain function is the global object.
})(typeof globalThis !== "undefined" ? globalThis : typeof self !== "undefined" ? self : (function () { return this; })(), function () {
  "use strict";

  var ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

  // ---- text and bytes ----

  function utf8(text) {
    var bytes = [];
    for (var i = 0; i < text.length; i++) {
      var code = text.codePointAt(i);
      if (code > 0xffff) i++;
      if (code >= 0xd800 && code <= 0xdfff) code = 0xfffd; // a lone surrogate
      if (code < 0x80) bytes.push(code);
      else if (code < 0x800) bytes.push(0xc0 | (code >> 6), 0x80 | (code & 63));
      else if (code < 0x10000) bytes.push(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
      else bytes.push(0xf0 | (code >> 18), 0x80 | ((code >> 12) & 63), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
    }
    return bytes;
  }

  function base64url(bytes) {
    var out = "";
    for (var i = 0; i < bytes.length; i += 3) {
      var left = bytes.length - i;
      var word = (bytes[i] << 16) | ((left > 1 ? bytes[i + 1] : 0) << 8) | (left > 2 ? bytes[i + 2] : 0);
      out += ALPHABET[word >> 18] + ALPHABET[(word >> 12) & 63];
      if (left > 1) out += ALPHABET[(word >> 6) & 63];
      if (left > 2) out += ALPHABET[word & 63];
    }
    return out;
  }

  function hexOfBase64url(text) {
    var bits = 0, held = 0, hex = "";
    text = text.replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
    for (var i = 0; i < text.length; i++) {
      var value = ALPHABET.indexOf(text[i]);
      if (value < 0) return null;
      bits = (bits << 6) | value;
      held += 6;
      if (held >= 8) {
        held -= 8;
        hex += ((bits >> held) & 255).toString(16).padStart(2, "0");
        bits &= (1 << held) - 1;
      }
    }
    return hex;
  }

  function hexOfBytes(bytes) {
    var hex = "";
    for (var i = 0; i < bytes.length; i++) hex += bytes[i].toString(16).padStart(2, "0");
    return hex;
  }

  function bytesOfHex(hex) {
    var bytes = [];
    for (var i = 0; i < hex.length; i += 2) bytes.push(parseInt(hex.substr(i, 2), 16));
    return bytes;
  }

  // ---- SHA-2: the constants are the first bits of the roots of the first primes ----

  function primes(count) {
    var found = [];
    for (var n = 2; found.length < count; n++) {
      if (found.every(function (prime) { return n % prime !== 0; })) found.push(n);
    }
    return found;
  }

  /* The first `bits` bits behind the point of the `degree`th root of `n`. */
  function rootBits(n, degree, bits) {
    var wanted = BigInt(n) << BigInt(bits * degree);
    var low = 0n, high = BigInt(n) << BigInt(bits);
    while (high - low > 1n) {
      var middle = (low + high) >> 1n;
      if (middle ** BigInt(degree) <= wanted) low = middle;
      else high = middle;
    }
    return low & ((1n << BigInt(bits)) - 1n);
  }

  function padded(bytes, block) {
    var lengthBytes = block / 8;
    var out = bytes.concat([0x80]);
    while (out.length % block !== block - lengthBytes) out.push(0);
    var bits = (bytes.length * 8).toString(16).padStart(lengthBytes * 2, "0");
    return out.concat(bytesOfHex(bits));
  }

  function sha256(bytes) {
    var list = primes(64);
    var k = list.map(function (prime) { return Number(rootBits(prime, 3, 32)) | 0; });
    var h = list.slice(0, 8).map(function (prime) { return Number(rootBits(prime, 2, 32)) | 0; });
    var data = padded(bytes, 64), w = new Int32Array(64);
    function rotate(x, by) { return (x >>> by) | (x << (32 - by)); }
    for (var start = 0; start < data.length; start += 64) {
      for (var t = 0; t < 64; t++) {
        if (t < 16) {
          var at = start + t * 4;
          w[t] = (data[at] << 24) | (data[at + 1] << 16) | (data[at + 2] << 8) | data[at + 3];
        } else {
          var a15 = w[t - 15], a2 = w[t - 2];
          var s0 = rotate(a15, 7) ^ rotate(a15, 18) ^ (a15 >>> 3);
          var s1 = rotate(a2, 17) ^ rotate(a2, 19) ^ (a2 >>> 10);
          w[t] = (w[t - 16] + s0 + w[t - 7] + s1) | 0;
        }
      }
      var v = h.slice();
      for (t = 0; t < 64; t++) {
        var e = v[4], a = v[0];
        var t1 = (v[7] + (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) + ((e & v[5]) ^ (~e & v[6])) + k[t] + w[t]) | 0;
        var t2 = ((rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) + ((a & v[1]) ^ (a & v[2]) ^ (v[1] & v[2]))) | 0;
        v = [(t1 + t2) | 0, a, v[1], v[2], (v[3] + t1) | 0, e, v[5], v[6]];
      }
      h = h.map(function (old, i) { return (old + v[i]) | 0; });
    }
    return bytesOfHex(h.map(function (word) { return (word >>> 0).toString(16).padStart(8, "0"); }).join(""));
  }

  function sha512family(bytes, initial, length) {
    var MASK = (1n << 64n) - 1n;
    var k = primes(80).map(function (prime) { return rootBits(prime, 3, 64); });
    var h = initial.slice();
    var data = padded(bytes, 128), w = [];
    function rotate(x, by) { return ((x >> by) | (x << (64n - by))) & MASK; }
    for (var start = 0; start < data.length; start += 128) {
      for (var t = 0; t < 80; t++) {
        if (t < 16) {
          w[t] = BigInt("0x" + hexOfBytes(data.slice(start + t * 8, start + t * 8 + 8)));
        } else {
          var a15 = w[t - 15], a2 = w[t - 2];
          var s0 = rotate(a15, 1n) ^ rotate(a15, 8n) ^ (a15 >> 7n);
          var s1 = rotate(a2, 19n) ^ rotate(a2, 61n) ^ (a2 >> 6n);
          w[t] = (w[t - 16] + s0 + w[t - 7] + s1) & MASK;
        }
      }
      var v = h.slice();
      for (t = 0; t < 80; t++) {
        var e = v[4], a = v[0];
        var choice = (e & v[5]) ^ ((e ^ MASK) & v[6]);
        var t1 = v[7] + (rotate(e, 14n) ^ rotate(e, 18n) ^ rotate(e, 41n)) + choice + k[t] + w[t];
        var t2 = (rotate(a, 28n) ^ rotate(a, 34n) ^ rotate(a, 39n)) + ((a & v[1]) ^ (a & v[2]) ^ (v[1] & v[2]));
        v = [(t1 + t2) & MASK, a, v[1], v[2], (v[3] + t1) & MASK, e, v[5], v[6]];
      }
      h = h.map(function (old, i) { return (old + v[i]) & MASK; });
    }
    var hex = h.map(function (word) { return word.toString(16).padStart(16, "0"); }).join("");
    return bytesOfHex(hex.slice(0, length * 2));
  }

  function sha512(bytes) {
    return sha512family(bytes, primes(8).map(function (prime) { return rootBits(prime, 2, 64); }), 64);
  }

  function sha384(bytes) {
    return sha512family(bytes, primes(16).slice(8).map(function (prime) { return rootBits(prime, 2, 64); }), 48);
  }

  /* Hash, and the DER head that PKCS #1 puts before its value. */
  var ALGORITHMS = {
    RS256: { hash: sha256, head: "3031300d060960864801650304020105000420" },
    RS384: { hash: sha384, head: "3041300d060960864801650304020205000430" },
    RS512: { hash: sha512, head: "3051300d060960864801650304020305000440" },
  };

  // ---- RSA ----

  /* Windowed square and multiply: four bits of the exponent at a time. */
  function power(base, exponent, modulus) {
    var table = [1n % modulus];
    for (var i = 1; i < 16; i++) table.push((table[i - 1] * base) % modulus);
    var digits = exponent.toString(16), result = 1n;
    for (i = 0; i < digits.length; i++) {
      if (i > 0) for (var s = 0; s < 4; s++) result = (result * result) % modulus;
      var digit = parseInt(digits[i], 16);
      if (digit) result = (result * table[digit]) % modulus;
    }
    return result;
  }

  /* The private operation, by the Chinese remainder theorem where the key has the numbers for it. */
  function privately(key, message) {
    if (!(key.p && key.q && key.dp && key.dq && key.qi)) return power(message % key.n, key.d, key.n);
    var m1 = power(message % key.p, key.dp, key.p);
    var m2 = power(message % key.q, key.dq, key.q);
    var h = (key.qi * (m1 - m2)) % key.p;
    if (h < 0n) h += key.p;
    return m2 + h * key.q;
  }

  function fail(reason) {
    throw new Error("[jwtSign] " + reason);
  }

  function readKey(jwk) {
    if (!jwk || typeof jwk !== "object") fail("The key must be a JWK object");
    if (jwk.kty !== "RSA") fail("The key must be an RSA key, kty is " + jwk.kty);
    var key = {};
    ["n", "e", "d", "p", "q", "dp", "dq", "qi"].forEach(function (name) {
      if (jwk[name] === undefined) return;
      var hex = typeof jwk[name] === "string" ? hexOfBase64url(jwk[name]) : null;
      if (!hex) fail("The key's member " + name + " is not base64url");
      key[name] = BigInt("0x" + hex);
    });
    if (!key.n || !key.d) fail("The key has no private half");
    return key;
  }

  function sign(jwk, algorithm, text) {
    var key = readKey(jwk);
    var size = Math.ceil(key.n.toString(16).length / 2);
    var digest = algorithm.head + hexOfBytes(algorithm.hash(utf8(text)));
    var filling = size - digest.length / 2 - 3;
    if (filling < 8) fail("The key is too short");
    var block = "0001" + "ff".repeat(filling) + "00" + digest;
    var signature = privately(key, BigInt("0x" + block));
    return bytesOfHex(signature.toString(16).padStart(size * 2, "0"));
  }

  function newId() {
    var id = "";
    for (var i = 0; i < 32; i++) id += Math.floor(Math.random() * 16).toString(16);
    return id.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  }

  /* Makes a JWT: `payload` over the usual claims, the key's id in the header. */
  function jwtSign(jwk, payload, header, exp, alg) {
    var name = alg || "RS256";
    var algorithm = Object.prototype.hasOwnProperty.call(ALGORITHMS, name) ? ALGORITHMS[name] : null;
    if (!algorithm) fail("The algorithm " + name + " is not known; RS256, RS384 and RS512 are");
    if (!jwk || typeof jwk !== "object") fail("The key must be a JWK object");
    var now = Math.floor(Date.now() / 1000);
    var head = Object.assign({ typ: "JWT" }, header, { alg: name });
    if (jwk.kid === undefined) delete head.kid;
    else head.kid = jwk.kid;
    var life = exp === undefined || exp === null ? 10 : Number(exp);
    var claims = Object.assign({ iat: now - 5, nbf: now - 5, exp: now + life, jti: newId() }, payload);
    var text = base64url(utf8(JSON.stringify(head))) + "." + base64url(utf8(JSON.stringify(claims)));
    return text + "." + base64url(sign(jwk, algorithm, text));
  }

  return { jwtSign: jwtSign };
});
