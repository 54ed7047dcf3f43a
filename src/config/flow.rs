//! `flow:` which requests run, in which order.

use std::time::Duration;

use indexmap::IndexMap;
use serde_json::Value;

use super::ConfigError;
use super::node::{Kind, Node, Source};
use super::profile::Profile;
use super::reader::Reader;
use super::rules::{JsonCheck, StatusRule, json_check, status_rule};
use super::substitute::known;
use crate::diagnostic::{Diagnostic, Place};

/// One step of a flow.
#[derive(Debug, Clone)]
pub struct Step {
    /// Path of the request: `Folder/Sub/Name`.
    pub request: String,
    /// Name in reports, where it differs from the request's.
    pub name: Option<String>,
    /// Profile whose token the request gets.
    pub token: Option<String>,
    /// Variables set for this step.
    pub variables: Vec<(String, Value)>,
    /// Condition to repeat the request for.
    pub repeat_until: Option<Repeat>,
    /// Where it stands.
    pub place: Place,
}

/// A condition to repeat a request for.
#[derive(Debug, Clone)]
pub struct Repeat {
    /// What has to hold in the response's JSON.
    pub check: Option<JsonCheck>,
    /// What the status has to be.
    pub status: Option<StatusRule>,
    /// When to give up.
    pub limit: Limit,
    /// Pause between tries.
    pub every: Duration,
}

/// When to give up repeating.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// After a time.
    Time(Duration),
    /// After a number of tries.
    Tries(u64),
}

impl Step {
    /// The error for a step whose request does not exist; `paths` are those of the collection.
    pub fn not_found(&self, paths: &[&str]) -> ConfigError {
        let mut diagnostic = Diagnostic::new(format!("the collection has no request `{}`", self.request));
        diagnostic.place = Some(self.place.clone());
        let last = self.request.rsplit('/').next().unwrap_or(&self.request);
        let same: Vec<&str> = paths.iter().copied().filter(|p| p.rsplit('/').next() == Some(last)).collect();
        let help = match (same.as_slice(), super::nearest(&self.request, paths)) {
            ([one], _) => format!("did you mean `{one}`?"),
            (_, Some(near)) => format!("did you mean `{near}`?"),
            _ => "a request is named by its folders and its name, joined by `/`".to_owned(),
        };
        ConfigError(Box::new(diagnostic.with_help(help)))
    }
}

pub(super) fn read(
    source: &Source,
    node: &Node,
    profiles: &IndexMap<String, Profile>,
) -> Result<Vec<Step>, ConfigError> {
    source.list(node, "flow")?.iter().map(|node| step(source, node, profiles)).collect()
}

fn step(source: &Source, node: &Node, profiles: &IndexMap<String, Profile>) -> Result<Step, ConfigError> {
    let place = source.place(node.at);
    if let Kind::Text(request) = &node.kind {
        return Ok(Step {
            request: request.trim_matches('/').to_owned(),
            name: None,
            token: None,
            variables: Vec::new(),
            repeat_until: None,
            place,
        });
    }
    let mut map = Reader::new(source, node, "a step of `flow`")?;
    let request = map.need_text("request")?.trim_matches('/').to_owned();
    let name = map.text("name")?;
    let token = match map.get("token") {
        Some(node) => Some(known(source, profiles, &source.text(node, "token")?, node.at)?),
        None => None,
    };
    let variables = map.get("variables").map_or(Ok(Vec::new()), |node| source.values(node, "variables"))?;
    let repeat_until = map.get("repeat_until").map(|node| repeat(source, node)).transpose()?;
    map.finish()?;
    Ok(Step { request, name, token, variables, repeat_until, place })
}

fn repeat(source: &Source, node: &Node) -> Result<Repeat, ConfigError> {
    let mut map = Reader::new(source, node, "`repeat_until`")?;
    let status = map.get("status").map(|node| status_rule(source, node)).transpose()?;
    let check = match map.get("jsonpath") {
        Some(path) => Some(json_check(source, &mut map, path)?),
        None => None,
    };
    if check.is_none() && status.is_none() {
        return Err(map.error("`repeat_until` needs `jsonpath` or `status`"));
    }
    let limit = match map.get("limit") {
        None => Limit::Time(Duration::from_mins(1)),
        Some(node) => match &node.kind {
            Kind::Number(_) => Limit::Tries(source.count(node, "limit")?),
            _ => Limit::Time(source.duration(node, "limit")?),
        },
    };
    let every = map.duration("every")?.unwrap_or(Duration::from_secs(2));
    map.finish()?;
    Ok(Repeat { check, status, limit, every })
}
