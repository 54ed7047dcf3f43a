//! Finding secrets in text and replacing them.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use aho_corasick::{AhoCorasick, AhoCorasickBuilder, MatchKind};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use regex::Regex;

use super::custom::Custom;
use super::find::{is_placeholder, mask_header, named_in, shapes_in};
use super::names::is_secret_name;

/// What is shown in place of a secret.
pub const MASK: &str = "[redacted]";

/// Shorter texts are no secrets: they would blank half of every report.
const SHORTEST: usize = 4;

/// Replaces secrets in everything that is written. A handle: clones share what they know.
///
/// It knows secrets by text ([`Redactor::add`]), by shape (JWTs, private keys) and by the name they stand under
/// (`Authorization`, `access_token`, the private members of a JWK, …).
#[derive(Clone)]
pub struct Redactor {
    known: Option<Arc<Mutex<Known>>>,
}

#[derive(Default)]
struct Known {
    secrets: BTreeSet<String>,
    /// Made from `secrets` when first needed after a change.
    matcher: Option<Arc<AhoCorasick>>,
    version: u64,
    /// What the user asked to hide as well.
    custom: Option<Arc<Custom>>,
}

impl fmt::Debug for Redactor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.is_on() { "Redactor(on)" } else { "Redactor(off)" })
    }
}

impl Default for Redactor {
    fn default() -> Self {
        Self::new()
    }
}

impl Redactor {
    /// A redactor that knows names and shapes, and no secret yet.
    pub fn new() -> Self {
        Self { known: Some(Arc::default()) }
    }

    /// A redactor that leaves everything as it is (`--no-redact`).
    pub fn off() -> Self {
        Self { known: None }
    }

    /// Whether anything is redacted.
    pub fn is_on(&self) -> bool {
        self.known.is_some()
    }

    /// Adds a secret, at any time of the run. Texts under four characters and plain words of JSON are ignored.
    pub fn add(&self, secret: &str) {
        let secret = secret.trim();
        if secret.chars().count() < SHORTEST || matches!(secret, "true" | "false" | "null" | "undefined") {
            return;
        }
        if let Some(known) = &self.known {
            let mut known = known.lock().unwrap_or_else(PoisonError::into_inner);
            if known.secrets.insert(secret.to_owned()) {
                known.matcher = None;
                known.version += 1;
            }
        }
    }

    /// Hides values that stand under names, and what matches patterns, from now on.
    pub fn hide(&self, names: &[String], patterns: &[Regex]) {
        if names.is_empty() && patterns.is_empty() {
            return;
        }
        if let Some(known) = &self.known {
            let mut known = known.lock().unwrap_or_else(PoisonError::into_inner);
            known.custom = Some(Arc::new(Custom::new(names, patterns)));
            known.version += 1;
        }
    }

    fn custom(&self) -> Option<Arc<Custom>> {
        self.known.as_ref()?.lock().unwrap_or_else(PoisonError::into_inner).custom.clone()
    }

    /// Grows with every secret that is added: what was redacted under an older version may have to be redacted again.
    pub fn version(&self) -> u64 {
        self.known.as_ref().map_or(0, |known| known.lock().unwrap_or_else(PoisonError::into_inner).version)
    }

    /// Replaces every secret in a text.
    pub fn redact<'a>(&self, text: &'a str) -> Cow<'a, str> {
        if !self.is_on() || text.len() < SHORTEST {
            return Cow::Borrowed(text);
        }
        let text = self.known_in(text);
        let text = then(text, shapes_in);
        let text = then(text, named_in);
        match self.custom() {
            Some(custom) => then(text, |text| custom.hidden_in(text)),
            None => text,
        }
    }

    /// Replaces the secrets in a header's value, by its name and by its text.
    pub fn header<'a>(&self, name: &str, value: &'a str) -> Cow<'a, str> {
        if !self.is_on() {
            return Cow::Borrowed(value);
        }
        self.named(name, value)
    }

    /// Replaces the secrets in a value that stands under a name (a variable, a member, a parameter).
    pub fn named<'a>(&self, name: &str, value: &'a str) -> Cow<'a, str> {
        let secret = || is_secret_name(name) || self.custom().is_some_and(|custom| custom.names(name));
        if self.is_on() && !value.is_empty() && secret() && !is_placeholder(value) {
            // What was left of the value may still hold another secret.
            let masked = mask_header(name, value);
            return Cow::Owned(self.known_in(&masked).into_owned());
        }
        self.redact(value)
    }

    /// Replaces secrets in a body. Where it is no text, known secrets are still found; `None`: nothing to replace.
    pub fn bytes(&self, body: &[u8]) -> Option<Vec<u8>> {
        if !self.is_on() || body.len() < SHORTEST {
            return None;
        }
        if let Ok(text) = std::str::from_utf8(body) {
            return match self.redact(text) {
                Cow::Borrowed(_) => None,
                Cow::Owned(text) => Some(text.into_bytes()),
            };
        }
        let matcher = self.matcher()?;
        matcher.is_match(body).then(|| matcher.replace_all_bytes(body, &vec![MASK; matcher.patterns_len()]))
    }

    fn known_in<'a>(&self, text: &'a str) -> Cow<'a, str> {
        match self.matcher() {
            Some(matcher) if matcher.is_match(text) => {
                let mut out = String::with_capacity(text.len());
                matcher.replace_all_with(text, &mut out, |_, _, out| {
                    out.push_str(MASK);
                    true
                });
                Cow::Owned(out)
            }
            _ => Cow::Borrowed(text),
        }
    }

    fn matcher(&self) -> Option<Arc<AhoCorasick>> {
        let mut known = self.known.as_ref()?.lock().unwrap_or_else(PoisonError::into_inner);
        if known.secrets.is_empty() {
            return None;
        }
        if known.matcher.is_none() {
            let spellings: BTreeSet<String> = known.secrets.iter().flat_map(|secret| spellings(secret)).collect();
            known.matcher =
                AhoCorasickBuilder::new().match_kind(MatchKind::LeftmostLongest).build(spellings).ok().map(Arc::new);
        }
        known.matcher.clone()
    }
}

/// A secret as it may stand in a report: as it is, in a URL, in JSON, in base64 (alone, or after a user name).
fn spellings(secret: &str) -> Vec<String> {
    let mut all = vec![secret.to_owned()];
    let encoded = utf8_percent_encode(secret, NON_ALPHANUMERIC).to_string();
    // What encoders leave alone differs: the unreserved characters of RFC 3986, and a form's plus for a space.
    let lenient = ["%2D:-", "%2E:.", "%5F:_", "%7E:~"].iter().fold(encoded.clone(), |text, pair| {
        let (from, to) = pair.split_once(':').unwrap_or_default();
        text.replace(from, to)
    });
    all.push(lenient.replace("%20", "+"));
    all.push(lenient);
    all.push(encoded);
    if let Ok(json) = serde_json::to_string(secret) {
        all.push(json[1..json.len() - 1].to_owned());
    }
    let bytes = secret.as_bytes();
    all.push(STANDARD.encode(bytes));
    all.push(STANDARD.encode(bytes).trim_end_matches('=').to_owned());
    all.push(URL_SAFE_NO_PAD.encode(bytes));
    if bytes.len() >= 8 {
        // Inside a longer base64 text (`user:secret`) it stands at one of three offsets; the characters it shares with
        // its neighbours are left out.
        for offset in 1..3_usize {
            let mut padded = vec![0; offset];
            padded.extend_from_slice(bytes);
            let text = STANDARD.encode(&padded);
            let end = padded.len() * 8 / 6;
            if let Some(inner) = text.get(offset + 1..end) {
                all.push(inner.to_owned());
            }
        }
    }
    all.retain(|text| text.len() >= SHORTEST);
    all
}

fn then(text: Cow<'_, str>, f: impl Fn(&str) -> Cow<'_, str>) -> Cow<'_, str> {
    match text {
        Cow::Borrowed(text) => f(text),
        Cow::Owned(text) => match f(&text) {
            Cow::Borrowed(_) => Cow::Owned(text),
            Cow::Owned(changed) => Cow::Owned(changed),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn redact(text: &str) -> String {
        Redactor::new().redact(text).into_owned()
    }

    #[test]
    fn known_secrets_in_every_spelling() {
        let redactor = Redactor::new();
        redactor.add("p@ss \"w\"ord/1");
        redactor.add("abc");
        let basic = STANDARD.encode("user:p@ss \"w\"ord/1");
        for text in [
            "x p@ss \"w\"ord/1 y".to_owned(),
            r#"{"x":"p@ss \"w\"ord/1"}"#.to_owned(),
            "?q=p%40ss%20%22w%22ord%2F1&z=1".to_owned(),
            "q=p%40ss+%22w%22ord%2F1".to_owned(),
            format!("value {basic}"),
        ] {
            let out = redactor.redact(&text);
            assert!(out.contains(MASK), "{text} -> {out}");
            assert!(!out.contains("ord"), "{text} -> {out}");
        }
        assert_eq!(redactor.redact("abc stays"), "abc stays");
    }

    #[test]
    fn longest_secret_first() {
        let redactor = Redactor::new();
        redactor.add("secretvalue");
        redactor.add("secretvalue-and-more");
        assert_eq!(redactor.redact("x secretvalue-and-more x"), "x [redacted] x");
    }

    #[test]
    fn a_secret_added_later_is_known_to_clones() {
        let redactor = Redactor::new();
        let clone = redactor.clone();
        assert_eq!(clone.redact("xyzzy"), "xyzzy");
        redactor.add("xyzzy");
        assert_eq!(clone.redact("a xyzzy b"), "a [redacted] b");
    }

    #[test]
    fn shapes() {
        assert_eq!(redact("at eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln end"), "at [redacted] end");
        assert_eq!(redact("-----BEGIN RSA PRIVATE KEY-----\nMII\n-----END RSA PRIVATE KEY-----\nx"), "[redacted]\nx");
        assert_eq!(redact("https://me:pw12@host/x"), "https://me:[redacted]@host/x");
        assert_eq!(
            redact(r#"{"kty":"RSA","n":"abcd1234","d":"abcd1234","e":"AQAB"}"#),
            r#"{"kty":"RSA","n":"abcd1234","d":"[redacted]","e":"AQAB"}"#
        );
    }

    #[test]
    fn names_in_json_forms_queries_and_lines() {
        assert_eq!(
            redact(r#"{"access_token": "a b\nc", "token_type":"Bearer","expires_in":12}"#),
            r#"{"access_token": "[redacted]", "token_type":"Bearer","expires_in":12}"#
        );
        assert_eq!(
            redact(r#"{"body":"{\"client_secret\":\"xyz\",\"a\":1}"}"#),
            r#"{"body":"{\"client_secret\":\"[redacted]\",\"a\":1}"}"#
        );
        assert_eq!(redact("grant_type=x&assertion=abc.def&scope=a"), "grant_type=x&assertion=[redacted]&scope=a");
        assert_eq!(redact("https://h/p?apikey=123&x=1"), "https://h/p?apikey=[redacted]&x=1");
        assert_eq!(
            redact("GET /\nAuthorization: Bearer abc\nAccept: */*"),
            "GET /\nAuthorization: Bearer [redacted]\nAccept: */*"
        );
        assert_eq!(redact("{ access_token: 'abc', a: 1 }"), "{ access_token: '[redacted]', a: 1 }");
        assert_eq!(redact("password: must be eight characters or more"), "password: must be eight characters or more");
        assert_eq!(redact("Authorization: {{token}}"), "Authorization: {{token}}");
        assert_eq!(redact("token is set"), "token is set");
        assert_eq!(redact(r#"{"password":"it's \"me\" again","a":1}"#), r#"{"password":"[redacted]","a":1}"#);
        assert_eq!(redact("'https://h/?token=a,b;c'"), "'https://h/?token=[redacted]'");
        assert_eq!(
            redact("<wsse:Password Type=\"x\">abc</wsse:Password><a>b</a>"),
            "<wsse:Password Type=\"x\">[redacted]</wsse:Password><a>b</a>"
        );
    }

    #[test]
    fn headers_keep_what_is_no_secret() {
        let redactor = Redactor::new();
        assert_eq!(redactor.header("authorization", "Basic abc"), "Basic [redacted]");
        assert_eq!(redactor.header("Set-Cookie", "sid=1; Path=/"), "sid=[redacted]; Path=/");
        assert_eq!(redactor.header("Cookie", "a=1; b=2"), "a=[redacted]; b=[redacted]");
        assert_eq!(redactor.header("Accept", "*/*"), "*/*");
        assert_eq!(redactor.header("X-My-Token", "{{t}}"), "{{t}}");
    }

    #[test]
    fn off_is_off() {
        let redactor = Redactor::off();
        redactor.add("hunter22");
        assert_eq!(redactor.redact("password=hunter22"), "password=hunter22");
        assert_eq!(redactor.header("Authorization", "x"), "x");
        assert!(redactor.bytes(b"password=hunter22").is_none());
    }

    #[test]
    fn binary_bodies_lose_known_secrets_only() {
        let redactor = Redactor::new();
        redactor.add("hunter22");
        assert_eq!(redactor.bytes(b"\xff hunter22 \xfe").as_deref(), Some(&b"\xff [redacted] \xfe"[..]));
        assert!(redactor.bytes(b"\xff nothing").is_none());
    }
}
