// `{{name}}` in texts and in plain data.

const TOKEN = /\{\{([^{}]*)\}\}/g;
// After this many passes the SDK gives up, so a variable that names itself grows to a fixed length.
const PASSES = 19;

/**
 * The template with every known name replaced. `find(name)` gives a variable (something with `valueOf`) or `undefined`;
 * `dynamic(name)`, if given, answers for names that no variable has.
 */
export function resolve(template, find, dynamic) {
  return walk(template, find, dynamic, undefined);
}

function walk(value, find, dynamic, seen) {
  if (typeof value === 'string') return text(value, find, dynamic);
  if (typeof value === 'function') return {};
  if (value === null || typeof value !== 'object') return value;
  seen ??= new Map();
  if (seen.has(value)) return seen.get(value);
  if (Array.isArray(value)) {
    const out = [];
    seen.set(value, out);
    for (const item of value) out.push(walk(item, find, dynamic, seen));
    return out;
  }
  // Objects of the SDK keep their class, all others become plain.
  const out = typeof value.setParent === 'function' ? Object.create(Object.getPrototypeOf(value)) : {};
  seen.set(value, out);
  for (const key of Object.keys(value)) {
    Object.defineProperty(out, key, { value: walk(value[key], find, dynamic, seen), writable: true, enumerable: true, configurable: true });
  }
  return out;
}

function text(value, find, dynamic) {
  if (!value.includes('{{')) return value;
  for (let pass = 0; pass < PASSES; pass++) {
    let changed = false;
    value = value.replace(TOKEN, (token, name) => {
      const entry = find(name);
      if (entry === undefined) {
        const made = dynamic && name.charCodeAt(0) === 36 /* $ */ ? dynamic(name) : undefined;
        if (made === undefined || made === null) return token;
        changed = true;
        return String(made);
      }
      changed = true;
      return String(entry);
    });
    if (!changed) break;
  }
  return value;
}

/** The names of the tokens in the texts of some plain data. */
export function substitutions(value, found = new Set()) {
  if (typeof value === 'string') for (const [, name] of value.matchAll(TOKEN)) found.add(name);
  else if (value !== null && typeof value === 'object') for (const key of Object.keys(value)) substitutions(value[key], found);
  return [...found];
}
