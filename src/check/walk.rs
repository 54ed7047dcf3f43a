//! The tree of a collection as a flat list of parts, each with its place.

use serde_json::Value;

use crate::variables::truthy;

/// What a part is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Root,
    Folder,
    Request,
}

/// The collection, a folder or a request.
#[derive(Debug)]
pub(super) struct Part<'a> {
    /// JSON Pointer into the collection.
    pub(super) pointer: String,
    /// Names of the folders around it and its own.
    pub(super) names: Vec<&'a str>,
    /// Indices of the parts around it, outermost first.
    pub(super) above: Vec<usize>,
    pub(super) value: &'a Value,
    pub(super) kind: Kind,
}

impl Part<'_> {
    pub(super) fn is_request(&self) -> bool {
        self.kind == Kind::Request
    }

    /// `Folder › Request`, as people know it.
    pub(super) fn path(&self) -> String {
        self.names.join(" › ")
    }
}

/// All parts, in file order; the first is the collection itself.
pub(super) fn parts(collection: &Value) -> Vec<Part<'_>> {
    let root =
        Part { pointer: String::new(), names: Vec::new(), above: Vec::new(), value: collection, kind: Kind::Root };
    let mut parts = vec![root];
    children(&mut parts, 0);
    parts
}

fn children(parts: &mut Vec<Part<'_>>, parent: usize) {
    let (pointer, names, mut above) =
        (parts[parent].pointer.clone(), parts[parent].names.clone(), parts[parent].above.clone());
    above.push(parent);
    let entries: Vec<(String, &Value)> = match parts[parent].value.get("item") {
        Some(Value::Array(items)) => {
            items.iter().enumerate().map(|(at, item)| (format!("{pointer}/item/{at}"), item)).collect()
        }
        Some(single @ Value::Object(_)) => vec![(format!("{pointer}/item"), single)],
        _ => Vec::new(),
    };
    for (pointer, value) in entries.into_iter().filter(|(_, value)| !value.is_null()) {
        let mut names = names.clone();
        names.push(value.get("name").and_then(Value::as_str).unwrap_or_default());
        let folder = value.get("item").is_some_and(truthy);
        let kind = if folder { Kind::Folder } else { Kind::Request };
        parts.push(Part { pointer, names, above: above.clone(), value, kind });
        if folder {
            let index = parts.len() - 1;
            children(parts, index);
        }
    }
}
