//! The reports of a run: which, with which options, and what came of them.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::cli::Failure;
use crate::cli::args::{ColorChoice, ReportArgs, ReporterWords};
use crate::cli::context::Context;
use crate::cli::rc::kebab_case;
use crate::event::Event;
use crate::report::{self, REPORTERS, ReportError, ReporterOptions, ReporterRow, Reporters};
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

impl<'a> From<&'a ReportArgs> for Choice<'a> {
    fn from(args: &'a ReportArgs) -> Self {
        Self {
            reporters: &args.reporters,
            words: &args.words,
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
        let by_reporter = options_by_reporter(args.words, &names)?;
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
            reporters.add(name, &options).map_err(|error| refused(name, &error))?;
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
        // What was skipped checked nothing.
        let made = record.totals.assertions.total.saturating_sub(record.totals.skipped_assertions);
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

fn refused(name: &str, error: &ReportError) -> Failure {
    match error {
        ReportError::Unknown { .. } => {
            let known: Vec<&str> = REPORTERS.iter().map(|row| row.name).collect();
            Failure::usage(format!("-r: {error}\n  = help: there are: {}", known.join(", ")))
        }
        ReportError::Option { option, value, expected } => {
            let option = kebab_case(option);
            Failure::usage(format!("--reporter-{name}-{option}: `{value}` is not what it takes: {expected}"))
        }
        _ => Failure::usage(format!("report `{name}`: {error}")),
    }
}

/// `--reporter-<name>-<option>` by reporter, in camel case; those that name no reporter hold for all that know them.
///
/// # Errors
/// When an option is none of its reporter, or of none: the file that somebody waits for would not be written.
fn options_by_reporter(
    words: &ReporterWords,
    names: &[&str],
) -> Result<BTreeMap<String, BTreeMap<String, String>>, Failure> {
    let mut by_reporter: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    let mut specific = Vec::new();
    let rows: Vec<&'static ReporterRow> = names.iter().filter_map(|name| report::find(name)).collect();
    for (word, value) in words {
        let value = value.clone().unwrap_or_else(|| "true".to_owned());
        let owner = REPORTERS.iter().find(|row| word.strip_prefix(row.name).is_some_and(|r| r.starts_with('-')));
        if let Some(row) = owner {
            let option = camel_case(&word[row.name.len() + 1..]);
            if !knows(row, &option) {
                return Err(no_option(word, &format!("the reporter {}", row.name), row.name, &[row]));
            }
            if names.contains(&row.name) {
                specific.push((row.name, option, value));
            } else {
                eprintln!("warning: --reporter-{word} has no effect: the reporter {} is not in -r", row.name);
            }
            continue;
        }
        let option = camel_case(word);
        let mut taken = false;
        for row in rows.iter().filter(|row| knows(row, &option)) {
            by_reporter.entry(row.name.to_owned()).or_default().insert(option.clone(), value.clone());
            taken = true;
        }
        // Without any known reporter, -r itself is what is wrong.
        if !taken && rows.len() == names.len() && !names.is_empty() {
            let whose = format!("no reporter of this run ({})", names.join(", "));
            return Err(no_option(word, &whose, "", &rows));
        }
    }
    for (name, option, value) in specific {
        by_reporter.entry(name.to_owned()).or_default().insert(option, value);
    }
    Ok(by_reporter)
}

fn knows(row: &ReporterRow, option: &str) -> bool {
    let asked = ReporterOptions::default().with(option, "");
    report::unknown_options(row, &asked).is_empty()
}

/// The error for an option that a reporter does not have, with the nearest one.
fn no_option(word: &str, whose: &str, prefix: &str, rows: &[&'static ReporterRow]) -> Failure {
    let whole = |row: &ReporterRow, option: &str| format!("--reporter-{}-{}", row.name, kebab_case(option));
    let options = |row: &'static ReporterRow| row.options.iter().map(|(option, _)| *option).chain(["export"]);
    // What was typed after the reporter's name.
    let typed = kebab_case(word.strip_prefix(prefix).unwrap_or(word).trim_start_matches('-'));
    let near = rows
        .iter()
        .flat_map(|row| options(row).map(|option| (strsim::jaro_winkler(&kebab_case(option), &typed), *row, option)))
        .filter(|(score, ..)| *score > 0.85)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, row, option)| whole(row, option));
    let known: Vec<String> = rows.iter().flat_map(|row| options(row).map(|option| whole(row, option))).collect();
    let help = match near {
        Some(near) => format!("did you mean {near}?"),
        None if prefix.is_empty() => "docs/options.md lists the options of each reporter".to_owned(),
        None => format!("there are: {}", known.join(", ")),
    };
    let verb = if prefix.is_empty() { "has" } else { "does not have" };
    Failure::usage(format!("--reporter-{word}: {whose} {verb} this option\n  = help: {help}"))
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
