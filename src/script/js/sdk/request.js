// Requests.

import { Property } from './property.js';
import { HeaderList } from './header.js';
import { Url } from './url.js';
import { RequestBody } from './body.js';
import { RequestAuth } from './auth.js';
import { copy, hasOwn, isObject, utf8Length } from './util.js';
import { lazy } from './lazy.js';

/** A request, made from its collection form or from a URL; its parts are made when they are first read. */
export class Request extends Property {
  #source;

  static #lazy = {
    url: lazy('url', (request) => new Url(request.#source.url)),
    headers: lazy('headers', (request) => new HeaderList(request, request.#source.header, true)),
    body: lazy('body', (request) => new RequestBody(request.#source.body)),
    auth: lazy('auth', (request) => own(new RequestAuth(request.#source.auth), request)),
  };

  constructor(definition) {
    super(definition);
    const source = typeof definition === 'string' || definition instanceof Url ? { url: definition }
      : isObject(definition) ? definition : {};
    this.#source = { url: source.url, header: source.header ?? (HeaderList.isHeaderList(source.headers) ? source.headers : undefined) };
    this.#define('url');
    this.#define('headers');
    this.method = methodOf(source);
    this.#rest(source);
  }

  #define(name) {
    Object.defineProperty(this, name, Request.#lazy[name]);
  }

  #rest(source) {
    // A `body` that is nothing is an empty one.
    if (hasOwn(source, 'body') || source.body) {
      this.#source.body = source.body;
      this.#define('body');
    }
    if (source.auth) {
      this.#source.auth = source.auth;
      this.#define('auth');
    }
    if (source.proxy) this.proxy = copy(source.proxy);
    if (source.certificate) this.certificate = copy(source.certificate);
  }

  /** Replaces the parts that are given. */
  update(definition) {
    if (!isObject(definition)) return;
    if (hasOwn(definition, 'url')) {
      this.#source.url = definition.url;
      this.#define('url');
    }
    if (hasOwn(definition, 'header')) {
      this.#source.header = definition.header;
      this.#define('headers');
    }
    if (hasOwn(definition, 'method')) this.method = methodOf(definition);
    this.#rest(definition);
  }

  /**
   * Uses an auth type with these parameters; `null` removes the auth.
   */
  authorizeUsing(type, options) {
    if (isObject(type) && options === undefined) {
      options = { ...type };
      delete options.type;
      type = type.type;
    }
    if (type === null) {
      delete this.auth;
      return;
    }
    if (!RequestAuth.isValidType(type)) return;
    if (this.auth) this.auth.clear(type);
    else this.auth = own(new RequestAuth(), this);
    this.auth.use(type, options);
  }

  /** Headers as an object. */
  getHeaders({ enabled, ignoreCase, multiValue, sanitizeKeys } = {}) {
    return this.headers.toObject(enabled, !ignoreCase, multiValue, sanitizeKeys);
  }

  forEachHeader(callback) {
    this.headers.each((header) => callback(header, this), this);
  }

  addHeader(header) {
    this.headers.add(header);
  }

  /** By name (its case counts unless `ignoreCase` is set) or by member. */
  removeHeader(header, options) {
    const name = typeof header === 'string' ? header : header.key;
    if (!name || typeof name !== 'string') return;
    const ignore = options && options.ignoreCase;
    const wanted = ignore ? name.toLowerCase() : name;
    this.headers.remove((held) => {
      if (typeof header !== 'string') return held === header || (held.key === header.key && held.value === header.value);
      return (ignore ? String(held.key).toLowerCase() : held.key) === wanted;
    });
  }

  /** Sets the value of the first header with exactly this name, or adds one. */
  upsertHeader(header) {
    if (!isObject(header) || !header.key) return;
    const held = this.headers.find((one) => one.key === header.key);
    if (held) held.value = header.value;
    else this.headers.add(header);
  }

  addQueryParams(params) {
    this.url.addQueryParams(params);
  }

  removeQueryParams(params) {
    this.url.removeQueryParams(params);
  }

  /** Bytes of body and header. */
  size() {
    const length = this.headers.get('content-length');
    const declared = length !== undefined && length !== '' && !Number.isNaN(Number(length));
    const body = declared ? Number(length) : this.body && !this.body.isEmpty() ? utf8Length(this.body.toString()) : 0;
    const header = `${this.method} ${this.url.getPathWithQuery()} HTTP/1.1\r\n\r\n`.length + this.headers.contentSize();
    return { body, header, total: body + header, source: declared ? 'CONTENT-LENGTH' : 'COMPUTED' };
  }

  /** The collection form (version 2.1). */
  toJSON() {
    const out = super.toJSON();
    if (Array.isArray(out.header) && out.header.length === 0) delete out.header;
    return out;
  }

  clone() {
    return new Request(this.toJSON());
  }

  static isRequest(value) {
    // Also those of the SDK that scripts may load.
    return value instanceof Request || value?.constructor?._postman_propertyName === 'Request';
  }
}

function methodOf(source) {
  const { method } = source;
  return method === undefined || method === null ? 'GET' : String(method).toUpperCase();
}

function own(child, parent) {
  child.setParent(parent);
  return child;
}

Request._postman_propertyName = 'Request';
Object.defineProperty(Request, 'name', { value: 'PostmanRequest' });
