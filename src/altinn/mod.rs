//! What Maskinporten's and Altinn's answers mean: likely cause and mend, from tables that are data.

pub mod claims;
pub mod explain;

pub use claims::Claims;
pub use explain::{Call, Explanation, explain};
