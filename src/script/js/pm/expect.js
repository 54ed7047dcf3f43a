// `pm.expect`: chai with Postman's assertions, loaded when a script first asks for it.

import { library } from '../boot/library.js';
import { Request, Response } from '../sdk/index.js';
import { fastChains } from './chains.js';

let chai = null;

/** The chai of the run; `require('chai')` gives the same. */
export function loadChai() {
  if (chai === null) {
    const bundled = library('chai');
    chai = bundled.chai;
    fastChains(chai);
    chai.use(bundled.chaiPostman({ Request, Response }, helpers, Ajv));
  }
  return chai;
}

/** `pm.expect` itself. */
export function expect() {
  return loadChai().expect;
}

/** Gives a request or response its `to`. */
export function addTo(subject) {
  Object.defineProperty(subject, 'to', toProperty);
  return subject;
}

const toProperty = {
  get() { return loadChai().expect(this).to; },
  configurable: true,
  enumerable: false,
};

const full = (name) => (...args) => library('lodash')[name](...args);

// What Postman's assertions take from lodash: the simple ones here, the others from the library when they are used.
const helpers = {
  forOwn(object, visit) {
    for (const key of Object.keys(object)) visit(object[key], key, object);
  },
  isString: (value) => typeof value === 'string' || value instanceof String,
  isNumber: (value) => typeof value === 'number' || value instanceof Number,
  isPlainObject: full('isPlainObject'),
  isEqual: (a, b) => a === b || full('isEqual')(a, b),
  has: full('has'),
  get: (object, path) => (/^[\w$]+$/.test(path) ? (object === null || object === undefined ? undefined : object[path])
    : full('get')(object, path)),
};

function Ajv(options) {
  const Library = library('ajv');
  return new Library(options);
}
