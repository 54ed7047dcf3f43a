//! The first format of collections: requests, folders and their order in three lists beside each other.

mod auth;
mod folders;
mod request;

use serde_json::{Map, Value};

use super::{is_empty, opt_text};
use crate::variables::truthy;

/// The `info.schema` of what comes out.
pub(crate) const SCHEMA: &str = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json";

/// What to tell the user about a collection in this format.
pub const DEPRECATED: &str =
    "this collection is in the v1 format, which Postman no longer writes; `postbud convert` makes it v2.1";

/// Whether an object is a collection of this format: it has a name, an order and requests.
pub fn is_v1(value: &Value) -> bool {
    ["name", "order", "requests"].iter().all(|key| value.get(key).is_some_and(truthy))
}

/// The same collection in v2.1 form. Ids are kept.
pub fn to_v21(value: &Value) -> Value {
    let mut info = Map::new();
    put(&mut info, "_postman_id", opt_text(value.get("id")));
    info.insert("name".into(), opt_text(value.get("name")).unwrap_or_default().into());
    copy(&mut info, value, &["description", "version"]);
    info.insert("schema".into(), SCHEMA.into());
    let mut map = Map::new();
    map.insert("info".into(), Value::Object(info));
    map.insert("item".into(), folders::root_items(value));
    put(&mut map, "auth", auth::of(value));
    put_common(&mut map, value);
    Value::Object(map)
}

/// Requests and folders that no order names: Postman does not show them, and they do not run.
pub fn left_out(value: &Value) -> Vec<String> {
    folders::left_out(value)
}

/// What collections, folders and requests have in common: scripts, variables and settings.
fn put_common(map: &mut Map<String, Value>, value: &Value) {
    put(map, "event", events(value));
    put(map, "variable", variables(value.get("variables")));
    copy(map, value, &["protocolProfileBehavior"]);
}

/// Scripts: those of `tests` and `preRequestScript` where there are any, else `events`.
fn events(value: &Value) -> Option<Value> {
    let script = |key: &str, listen: &str| {
        let exec = match value.get(key).filter(|script| truthy(script))? {
            Value::String(text) => text.split('\n').collect(),
            other => other.clone(),
        };
        Some(serde_json::json!({"listen": listen, "script": {"type": "text/javascript", "exec": exec}}))
    };
    let own: Vec<Value> = script("tests", "test").into_iter().chain(script("preRequestScript", "prerequest")).collect();
    if own.is_empty() {
        return value.get("events").filter(|events| !is_empty(events)).cloned();
    }
    Some(own.into())
}

/// Variables, keyed by `key` or else `id`; the type `text` is called `string` now.
fn variables(value: Option<&Value>) -> Option<Value> {
    let entries = value?.as_array()?.iter().filter_map(Value::as_object);
    let list: Vec<Value> = entries
        .map(|entry| {
            let mut map = Map::new();
            let key = opt_text(entry.get("key"));
            let named = key.clone().filter(|key| !key.is_empty()).or_else(|| opt_text(entry.get("id"))).or(key);
            put(&mut map, "key", named);
            for (key, value) in entry {
                match key.as_str() {
                    "key" | "id" | "enabled" => {}
                    "type" if value == "text" => put(&mut map, "type", Some("string")),
                    _ => put(&mut map, key, Some(value.clone())),
                }
            }
            Value::Object(map)
        })
        .collect();
    (!list.is_empty()).then(|| list.into())
}

/// Inserts what is there.
fn put(map: &mut Map<String, Value>, key: &str, value: Option<impl Into<Value>>) {
    if let Some(value) = value {
        map.insert(key.to_owned(), value.into());
    }
}

/// Copies fields that are there, not null and not empty.
fn copy(map: &mut Map<String, Value>, from: &Value, keys: &[&str]) {
    for key in keys {
        put(map, key, from.get(*key).filter(|value| !is_empty(value)).cloned());
    }
}

#[cfg(test)]
mod tests;
