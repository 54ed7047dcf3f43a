// `pm.test` and its relatives. Every outcome is told to Rust at once, so its order is the order of events.

import { describe } from '../boot/errors.js';

/** The `pm.test` of one script. */
export function makeTest(script, pm) {
  const report = (name, index, error) => {
    script.emit('assertion', { name, index, skipped: false, error });
  };

  const test = (0, function (name, fn) {
    name = label(name);
    const index = script.assertions++;
    if (typeof fn !== 'function') {
      report(name, index, null);
    } else if (fn.length > 0) {
      withDone(name, index, fn);
    } else {
      let error = null;
      try {
        fn();
      } catch (thrown) {
        error = failure(name, thrown);
      }
      report(name, index, error);
    }
    return pm;
  });

  function withDone(name, index, fn) {
    let failed = false;
    script.waiting ??= new Map();
    script.waiting.set(index, name);
    const end = (error) => {
      script.waiting.delete(index);
      if (failed) return;
      failed = error !== null;
      report(name, index, error);
    };
    try {
      fn((thrown) => end(thrown ? failure(name, thrown) : null));
    } catch (thrown) {
      end(failure(name, thrown));
    }
  }

  test.skip = function (name) {
    script.emit('assertion', { name: label(name), index: script.assertions++, skipped: true, error: null });
    return pm;
  };
  test.index = function () {
    return script.assertions;
  };
  return test;
}

function label(name) {
  return typeof name === 'string' ? name : String(name);
}

/** What failed a test. What has no name or message gets newman's: an assertion's, and the test's. */
function failure(name, thrown) {
  refuseBigInt(thrown);
  const error = describe(thrown) ?? {};
  error.name ??= 'AssertionError';
  error.message ??= name;
  return error;
}

// newman hands the whole error to its host as JSON, where a BigInt cannot go: the script ends with that.
function refuseBigInt(error) {
  if (error && (typeof error.actual === 'bigint' || typeof error.expected === 'bigint')) {
    throw new TypeError('Do not know how to serialize a BigInt');
  }
}
