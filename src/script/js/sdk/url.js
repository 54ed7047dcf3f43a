// URLs, as parts that scripts can change one by one.

import { PropertyBase } from './property.js';
import { PropertyList } from './list.js';
import { indexOutside, QueryParam, splitOutside } from './query.js';
import { VariableList } from './variable.js';
import { isObject } from './util.js';
import { lazy } from './lazy.js';

/** One URL. */
export class Url extends PropertyBase {
  #query;
  #variables;

  static #lazy = {
    query: lazy('query', (url) => new PropertyList(QueryParam, url, url.#query, true)),
    variables: lazy('variables', (url) => new VariableList(url, url.#variables)),
  };

  constructor(definition) {
    super(definition);
    this.update(definition);
  }

  /** Replaces all parts. */
  update(definition) {
    if (definition === undefined || definition === null) definition = {};
    const given = typeof definition === 'string' ? Url.parse(definition) : definition;
    const { host, path } = given;
    this.auth = given.auth;
    this.protocol = given.protocol;
    this.port = given.port;
    this.path = typeof path === 'string' && path ? path.replace(/^\//, '').split('/') : path;
    this.hash = given.hash;
    this.host = typeof host === 'string' ? splitOutside(host, '.') : host;
    this.#query = queryOf(given.query);
    this.#variables = variablesOf(given.variable || given.variables);
    Object.defineProperty(this, 'query', Url.#lazy.query);
    Object.defineProperty(this, 'variables', Url.#lazy.variables);
  }

  addQueryParams(params) {
    this.query.populate(typeof params === 'string' ? QueryParam.parse(params) : params);
  }

  /** By key, or by a list of keys or of objects with one. */
  removeQueryParams(params) {
    const keys = new Set(Array.isArray(params) ? params.map((param) => (isObject(param) ? param.key : param)) : [params]);
    this.query.remove((param) => keys.has(param.key));
  }

  getRaw() {
    throw new Error('`Url#getRaw` has been discontinued, use `Url#toString` instead.');
  }

  toString(forceProtocol) {
    let text = '';
    const { protocol, auth, port } = this;
    if (protocol) text += protocol.endsWith('://') ? protocol : `${protocol}://`;
    else if (forceProtocol) text += 'http://';
    if (auth) {
      const user = typeof auth.user === 'string' ? auth.user : undefined;
      const password = typeof auth.password === 'string' ? auth.password : undefined;
      if (user !== undefined || password !== undefined) text += `${user ?? ''}${password === undefined ? '' : `:${password}`}@`;
    }
    if (this.host) text += this.getHost();
    if (port !== undefined && port !== null) text += `:${port}`;
    if (this.path) text += this.getPath();
    const query = this.#queryText();
    if (query !== undefined) text += `?${query}`;
    if (typeof this.hash === 'string') text += `#${this.hash}`;
    return text;
  }

  // `undefined` where no parameter is enabled.
  #queryText() {
    const { query } = this;
    if (!query) return undefined;
    const params = query instanceof PropertyList ? PropertyList.entries(query) : query;
    const enabled = params.filter((param) => !(param && param.disabled));
    return enabled.length ? QueryParam.unparse(enabled) : undefined;
  }

  /** The path, with the values of its variables. */
  getPath(unresolved) {
    const { path } = this;
    if (typeof path === 'string') return path;
    const plain = isObject(unresolved) ? unresolved.unresolved : unresolved;
    const segments = plain || !this.variables || !path?.some((segment) => segment?.[0] === ':') ? path : path?.map((segment) => this.#segment(segment));
    return `/${(segments || []).join('/')}`;
  }

  #segment(segment) {
    if (typeof segment !== 'string' || segment[0] !== ':' || segment === ':') return segment;
    const dot = segment.indexOf('.');
    const name = dot < 0 ? segment.slice(1) : segment.slice(1, dot);
    const value = this.variables.get(name);
    return typeof value === 'string' && value ? value + (dot < 0 ? '' : segment.slice(dot)) : segment;
  }

  getQueryString() {
    return this.query ? QueryParam.unparse(this.query) : '';
  }

  getPathWithQuery() {
    const query = this.#queryText();
    return query ? `${this.getPath()}?${query}` : this.getPath();
  }

  getHost() {
    const { host } = this;
    return host ? (Array.isArray(host) ? host.join('.') : String(host)) : '';
  }

  /** Host and port. */
  getRemote(forcePort) {
    let { port } = this;
    if (forcePort && !port) port = this.protocol && this.protocol.startsWith('https') ? 443 : 80;
    return port ? `${this.getHost()}:${port}` : this.getHost();
  }

  /** The URL that OAuth 1.0 signs. */
  getOAuth1BaseUrl() {
    const protocol = (this.protocol || 'http').replace('://', '').toLowerCase();
    const standard = protocol === 'https' ? '443' : '80';
    const port = this.port && String(this.port) !== standard ? `:${this.port}` : '';
    return `${protocol}://${this.getHost().toLowerCase()}${port}${this.getPath()}`;
  }

  static isUrl(value) {
    return value instanceof Url;
  }

  /** The parts of a URL's text. What stands inside `{{…}}` separates nothing. */
  static parse(text) {
    const url = {
      raw: text, protocol: undefined, auth: undefined, host: undefined, port: undefined, path: undefined, query: undefined,
      hash: undefined, variable: undefined,
    };
    if (typeof text !== 'string') return url;
    text = text.trimStart();
    url.raw = text;

    let at = indexOutside(text, '#');
    if (at >= 0) {
      url.hash = text.slice(at + 1);
      text = text.slice(0, at);
    }
    at = indexOutside(text, '?');
    if (at >= 0) {
      url.query = splitOutside(text.slice(at + 1), '&').map(QueryParam.parseSingle);
      text = text.slice(0, at);
    }
    if (text.includes('\\')) text = splitOutside(text, '\\').join('/');
    at = indexOutside(text, '://');
    if (at >= 0) {
      url.protocol = text.slice(0, at);
      for (at += 3; text[at] === '/';) at++;
      text = text.slice(at);
    }
    at = indexOutside(text, '/');
    if (at >= 0) {
      url.path = splitOutside(text.slice(at + 1), '/');
      text = text.slice(0, at);
      const names = new Set();
      for (const segment of url.path) {
        if (segment[0] !== ':' || segment === ':') continue;
        const dot = segment.indexOf('.');
        const name = dot < 0 ? segment.slice(1) : segment.slice(1, dot);
        if (name) names.add(name);
      }
      if (names.size) url.variable = Array.from(names, (key) => ({ key }));
    }
    const parts = splitOutside(text, '@');
    if (parts.length > 1) {
      text = parts.pop();
      const user = parts.join('@');
      at = indexOutside(user, ':');
      url.auth = at < 0 ? { user, password: undefined } : { user: user.slice(0, at), password: user.slice(at + 1) };
    }
    const pieces = splitOutside(text, ':');
    if (pieces.length > 1 && indexOutside(pieces[pieces.length - 1], ']') < 0) {
      url.port = pieces.pop();
      text = pieces.join(':');
    }
    if (text) url.host = splitOutside(text, '.');
    return url;
  }
}

function queryOf(query) {
  if (typeof query === 'string') return QueryParam.parse(query);
  if (!isObject(query) || Array.isArray(query)) return query;
  if (PropertyList.isPropertyList(query)) return query.members;
  return Object.keys(query).map((key) => ({ key, value: query[key] }));
}

// Version 2.0 of the format names a path variable by `id`.
function variablesOf(variables) {
  if (!Array.isArray(variables)) return variables;
  return variables.map((one) => (isObject(one) && one.key === undefined && one.id !== undefined ? { ...one, key: one.id } : one));
}

Url._postman_propertyName = 'Url';
Object.defineProperty(Url, 'name', { value: 'PostmanUrl' });
