//! A connection of either version of HTTP, and a request in the form that it takes.

use bytes::Bytes;

use super::connection::{Connection, Expect, Failure, Received};
use super::http2::{self, Http2};
use super::outgoing::Outgoing;

/// Requests up to this size are written in one go.
const WRITE_AT_ONCE: usize = 64 * 1024;

/// An open connection.
pub(super) enum Link {
    Http1(Connection),
    Http2(Box<Http2>),
}

/// A request on its way, whatever it travels on.
pub(super) struct Message<'a> {
    pub(super) outgoing: &'a Outgoing,
    /// The request line holds the whole URL, for a proxy.
    pub(super) absolute: bool,
    /// The body goes out with neither a length nor chunks.
    pub(super) unframed: bool,
}

impl Link {
    /// Whether an idle connection is still good, as far as can be seen without waiting.
    pub(super) fn looks_alive(&mut self) -> bool {
        match self {
            Self::Http1(connection) => connection.looks_alive(),
            Self::Http2(connection) => connection.looks_alive(),
        }
    }

    /// Sends a request and reads its response.
    pub(super) async fn exchange(&mut self, message: &Message<'_>, expect: Expect) -> Result<Received, Failure> {
        match self {
            Self::Http1(connection) => {
                let (head, body) = message.as_http1();
                connection.exchange(&head, &body, expect).await
            }
            Self::Http2(connection) => connection.exchange(&http2::as_sent(&message.outgoing.request), expect).await,
        }
    }
}

impl Message<'_> {
    /// Head and body as HTTP/1.1 has them; a small body, or one without an end, comes with the head.
    fn as_http1(&self) -> (Vec<u8>, Bytes) {
        let mut head = self.outgoing.head(self.absolute);
        let mut body = self.outgoing.framed_body();
        if self.unframed || head.len() + body.len() <= WRITE_AT_ONCE {
            // Without a length nobody can say where this request ends.
            head.extend_from_slice(&std::mem::take(&mut body));
        }
        (head, body)
    }
}
