//! Parts whose form is not read, and features that postbud does not have.

use serde_json::Value;

use super::Findings;
use super::walk::{Kind, Part};
use crate::auth::{AUTHORIZERS, check_grant};
use crate::collection::AuthSpec;
use crate::variables::truthy;

/// Modes that a body may have.
const MODES: &[&str] = &["raw", "urlencoded", "formdata", "file", "graphql", "none"];

pub(super) fn check(parts: &[Part<'_>], findings: &mut Findings<'_>) {
    for part in parts {
        let path = part.path();
        auth(part.value, &part.pointer, &path, findings);
        if part.kind != Kind::Request {
            if part.value.get("item").is_some_and(|item| !item.is_array() && !item.is_object() && !item.is_null()) {
                let message = "`item` is neither a list nor an object; what it holds is not run";
                findings.add("ignored-part", &format!("{}/item", part.pointer), &path, message, None);
            }
            continue;
        }
        if !part.value.is_object() {
            let help = "an entry of `item` is an object with `request`, or with `item` for a folder".to_owned();
            findings.add("ignored-part", &part.pointer, &path, "this is no request", Some(help));
            continue;
        }
        request(part, &path, findings);
    }
}

fn request(part: &Part<'_>, path: &str, findings: &mut Findings<'_>) {
    let pointer = format!("{}/request", part.pointer);
    let Some(request) = part.value.get("request").filter(|request| !request.is_null()) else {
        // An empty folder looks like this too.
        if part.value.get("item").is_none() {
            findings.add("ignored-part", &part.pointer, path, "an item without `request` and without `item`", None);
        }
        return;
    };
    if !request.is_string() && !request.is_object() {
        findings.add("ignored-part", &pointer, path, "`request` is neither a URL nor an object", None);
        return;
    }
    auth(request, &pointer, path, findings);
    let url = request.get("url").unwrap_or(request);
    let text = url.as_str().or_else(|| url.get("raw")?.as_str()).unwrap_or_default();
    let scheme = text.split_once("://").map(|(scheme, _)| scheme.to_ascii_lowercase());
    if let Some(scheme) =
        scheme.filter(|scheme| ["ws", "wss", "grpc", "grpcs", "mqtt", "mqtts"].contains(&scheme.as_str()))
    {
        let message = format!("requests over {scheme} are not supported; only HTTP is");
        findings.add("unsupported", &pointer, path, &message, None);
    }
    let nowhere = match url {
        Value::String(text) => text.trim().is_empty(),
        Value::Object(map) => ["raw", "host"]
            .iter()
            .all(|key| map.get(*key).is_none_or(|value| !truthy(value) || value == &Value::Array(vec![]))),
        _ => true,
    };
    if nowhere {
        findings.add("ignored-part", &pointer, path, "the request has no URL", None);
    }
    if let Some(header) =
        request.get("header").filter(|h| !h.is_null() && !h.is_array() && !h.is_string() && !h.is_object())
    {
        let message = format!("`header` is {header}, not a list; no header is sent");
        findings.add("ignored-part", &format!("{pointer}/header"), path, &message, None);
    }
    if let Some(mode) = request.pointer("/body/mode").and_then(Value::as_str)
        && !MODES.contains(&mode.to_ascii_lowercase().as_str())
    {
        let message = format!("a body of mode `{mode}` is not known; it is sent as `raw`");
        findings.add("ignored-part", &format!("{pointer}/body/mode"), path, &message, None);
    }
}

fn auth(value: &Value, pointer: &str, path: &str, findings: &mut Findings<'_>) {
    let Some(kind) = value.pointer("/auth/type").and_then(Value::as_str) else { return };
    if let Some(Err(reason)) = value.get("auth").and_then(AuthSpec::from_value).map(|auth| check_grant(&auth)) {
        findings.add("no-token", &format!("{pointer}/auth"), path, &reason, None);
    }
    if kind.is_empty() || kind == "inherit" || AUTHORIZERS.iter().any(|(known, _)| *known == kind) {
        return;
    }
    let message = format!("authorization of type `{kind}` is not supported; the request is sent without it");
    findings.add("unsupported", &format!("{pointer}/auth/type"), path, &message, None);
}
