//! A file of a v3 collection, and messages at its places.

use super::fields::Outcome;
use crate::diagnostic::{Diagnostic, SourceFile};
use crate::yaml;
pub(super) use crate::yaml::{At, Key, Kind, Node};

/// How deep a file may nest.
const MAX_DEPTH: usize = 160;

/// A file that is read.
#[derive(Debug)]
pub(super) struct YamlFile {
    /// Its name and text.
    pub(super) file: SourceFile,
}

impl YamlFile {
    /// Decodes a file's bytes.
    pub(super) fn new(name: &str, bytes: &[u8]) -> Self {
        Self { file: SourceFile::decode(name, bytes) }
    }

    /// Parses the text; an empty file holds nothing.
    pub(super) fn parse(&self) -> Outcome<Node> {
        yaml::parse(&self.file, MAX_DEPTH)
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
        yaml::text(&self.file, node)
    }
}
