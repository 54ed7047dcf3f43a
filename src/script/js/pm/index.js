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
  variables: (script) => script.scopes.variables,
  environment: (script) => script.scopes.environment,
  globals: (script) => script.scopes.globals,
  collectionVariables: (script) => script.scopes.collectionVariables,
  iterationData: (script) => script.scopes.iterationData,
  request: makeRequest,
  cookies: makeCookies,
  execution: makeExecution,
  vault: makeVault,
  visualizer: makeVisualizer,
  sendRequest: (script) => (request, callback) => sendRequest(script, request, callback),
};

/** `pm` in scripts before the request. */
export class Pm {
  constructor(script) {
    state.set(this, script);
    this.test = makeTest(script, this);
  }

  get expect() { return expect(); }

  require(name) { return requirePackage(state.get(this), name); }

  datasets() {
    throw new Error('pm.datasets is only available in Postman\'s own tools');
  }
}

/** `pm` in scripts after the response. */
export class PmTest extends Pm {}

const getter = (name, make) => ({
  get() {
    const script = state.get(this);
    return (script.own[name] ??= make(script));
  },
  enumerable: false,
  configurable: true,
});
for (const name of Object.keys(MAKE)) Object.defineProperty(Pm.prototype, name, getter(name, MAKE[name]));
Object.defineProperty(PmTest.prototype, 'response', getter('response', makeResponse));
