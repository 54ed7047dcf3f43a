//! Running the scripts of one phase: their effects, their events, what they leave behind.

use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::host::ItemHost;
use super::item::{ItemRun, merge_request};
use super::response::{cookie_value, error_value, script_response};
use super::run::{Halt, Runner};
use crate::event::{EventKind, Origin, Phase, ScriptError};
use crate::plan::{PlannedItem, PlannedScript};
use crate::script::{HostCall, HostCallKind, Outcome, SandboxEvent, ScriptJob, Step};

/// The argument of `setNextRequest`.
pub(super) type NextRequest = Option<String>;

/// What the scripts of a phase decided.
#[derive(Debug, Default)]
pub(super) struct PhaseResult {
    /// `setNextRequest`, the last call; the inner `None` is `null`.
    pub(super) next_request: Option<NextRequest>,
    /// `skipRequest` was called.
    pub(super) skipped: bool,
    /// The request as scripts left it.
    pub(super) request: Option<Value>,
    /// Something failed that `--bail` looks at.
    pub(super) failed: bool,
    /// Something failed that `--bail folder` ends the run for.
    pub(super) fatal: Option<String>,
    /// Assertions that were made.
    pub(super) assertions: u32,
}

/// How deep requests may run requests.
const MAX_NESTED: u32 = 10;

/// An event as it is told of a request that a script runs: its exchange is the script's, not the item's.
pub(super) fn as_nested(kind: EventKind) -> Option<EventKind> {
    match kind {
        EventKind::RequestStarted { .. } | EventKind::NextRequestSet(_) => None,
        EventKind::RequestFinished(outcome) if outcome.origin == Origin::Item => {
            let mut outcome = Arc::unwrap_or_clone(outcome);
            outcome.origin = Origin::Script;
            Some(EventKind::RequestFinished(Arc::new(outcome)))
        }
        other => Some(other),
    }
}

impl Runner<'_> {
    /// Runs the scripts of a phase, outermost first.
    pub(super) async fn run_phase(
        &mut self,
        item: &ItemRun<'_>,
        phase: Phase,
        scripts: &[PlannedScript],
        host: &Rc<ItemHost>,
        failed: bool,
    ) -> Result<PhaseResult, Halt> {
        let mut result = PhaseResult::default();
        for script in scripts {
            let outcome = self.run_script(item, phase, script, host, failed, &mut result).await?;
            if let Some(request) = outcome.request {
                *host.request.borrow_mut() = super::host::RequestSource::Ready(Arc::new(request.clone()));
                result.request = Some(request);
            }
            if let Some(next) = outcome.next_request {
                self.emit(EventKind::NextRequestSet(next.clone()));
                result.next_request = Some(next);
            }
            if outcome.skipped {
                result.skipped = true;
                break;
            }
            if self.options.bail.failure && result.failed {
                break;
            }
            if self.options.bail.folder && result.fatal.is_some() {
                break;
            }
        }
        Ok(result)
    }

    async fn run_script(
        &mut self,
        item: &ItemRun<'_>,
        phase: Phase,
        script: &PlannedScript,
        host: &Rc<ItemHost>,
        failed: bool,
        result: &mut PhaseResult,
    ) -> Result<Outcome, Halt> {
        let owner = script.owner.to_string();
        self.emit(EventKind::ScriptStarted { phase, owner: owner.clone() });
        let started = Instant::now();
        let info = &item.planned.info;
        let facts = Rc::clone(&self.facts);
        let mut location: Vec<&str> = vec![&facts.collection_name];
        location.extend(info.folders.iter().map(String::as_str));
        location.push(&info.name);
        let job = ScriptJob {
            phase,
            source: &script.source,
            iteration: self.cursor.iteration,
            iteration_count: facts.iteration_count,
            request_name: &info.name,
            request_id: &info.id,
            request_description: item.planned.item.description.as_deref(),
            location,
            owner: &script.owner,
            failed,
            console: self.options.console,
        };
        let mut failed_names = Vec::new();
        // Scripts that are only blanks are counted, as in newman, but need no engine.
        let mut outcome = if script.source.trim().is_empty() {
            Outcome::default()
        } else {
            let sandbox = self.sandbox()?;
            let step = sandbox.start(&job, Rc::clone(host) as Rc<_>).map_err(Halt::engine)?;
            self.drive(step, &mut failed_names, result).await?
        };
        self.apply(&mut outcome);
        for name in std::mem::take(&mut outcome.unsettled) {
            self.warn("unsettled-test", format!("the test \"{name}\" in \"{owner}\" never called done"));
        }
        if let Some(error) = &outcome.error {
            result.failed = true;
            result.fatal.get_or_insert_with(|| error.message.clone().unwrap_or_default());
        }
        if !failed_names.is_empty() {
            result.failed = true;
        }
        let mut error = outcome.error.take();
        if let Some(thrown) = error.take_if(|_| self.facts.nested.get() > 0) {
            // Of a request that a script runs, the item's own script is not the one that failed.
            self.emit(EventKind::ExceptionRaised(thrown));
        }
        if self.options.bail.failure && error.is_none() && !failed_names.is_empty() {
            // newman counts the script itself as failed when it stops for a failed test.
            error = Some(ScriptError {
                name: Some("AssertionFailure".to_owned()),
                message: Some(failed_names.join(", ")),
                ..ScriptError::default()
            });
        }
        self.emit(EventKind::ScriptFinished { phase, owner, duration: started.elapsed(), error });
        Ok(outcome)
    }

    /// Carries what a script changed into the run.
    fn apply(&mut self, outcome: &mut Outcome) {
        let mut scopes = self.scopes.borrow_mut();
        scopes.apply(std::mem::take(&mut outcome.changes));
        if let Some(entries) = outcome.variables.take() {
            scopes.replace_local(&entries);
        }
    }

    /// Performs effects until the script is over.
    async fn drive(
        &mut self,
        mut step: Step,
        failed_names: &mut Vec<String>,
        result: &mut PhaseResult,
    ) -> Result<Outcome, Halt> {
        let limit = self.options.script_timeout.map(|limit| tokio::time::Instant::now() + limit);
        let mut effects = super::effects::Effects::default();
        loop {
            self.forward_events(&mut effects, failed_names, result);
            let calls = match step {
                Step::Done(outcome) => return Ok(*outcome),
                Step::Waiting(calls) => calls,
            };
            for call in calls {
                if call.kind == HostCallKind::RunRequest {
                    // Boxed, because a request that a script runs has scripts of its own.
                    let value = Box::pin(self.run_nested(&call.arguments, result)).await?;
                    effects.ready(call.id, value);
                } else {
                    self.begin(&call, &mut effects);
                }
            }
            // A script that always has something due at once must not keep the limit and signals from being seen.
            tokio::task::yield_now().await;
            let over = limit.is_some_and(|limit| tokio::time::Instant::now() >= limit);
            let settled = match self.stop.reason() {
                Some(reason) => Err(reason),
                None if over => Ok(None),
                None => {
                    let next = async {
                        match limit {
                            Some(limit) => tokio::time::timeout_at(limit, effects.next()).await.ok(),
                            None => Some(effects.next().await),
                        }
                    };
                    self.stop.guard(next).await
                }
            };
            let sandbox = self.sandbox()?;
            match settled {
                Ok(Some(Some(settled))) => {
                    for event in settled.events {
                        self.emit(event);
                    }
                    step = self.sandbox()?.settle(settled.id, &settled.value).map_err(Halt::engine)?;
                }
                Ok(Some(None)) => {
                    let outcome = sandbox.abort("Error", "sandbox: nothing is pending").map_err(Halt::engine)?;
                    self.forward_events(&mut effects, failed_names, result);
                    return Ok(outcome);
                }
                Ok(None) => {
                    let message = "sandbox: asynchronous script execution timeout";
                    let outcome = sandbox.abort("Error", message).map_err(Halt::engine)?;
                    self.forward_events(&mut effects, failed_names, result);
                    return Ok(outcome);
                }
                Err(reason) => {
                    let message = "the run was ended while the script waited";
                    let outcome = sandbox.abort("Error", message).map_err(Halt::engine)?;
                    self.forward_events(&mut effects, failed_names, result);
                    self.stopped = Some(reason);
                    return Ok(outcome);
                }
            }
        }
    }

    /// Passes on what the sandbox saw.
    fn forward_events(
        &mut self,
        effects: &mut super::effects::Effects,
        failed_names: &mut Vec<String>,
        result: &mut PhaseResult,
    ) {
        let Some(sandbox) = &self.sandbox else { return };
        for event in sandbox.take_events() {
            match event {
                SandboxEvent::Assertion(assertion) => {
                    result.assertions += 1;
                    if assertion.error.is_some() {
                        failed_names.push(assertion.name.clone());
                    }
                    self.emit(EventKind::AssertionEvaluated(assertion));
                }
                SandboxEvent::Console { level, text } => self.emit(EventKind::ConsoleLogged { level, text }),
                SandboxEvent::Rejection(error) => {
                    result.failed = true;
                    self.emit(EventKind::ExceptionRaised(error.clone()));
                    self.fail("unhandled-rejection", error);
                }
                SandboxEvent::Exception(error) => {
                    let what = error.message.clone().unwrap_or_default();
                    self.emit(EventKind::ExceptionRaised(error));
                    self.warn("unhandled-error", format!("an error that no test saw: {what}"));
                }
                SandboxEvent::Deprecated { name, text } => {
                    // Once a run for each name: newman says it in every script.
                    if self.facts.deprecated.borrow_mut().insert(name) {
                        self.emit(EventKind::ConsoleLogged {
                            level: "warn".to_owned(),
                            text: super::send::quoted(&text),
                        });
                    }
                }
                SandboxEvent::Cancelled(id) => effects.cancel(id),
            }
        }
    }

    /// `pm.execution.runRequest`: another request of the collection with its scripts, inside of the running one.
    async fn run_nested(&mut self, arguments: &Value, outer: &mut PhaseResult) -> Result<Value, Halt> {
        let failure = |message: String| Ok(json!({"error": {"name": "Error", "message": message}}));
        let (changes, local) = crate::script::scope_changes(arguments.get("scopes").cloned());
        self.apply(&mut Outcome { changes, variables: local, ..Outcome::default() });
        if self.facts.nested.get() >= MAX_NESTED {
            return failure(format!("Max pm.execution.runRequest depth of {MAX_NESTED} has been reached."));
        }
        let id = arguments.get("id").and_then(Value::as_str).unwrap_or_default();
        let Some(planned) = self.request_of(id) else {
            return failure(format!("runRequest: the collection has no request with the id \"{id}\""));
        };
        let before = self.override_local(arguments.get("variables"));
        self.facts.nested.set(self.facts.nested.get() + 1);
        let ended = self.nested_steps(&planned, outer).await;
        self.facts.nested.set(self.facts.nested.get() - 1);
        let mut scopes = self.scopes.borrow_mut();
        for (key, value) in before {
            match value {
                Some(value) => scopes.local.set(&key, value),
                None => scopes.local.unset(&key),
            }
        }
        ended
    }

    async fn nested_steps(&mut self, planned: &PlannedItem, outer: &mut PhaseResult) -> Result<Value, Halt> {
        let nothing = json!({"response": null});
        let item = ItemRun { planned, step: None };
        let variables = match self.refresh_variables(planned).await {
            Ok(used) => used,
            Err(error) => return Ok(json!({"error": {"name": "Error", "message": error.to_string()}})),
        };
        let host = Rc::new(self.prerequest_host(planned));
        let before = self.run_phase(&item, Phase::Prerequest, &planned.prerequest, &host, false).await?;
        outer.assertions += before.assertions;
        outer.failed |= before.failed;
        if before.skipped || before.fatal.is_some() || self.stopped.is_some() {
            return Ok(nothing);
        }
        let request = match &before.request {
            Some(changed) => merge_request(&planned.item.request, changed),
            None => planned.item.request.clone(),
        };
        let sent = self.send_item(&item, request, variables).await?;
        let host = Rc::new(self.test_host(&sent));
        let after = self.run_phase(&item, Phase::Test, &planned.test, &host, sent.exchange.is_none()).await?;
        outer.assertions += after.assertions;
        outer.failed |= after.failed;
        if after.fatal.is_some() {
            return Ok(nothing);
        }
        Ok(match (&sent.exchange, &sent.error) {
            (Some(exchange), _) => {
                let url = sent.last_url();
                let cookies: Vec<Value> =
                    url.map(|url| self.jar.cookies_for(&url).iter().map(cookie_value).collect()).unwrap_or_default();
                json!({"response": script_response(exchange, &cookies)})
            }
            (None, Some(error)) => json!({"error": error_value(error)}),
            (None, None) => nothing,
        })
    }

    /// A request of the collection by id (also as Postman's API writes it, with the owner before it) or name.
    fn request_of(&self, id: &str) -> Option<PlannedItem> {
        let items = crate::plan::Plan::of(&self.input.collection).items;
        let by_id = |item: &PlannedItem| !item.info.id.is_empty() && id.ends_with(&item.info.id);
        let at = items.iter().position(by_id).or_else(|| items.iter().rposition(|item| item.info.name == id))?;
        items.into_iter().nth(at)
    }

    /// Sets local variables; returns what they were.
    fn override_local(&self, variables: Option<&Value>) -> Vec<(String, Option<Value>)> {
        let mut scopes = self.scopes.borrow_mut();
        let given = variables.and_then(Value::as_object).into_iter().flatten();
        given
            .map(|(key, value)| {
                let before = scopes.local.get(key).cloned();
                scopes.local.set(key, value.clone());
                (key.clone(), before)
            })
            .collect()
    }

    /// Starts one effect.
    fn begin(&mut self, call: &HostCall, effects: &mut super::effects::Effects) {
        match call.kind {
            HostCallKind::Timer => {
                let wait = call.arguments.get("ms").and_then(Value::as_f64).unwrap_or_default().max(0.0);
                // JavaScript's timers hold 31 bits; longer waits fire at once, as in Node.
                let wait = if wait > f64::from(i32::MAX) { 1.0 } else { wait };
                let immediate = call.arguments.get("immediate") == Some(&Value::Bool(true));
                effects.timer(call.id, Duration::from_secs_f64(wait / 1000.0), immediate);
            }
            HostCallKind::SendRequest => {
                let request = self.script_request(&call.arguments);
                effects.request(call.id, request);
            }
            HostCallKind::VaultGet | HostCallKind::VaultSet | HostCallKind::VaultUnset => {
                let value = match &self.facts.vault {
                    Some(vault) => vault.call(call, &self.input.redactor),
                    None => json!({"error": {"name": "Error", "message": "Vault access denied"}}),
                };
                effects.ready(call.id, value);
            }
            HostCallKind::Unsupported => {
                let kind = call.arguments.get("kind").and_then(Value::as_str).unwrap_or_default();
                let message = format!("{kind} is not supported by postbud");
                effects.ready(call.id, json!({"error": {"name": "Error", "message": message}}));
            }
            _ => {
                let value = super::effects::cookie_call(&self.jar, call);
                effects.ready(call.id, value);
            }
        }
    }
}
