// Bundled libraries. Each is a function of what Node or a browser would have around it, called once a run.

import { host } from './host.js';
import { quicken } from './ciphers.js';
import { consoleOf } from './console.js';
import { current } from './current.js';

const loaded = Object.create(null);

// `require` of libraries among themselves; a function that is set to break the circle of imports.
const others = { require: null };

const timer = (name) => (...args) => {
  const script = current();
  return script ? script.timersOf()[name](...args) : undefined;
};

const env = {
  require: (name) => others.require(name),
  dynamic: (name) => host.dynamic(name),
  global: globalThis,
  setTimeout: timer('setTimeout'),
  setInterval: timer('setInterval'),
  setImmediate: timer('setImmediate'),
  clearTimeout: timer('clearTimeout'),
  clearInterval: timer('clearInterval'),
  get console() { return consoleOf(); },
  get Buffer() { return others.require('buffer').Buffer; },
  get process() { return others.require('_process'); },
};

/** The library of a name in `table.json`. */
export function library(name) {
  let found = loaded[name];
  if (found === undefined) {
    const make = host.library(name);
    if (make === undefined) throw new Error(`The library '${name}' is missing from this build`);
    found = make(env);
    if (name === 'crypto-js') quicken(found);
    loaded[name] = found;
  }
  return found;
}

/** Tells libraries how to find each other. */
export function setRequire(require) {
  others.require = require;
}
