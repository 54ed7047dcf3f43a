//! postbud runs Postman collections.
pub mod emulator;
