// Makes the global object what newman's scripts find: takes away what they do not have, adds what is missing.

import { host } from './host.js';
import { current } from './current.js';
import { web } from './web.js';
import { installDates } from './dates.js';
import { installLocale } from './locale.js';
import { installSugar } from './sugar.js';

// The names of the web that live in a library of their own and are loaded when one of them is touched.
const WEB = ['URL', 'URLSearchParams', 'TextEncoder', 'TextDecoder', 'structuredClone', 'crypto', 'Crypto', 'SubtleCrypto',
  'CryptoKey', 'AbortController', 'AbortSignal', 'Event', 'EventTarget', 'Blob', 'File', 'Intl'];
// Those of streams come from a library of their own again.
const STREAMS = ['ReadableStream', 'ReadableStreamDefaultReader', 'ReadableStreamBYOBReader', 'ReadableStreamBYOBRequest',
  'ReadableByteStreamController', 'ReadableStreamDefaultController', 'WritableStream', 'WritableStreamDefaultWriter',
  'WritableStreamDefaultController', 'TransformStream', 'TransformStreamDefaultController', 'ByteLengthQueuingStrategy',
  'CountQueuingStrategy', 'TextEncoderStream', 'TextDecoderStream', 'CompressionStream', 'DecompressionStream'];
// What the engine has and newman's scripts do not; `Iterator` and others arrived in V8 later.
const HIDDEN = ['globalThis', 'WeakRef', 'FinalizationRegistry', 'Iterator', 'performance', 'navigator', 'InternalError',
  'DisposableStack', 'AsyncDisposableStack', 'SuppressedError', 'Float16Array', 'gc', 'print', 'std', 'os', 'bjson',
  'scriptArgs', 'console', 'atob', 'btoa', 'WebAssembly'];

/** Prepares the realm; called once, before any script. */
export function prepareRealm() {
  const realm = globalThis;
  for (const name of HIDDEN) delete realm[name];
  for (const name of WEB) lazily(realm, name, (found) => found[name]);
  for (const name of STREAMS) lazily(realm, name, (found) => found.streams()[name]);
  if (realm.DOMException === undefined) lazily(realm, 'DOMException', (found) => found.DOMException);
  define(realm, 'atob', atob);
  define(realm, 'btoa', btoa);
  // What a microtask throws is the script's error, not the engine's.
  const { queueMicrotask } = realm;
  define(realm, 'queueMicrotask', { queueMicrotask(task) {
    if (typeof task !== 'function') throw new TypeError('The "callback" argument must be of type function.');
    const script = current();
    queueMicrotask(() => script.guard(task));
  } }.queueMicrotask);
  installSugar();
  installDates();
  installLocale();
}

function define(holder, name, value) {
  Object.defineProperty(holder, name, { value, writable: true, configurable: true, enumerable: false });
}

function lazily(realm, name, read) {
  Object.defineProperty(realm, name, {
    get() {
      const value = read(web());
      define(realm, name, value);
      return value;
    },
    set(value) { define(realm, name, value); },
    configurable: true,
    enumerable: false,
  });
}

const { fromCharCode } = String;

// Lenient as newman's: what is not base64 is passed over, and an end in the middle is the end. Mistakes are worded as there.
function atob(text) {
  if (typeof text === 'number') throw new TypeError('The "value" argument must not be of type number. Received type number');
  if (typeof text !== 'string') {
    if (text === null || typeof text !== 'object' || typeof text.length !== 'number') {
      throw new TypeError('The first argument must be one of type string, Buffer, ArrayBuffer, Array, or Array-like Object. '
        + `Received type ${typeof text}`);
    }
    return latin1(Uint8Array.from(text));
  }
  const clean = text.replace(/-/g, '+').replace(/_/g, '/').replace(/=.*$/s, '').replace(/[^A-Za-z0-9+/]/g, '');
  return latin1(new Uint8Array(host.base64Decode(clean.length % 4 === 1 ? clean.slice(0, -1) : clean)));
}

function latin1(bytes) {
  let out = '';
  for (let i = 0; i < bytes.length; i += 8192) out += fromCharCode.apply(null, bytes.subarray(i, i + 8192));
  return out;
}

function btoa(text) {
  if (ArrayBuffer.isView(text)) return host.base64Encode(text.buffer.slice(text.byteOffset, text.byteOffset + text.byteLength));
  text = text.toString();
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return host.base64Encode(bytes.buffer);
}
