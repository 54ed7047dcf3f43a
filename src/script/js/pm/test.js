// `pm.test` and its relatives. Every outcome is told to Rust at once, so its order is the order of events.

import { describe } from '../boot/errors.js';

/** The `pm.test` of one script. */
export function makeTest(script, pm) {
  const report = (name, index, thrown, failed) => {
    let error = null;
    if (failed) {
      error = thrown instanceof Error ? describe(thrown) : { name: 'AssertionError', message: name };
      if (thrown instanceof Error) refuseBigInt(thrown);
    }
    script.emit('assertion', { name, index, skipped: false, error });
  };

  function test(name, fn) {
    name = label(name);
    const index = script.assertions++;
    if (typeof fn !== 'function') {
      report(name, index);
    } else if (fn.length > 0) {
      withDone(name, index, fn);
    } else {
      let thrown;
      let failed = false;
      try {
        fn();
      } catch (error) {
        thrown = error;
        failed = true;
      }
      report(name, index, thrown, failed);
    }
    return pm;
  }

  function withDone(name, index, fn) {
    let failed = false;
    const done = (thrown) => {
      if (failed) return;
      failed = Boolean(thrown);
      report(name, index, thrown, failed);
    };
    try {
      fn(done);
    } catch (error) {
      done(error || new Error(String(error)));
    }
  }

  test.skip = function skip(name) {
    script.emit('assertion', { name: label(name), index: script.assertions++, skipped: true, error: null });
    return pm;
  };
  test.index = function index() {
    return script.assertions;
  };
  return test;
}

function label(name) {
  return typeof name === 'string' ? name : String(name);
}

// newman hands the whole error to its host as JSON, where a BigInt cannot go: the script ends with that.
function refuseBigInt(error) {
  if (typeof error.actual === 'bigint' || typeof error.expected === 'bigint') {
    throw new TypeError('Do not know how to serialize a BigInt');
  }
}
