// Lists: members in order, and an index by key.

import { PropertyBase } from './property.js';
import { hasOwn, isObject, iteratee } from './util.js';
import { lazy, settle } from './lazy.js';

/** A list of objects of one class. */
export class PropertyList extends PropertyBase {
  // Plain entries of which no member has been made yet.
  #pending;

  static #lazy = {
    members: lazy('members', (list) => { list.#build(); return list.members; }),
    reference: lazy('reference', (list) => { list.#build(); return list.reference; }),
  };

  /** With `deferred`, members are made when they are first needed; the array must not change meanwhile. */
  constructor(type, parent, populate, deferred) {
    super();
    this.setParent(parent ?? null);
    if (deferred && Array.isArray(populate) && populate.length) {
      this.#pending = populate;
      Object.defineProperty(this, 'members', PropertyList.#lazy.members);
      Object.defineProperty(this, 'reference', PropertyList.#lazy.reference);
    } else {
      this.members = [];
      this.reference = {};
    }
    this.Type = type;
    // Own keys of a list are seen in chai's failure texts, so they are the SDK's.
    if (type) {
      if (type._postman_propertyIndexKey) this._postman_listIndexKey = type._postman_propertyIndexKey;
      if (type._postman_propertyIndexCaseInsensitive) this._postman_listIndexCaseInsensitive = true;
      if (type._postman_propertyAllowsMultipleValues) this._postman_listAllowsMultipleValues = true;
    }
    if (populate && !this.#pending) this.populate(populate);
  }

  #build() {
    const entries = this.#pending;
    this.#pending = undefined;
    settle(this, 'members', []);
    settle(this, 'reference', {});
    this.populate(entries);
  }

  // The last pending entry of a key; `false` where only the members can tell.
  #entry(key) {
    const entries = this.#pending;
    if (entries === undefined || typeof key !== 'string' || key === '' || !this._postman_listAllowsMultipleValues) return false;
    const fold = this._postman_listIndexCaseInsensitive;
    const index = this._postman_listIndexKey;
    if (fold) key = key.toLowerCase();
    for (let i = entries.length - 1; i >= 0; i--) {
      const entry = entries[i];
      if (entry === null || typeof entry !== 'object') return false;
      const held = entry[index];
      if (typeof held !== 'string' || typeof entry.value !== 'string') return false;
      if (held.length === key.length && (fold ? held.toLowerCase() : held) === key) return entry;
    }
    return undefined;
  }

  #key(item) {
    const key = item?.[this._postman_listIndexKey];
    // What has no key is not found by one.
    if (key === undefined || key === null || key === '') return undefined;
    return this._postman_listIndexCaseInsensitive ? String(key).toLowerCase() : String(key);
  }

  #make(item) {
    const { Type } = this;
    return Type && !(item instanceof Type) ? new Type(item) : item;
  }

  #refer(item) {
    const key = this.#key(item);
    if (key === undefined) return;
    const { reference } = this;
    if (!this._postman_listAllowsMultipleValues || !hasOwn(reference, key)) {
      put(reference, key, item);
      return;
    }
    const held = reference[key];
    if (Array.isArray(held)) {
      if (!held.includes(item)) held.push(item);
    } else if (held !== item) reference[key] = [held, item];
  }

  #forget(item) {
    if (typeof item?.setParent === 'function') item.setParent(undefined);
    const key = this.#key(item);
    if (key === undefined || !hasOwn(this.reference, key)) return;
    const { reference } = this;
    const held = reference[key];
    if (!Array.isArray(held)) {
      if (held !== item) return;
      // Another member may have the key, too.
      const other = this.members.findLast((one) => this.#key(one) === key);
      if (other === undefined) delete reference[key];
      else reference[key] = other;
      return;
    }
    const left = held.filter((other) => other !== item);
    if (left.length > 1) reference[key] = left;
    else if (left.length === 1) [reference[key]] = left;
    else delete reference[key];
  }

  #put(item, index) {
    const { members } = this;
    const given = item;
    item = this.#make(item);
    const old = item === given ? members.indexOf(item) : -1;
    if (old >= 0) {
      members.splice(old, 1);
      if (old < index) index--;
    }
    if (index === undefined || index >= members.length) members.push(item);
    else members.splice(index, 0, item);
    if (typeof item?.setParent === 'function') item.setParent(this);
    this.#refer(item);
  }

  insert(item, before) {
    if (!isObject(item)) return;
    const index = before === 0 || before === '' ? 0 : this.indexOf(before);
    this.#put(item, index >= 0 ? index : undefined);
  }

  insertAfter(item, after) {
    if (!isObject(item)) return;
    this.#put(item, this.indexOf(after) + 1);
  }

  append(item) {
    this.add(item);
  }

  prepend(item) {
    if (isObject(item)) this.#put(item, 0);
  }

  add(item) {
    if (item !== undefined && item !== null) this.#put(item);
  }

  /** Updates the member of that key, or adds one: `true` where it was added. */
  upsert(item) {
    if (item === undefined || item === null) return null;
    const held = this.one(item[this._postman_listIndexKey]);
    if (!held) {
      this.add(item);
      return true;
    }
    if (typeof held.update !== 'function') {
      throw new Error('collection: unable to upsert into a list of Type that does not support .update()');
    }
    const key = this.#key(held);
    held.update(item);
    if (this.#key(held) !== key) this.#refer(held);
    return false;
  }

  /** Removes by key, by member, or all for which a function answers yes. */
  remove(predicate, context) {
    let drop;
    if (typeof predicate === 'string') {
      const key = this._postman_listIndexCaseInsensitive ? predicate.toLowerCase() : predicate;
      drop = (item) => (this.#key(item) ?? '') === key;
    } else if (this.Type && predicate instanceof this.Type) drop = (item) => item === predicate;
    else if (typeof predicate === 'function') drop = context === undefined ? predicate : predicate.bind(context);
    else return;
    const { members } = this;
    for (let i = 0; i < members.length;) {
      if (!drop(members[i], i, members)) { i++; continue; }
      const [item] = members.splice(i, 1);
      this.#forget(item);
    }
  }

  clear() {
    for (const item of this.members) item?.setParent?.(undefined);
    this.members.length = 0;
    this.reference = {};
  }

  populate(items) {
    const { Type } = this;
    if (typeof items === 'string' && Type && typeof Type.parse === 'function') items = Type.parse(items);
    if (items === undefined || items === null) return;
    if (PropertyList.isPropertyList(items)) items = items.members;
    if (Array.isArray(items)) for (const item of items) this.add(item);
    else if (isObject(items) && Type && typeof Type.create === 'function') for (const key of Object.keys(items)) this.add(Type.create(items[key], key));
    else this.add(items);
  }

  repopulate(items) {
    this.clear();
    this.populate(items);
  }

  /** Takes over what the other has; with `prune` drops what it has not. */
  assimilate(source, prune) {
    const members = PropertyList.isPropertyList(source) ? source.members : source;
    if (!Array.isArray(members)) return;
    const index = this._postman_listIndexKey;
    const kept = new Set();
    for (const item of members) {
      if (!isObject(item) || !hasOwn(item, index)) continue;
      this.upsert(item);
      kept.add(String(item[index]));
    }
    if (prune) for (const key of Object.keys(this.reference)) if (!kept.has(key)) this.remove(key);
  }

  /** A copy of the members. */
  all() {
    return this.members.slice();
  }

  /** The member of that key, of several the last. */
  one(key) {
    if (this._postman_listIndexCaseInsensitive) key = String(key).toLowerCase();
    const { reference } = this;
    const held = hasOwn(reference, key) ? reference[key] : undefined;
    return Array.isArray(held) ? held[held.length - 1] : held;
  }

  get(key) {
    const entry = this.#entry(key);
    if (entry === undefined || (entry !== false && this._postman_listIndexKey === 'key')) return entry && entry.value;
    const found = this.one(key);
    return found === undefined ? undefined : found.valueOf();
  }

  each(iterator, context) {
    const call = iteratee(iterator);
    const { members } = this;
    for (let i = 0; i < members.length; i++) if (call.call(context, members[i], i, members) === false) break;
  }

  map(iterator, context) {
    return this.members.map(iteratee(iterator), context || this);
  }

  filter(rule, context) {
    return this.members.filter(iteratee(rule), context || this);
  }

  find(rule, context) {
    return this.members.find(iteratee(rule), context || this);
  }

  reduce(iterator, accumulator, context) {
    return this.members.reduce((held, item, index, all) => iterator.call(context || this, held, item, index, all), accumulator);
  }

  count() {
    if (this.#pending && this.#pending.every((entry) => entry !== null && entry !== undefined)) return this.#pending.length;
    return this.members.length;
  }

  idx(index) {
    return this.members[index];
  }

  indexOf(item) {
    return this.members.indexOf(typeof item === 'string' ? this.one(item) : item);
  }

  /** By key or by member; with a value: whether any of that key has it. */
  has(item, value) {
    if (typeof item !== 'string') return item !== undefined && item !== null && this.members.includes(item);
    if (arguments.length < 2) {
      const entry = this.#entry(item);
      if (entry !== false) return entry !== undefined;
    }
    const key = this._postman_listIndexCaseInsensitive ? item.toLowerCase() : item;
    if (!hasOwn(this.reference, key)) return false;
    if (arguments.length < 2) return true;
    const held = this.reference[key];
    return Array.isArray(held) ? held.some((one) => one.valueOf() === value) : held.valueOf() === value;
  }

  eachParent(iterator, context) {
    for (let holder = this.parent(); holder; holder = typeof holder.parent === 'function' ? holder.parent() : undefined) {
      iterator.call(context || this, holder);
    }
  }

  toObject(excludeDisabled, caseSensitive, multiValue, sanitizeKeys) {
    const out = {};
    const index = this._postman_listIndexKey;
    const lower = !caseSensitive && this._postman_listIndexCaseInsensitive;
    const several = multiValue || this._postman_listAllowsMultipleValues;
    for (const item of this.members) {
      if (!isObject(item) || !hasOwn(item, index)) continue;
      let key = item[index];
      if ((excludeDisabled && item.disabled) || (sanitizeKeys && !key)) continue;
      key = lower ? String(key).toLowerCase() : String(key);
      const value = item.valueOf();
      if (!several || !hasOwn(out, key)) put(out, key, value);
      else if (Array.isArray(out[key])) out[key].push(value);
      else out[key] = [out[key], value];
    }
    return out;
  }

  toString() {
    const { Type } = this;
    return Type && typeof Type.unparse === 'function' ? Type.unparse(this.members) : Object.prototype.toString.call(this);
  }

  toJSON() {
    const { Type } = this;
    if (this.#pending && Type && typeof Type.plain === 'function') {
      const out = this.#pending.map(Type.plain);
      if (!out.includes(undefined)) return out;
    }
    return this.members.map((item) => (typeof item?.toJSON === 'function' ? item.toJSON() : item));
  }

  /** Members, or plain entries in their place: for reading keys, values and `disabled` only. */
  static entries(list) {
    const entries = list.#pending;
    return entries && entries.every((entry) => entry !== null && typeof entry === 'object') ? entries : list.members;
  }

  static isPropertyList(value) {
    return Boolean(value) && value._postman_propertyIsList === true;
  }
}

// A key may be any word, `__proto__` too.
function put(object, key, value) {
  if (key === '__proto__') Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
  else object[key] = value;
}

PropertyList.prototype._postman_propertyIsList = true;
PropertyList._postman_propertyName = 'PropertyList';
Object.defineProperty(PropertyList, 'name', { value: 'PostmanPropertyList' });
