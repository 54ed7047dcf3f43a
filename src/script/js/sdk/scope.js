// A scope of variables. Its entries stay plain data until a script asks for `values`; from then on the list holds them.

import { Property } from './property.js';
import { castIn, castOut, typeName, VariableList } from './variable.js';
import { isObject, uuid } from './util.js';
import { lazy } from './lazy.js';
import { resolve } from './substitute.js';

/**
 * `new VariableScope(definition, layers, options)`; the first two are the SDK's. `options.source()` gives the entries
 * (an array of `{key, value, type, disabled}`, or an object of values) when they are first needed; `options.meta()`
 * gives `{id, name}`; `options.dynamic(name)` answers `replaceIn` for names like `$guid`.
 */
export class VariableScope extends Property {
  #entries;
  #index;
  #lookups = 0;
  #source;
  #id;
  #log;
  #dynamic;

  static #lazy = {
    id: lazy('id', (scope) => scope.#id || uuid()),
    values: lazy('values', (scope) => {
      const list = new VariableList(scope, scope.#load());
      scope.#entries = scope.#index = undefined;
      scope.#inList = true;
      return list;
    }),
  };

  #inList = false;

  constructor(definition, layers, options) {
    const given = isObject(definition) && !Array.isArray(definition) && !VariableList.isVariableList(definition);
    super(given ? definition : undefined);
    if (options && options.meta) {
      const { id, name } = options.meta();
      this.#id = id;
      Object.defineProperty(this, 'id', VariableScope.#lazy.id);
      if (name) this.name = name;
    }
    this.#source = options?.source;
    this.#dynamic = options?.dynamic;
    if (!this.#source) {
      const values = given ? definition.values : definition;
      this.#entries = plain(VariableList.isVariableList(values) ? values.members.map((one) => one.toJSON()) : values);
    }
    Object.defineProperty(this, 'values', VariableScope.#lazy.values);
    for (const layer of layers === undefined || layers === null ? [] : [].concat(layers)) this.addLayer(layer);
  }

  #load() {
    if (this.#entries === undefined) {
      const given = this.#source?.();
      // What a source gives is the scope's own.
      this.#entries = Array.isArray(given) && !given.includes(null) ? given : plain(given);
    }
    return this.#entries;
  }

  // The entry (or variable) that counts for a key: the last enabled one.
  #find(key) {
    if (this.#inList) {
      const held = this.values.oneNormalizedVariable(key);
      return held && !held.disabled ? held : undefined;
    }
    const entries = this.#load();
    if (this.#index !== undefined) return this.#index.get(key);
    // An index pays only for several look-ups.
    if (this.#lookups++ < 3) {
      for (let i = entries.length - 1; i >= 0; i--) {
        const entry = entries[i];
        if ((entry.key === key || String(entry.key) === key) && !entry.disabled) return entry;
      }
      return undefined;
    }
    const index = this.#index = new Map();
    for (let i = 0; i < entries.length; i++) if (!entries[i].disabled) index.set(String(entries[i].key), entries[i]);
    return index.get(key);
  }

  #search(key) {
    const held = this.#find(key);
    if (held !== undefined || !this._layers) return held;
    for (const layer of this._layers) {
      const found = layer instanceof VariableScope ? layer.#search(key) : layer.oneNormalizedVariable(key);
      if (found && !found.disabled) return found;
    }
    return undefined;
  }

  /** Another list or scope that is read where this one has no such variable. */
  addLayer(layer) {
    if (!(layer instanceof VariableScope) && !VariableList.isVariableList(layer)) return;
    (this._layers ??= []).push(layer);
  }

  get(key) {
    const held = this.#search(String(key));
    return held === undefined ? undefined : read(held);
  }

  has(key) {
    return this.#search(String(key)) !== undefined;
  }

  set(key, value, type) {
    const name = String(key);
    const held = this.#find(name);
    type = typeName(type);
    if (this.#inList) {
      if (held) held.update(type ? { value, type } : { value });
      else this.values.add({ key, value, type });
    } else if (held) {
      if (type) held.type = type;
      held.value = castIn(typeName(held.type) || 'any', value);
    } else {
      const made = { key, value: castIn(type || 'any', value), type };
      this.#entries.push(made);
      this.#index?.set(name, made);
    }
    if (this.#log) this.#note(name, [name, value]);
  }

  /** Removes all enabled variables of that key. */
  unset(key) {
    const name = String(key);
    if (this.#inList) this.values.remove((entry) => String(entry.key) === name && !entry.disabled);
    else if (this.#find(name) !== undefined) {
      this.#entries = this.#entries.filter((entry) => entry.disabled || String(entry.key) !== name);
      this.#index?.delete(name);
    }
    if (this.#log) this.#note(name, [name]);
  }

  clear() {
    if (this.#log) {
      const entries = this.#inList ? this.values.members : this.#load();
      for (const { key } of entries) this.#note(String(key), [String(key)]);
    }
    if (this.#inList) this.values.clear();
    else {
      this.#entries = [];
      this.#index = undefined;
    }
  }

  /** A plain object of all values, disabled ones too unless told otherwise. */
  toObject(excludeDisabled, caseSensitive) {
    const out = {};
    const { _layers: layers } = this;
    if (layers) {
      for (let i = layers.length - 1; i >= 0; i--) Object.assign(out, layers[i].toObject(excludeDisabled, caseSensitive));
    }
    for (const entry of this.#inList ? this.values.members : this.#load()) {
      if (!(excludeDisabled && entry.disabled)) define(out, String(entry.key), read(entry));
    }
    return out;
  }

  /** Puts the values of the scope and its layers into a text, or into the texts of an array or object. */
  replaceIn(template) {
    if (template === undefined || template === null) return template;
    return resolve(template, (name) => {
      const held = this.#search(name);
      return held === undefined ? undefined : shown(read(held));
    }, this.#dynamic);
  }

  variables() {
    throw new Error('`VariableScope#variables` has been discontinued, use `VariableScope#syncVariablesTo` instead.');
  }

  syncVariablesFrom(object, track) {
    return this.values.syncFromObject(object, track) || undefined;
  }

  syncVariablesTo(object) {
    return this.values.syncToObject(object);
  }

  // The last change of a key is the one that counts: `[key, value]` where it was set, `[key]` where it was removed.
  #note(name, change) {
    this.#log.compacted[name] = change;
  }

  /** Whether the scope's list was made: it may have been changed without a trace in the log. */
  static isListed(scope) { return scope.#inList; }

  /** Keeps a log of changes from now on. */
  static track(scope) {
    scope._postman_enableTracking = true;
    scope.mutations = scope.#log = { autoCompact: true, stream: [], compacted: Object.create(null) };
  }

  /** The log. */
  static mutations(scope) { return scope.#log; }

  /** Forgets what was read: others have changed it. */
  static forget(scope) {
    scope.#entries = scope.#index = undefined;
    scope.#lookups = 0;
    scope.#inList = false;
    Object.defineProperty(scope, 'values', VariableScope.#lazy.values);
  }

  /** Entries as plain data, without making the list: `{key, value, type?, disabled?}`. Static, so that scripts lack it. */
  static entries(scope) {
    if (scope.#inList) return scope.values.toJSON();
    return scope.#load().map((entry) => ({ ...entry }));
  }

  toJSON() {
    const out = super.toJSON();
    if (out.value !== undefined && out.values === undefined) {
      out.values = out.value;
      delete out.value;
    }
    for (const key of Object.keys(out)) if (key.charCodeAt(0) === 95 && key !== '_') delete out[key];
    return out;
  }

  static isVariableScope(value) {
    return value instanceof VariableScope;
  }
}

// What is written for a value inside a text.
function shown(value) {
  return value === undefined ? '' : value === null ? 'null' : value;
}

function read(entry) {
  return typeof entry.get === 'function' ? entry.get() : castOut(typeName(entry.type) || 'any', entry.value);
}

// Entries of the scope's own, from what a definition has.
function plain(source) {
  if (!isObject(source)) return [];
  if (!Array.isArray(source)) return Object.keys(source).map((key) => ({ key, value: source[key] }));
  const out = [];
  for (const entry of source) {
    if (entry === null || entry === undefined) continue;
    const made = isObject(entry) ? { ...entry } : { value: undefined };
    const type = typeName(entry.type);
    if (type !== undefined) made.value = castIn(type, made.value);
    out.push(made);
  }
  return out;
}

function define(object, key, value) {
  if (key === '__proto__') Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
  else object[key] = value;
}

VariableScope.prototype._postman_propertyRequiresId = true;
VariableScope._postman_propertyName = 'VariableScope';
Object.defineProperty(VariableScope, 'name', { value: 'PostmanVariableScope' });
