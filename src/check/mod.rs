//! `postbud check`: what is wrong with a collection, found without sending anything or running a script.
//!
//! It looks at the collection's JSON rather than at what was read from it, because a place in the file belongs to every finding.
//! An *error* is something that cannot work; a *warning* something that a run would complain about, or that depends on what the
//! run is given; a *note* something to know.

mod files;
mod origin;
mod render;
mod scripts;
mod structure;
mod variables;
mod walk;

use std::collections::{HashMap, HashSet};
use std::path::PathBuf;

use serde_json::Value;

use crate::config::Config;
use crate::diagnostic::{Diagnostic, Place};
use crate::script::SandboxError;
use origin::Places;

pub use origin::Origin;
pub use render::{json, sarif, text};

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// To know.
    Note,
    /// A run would complain, or it depends on what the run is given.
    Warning,
    /// It cannot work.
    Error,
}

impl Level {
    /// Its name, which is SARIF's too.
    pub fn name(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// A kind of finding: its name and what it means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// Its name, stable.
    pub id: &'static str,
    /// What it means, in a line.
    pub help: &'static str,
    /// How bad it is, as a rule.
    pub level: Level,
}

/// Every kind of finding.
pub static RULES: &[Rule] = &[
    Rule { id: "unreadable", help: "the file cannot be read as a collection", level: Level::Error },
    Rule { id: "no-requests", help: "there is no request to run", level: Level::Error },
    Rule { id: "script-syntax", help: "a script does not parse", level: Level::Error },
    Rule { id: "ignored-part", help: "a part of the collection has a form that is not read", level: Level::Warning },
    Rule { id: "unsupported", help: "something that postbud does not do", level: Level::Warning },
    Rule { id: "no-token", help: "an OAuth 2.0 token that nothing gives", level: Level::Warning },
    Rule { id: "undefined-variable", help: "a variable that nothing defines", level: Level::Warning },
    Rule { id: "missing-file", help: "a file to upload that is not there", level: Level::Warning },
    Rule { id: "unknown-next-request", help: "setNextRequest names no request", level: Level::Warning },
    Rule { id: "needs-option", help: "works only with an option of the run", level: Level::Note },
    Rule { id: "no-assertions", help: "a request that nothing asserts on", level: Level::Note },
];

/// Something to say about a collection.
#[derive(Debug, Clone)]
pub struct Finding {
    /// How bad it is.
    pub level: Level,
    /// Name of its rule, one of [`RULES`].
    pub rule: &'static str,
    /// What is wrong, where, and what to do.
    pub diagnostic: Diagnostic,
    /// Folders, request and part, as people know it (`Folder › Request › test script, line 3`); empty for the whole file.
    pub path: String,
}

/// What a check looks at.
#[derive(Debug)]
pub struct Input<'a> {
    /// The collection.
    pub origin: Origin<'a>,
    /// Names that environments, globals, data and options define, with the text of their values.
    pub defined: HashMap<String, String>,
    /// Whether an environment or globals were given at all; words the help only.
    pub has_environment: bool,
    /// Relative paths of uploads start here.
    pub working_dir: PathBuf,
    /// postbud.yaml.
    pub config: Option<&'a Config>,
}

/// What a check found.
#[derive(Debug, Default)]
pub struct Report {
    /// The file.
    pub file: String,
    /// Name of the collection, where it could be read.
    pub name: Option<String>,
    /// Requests looked at.
    pub requests: usize,
    /// Findings, in the order of the file.
    pub findings: Vec<Finding>,
}

impl Report {
    /// Findings of a level.
    pub fn count(&self, level: Level) -> usize {
        self.findings.iter().filter(|finding| finding.level == level).count()
    }
}

/// Where findings are gathered, with what is needed to place them.
struct Findings<'a> {
    places: Places<'a>,
    list: Vec<Finding>,
    seen: HashSet<(String, usize, usize, &'static str, String)>,
}

impl Findings<'_> {
    /// Adds a finding about the value at a pointer into the collection.
    fn add(&mut self, rule: &'static str, pointer: &str, path: &str, message: &str, help: Option<String>) {
        let level = RULES.iter().find(|known| known.id == rule).map_or(Level::Warning, |rule| rule.level);
        self.add_as(level, rule, pointer, path, message, help, 0);
    }

    /// As [`Findings::add`], with another level and a column inside of the value.
    #[expect(clippy::too_many_arguments, reason = "each is a field of the finding")]
    fn add_as(
        &mut self,
        level: Level,
        rule: &'static str,
        pointer: &str,
        path: &str,
        message: &str,
        help: Option<String>,
        column: usize,
    ) {
        let at = self.places.of(pointer);
        let mut diagnostic = match at {
            Some((file, line, start)) => Diagnostic::at(file, line, start + column, message),
            None => Diagnostic::new(message),
        };
        if let Some(place) = &mut diagnostic.place {
            place.path = Some(path.to_owned()).filter(|path| !path.is_empty());
        }
        diagnostic.help = help;
        let (file, line, column) = at.map(|(f, line, column)| (f.name.clone(), line, column)).unwrap_or_default();
        if self.seen.insert((file, line, column, rule, message.to_owned())) {
            self.list.push(Finding { level, rule, diagnostic, path: path.to_owned() });
        }
    }
}

/// The report on something that cannot be read as a collection.
pub fn unreadable(name: &str, diagnostic: Diagnostic) -> Report {
    let finding = Finding { level: Level::Error, rule: "unreadable", diagnostic, path: String::new() };
    Report { file: name.to_owned(), findings: vec![finding], ..Report::default() }
}

/// Looks at a collection.
///
/// # Errors
/// When the engine that parses scripts cannot be started.
pub fn check(input: &Input<'_>) -> Result<Report, SandboxError> {
    let mut report = Report { file: input.origin.name().to_owned(), ..Report::default() };
    let unreadable =
        |diagnostic: Diagnostic| Finding { level: Level::Error, rule: "unreadable", diagnostic, path: String::new() };
    let (original, read) = match &input.origin {
        Origin::File(file) => match file.parse_json() {
            Ok(original) => (original, crate::collection::read_value(&file.name, file.text.as_bytes())),
            Err(diagnostic) => {
                report.findings.push(unreadable(diagnostic));
                return Ok(report);
            }
        },
        Origin::Folder { value, .. } => (Value::Null, Ok(value.clone())),
    };
    let mut value = match read {
        Ok(value) => value,
        Err(error) => {
            report.findings.push(unreadable(*error.0));
            return Ok(report);
        }
    };
    if let Some(config) = input.config
        && let Err(error) = crate::config::overlay::apply(&mut value, &config.overlay)
    {
        report.findings.push(unreadable(*error.0));
        return Ok(report);
    }
    report.name = value.pointer("/info/name").or_else(|| value.get("name")).and_then(Value::as_str).map(str::to_owned);
    let parts = walk::parts(&value);
    let places = match &input.origin {
        Origin::File(file) => Places::File { file, original: &original, prefix: prefix(&original) },
        Origin::Folder { value, files, .. } => Places::Folder { value, files },
    };
    let mut findings = Findings { places, list: Vec::new(), seen: HashSet::new() };
    if let Origin::Folder { warnings, .. } = &input.origin {
        for warning in warnings {
            findings.add("ignored-part", "/not-in-the-collection", "", warning, None);
        }
    }
    report.requests = parts.iter().filter(|part| part.is_request()).count();
    if report.requests == 0 {
        let help = "a run of it ends with exit code 2, unless --allow-empty is given".to_owned();
        findings.add("no-requests", "", "", "the collection has no request", Some(help));
    }
    structure::check(&parts, &mut findings);
    let scripts = scripts::gather(&parts, &mut findings);
    scripts::check(&scripts, &parts, input.config, &mut findings)?;
    variables::check(&parts, &scripts, input, &mut findings);
    files::check(&parts, input, &mut findings);
    report.findings = findings.list;
    report.findings.sort_by_cached_key(|finding| {
        let place = finding.diagnostic.place.as_ref();
        let of = |place: &Place| (place.file.clone(), place.line, place.column);
        (std::cmp::Reverse(finding.level), place.map(of))
    });
    Ok(report)
}

/// The pointer of the collection inside of `{"collection": …}`, which may be there twice.
fn prefix(original: &Value) -> String {
    let mut prefix = String::new();
    let mut value = original;
    for _ in 0..2 {
        let Some(inner) = value.get("collection") else { break };
        prefix.push_str("/collection");
        value = inner;
    }
    prefix
}

#[cfg(test)]
mod tests;
