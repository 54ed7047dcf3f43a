//! v2.1 written as v1: requests, folders and their order in lists beside each other.

use serde_json::{Map, Value, json};

use super::Losses;
use crate::collection::item::new_id;
use crate::collection::{AuthSpec, HeaderEntry, Url, split};
use crate::variables::truthy;

/// A collection in v2.1 form as v1, and what it cannot say there.
pub fn v1(value: &Value) -> (Value, Losses) {
    let mut writer = Writer::default();
    let null = Value::Null;
    let info = value.get("info").unwrap_or(&null);
    let mut map = Map::new();
    let id = [info.get("_postman_id"), info.get("id"), value.get("id")].into_iter().flatten().find(|id| truthy(id));
    map.insert("id".into(), id.cloned().unwrap_or_else(|| new_id().into()));
    // The format is known by its name, which therefore cannot be empty.
    let name = [info.get("name"), value.get("name")].into_iter().flatten().find(|name| truthy(name)).cloned();
    map.insert("name".into(), name.unwrap_or_else(|| map["id"].clone()));
    copy(&mut map, info, &["description", "version"]);
    writer.check(
        info,
        "the collection",
        &["_postman_id", "id", "name", "description", "version", "schema", "_exporter_id", "_collection_link"],
    );
    writer.check(value, "the collection", &["info", "id", "name", "item", SCOPE[0], SCOPE[1], SCOPE[2], SCOPE[3]]);
    writer.scope(&mut map, value);
    let (order, folders) = writer.items(value.get("item"), None);
    map.insert("order".into(), order.into());
    map.insert("folders_order".into(), folders.into());
    map.insert("folders".into(), writer.folders.into());
    map.insert("requests".into(), writer.requests.into());
    (Value::Object(map), writer.losses)
}

/// What collections, folders and requests have in common.
const SCOPE: [&str; 4] = ["event", "variable", "auth", "protocolProfileBehavior"];

#[derive(Default)]
struct Writer {
    losses: Losses,
    folders: Vec<Value>,
    requests: Vec<Value>,
    ids: std::collections::HashSet<String>,
}

impl Writer {
    /// Keys that v1 has no place for.
    fn check(&mut self, value: &Value, of: &str, known: &[&str]) {
        for (key, value) in value.as_object().into_iter().flatten() {
            if !known.contains(&key.as_str()) && truthy(value) {
                self.losses.add(format!("`{key}` of {of}"));
            }
        }
    }

    /// An id of its own: the lists are told apart by it.
    fn id(&mut self, item: &Value) -> String {
        let own = ["id", "_postman_id", "uid"].iter().find_map(|key| crate::collection::opt_text(item.get(*key)));
        let own = own.filter(|id| !id.is_empty() && !self.ids.contains(id));
        let id = own.unwrap_or_else(new_id);
        self.ids.insert(id.clone());
        id
    }

    /// The ids of requests and of folders in a list of items.
    fn items(&mut self, items: Option<&Value>, parent: Option<&str>) -> (Vec<Value>, Vec<Value>) {
        let (mut order, mut folders) = (Vec::new(), Vec::new());
        let mut moved = false;
        for item in items.and_then(Value::as_array).into_iter().flatten() {
            let name = crate::collection::opt_text(item.get("name")).unwrap_or_default();
            self.losses.enter(&name);
            if item.get("item").is_some_and(truthy) {
                moved = moved || !order.is_empty();
                folders.push(self.folder(item, &name, parent).into());
            } else {
                order.push(self.request(item, &name, parent).into());
            }
            self.losses.leave();
        }
        if moved {
            self.losses.add("the order of folders that stand after requests: v1 has folders first");
        }
        (order, folders)
    }

    fn folder(&mut self, item: &Value, name: &str, parent: Option<&str>) -> String {
        let id = self.id(item);
        let mut map = Map::new();
        map.insert("id".into(), id.clone().into());
        map.insert("name".into(), name.into());
        copy(&mut map, item, &["description"]);
        self.check(
            item,
            "the folder",
            &[
                "id",
                "_postman_id",
                "uid",
                "_postman_isSubFolder",
                "name",
                "description",
                "item",
                SCOPE[0],
                SCOPE[1],
                SCOPE[2],
                SCOPE[3],
            ],
        );
        self.scope(&mut map, item);
        if let Some(parent) = parent {
            map.insert("folder".into(), parent.into());
        }
        // Its place is known before that of what it holds: parents come first.
        let at = self.folders.len();
        self.folders.push(Value::Null);
        let (order, folders) = self.items(item.get("item"), Some(&id));
        map.insert("order".into(), order.into());
        map.insert("folders_order".into(), folders.into());
        if let Some(place) = self.folders.get_mut(at) {
            *place = Value::Object(map);
        }
        id
    }

    /// Variables, scripts, authorization and settings.
    fn scope(&mut self, map: &mut Map<String, Value>, source: &Value) {
        if let Some(events) = source.get("event").filter(|events| truthy(events)) {
            map.insert("events".into(), events.clone());
        }
        if let Some(variables) = source.get("variable").filter(|variables| truthy(variables)) {
            map.insert("variables".into(), variables.clone());
        }
        copy(map, source, &["protocolProfileBehavior"]);
        self.auth(map, source);
    }

    fn auth(&mut self, map: &mut Map<String, Value>, source: &Value) {
        let Some(auth) = source.get("auth").filter(|auth| truthy(auth)) else { return };
        if AuthSpec::from_value(auth).is_some() {
            map.insert("auth".into(), auth.clone());
        } else if auth.as_object().is_none_or(|auth| !auth.is_empty()) {
            self.losses.add("an authorization without a type");
        }
    }

    fn request(&mut self, item: &Value, name: &str, parent: Option<&str>) -> String {
        let id = self.id(item);
        let mut map = Map::new();
        map.insert("id".into(), id.clone().into());
        map.insert("name".into(), name.into());
        self.check(
            item,
            "the item",
            &[
                "id",
                "_postman_id",
                "uid",
                "name",
                "description",
                "request",
                "response",
                "item",
                SCOPE[0],
                SCOPE[1],
                SCOPE[3],
            ],
        );
        copy(&mut map, item, &["description"]);
        let null = Value::Null;
        let request = item.get("request").unwrap_or(&null);
        if map.contains_key("description") && request.get("description").is_some_and(truthy) {
            self.losses.add("`description` of the item beside that of its request");
        }
        self.message(&mut map, request);
        self.scope_of_item(&mut map, item);
        let saved: Vec<Value> = item
            .get("response")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter(|saved| saved.is_object())
            .map(|saved| self.saved(saved))
            .collect();
        if !saved.is_empty() {
            map.insert("responses".into(), saved.into());
        }
        if let Some(parent) = parent {
            map.insert("folder".into(), parent.into());
        }
        self.requests.push(Value::Object(map));
        id
    }

    fn scope_of_item(&mut self, map: &mut Map<String, Value>, item: &Value) {
        let mut own = item.clone();
        if let Some(own) = own.as_object_mut() {
            own.shift_remove("auth");
        }
        self.scope(map, &own);
    }

    /// URL, method, headers, body, authorization.
    fn message(&mut self, map: &mut Map<String, Value>, request: &Value) {
        self.check(request, "the request", &["method", "url", "header", "body", "auth", "description"]);
        copy(map, request, &["description", "method"]);
        if let Some(url) = request.get("url") {
            self.url(map, url);
        }
        let headers = request.get("header").map(HeaderEntry::list).unwrap_or_default();
        // Whole in `headerData`; the text is for readers that know no other.
        let lines: Vec<String> = headers
            .iter()
            .filter(|header| header.key.bytes().all(is_plain) && !header.value.contains(char::is_control))
            .map(|header| format!("{}{}: {}\n", if header.disabled { "//" } else { "" }, header.key, header.value))
            .collect();
        map.insert("headers".into(), lines.concat().into());
        if !headers.is_empty() {
            map.insert("headerData".into(), request.get("header").cloned().unwrap_or_else(|| json!([])));
        }
        match request.get("body").filter(|body| body.is_object()) {
            Some(body) => self.body(map, body),
            None => drop(map.insert("dataMode".into(), Value::Null)),
        }
        self.auth(map, request);
    }

    fn url(&mut self, map: &mut Map<String, Value>, url: &Value) {
        let Url::Parts(parts) = Url::from_value(url) else {
            map.insert("url".into(), Url::from_value(url).assemble().into());
            return;
        };
        self.check(url, "the URL", &["raw", "protocol", "auth", "host", "port", "path", "query", "hash", "variable"]);
        let mut bare = (*parts).clone();
        bare.variables.clear();
        let text = Url::Parts(Box::new(bare)).assemble();
        if !split::comes_back(&text, &parts) {
            // Parts that hold what parts of other kinds begin with: only the whole text says the same.
            map.insert("url".into(), Url::Parts(parts.clone()).assemble().into());
            if !parts.variables.is_empty() || parts.query.iter().any(|param| param.disabled) {
                self.losses.add("disabled parameters and path variables of a URL whose parts cannot be told apart");
            }
            return;
        }
        map.insert("url".into(), text.into());
        if !parts.query.is_empty() {
            let params: Vec<Value> = parts
                .query
                .iter()
                .map(|param| {
                    let mut entry = json!({"key": param.key, "value": param.value, "enabled": !param.disabled});
                    if param.value.is_none() {
                        entry["equals"] = false.into();
                    }
                    if let Some(description) = &param.description {
                        entry["description"] = description.clone();
                    }
                    entry
                })
                .collect();
            map.insert("queryParams".into(), params.into());
        }
        if !parts.variables.is_empty() {
            let data: Map<String, Value> =
                parts.variables.iter().map(|variable| (variable.key.clone(), variable.value.clone())).collect();
            map.insert("pathVariables".into(), Value::Object(data));
            map.insert("pathVariableData".into(), parts.variables.iter().map(|v| v.source.clone()).collect());
        }
    }

    fn body(&mut self, map: &mut Map<String, Value>, body: &Value) {
        let mode = body.get("mode").and_then(Value::as_str).unwrap_or_default();
        self.check(body, "the body", &["mode", mode, "options", "disabled"]);
        let content = body.get(mode).cloned().unwrap_or(Value::Null);
        let mode = match mode {
            "raw" => {
                let text = match content {
                    Value::String(text) => text,
                    Value::Array(_) | Value::Object(_) => content.to_string(),
                    _ => String::new(),
                };
                map.insert("rawModeData".into(), text.into());
                "raw"
            }
            "formdata" | "urlencoded" => {
                map.insert("data".into(), self.form(&content));
                if mode == "formdata" { "params" } else { "urlencoded" }
            }
            "file" => {
                self.check(&content, "the file of a body", &["src"]);
                map.insert("rawModeData".into(), content.get("src").cloned().unwrap_or(Value::Null));
                "binary"
            }
            "graphql" => {
                map.insert("graphqlModeData".into(), content);
                "graphql"
            }
            _ => return drop(map.insert("dataMode".into(), Value::Null)),
        };
        map.insert("dataMode".into(), mode.into());
        if let Some(options) = body.get("options").filter(|options| truthy(options)) {
            map.insert("dataOptions".into(), self::options(options));
        }
        if body.get("disabled").is_some_and(truthy) {
            map.insert("dataDisabled".into(), true.into());
        }
    }

    /// Parameters of a form; v1 drops those without a key.
    fn form(&mut self, content: &Value) -> Value {
        let list = content.as_array().map(Vec::as_slice).unwrap_or_default();
        if list.iter().any(|entry| entry.get("key").is_none_or(Value::is_null)) {
            self.losses.add("a form parameter without a key");
        }
        // There the path of a file stands in `value`.
        let inline = |entry: &Value| {
            entry.get("type").and_then(Value::as_str) == Some("file")
                && entry.get("src").is_none()
                && entry.get("value").is_some()
        };
        let list = list.iter().map(|entry| {
            let mut entry = entry.clone();
            if inline(&entry)
                && let Some(map) = entry.as_object_mut()
            {
                map.shift_remove("value");
                self.losses.add("the inline content of a form part");
            }
            entry
        });
        list.collect()
    }

    fn saved(&mut self, saved: &Value) -> Value {
        self.check(
            saved,
            "the saved response",
            &[
                "id",
                "_postman_id",
                "uid",
                "name",
                "originalRequest",
                "status",
                "code",
                "_postman_previewlanguage",
                "header",
                "cookie",
                "responseTime",
                "body",
            ],
        );
        let mut map = Map::new();
        copy(&mut map, saved, &["id", "name"]);
        let (code, status) = (saved.get("code").cloned(), saved.get("status").cloned());
        map.insert("responseCode".into(), json!({"code": code, "name": status}));
        for (from, to) in [
            ("_postman_previewlanguage", "language"),
            ("header", "headers"),
            ("cookie", "cookies"),
            ("responseTime", "time"),
            ("body", "text"),
        ] {
            if let Some(value) = saved.get(from).filter(|value| !value.is_null()) {
                map.insert(to.into(), value.clone());
            }
        }
        if let Some(request) = saved.get("originalRequest").filter(|request| request.is_object()) {
            let mut original = Map::new();
            self.message(&mut original, request);
            map.insert("requestObject".into(), Value::Object(original));
        }
        Value::Object(map)
    }
}

/// Bytes of a header's name that mean nothing else in lines of text.
fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-_.{}".contains(&byte)
}

/// Options under the names that modes had.
fn options(value: &Value) -> Value {
    let Some(map) = value.as_object() else { return value.clone() };
    let named = map.iter().map(|(key, value)| {
        let key = match key.as_str() {
            "formdata" => "params",
            "file" => "binary",
            other => other,
        };
        (key.to_owned(), value.clone())
    });
    Value::Object(named.collect())
}

/// Copies what is there and says something.
fn copy(map: &mut Map<String, Value>, from: &Value, keys: &[&str]) {
    for key in keys {
        if let Some(value) = from.get(*key).filter(|value| truthy(value)) {
            map.insert((*key).to_owned(), value.clone());
        }
    }
}
