//! Small pieces of what is written: entries, ids, what is empty.

use serde_json::{Map, Value};

use crate::collection::{Request, opt_text};

/// `{key, value, disabled}`.
pub(super) fn entry(key: String, value: Value, disabled: bool) -> Map<String, Value> {
    let mut map = Map::new();
    map.insert("key".into(), key.into());
    map.insert("value".into(), value);
    if disabled {
        map.insert("disabled".into(), true.into());
    }
    map
}

/// A map where no entry needs more than a text and no key repeats, else a list; nothing for no entries.
pub(super) fn compact(entries: Vec<Map<String, Value>>) -> Option<Value> {
    if entries.is_empty() {
        return None;
    }
    let mut map = Map::new();
    for entry in &entries {
        match (entry.len(), entry.get("key"), entry.get("value")) {
            (2, Some(Value::String(key)), Some(value @ Value::String(_))) if !key.is_empty() && key.len() < 100 => {
                map.insert(key.clone(), value.clone());
            }
            _ => break,
        }
    }
    let whole = map.len() == entries.len();
    Some(if whole { Value::Object(map) } else { entries.into_iter().map(Value::Object).collect() })
}

/// The id under one of its names.
pub(super) fn id_of(value: &Value) -> Option<Value> {
    let keys = ["id", "_postman_id", "uid"];
    keys.iter().find_map(|key| opt_text(value.get(*key)).filter(|id| !id.is_empty())).map(Value::String)
}

/// Whether the first enabled Content-Type is JSON: only then are comments taken out of a body without a language.
pub(super) fn has_json_type(request: &Request) -> bool {
    let header = request.headers.iter().find(|h| !h.disabled && h.key.eq_ignore_ascii_case("content-type"));
    header.is_some_and(|header| {
        let kind = header.value.split(';').next().unwrap_or_default();
        let Some(kind) = kind.strip_prefix("application/") else { return false };
        kind.starts_with("json")
            || kind.split_once("+json").is_some_and(|(head, _)| !head.is_empty() && !head.contains(' '))
    })
}

/// Whether a script says anything.
pub(super) fn script_has_text(script: &Value) -> bool {
    match script {
        Value::Object(map) => map.get("exec").is_some_and(script_has_text),
        Value::Array(lines) => lines.iter().any(|line| !is_empty(line)),
        other => !is_empty(other),
    }
}

/// Sets a member that has a value.
pub(super) fn put(map: &mut Map<String, Value>, key: &str, value: Option<Value>) {
    if let Some(value) = value {
        map.insert(key.to_owned(), value);
    }
}

/// `null`, an empty text, list or object.
pub(super) fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(map) => map.is_empty(),
        _ => false,
    }
}
