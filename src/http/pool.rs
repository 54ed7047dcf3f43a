//! Connections kept open between requests.

use super::link::Link;

/// Connections kept at most; the oldest goes first.
const MOST: usize = 64;

/// What a connection must agree in to be used again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Key {
    pub(super) host: String,
    pub(super) port: u16,
    /// Number of the TLS settings; `None` for plain connections.
    pub(super) tls: Option<usize>,
    /// HTTP/2 without TLS.
    pub(super) http2: bool,
    /// The proxy it goes through.
    pub(super) proxy: Option<String>,
}

/// Idle connections, oldest first.
#[derive(Default)]
pub(super) struct Pool {
    idle: Vec<(Key, Link)>,
}

impl Pool {
    /// The connection used last that fits and looks alive; dead ones on the way are dropped.
    pub(super) fn take(&mut self, key: &Key) -> Option<Link> {
        while let Some(at) = self.idle.iter().rposition(|(own, _)| own == key) {
            let (_, mut connection) = self.idle.remove(at);
            if connection.looks_alive() {
                return Some(connection);
            }
        }
        None
    }

    /// Keeps a connection for later.
    pub(super) fn put(&mut self, key: Key, connection: Link) {
        if self.idle.len() >= MOST {
            self.idle.remove(0);
        }
        self.idle.push((key, connection));
    }
}
