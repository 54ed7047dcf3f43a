//! `body`: a type and its content.

use serde_json::{Map, Value, json};

use super::fields::{Fields, Notes, Outcome, entries};
use super::yaml::{Kind, Node, YamlFile};

/// Types whose content is text; their names are those of v2.1's languages.
pub(super) const LANGUAGES: &[&str] = &["json", "text", "xml", "html", "javascript"];

/// The v2.1 body of a request; none for `type: none`.
pub(super) fn body(file: &YamlFile, node: Option<&Node>, notes: &mut Notes) -> Outcome<Option<Value>> {
    let Some(node) = node else { return Ok(None) };
    let fields = Fields::of(file, node, "`body`")?;
    let Some(kind) = fields.text("type")? else {
        let types = "json, text, xml, html, javascript, urlencoded, formdata, file, graphql or none";
        return Err(file.error_with_help(node.at, "`body` needs a `type`", types));
    };
    let content = fields.raw("content");
    let value = match kind.as_str() {
        "none" => return Ok(None),
        "urlencoded" => json!({"mode": "urlencoded", "urlencoded": form(file, content, notes)?}),
        "formdata" => json!({"mode": "formdata", "formdata": parts(file, content, notes)?}),
        "file" => json!({"mode": "file", "file": source(file, content, notes)?}),
        "graphql" => json!({"mode": "graphql", "graphql": content.map_or(Value::Null, Node::to_json)}),
        language if LANGUAGES.contains(&language) => {
            let text = match content {
                None | Some(Node { kind: Kind::Null, .. }) => String::new(),
                // A map in place of JSON text.
                Some(node) => file.text(node).unwrap_or_else(|| node.to_json().to_string()),
            };
            json!({"mode": "raw", "raw": text, "options": {"raw": {"language": language}}})
        }
        other => {
            let at = fields.get("type").map_or(node.at, |node| node.at);
            let types = "the types are json, text, xml, html, javascript, urlencoded, formdata, file, graphql and none";
            return Err(file.error_with_help(at, &format!("`{other}` is no type of a body"), types));
        }
    };
    fields.note_unknown(notes);
    Ok(Some(value))
}

fn form(file: &YamlFile, content: Option<&Node>, notes: &mut Notes) -> Outcome<Vec<Value>> {
    let Some(node) = content else { return Ok(Vec::new()) };
    let entries = entries(file, node, "content")?;
    entries.iter().map(|entry| Ok(Value::Object(entry.to_value(file, "content", notes)?))).collect()
}

fn parts(file: &YamlFile, content: Option<&Node>, notes: &mut Notes) -> Outcome<Vec<Value>> {
    let Some(node) = content else { return Ok(Vec::new()) };
    let mut parts = Vec::new();
    for entry in entries(file, node, "content")? {
        let Some(fields) = &entry.fields else {
            return Err(file.error_with_help(
                node.at,
                "the content of a `formdata` body must be a list",
                "each part has `key`, `type: text` with `value`, or `type: file` with `src`",
            ));
        };
        let kind = match fields.text("type")?.as_deref() {
            Some("text") => "text",
            Some("file") => "file",
            other => {
                let message =
                    other.map_or_else(|| "a part needs a `type`".to_owned(), |o| format!("`{o}` is no type of a part"));
                return Err(file.error_with_help(entry.at, &message, "the types are text and file"));
            }
        };
        let src = fields.raw("src").map(Node::to_json);
        let mut more = Map::new();
        fields.copy("contentType", &mut more, "contentType")?;
        fields.copy("fileName", &mut more, "fileName")?;
        let mut part = entry.to_value(file, "content", notes)?;
        part.insert("type".into(), kind.into());
        if let Some(src) = src {
            part.insert("src".into(), src);
        }
        part.extend(more);
        parts.push(Value::Object(part));
    }
    Ok(parts)
}

fn source(file: &YamlFile, content: Option<&Node>, notes: &mut Notes) -> Outcome<Value> {
    let mut map = Map::new();
    let Some(node) = content.filter(|node| !node.is_null()) else { return Ok(Value::Object(map)) };
    let fields = Fields::of(file, node, "the content of a `file` body")?;
    if let Some(src) = fields.raw("src") {
        map.insert("src".into(), src.to_json());
    }
    fields.copy("content", &mut map, "content")?;
    fields.note_unknown(notes);
    Ok(Value::Object(map))
}
