//! A YAML file as a tree in which every value knows its place.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};
use serde_saphyr::Spanned;

use super::ConfigError;
use crate::diagnostic::{Diagnostic, Place, SourceFile};

/// How deep a file may nest.
const MAX_DEPTH: usize = 64;

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
    line: usize,
    column: usize,
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

/// The file that is read, for the places of messages.
pub(crate) struct Source {
    /// Its name and text.
    pub(crate) file: SourceFile,
}

impl Source {
    /// Parses the text.
    pub(crate) fn parse(&self) -> Result<Node, ConfigError> {
        let mut options = serde_saphyr::Options::default();
        // `no` is a language here, not a boolean.
        options.strict_booleans = true;
        // Organisation numbers and ids keep their zeros.
        options.leading_zero_numbers_as_strings = true;
        options.underscored_numbers_as_strings = true;
        options.with_snippet = false;
        if let Some(budget) = &mut options.budget {
            budget.max_depth = MAX_DEPTH;
        }
        serde_saphyr::from_str_with_options(&self.file.text, options).map_err(|error| {
            let message = error.without_snippet().to_string();
            let (line, column) = error.location().map_or((1, 1), |at| {
                (usize::try_from(at.line()).unwrap_or(1), usize::try_from(at.column()).unwrap_or(1))
            });
            // The place is drawn; the text of the parser repeats it.
            let message = message.lines().next().unwrap_or_default();
            let message = message.split(" at line ").next().unwrap_or(message);
            let message =
                message.split_once(": ").filter(|(head, _)| head.contains("line")).map_or(message, |(_, tail)| tail);
            self.error(At { line: line.max(1), column: column.max(1) }, &format!("invalid YAML: {message}"))
        })
    }

    /// A message at a place.
    pub(crate) fn error(&self, at: At, message: &str) -> ConfigError {
        ConfigError(Box::new(Diagnostic::at(&self.file, at.line, at.column, message)))
    }

    /// A message at a place with what to do.
    pub(crate) fn error_with_help(&self, at: At, message: &str, help: impl Into<String>) -> ConfigError {
        ConfigError(Box::new(Diagnostic::at(&self.file, at.line, at.column, message).with_help(help)))
    }

    /// A place as plain data.
    pub(crate) fn place(&self, at: At) -> Place {
        Diagnostic::at(&self.file, at.line, at.column, "").place.unwrap_or_else(|| Place {
            file: self.file.name.clone(),
            line: at.line,
            column: at.column,
            text: String::new(),
            path: None,
        })
    }

    /// Fills in `${NAME}` and `${NAME:-default}` in every text below a node; `$${` stands for `${`.
    pub(crate) fn fill(&self, node: &mut Node, env: &dyn Fn(&str) -> Option<String>) -> Result<(), ConfigError> {
        let at = node.at;
        match &mut node.kind {
            Kind::Text(text) if text.contains("${") => {
                let (new, filled) = self.fill_text(text, at, env)?;
                *text = new;
                node.filled = filled;
            }
            Kind::List(items) => {
                for item in items {
                    self.fill(item, env)?;
                }
            }
            Kind::Map(entries) => {
                for (_, value) in entries {
                    self.fill(value, env)?;
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn fill_text(
        &self,
        text: &str,
        at: At,
        env: &dyn Fn(&str) -> Option<String>,
    ) -> Result<(String, bool), ConfigError> {
        let mut out = String::with_capacity(text.len());
        let mut filled = false;
        let mut rest = text;
        while let Some(start) = rest.find("${") {
            let (before, tail) = rest.split_at(start);
            let tail = &tail[2..];
            if let Some(before) = before.strip_suffix('$') {
                out.push_str(before);
                out.push_str("${");
                rest = tail;
                continue;
            }
            out.push_str(before);
            let Some(end) = tail.find('}') else {
                return Err(self.error_with_help(at, "`${` without its `}`", "write `$${` for a literal `${`"));
            };
            let inner = &tail[..end];
            let (name, default) = match inner.split_once(":-") {
                Some((name, default)) => (name, Some(default)),
                None => (inner, None),
            };
            if name.is_empty() || !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
                return Err(self.error_with_help(
                    at,
                    &format!("`${{{inner}}}` is no name of an environment variable"),
                    "write `$${` for a literal `${`",
                ));
            }
            match (env(name), default) {
                (Some(value), _) => {
                    out.push_str(&value);
                    filled = true;
                }
                (None, Some(default)) => out.push_str(default),
                (None, None) => {
                    return Err(self.error_with_help(
                        at,
                        &format!("the environment variable `{name}` is not set"),
                        format!("set it, or give a default with `${{{name}:-…}}`"),
                    ));
                }
            }
            rest = &tail[end + 1..];
        }
        out.push_str(rest);
        Ok((out, filled))
    }

    /// The text of a scalar; numbers and booleans as they stand in the file.
    pub(crate) fn scalar_text(&self, node: &Node) -> Option<String> {
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
