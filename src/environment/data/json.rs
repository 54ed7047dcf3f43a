//! Rows from JSON: an array, or one object on each line.

use serde_json::{Map, Value};

use super::Row;
use super::error::{DataErrorKind, Fault};

/// The rows of a JSON text.
pub(super) fn parse(text: &str, warnings: &mut Vec<String>) -> Result<Vec<Row>, Fault> {
    if text.trim().is_empty() {
        warnings.push("the data file is empty: one iteration without data is run".to_owned());
        return Ok(Vec::new());
    }
    let fault = match serde_json::from_str::<Value>(text) {
        Ok(Value::Array(items)) => {
            if items.is_empty() {
                warnings.push("the data file is an empty array: one iteration without data is run".to_owned());
            }
            return Ok(items.into_iter().enumerate().map(|(at, item)| row(at, item, warnings)).collect());
        }
        Ok(other) => {
            if let Some(rows) = lines(text) {
                return Ok(rows);
            }
            warnings.push(format!(
                "the data file is {} and not an array, so it has no rows: put the objects between [ and ]",
                kind(&other)
            ));
            return Ok(Vec::new());
        }
        Err(fault) => fault,
    };
    lines(text).ok_or_else(|| Fault {
        line: Some(fault.line()),
        column: Some(column_in_characters(text, fault.line(), fault.column())),
        kind: DataErrorKind::Json(without_place(&fault.to_string())),
    })
}

/// JSON lines: more than one line with text, and an object on each of them.
fn lines(text: &str) -> Option<Vec<Row>> {
    let mut rows = Vec::new();
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        rows.push(serde_json::from_str::<Row>(line).ok()?);
    }
    (rows.len() > 1).then_some(rows)
}

fn row(at: usize, item: Value, warnings: &mut Vec<String>) -> Row {
    match item {
        Value::Object(row) => row,
        // newman reads a list as an object whose names are the positions.
        Value::Array(items) => items.into_iter().enumerate().map(|(at, item)| (at.to_string(), item)).collect(),
        other => {
            // One warning is enough for a list of a thousand numbers.
            if !warnings.iter().any(|warning| warning.starts_with("row ")) {
                warnings.push(format!("row {} is {} and not an object, so it holds no data", at + 1, kind(&other)));
            }
            Map::new()
        }
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}

/// The message without the place that serde_json puts at its end: the place is told on its own.
fn without_place(message: &str) -> String {
    message.rsplit_once(" at line ").map_or(message, |(text, _)| text).to_owned()
}

/// serde_json counts columns in bytes.
fn column_in_characters(text: &str, line: usize, bytes: usize) -> usize {
    let line = text.split('\n').nth(line.saturating_sub(1)).unwrap_or_default();
    let before = line.as_bytes().get(..bytes.saturating_sub(1)).unwrap_or(line.as_bytes());
    String::from_utf8_lossy(before).chars().count() + 1
}
