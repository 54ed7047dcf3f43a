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
        let mut parser = serde_json::Deserializer::from_str(&self.text);
        // Collections nest as deep as their authors like; the stack is guarded by the limit of the file's depth below.
        let value = serde::Deserialize::deserialize(&mut parser).and_then(|value| parser.end().map(|()| value));
        value.map_err(|error: serde_json::Error| {
            let message = error.to_string();
            let message = message.split(" at line ").next().unwrap_or(&message).to_owned();
            Diagnostic::at(self, error.line(), error.column().max(1), &format!("invalid JSON: {message}"))
        })
    }
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
