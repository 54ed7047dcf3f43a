//! The URL of a request as written: a text, or its parts (whose `raw` is ignored, as in newman).

use serde_json::{Map, Value};

use super::{disabled, opt_text, text};

/// A URL as written.
#[derive(Debug, Clone, PartialEq)]
pub enum Url {
    /// One text.
    Text(String),
    /// Parts.
    Parts(Box<UrlParts>),
}

impl Default for Url {
    fn default() -> Self {
        Self::Text(String::new())
    }
}

/// The parts of a URL in object form.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct UrlParts {
    /// `http`, `https`, with or without `://`.
    pub protocol: Option<String>,
    /// User and password.
    pub auth: Option<(String, String)>,
    /// Host labels joined by dots.
    pub host: Option<String>,
    /// Port.
    pub port: Option<String>,
    /// Path segments; `None` where no path is given.
    pub path: Option<Vec<String>>,
    /// Query parameters in order.
    pub query: Vec<QueryParam>,
    /// Fragment.
    pub hash: Option<String>,
    /// Values of `:name` segments.
    pub variables: Vec<PathVariable>,
}

/// A parameter of the query.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct QueryParam {
    /// Name; `None` and empty give `=value`.
    pub key: Option<String>,
    /// Value; `None` gives the key without `=`.
    pub value: Option<String>,
    /// Left out.
    pub disabled: bool,
    /// `description`, kept for scripts and conversions.
    pub description: Option<Value>,
}

/// A value for a `:name` segment of the path.
#[derive(Debug, Clone, PartialEq)]
pub struct PathVariable {
    /// Name without the colon.
    pub key: String,
    /// Value; only a non-empty string replaces the segment.
    pub value: Value,
    /// The entry as written, for scripts and conversions.
    pub source: Value,
}

impl Url {
    /// Reads either form; anything else is an empty URL.
    pub fn from_value(value: &Value) -> Self {
        match value {
            Value::String(text) => Self::Text(text.clone()),
            Value::Object(map) => Self::Parts(Box::new(UrlParts::from_map(map))),
            _ => Self::default(),
        }
    }

    /// The whole URL as one text, path variables in place, nothing filled in or encoded.
    pub fn assemble(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Parts(parts) => parts.assemble(),
        }
    }

    /// v2.1 form.
    pub fn to_value(&self) -> Value {
        match self {
            Self::Text(text) => Value::String(text.clone()),
            Self::Parts(parts) => parts.to_value(),
        }
    }
}

impl UrlParts {
    fn from_map(map: &Map<String, Value>) -> Self {
        let joined = |value: &Value, separator: &str| match value {
            Value::String(text) => Some(text.clone()),
            Value::Array(items) => {
                let parts: Vec<String> = items.iter().map(|v| opt_text(Some(v)).unwrap_or_default()).collect();
                Some(parts.join(separator))
            }
            _ => None,
        };
        let path = map.get("path").and_then(|path| match path {
            Value::String(text) => Some(text.strip_prefix('/').unwrap_or(text).split('/').map(str::to_owned).collect()),
            Value::Array(items) => Some(
                items
                    .iter()
                    .map(|v| match v {
                        // Postman's old path entries: {type, value}.
                        Value::Object(entry) if entry.get("value").is_some_and(Value::is_string) => {
                            text(&entry["value"])
                        }
                        Value::Null => String::new(),
                        other => text(other),
                    })
                    .collect::<Vec<String>>(),
            ),
            _ => None,
        });
        Self {
            protocol: opt_text(map.get("protocol")),
            auth: map.get("auth").and_then(Value::as_object).map(|auth| {
                (opt_text(auth.get("user")).unwrap_or_default(), opt_text(auth.get("password")).unwrap_or_default())
            }),
            host: map.get("host").and_then(|host| joined(host, ".")),
            port: opt_text(map.get("port")).filter(|port| !port.is_empty()),
            path,
            query: map.get("query").map(QueryParam::list).unwrap_or_default(),
            hash: map.get("hash").and_then(Value::as_str).map(str::to_owned),
            variables: map.get("variable").map(PathVariable::list).unwrap_or_default(),
        }
    }

    fn assemble(&self) -> String {
        let mut out = String::new();
        if let Some(protocol) = self.protocol.as_deref().filter(|p| !p.is_empty()) {
            out.push_str(protocol);
            if !protocol.ends_with("://") {
                out.push_str("://");
            }
        }
        if let Some((user, password)) = &self.auth
            && !(user.is_empty() && password.is_empty())
        {
            out.push_str(user);
            if !password.is_empty() {
                out.push(':');
                out.push_str(password);
            }
            out.push('@');
        }
        out.push_str(self.host.as_deref().unwrap_or_default());
        if let Some(port) = &self.port {
            out.push(':');
            out.push_str(port);
        }
        if let Some(path) = &self.path {
            for segment in path {
                out.push('/');
                out.push_str(&self.segment(segment));
            }
        }
        let mut separator = '?';
        for param in self.query.iter().filter(|p| !p.disabled) {
            out.push(separator);
            separator = '&';
            out.push_str(&param.assemble());
        }
        if let Some(hash) = self.hash.as_deref().filter(|h| !h.is_empty()) {
            out.push('#');
            out.push_str(hash);
        }
        out
    }

    /// A path segment with its variable's value: the name runs from the colon to the first dot.
    fn segment(&self, segment: &str) -> String {
        let Some(rest) = segment.strip_prefix(':') else { return segment.to_owned() };
        let (name, suffix) = rest.find('.').map_or((rest, ""), |dot| rest.split_at(dot));
        let value = self.variables.iter().rev().find(|v| v.key == name).map(|v| &v.value);
        match value {
            Some(Value::String(value)) if !value.is_empty() => format!("{value}{suffix}"),
            _ => segment.to_owned(),
        }
    }

    fn to_value(&self) -> Value {
        let mut map = Map::new();
        let mut put = |key: &str, value: Value| {
            map.insert(key.to_owned(), value);
        };
        if let Some(protocol) = &self.protocol {
            put("protocol", protocol.as_str().into());
        }
        if let Some((user, password)) = &self.auth {
            put("auth", serde_json::json!({"user": user, "password": password}));
        }
        if let Some(port) = &self.port {
            put("port", port.as_str().into());
        }
        if let Some(path) = &self.path {
            put("path", path.iter().map(String::as_str).collect::<Value>());
        }
        if let Some(host) = &self.host {
            put("host", host.split('.').collect::<Value>());
        }
        put("query", self.query.iter().map(QueryParam::to_value).collect());
        put("variable", self.variables.iter().map(|v| v.source.clone()).collect());
        if let Some(hash) = &self.hash {
            put("hash", hash.as_str().into());
        }
        Value::Object(map)
    }
}

impl QueryParam {
    /// Reads a list of objects or texts, a query string, or a map.
    fn list(value: &Value) -> Vec<Self> {
        match value {
            Value::Array(items) => items
                .iter()
                .filter_map(|item| match item {
                    Value::String(text) => Some(Self::parse(text)),
                    Value::Object(_) => Some(Self::from_entry(item)),
                    _ => None,
                })
                .collect(),
            Value::String(text) => {
                if text.is_empty() {
                    Vec::new()
                } else {
                    text.split('&').map(Self::parse).collect()
                }
            }
            Value::Object(map) => map
                .iter()
                .map(|(key, value)| Self {
                    key: Some(key.clone()),
                    value: value.as_str().map(str::to_owned),
                    ..Self::default()
                })
                .collect(),
            _ => Vec::new(),
        }
    }

    fn from_entry(entry: &Value) -> Self {
        Self {
            key: entry.get("key").and_then(Value::as_str).map(str::to_owned),
            // Numbers and booleans are dropped by Postman, as keys too: a key without a value goes out without `=`.
            value: entry.get("value").and_then(Value::as_str).map(str::to_owned),
            disabled: disabled(entry),
            description: entry.get("description").cloned(),
        }
    }

    /// Splits `key=value` at the first `=`.
    pub fn parse(text: &str) -> Self {
        match text.split_once('=') {
            Some((key, value)) => Self { key: Some(key.to_owned()), value: Some(value.to_owned()), ..Self::default() },
            None => Self { key: Some(text.to_owned()), ..Self::default() },
        }
    }

    /// `key=value` with the characters that would split the query encoded, outside of `{{…}}`.
    pub fn assemble(&self) -> String {
        let key = escape(self.key.as_deref().unwrap_or_default(), true);
        match &self.value {
            Some(value) => format!("{key}={}", escape(value, false)),
            None => key,
        }
    }

    fn to_value(&self) -> Value {
        let mut map = Map::new();
        map.insert("key".into(), self.key.clone().map_or(Value::Null, Value::String));
        map.insert("value".into(), self.value.clone().map_or(Value::Null, Value::String));
        if self.disabled {
            map.insert("disabled".into(), true.into());
        }
        if let Some(description) = &self.description {
            map.insert("description".into(), description.clone());
        }
        Value::Object(map)
    }
}

impl PathVariable {
    fn list(value: &Value) -> Vec<Self> {
        let Some(items) = value.as_array() else { return Vec::new() };
        items
            .iter()
            .filter_map(|entry| {
                let key = opt_text(entry.get("key")).or_else(|| opt_text(entry.get("id")))?;
                let value = entry.get("value").cloned().unwrap_or(Value::Null);
                Some(Self { key, value, source: entry.clone() })
            })
            .collect()
    }
}

/// Encodes `&` and `#` (and `=` in keys) outside of `{{…}}`.
fn escape(text: &str, is_key: bool) -> String {
    let splits = text.contains(['&', '#']) || (is_key && text.contains('='));
    if !splits {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len() + 8);
    let mut copy = |part: &str| {
        for c in part.chars() {
            match c {
                '&' => out.push_str("%26"),
                '#' => out.push_str("%23"),
                '=' if is_key => out.push_str("%3D"),
                other => out.push(other),
            }
        }
    };
    let mut from = 0;
    let mut pieces = Vec::new();
    for (start, end) in crate::variables::tokens(text) {
        pieces.push((from, start, end));
        from = end;
    }
    if pieces.is_empty() {
        copy(text);
        return out;
    }
    let mut result = String::with_capacity(text.len() + 8);
    for (from, start, end) in pieces {
        result.push_str(&escape(&text[from..start], is_key));
        result.push_str(&text[start..end]);
    }
    result.push_str(&escape(&text[from..], is_key));
    result
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn assembled(value: &Value) -> String {
        Url::from_value(value).assemble()
    }

    #[test]
    fn raw_is_ignored_and_parts_are_joined() {
        assert_eq!(assembled(&json!({"raw": "http://h/x"})), "");
        assert_eq!(
            assembled(&json!({"protocol": "http", "host": ["127", "0", "0", "1"], "port": "9301", "path": ["parsed"]})),
            "http://127.0.0.1:9301/parsed"
        );
        assert_eq!(assembled(&json!({"host": "h", "path": "/a/b/"})), "h/a/b/");
    }

    #[test]
    fn query_values_are_shielded_but_tokens_are_not() {
        let url = json!({"host": ["h"], "path": ["x"], "query": [
            {"key": "a", "value": "1"}, {"key": "b", "value": "2", "disabled": true}, {"key": "c", "value": null},
            {"key": "d", "value": ""}, {"key": "n", "value": 5}, {"key": "k&=#", "value": "v&=#{{a&b}}"}]});
        assert_eq!(assembled(&url), "h/x?a=1&c&d=&n&k%26%3D%23=v%26=%23{{a&b}}");
    }

    #[test]
    fn path_variables_end_at_a_dot() {
        let url = json!({"host": "h", "path": [":id", ":id.json", "x:id", ":no", ":em"],
            "variable": [{"key": "id", "value": "a/b c"}, {"key": "em", "value": ""}]});
        assert_eq!(assembled(&url), "h/a/b c/a/b c.json/x:id/:no/:em");
    }
}
