//! One item's suite.
//!
//! The cases are written by the `junit-report` crate. It has no properties, no count of skipped cases, no name and totals of the
//! root, and times with more decimals than the schema of CI servers allows, so the opening tag of the suite and its
//! properties are written here.

use std::fmt::Write as _;

use jiff::Timestamp;
use junit_report::{Duration, ReportBuilder, TestCase, TestCaseBuilder, TestSuite};

use super::super::ReportError;
use super::super::exchange::{self, Excerpt};
use super::super::verdict::{self, Fault, Verdict};
use super::xml;
use crate::event::record::{ItemRecord, RunRecord};

/// What a suite, or the whole report, adds up to.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) tests: u64,
    pub(super) failures: u64,
    pub(super) errors: u64,
    pub(super) skipped: u64,
    pub(super) millis: u64,
}

impl Counts {
    pub(super) fn add(&mut self, other: &Self) {
        self.tests += other.tests;
        self.failures += other.failures;
        self.errors += other.errors;
        self.skipped += other.skipped;
        self.millis += other.millis;
    }

    fn of(suite: &TestSuite) -> Self {
        Self {
            tests: suite.tests() as u64,
            failures: suite.failures() as u64,
            errors: suite.errors() as u64,
            skipped: suite.skipped() as u64,
            millis: suite
                .testcases
                .iter()
                .map(|case| u64::try_from(case.time.whole_milliseconds()).unwrap_or_default())
                .sum(),
        }
    }
}

/// The suite of the item that just ended.
pub(super) fn of_item(run: &RunRecord, skipped: bool, excerpt: Excerpt) -> Result<(String, Counts), ReportError> {
    let item = &run.item;
    let mut name = item.path();
    if run.info.iterations > 1 {
        let _ = write!(name, " [iteration {}]", item.iteration + 1);
    }
    let mut suite = TestSuite::new(&xml::safe(&name));
    suite.add_testcases(cases(run, item, skipped, excerpt));
    let notes = notes(item);
    if !notes.is_empty() {
        suite.set_system_err(&xml::cdata(&notes));
    }
    let mut properties = properties(run);
    if run.info.iterations > 1 {
        properties.push(("iteration".to_owned(), (item.iteration + 1).to_string()));
    }
    for replaced in item.outcomes.iter().flat_map(|outcome| &outcome.substitutions) {
        properties.push(("substituted".to_owned(), exchange::substitution(replaced)));
    }
    let id = item.item.as_ref().map_or("", |item| item.id.as_str());
    let counts = Counts::of(&suite);
    Ok((render(suite, id, &started(run, item.started), &properties)?, counts))
}

/// A suite for how the run ended, where it ended early: a report that looks whole must not hide that it is not.
pub(super) fn of_end(run: &RunRecord, counts: &mut Counts) -> Result<Option<String>, ReportError> {
    let Some(end) = &run.end else { return Ok(None) };
    let message = match (&end.error, end.interrupted) {
        (Some(error), _) => error.clone(),
        (None, true) => "the run was interrupted".to_owned(),
        (None, false) => return Ok(None),
    };
    let mut case = TestCase::error("run", Duration::ZERO, "RunError", &xml::safe(&message));
    case.set_classname(&xml::safe(&plain(&run.info.collection_name)));
    let mut suite = TestSuite::new("run");
    suite.add_testcase(case);
    counts.add(&Counts::of(&suite));
    render(suite, "run", &started(run, run.at), &properties(run)).map(Some)
}

fn properties(run: &RunRecord) -> Vec<(String, String)> {
    let mut properties = vec![("collection".to_owned(), run.info.collection_name.clone())];
    properties.extend(run.info.environment_name.clone().map(|name| ("environment".to_owned(), name)));
    properties.extend(run.info.shard.clone().map(|shard| ("shard".to_owned(), shard)));
    properties.push(("postbud".to_owned(), env!("CARGO_PKG_VERSION").to_owned()));
    properties
}

fn started(run: &RunRecord, at: std::time::Duration) -> String {
    let ms = run.info.started_ms.saturating_add(u64::try_from(at.as_millis()).unwrap_or_default());
    let time = i64::try_from(ms).ok().and_then(|ms| Timestamp::from_millisecond(ms).ok()).unwrap_or_default();
    time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// The crate's XML of the suite, with an opening tag and properties of our own.
fn render(suite: TestSuite, id: &str, timestamp: &str, properties: &[(String, String)]) -> Result<String, ReportError> {
    let counts = Counts::of(&suite);
    let name = suite.name.clone();
    let mut bytes = Vec::new();
    ReportBuilder::new()
        .add_testsuite(suite)
        .build()
        .write_xml(&mut bytes)
        .map_err(|error| std::io::Error::other(error.to_string()))?;
    let text = String::from_utf8_lossy(&bytes);
    let inner = text.find("<testsuite ").and_then(|at| {
        let open = at + text[at..].find('>')?;
        let close = text.rfind("</testsuite>")?;
        text.get(open + 1..close)
    });
    let mut out = format!(
        "<testsuite name=\"{}\" id=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\" time=\"{}\" timestamp=\"{timestamp}\" hostname=\"localhost\">",
        xml::attribute(&name),
        xml::attribute(id),
        counts.tests,
        counts.failures,
        counts.errors,
        counts.skipped,
        xml::seconds(counts.millis),
    );
    out.push_str("<properties>");
    for (name, value) in properties {
        let _ = write!(out, "<property name=\"{}\" value=\"{}\"/>", xml::attribute(name), xml::attribute(value));
    }
    out.push_str("</properties>");
    out.push_str(inner.unwrap_or_default());
    out.push_str("</testsuite>");
    Ok(out)
}

/// Whole milliseconds whose seconds, as the crate prints them, have no more decimals than the schema allows.
fn time(millis: f64) -> Duration {
    let exact = |ms: i64| {
        Duration::milliseconds(ms)
            .as_seconds_f64()
            .to_string()
            .split_once('.')
            .is_none_or(|(_, decimals)| decimals.len() <= 3)
    };
    let ms = millis.round().clamp(0.0, 1e12) as i64;
    Duration::milliseconds((ms..ms + 5).find(|ms| exact(*ms)).unwrap_or(ms))
}

/// A name as a part of a class name, whose parts are separated by dots.
fn plain(name: &str) -> String {
    xml::safe(name).replace('.', "_")
}

fn class_name(run: &RunRecord, item: &ItemRecord) -> String {
    let mut parts = vec![plain(&run.info.collection_name)];
    if let Some(item) = &item.item {
        parts.extend(item.folders.iter().map(|folder| plain(folder)));
        parts.push(plain(&item.name));
    }
    parts.retain(|part| !part.is_empty());
    parts.join(".")
}

fn cases(run: &RunRecord, item: &ItemRecord, skipped: bool, excerpt: Excerpt) -> Vec<TestCase> {
    let class_name = class_name(run, item);
    let exchange = if item.failed { exchange::text(item, excerpt) } else { String::new() };
    let mut millis = verdict::millis(item);
    verdict::cases(item, skipped)
        .iter()
        // The response time counts once: the cases of a suite add up to it.
        .map(|(name, verdict)| {
            case(&xml::safe(name), verdict, time(std::mem::take(&mut millis)), &class_name, &exchange)
        })
        .collect()
}

fn case(name: &str, verdict: &Verdict, time: Duration, class_name: &str, exchange: &str) -> TestCase {
    let mut case = match verdict {
        Verdict::Passed => TestCaseBuilder::success(name, time),
        Verdict::Skipped(None) => TestCaseBuilder::skipped(name),
        Verdict::Skipped(Some(why)) => TestCaseBuilder::skipped_with_cause(name, "skipped", why),
        Verdict::Failed(fault) => {
            TestCaseBuilder::failure(name, time, &xml::safe(&fault.kind), &xml::safe(&fault.message))
        }
        Verdict::Broke(fault) => {
            TestCaseBuilder::error(name, time, &xml::safe(&fault.kind), &xml::safe(&fault.message))
        }
    };
    case.set_classname(class_name);
    if let Some(fault) = verdict.fault() {
        // Servers show the text of the element, not its message.
        let Fault { message, .. } = fault;
        let text = fault.explained().map_or_else(|| message.clone(), |detail| format!("{message}\n{detail}"));
        case.set_trace(&xml::cdata(&text));
        if !exchange.is_empty() {
            case.set_system_out(&xml::cdata(exchange));
        }
    }
    case.build()
}

/// Warnings and errors that no script waited for.
fn notes(item: &ItemRecord) -> String {
    let mut out = String::new();
    for warning in &item.warnings {
        let _ = writeln!(out, "warning: {} ({})", warning.message, warning.code);
    }
    if !item.failed && item.assertions.is_empty() {
        // Nothing else would say why a refused request was refused.
        for line in item.main().into_iter().flat_map(|outcome| exchange::causes(outcome)) {
            let _ = writeln!(out, "{line}");
        }
    }
    for error in &item.exceptions {
        let _ = writeln!(
            out,
            "uncaught {}: {}",
            error.name.as_deref().unwrap_or("exception"),
            error.message.as_deref().unwrap_or_default()
        );
    }
    out
}
