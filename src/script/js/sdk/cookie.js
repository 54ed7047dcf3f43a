// Cookies.

import { PropertyBase } from './property.js';
import { PropertyList } from './list.js';
import { hasOwn, isObject } from './util.js';

// Attributes by their name in a `Set-Cookie` text.
const ATTRIBUTES = {
  expires: 'expires', 'max-age': 'maxAge', domain: 'domain', path: 'path', secure: 'secure', httponly: 'httpOnly',
};
const FIELDS = ['expires', 'maxAge', 'domain', 'path', 'secure', 'httpOnly', 'hostOnly', 'session'];

const READ = {
  expires: (value) => (typeof value === 'string' ? new Date(value) : value), maxAge: Number, secure: Boolean, httpOnly: Boolean,
  hostOnly: Boolean, session: Boolean,
};

function decoded(text) {
  if (!text.includes('%')) return text;
  try { return decodeURIComponent(text); } catch { return text; }
}

/** One cookie. */
export class Cookie extends PropertyBase {
  constructor(definition) {
    super(definition);
    if (typeof definition === 'string') definition = Cookie.parse(definition);
    if (definition) this.update(definition);
  }

  /** Takes over what is given. */
  update(definition) {
    const name = hasOwn(definition, 'name') ? definition.name : definition.key;
    if (name) this.name = name;
    for (const field of FIELDS) {
      const value = definition[field];
      if (value !== undefined) this[field] = hasOwn(READ, field) ? READ[field](value) : value;
    }
    // Kept as it is sent; a value that is encoded already stays so.
    if (definition.value) this.value = encodeURIComponent(decoded(String(definition.value)));
    if (definition.extensions) this.extensions = definition.extensions;
  }

  /** The value, percent-decoded where that is possible. */
  valueOf() {
    return decoded(String(this.value));
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
      if (hasOwn(ATTRIBUTES, name)) out[ATTRIBUTES[name]] = value;
      else (out.extensions ??= []).push({ key, value });
    }
    if (!out.domain) out.hostOnly = true;
    return out;
  }

  /** `key=value`; without `=` the value is `true`. */
  static splitParam(text) {
    const [key, value] = text.split('=');
    if (value === undefined) return { key: key.trim(), value: true };
    const bare = value.trim();
    return { key: key.trim(), value: bare[0] === '"' ? bare.slice(1, -1) : bare };
  }

  /** The `Set-Cookie` text. */
  static stringify(cookie) {
    let text = Cookie.unparseSingle(cookie);
    const { expires } = cookie;
    if (expires instanceof Date) {
      if (!Number.isNaN(expires.getTime())) text += `; Expires=${expires.toUTCString()}`;
    } else if (expires) text += `; Expires=${expires}`;
    if (cookie.maxAge) text += `; Max-Age=${cookie.maxAge}`;
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
    if (!isObject(cookie)) return '';
    const value = cookie.value ?? '';
    return cookie.name ? `${cookie.name}=${value}` : String(value);
  }
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
// The name that newman's bundle has for it: chai's failure texts show it.
Object.defineProperty(CookieList, 'name', { value: 'a' });
