//! OAuth 2.0 tokens that authorizations ask for: fetched before the first request that needs one, kept for the run.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;
use std::sync::Arc;

use super::run::Runner;
use super::transport::ClientTransport;
use crate::altinn::Claims;
use crate::auth::{GrantedToken, SignContext, TokenRequest, refresh_request, token_key, token_request};
use crate::collection::{AuthSpec, Request};
use crate::event::EventKind;
use crate::http::message::{Header, SendError};
use crate::secret::SecretString;
use crate::token::{TokenHttpError, TokenHttpRequest, TokenTransport};

/// Seconds before its expiry at which a token is fetched anew.
const MARGIN: u64 = 10;

/// Tokens of a run by the settings they were asked with.
#[derive(Debug, Default)]
pub(super) struct OAuth2Tokens {
    kept: HashMap<String, Kept>,
    /// What was warned about.
    told: HashSet<String>,
}

#[derive(Debug, Clone)]
enum Kept {
    /// A token, and the second at which it expires.
    Token(GrantedToken, Option<u64>),
    /// The endpoint said no, and would again: asking on may lock an account.
    Refused(SendError),
}

impl Runner<'_> {
    /// Puts a token into an OAuth 2.0 authorization that has none but says how to get one.
    ///
    /// # Errors
    /// Why none was granted; the request is not to be sent then.
    pub(super) async fn fill_oauth2(&mut self, request: &mut Request) -> Result<(), SendError> {
        if !self.options.fetch_tokens {
            return Ok(());
        }
        let Some(auth) = &mut request.auth else { return Ok(()) };
        let Some(key) = token_key(auth) else { return Ok(()) };
        let granted = match self.kept(&key) {
            Some(Kept::Token(granted, _)) => granted,
            Some(Kept::Refused(error)) => return Err(error),
            None => match self.grant(&key, auth).await? {
                Some(granted) => granted,
                None => return Ok(()),
            },
        };
        auth.params.insert("accessToken".to_owned(), granted.access_token.expose().into());
        Ok(())
    }

    /// What is kept for these settings and still good.
    fn kept(&self, key: &str) -> Option<Kept> {
        let kept = self.oauth2.kept.get(key)?;
        match kept {
            Kept::Token(_, Some(expires)) if *expires <= super::tokens::now().saturating_add(MARGIN) => None,
            _ => Some(kept.clone()),
        }
    }

    /// Asks for a token, with the refresh token of the last one where there is one.
    async fn grant(&mut self, key: &str, auth: &AuthSpec) -> Result<Option<GrantedToken>, SendError> {
        let context = SignContext::system();
        let asked = match token_request(auth, &context) {
            Ok(Some(asked)) => asked,
            Ok(None) => return Ok(None),
            Err(reason) => {
                if self.oauth2.told.insert(reason.clone()) {
                    self.warn("no-token", format!("{reason}. The request is sent without a token"));
                }
                return Ok(None);
            }
        };
        let renewing = match self.oauth2.kept.remove(key) {
            Some(Kept::Token(last, _)) => last.refresh_token,
            _ => None,
        };
        if let Some(refresh) = &renewing
            && let Ok(renewal) = refresh_request(auth, refresh, &context)
            && let Ok(granted) = self.ask(key, &renewal, renewing.as_ref()).await
        {
            return Ok(Some(granted));
        }
        if self.stop.reason().is_some() {
            return Ok(None);
        }
        self.ask(key, &asked, None).await.map(Some)
    }

    /// Sends a request for a token and keeps what comes of it.
    async fn ask(
        &mut self,
        key: &str,
        asked: &TokenRequest,
        renewing: Option<&SecretString>,
    ) -> Result<GrantedToken, SendError> {
        let (code, body) = self.post_form(asked).await?;
        match GrantedToken::read(code, &body) {
            Ok(mut granted) => {
                self.input.redactor.add(granted.access_token.expose());
                if let Some(refresh) = &granted.refresh_token {
                    self.input.redactor.add(refresh.expose());
                } else {
                    // Without a new one the old one stays good.
                    granted.refresh_token = renewing.cloned();
                }
                let expires = granted
                    .expires_in
                    .map(|seconds| super::tokens::now().saturating_add(seconds))
                    .or_else(|| Claims::decode(granted.access_token.expose())?.seconds("exp"));
                self.oauth2.kept.insert(key.to_owned(), Kept::Token(granted.clone(), expires));
                Ok(granted)
            }
            Err(refusal) => {
                let error = SendError {
                    message: format!("no OAuth 2.0 token from {}: {refusal}", asked.place()),
                    hint: refusal.help.map(str::to_owned),
                    ..SendError::default()
                };
                if renewing.is_none() && !refusal.may_pass() {
                    self.oauth2.kept.insert(key.to_owned(), Kept::Refused(error.clone()));
                }
                Err(error)
            }
        }
    }

    /// Sends a form through the run's client and reports it; status and body of the answer.
    async fn post_form(&mut self, asked: &TokenRequest) -> Result<(u16, Vec<u8>), SendError> {
        let mut headers = vec![
            Header::system("Content-Type", "application/x-www-form-urlencoded"),
            Header::system("Accept", "application/json"),
        ];
        for (name, value) in &asked.headers {
            headers.retain(|header| !header.is(name));
            headers.push(Header::new(name, value.expose()));
        }
        let request = TokenHttpRequest {
            method: "POST",
            url: asked.url.clone(),
            headers,
            body: Some(asked.body()),
            profile: String::new(),
            purpose: "OAuth 2.0",
        };
        let settings = self.options.settings.clone();
        let mut transport = ClientTransport::new(Rc::clone(&self.client), settings, self.options.user_agent.clone());
        let answer = self.stop.guard(transport.fetch(request)).await;
        for outcome in transport.outcomes {
            self.emit(EventKind::RequestFinished(Arc::new(outcome)));
        }
        match answer {
            Ok(Ok(response)) => Ok((response.status, response.body)),
            Ok(Err(error)) => Err(unreachable(asked, error)),
            Err(reason) => {
                self.stopped = Some(reason);
                Err(SendError { message: "the run was ended before the token came".to_owned(), ..SendError::default() })
            }
        }
    }
}

/// No answer came.
fn unreachable(asked: &TokenRequest, error: TokenHttpError) -> SendError {
    SendError {
        message: format!("no OAuth 2.0 token from {}: {}", asked.place(), error.message),
        hint: error.hint.or_else(|| Some("look at `accessTokenUrl`".to_owned())),
        ..SendError::default()
    }
}
