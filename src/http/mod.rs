//! HTTP: what is asked, what was sent, what came back, and the client between.
//!
//! [`message`] and [`url`] are plain data without input or output; [`client`] is the only place of the crate that opens
//! connections for a collection's requests. It speaks HTTP/1.1 by itself rather than through reqwest, because Postman keeps header
//! case and order, raw request targets and Latin-1 bytes on the wire, which reqwest (and hyper below it) normalise.

mod host;
pub mod message;
pub mod url;
