//! Reading values of the tree: types, known keys, durations, and messages that say what was expected.

use std::time::Duration;

use regex::Regex;
use serde_json::Value;

use super::ConfigError;
use super::PathGlob;
use super::node::{At, Key, Kind, Node, Source};

/// Reads a map: a key that nobody asked for is an error.
pub(crate) struct Reader<'a> {
    source: &'a Source,
    entries: &'a [(Key, Node)],
    at: At,
    what: &'static str,
    known: Vec<&'static str>,
}

impl<'a> Reader<'a> {
    /// Starts reading a map; `what` names it in messages.
    pub(crate) fn new(source: &'a Source, node: &'a Node, what: &'static str) -> Result<Self, ConfigError> {
        match &node.kind {
            Kind::Map(entries) => Ok(Self { source, entries, at: node.at, what, known: Vec::new() }),
            Kind::Null => Ok(Self { source, entries: &[], at: node.at, what, known: Vec::new() }),
            other => Err(source.error(node.at, &format!("expected a map for {what}, found {}", other.name()))),
        }
    }

    /// The value of a key; `null` counts as absent.
    pub(crate) fn get(&mut self, key: &'static str) -> Option<&'a Node> {
        self.known.push(key);
        self.entries.iter().find(|(k, _)| k.text == key).map(|(_, v)| v).filter(|v| !matches!(v.kind, Kind::Null))
    }

    /// The value of a key even where it is `null`.
    pub(crate) fn get_any(&mut self, key: &'static str) -> Option<&'a Node> {
        self.known.push(key);
        self.entries.iter().find(|(k, _)| k.text == key).map(|(_, v)| v)
    }

    /// The value of a key that must be there.
    pub(crate) fn need(&mut self, key: &'static str) -> Result<&'a Node, ConfigError> {
        self.get(key).ok_or_else(|| {
            // A key near to it is more likely mistyped than the needed one forgotten.
            let typo = self
                .entries
                .iter()
                .find(|(k, _)| nearest(&k.text, &[key]).is_some() && !self.known.contains(&k.text.as_str()));
            match typo {
                Some((k, _)) => self.source.unknown_key(k, self.what, &[key]),
                None => self.source.error(self.at, &format!("{} needs `{key}`", self.what)),
            }
        })
    }

    /// Text of a key.
    pub(crate) fn text(&mut self, key: &'static str) -> Result<Option<String>, ConfigError> {
        self.get(key).map(|node| self.source.text(node, key)).transpose()
    }

    /// Text of a key that must be there.
    pub(crate) fn need_text(&mut self, key: &'static str) -> Result<String, ConfigError> {
        let node = self.need(key)?;
        self.source.text(node, key)
    }

    /// `true` or `false` of a key.
    pub(crate) fn flag(&mut self, key: &'static str) -> Result<Option<bool>, ConfigError> {
        self.get(key).map(|node| self.source.flag(node, key)).transpose()
    }

    /// A duration of a key.
    pub(crate) fn duration(&mut self, key: &'static str) -> Result<Option<Duration>, ConfigError> {
        self.get(key).map(|node| self.source.duration(node, key)).transpose()
    }

    /// One text or a list of them.
    pub(crate) fn texts(&mut self, key: &'static str) -> Result<Vec<String>, ConfigError> {
        self.get(key).map_or(Ok(Vec::new()), |node| self.source.texts(node, key))
    }

    /// Where the map stands.
    pub(crate) fn at(&self) -> At {
        self.at
    }

    /// A message about the map as a whole.
    pub(crate) fn error(&self, message: &str) -> ConfigError {
        self.source.error(self.at, message)
    }

    /// Ends: keys that nobody asked for are errors.
    pub(crate) fn finish(self) -> Result<(), ConfigError> {
        for (key, _) in self.entries {
            if !self.known.contains(&key.text.as_str()) {
                return Err(self.source.unknown_key(key, self.what, &self.known));
            }
        }
        Ok(())
    }
}

/// The known name nearest to a mistyped one, where one is near.
pub fn nearest<'a>(name: &str, known: &[&'a str]) -> Option<&'a str> {
    let lower = name.to_lowercase();
    known
        .iter()
        .map(|candidate| (strsim::jaro_winkler(&lower, candidate), *candidate))
        .filter(|(score, _)| *score > 0.75)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| candidate)
}

impl Source {
    /// The error for a key nobody knows.
    pub(crate) fn unknown_key(&self, key: &Key, what: &str, known: &[&str]) -> ConfigError {
        let message = format!("unknown key `{}` in {what}", key.text);
        let help = match nearest(&key.text, known) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("known keys: {}", known.join(", ")),
        };
        self.error_with_help(key.at, &message, help)
    }

    /// What a wrong value is, without showing what came from the environment.
    fn shown(&self, node: &Node) -> String {
        match (&node.kind, self.scalar_text(node)) {
            (Kind::Text(_), _) if node.filled => "a text from the environment".to_owned(),
            (Kind::Text(_), Some(text)) if text.chars().count() <= 40 => format!("`{text}`"),
            (kind, _) => kind.name().to_owned(),
        }
    }

    /// The error for a value of another type.
    pub(crate) fn expected(&self, node: &Node, key: &str, wanted: &str) -> ConfigError {
        self.error(node.at, &format!("expected {wanted} for `{key}`, found {}", self.shown(node)))
    }

    /// Text; numbers as they are written.
    pub(crate) fn text(&self, node: &Node, key: &str) -> Result<String, ConfigError> {
        match node.kind {
            Kind::Text(_) | Kind::Number(_) => Ok(self.scalar_text(node).unwrap_or_default()),
            _ => Err(self.expected(node, key, "text")),
        }
    }

    /// One text or a list of them.
    pub(crate) fn texts(&self, node: &Node, key: &str) -> Result<Vec<String>, ConfigError> {
        match &node.kind {
            Kind::List(items) => items.iter().map(|item| self.text(item, key)).collect(),
            _ => Ok(vec![self.text(node, key)?]),
        }
    }

    /// `true` or `false`.
    pub(crate) fn flag(&self, node: &Node, key: &str) -> Result<bool, ConfigError> {
        match &node.kind {
            Kind::Bool(flag) => Ok(*flag),
            Kind::Text(text) if node.filled && text == "true" => Ok(true),
            Kind::Text(text) if node.filled && text == "false" => Ok(false),
            _ => Err(self.expected(node, key, "true or false")),
        }
    }

    /// A number.
    pub(crate) fn number(&self, node: &Node, key: &str) -> Result<f64, ConfigError> {
        let number = match &node.kind {
            Kind::Number(number) => number.as_f64(),
            Kind::Text(text) if node.filled => text.trim().parse().ok(),
            _ => None,
        };
        number.filter(|n| n.is_finite()).ok_or_else(|| self.expected(node, key, "a number"))
    }

    /// A whole number from 0.
    pub(crate) fn count(&self, node: &Node, key: &str) -> Result<u64, ConfigError> {
        let number = match &node.kind {
            Kind::Number(number) => number.as_u64(),
            Kind::Text(text) if node.filled => text.trim().parse().ok(),
            _ => None,
        };
        number.ok_or_else(|| self.expected(node, key, "a whole number"))
    }

    /// A duration with its unit.
    pub(crate) fn duration(&self, node: &Node, key: &str) -> Result<Duration, ConfigError> {
        let wanted = "a duration with its unit (500ms, 2s, 5m, 1h)";
        self.scalar_text(node).and_then(|text| parse_duration(&text)).ok_or_else(|| self.expected(node, key, wanted))
    }

    /// A size in bytes: a number, or one with `kB`, `MB`, `KiB`, `MiB`.
    pub(crate) fn size(&self, node: &Node, key: &str) -> Result<u64, ConfigError> {
        let wanted = "a size (1200, 20kB, 2MB)";
        self.scalar_text(node).and_then(|text| parse_size(&text)).ok_or_else(|| self.expected(node, key, wanted))
    }

    /// A regular expression.
    pub(crate) fn regex(&self, node: &Node, key: &str) -> Result<Regex, ConfigError> {
        let text = self.text(node, key)?;
        Regex::new(&text).map_err(|error| {
            let reason = error.to_string();
            let reason = reason.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned();
            self.error(node.at, &format!("`{key}` is no regular expression: {reason}"))
        })
    }

    /// A JSONPath, checked.
    pub(crate) fn jsonpath(&self, node: &Node, key: &str) -> Result<String, ConfigError> {
        let text = self.text(node, key)?;
        match jsonpath_rust::parser::parse_json_path(&text) {
            Ok(_) => Ok(text),
            Err(_) => Err(self.error_with_help(
                node.at,
                &format!("`{text}` is no JSONPath"),
                "a JSONPath starts with `$`: `$.items[0].id`, `$.list[?@.name == 'x']`, `$['two words']`",
            )),
        }
    }

    /// A request path with wildcards.
    pub(crate) fn glob(&self, text: &str, at: At) -> Result<PathGlob, ConfigError> {
        PathGlob::new(text)
            .map_err(|reason| self.error(at, &format!("`{text}` is no pattern of request paths: {reason}")))
    }

    /// The items of a list.
    pub(crate) fn list<'a>(&self, node: &'a Node, key: &str) -> Result<&'a [Node], ConfigError> {
        match &node.kind {
            Kind::List(items) => Ok(items),
            Kind::Null => Ok(&[]),
            _ => Err(self.expected(node, key, "a list")),
        }
    }

    /// The entries of a map with free keys.
    pub(crate) fn map<'a>(&self, node: &'a Node, key: &str) -> Result<&'a [(Key, Node)], ConfigError> {
        match &node.kind {
            Kind::Map(entries) => Ok(entries),
            Kind::Null => Ok(&[]),
            _ => Err(self.expected(node, key, "a map")),
        }
    }

    /// A map of free keys to JSON values.
    pub(crate) fn values(&self, node: &Node, key: &str) -> Result<Vec<(String, Value)>, ConfigError> {
        Ok(self.map(node, key)?.iter().map(|(key, value)| (key.text.clone(), value.to_json())).collect())
    }
}

/// A duration with its unit.
fn parse_duration(text: &str) -> Option<Duration> {
    let text = text.trim();
    let digits = text.find(|c: char| !c.is_ascii_digit() && c != '.')?;
    let number: f64 = text[..digits].parse().ok()?;
    let seconds = match text[digits..].trim() {
        "ms" => number / 1000.0,
        "s" => number,
        "m" | "min" => number * 60.0,
        "h" => number * 3600.0,
        _ => return None,
    };
    Duration::try_from_secs_f64(seconds).ok()
}

/// A size in bytes.
fn parse_size(text: &str) -> Option<u64> {
    let text = text.trim();
    let digits = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let number: f64 = text[..digits].parse().ok()?;
    let factor = match text[digits..].trim().to_ascii_lowercase().as_str() {
        "" | "b" => 1.0,
        "kb" | "k" => 1000.0,
        "mb" | "m" => 1e6,
        "gb" | "g" => 1e9,
        "kib" => 1024.0,
        "mib" => 1_048_576.0,
        _ => return None,
    };
    Some((number * factor) as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_need_a_unit() {
        assert_eq!(parse_duration("500ms"), Some(Duration::from_millis(500)));
        assert_eq!(parse_duration("1.5 s"), Some(Duration::from_millis(1500)));
        assert_eq!(parse_duration("5m"), Some(Duration::from_mins(5)));
        assert_eq!(parse_duration("5"), None);
        assert_eq!(parse_duration("s"), None);
        assert_eq!(parse_duration("1e999s"), None);
    }

    #[test]
    fn sizes() {
        assert_eq!(parse_size("1200"), Some(1200));
        assert_eq!(parse_size("2 kB"), Some(2000));
        assert_eq!(parse_size("2KiB"), Some(2048));
        assert_eq!(parse_size("two"), None);
    }

    #[test]
    fn nearest_names() {
        assert_eq!(nearest("tokns", &["tokens", "flow"]), Some("tokens"));
        assert_eq!(nearest("xyz", &["tokens", "flow"]), None);
    }
}
