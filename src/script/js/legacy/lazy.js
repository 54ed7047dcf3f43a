// Objects that exist from the start of a script but are made, and called deprecated, when they are first touched.

import { library } from '../boot/library.js';
import { current } from '../boot/current.js';

const handlerOf = (touch, bind) => {
  const handler = {};
  for (const trap of ['get', 'set', 'has', 'deleteProperty', 'ownKeys', 'getOwnPropertyDescriptor', 'getPrototypeOf',
    'defineProperty', 'apply', 'construct']) {
    const act = Reflect[trap];
    handler[trap] = (dummy, ...args) => {
      const target = touch();
      if (trap === 'get') {
        const value = act(target, args[0]);
        // Methods of the SDK's lists look for their own object, not for its proxy.
        return bind && typeof value === 'function' && args[0] !== 'constructor' ? value.bind(target) : value;
      }
      if (trap === 'set') return act(target, args[0], args[1]);
      const result = act(target, ...args);
      // The dummy has none of the target's fixed properties, so all are shown as changeable.
      if (trap === 'getOwnPropertyDescriptor' && result && !(typeof dummy === 'function' && args[0] === 'prototype')) {
        result.configurable = true;
      }
      return result;
    };
  }
  return handler;
};

/** An object of one script. */
export function lazyObject(script, name, alternative, make) {
  let target;
  return new Proxy({}, handlerOf(() => {
    script.deprecated(name, alternative);
    return (target ??= make());
  }, true));
}

/** A library of the run under its legacy name. */
export function lazyLibrary(name, alternative, bundled, callable) {
  return new Proxy(callable ? function () {} : {}, handlerOf(() => {
    current().deprecated(name, alternative);
    return library(bundled);
  }));
}
