//! The vocabulary between the engine and the outputs: what happened in a run, in order, as plain data.
//!
//! The runner emits [`Event`]s; reports, the journal and the exit code are made from them. Every `…Started` has exactly one
//! `…Finished`, also on error. A failed assertion is data, never an `Err`.

pub mod record;
pub mod totals;

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

/// The messages that events carry: outputs take them from here.
pub use crate::http::{message, url};

use message::{Response, SendError, SentRequest, Timings};

/// One thing that happened.
#[derive(Debug, Clone)]
pub struct Event {
    /// Since the run started.
    pub at: Duration,
    /// Where in the run.
    pub cursor: Cursor,
    /// What.
    pub kind: EventKind,
}

/// A place in the run.
#[derive(Debug, Clone, Default)]
pub struct Cursor {
    /// Iteration, from 0.
    pub iteration: u32,
    /// Position of the item in the run's list, from 0.
    pub position: u32,
    /// Number of this execution of an item: unique in the run, from 1; 0 outside of items.
    pub execution: u64,
    /// The item that runs; `None` outside of items.
    pub item: Option<Arc<ItemInfo>>,
}

/// A request of the collection, as reports name it.
#[derive(Debug, Clone, Default)]
pub struct ItemInfo {
    /// The item's id (made up where the file has none).
    pub id: String,
    /// Its name, as written.
    pub name: String,
    /// Names of the folders around it, outermost first, without the collection.
    pub folders: Vec<String>,
    /// Id of the enclosing folder, `None` at the root.
    pub folder_id: Option<String>,
    /// The item as authored, in v2.1 form.
    pub source: Arc<Value>,
}

impl ItemInfo {
    /// Folders and name joined by ` / `, as newman prints it.
    pub fn path(&self) -> String {
        let mut path = self.folders.join(" / ");
        if !path.is_empty() {
            path.push_str(" / ");
        }
        path.push_str(&self.name);
        path
    }
}

/// What the run is about; given once, with [`EventKind::RunStarted`].
#[derive(Debug, Clone, Default)]
pub struct RunInfo {
    /// Name of the collection (its id where it has none).
    pub collection_name: String,
    /// Id of the collection.
    pub collection_id: String,
    /// The collection in v2.1 form.
    pub collection: Arc<Value>,
    /// Name of the environment, where one was given.
    pub environment_name: Option<String>,
    /// Iterations planned.
    pub iterations: u32,
    /// Requests in one iteration.
    pub items: u32,
    /// Milliseconds since 1970 at the start.
    pub started_ms: u64,
    /// Text of the shard (`2/4`), where the run is one.
    pub shard: Option<String>,
}

/// Phase of a script.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Before the request.
    Prerequest,
    /// After the response.
    Test,
}

impl Phase {
    /// `prerequest` or `test`: the `listen` of a collection's event.
    pub fn listen(self) -> &'static str {
        match self {
            Self::Prerequest => "prerequest",
            Self::Test => "test",
        }
    }

    /// `prerequest-script` or `test-script`, as newman's failures name the place.
    pub fn place(self) -> &'static str {
        match self {
            Self::Prerequest => "prerequest-script",
            Self::Test => "test-script",
        }
    }
}

/// Who sent a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// The item itself.
    Item,
    /// An earlier try of the item's request that an authorization answered with another one (digest, NTLM).
    Replay,
    /// `pm.sendRequest` of a script.
    Script,
    /// A token provider.
    Token,
}

/// Where an assertion comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AssertionSource {
    /// `pm.test` or `tests[…]` of a script in this phase.
    Script(Phase),
    /// `expect:` of `postbud.yaml`, `--expect-success` or a baseline.
    Expectation,
    /// Honest green: `--strict` turned a warning into a failure.
    Strict,
}

/// The outcome of one assertion.
#[derive(Debug, Clone)]
pub struct Assertion {
    /// Name as given to `pm.test`.
    pub name: String,
    /// Number within its script, from 0.
    pub index: u32,
    /// `pm.test.skip`.
    pub skipped: bool,
    /// `None` when it passed.
    pub error: Option<ScriptError>,
    /// Where it comes from.
    pub source: AssertionSource,
}

/// An error as a script threw it, or as an assertion failed.
#[derive(Debug, Clone, Default)]
pub struct ScriptError {
    /// `TypeError`, `AssertionError`, …; `None` where something that is no Error was thrown.
    pub name: Option<String>,
    /// Its message; `None` as above.
    pub message: Option<String>,
    /// Stack, cleaned to the user's own script.
    pub stack: Option<String>,
    /// Line in the user's script, from 1.
    pub line: Option<u32>,
    /// Column in that line, from 1.
    pub column: Option<u32>,
    /// What was compared, where the assertion was a comparison of two values.
    pub compared: Option<Arc<Compared>>,
}

/// The two sides of a comparison that failed, as JSON.
#[derive(Debug, Clone, PartialEq)]
pub struct Compared {
    /// What was there.
    pub actual: Value,
    /// What should have been.
    pub expected: Value,
}

/// A warning that honest green raises: something did not happen that a green run suggests did.
#[derive(Debug, Clone)]
pub struct Warning {
    /// Short machine name: `missing-file`, `unsettled-test`, `unresolved-variable`, `unknown-next-request`, …
    pub code: &'static str,
    /// For people: what, where, what to do.
    pub message: String,
}

/// Why and with which token a request's own token was replaced.
#[derive(Debug, Clone)]
pub struct Substitution {
    /// The profile whose token was used.
    pub profile: String,
    /// How: `answered` (the request was answered locally, not sent), `variable`, `request`.
    pub how: &'static str,
    /// For people: scopes, organisation, what could not be honoured.
    pub note: Option<String>,
}

/// A finished request.
#[derive(Debug, Clone)]
pub struct RequestOutcome {
    /// Who sent it.
    pub origin: Origin,
    /// The request as sent (or as it would have been); `None` when it could not even be built.
    pub request: Option<Arc<SentRequest>>,
    /// Its body in v2.1 form, variables filled in.
    pub body: Option<Arc<Value>>,
    /// Its authorization in v2.1 form, variables filled in.
    pub auth: Option<Arc<Value>>,
    /// The response, or why there is none.
    pub result: Result<Arc<Response>, Arc<SendError>>,
    /// Phases.
    pub timings: Timings,
    /// Replaced tokens.
    pub substitutions: Vec<Substitution>,
    /// Known cause and mend for this answer (a Maskinporten or Altinn error code, an expired token, …).
    pub explanation: Option<String>,
}

impl RequestOutcome {
    /// Why no response came, unless it was tried again after that.
    pub fn error(&self) -> Option<&Arc<SendError>> {
        self.result.as_ref().err().filter(|_| self.origin != Origin::Replay)
    }
}

/// What happened.
#[derive(Debug, Clone)]
pub enum EventKind {
    /// Once, first.
    RunStarted(Arc<RunInfo>),
    /// Once, last.
    RunFinished(Arc<RunEnd>),
    /// An iteration begins.
    IterationStarted,
    /// An iteration is over; `completed` is false where the run was stopped in it.
    IterationFinished {
        /// Whether it ran to its end.
        completed: bool,
    },
    /// An item begins.
    ItemStarted,
    /// An item is over.
    ItemFinished {
        /// `pm.execution.skipRequest` was called, or a shard or filter left it out.
        skipped: bool,
    },
    /// A script begins.
    ScriptStarted {
        /// Phase.
        phase: Phase,
        /// Name of its owner: collection, folder or item.
        owner: String,
    },
    /// A script is over.
    ScriptFinished {
        /// Phase.
        phase: Phase,
        /// Name of its owner.
        owner: String,
        /// How long it took.
        duration: Duration,
        /// What it threw.
        error: Option<ScriptError>,
    },
    /// The item's request is about to be sent.
    RequestStarted {
        /// Who sends it.
        origin: Origin,
    },
    /// A request got its answer or failed.
    RequestFinished(Arc<RequestOutcome>),
    /// One assertion.
    AssertionEvaluated(Assertion),
    /// `console.log` and its kin.
    ConsoleLogged {
        /// `log`, `info`, `warn`, `error`, `debug`, `clear`.
        level: String,
        /// Arguments as newman's terminal shows them, joined by `, `.
        text: String,
    },
    /// An error that no script waits for: thrown in a timer or callback, or an unhandled rejection.
    ExceptionRaised(ScriptError),
    /// `setNextRequest` was called.
    NextRequestSet(Option<String>),
    /// Something a green run should not hide.
    Warned(Warning),
}

/// How the run ended.
#[derive(Debug, Clone, Default)]
pub struct RunEnd {
    /// Environment at the end in export form: `{id, name, values: […]}`.
    pub environment: Arc<Value>,
    /// Globals at the end in export form.
    pub globals: Arc<Value>,
    /// Why the run could not go on, where it could not: run timeout, interruption, `--bail folder`.
    pub error: Option<String>,
    /// Ended by a signal.
    pub interrupted: bool,
}
