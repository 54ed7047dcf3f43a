//! HTTP: what is asked, what was sent, what came back, and the client between.
//!
//! [`message`] and [`url`] are plain data without input or output; [`client`] is the only place of the crate that opens
//! connections for a collection's requests. It speaks HTTP/1.1 by itself rather than through reqwest, because Postman keeps header
//! case and order, raw request targets and Latin-1 bytes on the wire, which reqwest (and hyper below it) normalise.
//!
//! The way of a request: [`client`] lets `outgoing` merge and complete the headers, takes a connection from the `pool` or opens
//! one along the route that `proxy` names (`connect`, `socks`, `tls`), `connection` writes it and reads the answer (`head`,
//! `chunked`) or, where HTTP/2 was asked for, `http2` does, `decode` undoes its encoding, `redirect` says what comes next.

pub mod charset;
mod chunked;
mod ciphers;
pub mod client;
pub mod client_cert;
pub mod connect;
mod connection;
pub mod cookie;
pub mod cookie_file;
pub mod cookies;
mod decode;
mod errors;
#[cfg(fuzzing)]
pub mod fuzzing;
mod head;
mod host;
mod http2;
mod link;
pub mod message;
mod outgoing;
pub mod pem;
mod pool;
pub mod proxy;
mod redirect;
mod socks;
pub mod status;
#[cfg(test)]
mod testing;
mod tls;
mod tls_error;
pub mod url;
mod verify;
pub(crate) mod x509;
