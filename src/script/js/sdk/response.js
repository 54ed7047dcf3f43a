// Responses.

import { Property } from './property.js';
import { HeaderList } from './header.js';
import { CookieList } from './cookie.js';
import { Request } from './request.js';
import { parseJson } from './json.js';
import { contentInfo, encodingOf } from './content.js';
import { detail, phrase } from './status.js';
import { copy, hasOwn, isObject, uuid } from './util.js';
import { lazy } from './lazy.js';

/**
 * A response. Beside the SDK's definition it takes functions for the body, called when the body is first needed:
 * `textOf()`, `bytesOf()` (an ArrayBuffer) and `makeBuffer(ArrayBuffer)`, and `sizes` as the wire had them.
 */
export class Response extends Property {
  #source;
  #text;

  static #lazy = {
    id: lazy('id', (response) => response.#source.id || uuid()),
    _details: lazy('_details', (response) => detailsOf(response.code, response.#source.status ?? response.#source.reason)),
    headers: lazy('headers', (response) => new HeaderList(response, response.#source.header, true)),
    cookies: lazy('cookies', (response) => new CookieList(response, response.#source.cookie ?? response.#source.cookies)),
    stream: lazy('stream', (response) => response.#makeStream()),
    originalRequest: lazy('originalRequest', (response) => new Request(response.#source.originalRequest)),
  };

  constructor(definition) {
    // Not given to the base: a response from the wire has no name, description or keys with underscores.
    super(undefined);
    const given = isObject(definition) ? definition : {};
    this.#source = given;
    const { textOf = given.text, bytesOf = given.bytes } = given;
    this.#define('id');
    if (given.name) this.name = given.name;
    this.#define('_details');
    if (given.originalRequest) this.#define('originalRequest');
    this.#status(given);
    this.#define('headers');
    // After a request error there is neither code nor body.
    const lazily = given.code !== undefined && (typeof bytesOf === 'function' || typeof textOf === 'function');
    if (lazily || given.stream !== undefined) this.#define('stream');
    else if (given.body !== undefined) this.body = given.body;
    this.#define('cookies');
    if (given.responseTime !== undefined && given.responseTime !== null) this.responseTime = given.responseTime;
    if (given.responseSize !== undefined && given.responseSize !== null) this.responseSize = given.responseSize;
    else if (given.stream && given.stream.byteLength !== undefined) this.responseSize = given.stream.byteLength;
  }

  /** Bytes that came over the wire. Not an own property: newman's response has none, and chai counts them. */
  get downloadedBytes() {
    return this.#source.downloadedBytes;
  }

  #define(name) {
    Object.defineProperty(this, name, Response.#lazy[name]);
  }

  #status(given) {
    const status = given.status || given.reason || phrase(given.code);
    if (status) this.status = status;
    if (given.code !== undefined) this.code = given.code;
  }

  update(definition) {
    if (!isObject(definition)) return;
    const { stream, ...rest } = definition;
    this.#source = { ...this.#source, header: undefined, cookie: undefined, status: undefined, ...rest };
    this.#text = undefined;
    this.#status(this.#source);
    this.#define('_details');
    this.#define('headers');
    this.#define('cookies');
    if (hasOwn(definition, 'body')) this.body = definition.body;
    if (stream !== undefined) {
      this.#source.stream = stream;
      this.#define('stream');
    }
    if (definition.responseTime !== undefined) this.responseTime = definition.responseTime;
  }

  #bytes() {
    const { bytesOf, bytes, stream, textOf, text } = this.#source;
    const make = bytesOf || bytes;
    if (typeof make === 'function') return make();
    if (stream !== undefined) return bufferOf(stream);
    const textMake = textOf || text;
    const found = typeof textMake === 'function' ? textMake() : typeof this.body === 'string' ? this.body : undefined;
    return found === undefined ? undefined : encodeUtf8(found);
  }

  #makeStream() {
    const bytes = this.#bytes();
    const { makeBuffer } = this.#source;
    return typeof makeBuffer === 'function' && bytes instanceof ArrayBuffer ? makeBuffer(bytes) : this.#source.stream ?? bytes;
  }

  /** The standard or given reason phrase. */
  reason() {
    return this.status || phrase(this.code);
  }

  /** What is known of the status: `{name, detail, code, standardName}`. */
  details() {
    const { _details: held } = this;
    return !held || held.code !== this.code ? copy(this._details = detailsOf(this.code, this.status)) : copy(held);
  }

  /** The body as text; without a body `undefined`. */
  text() {
    if (this.#text !== undefined) return this.#text;
    const { textOf, text, stream } = this.#source;
    const make = textOf || text;
    let found;
    if (typeof make === 'function') found = make();
    else if (stream !== undefined) found = decode(bufferOf(stream), this.contentInfo().charset);
    else if (this.body === undefined || this.body === null) return undefined;
    else return typeof this.body === 'string' ? this.body : '';
    return (this.#text = found);
  }

  /** The body as data. */
  json(reviver, strict) {
    return parseJson(this.text(), reviver, strict);
  }

  /** The body as data, without the function call around it. */
  jsonp(reviver, strict) {
    const text = this.text() || '';
    const open = text.indexOf('(');
    const close = text.lastIndexOf(')');
    const first = text.trimStart()[0];
    const wrapped = open >= 0 && close > open && first !== '{' && first !== '[' && first !== '"';
    return parseJson(wrapped ? text.slice(open + 1, close) : text, reviver, strict);
  }

  mime() {
    throw new Error('`Response#mime` has been discontinued, use `Response#contentInfo` instead.');
  }

  /** What the body is, by headers and first bytes. */
  contentInfo() {
    return contentInfo(this.headers, () => firstBytes(this.#bytes()));
  }

  /** The body as a `data:` URL. */
  dataURI() {
    const { contentType } = this.contentInfo();
    const bytes = this.#bytes();
    return `data:${contentType};base64, ${bytes === undefined ? '' : base64(new Uint8Array(bytes))}`;
  }

  /** How the body was compressed, by header or first bytes. */
  encoding() {
    return encodingOf(this.headers, () => firstBytes(this.#bytes()));
  }

  /** Bytes: `{body, header, total}`. */
  size() {
    const { sizes } = this.#source;
    if (sizes) return { body: sizes.body, header: sizes.header, total: sizes.total };
    const header = `HTTP/X.X ${this.code} ${this.reason()}\r\n\r\n`.length + this.headers.contentSize();
    const compressed = /^(gzip|deflate)$/i.test(this.headers.get('content-encoding') || '');
    const length = Number(this.headers.get('content-length'));
    let body = this.responseSize;
    if (compressed && length) body = length;
    else if (body === undefined) body = this.#bytes()?.byteLength ?? 0;
    return { body, header, total: body + header };
  }

  toJSON() {
    const out = super.toJSON();
    delete out._details;
    return out;
  }

  static isResponse(value) {
    // Also those of the SDK that scripts may load.
    return value instanceof Response || value?.constructor?._postman_propertyName === 'Response';
  }
}

function detailsOf(code, name) {
  const standard = phrase(code);
  const out = {};
  if (standard) {
    out.name = standard;
    out.detail = detail(code);
  }
  if (code !== undefined) out.code = code;
  if (standard) out.standardName = standard;
  if (name) out.name = name;
  return out;
}

function bufferOf(stream) {
  if (stream instanceof ArrayBuffer) return stream;
  if (ArrayBuffer.isView(stream)) return stream.buffer.slice(stream.byteOffset, stream.byteOffset + stream.byteLength);
  // A Buffer as JSON has it.
  if (stream && stream.type === 'Buffer' && Array.isArray(stream.data)) return new Uint8Array(stream.data).buffer;
  return typeof stream === 'string' ? encodeUtf8(stream) : undefined;
}

function firstBytes(buffer) {
  return buffer === undefined || buffer === null ? new Uint8Array(0) : new Uint8Array(buffer, 0, Math.min(16, buffer.byteLength));
}

// The host decodes what comes from the wire; this serves responses that scripts make themselves.
function decode(buffer, charset) {
  if (buffer === undefined) return undefined;
  if (typeof TextDecoder === 'function') {
    try { return new TextDecoder(charset === 'utf16le' ? 'utf-16le' : charset || 'utf-8').decode(buffer); } catch { /* unknown: UTF-8 */ }
  }
  let text = '';
  for (const byte of new Uint8Array(buffer)) text += `%${byte.toString(16).padStart(2, '0')}`;
  try { text = decodeURIComponent(text); } catch { text = String.fromCharCode(...new Uint8Array(buffer)); }
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
}

function encodeUtf8(text) {
  const bytes = [];
  for (const char of text) {
    const code = char.codePointAt(0);
    if (code < 0x80) bytes.push(code);
    else if (code < 0x800) bytes.push(0xc0 | code >> 6, 0x80 | code & 63);
    else if (code < 0x10000) bytes.push(0xe0 | code >> 12, 0x80 | code >> 6 & 63, 0x80 | code & 63);
    else bytes.push(0xf0 | code >> 18, 0x80 | code >> 12 & 63, 0x80 | code >> 6 & 63, 0x80 | code & 63);
  }
  return new Uint8Array(bytes).buffer;
}

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

function base64(bytes) {
  let text = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const word = bytes[i] << 16 | (bytes[i + 1] ?? 0) << 8 | (bytes[i + 2] ?? 0);
    text += DIGITS[word >> 18] + DIGITS[word >> 12 & 63];
    text += i + 1 < bytes.length ? DIGITS[word >> 6 & 63] : '=';
    text += i + 2 < bytes.length ? DIGITS[word & 63] : '=';
  }
  return text;
}

Response._postman_propertyName = 'Response';
Response.prototype._postman_propertyRequiresId = true;
Object.defineProperty(Response, 'name', { value: 'PostmanResponse' });
