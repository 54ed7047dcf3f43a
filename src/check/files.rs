//! Files that requests upload.

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::walk::Part;
use super::{Findings, Input};
use crate::collection::disabled;

pub(super) fn check(parts: &[Part<'_>], input: &Input<'_>, findings: &mut Findings<'_>) {
    for part in parts.iter().filter(|part| part.is_request()) {
        let Some(body) = part.value.pointer("/request/body").filter(|body| !disabled(body)) else { continue };
        let pointer = format!("{}/request/body", part.pointer);
        match body.get("mode").and_then(Value::as_str) {
            Some("file") => {
                let src = body.get("file").map(|file| file.get("src").unwrap_or(file));
                if body.pointer("/file/content").is_none_or(|content| !content.is_string()) {
                    let at = if body.pointer("/file/src").is_some() { "/file/src" } else { "" };
                    source(src, &format!("{pointer}{at}"), part, input, findings);
                }
            }
            Some("formdata") => {
                for (index, entry) in body.get("formdata").and_then(Value::as_array).into_iter().flatten().enumerate() {
                    if entry.get("type").and_then(Value::as_str) != Some("file") || disabled(entry) {
                        continue;
                    }
                    let at = format!("{pointer}/formdata/{index}");
                    let at = if entry.get("src").is_some() { format!("{at}/src") } else { at };
                    source(entry.get("src"), &at, part, input, findings);
                }
            }
            _ => {}
        }
    }
}

/// A `src`: a path, a list of them, or nothing yet.
fn source(src: Option<&Value>, pointer: &str, part: &Part<'_>, input: &Input<'_>, findings: &mut Findings<'_>) {
    match src {
        Some(Value::String(name)) if !name.is_empty() => {
            // Which file a variable means is known in a run only.
            if name.contains("{{") || path(name, input).is_file() {
                return;
            }
            let message = format!("the file \"{name}\" is not there; the request is sent without it");
            let help = format!(
                "put it below {} (--working-dir), or name another one in `files:` of postbud.yaml",
                input.working_dir.display()
            );
            findings.add("missing-file", pointer, &part.path(), &message, Some(help));
        }
        Some(Value::Array(list)) if !list.is_empty() => {
            for (index, entry) in list.iter().enumerate() {
                if entry.is_string() {
                    source(Some(entry), &format!("{pointer}/{index}"), part, input, findings);
                }
            }
        }
        _ => {
            let message = "no file is chosen here; the request is sent without it";
            findings.add("missing-file", pointer, &part.path(), message, None);
        }
    }
}

fn path(name: &str, input: &Input<'_>) -> PathBuf {
    let mapped = input.config.and_then(|config| config.file_for(name));
    mapped.map_or_else(|| input.working_dir.join(name), Path::to_owned)
}
