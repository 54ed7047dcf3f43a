//! A request as written.

use serde_json::{Map, Value};

use super::auth::AuthSpec;
use super::body::Body;
use super::url::Url;
use super::{disabled, map_text, text};

/// A request as written: a text (a GET), or an object.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Request {
    /// Method as written; empty means GET.
    pub method: String,
    /// URL.
    pub url: Url,
    /// Headers in order.
    pub headers: Vec<HeaderEntry>,
    /// Body.
    pub body: Option<Body>,
    /// Its own authorization; `None` inherits.
    pub auth: Option<AuthSpec>,
    /// `proxy` as written.
    pub proxy: Option<Value>,
    /// `description` as written.
    pub description: Option<Value>,
}

/// A header as written.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct HeaderEntry {
    /// Name.
    pub key: String,
    /// Value.
    pub value: String,
    /// Left out.
    pub disabled: bool,
    /// Added by the runner; only in the JSON that test scripts see.
    pub system: bool,
    /// `description` as written.
    pub description: Option<Value>,
}

impl Request {
    /// Reads either form; anything else is a request without a URL.
    pub fn from_value(value: &Value) -> Self {
        let map = match value {
            Value::String(url) => return Self { url: Url::Text(url.clone()), ..Self::default() },
            Value::Object(map) => map,
            _ => return Self::default(),
        };
        Self {
            method: map.get("method").filter(|m| !m.is_null()).map(text).unwrap_or_default(),
            url: map.get("url").map(Url::from_value).unwrap_or_default(),
            headers: map.get("header").map(HeaderEntry::list).unwrap_or_default(),
            body: map.get("body").and_then(Body::from_value),
            auth: map.get("auth").and_then(AuthSpec::from_value),
            proxy: map.get("proxy").filter(|p| p.is_object()).cloned(),
            description: map.get("description").filter(|d| !d.is_null()).cloned(),
        }
    }

    /// The method that is asked for before variables are filled in: upper-case, `GET` when there is none.
    pub fn method_text(&self) -> String {
        if self.method.is_empty() { "GET".to_owned() } else { self.method.to_uppercase() }
    }

    /// v2.1 form.
    pub fn to_value(&self) -> Value {
        let mut map = Map::new();
        map.insert("url".into(), self.url.to_value());
        if !self.headers.is_empty() {
            map.insert("header".into(), self.headers.iter().map(HeaderEntry::to_value).collect());
        }
        map.insert("method".into(), self.method_text().into());
        if let Some(body) = &self.body {
            map.insert("body".into(), body.to_value());
        }
        if let Some(auth) = &self.auth {
            map.insert("auth".into(), auth.to_value());
        }
        if let Some(proxy) = &self.proxy {
            map.insert("proxy".into(), proxy.clone());
        }
        if let Some(description) = &self.description {
            map.insert("description".into(), description.clone());
        }
        Value::Object(map)
    }

    /// Fills in every text that Postman fills in; the URL becomes one text first.
    pub fn map_strings(&mut self, fill: &mut dyn FnMut(&str) -> Option<String>) {
        self.method = self.method_text();
        map_text(&mut self.method, fill);
        let mut url = self.url.assemble();
        map_text(&mut url, fill);
        self.url = Url::Text(url);
        for header in self.headers.iter_mut().filter(|h| !h.disabled) {
            map_text(&mut header.key, fill);
            map_text(&mut header.value, fill);
        }
        if let Some(body) = &mut self.body {
            body.map_strings(fill);
        }
        if let Some(auth) = &mut self.auth {
            auth.map_strings(fill);
        }
    }
}

impl HeaderEntry {
    /// Reads a list of objects or lines, one text of lines, or a map.
    pub fn list(value: &Value) -> Vec<Self> {
        match value {
            Value::Array(items) => items
                .iter()
                .flat_map(|item| match item {
                    Value::String(line) => vec![Self::of_text(line)],
                    Value::Object(_) => Self::from_entry(item),
                    _ => Vec::new(),
                })
                .collect(),
            Value::String(lines) => {
                lines.split(['\n', '\r', '\u{2028}', '\u{2029}']).filter_map(Self::parse_line).collect()
            }
            Value::Object(map) => map
                .iter()
                .filter_map(|(key, value)| {
                    Some(Self { key: key.clone(), value: value.as_str()?.to_owned(), ..Self::default() })
                })
                .collect(),
            _ => Vec::new(),
        }
    }

    /// An entry; several where its value is a list.
    fn from_entry(entry: &Value) -> Vec<Self> {
        let one = Self {
            key: entry.get("key").filter(|k| !k.is_null()).map(text).unwrap_or_default(),
            value: entry.get("value").map(text).unwrap_or_default(),
            disabled: disabled(entry),
            system: entry.get("system").is_some_and(crate::variables::truthy),
            description: entry.get("description").filter(|d| !d.is_null()).cloned(),
        };
        match entry.get("value") {
            Some(Value::Array(values)) => {
                values.iter().map(|value| Self { value: text(value), ..one.clone() }).collect()
            }
            _ => vec![one],
        }
    }

    /// An entry of a list that is text: cut at the first colon.
    fn of_text(line: &str) -> Self {
        let (key, value) = line.split_once(':').unwrap_or((line, ""));
        Self { key: key.trim().to_owned(), value: value.trim().to_owned(), ..Self::default() }
    }

    /// A line of a text, read as newman reads it: the name ends at the last colon before the first blank; a line that begins with a
    /// blank, or has no such colon, is dropped.
    fn parse_line(line: &str) -> Option<Self> {
        let word = line.split(char::is_whitespace).next()?;
        let colon = word.rfind(':').filter(|at| *at > 0)?;
        Some(Self { key: line[..colon].to_owned(), value: line[colon + 1..].trim().to_owned(), ..Self::default() })
    }

    fn to_value(&self) -> Value {
        let mut map = Map::new();
        map.insert("key".into(), self.key.clone().into());
        map.insert("value".into(), self.value.clone().into());
        if self.disabled {
            map.insert("disabled".into(), true.into());
        }
        if self.system {
            map.insert("system".into(), true.into());
        }
        if let Some(description) = &self.description {
            map.insert("description".into(), description.clone());
        }
        Value::Object(map)
    }
}
