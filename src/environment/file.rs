//! Environment and globals files.

use serde_json::Value;

use crate::collection::load::unwrap;
use crate::diagnostic::{Diagnostic, SourceFile};
use crate::variables::{Scope, Variable};

/// Why an environment or globals file could not be read.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct EnvironmentError(pub Diagnostic);

/// Reads an environment or globals: `{id, name, values: […]}`, a bare list of variables, or either inside
/// `{"environment": …}` / `{"globals": …}`; in YAML where the name ends so.
///
/// # Errors
/// When the bytes are no JSON, or clearly another kind of file.
pub fn load_scope(name: &str, bytes: &[u8], wrapper: &str) -> Result<Scope, EnvironmentError> {
    let file = SourceFile::decode(name, bytes);
    let yaml = [".yaml", ".yml"].iter().any(|end| name.ends_with(end));
    let value = if yaml {
        crate::collection::v3::read_scope(&file).map_err(|error| EnvironmentError(veiled(*error)))?
    } else {
        file.parse_json().map_err(|error| EnvironmentError(veiled(error)))?
    };
    // Twice, as in newman.
    let value = unwrap(unwrap(value, wrapper), wrapper);
    if value.get("item").is_some_and(Value::is_array) {
        let problem = Diagnostic::at_start(&file, &format!("expected {wrapper} variables, found a collection"));
        return Err(EnvironmentError(problem.with_help("the collection is the first argument, without an option")));
    }
    if !value.is_object() && !value.is_array() {
        let problem = Diagnostic::at_start(&file, &format!("expected {wrapper} variables"));
        let help = "the file is a JSON object with `values`, as Postman exports it";
        return Err(EnvironmentError(problem.with_help(help)));
    }
    Ok(scope_of(&value))
}

/// The line that is drawn with stars in place of values: they may be secrets.
fn veiled(mut problem: Diagnostic) -> Diagnostic {
    if let Some(place) = &mut problem.place
        && let Some(at) = place.text.find("value")
    {
        let (kept, values) = place.text.split_at(at + "value".len());
        let stars = values.chars().map(|c| if c.is_alphanumeric() { '*' } else { c });
        place.text = kept.chars().chain(stars).collect();
    }
    problem
}

fn scope_of(value: &Value) -> Scope {
    let entries = match value {
        Value::Array(entries) => Some(entries),
        other => other.get("values").and_then(Value::as_array),
    };
    Scope {
        id: value.get("id").and_then(Value::as_str).map_or_else(crate::collection::item::new_id, str::to_owned),
        name: value.get("name").and_then(Value::as_str).map(str::to_owned),
        variables: entries.map(|list| list.iter().filter_map(Variable::from_value).collect()).unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::load_scope;

    #[test]
    fn a_broken_file_shows_its_line_without_values() {
        for (name, text) in [
            ("e.json", "{\"values\": [\n {\"key\": \"k\", \"value\": \"hunter2},\n]}"),
            ("e.json", "{\"values\": [{\"key\": \"k\", \"value\": \"hunter2\"}}"),
            ("e.yaml", "values:\n  - key: k\n    value: \"hunter2\n"),
        ] {
            let error = load_scope(name, text.as_bytes(), "environment").expect_err("broken").to_string();
            assert!(!error.contains("hunter2") && error.contains(name), "{error}");
        }
    }

    #[test]
    fn accepts_the_forms_that_newman_accepts() {
        let forms: [&[u8]; 4] = [
            br#"{"environment": {"environment": {"values": [{"key": "a", "value": "1"}]}}}"#,
            br#"{"name": "e", "values": [{"key": "a", "value": "1", "enabled": false}]}"#,
            br#"[{"key": "a", "value": "1"}]"#,
            br#"{"environment": {"values": [{"key": "a", "value": "1"}]}}"#,
        ];
        for bytes in forms {
            let scope = load_scope("e.json", bytes, "environment").expect("readable");
            assert_eq!(scope.get("a").and_then(|v| v.as_str()), Some("1"));
        }
    }

    #[test]
    fn says_where_the_json_breaks() {
        let error = load_scope("e.json", b"{\n \"values\": [,]\n}", "environment").unwrap_err().to_string();
        assert!(error.contains("e.json:2:13"), "{error}");
    }
}
