//! `postbud merge`: the reports of one run from the journals of several, or of one that was killed.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use super::run::reports::{Choice, Reports};
use crate::cli::args::{MergeArgs, ReporterWords};
use crate::cli::context::Context;
use crate::cli::{ExitStatus, Failure};
use crate::event::{Cursor, Event, EventKind, RunEnd, RunInfo};
use crate::report::jsonl::Reader;
use crate::runner::EventSink;
use crate::secret::Redactor;

/// Makes the reports.
///
/// # Errors
/// When a journal cannot be read, or is none.
pub(in crate::cli) fn run(
    args: &MergeArgs,
    reporter_options: &ReporterWords,
    context: &Context,
) -> Result<ExitStatus, Failure> {
    let infos = args.journals.iter().map(|path| info(path)).collect::<Result<Vec<_>, _>>()?;
    // Journals are redacted already; what is found in them by its shape is hidden again.
    let wanted = Choice {
        reporters: &args.reporters,
        words: reporter_options,
        color: args.color,
        unicode: !args.disable_unicode,
        verbose: false,
        silent: false,
    };
    let mut reports = Reports::new(&wanted, context, &Redactor::new())?;
    let mut merge = Merge {
        sink: &mut reports,
        offset: Duration::ZERO,
        last: Duration::ZERO,
        executions: 0,
        end: RunEnd::default(),
    };
    merge.sink.emit(Event {
        at: Duration::ZERO,
        cursor: Cursor::default(),
        kind: EventKind::RunStarted(joined(infos)),
    });
    for path in &args.journals {
        merge.journal(path)?;
    }
    let Merge { last, end, .. } = merge;
    let (error, interrupted) = (end.error.clone(), end.interrupted);
    reports.emit(Event { at: last, cursor: Cursor::default(), kind: EventKind::RunFinished(Arc::new(end)) });
    let verdict = reports.finish(None);
    for message in verdict.errors.iter().chain(&error) {
        eprintln!("error: {message}");
    }
    if !verdict.errors.is_empty() {
        return Ok(ExitStatus::ReportFailed);
    }
    Ok(if verdict.passed && error.is_none() && !interrupted { ExitStatus::Passed } else { ExitStatus::Failed })
}

fn open(path: &Path) -> Result<Reader<BufReader<File>>, Failure> {
    let file =
        File::open(path).map_err(|error| Failure::usage(format!("unable to read \"{}\": {error}", path.display())))?;
    Ok(Reader::new(BufReader::new(file)))
}

fn broken(path: &Path, error: &dyn std::fmt::Display) -> Failure {
    Failure::usage(format!("{}: {error}; a journal is what `postbud run -r jsonl` writes", path.display()))
}

/// What a journal says of its run.
fn info(path: &Path) -> Result<Arc<RunInfo>, Failure> {
    match open(path)?.next() {
        Some(Ok(Event { kind: EventKind::RunStarted(info), .. })) => Ok(info),
        Some(Err(error)) => Err(broken(path, &error)),
        Some(Ok(_)) => Err(broken(path, &"it does not begin with the start of a run")),
        None => Err(broken(path, &"it is empty")),
    }
}

/// The first, as large as the largest, begun when the earliest began.
fn joined(infos: Vec<Arc<RunInfo>>) -> Arc<RunInfo> {
    let mut all = infos.into_iter();
    let mut joined = all.next().as_deref().cloned().unwrap_or_default();
    for info in all {
        joined.iterations = joined.iterations.max(info.iterations);
        joined.items = joined.items.max(info.items);
        joined.started_ms = joined.started_ms.min(info.started_ms);
        joined.shard = None;
    }
    Arc::new(joined)
}

/// Puts journals one after the other.
struct Merge<'a> {
    sink: &'a mut Reports,
    /// Where this journal begins.
    offset: Duration,
    /// The last event so far.
    last: Duration,
    /// Executions of the journals before.
    executions: u64,
    end: RunEnd,
}

impl Merge<'_> {
    fn journal(&mut self, path: &Path) -> Result<(), Failure> {
        self.offset = self.last;
        let mut highest = 0;
        let mut ended = false;
        let mut iteration: Option<Cursor> = None;
        // An item is passed on when it is over, so that a run that was killed in it leaves nothing half open.
        let mut item: Option<Vec<Event>> = None;
        for event in open(path)? {
            let mut event = event.map_err(|error| broken(path, &error))?;
            event.at += self.offset;
            self.last = self.last.max(event.at);
            highest = highest.max(event.cursor.execution);
            event.cursor.execution += self.executions;
            match &event.kind {
                EventKind::RunStarted(_) => continue,
                EventKind::RunFinished(end) => {
                    ended = true;
                    self.end.environment = Arc::clone(&end.environment);
                    self.end.globals = Arc::clone(&end.globals);
                    self.end.interrupted |= end.interrupted;
                    if self.end.error.is_none() {
                        self.end.error.clone_from(&end.error);
                    }
                    continue;
                }
                EventKind::IterationStarted => iteration = Some(event.cursor.clone()),
                EventKind::IterationFinished { .. } => iteration = None,
                EventKind::ItemStarted => item = Some(Vec::new()),
                EventKind::ItemFinished { .. } => {
                    for earlier in item.take().unwrap_or_default() {
                        self.sink.emit(earlier);
                    }
                }
                _ => {}
            }
            match &mut item {
                Some(events) => events.push(event),
                None => self.sink.emit(event),
            }
        }
        if let Some(cursor) = iteration {
            self.sink.emit(Event { at: self.last, cursor, kind: EventKind::IterationFinished { completed: false } });
        }
        if !ended {
            let in_item = item.and_then(|events| events.first()?.cursor.item.clone());
            let place = in_item.map(|item| format!(" in \"{}\"", item.path())).unwrap_or_default();
            let message = format!("{} has no end: that run was cut off{place}", path.display());
            self.end.error.get_or_insert(message);
        }
        self.executions += highest;
        Ok(())
    }
}
