//! What collections, folders and requests have in common: variables, authorization, scripts, settings, descriptions.

use serde_json::{Map, Value, json};

use super::{Writer, entry, put};
use crate::collection::item::Listen;
use crate::collection::{AuthSpec, Collection, is_empty};
use crate::variables::{Variable, truthy};

impl Writer {
    /// Variables, authorization and scripts of a collection or folder.
    pub(super) fn definition(&mut self, value: &Value, map: &mut Map<String, Value>) {
        let variables = self.variables(value.get("variable"));
        put(map, "variables", variables);
        let auth = self.auth(value);
        put(map, "auth", auth);
        let scripts = self.scripts(value, "http:");
        put(map, "scripts", scripts);
    }

    /// Settings with those around; v3 has them at requests only.
    pub(super) fn behavior(&mut self, value: &Value, of: &str, around: &Map<String, Value>) -> Map<String, Value> {
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

    pub(super) fn auth(&mut self, owner: &Value) -> Option<Value> {
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

    pub(super) fn variables(&mut self, source: Option<&Value>) -> Option<Value> {
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

    pub(super) fn scripts(&mut self, owner: &Value, prefix: &str) -> Option<Value> {
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
                Listen::Prerequest => "beforeRequest",
                Listen::Test => "afterResponse",
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
    pub(super) fn description(&mut self, value: Option<&Value>) -> Option<Value> {
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
}

/// Whether a script says anything.
fn script_has_text(script: &Value) -> bool {
    match script {
        Value::Object(map) => map.get("exec").is_some_and(script_has_text),
        Value::Array(lines) => lines.iter().any(|line| !is_empty(line)),
        other => !is_empty(other),
    }
}
