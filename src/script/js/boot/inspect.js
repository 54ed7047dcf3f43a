// Values as Node's `util.inspect` shows them, with what newman's console does to them before: a function becomes
// `[Function: name]`, an Error `{ type, name, message }`, and what has a `toJSON` its result.

const DEPTH = 25;
const ENTRIES = 100;
const LINE = 44; // newman's width where there is no terminal
const COMPACT = 3;
const TAG = Object.prototype.toString;
// newman's own choice for texts (grey) and names (white), Node's for the rest.
const COLORS = { string: 90, name: 37, number: 33, boolean: 33, bigint: 33, null: 1, undefined: 90, symbol: 32, special: 36, date: 35, regexp: 31 };

/** The text of a value. */
export function inspect(value, options) {
  const state = { seen: [], circular: new Map(), current: 0, line: (options && options.breakLength) || LINE, indent: 0,
    paint: options && options.colors ? paint : plain };
  return format(value, state, 0);
}

const plain = (text) => text;

function paint(text, kind) {
  const code = COLORS[kind];
  if (code === undefined) return text;
  return `\u001b[${code}m${text}\u001b[${kind === 'null' ? 22 : 39}m`;
}

function format(value, state, depth) {
  switch (typeof value) {
    case 'string': return longText(value, state);
    case 'number': return state.paint(`${value}`, 'number');
    case 'bigint': return state.paint(`${value}n`, 'bigint');
    case 'boolean': return state.paint(`${value}`, 'boolean');
    case 'undefined': return state.paint('undefined', 'undefined');
    case 'symbol': return state.paint(value.toString(), 'symbol');
    case 'function': return quote(value.name ? `[Function: ${value.name}]` : '[Function]', state);
    default: return value === null ? state.paint('null', 'null') : object(value, state, depth);
  }
}

function quote(text, state) {
  return state.paint(quoted(text), 'string');
}

function longText(text, state) {
  // Node breaks long texts at line ends.
  if (text.length > 16 && text.length > state.line - state.indent - 4 && text.includes('\n')) {
    return text.match(/[^\n]*\n|[^\n]+$/g).map((part) => quote(part, state)).join(` +\n${' '.repeat(state.indent + 2)}`);
  }
  return quote(text, state);
}

const ESCAPES = { '\b': '\\b', '\t': '\\t', '\n': '\\n', '\f': '\\f', '\r': '\\r', '\\': '\\\\' };

function quoted(text) {
  const mark = !text.includes("'") ? "'" : !text.includes('"') ? '"' : !text.includes('`') && !text.includes('${') ? '`' : "'";
  // eslint-disable-next-line no-control-regex
  return mark + text.replace(/[\u0000-\u001f\u007f-\u009f\\']/g, (c) => {
    if (c === "'") return mark === "'" ? "\\'" : c;
    return ESCAPES[c] || `\\x${c.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
  }) + mark;
}

function object(value, state, depth) {
  if (value._isBuffer === true && value instanceof Uint8Array) return bytes(value);
  if (state.seen.includes(value)) {
    if (!state.circular.has(value)) state.circular.set(value, state.circular.size + 1);
    return state.paint(`[Circular *${state.circular.get(value)}]`, 'special');
  }
  value = cloned(value);
  if (typeof value !== 'object' || value === null) return format(value, state, depth);
  const tag = TAG.call(value).slice(8, -1);
  if (tag === 'Date' && value instanceof Date) {
    return state.paint(Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString(), 'date');
  }
  if (tag === 'WeakMap' || tag === 'WeakSet' || tag === 'ArrayBuffer') return quote(`[${tag}]`, state);
  if (tag === 'RegExp') return state.paint(String(value), 'regexp');
  if (depth > DEPTH) return state.paint(Array.isArray(value) ? '[Array]' : '[Object]', 'special');
  state.seen.push(value);
  const shape = shapeOf(value, tag);
  state.current = depth;
  state.indent += 2;
  const entries = shape.entries(state, depth + 1);
  state.indent -= 2;
  state.seen.pop();
  let { prefix } = shape;
  if (state.circular.has(value)) {
    const mark = state.paint(`<ref *${state.circular.get(value)}>`, 'special');
    prefix = prefix ? `${mark} ${prefix}` : mark;
  }
  return join(entries, prefix ? `${prefix} ` : '', shape.open, shape.close, state, depth, shape.array);
}

function bytes(value) {
  const shown = Array.from(value.subarray(0, 50), (byte) => byte.toString(16).padStart(2, '0')).join(' ');
  const more = value.length - 50;
  return `<Buffer${shown ? ` ${shown}` : ''}${more > 0 ? ` ... ${more} more byte${more > 1 ? 's' : ''}` : ''}>`;
}

function cloned(value) {
  if (value instanceof Error) return { type: 'Error', name: value.name, message: value.message };
  if (value instanceof Date || Array.isArray(value)) return value;
  if (typeof value.toJSON === 'function') {
    try { return value.toJSON(); } catch { return value; }
  }
  return value;
}

function shapeOf(value, tag) {
  if (Array.isArray(value)) return { prefix: '', open: '[', close: ']', array: true, entries: (s, d) => list(value, s, d) };
  if (tag === 'Map') {
    return { prefix: `Map(${value.size})`, open: '{', close: '}', entries: (s, d) => [...value].slice(0, ENTRIES)
      .map(([k, v]) => `${format(k, s, d)} => ${format(v, s, d)}`) };
  }
  if (tag === 'Set') {
    return { prefix: `Set(${value.size})`, open: '{', close: '}', entries: (s, d) => [...value].slice(0, ENTRIES).map((v) => format(v, s, d)) };
  }
  if (ArrayBuffer.isView(value) && tag !== 'DataView') {
    return { prefix: `${tag}(${value.length})`, open: '[', close: ']', array: true, entries: (s, d) => list(value, s, d) };
  }
  if (tag === 'Promise') return { prefix: '', open: '{', close: '}', entries: () => [] };
  return { prefix: '', open: '{', close: '}', entries: (s, d) => pairs(value, Object.keys(value), s, d) };
}

function list(value, state, depth) {
  const out = [];
  const shown = Math.min(value.length, ENTRIES);
  for (let i = 0; i < shown; i++) out.push(format(value[i], state, depth));
  if (value.length > shown) out.push(`... ${value.length - shown} more item${value.length - shown > 1 ? 's' : ''}`);
  if (Array.isArray(value)) out.push(...pairs(value, Object.keys(value).filter((key) => !/^\d+$/.test(key)), state, depth));
  return out;
}

function pairs(value, keys, state, depth) {
  const out = [];
  for (const key of keys) {
    const name = /^[A-Za-z_][\w]*$/.test(key) ? state.paint(key, 'name') : state.paint(quoted(key), 'string');
    let found;
    try { found = value[key]; } catch (error) { found = error; }
    out.push(`${name}: ${format(found, state, depth)}`);
  }
  for (const symbol of Object.getOwnPropertySymbols(value)) {
    if (Object.prototype.propertyIsEnumerable.call(value, symbol)) {
      out.push(`[${state.paint(symbol.toString(), 'symbol')}]: ${format(value[symbol], state, depth)}`);
    }
  }
  return out;
}

const COLOR = /\u001b\[\d+m/g;
const width = (text) => (text.includes('\u001b') ? text.replace(COLOR, '') : text).length;

// Node puts what it showed on one line if it fits and if at most three levels are inside it.
function join(entries, prefix, open, close, state, depth, array) {
  if (entries.length === 0) return `${prefix}${open}${close}`;
  const output = array && entries.length > 6 ? group(entries, state) : entries;
  if (state.current - depth < COMPACT && output === entries) {
    const start = output.length + state.indent + open.length + prefix.length + 10;
    const total = output.reduce((sum, entry) => sum + width(entry), 0) + output.length + start;
    if (total <= state.line && !output.some((entry) => entry.includes('\n'))) {
      return `${prefix}${open} ${output.join(', ')} ${close}`;
    }
  }
  const indentation = `\n${' '.repeat(state.indent)}`;
  return `${prefix}${open}${indentation}  ${output.join(`,${indentation}  `)}${indentation}${close}`;
}

// Many short entries of an array stand in columns.
function group(output, state) {
  let total = 0;
  let longest = 0;
  const extra = output[output.length - 1].startsWith('... ') ? 1 : 0;
  const count = output.length - extra;
  const lengths = [];
  for (let i = 0; i < count; i++) {
    const length = width(output[i]);
    lengths.push(length);
    total += length + 2;
    if (length > longest) longest = length;
  }
  const actual = longest + 2;
  if (actual * 3 + state.indent >= state.line || !(total / actual > 5 || longest <= 6)) return output;
  const bias = Math.sqrt(actual - total / output.length);
  const room = Math.max(actual - 3 - bias, 1);
  const columns = Math.min(
    Math.round(Math.sqrt(2.5 * room * count) / room),
    Math.floor((state.line - state.indent) / actual),
    COMPACT * 4, 15,
  );
  if (columns <= 1) return output;
  const widths = [];
  for (let i = 0; i < columns; i++) {
    let most = 0;
    for (let j = i; j < count; j += columns) if (lengths[j] > most) most = lengths[j];
    widths.push(most + 2);
  }
  const pad = output.slice(0, count).every((entry) => /^(?:\u001b\[\d+m)?-?[\d.]+n?/.test(entry)) ? 'padStart' : 'padEnd';
  const out = [];
  for (let i = 0; i < count; i += columns) {
    const end = Math.min(i + columns, count);
    let row = '';
    let j = i;
    for (; j < end - 1; j++) {
      const cell = `${output[j]}, `;
      row += cell[pad](widths[j - i] + cell.length - lengths[j] - 2, ' ');
    }
    row += pad === 'padStart' ? output[j].padStart(widths[j - i] - 2 + output[j].length - lengths[j], ' ') : output[j];
    out.push(row);
  }
  if (extra) out.push(output[count]);
  return out;
}
