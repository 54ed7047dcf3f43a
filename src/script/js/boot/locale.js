// Numbers, dates and the order of texts as V8 has them; the engine has no locales. The work is the `web` library's.

import { host } from './host.js';
import { web } from './web.js';

const { toString, toTimeString } = Date.prototype;
const ascii = /^[a-z0-9]*$/;

// V8 names the time zone at the end of `String(date)`.
function zone(date) {
  if (Number.isNaN(date.getTime())) return '';
  const name = host.zoneName ? host.zoneName(date.getTime()) : date.getTimezoneOffset() === 0 ? 'Coordinated Universal Time' : '';
  return name ? ` (${name})` : '';
}

/** Replaces the methods whose output differs. */
export function installLocale() {
  const put = (holder, method) => {
    Object.defineProperty(holder, method.name, { value: method, writable: true, configurable: true, enumerable: false });
  };
  const dates = (date, usual, locales, options) => (
    Number.isNaN(date.getTime()) ? 'Invalid Date' : web().formatDate(date, locales, options, usual));
  const methods = {
    toString() { return toString.call(this) + zone(this); },
    toTimeString() { return toTimeString.call(this) + zone(this); },
    toLocaleDateString(...args) { return dates(this, 'day', args[0], args[1]); },
    toLocaleTimeString(...args) { return dates(this, 'time', args[0], args[1]); },
    toLocaleString(...args) { return dates(this, 'both', args[0], args[1]); },
  };
  for (const name of Object.keys(methods)) put(Date.prototype, methods[name]);
  const numbers = { toLocaleString(...args) { return web().formatNumber(Number(this), args[0], args[1]); } };
  put(Number.prototype, numbers.toLocaleString);
  const big = { toLocaleString(...args) { return web().formatNumber(BigInt(this), args[0], args[1]); } };
  put(BigInt.prototype, big.toLocaleString);
  const texts = { localeCompare(that, ...args) {
    const [a, b] = [String(this), String(that)];
    // Plain words need no rules.
    if (args.length === 0 && ascii.test(a) && ascii.test(b)) return a === b ? 0 : a < b ? -1 : 1;
    return web().compare(a, b, args[0], args[1]);
  } };
  put(String.prototype, texts.localeCompare);
}
