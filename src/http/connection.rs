//! One connection: writing a request, reading its response.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use bytes::{Buf, BufMut, Bytes, BytesMut};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio::net::TcpStream;

use super::chunked::{Chunks, Step};
use super::head::{self, Framing, Head, NOT_HTTP, ParseError};
use super::message::SendError;
use super::redirect;
use super::tls_error;

/// How long the body of a redirect is waited for: nobody reads it.
pub(super) const REDIRECT_BODY: Duration = Duration::from_secs(1);
/// Room asked for in one read.
const READ_SIZE: usize = 16 * 1024;

/// Reading and writing, whatever is below.
pub(super) trait Io: AsyncRead + AsyncWrite + Unpin {}
impl<T: AsyncRead + AsyncWrite + Unpin> Io for T {}

/// A plain socket, or something around it.
pub(super) enum Stream {
    Plain(TcpStream),
    Wrapped(Box<dyn Io>),
}

impl Stream {
    fn io(self: Pin<&mut Self>) -> Pin<&mut dyn Io> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream),
            Self::Wrapped(stream) => Pin::new(stream),
        }
    }
}

impl AsyncRead for Stream {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        self.io().poll_read(cx, buf)
    }
}

impl AsyncWrite for Stream {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        self.io().poll_write(cx, buf)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.io().poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.io().poll_shutdown(cx)
    }
}

/// What to expect of the response.
#[derive(Clone, Copy)]
pub(super) struct Expect {
    /// The request was a HEAD.
    pub(super) head_only: bool,
    /// Node's `insecureHTTPParser`.
    pub(super) lenient: bool,
    /// Longest silence.
    pub(super) idle: Option<Duration>,
    /// Most body bytes.
    pub(super) limit: Option<u64>,
    /// Redirects are followed, so the body of one matters little.
    pub(super) follow: bool,
}

/// A response as received.
pub(super) struct Received {
    pub(super) head: Head,
    pub(super) body: Bytes,
    pub(super) first_byte: Instant,
    /// The connection may carry another request.
    pub(super) reusable: bool,
    /// It came over HTTP/2.
    pub(super) http2: bool,
}

/// Why nothing was received.
pub(super) struct Failure {
    pub(super) error: SendError,
    /// The peer closed without a byte of an answer: on a reused connection, it never saw the request.
    pub(super) unanswered: bool,
}

impl From<SendError> for Failure {
    fn from(error: SendError) -> Self {
        Self { error, unanswered: false }
    }
}

impl From<ParseError> for Failure {
    fn from(error: ParseError) -> Self {
        SendError::from(error).into()
    }
}

/// A connection and the bytes received on it that were not used yet.
pub(super) struct Connection {
    stream: Stream,
    buffer: BytesMut,
    /// The answer came before the request was written to its end.
    unfinished: bool,
    /// When an idle server will close it, by its `Keep-Alive` header.
    pub(super) expires: Option<Instant>,
}

impl Connection {
    pub(super) fn new(stream: Stream) -> Self {
        Self { stream, buffer: BytesMut::new(), unfinished: false, expires: None }
    }

    /// Gives the socket back, for a tunnel.
    pub(super) fn into_stream(self) -> Stream {
        self.stream
    }

    /// Whether an idle connection is still good, as far as can be seen without waiting.
    pub(super) fn looks_alive(&self) -> bool {
        if !self.buffer.is_empty() || self.expires.is_some_and(|at| Instant::now() >= at) {
            return false;
        }
        match &self.stream {
            Stream::Plain(stream) => {
                matches!(stream.try_read(&mut [0; 1]), Err(error) if error.kind() == io::ErrorKind::WouldBlock)
            }
            Stream::Wrapped(_) => true,
        }
    }

    /// Sends a request and reads its response.
    ///
    /// `head` may hold the body too; a `body` that stands apart is written while the answer is read, since a server may answer an
    /// upload and close before its end.
    pub(super) async fn exchange(&mut self, head: &[u8], body: &Bytes, expect: Expect) -> Result<Received, Failure> {
        let written = if body.is_empty() {
            self.write_all(head, expect.idle).await
        } else {
            self.write_while_reading(Buf::chain(head, body.clone()), expect).await
        };
        if let Err(error) = written {
            // A server that refuses an upload may have answered before it closed.
            let broken = error.code.as_deref().is_some_and(|code| matches!(code, "EPIPE" | "ECONNRESET"));
            if !broken || (self.buffer.is_empty() && !matches!(self.fill(expect.idle).await, Ok(count) if count > 0)) {
                return Err(Failure { error, unanswered: broken });
            }
        }
        self.receive(expect).await
    }

    async fn write_all(&mut self, bytes: &[u8], idle: Option<Duration>) -> Result<(), SendError> {
        let write = async {
            self.stream.write_all(bytes).await?;
            self.stream.flush().await
        };
        within(idle, write).await?.map_err(|error| stream_error(&error, "write"))
    }

    async fn write_while_reading(&mut self, mut bytes: impl Buf, expect: Expect) -> Result<(), SendError> {
        let idle = expect.idle;
        while bytes.has_remaining() {
            self.buffer.reserve(READ_SIZE);
            let (stream, buffer) = (&mut self.stream, &mut self.buffer);
            let mut answered = false;
            let progress = std::future::poll_fn(|cx| {
                let written = Pin::new(&mut *stream).poll_write(cx, bytes.chunk());
                if let Poll::Ready(result) = written {
                    return Poll::Ready(result);
                }
                let read = std::pin::pin!(stream.read_buf(buffer)).poll(cx);
                match read {
                    Poll::Ready(Ok(count)) if count > 0 => {
                        answered = true;
                        Poll::Ready(Ok(0))
                    }
                    Poll::Ready(Ok(_)) => Poll::Ready(Err(io::ErrorKind::BrokenPipe.into())),
                    Poll::Ready(Err(error)) => Poll::Ready(Err(error)),
                    Poll::Pending => Poll::Pending,
                }
            });
            let count = within(idle, progress).await?.map_err(|error| stream_error(&error, "write"))?;
            if count == 0 && !answered {
                return Err(SendError::from_io(&io::ErrorKind::BrokenPipe.into(), "write", None));
            }
            bytes.advance(count);
            // Whoever answers an upload before its end may never read the rest.
            if answered && matches!(head::parse(&self.buffer, expect.lenient), Ok(Some((head, _))) if head.code >= 200)
            {
                self.unfinished = true;
                return Ok(());
            }
        }
        within(idle, self.stream.flush()).await?.map_err(|error| stream_error(&error, "write"))
    }

    /// Reads more; 0 at the end.
    async fn fill(&mut self, idle: Option<Duration>) -> Result<usize, SendError> {
        self.buffer.reserve(READ_SIZE);
        within(idle, self.stream.read_buf(&mut self.buffer)).await?.map_err(|error| stream_error(&error, "read"))
    }

    async fn receive(&mut self, expect: Expect) -> Result<Received, Failure> {
        let mut first_byte = None;
        let head = loop {
            if !self.buffer.is_empty() {
                first_byte.get_or_insert_with(Instant::now);
                if let Some((head, length)) = head::parse(&self.buffer, expect.lenient)? {
                    self.buffer.advance(length);
                    // Interim answers are skipped; 101 is one only by its number.
                    if (100..200).contains(&head.code) && head.code != 101 {
                        continue;
                    }
                    break head;
                }
            }
            match self.fill(expect.idle).await {
                Ok(0) => return Err(Failure { error: SendError::hang_up(), unanswered: first_byte.is_none() }),
                Ok(_) => {}
                Err(error) => {
                    let reset = error.code.as_deref() == Some("ECONNRESET");
                    return Err(Failure { error, unanswered: first_byte.is_none() && reset });
                }
            }
        };
        let bodyless = expect.head_only || matches!(head.code, 101 | 204 | 304);
        let framing = if bodyless { Framing::Length(0) } else { head.framing };
        let redirects = expect.follow && redirect::location(head.code, &head.headers).is_some();
        let body = if redirects {
            if let Ok(Ok(body)) = tokio::time::timeout(REDIRECT_BODY, self.body(framing, expect)).await {
                body
            } else {
                self.unfinished = true;
                self.buffer.clear();
                Bytes::new()
            }
        } else {
            self.body(framing, expect).await?
        };
        // A redirect is followed as soon as its head is there, whatever comes after.
        if !redirects && !self.buffer.is_empty() && framing != Framing::UntilClose && head.code != 101 {
            // Node's parser goes on with what follows, and fails the request that was just answered.
            if !head.keep_alive && !expect.lenient {
                return Err(ParseError("Data after `Connection: close`", "HPE_CLOSED_CONNECTION").into());
            }
            let follows =
                self.buffer.iter().position(|b| !matches!(b, b'\r' | b'\n')).map_or(&[][..], |at| &self.buffer[at..]);
            if !follows.iter().zip(b"HTTP/").all(|(found, expected)| found == expected) {
                return Err(NOT_HTTP.into());
            }
        }
        let reusable = !self.unfinished
            && head.keep_alive
            && framing != Framing::UntilClose
            && self.buffer.is_empty()
            && head.code != 101;
        self.expires = keep_alive_timeout(&head).map(|timeout| Instant::now() + timeout);
        Ok(Received { head, body, first_byte: first_byte.unwrap_or_else(Instant::now), reusable, http2: false })
    }

    async fn body(&mut self, framing: Framing, expect: Expect) -> Result<Bytes, SendError> {
        match framing {
            Framing::Length(length) => self.sized_body(length, expect).await,
            Framing::Chunked => self.chunked_body(expect).await,
            Framing::UntilClose => self.rest(expect).await,
        }
    }

    async fn sized_body(&mut self, length: u64, expect: Expect) -> Result<Bytes, SendError> {
        if expect.limit.is_some_and(|limit| length > limit) {
            return Err(too_large());
        }
        let Ok(length) = usize::try_from(length) else { return Err(too_large()) };
        if self.buffer.len() >= length {
            let body = Bytes::copy_from_slice(&self.buffer[..length]);
            self.buffer.advance(length);
            return Ok(body);
        }
        // What a server announces is believed only up to a point.
        let mut body = Vec::with_capacity(length.min(1024 * 1024));
        body.extend_from_slice(&self.buffer);
        self.buffer.clear();
        while body.len() < length {
            let missing = length - body.len();
            body.reserve(missing.min(256 * 1024));
            let mut room = (&mut body).limit(missing);
            match within(expect.idle, self.stream.read_buf(&mut room)).await {
                Ok(Ok(0)) => return Err(SendError::aborted()),
                Ok(Ok(_)) => {}
                Ok(Err(error)) => return Err(body_error(&error)),
                Err(timeout) => return Err(timeout),
            }
        }
        Ok(body.into())
    }

    async fn chunked_body(&mut self, expect: Expect) -> Result<Bytes, SendError> {
        let mut chunks = Chunks::new(expect.lenient);
        let mut body = Vec::new();
        loop {
            let step = chunks.advance(&mut self.buffer, &mut body)?;
            if expect.limit.is_some_and(|limit| body.len() as u64 > limit) {
                return Err(too_large());
            }
            match step {
                Step::Done => return Ok(body.into()),
                Step::More => self.fill_body(expect).await?,
            }
        }
    }

    async fn rest(&mut self, expect: Expect) -> Result<Bytes, SendError> {
        loop {
            if expect.limit.is_some_and(|limit| self.buffer.len() as u64 > limit) {
                return Err(too_large());
            }
            match self.fill_body(expect).await {
                Ok(()) => {}
                Err(error) if error.message == "aborted" && error.syscall.is_none() => {
                    return Ok(self.buffer.split().freeze());
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// Reads more of a body; the end is an error.
    async fn fill_body(&mut self, expect: Expect) -> Result<(), SendError> {
        self.buffer.reserve(READ_SIZE);
        match within(expect.idle, self.stream.read_buf(&mut self.buffer)).await? {
            Ok(0) => Err(SendError::aborted()),
            Ok(_) => Ok(()),
            Err(error) => Err(body_error(&error)),
        }
    }
}

/// Waits for input or output, at most so long.
pub(super) async fn within<T>(limit: Option<Duration>, work: impl Future<Output = T>) -> Result<T, SendError> {
    match limit {
        None => Ok(work.await),
        Some(limit) => tokio::time::timeout(limit, work).await.map_err(|_| SendError::idle_timeout()),
    }
}

pub(super) fn too_large() -> SendError {
    SendError::new("Maximum response size reached")
}

/// An error while a response is awaited or a request written.
pub(super) fn stream_error(error: &io::Error, syscall: &str) -> SendError {
    if let Some(error) = tls_error::translate(error) {
        return error;
    }
    match error.kind() {
        // The peer left TLS without a goodbye.
        io::ErrorKind::UnexpectedEof => SendError::hang_up(),
        _ => SendError::from_io(error, syscall, None),
    }
}

/// An error within a body: for Node, all of them are aborts.
fn body_error(error: &io::Error) -> SendError {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => SendError::aborted(),
        io::ErrorKind::ConnectionReset => SendError { syscall: Some("read".to_owned()), ..SendError::aborted() },
        _ => stream_error(error, "read"),
    }
}

/// The server's `Keep-Alive: timeout=5`, a second less, as Node's agent takes it.
fn keep_alive_timeout(head: &Head) -> Option<Duration> {
    let value = &head.headers.iter().rev().find(|header| header.is("keep-alive"))?.value;
    let (_, seconds) = value.split_once("timeout=")?;
    let digits = seconds.split(|c: char| !c.is_ascii_digit()).next()?;
    Some(Duration::from_secs(digits.parse::<u64>().ok()?.clamp(1, 86_400) - 1))
}
