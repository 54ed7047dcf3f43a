//! From events to lines.

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::wire::{WireError, WireRequest, WireResponse, WireSendError, WireTimings, micros};
use crate::event::{Assertion, AssertionSource, Event, EventKind, ItemInfo, Origin, Phase, RequestOutcome, RunInfo};

/// Writes lines; an item is written whole the first time and by its number afterwards.
#[derive(Default)]
pub(super) struct Writer {
    items: HashMap<String, Arc<ItemInfo>>,
}

impl Writer {
    /// The line of an event.
    pub(super) fn line(&mut self, event: &Event) -> Result<String, serde_json::Error> {
        let mut line = Map::new();
        line.insert("at".to_owned(), Value::from(micros(event.at)));
        line.insert("event".to_owned(), Value::from(name(&event.kind)));
        let cursor = &event.cursor;
        let mut place =
            json!({ "iteration": cursor.iteration, "position": cursor.position, "execution": cursor.execution });
        if let Some(item) = &cursor.item {
            place["item"] = Value::from(item.id.as_str());
            // Whole again when a secret found meanwhile changed it.
            let known = self.items.get(&item.id).is_some_and(|known| Arc::ptr_eq(known, item));
            if !known {
                self.items.insert(item.id.clone(), Arc::clone(item));
                line.insert("item".to_owned(), whole(item));
            }
        }
        line.insert("cursor".to_owned(), place);
        if let Value::Object(payload) = payload(&event.kind)? {
            line.extend(payload);
        }
        serde_json::to_string(&line)
    }
}

fn whole(item: &ItemInfo) -> Value {
    json!({ "id": item.id, "name": item.name, "folders": item.folders, "folderId": item.folder_id, "source": *item.source })
}

/// newman's name of the event, and names of our own for what newman has no event for.
fn name(kind: &EventKind) -> &'static str {
    match kind {
        EventKind::RunStarted(_) => "start",
        EventKind::RunFinished(_) => "done",
        EventKind::IterationStarted => "beforeIteration",
        EventKind::IterationFinished { .. } => "iteration",
        EventKind::ItemStarted => "beforeItem",
        EventKind::ItemFinished { .. } => "item",
        EventKind::ScriptStarted { .. } => "beforeScript",
        EventKind::ScriptFinished { .. } => "script",
        EventKind::RequestStarted { .. } => "beforeRequest",
        EventKind::RequestFinished(_) => "request",
        EventKind::AssertionEvaluated(_) => "assertion",
        EventKind::ConsoleLogged { .. } => "console",
        EventKind::ExceptionRaised(_) => "exception",
        EventKind::NextRequestSet(_) => "nextRequest",
        EventKind::Warned(_) => "warning",
    }
}

fn payload(kind: &EventKind) -> Result<Value, serde_json::Error> {
    Ok(match kind {
        EventKind::RunStarted(info) => json!({ "run": run(info) }),
        EventKind::RunFinished(end) => {
            json!({ "environment": *end.environment, "globals": *end.globals, "error": end.error, "interrupted": end.interrupted })
        }
        EventKind::IterationStarted | EventKind::ItemStarted => Value::Null,
        EventKind::IterationFinished { completed } => json!({ "completed": completed }),
        EventKind::ItemFinished { skipped } => json!({ "skipped": skipped }),
        EventKind::ScriptStarted { phase, owner } => json!({ "listen": phase.listen(), "owner": owner }),
        EventKind::ScriptFinished { phase, owner, duration, error } => {
            let error = error.as_ref().map(|error| serde_json::to_value(WireError::from(error))).transpose()?;
            json!({ "listen": phase.listen(), "owner": owner, "duration": micros(*duration), "error": error })
        }
        EventKind::RequestStarted { origin } => json!({ "origin": origin_name(*origin) }),
        EventKind::RequestFinished(outcome) => request(outcome)?,
        EventKind::AssertionEvaluated(assertion) => asserted(assertion)?,
        EventKind::ConsoleLogged { level, text } => json!({ "level": level, "text": text }),
        EventKind::ExceptionRaised(error) => json!({ "error": serde_json::to_value(WireError::from(error))? }),
        EventKind::NextRequestSet(next) => json!({ "next": next }),
        EventKind::Warned(warning) => json!({ "code": warning.code, "message": warning.message }),
    })
}

fn run(info: &RunInfo) -> Value {
    json!({
        "collectionName": info.collection_name, "collectionId": info.collection_id, "collection": *info.collection,
        "environmentName": info.environment_name, "iterations": info.iterations, "items": info.items, "started": info.started_ms,
        "shard": info.shard,
    })
}

fn origin_name(origin: Origin) -> &'static str {
    match origin {
        Origin::Item => "item",
        Origin::Replay => "replay",
        Origin::Script => "script",
        Origin::Token => "token",
    }
}

fn request(outcome: &RequestOutcome) -> Result<Value, serde_json::Error> {
    let mut out = Map::new();
    out.insert("origin".to_owned(), Value::from(origin_name(outcome.origin)));
    if let Some(request) = &outcome.request {
        out.insert("request".to_owned(), serde_json::to_value(WireRequest::from(&**request))?);
    }
    match &outcome.result {
        Ok(response) => out.insert("response".to_owned(), serde_json::to_value(WireResponse::from(&**response))?),
        Err(error) => out.insert("error".to_owned(), serde_json::to_value(WireSendError::from(&**error))?),
    };
    out.insert("timings".to_owned(), serde_json::to_value(WireTimings::from(&outcome.timings))?);
    for (name, value) in [("body", &outcome.body), ("auth", &outcome.auth)] {
        if let Some(value) = value {
            out.insert(name.to_owned(), Value::clone(value));
        }
    }
    if !outcome.substitutions.is_empty() {
        let list = outcome
            .substitutions
            .iter()
            .map(|s| json!({ "profile": s.profile, "how": s.how, "note": s.note }))
            .collect();
        out.insert("substitutions".to_owned(), Value::Array(list));
    }
    if let Some(explanation) = &outcome.explanation {
        out.insert("explanation".to_owned(), Value::from(explanation.as_str()));
    }
    Ok(Value::Object(out))
}

fn asserted(assertion: &Assertion) -> Result<Value, serde_json::Error> {
    let source = match assertion.source {
        AssertionSource::Script(Phase::Prerequest) => "prerequest",
        AssertionSource::Script(Phase::Test) => "test",
        AssertionSource::Expectation => "expectation",
        AssertionSource::Strict => "strict",
    };
    let error = assertion.error.as_ref().map(|error| serde_json::to_value(WireError::from(error))).transpose()?;
    Ok(
        json!({ "assertion": assertion.name, "index": assertion.index, "skipped": assertion.skipped, "error": error, "source": source }),
    )
}
