// How a script's text becomes a function: a sloppy function with the sandbox's names as parameters, so that `return`,
// `with` and leaking assignments work. Compiled functions are kept for the run, because iterations repeat scripts.

import { host } from './host.js';
import { registerSource } from './errors.js';
import { namesIn } from '../legacy/names.js';

const indirectEval = eval;
const caches = { prerequest: new Map(), test: new Map(), package: new Map() };
let count = 0;
const MARKER = /^(?:"use sandbox2";|'use sandbox2';)/;
// The `;` after a script is newman's: it decides the texts of errors at the end of a script that does not parse.
const WRAPPERS = {
  plain: ['(function (', ') {var arguments = undefined;\n', '\n;})'],
  async: ['(async function (', ') {var arguments = undefined;\n', '\n;})'],
  // A second function scope, in which a script may declare the names that the sandbox supplies.
  innerPlain: ['(function (', ') {var arguments = undefined; return (() => {\n', '\n;})()})'],
  innerAsync: ['(function (', ') {var arguments = undefined; return (async () => {\n', '\n;})()})'],
};

/** The compiled script `{fn, names, awaits}`; throws the SyntaxError of a text that does not parse. */
export function compile(source, phase) {
  const cache = caches[phase];
  let compiled = cache.get(source);
  if (compiled === undefined) {
    compiled = build(source, phase);
    cache.set(source, compiled);
  }
  if (compiled.error) throw compiled.error;
  return compiled;
}

function build(source, phase) {
  const awaits = source.includes('await');
  const names = namesIn(source, phase, !MARKER.test(source));
  const file = `script-${++count}.js`;
  registerSource(file, `${source}\n;})`);
  try {
    return { fn: wrap(awaits ? 'async' : 'plain', source, names, file), names, awaits };
  } catch (first) {
    if (!(first instanceof SyntaxError)) throw first;
    if (!/already been declared|redefinition|redeclaration/.test(first.message)) return { error: first };
    try {
      return { fn: wrap(awaits ? 'innerAsync' : 'innerPlain', source, names, file), names, awaits };
    } catch (error) {
      return { error };
    }
  }
}

function wrap(kind, source, names, file) {
  const [head, body, tail] = WRAPPERS[kind];
  const text = head + names.join(',') + body + source + tail;
  return host.compile ? host.compile(text, file) : indirectEval(text);
}
