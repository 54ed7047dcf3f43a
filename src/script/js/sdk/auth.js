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
    const fresh = !VariableList.isVariableList(this[type]);
    this.#take(type, parameters);
    // The SDK marks what came without being chosen.
    if (fresh) this[type]._postman_requestAuthType = type;
  }

  /** Chooses the type, and takes over its parameters. */
  use(type, parameters) {
    if (!RequestAuth.isValidType(type)) return;
    this.type = type;
    this.#take(type, parameters);
  }

  #take(type, parameters) {
    if (!VariableList.isVariableList(this[type])) this[type] = new VariableList(this);
    this[type].assimilate(asList(parameters));
  }

  current() {
    throw new Error('`Request#current` has been discontinued, use `Request#parameters` instead.');
  }

  /** The parameters of the type that is used. */
  parameters() {
    return this[this.type];
  }

  /** Empties the parameters of the type that is used, or drops another type. */
  clear(type) {
    if (!RequestAuth.isValidType(type) || !VariableList.isVariableList(this[type])) return;
    if (type === this.type) this[type].clear();
    else delete this[type];
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
