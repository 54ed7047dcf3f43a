//! newman's own mapping (newman 6.2.2 `lib/reporters/junit`): iterations merged, a case per distinct test name.
//!
//! One thing is mended: there a pass resets the failures recorded earlier under the same name.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::PathBuf;

use indexmap::IndexMap;

use super::super::output::Output;
use super::super::{Bodies, ReportError, Reporter, ReporterOptions};
use super::xml;
use crate::event::record::{ItemRecord, RunRecord};
use crate::event::{Event, EventKind, Origin, Phase};

/// Failures of one test.
#[derive(Default)]
struct Test {
    failed: u64,
    /// Message and stack of the first and of the last failure.
    first: Option<(String, String)>,
}

#[derive(Default)]
struct Suite {
    path: String,
    tests: IndexMap<String, Test>,
    last_tests: usize,
    failures: u64,
    errors: u64,
    runs: u64,
    total: f64,
    last: f64,
    system_err: String,
}

pub(super) struct Newman {
    export: Option<PathBuf>,
    suites: IndexMap<String, Suite>,
    total: f64,
    classes: HashMap<String, String>,
}

impl Newman {
    pub(super) fn new(options: &ReporterOptions) -> Self {
        Self { export: options.export.clone(), suites: IndexMap::new(), total: 0.0, classes: HashMap::new() }
    }

    fn item(&mut self, item: &ItemRecord) {
        let Some(info) = item.item.as_ref().filter(|_| item.outcomes.iter().any(|o| o.origin != Origin::Token)) else {
            return;
        };
        let suite = self.suites.entry(info.id.clone()).or_default();
        suite.path = info.path();
        let seconds = item
            .main()
            .map_or(0.0, |o| if o.result.is_ok() { o.timings.total.as_millis() as f64 / 1000.0 } else { 0.0 });
        suite.runs += 1;
        suite.total += seconds;
        suite.last = seconds;
        self.total += seconds;
        errors(suite, item);
        suite.last_tests = item.assertions.len();
        for assertion in &item.assertions {
            let test = suite.tests.entry(assertion.name.clone()).or_default();
            if let Some(error) = &assertion.error {
                suite.failures += 1;
                test.failed += 1;
                let (name, message) =
                    (error.name.as_deref().unwrap_or("Error"), error.message.clone().unwrap_or_default());
                let stack = error.stack.clone().unwrap_or_else(|| {
                    format!("{name}: {message}\n   at Object.eval sandbox-script.js:{}:1)", assertion.index + 1)
                });
                test.first.get_or_insert((message, stack));
            }
        }
    }

    fn suite(&mut self, run: &RunRecord, id: &str, suite: &Suite, timestamp: &str) -> String {
        let mut out = String::new();
        let name = xml_attribute(&suite.path);
        let time = fixed(suite.total / suite.runs.max(1) as f64);
        let _ = write!(
            out,
            "  <testsuite name=\"{name}\" id=\"{}\" timestamp=\"{timestamp}\" tests=\"{}\" failures=\"{}\" errors=\"{}\" time=\"{time}\"",
            xml_attribute(id),
            suite.last_tests,
            suite.failures,
            suite.errors
        );
        if suite.tests.is_empty() && suite.system_err.is_empty() {
            out.push_str("/>\n");
            return out;
        }
        out.push_str(">\n");
        if !suite.system_err.is_empty() {
            let _ = writeln!(out, "    <system-err><![CDATA[{}]]></system-err>", xml::cdata(&suite.system_err));
        }
        let class = self.classes.entry(name.clone()).or_insert_with(|| class_name(&name)).clone();
        let class = if class.is_empty() { class_name(&run.info.collection_name) } else { class };
        for (name, test) in &suite.tests {
            let _ = write!(
                out,
                "    <testcase name=\"{}\" time=\"{}\" classname=\"{class}\"",
                xml_attribute(name),
                fixed(suite.last)
            );
            let Some((message, stack)) = &test.first else {
                out.push_str("/>\n");
                continue;
            };
            let _ =
                writeln!(out, ">\n      <failure type=\"AssertionFailure\" message=\"{}\">", xml_attribute(message));
            for line in [
                format!("Failed {} times.", test.failed),
                format!("Collection JSON ID: {}.", run.info.collection_id),
                format!("Collection name: {}.", run.info.collection_name),
                format!("Request name: {}.", suite.path),
                format!("Test description: {name}."),
                format!("Error message: {message}."),
                format!("Stacktrace: {stack}."),
            ] {
                let _ = writeln!(out, "        <![CDATA[{}]]>", xml::cdata(&line));
            }
            out.push_str("      </failure>\n    </testcase>\n");
        }
        out.push_str("  </testsuite>\n");
        out
    }
}

fn errors(suite: &mut Suite, item: &ItemRecord) {
    let mut text = format!("Iteration: {}\n", item.iteration);
    let before = suite.errors;
    if let Some(error) = item.outcomes.iter().filter(|o| o.origin != Origin::Token).find_map(|o| o.error()) {
        suite.errors += 1;
        let _ = writeln!(text, "RequestError: Error: {}", error.message);
    }
    text.push_str("\n---\n");
    for phase in [Phase::Test, Phase::Prerequest] {
        for (_, error) in item.script_errors.iter().filter(|(of, _)| *of == phase) {
            suite.errors += 1;
            let what = error.stack.as_deref().or(error.message.as_deref()).unwrap_or("undefined");
            let _ = write!(text, "{}ScriptError: {what}\n---\n", phase.listen());
        }
    }
    if suite.errors > before {
        suite.system_err.push_str(&text);
    }
}

impl Reporter for Newman {
    fn bodies(&self) -> Bodies {
        Bodies::Never
    }

    fn on_event(&mut self, event: &Event, run: &RunRecord) -> Result<(), ReportError> {
        if matches!(event.kind, EventKind::ItemFinished { .. }) {
            self.item(&run.item);
        }
        Ok(())
    }

    fn finish(&mut self, run: &RunRecord) -> Result<(), ReportError> {
        let mut out = Output::open(self.export.as_deref(), "newman-run-report.xml", run.completed_ms())?;
        let time = i64::try_from(run.info.started_ms)
            .ok()
            .and_then(|ms| jiff::Timestamp::from_millisecond(ms).ok())
            .unwrap_or_default();
        let timestamp = format!("{}.{:03}Z", time.strftime("%Y-%m-%dT%H:%M:%S"), run.info.started_ms % 1000);
        let suites = std::mem::take(&mut self.suites);
        write!(
            out,
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"{}\" tests=\"{}\" time=\"{}\"{}",
            xml_attribute(&run.info.collection_name),
            run.totals.tests.total,
            fixed(self.total),
            if suites.is_empty() { "/>" } else { ">\n" }
        )?;
        for (id, suite) in &suites {
            let text = self.suite(run, id, suite, &timestamp);
            out.write_all(text.as_bytes())?;
        }
        if !suites.is_empty() {
            out.write_all(b"</testsuites>")?;
        }
        out.commit().map(drop)
    }
}

fn fixed(seconds: f64) -> String {
    format!("{seconds:.3}")
}

/// As newman's XML writer escapes attributes: `>` stays.
fn xml_attribute(text: &str) -> String {
    xml::attribute(text)
        .replace("&gt;", ">")
        .replace("&#10;", "&#xA;")
        .replace("&#9;", "&#x9;")
        .replace("&#13;", "&#xD;")
}

/// PascalCase of the words of a name, ASCII only, as lodash makes it.
fn class_name(name: &str) -> String {
    let mut words: Vec<String> = Vec::new();
    let chars: Vec<char> = name.chars().filter(|c| !matches!(c, '\'' | '\u{2019}')).flat_map(deburr).collect();
    let mut word = String::new();
    for (i, &c) in chars.iter().enumerate() {
        let kind = Kind::of(c);
        let before = i.checked_sub(1).map_or(Kind::Other, |i| Kind::of(chars[i]));
        let after = chars.get(i + 1).map_or(Kind::Other, |c| Kind::of(*c));
        let breaks = kind == Kind::Other
            || (before == Kind::Lower && kind == Kind::Upper)
            || (before == Kind::Digit) != (kind == Kind::Digit)
            || (before == Kind::Upper && kind == Kind::Upper && after == Kind::Lower);
        if breaks && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        if kind != Kind::Other {
            word.push(c);
        }
    }
    words.push(word);
    let pascal: String = words
        .iter()
        .flat_map(|word| {
            let mut chars = word.chars();
            let first: String = chars.next().map(|c| c.to_uppercase().collect()).unwrap_or_default();
            (first + &chars.as_str().to_lowercase()).chars().collect::<Vec<_>>()
        })
        .filter(|c| c.is_ascii_alphanumeric() || *c == '_')
        .collect();
    pascal
}

#[derive(PartialEq, Eq, Clone, Copy)]
enum Kind {
    Upper,
    Lower,
    Digit,
    Other,
}

impl Kind {
    fn of(c: char) -> Self {
        match c {
            c if c.is_uppercase() => Self::Upper,
            c if c.is_alphabetic() => Self::Lower,
            c if c.is_ascii_digit() => Self::Digit,
            _ => Self::Other,
        }
    }
}

/// Letters of Latin-1 without their marks.
fn deburr(c: char) -> Vec<char> {
    let base = match c {
        'À'..='Å' => "A",
        'à'..='å' => "a",
        'Ç' => "C",
        'ç' => "c",
        'È'..='Ë' => "E",
        'è'..='ë' => "e",
        'Ì'..='Ï' => "I",
        'ì'..='ï' => "i",
        'Ñ' => "N",
        'ñ' => "n",
        'Ò'..='Ö' | 'Ø' => "O",
        'ò'..='ö' | 'ø' => "o",
        'Ù'..='Ü' => "U",
        'ù'..='ü' => "u",
        'Ý' => "Y",
        'ý' | 'ÿ' => "y",
        'Æ' => "Ae",
        'æ' => "ae",
        'ß' => "ss",
        _ => return vec![c],
    };
    base.chars().collect()
}

#[cfg(test)]
mod tests {
    use super::class_name;

    #[test]
    fn class_names_are_newmans() {
        for (name, class) in [
            ("F1 / same", "F1Same"),
            ("x &amp; &lt;y>", "XAmpLtY"),
            ("Folder / Sub / send", "FolderSubSend"),
            ("XMLHttp ødeLegg", "XmlHttpOdeLegg"),
            ("日本", ""),
        ] {
            assert_eq!(class_name(name), class);
        }
    }
}
