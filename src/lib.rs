//! postbud runs Postman collections.
pub mod event;
pub mod http;
pub mod secret;
