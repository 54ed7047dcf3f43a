//! From a file's bytes to a [`Collection`]: encoding, JSON, wrapper objects, what it is not.

use serde_json::Value;

use super::item::Collection;
use super::v1;
use crate::diagnostic::{Diagnostic, SourceFile};

/// Why a collection could not be read.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct LoadError(pub Box<Diagnostic>);

/// Reads a collection from a file's bytes.
///
/// # Errors
/// When the bytes are no JSON (with line and column), or JSON that is no collection (with what it looks like instead).
pub fn load(name: &str, bytes: &[u8]) -> Result<Collection, LoadError> {
    read_value(name, bytes).map(Collection::from_value)
}

/// Reads a collection's JSON, out of its wrapper, for those who change it before it is read.
///
/// # Errors
/// As [`load`].
pub fn read_value(name: &str, bytes: &[u8]) -> Result<Value, LoadError> {
    read(name, bytes).map(|document| document.value)
}

/// A collection's JSON in v2.1 form, and what the user should know about the file it came from.
#[derive(Debug, Clone)]
pub struct Document {
    /// The collection, out of its wrapper.
    pub value: Value,
    /// What to know before a run, one sentence each.
    pub warnings: Vec<String>,
    /// What the file holds and the value does not, for conversions.
    pub dropped: Vec<String>,
}

/// Reads a collection's JSON in any version and makes it v2.1.
///
/// # Errors
/// As [`load`].
pub fn read(name: &str, bytes: &[u8]) -> Result<Document, LoadError> {
    let file = SourceFile::decode(name, bytes);
    let value = file.parse_json().map_err(|error| LoadError(Box::new(error)))?;
    let value = unwrap(unwrap(value, "collection"), "collection");
    if v1::is_v1(&value) {
        let warnings = vec![v1::DEPRECATED.to_owned()];
        return Ok(Document { value: v1::to_v21(&value), warnings, dropped: v1::left_out(&value) });
    }
    if let Some((message, help)) = not_a_collection(&value) {
        return Err(LoadError(Box::new(Diagnostic::at_start(&file, &message).with_help(help))));
    }
    Ok(Document { value, warnings: Vec::new(), dropped: Vec::new() })
}

/// Takes the value of a wrapper's only meaning (`{"collection": {…}}`, as the Postman API answers).
pub fn unwrap(value: Value, key: &str) -> Value {
    match value {
        Value::Object(mut map) if map.contains_key(key) => map.remove(key).unwrap_or(Value::Null),
        other => other,
    }
}

/// What the value is instead of a collection: the message and the help.
fn not_a_collection(value: &Value) -> Option<(String, String)> {
    let help = "a collection is a JSON object with `info` and `item`; export it from Postman as Collection v2.1";
    let Some(map) = value.as_object() else {
        let kind = match value {
            Value::Null => "null",
            Value::Bool(_) => "a boolean",
            Value::Number(_) => "a number",
            Value::String(_) => "a string",
            _ => "a list",
        };
        return Some((format!("expected a collection, found {kind}"), help.to_owned()));
    };
    if map.contains_key("item") || map.contains_key("info") {
        return None;
    }
    if map.contains_key("values") {
        return Some((
            "expected a collection, found an environment or globals".to_owned(),
            "give the collection first, and this file with -e or -g".to_owned(),
        ));
    }
    if map.contains_key("requests") && map.contains_key("order") {
        return Some((
            "this looks like a collection in the v1 format, but not all of it is there".to_owned(),
            "such a collection has `name`, `order` and `requests`; export it from Postman as Collection v2.1"
                .to_owned(),
        ));
    }
    Some(("expected a collection, found an object without `info` and `item`".to_owned(), help.to_owned()))
}
