//! `retry:` of `postbud.yaml`: a request is sent again where that may help.

use std::time::Duration;

use crate::config::Retry;
use crate::http::message::{Exchange, SendError, header};

/// Longest pause that a `Retry-After` is honoured with.
const LONGEST: Duration = Duration::from_mins(1);

/// The tries of one request.
pub(super) struct Retries<'a> {
    retry: Option<&'a Retry>,
    left: u64,
    pause: Duration,
}

impl<'a> Retries<'a> {
    /// The first try is about to be made.
    pub(super) fn begin(retry: Option<&'a Retry>, path: &str, method: &str) -> Self {
        let retry = retry.filter(|retry| retry.covers(path, method));
        Self {
            retry,
            left: retry.map_or(0, |retry| retry.times),
            pause: retry.map_or(Duration::ZERO, |retry| retry.every),
        }
    }

    /// The pause before another try, and what it is made for; `None`: this answer is the last.
    pub(super) fn again(&mut self, answer: Result<&Exchange, &SendError>) -> Option<(Duration, String)> {
        let retry = self.retry.filter(|_| self.left > 0)?;
        let (why, asked) = match answer {
            Ok(exchange) if retry.status.holds(exchange.response.code) => {
                let asked = header(&exchange.response.headers, "retry-after").and_then(|text| text.trim().parse().ok());
                (format!("{} {}", exchange.response.code, exchange.response.reason), asked.map(Duration::from_secs))
            }
            Err(error) if error.is_passing() => (error.message.clone(), None),
            _ => return None,
        };
        let pause = asked.unwrap_or(self.pause).min(LONGEST);
        self.left -= 1;
        self.pause = self.pause.saturating_mul(2);
        Some((pause, why))
    }
}
