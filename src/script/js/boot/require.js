// `require`: libraries that Postman gives to scripts. Each is loaded when it is first asked for.

import { host } from './host.js';
import { library, setRequire } from './library.js';
import { current } from './current.js';
import { loadChai } from '../pm/expect.js';
import { adopt } from '../sdk/adopt.js';
import { parseJson } from '../sdk/index.js';

const cache = Object.create(null);
const { stringify } = JSON;

// Libraries bundled under their own name; the second column says which of those that is where the names differ.
const LIBRARIES = {
  ajv: 'ajv', backbone: 'backbone', cheerio: 'cheerio', 'crypto-js': 'crypto-js', 'csv-parse/lib/sync': 'csv-parse',
  lodash: 'lodash', moment: 'moment', 'postman-collection': 'postman-collection', tv4: 'tv4', xml2js: 'xml2js',
  assert: 'assert', buffer: 'buffer', events: 'events', path: 'path', punycode: 'punycode', querystring: 'querystring',
  stream: 'stream', string_decoder: 'string_decoder', url: 'url', util: 'util', _process: 'process',
};

const OWN = {
  chai: () => loadChai(),
  atob: () => globalThat.atob,
  btoa: () => globalThat.btoa,
  json: () => ({ parse: (text, reviver) => parseJson(text, reviver), stringify: (...args) => stringify(...args) }),
  uuid: () => {
    const uuid = () => host.dynamic('$guid');
    return Object.assign(uuid, { v4: uuid });
  },
  timers: () => {
    const timers = {};
    for (const name of ['setTimeout', 'setInterval', 'setImmediate', 'clearTimeout', 'clearInterval', 'clearImmediate']) {
      timers[name] = (...args) => current().timersOf()[name](...args);
    }
    return timers;
  },
  fs: () => ({}),
  os: () => ({
    EOL: '\n', platform: () => 'browser', hostname: () => '', endianness: () => 'LE', tmpdir: () => '/tmp', tmpDir: () => '/tmp', homedir: () => '/',
    type: () => 'Browser', release: () => '', arch: () => 'javascript', cpus: () => [], loadavg: () => [], uptime: () => 0,
    freemem: () => Number.MAX_VALUE, totalmem: () => Number.MAX_VALUE, networkInterfaces: () => ({}), getNetworkInterfaces: () => ({}),
  }),
};

const globalThat = globalThis;

/** What a script gets for a name. */
export function require(name) {
  const key = String(name);
  let found = cache[key];
  if (found === undefined) {
    found = load(key);
    if (found === undefined) {
      throw Object.assign(new Error(`Cannot find module '${key}'`), { code: 'MODULE_NOT_FOUND' });
    }
    cache[key] = found;
  }
  return found;
}

function load(name) {
  if (Object.hasOwn(OWN, name)) return OWN[name]();
  const found = Object.hasOwn(LIBRARIES, name) ? library(LIBRARIES[name]) : undefined;
  return name === 'postman-collection' ? adopt(found) : found;
}

setRequire(require);

/** The `buffer` module. */
export function buffer() {
  return require('buffer');
}
