//! Authorization as written: a type and its parameters, in the v2.0 or the v2.1 form.

use serde_json::{Map, Value};

use super::map_value;

/// An `auth` object with a type.
#[derive(Debug, Clone, PartialEq)]
pub struct AuthSpec {
    /// `basic`, `bearer`, `noauth`, …; unknown names are kept.
    pub kind: String,
    /// Parameters of that type; of duplicates the last wins.
    pub params: Map<String, Value>,
}

impl AuthSpec {
    /// `None` for `null`, `{}`, a missing or non-string `type`: those inherit. An empty one stops that, as in newman.
    pub fn from_value(value: &Value) -> Option<Self> {
        let kind = value.get("type")?.as_str()?.to_owned();
        if kind.is_empty() {
            return Some(Self { kind: "noauth".to_owned(), params: Map::new() });
        }
        let params = match value.get(kind.as_str()) {
            Some(Value::Array(entries)) => entries
                .iter()
                .filter_map(|entry| {
                    let key = entry.get("key")?.as_str()?.to_owned();
                    Some((key, entry.get("value").cloned().unwrap_or(Value::Null)))
                })
                .collect(),
            Some(Value::Object(map)) => map.clone(),
            _ => Map::new(),
        };
        Some(Self { kind, params })
    }

    /// v2.1 form: `{type, <type>: [{key, value, type}]}`.
    pub fn to_value(&self) -> Value {
        let entries: Vec<Value> = self
            .params
            .iter()
            .map(|(key, value)| {
                let kind = match value {
                    Value::String(_) => "string",
                    Value::Bool(_) => "boolean",
                    Value::Number(_) => "number",
                    _ => "any",
                };
                serde_json::json!({"type": kind, "value": value, "key": key})
            })
            .collect();
        let mut map = Map::new();
        map.insert("type".into(), self.kind.clone().into());
        if self.kind != "noauth" {
            map.insert(self.kind.clone(), Value::Array(entries));
        }
        Value::Object(map)
    }

    /// A parameter as text; `None` when missing or null.
    pub fn text(&self, key: &str) -> Option<String> {
        super::opt_text(self.params.get(key))
    }

    /// A parameter's truthiness (the string `"false"` is true, as in Postman).
    pub fn flag(&self, key: &str) -> bool {
        self.params.get(key).is_some_and(crate::variables::truthy)
    }

    /// Fills in the parameters' values.
    pub fn map_strings(&mut self, fill: &mut dyn FnMut(&str) -> Option<String>) {
        self.params.values_mut().for_each(|value| map_value(value, fill));
    }
}

#[cfg(test)]
mod tests {
    use super::AuthSpec;
    use serde_json::json;

    #[test]
    fn what_inherits_and_what_stops_that() {
        for inherits in [json!(null), json!({}), json!({"type": null}), json!({"type": 1}), json!("basic"), json!([])] {
            assert_eq!(AuthSpec::from_value(&inherits), None, "{inherits}");
        }
        // Measured: an empty type sends nothing and warns of nothing.
        for stops in [json!({"type": ""}), json!({"type": "noauth"})] {
            assert_eq!(AuthSpec::from_value(&stops).map(|auth| auth.kind), Some("noauth".to_owned()));
        }
    }
}
