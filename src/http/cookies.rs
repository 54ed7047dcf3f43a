//! The cookie jar: RFC 6265 in the loose manner of tough-cookie 4.1.3, which Postman uses (`lib/cookie.js`).

use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use super::cookie::Cookie;
use super::url::WireUrl;

/// Why a cookie is not stored, in tough-cookie's words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CookieError {
    /// No cookie in that text.
    #[error("Cookie failed to parse")]
    Unparsable,
    /// Its domain is another one than the URL's.
    #[error("Cookie not in this host's domain. Cookie:{cookie} Request:{host}")]
    ForeignDomain {
        /// The cookie's domain.
        cookie: String,
        /// The host of the URL.
        host: String,
    },
}

/// What [`CookieJar::cookies_with`] leaves out.
#[derive(Debug, Clone, Copy, Default)]
pub struct CookieFilter {
    /// Leave out `HttpOnly` cookies.
    pub without_http_only: bool,
    /// Treat the URL as secure or not, whatever its scheme.
    pub secure: Option<bool>,
}

/// The cookies of a run. Shared by all its requests and scripts; usable through a shared reference.
#[derive(Debug, Default)]
pub struct CookieJar {
    cookies: Mutex<Vec<Cookie>>,
}

impl CookieJar {
    /// An empty jar.
    pub fn new() -> Self {
        Self::default()
    }

    /// A jar of these cookies.
    pub fn from_cookies(cookies: impl IntoIterator<Item = Cookie>) -> Self {
        let jar = Self::new();
        for cookie in cookies {
            put(&mut jar.lock(), cookie);
        }
        jar
    }

    /// Stores what a response at that URL sets; what it may not set is dropped without a word.
    pub fn store(&self, url: &WireUrl, set_cookie: &str) {
        // Errors are not the response's reader's business, as in Postman (`ignoreError`).
        let _ = self.set(url, set_cookie);
    }

    /// Stores a cookie in `Set-Cookie` notation: `pm.cookies.jar().set(url, "k=v; Path=/")`. `None` where a name prefix forbids it.
    pub fn set(&self, url: &WireUrl, set_cookie: &str) -> Result<Option<Cookie>, CookieError> {
        self.set_cookie(url, Cookie::parse(set_cookie).ok_or(CookieError::Unparsable)?)
    }

    /// Stores a cookie: `pm.cookies.jar().set(url, {name, value, …})`. Empty domain and path are filled in from the URL.
    pub fn set_cookie(&self, url: &WireUrl, mut cookie: Cookie) -> Result<Option<Cookie>, CookieError> {
        let host = canonical(url);
        if cookie.domain.is_empty() {
            cookie.host_only = true;
            host.clone_into(&mut cookie.domain);
        } else {
            cookie.domain = cookie.domain.trim().trim_start_matches('.').to_lowercase();
            if !domain_match(host, &cookie.domain) {
                return Err(CookieError::ForeignDomain { cookie: cookie.domain, host: host.to_owned() });
            }
            cookie.host_only = false;
        }
        if !cookie.path.starts_with('/') {
            cookie.path = default_path(&url.path);
            cookie.path_is_default = true;
        }
        let forbidden = (cookie.key.starts_with("__Secure-") && !cookie.secure)
            || (cookie.key.starts_with("__Host-") && !(cookie.secure && cookie.host_only && cookie.path == "/"));
        if forbidden {
            return Ok(None);
        }
        let now = now_ms();
        cookie.creation = now;
        cookie.last_accessed = now;
        put(&mut self.lock(), cookie.clone());
        Ok(Some(cookie))
    }

    /// The `Cookie` header for a request to that URL.
    pub fn header_for(&self, url: &WireUrl) -> Option<String> {
        let cookies = self.cookies_for(url);
        let mut header = String::new();
        for (at, cookie) in cookies.iter().enumerate() {
            // Also after a cookie with neither name nor value.
            if at > 0 {
                header.push_str("; ");
            }
            if !cookie.key.is_empty() {
                header.push_str(&cookie.key);
                header.push('=');
            }
            header.push_str(&cookie.value);
        }
        (!header.is_empty()).then_some(header)
    }

    /// The cookies for that URL, in the order they are sent.
    pub fn cookies_for(&self, url: &WireUrl) -> Vec<Cookie> {
        self.cookies_with(url, CookieFilter::default())
    }

    /// The cookies for that URL, filtered: `pm.cookies.jar().getAll(url, {http, secure})`.
    pub fn cookies_with(&self, url: &WireUrl, filter: CookieFilter) -> Vec<Cookie> {
        let mut cookies = self.lock();
        if cookies.is_empty() {
            return Vec::new();
        }
        let host = canonical(url);
        let secure = filter.secure.unwrap_or_else(|| matches!(url.scheme.as_str(), "https" | "wss") || is_local(host));
        let now = now_ms();
        let matches = |cookie: &Cookie| {
            let domain = if cookie.host_only { cookie.domain == host } else { sends_to(host, &cookie.domain) };
            domain && path_match(&url.path, &cookie.path)
        };
        cookies.retain(|cookie| !(matches(cookie) && cookie.expired(now)));
        let mut found = Vec::new();
        for cookie in cookies.iter_mut() {
            if matches(cookie) && (secure || !cookie.secure) && !(filter.without_http_only && cookie.http_only) {
                cookie.last_accessed = now;
                found.push(cookie.clone());
            }
        }
        // Stable: cookies are kept in the order they were first stored.
        found.sort_by(|a, b| b.path.len().cmp(&a.path.len()).then(a.creation.cmp(&b.creation)));
        found
    }

    /// The first cookie of that name for that URL: `pm.cookies.jar().get(url, name)`.
    pub fn get(&self, url: &WireUrl, name: &str) -> Option<Cookie> {
        self.cookies_for(url).into_iter().find(|cookie| cookie.key == name)
    }

    /// Removes that cookie: `pm.cookies.jar().unset(url, name)`.
    pub fn unset(&self, url: &WireUrl, name: &str) {
        if let Some(gone) = self.get(url, name) {
            self.lock().retain(|cookie| !cookie.same_place(&gone));
        }
    }

    /// Removes all cookies for that URL: `pm.cookies.jar().clear(url)`.
    pub fn clear(&self, url: &WireUrl) {
        let gone = self.cookies_for(url);
        self.lock().retain(|cookie| !gone.iter().any(|gone| cookie.same_place(gone)));
    }

    /// Every cookie, in the order they were first stored.
    pub fn all(&self) -> Vec<Cookie> {
        self.lock().clone()
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Cookie>> {
        // A panic elsewhere leaves the list whole: every change is one call.
        self.cookies.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Puts a cookie in, over one of the same name and place, whose age it takes.
fn put(cookies: &mut Vec<Cookie>, mut cookie: Cookie) {
    let old = cookies.iter().position(|other| other.same_place(&cookie));
    if let Some(at) = old {
        cookie.creation = cookies[at].creation;
        if cookie.expired(now_ms()) {
            cookies.remove(at);
        } else {
            cookies[at] = cookie;
        }
    } else if !cookie.expired(now_ms()) {
        cookies.push(cookie);
    }
}

fn canonical(url: &WireUrl) -> &str {
    url.hostname()
}

/// Whether `domain` is `host` or one above it.
fn domain_match(host: &str, domain: &str) -> bool {
    host == domain
        || (host.strip_suffix(domain).is_some_and(|front| front.len() > 1 && front.ends_with('.'))
            && host.parse::<IpAddr>().is_err())
}

/// Whether a cookie of that domain is looked up for a host. A public suffix (`com`, `co.uk`, `github.io`) belongs to many, so its
/// cookies hold for itself alone; tough-cookie stores them all the same.
fn sends_to(host: &str, domain: &str) -> bool {
    // Both are ends of the host: the shorter one is above the other.
    host == domain
        || (domain_match(host, domain)
            && registrable(host).is_some_and(|registrable| domain.len() >= registrable.len()))
}

/// The part of a host that somebody registered, one label below a public suffix; of names that RFC 6761 sets apart, the last two.
fn registrable(host: &str) -> Option<&str> {
    const SPECIAL: [&str; 5] = ["local", "example", "invalid", "localhost", "test"];
    if host.ends_with('.') {
        return None;
    }
    if let Some((rest, top)) = host.rsplit_once('.')
        && SPECIAL.contains(&top)
    {
        return Some(rest.rfind('.').map_or(host, |at| &host[at + 1..]));
    }
    psl::domain_str(host)
}

fn is_local(host: &str) -> bool {
    host == "localhost"
        || host.ends_with(".localhost")
        || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

fn default_path(path: &str) -> String {
    match path.rfind('/') {
        Some(at) if at > 0 && path.starts_with('/') => path[..at].to_owned(),
        _ => "/".to_owned(),
    }
}

fn path_match(path: &str, cookie_path: &str) -> bool {
    path.strip_prefix(cookie_path)
        .is_some_and(|rest| rest.is_empty() || cookie_path.ends_with('/') || rest.starts_with('/'))
}

fn now_ms() -> i64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .ok()
        .and_then(|since| i64::try_from(since.as_millis()).ok())
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> WireUrl {
        WireUrl::parse(text, true).unwrap()
    }

    /// What is sent to `to` after `from` set these.
    fn sent(from: &str, set: &[&str], to: &str) -> Option<String> {
        let jar = CookieJar::new();
        for set in set {
            jar.store(&url(from), set);
        }
        jar.header_for(&url(to))
    }

    #[test]
    fn host_only_and_domains() {
        let at = |set, to| sent("http://a.example.com/", &[set], to).is_some();
        assert!(at("k=v", "http://a.example.com:99/x"));
        assert!(!at("k=v", "http://b.a.example.com/"));
        assert!(at("k=v; Domain=.Example.com", "https://b.example.com/"));
        assert!(!at("k=v; Domain=other.com", "http://other.com/"));
        assert!(!at("k=v; Domain=b.a.example.com", "http://a.example.com/"));
        assert!(!at("k=v; Domain=com", "http://a.example.com/"));
        assert!(sent("http://127.0.0.1/", &["k=v; Domain=0.0.1"], "http://127.0.0.1/").is_none());
        assert!(sent("http://127.0.0.1/", &["k=v; Domain=127.0.0.1"], "http://127.0.0.1/").is_some());
    }

    /// What tough-cookie 4.1.3 answered for each of these.
    #[test]
    fn public_suffixes_share_no_cookies() {
        for (from, domain, to, expected) in [
            ("a.co.uk", "co.uk", "a.co.uk", false),
            ("a.co.uk", "co.uk", "co.uk", true),
            ("b.a.co.uk", "a.co.uk", "c.d.a.co.uk", true),
            ("a.github.io", "github.io", "a.github.io", false),
            ("github.io", "github.io", "a.github.io", false),
            ("a.com", "com", "a.com", false),
            ("x.nonexist", "nonexist", "x.nonexist", false),
            ("y.x.nonexist", "x.nonexist", "z.x.nonexist", true),
            ("a.localhost", "localhost", "localhost", true),
            ("a.localhost", "localhost", "a.localhost", false),
            ("b.a.localhost", "a.localhost", "c.a.localhost", true),
            ("a.test", "test", "a.test", false),
            ("b.a.test", "a.test", "b.a.test", true),
            ("s3.amazonaws.com", "amazonaws.com", "s3.amazonaws.com", false),
            ("s3.amazonaws.com", "amazonaws.com", "ec2.amazonaws.com", true),
            ("b.s3.amazonaws.com", "s3.amazonaws.com", "b.s3.amazonaws.com", false),
            ("a.www.ck", "www.ck", "b.www.ck", true),
            ("b.a.ck", "a.ck", "b.a.ck", false),
            ("city.kawasaki.jp", "city.kawasaki.jp", "x.city.kawasaki.jp", true),
            ("b.a.kawasaki.jp", "a.kawasaki.jp", "b.a.kawasaki.jp", false),
            ("platform.tt02.altinn.no", "tt02.altinn.no", "a.tt02.altinn.no", true),
            ("platform.tt02.altinn.no", "tt02.altinn.no", "altinn.no", false),
            ("a.xn--55qx5d.cn", "xn--55qx5d.cn", "a.xn--55qx5d.cn", false),
            ("1.2.3.4", "1.2.3.4", "1.2.3.4", true),
            ("h", "h", "a.h", false),
            ("a.com.", "a.com.", "b.a.com.", false),
        ] {
            let set = format!("k=v; Domain={domain}");
            let found = sent(&format!("http://{from}/"), &[&set], &format!("http://{to}/")).is_some();
            assert_eq!(found, expected, "{from} sets {domain}, {to}");
        }
    }

    #[test]
    fn paths_and_order() {
        let set = ["a=1; Path=/", "b=2; Path=/x/y", "c=3; Path=/x", "d=4"];
        assert_eq!(sent("http://h/x/z", &set, "http://h/x/y/q").unwrap(), "b=2; c=3; d=4; a=1");
        assert_eq!(sent("http://h/x/z", &set, "http://h/xy").unwrap(), "a=1");
        assert_eq!(sent("http://h/x", &["a=1; Path=rel", "b=2"], "http://h/").unwrap(), "a=1; b=2");
    }

    #[test]
    fn secure_needs_https_or_this_machine() {
        for (at, expected) in [
            ("https://h/", true),
            ("http://h/", false),
            ("http://localhost/", true),
            ("http://a.localhost/", true),
            ("http://127.9.9.9/", true),
            ("http://[::1]/", true),
        ] {
            assert_eq!(sent(at, &["k=v; Secure"], at).is_some(), expected, "{at}");
        }
    }

    #[test]
    fn removal_replacement_and_prefixes() {
        assert_eq!(sent("http://h/", &["k=v", "k=w"], "http://h/").unwrap(), "k=w");
        assert_eq!(sent("http://h/", &["a=1", "b=2", "a=3"], "http://h/").unwrap(), "a=3; b=2");
        assert_eq!(sent("http://h/", &["k=v", "k=; Max-Age=0"], "http://h/"), None);
        assert_eq!(sent("http://h/", &["k=v; Expires=Thu, 01 Jan 1970 00:00:00 GMT"], "http://h/"), None);
        assert_eq!(sent("https://h/", &["__Host-k=v; Secure; Path=/x"], "https://h/x"), None);
        assert_eq!(sent("https://h/", &["__Secure-k=v"], "https://h/"), None);
        assert!(sent("https://h/", &["__Host-k=v; Secure; Path=/", "__Secure-k=v; Secure"], "https://h/").is_some());
    }

    #[test]
    fn loose_cookies_and_values_as_received() {
        assert_eq!(sent("http://h/", &["f"], "http://h/").unwrap(), "f");
        assert_eq!(sent("http://h/", &["=g"], "http://h/").unwrap(), "g");
        assert_eq!(sent("http://h/", &["="], "http://h/"), None);
        assert_eq!(sent("http://h/", &["=", "a=1"], "http://h/").unwrap(), "; a=1");
        assert_eq!(sent("http://h/", &["q=\"a b\"; HttpOnly; SameSite=Strict"], "http://h/").unwrap(), "q=\"a b\"");
        assert_eq!(sent("http://h/", &["a=b=c", "e="], "http://h/").unwrap(), "a=b=c; e=");
    }

    #[test]
    fn what_scripts_do() {
        let jar = CookieJar::new();
        let here = url("http://h/x/y");
        let stored = jar.set(&here, "a=1; HttpOnly").unwrap().unwrap();
        assert_eq!((stored.domain.as_str(), stored.path.as_str(), stored.host_only), ("h", "/x", true));
        jar.set_cookie(&here, Cookie { key: "b".into(), value: "2".into(), path: "/".into(), ..Cookie::default() })
            .unwrap();
        assert_eq!(
            jar.set(&here, "k=v; Domain=evil.com").unwrap_err().to_string(),
            "Cookie not in this host's domain. Cookie:evil.com Request:h"
        );
        assert_eq!(jar.get(&here, "a").unwrap().value, "1");
        assert_eq!(jar.cookies_with(&here, CookieFilter { without_http_only: true, secure: None }).len(), 1);
        jar.unset(&here, "a");
        assert_eq!(jar.header_for(&here).unwrap(), "b=2");
        jar.set(&url("http://other/"), "c=3").unwrap();
        jar.clear(&here);
        assert_eq!(jar.all().len(), 1);
    }
}
