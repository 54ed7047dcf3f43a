// The few methods of Sugar 1.x that scripts were seen to use. None replaces a standard method.

const words = (text) => String(text).replace(/([a-z\d])([A-Z])/g, '$1 $2').split(/[\s_-]+/).filter(Boolean);
const upperFirst = (text) => text.charAt(0).toUpperCase() + text.slice(1);

/** What an item is compared with: a function, a pattern or a value. */
function matcher(match, given) {
  if (!given) return (item) => Boolean(item);
  if (typeof match === 'function') return match;
  if (match instanceof RegExp) return (item) => match.test(String(item));
  const text = JSON.stringify(match);
  return (item) => item === match || (item !== null && typeof item === 'object' && JSON.stringify(item) === text);
}

const reader = (map) => (typeof map === 'function' ? map : map === undefined ? (item) => item : (item) => item[map]);

const extreme = (sign) => function extremeOf(map) {
  const read = reader(map);
  let found;
  let best;
  for (let i = 0; i < this.length; i++) {
    const value = read(this[i], i);
    if (best === undefined || sign * (value - best) > 0 || (sign > 0 ? value > best : value < best)) [found, best] = [this[i], value];
  }
  return found;
};

const METHODS = {
  String: {
    has(match) { return match instanceof RegExp ? match.test(this) : this.includes(String(match)); },
    isBlank() { return this.trim().length === 0; },
    capitalize(all) {
      const text = String(this).toLowerCase();
      return all ? text.replace(/\S+/g, upperFirst) : upperFirst(text);
    },
    camelize(first = true) {
      return words(this).map((word, i) => (i === 0 && !first ? word.toLowerCase() : upperFirst(word.toLowerCase()))).join('');
    },
    compact() { return this.trim().replace(/\s+/g, ' '); },
    first(n = 1) { return this.slice(0, n); },
    last(n = 1) { return this.slice(-n); },
    words() { return this.trim().split(/\s+/); },
    lines() { return this.trim().split(/\r?\n/); },
  },
  Array: {
    each(visit) {
      for (let i = 0; i < this.length; i++) if (visit.call(this, this[i], i, this) === false) break;
      return this;
    },
    first(n) { return n === undefined ? this[0] : this.slice(0, n); },
    last(n) { return n === undefined ? this[this.length - 1] : n > 0 ? this.slice(-n) : []; },
    unique(map) {
      const read = reader(map);
      const seen = new Set();
      return this.filter((item, i) => {
        const value = read(item, i);
        const key = value !== null && typeof value === 'object' ? JSON.stringify(value) : value;
        return seen.has(key) ? false : seen.add(key);
      });
    },
    compact(all) {
      return this.filter((item) => (all ? Boolean(item) : item !== null && item !== undefined && !Number.isNaN(item)));
    },
    sum(map) {
      const read = reader(map);
      return this.reduce((total, item, i) => total + read(item, i), 0);
    },
    average(map) { return this.length ? METHODS.Array.sum.call(this, map) / this.length : 0; },
    min: extreme(-1),
    max: extreme(1),
    isEmpty() { return METHODS.Array.compact.call(this).length === 0; },
    any(match) { return this.some(matcher(match, arguments.length > 0)); },
    all(match) { return this.every(matcher(match, arguments.length > 0)); },
    none(match) { return !this.some(matcher(match, arguments.length > 0)); },
    count(match) { return arguments.length ? this.filter(matcher(match, true)).length : this.length; },
    include(item) { return this.concat(item); },
    add(item) { this.push(...[].concat(item)); return this; },
    remove(match) {
      const test = matcher(match, true);
      for (let i = this.length - 1; i >= 0; i--) if (test(this[i], i)) this.splice(i, 1);
      return this;
    },
  },
  Number: {
    ordinalize() {
      const tens = Math.abs(this) % 100;
      const ending = tens > 10 && tens < 14 ? 'th' : { 1: 'st', 2: 'nd', 3: 'rd' }[tens % 10] || 'th';
      return `${this}${ending}`;
    },
    times(visit) { for (let i = 0; i < this; i++) visit(i); return Number(this); },
    isEven() { return this % 2 === 0; },
    isOdd() { return Math.abs(this % 2) === 1; },
  },
};

/** Adds the methods, unlisted. */
export function installSugar() {
  for (const type of [String, Array, Number]) {
    const methods = METHODS[type.name];
    for (const name of Object.keys(methods)) {
      if (name in type.prototype) continue;
      Object.defineProperty(type.prototype, name, { value: methods[name], writable: true, configurable: true, enumerable: false });
    }
  }
}
