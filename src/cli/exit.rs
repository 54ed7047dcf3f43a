//! Exit codes: newman's 0 and 1, and codes of our own where newman has 1 or, wrongly, 0.

use std::process::ExitCode;

/// How the process ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExitStatus {
    /// Everything passed.
    Passed,
    /// Something failed.
    Failed,
    /// It could not run as asked: usage, unreadable input.
    Usage,
    /// A report could not be written.
    ReportFailed,
    /// Ended by a signal.
    Interrupted(i32),
}

impl ExitStatus {
    /// The code the shell sees.
    pub fn code(self) -> u8 {
        match self {
            Self::Passed => 0,
            Self::Failed => 1,
            Self::Usage => 2,
            Self::ReportFailed => 3,
            Self::Interrupted(signal) => 128 + u8::try_from(signal).unwrap_or(2),
        }
    }
}

impl From<ExitStatus> for ExitCode {
    fn from(status: ExitStatus) -> Self {
        Self::from(status.code())
    }
}
