//! Where findings are placed: in one file of JSON, or in the files of a folder of YAML.

use std::borrow::Cow;

use serde_json::Value;

use crate::diagnostic::{SourceFile, locate};

/// What is checked.
#[derive(Debug)]
pub enum Origin<'a> {
    /// A file of JSON.
    File(&'a SourceFile),
    /// A folder of YAML (v3).
    Folder {
        /// Its name, as given.
        name: String,
        /// What was read from it, in v2.1 form.
        value: Value,
        /// Its files, by the JSON Pointer of the part that each holds.
        files: Vec<(String, SourceFile)>,
        /// What was not read.
        warnings: Vec<String>,
    },
}

impl Origin<'_> {
    /// The name for reports.
    pub(super) fn name(&self) -> &str {
        match self {
            Self::File(file) => &file.name,
            Self::Folder { name, .. } => name,
        }
    }
}

/// Places of the values of a collection.
pub(super) enum Places<'a> {
    /// In the JSON as it stands in the file; the one that is checked may have been changed by `overlay:`.
    File { file: &'a SourceFile, original: &'a Value, prefix: String },
    /// In the YAML that a part was read from.
    Folder { value: &'a Value, files: &'a [(String, SourceFile)] },
}

impl Places<'_> {
    /// File, line and column of the value at a pointer into the collection.
    pub(super) fn of(&self, pointer: &str) -> Option<(&SourceFile, usize, usize)> {
        match self {
            Self::File { file, original, prefix } => {
                let pointer = format!("{prefix}{pointer}");
                original.pointer(&pointer)?;
                locate(&file.text, &pointer).map(|(line, column)| (*file, line, column))
            }
            Self::Folder { value, files } => {
                value.pointer(pointer)?;
                let holds = |own: &str| pointer.strip_prefix(own).is_some_and(|r| r.is_empty() || r.starts_with('/'));
                let (_, file) = files.iter().filter(|(own, _)| holds(own)).max_by_key(|(own, _)| own.len())?;
                let (line, column) = in_yaml(file, value, pointer);
                Some((file, line, column))
            }
        }
    }
}

/// The text of a value stands in its YAML as it is, but under other keys: it is looked for.
fn in_yaml(file: &SourceFile, value: &Value, pointer: &str) -> (usize, usize) {
    let lines: Vec<&str> = file.text.lines().collect();
    let (parent, last) = pointer.rsplit_once('/').unwrap_or_default();
    let index: usize = last.parse().unwrap_or(0);
    let wanted: Vec<Cow<'_, str>> = match value.pointer(parent) {
        // Lines of a script stand together; the same line may be in several scripts.
        Some(Value::Array(script)) if parent.ends_with("/exec") => {
            script.iter().map(|line| Cow::Borrowed(line.as_str().unwrap_or_default())).collect()
        }
        _ => match value.pointer(pointer) {
            Some(Value::String(text)) => text.lines().map(Cow::Borrowed).take(1).collect(),
            _ => return (1, 1),
        },
    };
    let index = index.min(wanted.len().saturating_sub(1));
    let starts = (0..lines.len()).find(|start| {
        wanted.iter().enumerate().all(|(at, text)| {
            let line = lines.get(start + at).copied().unwrap_or_default();
            line.contains(text.trim()) && (!text.trim().is_empty() || line.trim().is_empty() || wanted.len() == 1)
        })
    });
    let Some(line) = starts.map(|start| start + index) else { return (1, 1) };
    let before = lines.get(line).and_then(|text| text.find(wanted.get(index)?.as_ref()).map(|at| (text, at)));
    let column = before.map_or(1, |(text, at)| text[..at].chars().count());
    (line + 1, column.max(1))
}
