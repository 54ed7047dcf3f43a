//! `flow:` of `postbud.yaml`: which requests run, in which order, each with what it needs.

use std::sync::Arc;

use super::run::Runner;
use crate::config::{ConfigError, Limit, Repeat, Step, request_path};
use crate::event::{Assertion, AssertionSource, EventKind, ItemInfo, ScriptError};
use crate::http::message::Exchange;
use crate::plan::{Plan, PlannedItem};

/// Path of an item as `postbud.yaml` names it: folders and name joined by `/`.
pub(super) fn path_of(planned: &PlannedItem) -> String {
    request_path(planned.info.folders.iter().map(String::as_str), &planned.info.name)
}

/// Puts the items of a plan in the order of a flow. A request may come more than once.
///
/// # Errors
/// When a step names no request, with the nearest one.
pub fn plan_flow(plan: &Plan, steps: &[Step]) -> Result<(Plan, Vec<Step>), ConfigError> {
    let paths: Vec<String> = plan.items.iter().map(path_of).collect();
    let mut items = Vec::with_capacity(steps.len());
    for step in steps {
        let Some(at) = paths.iter().position(|path| *path == step.request) else {
            let known: Vec<&str> = paths.iter().map(String::as_str).collect();
            return Err(step.not_found(&known));
        };
        let mut item = plan.items[at].clone();
        if let Some(name) = &step.name {
            item.info = Arc::new(ItemInfo { name: name.clone(), ..(*item.info).clone() });
        }
        items.push(item);
    }
    Ok((Plan { items }, steps.to_vec()))
}

/// Counts the tries of a request that is repeated until something holds.
pub(super) struct Tries {
    started: std::time::Instant,
    count: u64,
}

impl Tries {
    /// The first try is about to be made.
    pub(super) fn begin() -> Self {
        Self { started: std::time::Instant::now(), count: 0 }
    }

    /// Whether another try is to be made after this response; `Err` when the limit is reached without success.
    pub(super) fn again(&mut self, repeat: &Repeat, exchange: &Exchange) -> Result<bool, String> {
        self.count += 1;
        let Some(unmet) = unmet(repeat, exchange) else { return Ok(false) };
        let over = match repeat.limit {
            Limit::Time(limit) => self.started.elapsed() + repeat.every > limit,
            Limit::Tries(limit) => self.count >= limit,
        };
        if over {
            let waited = self.started.elapsed().as_millis();
            return Err(format!("{unmet} (after {} tries in {waited} ms)", self.count));
        }
        Ok(true)
    }
}

/// What does not hold yet.
fn unmet(repeat: &Repeat, exchange: &Exchange) -> Option<String> {
    let code = exchange.response.code;
    if let Some(status) = repeat.status.as_ref().filter(|status| !status.holds(code)) {
        return Some(format!("expected response to have status code {status} but got {code}"));
    }
    let check = repeat.check.as_ref()?;
    let text = crate::http::charset::text_of(&exchange.response);
    match serde_json::from_str(&text) {
        Ok(value) => crate::expect::check_json(check, &value).err(),
        Err(error) => Some(format!("expected response body to be JSON but it is not: {error}")),
    }
}

impl Runner<'_> {
    /// Reports that a repeated request never gave what it was repeated for.
    pub(super) fn report_unmet(&mut self, message: String) {
        let error =
            ScriptError { name: Some("AssertionError".to_owned()), message: Some(message), ..ScriptError::default() };
        self.emit(EventKind::AssertionEvaluated(Assertion {
            name: "repeat_until holds within its limit".to_owned(),
            index: 0,
            skipped: false,
            error: Some(error),
            source: AssertionSource::Expectation,
        }));
    }
}
