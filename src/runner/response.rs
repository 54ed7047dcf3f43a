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
    let hostname = (error.syscall.as_deref() == Some("getaddrinfo")).then(|| error.message.rsplit(' ').next());
    put("hostname", hostname.flatten().map(Value::from));
    put("address", error.address.clone().map(Value::from));
    put("port", error.port.map(Value::from));
    Value::Object(map)
}

/// A cookie as `pm.cookies` reads it: with the time at which it ends, whichever attribute says so.
pub(super) fn cookie_value(cookie: &Cookie) -> Value {
    cookie_with(cookie, cookie.expiry())
}

/// A cookie as the jar of scripts gives it: with its attributes.
pub(super) fn jar_cookie(cookie: &Cookie) -> Value {
    cookie_with(cookie, cookie.expires)
}

/// What a session cookie lacks is `null` and 0 in newman.
fn cookie_with(cookie: &Cookie, expires: Option<i64>) -> Value {
    let expires = expires.and_then(|ms| jiff::Timestamp::from_millisecond(ms).ok()).map(|time| format!("{time:.3}"));
    let mut map = Map::new();
    map.insert("name".into(), cookie.key.clone().into());
    map.insert("value".into(), cookie.value.clone().into());
    map.insert("domain".into(), cookie.domain.clone().into());
    map.insert("path".into(), cookie.path.clone().into());
    map.insert("hostOnly".into(), cookie.host_only.into());
    map.insert("secure".into(), cookie.secure.into());
    map.insert("httpOnly".into(), cookie.http_only.into());
    map.insert("expires".into(), expires.into());
    map.insert("maxAge".into(), cookie.max_age.unwrap_or(0).into());
    if let Some(same_site) = &cookie.same_site {
        map.insert("sameSite".into(), same_site.clone().into());
    }
    Value::Object(map)
}
