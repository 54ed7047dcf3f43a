//! newman's rc files: `/etc/postman/newmanrc`, `~/.postman/newmanrc` and `./.newmanrc`, merged, the later over the earlier.
//!
//! In newman the defaults of the command line win over some of their keys, and others have no effect; here every key works.

use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use super::Failure;
use super::context::Context;
use super::defaults::Default;
use crate::diagnostic::SourceFile;

/// What the rc files say of options of `run`.
///
/// # Errors
/// When one of them is no JSON object.
pub(super) fn read(context: &Context) -> Result<Vec<Default>, Failure> {
    let mut merged = Map::new();
    let mut last = PathBuf::new();
    for path in paths(context) {
        let Ok(bytes) = std::fs::read(&path) else { continue };
        let file = SourceFile::decode(&path.display().to_string(), &bytes);
        let value = file.parse_json().map_err(Failure::usage)?;
        let Value::Object(map) = value else {
            return Err(Failure::usage(format!("{}: expected a JSON object of options", path.display())));
        };
        merge(&mut merged, map);
        last = path;
    }
    let name = last.display().to_string();
    // With a `run` key only that part holds, as in newman.
    let options = match merged.remove("run") {
        Some(Value::Object(run)) => run,
        _ => merged,
    };
    Ok(options.into_iter().flat_map(|(key, value)| defaults(&name, &key, &value)).collect())
}

fn paths(context: &Context) -> Vec<PathBuf> {
    let mut paths = Vec::new();
    if !cfg!(windows) {
        paths.push(PathBuf::from("/etc/postman/newmanrc"));
    }
    if let Some(home) = context.variable(if cfg!(windows) { "USERPROFILE" } else { "HOME" }) {
        paths.push(Path::new(home).join(".postman/newmanrc"));
    }
    paths.push(PathBuf::from(".newmanrc"));
    paths
}

/// Objects are merged, everything else is replaced.
fn merge(into: &mut Map<String, Value>, from: Map<String, Value>) {
    for (key, value) in from {
        match (into.get_mut(&key), value) {
            (Some(Value::Object(old)), Value::Object(new)) => merge(old, new),
            (_, value) => {
                into.insert(key, value);
            }
        }
    }
}

/// A key of an rc file as options.
fn defaults(file: &str, key: &str, value: &Value) -> Vec<Default> {
    let one = |option: String, value: Value| Default { option, value, origin: file.to_owned(), place: None };
    match key {
        "reporter" => {
            let reporters = value.as_object().into_iter().flatten();
            reporters
                .flat_map(|(name, options)| {
                    options.as_object().into_iter().flatten().map(move |(option, value)| {
                        one(format!("reporter-{name}-{}", kebab_case(option)), value.clone())
                    })
                })
                .collect()
        }
        "reporters" => {
            let names = match value {
                Value::Array(names) => names.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(","),
                other => other.as_str().unwrap_or_default().to_owned(),
            };
            vec![one("reporters".to_owned(), names.into())]
        }
        // newman's option is the opposite of its key.
        "insecureFileRead" => vec![one("no-insecure-file-read".to_owned(), (value == &Value::Bool(false)).into())],
        // The collection is an argument.
        "collection" => Vec::new(),
        _ => vec![one(kebab_case(key), value.clone())],
    }
}

/// `timeoutRequest` → `timeout-request`.
pub(super) fn kebab_case(name: &str) -> String {
    let mut out = String::with_capacity(name.len() + 4);
    for c in name.chars() {
        if c.is_uppercase() && !out.is_empty() {
            out.push('-');
        }
        out.extend(c.to_lowercase());
    }
    out
}
