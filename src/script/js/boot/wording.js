// What V8 says where the engine says something else, by the engine's text and the script's text around the place.

import { calleeAt, tokenAt } from './callee.js';
import { current } from './current.js';

// The engine's text, and V8's: a text, or a function of what the pattern found and of the place in the script.
const RUNTIME = [
  [/^cannot convert to BigInt: not an integer$/, (m, at) => `The number${at.found(/BigInt\(\s*(-?[\w.]+)/, ' ')} cannot be converted to a BigInt because it is not an integer`],
  [/^BigInt division by zero$/, 'Division by zero'],
  [/^must be called with new$/, (m, at) => (at.callee === 'Promise' ? "Promise constructor cannot be invoked without 'new'"
    : `Constructor ${at.callee || at.place?.nativeName || ''} requires 'new'`)],
  [/^not an object$/, (m, at) => {
    const { nativeName: name } = at.place ?? {};
    if (at.constructs && at.callee === 'Proxy') return 'Cannot create proxy with a non-object as target or handler';
    if (name === 'setPrototypeOf') {
      const given = at.found(/setPrototypeOf\(.+,\s*([\w.'"]+)\s*\)/, '');
      return /setPrototypeOf\(\s*(?:undefined|null)\b/.test(at.line) ? 'Object.setPrototypeOf called on null or undefined'
        : `Object prototype may only be an Object or null: ${given}`;
    }
    if (/^(?:define|ownKeys|getOwn|has|deleteProperty|isExtensible|preventExtensions|get|set)/.test(name ?? '')) {
      return `${/Reflect\.\w+\(/.test(at.line) ? 'Reflect' : 'Object'}.${name} called on non-object`;
    }
    return m.input;
  }],
  [/^not a symbol$/, (m, at) => `${at.found(/keyFor\(\s*['"]?([^'")]*)/, '')} is not a symbol`],
  [/^object prototype may only be an Object or null$/, (m, at) => `Object prototype may only be an Object or null: ${at.found(/create\(\s*([^,)]*)/, '')}`],
  [/^Getter must be a function$|^Setter must be a function$|^invalid (getter|setter)$/i, (m, at) => `${/s?etter/i.exec(m.input)[0].toLowerCase().startsWith('s') ? 'Setter' : 'Getter'} must be a function${at.found(/\b[gs]et:\s*([^,}]+)/, ': ')}`],
  [/^regexp must have the 'g' flag$/, (m, at) => `String.prototype.${at.place?.nativeName} called with a non-global RegExp argument`],
  [/^out of bounds?$/, 'Offset is outside the bounds of the DataView'],
  [/^invalid array buffer length$/i, 'Invalid array buffer length'],
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
    if (at.given) return `${at.given} is not a function`;
    if (at.constructs && at.callee === 'Promise') return 'Promise resolver undefined is not a function';
    return `${at.callee || 'object'} is not a ${at.constructs ? 'constructor' : 'function'}`;
  }],
  [/^(?:value|object) is not iterable$/, (m, at) => {
    const number = at.found(/\b(?:Map|Set|fromEntries)\(\s*(-?\d[\d.]*)\s*\)/, '');
    if (number) return `number ${number} is not iterable (cannot read property Symbol(Symbol.iterator))`;
    const named = at.iterated || at.destructured.value || at.found(/\[\s*(?:[^\]]*,\s*)?\.\.\.([\w$.]+)/, '');
    if (named) return `${named} is not iterable`;
    return at.found(/\(\s*(\.\.\.)/, '') ? 'Spread syntax requires ...iterable[Symbol.iterator] to be a function' : 'object is not iterable';
  }],
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
  [/^toFixed\(\) digits .*$|^invalid number of digits$/, (m, at) => {
    if (at.found(/(\.toPrecision)\(/, '')) return 'toPrecision() argument must be between 1 and 100';
    return at.found(/(\.toExponential)\(/, '') ? 'toExponential() argument must be between 0 and 100' : 'toFixed() digits argument must be between 0 and 100';
  }],
  [/^parent class must be constructor$/, (m, at) => `Class extends value${at.found(/\bextends\s+([\w$.]+)/, ' ')} is not a constructor or null`],
  [/^circular prototype chain$/, 'Cyclic __proto__ value'],
  [/^property is not configurable$/, (m, at) => `Cannot redefine property: ${at.found(/defineProperty\([^,]+,\s*['"]([^'"]+)/, '')}`],
  [/^cannot invoke a running generator$/, 'Generator is already running'],
  [/^toPrimitive$/, 'Cannot convert object to primitive value'],
  [/^not a object$/, 'CreateListFromArrayLike called on non-object'],
  [/^invalid array index$/, (m, at) => `Invalid typed array length: ${at.found(/Array\(\s*(-?[\w.]+)/, '')}`],
  [/^bad normalization form$/, 'The normalization form should be one of NFC, NFD, NFKC, NFKD.'],
  [/^invalid code point$/, (m, at) => `Invalid code point${at.found(/fromCodePoint\(\s*(-?[\w.]+)/, ' ')}`],
  [/^invalid value used as Weak(Set|Map) key$/, (m) => (m[1] === 'Set' ? 'Invalid value used in weak set' : 'Invalid value used as weak map key')],
  [/^no setter for property$/, (m, at) => `Cannot set property${at.assigned(' ')} of #<Object> which has only a getter`],
  [/^radix must be between 2 and 36$/, 'toString() radix must be between 2 and 36'],
  [/^cannot convert (?:to object|undefined or null to object|.*null or undefined.*)$/i, (m, at) => {
    const { name, value } = at.destructured;
    // A parameter that was not given.
    const parameter = !name && !at.place?.native && at.found(/(?:\(|,)\s*\{\s*([\w$]+)[^{}]*\}\s*(?:,[^()]*)?\)\s*(?:=>|\{)/, '');
    if (parameter) return `Cannot destructure property '${parameter}' of 'undefined' as it is undefined.`;
    if (!name) return 'Cannot convert undefined or null to object';
    const kind = value === 'null' ? 'null' : 'undefined';
    return `Cannot destructure property '${name}' of '${value}' as it is ${kind}.`;
  }],
  [/^cannot convert symbol to string$/, 'Cannot convert a Symbol value to a string'],
  [/^cannot convert symbol to number$/, 'Cannot convert a Symbol value to a number'],
  [/^cannot (?:convert|mix) bigint.*$|^both operands must be bigint$/i,
    'Cannot mix BigInt and other types, use explicit conversions'],
  [/^object is not extensible$/, (m, at) => {
    const defined = at.found(/defineProperty\([^,]+,\s*['"]([^'"]+)/, ' ');
    return defined ? `Cannot define property${defined}, object is not extensible` : `Cannot add property${at.assigned(' ')}, object is not extensible`;
  }],
  [/^could not delete property$/, (m, at) => {
    const name = at.found(/\bdelete\s+[\w$.]*?\.?([\w$]+)\s*(?:[;})]|$)/, '');
    return name ? `Cannot delete property '${name}' of #<Object>` : 'Cannot delete property';
  }],
  [/^no initial value$|^empty array$/, 'Reduce of empty array with no initial value'],
  [/^class constructors must be invoked with 'new'$/, (m, at) => `Class constructor ${at.frame || ''} cannot be invoked without 'new'`],
];

const ODD = 'Invalid or unexpected token';
// What is wrong with a regular expression: the engine's text, and V8's.
const PATTERN = [
  [/^expecting '\)'$/, 'Unterminated group'], [/^unexpected end$|^unexpected end of class/, 'Unterminated character class'],
  [/^nothing to repeat$/, 'Nothing to repeat'], [/^invalid repetition count$/, 'numbers out of order in {} quantifier'],
  [/^duplicate group name$/, 'Duplicate capture group name'], [/^invalid class range$/, 'Range out of order in character class'],
  [/^extraneous characters at the end$/, "Unmatched ')'"], [/^invalid group(?: name)?$/, 'Invalid group'],
  [/^invalid escape sequence.*$/, 'Invalid escape'], [/^group name not defined$/, 'Invalid named capture referenced'],
];

function ofPattern(message, at) {
  if (/^invalid regular expression flags$/.test(message)) {
    return `Invalid flags supplied to RegExp constructor${at.found(/RegExp\([^,]*,\s*(['"][^'"]*['"])/, ' ').replace(/"/g, "'")}`;
  }
  const source = at.found(/RegExp\(\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")/, '').replace(/\\(.)/g, '$1');
  if (source.endsWith('\\') && message === 'unexpected end') return `Invalid regular expression: /${source}/: \\ at end of pattern`;
  for (const [pattern, text] of PATTERN) {
    if (pattern.test(message)) return `Invalid regular expression: /${source}/: ${text}`;
  }
  return undefined;
}

const SYNTAX = [
  [/^expecting catch or finally$/, 'Missing catch or finally after try'],
  [/^'super' is only valid in a method$/, "'super' keyword unexpected here"],
  [/^property constructor appears more than once$/, 'A class may only have one constructor'],
  [/^duplicate label name$/, (m, at) => `Label '${at.near.token || ''}' has already been declared`],
  [/^break\/continue label not found$/, (m, at) => `Undefined label '${at.found(/\b(?:break|continue)\s+([\w$]+)/, '')}'`],
  [/^invalid keyword: with$/, 'Strict mode code may not include a with statement'],
  [/^Octal literals are not allowed in strict mode$/, 'Octal literals are not allowed in strict mode.'],
  [/^invalid lvalue in strict mode$/, 'Unexpected eval or arguments in strict mode'],
  [/^cannot delete a direct reference in strict mode$/, 'Delete of an unqualified identifier in strict mode.'],
  [/^unparenthesized unary expression/, 'Unary operator used immediately before exponentiation expression. Parenthesis must be used to disambiguate operator precedence'],
  [/^invalid regular expression flags$/, 'Invalid regular expression flags'],
  [/^class statement requires a name$/, (m, at) => unexpected(at.near.token || '{', at.near)],
  [/^invalid switch statement$/, (m, at) => unexpected(at.near.token, at.near)],
  [/^invalid BigInt literal$/, (m, at) => `Cannot convert${at.found(/BigInt\(\s*['"]?([^'")]*)/, ' ')} to a BigInt`],
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
  if (token === 'enum') return 'Unexpected reserved word';
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

function textAround(place) {
  const { script } = place;
  script.lines ??= script.source.split('\n'); // the wrapper's tail is the last line
  return script.lines;
}

// Whether an expression is known to be a function: then it is not the one that failed, but one among its arguments.
function isCallable(name, source) {
  if (!/^[\w$.]+$/.test(name)) return false;
  const [first, ...members] = name.split('.');
  try {
    let value = first === 'pm' ? current()?.pm : first === 'console' ? { log: isCallable } : realm[first];
    for (const member of members) value = value?.[member];
    if (typeof value === 'function') return true;
  } catch { /* a getter that throws tells nothing */ }
  if (members.length > 0) return false;
  const word = first.replaceAll('$', '\\$');
  return new RegExp(`(?:function|class)\\s+${word}\\b|\\b${word}\\s*=\\s*(?:async\\s*)?(?:function|\\(|\\w+\\s*=>)`).test(source);
}

const TAKES_FUNCTION = /^(?:forEach|map|filter|find|findIndex|findLast|findLastIndex|some|every|reduce|reduceRight|flatMap|replace)$/;
const realm = globalThis;
const CALLS = /\((?:[^()]|\([^()]*\))*\)/g;
const NEAR = 400; // characters each side of a place that are looked at: a library in one line is long

/** What stands at an error's place. Looked up only by the texts that need it: reading the source is not free. */
class At {
  constructor(place) {
    this.place = place;
    this.lines = textAround(place);
    const line = this.lines[place.line - 1] || '';
    const at = place.column - 1;
    this.before = line.slice(Math.max(0, at - NEAR), at);
    this.after = line.slice(at, at + NEAR);
    this.line = this.before + this.after;
  }

  get call() {
    const { line, column, script } = this.place;
    return (this.called ??= calleeAt(this.lines, line, column, (name) => isCallable(name, script.source)) || {});
  }

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
    const [, name, value] = /[{[]\s*([\w$]+)[^={}]*[}\]]\s*=\s*([^;,}]+?)\s*(?:[;,}]|$)/.exec(this.line) || [];
    return { name, value: value && value.replace(CALLS, '(...)') };
  }

  /** What a built-in that takes a function was given instead, as V8 prints it; the value itself cannot be known here. */
  get given() {
    if (!this.place.native || !TAKES_FUNCTION.test(this.place.nativeName)) return undefined;
    const [, argument] = new RegExp(`\\.${this.place.nativeName}\\(\\s*((?:"[^"]*"|'[^']*'|[^,()])*)`).exec(this.line) || [];
    const text = (argument ?? '').trim();
    if (/^(?:-?\d[\d.]*|null|true|false)$/.test(text)) return text;
    const quoted = /^(["'])(.*)\1$/.exec(text);
    if (quoted) return quoted[2];
    return /^\{/.test(text) ? '#<Object>' : 'undefined';
  }

  /** The property that an assignment at the place is for. */
  assigned(prefix) {
    const name = /\.([\w$]+)\s*=(?!=)/.exec(`${this.before.slice(-60).replace(/^.*[;{]/s, '')}${this.after.slice(0, 60)}`)?.[1];
    return name ? prefix + name : '';
  }

  assignsProperty(name) {
    const from = Math.max(0, this.before.length - 1 - name.length);
    return /[.[]\s*['"]?$/.test(this.line.slice(0, this.line.indexOf(name, from)));
  }

  found(pattern, prefix) {
    const match = pattern.exec(this.line);
    return match ? prefix + (match[1] ?? match[2] ?? '') : '';
  }

  /** Whether the error was made by the script itself (`new TypeError("…")`), which must keep its words. */
  get own() { return /^(?:new\s+)?\w*Error\s*\(/.test(this.after); }

  get frame() { return this.place.name; }
}

const NOWHERE = {
  near: {}, destructured: {}, assignsProperty: () => false, assigned: () => '', found: () => '', callee: undefined,
};

/** V8's text for an engine's error, where it is known; `place` is the script's own. */
export function reword(error, message, place) {
  const syntax = error instanceof SyntaxError;
  const at = place ? new At(place) : NOWHERE;
  if (place && !syntax && at.own) return message;
  if (syntax && place?.nativeName === 'RegExp') return ofPattern(message, at) ?? message;
  for (const [pattern, text] of syntax ? SYNTAX : RUNTIME) {
    const found = pattern.exec(message);
    if (found) return typeof text === 'string' ? text : text(found, at);
  }
  return message;
}

