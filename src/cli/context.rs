//! What the process was started in, read once.

use std::collections::HashMap;
use std::io::IsTerminal;

use super::args::ColorChoice;

/// Environment variables and terminal state.
#[derive(Debug, Clone, Default)]
pub(in crate::cli) struct Context {
    /// The process environment.
    pub variables: HashMap<String, String>,
    /// Standard output is a terminal.
    pub terminal: bool,
    /// Width of the terminal in columns.
    pub width: Option<usize>,
}

impl Context {
    /// Reads the process's own.
    pub(in crate::cli) fn from_process() -> Self {
        let variables: HashMap<String, String> = std::env::vars_os()
            .filter_map(|(key, value)| Some((key.into_string().ok()?, value.into_string().ok()?)))
            .collect();
        let terminal = std::io::stdout().is_terminal();
        let width = terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
        Self { width: width.filter(|_| terminal && !variables.contains_key("CI")), variables, terminal }
    }

    /// A variable that is set and not empty.
    pub(in crate::cli) fn variable(&self, name: &str) -> Option<&str> {
        self.variables.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// Whether to write colours: the option, then `NO_COLOR`, `CLICOLOR_FORCE` and `FORCE_COLOR`, then the terminal.
    pub(in crate::cli) fn color(&self, choice: ColorChoice) -> bool {
        match choice {
            ColorChoice::On => true,
            ColorChoice::Off => false,
            ColorChoice::Auto if self.variable("NO_COLOR").is_some() => false,
            ColorChoice::Auto => {
                let forced = ["CLICOLOR_FORCE", "FORCE_COLOR"]
                    .iter()
                    .any(|name| self.variable(name).is_some_and(|value| value != "0"));
                let off = self.variable("CLICOLOR") == Some("0") || self.variable("FORCE_COLOR") == Some("0");
                forced || (self.terminal && !off)
            }
        }
    }
}
