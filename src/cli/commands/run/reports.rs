//! The reports of a run: which, with which options, and what came of them.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::cli::Failure;
use crate::cli::args::{ColorChoice, ReporterWords, RunArgs};
use crate::cli::context::Context;
use crate::event::Event;
use crate::report::{REPORTERS, ReporterOptions, Reporters};
use crate::runner::EventSink;
use crate::secret::Redactor;

/// Which reports, and how they look.
pub(in crate::cli) struct Choice<'a> {
    /// Names, separated by commas.
    pub(in crate::cli) reporters: &'a str,
    /// Options of reporters.
    pub(in crate::cli) words: &'a ReporterWords,
    /// When to use colours.
    pub(in crate::cli) color: ColorChoice,
    /// Symbols rather than plain text.
    pub(in crate::cli) unicode: bool,
    /// Every request and response.
    pub(in crate::cli) verbose: bool,
    /// Nothing on the terminal.
    pub(in crate::cli) silent: bool,
}

impl<'a> From<&'a RunArgs> for Choice<'a> {
    fn from(args: &'a RunArgs) -> Self {
        Self {
            reporters: &args.reporters,
            words: &args.reporter_options,
            color: args.color,
            unicode: !args.disable_unicode,
            verbose: args.verbose,
            silent: args.silent,
        }
    }
}

/// The reports of a run as the runner's sink.
pub(in crate::cli) struct Reports {
    reporters: Reporters,
}

/// What came of a run.
pub(in crate::cli) struct Verdict {
    /// Nothing failed.
    pub(in crate::cli) passed: bool,
    /// Reports that could not be written.
    pub(in crate::cli) errors: Vec<String>,
}

impl Reports {
    /// The reporters that the arguments name; each once.
    pub(in crate::cli) fn new(args: &Choice<'_>, context: &Context, redactor: &Redactor) -> Result<Self, Failure> {
        let mut reporters = Reporters::new(redactor.clone());
        let mut names: Vec<&str> = Vec::new();
        for name in args.reporters.split(',').map(str::trim).filter(|name| !name.is_empty()) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        let by_reporter = options_by_reporter(args.words, &names);
        for name in &names {
            let mut options = by_reporter.get(*name).cloned().unwrap_or_default();
            let export = options.remove("export").filter(|path| path != "true");
            let options = ReporterOptions {
                export: export.map(PathBuf::from),
                options,
                color: context.color(args.color),
                width: context.width,
                unicode: args.unicode,
                verbose: args.verbose,
                terminal: context.terminal,
                silent: args.silent,
            };
            reporters.add(name, &options).map_err(|error| {
                let known: Vec<&str> = REPORTERS.iter().map(|row| row.name).collect();
                Failure::usage(format!("-r: {error}\n  there are: {}", known.join(", ")))
            })?;
        }
        Ok(Self { reporters })
    }

    /// Whether something failed so far.
    pub(in crate::cli) fn failed(&self) -> bool {
        !self.reporters.record().passed()
    }

    /// Lets the reports be written, and gives the verdict.
    pub(in crate::cli) fn finish(mut self, min_assertions: Option<u64>) -> Verdict {
        let errors = self.reporters.finish().iter().map(ToString::to_string).collect();
        let record = self.reporters.record();
        let made = record.totals.assertions.total;
        let mut passed = record.passed();
        if let Some(wanted) = min_assertions.filter(|wanted| made < *wanted) {
            eprintln!("error: {made} assertions were made, --min-assertions asks for {wanted}");
            passed = false;
        }
        Verdict { passed, errors }
    }
}

impl EventSink for Reports {
    fn emit(&mut self, event: Event) {
        self.reporters.on_event(event);
    }
}

/// `--reporter-<name>-<option>` by reporter, in camel case; those that name no reporter of the run hold for all of them.
fn options_by_reporter(words: &ReporterWords, names: &[&str]) -> BTreeMap<String, BTreeMap<String, String>> {
    let mut by_reporter: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    let mut specific = Vec::new();
    for (word, value) in words {
        let value = value.clone().unwrap_or_else(|| "true".to_owned());
        let owner = REPORTERS
            .iter()
            .map(|row| row.name)
            .find(|name| word.strip_prefix(name).is_some_and(|r| r.starts_with('-')));
        match owner {
            Some(name) if names.contains(&name) => specific.push((name, camel_case(&word[name.len() + 1..]), value)),
            Some(name) => eprintln!("warning: --reporter-{word} has no effect: the reporter {name} is not in -r"),
            None => {
                for name in names {
                    by_reporter.entry((*name).to_owned()).or_default().insert(camel_case(word), value.clone());
                }
            }
        }
    }
    for (name, option, value) in specific {
        by_reporter.entry(name.to_owned()).or_default().insert(option, value);
    }
    by_reporter
}

/// `no-banner` → `noBanner`.
fn camel_case(words: &str) -> String {
    let mut out = String::with_capacity(words.len());
    let mut upper = false;
    for c in words.chars() {
        if c == '-' {
            upper = true;
        } else if upper {
            out.extend(c.to_uppercase());
            upper = false;
        } else {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::camel_case;

    #[test]
    fn option_names_become_camel_case() {
        assert_eq!(camel_case("no-success-assertions"), "noSuccessAssertions");
        assert_eq!(camel_case("export"), "export");
    }
}
