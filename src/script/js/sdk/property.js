// What all objects of the SDK have in common: a parent, an id, a name, a description, and their JSON.

import { copy, isObject, uuid } from './util.js';
import { lazy } from './lazy.js';
import { resolve, substitutions } from './substitute.js';

const { defineProperty } = Object;
const PARENT = { value: undefined, writable: true, enumerable: false, configurable: true };

/** Base of everything that may stand in a list or in a parent. */
export class PropertyBase {
  constructor(definition) {
    // Names that begin with an underscore are kept apart, as `_`.
    if (isObject(definition)) {
      let meta;
      for (const key in definition) {
        if (key.charCodeAt(0) === 95) (meta ??= {})[key.slice(1)] = definition[key];
      }
      if (meta) this._ = meta;
    }
  }

  /** The nearest holder that is not a list. */
  parent() {
    let { __parent: holder } = this;
    while (holder && holder._postman_propertyIsList) holder = holder.__parent;
    return holder || undefined;
  }

  setParent(parent) {
    if (parent === undefined) {
      delete this.__parent;
      return;
    }
    // An own property as in the SDK: chai counts it where it shows the object.
    PARENT.value = parent;
    defineProperty(this, '__parent', PARENT);
    PARENT.value = undefined;
  }

  forEachParent(options, iterator) {
    if (typeof options === 'function') [options, iterator] = [{}, options];
    for (let holder = this.parent(); holder; holder = parentOf(holder)) {
      // The outermost one counts only where it is asked for.
      if (!parentOf(holder) && !(options && options.withRoot)) return;
      iterator(holder);
    }
  }

  findInParents(property, customizer) {
    const owner = this.findParentContaining(property, customizer);
    return owner ? owner[property] : undefined;
  }

  findParentContaining(property, customizer) {
    for (let holder = this; holder; holder = parentOf(holder)) {
      if (customizer ? holder[property] !== undefined && customizer(holder) : holder[property]) return holder;
    }
    return undefined;
  }

  meta() {
    return this._;
  }

  /** Plain data; a list `xs` is called `x` there. */
  toJSON() {
    const out = {};
    for (let key of Object.keys(this)) {
      const value = this[key];
      if (value === undefined) continue;
      if (value === null || typeof value !== 'object') {
        out[key] = typeof value === 'function' ? {} : value;
        continue;
      }
      if (value._postman_propertyIsList && key.endsWith('s') && !value._postman_proprtyIsSerialisedAsPlural) key = key.slice(0, -1);
      out[key] = typeof value.toJSON === 'function' ? value.toJSON() : copy(value);
    }
    return out;
  }
}

function parentOf(holder) {
  return typeof holder.parent === 'function' ? holder.parent() : undefined;
}

/** A description: text with a media type. */
export class Description {
  constructor(definition) {
    this.content = typeof definition === 'string' ? definition : definition?.content;
    this.type = typeof definition === 'string' ? 'text/plain' : definition?.type ?? (definition ? 'text/plain' : undefined);
    if (definition === null) { delete this.content; delete this.type; }
  }

  update(definition) {
    Object.assign(this, new Description(definition));
  }

  toString() {
    return String(this.content ?? '');
  }

  valueOf() {
    return this.content;
  }

  toJSON() {
    return { content: this.content, type: this.type };
  }

  static isDescription(value) {
    return value instanceof Description;
  }
}

const ID = lazy('id', uuid);

/** Base of what has an identity. */
export class Property extends PropertyBase {
  constructor(definition) {
    super(definition);
    const inner = isObject(definition) ? definition.info || definition : undefined;
    if (inner === undefined) {
      if (this._postman_propertyRequiresId) defineProperty(this, 'id', ID);
      return;
    }
    const id = inner.id || inner._postman_id;
    if (id) this.id = id;
    else if (this._postman_propertyRequiresId) defineProperty(this, 'id', ID);
    if (inner.name) this.name = inner.name;
    if ('disabled' in definition) this.disabled = definition.disabled;
    if (inner.description !== undefined) this.description = describe(inner.description);
  }

  describe(content, type) {
    this.description = describe(isObject(content) ? content : { content, type: type ?? 'text/plain' });
  }

  /** Plain data with the variables of the scope (or of the parents, or those given) put in. */
  toObjectResolved(scope, overrides, options) {
    const found = scope && (scope.variables ?? scope.values ?? this.findInParents('variables'));
    const lists = [].concat(overrides || [], found || []);
    const sources = lists.filter((list) => list && (list._postman_propertyIsList || typeof list.one === 'function'));
    if (sources.length === 0 && !(options && options.ignoreOwnVariables)) {
      throw new Error('Unable to resolve variables. Require a List type property for variable auto resolution.');
    }
    return resolve(this.toJSON(), (name) => {
      for (const list of sources) {
        const entry = list.one(name);
        if (entry) return entry;
      }
      return undefined;
    });
  }

  findSubstitutions() {
    return Property.findSubstitutions(this.toJSON());
  }

  static replaceSubstitutions(text, ...lists) {
    return resolve(String(text), (name) => lists.flat().map((list) => list.one(name)).find(Boolean));
  }

  static findSubstitutions(value) {
    return substitutions(value);
  }
}

function describe(definition) {
  return definition instanceof Description ? definition : new Description(definition);
}

Object.defineProperty(Description, 'name', { value: 'PostmanPropertyDescription' });
Object.defineProperty(Property, 'name', { value: 'PostmanProperty' });
Object.defineProperty(PropertyBase, 'name', { value: 'PropertyBase' });
