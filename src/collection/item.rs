//! The tree of a collection: folders, items, their scripts and settings.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::auth::AuthSpec;
use super::opt_text;
use super::request::Request;
use crate::variables::{Variable, truthy};

/// A collection as written.
#[derive(Debug, Clone, Default)]
pub struct Collection {
    /// `info._postman_id`, or made up.
    pub id: String,
    /// `info.name`, else the id.
    pub name: String,
    /// Folders and items in order.
    pub nodes: Vec<Node>,
    /// Scripts of the root.
    pub scripts: Vec<Script>,
    /// Collection variables.
    pub variables: Vec<Variable>,
    /// Authorization that items inherit.
    pub auth: Option<AuthSpec>,
    /// `protocolProfileBehavior`.
    pub behavior: Map<String, Value>,
    /// The file's JSON; folders and items that had no id have the one made up for them.
    pub source: Arc<Value>,
}

/// A folder or an item.
#[derive(Debug, Clone)]
pub enum Node {
    /// A folder.
    Folder(Box<Folder>),
    /// A request.
    Item(Box<Item>),
}

/// A folder as written.
#[derive(Debug, Clone, Default)]
pub struct Folder {
    /// Id, or made up.
    pub id: String,
    /// Name.
    pub name: String,
    /// What it holds.
    pub nodes: Vec<Node>,
    /// Its scripts.
    pub scripts: Vec<Script>,
    /// Authorization for what it holds.
    pub auth: Option<AuthSpec>,
    /// `protocolProfileBehavior`.
    pub behavior: Map<String, Value>,
    /// `description`, where it is text.
    pub description: Option<String>,
}

/// A request with its scripts.
#[derive(Debug, Clone, Default)]
pub struct Item {
    /// Id, or made up.
    pub id: String,
    /// Name as written.
    pub name: String,
    /// The request.
    pub request: Request,
    /// Its scripts.
    pub scripts: Vec<Script>,
    /// `protocolProfileBehavior`.
    pub behavior: Map<String, Value>,
    /// `description` of the request, where it is text.
    pub description: Option<String>,
}

/// A script that runs: enabled, of a phase that exists.
#[derive(Debug, Clone, PartialEq)]
pub struct Script {
    /// `prerequest` or `test`.
    pub listen: Listen,
    /// Its id, or made up.
    pub id: String,
    /// Its text; empty ones are run and counted too.
    pub source: Arc<str>,
}

/// When a script runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Listen {
    /// Before the request.
    Prerequest,
    /// After the response.
    Test,
}

impl Collection {
    /// Reads a v2.0 or v2.1 object; lenient as newman is. The caller has checked that it is a collection.
    pub fn from_value(mut source: Value) -> Self {
        identify(source.get_mut("item"));
        let info = source.get("info");
        let id = info
            .and_then(|info| opt_text(info.get("_postman_id")).or_else(|| opt_text(info.get("id"))))
            .or_else(|| opt_text(source.get("id")))
            .unwrap_or_else(new_id);
        let name = info
            .and_then(|info| opt_text(info.get("name")))
            .or_else(|| opt_text(source.get("name")))
            .unwrap_or_else(|| id.clone());
        Self {
            id,
            name,
            nodes: Node::list(source.get("item")),
            scripts: Script::list(source.get("event")),
            variables: variables(source.get("variable")),
            auth: source.get("auth").and_then(AuthSpec::from_value),
            behavior: behavior(&source),
            source: Arc::new(source),
        }
    }
}

impl Node {
    fn list(value: Option<&Value>) -> Vec<Self> {
        match value {
            Some(Value::Array(items)) => items.iter().filter(|v| !v.is_null()).map(Self::from_value).collect(),
            Some(single @ Value::Object(_)) => vec![Self::from_value(single)],
            _ => Vec::new(),
        }
    }

    /// A truthy `item` makes a folder, whatever else stands there.
    fn from_value(value: &Value) -> Self {
        let id = own_id(value).unwrap_or_else(new_id);
        let name = opt_text(value.get("name")).unwrap_or_default();
        let scripts = Script::list(value.get("event"));
        if value.get("item").is_some_and(truthy) {
            return Self::Folder(Box::new(Folder {
                id,
                name,
                nodes: Self::list(value.get("item")),
                scripts,
                auth: value.get("auth").and_then(AuthSpec::from_value),
                behavior: behavior(value),
                description: description(value),
            }));
        }
        let request = value.get("request").map(Request::from_value).unwrap_or_default();
        Self::Item(Box::new(Item {
            id,
            name,
            description: description(value.get("request").unwrap_or(&Value::Null)),
            request,
            scripts,
            behavior: behavior(value),
        }))
    }
}

impl Item {
    /// The item in v2.1 form, as reports show it: id, name, request, event.
    pub fn to_value(&self) -> Value {
        let mut map = Map::new();
        map.insert("id".into(), self.id.clone().into());
        if !self.name.is_empty() {
            map.insert("name".into(), self.name.clone().into());
        }
        map.insert("request".into(), self.request.to_value());
        map.insert("response".into(), Value::Array(Vec::new()));
        map.insert("event".into(), self.scripts.iter().map(Script::to_value).collect());
        if !self.behavior.is_empty() {
            map.insert("protocolProfileBehavior".into(), Value::Object(self.behavior.clone()));
        }
        Value::Object(map)
    }
}

impl Script {
    fn list(value: Option<&Value>) -> Vec<Self> {
        match value {
            Some(Value::Array(events)) => events.iter().filter_map(Self::from_event).collect(),
            Some(single @ Value::Object(_)) => Self::from_event(single).into_iter().collect(),
            _ => Vec::new(),
        }
    }

    fn from_event(event: &Value) -> Option<Self> {
        if super::disabled(event) {
            return None;
        }
        let listen = match event.get("listen")?.as_str()? {
            "prerequest" => Listen::Prerequest,
            "test" => Listen::Test,
            _ => return None,
        };
        let script = event.get("script")?;
        let mut id = None;
        let source = match script {
            Value::String(_) | Value::Array(_) => lines(script),
            Value::Object(map) => {
                id = opt_text(map.get("id"));
                // With `src` the text is ignored and nothing runs.
                if map.get("src").is_some_and(truthy) { String::new() } else { map.get("exec").map(lines)? }
            }
            _ => return None,
        };
        Some(Self { listen, id: id.unwrap_or_else(new_id), source: source.into() })
    }

    fn to_value(&self) -> Value {
        let lines: Vec<&str> = self.source.split('\n').collect();
        let listen = match self.listen {
            Listen::Prerequest => "prerequest",
            Listen::Test => "test",
        };
        serde_json::json!({"listen": listen, "script": {"id": self.id, "type": "text/javascript", "exec": lines}})
    }
}

/// A script's text: one string, or lines.
pub(crate) fn lines(value: &Value) -> String {
    match value {
        Value::String(text) => text.replace("\r\n", "\n"),
        Value::Array(lines) => lines
            .iter()
            .map(|line| if line.is_null() { String::new() } else { super::text(line) })
            .collect::<Vec<_>>()
            .join("\n"),
        _ => String::new(),
    }
}

fn variables(value: Option<&Value>) -> Vec<Variable> {
    match value {
        Some(Value::Array(entries)) => entries.iter().filter_map(Variable::from_value).collect(),
        _ => Vec::new(),
    }
}

fn behavior(value: &Value) -> Map<String, Value> {
    value.get("protocolProfileBehavior").and_then(Value::as_object).cloned().unwrap_or_default()
}

fn description(value: &Value) -> Option<String> {
    match value.get("description")? {
        Value::String(text) => Some(text.clone()),
        object => object.get("content").and_then(Value::as_str).map(str::to_owned),
    }
}

fn own_id(value: &Value) -> Option<String> {
    ["id", "_postman_id", "uid"].iter().find_map(|key| opt_text(value.get(*key)).filter(|id| !id.is_empty()))
}

/// Gives folders and items without an id one, so that exports and reports name them as the run does.
fn identify(items: Option<&mut Value>) {
    let items = match items {
        Some(Value::Array(items)) => items.as_mut_slice(),
        Some(single @ Value::Object(_)) => std::slice::from_mut(single),
        _ => return,
    };
    for item in items {
        let known = own_id(item).is_some();
        if let Value::Object(members) = item {
            if !known {
                members.insert("id".to_owned(), Value::from(new_id()));
            }
            identify(members.get_mut("item"));
        }
    }
}

/// An id for what the file left without one.
pub(crate) fn new_id() -> String {
    // Large files ask for tens of thousands; a system call for each would show.
    uuid::Builder::from_random_bytes(rand::random()).into_uuid().to_string()
}
