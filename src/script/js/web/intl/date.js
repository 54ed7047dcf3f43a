// Dates and times as V8 writes them, in English words.

import { datesOf, localeOf } from './locales.js';

const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'];
const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const two = (n) => String(n).padStart(2, '0');
const STYLES = {
  full: { weekday: 'long', year: 'numeric', month: 'long', day: 'numeric' }, long: { year: 'numeric', month: 'long', day: 'numeric' },
  medium: { year: 'numeric', month: 'short', day: 'numeric' }, short: { year: '2-digit', month: 'numeric', day: 'numeric' },
};
const TIMES = {
  full: { hour: 'numeric', minute: '2-digit', second: '2-digit', timeZoneName: 'long' },
  long: { hour: 'numeric', minute: '2-digit', second: '2-digit', timeZoneName: 'short' },
  medium: { hour: 'numeric', minute: '2-digit', second: '2-digit' }, short: { hour: 'numeric', minute: '2-digit' },
};
const AMERICAN = {
  'America/New_York': ['E', 'Eastern'], 'America/Detroit': ['E', 'Eastern'], 'America/Toronto': ['E', 'Eastern'],
  'America/Chicago': ['C', 'Central'], 'America/Denver': ['M', 'Mountain'], 'America/Phoenix': ['M', 'Mountain'],
  'America/Los_Angeles': ['P', 'Pacific'], 'America/Anchorage': ['AK', 'Alaska'],
};

/** The class of `Intl.DateTimeFormat` over a host that knows time zones. */
export function dateTimeFormat(host) {
  return class DateTimeFormat {
    #locale;
    #options;
    #zone;

    constructor(locales, options = {}, usual = 'date') {
      this.#locale = localeOf(locales);
      this.#options = options = expand({ ...options }, usual);
      const zone = options.timeZone === undefined ? host.localZone() : String(options.timeZone);
      this.#zone = /^(?:utc|gmt|etc\/utc|etc\/gmt|z)$/i.test(zone) ? 'UTC' : host.zoneOffset(zone, 0) === undefined ? undefined : zone;
      if (this.#zone === undefined) throw new RangeError(`Invalid time zone specified: ${zone}`);
      this.format = (date) => this.#format(date);
    }

    #format(date) {
      const time = date === undefined ? Date.now() : Number(date);
      if (Number.isNaN(time)) throw new RangeError('Invalid time value');
      const offset = this.#zone === 'UTC' ? 0 : host.zoneOffset(this.#zone, time);
      const local = new Date(time + offset * 60000);
      const day = dateText(local, this.#options, this.#locale);
      const clock = timeText(local, this.#options, this.#locale, () => this.#zoneName(time, offset));
      if (!day || !clock) return day || clock;
      if (!['year', 'month', 'day'].some((field) => this.#options[field])) return `${day} ${clock}`;
      const words = this.#options.month === 'long';
      return day + (words && datesOf(this.#locale).join === ', ' && this.#options.wordsJoin !== false ? ' at ' : datesOf(this.#locale).join) + clock;
    }

    #zoneName(time, offset) {
      const long = /^long/.test(this.#options.timeZoneName);
      if (this.#zone === 'UTC') return long ? 'Coordinated Universal Time' : 'UTC';
      const known = AMERICAN[this.#zone];
      if (known && this.#options.timeZoneName !== 'shortOffset') {
        const winter = Math.min(host.zoneOffset(this.#zone, Date.UTC(2024, 0, 1)), host.zoneOffset(this.#zone, Date.UTC(2024, 6, 1)));
        const summer = offset !== winter;
        return long ? `${known[1]} ${summer ? 'Daylight' : 'Standard'} Time` : `${known[0]}${summer ? 'DT' : 'ST'}`;
      }
      const minutes = Math.abs(offset);
      const hours = Math.floor(minutes / 60);
      return offset === 0 ? 'GMT' : `GMT${offset < 0 ? '-' : '+'}${long ? two(hours) : hours}${minutes % 60 || long ? `:${two(minutes % 60)}` : ''}`;
    }

    formatToParts(date) { return parts(this.format(date)); }

    formatRange(from, to) { return `${this.format(from)} – ${this.format(to)}`; }

    resolvedOptions() {
      return { locale: this.#locale, calendar: 'gregory', numberingSystem: 'latn', timeZone: this.#zone, ...shown(this.#options) };
    }

    static supportedLocalesOf(locales) { return [].concat(locales ?? []).map(localeOf); }
  };
}

function shown({ timeZone, wordsJoin, ...options }) {
  return options;
}

const isDay = (options) => options.weekday || options.year || options.month || options.day;
const isTime = (options) => options.hour || options.minute || options.second || options.fractionalSecondDigits;

// What is to be shown: what was asked for, else what is usual for the method.
function expand(options, usual) {
  const { dateStyle, timeStyle } = options;
  if (dateStyle || timeStyle) {
    const other = usual === 'day' ? timeStyle && 'timeStyle' : usual === 'time' ? dateStyle && 'dateStyle' : undefined;
    if (other) throw new TypeError(`Invalid option : ${other}`);
    if (isDay(options) || isTime(options)) {
      const name = ['weekday', 'year', 'month', 'day', 'hour', 'minute', 'second'].find((each) => options[each]);
      throw new TypeError(`Can't set option ${name} when ${dateStyle ? 'dateStyle' : 'timeStyle'} is used`);
    }
    return { ...options, ...STYLES[dateStyle], ...TIMES[timeStyle], dated: dateStyle, wordsJoin: dateStyle !== 'medium' };
  }
  if ((usual === 'date' || usual === 'both') ? isDay(options) || (usual !== 'day' && isTime(options)) : false) return options;
  if (usual === 'time' && isTime(options)) return options;
  if (usual === 'day' && isDay(options)) return options;
  const out = { ...options };
  if (usual !== 'time') Object.assign(out, { year: 'numeric', month: 'numeric', day: 'numeric' });
  if (usual === 'time' || usual === 'both') Object.assign(out, { hour: 'numeric', minute: '2-digit', second: '2-digit' });
  return out;
}

function dateText(date, { weekday, year, month, day, dated }, locale) {
  const name = weekday && { long: DAYS[date.getUTCDay()], narrow: DAYS[date.getUTCDay()][0] }[weekday] || (weekday && DAYS[date.getUTCDay()].slice(0, 3));
  const y = year && (year === '2-digit' ? two(date.getUTCFullYear() % 100) : String(date.getUTCFullYear()));
  const d = day && (day === '2-digit' ? two(date.getUTCDate()) : String(date.getUTCDate()));
  if (month === 'long' || month === 'short' || month === 'narrow') {
    const full = MONTHS[date.getUTCMonth()];
    const word = month === 'long' ? full : month === 'short' ? full.slice(0, 3) : full[0];
    if (!/^en\b/.test(locale) || /^en-(?:GB|AU|IN|NZ|IE)/.test(locale)) {
      const rest = [d, word, y].filter(Boolean).join(' ');
      return name ? `${name}${/GB|AU/.test(locale) && weekday === 'long' && !/AU/.test(locale) ? ' ' : ', '}${rest}` : rest;
    }
    const base = d ? `${word} ${d}${y ? `, ${y}` : ''}` : y ? `${word} ${y}` : word;
    return name ? `${name}, ${base}` : base;
  }
  const { order } = datesOf(locale);
  const m = month && (month === '2-digit' ? two(date.getUTCMonth() + 1) : String(date.getUTCMonth() + 1));
  const count = [y, m, d].filter(Boolean).length;
  if (count === 0) return name || '';
  if (count === 1) return [d || m || y, name].filter(Boolean).join(' ');
  const pad = (text, least) => (least === '2' && text.length < 2 ? two(text) : text);
  let text = '';
  for (const [, field, least, mark] of order.matchAll(/([ymd])([12]?)([^ymd]*)/g)) {
    const value = { y, m, d }[field];
    if (value) text += pad(dated === 'short' && !/^en-US|^en$/.test(locale) && field !== 'y' ? value : value, field === 'y' ? '' : least) + mark;
  }
  text = text.replace(/[./ -]+$/, '');
  return name ? `${name}, ${text}` : text;
}

function timeText(date, options, locale, zoneName) {
  const { hour, minute, second, fractionalSecondDigits: fraction, hour12, hourCycle, timeZoneName } = options;
  if (!isTime(options)) return timeZoneName ? zoneName() : '';
  const twelve = hour12 ?? (hourCycle ? /^h1[12]$/.test(hourCycle) : datesOf(locale).twelve);
  const hours = date.getUTCHours();
  let text = '';
  if (hour) {
    const shownHour = twelve ? hours % 12 || 12 : hour12 === false && datesOf(locale).twelve && hours === 0 ? 24 : hours;
    text = hour === '2-digit' || !twelve ? two(shownHour) : String(shownHour);
  }
  if (minute) text += (text ? ':' : '') + (text || second ? two(date.getUTCMinutes()) : String(date.getUTCMinutes()));
  if (second) text += (text ? ':' : '') + (text || second === '2-digit' && minute ? two(date.getUTCSeconds()) : String(date.getUTCSeconds()));
  if (fraction) text += `${text ? '.' : ''}${String(date.getUTCMilliseconds()).padStart(3, '0').slice(0, fraction)}`;
  if (hour && twelve) text += ` ${hours < 12 ? 'AM' : 'PM'}`.replace(/^.*$/, (half) => (/^en-(?:GB|AU|NZ|IN|IE|CA)/.test(locale) ? { ' AM': locale === 'en-CA' ? ' a.m.' : ' am', ' PM': locale === 'en-CA' ? ' p.m.' : ' pm' }[half] : half));
  return timeZoneName ? `${text} ${zoneName()}` : text;
}

// Numbers and words are told apart from what stands between them; their kinds follow from the English order.
function parts(text) {
  const out = [];
  const kinds = text.includes('/') ? ['month', 'day', 'year', 'hour', 'minute', 'second'] : ['day', 'year', 'hour', 'minute', 'second'];
  for (const [piece] of text.matchAll(/\d+|[A-Za-z]+|[^\dA-Za-z]+/g)) {
    if (/^\d/.test(piece)) out.push({ type: kinds.shift() ?? 'literal', value: piece });
    else if (DAYS.some((day) => day.startsWith(piece))) out.push({ type: 'weekday', value: piece });
    else if (MONTHS.some((month) => month.startsWith(piece))) out.push({ type: 'month', value: piece });
    else out.push({ type: /^[AP]M$/.test(piece) ? 'dayPeriod' : 'literal', value: piece });
  }
  return out;
}
