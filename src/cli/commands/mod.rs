//! One module a command.

pub(super) mod convert;
pub(super) mod emulator;
pub(super) mod policy;
pub(super) mod run;
pub(super) mod token;
pub(super) mod verify;
