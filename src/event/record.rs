//! What is known of a run so far: folded from its events, read by reports and by the exit code.
//!
//! Stays small: totals, the first failures and warnings, and what happened in the item that runs now.

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use super::message::SendError;
use super::totals::Totals;
use super::{
    Assertion, AssertionSource, Event, EventKind, ItemInfo, Origin, Phase, RequestOutcome, RunEnd, RunInfo,
    ScriptError, Warning,
};

/// Failures and warnings kept; more are only counted. Reports that need all of them read [`RunRecord::fresh`].
const KEPT: usize = 10_000;

/// What failed.
#[derive(Debug, Clone)]
pub enum FailureKind {
    /// An assertion, with its number within the script.
    Assertion(u32, AssertionSource),
    /// A script.
    Script(Phase),
    /// A request, and who sent it.
    Request(Arc<SendError>, Origin),
}

/// One failure of the run.
#[derive(Debug, Clone)]
pub struct Failure {
    /// What failed.
    pub kind: FailureKind,
    /// `AssertionError`, `TypeError`, `Error`, …; `None` where a script threw no Error.
    pub name: Option<String>,
    /// Message.
    pub message: Option<String>,
    /// Stack.
    pub stack: Option<String>,
    /// Name of the failed test.
    pub test: Option<String>,
    /// The place as newman names it: `assertion:0 in test-script`, `prerequest-script:1:2`, `request`.
    pub at: String,
    /// Since the run started.
    pub when: Duration,
    /// The item it happened in.
    pub item: Option<Arc<ItemInfo>>,
    /// Iteration, from 0.
    pub iteration: u32,
    /// Position of the item, from 0.
    pub position: u32,
    /// Execution of the item.
    pub execution: u64,
}

impl Failure {
    /// Full path of the item, empty outside of items.
    pub fn path(&self) -> String {
        self.item.as_ref().map(|item| item.path()).unwrap_or_default()
    }
}

/// A warning and its place.
#[derive(Debug, Clone)]
pub struct Noted {
    /// The warning.
    pub warning: Warning,
    /// Full path of the item, empty outside of items.
    pub path: String,
    /// Iteration, from 0.
    pub iteration: u32,
}

/// What happened in one execution of an item.
#[derive(Debug, Clone, Default)]
pub struct ItemRecord {
    /// The item.
    pub item: Option<Arc<ItemInfo>>,
    /// Iteration, from 0.
    pub iteration: u32,
    /// Position, from 0.
    pub position: u32,
    /// Number of the execution.
    pub execution: u64,
    /// When it began.
    pub started: Duration,
    /// Its requests, in order: its own, replays, those of scripts, tokens.
    pub outcomes: Vec<Arc<RequestOutcome>>,
    /// The script that ran when each of them was sent.
    pub senders: Vec<Option<Phase>>,
    /// Its assertions, in order.
    pub assertions: Vec<Assertion>,
    /// Errors of scripts.
    pub script_errors: Vec<(Phase, ScriptError)>,
    /// Errors no script waited for.
    pub exceptions: Vec<ScriptError>,
    /// Console lines: level and text.
    pub console: Vec<(String, String)>,
    /// Warnings.
    pub warnings: Vec<Warning>,
    /// Where `setNextRequest` goes.
    pub next: Option<Option<String>>,
    /// Whether any of it failed.
    pub failed: bool,
    script: Option<Phase>,
    /// Whether its test phase is in the totals.
    tested: bool,
    /// Whether a script after the response ran.
    test_script: bool,
}

/// Console lines of one item that are kept for reports.
const CONSOLE_KEPT: usize = 1_000;

impl ItemRecord {
    /// The item's own last request, or the last one before it where it never got one.
    pub fn main(&self) -> Option<&Arc<RequestOutcome>> {
        self.outcomes
            .iter()
            .rev()
            .find(|o| o.origin == Origin::Item)
            .or_else(|| self.outcomes.iter().rev().find(|o| o.origin == Origin::Replay))
    }

    /// Full path of the item.
    pub fn path(&self) -> String {
        self.item.as_ref().map(|item| item.path()).unwrap_or_default()
    }
}

/// A run, folded from its events.
#[derive(Debug, Default)]
pub struct RunRecord {
    /// What the run is about.
    pub info: Arc<RunInfo>,
    /// Counts, times and bytes.
    pub totals: Totals,
    /// Failures in order; of very many only the first.
    pub failures: Vec<Arc<Failure>>,
    /// All failures, those not kept included.
    pub failure_count: u64,
    /// Failures that the last event brought.
    pub fresh: Vec<Arc<Failure>>,
    /// Warnings in order; of very many only the first.
    pub warnings: Vec<Noted>,
    /// All warnings.
    pub warning_count: u64,
    /// Errors no script waited for.
    pub exception_count: u64,
    /// Requests whose token was replaced.
    pub substituted: u64,
    /// The item that runs now, or ran last.
    pub item: ItemRecord,
    /// How the run ended; `None` while it runs.
    pub end: Option<Arc<RunEnd>>,
    /// Time of the last event.
    pub at: Duration,
}

impl RunRecord {
    /// A record of nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether nothing failed and the run was not cut short.
    pub fn passed(&self) -> bool {
        self.failure_count == 0 && self.end.as_ref().is_none_or(|end| end.error.is_none() && !end.interrupted)
    }

    /// Milliseconds since 1970 at the end, or at the last event.
    pub fn completed_ms(&self) -> u64 {
        self.info.started_ms.saturating_add(u64::try_from(self.at.as_millis()).unwrap_or(u64::MAX))
    }

    /// Takes an event in.
    pub fn fold(&mut self, event: &Event) {
        self.at = self.at.max(event.at);
        self.fresh.clear();
        match &event.kind {
            EventKind::RunStarted(info) => self.info = Arc::clone(info),
            EventKind::RunFinished(end) => self.end = Some(Arc::clone(end)),
            EventKind::IterationStarted => self.totals.iterations.start(),
            EventKind::IterationFinished { completed } => self.iteration_finished(*completed),
            EventKind::ItemStarted => self.item_started(event),
            EventKind::ItemFinished { skipped } => {
                self.totals.items.finish(false);
                self.totals.prerequests.finish(false);
                // `--bail` ends an item whose pre-request script threw before its request.
                if !skipped && self.item.main().is_some() {
                    self.totals.tests.finish(false);
                    self.item.tested = true;
                }
            }
            EventKind::ScriptStarted { phase, .. } => {
                self.totals.scripts.start();
                self.totals.of_phase(*phase).start();
                self.item.script = Some(*phase);
                self.item.test_script |= *phase == Phase::Test;
            }
            EventKind::ScriptFinished { phase, error, .. } => self.script_finished(event, *phase, error.as_ref()),
            EventKind::RequestStarted { origin } => {
                if *origin != Origin::Token {
                    self.totals.requests.start();
                }
            }
            EventKind::RequestFinished(outcome) => self.request_finished(event, outcome),
            EventKind::AssertionEvaluated(assertion) => self.asserted(event, assertion),
            EventKind::ConsoleLogged { level, text } => {
                if self.item.console.len() < CONSOLE_KEPT {
                    self.item.console.push((level.clone(), text.clone()));
                }
            }
            EventKind::ExceptionRaised(error) => {
                self.exception_count += 1;
                self.item.exceptions.push(error.clone());
            }
            EventKind::NextRequestSet(next) => self.item.next = Some(next.clone()),
            EventKind::Warned(warning) => self.warned(event, warning),
        }
    }

    /// An iteration that `--bail` stopped counts as run; the tests of an item whose request failed in it did not run.
    fn iteration_finished(&mut self, completed: bool) {
        self.totals.iterations.finish(false);
        let item = &mut self.item;
        if !completed
            && !item.test_script
            && item.main().is_some_and(|main| main.result.is_err())
            && std::mem::take(&mut item.tested)
        {
            self.totals.tests.total -= 1;
        }
    }

    fn item_started(&mut self, event: &Event) {
        self.totals.items.start();
        self.totals.prerequests.start();
        self.item = ItemRecord {
            item: event.cursor.item.clone(),
            iteration: event.cursor.iteration,
            position: event.cursor.position,
            execution: event.cursor.execution,
            started: event.at,
            ..ItemRecord::default()
        };
    }

    fn script_finished(&mut self, event: &Event, phase: Phase, error: Option<&ScriptError>) {
        let failed = error.is_some();
        self.totals.scripts.finish(failed);
        self.totals.of_phase(phase).finish(failed);
        let Some(error) = error else { return };
        self.item.script_errors.push((phase, error.clone()));
        let mut at = phase.place().to_owned();
        if let Some(line) = error.line {
            let _ = write!(at, ":{line}");
            if let Some(column) = error.column {
                let _ = write!(at, ":{column}");
            }
        }
        self.fail(event, FailureKind::Script(phase), error.clone(), None, at);
    }

    fn request_finished(&mut self, event: &Event, outcome: &Arc<RequestOutcome>) {
        self.item.outcomes.push(Arc::clone(outcome));
        self.item.senders.push(if outcome.origin == Origin::Script { self.item.script } else { None });
        if !outcome.substitutions.is_empty() {
            self.substituted += 1;
        }
        if outcome.origin == Origin::Token {
            return;
        }
        self.totals.requests.finish(outcome.error().is_some());
        if let Ok(response) = &outcome.result {
            self.totals.received(response, &outcome.timings);
        }
        if let Some(error) = outcome.error() {
            let shown = ScriptError {
                name: Some("Error".to_owned()),
                message: Some(error.message.clone()),
                ..ScriptError::default()
            };
            self.fail(
                event,
                FailureKind::Request(Arc::clone(error), outcome.origin),
                shown,
                None,
                "request".to_owned(),
            );
        }
    }

    fn asserted(&mut self, event: &Event, assertion: &Assertion) {
        self.totals.assertions.start();
        self.totals.assertions.finish(assertion.error.is_some());
        if assertion.skipped {
            self.totals.skipped_assertions += 1;
        }
        self.item.assertions.push(assertion.clone());
        if let Some(error) = &assertion.error {
            let at = match assertion.source {
                AssertionSource::Script(_) => format!("assertion:{} in test-script", assertion.index),
                AssertionSource::Expectation => format!("assertion:{} in expectations", assertion.index),
                AssertionSource::Strict => "strict mode".to_owned(),
            };
            self.fail(
                event,
                FailureKind::Assertion(assertion.index, assertion.source),
                error.clone(),
                Some(assertion.name.clone()),
                at,
            );
        }
    }

    fn warned(&mut self, event: &Event, warning: &Warning) {
        self.warning_count += 1;
        self.item.warnings.push(warning.clone());
        if self.warnings.len() < KEPT {
            self.warnings.push(Noted {
                warning: warning.clone(),
                path: event.cursor.item.as_ref().map(|item| item.path()).unwrap_or_default(),
                iteration: event.cursor.iteration,
            });
        }
    }

    fn fail(&mut self, event: &Event, kind: FailureKind, error: ScriptError, test: Option<String>, at: String) {
        self.item.failed = true;
        self.failure_count += 1;
        let failure = Arc::new(Failure {
            kind,
            name: error.name,
            message: error.message,
            stack: error.stack,
            test,
            at,
            when: event.at,
            item: event.cursor.item.clone(),
            iteration: event.cursor.iteration,
            position: event.cursor.position,
            execution: event.cursor.execution,
        });
        if self.failures.len() < KEPT {
            self.failures.push(Arc::clone(&failure));
        }
        self.fresh.push(failure);
    }
}
