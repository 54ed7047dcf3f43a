//! A YAML file as a tree in which every value knows its place.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};
use serde_saphyr::Spanned;

use super::fields::Outcome;
use crate::diagnostic::{Diagnostic, SourceFile};

/// How deep a file may nest.
const MAX_DEPTH: usize = 160;

/// A file that is read.
#[derive(Debug)]
pub(super) struct YamlFile {
    /// Its name and text.
    pub(super) file: SourceFile,
}

/// Line and column, from 1.
#[derive(Debug, Clone, Copy)]
pub(super) struct At {
    line: usize,
    column: usize,
}

/// A value and its place.
#[derive(Debug, Clone)]
pub(super) struct Node {
    /// The value.
    pub(super) kind: Kind,
    /// Where it stands.
    pub(super) at: At,
    /// Start and length in bytes of a number: `1.0` is to be sent as it stands in the file.
    raw: Option<(usize, usize)>,
}

/// What a value is.
#[derive(Debug, Clone)]
pub(super) enum Kind {
    Null,
    Bool(bool),
    Number(Number),
    Text(String),
    List(Vec<Node>),
    Map(Vec<(String, Node)>),
}

impl YamlFile {
    /// Decodes a file's bytes.
    pub(super) fn new(name: &str, bytes: &[u8]) -> Self {
        Self { file: SourceFile::decode(name, bytes) }
    }

    /// Parses the text; an empty file holds nothing.
    pub(super) fn parse(&self) -> Outcome<Node> {
        let mut options = serde_saphyr::Options::default();
        options.strict_booleans = true;
        options.leading_zero_numbers_as_strings = true;
        options.underscored_numbers_as_strings = true;
        options.with_snippet = false;
        if let Some(budget) = &mut options.budget {
            budget.max_depth = MAX_DEPTH;
        }
        serde_saphyr::from_str_with_options(&self.file.text, options).map_err(|error| {
            let (line, column) = error.location().map_or((1, 1), |at| (position(at.line()), position(at.column())));
            let message = error.without_snippet().to_string();
            // The place is drawn; the text of the parser repeats it.
            let message = message.lines().next().unwrap_or_default();
            let message = message.split(" at line ").next().unwrap_or(message);
            let message =
                message.split_once(": ").filter(|(head, _)| head.contains("line")).map_or(message, |(_, tail)| tail);
            let error = Diagnostic::at(&self.file, line, column, &format!("invalid YAML: {message}"));
            // YAML takes braces at the start of a value for a map.
            let shown = self.file.text.lines().nth(line - 1).unwrap_or_default();
            let braces = shown.split_once(": {{").is_some() || shown.trim_start().starts_with("- {{");
            Box::new(if braces {
                error.with_help("put a value that begins with {{ in quotes: '{{name}}'")
            } else {
                error
            })
        })
    }

    /// A message at a place.
    pub(super) fn error(&self, at: At, message: &str) -> Box<Diagnostic> {
        Box::new(Diagnostic::at(&self.file, at.line, at.column, message))
    }

    /// A message at a place with what to do.
    pub(super) fn error_with_help(&self, at: At, message: &str, help: &str) -> Box<Diagnostic> {
        Box::new(Diagnostic::at(&self.file, at.line, at.column, message).with_help(help))
    }

    /// `file:line` of a value.
    pub(super) fn place(&self, at: At) -> String {
        format!("{}:{}", self.file.name, at.line)
    }

    /// The text of a scalar, numbers as they stand in the file; nothing for null, lists and maps.
    pub(super) fn text(&self, node: &Node) -> Option<String> {
        match &node.kind {
            Kind::Text(text) => Some(text.clone()),
            Kind::Number(number) => Some(
                node.raw
                    .and_then(|(start, len)| self.file.text.get(start..start.checked_add(len)?))
                    .map(str::trim)
                    .filter(|raw| raw.parse::<f64>().is_ok())
                    .map_or_else(|| number.to_string(), str::to_owned),
            ),
            Kind::Bool(flag) => Some(flag.to_string()),
            _ => None,
        }
    }
}

impl Node {
    /// What it is, for messages.
    pub(super) fn name(&self) -> &'static str {
        match &self.kind {
            Kind::Null => "nothing",
            Kind::Bool(_) => "true or false",
            Kind::Number(_) => "a number",
            Kind::Text(_) => "text",
            Kind::List(_) => "a list",
            Kind::Map(_) => "a map",
        }
    }

    /// Whether nothing stands there.
    pub(super) fn is_null(&self) -> bool {
        matches!(self.kind, Kind::Null)
    }

    /// The value as JSON, places dropped.
    pub(super) fn to_json(&self) -> Value {
        match &self.kind {
            Kind::Null => Value::Null,
            Kind::Bool(flag) => Value::Bool(*flag),
            Kind::Number(number) => Value::Number(number.clone()),
            Kind::Text(text) => Value::String(text.clone()),
            Kind::List(items) => items.iter().map(Self::to_json).collect(),
            Kind::Map(entries) => {
                Value::Object(entries.iter().map(|(key, value)| (key.clone(), value.to_json())).collect::<Map<_, _>>())
            }
        }
    }
}

fn position(number: u64) -> usize {
    usize::try_from(number).unwrap_or(1).max(1)
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let spanned = Spanned::<Kind>::deserialize(deserializer)?;
        let span = spanned.defined.span();
        let raw = match (&spanned.value, span.byte_offset(), span.byte_len()) {
            (Kind::Number(_), Some(start), Some(len)) => usize::try_from(start).ok().zip(usize::try_from(len).ok()),
            _ => None,
        };
        let at = At { line: position(spanned.defined.line()), column: position(spanned.defined.column()) };
        Ok(Self { kind: spanned.value, at, raw })
    }
}

impl<'de> Deserialize<'de> for Kind {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(KindVisitor)
    }
}

struct KindVisitor;

impl<'de> Visitor<'de> for KindVisitor {
    type Value = Kind;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_bool<E>(self, v: bool) -> Result<Kind, E> {
        Ok(Kind::Bool(v))
    }

    fn visit_i64<E>(self, v: i64) -> Result<Kind, E> {
        Ok(Kind::Number(v.into()))
    }

    fn visit_u64<E>(self, v: u64) -> Result<Kind, E> {
        Ok(Kind::Number(v.into()))
    }

    fn visit_i128<E>(self, v: i128) -> Result<Kind, E> {
        Ok(Kind::Text(v.to_string()))
    }

    fn visit_u128<E>(self, v: u128) -> Result<Kind, E> {
        Ok(Kind::Text(v.to_string()))
    }

    fn visit_f64<E>(self, v: f64) -> Result<Kind, E> {
        Ok(Number::from_f64(v).map_or_else(|| Kind::Text(v.to_string()), Kind::Number))
    }

    fn visit_str<E>(self, v: &str) -> Result<Kind, E> {
        Ok(Kind::Text(v.to_owned()))
    }

    fn visit_string<E>(self, v: String) -> Result<Kind, E> {
        Ok(Kind::Text(v))
    }

    fn visit_unit<E>(self) -> Result<Kind, E> {
        Ok(Kind::Null)
    }

    fn visit_none<E>(self) -> Result<Kind, E> {
        Ok(Kind::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Kind, D::Error> {
        Kind::deserialize(deserializer)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Kind, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = seq.next_element::<Node>()? {
            items.push(item);
        }
        Ok(Kind::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Kind, A::Error> {
        let mut entries = Vec::new();
        while let Some(key) = map.next_key::<String>()? {
            let value = map.next_value::<Node>()?;
            entries.push((key, value));
        }
        Ok(Kind::Map(entries))
    }
}
