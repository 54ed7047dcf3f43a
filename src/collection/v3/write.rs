//! From one v2.1 object to a folder of files.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};

use super::body::LANGUAGES;
use super::emit;
use super::names::Taken;
use super::request::PRUNED;
use super::tree::RESOURCES;
use super::values::{compact, entry, has_json_type, id_of, is_empty, put, script_has_text};
use crate::collection::{
    AuthSpec, Body, BodyMode, Collection, FormParam, Request, Url, UrlParts, opt_text, split, text,
};
use crate::variables::{Variable, truthy};

/// Something that the other format has no place for, or holds otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loss {
    /// What it is.
    pub what: String,
    /// Path of names to where it stood.
    pub at: String,
}

/// A collection as files.
#[derive(Debug, Default)]
pub struct Written {
    /// Paths below the collection's folder, and texts.
    pub files: Vec<(PathBuf, String)>,
    /// What the files do not hold.
    pub losses: Vec<Loss>,
}

/// Writes a v2.x collection to a folder that is made for it; what v3 cannot hold is returned.
///
/// # Errors
/// When a file cannot be written.
pub fn write(value: &Value, folder: &Path) -> std::io::Result<Vec<Loss>> {
    let written = files(value);
    for (path, text) in &written.files {
        let path = folder.join(path);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::write(path, text)?;
    }
    Ok(written.losses)
}

/// The files of a v2.x collection.
pub fn files(value: &Value) -> Written {
    let mut writer = Writer::default();
    writer.collection(value);
    writer.written
}

#[derive(Default)]
struct Writer {
    written: Written,
    /// Names from the collection to where the writer stands.
    path: Vec<String>,
}

/// A place in the tree of files: its path and the settings of everything around it.
struct Scope<'a> {
    folder: &'a Path,
    behavior: &'a Map<String, Value>,
}

impl Writer {
    fn lose(&mut self, what: impl Into<String>) {
        self.written.losses.push(Loss { what: what.into(), at: self.path.join(" › ") });
    }

    /// Fields that nothing reads.
    fn check(&mut self, value: &Value, of: &str, known: &[&str]) {
        let Some(map) = value.as_object() else { return };
        for key in map.iter().filter(|(_, value)| !is_empty(value)).map(|(key, _)| key) {
            if !known.contains(&key.as_str()) {
                self.lose(format!("`{key}` of {of}"));
            }
        }
    }

    fn file(&mut self, path: PathBuf, map: &Map<String, Value>) {
        self.written.files.push((path, emit::document(map)));
    }

    fn collection(&mut self, value: &Value) {
        let info = value.get("info").unwrap_or(&Value::Null);
        self.check(
            info,
            "the collection",
            &["_postman_id", "id", "name", "description", "schema", "_exporter_id", "_collection_link"],
        );
        self.check(
            value,
            "the collection",
            &["info", "item", "event", "variable", "auth", "protocolProfileBehavior", "id", "name"],
        );
        let mut map = Map::new();
        map.insert("$kind".into(), "collection".into());
        let id = opt_text(info.get("_postman_id"))
            .or_else(|| opt_text(info.get("id")))
            .or_else(|| opt_text(value.get("id")));
        put(&mut map, "id", id.map(Value::String));
        let name = opt_text(info.get("name")).or_else(|| opt_text(value.get("name")));
        put(&mut map, "name", name.map(Value::String));
        let description = self.description(info.get("description"));
        put(&mut map, "description", description);
        self.definition(value, &mut map);
        self.file(PathBuf::from(RESOURCES).join("definition.yaml"), &map);
        let behavior = self.behavior(value, "the collection", &Map::new());
        self.items(value.get("item"), &Scope { folder: Path::new(""), behavior: &behavior });
    }

    /// Variables, authorization and scripts of a collection or folder.
    fn definition(&mut self, value: &Value, map: &mut Map<String, Value>) {
        let variables = self.variables(value.get("variable"));
        put(map, "variables", variables);
        let auth = self.auth(value);
        put(map, "auth", auth);
        let scripts = self.scripts(value, "http:");
        put(map, "scripts", scripts);
    }

    /// Settings with those around; v3 has them at requests only.
    fn behavior(&mut self, value: &Value, of: &str, around: &Map<String, Value>) -> Map<String, Value> {
        let mut all = around.clone();
        if let Some(own) = value.get("protocolProfileBehavior").and_then(Value::as_object).filter(|own| !own.is_empty())
        {
            if !of.is_empty() {
                self.lose(format!("the place of protocolProfileBehavior of {of}: it now stands in each request"));
            }
            all.extend(own.clone());
        }
        all
    }

    fn items(&mut self, items: Option<&Value>, scope: &Scope<'_>) {
        let list: Vec<&Value> = match items {
            Some(Value::Array(items)) => items.iter().filter(|item| !item.is_null()).collect(),
            Some(single @ Value::Object(_)) => vec![single],
            _ => Vec::new(),
        };
        let mut taken = Taken::default();
        for (index, item) in list.into_iter().enumerate() {
            let order = json!((index + 1) * 1000);
            let name = opt_text(item.get("name")).unwrap_or_default();
            self.path.push(name.clone());
            if item.get("item").is_some_and(truthy) {
                let stem = taken.stem(&name, "", "folder");
                self.folder(item, &name, &stem, order, scope);
            } else {
                let stem = taken.stem(&name, ".request.yaml", "http-request");
                self.item(item, &name, &stem, order, scope);
            }
            self.path.pop();
        }
    }

    fn folder(&mut self, value: &Value, name: &str, stem: &str, order: Value, scope: &Scope<'_>) {
        self.check(
            value,
            "the folder",
            &[
                "id",
                "_postman_id",
                "uid",
                "_postman_isSubFolder",
                "name",
                "description",
                "item",
                "event",
                "auth",
                "variable",
                "protocolProfileBehavior",
            ],
        );
        let mut map = Map::new();
        map.insert("$kind".into(), "collection".into());
        put(&mut map, "id", id_of(value));
        if name != stem {
            map.insert("name".into(), name.into());
        }
        let description = self.description(value.get("description"));
        put(&mut map, "description", description);
        self.definition(value, &mut map);
        map.insert("order".into(), order);
        let folder = scope.folder.join(stem);
        self.file(folder.join(RESOURCES).join("definition.yaml"), &map);
        let behavior = self.behavior(value, "the folder", scope.behavior);
        self.items(value.get("item"), &Scope { folder: &folder, behavior: &behavior });
    }

    fn item(&mut self, value: &Value, name: &str, stem: &str, order: Value, scope: &Scope<'_>) {
        self.check(
            value,
            "the request",
            &[
                "id",
                "_postman_id",
                "uid",
                "name",
                "description",
                "request",
                "response",
                "event",
                "protocolProfileBehavior",
                "item",
            ],
        );
        let source = value.get("request").unwrap_or(&Value::Null);
        let request = Request::from_value(source);
        let mut map = Map::new();
        map.insert("$kind".into(), "http-request".into());
        put(&mut map, "id", id_of(value));
        if name != stem {
            map.insert("name".into(), name.into());
        }
        let description = self.description(source.get("description"));
        if description.is_some() && !is_empty(value.get("description").unwrap_or(&Value::Null)) {
            self.lose("`description` of the item beside that of its request");
        }
        let description = description.or_else(|| self.description(value.get("description")));
        put(&mut map, "description", description);
        self.request(source, &request, &mut map);
        let scripts = self.scripts(value, "");
        put(&mut map, "scripts", scripts);
        let behavior = self.behavior(value, "", scope.behavior);
        let settings = self.settings(behavior, &request, map.contains_key("body"));
        put(&mut map, "settings", settings);
        if self.examples(
            value.get("response"),
            &scope.folder.join(RESOURCES).join(format!("{stem}.resources")).join("examples"),
        ) {
            map.insert("examples".into(), format!("./{RESOURCES}/{stem}.resources/examples").into());
        }
        map.insert("order".into(), order);
        self.file(scope.folder.join(format!("{stem}.request.yaml")), &map);
    }

    /// URL, method, headers, body and authorization, for requests and saved responses.
    fn request(&mut self, source: &Value, request: &Request, map: &mut Map<String, Value>) {
        self.check(source, "the request", &["method", "url", "header", "body", "auth", "description"]);
        self.url(source.get("url").unwrap_or(&Value::Null), &request.url, map);
        map.insert("method".into(), request.method_text().into());
        self.headers(source.get("header"), request, map);
        let body = self.body(source.get("body").unwrap_or(&Value::Null), request);
        put(map, "body", body);
        let auth = self.auth(source);
        put(map, "auth", auth);
    }

    fn url(&mut self, source: &Value, url: &Url, map: &mut Map<String, Value>) {
        let parts = match url {
            Url::Text(text) => {
                map.insert("url".into(), text.clone().into());
                return;
            }
            Url::Parts(parts) => parts,
        };
        self.check(
            source,
            "the URL",
            &["raw", "protocol", "auth", "host", "port", "path", "query", "hash", "variable"],
        );
        let bare = UrlParts { query: Vec::new(), variables: Vec::new(), ..(**parts).clone() };
        let address = Url::Parts(Box::new(bare)).assemble();
        if address.is_empty() && source.get("raw").is_some_and(truthy) {
            self.lose("`raw` of a URL without parts, which is not sent");
        }
        let split = split::split(&address);
        let again = Url::from_value(&Value::Object(split.clone())).assemble();
        if split.contains_key("query") || again != address {
            // Parts that hold what parts of other kinds begin with: only the whole text says the same.
            map.insert("url".into(), url.assemble().into());
            if parts.query.iter().any(|param| param.disabled) || !parts.variables.is_empty() {
                self.lose("disabled parameters and path variables of a URL whose parts cannot be told apart");
            }
            return;
        }
        map.insert("url".into(), address.into());
        let query = source.get("query").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        for entry in query {
            self.check(
                entry,
                "a query parameter",
                &["key", "value", "disabled", "description", "type", "equals", "enabled"],
            );
        }
        let list = parts.query.iter().map(|param| {
            let value = param.value.clone().map_or(Value::Null, Value::String);
            entry(param.key.clone().unwrap_or_default(), value, param.disabled)
        });
        let described = list.zip(&parts.query).map(|(mut entry, param)| {
            put(&mut entry, "description", self.description(param.description.as_ref()));
            entry
        });
        let query = compact(described.collect());
        put(map, "queryParams", query);
        let mut variables = Vec::new();
        for variable in &parts.variables {
            self.check(
                &variable.source,
                "a path variable",
                &["key", "id", "value", "type", "description", "disabled", "name"],
            );
            let value = match &variable.value {
                Value::String(text) => text.clone(),
                Value::Null => String::new(),
                _ => {
                    self.lose("a path variable's value that is no text, and does not count");
                    String::new()
                }
            };
            let mut entry = entry(variable.key.clone(), value.into(), crate::collection::disabled(&variable.source));
            put(&mut entry, "description", self.description(variable.source.get("description")));
            variables.push(entry);
        }
        put(map, "pathVariables", compact(variables));
    }

    fn headers(&mut self, source: Option<&Value>, request: &Request, map: &mut Map<String, Value>) {
        for entry in source.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default() {
            self.check(
                entry,
                "a header",
                &["key", "value", "disabled", "description", "type", "enabled", "name", "uuid"],
            );
        }
        let mut list = Vec::new();
        for header in &request.headers {
            let mut entry = entry(header.key.clone(), header.value.clone().into(), header.disabled);
            put(&mut entry, "description", self.description(header.description.as_ref()));
            list.push(entry);
        }
        put(map, "headers", compact(list));
    }

    fn body(&mut self, source: &Value, request: &Request) -> Option<Value> {
        let body = request.body.as_ref()?;
        if body.disabled {
            self.lose("a disabled body");
            return None;
        }
        self.check(source, "the body", &["mode", body.mode.name(), "options", "disabled"]);
        let (kind, content) = match body.mode {
            BodyMode::Raw => {
                let content = match &body.raw {
                    Value::String(text) => text.clone(),
                    value @ (Value::Array(_) | Value::Object(_)) => value.to_string(),
                    _ => String::new(),
                };
                (self.language(body, request), content.into())
            }
            BodyMode::Urlencoded => ("urlencoded", self.form(&body.urlencoded)),
            BodyMode::Formdata => ("formdata", self.parts(&body.formdata)),
            BodyMode::File => ("file", self.source(body)),
            BodyMode::Graphql => ("graphql", self.graphql(&body.graphql)),
        };
        if let Some(options) = source.get("options") {
            self.check(options, "the body's options", &["raw"]);
            self.check(options.get("raw").unwrap_or(&Value::Null), "the body's options", &["language", "headerFamily"]);
        }
        Some(json!({"type": kind, "content": content}))
    }

    /// The type of a raw body. Without a language the Content-Type decides whether it is JSON.
    fn language(&mut self, body: &Body, request: &Request) -> &'static str {
        let Some(language) = body.language.as_deref() else {
            return if has_json_type(request) { "json" } else { "text" };
        };
        LANGUAGES.iter().find(|name| **name == language).copied().unwrap_or_else(|| {
            self.lose(format!("the language `{language}` of the body"));
            "text"
        })
    }

    fn form(&mut self, params: &[FormParam]) -> Value {
        let mut list = Vec::new();
        for param in params {
            self.check(
                &param.source,
                "a form parameter",
                &["key", "value", "disabled", "description", "type", "enabled"],
            );
            let value = match &param.value {
                Some(value @ (Value::String(_) | Value::Number(_) | Value::Bool(_))) => text(value),
                _ => String::new(),
            };
            let mut entry = entry(param.key_text(), value.into(), param.disabled);
            put(&mut entry, "description", self.description(param.source.get("description")));
            list.push(entry);
        }
        compact(list).unwrap_or_else(|| json!([]))
    }

    fn parts(&mut self, params: &[FormParam]) -> Value {
        let mut list = Vec::new();
        for param in params {
            self.check(
                &param.source,
                "a form part",
                &[
                    "key",
                    "value",
                    "disabled",
                    "description",
                    "type",
                    "enabled",
                    "src",
                    "contentType",
                    "fileName",
                    "uuid",
                ],
            );
            let mut map = Map::new();
            map.insert("key".into(), param.key_text().into());
            map.insert("type".into(), if param.is_file { "file" } else { "text" }.into());
            let value = param.value.as_ref().filter(|value| !value.is_null()).map(|value| match value {
                Value::String(text) => text.clone(),
                other => other.to_string(),
            });
            if param.is_file {
                put(&mut map, "src", param.src.clone());
                if value.is_some() {
                    self.lose("the Postman CLI does not read the inline content of a form part, postbud does");
                }
                put(&mut map, "value", value.map(Value::String));
            } else {
                map.insert("value".into(), value.unwrap_or_default().into());
                if param.src.as_ref().is_some_and(|src| !is_empty(src)) {
                    self.lose("`src` of a text part");
                }
            }
            put(&mut map, "contentType", param.content_type.clone().map(Value::String));
            if let Some(name) = &param.file_name {
                self.lose("the Postman CLI does not read `fileName` of a form part, postbud does");
                map.insert("fileName".into(), name.clone().into());
            }
            if param.disabled {
                map.insert("disabled".into(), true.into());
            }
            put(&mut map, "description", self.description(param.source.get("description")));
            list.push(Value::Object(map));
        }
        list.into()
    }

    fn source(&mut self, body: &Body) -> Value {
        let mut map = Map::new();
        if let Some(file) = &body.file {
            put(&mut map, "src", Some(file.src.clone()).filter(|src| !src.is_null()));
            if let Some(content) = &file.content {
                self.lose("the Postman CLI does not read the inline content of a file body, postbud does");
                map.insert("content".into(), content.clone().into());
            }
        }
        Value::Object(map)
    }

    fn graphql(&mut self, value: &Value) -> Value {
        self.lose("the Postman CLI does not run http requests with a graphql body, postbud does");
        self.check(value, "the graphql body", &["query", "operationName", "variables"]);
        let Some(source) = value.as_object() else { return json!({}) };
        let known = ["query", "operationName", "variables"];
        Value::Object(known.iter().filter_map(|key| Some(((*key).to_owned(), source.get(*key)?.clone()))).collect())
    }

    /// Settings of a request, with what says that newman's pruning of bodies is meant.
    fn settings(&mut self, behavior: Map<String, Value>, request: &Request, has_body: bool) -> Option<Value> {
        let mut map = Map::new();
        for (key, value) in behavior {
            let value = match (key.as_str(), &value) {
                ("disabledSystemHeaders", Value::Object(names)) => {
                    names.iter().filter(|(_, off)| truthy(off)).map(|(name, _)| Value::String(name.clone())).collect()
                }
                _ => value,
            };
            map.insert(key, value);
        }
        let pruned = has_body && PRUNED.contains(&request.method_text().as_str());
        if pruned && !map.get("disableBodyPruning").is_some_and(truthy) {
            map.insert("disableBodyPruning".into(), false.into());
            self.lose("the Postman CLI sends the body of this method, newman and postbud do not");
        }
        (!map.is_empty()).then(|| Value::Object(map))
    }

    fn auth(&mut self, owner: &Value) -> Option<Value> {
        let source = owner.get("auth")?;
        let Some(spec) = AuthSpec::from_value(source) else {
            if !is_empty(source) {
                self.lose("an authorization without a type");
            }
            return None;
        };
        for (key, value) in source.as_object().into_iter().flatten() {
            if key != "type" && *key != spec.kind && !is_empty(value) {
                self.lose(format!("values of `{key}` in an authorization of type `{}`", spec.kind));
            }
        }
        let mut map = Map::new();
        map.insert("type".into(), spec.kind.into());
        if !spec.params.is_empty() {
            map.insert("credentials".into(), Value::Object(spec.params));
        }
        Some(Value::Object(map))
    }

    fn variables(&mut self, source: Option<&Value>) -> Option<Value> {
        let list = match source? {
            Value::Array(list) => list,
            other => {
                if !is_empty(other) {
                    self.lose("variables that are no list, and do not count");
                }
                return None;
            }
        };
        let mut entries = Vec::new();
        for source in list.iter().filter(|source| !source.is_null()) {
            let Some(variable) = Variable::from_value(source) else {
                self.lose("a variable without a `key`, which does not count");
                continue;
            };
            self.check(
                source,
                "a variable",
                &["key", "value", "type", "description", "disabled", "id", "name", "enabled", "system"],
            );
            let secret = variable.is_secret();
            let mut entry = entry(variable.key, variable.value, variable.disabled);
            put(&mut entry, "description", self.description(source.get("description")));
            if secret {
                entry.insert("secret".into(), true.into());
            }
            entries.push(entry);
        }
        // A list, always: there values of every type are at home.
        (!entries.is_empty()).then(|| entries.into_iter().map(Value::Object).collect())
    }

    fn scripts(&mut self, owner: &Value, prefix: &str) -> Option<Value> {
        let events: Vec<&Value> = match owner.get("event")? {
            Value::Array(events) => events.iter().collect(),
            single @ Value::Object(_) => vec![single],
            _ => return None,
        };
        let mut list = Vec::new();
        let mut listens = Vec::new();
        for event in events.into_iter().filter(|event| !event.is_null()) {
            self.check(event, "an event", &["listen", "script", "id", "disabled"]);
            let script = event.get("script").unwrap_or(&Value::Null);
            self.check(script, "a script", &["exec", "type", "id", "packages", "name", "src", "_lastExecutionId"]);
            let Some(read) = Collection::from_value(json!({"event": [event]})).scripts.into_iter().next() else {
                if script_has_text(script) {
                    self.lose("a script that is disabled or of another event");
                }
                continue;
            };
            if script.get("src").is_some_and(truthy) {
                self.lose("`src` of a script");
            }
            let kind = match read.listen {
                crate::collection::item::Listen::Prerequest => "beforeRequest",
                crate::collection::item::Listen::Test => "afterResponse",
            };
            if listens.contains(&kind) {
                self.lose(format!("the Postman CLI runs only the first `{kind}` script, newman and postbud all"));
            }
            listens.push(kind);
            let mut map = Map::new();
            map.insert("type".into(), format!("{prefix}{kind}").into());
            map.insert("code".into(), read.source.as_ref().into());
            map.insert("language".into(), "text/javascript".into());
            put(&mut map, "packages", script.get("packages").filter(|packages| !is_empty(packages)).cloned());
            list.push(Value::Object(map));
        }
        (!list.is_empty()).then(|| list.into())
    }

    /// A description's text.
    fn description(&mut self, value: Option<&Value>) -> Option<Value> {
        match value? {
            Value::String(text) if !text.is_empty() => Some(text.clone().into()),
            object @ Value::Object(map) => {
                self.check(object, "a description", &["content", "type"]);
                if map
                    .get("type")
                    .and_then(Value::as_str)
                    .is_some_and(|kind| !matches!(kind, "text/markdown" | "text/plain"))
                {
                    self.lose("`type` of a description");
                }
                map.get("content").filter(|content| content.is_string() && !is_empty(content)).cloned()
            }
            _ => None,
        }
    }

    /// Saved responses, one file each; whether there were any.
    fn examples(&mut self, responses: Option<&Value>, folder: &Path) -> bool {
        let list = responses.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let mut taken = Taken::default();
        let mut any = false;
        for (index, saved) in list.iter().filter(|saved| saved.is_object()).enumerate() {
            any = true;
            let name = opt_text(saved.get("name")).unwrap_or_default();
            self.path.push(name.clone());
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
                    "header",
                    "body",
                    "_postman_previewlanguage",
                ],
            );
            let stem = taken.stem(&name, ".example.yaml", "response");
            let mut map = Map::new();
            map.insert("$kind".into(), "http-example".into());
            put(&mut map, "id", id_of(saved));
            if name != stem {
                map.insert("name".into(), name.into());
            }
            if let Some(source) = saved.get("originalRequest").filter(|source| !is_empty(source)) {
                let mut asked = Map::new();
                self.request(source, &Request::from_value(source), &mut asked);
                map.insert("request".into(), Value::Object(asked));
            }
            map.insert("response".into(), self.answer(saved));
            map.insert("order".into(), json!((index + 1) * 1000));
            self.file(folder.join(format!("{stem}.example.yaml")), &map);
            self.path.pop();
        }
        any
    }

    fn answer(&mut self, saved: &Value) -> Value {
        let mut map = Map::new();
        put(&mut map, "statusCode", saved.get("code").filter(|code| !code.is_null()).cloned());
        put(&mut map, "statusText", opt_text(saved.get("status")).map(Value::String));
        let headers = Request::from_value(&json!({"header": saved.get("header")}));
        self.headers(saved.get("header"), &headers, &mut map);
        if let Some(body) = saved.get("body").filter(|body| !body.is_null()) {
            let language = saved.get("_postman_previewlanguage").and_then(Value::as_str).unwrap_or("text");
            let kind = LANGUAGES.iter().find(|name| **name == language).copied().unwrap_or("text");
            map.insert("body".into(), json!({"type": kind, "content": text(body)}));
        }
        Value::Object(map)
    }
}
