// `pm.cookies` and its jar. The jar lives in Rust; every call on it is an effect.

import { host } from '../boot/host.js';
import { Cookie, CookieList } from '../sdk/index.js';

const { parse } = JSON;

/** The cookies of the item's URL after the response; before it newman has none. */
export function makeCookies(script) {
  let cookies = [];
  if (script.phase === 'test') {
    const text = script.responseText ??= host.response();
    cookies = (text && parse(text)?.cookies) || [];
  }
  const list = new CookieList(undefined, cookies);
  // Listed in newman, so it counts where chai shows the object.
  list.jar = (0, function () { return new PostmanCookieJar(script); });
  return list;
}

const decoded = (cookie) => {
  if (!cookie) return null;
  const value = typeof cookie === 'string' ? cookie : cookie.value ?? '';
  try { return decodeURIComponent(value); } catch { return value; }
};

/** `pm.cookies.jar()`: callbacks as newman has them, promises where there is no callback. */
class PostmanCookieJar {
  constructor(script) {
    // newman's jar shows these two names.
    this.store = undefined;
    this.jar = undefined;
    Object.defineProperty(this, 'ask', { value: (...args) => ask(script, ...args) });
  }

  get(url, name, callback) {
    check(url, 'get');
    // Without a callback a promise is meant, as newer runtimes have it; newman misses the callback before the name.
    if (callback === undefined ? name === undefined : typeof callback !== 'function') mistake('get', 'a callback function');
    if (typeof name !== 'string') mistake('get', 'cookie name to be a string');
    return this.ask('cookie.get', { url: text(url), name }, callback, decoded);
  }

  getAll(url, options, callback) {
    if (typeof options === 'function') [options, callback] = [{}, options];
    check(url, 'getAll');
    if (callback !== undefined && typeof callback !== 'function') mistake('getAll', 'a callback function');
    const { http, secure } = options || {};
    return this.ask('cookie.getAll', { url: text(url), http, secure }, callback, (found) => new CookieList(undefined, found || []));
  }

  set(url, cookie, value, callback) {
    if (typeof value === 'function') [value, callback] = [undefined, value];
    check(url, 'set');
    return this.ask('cookie.set', { url: text(url), ...given(cookie, value) }, callback, (found) => (found ? new Cookie(found) : undefined));
  }

  unset(url, name, callback) {
    check(url, 'unset');
    if (typeof name !== 'string') mistake('unset', 'cookie name to be a string');
    return this.ask('cookie.unset', { url: text(url), name }, callback);
  }

  clear(url, callback) {
    check(url, 'clear');
    return this.ask('cookie.clear', { url: text(url) }, callback);
  }
}
Object.defineProperty(PostmanCookieJar, 'name', { value: 'PostmanCookieJar' });

function ask(script, kind, payload, callback, read) {
  const run = (settle) => script.start(kind, payload, (outcome) => {
    if (outcome.error) settle(Object.assign(new Error(outcome.error.message), outcome.error));
    else settle(null, read ? read(outcome.value) : undefined);
  });
  if (typeof callback === 'function') {
    run((error, value) => (error ? callback(error) : callback(null, value)));
    return undefined;
  }
  return new Promise((resolve, reject) => {
    run((error, value) => (error ? reject(error) : resolve(value)));
  });
}

// What the host stores for the second and third argument of `set`.
function given(cookie, value) {
  if (typeof cookie === 'string' && value) return { cookie: { name: cookie, value: encodeURIComponent(String(value)) } };
  if (typeof cookie === 'string') return { text: cookie };
  if (typeof cookie !== 'object') mistake('set', 'a valid set cookie arguments');
  const plain = typeof cookie?.toJSON === 'function' ? cookie.toJSON() : { ...cookie };
  if (typeof plain.value === 'string') plain.value = encodeURIComponent(plain.value);
  return { cookie: plain };
}

// Measured: newman throws for mistakes at once. Newer runtimes reject the promise, which a script that awaits cannot tell apart.
function mistake(method, what) {
  throw new TypeError(`CookieJar.${method}() requires ${what}`);
}

function check(url, method) {
  if (!text(url)) mistake(method, 'a valid url');
}

function text(url) {
  return url === null || url === undefined ? '' : String(url);
}
