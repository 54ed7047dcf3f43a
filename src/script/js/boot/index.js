// The start of the sandbox's JavaScript: prepares the realm once a run and returns what Rust drives it with.

import { host, setHost } from './host.js';
import { describe, installErrorTexts } from './errors.js';
import { library } from './library.js';
import { setReasons } from '../sdk/index.js';
import { prepareRealm } from './realm.js';
import { Script } from './script.js';
import { current, setCurrent } from './current.js';
import { reachesBuiltins, rememberBuiltins, restoreBuiltins } from './intact.js';

const { parse, stringify } = JSON;

/** See ../CONTRACT.md. */
export default function boot(given) {
  setHost(given);
  installErrorTexts();
  prepareRealm();
  setReasons(() => library('http-reasons'));
  return {
    start(json) {
      const script = new Script(parse(json));
      script.outer = running(); // waits for the request that this script belongs to
      setCurrent(script);
      script.reaches = reachesBuiltins(script.job.source);
      if (script.reaches) rememberBuiltins();
      unbroken(script, () => script.run());
    },
    settle(id, json) {
      const script = current();
      if (script) unbroken(script, () => script.settle(id, json ? parse(json) : {}));
    },
    status() {
      const script = current();
      return script && script.running ? 'running' : 'idle';
    },
    rejected(reason) {
      const script = current();
      if (script && !script.over) unbroken(script, () => script.emit('exception', { ...rejection(reason), rejected: true }));
    },
    finish() {
      return leave((script) => script.finish());
    },
    abort(json) {
      current().running = false;
      const error = parse(json);
      return leave((script) => script.finish(error));
    },
  };
}

function running() {
  const script = current();
  return script && !script.over ? script : null;
}

function leave(finish) {
  const script = current();
  if (script.reaches) restoreBuiltins();
  const outcome = finish(script);
  if (script.outer) setCurrent(script.outer);
  return outcome;
}

// A script may break the built-ins under the sandbox itself: then they are put back, and the error is the script's.
function unbroken(script, act) {
  try {
    act();
  } catch (error) {
    restoreBuiltins();
    script.running = false;
    script.fail(error);
  }
}

function rejection(reason) {
  if (reason instanceof Error) return describe(reason);
  let text;
  try { text = String(reason); } catch { text = Object.prototype.toString.call(reason); }
  return {
    name: 'UnhandledPromiseRejection',
    message: 'This error originated either by throwing inside of an async function without a catch block, or by rejecting '
      + `a promise which was not handled with .catch(). The promise rejected with the reason "${text}".`,
  };
}
