//! One module a command.

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

/// Prints to standard output; that the reader went away (`| head`) is not worth a message.
fn print(text: &str) {
    use std::io::Write;
    let mut out = std::io::stdout().lock();
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}
