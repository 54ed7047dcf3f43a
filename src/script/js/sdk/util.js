// Small helpers without an SDK class of their own.

export const { hasOwn = (object, key) => Object.prototype.hasOwnProperty.call(object, key) } = Object;

export function isObject(value) {
  return value !== null && (typeof value === 'object' || typeof value === 'function');
}

/** A version 4 uuid; an identifier only, so the plain generator will do. */
export function uuid() {
  let out = '';
  for (let i = 0; i < 36; i++) {
    if (i === 8 || i === 13 || i === 18 || i === 23) out += '-';
    else if (i === 14) out += '4';
    else out += (i === 19 ? 8 | (Math.random() * 4) : (Math.random() * 16) | 0).toString(16);
  }
  return out;
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
