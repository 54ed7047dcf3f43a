// Headers.

import { Property } from './property.js';
import { PropertyList } from './list.js';
import { isObject, plainEntry } from './util.js';

/** One header. */
export class Header extends Property {
  constructor(definition, name) {
    if (typeof definition === 'string') {
      definition = typeof name === 'string' ? { key: name, value: definition } : Header.parseSingle(definition);
    }
    super(definition);
    this.update(definition);
  }

  update(definition) {
    const given = isObject(definition) ? definition : {};
    this.key = given.key || '';
    this.value = 'value' in given ? given.value : '';
    if ('system' in given) this.system = given.system;
    if ('disabled' in given) this.disabled = given.disabled;
  }

  valueOf() {
    return this.value;
  }

  toString() {
    return Header.unparseSingle(this);
  }

  static create(value, name) {
    return new Header(value, name);
  }

  static isHeader(value) {
    return value instanceof Header;
  }

  /** Header lines as plain objects. A name with blanks in it, or before it, is none; it ends at the word's last colon. */
  static parse(text) {
    const headers = [];
    for (const [, key, value] of text.toString().matchAll(/^(\S+):(.*)$/gm)) headers.push({ key, value: value.trim() });
    return headers;
  }

  static parseSingle(line) {
    if (typeof line !== 'string') return { key: '', value: '' };
    const colon = line.indexOf(':');
    return colon < 0 ? { key: line.trim(), value: '' } : { key: line.slice(0, colon).trim(), value: line.slice(colon + 1).trim() };
  }

  /** Header lines of a list, each with its end; disabled ones are left out. */
  static unparse(headers, separator = '\r\n') {
    let text = '';
    if (PropertyList.isPropertyList(headers)) headers = headers.members;
    for (const header of headers) if (header && !header.disabled) text += Header.unparseSingle(header) + separator;
    return text;
  }

  static unparseSingle(header) {
    return isObject(header) ? `${header.key}: ${header.value}` : '';
  }
}

/** Headers in order; keys without regard to case. */
export class HeaderList extends PropertyList {
  constructor(parent, headers, deferred) {
    super(Header, parent, headers, deferred);
  }

  /** Characters of the header lines. */
  contentSize() {
    return this.count() ? this.toString().length : 0;
  }

  static isHeaderList(value) {
    return value instanceof HeaderList;
  }
}

Object.defineProperty(Header, 'plain', { value: plainEntry });
Header._postman_propertyName = 'Header';
Header._postman_propertyIndexKey = 'key';
Header._postman_propertyIndexCaseInsensitive = true;
Header._postman_propertyAllowsMultipleValues = true;
HeaderList._postman_propertyName = 'HeaderList';
Object.defineProperty(Header, 'name', { value: 'PostmanHeader' });
// The name that newman's bundle has for it: chai's failure texts show it.
Object.defineProperty(HeaderList, 'name', { value: 'a' });
