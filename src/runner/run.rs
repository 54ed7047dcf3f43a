//! Iterations, the order of items, and how a run ends.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use super::EventSink;
use super::item::{ItemEnd, ItemRun};
use super::oauth2::OAuth2Tokens;
use super::options::{RunInput, RunOptions};
use super::state::{RunFacts, Scopes, SharedScopes};
use super::stop::{Stop, StopReason};
use crate::auth::AuthState;
use crate::environment::data::Row;
use crate::event::{Assertion, AssertionSource, Cursor, Event, EventKind, RunEnd, RunInfo, ScriptError, Warning};
use crate::http::client::Client;
use crate::http::cookies::CookieJar;
use crate::plan::PlannedItem;
use crate::script::{Limits, Sandbox};
use crate::variables::Scope;
use crate::variables::dynamic::Dynamic;

/// Why a run cannot go on: a defect of postbud or of its surroundings, never a failed test.
#[derive(Debug)]
pub(super) struct Halt(pub(super) String);

impl Halt {
    /// Something below failed.
    pub(super) fn engine(error: impl std::fmt::Display) -> Self {
        Self(error.to_string())
    }
}

/// How a run ended, with the variables that a run after it begins with.
pub struct Finished {
    /// The end, as events tell it.
    pub end: Arc<RunEnd>,
    /// The environment as the run left it.
    pub environment: Scope,
    /// The globals as the run left them.
    pub globals: Scope,
}

/// One run.
pub struct Runner<'a> {
    pub(super) options: &'a RunOptions,
    pub(super) input: RunInput,
    pub(super) client: Rc<Client>,
    pub(super) jar: Rc<CookieJar>,
    pub(super) scopes: SharedScopes,
    pub(super) facts: Rc<RunFacts>,
    pub(super) sandbox: Option<Sandbox>,
    pub(super) auth_states: HashMap<Arc<str>, AuthState>,
    pub(super) oauth2: OAuth2Tokens,
    pub(super) cursor: Cursor,
    pub(super) stop: Stop,
    pub(super) stopped: Option<StopReason>,
    pub(super) row: Option<Arc<Row>>,
    pub(super) dynamic_values: Rc<RefCell<Dynamic>>,
    sink: &'a mut dyn EventSink,
    started: Instant,
}

impl<'a> Runner<'a> {
    /// Prepares a run; nothing happens yet.
    pub fn new(
        options: &'a RunOptions,
        mut input: RunInput,
        client: Rc<Client>,
        jar: Rc<CookieJar>,
        stop: Stop,
        sink: &'a mut dyn EventSink,
    ) -> Self {
        let scopes = Scopes {
            local: Scope::default(),
            environment: std::mem::take(&mut input.environment),
            collection: Scope { variables: std::mem::take(&mut input.collection.variables), ..Scope::default() },
            globals: std::mem::take(&mut input.globals),
        };
        let rows = input.data.as_ref().and_then(|data| u32::try_from(data.row_count()).ok());
        let facts = RunFacts {
            collection_name: input.collection.name.clone(),
            iteration_count: options.iterations.or(rows.filter(|rows| *rows > 0)).unwrap_or(1),
            vault: options.vault.clone(),
            ..RunFacts::default()
        };
        Self {
            options,
            input,
            client,
            jar,
            scopes: Rc::new(RefCell::new(scopes)),
            facts: Rc::new(facts),
            sandbox: None,
            auth_states: HashMap::new(),
            oauth2: OAuth2Tokens::default(),
            cursor: Cursor::default(),
            stop,
            stopped: None,
            row: None,
            dynamic_values: Rc::new(RefCell::new(Dynamic::from_entropy())),
            sink,
            started: Instant::now(),
        }
    }

    /// Runs everything and emits what happens; the last event is [`EventKind::RunFinished`].
    pub async fn run(mut self) -> Finished {
        let info = RunInfo {
            collection_name: self.input.collection.name.clone(),
            collection_id: self.input.collection.id.clone(),
            collection: Arc::clone(&self.input.collection.source),
            environment_name: self.input.has_environment.then(|| self.environment_name()),
            iterations: self.facts.iteration_count,
            items: self.input.plan.items.len() as u32,
            started_ms: SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis() as u64,
            shard: self.options.shard.clone(),
        };
        self.emit(EventKind::RunStarted(Arc::new(info)));
        let result = self.iterations().await;
        let error = match (&result, self.stopped) {
            (Err(Halt(message)), _) => Some(message.clone()),
            (Ok(()), Some(StopReason::Timeout)) => Some("callback timed out".to_owned()),
            (Ok(()), Some(StopReason::Signal(_))) => Some("interrupted".to_owned()),
            (Ok(()), None) => None,
        };
        let scopes = self.scopes.borrow();
        let end = Arc::new(RunEnd {
            environment: Arc::new(export(&scopes.environment, "environment")),
            globals: Arc::new(export(&scopes.globals, "globals")),
            error,
            interrupted: matches!(self.stopped, Some(StopReason::Signal(_))),
        });
        let (environment, globals) = (scopes.environment.clone(), scopes.globals.clone());
        drop(scopes);
        self.cursor = Cursor::default();
        self.emit(EventKind::RunFinished(Arc::clone(&end)));
        Finished { end, environment, globals }
    }

    fn environment_name(&self) -> String {
        self.scopes.borrow().environment.name.clone().unwrap_or_default()
    }

    async fn iterations(&mut self) -> Result<(), Halt> {
        if self.input.plan.items.is_empty() {
            return Ok(());
        }
        for iteration in 0..self.facts.iteration_count {
            self.cursor = Cursor { iteration, ..Cursor::default() };
            if let Some(data) = &mut self.input.data {
                self.row = Some(data.row(iteration as usize).map_err(Halt::engine)?);
            }
            self.emit(EventKind::IterationStarted);
            let ended = self.iteration().await;
            self.cursor = Cursor { iteration, ..Cursor::default() };
            let completed = matches!(ended, Ok(true));
            self.emit(EventKind::IterationFinished { completed });
            if !ended? {
                break;
            }
        }
        Ok(())
    }

    /// Runs the items once; `false` when the run is to stop.
    async fn iteration(&mut self) -> Result<bool, Halt> {
        let items: Vec<PlannedItem> = self.input.plan.items.clone();
        let steps = self.input.steps.clone();
        let mut position = 0;
        while let Some(planned) = items.get(position) {
            if let Some(reason) = self.stop.reason() {
                self.stopped = Some(reason);
                return Ok(false);
            }
            self.facts.executions.set(self.facts.executions.get() + 1);
            self.cursor.position = position as u32;
            self.cursor.execution = self.facts.executions.get();
            self.cursor.item = Some(Arc::clone(&planned.info));
            let step = steps.get(position);
            let item = ItemRun { planned, step };
            let end = self.run_item(&item).await?;
            if self.stopped.is_some() {
                return Ok(false);
            }
            match end {
                ItemEnd::Next => position += 1,
                ItemEnd::Bail => return Ok(false),
                ItemEnd::Fatal(message) => return Err(Halt(message)),
                ItemEnd::Jump(None) => return Ok(true),
                ItemEnd::Jump(Some(name)) => {
                    // The item itself has warned of one that is not there.
                    let Some(target) = find(&items, &name) else { return Ok(true) };
                    position = target;
                }
            }
        }
        Ok(true)
    }

    /// The sandbox, started when the first script needs it.
    pub(super) fn sandbox(&mut self) -> Result<&Sandbox, Halt> {
        if self.sandbox.is_none() {
            let mut limits = Limits::default();
            if let Some(limit) = self.options.script_timeout {
                limits.time = Some(limit);
            }
            let sandbox = Sandbox::new(limits).map_err(Halt::engine)?;
            sandbox.set_packages(self.options.packages.clone());
            let stop = self.stop.clone();
            sandbox.end_when(move || stop.reason().is_some());
            self.sandbox = Some(sandbox);
        }
        self.sandbox.as_ref().ok_or_else(|| Halt("the script engine is gone".to_owned()))
    }

    /// Emits an event at the current place.
    pub(super) fn emit(&mut self, kind: EventKind) {
        let kind = if self.facts.nested.get() > 0 { super::scripts::as_nested(kind) } else { Some(kind) };
        let Some(kind) = kind else { return };
        let event = Event { at: self.started.elapsed(), cursor: self.cursor.clone(), kind };
        self.sink.emit(event);
    }

    /// Something that failed outside of every test.
    pub(super) fn fail(&mut self, code: &str, error: ScriptError) {
        self.emit(EventKind::AssertionEvaluated(Assertion {
            name: format!("strict: {code}"),
            index: 0,
            skipped: false,
            error: Some(error),
            source: AssertionSource::Strict,
        }));
    }

    /// Something a green run should not hide: a failure with `--strict`, a warning otherwise.
    pub(super) fn warn(&mut self, code: &'static str, message: String) {
        if self.options.strict {
            let error =
                ScriptError { name: Some("StrictError".to_owned()), message: Some(message), ..ScriptError::default() };
            self.fail(code, error);
        } else {
            self.emit(EventKind::Warned(Warning { code, message }));
        }
    }
}

/// The position of a request by id, then by name (the last of several).
pub(super) fn find(items: &[PlannedItem], name: &str) -> Option<usize> {
    items.iter().position(|item| item.info.id == name).or_else(|| items.iter().rposition(|item| item.info.name == name))
}

/// A scope in the form of an export.
fn export(scope: &Scope, default_name: &str) -> Value {
    json!({
        "id": scope.id,
        "name": scope.name.as_deref().unwrap_or(default_name),
        "values": scope.to_values(Some("any")),
    })
}
