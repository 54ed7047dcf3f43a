//! What a request sends: URL, headers, body, settings.

use serde_json::{Map, Value, json};

use super::{Writer, compact, entry, put};
use crate::collection::v3::body::LANGUAGES;
use crate::collection::v3::request::PRUNED;
use crate::collection::{Body, BodyMode, FormParam, Request, Url, UrlParts, is_empty, split, text};
use crate::variables::truthy;

impl Writer {
    /// URL, method, headers, body and authorization, for requests and saved responses.
    pub(super) fn request(&mut self, source: &Value, request: &Request, map: &mut Map<String, Value>) {
        self.check(source, "the request", &["method", "url", "header", "body", "auth", "description"]);
        self.url(source.get("url").unwrap_or(&Value::Null), &request.url, map);
        map.insert("method".into(), request.method_text().into());
        self.headers(source.get("header"), request, map);
        let body = self.body(source.get("body").unwrap_or(&Value::Null), request);
        put(map, "body", body);
        let auth = self.auth(source);
        put(map, "auth", auth);
    }

    pub(super) fn url(&mut self, source: &Value, url: &Url, map: &mut Map<String, Value>) {
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
        let doubtful = split::split(&address).contains_key("query") || !split::comes_back(&address, parts);
        if doubtful {
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

    pub(super) fn headers(&mut self, source: Option<&Value>, request: &Request, map: &mut Map<String, Value>) {
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

    pub(super) fn body(&mut self, source: &Value, request: &Request) -> Option<Value> {
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
    pub(super) fn language(&mut self, body: &Body, request: &Request) -> &'static str {
        let Some(language) = body.language.as_deref() else {
            return if has_json_type(request) { "json" } else { "text" };
        };
        LANGUAGES.iter().find(|name| **name == language).copied().unwrap_or_else(|| {
            self.lose(format!("the language `{language}` of the body"));
            "text"
        })
    }

    pub(super) fn form(&mut self, params: &[FormParam]) -> Value {
        let mut list = Vec::new();
        for param in params {
            self.check(
                &param.source,
                "a form parameter",
                &["key", "value", "disabled", "description", "type", "enabled"],
            );
            let value = match &param.value {
                Some(value @ (Value::String(_) | Value::Number(_) | Value::Bool(_))) => text(value),
                Some(value) => {
                    if !is_empty(value) {
                        self.lose("a form parameter's value that is a list or a map, and is not sent");
                    }
                    String::new()
                }
                None => String::new(),
            };
            let mut entry = entry(param.key_text(), value.into(), param.disabled);
            put(&mut entry, "description", self.description(param.source.get("description")));
            list.push(entry);
        }
        compact(list).unwrap_or_else(|| json!([]))
    }

    pub(super) fn parts(&mut self, params: &[FormParam]) -> Value {
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

    pub(super) fn source(&mut self, body: &Body) -> Value {
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

    pub(super) fn graphql(&mut self, value: &Value) -> Value {
        self.lose("the Postman CLI does not run http requests with a graphql body, postbud does");
        self.check(value, "the graphql body", &["query", "operationName", "variables"]);
        let Some(source) = value.as_object() else { return json!({}) };
        let known = ["query", "operationName", "variables"];
        Value::Object(known.iter().filter_map(|key| Some(((*key).to_owned(), source.get(*key)?.clone()))).collect())
    }

    /// Settings of a request, with what says that newman's pruning of bodies is meant.
    pub(super) fn settings(
        &mut self,
        behavior: Map<String, Value>,
        request: &Request,
        has_body: bool,
    ) -> Option<Value> {
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
}

/// Whether the first enabled Content-Type is JSON: only then are comments taken out of a body without a language.
fn has_json_type(request: &Request) -> bool {
    let header = request.headers.iter().find(|h| !h.disabled && h.key.eq_ignore_ascii_case("content-type"));
    header.is_some_and(|header| {
        let kind = header.value.split(';').next().unwrap_or_default();
        let Some(kind) = kind.strip_prefix("application/") else { return false };
        kind.starts_with("json")
            || kind.split_once("+json").is_some_and(|(head, _)| !head.is_empty() && !head.contains(' '))
    })
}
