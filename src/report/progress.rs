//! `progress` and `emojitrain`: newman's two small reporters for the terminal.

use std::io::{self, Write};

use super::cli::progress::Progress;
use super::{Bodies, ReportError, Reporter, ReporterOptions};
use crate::event::record::RunRecord;
use crate::event::{Event, EventKind};

/// `progress`: only a bar, and nothing where standard output is no terminal.
pub(super) fn make(options: &ReporterOptions) -> Box<dyn Reporter> {
    Box::new(Bar { progress: Progress::alone(options) })
}

/// `emojitrain`: a face per item.
pub(super) fn make_emojitrain(options: &ReporterOptions) -> Box<dyn Reporter> {
    Box::new(Emojitrain { out: Box::new(io::stdout()), silent: options.silent || options.flag("silent") })
}

struct Bar {
    progress: Progress,
}

impl Reporter for Bar {
    fn bodies(&self) -> Bodies {
        Bodies::Never
    }

    fn on_event(&mut self, event: &Event, run: &RunRecord) -> Result<(), ReportError> {
        if matches!(event.kind, EventKind::ItemFinished { .. }) {
            let mut out = io::stdout();
            self.progress.clear(&mut out)?;
            self.progress.draw(&mut out, run)?;
            out.flush()?;
        }
        Ok(())
    }

    fn finish(&mut self, run: &RunRecord) -> Result<(), ReportError> {
        let mut out = io::stdout();
        self.progress.last(&mut out, run)?;
        out.flush()?;
        Ok(())
    }
}

struct Emojitrain {
    out: Box<dyn Write>,
    silent: bool,
}

impl Reporter for Emojitrain {
    fn bodies(&self) -> Bodies {
        Bodies::Never
    }

    fn on_event(&mut self, event: &Event, run: &RunRecord) -> Result<(), ReportError> {
        if matches!(event.kind, EventKind::ItemFinished { .. }) && !self.silent {
            write!(self.out, "{}", if run.item.failed { "😢 " } else { "😀 " })?;
            self.out.flush()?;
        }
        Ok(())
    }

    fn finish(&mut self, run: &RunRecord) -> Result<(), ReportError> {
        if !self.silent {
            writeln!(self.out, "{}", if run.passed() { " 😍" } else { " 😭" })?;
        }
        Ok(())
    }
}
