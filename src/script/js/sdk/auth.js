// Authorization: the type and, by type, its parameters.

import { Property } from './property.js';
import { VariableList } from './variable.js';
import { hasOwn, isObject } from './util.js';

/** The parameters of one or more auth types, of which one is used. */
export class RequestAuth extends Property {
  constructor(definition) {
    super(definition);
    if (!isObject(definition)) return;
    const { type } = definition;
    if (hasOwn(definition, 'type') && type) this.use(type, definition[type]);
    for (const other of Object.keys(definition)) {
      if (other !== type && RequestAuth.isValidType(other) && isObject(definition[other])) this.update(definition[other], other);
    }
  }

  /** Takes over parameters of a type, by default of the one used. */
  update(parameters, type = this.type) {
    if (!RequestAuth.isValidType(type)) return;
    const list = this[type];
    if (!VariableList.isVariableList(list)) {
      const made = new VariableList(this, asList(parameters));
      made._postman_requestAuthType = type;
      this[type] = made;
      return;
    }
    list.assimilate(asList(parameters));
  }

  /** Chooses the type, and takes over its parameters. */
  use(type, parameters) {
    if (!RequestAuth.isValidType(type)) return;
    this.type = type;
    this.update(parameters, type);
  }

  current() {
    throw new Error('`Request#current` has been discontinued, use `Request#parameters` instead.');
  }

  /** The parameters of the type that is used. */
  parameters() {
    return this[this.type];
  }

  clear(type) {
    if (RequestAuth.isValidType(type) && VariableList.isVariableList(this[type])) this[type].clear();
  }

  static isValidType(type) {
    return typeof type === 'string' && type !== 'type';
  }
}

// Version 2.0 of the format has an object where 2.1 has a list.
function asList(parameters) {
  if (VariableList.isVariableList(parameters)) return parameters.members;
  if (!isObject(parameters) || Array.isArray(parameters)) return parameters;
  return Object.keys(parameters).map((key) => ({ key, value: parameters[key] }));
}

RequestAuth._postman_propertyName = 'RequestAuth';
Object.defineProperty(RequestAuth, 'name', { value: 'PostmanRequestAuth' });
