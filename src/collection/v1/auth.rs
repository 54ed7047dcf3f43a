//! Authorization: a helper's name and its attributes, or an `auth` object as later formats have it.

use serde_json::{Map, Value, json};

use crate::collection::AuthSpec;

/// Helper → type of v2.1.
const HELPERS: &[(&str, &str)] = &[
    ("basicAuth", "basic"),
    ("bearerAuth", "bearer"),
    ("digestAuth", "digest"),
    ("hawkAuth", "hawk"),
    ("oAuth1", "oauth1"),
    ("oAuth2", "oauth2"),
    ("ntlmAuth", "ntlm"),
    ("apikeyAuth", "apikey"),
    ("awsSigV4", "awsv4"),
];

/// Type, attribute of a helper, its name in v2.1.
const RENAMED: &[(&str, &str, &str)] = &[
    ("oauth1", "header", "addParamsToHeader"),
    ("oauth1", "auto", "autoAddParam"),
    ("oauth1", "includeEmpty", "addEmptyParamsToSign"),
    ("hawk", "hawk_id", "authId"),
    ("hawk", "hawk_key", "authKey"),
    ("hawk", "ext", "extraData"),
    ("hawk", "app", "appId"),
    ("hawk", "dlg", "delegation"),
];

/// The authorization of a collection, folder or request; a `currentHelper` counts before `auth`, also one that says none.
pub(super) fn of(value: &Value) -> Option<Value> {
    match value.get("currentHelper") {
        Some(helper) => of_helper(helper.as_str()?, value.get("helperAttributes")),
        None => AuthSpec::from_value(value.get("auth")?).map(|spec| spec.to_value()),
    }
}

fn of_helper(helper: &str, attributes: Option<&Value>) -> Option<Value> {
    if helper.is_empty() || helper == "normal" {
        return None;
    }
    let kind = HELPERS.iter().find(|(name, _)| *name == helper).map_or(helper, |(_, kind)| *kind);
    let attributes: Map<String, Value> = match attributes {
        // A text that is no JSON leaves the request without authorization.
        Some(Value::String(text)) if !text.is_empty() => serde_json::from_str(text).ok()?,
        Some(Value::Object(map)) => map.clone(),
        _ => return Some(json!({"type": kind})),
    };
    let params = attributes
        .into_iter()
        .filter(|(name, _)| name != "id")
        .map(|(name, value)| {
            let renamed = RENAMED.iter().find(|(of, old, _)| *of == kind && *old == name);
            (renamed.map_or(name, |(_, _, new)| (*new).to_owned()), value)
        })
        .collect();
    Some(AuthSpec { kind: kind.to_owned(), params }.to_value())
}
