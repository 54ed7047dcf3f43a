//! The tree of `postbud.yaml`: errors at their places, environment variables filled in.

use super::ConfigError;
use crate::diagnostic::{Diagnostic, Place, SourceFile};
use crate::yaml;
pub(crate) use crate::yaml::{At, Key, Kind, Node};

/// How deep a file may nest.
const MAX_DEPTH: usize = 64;

/// The file that is read, for the places of messages.
pub(crate) struct Source {
    /// Its name and text.
    pub(crate) file: SourceFile,
}

impl Source {
    /// Parses the text.
    pub(crate) fn parse(&self) -> Result<Node, ConfigError> {
        yaml::parse(&self.file, MAX_DEPTH).map_err(ConfigError)
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
        yaml::text(&self.file, node)
    }
}
