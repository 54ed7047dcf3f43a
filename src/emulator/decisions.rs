//! What the emulator decided about each call: which check refused it, and why.

use std::collections::VecDeque;
use std::fmt;

/// One answered call. It holds no header, body, assertion or token.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct Decision {
    /// When the call came, in RFC 3339.
    pub at: String,
    /// The request method.
    pub method: String,
    /// The host the caller asked for.
    pub host: String,
    /// The path, without its query.
    pub path: String,
    /// The status answered; `None` where a fault dropped the connection.
    pub status: Option<u16>,
    /// Which check refused the call, and why; `None` if none did.
    pub refused: Option<String>,
    /// What was let through only because the profile is lenient.
    pub warnings: Vec<String>,
}

impl fmt::Display for Decision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}{} ", self.method, self.host, self.path)?;
        match self.status {
            Some(status) => write!(f, "{status}")?,
            None => f.write_str("dropped")?,
        }
        if let Some(refused) = &self.refused {
            write!(f, ": {refused}")?;
        }
        for warning in &self.warnings {
            write!(f, " [lenient: {warning}]")?;
        }
        Ok(())
    }
}

/// The latest decisions, at most a fixed number of them.
#[derive(Debug)]
pub(super) struct DecisionLog {
    limit: usize,
    entries: VecDeque<Decision>,
}

impl DecisionLog {
    /// A log of at most `limit` decisions.
    pub(super) fn new(limit: usize) -> Self {
        Self { limit, entries: VecDeque::new() }
    }

    /// Adds a decision; the oldest one goes if there is no room.
    pub(super) fn push(&mut self, decision: Decision) {
        if self.limit == 0 {
            return;
        }
        if self.entries.len() >= self.limit {
            self.entries.pop_front();
        }
        self.entries.push_back(decision);
    }

    /// All decisions kept, oldest first.
    pub(super) fn all(&self) -> Vec<Decision> {
        self.entries.iter().cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_log_keeps_the_latest() {
        let mut log = DecisionLog::new(2);
        for path in ["/a", "/b", "/c"] {
            log.push(Decision {
                at: String::new(),
                method: "GET".into(),
                host: "h".into(),
                path: path.into(),
                status: Some(200),
                refused: None,
                warnings: Vec::new(),
            });
        }
        let paths: Vec<String> = log.all().into_iter().map(|decision| decision.path).collect();
        assert_eq!(paths, ["/b", "/c"]);
    }
}
