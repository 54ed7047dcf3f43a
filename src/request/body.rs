//! From a body as written to the bytes that are sent.

use bytes::Bytes;
use serde_json::Value;

use super::{Author, BuildOptions, comments, files, form, js, media};
use crate::collection::{Body, BodyMode, HeaderEntry, Request};
use crate::http::message::BodyKind;

/// A body and what it wants its `Content-Type` to be.
#[derive(Debug, Default)]
pub(super) struct BodyParts {
    pub(super) bytes: Option<Bytes>,
    pub(super) kind: BodyKind,
    pub(super) content_type: Option<String>,
}

/// Builds the body; nothing where there is none, where it is empty, or where the method drops it.
pub(super) fn build(request: &Request, method: &str, options: &BuildOptions, warnings: &mut Vec<String>) -> BodyParts {
    let Some(body) = request.body.as_ref().filter(|body| !body.disabled) else { return BodyParts::default() };
    if options.author == Author::Script && form::has_files(body) {
        warnings.push("uploading files from scripts is not allowed".to_owned());
    }
    let parts = match body.mode {
        BodyMode::Raw => raw(body, &request.headers),
        BodyMode::Graphql => Some(graphql(&body.graphql)),
        BodyMode::Urlencoded => Some(form::urlencoded(&body.urlencoded)),
        BodyMode::Formdata => {
            let content_type = request.headers.iter().rev().find(|h| !h.disabled && is_content_type(h));
            form::multipart(&body.formdata, content_type.map(|h| h.value.as_str()), options, warnings)
        }
        BodyMode::File => file(body, options, warnings),
    };
    // Files are read, and missed, before newman drops the body for its method.
    let prunes = matches!(method.to_ascii_lowercase().as_str(), "get" | "copy" | "head" | "purge" | "unlock");
    if prunes && !options.keep_body && options.author == Author::Collection {
        return BodyParts::default();
    }
    parts.unwrap_or_default()
}

fn is_content_type(header: &HeaderEntry) -> bool {
    header.key.eq_ignore_ascii_case("content-type")
}

fn raw(body: &Body, headers: &[HeaderEntry]) -> Option<BodyParts> {
    let mut text = match &body.raw {
        Value::String(text) => text.clone(),
        Value::Array(items) if !items.is_empty() => js::stringify(&body.raw),
        Value::Object(map) if !map.is_empty() => js::stringify(&body.raw),
        _ => return None,
    };
    if text.is_empty() {
        return None;
    }
    // A body that is nothing but comments is empty on the wire, but its Content-Type is sent (measured on newman).
    if (text.contains("//") || text.contains("/*")) && is_json(body.language.as_deref(), headers) {
        text = comments::strip(&text);
    }
    let content_type = match body.language.as_deref() {
        Some("json") => "application/json",
        Some("xml") => "application/xml",
        Some("html") => "text/html",
        Some("javascript") => "application/javascript",
        _ => "text/plain",
    };
    // Nothing but comments is no body, but has its type.
    let bytes = (!text.is_empty()).then(|| text.into());
    Some(BodyParts { bytes, kind: BodyKind::Raw, content_type: Some(content_type.to_owned()) })
}

/// Whether comments are taken out of a raw body: its language says JSON, or nothing says otherwise and a header says JSON.
/// A lone disabled header counts, as in newman.
fn is_json(language: Option<&str>, headers: &[HeaderEntry]) -> bool {
    if let Some(language) = language.filter(|language| !language.is_empty()) {
        return language == "json";
    }
    let written: Vec<&HeaderEntry> = headers.iter().filter(|h| is_content_type(h)).collect();
    match written.as_slice() {
        [] => false,
        [one] => is_json_type(&one.value),
        several => several.iter().find(|h| !h.disabled).is_none_or(|h| is_json_type(&h.value)),
    }
}

/// `application/json…`, or `application/<anything>+json…` without a blank in between.
fn is_json_type(value: &str) -> bool {
    let Some(rest) = value.strip_prefix("application/") else { return false };
    let word = rest.split(char::is_whitespace).next().unwrap_or_default();
    rest.starts_with("json") || word.find("+json").is_some_and(|at| at > 0)
}

/// A GraphQL body is never empty: what is missing is an empty object.
fn graphql(content: &Value) -> BodyParts {
    let field = |name: &str| content.get(name);
    let mut members = Vec::new();
    match field("variables") {
        Some(Value::String(variables)) => {
            for name in ["query", "operationName"] {
                if let Some(value @ Value::String(_)) = field(name) {
                    members.push(format!("\"{name}\":{}", js::stringify(value)));
                }
            }
            // Pasted as typed, valid or not.
            if !variables.is_empty() {
                members.push(format!("\"variables\":{variables}"));
            }
        }
        _ => {
            for name in ["query", "operationName", "variables"] {
                if let Some(value) = field(name) {
                    members.push(format!("\"{name}\":{}", js::stringify(value)));
                }
            }
        }
    }
    let text = format!("{{{}}}", members.join(","));
    BodyParts { bytes: Some(text.into()), kind: BodyKind::Graphql, content_type: Some("application/json".to_owned()) }
}

fn file(body: &Body, options: &BuildOptions, warnings: &mut Vec<String>) -> Option<BodyParts> {
    if options.author == Author::Script {
        return None;
    }
    let file = body.file.as_ref()?;
    if !crate::variables::truthy(&file.src)
        && let Some(content) = file.content.as_deref().filter(|content| !content.is_empty())
    {
        return Some(BodyParts {
            bytes: Some(js::decode_base64(content).into()),
            kind: BodyKind::File,
            content_type: None,
        });
    }
    match files::read(&file.src, options) {
        Ok(bytes) => {
            let name = file.src.as_str().unwrap_or_default();
            let content_type = media::by_name(name).unwrap_or(media::UNKNOWN).to_owned();
            Some(BodyParts { bytes: Some(bytes.into()), kind: BodyKind::File, content_type: Some(content_type) })
        }
        Err(error) => {
            warnings.push(format!("Binary file load error: {error}"));
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_types() {
        for (value, expected) in [
            ("application/json", true),
            ("application/json; charset=utf-8", true),
            ("application/vnd.x+json", true),
            ("application/x y+json", false),
            ("text/json", false),
            ("application/+json", false),
        ] {
            assert_eq!(is_json_type(value), expected, "{value}");
        }
    }
}
