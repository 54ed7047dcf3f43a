// The order of texts as people expect it: letters without regard to case and accents first, then these.

const KINDS = [/\s/, /[_\-,;:!?.'"()[\]{}@*/\\&#%`^+<=>|~$]/, /\d/];
const ORDER = '_-,;:!?.\'"()[]{}@*/\\&#%`^+<=>|~$';

function weight(char) {
  const kind = KINDS.findIndex((pattern) => pattern.test(char));
  if (kind === 1) return [1, ORDER.indexOf(char)];
  return [kind < 0 ? 3 : kind, char.codePointAt(0)];
}

const bare = (text) => text.normalize('NFD').replace(/[\u0300-\u036f]/g, '');
// Letters that are no accented ones but stand beside one.
const LATIN = { ß: 'ss', æ: 'ae', ø: 'o', đ: 'd', ł: 'l', œ: 'oe', þ: 'th' };
const primary = (text) => bare(text.toLowerCase()).replace(/[ßæøđłœþ]/g, (letter) => LATIN[letter]);
const NORDIC = { å: '{c', ä: '{a', æ: '{a', ö: '{b', ø: '{b' };
const SWEDISH = { å: '{a', ä: '{b', æ: '{b', ö: '{c', ø: '{c' };

function compareKeys(a, b, numeric) {
  const [left, right] = [split(a, numeric), split(b, numeric)];
  for (let i = 0; i < left.length && i < right.length; i++) {
    if (left[i] === right[i]) continue;
    if (numeric && /^\d/.test(left[i]) && /^\d/.test(right[i])) {
      const difference = Number(left[i]) - Number(right[i]);
      if (difference !== 0) return difference < 0 ? -1 : 1;
      continue;
    }
    const [one, other] = [weight(left[i]), weight(right[i])];
    if (one[0] !== other[0]) return one[0] < other[0] ? -1 : 1;
    if (one[1] !== other[1]) return one[1] < other[1] ? -1 : 1;
  }
  return Math.sign(left.length - right.length);
}

function split(text, numeric) {
  return numeric ? text.match(/\d+|[^\d]/gu) ?? [] : [...text];
}

/** -1, 0 or 1. */
export function compare(a, b, locale, { sensitivity = 'variant', numeric = false, caseFirst } = {}) {
  if (a === b) return 0;
  let [one, other] = [a, b];
  const own = /^(?:nb|no|nn|da)\b/.test(locale) ? NORDIC : /^(?:sv|fi)\b/.test(locale) ? SWEDISH : undefined;
  if (own) [one, other] = [one, other].map((text) => text.normalize('NFC').toLowerCase().replace(/[åäæöø]/g, (letter) => `z${own[letter]}`));
  const first = compareKeys(primary(one), primary(other), numeric);
  if (first !== 0 || sensitivity === 'base') return first;
  const accents = (text) => text.normalize('NFD').toLowerCase();
  if (sensitivity !== 'case') {
    const [left, right] = [accents(a), accents(b)];
    if (left !== right) {
      // Texts whose letters agree differ in length or order of their marks.
      const marks = (text) => text.replace(/[^\u0300-\u036f]/g, ' ');
      return marks(left) === marks(right) ? compareKeys(left, right, numeric) : marks(left) < marks(right) ? -1 : 1;
    }
    if (sensitivity === 'accent') return 0;
  }
  for (let i = 0; i < a.length && i < b.length; i++) {
    if (a[i] === b[i]) continue;
    const lower = a[i] === a[i].toLowerCase();
    if (lower !== (b[i] === b[i].toLowerCase())) return lower === (caseFirst !== 'upper') ? -1 : 1;
  }
  return 0;
}
