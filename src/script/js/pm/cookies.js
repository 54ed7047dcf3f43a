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
  Object.defineProperty(list, 'jar', { value: () => new CookieJar(script), enumerable: false });
  return list;
}

const decoded = (cookie) => {
  if (!cookie) return null;
  const value = typeof cookie === 'string' ? cookie : cookie.value ?? '';
  try { return decodeURIComponent(value); } catch { return value; }
};

/** `pm.cookies.jar()`: callbacks as newman has them, promises where there is no callback. */
class CookieJar {
  #script;

  constructor(script) {
    this.#script = script;
  }

  #ask(kind, payload, problem, callback, read) {
    const script = this.#script;
    if (callback !== undefined && typeof callback !== 'function') throw new TypeError('callback needs to be a function');
    const run = (settle) => {
      if (problem) {
        settle(new TypeError(problem));
        return;
      }
      script.start(kind, payload, (outcome) => {
        if (outcome.error) settle(Object.assign(new Error(outcome.error.message), outcome.error));
        else settle(null, read ? read(outcome.value) : undefined);
      });
    };
    if (callback) {
      run((error, value) => (error || !read ? callback(error) : callback(null, value)));
      return undefined;
    }
    return new Promise((resolve, reject) => run((error, value) => (error ? reject(error) : resolve(value))));
  }

  get(url, name, callback) {
    const problem = urlProblem(url, 'get') || (typeof name === 'string' ? null : 'CookieJar.get() requires cookie name to be a string');
    return this.#ask('cookie.get', { url: text(url), name }, problem, callback, decoded);
  }

  getAll(url, options, callback) {
    if (typeof options === 'function') [options, callback] = [{}, options];
    const { http, secure } = options || {};
    return this.#ask('cookie.getAll', { url: text(url), http, secure }, urlProblem(url, 'getAll'), callback,
      (found) => new CookieList(undefined, found || []));
  }

  set(url, cookie, value, callback) {
    if (typeof value === 'function') [value, callback] = [undefined, value];
    let problem = urlProblem(url, 'set');
    let payload = null;
    if (typeof cookie === 'string' && value !== undefined) {
      payload = { url: text(url), cookie: { name: cookie, value: encodeURIComponent(String(value)) } };
    } else if (typeof cookie === 'string') {
      payload = { url: text(url), text: cookie };
    } else if (cookie && typeof cookie === 'object') {
      const plain = typeof cookie.toJSON === 'function' ? cookie.toJSON() : { ...cookie };
      if (typeof plain.value === 'string') plain.value = encodeURIComponent(plain.value);
      payload = { url: text(url), cookie: plain };
    } else problem ||= 'CookieJar.set() requires a valid set cookie arguments';
    return this.#ask('cookie.set', payload, problem, callback, (found) => (found ? new Cookie(found) : undefined));
  }

  unset(url, name, callback) {
    const problem = urlProblem(url, 'unset')
      || (typeof name === 'string' ? null : 'CookieJar.unset() requires cookie name to be a string');
    return this.#ask('cookie.unset', { url: text(url), name }, problem, callback);
  }

  clear(url, callback) {
    return this.#ask('cookie.clear', { url: text(url) }, urlProblem(url, 'clear'), callback);
  }
}

function text(url) {
  return url === null || url === undefined ? '' : String(url);
}

function urlProblem(url, method) {
  return text(url) ? null : `CookieJar.${method}() requires a valid url`;
}
