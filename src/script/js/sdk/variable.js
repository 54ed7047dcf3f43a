// Variables with types, and lists of them.

import { Property } from './property.js';
import { PropertyList } from './list.js';
import { hasOwn, isObject } from './util.js';
import { resolve } from './substitute.js';

const { parse, stringify } = JSON;

// `in`: what is stored, `out`: what is read. Structured values are stored as JSON text.
const structured = (fits) => ({
  in: (value) => {
    if (value === undefined || typeof value === 'string') return value;
    try { return stringify(value); } catch { return undefined; }
  },
  out: (value) => {
    try {
      const found = typeof value === 'string' ? parse(value) : value;
      return fits(found) ? found : undefined;
    } catch { return undefined; }
  },
});

export const types = {
  string: String,
  boolean: Boolean,
  number: Number,
  array: structured(Array.isArray),
  object: structured((value) => value !== null && typeof value === 'object' && !Array.isArray(value)),
  any: { in: (value) => value, out: (value) => value },
};

/** The name of a known type, or `undefined`. */
export function typeName(type) {
  if (typeof type !== 'string' || type === 'default' || type === 'any') return type === 'any' ? type : undefined;
  type = type.toLowerCase();
  return hasOwn(types, type) ? type : undefined;
}

/** A value as it is stored for that type; a function is left to be called when read. */
export function castIn(type, value) {
  if (type === 'any' || typeof value === 'function') return value;
  const cast = types[type];
  return typeof cast === 'function' ? cast(value) : cast.in(value);
}

/** A stored value as it is read. */
export function castOut(type, value) {
  if (typeof value === 'function') value = value();
  if (type === 'any') return value;
  const cast = types[type];
  return typeof cast === 'function' ? cast(value) : cast.out(value);
}

/** One variable. */
export class Variable extends Property {
  constructor(definition) {
    super(definition);
    const given = isObject(definition) ? definition : {};
    this.type = typeName(given.type) || 'any';
    this.value = castIn(this.type, given.value);
    if (given.key !== undefined) this.key = given.key;
    if (hasOwn(given, 'system')) this.system = given.system;
  }

  get() {
    return castOut(this.type, this.value);
  }

  set(value) {
    this.value = castIn(this.type, value);
  }

  /** The value; with an argument sets it first. */
  valueOf(value) {
    if (arguments.length) this.set(value);
    return this.get();
  }

  toString() {
    const value = this.get();
    if (value === undefined) return '';
    return value === null ? 'null' : String(value);
  }

  cast(value) {
    return this.castOut(value);
  }

  castIn(value) {
    return castIn(this.type, value);
  }

  castOut(value) {
    return castOut(this.type, value);
  }

  /** The type; with an argument sets it first and casts the value. */
  valueType(name) {
    name = typeName(name);
    if (name !== undefined && name !== this.type) {
      const value = this.get();
      this.type = name;
      this.set(value);
    }
    return this.type;
  }

  update(definition) {
    if (!isObject(definition)) return;
    const type = typeName(definition.type);
    if (type) this.type = type;
    if (hasOwn(definition, 'value')) this.set(definition.value);
    else if (type) this.set(this.value);
    if (hasOwn(definition, 'system')) this.system = definition.system;
    if (hasOwn(definition, 'disabled')) this.disabled = definition.disabled;
  }

  static isVariable(value) {
    return value instanceof Variable;
  }
}

/** Variables in order; of those with one key the last counts. */
export class VariableList extends PropertyList {
  constructor(parent, variables) {
    super(Variable, parent, variables);
  }

  /** The enabled variable of that key, else a disabled one; it is the one that `one` gives from then on. */
  oneNormalizedVariable(key) {
    const held = this.one(key);
    if (held && !held.disabled) return held;
    const { members } = this;
    let found;
    for (let i = members.length - 1; i >= 0; i--) {
      if (String(members[i]?.key) !== key) continue;
      if (!members[i].disabled) {
        found = members[i];
        break;
      }
      found ??= members[i];
    }
    if (found && held) this.reference[key] = found;
    return found;
  }

  replace(text, ...overrides) {
    return resolve(text, (name) => find([...overrides, this], name));
  }

  substitute(object, overrides) {
    return isObject(object) ? resolve(object, (name) => find([...(overrides || []), this], name)) : object;
  }

  /** Makes the list hold what the object holds; says what changed where it is asked to. */
  syncFromObject(source, track, prune) {
    const gone = new Set();
    const log = track ? { created: [], updated: [], deleted: [] } : undefined;
    if (!isObject(source)) return undefined;
    if (prune !== false) {
      for (const member of this.all()) {
        if (hasOwn(source, member.key)) continue;
        this.remove(member);
        gone.add(member.key);
      }
    }
    if (log) log.deleted.push(...gone);
    for (const key of Object.keys(source)) {
      const held = this.one(key);
      if (held) {
        held.set(source[key]);
        log?.updated.push(key);
      } else {
        this.add({ key, value: source[key] });
        log?.created.push(key);
      }
    }
    return log || false;
  }

  /** Makes the object hold what the list holds. */
  syncToObject(target) {
    const out = isObject(target) ? target : {};
    for (const key of Object.keys(out)) delete out[key];
    for (const member of this.members) out[member.key] = member.valueOf();
    return out;
  }

  toString() {
    return this.members.map(String).join();
  }

  static isVariableList(value) {
    return value instanceof VariableList;
  }
}

function find(lists, name) {
  for (const list of lists) {
    const held = list && typeof list.oneNormalizedVariable === 'function' ? list.oneNormalizedVariable(name) : undefined;
    if (held && !held.disabled) return held;
  }
  return undefined;
}

Variable.types = types;
Variable._postman_propertyName = 'Variable';
Variable._postman_propertyIndexKey = 'key';
VariableList._postman_propertyName = 'VariableList';
Object.defineProperty(Variable, 'name', { value: 'PostmanVariable' });
Object.defineProperty(VariableList, 'name', { value: 'PostmanVariableList' });
