//! A request's file, and that of a saved response.

use std::collections::HashSet;

use serde_json::{Map, Value, json};

use super::body::body;
use super::definition::auth;
use super::fields::{Fields, Notes, Outcome, entries};
use super::script::{Owner, scripts};
use super::yaml::{Kind, Node, YamlFile};
use crate::collection::{Url, split};

/// Methods whose body newman leaves away; the Postman CLI sends it for this format.
pub(super) const PRUNED: &[&str] = &["GET", "COPY", "HEAD", "PURGE", "UNLOCK"];

/// Kinds of requests that Postman has and postbud does not run.
const UNSUPPORTED: &[&str] = &[
    "grpc-request",
    "ws-raw-request",
    "ws-socketio-request",
    "mqtt-request",
    "mcp-request",
    "llm-request",
    "kafka-request",
];

/// A request that was read.
pub(super) struct Entity {
    pub(super) name: Option<String>,
    pub(super) order: f64,
    /// It is a `graphql-request`.
    pub(super) graphql: bool,
    /// The v2.1 item, without its name.
    pub(super) item: Map<String, Value>,
}

/// Reads a request; nothing for kinds that are not run.
pub(super) fn read(file: &YamlFile, notes: &mut Notes) -> Outcome<Option<Entity>> {
    let node = file.parse()?;
    let fields = Fields::of(file, &node, "a request")?;
    let help = "a request has `$kind: http-request`";
    let Some(kind) = fields.text("$kind")? else {
        return Err(file.error_with_help(node.at, "the file has no `$kind`", help));
    };
    let graphql = match kind.as_str() {
        "http-request" => false,
        "graphql-request" => true,
        other if UNSUPPORTED.contains(&other) => {
            notes.warnings.push(format!("{}: postbud does not run a `{other}`; it is left out", file.file.name));
            notes.dropped.push(format!("the `{other}` {}", file.file.name));
            return Ok(None);
        }
        other => {
            let at = fields.get("$kind").map_or(node.at, |node| node.at);
            return Err(file.error_with_help(at, &format!("`{other}` is no kind of a request"), help));
        }
    };
    let mut request = request(&fields, graphql, notes)?;
    fields.copy("description", &mut request, "description")?;
    let mut item = Map::new();
    fields.copy("id", &mut item, "id")?;
    let owner = if graphql { Owner::Graphql } else { Owner::Http };
    let events = scripts(file, fields.get("scripts"), owner, notes)?.events;
    if !events.is_empty() {
        item.insert("event".into(), events.into());
    }
    let mut behavior = settings(file, fields.get("settings"))?;
    prune(&mut behavior, &request);
    item.insert("request".into(), Value::Object(request));
    item.insert("response".into(), json!([]));
    if !behavior.is_empty() {
        item.insert("protocolProfileBehavior".into(), Value::Object(behavior));
    }
    let entity = Entity { name: fields.text("name")?, order: fields.number("order")?, graphql, item };
    let _ = fields.raw("examples");
    fields.note_unknown(notes);
    Ok(Some(entity))
}

/// Method, URL, headers, body and authorization.
fn request(fields: &Fields<'_>, graphql: bool, notes: &mut Notes) -> Outcome<Map<String, Value>> {
    let file = fields.file;
    let mut map = Map::new();
    if let Some(auth) = auth(file, fields.raw("auth"), false, notes)? {
        map.insert("auth".into(), auth);
    }
    let method = fields.text("method")?.filter(|method| !method.is_empty());
    let default = if graphql { "POST" } else { "GET" };
    map.insert("method".into(), method.map_or_else(|| default.to_owned(), |method| method.to_uppercase()).into());
    let mut headers = Vec::new();
    if let Some(node) = fields.get("headers") {
        for entry in entries(file, node, "headers")? {
            let mut header = entry.to_value(file, "headers", notes)?;
            // In v2.1 the value null is the text "null".
            if header.get("value").is_none_or(Value::is_null) {
                header.insert("value".into(), "".into());
            }
            headers.push(Value::Object(header));
        }
    }
    map.insert("header".into(), headers.into());
    let body = if graphql { Some(query(fields)) } else { body(file, fields.get("body"), notes)? };
    if let Some(body) = body {
        map.insert("body".into(), body);
    }
    map.insert("url".into(), url(fields, notes)?);
    Ok(map)
}

/// The body of a `graphql-request`.
fn query(fields: &Fields<'_>) -> Value {
    let mut content = Map::new();
    for key in ["query", "operationName", "variables"] {
        if let Some(node) = fields.raw(key) {
            content.insert(key.to_owned(), node.to_json());
        }
    }
    json!({"mode": "graphql", "graphql": content})
}

/// The URL in parts: `queryParams` take the place of parameters of the same names, and follow the others.
fn url(fields: &Fields<'_>, notes: &mut Notes) -> Outcome<Value> {
    let file = fields.file;
    let text = fields.text("url")?.unwrap_or_default();
    let mut parts = split::split(&text);
    let mut plain = true;
    if let Some(node) = fields.get("queryParams") {
        let mut added = Vec::new();
        for entry in entries(file, node, "queryParams")? {
            if entry.value.is_none() {
                let message = format!("the query parameter `{}` has no `value`", entry.key);
                return Err(file.error_with_help(entry.at, &message, "`value: null` sends it without an equals sign"));
            }
            added.push(Value::Object(entry.to_value(file, "queryParams", notes)?));
        }
        if !added.is_empty() {
            let named: HashSet<&str> = added.iter().filter_map(|param| param["key"].as_str()).collect();
            let mut query = match parts.get("query") {
                Some(Value::Array(query)) => query.clone(),
                _ => Vec::new(),
            };
            query.retain(|param| !named.contains(param["key"].as_str().unwrap_or_default()));
            drop(named);
            query.append(&mut added);
            parts.insert("query".into(), query.into());
            plain = false;
        }
    }
    if let Some(node) = fields.get("pathVariables") {
        let mut variables = Vec::new();
        for entry in entries(file, node, "pathVariables")? {
            let mut variable = entry.to_value(file, "pathVariables", notes)?;
            if variable.get("value").is_none_or(Value::is_null) {
                variable.insert("value".into(), "".into());
            }
            variables.push(Value::Object(variable));
        }
        if !variables.is_empty() {
            parts.insert("variable".into(), variables.into());
            plain = false;
        }
    }
    if plain {
        // Parts that would not make the same text again are not worth having.
        let again = Url::from_value(&Value::Object(parts.clone())).assemble();
        return Ok(if again == text && !text.is_empty() { Value::Object(parts) } else { text.into() });
    }
    let raw = split::raw(&parts);
    parts.insert("raw".into(), raw.into());
    Ok(Value::Object(parts))
}

/// `settings` as `protocolProfileBehavior`; the list of system headers becomes a map.
fn settings(file: &YamlFile, node: Option<&Node>) -> Outcome<Map<String, Value>> {
    let Some(node) = node else { return Ok(Map::new()) };
    let Kind::Map(entries) = &node.kind else {
        return Err(file.error(node.at, &format!("`settings` must be a map, not {}", node.name())));
    };
    let mut map = Map::new();
    for (key, value) in entries {
        let value = match &value.kind {
            Kind::List(names) if key.text == "disabledSystemHeaders" => {
                let names = names.iter().filter_map(|name| file.text(name));
                Value::Object(names.map(|name| (name, Value::Bool(true))).collect())
            }
            _ => value.to_json(),
        };
        map.insert(key.text.clone(), value);
    }
    Ok(map)
}

/// The CLI sends the body of every method; a collection that came from v2.1 says where that is not meant.
fn prune(behavior: &mut Map<String, Value>, request: &Map<String, Value>) {
    let method = request.get("method").and_then(Value::as_str).unwrap_or_default();
    match behavior.get("disableBodyPruning") {
        Some(Value::Bool(false)) => {
            behavior.shift_remove("disableBodyPruning");
        }
        None if request.contains_key("body") && PRUNED.contains(&method) => {
            behavior.insert("disableBodyPruning".into(), true.into());
        }
        _ => {}
    }
}

/// A saved response as v2.1 has it, with its place among its siblings.
pub(super) fn example(file: &YamlFile, stem: &str, notes: &mut Notes) -> Outcome<(f64, Value)> {
    let node = file.parse()?;
    let fields = Fields::of(file, &node, "a saved response")?;
    let _ = fields.raw("$kind");
    let mut map = Map::new();
    fields.copy("id", &mut map, "id")?;
    map.insert("name".into(), fields.text("name")?.unwrap_or_else(|| stem.to_owned()).into());
    if let Some(node) = fields.get("request") {
        let asked = Fields::of(file, node, "`request`")?;
        map.insert("originalRequest".into(), Value::Object(request(&asked, false, notes)?));
        asked.note_unknown(notes);
    }
    if let Some(node) = fields.get("response") {
        let answer = Fields::of(file, node, "`response`")?;
        answer.copy("statusText", &mut map, "status")?;
        if let Some(code) = answer.get("statusCode") {
            map.insert("code".into(), code.to_json());
        }
        if let Some(node) = answer.get("headers") {
            let mut headers = Vec::new();
            for entry in entries(file, node, "headers")? {
                headers.push(Value::Object(entry.to_value(file, "headers", notes)?));
            }
            map.insert("header".into(), headers.into());
        }
        if let Some(content) = body(file, answer.get("body"), notes)? {
            if let Some(language) = content.pointer("/options/raw/language") {
                map.insert("_postman_previewlanguage".into(), language.clone());
            }
            map.insert("body".into(), content.get("raw").cloned().unwrap_or(Value::Null));
        }
        answer.note_unknown(notes);
    }
    let order = fields.number("order")?;
    fields.note_unknown(notes);
    Ok((order, Value::Object(map)))
}
