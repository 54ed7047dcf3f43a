//! What a failed check says: expected against seen, likely cause, mend, trace id.

use std::fmt::Write as _;

use crate::altinn::Explanation;
use crate::token::{TokenError, TokenStep};

/// Why a check failed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Fault {
    /// What was called, where something was.
    pub(super) called: String,
    /// What was expected.
    pub(super) expected: String,
    /// What was seen.
    pub(super) seen: String,
    /// What was sent, as far as it may be shown.
    pub(super) sent: String,
    /// Likely cause.
    pub(super) cause: String,
    /// What to do.
    pub(super) mend: String,
    /// What support asks for.
    pub(super) trace_id: Option<String>,
}

impl Fault {
    /// Expected and seen.
    pub(super) fn new(expected: impl Into<String>, seen: impl Into<String>) -> Self {
        Self { expected: expected.into(), seen: seen.into(), ..Self::default() }
    }

    /// With likely cause and mend.
    pub(super) fn because(mut self, cause: impl Into<String>, mend: impl Into<String>) -> Self {
        self.cause = cause.into();
        self.mend = mend.into();
        self
    }

    /// With what was called.
    pub(super) fn called(mut self, called: impl Into<String>) -> Self {
        self.called = called.into();
        self
    }

    /// With what the tables know, where they know something.
    pub(super) fn explained(mut self, explanation: Option<&Explanation>) -> Self {
        if let Some(known) = explanation {
            self.cause.clone_from(&known.cause);
            self.mend.clone_from(&known.mend);
            self.trace_id.clone_from(&known.trace_id);
        }
        self
    }

    /// From a token that could not be got.
    pub(super) fn of_token(error: &TokenError) -> Self {
        let (seen, sent) = error.message.split_once(" (sent: ").unwrap_or((&error.message, ""));
        // The trace id has a line of its own.
        let seen = seen.split_once(" (trace_id: ").map_or(seen, |(seen, _)| seen);
        let seen = seen.strip_prefix("answered ").unwrap_or(seen);
        let mut fault = Self::new("a token", seen).explained(error.explanation.as_deref());
        sent.strip_suffix(')').unwrap_or(sent).clone_into(&mut fault.sent);
        if let Some(code) = error.explanation.as_ref().and_then(|known| known.code.as_deref())
            && !seen.contains(code)
        {
            fault.seen = format!("{code}: {seen}");
        }
        fault.called = format!("{} for token profile `{}`", error.step.name(), error.profile);
        if fault.cause.is_empty() {
            let cause = match error.step {
                TokenStep::Profile | TokenStep::Key => "the profile is not complete",
                TokenStep::Maskinporten => "Maskinporten could not be asked, or did not answer as it should",
                TokenStep::Exchange => "the exchange could not be asked, or did not answer as it should",
                TokenStep::Endpoint => "the token endpoint could not be asked, or did not answer as it should",
                TokenStep::Command => "the program gave no token",
            };
            cause.clone_into(&mut fault.cause);
        }
        if fault.mend.is_empty() {
            fault.mend = error.hint.clone().unwrap_or_else(|| match error.step {
                TokenStep::Maskinporten | TokenStep::Exchange | TokenStep::Endpoint => {
                    "try again later; `postbud token --explain` goes through each check".to_owned()
                }
                _ => "look at the profile".to_owned(),
            });
        }
        fault
    }

    /// The text of a failed assertion: one fact a line.
    pub(super) fn text(&self) -> String {
        let mut out = format!("expected {}, saw {}", self.expected, self.seen);
        let mut line = |label: &str, text: &str| {
            if !text.is_empty() {
                let _ = write!(out, "\n{label}: {text}");
            }
        };
        line("called", &self.called);
        line("sent", &self.sent);
        line("likely cause", &self.cause);
        line("what to do", &self.mend);
        line("trace id", self.trace_id.as_deref().unwrap_or_default());
        out
    }
}
