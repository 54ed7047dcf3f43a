//! Iteration data.
