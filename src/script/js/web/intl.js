// A thin `Intl`: English numbers and dates, enough for what scripts print.

const group = (digits) => digits.replace(/\B(?=(\d{3})+$)/g, ',');

/** A number in English. */
export function formatNumber(value, { minimumFractionDigits, maximumFractionDigits, useGrouping = true } = {}) {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value < 0 ? '-∞' : '∞';
  const most = maximumFractionDigits ?? Math.max(minimumFractionDigits ?? 0, 3);
  let [whole, fraction = ''] = Math.abs(value).toFixed(Math.min(most, 100)).split('.');
  while (fraction.length > (minimumFractionDigits ?? 0) && fraction.endsWith('0')) fraction = fraction.slice(0, -1);
  if (useGrouping) whole = group(whole);
  return `${value < 0 || Object.is(value, -0) ? '-' : ''}${whole}${fraction ? `.${fraction}` : ''}`;
}

class NumberFormat {
  #options;

  constructor(locale, options = {}) { this.#options = options; }

  format(value) { return formatNumber(Number(value), this.#options); }

  resolvedOptions() { return { locale: 'en-US', ...this.#options }; }
}

class DateTimeFormat {
  format(date = new Date()) { return `${date.getMonth() + 1}/${date.getDate()}/${date.getFullYear()}`; }

  resolvedOptions() { return { locale: 'en-US', calendar: 'gregory', numberingSystem: 'latn', timeZone: 'UTC' }; }
}

class Collator {
  compare = (a, b) => String(a).localeCompare(String(b));
}

/** The namespace. */
export const Intl = { NumberFormat, DateTimeFormat, Collator, getCanonicalLocales: (locales) => [].concat(locales ?? []) };
