// Request bodies and the parts of form data.

import { Property, PropertyBase } from './property.js';
import { PropertyList } from './list.js';
import { QueryParam } from './query.js';
import { isObject } from './util.js';

const MODES = { file: 'file', formdata: 'formdata', graphql: 'graphql', raw: 'raw', urlencoded: 'urlencoded' };

/** One part of form data. */
export class FormParam extends Property {
  constructor(definition) {
    super(definition);
    const given = isObject(definition) ? definition : {};
    this.key = given.key || '';
    this.value = given.value || '';
    this.type = given.type;
    this.src = given.src;
    this.contentType = given.contentType;
    this.fileName = given.fileName;
  }

  valueOf() {
    return this.value;
  }

  toString() {
    return `${this.key}=${this.value}`;
  }

  toJSON() {
    const out = super.toJSON();
    if (this.type === 'file' && !this.value) delete out.value;
    return out;
  }

  static parse() {
    return undefined;
  }
}

/** A body of one of five modes. */
export class RequestBody extends PropertyBase {
  constructor(definition) {
    super(definition);
    if (definition) this.update(definition);
  }

  update(definition) {
    if (typeof definition === 'string') definition = { mode: 'raw', raw: definition };
    if (!definition.mode) return;
    const { raw, urlencoded, formdata, file, graphql } = definition;
    this.mode = MODES[String(definition.mode).toLowerCase()] || 'raw';
    this.raw = this.mode === 'raw' || raw !== undefined ? raw || '' : undefined;
    this.urlencoded = list(QueryParam, this, urlencoded, this.mode === 'urlencoded');
    this.formdata = list(FormParam, this, formdata, this.mode === 'formdata');
    this.file = typeof file === 'string' ? { src: file } : file;
    this.graphql = !graphql ? undefined
      : { query: graphql?.query, operationName: graphql?.operationName, variables: graphql?.variables };
    this.options = definition.options;
    this.disabled = definition.disabled;
  }

  /** The text of a raw or urlencoded body; other modes have none. */
  toString() {
    if (this.mode === 'raw') return this.raw ? String(this.raw) : '';
    if (this.mode === 'urlencoded') return QueryParam.unparse(this.urlencoded);
    return '';
  }

  isEmpty() {
    const { mode } = this;
    const data = mode ? this[mode] : undefined;
    if (!data) return true;
    if (mode === 'file') return !(data.src || data.content);
    if (typeof data.count === 'function') return data.count() === 0;
    // Of other things than texts, only what has parts is a body.
    if (typeof data !== 'string' && mode === 'raw') return !isObject(data) || Object.keys(data).length === 0;
    return data.length === 0;
  }

  static get MODES() {
    return MODES;
  }
}

function list(Type, parent, items, own) {
  return items || own ? new PropertyList(Type, parent, items) : undefined;
}

FormParam._postman_propertyName = 'FormParam';
FormParam._postman_propertyIndexKey = 'key';
FormParam._postman_propertyAllowsMultipleValues = true;
RequestBody._postman_propertyName = 'RequestBody';
Object.defineProperty(FormParam, 'name', { value: 'PostmanFormParam' });
Object.defineProperty(RequestBody, 'name', { value: 'PostmanRequestBody' });
