// The `pm` object of a script. Members are made when first touched, so a script pays only for what it uses.

import { makeTest } from './test.js';
import { expect } from './expect.js';
import { makeRequest } from './request.js';
import { makeResponse } from './response.js';
import { makeCookies } from './cookies.js';
import { requirePackage } from './packages.js';
import { sendRequest } from './send-request.js';
import { makeExecution, makeInfo, makeVault, makeVisualizer } from './execution.js';

const state = new WeakMap();
const MAKE = {
  info: (script) => makeInfo(script.info),
  globals: (script) => script.scopes.globals,
  environment: (script) => script.scopes.environment,
  collectionVariables: (script) => script.scopes.collectionVariables,
  variables: (script) => script.scopes.variables,
  iterationData: (script) => script.scopes.iterationData,
  request: makeRequest,
  response: makeResponse,
  cookies: makeCookies,
  visualizer: makeVisualizer,
  sendRequest: (script) => ({ sendRequest(request, callback) { return sendRequest(script, request, callback); } }).sendRequest,
  execution: makeExecution,
};

/** `pm`. Its members are the script's own, as in newman; `expect` is shared. */
export class Postman {
  constructor(script) {
    state.set(this, script);
    Object.defineProperties(this, MEMBERS[script.phase]);
    this.test = makeTest(script, this);
  }

  get expect() { return expect(); }
}

const getter = (name, make) => ({
  get() {
    const script = state.get(this);
    return (script.own[name] ??= make(script));
  },
  set() {}, // read-only: in newman assignments are without effect
  enumerable: false,
  configurable: false,
});
const members = (names) => Object.fromEntries(names.map((name) => [name, getter(name, MAKE[name])]));
const names = Object.keys(MAKE);
const MEMBERS = { prerequest: members(names.filter((name) => name !== 'response')), test: members(names) };

// What newer runtimes have is shared, so that the list of own members is newman's.
Object.defineProperties(Postman.prototype, {
  vault: getter('vault', makeVault),
  require: { value: { require(name) { return requirePackage(state.get(this), name); } }.require, writable: true, configurable: true },
});
Object.defineProperty(Postman, 'name', { value: 'Postman' });
