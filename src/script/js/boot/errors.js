// Errors as V8 words them. Reports are compared with newman's, and suites match on its texts, so the engine's own
// texts are rewritten where they arise: the engine calls `Error.prepareStackTrace` for every new error.

import { calleeAt, tokenAt } from './callee.js';
import { current } from './current.js';

const scripts = new Map(); // file name → source lines, for errors that need the text around their place
const HEADER_LINES = 1; // lines the wrapper puts before the script

/** Remembers a script's text under the file name that its errors will carry. */
export function registerSource(file, source) {
  scripts.set(file, { source, lines: null });
}

// The engine's text, and V8's: a text, or a function of what the pattern found and of the place in the script.
const RUNTIME = [
  [/^cannot read property 'Symbol\.iterator' of (null|undefined)$/, (m, at) => {
    if (at.iterated) return `${at.iterated} is not iterable`;
    if (at.spread) return `${at.spread} is not iterable (cannot read property undefined)`;
    const { value } = at.destructured;
    return value && /^[\w$]+$/.test(value) ? `${value} is not iterable`
      : `${m[1]} is not iterable (cannot read property Symbol(Symbol.iterator))`;
  }],
  [/^cannot read property '(.*)' of (null|undefined)$/s, (m) => `Cannot read properties of ${m[2]} (reading '${m[1]}')`],
  [/^cannot set property '(.*)' of (null|undefined)$/s, (m) => `Cannot set properties of ${m[2]} (setting '${m[1]}')`],
  [/^'(.*)' is read-only$/, (m, at) => (at.assignsProperty(m[1])
    ? `Cannot assign to read only property '${m[1]}' of object '#<Object>'` : 'Assignment to constant variable.')],
  [/^'(.*)' is not defined$/, (m) => `${m[1]} is not defined`],
  [/^'?(.*?)'? is not initialized$/, (m) => (m[1] === 'this'
    ? "Must call super constructor in derived class before accessing 'this' or returning from derived constructor"
    : `Cannot access '${m[1]}' before initialization`)],
  [/^not a (?:function|constructor)$/, (m, at) => {
    if (at.constructs && at.callee === 'Promise') return 'Promise resolver undefined is not a function';
    return `${at.callee || 'object'} is not a ${at.constructs ? 'constructor' : 'function'}`;
  }],
  [/^(?:value|object) is not iterable$/, (m, at) => `${at.iterated || at.destructured.value || 'object'} is not iterable`],
  // The value itself cannot be known here; it is nearly always undefined.
  [/^invalid 'in' operand$/, (m, at) => `Cannot use 'in' operator to search for '${at.found(/(?:^|[^\w$.])['"]?([^'"\s(,;{]+)['"]?\s+in\s/, '')}' in ${at.found(/\sin\s+['"]?(\d+|null|[^'"]*(?=['"]))/, '') || 'undefined'}`],
  [/^invalid 'instanceof' right operand$/, "Right-hand side of 'instanceof' is not callable"],
  [/^bigint are forbidden in JSON\.stringify$/i, 'Do not know how to serialize a BigInt'],
  [/^circular reference$/, 'Converting circular structure to JSON'],
  [/^invalid array length$/, 'Invalid array length'],
  [/^invalid repeat count$/, (m, at) => `Invalid count value${at.found(/\.repeat\(\s*(-?[\d.]+)/, ': ')}`],
  [/^Date value is NaN$/, 'Invalid time value'],
  [/^(?:expecting hex digit|malformed UTF-8|invalid URI.*|expecting surrogate pair.*)$/, 'URI malformed'],
  [/^stack overflow$/, 'Maximum call stack size exceeded'],
  [/^toFixed\(\) digits .*$|^invalid number of digits$/, 'toFixed() digits argument must be between 0 and 100'],
  [/^radix must be between 2 and 36$/, 'toString() radix must be between 2 and 36'],
  [/^cannot convert (?:to object|undefined or null to object|.*null or undefined.*)$/i, (m, at) => {
    const { name, value } = at.destructured;
    if (!name) return 'Cannot convert undefined or null to object';
    const kind = value === 'null' ? 'null' : 'undefined';
    return `Cannot destructure property '${name}' of '${value}' as it is ${kind}.`;
  }],
  [/^cannot convert symbol to string$/, 'Cannot convert a Symbol value to a string'],
  [/^cannot convert symbol to number$/, 'Cannot convert a Symbol value to a number'],
  [/^cannot (?:convert|mix) bigint.*$|^both operands must be bigint$/i,
    'Cannot mix BigInt and other types, use explicit conversions'],
  [/^object is not extensible$/, 'Cannot add property, object is not extensible'],
  [/^could not delete property$/, 'Cannot delete property'],
  [/^no initial value$|^empty array$/, 'Reduce of empty array with no initial value'],
  [/^class constructors must be invoked with 'new'$/, (m, at) => `Class constructor ${at.frame || ''} cannot be invoked without 'new'`],
];

const ODD = 'Invalid or unexpected token';
const SYNTAX = [
  [/^invalid redefinition of |^redeclaration of /, (m, at) => `Identifier '${at.near.declared || ''}' has already been declared`],
  [/^unexpected end of (?:template|string)$/, (m, at) => (m[0].endsWith('template') || at.near.token === '`' ? 'Unexpected end of input' : ODD)],
  [/^unexpected line terminator in regexp$|^unexpected end of regexp$/, 'Invalid regular expression: missing /'],
  [/^unexpected end of comment$|^unexpected (?:line terminator in string|character.*)$|^invalid number literal$|private name$/, ODD],
  [/^missing initializer for /, (m, at) => `Missing initializer in ${/[}\]]\s*$/.test(at.near.before || '') ? 'destructuring' : 'const'} declaration`],
  [/^invalid assignment left-hand side$/, 'Invalid left-hand side in assignment'],
  [/^invalid increment\/decrement operand$/, 'Invalid left-hand side expression in postfix operation'],
  [/^return not in a function$/, 'Illegal return statement'],
  [/^'let' is not a valid lexical identifier$/, 'let is disallowed as a lexically bound name'],
  [/^unsupported keyword: (\w+)$/, (m) => unexpected(m[1])],
  [/^(?:break|continue) must be inside loop.*$/, (m) => (m[0].startsWith('break') ? 'Illegal break statement'
    : 'Illegal continue statement: no surrounding iteration statement')],
  [/^function name expected$/, 'Function statements require a function name'],
  [/^unexpected token in expression: '(.*)'$/s, (m, at) => unexpected(at.near.token ?? m[1], at.near)],
  [/^expecting '[),]'$|^Unexpected (?:token|identifier) /, (m, at) => {
    if (at.near.import) return unexpected('', at.near);
    if (at.near.inCall && at.near.token) return at.near.token === '=>' ? 'Malformed arrow function parameter list' : 'missing ) after argument list';
    return m[0].startsWith('Un') ? m.input : unexpected(at.near.token, at.near);
  }],
  [/^(?:variable name expected|expecting .*|missing .*|invalid property name|.*expected)$/s, (m, at) => unexpected(at.near.token, at.near)],
];

function unexpected(token, near) {
  if (near && near.await) return 'await is only valid in async functions and the top level bodies of modules';
  if (near && near.import) return 'Cannot use import statement outside a module';
  if (!token) return 'Unexpected end of input';
  if (/^['"]/.test(token)) return 'Unexpected string';
  if (/^[0-9]/.test(token)) return 'Unexpected number';
  if (/^`/.test(token)) return 'Unexpected template string';
  if (/^[@#\\]/.test(token)) return ODD;
  if (/^[\w$]/.test(token) && !RESERVED.has(token)) return `Unexpected identifier '${token}'`;
  return `Unexpected token '${token}'`;
}

const RESERVED = new Set(['break', 'case', 'catch', 'class', 'const', 'continue', 'debugger', 'default', 'delete', 'do',
  'else', 'enum', 'export', 'extends', 'false', 'finally', 'for', 'function', 'if', 'import', 'in', 'instanceof', 'new',
  'null', 'return', 'super', 'switch', 'this', 'throw', 'true', 'try', 'typeof', 'var', 'void', 'while', 'with']);

/** The place of a frame in the script's own lines, or undefined for the wrapper's and the libraries' frames. */
function placeOf(site) {
  const script = scripts.get(site.getFileName());
  if (!script) return undefined;
  const line = site.getLineNumber() - HEADER_LINES;
  // What goes wrong in a script's very first step is placed at its function.
  return { script, line: Math.max(line, 1), column: line < 1 ? 1 : site.getColumnNumber(), name: site.getFunctionName() };
}

function textAround(place) {
  const { script } = place;
  script.lines ??= script.source.split('\n'); // the wrapper's tail is the last line
  return script.lines;
}

// Whether an expression is known to be a function: then it is not the one that failed, but one among its arguments.
function isCallable(name, source) {
  const [first, ...members] = name.split('.');
  if (!/^[\w$.]+$/.test(name)) return false;
  let value = first === 'pm' ? current()?.pm : first === 'console' ? { log: isCallable } : realm[first];
  for (const member of members) value = value === null || value === undefined ? undefined : value[member];
  if (typeof value === 'function') return true;
  return members.length === 0 && new RegExp(`(?:function\\s+|class\\s+)${first.replaceAll('$', '\\$')}\\b|\\b${first.replaceAll('$', '\\$')}\\s*=\\s*(?:async\\s*)?(?:function|\\(|\\w+\\s*=>)`).test(source);
}

const realm = globalThis;
const CALLS = /\((?:[^()]|\([^()]*\))*\)/g;

/** What stands at an error's place. Looked up only by the texts that need it: reading the source is not free. */
class At {
  constructor(place) {
    this.place = place;
    this.lines = textAround(place);
    this.line = this.lines[place.line - 1] || '';
  }

  get call() { return (this.called ??= calleeAt(this.lines, this.place.line, this.place.column, (name) => isCallable(name, this.place.script.source)) || {}); }

  get callee() { return this.call.text; }

  get constructs() { return Boolean(this.call.constructs); }

  get near() { return (this.around ??= tokenAt(this.lines, this.place.line, this.place.column)); }

  /** The expression that a `for … of` goes over. */
  get iterated() {
    const found = /\bof\s+([^{};]+?)\s*\)\s*(?:\{|$|[\w$])/.exec(this.line);
    return found ? found[1].replace(CALLS, '') : undefined; // V8 leaves the calls' brackets out here
  }

  /** The expression that is spread into a call. */
  get spread() {
    const found = /\(\s*\.\.\.\s*([\w$.()[\]]+?)\s*\)\s*(?:;|$)/.exec(this.line);
    return found ? found[1].replace(CALLS, '(...)') : undefined;
  }

  get destructured() {
    if (this.place.native) return {};
    const [, name, value] = /[{[]\s*([\w$]+)[^={}]*[}\]]\s*=\s*([^;,]+?)\s*(?:[;,]|$)/.exec(this.line) || [];
    return { name, value: value && value.replace(CALLS, '(...)') };
  }

  assignsProperty(name) {
    const before = this.line.slice(0, this.line.indexOf(name, Math.max(0, this.place.column - 2 - name.length)));
    return /[.[]\s*['"]?$/.test(before);
  }

  found(pattern, prefix) {
    const match = pattern.exec(this.line);
    return match ? prefix + match[1] : '';
  }

  /** Whether the error was made by the script itself (`new TypeError("…")`), which must keep its words. */
  get own() { return /^(?:new\s+)?\w*Error\s*\(/.test(this.line.slice(this.place.column - 1)); }

  get frame() { return this.place.name; }
}

const NOWHERE = { near: {}, destructured: {}, assignsProperty: () => false, found: () => '', callee: undefined };

function reword(error, message, place) {
  const syntax = error instanceof SyntaxError;
  const at = place ? new At(place) : NOWHERE;
  if (place && !syntax && at.own) return message;
  for (const [pattern, text] of syntax ? SYNTAX : RUNTIME) {
    const found = pattern.exec(message);
    if (found) return typeof text === 'string' ? text : text(found, at);
  }
  return message;
}

const ENGINE_TEXT = /^[a-z'"<]|^Unexpected |^Cannot convert undefined|^$|^(?:BigInt|Date) |^\w+ is not initialized$/;

function isEngineType(error) {
  return error instanceof TypeError || error instanceof RangeError || error instanceof SyntaxError
    || error instanceof ReferenceError || error instanceof URIError || error instanceof InternalErrorType;
}

// A text that does not parse has a frame without a function. JSON's errors look the same but are worded as V8 does.
function madeByEngine(error, sites) {
  if (!(error instanceof SyntaxError)) return sites.length > 0;
  return sites.length > 0 && !sites[0].getFunctionName() && !(sites[1] && sites[1].getFunctionName() === 'parse');
}

function prepare(error, sites) {
  let place;
  const frames = [];
  for (const site of sites) {
    const found = placeOf(site);
    if (!found) continue;
    place ??= found;
    frames.push(`    at ${found.name && found.name !== 'anonymous' ? `${found.name} ` : ''}(sandbox-script.js:${found.line}:${found.column})`);
  }
  let message = error && error.message;
  if (isEngineType(error) && typeof message === 'string' && ENGINE_TEXT.test(message) && madeByEngine(error, sites)) {
    const first = sites[0];
    const near = place && (first.isNative() || scripts.has(first.getFileName())) ? { ...place, native: first.isNative() } : undefined;
    const text = reword(error, message, near);
    if (text !== message) {
      message = text;
      Object.defineProperty(error, 'message', { value: text, writable: true, configurable: true, enumerable: false });
    }
  }
  return [`Error: ${message ?? ''}`, ...frames].join('\n');
}

const InternalErrorType = globalThis.InternalError || class InternalError extends Error {};

/** Turns the rewording on. */
export function installErrorTexts() {
  Error.stackTraceLimit = 25; // assertions stand on many frames of chai
  Error.prepareStackTrace = prepare; // an accessor of the engine, so it must be assigned
  // Scripts print caught errors with JSON.stringify, where an engine's own Error would be `{}`.
  Object.defineProperty(Error.prototype, 'toJSON', {
    value() { return { type: 'Error', name: this.name, message: this.message }; },
    writable: true, configurable: true, enumerable: false,
  });
}

/** What leaves the sandbox of a thrown value; null when newman would see nothing. */
export function describe(thrown) {
  if (thrown === null || thrown === undefined) return null;
  if (typeof thrown !== 'object') return {};
  const out = { name: text(thrown.name), message: text(thrown.message) };
  const stack = thrown instanceof Error ? thrown.stack : undefined;
  if (typeof stack === 'string') {
    out.stack = stack;
    const place = /\(sandbox-script\.js:(\d+):(\d+)\)/.exec(stack);
    if (place) {
      out.line = Number(place[1]);
      out.column = Number(place[2]);
    }
  }
  return out;
}

function text(value) {
  try { return value === undefined ? undefined : String(value); } catch { return undefined; }
}
