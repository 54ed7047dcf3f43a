//! One module a command.

use std::io::Write;
use std::sync::atomic::{AtomicBool, Ordering};

pub(super) mod check;
pub(super) mod completions;
pub(super) mod convert;
pub(super) mod emulator;
pub(super) mod init;
pub(super) mod merge;
pub(super) mod policy;
pub(super) mod run;
pub(super) mod token;
pub(super) mod verify;

/// Whether something could not be printed.
static UNPRINTED: AtomicBool = AtomicBool::new(false);

/// Prints to standard output. That the reader went away (`| head`) is not worth a message; anything else is said once, and
/// [`unprinted`] knows it.
fn print(text: &str) {
    let mut out = std::io::stdout().lock();
    if let Err(error) = out.write_all(text.as_bytes()).and_then(|()| out.flush())
        && error.kind() != std::io::ErrorKind::BrokenPipe
        && !UNPRINTED.swap(true, Ordering::Relaxed)
    {
        eprintln!("error: standard output cannot be written: {error}");
    }
}

/// Whether something could not be printed since this was asked last.
pub(super) fn unprinted() -> bool {
    UNPRINTED.swap(false, Ordering::Relaxed)
}

/// `println!` without its panic where standard output cannot be written.
macro_rules! say {
    ($($part:tt)*) => { $crate::cli::commands::print(&format!("{}\n", format_args!($($part)*))) };
}
use say;
