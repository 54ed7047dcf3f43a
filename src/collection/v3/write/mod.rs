//! From one v2.1 object to a folder of files.

mod request;
mod scope;

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};

use super::body::LANGUAGES;
use super::emit;
use super::names::Taken;
use super::tree::RESOURCES;
use crate::collection::{Request, is_empty, opt_text, text};
use crate::variables::truthy;

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

/// `{key, value, disabled}`.
fn entry(key: String, value: Value, disabled: bool) -> Map<String, Value> {
    let mut map = Map::new();
    map.insert("key".into(), key.into());
    map.insert("value".into(), value);
    if disabled {
        map.insert("disabled".into(), true.into());
    }
    map
}

/// A map where no entry needs more than a text and no key repeats, else a list; nothing for no entries.
fn compact(entries: Vec<Map<String, Value>>) -> Option<Value> {
    if entries.is_empty() {
        return None;
    }
    let mut map = Map::new();
    for entry in &entries {
        match (entry.len(), entry.get("key"), entry.get("value")) {
            (2, Some(Value::String(key)), Some(value @ Value::String(_))) if !key.is_empty() && key.len() < 100 => {
                map.insert(key.clone(), value.clone());
            }
            _ => break,
        }
    }
    let whole = map.len() == entries.len();
    Some(if whole { Value::Object(map) } else { entries.into_iter().map(Value::Object).collect() })
}

/// The id under one of its names.
fn id_of(value: &Value) -> Option<Value> {
    let keys = ["id", "_postman_id", "uid"];
    keys.iter().find_map(|key| opt_text(value.get(*key)).filter(|id| !id.is_empty())).map(Value::String)
}

fn put(map: &mut Map<String, Value>, key: &str, value: Option<Value>) {
    if let Some(value) = value {
        map.insert(key.to_owned(), value);
    }
}
