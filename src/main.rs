//! The doorway: words in, exit code out.

use std::process::ExitCode;

fn main() -> ExitCode {
    postbud::cli::main(std::env::args_os().collect()).into()
}
