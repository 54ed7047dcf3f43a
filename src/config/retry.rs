//! `retry:` which requests are sent again.

use std::time::Duration;

use super::ConfigError;
use super::node::{Kind, Node, Source};
use super::reader::Reader;
use super::rules::{StatusRange, StatusRule, status_rule};
use crate::collection::glob::PathGlob;

/// Tries beside the first one.
const TIMES: u64 = 2;

/// More would be a loop.
const MOST_TIMES: u64 = 20;

/// Methods that may be sent twice without doing anything twice (RFC 9110, 9.2.2).
const METHODS: [&str; 6] = ["GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"];

/// When a request is sent again: after a lost connection, and after these answers.
#[derive(Debug, Clone)]
pub struct Retry {
    /// Tries beside the first one.
    pub times: u64,
    /// Pause before the first of them; each further one is twice as long. `Retry-After` of the answer goes before it.
    pub every: Duration,
    /// Answers after which it is sent again.
    pub status: StatusRule,
    /// Methods, in upper case.
    pub methods: Vec<String>,
    /// Paths of requests; empty: all.
    pub requests: Vec<PathGlob>,
}

impl Retry {
    /// Whether a request may be sent again at all.
    pub fn covers(&self, path: &str, method: &str) -> bool {
        let own = |known: &String| known.eq_ignore_ascii_case(method);
        self.methods.iter().any(own)
            && (self.requests.is_empty() || self.requests.iter().any(|glob| glob.matches(path)))
    }
}

/// 429, 502, 503 and 504: what passes by itself.
fn passing() -> StatusRule {
    let one = |status| StatusRange { from: status, to: status };
    StatusRule(vec![one(429), StatusRange { from: 502, to: 504 }])
}

pub(super) fn read(source: &Source, node: &Node) -> Result<Retry, ConfigError> {
    if let Kind::Number(_) = node.kind {
        let times = times(source, node, "retry")?;
        return Ok(Retry { times, ..default() });
    }
    let mut map = Reader::new(source, node, "`retry`")?;
    let mut retry = default();
    if let Some(node) = map.get("times") {
        retry.times = times(source, node, "times")?;
    }
    if let Some(every) = map.duration("every")? {
        retry.every = every;
    }
    if let Some(node) = map.get("status") {
        retry.status = status_rule(source, node)?;
    }
    if let Some(node) = map.get("methods") {
        retry.methods = source.texts(node, "methods")?.iter().map(|text| text.trim().to_ascii_uppercase()).collect();
    }
    if let Some(node) = map.get("requests") {
        let texts = source.texts(node, "requests")?;
        retry.requests = texts.iter().map(|text| source.glob(text, node.at)).collect::<Result<_, _>>()?;
    }
    map.finish()?;
    Ok(retry)
}

fn default() -> Retry {
    Retry {
        times: TIMES,
        every: Duration::from_secs(1),
        status: passing(),
        methods: METHODS.iter().map(ToString::to_string).collect(),
        requests: Vec::new(),
    }
}

fn times(source: &Source, node: &Node, key: &str) -> Result<u64, ConfigError> {
    let times = source.count(node, key)?;
    if times > MOST_TIMES {
        return Err(source.expected(node, key, &format!("at most {MOST_TIMES} tries")));
    }
    Ok(times)
}
