// `Intl`, and what stands behind the `toLocale…` methods.

import { compare } from './collate.js';
import { dateTimeFormat } from './date.js';
import { localeOf } from './locales.js';
import { NumberFormat } from './number.js';

/** The namespace, and the functions that the built-ins' methods call. */
export function intl(host) {
  const DateTimeFormat = dateTimeFormat(host);

  class Collator {
    constructor(locales, options) {
      const locale = localeOf(locales);
      this.compare = (a, b) => compare(String(a), String(b), locale, options);
      this.resolvedOptions = () => ({ locale, usage: 'sort', sensitivity: 'variant', ignorePunctuation: false, collation: 'default', numeric: false, caseFirst: 'false', ...options });
    }
  }

  class PluralRules {
    constructor(locales, options = {}) {
      const ordinal = options.type === 'ordinal';
      this.select = (n) => (ordinal ? { 1: 'one', 2: 'two', 3: 'few' }[/1[123]$/.test(n) ? 0 : n % 10] ?? 'other' : n === 1 ? 'one' : 'other');
    }
  }

  class ListFormat {
    constructor(locales, { type = 'conjunction' } = {}) {
      const word = type === 'disjunction' ? 'or' : 'and';
      this.format = (list) => {
        const all = [...list];
        return all.length < 3 ? all.join(` ${word} `) : `${all.slice(0, -1).join(', ')}, ${word} ${all.at(-1)}`;
      };
    }
  }

  class RelativeTimeFormat {
    constructor(locales, { numeric = 'always' } = {}) {
      this.format = (value, unit) => {
        const name = String(unit).replace(/s$/, '');
        if (numeric === 'auto' && name === 'day' && [-1, 0, 1].includes(value)) return ['yesterday', 'today', 'tomorrow'][value + 1];
        const shown = new NumberFormat('en').format(Math.abs(value));
        const plural = Math.abs(value) === 1 ? name : `${name}s`;
        return value < 0 || Object.is(value, -0) ? `${shown} ${plural} ago` : `in ${shown} ${plural}`;
      };
    }
  }

  return {
    Intl: {
      NumberFormat: callable(NumberFormat), DateTimeFormat: callable(DateTimeFormat), Collator: callable(Collator), PluralRules, ListFormat,
      RelativeTimeFormat, getCanonicalLocales: (locales) => [].concat(locales ?? []).map(localeOf),
      supportedValuesOf: () => [],
    },
    formatNumber: (value, locales, options) => new NumberFormat(locales, options).format(value),
    formatDate: (date, locales, options, usual) => new DateTimeFormat(locales, options, usual).format(date),
    compare: (a, b, locales, options) => compare(a, b, localeOf(locales), options),
  };
}

// These three may be called without `new`.
function callable(type) {
  return new Proxy(type, { apply: (target, self, args) => new target(...args) });
}
