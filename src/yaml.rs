//! A YAML file as a tree in which every value knows its place.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};
use serde_saphyr::Spanned;

use crate::diagnostic::{Diagnostic, SourceFile};

/// A value and its place.
#[derive(Debug, Clone)]
pub(crate) struct Node {
    /// The value.
    pub(crate) kind: Kind,
    /// Where it stands.
    pub(crate) at: At,
    /// Bytes of a plain scalar in the file: `012` is a number to YAML, but its text may be asked for.
    raw: Option<(usize, usize)>,
    /// An environment variable was filled in: its text is not to be shown.
    pub(crate) filled: bool,
}

/// A key and its place.
#[derive(Debug, Clone)]
pub(crate) struct Key {
    /// Its text.
    pub(crate) text: String,
    /// Where it stands.
    pub(crate) at: At,
}

/// Line and column, from 1.
#[derive(Debug, Clone, Copy)]
pub(crate) struct At {
    pub(crate) line: usize,
    pub(crate) column: usize,
}

/// What a value is.
#[derive(Debug, Clone)]
pub(crate) enum Kind {
    Null,
    Bool(bool),
    Number(Number),
    Text(String),
    List(Vec<Node>),
    Map(Vec<(Key, Node)>),
}

impl Kind {
    /// What it is, for messages.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Null => "nothing",
            Self::Bool(_) => "true or false",
            Self::Number(_) => "a number",
            Self::Text(_) => "text",
            Self::List(_) => "a list",
            Self::Map(_) => "a map",
        }
    }
}

/// Parses a file's text that nests at most `max_depth` deep; an empty file holds nothing.
///
/// `no` is a text here (a language, not a boolean), and numbers with zeros before them or underscores are texts: organisation
/// numbers and ids keep what they were written with.
///
/// # Errors
/// A message at its place where the text is no YAML.
pub(crate) fn parse(file: &SourceFile, max_depth: usize) -> Result<Node, Box<Diagnostic>> {
    let mut options = serde_saphyr::Options::default();
    options.strict_booleans = true;
    options.leading_zero_numbers_as_strings = true;
    options.underscored_numbers_as_strings = true;
    options.with_snippet = false;
    if let Some(budget) = &mut options.budget {
        budget.max_depth = max_depth;
    }
    serde_saphyr::from_str_with_options(&file.text, options).map_err(|error| {
        let place = error.location().map_or(At { line: 1, column: 1 }, at);
        let message = error.without_snippet().to_string();
        // The place is drawn; the text of the parser repeats it.
        let message = message.lines().next().unwrap_or_default();
        let message = message.split(" at line ").next().unwrap_or(message);
        let message =
            message.split_once(": ").filter(|(head, _)| head.contains("line")).map_or(message, |(_, tail)| tail);
        let error = Diagnostic::at(file, place.line, place.column, &format!("invalid YAML: {message}"));
        // YAML takes braces at the start of a value for a map.
        let shown = file.text.lines().nth(place.line - 1).unwrap_or_default();
        let braces = shown.split_once(": {{").is_some() || shown.trim_start().starts_with("- {{");
        Box::new(if braces { error.with_help("put a value that begins with {{ in quotes: '{{name}}'") } else { error })
    })
}

/// The text of a scalar, numbers as they stand in the file; nothing for null, lists and maps.
pub(crate) fn text(file: &SourceFile, node: &Node) -> Option<String> {
    match &node.kind {
        Kind::Text(text) => Some(text.clone()),
        Kind::Number(number) => Some(
            node.raw
                .and_then(|(start, len)| file.text.get(start..start.checked_add(len)?))
                .map(str::trim)
                .filter(|raw| raw.parse::<f64>().is_ok())
                .map_or_else(|| number.to_string(), str::to_owned),
        ),
        Kind::Bool(flag) => Some(flag.to_string()),
        _ => None,
    }
}

impl Node {
    /// What it is, for messages.
    pub(crate) fn name(&self) -> &'static str {
        self.kind.name()
    }

    /// Whether nothing stands there.
    pub(crate) fn is_null(&self) -> bool {
        matches!(self.kind, Kind::Null)
    }

    /// The value as JSON, places dropped.
    pub(crate) fn to_json(&self) -> Value {
        match &self.kind {
            Kind::Null => Value::Null,
            Kind::Bool(flag) => Value::Bool(*flag),
            Kind::Number(number) => Value::Number(number.clone()),
            Kind::Text(text) => Value::String(text.clone()),
            Kind::List(items) => Value::Array(items.iter().map(Self::to_json).collect()),
            Kind::Map(entries) => Value::Object(
                entries.iter().map(|(key, value)| (key.text.clone(), value.to_json())).collect::<Map<_, _>>(),
            ),
        }
    }
}

fn at(location: serde_saphyr::Location) -> At {
    At {
        line: usize::try_from(location.line()).unwrap_or(1).max(1),
        column: usize::try_from(location.column()).unwrap_or(1).max(1),
    }
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let spanned = Spanned::<Kind>::deserialize(deserializer)?;
        let span = spanned.defined.span();
        let raw = match (&spanned.value, span.byte_offset(), span.byte_len()) {
            (Kind::Number(_), Some(start), Some(len)) => usize::try_from(start).ok().zip(usize::try_from(len).ok()),
            _ => None,
        };
        Ok(Self { kind: spanned.value, at: at(spanned.defined), raw, filled: false })
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
        while let Some(key) = map.next_key::<Spanned<String>>()? {
            let value = map.next_value::<Node>()?;
            entries.push((Key { text: key.value, at: at(key.defined) }, value));
        }
        Ok(Kind::Map(entries))
    }
}
