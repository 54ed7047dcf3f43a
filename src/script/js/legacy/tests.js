// The legacy `tests` object: each entry is an assertion when the script's synchronous part ends.

/** `tests` of one script. Its own proxy, because assigning is how it is used. */
export function testsOf(script) {
  script.tests = {};
  return new Proxy(script.tests, {
    get(target, name) {
      script.deprecated('tests', 'pm.test()');
      return target[name];
    },
    set(target, name, value) {
      script.deprecated('tests', 'pm.test()');
      target[name] = value;
      return true;
    },
  });
}

/** Reports the entries. */
export function settleTests(script) {
  const { tests } = script;
  if (!tests) return;
  for (const name of Object.keys(tests)) {
    const value = tests[name];
    const error = value ? null : { name: 'AssertionError', message: `expected ${String(value)} to be truthy` };
    script.emit('assertion', { name, index: script.assertions++, skipped: false, error });
  }
}
