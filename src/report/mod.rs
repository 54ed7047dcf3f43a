//! Reports: what a run was, for people and for other programs.
//!
//! A reporter is a file of this folder and a row in [`REPORTERS`]. [`Reporters`] takes the events of a run, redacts each once,
//! folds it into the [`RunRecord`] and passes it on, so that the terminal, the files and the exit code agree by construction.
//! What a reporter needs of an item is in [`RunRecord::item`] when the item is over; what it keeps beyond that it spools.

mod cli;
mod ctrf;
mod diff;
mod exchange;
mod fanout;
mod format;
mod github;
mod html;
mod json;
pub mod jsonl;
mod junit;
mod markdown;
mod options;
mod output;
mod progress;
mod redacting;
mod spool;
mod tap;
#[cfg(test)]
mod testing;
mod verdict;

use std::io;
use std::path::PathBuf;

pub use fanout::{ReportFailure, Reporters};
pub use options::ReporterOptions;

use crate::event::Event;
use crate::event::record::RunRecord;

/// A report could not be made.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// No reporter has this name.
    #[error("no reporter is named `{name}`{}", nearest(.name))]
    Unknown {
        /// What was asked for.
        name: String,
    },
    /// An option of the reporter has a value it does not know.
    #[error("`{value}` is no value of the option `{option}`; it takes {expected}")]
    Option {
        /// Name of the option.
        option: &'static str,
        /// What was given.
        value: String,
        /// What it takes.
        expected: &'static str,
    },
    /// The file could not be written.
    #[error("cannot write {}: {source}", .path.display())]
    Write {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Standard output or a temporary file could not be written.
    #[error("cannot write: {0}")]
    Io(#[from] io::Error),
    /// A template is wrong.
    #[error("the template is wrong: {0}")]
    Template(String),
}

fn nearest(name: &str) -> String {
    REPORTERS
        .iter()
        .map(|row| (strsim::damerau_levenshtein(row.name, name), row.name))
        .min()
        .filter(|(distance, _)| *distance <= 2)
        .map(|(_, near)| format!("; did you mean `{near}`?"))
        .unwrap_or_default()
}

impl ReportError {
    /// Whether the reader of the output went away (`| head`), which is no mistake.
    pub fn is_broken_pipe(&self) -> bool {
        matches!(self, Self::Io(source) | Self::Write { source, .. } if source.kind() == io::ErrorKind::BrokenPipe)
    }
}

/// Which bodies of messages a reporter shows. Those that none shows are not searched for secrets, which costs time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Bodies {
    /// None.
    Never,
    /// Those of items that failed, when the item is over.
    OnFailure,
    /// All.
    Always,
}

/// Writes one kind of report.
///
/// Everything it is given is redacted already. Bodies are there as far as [`Reporter::bodies`] asks for them: with
/// [`Bodies::OnFailure`] they are empty in events, and whole in [`RunRecord::item`] at the end of an item that failed.
pub trait Reporter {
    /// Which bodies it shows.
    fn bodies(&self) -> Bodies {
        Bodies::OnFailure
    }

    /// Whether it shows the collection and the items as authored.
    fn sources(&self) -> bool {
        false
    }

    /// Takes an event; the record has it already.
    fn on_event(&mut self, event: &Event, run: &RunRecord) -> Result<(), ReportError>;

    /// Writes what is left; called once, however the run ended.
    fn finish(&mut self, run: &RunRecord) -> Result<(), ReportError>;
}

/// Makes a reporter.
pub type Constructor = fn(&ReporterOptions) -> Result<Box<dyn Reporter>, ReportError>;

/// A kind of report.
#[derive(Debug)]
pub struct ReporterRow {
    /// Its name after `-r`.
    pub name: &'static str,
    /// What it writes, in a line.
    pub help: &'static str,
    /// Whether it writes to standard output unless it is given a file.
    pub terminal: bool,
    /// Its options beside `export`: name in camel case, and what it does.
    pub options: &'static [(&'static str, &'static str)],
    /// Makes it.
    pub make: Constructor,
}

const SILENT: &[(&str, &str)] = &[("silent", "print nothing")];

/// Every kind of report.
pub static REPORTERS: &[ReporterRow] = &[
    ReporterRow {
        name: "cli",
        help: "what happens, on the terminal, with a summary at the end (default)",
        terminal: true,
        options: cli::OPTIONS,
        make: cli::make,
    },
    ReporterRow {
        name: "json",
        help: "everything, in the shape of newman's JSON report",
        terminal: false,
        options: json::OPTIONS,
        make: json::make,
    },
    ReporterRow {
        name: "junit",
        help: "a suite per request, a case per assertion, for CI servers",
        terminal: false,
        options: junit::OPTIONS,
        make: junit::make,
    },
    ReporterRow {
        name: "jsonl",
        help: "every event as it happens, a line of JSON each: the journal of the run",
        terminal: true,
        options: &[],
        make: jsonl::make,
    },
    ReporterRow {
        name: "html",
        help: "one page that needs no network, with every exchange, search, filters and a chart",
        terminal: false,
        options: html::OPTIONS,
        make: html::make,
    },
    ReporterRow {
        name: "htmlextra",
        help: "the same as html, for command lines written for newman-reporter-htmlextra",
        terminal: false,
        options: html::EXTRA_OPTIONS,
        make: html::make,
    },
    ReporterRow {
        name: "markdown",
        help: "a summary for job pages and merge requests",
        terminal: true,
        options: exchange::OPTIONS,
        make: |options| Ok(markdown::make(options)),
    },
    ReporterRow {
        name: "github",
        help: "annotations for GitHub Actions",
        terminal: true,
        options: &[],
        make: |options| Ok(github::make(options)),
    },
    ReporterRow {
        name: "tap",
        help: "Test Anything Protocol, version 14",
        terminal: true,
        options: &[],
        make: |options| Ok(tap::make(options)),
    },
    ReporterRow {
        name: "ctrf",
        help: "Common Test Report Format",
        terminal: false,
        options: exchange::OPTIONS,
        make: |options| Ok(ctrf::make(options)),
    },
    ReporterRow {
        name: "progress",
        help: "only a progress bar, on a terminal",
        terminal: true,
        options: SILENT,
        make: |options| Ok(progress::make(options)),
    },
    ReporterRow {
        name: "emojitrain",
        help: "a face per request",
        terminal: true,
        options: SILENT,
        make: |options| Ok(progress::make_emojitrain(options)),
    },
];

/// The row of that name.
pub fn find(name: &str) -> Option<&'static ReporterRow> {
    REPORTERS.iter().find(|row| row.name == name)
}

/// Options given to a reporter that it does not know.
pub fn unknown_options(row: &ReporterRow, options: &ReporterOptions) -> Vec<String> {
    let known = |name: &str| name == "export" || row.options.iter().any(|(option, _)| *option == name);
    options.options.keys().filter(|name| !known(name)).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Those that write to a file when they are given one.
    fn to_files() -> impl Iterator<Item = &'static ReporterRow> {
        REPORTERS.iter().filter(|row| !matches!(row.name, "progress" | "emojitrain"))
    }

    #[test]
    fn names_are_unique_and_near_misses_are_named() {
        let mut names: Vec<_> = REPORTERS.iter().map(|row| row.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), REPORTERS.len());
        let error =
            Reporters::new(crate::secret::Redactor::new()).add("juint", &ReporterOptions::default()).unwrap_err();
        assert_eq!(error.to_string(), "no reporter is named `juint`; did you mean `junit`?");
    }

    #[test]
    fn options_no_reporter_knows_are_named() {
        let row = find("cli").unwrap();
        let options = ReporterOptions::default().with("noSummary", "true").with("noSumary", "true").with("export", "x");
        assert_eq!(unknown_options(row, &options), ["noSumary"]);
    }

    #[test]
    fn no_report_shows_a_secret() {
        for row in to_files() {
            for options in [ReporterOptions::default(), ReporterOptions { verbose: true, ..ReporterOptions::default() }]
            {
                let text = testing::written(row.name, options);
                assert!(!text.is_empty(), "{}", row.name);
                for secret in
                    [testing::SECRET, "access_token=abc", "hidden-value", "zzz", "sid=abc123", "assertion=abc"]
                {
                    assert!(!text.contains(secret), "{secret} in {}", row.name);
                }
            }
        }
    }

    #[test]
    fn every_report_can_be_made_of_a_run_that_stopped_anywhere() {
        let events = testing::rich_run();
        let folder = tempfile::tempdir().unwrap();
        for count in 0..=events.len() {
            let mut reporters = Reporters::new(crate::secret::Redactor::new());
            for row in to_files() {
                let export = Some(folder.path().join(row.name));
                reporters.add(row.name, &ReporterOptions { export, ..ReporterOptions::default() }).unwrap();
            }
            for event in events.iter().take(count).cloned() {
                reporters.on_event(event);
            }
            let failures = reporters.finish();
            assert!(failures.is_empty(), "after {count} events: {failures:?}");
            let json = std::fs::read_to_string(folder.path().join("json")).unwrap();
            serde_json::from_str::<serde_json::Value>(&json).unwrap();
            let xml = std::fs::read_to_string(folder.path().join("junit")).unwrap();
            roxmltree::Document::parse(&xml).unwrap();
        }
    }

    #[test]
    fn without_redaction_all_is_there() {
        let mut reporters = Reporters::new(crate::secret::Redactor::off());
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("report.json");
        reporters
            .add(
                "json",
                &ReporterOptions { export: Some(path.clone()), ..ReporterOptions::default().with("body", "text") },
            )
            .unwrap();
        for event in testing::rich_run() {
            reporters.on_event(event);
        }
        assert!(reporters.finish().is_empty());
        assert!(std::fs::read_to_string(path).unwrap().contains(testing::SECRET));
    }
}
