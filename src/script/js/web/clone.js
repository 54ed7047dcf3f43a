// structuredClone: copies data with cycles, dates, maps, sets and buffers; functions are refused.

/** A deep copy. */
export function structuredClone(value) {
  return copy(value, new Map());
}

function copy(value, seen) {
  if (typeof value === 'function' || typeof value === 'symbol') throw refused(value);
  if (value === null || typeof value !== 'object') return value;
  if (seen.has(value)) return seen.get(value);
  const keep = (made) => { seen.set(value, made); return made; };
  if (value instanceof Date) return keep(new Date(value.getTime()));
  if (value instanceof RegExp) return keep(new RegExp(value.source, value.flags));
  if (value instanceof ArrayBuffer) return keep(value.slice(0));
  if (ArrayBuffer.isView(value)) {
    const { buffer } = value;
    const Type = Object.getPrototypeOf(Object.getPrototypeOf(value)) === Uint8Array.prototype ? Uint8Array : value.constructor;
    return keep(new Type(copy(buffer, seen), value.byteOffset, value.length ?? value.byteLength));
  }
  if (value instanceof Map) {
    const made = keep(new Map());
    for (const [key, item] of value) made.set(copy(key, seen), copy(item, seen));
    return made;
  }
  if (value instanceof Set) {
    const made = keep(new Set());
    for (const item of value) made.add(copy(item, seen));
    return made;
  }
  if (value instanceof Error) {
    const made = keep(Object.create(Object.getPrototypeOf(value)));
    for (const key of ['name', 'message', 'stack']) {
      Object.defineProperty(made, key, { value: value[key], writable: true, configurable: true, enumerable: false });
    }
    return made;
  }
  const made = keep(Array.isArray(value) ? new Array(value.length) : {});
  for (const key of Object.keys(value)) made[key] = copy(value[key], seen);
  return made;
}

function refused(value) {
  const error = new Error(`${typeof value === 'function' ? Function.prototype.toString.call(value) : String(value)} could not be cloned.`);
  error.name = 'DataCloneError';
  return error;
}
