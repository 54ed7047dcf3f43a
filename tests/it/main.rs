//! What a user sees: the binary is run, against servers that the tests start on loopback.

mod adapted;
mod altinn;
mod auth_servers;
mod check;
mod commands;
mod convert;
mod error_rows;
mod grant;
mod harness;
mod hostile;
mod http2;
mod inputs;
mod layering;
mod oauth2;
mod options;
mod postman_api;
mod proxies;
mod published;
mod run;
mod sandbox_cases;
mod selection;
mod substitution;
mod tls;
mod verdict;
mod verify;
mod wire;
