//! What the page's script is told of an item.

use std::time::Duration;

use serde_json::{Value, json};

use super::super::exchange::{self, Excerpt, sent};
use super::super::format::clip;
use super::super::verdict::{self, Verdict};
use super::{Hide, has};
use crate::event::message::Header;
use crate::event::record::ItemRecord;
use crate::event::{Origin, RequestOutcome};

/// One execution of an item that is over now.
pub(super) fn of_item(item: &ItemRecord, now: Duration, skipped: bool, excerpt: Excerpt) -> Value {
    let folders = item.item.as_ref().map(|item| item.folders.join(" / ")).unwrap_or_default();
    let cases: Vec<Value> = verdict::cases(item, skipped)
        .iter()
        .map(|(name, verdict)| {
            let kind = match verdict {
                Verdict::Passed => "passed",
                Verdict::Skipped(_) => "skipped",
                Verdict::Failed(_) => "failed",
                Verdict::Broke(_) => "error",
            };
            let fault = verdict.fault();
            json!({
                "name": name, "verdict": kind,
                "message": fault.map(|fault| format!("{}: {}", fault.kind, fault.message)), "detail": fault.and_then(|fault| fault.detail.as_deref()),
                "diff": fault.and_then(|fault| fault.diff.as_deref()),
            })
        })
        .collect();
    json!({
        "execution": item.execution,
        "iteration": item.iteration + 1,
        "folder": folders,
        "name": item.item.as_ref().map(|item| item.name.as_str()),
        "start": millis(item.started),
        "took": millis(now.saturating_sub(item.started)),
        "failed": item.failed,
        "skipped": skipped,
        "cases": cases,
        "exchanges": item.outcomes.iter().map(|outcome| exchange(outcome, excerpt)).collect::<Vec<_>>(),
        "console": item.console.iter().map(|(level, text)| json!({ "level": level, "text": text })).collect::<Vec<_>>(),
        "notes": notes(item),
    })
}

fn exchange(outcome: &RequestOutcome, excerpt: Excerpt) -> Value {
    let t = &outcome.timings;
    let phases: Vec<Value> = [
        ("dns", t.dns),
        ("connect", t.connect),
        ("tls", t.tls),
        ("first byte", t.first_byte),
        ("download", t.download),
    ]
    .into_iter()
    .filter(|(_, time)| !time.is_zero())
    .map(|(name, time)| json!({ "name": name, "ms": millis(time) }))
    .collect();
    let mut out = json!({
        "origin": match outcome.origin {
            Origin::Item => "item",
            Origin::Replay => "replay",
            Origin::Script => "script",
            Origin::Token => "token",
        },
        "ms": millis(t.total),
        "phases": phases,
        "substituted": outcome.substitutions.iter().map(exchange::substitution).collect::<Vec<_>>(),
        "causes": exchange::causes(outcome),
    });
    if let Some(request) = sent(outcome) {
        out["request"] = json!({
            "method": request.method, "url": request.url.to_string(), "headers": headers(&request.headers, excerpt),
            "body": body(&request.body, excerpt.request_bodies, excerpt.body),
        });
    }
    match &outcome.result {
        Ok(response) => {
            out["response"] = json!({
                "code": response.code, "reason": response.reason, "size": response.header_size + response.body_size,
                "headers": headers(&response.headers, excerpt), "body": body(&response.body, excerpt.response_bodies, excerpt.body),
            });
        }
        Err(error) => out["error"] = Value::from(error.message.as_str()),
    }
    out
}

/// Takes out what the user does not want to see of an item.
pub(super) fn hide(piece: &mut Value, hide: &Hide) {
    let name = piece["name"].as_str().unwrap_or_default().to_owned();
    let (request, response) = (has(&hide.request_bodies, &name), has(&hide.response_bodies, &name));
    for exchange in piece["exchanges"].as_array_mut().into_iter().flatten() {
        for (side, body) in [("request", request), ("response", response)] {
            let Some(message) = exchange.get_mut(side) else { continue };
            if body {
                message["body"] = Value::Null;
            }
            if let Some(headers) = message["headers"].as_array_mut() {
                headers.retain(|header| !has(&hide.headers, header[0].as_str().unwrap_or_default()));
            }
        }
    }
}

fn millis(time: Duration) -> f64 {
    (time.as_secs_f64() * 10_000.0).round() / 10.0
}

fn headers(headers: &[Header], excerpt: Excerpt) -> Value {
    if !excerpt.headers {
        return Value::Array(Vec::new());
    }
    headers.iter().map(|h| json!([h.name, h.value])).collect()
}

/// Text, and of how many bytes it is the beginning where it was cut.
fn body(bytes: &[u8], shown: bool, limit: usize) -> Value {
    if bytes.is_empty() || !shown {
        return Value::Null;
    }
    match std::str::from_utf8(bytes) {
        Err(_) => json!({ "binary": bytes.len() }),
        Ok(text) => {
            let (text, cut) = clip(text, limit);
            json!({ "text": text, "of": cut.then_some(bytes.len()) })
        }
    }
}

fn notes(item: &ItemRecord) -> Vec<String> {
    let warnings = item.warnings.iter().map(|w| format!("{} ({})", w.message, w.code));
    let uncaught = item.exceptions.iter().map(|e| {
        format!("uncaught {}: {}", e.name.as_deref().unwrap_or("exception"), e.message.as_deref().unwrap_or_default())
    });
    warnings.chain(uncaught).collect()
}
