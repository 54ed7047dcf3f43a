//! Secrets in text by their shape, and by the name before them.

use std::borrow::Cow;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickBuilder};
use regex::{Captures, Regex};

use super::names::{NAME_STEMS, is_secret_name};
use super::redact::MASK;

static JWT: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"eyJ[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]{2,}(?:\.[A-Za-z0-9_-]*){1,3}").ok());
static PEM: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"-----BEGIN [A-Z ]*PRIVATE KEY-----(?s:.*?)(?:-----END [A-Z ]*PRIVATE KEY-----|\z)").ok()
});
static USERINFO: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r#"(://[^/\s:@"'<>]*):([^/\s@"'<>]+)@"#).ok());
static JWK: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r#"(\\*"(?:d|p|q|dp|dq|qi|k)\\*"\s*:\s*\\*")[A-Za-z0-9_=-]{4,}"#).ok());

/// What is a secret by its shape alone.
pub(super) fn shapes_in(text: &str) -> Cow<'_, str> {
    let mut out = Cow::Borrowed(text);
    if text.contains("eyJ") {
        out = replace(out, &JWT, MASK);
    }
    if text.contains("PRIVATE KEY-----") {
        out = replace(out, &PEM, MASK);
    }
    if text.contains("://") && text.contains('@') {
        out = replace(out, &USERINFO, &format!("$1:{MASK}@"));
    }
    if text.contains("\"kty") || text.contains("\\\"kty") || text.contains("kty\\\"") {
        out = replace(out, &JWK, &format!("${{1}}{MASK}"));
    }
    out
}

static STEMS: LazyLock<Option<AhoCorasick>> =
    LazyLock::new(|| AhoCorasickBuilder::new().ascii_case_insensitive(true).build(NAME_STEMS).ok());
/// The beginning of `"name": "value"`, also where the quotes are escaped (JSON in JSON), and of console output's `name: 'value'`.
static MEMBER: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r#"(?:\\*["'](?P<quoted>[A-Za-z0-9_. -]{2,60})\\*["']\s*[:=]\s*|\b(?P<bare>[A-Za-z_][A-Za-z0-9_]{1,60}):\s)(?P<escapes>\\*)(?P<quote>["'])"#)
        .ok()
});
/// `name=value` of a query or form.
static PAIR: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r##"(?P<name>[A-Za-z][A-Za-z0-9_.%-]{1,60})=(?P<value>[^&\s"#<>\\]+)"##).ok());
/// `<name>value<` of XML, with or without a prefix and attributes.
static TAG: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"<(?:[\w.-]{1,60}:)?(?P<name>[A-Za-z][\w.-]{1,60})(?:\s[^<>]*)?>(?P<value>[^<]+)<").ok()
});
/// `Name: value` at the start of a line.
static LINE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?m)^(?P<before>[ \t>|<*-]*)(?P<name>[A-Za-z][A-Za-z0-9_-]{1,60})(?P<colon>:[ \t]*)(?P<value>[^\r\n]+)",
    )
    .ok()
});

/// What is a secret by the name before it.
pub(super) fn named_in(text: &str) -> Cow<'_, str> {
    let Some(stems) = STEMS.as_ref() else { return Cow::Borrowed(text) };
    if !stems.is_match(text) {
        return Cow::Borrowed(text);
    }
    let out = members_in(text);
    let out = replace_named(out, &PAIR, |c| {
        let (name, value) = (&c["name"], &c["value"]);
        // What closes a list or a quote around the pair is no part of it.
        let rest = &value[value.trim_end_matches(['\'', ',', ';', ')']).len()..];
        secret_value(name, value).then(|| format!("{name}={MASK}{rest}"))
    });
    let out = replace_named(out, &TAG, |c| {
        let (name, value, whole) = (&c["name"], &c["value"], &c[0]);
        secret_value(name, value).then(|| format!("{}{MASK}<", &whole[..whole.len() - value.len() - 1]))
    });
    replace_named(out, &LINE, |c| {
        let (name, value) = (&c["name"], &c["value"]);
        // A header, not a sentence: "password: must be long" has spaces where a header's value has a scheme and a token.
        let sentence = value.split_whitespace().count() > 3
            && !name.contains('-')
            && !name.eq_ignore_ascii_case("authorization")
            && !name.eq_ignore_ascii_case("cookie");
        (secret_value(name, value) && !sentence)
            .then(|| format!("{}{name}{}{}", &c["before"], &c["colon"], mask_header(name, value)))
    })
}

/// Replaces the values of members whose name is secret. Other values are searched in turn: they may be JSON themselves.
fn members_in(text: &str) -> Cow<'_, str> {
    let Some(regex) = MEMBER.as_ref() else { return Cow::Borrowed(text) };
    let mut out = String::new();
    let (mut done, mut at) = (0, 0);
    while let Some(captures) = regex.captures_at(text, at) {
        let (Some(whole), Some(quote)) = (captures.get(0), captures.name("quote")) else { break };
        at = whole.end();
        let name = captures.name("quoted").or_else(|| captures.name("bare")).map_or("", |name| name.as_str());
        if !is_secret_name(name) {
            continue;
        }
        let end =
            at + value_end(&text[at..], quote.as_str(), captures.name("escapes").map_or(0, |escapes| escapes.len()));
        let value = &text[at..end];
        if secret_value(name, value) {
            out.push_str(&text[done..at]);
            out.push_str(&mask_header(name, value));
            done = end;
        }
        at = end;
    }
    if done == 0 {
        return Cow::Borrowed(text);
    }
    out.push_str(&text[done..]);
    Cow::Owned(out)
}

/// Where a quoted value ends, whose opening quote had this many backslashes before it: a quote with more of them is part of it.
fn value_end(text: &str, quote: &str, escapes: usize) -> usize {
    let mut run = 0;
    for (at, byte) in text.bytes().enumerate() {
        if byte == b'\\' {
            run += 1;
            continue;
        }
        let closes = if escapes == 0 { run % 2 == 0 } else { run <= escapes };
        if quote.as_bytes() == [byte] && closes {
            return at - if escapes == 0 { 0 } else { run };
        }
        run = 0;
    }
    text.len()
}

fn secret_value(name: &str, value: &str) -> bool {
    is_secret_name(name) && !is_placeholder(value) && !value.contains(MASK)
}

/// Whether the value is only `{{variables}}`, or no value at all: what the author wrote shows no secret.
pub(super) fn is_placeholder(value: &str) -> bool {
    let value = value.trim();
    let value = value.strip_prefix("Bearer ").unwrap_or(value).trim();
    value.is_empty()
        || matches!(value, "true" | "false" | "null" | "undefined" | MASK)
        || (value.starts_with("{{") && value.ends_with("}}") && !value[2..value.len() - 2].contains("}}"))
}

/// The mask, with what helps a reader and is no secret left: the scheme, a cookie's name and attributes.
pub(super) fn mask_header(name: &str, value: &str) -> String {
    let lower = name.to_ascii_lowercase();
    if lower.ends_with("authorization") {
        return match value.split_once(' ') {
            Some((scheme, _))
                if scheme.len() <= 20 && scheme.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') =>
            {
                format!("{scheme} {MASK}")
            }
            _ => MASK.to_owned(),
        };
    }
    if lower == "set-cookie" {
        let (pair, attributes) =
            value.split_once(';').map_or((value, String::new()), |(pair, rest)| (pair, format!(";{rest}")));
        return pair
            .split_once('=')
            .map_or_else(|| MASK.to_owned(), |(cookie, _)| format!("{cookie}={MASK}{attributes}"));
    }
    if lower == "cookie" {
        let cookies: Vec<String> = value
            .split(';')
            .map(|pair| {
                pair.split_once('=').map_or_else(|| MASK.to_owned(), |(cookie, _)| format!("{}={MASK}", cookie.trim()))
            })
            .collect();
        return cookies.join("; ");
    }
    MASK.to_owned()
}

fn replace<'a>(text: Cow<'a, str>, regex: &LazyLock<Option<Regex>>, by: &str) -> Cow<'a, str> {
    let Some(regex) = regex.as_ref() else { return text };
    let changed = match regex.replace_all(&text, by) {
        Cow::Borrowed(_) => None,
        Cow::Owned(changed) => Some(changed),
    };
    changed.map_or(text, Cow::Owned)
}

/// Replaces the matches for which `by` gives a text.
fn replace_named<'a>(
    text: Cow<'a, str>,
    regex: &LazyLock<Option<Regex>>,
    by: impl Fn(&Captures<'_>) -> Option<String>,
) -> Cow<'a, str> {
    let Some(regex) = regex.as_ref() else { return text };
    let mut out = String::new();
    let mut done = 0;
    for captures in regex.captures_iter(&text) {
        if let (Some(whole), Some(replacement)) = (captures.get(0), by(&captures)) {
            out.push_str(&text[done..whole.start()]);
            out.push_str(&replacement);
            done = whole.end();
        }
    }
    if done == 0 {
        return text;
    }
    out.push_str(&text[done..]);
    Cow::Owned(out)
}
