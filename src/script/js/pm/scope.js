// A variable scope as scripts see it. Entries stay plain until a script asks for `values`; then the SDK's list holds
// them and is read instead, so that changes made through the list are seen by `get`.

import { host } from '../boot/host.js';
import { VariableList } from '../sdk/index.js';
import { replaceIn } from './substitute.js';

const { parse } = JSON;
const own = Object.prototype.hasOwnProperty;

const READ = {
  string: (value) => (value === null || value === undefined ? value : String(value)),
  number: (value) => (value === null || value === undefined ? value : Number(value)),
  boolean: (value) => (value === null || value === undefined ? value : Boolean(value)),
  object: (value) => structured(value, (found) => typeof found === 'object' && !Array.isArray(found)),
  array: (value) => structured(value, Array.isArray),
};

function structured(value, fits) {
  if (typeof value === 'string') {
    try { value = parse(value); } catch { return undefined; }
  }
  return value !== null && fits(value) ? value : undefined;
}

function cast(type, value) {
  const read = type === undefined ? undefined : READ[type];
  return read ? read(value) : value;
}

function valueOf(entry) {
  if (typeof entry.get === 'function') return entry.get();
  // Seen in postman-collection's Variable: a function is called for its value.
  if (typeof entry.value === 'function') return cast(entry.type, entry.value());
  return cast(entry.type, entry.value);
}

/** One scope of one script: reads lazily, keeps a log of what the script changed. */
export class VariableScope {
  #label;
  #entries;
  #index = null;
  #list = null;
  #log = null;
  #meta = null;

  constructor(label, entries) {
    this.#label = label;
    this.#entries = entries;
  }

  #all() {
    if (this.#list) return this.#list.members;
    return (this.#entries ??= load(this.#label));
  }

  #find(key) {
    if (this.#list) {
      const { members } = this.#list;
      for (let i = members.length - 1; i >= 0; i--) {
        if (members[i].key === key && !members[i].disabled) return members[i];
      }
      return undefined;
    }
    if (this.#index === null) {
      this.#index = new Map();
      for (const entry of this.#all()) {
        if (!entry.disabled) this.#index.set(entry.key, entry);
      }
    }
    return this.#index.get(key);
  }

  #note(step) {
    const { dirty } = this.#log ?? (this.#log = { cleared: false, dirty: new Map() });
    dirty.delete(step[1]);
    dirty.set(step[1], step);
  }

  get(key) {
    const entry = this.#find(String(key));
    return entry === undefined ? undefined : valueOf(entry);
  }

  has(key) {
    return this.#find(String(key)) !== undefined;
  }

  set(key, value, type) {
    key = String(key);
    const entry = this.#find(key);
    if (entry) {
      if (type !== undefined) entry.type = type;
      if (typeof entry.set === 'function') entry.set(value);
      else entry.value = cast(entry.type, value);
      this.#note(['set', key, entry.value]);
    } else {
      const made = { key, value: cast(type, value) };
      if (type !== undefined) made.type = type;
      if (this.#list) this.#list.add(made);
      else {
        this.#all().push(made);
        this.#index.set(key, made);
      }
      this.#note(['set', key, made.value]);
    }
  }

  unset(key) {
    key = String(key);
    if (this.#list) this.#list.remove((entry) => entry.key === key && !entry.disabled);
    else if (this.#find(key)) {
      this.#entries = this.#entries.filter((entry) => entry.key !== key || entry.disabled);
      this.#index.delete(key);
    }
    this.#note(['unset', key]);
  }

  clear() {
    if (this.#list) this.#list.clear();
    this.#entries = [];
    this.#index = null;
    this.#log = { cleared: true, dirty: new Map() };
  }

  toObject(excludeDisabled) {
    const out = {};
    for (const entry of this.#all()) {
      if (!(excludeDisabled === true && entry.disabled)) out[entry.key] = valueOf(entry);
    }
    return out;
  }

  replaceIn(template) {
    return replaceIn(template, (name) => this.#find(name), valueOf);
  }

  get values() {
    if (!this.#list) {
      const entries = this.#all();
      this.#list = new VariableList(undefined, entries);
      this.#index = null;
    }
    return this.#list;
  }

  get id() { return this.#about().id; }

  get name() { return this.#about().name; }

  #about() {
    return (this.#meta ??= parse(host.scopeMeta(this.#label) || '{}'));
  }

  toJSON() {
    const { id, name } = this.#about();
    return { id, name, values: this.#all().map((entry) => (entry.toJSON ? entry.toJSON() : { ...entry })) };
  }

  /** Writes the scope's values into an object and returns it. */
  syncVariablesTo(target) {
    const out = target && typeof target === 'object' ? target : {};
    for (const key of Object.keys(out)) delete out[key];
    return Object.assign(out, this.toObject());
  }

  /** Makes the scope hold what the object holds; with `track` returns what was changed. */
  syncVariablesFrom(source, track) {
    const made = { created: [], updated: [], deleted: [] };
    for (const key of Object.keys(this.toObject())) {
      if (!own.call(source, key)) { this.unset(key); made.deleted.push(key); }
    }
    for (const key of Object.keys(source)) {
      (this.has(key) ? made.updated : made.created).push(key);
      this.set(key, source[key]);
    }
    return track ? made : undefined;
  }

  variables() {
    throw new Error('`VariableScope#variables` has been discontinued, use `VariableScope#syncVariablesTo` instead.');
  }

  /** The steps that repeat the script's changes, or undefined; `static` keeps it out of scripts' reach. */
  static changes(scope) {
    const log = scope.#log;
    if (!log) return undefined;
    const steps = [...log.dirty.values()];
    return log.cleared ? [['clear'], ...steps] : steps;
  }

  /** Takes the changes for carried. */
  static settle(scope) { scope.#log = null; }

  /** Reads the entries anew when they are next asked for. */
  static forget(scope) {
    scope.#entries = undefined;
    scope.#index = null;
    scope.#list = null;
  }

  /** Entries as plain data. */
  static entries(scope) {
    return scope.#all().map(({ key, value, type, disabled }) => (disabled ? { key, value, type, disabled } : { key, value, type }));
  }

  static find(scope, key) { return scope.#find(key); }

  static value(entry) { return valueOf(entry); }
}

function load(label) {
  const found = parse(host.scope(label) || '[]');
  if (Array.isArray(found)) return found;
  const entries = [];
  for (const key of Object.keys(found)) entries.push({ key, value: found[key] });
  return entries;
}
