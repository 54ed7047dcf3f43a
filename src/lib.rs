//! postbud runs Postman collections.
//!
//! ```text
//! collection ─┐                       per iteration, per planned item (runner/item.rs)
//! environment ┼─ load ─ plan ─┐  ┌──────────────────────────────────────────────────────────┐
//! data file ──┘               └─▶│ scopes ▸ prerequest scripts ▸ substitute {{…}} ▸ build ▸ │
//!                                │ token + sign ▸ send (redirect, replay) ▸ test scripts ▸  │
//!                                │ expectations ▸ next item (setNextRequest, bail)          │
//!                                └───────────────┬──────────────────────────────────────────┘
//!                                      Event (plain data, in order)
//!                                                ▼
//!                             report fan-out (redacts) ─▶ cli │ json │ junit │ …
//! ```
//!
//! Modules depend one way; `CONTRIBUTING.md` has the table and a test keeps it.

pub mod altinn;
pub mod auth;
pub mod check;
pub mod cli;
pub mod collection;
pub mod config;
pub mod convert;
pub mod diagnostic;
pub mod emulator;
pub mod environment;
pub mod event;
pub mod expect;
pub mod http;
pub mod plan;
pub mod policy;
pub mod report;
pub mod request;
pub mod runner;
pub mod script;
pub mod secret;
pub mod token;
pub mod variables;
pub mod verify;
mod yaml;
