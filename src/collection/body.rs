//! The body of a request as written.

use serde_json::{Map, Value};

use super::{disabled, map_text, map_value, text};

/// What kind of body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum BodyMode {
    /// Text.
    #[default]
    Raw,
    /// `application/x-www-form-urlencoded`.
    Urlencoded,
    /// `multipart/form-data`.
    Formdata,
    /// One file.
    File,
    /// GraphQL over JSON.
    Graphql,
}

impl BodyMode {
    /// The name in collections.
    pub fn name(self) -> &'static str {
        match self {
            Self::Raw => "raw",
            Self::Urlencoded => "urlencoded",
            Self::Formdata => "formdata",
            Self::File => "file",
            Self::Graphql => "graphql",
        }
    }
}

/// A body as written; which of its fields counts is said by `mode`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Body {
    /// Which field counts.
    pub mode: BodyMode,
    /// `disabled: true`: no body is sent.
    pub disabled: bool,
    /// Raw content: text, or JSON that is written compactly. `Null` where there is none.
    pub raw: Value,
    /// `options.raw.language`.
    pub language: Option<String>,
    /// Parameters of a URL-encoded form.
    pub urlencoded: Vec<FormParam>,
    /// Parts of a multipart form.
    pub formdata: Vec<FormParam>,
    /// The file of `mode: file`.
    pub file: Option<FileSource>,
    /// `{query, variables, operationName}` as written.
    pub graphql: Value,
    /// `options` as written, for scripts and conversions.
    pub options: Option<Value>,
}

/// Where a file body comes from.
#[derive(Debug, Clone, PartialEq)]
pub struct FileSource {
    /// Path as written; other JSON (null, a list) is kept, because the warning depends on it.
    pub src: Value,
    /// Inline content in base64.
    pub content: Option<String>,
}

/// A parameter of a form.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FormParam {
    /// Name as written; `None` when the key is missing.
    pub key: Option<Value>,
    /// Value of a text parameter.
    pub value: Option<Value>,
    /// `type: file`.
    pub is_file: bool,
    /// Path, list of paths, or null.
    pub src: Option<Value>,
    /// `contentType` of the part.
    pub content_type: Option<String>,
    /// `fileName` of the part.
    pub file_name: Option<String>,
    /// Left out.
    pub disabled: bool,
    /// The entry as written, for scripts and conversions.
    pub source: Value,
}

impl Body {
    /// Reads a body object or a plain text; `None` where there is no body.
    pub fn from_value(value: &Value) -> Option<Self> {
        let map = match value {
            Value::String(text) => {
                return Some(Self { raw: Value::String(text.clone()), ..Self::default() });
            }
            Value::Object(map) => map,
            _ => return None,
        };
        let mode = map.get("mode").and_then(Value::as_str)?;
        let mode = match mode.to_ascii_lowercase().as_str() {
            "urlencoded" => BodyMode::Urlencoded,
            "formdata" => BodyMode::Formdata,
            "file" => BodyMode::File,
            "graphql" => BodyMode::Graphql,
            _ => BodyMode::Raw,
        };
        let file = match map.get("file") {
            Some(Value::Object(file)) => Some(FileSource {
                src: file.get("src").cloned().unwrap_or(Value::Null),
                content: file.get("content").and_then(Value::as_str).map(str::to_owned),
            }),
            Some(Value::String(src)) => Some(FileSource { src: Value::String(src.clone()), content: None }),
            _ => None,
        };
        Some(Self {
            mode,
            disabled: disabled(value),
            raw: map.get("raw").cloned().unwrap_or(Value::Null),
            language: value.pointer("/options/raw/language").and_then(Value::as_str).map(str::to_owned),
            urlencoded: map.get("urlencoded").map(FormParam::urlencoded).unwrap_or_default(),
            formdata: map.get("formdata").map(FormParam::formdata).unwrap_or_default(),
            file,
            graphql: map.get("graphql").cloned().unwrap_or(Value::Null),
            options: map.get("options").cloned(),
        })
    }

    /// v2.1 form.
    pub fn to_value(&self) -> Value {
        let mut map = Map::new();
        map.insert("mode".into(), self.mode.name().into());
        let content = match self.mode {
            BodyMode::Raw => self.raw.clone(),
            BodyMode::Urlencoded => self.urlencoded.iter().map(FormParam::to_value).collect(),
            BodyMode::Formdata => self.formdata.iter().map(FormParam::to_value).collect(),
            BodyMode::File => self.file.as_ref().map_or(Value::Null, |file| {
                let mut entry = Map::new();
                if !file.src.is_null() {
                    entry.insert("src".into(), file.src.clone());
                }
                if let Some(content) = &file.content {
                    entry.insert("content".into(), content.clone().into());
                }
                Value::Object(entry)
            }),
            BodyMode::Graphql => self.graphql.clone(),
        };
        if !content.is_null() {
            map.insert(self.mode.name().into(), content);
        }
        if let Some(options) = &self.options {
            map.insert("options".into(), options.clone());
        }
        if self.disabled {
            map.insert("disabled".into(), true.into());
        }
        Value::Object(map)
    }

    /// Fills in every text that Postman fills in.
    pub fn map_strings(&mut self, fill: &mut dyn FnMut(&str) -> Option<String>) {
        map_value(&mut self.raw, fill);
        map_value(&mut self.graphql, fill);
        for param in self.urlencoded.iter_mut().chain(&mut self.formdata) {
            param.map_strings(fill);
        }
        if let Some(file) = &mut self.file {
            map_value(&mut file.src, fill);
        }
        if let Some(language) = &mut self.language {
            map_text(language, fill);
        }
    }
}

impl FormParam {
    /// A list whose entries may be texts (`a=1`), or one text of all.
    fn urlencoded(value: &Value) -> Vec<Self> {
        let pair = |text: &str| {
            let (key, value) = text.split_once('=').unwrap_or((text, ""));
            serde_json::json!({"key": key, "value": value})
        };
        match value {
            Value::String(text) if !text.is_empty() => {
                let last = text.matches('&').count();
                // An empty piece has no key, the last one an empty one.
                let piece = |(at, text): (usize, &str)| match text {
                    "" if at < last => serde_json::json!({"key": null, "value": null}),
                    _ => pair(text),
                };
                text.split('&').enumerate().map(piece).map(|entry| Self::from_entry(&entry)).collect()
            }
            Value::Array(items) => {
                let texts: Vec<Value> =
                    items.iter().map(|item| item.as_str().map_or_else(|| item.clone(), pair)).collect();
                Self::formdata(&Value::Array(texts))
            }
            _ => Self::formdata(value),
        }
    }

    /// A list; whatever is no object in it is a parameter without a key.
    fn formdata(value: &Value) -> Vec<Self> {
        match value {
            Value::Array(items) => items.iter().filter(|item| !item.is_null()).map(Self::from_entry).collect(),
            // A lone object is one parameter, as in newman.
            Value::Object(_) => vec![Self::from_entry(value)],
            _ => Vec::new(),
        }
    }

    fn from_entry(entry: &Value) -> Self {
        Self {
            key: entry.get("key").cloned(),
            value: entry.get("value").cloned(),
            is_file: entry.get("type").and_then(Value::as_str) == Some("file"),
            src: entry.get("src").cloned(),
            content_type: entry.get("contentType").and_then(Value::as_str).map(str::to_owned),
            file_name: entry.get("fileName").and_then(Value::as_str).map(str::to_owned),
            disabled: disabled(entry),
            source: entry.clone(),
        }
    }

    /// v2.1 form, with the values as they are now.
    pub fn to_value(&self) -> Value {
        let mut map = self.source.as_object().cloned().unwrap_or_default();
        let mut put = |key: &str, value: Option<Value>| {
            if let Some(value) = value {
                map.insert(key.to_owned(), value);
            }
        };
        put("key", self.key.clone());
        put("value", self.value.clone());
        put("src", self.src.clone());
        put("contentType", self.content_type.clone().map(Value::String));
        put("fileName", self.file_name.clone().map(Value::String));
        Value::Object(map)
    }

    /// The key as text: `null` and `undefined` by JavaScript's rules.
    pub fn key_text(&self) -> String {
        self.key.as_ref().map_or_else(|| "undefined".to_owned(), text)
    }

    fn map_strings(&mut self, fill: &mut dyn FnMut(&str) -> Option<String>) {
        for value in [&mut self.key, &mut self.value, &mut self.src].into_iter().flatten() {
            map_value(value, fill);
        }
        for value in [&mut self.content_type, &mut self.file_name].into_iter().flatten() {
            map_text(value, fill);
        }
    }
}
