//! What is given from outside the collection: environments, globals, iteration data.

pub mod data;
mod file;

pub use file::{EnvironmentError, load_scope};
