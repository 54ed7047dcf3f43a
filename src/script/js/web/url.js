// URL and URLSearchParams after the WHATWG standard, for the special schemes and the common rest.

const PORTS = { 'http:': '80', 'https:': '443', 'ftp:': '21', 'ws:': '80', 'wss:': '443' };

// Percent-encodes the bytes of what a pattern finds.
const encode = (text, unsafe) => text.replace(unsafe, (found) => {
  try { return found === '%' ? '%' : encodeURIComponent(found).replace(/['()*!~]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`); } catch { return '%EF%BF%BD'; }
});
const PATH = /[\u0000-\u0020"#<>?`{}\u007f]|[^\u0000-\u007f]+/g;
const QUERY = /[\u0000-\u0020"#<>'\u007f]|[^\u0000-\u007f]+/g;
const HASH = /[\u0000-\u0020"<>`\u007f]|[^\u0000-\u007f]+/g;
const USER = /[\u0000-\u0020"#<>?`{}/:;=@[\\\]^|\u007f]|[^\u0000-\u007f]+/g;

function formEncode(text) {
  return encodeURIComponent(text.toWellFormed ? text.toWellFormed() : text)
    .replace(/%20/g, '+').replace(/[!'()~]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
}

function formDecode(text) {
  text = text.replace(/\+/g, ' ');
  try { return decodeURIComponent(text); } catch { return text.replace(/(?:%[0-9a-f]{2})+/gi, (run) => { try { return decodeURIComponent(run); } catch { return run; } }); }
}

/** The query of a URL as a list of pairs. */
export class URLSearchParams {
  #pairs = [];
  #changed = null;

  constructor(init = '', changed) {
    if (typeof changed === 'function') this.#changed = changed;
    if (init === null || init === undefined) return;
    if (typeof init === 'object' || typeof init === 'function') {
      const entries = typeof init[Symbol.iterator] === 'function' ? [...init] : Object.entries(init);
      for (const [key, value] of entries) this.#pairs.push([String(key), String(value)]);
    } else this.#read(String(init));
  }

  #read(text) {
    this.#pairs = text.replace(/^\?/, '').split('&').filter(Boolean).map((pair) => {
      const equals = pair.indexOf('=');
      return equals < 0 ? [formDecode(pair), ''] : [formDecode(pair.slice(0, equals)), formDecode(pair.slice(equals + 1))];
    });
  }

  static reset(params, text) { params.#read(text); }

  #tell() { if (this.#changed) this.#changed(this.toString()); }

  get size() { return this.#pairs.length; }

  append(key, value) { this.#pairs.push([String(key), String(value)]); this.#tell(); }

  delete(key, value) {
    this.#pairs = this.#pairs.filter((pair) => pair[0] !== String(key) || (value !== undefined && pair[1] !== String(value)));
    this.#tell();
  }

  get(key) { return this.#pairs.find((pair) => pair[0] === String(key))?.[1] ?? null; }

  getAll(key) { return this.#pairs.filter((pair) => pair[0] === String(key)).map((pair) => pair[1]); }

  has(key, value) { return this.#pairs.some((pair) => pair[0] === String(key) && (value === undefined || pair[1] === String(value))); }

  set(key, value) {
    const at = this.#pairs.findIndex((pair) => pair[0] === String(key));
    if (at < 0) this.#pairs.push([String(key), String(value)]);
    else {
      this.#pairs[at][1] = String(value);
      this.#pairs = this.#pairs.filter((pair, i) => i <= at || pair[0] !== String(key));
    }
    this.#tell();
  }

  sort() { this.#pairs.sort((a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0)); this.#tell(); }

  forEach(visit, self) { for (const [key, value] of this.#pairs) visit.call(self, value, key, this); }

  * entries() { for (const [key, value] of this.#pairs) yield [key, value]; }

  * keys() { for (const [key] of this.#pairs) yield key; }

  * values() { for (const [, value] of this.#pairs) yield value; }

  [Symbol.iterator]() { return this.entries(); }

  toString() { return this.#pairs.map(([key, value]) => `${formEncode(key)}=${formEncode(value)}`).join('&'); }
}

/** A parsed URL. */
export class URL {
  #parts;
  #params = null;

  constructor(url, base) {
    const parts = parse(String(url), base === undefined ? null : new URL(base).#parts);
    if (!parts) throw Object.assign(new TypeError('Invalid URL'), { code: 'ERR_INVALID_URL', input: String(url) });
    this.#parts = parts;
  }

  static canParse(url, base) {
    try { return Boolean(new URL(url, base)); } catch { return false; }
  }

  static parse(url, base) {
    try { return new URL(url, base); } catch { return null; }
  }

  get href() {
    const { protocol, username, password, hash, search, opaque } = this.#parts;
    const user = username || password ? `${username}${password ? `:${password}` : ''}@` : '';
    return `${protocol}${opaque ? '' : '//'}${user}${this.host}${this.pathname}${search}${hash}`;
  }

  set href(value) { this.#parts = new URL(value).#parts; this.#refresh(); }

  get origin() { return this.#parts.protocol in PORTS ? `${this.#parts.protocol}//${this.host}` : 'null'; }

  get protocol() { return this.#parts.protocol; }

  set protocol(value) { this.#parts.protocol = `${String(value).replace(/:.*$/, '').toLowerCase()}:`; }

  get username() { return this.#parts.username; }

  set username(value) { this.#parts.username = encode(String(value), USER); }

  get password() { return this.#parts.password; }

  set password(value) { this.#parts.password = encode(String(value), USER); }

  get host() { return this.#parts.hostname + (this.#parts.port ? `:${this.#parts.port}` : ''); }

  set host(value) {
    const [, hostname, port] = /^([^:/?#]*)(?::(\d*))?/.exec(String(value));
    if (hostname) this.#parts.hostname = hostname.toLowerCase();
    if (port !== undefined) this.port = port;
  }

  get hostname() { return this.#parts.hostname; }

  set hostname(value) { if (value) this.#parts.hostname = String(value).toLowerCase(); }

  get port() { return this.#parts.port; }

  set port(value) {
    const port = /^\d*/.exec(String(value))[0];
    this.#parts.port = port === PORTS[this.#parts.protocol] ? '' : port;
  }

  get pathname() { return this.#parts.pathname; }

  set pathname(value) { this.#parts.pathname = normalise(encode(`/${String(value).replace(/^\//, '')}`, PATH)); }

  get search() { return this.#parts.search; }

  set search(value) {
    const text = String(value).replace(/^\?/, '');
    this.#parts.search = text ? `?${encode(text, QUERY)}` : '';
    this.#refresh();
  }

  get hash() { return this.#parts.hash; }

  set hash(value) {
    const text = String(value).replace(/^#/, '');
    this.#parts.hash = text ? `#${encode(text, HASH)}` : '';
  }

  get searchParams() {
    return (this.#params ??= new URLSearchParams(this.#parts.search, (text) => { this.#parts.search = text ? `?${text}` : ''; }));
  }

  #refresh() { if (this.#params) URLSearchParams.reset(this.#params, this.#parts.search); }

  toString() { return this.href; }

  toJSON() { return this.href; }
}

function parse(text, base) {
  text = text.replace(/^[\u0000-\u0020]+|[\u0000-\u0020]+$|[\t\n\r]/g, '');
  const scheme = /^([a-z][a-z0-9+.-]*:)/i.exec(text);
  if (!scheme) return base && !base.opaque ? relative(text, base) : null;
  const protocol = scheme[1].toLowerCase();
  let rest = text.slice(protocol.length);
  const special = protocol in PORTS || protocol === 'file:';
  if (special) rest = rest.replace(/^[/\\]*/, '//');
  const [, beforeHash, hash = ''] = /^([^#]*)(#.*)?$/s.exec(rest);
  const [, beforeQuery, search = ''] = /^([^?]*)(\?.*)?$/s.exec(beforeHash);
  const tail = { search: search.length > 1 ? encode(search, QUERY) : '', hash: hash.length > 1 ? `#${encode(hash.slice(1), HASH)}` : '' };
  const empty = { protocol, username: '', password: '', hostname: '', port: '', ...tail };
  if (!beforeQuery.startsWith('//')) return { ...empty, opaque: true, pathname: beforeQuery };
  const [, authority, path] = /^\/\/([^/\\]*)(.*)$/s.exec(beforeQuery);
  const at = authority.lastIndexOf('@');
  const [username = '', ...password] = at < 0 ? [''] : authority.slice(0, at).split(':');
  const found = /^(\[[0-9a-f:.]+\]|[^:]*)(?::(\d*))?$/i.exec(authority.slice(at + 1));
  if (!found || (special && protocol !== 'file:' && !found[1]) || /[\s<>^|%]/.test(found[1].replace(/%[0-9a-f]{2}/gi, '')) || Number(found[2]) > 65535) return null;
  return {
    ...empty, username: encode(username, USER), password: encode(password.join(':'), USER),
    hostname: special ? decodeHost(found[1]) : found[1],
    port: found[2] === undefined || found[2] === PORTS[protocol] ? '' : String(Number(found[2] || '')).replace(/^0$/, found[2] ? '0' : ''),
    pathname: normalise(encode(special ? path.replace(/\\/g, '/') || '/' : path, PATH)),
  };
}

function decodeHost(host) {
  try { return decodeURIComponent(host).toLowerCase(); } catch { return host.toLowerCase(); }
}

function relative(text, base) {
  if (/^[/\\]{2}/.test(text)) return parse(base.protocol + text, null);
  const [, beforeHash, hash = ''] = /^([^#]*)(#.*)?$/s.exec(text);
  const [, path, search] = /^([^?]*)(\?.*)?$/s.exec(beforeHash);
  const made = { ...base, hash: hash.length > 1 ? `#${encode(hash.slice(1), HASH)}` : '' };
  if (!path && search === undefined) return made;
  made.search = search && search.length > 1 ? encode(search, QUERY) : '';
  if (path) {
    const whole = /^[/\\]/.test(path) ? path : base.pathname.replace(/[^/]*$/, '') + path;
    made.pathname = normalise(encode(whole.replace(/\\/g, '/'), PATH));
  }
  return made;
}

function normalise(path) {
  if (!path) return path;
  const out = [];
  const parts = path.split('/');
  parts.forEach((part, i) => {
    const plain = part.replace(/%2e/gi, '.');
    const last = i === parts.length - 1;
    if (plain === '..') {
      if (out.length > 1) out.pop();
      if (last) out.push('');
    } else if (plain === '.') {
      if (last) out.push('');
    } else out.push(part);
  });
  return out.join('/') || '/';
}
