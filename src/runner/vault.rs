//! The vault: secrets of the user's own machine that scripts ask for by name.

use std::cell::RefCell;
use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::script::{HostCall, HostCallKind};
use crate::secret::{Redactor, SecretString};

/// Secrets by name, read from a file that the user named. What scripts set lives as long as the run.
#[derive(Debug, Clone, Default)]
pub struct Vault(RefCell<BTreeMap<String, SecretString>>);

impl Vault {
    /// Reads a JSON object of texts, or lines `NAME=value`.
    ///
    /// # Errors
    /// With what is wrong, without any value.
    pub fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim_start_matches('\u{feff}');
        if text.trim_start().starts_with('{') {
            let found: BTreeMap<String, Value> = serde_json::from_str(text)
                .map_err(|error| format!("line {}: not a JSON object of secrets", error.line()))?;
            return Ok(Self::of(found.iter().map(|(key, value)| (key.clone(), crate::variables::text_of(value)))));
        }
        let mut entries = Vec::new();
        for (number, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let line = line.strip_prefix("export ").unwrap_or(line);
            let Some((key, value)) = line.split_once('=') else {
                return Err(format!("line {}: expected NAME=value", number + 1));
            };
            entries.push((key.trim().to_owned(), unquoted(value.trim()).to_owned()));
        }
        Ok(Self::of(entries))
    }

    fn of(entries: impl IntoIterator<Item = (String, String)>) -> Self {
        Self(RefCell::new(entries.into_iter().map(|(key, value)| (key, SecretString::new(value))).collect()))
    }

    /// Teaches a redactor every secret.
    pub fn teach(&self, redactor: &Redactor) {
        for secret in self.0.borrow().values() {
            redactor.add(secret.expose());
        }
    }

    /// The secret of a name.
    pub(super) fn get(&self, key: &str) -> Option<String> {
        self.0.borrow().get(key).map(|secret| secret.expose().to_owned())
    }

    /// Performs a call of `pm.vault`.
    pub(super) fn call(&self, call: &HostCall, redactor: &Redactor) -> Value {
        let key = call.arguments.get("key").map(crate::variables::text_of).unwrap_or_default();
        match call.kind {
            HostCallKind::VaultGet => return json!({"value": self.get(&key)}),
            HostCallKind::VaultSet => {
                let value = call.arguments.get("value").map(crate::variables::text_of).unwrap_or_default();
                redactor.add(&value);
                self.0.borrow_mut().insert(key, SecretString::new(value));
            }
            _ => drop(self.0.borrow_mut().remove(&key)),
        }
        json!({"value": null})
    }
}

/// What stands between quotes of one kind.
fn unquoted(value: &str) -> &str {
    ['"', '\''].iter().find_map(|quote| value.strip_prefix(*quote)?.strip_suffix(*quote)).unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_both_forms() {
        let json = Vault::parse(r#"{"a": "1", "n": 5}"#).expect("reads");
        assert_eq!((json.get("a"), json.get("n"), json.get("x")), (Some("1".into()), Some("5".into()), None));
        let lines = Vault::parse("# note\nexport A = 'x y'\nB=\"q=\"\n\nC=\n").expect("reads");
        assert_eq!(
            (lines.get("A"), lines.get("B"), lines.get("C")),
            (Some("x y".into()), Some("q=".into()), Some(String::new()))
        );
        assert_eq!(Vault::parse("A=1\nsecret").expect_err("refused"), "line 2: expected NAME=value");
        assert!(!format!("{json:?}").contains('1'));
    }
}
