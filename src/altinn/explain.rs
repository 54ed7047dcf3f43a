//! From a failed answer to its likely cause.

use std::fmt;

use crate::http::message::Header;

/// What an answer means.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Explanation {
    /// Likely cause.
    pub cause: String,
    /// What to do.
    pub mend: String,
    /// Code of the error, where there is one: `MP-121`, `CORR-01001`.
    pub code: Option<String>,
    /// What support asks for.
    pub trace_id: Option<String>,
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(code) = &self.code {
            write!(f, "{code}: ")?;
        }
        f.write_str(&self.cause)?;
        if !self.mend.is_empty() {
            write!(f, "; {}", self.mend)?;
        }
        if let Some(trace) = &self.trace_id {
            write!(f, " (trace id {trace})")?;
        }
        Ok(())
    }
}

/// A request and its answer, as far as the tables look at them.
#[derive(Debug, Clone, Copy)]
pub struct Call<'a> {
    /// Method, upper-case.
    pub method: &'a str,
    /// The whole URL.
    pub url: &'a str,
    /// Headers of the request.
    pub headers: &'a [Header],
    /// Body of the request.
    pub body: &'a [u8],
    /// Status of the answer.
    pub status: u16,
    /// Headers of the answer.
    pub response_headers: &'a [Header],
    /// Body of the answer.
    pub response_body: &'a [u8],
    /// Seconds since 1970, here.
    pub now: u64,
}

/// Says what a failed answer means; `None` where nothing is known about it.
pub fn explain(_call: &Call<'_>) -> Option<Explanation> {
    None
}
