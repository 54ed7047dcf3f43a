//! What an authorization knows: its parameters as written, and what it learned from responses.

use serde_json::{Map, Value};

use crate::collection::AuthSpec;
use crate::variables::{text_of, truthy};

/// What an authorization learned, kept for its owner (see the module).
#[derive(Debug, Clone, Default)]
pub struct AuthState {
    learned: Map<String, Value>,
    pub(super) replays: u32,
}

impl AuthState {
    /// To be called at the start of every execution of an item: replays are counted anew.
    pub fn begin(&mut self) {
        self.replays = 0;
    }
}

/// Time and chance, so that tests can fix both.
#[derive(Clone, Copy)]
pub struct SignContext<'a> {
    /// Milliseconds since 1970.
    pub now_ms: u64,
    /// Fills a slice with random bytes.
    pub random: &'a dyn Fn(&mut [u8]),
}

impl std::fmt::Debug for SignContext<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SignContext").field("now_ms", &self.now_ms).finish_non_exhaustive()
    }
}

impl SignContext<'static> {
    /// The system's clock and random source.
    pub fn system() -> Self {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        Self { now_ms: u64::try_from(since.as_millis()).unwrap_or(u64::MAX), random: &|bytes| rand::fill(bytes) }
    }
}

impl SignContext<'_> {
    /// Seconds since 1970.
    pub fn seconds(&self) -> u64 {
        self.now_ms / 1000
    }

    /// The time in UTC, in a format of `strftime`.
    pub(super) fn time(&self, format: &str) -> Option<String> {
        let stamp = jiff::Timestamp::from_millisecond(i64::try_from(self.now_ms).ok()?).ok()?;
        jiff::fmt::strtime::format(format, stamp).ok()
    }

    /// Random letters and digits.
    pub fn letters(&self, length: usize) -> String {
        const LETTERS: &[u8] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
        let mut bytes = vec![0_u8; length];
        (self.random)(&mut bytes);
        bytes.iter().map(|byte| char::from(LETTERS[usize::from(*byte) % LETTERS.len()])).collect()
    }

    /// A random UUID.
    pub fn uuid(&self) -> String {
        let mut bytes = [0_u8; 16];
        (self.random)(&mut bytes);
        uuid::Builder::from_random_bytes(bytes).into_uuid().to_string()
    }
}

/// The parameters of an authorization: as written, with what was learned over those that were left empty.
pub struct Params<'a> {
    auth: &'a AuthSpec,
    state: &'a mut AuthState,
}

impl<'a> Params<'a> {
    /// The parameters of an authorization and its owner's state.
    pub fn new(auth: &'a AuthSpec, state: &'a mut AuthState) -> Self {
        Self { auth, state }
    }

    /// A parameter; `None` where it is missing or null.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.state.learned.get(key).or_else(|| self.auth.params.get(key)).filter(|value| !value.is_null())
    }

    /// A parameter as text; `None` where JavaScript would call it false (missing, empty, `0`, `false`).
    pub fn text(&self, key: &str) -> Option<String> {
        self.get(key).filter(|value| truthy(value)).map(text_of)
    }

    /// A parameter as text, empty where it is missing.
    pub fn text_or_empty(&self, key: &str) -> String {
        self.text(key).unwrap_or_default()
    }

    /// A parameter's truthiness (`"false"` is true, as in Postman).
    pub fn flag(&self, key: &str) -> bool {
        self.get(key).is_some_and(truthy)
    }

    /// Learns a value. A value that the user wrote stays; one left empty is filled in.
    pub fn learn(&mut self, key: &str, value: impl Into<Value>) {
        let written = self.auth.params.get(key).is_some_and(|value| !value.is_null() && value.as_str() != Some(""));
        if !written {
            self.state.learned.insert(key.to_owned(), value.into());
        }
    }

    /// Forgets a learned value.
    pub fn forget(&mut self, key: &str) {
        self.state.learned.remove(key);
    }
}
