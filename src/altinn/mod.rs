//! What Maskinporten's and Altinn's answers mean: likely cause and mend, from tables that are data.

mod bearer;
pub mod claims;
mod correspondence;
pub mod explain;
mod maskinporten;
mod platform;
#[cfg(test)]
mod tests;

pub use claims::Claims;
pub use explain::{Call, Explanation, explain, explain_exchange};
