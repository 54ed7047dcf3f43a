//! An exchange as plain text, for reports that show it where something failed.

use std::fmt::Write as _;
use std::sync::Arc;

use super::ReporterOptions;
use super::format::{clip, filesize};
use crate::event::message::{Header, SentRequest};
use crate::event::record::ItemRecord;
use crate::event::{Origin, RequestOutcome, Substitution};

/// Options that leave parts of exchanges out.
pub(super) const OPTIONS: &[(&str, &str)] = &[
    ("omitRequestBodies", "leave out bodies of requests"),
    ("omitResponseBodies", "leave out bodies of responses"),
    ("omitHeaders", "leave out headers"),
    ("omitAllHeadersAndBody", "leave out headers and bodies"),
];

/// What of an exchange is shown.
#[derive(Debug, Clone, Copy)]
pub(super) struct Excerpt {
    /// Characters of a body at most.
    pub(super) body: usize,
    /// Bodies of requests.
    pub(super) request_bodies: bool,
    /// Bodies of responses.
    pub(super) response_bodies: bool,
    /// Headers.
    pub(super) headers: bool,
}

impl Excerpt {
    /// As the omit options of a reporter say.
    pub(super) fn of(options: &ReporterOptions, body: usize) -> Self {
        let all = options.flag("omitAllHeadersAndBody");
        Self {
            body,
            request_bodies: !(all || options.flag("omitRequestBodies")),
            response_bodies: !(all || options.flag("omitResponseBodies")),
            headers: !(all || options.flag("omitHeaders")),
        }
    }
}

/// The request of an outcome, also where it failed.
pub(super) fn sent(outcome: &RequestOutcome) -> Option<&SentRequest> {
    let failed = || outcome.result.as_ref().err().and_then(|error| error.request.as_ref());
    outcome.request.as_ref().or_else(failed).map(|request| &**request)
}

/// `token of profile "owner" (answered, not sent)`.
pub(super) fn substitution(substitution: &Substitution) -> String {
    let how = match substitution.how {
        "answered" => "answered, not sent",
        other => other,
    };
    let note = substitution.note.as_deref().map(|note| format!(": {note}")).unwrap_or_default();
    format!("token of profile \"{}\" ({how}){note}", substitution.profile)
}

/// Request, response, replaced tokens and likely cause of every outcome that matters to a failure: the item's own, and those of
/// scripts and tokens that failed themselves.
pub(super) fn text(item: &ItemRecord, excerpt: Excerpt) -> String {
    let mut out = String::new();
    for outcome in relevant(item) {
        if !out.is_empty() {
            out.push('\n');
        }
        one(&mut out, outcome, excerpt);
    }
    out
}

/// The outcomes that matter to a failure of the item.
pub(super) fn relevant(item: &ItemRecord) -> impl Iterator<Item = &RequestOutcome> {
    let main = item.main();
    item.outcomes
        .iter()
        .filter(move |o| main.is_some_and(|m| Arc::ptr_eq(m, o)) || (o.origin != Origin::Replay && o.result.is_err()))
        .map(|o| &**o)
}

fn one(out: &mut String, outcome: &RequestOutcome, excerpt: Excerpt) {
    if let Some(request) = sent(outcome) {
        let _ = writeln!(out, "{} {}", request.method, request.url);
        headers(out, &request.headers, excerpt);
        if excerpt.request_bodies {
            body(out, &request.body, excerpt.body);
        }
    }
    for replaced in &outcome.substitutions {
        let _ = writeln!(out, "substituted: {}", substitution(replaced));
    }
    match &outcome.result {
        Ok(response) => {
            let _ = writeln!(out, "\nHTTP/{} {} {}", response.http_version, response.code, response.reason);
            headers(out, &response.headers, excerpt);
            if excerpt.response_bodies {
                body(out, &response.body, excerpt.body);
            }
        }
        Err(error) => {
            let _ = writeln!(out, "\nno response: {}", error.message);
        }
    }
    for line in causes(outcome) {
        let _ = writeln!(out, "\n{line}");
    }
}

/// `cause: …` and `hint: …` where they are known.
pub(super) fn causes(outcome: &RequestOutcome) -> Vec<String> {
    let hint = outcome.result.as_ref().err().and_then(|error| error.hint.as_deref());
    let cause = outcome.explanation.as_ref().map(|text| format!("cause: {text}"));
    cause.into_iter().chain(hint.map(|text| format!("hint: {text}"))).collect()
}

fn headers(out: &mut String, headers: &[Header], excerpt: Excerpt) {
    if excerpt.headers {
        for header in headers {
            let _ = writeln!(out, "{}: {}", header.name, header.value);
        }
    }
}

fn body(out: &mut String, body: &[u8], limit: usize) {
    if body.is_empty() {
        return;
    }
    let Ok(text) = std::str::from_utf8(body) else {
        let _ = writeln!(out, "\n({}, not text)", filesize(body.len() as u64));
        return;
    };
    let (shown, cut) = clip(text, limit);
    let _ = writeln!(out, "\n{shown}");
    if cut {
        let _ = writeln!(out, "(the first of {})", filesize(body.len() as u64));
    }
}
