//! `ctrf`: the Common Test Report Format (ctrf.io), a JSON that many dashboards and chat bots read.

use std::io::Write as _;
use std::path::PathBuf;

use serde_json::{Value, json};

use super::exchange::{self, Excerpt};
use super::output::Output;
use super::spool::Spool;
use super::verdict::{self, Verdict};
use super::{Bodies, ReportError, Reporter, ReporterOptions};
use crate::event::record::RunRecord;
use crate::event::{Event, EventKind};

/// Characters of a body shown with a failure.
const BODY: usize = 2_000;

pub(super) fn make(options: &ReporterOptions) -> Box<dyn Reporter> {
    Box::new(Ctrf {
        export: options.export.clone(),
        excerpt: Excerpt::of(options, BODY),
        tests: Spool::default(),
        passed: 0,
        failed: 0,
        skipped: 0,
        suites: 0,
    })
}

struct Ctrf {
    export: Option<PathBuf>,
    excerpt: Excerpt,
    tests: Spool,
    passed: u64,
    failed: u64,
    skipped: u64,
    suites: u64,
}

impl Reporter for Ctrf {
    fn bodies(&self) -> Bodies {
        Bodies::OnFailure
    }

    fn on_event(&mut self, event: &Event, run: &RunRecord) -> Result<(), ReportError> {
        let EventKind::ItemFinished { skipped } = event.kind else { return Ok(()) };
        let item = &run.item;
        self.suites += 1;
        let mut suite = vec![run.info.collection_name.clone()];
        if let Some(item) = &item.item {
            suite.extend(item.folders.iter().cloned());
            suite.push(item.name.clone());
        }
        let mut millis = verdict::millis(item);
        for (name, verdict) in verdict::cases(item, skipped) {
            let status = match &verdict {
                Verdict::Passed => "passed",
                Verdict::Skipped(_) => "skipped",
                Verdict::Failed(_) | Verdict::Broke(_) => "failed",
            };
            *match status {
                "passed" => &mut self.passed,
                "skipped" => &mut self.skipped,
                _ => &mut self.failed,
            } += 1;
            let mut test = json!({
                "name": format!("{}: {name}", item.path()),
                "status": status,
                "duration": std::mem::take(&mut millis).round() as u64,
                "suite": suite,
                "type": "api",
                "extra": { "iteration": item.iteration + 1 },
            });
            if let Some(fault) = verdict.fault() {
                test["message"] = Value::from(format!("{}: {}", fault.kind, fault.message));
                if let Some(detail) = fault.explained() {
                    test["trace"] = Value::from(detail);
                }
                test["stdout"] = exchange::text(item, self.excerpt).lines().collect();
            }
            let replaced: Vec<String> =
                item.outcomes.iter().flat_map(|o| &o.substitutions).map(exchange::substitution).collect();
            if !replaced.is_empty() {
                test["extra"]["substituted"] = Value::from(replaced);
            }
            self.tests.push(test.to_string().as_bytes())?;
        }
        Ok(())
    }

    fn finish(&mut self, run: &RunRecord) -> Result<(), ReportError> {
        let mut out = Output::open(self.export.as_deref(), "newman-run-report.ctrf.json", run.completed_ms())?;
        if let Some(message) = cut_short(run) {
            self.failed += 1;
            let test = json!({ "name": "run", "status": "failed", "duration": 0, "suite": [run.info.collection_name], "type": "api", "message": message });
            self.tests.push(test.to_string().as_bytes())?;
        }
        let tool = json!({ "name": "postbud", "version": env!("CARGO_PKG_VERSION") });
        let summary = json!({
            "tests": self.tests.len(), "passed": self.passed, "failed": self.failed, "skipped": self.skipped, "pending": 0, "other": 0,
            "suites": self.suites, "start": run.info.started_ms, "stop": run.completed_ms(),
        });
        write!(
            out,
            "{{\n  \"reportFormat\": \"CTRF\",\n  \"specVersion\": \"0.0.0\",\n  \"results\": {{\n    \"tool\": {tool},\n    \"summary\": {summary},\n    \"tests\": ["
        )?;
        let mut before = "\n      ";
        self.tests.each::<ReportError>(|test| {
            out.write_all(before.as_bytes())?;
            out.write_all(test)?;
            before = ",\n      ";
            Ok(())
        })?;
        let mut environment = json!({ "appName": run.info.collection_name });
        // The schema has no null.
        if let Some(name) = &run.info.environment_name {
            environment["testEnvironment"] = Value::from(name.as_str());
        }
        if let Some(shard) = &run.info.shard {
            environment["extra"] = json!({ "shard": shard });
        }
        write!(out, "\n    ],\n    \"environment\": {environment}\n  }}\n}}\n")?;
        out.commit().map(drop)
    }
}

/// Why the run did not get to its end: a report that looks whole must not hide that it is not.
fn cut_short(run: &RunRecord) -> Option<String> {
    let end = run.end.as_ref()?;
    if end.interrupted {
        return Some("the run was interrupted".to_owned());
    }
    end.error.as_ref().map(|error| format!("the run ended early: {error}"))
}

#[cfg(test)]
mod tests {
    use super::super::testing;
    use super::*;

    #[test]
    fn the_rich_run() {
        let text = testing::written("ctrf", ReporterOptions::default());
        assert!(!text.contains(testing::SECRET));
        let value: Value = serde_json::from_str(&text).unwrap();
        let summary = &value["results"]["summary"];
        let tests = value["results"]["tests"].as_array().unwrap();
        assert_eq!(summary["tests"], tests.len());
        assert_eq!(summary["failed"], tests.iter().filter(|t| t["status"] == "failed").count());
        insta::assert_snapshot!(text.replace(env!("CARGO_PKG_VERSION"), "[version]"));
    }
}
