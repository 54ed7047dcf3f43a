//! Effects that scripts started: timers in order, requests side by side.

use std::collections::VecDeque;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::future::LocalBoxFuture;
use futures_util::stream::FuturesUnordered;
use serde_json::{Value, json};
use tokio::time::Instant;

use super::response::jar_cookie;
use crate::event::EventKind;
use crate::http::cookie::Cookie;
use crate::http::cookies::{CookieFilter, CookieJar};
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

/// A timer that is due so soon is taken before a response that is there already: newman needs longer for any request, and
/// scripts see the order.
const TIMERS_FIRST: Duration = Duration::from_millis(2);

/// The effects of one script.
#[derive(Default)]
pub(super) struct Effects {
    ready: VecDeque<Settled>,
    timers: Vec<(Instant, u32)>,
    requests: FuturesUnordered<LocalBoxFuture<'static, Settled>>,
    /// Responses that wait for timers, each with the last timer that it waits for.
    late: VecDeque<(u32, Settled)>,
}

impl Effects {
    /// An effect that is over at once.
    pub(super) fn ready(&mut self, id: u32, value: Value) {
        self.ready.push_back(Settled { id, value, events: Vec::new() });
    }

    /// A timer; immediate ones are due before every other.
    pub(super) fn timer(&mut self, id: u32, wait: Duration, immediate: bool) {
        if immediate {
            self.ready(id, json!({}));
            return;
        }
        self.timers.push((Instant::now() + wait, id));
    }

    /// A timer that need not fire.
    pub(super) fn cancel(&mut self, id: u32) {
        self.timers.retain(|(_, timer)| *timer != id);
        self.ready.retain(|settled| settled.id != id);
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
        if let Some((last, settled)) = self.late.pop_front() {
            let Some((at, id)) = self.soon(last) else { return Some(settled) };
            self.late.push_front((last, settled));
            tokio::time::sleep_until(at).await;
            return Some(self.fired(id));
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
            Ok(settled) => {
                let settled = settled?;
                // Timers of later turns must not hold it back for ever.
                let last = self.timers.iter().map(|(_, id)| *id).max().unwrap_or_default();
                let Some((at, id)) = self.soon(last) else { return Some(settled) };
                self.late.push_back((last, settled));
                tokio::time::sleep_until(at).await;
                Some(self.fired(id))
            }
            Err(id) => Some(self.fired(id)),
        }
    }

    /// The first timer, if it is due soon and was started no later than that one.
    fn soon(&self, last: u32) -> Option<(Instant, u32)> {
        let soon = Instant::now() + TIMERS_FIRST;
        self.timers.iter().filter(|(at, id)| *at <= soon && *id <= last).min().copied()
    }

    /// A timer fires.
    fn fired(&mut self, id: u32) -> Settled {
        self.cancel(id);
        Settled { id, value: json!({}), events: Vec::new() }
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
            json!({"value": found.as_ref().map(jar_cookie)})
        }
        HostCallKind::CookieGetAll => {
            let filter = CookieFilter {
                without_http_only: call.arguments.get("http").and_then(Value::as_bool) == Some(false),
                secure: call.arguments.get("secure").and_then(Value::as_bool),
            };
            let all: Vec<Value> = jar.cookies_with(&url, filter).iter().map(jar_cookie).collect();
            json!({"value": all})
        }
        HostCallKind::CookieSet => {
            let stored = match call.arguments.get("cookie") {
                Some(cookie) => jar.set_cookie(&url, cookie_of(cookie)),
                None => jar.set(&url, argument("text")),
            };
            match stored {
                Ok(cookie) => json!({"value": cookie.as_ref().map(jar_cookie)}),
                Err(error) => json!({"error": {"name": "Error", "message": error.to_string()}}),
            }
        }
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

/// A cookie from the JSON of `pm.cookies.jar().set`.
fn cookie_of(value: &Value) -> Cookie {
    let text = |key: &str| value.get(key).and_then(Value::as_str).map(str::to_owned);
    let flag = |key: &str| value.get(key).is_some_and(crate::variables::truthy);
    let path = text("path").filter(|path| path.starts_with('/'));
    Cookie {
        key: text("name").or_else(|| text("key")).unwrap_or_default(),
        value: text("value").unwrap_or_default(),
        domain: text("domain").unwrap_or_default().trim_start_matches('.').to_owned(),
        path_is_default: path.is_none(),
        path: path.unwrap_or_default(),
        secure: flag("secure"),
        http_only: flag("httpOnly"),
        max_age: value.get("maxAge").and_then(Value::as_i64),
        same_site: text("sameSite"),
        expires: text("expires")
            .and_then(|text| text.parse::<jiff::Timestamp>().ok())
            .map(jiff::Timestamp::as_millisecond),
        ..Cookie::default()
    }
}
