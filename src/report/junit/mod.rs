//! `junit`: for CI servers.
//!
//! A suite per request and iteration, a case per assertion; what broke (connection, script) is an `error` of its own, so that a
//! red run is never shown as green. `--reporter-junit-format newman` writes newman's mapping instead ([`newman`]).

mod newman;
mod suite;
mod xml;

use std::io::Write as _;
use std::path::PathBuf;

use super::exchange::Excerpt;
use super::output::Output;
use super::spool::Spool;
use super::{Bodies, ReportError, Reporter, ReporterOptions};
use crate::event::record::RunRecord;
use crate::event::{Event, EventKind};
use suite::Counts;

/// Characters of a body in `system-out`.
const BODY: usize = 4_000;

/// Options.
pub(super) const OPTIONS: &[(&str, &str)] = &[
    ("format", "postbud, or newman: its mapping of runs to suites"),
    ("omitRequestBodies", "leave out bodies of requests"),
    ("omitResponseBodies", "leave out bodies of responses"),
    ("omitHeaders", "leave out headers"),
    ("omitAllHeadersAndBody", "leave out headers and bodies"),
];

pub(super) fn make(options: &ReporterOptions) -> Result<Box<dyn Reporter>, ReportError> {
    match options.get("format") {
        None | Some("postbud") => {}
        Some("newman") => return Ok(Box::new(newman::Newman::new(options))),
        Some(other) => {
            return Err(ReportError::Option {
                option: "format",
                value: other.to_owned(),
                expected: "postbud or newman",
            });
        }
    }
    Ok(Box::new(Junit {
        export: options.export.clone(),
        excerpt: Excerpt::of(options, BODY),
        suites: Spool::default(),
        counts: Counts::default(),
    }))
}

struct Junit {
    export: Option<PathBuf>,
    excerpt: Excerpt,
    suites: Spool,
    counts: Counts,
}

impl Reporter for Junit {
    fn bodies(&self) -> Bodies {
        Bodies::OnFailure
    }

    fn on_event(&mut self, event: &Event, run: &RunRecord) -> Result<(), ReportError> {
        if let EventKind::ItemFinished { skipped } = event.kind {
            let (suite, counts) = suite::of_item(run, skipped, self.excerpt)?;
            self.counts.add(&counts);
            self.suites.push(suite.as_bytes())?;
        }
        Ok(())
    }

    fn finish(&mut self, run: &RunRecord) -> Result<(), ReportError> {
        if let Some(suite) = suite::of_end(run, &mut self.counts)? {
            self.suites.push(suite.as_bytes())?;
        }
        let mut out = Output::open(self.export.as_deref(), "newman-run-report.xml", run.completed_ms())?;
        writeln!(
            out,
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\" time=\"{}\">",
            xml::attribute(&run.info.collection_name),
            self.counts.tests,
            self.counts.failures,
            self.counts.errors,
            self.counts.skipped,
            xml::seconds(self.counts.millis),
        )?;
        self.suites.each::<ReportError>(|suite| {
            out.write_all(suite)?;
            out.write_all(b"\n")?;
            Ok(())
        })?;
        out.write_all(b"</testsuites>\n")?;
        out.commit().map(drop)
    }
}

#[cfg(test)]
mod tests;
