//! Step 19: a published collection with the profiles' tokens, judged by its statuses.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use super::fault::Fault;
use super::session::{Session, Stop};
use crate::event::{AssertionSource, Event, EventKind, Origin, RequestOutcome};
use crate::http::message::{Response, SentRequest};
use crate::runner::EventSink;

/// A published collection that is ready to run.
pub trait PublishedRun {
    /// Runs it and tells what happens.
    fn run<'a>(&'a mut self, sink: &'a mut dyn EventSink) -> Pin<Box<dyn Future<Output = ()> + 'a>>;
}

/// Numbers that requests of published collections are known to get as they stand: files of somebody else's disk, dates that
/// have passed, an order that cannot succeed.
const KNOWN: [u64; 9] = [1001, 1005, 1008, 1024, 1025, 1026, 1040, 2001, 2004];

/// Part of what is said of a login for scopes that no profile has: the collections try every combination.
const UNCOVERED: &str = "no profile covers";

/// Statuses likewise: an `Accept` and a `Content-Type` of their time, operations that Altinn has removed, empty ids.
const KNOWN_STATUS: [u16; 3] = [404, 406, 415];

impl Session<'_> {
    /// Step 19.
    pub(super) async fn published_collection(&mut self) -> Result<(), Stop> {
        let Some(run) = self.published.take() else {
            let text = "no published collection is given (`published` of `verify:`, or --published)";
            return Err(Stop::NotAsked(text.to_owned()));
        };
        let mut judge = Judge { session: self, item: Item::default(), requests: 0, good: true };
        run.run(&mut judge).await;
        let (requests, good) = (judge.requests, judge.good);
        if self.interrupted() {
            return Err(Stop::Interrupted);
        }
        let any = self.check("it has requests", requests > 0, || {
            Fault::new("at least one request", "none").because("nothing of it was run", "look at its `flow:`")
        });
        if good && any { Ok(()) } else { Err(Stop::Failed) }
    }
}

/// What is known of the item that runs.
#[derive(Default)]
struct Item {
    outcome: Option<Arc<RequestOutcome>>,
    /// The configuration says what its status has to be.
    judged: bool,
}

/// Tells the collection's run as part of the step.
struct Judge<'s, 'a> {
    session: &'s mut Session<'a>,
    item: Item,
    requests: u32,
    good: bool,
}

impl EventSink for Judge<'_, '_> {
    fn emit(&mut self, event: Event) {
        let path = event.cursor.item.as_ref().map(|item| item.path()).unwrap_or_default();
        match event.kind {
            EventKind::ItemStarted => self.item = Item::default(),
            EventKind::RequestFinished(outcome) => {
                if outcome.origin == Origin::Item {
                    self.requests += 1;
                    self.item.outcome = Some(Arc::clone(&outcome));
                }
                self.good &= outcome.origin == Origin::Token || outcome.error().is_none();
                self.session.emit(EventKind::RequestFinished(outcome));
            }
            EventKind::AssertionEvaluated(assertion) => {
                self.item.judged |=
                    assertion.source == AssertionSource::Expectation && assertion.name.starts_with("status is");
                self.good &= assertion.error.is_none();
                self.session.assert(&format!("{path}: {}", assertion.name), assertion.skipped, assertion.error);
            }
            EventKind::ScriptFinished { error: Some(error), .. } | EventKind::ExceptionRaised(error) => {
                let said = error.message.unwrap_or_default();
                self.session.warn("published-script", format!("{path}: a script of the collection failed: {said}"));
            }
            kind @ (EventKind::Warned(_) | EventKind::ConsoleLogged { .. }) => self.session.emit(kind),
            EventKind::ItemFinished { skipped: false } => self.judge(&path),
            EventKind::RunFinished(end) => {
                if let Some(error) = end.error.as_ref().filter(|_| !end.interrupted) {
                    let fault = Fault::new("a whole run", error.clone())
                        .because("the collection could not be run to its end", "run it by itself: `postbud run`");
                    self.session.fail("it runs to its end", &fault);
                    self.good = false;
                }
            }
            _ => {}
        }
    }
}

impl Judge<'_, '_> {
    /// The verdict on an item's status, where the configuration has none.
    fn judge(&mut self, path: &str) {
        let item = std::mem::take(&mut self.item);
        let Some(outcome) = item.outcome.filter(|_| !item.judged) else { return };
        let Ok(response) = &outcome.result else { return };
        let name = format!("{path}: 2xx");
        if (200..300).contains(&response.code) {
            self.session.pass(&name);
            return;
        }
        let explanation = outcome.explanation.as_deref().unwrap_or("");
        let empty_id = |sent: &Arc<SentRequest>| sent.url.to_string().ends_with('/');
        let uncovered = explanation.contains(UNCOVERED);
        if is_known(response) || uncovered || outcome.request.as_ref().is_some_and(empty_id) {
            let text = format!("{path}: {}, as published it cannot do better: {explanation}", response.code);
            self.session.assert(&text, true, None);
            return;
        }
        let called = outcome.request.as_ref().map(|sent| format!("{} {}", sent.method, sent.url)).unwrap_or_default();
        let cause = if explanation.is_empty() { "the service refused it" } else { explanation };
        let mend = "docs/altinn.md says what failures mean; `overlay`, `flow` and `files` of the collection's configuration adapt it";
        let fault = Fault::new("2xx", response.code.to_string()).because(cause, mend).called(called);
        self.session.fail(&name, &fault);
        self.good = false;
    }
}

/// Whether published collections are known to get this answer.
fn is_known(response: &Response) -> bool {
    let body: serde_json::Value = serde_json::from_slice(&response.body).unwrap_or_default();
    match body.get("errorCode").and_then(serde_json::Value::as_u64) {
        Some(number) => KNOWN.contains(&number),
        None => KNOWN_STATUS.contains(&response.code),
    }
}
