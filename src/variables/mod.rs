//! Variables: one [`Variable`], the [`Scope`] that holds many, and the [`ScopeStack`] that fills in `{{…}}`.

pub mod dynamic;
mod scope;
mod substitute;

pub use scope::{Scope, Variable, number_text, text_of, truthy};
pub use substitute::{ScopeStack, tokens};
