//! One request: URL, headers, body, saved responses.

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value, json};

use super::{auth, copy, put, put_common};
use crate::collection::{Url, is_empty, opt_text, split};
use crate::variables::truthy;

/// The item of a request.
pub(super) fn item(id: &str, source: &Value, requests: &HashMap<String, &Value>) -> Value {
    let mut map = Map::new();
    map.insert("id".into(), id.into());
    map.insert("name".into(), opt_text(source.get("name")).unwrap_or_default().into());
    put_common(&mut map, source);
    map.insert("request".into(), request(source));
    map.insert("response".into(), responses(source, requests));
    Value::Object(map)
}

/// The request itself.
fn request(source: &Value) -> Value {
    let mut map = Map::new();
    put(&mut map, "auth", auth::of(source));
    put(&mut map, "method", opt_text(source.get("method")));
    map.insert("header".into(), headers(source).into());
    put(&mut map, "body", body(source));
    put(&mut map, "url", url(source));
    copy(&mut map, source, &["description"]);
    Value::Object(map)
}

/// The URL's parts; `queryParams` stand for its query, path variables are added.
fn url(source: &Value) -> Option<Value> {
    let text = opt_text(source.get("url"))?;
    let mut url = split::split(&text);
    if let Some(params) = source.get("queryParams").and_then(Value::as_array).filter(|params| !params.is_empty()) {
        url.insert("query".into(), params.iter().filter_map(Value::as_object).map(query_param).collect());
        let raw = split::raw(&url);
        url.insert("raw".into(), raw.into());
    }
    let variables = path_variables(source);
    if !variables.is_empty() {
        url.insert("variable".into(), variables.into());
    } else if url.get("raw").is_some_and(|raw| *raw == text)
        && Url::from_value(&Value::Object(url.clone())).assemble() != text
    {
        // Parts that would not make the same text again are not worth having.
        return Some(text.into());
    }
    Some(Value::Object(url))
}

fn query_param(entry: &Map<String, Value>) -> Value {
    let mut map = entry_of(entry);
    let bare = map.shift_remove("equals") == Some(Value::Bool(false)) && !entry.get("value").is_some_and(truthy);
    if bare {
        map.insert("value".into(), Value::Null);
    }
    Value::Object(map)
}

/// `pathVariableData`, then what only `pathVariables` names.
fn path_variables(source: &Value) -> Vec<Value> {
    let mut list: Vec<Value> = source
        .get("pathVariableData")
        .and_then(Value::as_array)
        .map(|data| data.iter().filter(|entry| entry.is_object()).cloned().collect())
        .unwrap_or_default();
    if let Some(map) = source.get("pathVariables").and_then(Value::as_object) {
        for (key, value) in map {
            if !list.iter().any(|entry| entry.get("key").and_then(Value::as_str) == Some(key)) {
                list.push(json!({"key": key, "value": value}));
            }
        }
    }
    list
}

/// `headerData`, then the lines of `headers` whose names are not among them.
fn headers(source: &Value) -> Vec<Value> {
    let mut list: Vec<Value> = match source.get("headerData") {
        Some(Value::Array(data)) => data.iter().filter_map(Value::as_object).map(|e| entry_of(e).into()).collect(),
        _ => Vec::new(),
    };
    let named: HashSet<String> = list.iter().filter_map(|entry| opt_text(entry.get("key"))).collect();
    let lines: Vec<Value> = match source.get("headers") {
        Some(Value::String(text)) => text.lines().filter_map(header_line).collect(),
        Some(Value::Array(entries)) => entries
            .iter()
            .filter_map(|entry| match entry {
                Value::String(line) => header_line(line),
                Value::Object(_) => Some(entry.clone()),
                _ => None,
            })
            .collect(),
        _ => Vec::new(),
    };
    list.extend(lines.into_iter().filter(|line| !opt_text(line.get("key")).is_some_and(|key| named.contains(&key))));
    list
}

/// `Name: value`, switched off by `//` in front; no name, or one with a blank in it, drops the line.
fn header_line(line: &str) -> Option<Value> {
    let (line, disabled) = line.strip_prefix("//").map_or((line, false), |rest| (rest.trim_start(), true));
    let (key, value) = line.split_once(": ").or_else(|| split_outside_tokens(line))?;
    if key.is_empty() || key.contains(char::is_whitespace) {
        return None;
    }
    let mut map = Map::new();
    map.insert("key".into(), key.into());
    map.insert("value".into(), value.trim().into());
    if disabled {
        map.insert("disabled".into(), true.into());
    }
    Some(Value::Object(map))
}

/// At the first colon that does not stand inside `{{…}}`.
fn split_outside_tokens(line: &str) -> Option<(&str, &str)> {
    let mut tokens = crate::variables::tokens(line).peekable();
    let (at, _) = line.match_indices(':').find(|(at, _)| {
        while tokens.next_if(|(_, end)| end <= at).is_some() {}
        tokens.peek().is_none_or(|(start, _)| at < start)
    })?;
    Some((&line[..at], &line[at + 1..]))
}

/// The body by `dataMode`, or by what is there.
fn body(source: &Value) -> Option<Value> {
    let mode = match source.get("dataMode") {
        Some(Value::Null) => return None,
        Some(Value::String(mode)) => mode.as_str(),
        _ => "",
    };
    let field = |key: &str| source.get(key).filter(|value| !is_empty(value));
    let raw = || {
        raw_text(source.get("rawModeData"))
            .filter(|text| !text.is_empty())
            .or_else(|| field("data")?.as_str().map(str::to_owned))
    };
    let mode = match mode {
        "raw" | "params" | "urlencoded" | "binary" | "graphql" => mode,
        _ if raw().is_some_and(|text| !text.is_empty()) => "raw",
        _ if field("data").is_some_and(Value::is_array) => "params",
        _ if field("graphqlModeData").is_some() => "graphql",
        _ => return None,
    };
    let mut map = Map::new();
    let (mode, content) = match mode {
        "params" => ("formdata", Some(form(source.get("data"), true))),
        "urlencoded" => ("urlencoded", Some(form(source.get("data"), false))),
        "binary" => {
            let src = raw_text(source.get("rawModeData")).filter(|src| !src.is_empty());
            ("file", Some(src.map_or_else(|| json!({}), |src| json!({"src": src}))))
        }
        "graphql" => ("graphql", field("graphqlModeData").cloned()),
        _ => ("raw", Some(raw().unwrap_or_default().into())),
    };
    map.insert("mode".into(), mode.into());
    put(&mut map, mode, content);
    put(&mut map, "options", field("dataOptions").map(options));
    if source.get("dataDisabled").is_some_and(truthy) {
        map.insert("disabled".into(), true.into());
    }
    Some(Value::Object(map))
}

/// The text of `rawModeData`: a text, or the first of a list.
fn raw_text(value: Option<&Value>) -> Option<String> {
    match value? {
        Value::String(text) => Some(text.clone()),
        Value::Array(list) => list.first().and_then(Value::as_str).map(str::to_owned),
        _ => None,
    }
}

/// Parameters that have a key; a file's path stands in `value`.
fn form(data: Option<&Value>, files: bool) -> Value {
    let entries = data.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    entries
        .iter()
        .filter_map(Value::as_object)
        .filter(|entry| entry.get("key").is_some_and(|key| !key.is_null()))
        .map(|entry| {
            let mut map = entry_of(entry);
            let is_file =
                files && entry.get("type").and_then(Value::as_str) == Some("file") && !map.contains_key("src");
            if is_file && let Some(path) = map.shift_remove("value") {
                map.insert("src".into(), path);
            }
            Value::Object(map)
        })
        .collect()
}

/// Options under the names that modes have now.
fn options(value: &Value) -> Value {
    let Some(map) = value.as_object() else { return value.clone() };
    map.iter()
        .map(|(key, value)| {
            let key = match key.as_str() {
                "params" => "formdata",
                "binary" => "file",
                other => other,
            };
            (key.to_owned(), value.clone())
        })
        .collect::<Map<_, _>>()
        .into()
}

/// An entry whose `enabled: false` is called `disabled` now.
fn entry_of(entry: &Map<String, Value>) -> Map<String, Value> {
    let mut map = entry.clone();
    if map.shift_remove("enabled") == Some(Value::Bool(false)) {
        map.insert("disabled".into(), true.into());
    }
    map
}

/// Saved responses, in `responses_order` where that stands.
fn responses(source: &Value, requests: &HashMap<String, &Value>) -> Value {
    let Some(list) = source.get("responses").and_then(Value::as_array) else { return json!([]) };
    let mut list: Vec<&Value> = list.iter().filter(|response| response.is_object()).collect();
    if let Some(order) = source.get("responses_order").and_then(Value::as_array) {
        list.sort_by_key(|response| {
            let id = response.get("id").unwrap_or(&Value::Null);
            order.iter().position(|wanted| wanted == id).unwrap_or(usize::MAX)
        });
    }
    list.into_iter().map(|saved| response(saved, requests)).collect()
}

fn response(saved: &Value, requests: &HashMap<String, &Value>) -> Value {
    let mut map = Map::new();
    copy(&mut map, saved, &["id", "name"]);
    let parsed = |text: &str| serde_json::from_str::<Value>(text).ok().filter(Value::is_object);
    let original = match saved.get("requestObject").or_else(|| saved.get("request")) {
        Some(Value::String(text)) => {
            parsed(text).map(|value| request(&value)).or_else(|| requests.get(text).map(|of| request(of)))
        }
        Some(value @ Value::Object(_)) => Some(request(value)),
        _ => None,
    };
    put(&mut map, "originalRequest", original);
    let code = saved.get("responseCode");
    let status = saved.get("status").or_else(|| code.and_then(|code| code.get("name")));
    put(&mut map, "status", status.cloned());
    put(&mut map, "code", code.and_then(|code| code.get("code")).or_else(|| saved.get("code")).cloned());
    put(&mut map, "_postman_previewlanguage", saved.get("language").cloned());
    let header = match saved.get("headers") {
        Some(Value::String(text)) => Some(text.lines().filter_map(header_line).collect()),
        other => other.cloned(),
    };
    put(&mut map, "header", header);
    map.insert("cookie".into(), saved.get("cookies").cloned().unwrap_or_else(|| json!([])));
    put(&mut map, "responseTime", saved.get("time").cloned());
    put(&mut map, "body", saved.get("text").or_else(|| saved.get("body")).cloned());
    Value::Object(map)
}
