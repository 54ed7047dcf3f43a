//! One module a command.

pub(super) mod emulator;
pub(super) mod run;
pub(super) mod token;
