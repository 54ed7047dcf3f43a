//! What goes into the sandbox and what comes out of it, as plain data.

use serde_json::Value;

use crate::event::{Assertion, Phase, ScriptError};

/// A script to run.
#[derive(Debug, Clone)]
pub struct ScriptJob<'a> {
    /// Before the request or after the response.
    pub phase: Phase,
    /// Its text.
    pub source: &'a str,
    /// Iteration, from 0.
    pub iteration: u32,
    /// Iterations of the run.
    pub iteration_count: u32,
    /// Name of the item.
    pub request_name: &'a str,
    /// Id of the item.
    pub request_id: &'a str,
    /// Description of the request.
    pub request_description: Option<&'a str>,
    /// Names from the collection down to the item.
    pub location: Vec<&'a str>,
    /// Name of the script's owner.
    pub owner: &'a str,
    /// The request ended in an error.
    pub failed: bool,
    /// How console texts look.
    pub console: ConsoleStyle,
}

/// How values look that scripts give to `console`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ConsoleStyle {
    /// Columns before objects are broken into lines; `None`: newman's where there is no terminal.
    pub columns: Option<usize>,
    /// With the colours of a terminal.
    pub colors: bool,
}

/// What the current script may read; asked on first touch only. All texts are JSON (see `js/CONTRACT.md`).
pub trait ScriptHost {
    /// Variables of a scope.
    fn scope(&self, name: &str) -> String;
    /// `{id, name}` of a scope.
    fn scope_meta(&self, name: &str) -> String;
    /// The request in v2.1 form.
    fn request(&self) -> String;
    /// Everything of the response but its body; `null` where there is none.
    fn response(&self) -> String;
    /// The response's body as text.
    fn body_text(&self) -> String;
    /// The response's body.
    fn body_bytes(&self) -> Vec<u8>;
    /// Value of a dynamic variable.
    fn dynamic(&self, name: &str) -> Option<String>;
}

/// An effect that a script started and waits for.
#[derive(Debug, Clone)]
pub struct HostCall {
    /// Its number.
    pub id: u32,
    /// What.
    pub kind: HostCallKind,
    /// Arguments, as in the contract.
    pub arguments: Value,
}

/// Kinds of effects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HostCallKind {
    /// `pm.sendRequest`.
    SendRequest,
    /// A timer.
    Timer,
    /// `pm.cookies.jar()`.
    CookieGet,
    /// All cookies for a URL.
    CookieGetAll,
    /// Stores a cookie.
    CookieSet,
    /// Removes a cookie.
    CookieUnset,
    /// Removes a URL's cookies.
    CookieClear,
    /// `pm.vault.get`.
    VaultGet,
    /// `pm.vault.set`.
    VaultSet,
    /// `pm.vault.unset`.
    VaultUnset,
    /// `pm.execution.runRequest`.
    RunRequest,
    /// Something this version does not do; settled with an error that names it.
    Unsupported,
}

impl HostCallKind {
    /// The kind by its name in the contract.
    pub fn parse(name: &str) -> Self {
        match name {
            "sendRequest" => Self::SendRequest,
            "timer" => Self::Timer,
            "cookie.get" => Self::CookieGet,
            "cookie.getAll" => Self::CookieGetAll,
            "cookie.set" => Self::CookieSet,
            "cookie.unset" => Self::CookieUnset,
            "cookie.clear" => Self::CookieClear,
            "vault.get" => Self::VaultGet,
            "vault.set" => Self::VaultSet,
            "vault.unset" => Self::VaultUnset,
            "runRequest" => Self::RunRequest,
            _ => Self::Unsupported,
        }
    }
}

/// Something that happened while a script ran.
#[derive(Debug, Clone)]
pub enum SandboxEvent {
    /// An assertion.
    Assertion(Assertion),
    /// A console call.
    Console {
        /// `log`, `info`, …
        level: String,
        /// As newman's terminal shows the arguments.
        text: String,
    },
    /// An error that nobody waits for.
    Exception(ScriptError),
    /// A promise was rejected and nobody handled it.
    Rejection(ScriptError),
    /// An old name was used: the name, and newman's warning.
    Deprecated {
        /// `responseBody`, `tests`, …
        name: String,
        /// Text of the warning.
        text: String,
    },
    /// A timer was cancelled.
    Cancelled(u32),
}

/// Where a script stands.
#[derive(Debug)]
pub enum Step {
    /// It waits for effects: those newly started are in the list (it may be empty while older ones are pending).
    Waiting(Vec<HostCall>),
    /// It is over.
    Done(Box<Outcome>),
}

/// What a script leaves behind.
#[derive(Debug, Clone, Default)]
pub struct Outcome {
    /// What it threw.
    pub error: Option<ScriptError>,
    /// Changes of the three carried scopes, in order.
    pub changes: Vec<ScopeChanges>,
    /// The whole local layer, where it changed.
    pub variables: Option<Value>,
    /// The request in v2.1 form, where the script touched it.
    pub request: Option<Value>,
    /// `setNextRequest`: called with this.
    pub next_request: Option<Option<String>>,
    /// `skipRequest` was called.
    pub skipped: bool,
    /// Tests whose callback was never called.
    pub unsettled: Vec<String>,
}

/// Changes of one scope.
#[derive(Debug, Clone)]
pub struct ScopeChanges {
    /// `environment`, `globals` or `collectionVariables`.
    pub scope: String,
    /// In order.
    pub changes: Vec<ScopeChange>,
}

/// One change of a scope.
#[derive(Debug, Clone)]
pub enum ScopeChange {
    /// A value was set.
    Set(String, Value),
    /// A variable was removed.
    Unset(String),
    /// All were removed.
    Clear,
}
