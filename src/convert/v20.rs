//! v2.1 written as v2.0: authorization in maps, path variables by `id`.

use serde_json::{Map, Value};

use super::{Losses, walk};
use crate::collection::AuthSpec;

/// The `info.schema` of what comes out.
const SCHEMA: &str = "https://schema.getpostman.com/json/collection/v2.0.0/collection.json";

/// A collection in v2.1 form as v2.0, and what it cannot say there.
pub fn v20(mut value: Value) -> (Value, Losses) {
    let mut losses = Losses::default();
    if let Some(info) = value.get_mut("info").and_then(Value::as_object_mut) {
        info.insert("schema".into(), SCHEMA.into());
    }
    walk(&mut value, &mut losses, &mut |map, losses| {
        auth(map, losses);
        if let Some(Value::Object(request)) = map.get_mut("request") {
            self::request(request, losses);
        }
        for saved in map.get_mut("response").and_then(Value::as_array_mut).into_iter().flatten() {
            if let Some(Value::Object(request)) = saved.get_mut("originalRequest") {
                self::request(request, losses);
            }
        }
    });
    (value, losses)
}

fn request(map: &mut Map<String, Value>, losses: &mut Losses) {
    auth(map, losses);
    let Some(url) = map.get_mut("url") else { return };
    for variable in url.get_mut("variable").and_then(Value::as_array_mut).into_iter().flatten() {
        let Some(entry) = variable.as_object_mut() else { continue };
        if !entry.contains_key("id")
            && let Some(key) = entry.shift_remove("key")
        {
            entry.shift_insert(0, "id".into(), key);
        }
    }
}

/// `{type, <type>: [{key, value}]}` with maps, of the types that do not count too.
fn auth(map: &mut Map<String, Value>, losses: &mut Losses) {
    let Some(Value::Object(auth)) = map.get_mut("auth") else { return };
    for (kind, params) in auth.iter_mut().filter(|(_, params)| params.is_array()) {
        for (index, entry) in params.as_array().into_iter().flatten().enumerate() {
            let more = entry.as_object().is_some_and(|entry| {
                entry.keys().any(|key| !matches!(key.as_str(), "key" | "value" | "type" | "disabled" | "enabled"))
            });
            let again = |other: &Value| other.get("key") == entry.get("key");
            if params.as_array().is_some_and(|list| list[index + 1..].iter().any(again)) {
                losses.add(format!("a parameter of `{kind}` that comes again, of which the last counts"));
            } else if more || !entry.get("key").is_some_and(Value::is_string) {
                losses.add(format!("more than key and value of a parameter of `{kind}`"));
            }
        }
        let read = serde_json::json!({"type": kind, kind.as_str(): params.take()});
        *params = Value::Object(AuthSpec::from_value(&read).map(|spec| spec.params).unwrap_or_default());
    }
}
