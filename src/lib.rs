//! postbud runs Postman collections.
pub mod environment;
pub mod event;
pub mod http;
pub mod policy;
pub mod secret;
pub mod variables;
