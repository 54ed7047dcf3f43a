//! Secrets in JSON values: by member names, by Postman's `{key, value}` pairs, and in their texts.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::names::is_secret_name;
use super::redact::{MASK, Redactor};

/// Private members of a JSON Web Key.
const JWK_PRIVATE: &[&str] = &["d", "p", "q", "dp", "dq", "qi", "k"];

impl Redactor {
    /// Replaces the secrets in a JSON value.
    pub fn json(&self, value: &mut Value) {
        if !self.is_on() {
            return;
        }
        match value {
            Value::String(text) => self.text(text),
            Value::Array(items) => items.iter_mut().for_each(|item| self.json(item)),
            Value::Object(members) => self.members(members),
            _ => {}
        }
    }

    fn members(&self, members: &mut Map<String, Value>) {
        let pair_is_secret = members.get("type").and_then(Value::as_str) == Some("secret")
            || members.get("key").or_else(|| members.get("name")).and_then(Value::as_str).is_some_and(is_secret_pair);
        let jwk = members.contains_key("kty");
        for (name, value) in members.iter_mut() {
            let secret = is_secret_name(name)
                || (pair_is_secret && name == "value")
                || (jwk && JWK_PRIVATE.contains(&name.as_str()));
            match value {
                Value::String(text) if secret => {
                    let key = if pair_is_secret { "value-token" } else { name.as_str() };
                    if let Cow::Owned(masked) = self.named(if jwk { "value-token" } else { key }, text) {
                        *text = masked;
                    }
                }
                Value::Number(_) if secret && pair_is_secret => *value = Value::String(MASK.to_owned()),
                _ => self.json(value),
            }
        }
    }

    fn text(&self, text: &mut String) {
        if let Cow::Owned(masked) = self.redact(text) {
            *text = masked;
        }
    }
}

/// Names of `{key, value}` pairs: also the parameters of Postman's authorizations, which stand in a list.
fn is_secret_pair(name: &str) -> bool {
    is_secret_name(name) || matches!(name, "key" | "secretKey" | "accessKey")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_by_name_pair_and_text() {
        let redactor = Redactor::new();
        let mut value = json!({
            "auth": {"type": "bearer", "bearer": [{"key": "token", "value": "abc", "type": "string"}]},
            "header": [{"key": "Authorization", "value": "{{t}}"}, {"key": "X-Api-Key", "value": "abc"}],
            "values": [{"key": "a", "value": "b", "type": "secret"}],
            "key": {"kty": "EC", "x": "1", "d": "2345"},
            "n": 1,
            "access_token": "abc",
            "text": "password=abcd",
        });
        redactor.json(&mut value);
        assert_eq!(
            value,
            json!({
                "auth": {"type": "bearer", "bearer": [{"key": "token", "value": "[redacted]", "type": "string"}]},
                "header": [{"key": "Authorization", "value": "{{t}}"}, {"key": "X-Api-Key", "value": "[redacted]"}],
                "values": [{"key": "a", "value": "[redacted]", "type": "secret"}],
                "key": {"kty": "EC", "x": "1", "d": "[redacted]"},
                "n": 1,
                "access_token": "[redacted]",
                "text": "password=[redacted]",
            })
        );
    }
}
