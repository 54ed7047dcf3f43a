//! `expect:` what responses must be.

use std::path::Path;
use std::time::Duration;

use regex::Regex;
use serde_json::Value;

use super::ConfigError;
use super::PathGlob;
use super::node::{Kind, Node, Source};
use super::reader::Reader;
use super::schema::{self, BodySchema};

/// Rules for the requests whose path matches.
#[derive(Debug, Clone)]
pub struct Expectation {
    /// Which requests.
    pub requests: PathGlob,
    /// What must hold.
    pub rules: Vec<Rule>,
}

/// One thing that must hold.
#[derive(Debug, Clone)]
pub enum Rule {
    /// The status.
    Status(StatusRule),
    /// A header, by name.
    Header(String, TextTest),
    /// The body as text.
    Body(TextTest),
    /// A part of the body's JSON.
    Json(JsonCheck),
    /// The body's JSON as a whole.
    Schema(BodySchema),
    /// The response time, in all.
    TimeBelow(Duration),
    /// The size of the body in bytes.
    SizeBelow(u64),
}

/// Which status is good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusRule(pub Vec<StatusRange>);

/// A status, a class, or a range of them; both ends count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StatusRange {
    /// The lowest.
    pub from: u16,
    /// The highest.
    pub to: u16,
}

impl StatusRule {
    /// 2xx.
    pub fn success() -> Self {
        Self(vec![StatusRange { from: 200, to: 299 }])
    }

    /// Whether a status is good.
    pub fn holds(&self, status: u16) -> bool {
        self.0.iter().any(|range| (range.from..=range.to).contains(&status))
    }
}

impl std::fmt::Display for StatusRule {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (index, range) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str(if index + 1 == self.0.len() { " or " } else { ", " })?;
            }
            match (range.from, range.to) {
                (from, to) if from == to => write!(f, "{from}")?,
                (from, to) if from % 100 == 0 && to == from + 99 => write!(f, "{}xx", from / 100)?,
                (from, to) => write!(f, "{from}-{to}")?,
            }
        }
        Ok(())
    }
}

/// What must hold of a text.
#[derive(Debug, Clone)]
pub enum TextTest {
    /// It is this.
    Equals(String),
    /// This is in it.
    Contains(String),
    /// It matches.
    Matches(Regex),
    /// It is there, or not.
    Exists(bool),
}

/// What must hold of the values that a JSONPath finds.
#[derive(Debug, Clone)]
pub struct JsonCheck {
    /// The JSONPath, checked when the file was read.
    pub path: String,
    /// What must hold; never empty.
    pub tests: Vec<JsonTest>,
}

/// What must hold of a JSON value.
#[derive(Debug, Clone)]
pub enum JsonTest {
    /// It is this.
    Equals(Value),
    /// Its text matches.
    Matches(Regex),
    /// Text or list holds this.
    Contains(Value),
    /// It is there, or not.
    Exists(bool),
    /// Characters of a text, items of a list, entries of an object.
    Length(u64),
    /// Its JSON type.
    Type(JsonType),
    /// It is a number and compares so.
    Compare(Comparison, f64),
}

/// A comparison of numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// Greater.
    Greater,
    /// Greater or equal.
    AtLeast,
    /// Less.
    Less,
    /// Less or equal.
    AtMost,
}

/// A JSON type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JsonType {
    /// `null`.
    Null,
    /// `true` and `false`.
    Boolean,
    /// A number.
    Number,
    /// A number without a fraction.
    Integer,
    /// Text.
    String,
    /// A list.
    Array,
    /// An object.
    Object,
}

impl JsonType {
    pub(super) const ALL: [(&'static str, Self); 7] = [
        ("null", Self::Null),
        ("boolean", Self::Boolean),
        ("number", Self::Number),
        ("integer", Self::Integer),
        ("string", Self::String),
        ("array", Self::Array),
        ("object", Self::Object),
    ];

    /// Its name.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, kind)| *kind == self).map_or("", |(name, _)| name)
    }

    /// The type of a value; numbers without a fraction are integers.
    pub fn of(value: &Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(_) => Self::Boolean,
            Value::Number(n) if n.as_f64().is_some_and(|n| n.fract() == 0.0) => Self::Integer,
            Value::Number(_) => Self::Number,
            Value::String(_) => Self::String,
            Value::Array(_) => Self::Array,
            Value::Object(_) => Self::Object,
        }
    }

    /// Whether a value is of this type.
    pub fn holds(self, value: &Value) -> bool {
        let kind = Self::of(value);
        kind == self || (self == Self::Number && kind == Self::Integer)
    }
}

pub(super) fn read(source: &Source, base: &Path, node: &Node) -> Result<Vec<Expectation>, ConfigError> {
    let mut out = Vec::new();
    for (key, node) in source.map(node, "expect")? {
        out.push(Expectation { requests: source.glob(&key.text, key.at)?, rules: rules(source, base, node)? });
    }
    Ok(out)
}

fn rules(source: &Source, base: &Path, node: &Node) -> Result<Vec<Rule>, ConfigError> {
    let mut map = Reader::new(source, node, "an expectation")?;
    let mut rules = Vec::new();
    if let Some(node) = map.get("status") {
        rules.push(Rule::Status(status_rule(source, node)?));
    }
    if let Some(node) = map.get("headers") {
        for (key, node) in source.map(node, "headers")? {
            rules.extend(
                text_tests(source, node, "a header")?.into_iter().map(|test| Rule::Header(key.text.clone(), test)),
            );
        }
    }
    if let Some(node) = map.get("body") {
        if !matches!(node.kind, Kind::Map(_)) {
            return Err(source.expected(node, "body", "a map with `contains`, `matches` or `equals`"));
        }
        rules.extend(text_tests(source, node, "`body`")?.into_iter().map(Rule::Body));
    }
    if let Some(node) = map.get("jsonpath") {
        for node in source.list(node, "jsonpath")? {
            let mut check = Reader::new(source, node, "an entry of `jsonpath`")?;
            let path = check.need("path")?;
            rules.push(Rule::Json(json_check(source, &mut check, path)?));
            check.finish()?;
        }
    }
    if let Some(node) = map.get("json_schema") {
        rules.push(Rule::Schema(schema::read(source, base, node)?));
    }
    if let Some(limit) = map.duration("time_below")? {
        rules.push(Rule::TimeBelow(limit));
    }
    if let Some(node) = map.get("size_below") {
        rules.push(Rule::SizeBelow(source.size(node, "size_below")?));
    }
    if rules.is_empty() {
        let error = map.error("this expectation expects nothing");
        map.finish()?;
        return Err(error);
    }
    map.finish()?;
    Ok(rules)
}

/// `200`, `2xx`, `200-204`, or a list of them.
pub(super) fn status_rule(source: &Source, node: &Node) -> Result<StatusRule, ConfigError> {
    let nodes = match &node.kind {
        Kind::List(items) => items.as_slice(),
        _ => std::slice::from_ref(node),
    };
    let mut ranges = Vec::new();
    for node in nodes {
        let text = source.text(node, "status")?;
        ranges
            .push(status_range(&text).ok_or_else(|| {
                source.expected(node, "status", "a status (200), a class (2xx) or a range (200-204)")
            })?);
    }
    if ranges.is_empty() {
        return Err(source.expected(node, "status", "at least one status"));
    }
    Ok(StatusRule(ranges))
}

fn status_range(text: &str) -> Option<StatusRange> {
    let valid = |status: u16| (100..=999).contains(&status).then_some(status);
    let lower = text.trim().to_ascii_lowercase();
    if let Some(class) = lower.strip_suffix("xx") {
        let class: u16 = class.parse().ok().filter(|c| (1..=9).contains(c))?;
        return Some(StatusRange { from: class * 100, to: class * 100 + 99 });
    }
    if let Some((from, to)) = lower.split_once('-') {
        let range = StatusRange { from: valid(from.trim().parse().ok()?)?, to: valid(to.trim().parse().ok()?)? };
        return (range.from <= range.to).then_some(range);
    }
    let status = valid(lower.parse().ok()?)?;
    Some(StatusRange { from: status, to: status })
}

/// A text (equals), or a map of tests.
fn text_tests(source: &Source, node: &Node, what: &'static str) -> Result<Vec<TextTest>, ConfigError> {
    match &node.kind {
        Kind::Map(_) => {}
        Kind::Bool(flag) => return Ok(vec![TextTest::Exists(*flag)]),
        _ => return Ok(vec![TextTest::Equals(source.text(node, what)?)]),
    }
    let mut map = Reader::new(source, node, what)?;
    let mut tests = Vec::new();
    if let Some(flag) = map.flag("exists")? {
        tests.push(TextTest::Exists(flag));
    }
    if let Some(text) = map.text("equals")? {
        tests.push(TextTest::Equals(text));
    }
    tests.extend(map.texts("contains")?.into_iter().map(TextTest::Contains));
    if let Some(node) = map.get("matches") {
        tests.push(TextTest::Matches(source.regex(node, "matches")?));
    }
    if tests.is_empty() {
        let error = map.error(&format!("{what} needs `equals`, `contains`, `matches` or `exists`"));
        map.finish()?;
        return Err(error);
    }
    map.finish()?;
    Ok(tests)
}

/// The tests beside a JSONPath; without any, the value must exist.
pub(super) fn json_check(source: &Source, map: &mut Reader<'_>, path: &Node) -> Result<JsonCheck, ConfigError> {
    let path = source.jsonpath(path, "path")?;
    let mut tests = Vec::new();
    if let Some(flag) = map.flag("exists")? {
        tests.push(JsonTest::Exists(flag));
    }
    // `equals: null` asks for a null.
    if let Some(node) = map.get_any("equals") {
        tests.push(JsonTest::Equals(node.to_json()));
    }
    if let Some(node) = map.get("matches") {
        tests.push(JsonTest::Matches(source.regex(node, "matches")?));
    }
    if let Some(node) = map.get("contains") {
        tests.push(JsonTest::Contains(node.to_json()));
    }
    if let Some(node) = map.get("length") {
        tests.push(JsonTest::Length(source.count(node, "length")?));
    }
    // A JSON type may be written bare, and YAML reads a bare `null` as nothing.
    if let Some(node) = map.get_any("type") {
        let name = if matches!(node.kind, Kind::Null) { "null".to_owned() } else { source.text(node, "type")? };
        let kind = JsonType::ALL.iter().find(|(known, _)| *known == name).map(|(_, kind)| *kind);
        let names: Vec<&str> = JsonType::ALL.iter().map(|(name, _)| *name).collect();
        tests.push(JsonTest::Type(
            kind.ok_or_else(|| source.expected(node, "type", &format!("one of {}", names.join(", "))))?,
        ));
    }
    for (key, comparison) in [
        ("gt", Comparison::Greater),
        ("gte", Comparison::AtLeast),
        ("lt", Comparison::Less),
        ("lte", Comparison::AtMost),
    ] {
        if let Some(node) = map.get(key) {
            tests.push(JsonTest::Compare(comparison, source.number(node, key)?));
        }
    }
    if tests.is_empty() {
        tests.push(JsonTest::Exists(true));
    }
    Ok(JsonCheck { path, tests })
}
