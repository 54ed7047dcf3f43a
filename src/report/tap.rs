//! `tap`: Test Anything Protocol, version 14, on standard output or in a file.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::PathBuf;

use super::output::Output;
use super::spool::Spool;
use super::verdict::{self, Verdict};
use super::{Bodies, ReportError, Reporter, ReporterOptions};
use crate::event::record::RunRecord;
use crate::event::{Event, EventKind};

pub(super) fn make(options: &ReporterOptions) -> Box<dyn Reporter> {
    let export = options.export.clone().unwrap_or_else(|| PathBuf::from("-"));
    Box::new(Tap { export, points: Spool::default(), count: 0 })
}

struct Tap {
    export: PathBuf,
    points: Spool,
    count: u64,
}

impl Reporter for Tap {
    fn bodies(&self) -> Bodies {
        Bodies::Never
    }

    fn on_event(&mut self, event: &Event, run: &RunRecord) -> Result<(), ReportError> {
        let EventKind::ItemFinished { skipped } = event.kind else { return Ok(()) };
        let mut path = run.item.path();
        if run.info.iterations > 1 {
            path = format!("{path} [iteration {}]", run.item.iteration + 1);
        }
        for (name, verdict) in verdict::cases(&run.item, skipped) {
            self.count += 1;
            let point = point(self.count, &format!("{path}: {name}"), &verdict);
            self.points.push(point.as_bytes())?;
        }
        Ok(())
    }

    fn finish(&mut self, run: &RunRecord) -> Result<(), ReportError> {
        let mut out = Output::open(Some(&self.export), "newman-run-report.tap", run.completed_ms())?;
        write!(out, "TAP version 14\n1..{}\n", self.count)?;
        self.points.each::<ReportError>(|point| Ok(out.write_all(point)?))?;
        if let Some(error) = run.end.as_ref().and_then(|end| end.error.as_deref()) {
            writeln!(out, "Bail out! {}", description(error))?;
        }
        out.commit().map(drop)
    }
}

fn point(number: u64, name: &str, verdict: &Verdict) -> String {
    let name = description(name);
    let Some(fault) = verdict.fault() else {
        let skip = match verdict {
            Verdict::Skipped(why) => format!(" # SKIP {}", why.unwrap_or_default()),
            _ => String::new(),
        };
        return format!("ok {number} - {name}{}\n", skip.trim_end());
    };
    let severity = if matches!(verdict, Verdict::Broke(_)) { "error" } else { "fail" };
    let mut out = format!(
        "not ok {number} - {name}\n  ---\n  severity: {severity}\n  type: {}\n  message: {}\n",
        yaml(&fault.kind),
        yaml(&fault.message)
    );
    if let Some(detail) = fault.explained() {
        let _ = writeln!(out, "  detail: {}", yaml(&detail));
    }
    out + "  ...\n"
}

/// One line; `#` would begin a directive.
fn description(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect::<String>()
        .replace('\\', "\\\\")
        .replace('#', "\\#")
}

/// A JSON text is a YAML text.
fn yaml(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::super::testing;
    use super::*;

    #[test]
    fn the_rich_run() {
        let text = testing::written("tap", ReporterOptions::default());
        assert!(!text.contains(testing::SECRET));
        insta::assert_snapshot!(text);
    }

    #[test]
    fn directives_in_names_are_escaped() {
        assert_eq!(point(1, "a # SKIP\nb", &Verdict::Passed), "ok 1 - a \\# SKIP b\n");
    }
}
