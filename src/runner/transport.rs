//! Token requests through the run's own client, so that `--connect-to`, proxies, certificates and reports hold for them too.

use std::rc::Rc;
use std::sync::Arc;

use bytes::Bytes;

use crate::event::{Origin, RequestOutcome};
use crate::http::client::Client;
use crate::http::cookies::CookieJar;
use crate::http::message::{BodyKind, Header, RequestSpec, SendSettings, Timings};
use crate::http::url::WireUrl;
use crate::token::{LocalFuture, TokenHttpError, TokenHttpRequest, TokenHttpResponse, TokenTransport};

/// Sends token requests and keeps what reports are told of them.
pub struct ClientTransport {
    client: Rc<Client>,
    settings: SendSettings,
    user_agent: String,
    /// Requests that were sent since this was last taken.
    pub outcomes: Vec<RequestOutcome>,
}

impl ClientTransport {
    /// A transport over a client.
    pub fn new(client: Rc<Client>, settings: SendSettings, user_agent: String) -> Self {
        Self { client, settings, user_agent, outcomes: Vec::new() }
    }

    fn spec(&self, request: &TokenHttpRequest) -> Result<RequestSpec, TokenHttpError> {
        let url = WireUrl::parse(&request.url, true)
            .map_err(|error| TokenHttpError { message: error.to_string(), ..TokenHttpError::default() })?;
        let mut headers = request.headers.clone();
        let system = [
            ("User-Agent", self.user_agent.clone()),
            ("Accept", "*/*".to_owned()),
            ("Host", url.authority()),
            ("Accept-Encoding", "gzip, deflate, br".to_owned()),
            ("Connection", "keep-alive".to_owned()),
        ];
        for (name, value) in system {
            if !headers.iter().any(|header| header.is(name)) {
                headers.push(Header::system(name, value));
            }
        }
        Ok(RequestSpec {
            method: request.method.to_owned(),
            url,
            headers,
            body: request.body.as_ref().map(|body| Bytes::copy_from_slice(body.expose().as_bytes())),
            body_kind: if request.body.is_some() { BodyKind::Raw } else { BodyKind::None },
            content_type: None,
            settings: SendSettings { cookies: false, ..self.settings.clone() },
        })
    }
}

impl TokenTransport for ClientTransport {
    fn fetch(&mut self, request: TokenHttpRequest) -> LocalFuture<'_, Result<TokenHttpResponse, TokenHttpError>> {
        Box::pin(async move {
            let spec = self.spec(&request)?;
            let answer = self.client.send(&spec, &CookieJar::new()).await;
            let mut outcome = RequestOutcome {
                origin: Origin::Token,
                request: None,
                body: None,
                auth: None,
                result: Err(Arc::default()),
                timings: Timings::default(),
                substitutions: Vec::new(),
                explanation: None,
            };
            match answer {
                Ok(exchange) => {
                    let response = TokenHttpResponse {
                        status: exchange.response.code,
                        headers: exchange.response.headers.clone(),
                        body: exchange.response.body.to_vec(),
                    };
                    outcome.request = Some(exchange.request);
                    outcome.timings = exchange.timings;
                    outcome.result = Ok(exchange.response);
                    self.outcomes.push(outcome);
                    Ok(response)
                }
                Err(error) => {
                    let told = TokenHttpError {
                        message: error.message.clone(),
                        hint: error.hint.clone(),
                        retry: error.is_passing(),
                    };
                    outcome.request.clone_from(&error.request);
                    outcome.result = Err(Arc::new(error));
                    self.outcomes.push(outcome);
                    Err(told)
                }
            }
        })
    }
}
