//! One request of a step, and what is made of its answer.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use serde_json::Value;

use super::fault::Fault;
use super::session::{Session, Stop};
use crate::altinn::{Explanation, explain_exchange};
use crate::event::{EventKind, Origin, RequestOutcome, Warning};
use crate::http::cookies::CookieJar;
use crate::http::message::{BodyKind, Exchange, Header, RequestSpec, SendError, SendSettings, Timings};
use crate::http::url::WireUrl;

/// Tries of a request that may be repeated.
const TRIES: u32 = 3;

/// Limit of one request.
const LIMIT: Duration = Duration::from_mins(1);

/// A request.
#[derive(Debug, Clone)]
pub(super) struct Call {
    method: &'static str,
    url: String,
    profile: Option<String>,
    body: Option<(String, Bytes)>,
    /// May be sent again after a lost connection or a server error.
    again: bool,
}

impl Call {
    /// A request without a body, of nobody.
    pub(super) fn new(method: &'static str, url: impl Into<String>) -> Self {
        Self { method, url: url.into(), profile: None, body: None, again: method == "GET" }
    }

    /// Of a token profile.
    pub(super) fn of(mut self, profile: &str) -> Self {
        self.profile = Some(profile.to_owned());
        self
    }

    /// May be sent again: it changes nothing.
    pub(super) fn harmless(mut self) -> Self {
        self.again = true;
        self
    }

    /// With JSON.
    pub(super) fn json(self, body: &Value) -> Self {
        self.bytes("application/json", body.to_string().into())
    }

    /// With bytes.
    pub(super) fn bytes(mut self, kind: &str, body: Bytes) -> Self {
        self.body = Some((kind.to_owned(), body));
        self
    }

    /// Method and URL.
    pub(super) fn text(&self) -> String {
        let who = self.profile.as_ref().map_or_else(String::new, |name| format!(" as {name}"));
        format!("{} {}{who}", self.method, self.url)
    }
}

/// An answer.
#[derive(Debug, Clone)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) headers: Vec<Header>,
    pub(super) body: Bytes,
    /// The body's JSON, or null.
    pub(super) json: Value,
    /// What the tables say of it.
    pub(super) explanation: Option<Explanation>,
    /// Method and URL of the request.
    pub(super) called: String,
}

impl Answer {
    /// A member that is text.
    pub(super) fn member(&self, name: &str) -> &str {
        self.json.get(name).and_then(Value::as_str).unwrap_or_default()
    }

    /// Correspondence's error number.
    pub(super) fn error_code(&self) -> Option<u64> {
        self.json.get("errorCode").and_then(Value::as_u64)
    }

    /// Status and code of the error.
    pub(super) fn seen(&self) -> String {
        match self.explanation.as_ref().and_then(|known| known.code.as_deref()) {
            Some(code) => format!("{} with {code}", self.status),
            None => self.status.to_string(),
        }
    }

    /// A fault about this answer: the tables' cause and mend, else the step's own.
    pub(super) fn fault(&self, expected: &str, cause: &str, mend: &str) -> Fault {
        let fault = Fault::new(expected, self.seen()).because(cause, mend).called(self.called.clone());
        fault.explained(self.explanation.as_ref())
    }
}

impl Session<'_> {
    /// Sends a request. One that only reads is sent again after a lost connection or a server error.
    pub(super) async fn call(&mut self, call: Call) -> Result<Answer, Stop> {
        let mut left = if call.again { TRIES } else { 1 };
        let mut pause = Duration::from_millis(300);
        loop {
            left -= 1;
            let spec = self.spec(&call).await?;
            self.emit(EventKind::RequestStarted { origin: if left > 0 { Origin::Replay } else { Origin::Item } });
            let sent = self.send(&spec).await;
            let again = match &sent {
                Ok(exchange) => exchange.response.code >= 500,
                Err(Some(_)) => true,
                Err(None) => false,
            };
            let again = again && left > 0 && !self.interrupted();
            match sent {
                Ok(exchange) => {
                    let answer = self.answered(&call, &exchange, if again { Origin::Replay } else { Origin::Item });
                    if !again {
                        return Ok(answer);
                    }
                }
                Err(error) => {
                    let error = error.unwrap_or_else(|| SendError {
                        message: "interrupted before the answer came".to_owned(),
                        ..SendError::default()
                    });
                    if again {
                        let message = format!("{}: {}; tried again", call.text(), error.message);
                        self.emit(EventKind::Warned(Warning { code: "retried", message }));
                    } else {
                        return Err(self.lost(&call, error));
                    }
                }
            }
            self.sleep(pause).await?;
            pause *= 2;
        }
    }

    /// Sends a request and asserts its status.
    pub(super) async fn expect(
        &mut self,
        name: &str,
        call: Call,
        wanted: &[u16],
        (cause, mend): (&str, &str),
    ) -> Result<Answer, Stop> {
        let answer = self.call(call).await?;
        let words: Vec<String> = wanted.iter().map(ToString::to_string).collect();
        let words = words.join(" or ");
        if wanted.contains(&answer.status) {
            self.pass(&format!("{name}: {words}"));
            return Ok(answer);
        }
        let fault = answer.fault(&words, cause, mend);
        Err(self.fail(&format!("{name}: {words}"), &fault))
    }

    async fn spec(&mut self, call: &Call) -> Result<RequestSpec, Stop> {
        let url = match WireUrl::parse(&call.url, true) {
            Ok(url) => url,
            Err(error) => {
                let fault = Fault::new("an address", error.to_string())
                    .because("the platform's address is not right", "give `platform_url` or `verify: environment:`");
                return Err(self.fail("address", &fault));
            }
        };
        let mut headers = Vec::new();
        if let Some(profile) = &call.profile {
            let token = self.token(profile, false).await?;
            headers.push(Header::new("Authorization", format!("Bearer {}", token.value.expose())));
        }
        if let Some((kind, _)) = &call.body {
            headers.push(Header::new("Content-Type", kind.clone()));
        }
        // Downloads and policies are no JSON.
        headers.push(Header::system("Accept", "*/*"));
        headers.push(Header::system("User-Agent", self.user_agent.clone()));
        headers.push(Header::system("Host", url.authority()));
        headers.push(Header::system("Accept-Encoding", "gzip, deflate, br"));
        headers.push(Header::system("Connection", "keep-alive"));
        Ok(RequestSpec {
            method: call.method.to_owned(),
            url,
            headers,
            body: call.body.as_ref().map(|(_, bytes)| bytes.clone()),
            body_kind: if call.body.is_some() { BodyKind::Raw } else { BodyKind::None },
            content_type: None,
            settings: SendSettings {
                cookies: false,
                // A redirect of these services is a login page.
                follow_redirects: false,
                timeout: Some(LIMIT),
                ..SendSettings::default()
            },
        })
    }

    /// The answer; `Err(None)`: a signal came first.
    async fn send(&mut self, spec: &RequestSpec) -> Result<Exchange, Option<SendError>> {
        let client = std::rc::Rc::clone(&self.client);
        let jar = CookieJar::new();
        tokio::select! {
            answer = client.send(spec, &jar) => answer.map_err(Some),
            () = self.stopped() => Err(None),
        }
    }

    fn answered(&mut self, call: &Call, exchange: &Exchange, origin: Origin) -> Answer {
        let explanation = explain_exchange(&exchange.request, &exchange.response, self.now());
        self.emit(EventKind::RequestFinished(Arc::new(RequestOutcome {
            origin,
            request: Some(Arc::clone(&exchange.request)),
            body: None,
            auth: None,
            result: Ok(Arc::clone(&exchange.response)),
            timings: exchange.timings,
            substitutions: Vec::new(),
            explanation: explanation.as_ref().map(ToString::to_string),
        })));
        let response = &exchange.response;
        Answer {
            status: response.code,
            headers: response.headers.clone(),
            body: response.body.clone(),
            json: serde_json::from_slice(&response.body).unwrap_or_default(),
            explanation,
            called: call.text(),
        }
    }

    fn lost(&mut self, call: &Call, error: SendError) -> Stop {
        let interrupted = self.interrupted();
        if !interrupted {
            let fault = Fault::new("an answer", error.message.clone()).called(call.text()).because(
                "the service could not be reached",
                error.hint.clone().unwrap_or_else(|| "look at network, proxy and firewall".to_owned()),
            );
            self.note(&fault.text());
        }
        self.emit(EventKind::RequestFinished(Arc::new(RequestOutcome {
            origin: if interrupted { Origin::Token } else { Origin::Item },
            request: error.request.clone(),
            body: None,
            auth: None,
            result: Err(Arc::new(error)),
            timings: Timings::default(),
            substitutions: Vec::new(),
            explanation: None,
        })));
        if interrupted { Stop::Interrupted } else { Stop::Unreachable(None) }
    }
}
