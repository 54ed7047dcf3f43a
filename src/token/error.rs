//! Why a token could not be got.

use std::fmt;

use super::{TokenHttpError, TokenHttpRequest, TokenHttpResponse};
use crate::altinn::{Call, Explanation, explain};

/// The step that failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenStep {
    /// The profile itself.
    Profile,
    /// Reading the key or another secret.
    Key,
    /// The grant at Maskinporten.
    Maskinporten,
    /// The exchange at Altinn.
    Exchange,
    /// Another token endpoint.
    Endpoint,
    /// A program.
    Command,
}

impl TokenStep {
    /// For messages.
    pub fn name(self) -> &'static str {
        match self {
            Self::Profile => "profile",
            Self::Key => "key",
            Self::Maskinporten => "Maskinporten",
            Self::Exchange => "Altinn exchange",
            Self::Endpoint => "token endpoint",
            Self::Command => "command",
        }
    }
}

/// Why a token could not be got. Never holds key material, grants or tokens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenError {
    /// Profile.
    pub profile: String,
    /// What failed.
    pub step: TokenStep,
    /// What happened.
    pub message: String,
    /// Likely cause and mend.
    pub explanation: Option<Box<Explanation>>,
    /// What to do, where no explanation says it.
    pub hint: Option<String>,
    /// Status of the answer.
    pub status: Option<u16>,
}

impl TokenError {
    /// An error without an answer.
    pub(crate) fn new(profile: &str, step: TokenStep, message: impl Into<String>) -> Self {
        Self { profile: profile.to_owned(), step, message: message.into(), explanation: None, hint: None, status: None }
    }

    /// Adds what to do.
    #[must_use]
    pub(crate) fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// No answer came.
    pub(crate) fn transport(profile: &str, step: TokenStep, error: &TokenHttpError) -> Self {
        Self { hint: error.hint.clone(), ..Self::new(profile, step, error.message.clone()) }
    }

    /// The answer was a refusal.
    pub(crate) fn refused(step: TokenStep, request: &TokenHttpRequest, response: &TokenHttpResponse, now: u64) -> Self {
        let explanation = explain(&Call {
            method: request.method,
            url: &request.url,
            headers: &request.headers,
            body: request.body.as_ref().map_or(&[], |body| body.expose().as_bytes()),
            status: response.status,
            response_headers: &response.headers,
            response_body: &response.body,
            now,
        });
        let detail = serde_json::from_slice::<serde_json::Value>(&response.body).ok();
        let text =
            |key: &str| detail.as_ref().and_then(|d| d.get(key)).and_then(serde_json::Value::as_str).map(str::to_owned);
        let mut message = format!("answered {}", response.status);
        if let Some(error) = text("error") {
            message.push(' ');
            message.push_str(&error);
        }
        if let Some(description) = text("error_description") {
            message.push_str(": ");
            message.push_str(&description);
        }
        Self {
            profile: request.profile.clone(),
            step,
            message,
            explanation: explanation.map(Box::new),
            hint: None,
            status: Some(response.status),
        }
    }
}

impl fmt::Display for TokenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "token `{}`, {}: {}", self.profile, self.step.name(), self.message)?;
        if let Some(explanation) = &self.explanation {
            write!(f, "\n  {explanation}")?;
        } else if let Some(hint) = &self.hint {
            write!(f, "\n  {hint}")?;
        }
        Ok(())
    }
}

impl std::error::Error for TokenError {}
