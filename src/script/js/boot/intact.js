// Keeps the built-ins that a script replaced from breaking the scripts after it, and the sandbox itself. What scripts add
// stays, as it does in newman. Nothing here may call a method of a built-in that was not taken before.

const { getOwnPropertyDescriptor, getPrototypeOf } = Object;
const { ownKeys, defineProperty, deleteProperty } = Reflect;
const WRITTEN = [Object.prototype, Array.prototype, String.prototype, Number.prototype, Boolean.prototype];
const realm = globalThis;
const NAMES = ['Object', 'Function', 'Array', 'String', 'Number', 'Boolean', 'Symbol', 'BigInt', 'Date', 'RegExp', 'Error', 'TypeError',
  'RangeError', 'SyntaxError', 'ReferenceError', 'EvalError', 'URIError', 'Promise', 'Map', 'Set', 'WeakMap', 'WeakSet', 'Proxy',
  'ArrayBuffer', 'Uint8Array', 'Uint16Array', 'Uint32Array', 'Int8Array', 'Int16Array', 'Int32Array', 'DataView',
  'JSON', 'Math', 'Reflect', 'parseInt', 'parseFloat', 'isNaN', 'isFinite', 'encodeURIComponent', 'decodeURIComponent', 'encodeURI',
  'decodeURI', 'escape', 'unescape', 'eval'];
// Texts that can reach a built-in to change it. A false alarm costs a comparison after the script.
const REACHES = new RegExp('prototype|__proto__|getPrototypeOf|constructor|eval|Function|defineProperty|assign\\(|prepareStackTrace|'
  + `\\b(?:${NAMES.join('|')})(?:\\.\\w+|\\[[^\\]]*\\])?\\s*=[^=>]`);
const exec = RegExp.prototype.exec;
const { apply } = Reflect;

const seen = new Map(); // source → whether it can; iterations repeat scripts
let kept = null; // [holder, key, descriptor, …]

/** Whether a script's text can change a built-in. */
export function reachesBuiltins(source) {
  let found = seen.get(source);
  if (found === undefined) {
    found = apply(exec, REACHES, [source]) !== null;
    seen.set(source, found);
  }
  return found;
}

/** Remembers the built-ins as they are, once; called before the first script that can change one. */
export function rememberBuiltins() {
  if (kept !== null) return;
  kept = [];
  for (const name of NAMES) keep(realm, name);
  const holders = new Set();
  for (const name of NAMES) {
    const holder = realm[name];
    if (holder === undefined) continue;
    holders.add(holder);
    if (holder.prototype) holders.add(holder.prototype);
  }
  for (const walker of [[][Symbol.iterator](), new Map().entries(), new Set().values(), ''[Symbol.iterator](), (function* walk() {})(),
    (async () => {}), new Uint8Array(0)]) {
    for (let proto = getPrototypeOf(walker); proto && proto !== Object.prototype; proto = getPrototypeOf(proto)) holders.add(proto);
  }
  for (const holder of holders) for (const key of ownKeys(holder)) keep(holder, key);
}

function keep(holder, key) {
  const found = getOwnPropertyDescriptor(holder, key);
  if (found && found.configurable) kept.push(holder, key, found);
}

/** Puts back what was replaced or removed. */
export function restoreBuiltins() {
  if (kept === null) return;
  // The only addition that changes how everything is written.
  for (let i = 0; i < WRITTEN.length; i++) deleteProperty(WRITTEN[i], 'toJSON');
  for (let i = 0; i < kept.length; i += 3) {
    const was = kept[i + 2];
    const now = getOwnPropertyDescriptor(kept[i], kept[i + 1]);
    if (now === undefined || now.value !== was.value || now.get !== was.get) defineProperty(kept[i], kept[i + 1], was);
  }
}
