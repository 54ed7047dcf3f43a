//! A variable and a scope of them.

use serde_json::{Map, Value};

/// A variable of a collection, an environment or globals.
#[derive(Debug, Clone, PartialEq)]
pub struct Variable {
    /// Its name; blanks and case count.
    pub key: String,
    /// Its value, with its JSON type.
    pub value: Value,
    /// `type` as the file says: `string`, `number`, `boolean`, `secret`, `any`, …
    pub kind: Option<String>,
    /// `disabled: true`. `enabled: false` does not count, as in newman.
    pub disabled: bool,
}

impl Variable {
    /// An enabled variable without a declared type.
    pub fn new(key: impl Into<String>, value: impl Into<Value>) -> Self {
        Self { key: key.into(), value: value.into(), kind: None, disabled: false }
    }

    /// Reads `{key, value, type, disabled}`; `None` for anything without a `key` (newman drops those too).
    pub fn from_value(entry: &Value) -> Option<Self> {
        let entry = entry.as_object()?;
        let key = match entry.get("key")? {
            Value::String(key) => key.clone(),
            Value::Null => return None,
            other => other.to_string(),
        };
        let kind = entry.get("type").and_then(Value::as_str).map(str::to_owned);
        let value = match entry.get("value") {
            None => Value::String(String::new()),
            Some(value) => cast(value, kind.as_deref()),
        };
        Some(Self { key, value, kind, disabled: entry.get("disabled").is_some_and(truthy) })
    }

    /// The value as substitution pastes it.
    pub fn text(&self) -> String {
        text_of(&self.value)
    }

    /// Whether its declared type says that it must not be shown.
    pub fn is_secret(&self) -> bool {
        self.kind.as_deref() == Some("secret")
    }
}

/// JavaScript's truthiness of a JSON value.
pub fn truthy(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(b) => *b,
        Value::Number(n) => n.as_f64().is_some_and(|n| n != 0.0),
        Value::String(s) => !s.is_empty(),
        Value::Array(_) | Value::Object(_) => true,
    }
}

/// A value as JavaScript's `String(value)` gives it, which is what Postman pastes for `{{name}}`.
pub fn text_of(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(b) => b.to_string(),
        Value::Number(n) => number_text(n),
        Value::String(s) => s.clone(),
        Value::Array(items) => {
            items.iter().map(|v| if v.is_null() { String::new() } else { text_of(v) }).collect::<Vec<_>>().join(",")
        }
        Value::Object(_) => "[object Object]".to_owned(),
    }
}

/// A number as JavaScript prints it: `1.0` is `1`.
pub fn number_text(number: &serde_json::Number) -> String {
    if number.is_i64() || number.is_u64() {
        return number.to_string();
    }
    let float = number.as_f64().unwrap_or(f64::NAN);
    if float == 0.0 {
        return "0".to_owned();
    }
    let magnitude = float.abs();
    if !(1e-6..1e21).contains(&magnitude) {
        let text = format!("{float:e}");
        return if text.contains("e-") { text } else { text.replace('e', "e+") };
    }
    format!("{float}")
}

/// Casts a value to its declared type, as the SDK does on reading a file.
fn cast(value: &Value, kind: Option<&str>) -> Value {
    match (kind, value) {
        (Some("string"), Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_)) => {
            Value::String(text_of(value))
        }
        (Some("boolean"), other) if !other.is_null() => Value::Bool(truthy(other)),
        (Some("number"), Value::String(text)) => js_number(text.trim()),
        (Some("number"), Value::Null) => Value::from(0),
        (Some("number"), Value::Bool(flag)) => Value::from(u8::from(*flag)),
        // What is neither list nor map is nothing, and pasted as nothing.
        (Some("array" | "object"), Value::String(text)) => match serde_json::from_str::<Value>(text) {
            Ok(parsed) if parsed.is_array() || parsed.is_object() => parsed,
            _ => Value::String(String::new()),
        },
        (Some("array" | "object"), Value::Number(_) | Value::Bool(_)) => Value::String(String::new()),
        _ => value.clone(),
    }
}

/// JavaScript's `Number(text)`; JSON has neither NaN nor infinities, and the text stands for them where they are pasted.
fn js_number(text: &str) -> Value {
    if text.is_empty() {
        return Value::from(0);
    }
    for (prefix, radix) in [("0x", 16), ("0X", 16), ("0b", 2), ("0B", 2), ("0o", 8), ("0O", 8)] {
        if let Some(digits) = text.strip_prefix(prefix).filter(|digits| !digits.starts_with('+')) {
            return i64::from_str_radix(digits, radix).map_or_else(|_| Value::from("NaN"), Value::from);
        }
    }
    if let Ok(integer) = text.parse::<i64>() {
        return Value::from(integer);
    }
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    match text.parse::<f64>() {
        Ok(number) if number.is_finite() => Value::from(number),
        // Rust reads `inf` and `nan` too, JavaScript this word alone, and numbers without end as it.
        Ok(number) if unsigned == "Infinity" || unsigned.starts_with(|c: char| c.is_ascii_digit() || c == '.') => {
            Value::from(if number < 0.0 { "-Infinity" } else { "Infinity" })
        }
        _ => Value::from("NaN"),
    }
}

/// A list of variables under one name: an environment, globals, a collection's variables, the local ones of a run.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Scope {
    /// Id, as exported.
    pub id: String,
    /// Name, as exported.
    pub name: Option<String>,
    /// Variables in file order.
    pub variables: Vec<Variable>,
}

impl Scope {
    /// A scope of enabled variables.
    pub fn of(variables: impl IntoIterator<Item = (String, Value)>) -> Self {
        Self {
            variables: variables.into_iter().map(|(key, value)| Variable::new(key, value)).collect(),
            ..Self::default()
        }
    }

    /// The last enabled variable of that name.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.variables.iter().rev().find(|v| v.key == key && !v.disabled).map(|v| &v.value)
    }

    /// Changes the enabled variable of that name (its declared type is kept), or adds one.
    pub fn set(&mut self, key: &str, value: Value) {
        match self.variables.iter_mut().rev().find(|v| v.key == key && !v.disabled) {
            Some(variable) => variable.value = cast(&value, variable.kind.as_deref()),
            None => self.variables.push(Variable::new(key, value)),
        }
    }

    /// Removes every enabled variable of that name.
    pub fn unset(&mut self, key: &str) {
        self.variables.retain(|v| v.key != key || v.disabled);
    }

    /// Removes everything.
    pub fn clear(&mut self) {
        self.variables.clear();
    }

    /// `[{key, value, type?, disabled?}]`, as scripts and exports read it.
    pub fn to_values(&self, default_kind: Option<&str>) -> Value {
        Value::Array(
            self.variables
                .iter()
                .map(|variable| {
                    let mut entry = Map::new();
                    if let Some(kind) = variable.kind.as_deref().or(default_kind) {
                        entry.insert("type".into(), kind.into());
                    }
                    entry.insert("value".into(), variable.value.clone());
                    entry.insert("key".into(), variable.key.clone().into());
                    if variable.disabled {
                        entry.insert("disabled".into(), true.into());
                    }
                    Value::Object(entry)
                })
                .collect(),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn types_cast_as_in_newman() {
        for (kind, value, text) in [
            ("number", json!(null), "0"),
            ("number", json!(true), "1"),
            ("number", json!("0x10"), "16"),
            ("number", json!("0b11"), "3"),
            ("number", json!("0o17"), "15"),
            ("number", json!("0x+1"), "NaN"),
            ("number", json!("-Infinity"), "-Infinity"),
            ("number", json!("1e999"), "Infinity"),
            ("number", json!("inf"), "NaN"),
            ("number", json!(" 1.50 "), "1.5"),
            ("number", json!(""), "0"),
            ("array", json!("nonsense"), ""),
            ("array", json!("[1,2]"), "1,2"),
            ("object", json!("null"), ""),
            ("object", json!(5), ""),
            ("object", json!("{}"), "[object Object]"),
            ("boolean", json!("false"), "true"),
            ("string", json!(5), "5"),
        ] {
            let variable = Variable::from_value(&json!({"key": "a", "value": value, "type": kind})).unwrap();
            assert_eq!(variable.text(), text, "{kind} {value}");
        }
    }
}
