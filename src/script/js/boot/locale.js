// Numbers and dates as V8 prints them in English; the engine has no locales.

import { host } from './host.js';
import { formatNumber } from '../web/intl.js';

const { toString, toTimeString } = Date.prototype;

// V8 names the time zone at the end of `String(date)`.
function zone(date) {
  if (Number.isNaN(date.getTime())) return '';
  const name = host.zoneName ? host.zoneName(date.getTime()) : date.getTimezoneOffset() === 0 ? 'Coordinated Universal Time' : '';
  return name ? ` (${name})` : '';
}

const day = (d) => `${d.getMonth() + 1}/${d.getDate()}/${d.getFullYear()}`;
const time = (d) => `${d.getHours() % 12 || 12}:${two(d.getMinutes())}:${two(d.getSeconds())} ${d.getHours() < 12 ? 'AM' : 'PM'}`;
const two = (n) => String(n).padStart(2, '0');
const valid = (write) => function written() { return Number.isNaN(this.getTime()) ? 'Invalid Date' : write(this); };

/** Replaces the methods whose output differs. */
export function installLocale() {
  const put = (holder, name, value) => {
    Object.defineProperty(holder, name, { value, writable: true, configurable: true, enumerable: false });
  };
  put(Date.prototype, 'toString', { toString() { return toString.call(this) + zone(this); } }.toString);
  put(Date.prototype, 'toTimeString', { toTimeString() { return toTimeString.call(this) + zone(this); } }.toTimeString);
  put(Date.prototype, 'toLocaleDateString', valid(day));
  put(Date.prototype, 'toLocaleTimeString', valid(time));
  put(Date.prototype, 'toLocaleString', valid((d) => `${day(d)}, ${time(d)}`));
  put(Number.prototype, 'toLocaleString', { toLocaleString(locale, options) { return formatNumber(Number(this), options); } }.toLocaleString);
}
