// Errors as V8 words them. Reports are compared with newman's, and suites match on its texts, so the engine's own
// texts are rewritten where they arise: the engine calls `Error.prepareStackTrace` for every new error.

import { calleeAt, tokenAt } from './callee.js';

const scripts = new Map(); // file name → source lines, for errors that need the text around their place
const HEADER_LINES = 1; // lines the wrapper puts before the script

/** Remembers a script's text under the file name that its errors will carry. */
export function registerSource(file, source) {
  scripts.set(file, { source, lines: null });
}

const CONVERSIONS = [
  [/^cannot read property '(.*)' of (null|undefined)$/s, (m) => (m[1] === 'Symbol.iterator'
    ? `${m[2]} is not iterable` : `Cannot read properties of ${m[2]} (reading '${m[1]}')`)],
  [/^cannot set property '(.*)' of (null|undefined)$/s, (m) => `Cannot set properties of ${m[2]} (setting '${m[1]}')`],
  [/^'(.*)' is read-only$/, (m, at) => (at && at.assigns ? 'Assignment to constant variable.'
    : `Cannot assign to read only property '${m[1]}' of object`)],
  [/^(?:'(.*)' is not defined)$/, (m) => `${m[1]} is not defined`],
  [/^'?(.*?)'? is not initialized$/, (m) => `Cannot access '${m[1]}' before initialization`],
  [/^not a function$/, (m, at) => `${(at && at.callee) || 'object'} is not a function`],
  [/^not a constructor$/, (m, at) => `${(at && at.callee) || 'object'} is not a constructor`],
  [/^(?:not an object|invalid 'in' operand)$/, (m, at) => (at && at.operator === 'in'
    ? "Cannot use 'in' operator to search in a value that is not an object" : m[0])],
  [/^invalid 'instanceof' right operand$/, () => "Right-hand side of 'instanceof' is not callable"],
  [/^value is not iterable$|^object is not iterable$/, (m, at) => `${(at && at.callee) || 'object'} is not iterable`],
  [/^(?:BigInt are forbidden in JSON\.stringify|bigint are forbidden in JSON\.stringify)$/i,
    () => 'Do not know how to serialize a BigInt'],
  [/^circular reference$/, () => 'Converting circular structure to JSON'],
  [/^invalid array length$/, () => 'Invalid array length'],
  [/^invalid repeat count$/, () => 'Invalid count value'],
  [/^Date value is NaN$/, () => 'Invalid time value'],
  [/^(?:expecting hex digit|malformed UTF-8|invalid URI.*|expecting surrogate pair.*)$/, () => 'URI malformed'],
  [/^stack overflow$/, () => 'Maximum call stack size exceeded'],
  [/^toFixed\(\) digits .*$|^invalid number of digits$/, () => 'toFixed() digits argument must be between 0 and 100'],
  [/^radix must be between 2 and 36$/, () => 'toString() radix must be between 2 and 36'],
  [/^cannot convert (?:to object|undefined or null to object|.*null or undefined.*)$/,
    () => 'Cannot convert undefined or null to object'],
  [/^cannot convert symbol to string$/, () => 'Cannot convert a Symbol value to a string'],
  [/^cannot convert symbol to number$/, () => 'Cannot convert a Symbol value to a number'],
  [/^cannot convert bigint to number$/, () => 'Cannot convert a BigInt value to a number'],
  [/^cannot mix bigint.*|^both operands must be bigint$/i,
    () => 'Cannot mix BigInt and other types, use explicit conversions'],
  [/^object is not extensible$/, () => 'Cannot add property, object is not extensible'],
  [/^could not delete property$/, () => 'Cannot delete property'],
  [/^no initial value$|^empty array$/, () => 'Reduce of empty array with no initial value'],
  [/^revoked proxy$/, () => 'Cannot perform operation on a proxy that has been revoked'],
  [/^class constructors must be invoked with 'new'$/, () => "Class constructor cannot be invoked without 'new'"],
  [/^this is not initialized$/,
    () => "Must call super constructor in derived class before accessing 'this' or returning from derived constructor"],
];

const SYNTAX = [
  [/^invalid redefinition of (?:a )?(?:lexical identifier|parameter name|global identifier.*|.*)$|^redeclaration of '(.*)'$/,
    (m, at) => `Identifier '${m[1] || (at && at.declared) || at?.token || ''}' has already been declared`],
  [/^unexpected token in expression: '(.*)'$/s, (m, at) => unexpected(m[1], at)],
  [/^unexpected end of (?:string|template|comment|regexp.*)$/, () => 'Invalid or unexpected token'],
  [/^unexpected (?:line terminator in string|character.*)$/, () => 'Invalid or unexpected token'],
  [/^(?:variable name expected|expecting .*|missing .*|invalid property name|.*expected)$/s, (m, at) => (at && at.await
    ? 'await is only valid in async functions and the top level bodies of modules' : unexpected(at && at.token, at))],
  [/^missing initializer for const variable$/, () => 'Missing initializer in const declaration'],
  [/^invalid assignment left-hand side$/, () => 'Invalid left-hand side in assignment'],
  [/^invalid increment\/decrement operand$/, () => 'Invalid left-hand side expression in postfix operation'],
  [/^return not in a function$/, () => 'Illegal return statement'],
  [/^(?:break|continue) must be inside loop.*$/, () => 'Illegal break statement'],
  [/^(?:unterminated regexp|invalid regexp).*$/i, () => 'Invalid regular expression: missing /'],
];

function unexpected(token, at) {
  if (at && at.token !== undefined) token = at.token;
  if (at && at.end) return at.end === 'closed' ? "Unexpected token ';'" : 'Unexpected end of input';
  if (!token) return 'Unexpected end of input';
  if (/^['"]/.test(token)) return 'Unexpected string';
  if (/^[0-9]/.test(token)) return 'Unexpected number';
  if (/^`/.test(token)) return 'Unexpected template string';
  if (/^(?:import)$/.test(token)) return 'Cannot use import statement outside a module';
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
  return { script, line: site.getLineNumber() - HEADER_LINES, column: site.getColumnNumber(),
    name: site.getFunctionName() };
}

function textAround(place) {
  const { script } = place;
  script.lines ??= script.source.split('\n');
  return script.lines;
}

function reword(error, message, place) {
  let around;
  // Looked up only by the texts that need it: reading the source is not free.
  const at = place && {
    get callee() { return calleeAt(textAround(place), place.line, place.column); },
    get assigns() { return true; },
    get token() { return this.near.token; },
    get declared() { return this.near.declared; },
    get end() { return this.near.end; },
    get await() { return this.near.await; },
    get near() { return (around ??= tokenAt(textAround(place), place.line, place.column)); },
  };
  const table = error instanceof SyntaxError ? SYNTAX : CONVERSIONS;
  for (const [pattern, text] of table) {
    const found = pattern.exec(message);
    if (found) return text(found, at);
  }
  return message;
}

const ENGINE_TEXT = /^[a-z'"<]|^$|^(?:BigInt|Date) |^\w+ is not initialized$/;

function prepare(error, sites) {
  let place;
  const frames = [];
  for (const site of sites) {
    const found = placeOf(site);
    if (!found) continue;
    place ??= found;
    frames.push(`    at ${found.name && found.name !== 'anonymous' ? `${found.name} ` : ''}(sandbox-script.js:${found.line}:${found.column})`);
  }
  const first = sites[0];
  let message = error && error.message;
  const engineMade = error instanceof TypeError || error instanceof RangeError || error instanceof SyntaxError
    || error instanceof ReferenceError || error instanceof URIError || error instanceof InternalErrorType;
  if (engineMade && typeof message === 'string' && ENGINE_TEXT.test(message)) {
    const direct = first && (scripts.has(first.getFileName()) || error instanceof SyntaxError || first.isNative()) ? place : undefined;
    const text = reword(error, message, direct);
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
  if (!(thrown instanceof Error)) return {};
  const out = { name: text(thrown.name), message: text(thrown.message) };
  const stack = thrown.stack;
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
