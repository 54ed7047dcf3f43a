//! What was checked in an item, as reports with test cases list it.

use std::collections::HashMap;

use super::{diff, exchange};
use crate::event::record::ItemRecord;
use crate::event::{AssertionSource, Origin, Phase, ScriptError};

/// What became of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It held.
    Passed,
    /// It was not looked at; why, where that is known.
    Skipped(Option<&'static str>),
    /// It did not hold.
    Failed(Fault),
    /// It could not be looked at: no connection, a script that threw.
    Broke(Fault),
}

impl Verdict {
    /// The fault of a case that failed or broke.
    pub(super) fn fault(&self) -> Option<&Fault> {
        match self {
            Self::Failed(fault) | Self::Broke(fault) => Some(fault),
            Self::Passed | Self::Skipped(_) => None,
        }
    }
}

/// Why a case failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fault {
    /// Name of the error, or code of the connection's.
    pub(super) kind: String,
    /// Message.
    pub(super) message: String,
    /// Stack, place or hint.
    pub(super) detail: Option<String>,
    /// What differs, where two values were compared.
    pub(super) diff: Option<String>,
}

impl Fault {
    /// Detail and difference in one text.
    pub(super) fn explained(&self) -> Option<String> {
        match (&self.detail, &self.diff) {
            (Some(detail), Some(diff)) => Some(format!("{detail}\n\n{diff}")),
            (one, other) => one.clone().or_else(|| other.clone()),
        }
    }
}

/// The cases of an item; a name that comes again is numbered. An item that checks nothing has one case, for its request.
pub(super) fn cases(item: &ItemRecord, skipped: bool) -> Vec<(String, Verdict)> {
    let mut cases = Vec::new();
    for outcome in &item.outcomes {
        if let Some(error) = outcome.error() {
            let name = match outcome.origin {
                Origin::Item | Origin::Replay => "request".to_owned(),
                Origin::Script => format!(
                    "request of a script: {}",
                    exchange::sent(outcome).map(|r| format!("{} {}", r.method, r.url)).unwrap_or_default()
                ),
                Origin::Token => "token".to_owned(),
            };
            let kind = error.code.clone().unwrap_or_else(|| "RequestError".to_owned());
            cases.push((
                name,
                Verdict::Broke(Fault { kind, message: error.message.clone(), detail: error.hint.clone(), diff: None }),
            ));
        }
    }
    for (phase, error) in &item.script_errors {
        let name = if *phase == Phase::Test { "test script" } else { "prerequest script" };
        cases.push((name.to_owned(), Verdict::Broke(thrown(error))));
    }
    for assertion in &item.assertions {
        let verdict = match &assertion.error {
            _ if assertion.skipped => Verdict::Skipped(None),
            None => Verdict::Passed,
            Some(error) => Verdict::Failed(thrown(error)),
        };
        let mark = match assertion.source {
            AssertionSource::Script(_) => "",
            AssertionSource::Expectation => "expectation: ",
            AssertionSource::Strict => "strict: ",
        };
        cases.push((format!("{mark}{}", assertion.name), verdict));
    }
    if cases.is_empty() {
        let verdict = if skipped { Verdict::Skipped(Some("the request was skipped")) } else { Verdict::Passed };
        cases.push(("request".to_owned(), verdict));
    }
    let mut seen: HashMap<String, u32> = HashMap::new();
    for (name, _) in &mut cases {
        let times = seen.entry(name.clone()).or_default();
        *times += 1;
        if *times > 1 {
            *name = format!("{name} ({times})");
        }
    }
    cases
}

fn thrown(error: &ScriptError) -> Fault {
    let place = error.line.map(|line| match error.column {
        Some(column) => format!("at line {line}, column {column} of the script"),
        None => format!("at line {line} of the script"),
    });
    Fault {
        kind: error.name.clone().unwrap_or_else(|| "Error".to_owned()),
        message: error.message.clone().unwrap_or_default(),
        detail: error.stack.clone().or(place),
        diff: error.compared.as_deref().and_then(diff::text),
    }
}

/// Milliseconds the item's own request took; 0 where it got no answer.
pub(super) fn millis(item: &ItemRecord) -> f64 {
    item.main().map_or(0.0, |outcome| outcome.timings.total.as_secs_f64() * 1000.0)
}
