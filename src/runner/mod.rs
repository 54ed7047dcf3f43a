//! The pipeline: items in order, their scripts, requests and assertions, as a stream of events.
//!
//! The runner does not know that reports exist: it is given an [`EventSink`]. A failed assertion or request is an event;
//! what [`Runner::run`] returns says how the run ended.

mod effects;
mod expected;
mod flow;
mod host;
mod item;
mod oauth2;
mod options;
mod response;
mod retry;
mod run;
mod scripts;
mod send;
mod state;
mod stop;
mod tokens;
mod transport;
mod vault;

pub use expected::Expected;
pub use flow::plan_flow;
pub use options::{Bail, RunInput, RunOptions};
pub use run::{Finished, Runner};
pub use stop::{Stop, StopReason};
pub use tokens::RunTokens;
pub use transport::ClientTransport;
pub use vault::Vault;

use crate::event::Event;

/// Where the runner's events go.
pub trait EventSink {
    /// Takes one event; called in order.
    fn emit(&mut self, event: Event);
}
