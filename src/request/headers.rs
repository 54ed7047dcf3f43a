//! Headers: those of the user, those of the system, and how names that meet are merged.

use super::body::BodyParts;
use crate::collection::HeaderEntry;
use crate::http::message::{BodyKind, Header, RequestSpec, SendSettings, header};

/// Why a request cannot be sent: newman's message and Node's code for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejection {
    /// Message, as the run's failure shows it.
    pub message: String,
    /// `ERR_INVALID_HTTP_TOKEN`, `ERR_INVALID_CHAR`, …
    pub code: Option<&'static str>,
}

/// The enabled headers a user wrote; those without a name are dropped.
pub(super) fn written(entries: &[HeaderEntry]) -> Vec<Header> {
    entries
        .iter()
        .filter(|entry| !entry.disabled && !entry.key.is_empty())
        .map(|entry| Header::new(entry.key.clone(), entry.value.clone()))
        .collect()
}

/// Adds or corrects `Content-Type` for a body. What is returned is left to the client to append, after the system's headers.
pub(super) fn add_content_type(
    headers: &mut Vec<Header>,
    parts: &BodyParts,
    settings: &SendSettings,
) -> Option<String> {
    let wanted = parts.content_type.clone()?;
    let disabled = disabled(settings, "content-type");
    if parts.kind == BodyKind::Urlencoded && parts.bytes.is_none() {
        return Some(wanted);
    }
    let Some(written) = header(headers, "content-type") else {
        if disabled {
            return None;
        }
        if matches!(parts.kind, BodyKind::Raw | BodyKind::Graphql) {
            headers.push(Header::system("Content-Type", wanted));
            return None;
        }
        return Some(wanted);
    };
    let fits = match parts.kind {
        BodyKind::Urlencoded => is_urlencoded(written),
        BodyKind::Formdata => super::form::boundary(written).is_some(),
        BodyKind::None | BodyKind::Raw | BodyKind::Graphql | BodyKind::File => true,
    };
    if !fits && !disabled {
        // The first line keeps its place and spelling and gets the right value; further ones go.
        let mut first = true;
        headers.retain_mut(|header| {
            if !header.is("content-type") {
                return true;
            }
            header.value.clone_from(&wanted);
            std::mem::take(&mut first)
        });
    }
    None
}

/// `application/x-www-form-urlencoded` and nothing that goes on as a word.
fn is_urlencoded(value: &str) -> bool {
    value
        .strip_prefix("application/x-www-form-urlencoded")
        .is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_'))
}

/// Whether the request switches a system header off; names count in lower case only.
pub(super) fn disabled(settings: &SendSettings, name: &str) -> bool {
    settings.disabled_system_headers.iter().any(|disabled| disabled == name)
}

/// Adds the seven headers that every request has unless the user wrote them or switched them off.
pub(super) fn add_system(headers: &mut Vec<Header>, user_agent: &str, host: &str, settings: &SendSettings) {
    let token = uuid::Uuid::new_v4().to_string();
    let system = [
        ("User-Agent", user_agent),
        ("Accept", "*/*"),
        ("Cache-Control", "no-cache"),
        ("Postman-Token", &token),
        ("Host", host),
        ("Accept-Encoding", "gzip, deflate, br"),
        ("Connection", "keep-alive"),
    ];
    for (name, value) in system {
        if !disabled(settings, &name.to_ascii_lowercase()) && !headers.iter().any(|h| h.is(name)) {
            headers.push(Header::system(name, value));
        }
    }
}

/// Orders headers as they come out of JavaScript objects: names that are integers first; the same spelling again follows its first
/// line; another spelling replaces what was there, in its place. `Cookie` lines are joined.
pub(super) fn merge(headers: Vec<Header>) -> (Vec<Header>, Option<Rejection>) {
    let mut groups: Vec<(String, Vec<Header>)> = Vec::new();
    for header in headers {
        match groups.iter_mut().find(|(name, _)| *name == header.name) {
            Some((_, group)) => group.push(header),
            None => groups.push((header.name.clone(), vec![header])),
        }
    }
    groups.sort_by_key(|(name, _)| super::js::array_index(name).unwrap_or(u32::MAX));
    let mut merged: Vec<(String, Vec<Header>)> = Vec::new();
    for (name, group) in groups {
        let lower = name.to_ascii_lowercase();
        match merged.iter_mut().find(|(known, _)| *known == lower) {
            Some((_, earlier)) => *earlier = group,
            None => merged.push((lower, group)),
        }
    }
    let mut error = None;
    for (name, group) in &mut merged {
        match name.as_str() {
            "cookie" if group.len() > 1 => {
                let value = group.iter().map(|header| header.value.as_str()).collect::<Vec<_>>().join("; ");
                group.truncate(1);
                group[0].value = value;
            }
            "host" if group.len() > 1 => {
                let message =
                    "The \"options.headers.host\" property must be of type string. Received an instance of Array";
                error = Some(Rejection { message: message.to_owned(), code: Some("ERR_INVALID_ARG_TYPE") });
            }
            _ => {}
        }
    }
    (merged.into_iter().flat_map(|(_, group)| group).collect(), error)
}

/// Whether the method and the headers can be written on the wire. To be asked again after authorization added its own.
///
/// # Errors
/// The first method, name or value that HTTP forbids, in the words of Node.
pub fn check(spec: &RequestSpec) -> Result<(), Rejection> {
    let reject = |message: String, code| Err(Rejection { message, code: Some(code) });
    if !is_token(&spec.method) {
        let message = format!("Method must be a valid HTTP token [\"{}\"]", spec.method);
        return reject(message, "ERR_INVALID_HTTP_TOKEN");
    }
    for header in &spec.headers {
        if !is_token(&header.name) {
            let message = format!("Header name must be a valid HTTP token [\"{}\"]", header.name);
            return reject(message, "ERR_INVALID_HTTP_TOKEN");
        }
        let forbidden = |c: char| !matches!(c, '\t' | ' '..='~' | '\u{80}'..='\u{ff}');
        if header.value.contains(forbidden) {
            let message = format!("Invalid character in header content [\"{}\"]", header.name);
            return reject(message, "ERR_INVALID_CHAR");
        }
    }
    Ok(())
}

fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b))
}
