//! What a reporter is told.

use std::collections::BTreeMap;
use std::path::PathBuf;

/// Options of one reporter: `--reporter-<name>-<option>` and what the command line knows of the terminal.
#[derive(Debug, Clone)]
pub struct ReporterOptions {
    /// Where the report goes; `-` is standard output, `None` the reporter's own default.
    pub export: Option<PathBuf>,
    /// `--reporter-<name>-<option> [value]` under the option's name in camel case; `true` where no value was given.
    pub options: BTreeMap<String, String>,
    /// Whether to colour.
    pub color: bool,
    /// Columns of the terminal; `None` where they are not known or the output is not a terminal.
    pub width: Option<usize>,
    /// Whether symbols beyond ASCII may be used.
    pub unicode: bool,
    /// `--verbose`.
    pub verbose: bool,
    /// Whether standard output is a terminal.
    pub terminal: bool,
    /// `--silent`: nothing on the terminal.
    pub silent: bool,
}

impl Default for ReporterOptions {
    fn default() -> Self {
        Self {
            export: None,
            options: BTreeMap::new(),
            color: false,
            width: None,
            unicode: true,
            verbose: false,
            terminal: false,
            silent: false,
        }
    }
}

impl ReporterOptions {
    /// An option's text.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.options.get(name).map(String::as_str)
    }

    /// Whether a switch is on: given, and not `false`.
    pub fn flag(&self, name: &str) -> bool {
        self.get(name).is_some_and(|value| value != "false")
    }

    /// With an option set; for callers that build options by hand.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.options.insert(name.to_owned(), value.to_owned());
        self
    }
}
