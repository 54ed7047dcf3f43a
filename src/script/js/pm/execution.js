// `pm.execution`, `pm.info`, `pm.vault`, `pm.visualizer`: the small members.

import { sentResponse } from './response.js';

/** `pm.info`: read-only and not listed. */
export function makeInfo(info) {
  const made = {};
  for (const name of ['eventName', 'iteration', 'iterationCount', 'requestName', 'requestId']) {
    Object.defineProperty(made, name, { value: info[name], enumerable: false });
  }
  return made;
}

/** Records the request to go to; `undefined` is as if it was not called. */
export function setNextRequest(script, target) {
  if (target === undefined || script.muted || script.over) return;
  script.nextRequest = { value: target === null ? null : String(target) };
}

/** `pm.execution` of one script. */
export function makeExecution(script) {
  const { job } = script;
  const execution = {};
  execution.skipRequest = script.phase === 'prerequest' ? function () { script.skip(); }
    // In newman the member is there, and says that it is not.
    : function () { throw new TypeError('pm.execution.skipRequest is not a function'); };
  const location = Array.isArray(job.location) ? job.location.slice() : [];
  Object.defineProperty(location, 'current', { value: job.current, enumerable: false });
  Object.defineProperty(execution, 'location', { value: Object.freeze(location), enumerable: true });
  execution.setNextRequest = function (target) { setNextRequest(script, target); };
  if (job.canRunRequest) {
    const run = (id, options) => runRequest(script, id, options);
    Object.defineProperty(execution, 'runRequest', { value: run, writable: true, configurable: true, enumerable: false });
  }
  return execution;
}

function runRequest(script, id, options) {
  if (!id) return Promise.reject(new Error('runRequest: collection request id not provided'));
  return new Promise((resolve, reject) => {
    // What this script set so far is seen by the request's scripts, and what they set by this one.
    const payload = { id: String(id), variables: (options && options.variables) || {}, scopes: script.scopes.handOver() };
    script.start('runRequest', payload, (outcome) => {
      script.scopes.reload();
      if (outcome.error) reject(Object.assign(new Error(outcome.error.message), outcome.error));
      else resolve(outcome.response ? sentResponse(outcome.response) : null);
    });
  });
}

/** `pm.vault`: Rust decides; it denies unless the run allows it. */
export function makeVault(script) {
  const ask = (kind, payload) => new Promise((resolve, reject) => {
    script.start(kind, payload, (outcome) => {
      if (outcome.error) reject(new Error(outcome.error.message || 'Vault access denied'));
      else resolve(outcome.value);
    });
  });
  return {
    get: (key) => ask('vault.get', { key }),
    set: (key, value) => ask('vault.set', { key, value }),
    unset: (key) => ask('vault.unset', { key }),
  };
}

/** `pm.visualizer`: checks its arguments as Postman does and hands them on. */
export function makeVisualizer(script) {
  return {
    set(template, data, options) {
      if (typeof template !== 'string') {
        throw new Error(`Invalid template. Template must be of type string, found ${typeof template}`);
      }
      if (data !== undefined && (data === null || typeof data !== 'object')) {
        throw new Error(`Invalid data. Data must be an object, found ${typeof data}`);
      }
      if (options !== undefined && (options === null || typeof options !== 'object')) {
        throw new Error(`Invalid options. Options must be an object, found ${typeof options}`);
      }
      script.emit('visualizer', { template, data, options });
    },
    clear() {
      script.emit('visualizer', null);
    },
  };
}
