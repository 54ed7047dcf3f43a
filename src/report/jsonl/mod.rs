//! `jsonl`: every event as it happens, one JSON object a line, flushed: the journal of a run.
//!
//! Other programs can follow it (`event` has newman's name for each event), and [`Reader`] gives the events back, so that every
//! report can be made from a journal, also of a run that was killed.

mod read;
mod wire;
mod write;

use std::io::{self, BufWriter, Write};
use std::path::PathBuf;

pub use read::{JournalError, Reader};

use super::{Bodies, ReportError, Reporter, ReporterOptions};
use crate::event::Event;
use crate::event::record::RunRecord;

pub(super) fn make(options: &ReporterOptions) -> Result<Box<dyn Reporter>, ReportError> {
    // Not through a temporary file: what was written is there when the run is killed.
    let mut place = None;
    let out: Box<dyn Write> = match options.export.as_deref().filter(|path| path.as_os_str() != "-") {
        None => Box::new(io::stdout()),
        Some(path) => {
            let path = super::output::resolve(
                Some(path),
                "newman-run-report.jsonl",
                jiff::Timestamp::now().as_millisecond().unsigned_abs(),
            );
            let open = || {
                if let Some(parent) = path.parent() {
                    std::fs::create_dir_all(parent)?;
                }
                std::fs::File::create(&path)
            };
            let file = open().map_err(|source| ReportError::Write { path: path.clone(), source })?;
            place = Some(path);
            Box::new(file)
        }
    };
    Ok(Box::new(Jsonl { out: BufWriter::new(out), place, writer: write::Writer::default() }))
}

struct Jsonl {
    out: BufWriter<Box<dyn Write>>,
    /// The file, where it is one.
    place: Option<PathBuf>,
    writer: write::Writer,
}

impl Reporter for Jsonl {
    fn bodies(&self) -> Bodies {
        Bodies::Always
    }

    fn sources(&self) -> bool {
        true
    }

    fn on_event(&mut self, event: &Event, _: &RunRecord) -> Result<(), ReportError> {
        let line = self.writer.line(event).map_err(io::Error::from)?;
        let written = self.out.write_all(line.as_bytes()).and_then(|()| self.out.write_all(b"\n"));
        written.and_then(|()| self.out.flush()).map_err(|error| self.failed(error))
    }

    fn finish(&mut self, _: &RunRecord) -> Result<(), ReportError> {
        self.out.flush().map_err(|error| self.failed(error))
    }
}

impl Jsonl {
    fn failed(&self, source: io::Error) -> ReportError {
        match &self.place {
            Some(path) => ReportError::Write { path: path.clone(), source },
            None => ReportError::Io(source),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing;
    use super::*;

    fn journal(events: &[Event]) -> String {
        let mut writer = write::Writer::default();
        events.iter().map(|event| writer.line(event).unwrap() + "\n").collect()
    }

    #[test]
    fn a_journal_gives_back_every_event() {
        let events = testing::rich_run();
        let text = journal(&events);
        let read: Vec<Event> = Reader::new(text.as_bytes()).collect::<Result<_, _>>().unwrap();
        assert_eq!(format!("{events:?}"), format!("{read:?}"));
        assert_eq!(text, journal(&read));
    }

    #[test]
    fn the_line_that_a_kill_cut_off_is_left_out() {
        let text = journal(&testing::rich_run());
        let cut = &text[..text.len() - 20];
        let read: Vec<_> = Reader::new(cut.as_bytes()).collect();
        assert_eq!(read.len(), text.lines().count() - 1);
        assert!(read.iter().all(Result::is_ok));
        let broken = text.replacen("{\"at\"", "{\"xx\"", 1);
        let error = Reader::new(broken.as_bytes()).next().unwrap().unwrap_err();
        assert!(error.to_string().starts_with("line 1 of the journal"), "{error}");
    }

    #[test]
    fn the_rich_run() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("run.jsonl");
        testing::report("jsonl", &ReporterOptions { export: Some(path.clone()), ..ReporterOptions::default() });
        let text = std::fs::read_to_string(path).unwrap();
        assert!(!text.contains(testing::SECRET));
        insta::assert_snapshot!(text);
    }
}
