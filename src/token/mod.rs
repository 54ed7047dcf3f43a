//! Tokens: profiles fetched when first needed, kept for the run, refreshed before they expire, never written to disk.
//!
//! [`Tokens`] is what the runner holds. A provider says how one kind of profile gets its token; adding one is a file with an
//! implementation of [`TokenProvider`] and a row in [`PROVIDERS`]. Sending is the caller's ([`TokenTransport`]), so that token
//! requests take the same connections, proxies and certificates as all others and are in every report.

mod client_credentials;
mod command;
mod env;
mod error;
mod exchange;
mod key;
mod maskinporten;
pub mod substitute;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use indexmap::IndexMap;

use crate::altinn::Claims;
use crate::config::{Profile, Provider, SecretSource};
use crate::http::message::Header;
use crate::secret::SecretString;

pub use error::{TokenError, TokenStep};
pub use key::{KeyInfo, SOON, SigningKey, load as load_key};
pub use maskinporten::{Grant, grant};

/// A future that need not cross threads.
pub type LocalFuture<'a, T> = Pin<Box<dyn Future<Output = T> + 'a>>;

/// Seconds before its expiry at which a token is fetched anew.
const MARGIN: u64 = 10;

/// Tries of one token request.
const TRIES: u32 = 3;

/// A request for a token, to be sent by the caller.
#[derive(Clone)]
pub struct TokenHttpRequest {
    /// `GET` or `POST`.
    pub method: &'static str,
    /// Where to.
    pub url: String,
    /// Headers; those of authorization are secret.
    pub headers: Vec<Header>,
    /// Body; secret.
    pub body: Option<SecretString>,
    /// Profile it is for.
    pub profile: String,
    /// What it does, for reports: `Maskinporten`, `Altinn exchange`, …
    pub purpose: &'static str,
}

impl fmt::Debug for TokenHttpRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenHttpRequest")
            .field("method", &self.method)
            .field("url", &self.url)
            .field("profile", &self.profile)
            .finish_non_exhaustive()
    }
}

/// The answer to a token request.
#[derive(Clone)]
pub struct TokenHttpResponse {
    /// Status.
    pub status: u16,
    /// Headers.
    pub headers: Vec<Header>,
    /// Body; secret.
    pub body: Vec<u8>,
}

impl fmt::Debug for TokenHttpResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenHttpResponse").field("status", &self.status).finish_non_exhaustive()
    }
}

/// Why a token request got no answer.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TokenHttpError {
    /// What happened, with host and port.
    pub message: String,
    /// Likely cause and what to do.
    pub hint: Option<String>,
    /// Another try may succeed (no connection, a time-out).
    pub retry: bool,
}

/// Sends token requests.
pub trait TokenTransport {
    /// Sends a request once.
    fn fetch(&mut self, request: TokenHttpRequest) -> LocalFuture<'_, Result<TokenHttpResponse, TokenHttpError>>;

    /// Waits before another try.
    fn pause(&mut self, time: Duration) -> LocalFuture<'_, ()> {
        Box::pin(tokio::time::sleep(time))
    }
}

/// What a provider may use of the run.
pub struct TokenContext<'a> {
    /// Sends requests.
    pub http: &'a mut dyn TokenTransport,
    /// Environment variables of the process.
    pub env: &'a dyn Fn(&str) -> Option<String>,
    /// Variables of the run, as text.
    pub variable: &'a dyn Fn(&str) -> Option<String>,
    /// Seconds since 1970.
    pub now: &'a dyn Fn() -> u64,
}

/// A token.
#[derive(Debug, Clone)]
pub struct Token {
    /// Profile it is of.
    pub profile: String,
    /// The token itself.
    pub value: SecretString,
    /// Scopes it was asked for, or has.
    pub scopes: Vec<String>,
    /// Seconds since 1970 at which it expires.
    pub expires_at: Option<u64>,
    /// Seconds it was good for when it was fetched.
    pub expires_in: Option<u64>,
    /// Its claims, not verified; `None` where it is no JWT.
    pub claims: Option<Claims>,
    /// What to say about the key it was got with: it ends soon.
    pub warning: Option<String>,
}

impl Token {
    /// A token with the expiry that its answer or else its claims say.
    pub(crate) fn new(
        profile: &str,
        value: SecretString,
        scopes: Vec<String>,
        expires_in: Option<u64>,
        now: u64,
    ) -> Self {
        let claims = Claims::decode(value.expose());
        let from_claims = claims.as_ref().and_then(|claims| claims.seconds("exp"));
        let expires_at = expires_in.map(|seconds| now.saturating_add(seconds)).or(from_claims);
        Self {
            profile: profile.to_owned(),
            value,
            scopes,
            expires_at,
            expires_in: expires_in.or_else(|| from_claims.map(|exp| exp.saturating_sub(now))),
            claims,
            warning: None,
        }
    }

    /// Whether it can still be used.
    pub fn fresh(&self, now: u64) -> bool {
        self.expires_at.is_none_or(|at| at > now.saturating_add(MARGIN))
    }
}

/// Which token of a profile.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Want {
    /// Scopes to ask for instead of the profile's.
    pub scopes: Option<Vec<String>>,
    /// The token before its exchange.
    pub raw: bool,
}

/// Gets the tokens of one kind of profile.
pub trait TokenProvider: Sync {
    /// Gets a new token; `scopes` are those to ask for.
    fn fetch<'a>(
        &'a self,
        profile: &'a Profile,
        scopes: &'a [String],
        cx: &'a mut TokenContext<'_>,
    ) -> LocalFuture<'a, Result<Token, TokenError>>;

    /// Whether the scopes asked for can be chosen.
    fn chooses_scopes(&self) -> bool {
        false
    }
}

/// A row of [`PROVIDERS`].
pub struct ProviderRow {
    /// Name in `postbud.yaml`.
    pub name: &'static str,
    /// What it is, in a line.
    pub help: &'static str,
    /// The provider.
    pub provider: &'static dyn TokenProvider,
}

/// All providers.
pub static PROVIDERS: &[ProviderRow] = &[
    ProviderRow {
        name: "maskinporten",
        help: "a JWT grant at Maskinporten, with an exchange at Altinn where asked for",
        provider: &maskinporten::MaskinportenProvider,
    },
    ProviderRow {
        name: "oauth2-client-credentials",
        help: "the client credentials grant of OAuth 2",
        provider: &client_credentials::ClientCredentialsProvider,
    },
    ProviderRow { name: "command", help: "a program that prints a token", provider: &command::CommandProvider },
    ProviderRow { name: "env", help: "an environment variable", provider: &env::EnvProvider },
];

/// The provider of a profile.
fn provider(provider: &Provider) -> Option<&'static dyn TokenProvider> {
    PROVIDERS.iter().find(|row| row.name == provider.name()).map(|row| row.provider)
}

/// The profiles of a run and their tokens.
#[derive(Debug, Default)]
pub struct Tokens {
    profiles: IndexMap<String, Profile>,
    cache: HashMap<(String, Want), Token>,
    seen: Vec<SecretString>,
    warnings: Vec<String>,
}

impl Tokens {
    /// No token is fetched yet.
    pub fn new(profiles: IndexMap<String, Profile>) -> Self {
        Self { profiles, ..Self::default() }
    }

    /// The profiles.
    pub fn profiles(&self) -> &IndexMap<String, Profile> {
        &self.profiles
    }

    /// Every token fetched so far, for redaction.
    pub fn secrets(&self) -> &[SecretString] {
        &self.seen
    }

    /// What is to be said about keys, once each.
    pub fn take_warnings(&mut self) -> Vec<String> {
        std::mem::take(&mut self.warnings)
    }

    /// The profile and scopes of a token that was fetched here.
    pub fn origin(&self, token: &str) -> Option<(&str, &[String])> {
        self.cache
            .values()
            .find(|known| known.value.expose() == token)
            .map(|known| (known.profile.as_str(), known.scopes.as_slice()))
    }

    /// A token that is in the cache and fresh.
    pub fn cached(&self, profile: &str, want: &Want, now: u64) -> Option<&Token> {
        self.cache.get(&(profile.to_owned(), want.clone())).filter(|token| token.fresh(now))
    }

    /// A profile's token: from the cache while it is fresh, else fetched.
    ///
    /// # Errors
    /// When the profile does not exist or its token cannot be got; with the step that failed and, where known, cause and mend.
    pub async fn get(&mut self, profile: &str, want: &Want, cx: &mut TokenContext<'_>) -> Result<Token, TokenError> {
        if let Some(token) = self.cached(profile, want, (cx.now)()) {
            return Ok(token.clone());
        }
        let Some(config) = self.profiles.get(profile).cloned() else {
            return Err(TokenError::new(profile, TokenStep::Profile, "there is no such token profile"));
        };
        let Some(provider) = provider(&config.provider) else {
            return Err(TokenError::new(profile, TokenStep::Profile, "its provider is unknown"));
        };
        let scopes = match &want.scopes {
            Some(scopes) if provider.chooses_scopes() => scopes.as_slice(),
            _ => &config.scopes,
        };
        let raw_want = Want { raw: true, scopes: want.scopes.clone() };
        let raw = if let Some(token) = self.cached(profile, &raw_want, (cx.now)()) {
            token.clone()
        } else {
            let token = provider.fetch(&config, scopes, cx).await?;
            self.warnings.extend(token.warning.clone().map(|text| format!("token profile `{profile}`: {text}")));
            self.keep(profile, raw_want, &token);
            token
        };
        let (false, Some(exchange)) = (want.raw, &config.exchange) else {
            if !want.raw {
                self.keep(profile, want.clone(), &raw);
            }
            return Ok(raw);
        };
        let token = exchange::exchange(&config, exchange, &raw, cx).await?;
        self.keep(profile, want.clone(), &token);
        Ok(token)
    }

    fn keep(&mut self, profile: &str, want: Want, token: &Token) {
        if !self.seen.contains(&token.value) {
            self.seen.push(token.value.clone());
        }
        self.cache.insert((profile.to_owned(), want), token.clone());
    }
}

/// Fills in `{{variables}}` of the run.
fn fill(profile: &str, text: &str, cx: &TokenContext<'_>) -> Result<String, TokenError> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find("{{") {
        let Some(end) = rest[start..].find("}}") else { break };
        let name = &rest[start + 2..start + end];
        out.push_str(&rest[..start]);
        let value = (cx.variable)(name)
            .ok_or_else(|| TokenError::new(profile, TokenStep::Profile, format!("the variable `{name}` is not set")))?;
        out.push_str(value.trim());
        rest = &rest[start + end + 2..];
    }
    out.push_str(rest);
    Ok(out.trim().to_owned())
}

/// The text of a secret.
fn secret(profile: &str, what: &str, source: &SecretSource, cx: &TokenContext<'_>) -> Result<SecretString, TokenError> {
    let missing =
        |place: String| TokenError::new(profile, TokenStep::Key, format!("the {what} could not be read: {place}"));
    match source {
        SecretSource::Inline(text) => fill(profile, text.expose(), cx).map(SecretString::new),
        SecretSource::File(path) => std::fs::read_to_string(path)
            .map(SecretString::new)
            .map_err(|error| missing(format!("{}: {error}", path.display()))),
        SecretSource::Env(name) => (cx.env)(name)
            .map(SecretString::new)
            .ok_or_else(|| missing(format!("the environment variable `{name}` is not set"))),
        SecretSource::Variable(name) => (cx.variable)(name)
            .map(SecretString::new)
            .ok_or_else(|| missing(format!("the variable `{name}` is not set"))),
    }
}

/// Sends a token request, again where another try may help: no connection, 5xx, 429.
async fn send(
    request: TokenHttpRequest,
    cx: &mut TokenContext<'_>,
    step: TokenStep,
) -> Result<TokenHttpResponse, TokenError> {
    let mut pause = Duration::from_millis(500);
    let mut tries = 1;
    loop {
        match cx.http.fetch(request.clone()).await {
            Ok(response) if tries < TRIES && (response.status >= 500 || response.status == 429) => {
                pause = retry_after(&response.headers).unwrap_or(pause);
            }
            Ok(response) => return Ok(response),
            Err(error) if error.retry && tries < TRIES => {}
            Err(error) => return Err(TokenError::transport(&request.profile, step, &error)),
        }
        cx.http.pause(pause).await;
        pause *= 2;
        tries += 1;
    }
}

/// `Retry-After` in seconds, at most half a minute.
fn retry_after(headers: &[Header]) -> Option<Duration> {
    let seconds: u64 = crate::http::message::header(headers, "retry-after")?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds.min(30)))
}

/// A form as text: `a=b&c=d`.
fn form(fields: &[(&str, &str)]) -> SecretString {
    use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
    const SET: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
    let text = fields
        .iter()
        .map(|(key, value)| format!("{}={}", utf8_percent_encode(key, SET), utf8_percent_encode(value, SET)))
        .collect::<Vec<_>>()
        .join("&");
    SecretString::new(text)
}

/// `Content-Type` of forms and the `Accept` of token endpoints.
fn form_headers() -> Vec<Header> {
    vec![
        Header::system("Content-Type", "application/x-www-form-urlencoded"),
        Header::system("Accept", "application/json"),
    ]
}

/// Reads a token answer: `access_token`, `expires_in`, `scope`.
fn token_answer(
    profile: &Profile,
    step: TokenStep,
    scopes: &[String],
    response: &TokenHttpResponse,
    now: u64,
) -> Result<Token, TokenError> {
    let body: Option<serde_json::Value> = serde_json::from_slice(&response.body).ok();
    let value = body.as_ref().and_then(|body| body.get("access_token")).and_then(serde_json::Value::as_str);
    let Some(value) = value.filter(|value| !value.is_empty()) else {
        return Err(TokenError::new(
            &profile.name,
            step,
            format!("answered {} without an `access_token`; is the token endpoint right?", response.status),
        ));
    };
    let number = |value: &serde_json::Value| value.as_u64().or_else(|| value.as_str()?.parse().ok());
    let expires_in = body.as_ref().and_then(|body| body.get("expires_in")).and_then(number);
    let scopes = match body.as_ref().and_then(|body| body.get("scope")).and_then(serde_json::Value::as_str) {
        Some(text) => text.split(' ').filter(|s| !s.is_empty()).map(str::to_owned).collect(),
        None => scopes.to_vec(),
    };
    Ok(Token::new(&profile.name, SecretString::new(value), scopes, expires_in, now))
}
