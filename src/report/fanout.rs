//! The way of an event to the reporters.

use std::sync::Arc;

use super::redacting::Redacting;
use super::{Bodies, ReportError, Reporter, ReporterOptions, find};
use crate::event::record::RunRecord;
use crate::event::{Event, EventKind, RequestOutcome};
use crate::secret::Redactor;

/// A reporter that could not do its work; the others went on.
#[derive(Debug, thiserror::Error)]
#[error("report `{name}`: {error}")]
pub struct ReportFailure {
    /// Name of the reporter.
    pub name: String,
    /// What went wrong.
    pub error: ReportError,
}

struct Slot {
    name: String,
    /// `None` after it failed.
    reporter: Option<Box<dyn Reporter>>,
}

/// All reporters of a run: redacts each event once, folds it into the record, passes it on.
pub struct Reporters {
    record: RunRecord,
    redacting: Redacting,
    slots: Vec<Slot>,
    failures: Vec<ReportFailure>,
    bodies: Bodies,
    /// The requests of the item that runs, as they were, for when their bodies are needed after all.
    originals: Vec<Arc<RequestOutcome>>,
    finished: bool,
}

impl Reporters {
    /// No reporters yet. The record is folded also without any.
    pub fn new(redactor: Redactor) -> Self {
        Self {
            record: RunRecord::new(),
            redacting: Redacting::new(redactor),
            slots: Vec::new(),
            failures: Vec::new(),
            bodies: Bodies::Never,
            originals: Vec::new(),
            finished: false,
        }
    }

    /// Adds the reporter of that name.
    pub fn add(&mut self, name: &str, options: &ReporterOptions) -> Result<(), ReportError> {
        let row = find(name).ok_or_else(|| ReportError::Unknown { name: name.to_owned() })?;
        self.push(name, (row.make)(options)?);
        Ok(())
    }

    /// Adds a reporter made elsewhere.
    pub fn push(&mut self, name: &str, reporter: Box<dyn Reporter>) {
        self.bodies = self.bodies.max(reporter.bodies());
        self.redacting.sources |= reporter.sources();
        self.slots.push(Slot { name: name.to_owned(), reporter: Some(reporter) });
    }

    /// What is known of the run, redacted.
    pub fn record(&self) -> &RunRecord {
        &self.record
    }

    /// Takes the next event of the run.
    pub fn on_event(&mut self, event: Event) {
        if let EventKind::RequestFinished(outcome) = &event.kind
            && self.bodies == Bodies::OnFailure
        {
            self.originals.push(Arc::clone(outcome));
        }
        if matches!(event.kind, EventKind::ItemStarted) {
            self.originals.clear();
        }
        let over = matches!(event.kind, EventKind::ItemFinished { .. });
        let event = self.redacting.event(event, self.bodies == Bodies::Always);
        self.record.fold(&event);
        if over {
            self.restore_bodies();
        }
        let record = &self.record;
        each(&mut self.slots, &mut self.failures, |reporter| reporter.on_event(&event, record));
    }

    /// An item that failed is shown with its bodies.
    fn restore_bodies(&mut self) {
        let originals = std::mem::take(&mut self.originals);
        if self.record.item.failed && originals.len() == self.record.item.outcomes.len() {
            self.record.item.outcomes = originals.iter().map(|outcome| self.redacting.outcome(outcome, true)).collect();
        }
    }

    /// Lets every reporter write what is left and returns all that went wrong; called again it does nothing.
    pub fn finish(&mut self) -> Vec<ReportFailure> {
        if !self.finished {
            self.finished = true;
            let record = &self.record;
            each(&mut self.slots, &mut self.failures, |reporter| reporter.finish(record));
        }
        std::mem::take(&mut self.failures)
    }
}

fn each(
    slots: &mut [Slot],
    failures: &mut Vec<ReportFailure>,
    mut act: impl FnMut(&mut dyn Reporter) -> Result<(), ReportError>,
) {
    for slot in slots {
        let Some(reporter) = &mut slot.reporter else { continue };
        if let Err(error) = act(reporter.as_mut()) {
            slot.reporter = None;
            // A reader that went away has seen enough.
            if !error.is_broken_pipe() {
                failures.push(ReportFailure { name: slot.name.clone(), error });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::rc::Rc;

    use super::super::testing::{self, rich_run};
    use super::*;

    struct Probe {
        seen: Rc<RefCell<Vec<String>>>,
        fails_at: usize,
        bodies: Bodies,
    }

    impl Reporter for Probe {
        fn bodies(&self) -> Bodies {
            self.bodies
        }

        fn on_event(&mut self, event: &Event, run: &RunRecord) -> Result<(), ReportError> {
            self.seen.borrow_mut().push(format!("{:?} {:?}", event.kind, run.item.outcomes));
            if self.seen.borrow().len() == self.fails_at { Err(std::io::Error::other("full").into()) } else { Ok(()) }
        }

        fn finish(&mut self, _: &RunRecord) -> Result<(), ReportError> {
            self.seen.borrow_mut().push("finish".to_owned());
            Ok(())
        }
    }

    fn probe(fails_at: usize, bodies: Bodies) -> (Rc<RefCell<Vec<String>>>, Box<Probe>) {
        let seen = Rc::new(RefCell::new(Vec::new()));
        (Rc::clone(&seen), Box::new(Probe { seen, fails_at, bodies }))
    }

    #[test]
    fn a_failing_reporter_is_noted_and_the_others_go_on() {
        let mut reporters = Reporters::new(Redactor::new());
        let (bad, reporter) = probe(2, Bodies::Never);
        reporters.push("bad", reporter);
        let (good, reporter) = probe(0, Bodies::Never);
        reporters.push("good", reporter);
        let events = rich_run();
        let count = events.len();
        for event in events {
            reporters.on_event(event);
        }
        let failures = reporters.finish();
        assert_eq!(failures.len(), 1);
        assert_eq!(failures[0].to_string(), "report `bad`: cannot write: full");
        assert_eq!(bad.borrow().len(), 2);
        assert_eq!(good.borrow().len(), count + 1);
        assert!(reporters.finish().is_empty());
    }

    #[test]
    fn no_secret_passes() {
        for bodies in [Bodies::Never, Bodies::OnFailure, Bodies::Always] {
            let redactor = Redactor::new();
            redactor.add(testing::SECRET);
            let mut reporters = Reporters::new(redactor);
            let (seen, reporter) = probe(0, bodies);
            reporters.push("probe", reporter);
            for event in rich_run() {
                reporters.on_event(event);
            }
            let seen = seen.borrow().join("\n");
            assert!(!seen.contains(testing::SECRET), "{bodies:?}");
            assert_eq!(seen.contains("Unauthorized body"), bodies != Bodies::Never, "{bodies:?}");
            assert_eq!(seen.contains("a passing body"), bodies == Bodies::Always, "{bodies:?}");
        }
    }

    #[test]
    fn the_record_counts_as_newman_does() {
        let mut reporters = Reporters::new(Redactor::new());
        for event in rich_run() {
            reporters.on_event(event);
        }
        let run = reporters.record();
        insta::assert_snapshot!(
            run.totals
                .stats()
                .iter()
                .map(|(name, c)| format!("{name} {}/{}/{}", c.total, c.pending, c.failed))
                .collect::<Vec<_>>()
                .join("\n")
        );
        assert!(!run.passed());
        assert_eq!(run.failure_count, 6);
        assert!(run.totals.stats().iter().all(|(_, count)| count.pending == 0));
    }
}
