//! What a user sees: the binary is run, against servers that the tests start on loopback.

mod altinn;
mod convert;
mod grant;
mod check;
mod commands;
mod harness;
mod hostile;
mod inputs;
mod layering;
mod options;
mod published;
mod run;
mod sandbox_cases;
mod verdict;
mod wire;
mod verify;
