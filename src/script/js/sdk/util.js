// Small helpers without an SDK class of their own.

export const { hasOwn = (object, key) => Object.prototype.hasOwnProperty.call(object, key) } = Object;

export function isObject(value) {
  return value !== null && (typeof value === 'object' || typeof value === 'function');
}

const word = () => (4294967296 + Math.floor(Math.random() * 4294967296)).toString(16);

/** A version 4 uuid; an identifier only, so the plain generator will do. */
export function uuid() {
  const text = word() + word() + word() + word();
  return `${text.slice(1, 9)}-${text.slice(10, 14)}-4${text.slice(15, 18)}-${'89ab'[Math.floor(Math.random() * 4)]}${text.slice(19, 22)}-${
    text.slice(22, 27)}${text.slice(28, 35)}`;
}

/** Bytes of a text in UTF-8, without encoding it. */
export function utf8Length(text) {
  let bytes = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) continue;
    if (unit >= 0xd800 && unit < 0xdc00 && (text.charCodeAt(i + 1) & 0xfc00) === 0xdc00) {
      bytes += 2;
      i++;
    } else bytes += unit < 0x800 ? 1 : 2;
  }
  return bytes;
}

/** A deep copy of plain data; instances are kept as they are, functions become `{}` as in the SDK's JSON. */
export function copy(value) {
  if (typeof value === 'function') return {};
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map(copy);
  const proto = Object.getPrototypeOf(value);
  if (proto !== Object.prototype && proto !== null) return value;
  const out = {};
  for (const key of Object.keys(value)) out[key] = copy(value[key]);
  return out;
}

const same = (a, b) => {
  if (Object.is(a, b)) return true;
  if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object') return false;
  const keys = Object.keys(b);
  return keys.length === Object.keys(a).length && keys.every((key) => same(a[key], b[key]));
};

/** What lodash takes in place of a function: a property's name, `[name, value]`, an object to match, or nothing. */
export function iteratee(given) {
  switch (typeof given) {
    case 'function': return given;
    case 'undefined': return (item) => item;
    case 'object':
      if (given === null) return (item) => item;
      if (Array.isArray(given)) return (item) => same(item[given[0]], given[1]);
      return (item) => Object.keys(given).every((key) => same(item[key], given[key]));
    default: return (item) => (item === null || item === undefined ? undefined : item[given]);
  }
}

/**
 * What an object made of this plain entry would be as JSON, or `undefined` where only the object can tell: for entries
 * with a key, a value and no more than `disabled` and `type` beside them.
 */
export function plainEntry(entry) {
  if (entry === null || typeof entry !== 'object' || typeof entry.key !== 'string' || typeof entry.value !== 'string') return undefined;
  let disabled;
  for (const name in entry) {
    if (name === 'disabled') disabled = entry.disabled;
    else if (name !== 'key' && name !== 'value' && name !== 'type') return undefined;
  }
  return disabled === undefined ? { key: entry.key, value: entry.value } : { disabled, key: entry.key, value: entry.value };
}
