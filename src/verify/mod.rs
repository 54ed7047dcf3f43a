//! Verifies a set-up of Altinn Correspondence, step by step: configuration, clock, key, Maskinporten, exchange, resource and
//! policy, then a real correspondence that is sent, read, confirmed and purged.
//!
//! Every step is an item of an ordinary run: what was called and what was found are [`crate::event`]s, so that all reports
//! work as for a collection. A step whose ground failed is skipped and names the step that blocks it.
//!
//! ```text
//! Setup ─▶ session (order, what blocks what, events) ─▶ steps ─▶ call (one request) ─▶ events
//! ```

mod attachment;
mod call;
mod cleanup;
mod configuration;
mod correspondence;
mod events;
mod fault;
mod maskinporten;
mod published;
mod recipient;
mod resource;
mod session;
mod setup;
mod step;

use std::collections::HashMap;
use std::rc::Rc;

use tokio::sync::watch;

use crate::http::client::Client;
use crate::runner::EventSink;
use crate::secret::Redactor;

pub use published::PublishedRun;
pub use setup::{ProfileNames, Setup};

/// What verifying may use of the process.
pub struct Means<'a> {
    /// Sends requests.
    pub client: Rc<Client>,
    /// Learns every token.
    pub redactor: Redactor,
    /// Environment variables of the process, for profiles that name them.
    pub environment: HashMap<String, String>,
    /// Number of the signal that asks to stop.
    pub stop: watch::Receiver<Option<i32>>,
    /// Seconds since 1970.
    pub now: &'a dyn Fn() -> u64,
    /// The published collection of the last step.
    pub published: Option<&'a mut dyn PublishedRun>,
    /// Where what happens is told.
    pub events: &'a mut dyn EventSink,
}

/// Goes through all steps. What came of them is told as events; it ends early, cleaning up, when a signal arrives.
pub async fn verify<'a>(setup: &'a Setup, means: Means<'a>) {
    session::Session::new(setup, means).run().await;
}

/// Prefix of the `sendersReference` of every correspondence that a verification sends.
pub const REFERENCE: &str = "postbud-verify-";
