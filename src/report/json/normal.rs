//! Items and folders as newman writes them, whatever way they were authored: URLs in parts, descriptions as objects, lists that are
//! there also when empty (the form of the Postman collection SDK's `toJSON`).

use serde_json::{Map, Value, json};

use super::super::format::uuid_of;

/// An item, a folder or a collection.
pub(super) fn group(source: &Value) -> Value {
    let Some(members) = source.as_object() else { return source.clone() };
    let mut out = Map::new();
    if let Some(info) = members.get("info") {
        let extra = [("postman_id", "_postman_id"), ("exporter_id", "_exporter_id")];
        let extra: Map<String, Value> =
            extra.iter().filter_map(|(name, key)| Some(((*name).to_owned(), info.get(key)?.clone()))).collect();
        if !extra.is_empty() {
            out.insert("_".to_owned(), Value::Object(extra));
        }
    } else {
        let id = members.get("id").or_else(|| members.get("_postman_id")).filter(|id| id.is_string());
        out.insert("id".to_owned(), id.cloned().unwrap_or_else(|| Value::from(uuid_of(&[&source.to_string(), "id"]))));
    }
    for (name, value) in members {
        let value = match name.as_str() {
            "_postman_id" | "id" | "_" => continue,
            "request" => request(value),
            "description" => description(value),
            "event" => events(value),
            "item" => value.as_array().into_iter().flatten().map(group).collect(),
            "info" => info(value),
            _ => value.clone(),
        };
        out.insert(name.clone(), value);
    }
    let lists: &[&str] = match (members.contains_key("info"), members.contains_key("item")) {
        (true, _) => &["event", "variable"],
        (false, true) => &["event"],
        (false, false) => &["response", "event"],
    };
    for list in lists {
        out.entry(*list).or_insert_with(|| json!([]));
    }
    Value::Object(out)
}

fn info(value: &Value) -> Value {
    let mut out = value.clone();
    if let Some(text) = value.get("description").filter(|text| text.is_string()) {
        out["description"] = description(text);
    }
    out
}

/// A description, which may be only its text.
pub(super) fn description(value: &Value) -> Value {
    match value {
        Value::String(text) => json!({ "content": text, "type": "text/plain" }),
        other => other.clone(),
    }
}

fn request(value: &Value) -> Value {
    let Some(members) = value.as_object() else { return json!({ "url": url(value), "method": "GET" }) };
    let mut out = Map::new();
    out.insert("url".to_owned(), url(members.get("url").unwrap_or(&Value::Null)));
    for (name, value) in members {
        let value = match name.as_str() {
            "url" => continue,
            "description" => description(value),
            "auth" => auth(value),
            "header" => value.as_array().into_iter().flatten().map(described).collect(),
            _ => value.clone(),
        };
        out.insert(name.clone(), value);
    }
    out.entry("method").or_insert_with(|| Value::from("GET"));
    Value::Object(out)
}

/// An authorization, with an empty list for the type that has no parameters.
fn auth(value: &Value) -> Value {
    let mut out = value.clone();
    if let (Some(kind), Some(members)) = (value.get("type").and_then(Value::as_str), out.as_object_mut()) {
        members.entry(kind).or_insert_with(|| json!([]));
    }
    out
}

fn described(entry: &Value) -> Value {
    let mut out = entry.clone();
    if let Some(text) = entry.get("description").filter(|text| text.is_string()) {
        out["description"] = description(text);
    }
    out
}

fn url(value: &Value) -> Value {
    let raw = value.as_str().or_else(|| value.get("raw").and_then(Value::as_str)).unwrap_or_default();
    let mut out = parts(raw);
    if let Some(members) =
        value.as_object().filter(|members| members.contains_key("host") || members.contains_key("path"))
    {
        out = Map::new();
        for name in ["protocol", "auth", "port", "path", "host", "query", "variable", "hash"] {
            let Some(value) = members.get(name) else { continue };
            let value = match (name, value) {
                ("path", Value::String(text)) => text.trim_start_matches('/').split('/').collect(),
                ("host", Value::String(text)) => text.split('.').collect(),
                ("query" | "variable", Value::Array(entries)) => entries.iter().map(described).collect(),
                _ => value.clone(),
            };
            out.insert(name.to_owned(), value);
        }
    } else if let Some(variable) = value.get("variable").and_then(Value::as_array) {
        out.insert("variable".to_owned(), variable.iter().map(described).collect());
    }
    for list in ["query", "variable"] {
        out.entry(list).or_insert_with(|| json!([]));
    }
    Value::Object(out)
}

/// A URL in its parts; variables are text like any other.
fn parts(raw: &str) -> Map<String, Value> {
    let mut out = Map::new();
    let (rest, hash) = raw.split_once('#').map_or((raw, None), |(rest, hash)| (rest, Some(hash)));
    let (rest, query) = rest.split_once('?').map_or((rest, None), |(rest, query)| (rest, Some(query)));
    let rest = rest.split_once("://").map_or(rest, |(protocol, rest)| {
        out.insert("protocol".to_owned(), Value::from(protocol));
        rest
    });
    let (host, path) = rest.split_once('/').map_or((rest, None), |(host, path)| (host, Some(path)));
    let (host, port) = host
        .rsplit_once(':')
        .filter(|(_, port)| !port.contains(['}', ']']))
        .map_or((host, None), |(h, p)| (h, Some(p)));
    if let Some(port) = port {
        out.insert("port".to_owned(), Value::from(port));
    }
    if let Some(path) = path {
        out.insert("path".to_owned(), path.split('/').collect());
    }
    if !host.is_empty() {
        out.insert("host".to_owned(), host.split('.').collect());
    }
    let pair = |pair: &str| {
        let (key, value) = pair.split_once('=').map_or((pair, Value::Null), |(key, value)| (key, Value::from(value)));
        json!({ "key": key, "value": value })
    };
    out.insert("query".to_owned(), query.into_iter().flat_map(|query| query.split('&')).map(pair).collect());
    if let Some(hash) = hash {
        out.insert("hash".to_owned(), Value::from(hash));
    }
    out
}

fn events(value: &Value) -> Value {
    value.as_array().into_iter().flatten().map(event).collect()
}

fn event(value: &Value) -> Value {
    let mut out = value.clone();
    let Some(script) = value.get("script") else { return out };
    let mut members = script.as_object().cloned().unwrap_or_default();
    let exec = if script.is_string() || script.is_array() { Some(script) } else { script.get("exec") };
    let exec = match exec {
        Some(Value::String(text)) => text.split('\n').collect(),
        Some(other) => other.clone(),
        None => json!([]),
    };
    members.entry("id").or_insert_with(|| Value::from(uuid_of(&[&value.to_string(), "script"])));
    members.entry("type").or_insert_with(|| Value::from("text/javascript"));
    members.insert("exec".to_owned(), exec);
    out["script"] = Value::Object(members);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_short_is_written_out() {
        let item = group(
            &json!({ "id": "1", "name": "n", "request": "https://{{host}}:8080/a/b?x=1&y#z", "event": [{ "listen": "test", "script": { "id": "s", "exec": "a\nb" } }] }),
        );
        assert_eq!(
            item,
            json!({
                "id": "1", "name": "n",
                "request": {
                    "url": { "protocol": "https", "port": "8080", "path": ["a", "b"], "host": ["{{host}}"],
                        "query": [{ "key": "x", "value": "1" }, { "key": "y", "value": null }], "variable": [], "hash": "z" },
                    "method": "GET",
                },
                "response": [],
                "event": [{ "listen": "test", "script": { "id": "s", "type": "text/javascript", "exec": ["a", "b"] } }],
            })
        );
        let collection = group(&json!({ "info": { "name": "c", "_postman_id": "1", "description": "d" }, "item": [] }));
        assert_eq!(
            collection,
            json!({ "_": { "postman_id": "1" }, "info": { "name": "c", "_postman_id": "1", "description": { "content": "d", "type": "text/plain" } },
                "item": [], "event": [], "variable": [] })
        );
    }
}
