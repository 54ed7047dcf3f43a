//! postbud runs Postman collections.
pub mod altinn;
pub mod collection;
pub mod config;
pub mod diagnostic;
pub mod environment;
pub mod event;
pub mod expect;
pub mod http;
pub mod plan;
pub mod script;
pub mod secret;
pub mod token;
pub mod variables;
