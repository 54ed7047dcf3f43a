// The values behind the names that a script's function gets as parameters. One object per run where a name's value does
// not depend on the script; what does, is made from the running script when it is touched.

import { buffer, require } from '../boot/require.js';
import { consoleOf } from '../boot/console.js';
import { parseJson } from '../sdk/index.js';
import { lazyObject, lazyLibrary } from './lazy.js';
import { postmanOf } from './postman.js';
import { testsOf } from './tests.js';
import { xml2Json } from './xml2json.js';
import { namesOf } from './names.js';
import * as values from './values.js';

const { stringify } = JSON;
const timer = (name) => (script) => script.timersOf()[name];
const once = (make) => {
  let made;
  return () => (made ??= make());
};
const perScript = (name, make) => (script) => (script.own[`legacy ${name}`] ??= make(script));

const VALUES = {
  pm: (script) => script.pm,
  console: () => consoleOf(),
  setTimeout: timer('setTimeout'),
  setInterval: timer('setInterval'),
  setImmediate: timer('setImmediate'),
  clearTimeout: timer('clearTimeout'),
  clearInterval: timer('clearInterval'),
  clearImmediate: timer('clearImmediate'),
  Buffer: () => buffer().Buffer,
  require: () => require,
  JSON: () => legacyJson,
  _: once(() => lazyLibrary('_', "require('lodash')", 'lodash3', true)),
  CryptoJS: once(() => lazyLibrary('CryptoJS', "require('crypto-js')", 'crypto-js')),
  tv4: once(() => lazyLibrary('tv4', "require('ajv')", 'tv4')),
  cheerio: once(() => lazyLibrary('cheerio', "require('cheerio')", 'cheerio', true)),
  Backbone: once(() => lazyLibrary('Backbone', "require('backbone')", 'backbone')),
  xml2Json: () => xml2Json,
  postman: perScript('postman', postmanOf),
  tests: perScript('tests', testsOf),
  globals: perScript('globals', (script) => lazyObject(script, 'globals', 'pm.globals', () => values.variables(script, 'globals'))),
  environment: perScript('environment', (script) => lazyObject(script, 'environment', 'pm.environment',
    () => values.variables(script, 'environment'))),
  data: perScript('data', (script) => lazyObject(script, 'data', 'pm.iterationData', () => values.row(script))),
  iteration: (script) => script.info.iteration,
  request: perScript('request', (script) => lazyObject(script, 'request', 'pm.request', () => values.request(script))),
  responseBody: (script) => values.responseBody(script),
  responseTime: (script) => values.response(script)?.responseTime,
  responseCode: perScript('responseCode', (script) => lazyObject(script, 'responseCode', 'pm.response.code',
    () => values.responseCode(script))),
  responseHeaders: perScript('responseHeaders', (script) => lazyObject(script, 'responseHeaders', 'pm.response.headers',
    () => values.responseHeaders(script))),
  responseCookies: perScript('responseCookies', (script) => lazyObject(script, 'responseCookies', 'pm.cookies',
    () => script.pm.cookies)),
};

// The tolerant parser, under the name that scripts use for the standard one. All its errors have one name.
const legacyJson = {
  parse: (text, reviver) => parseJson(text, reviver),
  stringify(...args) {
    try {
      return stringify(...args);
    } catch (error) {
      if (error instanceof Error) {
        if (error instanceof TypeError && /circular/i.test(error.message)) error.message = circleText(args[0]) || error.message;
        Object.defineProperty(error, 'name', { value: 'JSONError', writable: true, configurable: true });
      }
      throw error;
    }
  },
};

// V8 describes where a structure closes on itself.
function circleText(value) {
  const path = [];
  const walk = (found, key) => {
    const at = path.findIndex((step) => step.found === found);
    if (at >= 0) return { at, key };
    path.push({ found, key });
    for (const next of Object.keys(found)) {
      if (found[next] === null || typeof found[next] !== 'object' || typeof found[next].toJSON === 'function') continue;
      const circle = walk(found[next], next);
      if (circle) return circle;
    }
    path.pop();
    return undefined;
  };
  const circle = value !== null && typeof value === 'object' ? walk(value) : undefined;
  if (!circle) return undefined;
  const name = (key) => (/^\d+$/.test(key) ? `index ${key}` : `property '${key}'`);
  const type = (step) => `object with constructor '${step.found.constructor ? step.found.constructor.name : 'Object'}'`;
  const steps = path.slice(circle.at);
  const between = steps.slice(1).map((step) => `\n    |     ${name(step.key)} -> ${type(step)}`);
  if (between.length > 3) between.splice(1, between.length - 2, '\n    |     ...');
  return `Converting circular structure to JSON\n    --> starting at ${type(steps[0])}${between.join('')}\n    --- ${name(circle.key)} closes the circle`;
}

/** The value of one of the sandbox's names for a script. */
export function valueOf(name, script) {
  return VALUES[name](script);
}

// `this` at a script's top level: an object with all names, each read when asked for.
const realm = globalThis;
const THIS = {};
const holders = new WeakMap();
for (const phase of ['prerequest', 'test']) {
  THIS[phase] = Object.create(realm); // so that `this.Array` is there too
  for (const name of namesOf(phase, true)) {
    Object.defineProperty(THIS[phase], name, {
      get() { return VALUES[name](holders.get(this)); },
      set(value) { Object.defineProperty(this, name, { value, writable: true, configurable: true, enumerable: true }); },
      enumerable: true,
      configurable: true,
    });
  }
}

/** `this` at the top level of a script. */
export function scriptThis(script) {
  const holder = Object.create(THIS[script.phase]);
  holders.set(holder, script);
  return holder;
}
