// Errors as V8 words them. Reports are compared with newman's, and suites match on its texts, so the engine's own
// texts are rewritten where they arise: the engine calls `Error.prepareStackTrace` for every new error.

import { reword } from './wording.js';

const scripts = new Map(); // file name → source lines, for errors that need the text around their place
const HEADER_LINES = 1; // lines the wrapper puts before the script

/** Remembers a script's text under the file name that its errors will carry. */
export function registerSource(file, source) {
  scripts.set(file, { source, lines: null });
}

/** The place of a frame in the script's own lines, or undefined for the wrapper's and the libraries' frames. */
function placeOf(site) {
  const script = scripts.get(site.getFileName());
  if (!script) return undefined;
  const line = site.getLineNumber() - HEADER_LINES;
  // What goes wrong in a script's very first step is placed at its function.
  return { script, line: Math.max(line, 1), column: line < 1 ? 1 : site.getColumnNumber(), name: site.getFunctionName() };
}

const ENGINE_TEXT = /^[a-z'"<]|^Unexpected |^Cannot convert undefined|^$|^(?:BigInt|Date) |^\w+ is not initialized$/;

function isEngineType(error) {
  return error instanceof TypeError || error instanceof RangeError || error instanceof SyntaxError
    || error instanceof ReferenceError || error instanceof URIError || error instanceof InternalErrorType;
}

// A text that does not parse has a frame without a function. JSON's errors look the same but are worded as V8 does.
function madeByEngine(error, sites) {
  if (!(error instanceof SyntaxError)) return sites.length > 0;
  if (sites.length > 0 && sites[0].isNative() && /^(?:RegExp|BigInt)$/.test(sites[0].getFunctionName())) return true;
  return sites.length > 0 && !sites[0].getFunctionName() && !(sites[1] && sites[1].getFunctionName() === 'parse');
}

const EVALUATED = /\beval\s*\(\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|`((?:[^`\\$]|\\.)*)`)\s*\)/;

// The place in a text that a script evaluates, where it stands in the script itself.
function evaluated(place, site) {
  const lines = place.script.lines ??= place.script.source.split('\n');
  const found = EVALUATED.exec((lines[place.line - 1] || '').slice(Math.max(0, place.column - 20)));
  if (!found) return undefined;
  const source = (found[1] ?? found[2] ?? found[3]).replace(/\\(.)/g, (all, char) => ({ n: '\n', t: '\t' }[char] ?? char));
  return { script: { source, lines: null }, line: site.getLineNumber(), column: site.getColumnNumber(), name: '' };
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
    const near = place && (first.isNative() || scripts.has(first.getFileName()))
      ? { ...place, native: first.isNative(), nativeName: first.getFunctionName() }
      : place && error instanceof SyntaxError ? evaluated(place, first) : undefined;
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
  // Neither do functions and symbols cross to newman's host.
  if (thrown === null || thrown === undefined || typeof thrown === 'function' || typeof thrown === 'symbol') return null;
  if (typeof thrown !== 'object') return {};
  const out = { name: member(thrown, 'name'), message: member(thrown, 'message') };
  const stack = thrown instanceof Error ? member(thrown, 'stack') : undefined;
  if (typeof stack === 'string') {
    out.stack = stack;
    const place = /\(sandbox-script\.js:(\d+):(\d+)\)/.exec(stack);
    if (place) {
      out.line = Number(place[1]);
      out.column = Number(place[2]);
    }
  }
  const compared = compare(thrown);
  if (compared) out.compared = compared;
  return out;
}

const COMPARED_AT_MOST = 64 << 10; // characters of JSON, both sides together

/** Both sides of a failed comparison as JSON; chai marks those worth a look with `showDiff`. */
function compare(thrown) {
  try {
    if (thrown.showDiff !== true || !('actual' in thrown) || !('expected' in thrown)) return undefined;
    const sides = [JSON.stringify(thrown.actual), JSON.stringify(thrown.expected)];
    if (sides.includes(undefined) || sides[0].length + sides[1].length > COMPARED_AT_MOST) return undefined;
    return { actual: JSON.parse(sides[0]), expected: JSON.parse(sides[1]) };
  } catch {
    return undefined; // a cycle, a BigInt, a getter: the message has to do
  }
}

// A getter may throw, and so may the text of what it gives.
function member(thrown, name) {
  try {
    const value = thrown[name];
    return value === undefined ? undefined : String(value);
  } catch {
    return undefined;
  }
}
