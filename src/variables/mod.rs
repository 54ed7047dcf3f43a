//! Scopes of variables and the filling in of `{{…}}`.
pub mod dynamic;
