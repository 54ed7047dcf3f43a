//! One module a command.

pub mod emulator;
pub mod run;
pub mod token;
