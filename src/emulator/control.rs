//! What a test asks of the emulator itself: its business clock, and what it decided. On `/postbud` of the plain port.

use std::time::Duration;

use axum::http::{Method, StatusCode};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::decisions::Decision;
use super::message::{Call, Reply, no_such_path, wrong_method};
use super::world::World;

/// Answers a call to `/postbud`.
pub(super) fn serve(world: &mut World, call: &Call, log: impl Fn() -> Vec<Decision>) -> Reply {
    let segments: Vec<&str> = call.segments.iter().map(String::as_str).collect();
    match (segments.as_slice(), &call.method) {
        (["postbud", "clock"], &Method::GET) => clock(world),
        (["postbud", "clock"], &Method::POST) => advance(world, call),
        (["postbud", "log"], &Method::GET) => Reply::ok(&serde_json::to_value(log()).unwrap_or_default()),
        (["postbud", "clock"], _) => wrong_method("GET, POST"),
        (["postbud", "log"], _) => wrong_method("GET"),
        _ => no_such_path(),
    }
}

fn clock(world: &World) -> Reply {
    Reply::ok(&json!({"business": world.clock.business().to_string(), "real": Timestamp::now().to_string()}))
}

/// `{"advance": SECONDS}`: what becomes due meanwhile is published, scanned, confirmed.
fn advance(world: &mut World, call: &Call) -> Reply {
    let body: Value = serde_json::from_slice(&call.body).unwrap_or_default();
    let seconds = body.get("advance").and_then(Value::as_f64);
    let Some(by) = seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok()) else {
        let text = "Send {\"advance\": SECONDS}, a number from 0";
        return Reply::text(StatusCode::BAD_REQUEST, text).because("clock: no number of seconds");
    };
    world.clock.advance(by);
    clock(world)
}
