//! What a user sees: the binary is run, against servers that the tests start on loopback.

mod harness;
mod layering;
mod run;
mod sandbox_cases;
