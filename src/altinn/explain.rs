//! From a failed answer to its likely cause: which service answered, then its table.

use std::fmt;

use serde_json::Value;

use super::claims::Claims;
use super::{bearer, correspondence, maskinporten, platform};
use crate::http::message::{Header, Response, SentRequest, header};

/// What an answer means.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Explanation {
    /// Likely cause.
    pub cause: String,
    /// What to do.
    pub mend: String,
    /// Code of the error, where there is one: `MP-121`, `CORR-01001`.
    pub code: Option<String>,
    /// What support asks for.
    pub trace_id: Option<String>,
}

impl Explanation {
    pub(super) fn new(cause: impl Into<String>, mend: impl Into<String>) -> Self {
        Self { cause: cause.into(), mend: mend.into(), code: None, trace_id: None }
    }
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(code) = &self.code {
            write!(f, "{code}: ")?;
        }
        f.write_str(&self.cause)?;
        if !self.mend.is_empty() {
            write!(f, "; {}", self.mend)?;
        }
        if let Some(trace) = &self.trace_id {
            write!(f, " (trace id {trace})")?;
        }
        Ok(())
    }
}

/// A request and its answer, as far as the tables look at them.
#[derive(Clone, Copy)]
pub struct Call<'a> {
    /// Method, upper-case.
    pub method: &'a str,
    /// The whole URL.
    pub url: &'a str,
    /// Headers of the request.
    pub headers: &'a [Header],
    /// Body of the request.
    pub body: &'a [u8],
    /// Status of the answer.
    pub status: u16,
    /// Headers of the answer.
    pub response_headers: &'a [Header],
    /// Body of the answer.
    pub response_body: &'a [u8],
    /// Seconds since 1970, here.
    pub now: u64,
}

impl fmt::Debug for Call<'_> {
    /// Without headers and bodies: they hold tokens.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call")
            .field("method", &self.method)
            .field("url", &self.url)
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}

/// Says what the answer to a sent request means.
pub fn explain_exchange(request: &SentRequest, response: &Response, now: u64) -> Option<Explanation> {
    // Building the URL's text costs; good answers are not explained.
    if response.code < 300 {
        return None;
    }
    let url = request.url.to_string();
    explain(&Call {
        method: &request.method,
        url: &url,
        headers: &request.headers,
        body: &request.body,
        status: response.code,
        response_headers: &response.headers,
        response_body: &response.body,
        now,
    })
}

/// Says what a failed answer means; `None` where nothing is known about it.
pub fn explain(call: &Call<'_>) -> Option<Explanation> {
    if call.status < 300 {
        return None;
    }
    let facts = Facts::of(call);
    let mut explanation = maskinporten::explain(&facts)
        .or_else(|| platform::generator(&facts))
        .or_else(|| platform::exchange(&facts))
        .or_else(|| platform::registry(&facts))
        .or_else(|| correspondence::explain(&facts))
        .or_else(|| platform::events(&facts))
        .or_else(|| bearer::explain(&facts))
        .or_else(|| refused(&facts))?;
    if explanation.trace_id.is_none() {
        explanation.trace_id = facts.trace_id();
    }
    Some(explanation)
}

/// An answer of these services that no table knows: its own words, and the trace id that support asks for.
fn refused(facts: &Facts<'_>) -> Option<Explanation> {
    let known = platform::known_platform(&facts.host) || facts.path.contains("/correspondence/api/v1/");
    if !known || facts.call.status < 400 {
        return None;
    }
    let said = ["detail", "error_description", "title"].iter().find_map(|name| facts.member(name));
    facts.trace_id()?;
    let said = said.unwrap_or("without saying why").trim();
    let cause = format!("Altinn refused the request with {}: {said}", facts.call.status);
    let mut explanation = Explanation::new(cause, "support asks for the trace id");
    explanation.code = facts.member("code").map(str::to_owned);
    Some(explanation)
}

/// A call with what is read from it.
pub(super) struct Facts<'a> {
    pub(super) call: &'a Call<'a>,
    /// Host, lower-case, without port.
    pub(super) host: String,
    /// Path, lower-case.
    pub(super) path: String,
    /// The answer's JSON, or null.
    pub(super) json: Value,
    /// The answer as text.
    pub(super) text: String,
    /// Token of the request, where there is one.
    pub(super) bearer: Option<&'a str>,
    /// Its claims.
    pub(super) claims: Option<Claims>,
}

impl<'a> Facts<'a> {
    fn of(call: &'a Call<'a>) -> Self {
        let rest = call.url.split_once("://").map_or(call.url, |(_, rest)| rest);
        let rest = rest.split(['?', '#']).next().unwrap_or_default();
        let (authority, path) = match rest.find('/') {
            Some(at) => rest.split_at(at),
            None => (rest, "/"),
        };
        let host = authority.rsplit('@').next().unwrap_or_default().to_ascii_lowercase();
        let host = match host.rsplit_once(':') {
            Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => name.to_owned(),
            _ => host,
        };
        let bearer = header(call.headers, "authorization").and_then(|value| {
            let (scheme, token) = value.trim().split_once(' ')?;
            scheme.eq_ignore_ascii_case("bearer").then(|| token.trim()).filter(|token| !token.is_empty())
        });
        // Error bodies are short; a long one is no error of these services.
        let body = &call.response_body[..call.response_body.len().min(65_536)];
        Self {
            call,
            host,
            path: path.to_ascii_lowercase(),
            json: serde_json::from_slice(body).unwrap_or(Value::Null),
            text: String::from_utf8_lossy(body).into_owned(),
            bearer,
            claims: bearer.and_then(Claims::decode),
        }
    }

    /// A member of the answer that is text.
    pub(super) fn member(&self, name: &str) -> Option<&str> {
        self.json.get(name)?.as_str()
    }

    /// Whether the answer has no body.
    pub(super) fn empty(&self) -> bool {
        self.text.trim().is_empty()
    }

    /// Whether the answer holds a fragment, in any case.
    pub(super) fn says(&self, fragment: &str) -> bool {
        self.text.to_lowercase().contains(&fragment.to_lowercase())
    }

    fn trace_id(&self) -> Option<String> {
        if let Some(id) = self.member("traceId").or_else(|| self.member("trace_id")) {
            return Some(id.to_owned());
        }
        let description = self.member("error_description").unwrap_or(&self.text);
        ["trace_id:", "trace id:", "correlation id:"].iter().find_map(|label| {
            let at = description.to_lowercase().find(label)? + label.len();
            let id: String = description
                .get(at..)?
                .trim_start()
                .chars()
                .take_while(|c| c.is_ascii_alphanumeric() || *c == '-')
                .collect();
            (!id.is_empty()).then_some(id)
        })
    }

    /// Seconds that the clock here is ahead of the server's, by its `Date`.
    pub(super) fn clock_ahead(&self) -> Option<i64> {
        let date = httpdate::parse_http_date(header(self.call.response_headers, "date")?).ok()?;
        let server = date.duration_since(std::time::UNIX_EPOCH).ok()?.as_secs();
        i64::try_from(self.call.now).ok()?.checked_sub(i64::try_from(server).ok()?)
    }

    /// What both clocks say, for messages.
    pub(super) fn clocks(&self) -> String {
        match self.clock_ahead() {
            Some(0) => "the clocks here and there agree".to_owned(),
            Some(ahead) if ahead > 0 => format!("the clock here is {ahead} s ahead of the server's"),
            Some(behind) => format!("the clock here is {} s behind the server's", -behind),
            None => "the server gave no `Date` to compare with".to_owned(),
        }
    }

    /// What is wrong with the token at Altinn's platform, as far as its claims tell.
    pub(super) fn token_fault(&self) -> Option<Explanation> {
        let Some(token) = self.bearer else {
            let sent = header(self.call.headers, "authorization").unwrap_or_default().trim();
            return Some(if sent.is_empty() || sent.eq_ignore_ascii_case("bearer") {
                Explanation::new(
                    "no token was sent",
                    "is the variable that holds it empty, or did the request that fetches it not run?",
                )
            } else {
                Explanation::new(
                    "the `Authorization` is no bearer token",
                    "this service takes `Authorization: Bearer <token>`",
                )
            });
        };
        if token.contains("{{") {
            return Some(Explanation::new(
                "the token's variable was not filled in",
                "set it, or run the request that fetches the token first",
            ));
        }
        let Some(claims) = &self.claims else {
            return Some(Explanation::new(
                "the token is no JWT",
                "is something else in its variable: an error text, quotes, a line break?",
            ));
        };
        if let Some(left) = claims.expires_in(self.call.now)
            && left <= 0
        {
            return Some(Explanation::new(
                format!("the token expired {} s ago", -left),
                "fetch a new one; with a token profile that happens by itself",
            ));
        }
        if let Some(start) = claims.seconds("nbf").or_else(|| claims.seconds("iat"))
            && start > self.call.now.saturating_add(10)
        {
            return Some(Explanation::new(
                "the token is not valid yet",
                format!("{}; set the clock by NTP", self.clocks()),
            ));
        }
        None
    }

    /// What a token is, for messages: issuer, organisation, scopes, lifetime.
    pub(super) fn token_facts(&self) -> String {
        let Some(claims) = &self.claims else { return "its claims could not be read".to_owned() };
        let mut facts = Vec::new();
        if let Some(issuer) = claims.issuer() {
            facts.push(format!("issuer {issuer}"));
        }
        if let Some(org) = claims.speaks_for() {
            facts.push(format!("organisation {org}"));
        }
        let scopes = claims.scopes();
        if !scopes.is_empty() {
            facts.push(format!("scopes {}", scopes.join(" ")));
        }
        if let Some(left) = claims.expires_in(self.call.now) {
            facts.push(if left > 0 { format!("expires in {left} s") } else { format!("expired {} s ago", -left) });
        }
        format!("the token has {}", if facts.is_empty() { "no known claims".to_owned() } else { facts.join(", ") })
    }

    /// Faults of a validation problem: `field: text`.
    pub(super) fn validation(&self) -> Vec<String> {
        let mut faults = Vec::new();
        if let Some(errors) = self.json.get("errors").and_then(Value::as_object) {
            for (field, texts) in errors {
                match texts {
                    Value::Array(texts) => {
                        faults.extend(texts.iter().filter_map(Value::as_str).map(|text| format!("{field}: {text}")));
                    }
                    Value::String(text) => faults.push(format!("{field}: {text}")),
                    _ => {}
                }
            }
        }
        if faults.is_empty()
            && let Some(errors) = self.json.get("validationErrors").and_then(Value::as_array)
        {
            for error in errors {
                let path = error.pointer("/paths/0").and_then(Value::as_str).unwrap_or("request");
                let title = error.get("title").and_then(Value::as_str).unwrap_or("invalid");
                faults.push(format!("{path}: {title}"));
            }
        }
        faults
    }
}

/// Fills `{name}` in a text of a table.
pub(super) fn fill(text: &str, facts: &[(&str, String)]) -> String {
    facts.iter().fold(text.to_owned(), |text, (name, value)| text.replace(&format!("{{{name}}}"), value))
}
