//! Cookie jars as files: tough-cookie's JSON, which newman reads and writes, and Netscape's lines, which curl does.

use std::fmt::Write;

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::cookie::Cookie;
use super::cookies::CookieJar;

/// A cookie file that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CookieFileError {
    /// Neither JSON nor Netscape lines.
    #[error("read the cookies: {0}")]
    Invalid(String),
    /// JSON without cookies.
    #[error("serialized jar has no cookies array")]
    NoCookies,
}

impl CookieJar {
    /// Reads a jar file, whichever of the two formats it has.
    pub fn from_file_text(text: &str) -> Result<Self, CookieFileError> {
        if text.trim_start_matches('\u{feff}').trim_start().starts_with(['{', '[']) {
            Self::from_json(text.trim_start_matches('\u{feff}'))
        } else {
            Self::from_netscape(text)
        }
    }

    /// Reads tough-cookie's serialised jar.
    pub fn from_json(text: &str) -> Result<Self, CookieFileError> {
        let root: Value = serde_json::from_str(text).map_err(|error| CookieFileError::Invalid(error.to_string()))?;
        let cookies = root.get("cookies").and_then(Value::as_array).ok_or(CookieFileError::NoCookies)?;
        Ok(Self::from_cookies(cookies.iter().filter_map(Value::as_object).map(from_object)))
    }

    /// Writes tough-cookie's serialised jar.
    pub fn to_json(&self) -> Value {
        json!({
            "version": "tough-cookie@4.1.3-postman.1",
            "storeType": "MemoryCookieStore",
            "rejectPublicSuffixes": false,
            "enableLooseMode": true,
            "allowSpecialUseDomain": true,
            "prefixSecurity": "silent",
            "cookies": self.all().iter().map(to_object).collect::<Vec<_>>(),
        })
    }

    /// Reads Netscape's format: tab-separated lines of domain, subdomains, path, secure, expiry, name, value.
    pub fn from_netscape(text: &str) -> Result<Self, CookieFileError> {
        let mut cookies = Vec::new();
        for (index, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
            let (line, http_only) = match line.strip_prefix("#HttpOnly_") {
                Some(line) => (line, true),
                None => (line, false),
            };
            if line.trim().is_empty() || line.starts_with('#') {
                continue;
            }
            let fields: Vec<_> = line.split('\t').collect();
            let [domain, subdomains, path, secure, expires, name, value @ ..] = fields.as_slice() else {
                return Err(CookieFileError::Invalid(format!(
                    "line {} has {} of the 7 tab-separated fields",
                    index + 1,
                    fields.len()
                )));
            };
            let expires: i64 = expires.trim().parse().map_err(|_| {
                CookieFileError::Invalid(format!("line {}: the expiry {expires:?} is no number", index + 1))
            })?;
            cookies.push(Cookie {
                key: (*name).to_owned(),
                value: value.join("\t"),
                domain: domain.trim_start_matches('.').to_lowercase(),
                path: (*path).to_owned(),
                host_only: !subdomains.eq_ignore_ascii_case("true"),
                secure: secure.eq_ignore_ascii_case("true"),
                http_only,
                expires: (expires > 0).then(|| expires.saturating_mul(1000)),
                ..Cookie::default()
            });
        }
        Ok(Self::from_cookies(cookies))
    }

    /// Writes Netscape's format.
    pub fn to_netscape(&self) -> String {
        let flag = |on: bool| if on { "TRUE" } else { "FALSE" };
        let mut out = "# Netscape HTTP Cookie File\n".to_owned();
        for cookie in self.all() {
            let prefix = if cookie.http_only { "#HttpOnly_" } else { "" };
            let dot = if cookie.host_only { "" } else { "." };
            let expires = cookie.expiry().map_or(0, |at| (at / 1000).max(0));
            let _ = writeln!(
                out,
                "{prefix}{dot}{}\t{}\t{}\t{}\t{expires}\t{}\t{}",
                cookie.domain,
                flag(!cookie.host_only),
                cookie.path,
                flag(cookie.secure),
                cookie.key,
                cookie.value
            );
        }
        out
    }
}

fn from_object(object: &Map<String, Value>) -> Cookie {
    let text = |name: &str| object.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let flag = |name: &str| object.get(name).and_then(Value::as_bool);
    let time = |name: &str| text(name).parse::<Timestamp>().ok().map(Timestamp::as_millisecond);
    let domain = text("domain").trim_start_matches('.').to_lowercase();
    let path = text("path");
    Cookie {
        key: text("key"),
        value: text("value"),
        host_only: flag("hostOnly").unwrap_or(false),
        path: if path.is_empty() { "/".to_owned() } else { path },
        domain,
        path_is_default: flag("pathIsDefault").unwrap_or(false),
        secure: flag("secure").unwrap_or(false),
        http_only: flag("httpOnly").unwrap_or(false),
        expires: time("expires"),
        max_age: match object.get("maxAge") {
            Some(Value::Number(age)) => age.as_i64(),
            Some(Value::String(age)) if age == "-Infinity" => Some(i64::MIN),
            _ => None,
        },
        same_site: object.get("sameSite").and_then(Value::as_str).map(str::to_owned),
        extensions: match object.get("extensions").and_then(Value::as_array) {
            Some(list) => list.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
            None => Vec::new(),
        },
        creation: time("creation").unwrap_or_default(),
        last_accessed: time("lastAccessed").unwrap_or_default(),
    }
}

/// The properties that differ from their defaults, in tough-cookie's order.
fn to_object(cookie: &Cookie) -> Value {
    let mut object = Map::new();
    let mut put = |name: &str, value: Value| drop(object.insert(name.to_owned(), value));
    if !cookie.key.is_empty() {
        put("key", json!(cookie.key));
    }
    if !cookie.value.is_empty() {
        put("value", json!(cookie.value));
    }
    if let Some(expires) = cookie.expires {
        put("expires", json!(iso(expires)));
    }
    if let Some(age) = cookie.max_age {
        put("maxAge", json!(age));
    }
    put("domain", json!(cookie.domain));
    put("path", json!(cookie.path));
    if cookie.secure {
        put("secure", json!(true));
    }
    if cookie.http_only {
        put("httpOnly", json!(true));
    }
    if !cookie.extensions.is_empty() {
        put("extensions", json!(cookie.extensions));
    }
    put("hostOnly", json!(cookie.host_only));
    if cookie.path_is_default {
        put("pathIsDefault", json!(true));
    }
    put("creation", json!(iso(cookie.creation)));
    put("lastAccessed", json!(iso(cookie.last_accessed)));
    if let Some(same_site) = &cookie.same_site {
        put("sameSite", json!(same_site));
    }
    Value::Object(object)
}

/// JavaScript's `toISOString`.
fn iso(ms: i64) -> String {
    Timestamp::from_millisecond(ms).unwrap_or_default().strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::url::WireUrl;

    #[test]
    fn a_jar_survives_its_json() {
        let url = WireUrl::parse("https://a.example.com/x/y", true).unwrap();
        let jar = CookieJar::new();
        jar.store(&url, "k=v; Path=/; Max-Age=86400; Secure; HttpOnly; SameSite=Lax; Priority=High");
        jar.store(&url, "s=t; Domain=example.com; Expires=Wed, 21 Oct 2099 07:28:00 GMT");
        let json = jar.to_json();
        assert_eq!(json["cookies"][1]["expires"], "2099-10-21T07:28:00.000Z");
        assert_eq!(json["cookies"][1]["pathIsDefault"], true);
        assert_eq!(json["cookies"][0].get("pathIsDefault"), None);
        let read = CookieJar::from_file_text(&json.to_string()).unwrap();
        assert_eq!(read.all(), jar.all());
        assert_eq!(read.to_json(), json);
    }

    #[test]
    fn netscape_lines() {
        let text = "# Netscape HTTP Cookie File\n\n.ex.com\tTRUE\t/\tTRUE\t4102444800\ta\t1\n#HttpOnly_h\tFALSE\t/p\tFALSE\t0\tb\t2\n";
        let jar = CookieJar::from_file_text(text).unwrap();
        let all = jar.all();
        assert_eq!(
            (all[0].domain.as_str(), all[0].host_only, all[0].secure, all[0].expires),
            ("ex.com", false, true, Some(4_102_444_800_000))
        );
        assert_eq!((all[1].domain.as_str(), all[1].host_only, all[1].http_only), ("h", true, true));
        assert_eq!(CookieJar::from_netscape(&jar.to_netscape()).unwrap().all(), all);
        assert!(CookieJar::from_netscape("a\tb").unwrap_err().to_string().contains("line 1 has 2"));
        assert!(CookieJar::from_json("{}").is_err() && CookieJar::from_json("{").is_err());
    }
}
