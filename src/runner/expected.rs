//! Assertions that live outside of the collection.

use std::rc::Rc;

use super::run::Runner;
use super::send::Sent;
use crate::config::Config;
use crate::event::{Assertion, AssertionSource, EventKind, ScriptError};
use crate::expect;
use crate::plan::PlannedItem;

/// What `postbud.yaml` and `--expect-success` expect of responses.
#[derive(Debug, Clone, Default)]
pub struct Expected {
    config: Option<Rc<Config>>,
    success: bool,
}

impl Expected {
    /// The expectations of a configuration; with `success`, a request without assertions must answer 2xx.
    pub fn new(config: Option<Rc<Config>>, success: bool) -> Self {
        Self { config, success }
    }
}

impl Runner<'_> {
    /// Evaluates what is expected of an item's response. `asserted` is how many assertions its scripts made.
    /// Returns whether all of it holds.
    pub(super) fn evaluate_expectations(&mut self, planned: &PlannedItem, sent: &Sent, asserted: u32) -> bool {
        let rules = match &self.input.expected.config {
            Some(config) => config.rules_for(&super::flow::path_of(planned)),
            None => Vec::new(),
        };
        let response = match (&sent.exchange, &sent.error) {
            (Some(exchange), _) => Ok(&*exchange.response),
            (None, Some(error)) => Err(&**error),
            (None, None) => return true,
        };
        let mut outcomes = Vec::new();
        if !rules.is_empty() {
            let text = response.map(crate::http::charset::text_of).unwrap_or_default();
            let elapsed = sent.exchange.as_ref().map(|exchange| exchange.timings.total).unwrap_or_default();
            outcomes = expect::evaluate(&rules, response, &text, elapsed);
        } else if self.input.expected.success && asserted == 0 && response.is_ok() {
            outcomes.push(expect::expect_success(response));
        }
        let explanation = sent.explanation.clone();
        let mut all = true;
        for (index, outcome) in outcomes.into_iter().enumerate() {
            all &= outcome.error.is_none();
            let error = outcome.error.map(|mut message| {
                if let Some(explanation) = &explanation {
                    message = format!("{message}\n{explanation}");
                }
                ScriptError {
                    name: Some("ExpectationError".to_owned()),
                    message: Some(message),
                    ..ScriptError::default()
                }
            });
            self.emit(EventKind::AssertionEvaluated(Assertion {
                name: outcome.name,
                index: index as u32,
                skipped: false,
                error,
                source: AssertionSource::Expectation,
            }));
        }
        all
    }
}
