// Query parameters, and the parts of urlencoded bodies.

import { Property } from './property.js';
import { isObject, plainEntry } from './util.js';

const TOKEN = /\{\{[^{}]*[^{}]\}\}/g;

/** Splits at a character, but not inside `{{…}}`. */
export function splitOutside(text, separator) {
  if (!text.includes('{{')) return text.split(separator);
  const parts = [];
  let from = 0;
  for (let at = indexOutside(text, separator); at >= 0; at = indexOutside(text, separator, from)) {
    parts.push(text.slice(from, at));
    from = at + separator.length;
  }
  parts.push(text.slice(from));
  return parts;
}

/** The place of a text outside `{{…}}`, from some place on. */
export function indexOutside(text, wanted, from = 0) {
  let at = text.indexOf(wanted, from);
  if (at < 0 || !text.includes('{{', from)) return at;
  TOKEN.lastIndex = from;
  for (let token = TOKEN.exec(text); token && at >= 0; token = TOKEN.exec(text)) {
    if (at < token.index) break;
    if (at < TOKEN.lastIndex) at = text.indexOf(wanted, TOKEN.lastIndex);
  }
  return at;
}

/** Applies a function to the text outside `{{…}}`. */
function outside(text, change) {
  if (!text.includes('{{')) return change(text);
  let out = '';
  let from = 0;
  TOKEN.lastIndex = 0;
  for (const token of text.matchAll(TOKEN)) {
    out += change(text.slice(from, token.index)) + token[0];
    from = token.index + token[0].length;
  }
  return out + change(text.slice(from));
}

const ESCAPES = { '&': '%26', '#': '%23', '=': '%3D' };
const escapeKey = (text) => (/[&#=]/.test(text) ? outside(text, (part) => part.replace(/[&#=]/g, (found) => ESCAPES[found])) : text);
const escapeValue = (text) => (/[&#]/.test(text) ? outside(text, (part) => part.replace(/[&#]/g, (found) => ESCAPES[found])) : text);

/** One `key=value`; a `null` value has no `=`. */
export class QueryParam extends Property {
  constructor(definition) {
    if (typeof definition === 'string') definition = QueryParam.parseSingle(definition);
    super(definition);
    this.update(definition);
  }

  update(definition) {
    if (typeof definition === 'string') definition = QueryParam.parseSingle(definition);
    const given = isObject(definition) ? definition : {};
    this.key = given.key;
    this.value = given.value;
    if ('system' in given) this.system = given.system;
  }

  valueOf() {
    return typeof this.value === 'string' ? this.value : '';
  }

  toString() {
    return QueryParam.unparseSingle(this);
  }

  static parse(text) {
    return typeof text === 'string' ? text.split('&').map(QueryParam.parseSingle) : [];
  }

  static parseSingle(text, index, all) {
    // An empty piece that is not the last is kept as one without a key.
    if (text === '' && Array.isArray(all) && typeof index === 'number' && index !== all.length - 1) return { key: null, value: null };
    const equals = text.indexOf('=');
    return equals < 0 ? { key: text, value: null } : { key: text.slice(0, equals), value: text.slice(equals + 1) };
  }

  /** The text of a list (or of an object of keys and values); disabled ones are left out. */
  static unparse(params) {
    if (!params) return '';
    if (typeof params === 'string') params = { '': params };
    if (params._postman_propertyIsList) params = params.members;
    if (!Array.isArray(params)) params = Object.keys(params).map((key) => ({ key, value: params[key] }));
    let text = '';
    let first = true;
    for (const param of params) {
      if (param && param.disabled) continue;
      if (!first) text += '&';
      first = false;
      text += QueryParam.unparseSingle(param);
    }
    return text;
  }

  static unparseSingle(param) {
    if (!isObject(param)) return '';
    const key = typeof param.key === 'string' ? escapeKey(param.key) : '';
    return typeof param.value === 'string' ? `${key}=${escapeValue(param.value)}` : key;
  }
}

Object.defineProperty(QueryParam, 'plain', { value: plainEntry });
QueryParam._postman_propertyName = 'QueryParam';
QueryParam._postman_propertyIndexKey = 'key';
QueryParam._postman_propertyAllowsMultipleValues = true;
Object.defineProperty(QueryParam, 'name', { value: 'PostmanQueryParam' });
