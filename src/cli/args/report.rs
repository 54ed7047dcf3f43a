//! Which reports, and how they look: the same for all commands that report a run.

use clap::Args;

use super::{ColorChoice, ReporterWords};

/// Options of reports.
#[derive(Debug, Args)]
pub struct ReportArgs {
    /// Reporters, separated by commas; `-r` alone: none
    #[arg(short = 'r', long, value_name = "NAMES", num_args = 0..=1, default_missing_value = "",
        default_value = "cli", help_heading = "Reports")]
    pub reporters: String,
    /// Nothing on the terminal
    #[arg(long, help_heading = "Reports")]
    pub silent: bool,
    /// Plain text in place of symbols
    #[arg(long, help_heading = "Reports")]
    pub disable_unicode: bool,
    /// Colours
    #[arg(long, value_enum, default_value_t = ColorChoice::Auto, value_name = "WHEN", help_heading = "Reports")]
    pub color: ColorChoice,
    /// Show every request and response
    #[arg(long, help_heading = "Reports")]
    pub verbose: bool,
    /// Options of reporters, taken out of the words before clap sees them
    #[arg(skip)]
    pub words: ReporterWords,
}
