// Own properties that are computed on first touch.

const { defineProperty } = Object;

/** Replaces (or makes) an ordinary own property. */
export function settle(object, name, value) {
  defineProperty(object, name, { value, writable: true, enumerable: true, configurable: true });
  return value;
}

/**
 * A descriptor, shared by all instances, of an own enumerable property that `make(instance)` computes when it is first
 * read. `Object.keys`, `JSON.stringify` and chai see an ordinary property; assignment makes it one at once.
 */
export function lazy(name, make) {
  return {
    get() { return settle(this, name, make(this)); },
    set(value) { settle(this, name, value); },
    enumerable: true,
    configurable: true,
  };
}
