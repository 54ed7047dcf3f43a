//! postbud runs Postman collections.
pub mod collection;
pub mod diagnostic;
pub mod event;
pub mod http;
pub mod secret;
pub mod variables;
