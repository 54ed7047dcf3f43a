//! The sandbox: one JavaScript realm a run, in which the collection's scripts run one after the other.
//!
//! It is synchronous: [`Sandbox::start`] and [`Sandbox::settle`] run script code until it waits, and hand back what it waits
//! for as [`HostCall`]s; the runner performs those and settles them. JavaScript owns the shape of `pm.*` (`js/`), Rust owns
//! effects; `js/CONTRACT.md` says what crosses between them.

mod builtins;
mod ciphers;
mod engine;
mod host;
mod job;
mod native;
mod sandbox;
mod subtle;
mod syntax;

pub use job::{
    ConsoleStyle, HostCall, HostCallKind, Outcome, SandboxEvent, ScopeChange, ScopeChanges, ScriptHost, ScriptJob, Step,
};
pub use sandbox::{Limits, Sandbox, SandboxError, scope_changes};
pub use syntax::{SyntaxChecker, SyntaxProblem};
