//! The forms of v2.0 and the odd forms that newman accepts, written as v2.1 says.

use serde_json::{Map, Value, json};

use crate::collection::v1::SCHEMA;
use crate::collection::{AuthSpec, Body, BodyMode, Request, Url};

/// The same collection with every part in its v2.1 form; what is in that form already stays as it is.
pub fn normal(mut value: Value) -> Value {
    if let Some(root) = value.as_object_mut() {
        let mut info = match root.shift_remove("info") {
            Some(Value::Object(info)) => info,
            _ => Map::new(),
        };
        info.insert("schema".into(), SCHEMA.into());
        root.shift_insert(0, "info".into(), Value::Object(info));
        scope(root);
        let items = root.shift_remove("item");
        root.insert("item".into(), self::items(items));
    }
    value
}

fn items(value: Option<Value>) -> Value {
    let list = match value {
        Some(Value::Array(list)) => list,
        Some(single @ Value::Object(_)) => vec![single],
        _ => Vec::new(),
    };
    list.into_iter().filter(|item| !item.is_null()).map(item).collect()
}

fn item(mut value: Value) -> Value {
    let Some(map) = value.as_object_mut() else {
        // Newman runs these as requests without a name and a URL.
        return json!({"name": "", "request": {}});
    };
    if map.get("item").is_some_and(truthy) {
        let inner = map.shift_remove("item");
        scope(map);
        map.insert("item".into(), items(inner));
        return value;
    }
    map.shift_remove("item");
    events(map);
    if let Some(source) = map.get_mut("request") {
        request(source);
    }
    value
}

/// Authorization and scripts of a collection or folder.
fn scope(map: &mut Map<String, Value>) {
    auth(map);
    events(map);
}

/// `{type, <type>: {k: v}}` with a list.
fn auth(map: &mut Map<String, Value>) {
    let Some(source) = map.get_mut("auth") else { return };
    let Some(spec) = AuthSpec::from_value(source) else { return };
    if source.get(&spec.kind).is_some_and(Value::is_object)
        && let Some(list) = spec.to_value().get(&spec.kind)
    {
        source[&spec.kind] = list.clone();
    }
}

/// A list of events, each script an object.
fn events(map: &mut Map<String, Value>) {
    let Some(source) = map.get_mut("event") else { return };
    if source.is_object() {
        *source = Value::Array(vec![source.take()]);
    }
    let Some(list) = source.as_array_mut() else { return };
    list.retain(|event| !event.is_null());
    for script in list.iter_mut().filter_map(|event| event.get_mut("script")) {
        if script.is_string() || script.is_array() {
            *script = json!({"type": "text/javascript", "exec": script.take()});
        }
    }
}

fn request(source: &mut Value) {
    let read = Request::from_value(source);
    if let Value::String(url) = source {
        *source = json!({"method": "GET", "url": url});
        return;
    }
    let Some(map) = source.as_object_mut() else { return };
    auth(map);
    if map.get("header").is_some_and(|header| !is_list_of_objects(header)) {
        let list = read.to_value().get("header").cloned().unwrap_or_else(|| json!([]));
        map.insert("header".into(), list);
    }
    if let (Some(source), Url::Parts(_)) = (map.get_mut("url"), &read.url) {
        url(source, &read.url);
    }
    match (map.get_mut("body"), &read.body) {
        (Some(source @ Value::String(_)), _) => *source = json!({"mode": "raw", "raw": source.take()}),
        (Some(source), Some(read)) => body(source, read),
        _ => {}
    }
}

/// Host, path and query as lists, path variables by `key`.
fn url(source: &mut Value, read: &Url) {
    let written = read.to_value();
    let Some(map) = source.as_object_mut() else { return };
    for key in ["host", "path", "query"] {
        let fits = match map.get(key) {
            Some(Value::Array(list)) => key != "query" || list.iter().all(Value::is_object),
            other => other.is_none_or(Value::is_null),
        };
        if !fits {
            match written.get(key) {
                Some(value) => map.insert(key.to_owned(), value.clone()),
                None => map.shift_remove(key),
            };
        }
    }
    for variable in map.get_mut("variable").and_then(Value::as_array_mut).into_iter().flatten() {
        let Some(entry) = variable.as_object_mut() else { continue };
        if entry.get("key").is_none_or(Value::is_null)
            && let Some(id) = entry.shift_remove("id")
        {
            entry.shift_insert(0, "key".into(), id);
        }
    }
}

/// Forms as lists, a file as an object, the mode in small letters.
fn body(source: &mut Value, read: &Body) {
    let written = read.to_value();
    let Some(map) = source.as_object_mut() else { return };
    map.insert("mode".into(), read.mode.name().into());
    let key = read.mode.name();
    let fits = match read.mode {
        BodyMode::Urlencoded | BodyMode::Formdata => map.get(key).is_none_or(is_list_of_objects),
        BodyMode::File => map.get(key).is_none_or(Value::is_object),
        BodyMode::Raw | BodyMode::Graphql => true,
    };
    if !fits {
        match written.get(key) {
            Some(value) => map.insert(key.to_owned(), value.clone()),
            None => map.shift_remove(key),
        };
    }
}

fn is_list_of_objects(value: &Value) -> bool {
    value.as_array().is_some_and(|list| list.iter().all(Value::is_object))
}

/// JavaScript's truthiness, as far as it matters for what makes a folder.
fn truthy(value: &Value) -> bool {
    !matches!(value, Value::Null | Value::Bool(false)) && value != "" && value.as_f64() != Some(0.0)
}
