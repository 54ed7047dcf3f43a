//! The reports of a run: which, with which options, and what came of them.

use std::path::PathBuf;

use crate::cli::Failure;
use crate::cli::args::RunArgs;
use crate::cli::context::Context;
use crate::event::Event;
use crate::report::{Reporters, Terminal};
use crate::runner::EventSink;
use crate::secret::Redactor;

/// The reports of a run as the runner's sink.
pub(super) struct Reports {
    reporters: Reporters,
}

/// What came of a run.
pub(super) struct Verdict {
    /// Nothing failed.
    pub(super) passed: bool,
    /// Reports that could not be written.
    pub(super) errors: Vec<String>,
}

impl EventSink for Reports {
    fn emit(&mut self, event: Event) {
        self.reporters.emit(event);
    }
}
