//! The order of the steps, what blocks what, and the events that tell of it.

use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};
use tokio::sync::watch;

use super::fault::Fault;
use super::published::PublishedRun;
use super::setup::Setup;
use super::step::{Asks, CLEAN_UP, STEPS, Step};
use super::{Means, REFERENCE};
use crate::event::{
    Assertion, AssertionSource, Cursor, Event, EventKind, ItemInfo, RunEnd, RunInfo, ScriptError, Warning,
};
use crate::http::client::Client;
use crate::http::message::SendSettings;
use crate::policy::Policy;
use crate::runner::{ClientTransport, EventSink};
use crate::secret::Redactor;
use crate::token::{KeyInfo, Token, TokenContext, TokenStep, Tokens, Want};

/// Why a step ends before its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Stop {
    /// A check failed, and was told.
    Failed,
    /// A service could not be reached, or is itself broken; told. Without a name, the one that the step asks.
    Unreachable(Option<Asks>),
    /// It has nothing to do here.
    NotAsked(String),
    /// A signal arrived.
    Interrupted,
}

/// What became of a step.
#[derive(Debug, Clone, PartialEq, Eq)]
enum State {
    Passed,
    NotAsked,
    Failed,
    Skipped,
}

/// A verification under way.
pub(super) struct Session<'a> {
    pub(super) setup: &'a Setup,
    pub(super) client: Rc<Client>,
    pub(super) user_agent: String,
    pub(super) tokens: Tokens,
    pub(super) keys: Vec<(String, KeyInfo)>,
    /// The resource as the registry has it.
    pub(super) resource: Value,
    /// Its policy.
    pub(super) policy: Option<(Vec<u8>, Policy)>,
    /// `sendersReference` of this verification.
    pub(super) reference: String,
    /// Organisation that the owner's token speaks for.
    pub(super) token_org: String,
    /// Correspondences that this verification made and has not purged.
    pub(super) sent: Vec<String>,
    /// One was sent whose answer never came.
    pub(super) sending: bool,
    /// Attachments likewise.
    pub(super) attachments: Vec<String>,
    /// The published collection of the last step.
    pub(super) published: Option<&'a mut dyn PublishedRun>,
    redactor: Redactor,
    environment: HashMap<String, String>,
    stop: watch::Receiver<Option<i32>>,
    clock: &'a dyn Fn() -> u64,
    events: &'a mut dyn EventSink,
    begun: Instant,
    cursor: Cursor,
    states: Vec<State>,
    unreachable: Vec<(Asks, u8)>,
    assertions: u32,
    cleaning: bool,
}

impl<'a> Session<'a> {
    pub(super) fn new(setup: &'a Setup, means: Means<'a>) -> Self {
        Self {
            setup,
            client: means.client,
            user_agent: crate::request::user_agent(),
            tokens: Tokens::new(setup.tokens.clone()),
            keys: Vec::new(),
            resource: Value::Null,
            policy: None,
            reference: format!("{REFERENCE}{}", uuid::Uuid::new_v4()),
            token_org: String::new(),
            sent: Vec::new(),
            sending: false,
            attachments: Vec::new(),
            published: means.published,
            redactor: means.redactor,
            environment: means.environment,
            stop: means.stop,
            clock: means.now,
            events: means.events,
            begun: Instant::now(),
            cursor: Cursor::default(),
            states: Vec::new(),
            unreachable: Vec::new(),
            assertions: 0,
            cleaning: false,
        }
    }

    /// Goes through all steps.
    pub(super) async fn run(mut self) {
        let items: Vec<Arc<ItemInfo>> = STEPS.iter().map(item).collect();
        self.emit(EventKind::RunStarted(Arc::new(info(self.setup, &items))));
        self.emit(EventKind::IterationStarted);
        for (position, (step, item)) in STEPS.iter().zip(&items).enumerate() {
            let number = u32::from(step.number);
            self.cursor = Cursor {
                iteration: 0,
                position: u32::try_from(position).unwrap_or_default(),
                execution: u64::from(number),
                item: Some(Arc::clone(item)),
            };
            self.assertions = 0;
            self.emit(EventKind::ItemStarted);
            let state = self.step(step).await;
            let skipped = matches!(state, State::Skipped | State::NotAsked);
            self.emit(EventKind::ItemFinished { skipped });
            self.states.push(state);
        }
        self.cursor = Cursor::default();
        let interrupted = self.stop.borrow().is_some();
        self.emit(EventKind::IterationFinished { completed: !interrupted });
        self.emit(EventKind::RunFinished(Arc::new(RunEnd { interrupted, ..RunEnd::default() })));
    }

    async fn step(&mut self, step: &Step) -> State {
        self.cleaning = step.number == CLEAN_UP;
        if self.stop.borrow().is_some() && !self.owes() {
            self.skip("the verification was interrupted");
            return State::Skipped;
        }
        // What this verification made is taken away whatever else failed.
        if !self.owes()
            && let Some(reason) = self.blocked(step)
        {
            self.skip(&reason);
            return State::Skipped;
        }
        let result = self.perform(step.number).await;
        self.cleaning = false;
        match result {
            Ok(()) => State::Passed,
            Err(Stop::Failed) => State::Failed,
            Err(Stop::Unreachable(asks)) => {
                let own = if step.asks == Asks::All { Asks::Platform } else { step.asks };
                self.unreachable.push((asks.unwrap_or(own), step.number));
                State::Failed
            }
            Err(Stop::NotAsked(reason)) => {
                self.skip(&reason);
                State::NotAsked
            }
            Err(Stop::Interrupted) => {
                self.skip("the verification was interrupted");
                State::Skipped
            }
        }
    }

    /// Whether this is the step that cleans up, and there is something to take away.
    fn owes(&self) -> bool {
        self.cleaning && (self.sending || !self.sent.is_empty() || !self.attachments.is_empty())
    }

    /// Why a step makes no sense now.
    fn blocked(&self, step: &Step) -> Option<String> {
        let blocking = |needed: &&u8| {
            self.states
                .get(usize::from(**needed).wrapping_sub(1))
                .is_some_and(|state| matches!(state, State::Failed | State::Skipped))
        };
        if let Some(number) = step.needs.iter().find(blocking) {
            return Some(named(*number));
        }
        self.unreachable
            .iter()
            .find(|(asks, _)| step.asks.meets(*asks))
            .map(|(_, number)| format!("{}: the service cannot be reached", named(*number)))
    }

    async fn perform(&mut self, number: u8) -> Result<(), Stop> {
        match number {
            1 => self.configuration(),
            2 => self.clock().await,
            3 => self.metadata().await,
            4 => self.owner_token().await,
            5 => self.key_age(),
            6 => self.owner_exchange().await,
            7 => self.recipient_token().await,
            8 => self.resource_there().await,
            9 => self.resource_right(),
            10 => self.policy_right().await,
            11 => self.registry_writes().await,
            12 => self.strangers_refused().await,
            13 => self.send_one().await,
            14 => self.published().await,
            15 => self.attachment().await,
            16 => self.recipient_reads().await,
            CLEAN_UP => self.clean_up().await,
            18 => self.subscription().await,
            19 => self.published_collection().await,
            _ => Ok(()),
        }
    }

    /// Whether an earlier step failed.
    pub(super) fn has_failed(&self, number: u8) -> bool {
        self.states.get(usize::from(number).wrapping_sub(1)) == Some(&State::Failed)
    }

    /// Seconds since 1970.
    pub(super) fn now(&self) -> u64 {
        (self.clock)()
    }

    /// Tells one event.
    pub(super) fn emit(&mut self, kind: EventKind) {
        self.events.emit(Event { at: self.begun.elapsed(), cursor: self.cursor.clone(), kind });
    }

    /// A check that held.
    pub(super) fn pass(&mut self, name: &str) {
        self.assert(name, false, None);
    }

    /// A check that did not.
    pub(super) fn fail(&mut self, name: &str, fault: &Fault) -> Stop {
        let error =
            ScriptError { name: Some("VerifyError".to_owned()), message: Some(fault.text()), ..ScriptError::default() };
        self.assert(name, false, Some(error));
        Stop::Failed
    }

    /// A check, and what to say where it does not hold. The step may go on.
    pub(super) fn check(&mut self, name: &str, holds: bool, fault: impl FnOnce() -> Fault) -> bool {
        if holds {
            self.pass(name);
        } else {
            self.fail(name, &fault());
        }
        holds
    }

    fn skip(&mut self, reason: &str) {
        self.assert(reason, true, None);
    }

    pub(super) fn assert(&mut self, name: &str, skipped: bool, error: Option<ScriptError>) {
        let index = self.assertions;
        self.assertions += 1;
        let source = AssertionSource::Expectation;
        self.emit(EventKind::AssertionEvaluated(Assertion { name: name.to_owned(), index, skipped, error, source }));
    }

    /// Something to know that is no failure.
    pub(super) fn warn(&mut self, code: &'static str, message: impl Into<String>) {
        self.emit(EventKind::Warned(Warning { code, message: message.into() }));
    }

    /// Something for the reports.
    pub(super) fn note(&mut self, text: &str) {
        self.emit(EventKind::ConsoleLogged { level: "info".to_owned(), text: text.to_owned() });
    }

    /// Whether to stop; cleaning up goes on.
    pub(super) fn interrupted(&self) -> bool {
        !self.cleaning && self.stop.borrow().is_some()
    }

    /// Waits for a signal; while cleaning up, for ever.
    pub(super) async fn stopped(&mut self) {
        if self.cleaning {
            std::future::pending::<()>().await;
        }
        if self.stop.wait_for(Option::is_some).await.is_err() {
            // Nobody is left who could send one.
            std::future::pending::<()>().await;
        }
    }

    /// Waits.
    pub(super) async fn sleep(&mut self, time: Duration) -> Result<(), Stop> {
        tokio::select! {
            () = tokio::time::sleep(time) => Ok(()),
            () = self.stopped() => Err(Stop::Interrupted),
        }
    }

    /// What profiles may use, without sending.
    pub(super) fn with_context<T>(&self, act: impl FnOnce(&TokenContext<'_>) -> T) -> T {
        let mut http = ClientTransport::new(Rc::clone(&self.client), SendSettings::default(), self.user_agent.clone());
        let context = TokenContext {
            http: &mut http,
            env: &|name| self.environment.get(name).cloned(),
            variable: &|name| self.setup.variables.get(name).cloned(),
            now: self.clock,
        };
        act(&context)
    }

    /// A profile's token; what was sent for it is told.
    pub(super) async fn token(&mut self, profile: &str, raw: bool) -> Result<Token, Stop> {
        let settings = SendSettings { timeout: Some(Duration::from_secs(30)), ..SendSettings::default() };
        let mut http = ClientTransport::new(Rc::clone(&self.client), settings, self.user_agent.clone());
        let mut tokens = std::mem::take(&mut self.tokens);
        let want = Want { scopes: None, raw };
        let result = {
            let (environment, variables) = (self.environment.clone(), &self.setup.variables);
            let mut context = TokenContext {
                http: &mut http,
                env: &|name| environment.get(name).cloned(),
                variable: &|name| variables.get(name).cloned(),
                now: self.clock,
            };
            let get = tokens.get(profile, &want, &mut context);
            tokio::select! {
                result = get => Some(result),
                () = self.stopped() => None,
            }
        };
        for secret in tokens.secrets() {
            self.redactor.add(secret.expose());
        }
        self.tokens = tokens;
        for outcome in http.outcomes {
            self.emit(EventKind::RequestFinished(Arc::new(outcome)));
        }
        match result {
            None => Err(Stop::Interrupted),
            Some(Ok(token)) => Ok(token),
            Some(Err(error)) => {
                let name = if error.step == TokenStep::Exchange { "token is exchanged" } else { "token is given" };
                let stop = self.fail(name, &Fault::of_token(&error));
                // What the service does to one profile it does to the others.
                let broken = error.status.is_none_or(|status| status >= 500);
                Err(match error.step {
                    TokenStep::Maskinporten if broken => Stop::Unreachable(Some(Asks::Maskinporten)),
                    TokenStep::Exchange if error.status.is_none() => Stop::Unreachable(Some(Asks::Platform)),
                    TokenStep::Exchange if broken => Stop::Unreachable(Some(Asks::Exchange)),
                    _ => stop,
                })
            }
        }
    }
}

/// `step 4 (Token of the owner) failed`.
fn named(number: u8) -> String {
    let name = STEPS.iter().find(|step| step.number == number).map_or("", |step| step.name);
    format!("waits for step {number} ({name})")
}

fn item(step: &Step) -> Arc<ItemInfo> {
    let name = format!("{}. {}", step.number, step.name);
    let id = format!("step-{}", step.number);
    let source = json!({"id": id, "name": name, "request": {"method": "GET", "url": ""}});
    Arc::new(ItemInfo {
        id,
        name,
        folders: vec![step.group.to_owned()],
        folder_id: Some(folder_id(step.group)),
        source: Arc::new(source),
    })
}

fn folder_id(group: &str) -> String {
    format!("group-{}", group.to_lowercase().replace(' ', "-"))
}

fn info(setup: &Setup, items: &[Arc<ItemInfo>]) -> RunInfo {
    let mut folders: Vec<Value> = Vec::new();
    for item in items {
        let name = item.folders.first().map(String::as_str).unwrap_or_default();
        if folders.last().and_then(|folder| folder["name"].as_str()) != Some(name) {
            folders.push(json!({"id": folder_id(name), "name": name, "item": []}));
        }
        if let Some(list) = folders.last_mut().and_then(|folder| folder["item"].as_array_mut()) {
            list.push((*item.source).clone());
        }
    }
    let name = "Altinn Correspondence, verified";
    let schema = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json";
    let collection =
        json!({"info": {"_postman_id": "postbud-verify", "name": name, "schema": schema}, "item": folders});
    RunInfo {
        collection_name: name.to_owned(),
        collection_id: "postbud-verify".to_owned(),
        collection: Arc::new(collection),
        environment_name: setup.environment().map(str::to_owned),
        iterations: 1,
        items: u32::try_from(items.len()).unwrap_or_default(),
        started_ms: u64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis())
            .unwrap_or_default(),
        shard: None,
    }
}
