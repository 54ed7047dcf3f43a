//! From lines back to events.

use std::collections::HashMap;
use std::io::{self, BufRead};
use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;

use super::wire::{WireError, WireRequest, WireResponse, WireSendError, WireTimings, fixed};
use crate::event::{
    Assertion, AssertionSource, Cursor, Event, EventKind, ItemInfo, Origin, Phase, RequestOutcome, RunEnd, RunInfo,
    Substitution, Warning,
};

/// A journal could not be read.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// The file could not be read.
    #[error("cannot read the journal: {0}")]
    Read(#[from] io::Error),
    /// A line is no event.
    #[error("line {line} of the journal is no event: {source}")]
    Line {
        /// Number of the line, from 1.
        line: u64,
        /// Why.
        source: serde_json::Error,
    },
}

/// Reads a journal, event by event. A last line without its end, as a kill leaves it, is left out.
pub struct Reader<R> {
    input: R,
    line: u64,
    items: HashMap<String, Arc<ItemInfo>>,
}

impl<R: BufRead> Reader<R> {
    /// Reads from this input.
    pub fn new(input: R) -> Self {
        Self { input, line: 0, items: HashMap::new() }
    }

    fn event(&mut self, line: Line) -> Result<Event, serde_json::Error> {
        let item = line.cursor.item.as_ref().and_then(|id| {
            if let Some(item) = line.item {
                let item = Arc::new(ItemInfo {
                    id: id.clone(),
                    name: item.name,
                    folders: item.folders,
                    folder_id: item.folder_id,
                    source: Arc::new(item.source),
                });
                self.items.insert(id.clone(), item);
            }
            self.items.get(id).cloned()
        });
        Ok(Event {
            at: Duration::from_micros(line.at),
            cursor: Cursor {
                iteration: line.cursor.iteration,
                position: line.cursor.position,
                execution: line.cursor.execution,
                item,
            },
            kind: kind(&line.event, Value::Object(line.payload))?,
        })
    }
}

impl<R: BufRead> Iterator for Reader<R> {
    type Item = Result<Event, JournalError>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut text = String::new();
        loop {
            text.clear();
            match self.input.read_line(&mut text) {
                Err(error) => return Some(Err(error.into())),
                Ok(_) if !text.ends_with('\n') => return None,
                Ok(_) => self.line += 1,
            }
            if !text.trim().is_empty() {
                break;
            }
        }
        let line = self.line;
        let event = serde_json::from_str(&text).and_then(|line| self.event(line));
        Some(event.map_err(|source| JournalError::Line { line, source }))
    }
}

#[derive(Deserialize)]
struct Line {
    at: u64,
    event: String,
    cursor: WireCursor,
    item: Option<WireItem>,
    #[serde(flatten)]
    payload: serde_json::Map<String, Value>,
}

#[derive(Deserialize)]
struct WireCursor {
    iteration: u32,
    position: u32,
    execution: u64,
    item: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireItem {
    name: String,
    folders: Vec<String>,
    folder_id: Option<String>,
    source: Value,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireRun {
    collection_name: String,
    collection_id: String,
    collection: Value,
    environment_name: Option<String>,
    iterations: u32,
    items: u32,
    started: u64,
    shard: Option<String>,
}

#[derive(Deserialize)]
struct Start {
    run: WireRun,
}

#[derive(Deserialize)]
struct Done {
    environment: Value,
    globals: Value,
    error: Option<String>,
    interrupted: bool,
}

#[derive(Deserialize)]
struct Script {
    listen: String,
    owner: String,
    #[serde(default)]
    duration: u64,
    error: Option<WireError>,
}

#[derive(Deserialize)]
struct Sent {
    origin: String,
    request: Option<WireRequest>,
    response: Option<WireResponse>,
    error: Option<WireSendError>,
    timings: Option<WireTimings>,
    body: Option<Value>,
    auth: Option<Value>,
    #[serde(default)]
    substitutions: Vec<WireSubstitution>,
    explanation: Option<String>,
}

#[derive(Deserialize)]
struct WireSubstitution {
    profile: String,
    how: String,
    note: Option<String>,
}

#[derive(Deserialize)]
struct Asserted {
    assertion: String,
    index: u32,
    skipped: bool,
    error: Option<WireError>,
    source: String,
}

#[derive(Deserialize)]
struct Completed {
    completed: bool,
}

#[derive(Deserialize)]
struct Skipped {
    skipped: bool,
}

#[derive(Deserialize)]
struct Console {
    level: String,
    text: String,
}

#[derive(Deserialize)]
struct Raised {
    error: WireError,
}

#[derive(Deserialize)]
struct Next {
    next: Option<String>,
}

#[derive(Deserialize)]
struct Warned {
    code: String,
    message: String,
}

fn kind(name: &str, payload: Value) -> Result<EventKind, serde_json::Error> {
    fn of<T: serde::de::DeserializeOwned>(payload: Value) -> Result<T, serde_json::Error> {
        serde_json::from_value(payload)
    }
    Ok(match name {
        "start" => EventKind::RunStarted(Arc::new(run(of::<Start>(payload)?.run))),
        "done" => {
            let done: Done = of(payload)?;
            EventKind::RunFinished(Arc::new(RunEnd {
                environment: Arc::new(done.environment),
                globals: Arc::new(done.globals),
                error: done.error,
                interrupted: done.interrupted,
            }))
        }
        "beforeIteration" => EventKind::IterationStarted,
        "iteration" => EventKind::IterationFinished { completed: of::<Completed>(payload)?.completed },
        "beforeItem" => EventKind::ItemStarted,
        "item" => EventKind::ItemFinished { skipped: of::<Skipped>(payload)?.skipped },
        "beforeScript" => {
            let script: Script = of(payload)?;
            EventKind::ScriptStarted { phase: phase(&script.listen), owner: script.owner }
        }
        "script" => {
            let script: Script = of(payload)?;
            EventKind::ScriptFinished {
                phase: phase(&script.listen),
                owner: script.owner,
                duration: Duration::from_micros(script.duration),
                error: script.error.map(Into::into),
            }
        }
        "beforeRequest" => EventKind::RequestStarted { origin: origin(&of::<Sent>(payload)?.origin) },
        "request" => EventKind::RequestFinished(Arc::new(outcome(of(payload)?))),
        "assertion" => EventKind::AssertionEvaluated(assertion(of(payload)?)),
        "console" => {
            let console: Console = of(payload)?;
            EventKind::ConsoleLogged { level: console.level, text: console.text }
        }
        "exception" => EventKind::ExceptionRaised(of::<Raised>(payload)?.error.into()),
        "nextRequest" => EventKind::NextRequestSet(of::<Next>(payload)?.next),
        "warning" => {
            let warned: Warned = of(payload)?;
            EventKind::Warned(Warning { code: fixed(&warned.code), message: warned.message })
        }
        other => return Err(serde::de::Error::custom(format!("no event is named `{other}`"))),
    })
}

fn run(run: WireRun) -> RunInfo {
    RunInfo {
        collection_name: run.collection_name,
        collection_id: run.collection_id,
        collection: Arc::new(run.collection),
        environment_name: run.environment_name,
        iterations: run.iterations,
        items: run.items,
        started_ms: run.started,
        shard: run.shard,
    }
}

fn phase(listen: &str) -> Phase {
    if listen == "prerequest" { Phase::Prerequest } else { Phase::Test }
}

fn origin(name: &str) -> Origin {
    match name {
        "replay" => Origin::Replay,
        "script" => Origin::Script,
        "token" => Origin::Token,
        _ => Origin::Item,
    }
}

fn outcome(wire: Sent) -> RequestOutcome {
    RequestOutcome {
        origin: origin(&wire.origin),
        request: wire.request.map(|request| Arc::new(request.into())),
        body: wire.body.map(Arc::new),
        auth: wire.auth.map(Arc::new),
        result: match (wire.response, wire.error) {
            (Some(response), _) => Ok(Arc::new(response.into())),
            (None, error) => Err(Arc::new(error.map(Into::into).unwrap_or_default())),
        },
        timings: wire.timings.map(Into::into).unwrap_or_default(),
        substitutions: wire
            .substitutions
            .into_iter()
            .map(|s| Substitution { profile: s.profile, how: fixed(&s.how), note: s.note })
            .collect(),
        explanation: wire.explanation,
    }
}

fn assertion(wire: Asserted) -> Assertion {
    Assertion {
        name: wire.assertion,
        index: wire.index,
        skipped: wire.skipped,
        error: wire.error.map(Into::into),
        source: match wire.source.as_str() {
            "expectation" => AssertionSource::Expectation,
            "strict" => AssertionSource::Strict,
            listen => AssertionSource::Script(phase(listen)),
        },
    }
}
