//! Collections as written: the v2.1 schema with every odd form that Postman's tools accept, nothing filled in.
//!
//! [`load`](load::load) reads a file's text; the other modules are its parts. Each part reads itself from JSON leniently
//! (`from_value`) and writes itself in v2.1 form (`to_value`), because scripts change requests as JSON.

pub mod auth;
pub mod body;
pub mod glob;
pub mod item;
pub mod load;
pub mod request;
pub(crate) mod split;
pub mod url;
pub mod v1;
pub mod v3;

pub use auth::AuthSpec;
pub use body::{Body, BodyMode, FileSource, FormParam};
pub use item::{Collection, Folder, Item, Node, Script};
pub use load::{Document, LoadError, load, read, read_value};
pub use request::{HeaderEntry, Request};
pub use url::{PathVariable, QueryParam, Url, UrlParts};

use serde_json::Value;

use crate::variables::text_of;

/// A JSON value where Postman expects text: strings as they are, the rest as JavaScript's `String()` would.
pub(crate) fn text(value: &Value) -> String {
    text_of(value)
}

/// Text of a field that may be missing or null.
pub(crate) fn opt_text(value: Option<&Value>) -> Option<String> {
    value.filter(|v| !v.is_null()).map(text)
}

/// `null`, an empty text, list or object.
pub(crate) fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(map) => map.is_empty(),
        _ => false,
    }
}

/// Whether an entry of a list carries a truthy `disabled`.
pub(crate) fn disabled(entry: &Value) -> bool {
    entry.get("disabled").is_some_and(crate::variables::truthy)
}

/// Replaces a text in place by what a function makes of it.
pub(crate) fn map_text(text: &mut String, fill: &mut dyn FnMut(&str) -> Option<String>) {
    if let Some(new) = fill(text) {
        *text = new;
    }
}

/// Applies a function to every string value inside a JSON value; keys stay.
pub(crate) fn map_value(value: &mut Value, fill: &mut dyn FnMut(&str) -> Option<String>) {
    match value {
        Value::String(text) => map_text(text, fill),
        Value::Array(items) => items.iter_mut().for_each(|v| map_value(v, fill)),
        Value::Object(map) => map.values_mut().for_each(|v| map_value(v, fill)),
        _ => {}
    }
}
