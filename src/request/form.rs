//! URL-encoded and multipart forms.

use serde_json::Value;

use super::body::BodyParts;
use super::{Author, BuildOptions, files, js, media};
use crate::collection::{Body, BodyMode, FormParam};
use crate::http::message::BodyKind;
use crate::variables::{text_of, truthy};

/// Whether a body uploads files.
pub(super) fn has_files(body: &Body) -> bool {
    match body.mode {
        BodyMode::File => body.file.is_some(),
        BodyMode::Formdata => body.formdata.iter().any(|param| param.is_file),
        _ => false,
    }
}

/// `application/x-www-form-urlencoded`: equal keys together at the first one's place, integers first.
pub(super) fn urlencoded(params: &[FormParam]) -> BodyParts {
    let mut groups: Vec<(String, Vec<String>)> = Vec::new();
    for param in params.iter().filter(|param| !param.disabled) {
        let key = param.key_text();
        let values = match &param.value {
            // Only the first value of a key may be a list.
            Some(Value::Array(items)) if !groups.iter().any(|(known, _)| *known == key) => {
                items.iter().map(scalar).collect()
            }
            Some(value) => vec![scalar(value)],
            None => vec![String::new()],
        };
        match groups.iter_mut().find(|(known, _)| *known == key) {
            Some((_, known)) => known.extend(values),
            None => groups.push((key, values)),
        }
    }
    let content_type = Some("application/x-www-form-urlencoded".to_owned());
    if groups.is_empty() {
        // No body, but OAuth 1.0 may put its parameters there.
        return BodyParts { bytes: None, kind: BodyKind::Urlencoded, content_type };
    }
    groups.sort_by_key(|(key, _)| js::array_index(key).unwrap_or(u32::MAX));
    let mut out = String::new();
    for (key, values) in &groups {
        for value in values {
            if !out.is_empty() {
                out.push('&');
            }
            out.push_str(&js::strict(key));
            out.push('=');
            out.push_str(&js::strict(value));
        }
    }
    BodyParts { bytes: Some(out.into()), kind: BodyKind::Urlencoded, content_type }
}

/// A value in a query string: objects and null are empty.
fn scalar(value: &Value) -> String {
    match value {
        Value::Null | Value::Array(_) | Value::Object(_) => String::new(),
        other => text_of(other),
    }
}

/// The boundary that a `Content-Type` names; only `multipart/form-data` counts.
pub(super) fn boundary(content_type: &str) -> Option<&str> {
    let rest = content_type.strip_prefix("multipart/form-data;")?;
    // The last one that is not empty wins.
    rest.rmatch_indices("boundary=").find_map(|(at, found)| {
        let value = &rest[at + found.len()..];
        let quoted = value.strip_prefix('"').and_then(|value| value.split_once('"')).map(|(inner, _)| inner);
        let plain = value.split(';').next().unwrap_or_default();
        quoted.filter(|inner| !inner.is_empty()).or(Some(plain)).filter(|value| !value.is_empty())
    })
}

/// A boundary of newman's shape: 26 dashes and 24 digits.
fn new_boundary() -> String {
    let mut text = "-".repeat(26);
    for _ in 0..24 {
        text.push(char::from(b'0' + rand::random_range(0..10_u8)));
    }
    text
}

/// `multipart/form-data`: parts in order, the files read.
pub(super) fn multipart(
    params: &[FormParam],
    content_type: Option<&str>,
    options: &BuildOptions,
    warnings: &mut Vec<String>,
) -> Option<BodyParts> {
    let mut parts = Vec::new();
    for param in params.iter().filter(|param| !param.disabled) {
        if !param.is_file {
            parts.push(Part::text(param));
        } else if options.author == Author::Collection {
            Part::files(param, options, warnings, &mut parts);
        }
    }
    if parts.is_empty() {
        return None;
    }
    let boundary = content_type.and_then(boundary).map_or_else(new_boundary, str::to_owned);
    let mut out = Vec::new();
    for part in &parts {
        part.write(&boundary, &mut out);
    }
    out.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
    Some(BodyParts {
        bytes: Some(out.into()),
        kind: BodyKind::Formdata,
        content_type: Some(format!("multipart/form-data; boundary={boundary}")),
    })
}

/// One part of a multipart form.
struct Part {
    name: String,
    file_name: Option<String>,
    content_type: Option<String>,
    content: Vec<u8>,
}

impl Part {
    fn text(param: &FormParam) -> Self {
        let content = match &param.value {
            Some(Value::String(text)) => text.clone(),
            Some(other) if truthy(other) => js::stringify(other),
            // `false` and 0 too.
            _ => String::new(),
        };
        let guessed = || param.file_name.as_deref().and_then(media::by_name).map(str::to_owned);
        Self {
            name: part_name(param),
            file_name: param.file_name.as_deref().map(|name| basename(name).to_owned()),
            content_type: Self::declared(param).or_else(guessed),
            content: content.into_bytes(),
        }
    }

    fn declared(param: &FormParam) -> Option<String> {
        param.content_type.clone().filter(|kind| !kind.is_empty())
    }

    /// The parts of a file parameter: one for each file that could be read. (newman forgets later parameters after a list of files;
    /// that is not copied.)
    fn files(param: &FormParam, options: &BuildOptions, warnings: &mut Vec<String>, parts: &mut Vec<Self>) {
        let src = param.src.as_ref().filter(|src| truthy(src) && !src.as_array().is_some_and(Vec::is_empty));
        let Some(src) = src else {
            parts.push(Self::without_source(param, warnings));
            return;
        };
        let sources = match src {
            Value::Array(sources) => sources.as_slice(),
            single => std::slice::from_ref(single),
        };
        for source in sources {
            match files::read(source, options) {
                Ok(content) => {
                    let path = source.as_str().unwrap_or_default();
                    let path = files::mapped_name(path, options).unwrap_or(path);
                    let given = param.file_name.as_deref().map(str::to_owned);
                    let kind = media::by_name(path)
                        .or_else(|| given.as_deref().and_then(media::by_name))
                        .unwrap_or(media::UNKNOWN);
                    parts.push(Self {
                        name: part_name(param),
                        content_type: Some(Self::declared(param).unwrap_or_else(|| kind.to_owned())),
                        file_name: Some(basename(given.as_deref().unwrap_or(path)).to_owned()),
                        content,
                    });
                }
                Err(error) => warnings.push(format!("Form param `{}`, file load error: {error}", part_name(param))),
            }
        }
    }

    /// A file parameter that names no file: inline base64, or an empty file.
    fn without_source(param: &FormParam, warnings: &mut Vec<String>) -> Self {
        let guessed = param.file_name.as_deref().and_then(media::by_name);
        let inline = param.value.as_ref().and_then(Value::as_str).filter(|value| !value.is_empty());
        if inline.is_none() {
            warnings.push(format!("Form param `{}`, file load error: missing file source", part_name(param)));
        }
        let guessed = if inline.is_some() { guessed.or(Some(media::UNKNOWN)) } else { guessed };
        let file_name = param.file_name.as_deref().or(if inline.is_some() { None } else { Some("") });
        Self {
            name: part_name(param),
            file_name: file_name.map(|name| basename(name).to_owned()),
            content_type: Self::declared(param).or_else(|| guessed.map(str::to_owned)),
            content: inline.map(js::decode_base64).unwrap_or_default(),
        }
    }

    /// Head and content. Names go out as they are, quotes and all, as in newman.
    fn write(&self, boundary: &str, out: &mut Vec<u8>) {
        let mut head = format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{}\"", self.name);
        if let Some(file_name) = &self.file_name {
            head.push_str("; filename=\"");
            head.push_str(file_name);
            head.push('"');
            if file_name.contains(|c: char| !matches!(c, '\t' | ' '..='~' | '\u{80}'..='\u{ff}')) {
                head.push_str("; filename*=UTF-8''");
                head.push_str(&js::file_name(file_name));
            }
        }
        if let Some(content_type) = &self.content_type {
            head.push_str("\r\nContent-Type: ");
            head.push_str(content_type);
        }
        head.push_str("\r\n\r\n");
        out.extend_from_slice(head.as_bytes());
        out.extend_from_slice(&self.content);
        out.extend_from_slice(b"\r\n");
    }
}

/// The name of a part: empty where the key is missing or null.
fn part_name(param: &FormParam) -> String {
    param.key.as_ref().filter(|key| truthy(key)).map(text_of).unwrap_or_default()
}

/// The last part of a path, slashes at the end aside.
fn basename(path: &str) -> &str {
    let path = path.trim_end_matches('/');
    path.rsplit('/').next().unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boundaries_are_found_in_content_types() {
        assert_eq!(boundary("multipart/form-data; boundary=XX"), Some("XX"));
        assert_eq!(boundary("multipart/form-data; boundary=\"X Y\"; charset=x"), Some("X Y"));
        assert_eq!(
            boundary("multipart/form-data; boundary=a; boundary="),
            Some("a; boundary=".split(';').next().expect("a"))
        );
        assert_eq!(boundary("multipart/form-data"), None);
        assert_eq!(boundary("multipart/mixed; boundary=XX"), None);
        assert_eq!(new_boundary().len(), 50);
    }

    #[test]
    fn file_names() {
        assert_eq!(basename("d/t.json"), "t.json");
        assert_eq!(basename("a/b/"), "b");
        assert_eq!(basename(""), "");
    }
}
