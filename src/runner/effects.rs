//! Effects that scripts started: timers in order, requests side by side.

use std::collections::VecDeque;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::future::LocalBoxFuture;
use futures_util::stream::FuturesUnordered;
use serde_json::{Value, json};
use tokio::time::Instant;

use super::response::cookie_value;
use crate::event::EventKind;
use crate::http::cookies::CookieJar;
use crate::http::url::WireUrl;
use crate::script::{HostCall, HostCallKind};

/// An effect that is over.
pub(super) struct Settled {
    pub(super) id: u32,
    /// `{value}`, `{error}`, … as the contract with the sandbox says.
    pub(super) value: Value,
    /// What reports are told about it.
    pub(super) events: Vec<EventKind>,
}

/// The effects of one script.
#[derive(Default)]
pub(super) struct Effects {
    ready: VecDeque<Settled>,
    timers: Vec<(Instant, u32)>,
    requests: FuturesUnordered<LocalBoxFuture<'static, Settled>>,
}

impl Effects {
    /// An effect that is over at once.
    pub(super) fn ready(&mut self, id: u32, value: Value) {
        self.ready.push_back(Settled { id, value, events: Vec::new() });
    }

    /// A timer.
    pub(super) fn timer(&mut self, id: u32, wait: Duration) {
        self.timers.push((Instant::now() + wait, id));
    }

    /// A timer that need not fire.
    pub(super) fn cancel(&mut self, id: u32) {
        self.timers.retain(|(_, timer)| *timer != id);
    }

    /// A request.
    pub(super) fn request(&mut self, id: u32, send: LocalBoxFuture<'static, (Value, Vec<EventKind>)>) {
        self.requests.push(Box::pin(async move {
            let (value, events) = send.await;
            Settled { id, value, events }
        }));
    }

    /// Waits for the next effect to be over; `None` when nothing is pending.
    pub(super) async fn next(&mut self) -> Option<Settled> {
        if let Some(settled) = self.ready.pop_front() {
            return Some(settled);
        }
        let first = self.timers.iter().min().copied();
        let timer = async {
            match first {
                Some((at, id)) => {
                    tokio::time::sleep_until(at).await;
                    id
                }
                None => std::future::pending().await,
            }
        };
        if first.is_none() && self.requests.is_empty() {
            return None;
        }
        let fired = if self.requests.is_empty() {
            Err(timer.await)
        } else {
            tokio::select! {
                biased;
                settled = self.requests.next() => Ok(settled),
                id = timer => Err(id),
            }
        };
        match fired {
            Ok(settled) => settled,
            Err(id) => {
                self.cancel(id);
                Some(Settled { id, value: json!({}), events: Vec::new() })
            }
        }
    }
}

/// Performs a call on the cookie jar.
pub(super) fn cookie_call(jar: &CookieJar, call: &HostCall) -> Value {
    let argument = |key: &str| call.arguments.get(key).and_then(Value::as_str).unwrap_or_default();
    let url = match WireUrl::parse(argument("url"), true) {
        Ok(url) => url,
        Err(error) => return json!({"error": {"name": "Error", "message": error.to_string()}}),
    };
    match call.kind {
        HostCallKind::CookieGet => {
            let found = jar.get(&url, argument("name"));
            json!({"value": found.as_ref().map(cookie_value)})
        }
        HostCallKind::CookieGetAll => {
            let http = call.arguments.get("http").and_then(Value::as_bool).unwrap_or(true);
            let secure = call.arguments.get("secure").and_then(Value::as_bool);
            let all: Vec<Value> = jar
                .cookies_for(&url)
                .iter()
                .filter(|c| (http || !c.http_only) && (secure != Some(false) || !c.secure))
                .map(cookie_value)
                .collect();
            json!({"value": all})
        }
        HostCallKind::CookieSet => match jar.set(&url, argument("cookie")) {
            Ok(cookie) => json!({"value": cookie_value(&cookie)}),
            Err(message) => json!({"error": {"name": "Error", "message": message.to_string()}}),
        },
        HostCallKind::CookieUnset => {
            jar.unset(&url, argument("name"));
            json!({"value": null})
        }
        _ => {
            jar.clear(&url);
            json!({"value": null})
        }
    }
}
