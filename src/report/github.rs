//! `github`: annotations of a GitHub Actions run, as workflow commands on standard output.

use std::io::Write as _;
use std::path::PathBuf;

use super::output::Output;
use super::{Bodies, ReportError, Reporter, ReporterOptions};
use crate::event::Event;
use crate::event::record::{Failure, RunRecord};

/// GitHub shows ten of a kind for a step; more only fill the log.
const SHOWN: usize = 10;

pub(super) fn make(options: &ReporterOptions) -> Box<dyn Reporter> {
    Box::new(Github { export: options.export.clone().unwrap_or_else(|| PathBuf::from("-")) })
}

struct Github {
    export: PathBuf,
}

impl Reporter for Github {
    fn bodies(&self) -> Bodies {
        Bodies::Never
    }

    fn on_event(&mut self, _: &Event, _: &RunRecord) -> Result<(), ReportError> {
        Ok(())
    }

    fn finish(&mut self, run: &RunRecord) -> Result<(), ReportError> {
        let mut out = Output::open(Some(&self.export), "newman-run-report.txt", run.completed_ms())?;
        // The last one tells of those left out, so that the count is true.
        let room = if run.failure_count as usize > SHOWN { SHOWN - 1 } else { SHOWN };
        for failure in run.failures.iter().take(room) {
            writeln!(out, "{}", command("error", &title(failure, run), &failure_text(failure)))?;
        }
        let more = run.failure_count.saturating_sub(room as u64);
        if more > 0 {
            writeln!(out, "{}", command("error", &run.info.collection_name, &format!("and {more} more failures")))?;
        }
        if let Some(error) = run.end.as_ref().and_then(|end| end.error.as_deref()) {
            writeln!(out, "{}", command("error", &run.info.collection_name, &format!("the run ended early: {error}")))?;
        }
        for noted in run.warnings.iter().take(SHOWN) {
            let title = if noted.path.is_empty() { &run.info.collection_name } else { &noted.path };
            writeln!(
                out,
                "{}",
                command("warning", title, &format!("{} ({})", noted.warning.message, noted.warning.code))
            )?;
        }
        let totals = &run.totals;
        let summary = format!(
            "{} of {} assertions failed, {} of {} requests, {} of {} scripts",
            totals.assertions.failed,
            totals.assertions.total,
            totals.requests.failed,
            totals.requests.total,
            totals.scripts.failed,
            totals.scripts.total
        );
        writeln!(out, "{}", command("notice", &run.info.collection_name, &summary))?;
        out.commit().map(drop)
    }
}

fn title(failure: &Failure, run: &RunRecord) -> String {
    let path = failure.path();
    let path = if path.is_empty() { run.info.collection_name.clone() } else { path };
    if run.info.iterations > 1 { format!("{path} [iteration {}]", failure.iteration + 1) } else { path }
}

fn failure_text(failure: &Failure) -> String {
    let name = failure.test.as_deref().or(failure.name.as_deref()).unwrap_or("error");
    format!("{name}: {}\nat {}", failure.message.as_deref().unwrap_or_default(), failure.at)
}

/// `::error title=…::…` with GitHub's escapes.
fn command(kind: &str, title: &str, message: &str) -> String {
    let data = |text: &str| text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
    format!("::{kind} title={}::{}", data(title).replace(':', "%3A").replace(',', "%2C"), data(message))
}

#[cfg(test)]
mod tests {
    use super::super::testing;
    use super::*;

    #[test]
    fn the_rich_run() {
        let text = testing::written("github", ReporterOptions::default());
        assert!(!text.contains(testing::SECRET));
        insta::assert_snapshot!(text);
    }

    #[test]
    fn a_message_cannot_be_a_command() {
        assert_eq!(command("error", "a:b,c", "x\n::set-output"), "::error title=a%3Ab%2Cc::x%0A::set-output");
    }
}
