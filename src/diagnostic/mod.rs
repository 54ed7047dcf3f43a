//! A place in a file and what is wrong there, drawn once.

mod locate;

use std::fmt;
use std::sync::Arc;

use serde_json::Value;

pub use locate::locate;

/// A file that was read, decoded to text.
#[derive(Debug, Clone)]
pub struct SourceFile {
    /// Path or URL as the user gave it.
    pub name: String,
    /// Its text, without a byte order mark.
    pub text: Arc<str>,
}

/// What is wrong, where, and what to do.
#[derive(Debug, Clone)]
pub struct Diagnostic {
    /// What is wrong.
    pub message: String,
    /// File, line and column (from 1), and the line's text.
    pub place: Option<Place>,
    /// What to do about it.
    pub help: Option<String>,
}

/// A place in a file.
#[derive(Debug, Clone)]
pub struct Place {
    /// Path or URL.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// Text of that line.
    pub text: String,
    /// Path inside the file that people know it by (`folder › item › prerequest`).
    pub path: Option<String>,
}

impl SourceFile {
    /// Decodes bytes: UTF-8, byte order marks, UTF-16 with a mark, else Windows-1252.
    pub fn decode(name: &str, bytes: &[u8]) -> Self {
        let text = if let Some((encoding, mark)) = encoding_rs::Encoding::for_bom(bytes) {
            encoding.decode_without_bom_handling(&bytes[mark..]).0.into_owned()
        } else if let Ok(text) = std::str::from_utf8(bytes) {
            text.to_owned()
        } else {
            encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes).0.into_owned()
        };
        Self { name: name.to_owned(), text: text.into() }
    }

    /// Parses the text as JSON.
    ///
    /// # Errors
    /// A diagnostic at the place where the text stops being JSON.
    pub fn parse_json(&self) -> Result<Value, Diagnostic> {
        if self.text.trim().is_empty() {
            return Err(Diagnostic::at(self, 1, 1, "the file is empty").with_help("expected JSON".to_owned()));
        }
        let error = match serde_json::from_str(&self.text) {
            Ok(value) => return Ok(value),
            Err(error) => error,
        };
        let (text, error) = match lenient(&self.text) {
            None => (None, error),
            Some(text) => match serde_json::from_str(&text) {
                Ok(value) => return Ok(value),
                Err(error) => (Some(text), error),
            },
        };
        let message = error.to_string();
        let message = message.split(" at line ").next().unwrap_or(&message).to_owned();
        // serde_json counts columns in bytes.
        let line = text.as_deref().unwrap_or(&self.text).split('\n').nth(error.line().saturating_sub(1));
        let before = line.unwrap_or_default().as_bytes().get(..error.column().saturating_sub(1)).unwrap_or_default();
        let column = String::from_utf8_lossy(before).chars().count() + 1;
        Err(Diagnostic::at(self, error.line(), column, &format!("invalid JSON: {message}")))
    }
}

/// The text with what JavaScript takes and JSON does not, put in JSON's words at the same places: blanks of other alphabets around
/// it, and halves of letters, which become replacement characters. `None` where there is nothing of the kind.
fn lenient(text: &str) -> Option<String> {
    let odd = |c: char| (c.is_whitespace() || c == '\u{feff}') && !c.is_ascii_whitespace();
    let inner = text.trim_matches(|c: char| c.is_whitespace() || odd(c));
    let (before, after) = text.split_once(inner)?;
    let blank = |c: char| if odd(c) { ' ' } else { c };
    let mut out: String = before.chars().map(blank).collect();
    let start = out.len();
    let mut rest = inner;
    while let Some(at) = rest.find('\\') {
        let (head, tail) = rest.split_at(at);
        out.push_str(head);
        let (escape, pair) = (unit(tail), tail.get(6..).and_then(unit));
        let length = match escape {
            Some(0xd800..=0xdbff) if matches!(pair, Some(0xdc00..=0xdfff)) => 12,
            Some(0xd800..=0xdfff) => {
                out.push_str("\\ufffd");
                rest = tail.get(6..).unwrap_or_default();
                continue;
            }
            // A backslash, and what it stands before.
            _ => 1 + tail.chars().nth(1).map_or(0, char::len_utf8),
        };
        let (kept, next) = tail.split_at_checked(length)?;
        out.push_str(kept);
        rest = next;
    }
    out.push_str(rest);
    let changed = out.get(start..) != Some(inner) || before.chars().chain(after.chars()).any(odd);
    out.extend(after.chars().map(blank));
    changed.then_some(out)
}

/// The UTF-16 unit of an escape (`\ud83d`) at the start of a text.
fn unit(text: &str) -> Option<u16> {
    let digits = text.strip_prefix("\\u")?.get(..4)?;
    digits.bytes().all(|b| b.is_ascii_hexdigit()).then(|| u16::from_str_radix(digits, 16).ok())?
}

impl Diagnostic {
    /// A message without a place.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), place: None, help: None }
    }

    /// A message at a line and column (from 1) of a file.
    pub fn at(file: &SourceFile, line: usize, column: usize, message: &str) -> Self {
        let text = file.text.lines().nth(line.saturating_sub(1)).unwrap_or_default().to_owned();
        Self {
            message: message.to_owned(),
            place: Some(Place { file: file.name.clone(), line, column, text, path: None }),
            help: None,
        }
    }

    /// A message about the whole file.
    pub fn at_start(file: &SourceFile, message: &str) -> Self {
        Self::at(file, 1, 1, message)
    }

    /// Adds what to do.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

impl fmt::Display for Diagnostic {
    /// Message, place, the line with a caret under the column, help. No colour: the command line adds its own.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        if let Some(place) = &self.place {
            let number = place.line.to_string();
            let margin = " ".repeat(number.len());
            write!(f, "\n{margin}--> {}:{}:{}", place.file, place.line, place.column)?;
            if let Some(path) = &place.path {
                write!(f, " ({path})")?;
            }
            // A minified file is one line: show what stands around the column.
            let skip = place.column.saturating_sub(60);
            let shown: String = place.text.chars().skip(skip).take(100).collect();
            if !shown.trim().is_empty() {
                let caret = " ".repeat(place.column.saturating_sub(1 + skip));
                write!(f, "\n{margin} |\n{number} | {shown}\n{margin} | {caret}^")?;
            }
        }
        if let Some(help) = &self.help {
            write!(f, "\n  = help: {help}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Diagnostic {}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Value, String> {
        SourceFile::decode("f.json", text.as_bytes()).parse_json().map_err(|error| error.to_string())
    }

    #[test]
    fn what_javascript_takes_is_taken() {
        assert_eq!(parse("\u{a0}\u{2003}\n[1]\u{feff}\u{3000}").unwrap(), serde_json::json!([1]));
        let halves = r#"["\ud800b", "\uDC00", "\ud83d\ude00", "\\ud800", "\ud83d\ud83d\ude00", "é\\\ud800"]"#;
        let whole = serde_json::json!(["\u{fffd}b", "\u{fffd}", "😀", "\\ud800", "\u{fffd}😀", "é\\\u{fffd}"]);
        assert_eq!(parse(halves).unwrap(), whole);
    }

    #[test]
    fn what_it_does_not_take_is_an_error_at_its_place() {
        for (text, place) in [
            ("{\n \"a\": \"\\ud800\", x}", "f.json:2:17"),
            ("\u{a0}[1,]", "f.json:1:5"),
            ("[1]\u{a0}x", "f.json:1:4"),
            ("[\"æøå\", x]", "f.json:1:9"),
            ("\"\\", "f.json:1:"),
            ("\"\\ud8", "f.json:1:"),
            ("\"\\é", "f.json:1:"),
            ("  ", "f.json:1:1"),
        ] {
            let error = parse(text).unwrap_err();
            assert!(error.contains(place), "{text:?}: {error}");
        }
    }
}
