//! postbud runs Postman collections.
pub mod collection;
pub mod diagnostic;
pub mod environment;
pub mod event;
pub mod http;
pub mod plan;
pub mod script;
pub mod secret;
pub mod variables;
