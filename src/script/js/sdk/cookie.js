// Cookies.

import { PropertyBase } from './property.js';
import { PropertyList } from './list.js';
import { hasOwn, isObject } from './util.js';

// Attributes by their name in a `Set-Cookie` text.
const ATTRIBUTES = {
  expires: 'expires', 'max-age': 'maxAge', domain: 'domain', path: 'path', secure: 'secure', httponly: 'httpOnly',
};
const FIELDS = ['expires', 'maxAge', 'domain', 'path', 'secure', 'httpOnly', 'hostOnly', 'session'];

/** One cookie. */
export class Cookie extends PropertyBase {
  constructor(definition) {
    super(definition);
    if (typeof definition === 'string') definition = Cookie.parse(definition);
    if (definition) this.update(definition);
  }

  update(definition) {
    const name = definition.name || definition.key;
    if (name) this.name = name;
    for (const field of FIELDS) if (definition[field] !== undefined) this[field] = definition[field];
    if (definition.value) this.value = String(definition.value);
    if (definition.extensions) this.extensions = definition.extensions;
  }

  /** The value, percent-decoded where that is possible. */
  valueOf() {
    const text = String(this.value);
    try { return decodeURIComponent(text); } catch { return text; }
  }

  toString() {
    return Cookie.stringify(this);
  }

  static isCookie(value) {
    return value instanceof Cookie;
  }

  /** The parts of a `Set-Cookie` text. */
  static parse(text) {
    if (typeof text !== 'string') return text;
    const [first, ...rest] = text.split(';');
    const out = Cookie.splitParam(first);
    for (const part of rest) {
      const { key, value } = Cookie.splitParam(part);
      const name = key.toLowerCase();
      if (!hasOwn(ATTRIBUTES, name)) (out.extensions ??= []).push({ key, value });
      else if (name === 'expires') {
        const date = new Date(value);
        out.expires = Number.isNaN(date.getTime()) ? value : date;
      } else if (name === 'max-age') out.maxAge = Number.isNaN(Number(value)) ? value : Number(value);
      else out[ATTRIBUTES[name]] = value;
    }
    if (!out.domain) out.hostOnly = true;
    return out;
  }

  /** `key=value`; without `=` the value is `true`. */
  static splitParam(text) {
    const [key, value] = text.split('=');
    return { key: key.trim(), value: value === undefined ? true : value.trim().replace(/^"(.*)"$/, '$1') };
  }

  /** The `Set-Cookie` text. */
  static stringify(cookie) {
    let text = Cookie.unparseSingle(cookie);
    const { expires } = cookie;
    if (expires !== undefined && expires !== null) {
      const date = new Date(expires);
      text += `; Expires=${Number.isNaN(date.getTime()) ? expires : date.toUTCString()}`;
    }
    if (cookie.maxAge !== undefined && cookie.maxAge !== null) text += `; Max-Age=${cookie.maxAge}`;
    if (cookie.domain && !cookie.hostOnly) text += `; Domain=${cookie.domain}`;
    if (cookie.path) text += `; Path=${cookie.path}`;
    if (cookie.secure) text += '; Secure';
    if (cookie.httpOnly) text += '; HttpOnly';
    for (const { key, value } of cookie.extensions || []) text += value === true ? `; ${key}` : `; ${key}=${value}`;
    return text;
  }

  /** The text of a `Cookie` header. */
  static unparse(cookies) {
    if (PropertyList.isPropertyList(cookies)) cookies = cookies.members;
    return Array.isArray(cookies) ? cookies.map(Cookie.unparseSingle).join('; ') : '';
  }

  static unparseSingle(cookie) {
    if (!isObject(cookie) || !cookie.name) return '';
    const { value } = cookie;
    return `${cookie.name}=${value === undefined || value === null ? '' : encode(String(value))}`;
  }
}

// Only what may not stand in a cookie's value is encoded.
function encode(text) {
  return text.replace(/[^\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]+/g, (found) => {
    try { return encodeURIComponent(found); } catch { return found; }
  });
}

/** Cookies in order; names without regard to case. */
export class CookieList extends PropertyList {
  constructor(parent, cookies) {
    super(Cookie, parent, cookies);
  }

  static isCookieList(value) {
    return value instanceof CookieList;
  }
}

Cookie._postman_propertyName = 'Cookie';
Cookie._postman_propertyIndexKey = 'name';
Cookie._postman_propertyIndexCaseInsensitive = true;
Cookie._postman_propertyAllowsMultipleValues = true;
CookieList._postman_propertyName = 'CookieList';
Object.defineProperty(Cookie, 'name', { value: 'PostmanCookie' });
Object.defineProperty(CookieList, 'name', { value: 'CookieList' });
