//! Responses, errors and cookies in the JSON that scripts read.

use base64::Engine as _;
use serde_json::{Map, Value, json};

use crate::http::cookie::Cookie;
use crate::http::message::{Exchange, Header, SendError};

/// A response without its body.
pub(super) fn response_value(exchange: &Exchange, cookies: &[Value]) -> Value {
    let response = &exchange.response;
    json!({
        "code": response.code,
        "status": response.reason,
        "header": headers_value(&response.headers),
        "responseTime": millis(exchange),
        "responseSize": response.body.len(),
        "downloadedBytes": response.downloaded_size,
        "sizes": {
            "body": response.body_size,
            "header": response.header_size,
            "total": response.body_size + response.header_size,
        },
        "cookies": cookies,
        "httpVersion": response.http_version,
    })
}

/// A response with its body, for `pm.sendRequest`.
pub(super) fn script_response(exchange: &Exchange, cookies: &[Value]) -> Value {
    let mut value = response_value(exchange, cookies);
    if let Some(map) = value.as_object_mut() {
        map.insert("body".into(), base64::engine::general_purpose::STANDARD.encode(&exchange.response.body).into());
        map.insert("text".into(), crate::http::charset::text_of(&exchange.response).into());
    }
    value
}

/// Whole milliseconds of an exchange.
pub(super) fn millis(exchange: &Exchange) -> u64 {
    exchange.timings.total.as_millis() as u64
}

fn headers_value(headers: &[Header]) -> Value {
    headers.iter().map(|h| json!({"key": h.name, "value": h.value})).collect()
}

/// An error as Node would describe it.
pub(super) fn error_value(error: &SendError) -> Value {
    let mut map = Map::new();
    map.insert("name".into(), "Error".into());
    map.insert("message".into(), error.message.clone().into());
    let mut put = |key: &str, value: Option<Value>| {
        if let Some(value) = value {
            map.insert(key.to_owned(), value);
        }
    };
    put("errno", error.errno.map(Value::from));
    put("code", error.code.clone().map(Value::from));
    put("syscall", error.syscall.clone().map(Value::from));
    put("address", error.address.clone().map(Value::from));
    put("port", error.port.map(Value::from));
    Value::Object(map)
}

/// A cookie as `pm.cookies` reads it.
pub(super) fn cookie_value(cookie: &Cookie) -> Value {
    let mut map = Map::new();
    map.insert("name".into(), cookie.key.clone().into());
    map.insert("value".into(), cookie.value.clone().into());
    map.insert("domain".into(), cookie.domain.clone().into());
    map.insert("path".into(), cookie.path.clone().into());
    map.insert("hostOnly".into(), cookie.host_only.into());
    map.insert("secure".into(), cookie.secure.into());
    map.insert("httpOnly".into(), cookie.http_only.into());
    if let Some(expires) = cookie.expires.and_then(|ms| jiff::Timestamp::from_millisecond(ms).ok()) {
        map.insert("expires".into(), expires.to_string().into());
    }
    if let Some(max_age) = cookie.max_age {
        map.insert("maxAge".into(), max_age.into());
    }
    if let Some(same_site) = &cookie.same_site {
        map.insert("sameSite".into(), same_site.clone().into());
    }
    Value::Object(map)
}
