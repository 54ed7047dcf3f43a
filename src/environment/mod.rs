//! What a run is given from outside: environments and iteration data.
pub mod data;
