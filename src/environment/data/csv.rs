//! CSV in newman's dialect, one record at a time.
//!
//! The `csv` crate does not tell whether a cell was quoted, which decides between text and number; hence an own reader.

use std::fmt;
use std::io::BufRead;

use serde_json::{Map, Number, Value};

use super::encoding::{Encoding, decode};
use super::error::{DataErrorKind, Fault};
use super::{DataOptions, DataTypes, Row};

/// The records of a CSV text, read one after another into one buffer.
pub(super) struct Records {
    reader: Box<dyn BufRead>,
    delimiter: u8,
    keep_blank: bool,
    /// The byte that ends a line: known from the first line break of the text.
    line_end: Option<u8>,
    position: Position,
    /// The record read last: the bytes of its cells one after another, and where each ends.
    buffer: Vec<u8>,
    ends: Vec<(usize, bool)>,
    /// How many records were read, the header among them.
    count: usize,
}

/// Where the reader is, from 1.
#[derive(Clone, Copy)]
struct Position {
    line: usize,
    column: usize,
}

/// One cell: its bytes, trimmed if it was not quoted.
pub(super) struct Cell<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) quoted: bool,
}

/// Where in a cell the reader is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// Before its first character that is no blank.
    Start,
    /// In a cell that did not begin with a quote; quotes are ordinary characters here.
    Bare,
    /// Between quotes.
    Quoted,
    /// After a quote between quotes: the closing one, or the first of a pair.
    QuoteSeen,
    /// After the closing quote and a blank.
    Closed,
}

impl fmt::Debug for Records {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Records").field("count", &self.count).field("line", &self.position.line).finish_non_exhaustive()
    }
}

impl Records {
    pub(super) fn new(reader: Box<dyn BufRead>, options: DataOptions) -> Self {
        Self {
            reader,
            delimiter: options.delimiter,
            keep_blank: options.types == DataTypes::Newman,
            line_end: None,
            position: Position { line: 1, column: 1 },
            buffer: Vec::new(),
            ends: Vec::new(),
            count: 0,
        }
    }

    /// Reads the next record. False at the end of the text.
    pub(super) fn advance(&mut self) -> Result<bool, Fault> {
        loop {
            if !self.read_record()? {
                return Ok(false);
            }
            // The header is the first line even if it is blank.
            if self.count == 0 || self.keep_blank || !self.is_blank() {
                self.count += 1;
                return Ok(true);
            }
        }
    }

    /// The cells of the record read last.
    pub(super) fn cells(&self) -> impl Iterator<Item = Cell<'_>> {
        let mut begin = 0;
        self.ends.iter().map(move |&(end, quoted)| {
            let bytes = self.buffer.get(begin..end).unwrap_or_default();
            begin = end;
            Cell { bytes: if quoted { bytes } else { bytes.trim_ascii() }, quoted }
        })
    }

    /// True if the record read last is UTF-8.
    pub(super) fn is_utf8(&self) -> bool {
        std::str::from_utf8(&self.buffer).is_ok()
    }

    fn is_blank(&self) -> bool {
        matches!(self.ends.as_slice(), [(_, false)]) && self.buffer.trim_ascii().is_empty()
    }

    /// Reads one line, or several if a quoted cell goes over them.
    fn read_record(&mut self) -> Result<bool, Fault> {
        self.buffer.clear();
        self.ends.clear();
        let line_end = match self.line_end {
            Some(byte) => byte,
            None => *self.line_end.insert(first_line_end(self.reader.fill_buf()?)),
        };
        let mut state = State::Start;
        let mut opened = self.position;
        loop {
            let input = self.reader.fill_buf()?;
            if input.is_empty() {
                return self.end_of_text(state, opened);
            }
            let length = input.len();
            let mut used = 0;
            while let Some(rest) = input.get(used..)
                && let Some(&byte) = rest.first()
            {
                // Ordinary characters are taken in one piece: they are nearly all of a file.
                let plain = match state {
                    State::Bare => rest.iter().position(|&byte| byte == self.delimiter || byte == line_end),
                    State::Quoted => rest.iter().position(|&byte| byte == b'"' || byte == line_end),
                    _ => Some(0),
                };
                let plain = rest.get(..plain.unwrap_or(rest.len())).unwrap_or_default();
                if !plain.is_empty() {
                    self.buffer.extend_from_slice(plain);
                    self.position.pass(plain);
                    used += plain.len();
                    continue;
                }
                used += 1;
                let place = self.position;
                self.position.step(byte, line_end);
                match (state, byte) {
                    (State::Quoted, b'"') => state = State::QuoteSeen,
                    (State::Quoted, _) => self.buffer.push(byte),
                    _ if byte == self.delimiter || byte == line_end => {
                        self.ends.push((self.buffer.len(), state.is_quoted()));
                        state = State::Start;
                        if byte == line_end {
                            self.reader.consume(used);
                            return Ok(true);
                        }
                    }
                    (State::Start, b'"') => {
                        // Blanks before the quote are no part of the cell.
                        self.buffer.truncate(self.ends.last().map_or(0, |(end, _)| *end));
                        state = State::Quoted;
                        opened = place;
                    }
                    (State::QuoteSeen, b'"') => {
                        self.buffer.push(byte);
                        state = State::Quoted;
                    }
                    (State::QuoteSeen | State::Closed, _) if byte.is_ascii_whitespace() => state = State::Closed,
                    (State::QuoteSeen | State::Closed, _) => return Err(place.fault(DataErrorKind::AfterQuote)),
                    (State::Start | State::Bare, _) => {
                        self.buffer.push(byte);
                        if !byte.is_ascii_whitespace() {
                            state = State::Bare;
                        }
                    }
                }
            }
            self.reader.consume(length);
        }
    }

    fn end_of_text(&mut self, state: State, opened: Position) -> Result<bool, Fault> {
        if state == State::Quoted {
            return Err(opened.fault(DataErrorKind::OpenQuote));
        }
        // Blanks after the last line break are no record; one cell or more on an unfinished line are.
        if self.ends.is_empty() && state == State::Start {
            return Ok(false);
        }
        self.ends.push((self.buffer.len(), state.is_quoted()));
        Ok(true)
    }
}

/// What ends the lines of a text that begins like this: a return if the first line ends in a return alone, as on old
/// Macintoshes, else a newline. A return before a newline goes away with the blanks around the cell. (newman holds on to
/// the `\r\n` of the first line and glues later lines that end in a newline alone together.)
fn first_line_end(text: &[u8]) -> u8 {
    let first = text.iter().position(|byte| matches!(byte, b'\r' | b'\n'));
    match first.and_then(|at| text.get(at..)) {
        Some([b'\r', next, ..]) if *next != b'\n' => b'\r',
        _ => b'\n',
    }
}

impl State {
    /// True once the cell's closing quote was read.
    fn is_quoted(self) -> bool {
        matches!(self, Self::QuoteSeen | Self::Closed)
    }
}

impl Position {
    fn step(&mut self, byte: u8, line_end: u8) {
        if byte == line_end {
            self.line += 1;
            self.column = 1;
        } else {
            self.pass(&[byte]);
        }
    }

    /// Passes bytes without a line break.
    fn pass(&mut self, bytes: &[u8]) {
        // The later bytes of a UTF-8 letter are no columns of their own.
        self.column += bytes.iter().filter(|byte| **byte & 0xc0 != 0x80).count();
    }

    fn fault(self, kind: DataErrorKind) -> Fault {
        Fault { line: Some(self.line), column: Some(self.column), kind }
    }
}

/// The names in the first line.
#[derive(Debug)]
pub(super) struct Columns(Vec<String>);

impl Columns {
    pub(super) fn new(header: &[Vec<u8>], encoding: Encoding) -> Self {
        Self(header.iter().map(|name| decode(name, encoding).into_owned()).collect())
    }

    /// The row that a record makes under these names.
    pub(super) fn row(&self, record: &Records, encoding: Encoding, types: DataTypes) -> Row {
        let mut row = Map::new();
        // Short records leave names out, long ones have cells without a name; a name that comes twice holds the last.
        for (name, cell) in self.0.iter().zip(record.cells()) {
            row.insert(name.clone(), value(&cell, encoding, types));
        }
        row
    }

    /// Tells what looks like a mistake in the file.
    pub(super) fn warn(&self, rows: usize, delimiter: u8, warnings: &mut Vec<String>) {
        if self.0.iter().all(String::is_empty) {
            warnings.push("the data file is empty: one iteration without data is run".to_owned());
            return;
        }
        if rows == 0 {
            warnings.push("the data file has a header but no rows: one iteration without data is run".to_owned());
        }
        for (position, name) in self.0.iter().enumerate() {
            if self.0.iter().take(position).any(|earlier| earlier == name) {
                warnings.push(format!("the column `{name}` comes twice: the last one is used"));
            }
        }
        if let ([only], b',') = (self.0.as_slice(), delimiter) {
            for (sign, shown) in [(';', ";"), ('\t', "\\t"), ('|', "|")] {
                if only.contains(sign) {
                    warnings.push(format!(
                        "the data file has the single column `{only}`: if its cells are separated by `{shown}`, say so \
                         with --csv-delimiter"
                    ));
                    break;
                }
            }
        }
    }
}

/// The value of a cell: text if it was quoted, else a number if it looks like one.
fn value(cell: &Cell<'_>, encoding: Encoding, types: DataTypes) -> Value {
    let text = decode(cell.bytes, encoding);
    if cell.quoted {
        return Value::String(text.into_owned());
    }
    // newman takes all blanks from the end of a text, but from its beginning only those of ASCII (already gone here).
    number(trim(&text), types).map_or_else(|| Value::String(text.trim_end_matches(is_blank).to_owned()), Value::Number)
}

fn trim(text: &str) -> &str {
    text.trim_matches(is_blank)
}

/// Blanks as JavaScript counts them.
fn is_blank(sign: char) -> bool {
    sign.is_whitespace() || sign == '\u{feff}'
}

/// Whole numbers up to here have a double of their own.
const EXACT: f64 = 9_007_199_254_740_992.0;

fn number(text: &str, types: DataTypes) -> Option<Number> {
    if types == DataTypes::Newman && is_radix_literal(text) {
        // newman finds the text numeric, then reads its digits up to the letter.
        return Some(Number::from(0));
    }
    if !is_decimal_literal(text) {
        return None;
    }
    let number: f64 = text.parse().ok()?;
    if !number.is_finite() {
        return None;
    }
    let whole = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'+' || byte == b'-');
    if whole && number.abs() >= EXACT && types == DataTypes::Strict {
        return None;
    }
    if number.fract() == 0.0 && number.abs() < EXACT {
        return Some(Number::from(number as i64));
    }
    Number::from_f64(number)
}

/// `12`, `+1.50`, `.5`, `1.`, `1e3`: what JavaScript's `Number` takes, in the decimal system.
fn is_decimal_literal(text: &str) -> bool {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent.strip_prefix(['+', '-']).unwrap_or(exponent))),
        None => (unsigned, None),
    };
    let (before, after) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    digits(before)
        && digits(after)
        && !(before.is_empty() && after.is_empty())
        && exponent.is_none_or(|exponent| !exponent.is_empty() && digits(exponent))
}

/// `0x1F`, `0b11`, `0o17`.
fn is_radix_literal(text: &str) -> bool {
    let mut signs = text.chars();
    let radix = match (signs.next(), signs.next()) {
        (Some('0'), Some('x' | 'X')) => 16,
        (Some('0'), Some('b' | 'B')) => 2,
        (Some('0'), Some('o' | 'O')) => 8,
        _ => return false,
    };
    !signs.as_str().is_empty() && signs.all(|sign| sign.is_digit(radix))
}
