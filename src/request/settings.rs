//! `protocolProfileBehavior` over the options of the command line.

use serde_json::{Map, Value};

use crate::http::message::{HttpVersion, SendSettings};
use crate::variables::truthy;

/// The settings of a request: each key that its merged `protocolProfileBehavior` holds wins over the option.
pub fn settings(defaults: &SendSettings, behavior: &Map<String, Value>) -> SendSettings {
    let flag = |key: &str, default: bool| behavior.get(key).map_or(default, truthy);
    let mut settings = defaults.clone();
    settings.strict_ssl = flag("strictSSL", defaults.strict_ssl);
    settings.follow_redirects = flag("followRedirects", defaults.follow_redirects);
    settings.max_redirects = behavior.get("maxRedirects").map_or(defaults.max_redirects, redirects);
    settings.follow_original_method = flag("followOriginalHttpMethod", defaults.follow_original_method);
    settings.follow_authorization = flag("followAuthorizationHeader", defaults.follow_authorization);
    settings.remove_referer = flag("removeRefererHeaderOnRedirect", defaults.remove_referer);
    settings.insecure_parser = flag("insecureHTTPParser", defaults.insecure_parser);
    if flag("disableCookies", false) {
        settings.cookies = false;
    }
    if flag("disableUrlEncoding", false) {
        settings.encode_url = false;
    }
    if let Some(Value::Object(disabled)) = behavior.get("disabledSystemHeaders") {
        settings.disabled_system_headers =
            disabled.iter().filter(|(_, value)| truthy(value)).map(|(name, _)| name.clone()).collect();
    }
    if let Some(Value::Array(protocols)) = behavior.get("tlsDisabledProtocols") {
        // Over those of the command line, which ask for a least version.
        settings.tls_disabled_protocols.extend(protocols.iter().filter_map(Value::as_str).map(str::to_owned));
    }
    if let Some(Value::Array(ciphers)) = behavior.get("tlsCipherSelection") {
        let names: Vec<_> = ciphers.iter().filter_map(Value::as_str).collect();
        settings.tls_ciphers = Some(names.join(":")).filter(|list| !list.is_empty());
    }
    // Of newer runtimes. newman does not know it, so that a server without HTTP/2 must do for `http2` as well.
    match behavior.get("protocolVersion").and_then(Value::as_str) {
        Some("http1") => settings.http_version = HttpVersion::Http1,
        Some("http2" | "auto") => settings.http_version = HttpVersion::Auto,
        _ => {}
    }
    settings
}

/// Whether the behavior keeps bodies that newman would drop for their method (`disableBodyPruning`).
pub fn keeps_body(behavior: &Map<String, Value>) -> bool {
    behavior.get("disableBodyPruning").is_some_and(truthy)
}

/// A number of redirects by JavaScript's comparison rules; what is no number never reaches a limit.
fn redirects(value: &Value) -> u32 {
    let number = match value {
        Value::Null => 0.0,
        Value::Bool(flag) => f64::from(u8::from(*flag)),
        Value::Number(number) => number.as_f64().unwrap_or(f64::NAN),
        Value::String(text) if text.trim().is_empty() => 0.0,
        Value::String(text) => text.trim().parse().unwrap_or(f64::NAN),
        _ => f64::NAN,
    };
    // A float casts to the nearest number that fits.
    if number.is_nan() { u32::MAX } else { number.ceil() as u32 }
}

/// The URL of a request's `proxy` object; `None` when it has no host.
pub fn proxy_url(proxy: &Value) -> Option<String> {
    let host = proxy.get("host")?.as_str()?.trim();
    // A scheme or a path around the host is cut off, as newman does.
    let host = host.split_once("://").map_or(host, |(_, rest)| rest).split(['/', '?', '#', ':']).next()?;
    if host.is_empty() {
        return None;
    }
    let port = match proxy.get("port") {
        Some(Value::Number(number)) => number.as_f64().map(|port| port as u16),
        Some(Value::String(text)) => text.trim().parse().ok(),
        _ => None,
    };
    let port = port.filter(|port| *port != 0).unwrap_or(8080);
    let text = |key: &str| proxy.get(key).and_then(Value::as_str).filter(|text| !text.is_empty());
    let mut user = String::new();
    if proxy.get("authenticate") == Some(&Value::Bool(true)) {
        user.push_str(&super::js::component(text("username").unwrap_or_default()));
        if let Some(password) = text("password") {
            user.push(':');
            user.push_str(&super::js::component(password));
        }
        if !user.is_empty() {
            user.push('@');
        }
    }
    Some(format!("http://{user}{host}:{port}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn with(behavior: &Value) -> SendSettings {
        settings(&SendSettings::default(), behavior.as_object().expect("an object"))
    }

    #[test]
    fn the_request_wins_both_ways() {
        let lax = SendSettings { strict_ssl: false, follow_redirects: false, ..SendSettings::default() };
        let behavior = json!({"strictSSL": true, "followRedirects": "false"});
        let both = settings(&lax, behavior.as_object().expect("an object"));
        assert!(both.strict_ssl && both.follow_redirects, "truthiness decides, and `false` as text is true");
        assert!(!with(&json!({"strictSSL": null})).strict_ssl);
    }

    #[test]
    fn redirect_limits_are_compared_as_javascript_would() {
        assert_eq!(with(&json!({"maxRedirects": 3})).max_redirects, 3);
        assert_eq!(with(&json!({"maxRedirects": "3"})).max_redirects, 3);
        assert_eq!(with(&json!({"maxRedirects": null})).max_redirects, 0);
        assert_eq!(with(&json!({"maxRedirects": -1})).max_redirects, 0);
        assert_eq!(with(&json!({"maxRedirects": "x"})).max_redirects, u32::MAX);
    }

    #[test]
    fn lists_and_switches() {
        let all = with(&json!({
            "disableCookies": 1, "disableUrlEncoding": true, "tlsDisabledProtocols": ["TLSv1_2", 3],
            "disabledSystemHeaders": {"host": true, "accept": 0, "User-Agent": true}}));
        assert!(!all.cookies && !all.encode_url);
        assert_eq!(all.tls_disabled_protocols, ["TLSv1_2"]);
        assert_eq!(all.disabled_system_headers, ["host", "User-Agent"]);
        assert!(keeps_body(json!({"disableBodyPruning": "false"}).as_object().expect("an object")));
    }

    #[test]
    fn transport() {
        for (version, expected) in [
            ("http1", HttpVersion::Http1),
            ("http2", HttpVersion::Auto),
            ("auto", HttpVersion::Auto),
            ("3", HttpVersion::Http1),
        ] {
            assert_eq!(with(&json!({"protocolVersion": version})).http_version, expected);
        }
        let all = with(&json!({"tlsCipherSelection": ["A", 1, "B"]}));
        assert_eq!(all.tls_ciphers.as_deref(), Some("A:B"));
        assert_eq!(with(&json!({"tlsCipherSelection": []})).tls_ciphers, None);
        let least = SendSettings { tls_disabled_protocols: vec!["TLSv1_2".into()], ..SendSettings::default() };
        let behavior = json!({"tlsDisabledProtocols": ["TLSv1_1"]});
        let both = settings(&least, behavior.as_object().expect("an object"));
        assert_eq!(both.tls_disabled_protocols, ["TLSv1_2", "TLSv1_1"]);
    }

    #[test]
    fn a_proxy_needs_a_host() {
        assert_eq!(proxy_url(&json!({"port": 1})), None);
        assert_eq!(proxy_url(&json!({"host": "http://p.x/", "port": "81"})).as_deref(), Some("http://p.x:81"));
        let full = json!({"host": "p", "authenticate": true, "username": "a b", "password": "c:d"});
        assert_eq!(proxy_url(&full).as_deref(), Some("http://a%20b:c%3Ad@p:8080"));
    }
}
