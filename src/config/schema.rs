//! `json_schema:` of an expectation.

use std::path::Path;
use std::sync::Arc;

use jsonschema::Validator;
use serde_json::Value;

use super::ConfigError;
use super::node::{Kind, Node, Source};
use crate::diagnostic::Diagnostic;

/// Faults of a body that are told.
const TOLD: usize = 5;

/// A JSON Schema that a body has to fit.
#[derive(Debug, Clone)]
pub struct BodySchema {
    /// What reports call it: its file, or its `title`.
    pub name: String,
    validator: Arc<Validator>,
}

impl BodySchema {
    /// What of a value does not fit: place and reason of each fault, at most a few.
    pub fn faults(&self, value: &Value) -> Vec<String> {
        let mut faults = self.validator.iter_errors(value);
        let mut told: Vec<String> = faults
            .by_ref()
            .take(TOLD)
            .map(|fault| {
                let place = fault.instance_path().to_string();
                let place = if place.is_empty() { "the body" } else { &place };
                // A value in the message may be long; the place says where it is.
                format!("{place}: {}", fault.masked_with("the value"))
            })
            .collect();
        let more = faults.count();
        if more > 0 {
            told.push(format!("and {more} more"));
        }
        told
    }
}

/// A schema as it stands, or the name of its file.
pub(super) fn read(source: &Source, base: &Path, node: &Node) -> Result<BodySchema, ConfigError> {
    let (name, value) = match &node.kind {
        Kind::Text(file) => {
            let path = base.join(file);
            let fail = |reason: String| source.error(node.at, &format!("{}: {reason}", path.display()));
            let text = std::fs::read_to_string(&path).map_err(|error| fail(format!("could not be read: {error}")))?;
            let value = serde_json::from_str(text.trim_start_matches('\u{FEFF}'))
                .map_err(|error| fail(format!("is no JSON: {error}")))?;
            (file.clone(), value)
        }
        Kind::Map(_) | Kind::Bool(_) => {
            let value = node.to_json();
            let title = value.get("title").and_then(Value::as_str).unwrap_or("JSON Schema").to_owned();
            (title, value)
        }
        _ => return Err(source.expected(node, "json_schema", "a JSON Schema or the name of its file")),
    };
    let validator = jsonschema::validator_for(&value).map_err(|error| {
        let mut diagnostic = Diagnostic::new(format!("`json_schema` is no JSON Schema: {error}"));
        diagnostic.place = Some(source.place(node.at));
        diagnostic.help = Some("a `$ref` leads to a part of the same schema; nothing is fetched".to_owned());
        ConfigError(Box::new(diagnostic))
    })?;
    Ok(BodySchema { name, validator: Arc::new(validator) })
}
