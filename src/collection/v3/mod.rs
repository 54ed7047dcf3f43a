//! The third format of collections: a folder, one YAML file for each request, folder and saved response.
//!
//! ```text
//! <collection>/.resources/definition.yaml                       what the collection itself holds
//! <collection>/<name>.request.yaml                              a request
//! <collection>/<folder>/.resources/definition.yaml              what a folder holds
//! <scope>/.resources/<name>.resources/examples/<n>.example.yaml a saved response
//! ```
//!
//! [`read`] makes one v2.1 object of it, [`write()`](write()) does the reverse.

mod body;
mod definition;
mod emit;
mod fields;
mod names;
mod request;
mod scope;
mod script;
#[cfg(test)]
mod tests;
mod tree;
mod write;
mod yaml;

pub use scope::read_scope;
pub use tree::{is_collection, read, read_placed, read_whole};
pub use write::{Loss, Written, files, write};
