// What is known of languages: separators of numbers, order of dates. Words are English everywhere.

const GROUP = { nbsp: '\u00a0', thin: '\u202f' };
// decimal mark, group mark, digits needed before the first group mark, currency after the number.
const NUMBERS = {
  en: ['.', ',', 1, false], de: [',', '.', 1, true], es: [',', '.', 2, true], it: [',', '.', 1, true], nl: [',', '.', 1, false],
  pt: [',', '.', 1, false], da: [',', '.', 1, true], tr: [',', '.', 1, false], id: [',', '.', 1, false], el: [',', '.', 1, true],
  fr: [',', GROUP.thin, 1, true], nb: [',', GROUP.nbsp, 1, true], no: [',', GROUP.nbsp, 1, true], nn: [',', GROUP.nbsp, 1, true],
  sv: [',', GROUP.nbsp, 1, true], fi: [',', GROUP.nbsp, 1, true], cs: [',', GROUP.nbsp, 1, true], ru: [',', GROUP.nbsp, 1, true],
  uk: [',', GROUP.nbsp, 1, true], pl: [',', GROUP.nbsp, 2, true], 'de-CH': ['.', '’', 1, false], 'de-AT': [',', GROUP.nbsp, 1, false],
};
// `y`, `m`, `d` with their least digits, the mark between them, the mark before the time, and whether hours go to 12.
const DATES = {
  'en-US': ['m1/d1/y', ', ', true], 'en-GB': ['d2/m2/y', ', ', false], 'en-CA': ['y-m2-d2', ', ', true], 'en-AU': ['d2/m2/y', ', ', true],
  'en-IN': ['d1/m1/y', ', ', true], 'en-NZ': ['d1/m2/y', ', ', true], 'en-IE': ['d1/m1/y', ', ', false], de: ['d1.m1.y', ', ', false],
  fr: ['d2/m2/y', ' ', false], es: ['d1/m1/y', ', ', false], it: ['d1/m1/y', ', ', false], nl: ['d1-m1-y', ', ', false],
  pt: ['d2/m2/y', ', ', false], 'pt-PT': ['d2/m2/y', ', ', false], sv: ['y-m2-d2', ' ', false], nb: ['d1.m1.y', ', ', false],
  no: ['d1.m1.y', ', ', false], nn: ['d1.m1.y', ', ', false], da: ['d1.m1.y', ' ', false], fi: ['d1.m1.y', ' klo ', false],
  pl: ['d1.m2.y', ', ', false], ru: ['d2.m2.y', ', ', false], cs: ['d1. m1. y', ' ', false], ja: ['y/m1/d1', ' ', false],
  tr: ['d2.m2.y', ' ', false],
};
const find = (table, locale, other) => table[locale] ?? table[locale.split('-')[0]] ?? table[other];

/** The first locale that was asked for; English of the United States where none was. */
export function localeOf(locales) {
  const first = Array.isArray(locales) ? locales[0] : locales;
  if (first === undefined || first === null) return 'en-US';
  const text = String(first);
  if (!/^[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*$/.test(text)) throw new RangeError(`Incorrect locale information provided`);
  const [language, ...rest] = text.split('-');
  return [language.toLowerCase(), ...rest.map((part) => (part.length === 2 ? part.toUpperCase() : part))].join('-');
}

/** `{decimal, group, least, after, lakhs}`. */
export function numbersOf(locale) {
  const [decimal, group, least, after] = find(NUMBERS, locale, 'en');
  return { decimal, group, least, after, lakhs: /^(?:en-IN|hi)/.test(locale) };
}

/** `{order, join, twelve}`. */
export function datesOf(locale) {
  const [order, join, twelve] = find(DATES, locale === 'en' ? 'en-US' : locale, 'en-US');
  return { order, join, twelve };
}
