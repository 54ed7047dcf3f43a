//! What is given from outside the collection: environments, globals, iteration data.

mod file;

pub use file::{EnvironmentError, load_scope};

/// Rows of iteration data.
pub trait Rows {
    /// How many rows there are.
    fn count(&self) -> u32;
    /// The row of an iteration (from 0); past the end the last row again.
    ///
    /// # Errors
    /// When the file can no longer be read.
    fn row(&mut self, iteration: u32) -> Result<serde_json::Map<String, serde_json::Value>, String>;
}
