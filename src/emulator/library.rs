//! The signing library that published collections fetch and evaluate: our own, with the one function they call.

use axum::http::{Method, StatusCode};

use super::message::{Call, Reply, no_such_path, wrong_method};

/// The library's text.
const BUNDLE: &str = include_str!("library.js");

/// Answers a call to the library's host.
pub(super) fn serve(call: &Call) -> Reply {
    let segments: Vec<&str> = call.segments.iter().map(String::as_str).collect();
    match (segments.as_slice(), &call.method) {
        (["postman-util-lib", "dist", "bundle.js"], &Method::GET) => {
            Reply::bytes(StatusCode::OK, "application/javascript; charset=utf-8", BUNDLE)
        }
        (["postman-util-lib", "dist", "bundle.js"], _) => wrong_method("GET"),
        _ => no_such_path(),
    }
}
