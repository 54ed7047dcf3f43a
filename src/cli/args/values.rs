//! Readers of options' values, with messages that say what is expected.

use std::path::PathBuf;
use std::str::FromStr;

/// A path that may be empty: clap's own reader of paths refuses the value that stands for none.
#[expect(clippy::unnecessary_wraps, reason = "clap asks for a result")]
pub(super) fn path(text: &str) -> Result<PathBuf, std::convert::Infallible> {
    Ok(PathBuf::from(text))
}

/// A whole number.
pub(super) fn count<T: FromStr>(text: &str) -> Result<T, String> {
    text.trim().parse().map_err(|_| "expected a whole number, 0 or more".to_owned())
}

/// Milliseconds.
pub(super) fn millis(text: &str) -> Result<u64, String> {
    text.trim().parse().map_err(|_| {
        let seconds = text.trim().strip_suffix('s').and_then(|number| number.parse::<f64>().ok());
        match seconds.filter(|seconds| (0.0..1e9).contains(seconds)) {
            Some(seconds) => format!("expected milliseconds without a unit: {:.0}", seconds * 1000.0),
            None => "expected milliseconds, a whole number, 0 or more".to_owned(),
        }
    })
}

/// One character; `\t` stands for the tabulator.
pub(super) fn delimiter(text: &str) -> Result<u8, String> {
    let text = if text == "\\t" { "\t" } else { text };
    match text.as_bytes() {
        [byte] if byte.is_ascii() => Ok(*byte),
        _ => Err(r"expected one ASCII character, such as ';', or \t for the tabulator".to_owned()),
    }
}

/// `Name: value`, as curl takes it.
pub(super) fn header(line: &str) -> Result<(String, String), String> {
    match line.split_once(':') {
        Some((name, value)) if !name.trim().is_empty() => Ok((name.trim().to_owned(), value.trim().to_owned())),
        _ => Err("expected a name, a colon and a value, such as \"Accept: text/html\"".to_owned()),
    }
}
