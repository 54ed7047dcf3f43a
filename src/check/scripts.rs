//! Scripts: whether they parse, what they assert, set and jump to.

use std::collections::HashSet;
use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

use super::walk::Part;
use super::{Findings, Level};
use crate::collection::{disabled, item};
use crate::config::{Config, request_path};
use crate::script::{SandboxError, SyntaxChecker};
use crate::variables::truthy;

/// A script and where it stands.
pub(super) struct Script {
    /// Index of the part it belongs to.
    pub(super) part: usize,
    /// Pointer of its `exec`, or of the script itself.
    pointer: String,
    /// Whether its text is a list of lines.
    listed: bool,
    /// `prerequest` or `test`.
    pub(super) listen: String,
    pub(super) source: String,
}

impl Script {
    /// The pointer of a line, from 1, and whether it is that line's own.
    fn line(&self, exec: Option<&Value>, line: usize) -> (String, bool) {
        if !self.listed {
            return (self.pointer.clone(), false);
        }
        let mut before = 0;
        for (index, entry) in exec.and_then(Value::as_array).into_iter().flatten().enumerate() {
            before += entry.as_str().unwrap_or_default().split('\n').count();
            if before >= line {
                return (format!("{}/{index}", self.pointer), entry.as_str().is_some_and(|text| !text.contains('\n')));
            }
        }
        (self.pointer.clone(), false)
    }
}

/// The texts that a pattern with three kinds of quotes found.
fn quoted<'a>(pattern: &Regex, text: &'a str) -> impl Iterator<Item = (usize, &'a str)> {
    pattern.captures_iter(text).filter_map(|found| {
        let name = (1..found.len()).find_map(|group| found.get(group))?;
        Some((found.get(0)?.start(), name.as_str()))
    })
}

/// A pattern of this file. They are constants and all used by the tests, so that no input decides whether one is valid.
fn pattern(text: &'static str) -> Regex {
    Regex::new(text).expect("a constant pattern")
}

static ASSERTS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\bpm\s*\.\s*(?:test|expect)\b|\btests\s*\[|\bpm\s*\.\s*response\s*\.\s*to\b|\bexpect\s*\(|\bassert\b|\.\s*should\b|\btv4\s*\.",
    )
});
static NEXT: LazyLock<Regex> =
    LazyLock::new(|| pattern(r#"\bsetNextRequest\s*\(\s*(?:"([^"\\]*)"|'([^'\\]*)'|`([^`\\$]*)`)\s*\)"#));
static SETS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r#"\.\s*set(?:EnvironmentVariable|GlobalVariable)?\s*\(\s*(?:"([^"\\]*)"|'([^'\\]*)'|`([^`\\$]*)`)"#)
});
/// Variables set under a name that is computed, or in bulk.
static SETS_COMPUTED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r#"(?:\b(?:environment|globals|collectionVariables|variables|env)\s*\.\s*set|\bset(?:EnvironmentVariable|GlobalVariable))\s*\(\s*(?:[^"'`\s)]|`[^`]*\$|"[^"]*"\s*\+|'[^']*'\s*\+)|\.\s*values\s*\.|\bpm\s*\[|=\s*pm\s*\.\s*(?:environment|globals|collectionVariables|variables)\b"#,
    )
});
/// Members that work only with files given on the command line.
static NEEDS_OPTION: LazyLock<Regex> = LazyLock::new(|| pattern(r"\bpm\s*\.\s*(?:(vault)\s*\.|(require)\s*\()"));

/// All scripts that would run, in file order.
pub(super) fn gather(parts: &[Part<'_>], findings: &mut Findings<'_>) -> Vec<Script> {
    let mut scripts = Vec::new();
    for (index, part) in parts.iter().enumerate() {
        let base = format!("{}/event", part.pointer);
        match part.value.get("event") {
            Some(Value::Array(events)) => {
                for (at, event) in events.iter().enumerate() {
                    scripts.extend(script(index, part, event, &format!("{base}/{at}"), findings));
                }
            }
            Some(event @ Value::Object(_)) => scripts.extend(script(index, part, event, &base, findings)),
            None | Some(Value::Null) => {}
            Some(_) => {
                let message = "`event` is no list; its scripts are not run";
                findings.add("ignored-part", &base, &part.path(), message, None);
            }
        }
    }
    scripts
}

fn script(index: usize, part: &Part<'_>, event: &Value, pointer: &str, findings: &mut Findings<'_>) -> Option<Script> {
    if disabled(event) || event.is_null() {
        return None;
    }
    let listen = event.get("listen").and_then(Value::as_str).unwrap_or_default();
    if !["prerequest", "test"].contains(&listen) {
        let message = format!("a script that listens to `{listen}` is never run");
        let help = Some("scripts listen to `prerequest` or `test`".to_owned());
        findings.add("ignored-part", pointer, &part.path(), &message, help);
        return None;
    }
    let script = event.get("script")?;
    let (source, exec) = match script {
        Value::String(_) | Value::Array(_) => (item::lines(script), String::new()),
        Value::Object(map) if map.get("src").is_some_and(truthy) => {
            let message = "a script of `src` is not loaded; nothing is run";
            findings.add("unsupported", &format!("{pointer}/script/src"), &part.path(), message, None);
            return None;
        }
        Value::Object(map) => (map.get("exec").map(item::lines)?, "/exec".to_owned()),
        _ => return None,
    };
    let listed = script.is_array() || script.get("exec").is_some_and(Value::is_array);
    Some(Script { part: index, pointer: format!("{pointer}/script{exec}"), listed, listen: listen.to_owned(), source })
}

/// Names that scripts give to variables, and whether some are computed.
pub(super) fn defined(scripts: &[Script]) -> (HashSet<String>, bool) {
    let mut names = HashSet::new();
    let mut computed = false;
    for script in scripts {
        names.extend(quoted(&SETS, &script.source).map(|(_, name)| name.to_owned()));
        computed |= SETS_COMPUTED.is_match(&script.source);
    }
    (names, computed)
}

/// Looks at the scripts.
pub(super) fn check(
    scripts: &[Script],
    parts: &[Part<'_>],
    config: Option<&Config>,
    findings: &mut Findings<'_>,
) -> Result<(), SandboxError> {
    let checker = SyntaxChecker::new()?;
    let mut targets: HashSet<&str> = HashSet::new();
    for part in parts.iter().filter(|part| part.is_request()) {
        targets.extend(part.names.last().copied());
        targets.extend(["id", "_postman_id", "uid"].iter().filter_map(|key| part.value.get(*key)?.as_str()));
    }
    for script in scripts {
        let part = &parts[script.part];
        let exec = part_exec(parts, script);
        let place = |line: usize| {
            let name = if script.listen == "test" { "test script" } else { "pre-request script" };
            [part.path(), format!("{name}, line {line}")]
                .iter()
                .filter(|s| !s.is_empty())
                .cloned()
                .collect::<Vec<_>>()
                .join(" › ")
        };
        if let Some(problem) = checker.check(&script.source) {
            let line = problem.line.unwrap_or(1);
            let (pointer, own) = script.line(exec, line);
            // The column inside of a JSON string counts its quote; escapes before it shift it, which is near enough.
            let column = problem.column.filter(|_| own).unwrap_or(0);
            let message = format!("the script does not parse: {}", problem.message);
            findings.add_as(Level::Error, "script-syntax", &pointer, &place(line), &message, None, column);
        }
        let line_of = |offset: usize| script.source[..offset].matches('\n').count() + 1;
        for (offset, name) in quoted(&NEXT, &script.source) {
            if !targets.contains(name) && !name.contains("{{") {
                let line = line_of(offset);
                let message = format!("setNextRequest(\"{name}\") names no request; the iteration would end there");
                let known: Vec<&str> = targets.iter().copied().collect();
                let help = crate::config::nearest(name, &known).map(|near| format!("did you mean \"{near}\"?"));
                findings.add("unknown-next-request", &script.line(exec, line).0, &place(line), &message, help);
            }
        }
        for (offset, name) in quoted(&NEEDS_OPTION, &script.source) {
            let line = line_of(offset);
            let (option, help) = match name {
                "vault" => ("--vault", "run it with `--vault FILE`, a file of the secrets"),
                _ => ("--packages", "run it with `--packages DIR`, a folder of the packages"),
            };
            let message = format!("pm.{name} works only with {option}");
            findings.add("needs-option", &script.line(exec, line).0, &place(line), &message, Some(help.to_owned()));
        }
    }
    unasserted(scripts, parts, config, findings);
    Ok(())
}

/// The JSON of a script's `exec`.
fn part_exec<'a>(parts: &[Part<'a>], script: &Script) -> Option<&'a Value> {
    let part = &parts[script.part];
    part.value.pointer(script.pointer.strip_prefix(&part.pointer)?)
}

/// Requests that neither a script of theirs, nor one of a folder around them, nor `expect:` says anything about.
fn unasserted(scripts: &[Script], parts: &[Part<'_>], config: Option<&Config>, findings: &mut Findings<'_>) {
    let asserting: HashSet<usize> =
        scripts.iter().filter(|script| ASSERTS.is_match(&script.source)).map(|script| script.part).collect();
    for (index, part) in parts.iter().enumerate().filter(|(_, part)| part.is_request()) {
        let above = part.above.iter().any(|above| asserting.contains(above));
        let (name, folders) = part.names.split_last().map_or(("", &[][..]), |(name, folders)| (*name, folders));
        let expected = config.is_some_and(|config| {
            let path = request_path(folders.iter().copied(), name);
            config.expect_success == Some(true) || !config.rules_for(&path).is_empty()
        });
        if !above && !asserting.contains(&index) && !expected {
            let help = "a run is green whatever it answers; add a test, `expect:` in postbud.yaml, or --expect-success";
            findings.add(
                "no-assertions",
                &part.pointer,
                &part.path(),
                "nothing asserts on this request",
                Some(help.to_owned()),
            );
        }
    }
}
