// Numbers as V8 writes them.

import { localeOf, numbersOf } from './locales.js';

const SYMBOLS = {
  USD: '$', EUR: '€', GBP: '£', JPY: '¥', INR: '₹', CNY: 'CN¥', KRW: '₩', AUD: 'A$', CAD: 'CA$', NZD: 'NZ$', MXN: 'MX$', BRL: 'R$',
  ILS: '₪', HKD: 'HK$', TWD: 'NT$', VND: '₫', PHP: '₱',
};
// Languages and countries whose own currency has a shorter sign.
const OWN = { 'nb:NOK': 'kr', 'no:NOK': 'kr', 'nn:NOK': 'kr', 'sv:SEK': 'kr', 'da:DKK': 'kr.', 'ja:JPY': '￥', 'pl:PLN': 'zł', 'cs:CZK': 'Kč', 'ru:RUB': '₽', 'tr:TRY': '₺' };
const WHOLE = /^(?:JPY|KRW|VND|CLP|ISK|XAF|XOF)$/;
const COMPACT = ['', 'K', 'M', 'B', 'T'];

/** Rounds decimal text (no exponent) to a number of places, halves away from zero. */
function round(text, places) {
  let [whole, fraction = ''] = text.split('.');
  if (fraction.length <= places) return [whole, fraction];
  const up = fraction[places] >= '5';
  let digits = (whole + fraction.slice(0, places)).split('');
  if (up) {
    let i = digits.length - 1;
    while (i >= 0 && digits[i] === '9') digits[i--] = '0';
    if (i >= 0) digits[i] = String(Number(digits[i]) + 1);
    else digits = ['1', ...digits];
  }
  whole = digits.slice(0, digits.length - places).join('');
  return [whole || '0', places ? digits.slice(-places).join('') : ''];
}

/** The shortest decimal text of a finite number that is not negative. */
function plain(value) {
  if (typeof value === 'bigint') return String(value);
  const [mantissa, exponent] = String(value).split('e');
  if (exponent === undefined) return mantissa;
  const [whole, fraction = ''] = mantissa.split('.');
  const power = Number(exponent);
  if (power < 0) return `0.${'0'.repeat(-power - 1)}${whole}${fraction}`;
  return whole + fraction.padEnd(power, '0');
}

function grouped(whole, { group, least, lakhs }, wanted) {
  if (!wanted || whole.length < 3 + least) return whole;
  return lakhs ? whole.replace(/\B(?=(?:\d{2})*\d{3}$)(?!\d{0,2}$)/g, group) : whole.replace(/\B(?=(?:\d{3})+$)/g, group);
}

function digitsOf(text, options, least, most) {
  const { minimumSignificantDigits: fewest, maximumSignificantDigits } = options;
  if (fewest === undefined && maximumSignificantDigits === undefined) {
    let [whole, fraction] = round(text, most);
    while (fraction.length > least && fraction.endsWith('0')) fraction = fraction.slice(0, -1);
    return [whole, fraction.padEnd(least, '0')];
  }
  const size = /^0*(\d+)/.exec(text.split('.')[0])[1].replace(/^0$/, '').length || -/^0?\.?(0*)/.exec(text.replace(/^0\./, ''))[1].length;
  const places = (maximumSignificantDigits ?? 21) - size;
  let [whole, fraction] = round(text, Math.max(places, 0));
  if (places < 0) whole = round(`${whole.slice(0, places)}.${whole.slice(places)}`, 0)[0] + '0'.repeat(-places);
  while (fraction.endsWith('0') && size + fraction.length > (fewest ?? 1)) fraction = fraction.slice(0, -1);
  return [whole, fraction.padEnd(Math.max((fewest ?? 1) - size, 0), '0')];
}

function range(options, name, low, high) {
  const value = options[name];
  if (value === undefined) return undefined;
  const number = Number(value);
  if (!(number >= low && number <= high)) throw new RangeError(`${name} value is out of range.`);
  return Math.floor(number);
}

/** `Intl.NumberFormat`. */
export class NumberFormat {
  #locale;
  #options;
  #least;
  #most;

  constructor(locales, options = {}) {
    this.#locale = localeOf(locales);
    this.#options = options = { style: 'decimal', ...options };
    const { style, currency, notation } = options;
    if (!/^(?:decimal|percent|currency|unit)$/.test(style)) throw new RangeError(`Value ${style} out of range for Intl.NumberFormat options property style`);
    if (style === 'currency') {
      if (currency === undefined) throw new TypeError('Currency code is required with currency style.');
      if (!/^[A-Za-z]{3}$/.test(currency)) throw new RangeError(`Invalid currency code : ${currency}`);
      options.currency = currency.toUpperCase();
    }
    const usual = style === 'currency' ? (WHOLE.test(options.currency) ? 0 : 2) : 0;
    const least = range(options, 'minimumFractionDigits', 0, 100);
    const most = range(options, 'maximumFractionDigits', 0, 100);
    if (least !== undefined && most !== undefined && least > most) throw new RangeError('maximumFractionDigits value is out of range.');
    this.#most = most ?? Math.max(least ?? 0, style === 'currency' ? usual : style === 'percent' || notation === 'compact' ? 0 : 3);
    this.#least = least ?? Math.min(usual, this.#most);
    this.format = (value) => this.#format(value);
  }

  #format(value) {
    if (typeof value !== 'bigint') value = Number(value);
    const options = this.#options;
    const negative = value < 0 || Object.is(value, -0);
    const sign = negative ? (/^(?:nb|no|nn|sv|fi)\b/.test(this.#locale) ? '−' : '-') : options.signDisplay === 'always' || (options.signDisplay === 'exceptZero' && value > 0) ? '+' : '';
    let text = Number.isNaN(value) ? 'NaN' : value === Infinity || value === -Infinity ? '∞' : this.#digits(value < 0 ? -value : value);
    if (options.style === 'percent') text += /^(?:de|fr|nb|no|nn|sv|da|fi|es|cs|ru)\b/.test(this.#locale) ? '\u00a0%' : '%';
    if (options.style === 'unit') text += ` ${options.unit}`;
    return (options.signDisplay === 'never' || Number.isNaN(value) ? '' : sign) + (options.style === 'currency' ? this.#currency(text) : text);
  }

  #digits(value) {
    const options = this.#options;
    let suffix = '';
    let [least, most] = [this.#least, this.#most];
    let text = plain(options.style === 'percent' ? Number(plain(value)) * 100 : value);
    if (options.style === 'percent') text = shift(plain(value));
    if (options.notation === 'compact') {
      let step = Math.min(Math.floor((round(text, 0)[0].length - 1) / 3), 4);
      if (step === 0 || value < 1000) step = 0;
      const scaled = Number(value) / 1000 ** step;
      suffix = COMPACT[step];
      text = plain(scaled);
      // Two digits, or the whole number where it has more.
      if (options.maximumFractionDigits === undefined) most = scaled >= 10 || scaled === 0 ? 0 : 1 + Math.max(0, -Math.floor(Math.log10(scaled)));
    }
    let [whole, fraction] = digitsOf(text, options, least, most);
    const numbers = numbersOf(this.#locale);
    whole = whole.padStart(options.minimumIntegerDigits ?? 1, '0');
    const wanted = options.useGrouping !== false && options.useGrouping !== 'false';
    return grouped(whole, numbers, wanted) + (fraction ? numbers.decimal + fraction : '') + suffix;
  }

  #currency(text) {
    const { currency, currencyDisplay } = this.#options;
    const language = this.#locale.split('-')[0];
    const home = { CA: 'CAD', AU: 'AUD', NZ: 'NZD' }[this.#locale.split('-')[1]] === currency ? '$' : undefined;
    const sign = currencyDisplay === 'code' ? currency
      : currencyDisplay === 'narrowSymbol' ? (SYMBOLS[currency] ?? currency).replace(/^[A-Z]+(?=\W)/, '') : OWN[`${language}:${currency}`] ?? home ?? SYMBOLS[currency] ?? currency;
    if (currencyDisplay === 'name') return `${text} ${currency}`;
    if (numbersOf(this.#locale).after) return `${text}\u00a0${sign}`;
    return /[A-Za-z]$/.test(sign) || /^(?:nl|pt|de)/.test(language) ? `${sign}\u00a0${text}` : sign + text;
  }

  formatToParts(value) { return [{ type: 'literal', value: this.format(value) }]; }

  resolvedOptions() {
    return {
      locale: this.#locale, numberingSystem: 'latn', ...this.#options, minimumIntegerDigits: this.#options.minimumIntegerDigits ?? 1,
      minimumFractionDigits: this.#least, maximumFractionDigits: this.#most, useGrouping: this.#options.useGrouping ?? 'auto',
    };
  }

  static supportedLocalesOf(locales) { return [].concat(locales ?? []).map(localeOf); }
}

/** Decimal text times 100. */
function shift(text) {
  const [whole, fraction = ''] = text.split('.');
  const digits = fraction.padEnd(2, '0');
  const out = `${whole}${digits.slice(0, 2)}`.replace(/^0+(?=\d)/, '');
  return digits.length > 2 ? `${out}.${digits.slice(2)}` : out;
}
