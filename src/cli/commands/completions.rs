//! `postbud completions` and `postbud man`: made from the options themselves.

use clap::CommandFactory;

use crate::cli::args::{Cli, CompletionsArgs};
use crate::cli::{ExitStatus, Failure};

/// Prints the completion script for a shell.
pub(in crate::cli) fn completions(args: &CompletionsArgs) -> ExitStatus {
    let mut out = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "postbud", &mut out);
    super::print(&String::from_utf8_lossy(&out));
    ExitStatus::Passed
}

/// Prints the manual page, with a section for each command.
///
/// # Errors
/// When it cannot be made.
pub(in crate::cli) fn man() -> Result<ExitStatus, Failure> {
    let mut cli = Cli::command();
    cli.build();
    let mut out = Vec::new();
    let render = |command: &clap::Command, out: &mut Vec<u8>| clap_mangen::Man::new(command.clone()).render(out);
    render(&cli, &mut out).map_err(Failure::usage)?;
    for command in cli.get_subcommands().filter(|command| command.get_name() != "help") {
        let mut page = Vec::new();
        render(command, &mut page).map_err(Failure::usage)?;
        let page = String::from_utf8_lossy(&page).into_owned();
        // One page: the head of each further one is left out, its sections follow under the command's name.
        let body = page.split_once(".SH NAME").map_or(page.as_str(), |(_, body)| body);
        out.extend_from_slice(format!(".SH POSTBUD {}{body}", command.get_name().to_uppercase()).as_bytes());
    }
    super::print(&String::from_utf8_lossy(&out));
    Ok(ExitStatus::Passed)
}
