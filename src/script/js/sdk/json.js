// JSON with Postman's messages: the engine's parser first, and only for what it refuses a reader that says where and why.

const native = JSON.parse;
const NUMBER = /^-?(0|[1-9][0-9]*)(\.[0-9]+)?(e[+-]?[0-9]+)?$/i;
const ESCAPES = '"\\/bfnrt';
// At most so much of the offending line is shown: before the place, and in all.
const BEFORE = 70;
const SHOWN = 78;

/** Parses a text; a byte order mark at its begin is allowed unless `strict`. */
export function parseJson(text, reviver, strict) {
  if (typeof text === 'string') {
    const first = text.charCodeAt(0);
    if (first > 0x7e) text = unmarked(text, strict);
  }
  try {
    return typeof reviver === 'function' ? native(text, reviver) : native(text);
  } catch (error) {
    throw explain(text, error);
  }
}

// Byte order marks: the character, or its UTF-8 bytes read one by one.
function unmarked(text, strict) {
  const length = text.charCodeAt(0) === 0xfeff ? 1 : text.startsWith('\u00ef\u00bb\u00bf') ? 3 : 0;
  if (length && strict) throw named(new SyntaxError(`Unexpected byte order mark found in first ${length} character(s)`));
  return text.slice(length);
}

function named(error) {
  if (error instanceof Error) error.name = 'JSONError';
  return error;
}

function explain(text, error) {
  if (text === undefined || typeof text === 'symbol') {
    const message = typeof text === 'symbol' ? error.message : '"undefined" is not valid JSON';
    return named(new SyntaxError(message));
  }
  try {
    new Reader(String(text)).read();
  } catch (found) {
    // Else the text is nested too deep for the reader; the engine's words must do.
    if (found instanceof Place) return found.toError();
  }
  // The reader has no objection: a reviver threw.
  return named(error);
}

/** What is wrong, and where. */
class Place {
  constructor(reader, message) {
    this.text = reader.text;
    this.at = reader.at;
    this.row = reader.row;
    this.column = reader.at - reader.lineStart;
    this.message = message || this.token();
  }

  token() {
    const char = this.text[this.at];
    if (char === undefined) return 'Unexpected end of input';
    const quoted = JSON.stringify(char).slice(1, -1).replace(/'/g, "\\'").replace(/\\"/g, '"');
    return `Unexpected token '${quoted}'`;
  }

  toError() {
    const { text, at, column, row } = this;
    let line = '';
    let caret = '';
    for (let i = at - Math.min(column, BEFORE - 1); ; i++) {
      const char = text[i];
      if (char === undefined || char === '\n' || char === '\r') {
        if (at >= i) caret += '^';
        break;
      }
      line += char;
      if (i === at) caret += '^';
      else if (i < at) caret += char === '\t' ? '\t' : ' ';
      if (line.length > SHOWN) break;
    }
    const error = new SyntaxError(`${this.message} at ${row + 1}:${column + 1}\n${line}\n${caret}`);
    error.column = column + 1;
    error.row = row + 1;
    return named(error);
  }
}

// What stands for "no value here".
const NOTHING = Symbol('nothing');

/** Reads a text for its first error. */
class Reader {
  constructor(text) {
    this.text = text;
    this.at = 0;
    this.row = 0;
    this.lineStart = 0;
  }

  fail(message) {
    throw new Place(this, message);
  }

  read() {
    const { text } = this;
    const value = this.value();
    if (value === NOTHING && this.at >= text.length) this.fail(this.at ? 'No data, only a whitespace' : 'No data, empty input');
    this.blanks();
    if (this.at < text.length) this.fail();
  }

  blanks() {
    const { text } = this;
    for (; ; this.at++) {
      switch (text.charCodeAt(this.at)) {
        case 32: case 9: break;
        case 13:
          if (text.charCodeAt(this.at + 1) === 10) this.at++;
          // falls through
        case 10:
          this.row++;
          this.lineStart = this.at + 1;
          break;
        default: return;
      }
    }
  }

  /** A value, or `NOTHING` with the place left where it should have been. */
  value() {
    this.blanks();
    const char = this.text[this.at];
    switch (char) {
      case '"': return this.string();
      case '{': return this.object();
      case '[': return this.array();
      case 't': return this.word('true');
      case 'f': return this.word('false');
      case 'n': return this.word('null');
      default: return char === '-' || char === '.' || (char >= '0' && char <= '9') ? this.number() : NOTHING;
    }
  }

  word(word) {
    if (!this.text.startsWith(word, this.at)) this.fail();
    this.at += word.length;
    return native(word);
  }

  object() {
    const { text } = this;
    this.at++;
    const found = {};
    let comma = false;
    while (this.at < text.length) {
      this.blanks();
      if (text[this.at] === '}') {
        if (comma) this.fail('Trailing comma in object');
        this.at++;
        return found;
      }
      const key = this.key();
      this.blanks();
      if (text[this.at] !== ':') this.fail();
      this.at++;
      const value = this.value();
      if (value === NOTHING) this.fail(`No value found for key ${key}`);
      if (typeof key !== 'string') this.fail(`Wrong key type: ${key}`);
      this.blanks();
      const char = text[this.at++];
      found[key] = value;
      if (char === '}') return found;
      if (char !== ',') this.fail();
      comma = true;
    }
    return this.fail();
  }

  // A structure or a number may stand where a key belongs; that it is wrong is said only after its value. A word must
  // begin with an escape.
  key() {
    const { text } = this;
    const char = text[this.at];
    const word = /^(?:\\u[0-9a-fA-F]{4})(?:\\u[0-9a-fA-F]{4}|[\w$\u0080-\uffff])*/.exec(text.slice(this.at, this.at + 200));
    if (word) {
      this.at += word[0].length;
      return word[0].replace(/\\u(.{4})/g, (_, hex) => String.fromCharCode(parseInt(hex, 16)));
    }
    if (char === '"' || char === '{' || char === '[' || char === '.' || (char >= '0' && char <= '9')) {
      const found = this.value();
      if (found !== NOTHING) return found;
    }
    return this.fail();
  }

  array() {
    const { text } = this;
    this.at++;
    const found = [];
    let comma = false;
    while (this.at < text.length) {
      this.blanks();
      if (text[this.at] === ']') {
        if (comma) this.fail('Trailing comma in array');
        this.at++;
        return found;
      }
      const value = this.value();
      this.blanks();
      const char = text[this.at];
      if (char === ',') {
        this.at++;
        if (value === NOTHING) this.fail('Elisions are not supported');
        found.push(value);
        comma = true;
      } else if (char === ']' && value !== NOTHING) {
        this.at++;
        found.push(value);
        return found;
      } else this.fail();
    }
    return NOTHING;
  }

  number() {
    const { text } = this;
    const start = this.at;
    const digits = () => {
      while (text[this.at] >= '0' && text[this.at] <= '9') this.at++;
    };
    if (text[this.at] === '-') this.at++;
    if (text[this.at] === '0') this.at++;
    else digits();
    if (text[this.at] === '.') {
      this.at++;
      digits();
    }
    if (text[this.at] === 'e' || text[this.at] === 'E') {
      this.at++;
      if (text[this.at] === '+' || text[this.at] === '-') this.at++;
      // The character after the exponent's sign belongs to the literal, whatever it is.
      this.at++;
      digits();
    }
    const literal = text.slice(start, this.at);
    if (Number.isNaN(Number(literal)) || literal === '') {
      this.at--;
      this.fail(`Bad numeric literal - "${literal}"`);
    }
    if (!NUMBER.test(literal)) {
      this.at--;
      this.fail(`Non-json numeric literal - "${literal}"`);
    }
    return Number(literal);
  }

  string() {
    const { text } = this;
    const start = ++this.at;
    for (; ; this.at++) {
      const char = text[this.at];
      if (char === '"') {
        const found = text.slice(start, this.at);
        this.at++;
        return found.includes('\\') ? native(`"${found}"`) : found;
      }
      if (char === undefined) this.fail();
      if (char === '\\') this.escape();
      else if (char === '\n' || char === '\r') {
        this.at++;
        this.fail();
      } else if (char < ' ') this.fail('Unexpected control character');
    }
  }

  escape() {
    const { text } = this;
    const char = text[++this.at];
    if (char === undefined) this.fail();
    if (char !== 'u') {
      if (!ESCAPES.includes(char)) this.fail();
      return;
    }
    for (let i = 0; i < 4; i++) {
      const digit = text[++this.at];
      if (digit === undefined) this.fail();
      if (!/[0-9a-fA-F]/.test(digit)) this.fail('Bad escape sequence');
    }
  }
}
