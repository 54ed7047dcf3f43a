//! Files written after the run: environment, globals, collection, cookies.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::Value;

use super::inputs::Inputs;
use crate::cli::args::RunArgs;
use crate::event::RunEnd;
use crate::http::cookies::CookieJar;

/// What to write where.
pub(super) struct Exports {
    environment: Option<PathBuf>,
    globals: Option<PathBuf>,
    collection: Option<(PathBuf, Arc<Value>)>,
    cookies: Option<PathBuf>,
}

impl Exports {
    /// The paths of the options; without a path newman's names in `newman/`.
    pub(super) fn of(args: &RunArgs, all: &[Inputs]) -> Self {
        let path = |option: &Option<PathBuf>, name: &str| option.as_ref().map(|path| target(path, name));
        Self {
            environment: path(&args.export_environment, "newman-environment.json"),
            globals: path(&args.export_globals, "newman-globals.json"),
            collection: path(&args.export_collection, "newman-collection.json")
                .zip(all.first().map(|inputs| Arc::clone(&inputs.collection.source))),
            cookies: path(&args.export_cookie_jar, "newman-cookie-jar.json"),
        }
    }

    /// Writes them; returns what went wrong.
    pub(super) fn write(&self, end: &RunEnd, jar: &CookieJar) -> Vec<String> {
        let mut errors = Vec::new();
        let mut put = |path: &Path, value: &Value| {
            if let Err(error) = write_json(path, value) {
                errors.push(format!("{} could not be written: {error}", path.display()));
            }
        };
        if let Some(path) = &self.environment {
            put(path, &exported(&end.environment, "environment"));
        }
        if let Some(path) = &self.globals {
            put(path, &exported(&end.globals, "globals"));
        }
        if let Some((path, collection)) = &self.collection {
            put(path, collection);
        }
        if let Some(path) = &self.cookies {
            put(path, &jar.to_json());
        }
        errors
    }
}

fn exported(scope: &Value, kind: &str) -> Value {
    let mut value = scope.clone();
    if let Some(map) = value.as_object_mut() {
        map.insert("_postman_variable_scope".into(), kind.into());
        map.insert("_postman_exported_at".into(), jiff::Timestamp::now().to_string().into());
        map.insert("_postman_exported_using".into(), concat!("postbud/", env!("CARGO_PKG_VERSION")).into());
    }
    value
}

/// The file for an option's value: a folder gets newman's name in it, nothing the folder `newman`.
fn target(path: &Path, name: &str) -> PathBuf {
    if path.as_os_str().is_empty() {
        return Path::new("newman").join(name);
    }
    if path.is_dir() { path.join(name) } else { path.to_owned() }
}

/// Writes through a temporary file beside the target, so that a reader never sees half of it.
pub(in crate::cli) fn write_json(path: &Path, value: &Value) -> std::io::Result<()> {
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // A device or a pipe is written to, not replaced.
    if std::fs::metadata(path).is_ok_and(|data| !data.is_file()) {
        let mut text = serde_json::to_vec_pretty(value)?;
        text.push(b'\n');
        return std::fs::OpenOptions::new().write(true).open(path)?.write_all(&text);
    }
    std::fs::create_dir_all(folder)?;
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    serde_json::to_writer_pretty(&mut file, value)?;
    file.flush()?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn exports_say_what_they_are() {
        let value = exported(&json!({"id": "1", "name": "e", "values": []}), "environment");
        assert_eq!(value["_postman_variable_scope"], "environment");
    }
}
