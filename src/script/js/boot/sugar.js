// Sugar's methods on the built-ins. Sugar itself loads when a script first touches one of its names. It replaces none of what
// a script has put in place, and of the standard methods only the four of arrays that its own methods build upon.

import { library } from './library.js';

const { defineProperty, getOwnPropertyDescriptor, getOwnPropertyNames } = Object;
const { apply } = Reflect;
const forget = (holder, name) => Reflect.deleteProperty(holder, name);
// `{Array: [names of the constructor, names of its prototype], …}`, taken from the library when it was bundled.
const NAMES = __SUGAR_NAMES__;
const realm = globalThis; // scripts have no name for it

const { map, filter, some, every } = realm.Array.prototype;
const standard = { map, filter, some, every };
const ENHANCED = new Set(['map', 'filter', 'some', 'every']); // these take more than functions then

let stubs = null; // [holder, name, getter] until the library is there

/** Makes each name a stub that loads the library. */
export function installSugar() {
  stubs = [];
  forget(realm.RegExp, 'escape'); // newer than Sugar's, and it escapes more
  for (const type of Object.keys(NAMES)) {
    const [own, shared] = NAMES[type];
    const constructor = realm[type];
    for (const name of own) stub(constructor, name);
    for (const name of shared) stub(constructor.prototype, name);
  }
}

function stub(holder, name) {
  if (getOwnPropertyDescriptor(holder, name)) return;
  const get = function get() {
    load();
    const found = getOwnPropertyDescriptor(holder, name);
    return found && (found.get ? apply(found.get, this, []) : found.value);
  };
  const set = function set(value) {
    // As assigning over a plain method of the prototype does.
    const enumerable = this !== holder;
    defineProperty(this, name, { value, writable: true, configurable: true, enumerable });
  };
  defineProperty(holder, name, { get, set, configurable: true, enumerable: false });
  stubs.push([holder, name, get]);
}

function load() {
  if (stubs === null) return;
  const holders = new Set();
  for (const [holder, name, get] of stubs) {
    holders.add(holder);
    const found = getOwnPropertyDescriptor(holder, name);
    if (found && found.get === get) forget(holder, name);
  }
  stubs = null;
  const kept = [];
  for (const holder of holders) {
    for (const name of getOwnPropertyNames(holder)) kept.push([holder, name, getOwnPropertyDescriptor(holder, name)]);
  }
  library('sugar');
  for (const [holder, name, before] of kept) {
    const now = getOwnPropertyDescriptor(holder, name);
    if (holder === realm.Array.prototype && ENHANCED.has(name) && before.value === standard[name]) continue;
    if (before.configurable && (!now || now.value !== before.value || now.get !== before.get)) defineProperty(holder, name, before);
  }
}
