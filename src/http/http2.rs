//! HTTP/2 on one connection: a request at a time, as the pool hands connections out; pushes are refused.

use std::cell::Cell;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use bytes::Bytes;
use futures_util::FutureExt;
use h2::client::{self, ResponseFuture, SendRequest};
use h2::{Reason, RecvStream, SendStream};
use tokio::time::sleep;

use super::connection::{Expect, Failure, REDIRECT_BODY, Received, Stream, stream_error, too_large, within};
use super::head::{Framing, Head};
use super::message::{Header, SendError, SentRequest};
use super::outgoing::host_without_default_port;
use super::redirect;

/// What a server may send before it waits for us.
const WINDOW: u32 = 4 * 1024 * 1024;
/// Room asked for in one step of an upload.
const PIECE: usize = 256 * 1024;
/// Headers that concern one connection only: RFC 9113 8.2.2 forbids them, and `:authority` takes the place of `Host`.
const CONNECTION_HEADERS: [&str; 6] =
    ["connection", "host", "proxy-connection", "keep-alive", "transfer-encoding", "upgrade"];

/// A connection that speaks HTTP/2.
pub(super) struct Http2 {
    sender: SendRequest<Bytes>,
    connection: client::Connection<Stream, Bytes>,
}

/// Counts what was sent and received, so that only silence runs into the limit.
#[derive(Default)]
struct Progress(Cell<u64>);

impl Progress {
    fn made(&self) {
        self.0.set(self.0.get().wrapping_add(1));
    }
}

impl Http2 {
    /// Begins HTTP/2 on a fresh stream.
    pub(super) async fn start(stream: Stream, limit: Option<Duration>) -> Result<Self, SendError> {
        let mut builder = client::Builder::new();
        builder.enable_push(false).initial_window_size(WINDOW).initial_connection_window_size(WINDOW);
        let (sender, connection) =
            within(limit, builder.handshake(stream)).await?.map_err(|error| failure(&error, false).error)?;
        Ok(Self { sender, connection })
    }

    /// Whether an idle connection is still good: one that the server closed, or said goodbye on, has ended by itself.
    pub(super) fn looks_alive(&mut self) -> bool {
        Pin::new(&mut self.connection).poll(&mut Context::from_waker(Waker::noop())).is_pending()
    }

    /// Sends a request in the form of [`as_sent`] and reads its response.
    pub(super) async fn exchange(&mut self, request: &SentRequest, expect: Expect) -> Result<Received, Failure> {
        let Self { sender, connection } = self;
        let progress = Progress::default();
        let head = request_head(request)?;
        let mut work = pin!(converse(sender.clone(), head, request.body.clone(), expect, &progress));
        let mut silence = expect.idle.map(|limit| (limit, Box::pin(sleep(limit))));
        let (mut ended, mut seen) = (false, 0);
        std::future::poll_fn(|cx| {
            // Reads and writes for the stream; the connection's own end reaches the stream as an error.
            ended = ended || Pin::new(&mut *connection).poll(cx).is_ready();
            if let Poll::Ready(result) = work.as_mut().poll(cx) {
                return Poll::Ready(result);
            }
            if ended {
                return Poll::Ready(Err(SendError::hang_up().into()));
            }
            let Some((limit, silence)) = &mut silence else { return Poll::Pending };
            if progress.0.get() != seen {
                seen = progress.0.get();
                silence.as_mut().reset(tokio::time::Instant::now() + *limit);
            }
            silence.as_mut().poll(cx).map(|()| Err(SendError::idle_timeout().into()))
        })
        .await
    }
}

/// Sends head and body of a request while its response is read: a server may answer before the end of an upload.
async fn converse(
    sender: SendRequest<Bytes>,
    head: http::Request<()>,
    body: Bytes,
    expect: Expect,
    progress: &Progress,
) -> Result<Received, Failure> {
    let mut sender = sender.ready().await.map_err(|error| failure(&error, true))?;
    let (response, stream) = sender.send_request(head, body.is_empty()).map_err(|error| failure(&error, true))?;
    let mut upload = pin!(upload(stream, body, progress).fuse());
    let mut answer = pin!(receive(response, expect, progress));
    std::future::poll_fn(|cx| {
        let _ = upload.as_mut().poll(cx);
        answer.as_mut().poll(cx)
    })
    .await
}

/// Sends a body as the server makes room. A server that wants no more says why in its response.
async fn upload(mut stream: SendStream<Bytes>, mut body: Bytes, progress: &Progress) {
    while !body.is_empty() {
        stream.reserve_capacity(body.len().min(PIECE));
        let Some(Ok(room)) = std::future::poll_fn(|cx| stream.poll_capacity(cx)).await else { return };
        let piece = body.split_to(room.min(body.len()));
        if stream.send_data(piece, body.is_empty()).is_err() {
            return;
        }
        progress.made();
    }
}

async fn receive(response: ResponseFuture, expect: Expect, progress: &Progress) -> Result<Received, Failure> {
    let (parts, stream) = response.await.map_err(|error| failure(&error, true))?.into_parts();
    progress.made();
    let first_byte = Instant::now();
    let headers: Vec<Header> = parts
        .headers
        .iter()
        .map(|(name, value)| {
            Header::new(name.as_str(), value.as_bytes().iter().map(|b| char::from(*b)).collect::<String>())
        })
        .collect();
    let code = parts.status.as_u16();
    let body = if expect.follow && redirect::location(code, &headers).is_some() {
        // Nobody reads it.
        let body = tokio::time::timeout(REDIRECT_BODY, read_body(stream, expect, progress)).await;
        body.ok().and_then(Result::ok).unwrap_or_default()
    } else {
        read_body(stream, expect, progress).await?
    };
    let head = Head {
        version: "2.0",
        code,
        reason: String::new(),
        headers,
        framing: Framing::Length(body.len() as u64),
        keep_alive: true,
    };
    Ok(Received { head, body, first_byte, reusable: true, http2: true })
}

async fn read_body(mut stream: RecvStream, expect: Expect, progress: &Progress) -> Result<Bytes, Failure> {
    let mut body = Vec::new();
    while let Some(piece) = stream.data().await {
        let piece = piece.map_err(|error| failure(&error, false))?;
        progress.made();
        if expect.limit.is_some_and(|limit| (body.len() + piece.len()) as u64 > limit) {
            return Err(too_large().into());
        }
        body.extend_from_slice(&piece);
        // Fails only where the stream is gone, which the next read tells.
        let _ = stream.flow_control().release_capacity(piece.len());
    }
    Ok(body.into())
}

/// A request as HTTP/2 carries it: names in lower case, without the headers of a connection.
pub(super) fn as_sent(request: &SentRequest) -> SentRequest {
    let carried = |header: &&Header| {
        // Of `TE`, RFC 9113 leaves one value.
        !CONNECTION_HEADERS.iter().any(|name| header.is(name)) && (!header.is("te") || header.value == "trailers")
    };
    let headers = request
        .headers
        .iter()
        .filter(carried)
        .map(|header| Header { name: header.name.to_ascii_lowercase(), ..header.clone() })
        .collect();
    SentRequest { headers, ..request.clone() }
}

fn request_head(request: &SentRequest) -> Result<http::Request<()>, SendError> {
    let unfit = |error: http::Error| {
        SendError::new(format!("HTTP/2 cannot carry this request: {error}")).with_code("ERR_HTTP2_INVALID_HEADER_VALUE")
    };
    let uri = http::Uri::builder()
        .scheme(request.url.scheme.as_str())
        .authority(host_without_default_port(&request.url))
        .path_and_query(request.url.target())
        .build()
        .map_err(unfit)?;
    let mut head = http::Request::builder().method(request.method.as_str()).uri(uri).version(http::Version::HTTP_2);
    for header in &request.headers {
        // Characters above U+00FF were refused before.
        let value: Vec<u8> = header.value.chars().map(|c| u8::try_from(u32::from(c)).unwrap_or(b'?')).collect();
        head = head.header(header.name.as_str(), value);
    }
    head.body(()).map_err(unfit)
}

/// A failure in the words of Postman's HTTP/2 client. `waiting`: no byte of the response was there yet.
fn failure(error: &h2::Error, waiting: bool) -> Failure {
    // What the server never began to answer may be asked again on a new connection.
    let unanswered = waiting
        && (error.is_io()
            || error.reason() == Some(Reason::REFUSED_STREAM)
            || (error.is_go_away() && error.is_remote() && error.reason() == Some(Reason::NO_ERROR)));
    let told = match (error.get_io(), error.reason()) {
        (Some(io), _) => match io.kind() {
            std::io::ErrorKind::BrokenPipe | std::io::ErrorKind::UnexpectedEof => SendError::hang_up(),
            _ => stream_error(io, "read"),
        },
        (None, Some(reason)) if error.is_remote() => {
            let subject = if error.is_go_away() { "HTTP/2 session" } else { "HTTP/2 Stream" };
            SendError::new(format!("{subject} closed with error code {}", nghttp2(reason)))
                .with_code("ERR_HTTP2_STREAM_ERROR")
        }
        (None, Some(reason)) => SendError::new(format!("Protocol error ({})", nghttp2(reason)))
            .with_code("ERR_HTTP2_ERROR")
            .with_hint("the server did not keep to HTTP/2; perhaps it speaks HTTP/1.1 only"),
        (None, None) => SendError::new(format!("HTTP/2: {error}")).with_code("ERR_HTTP2_ERROR"),
    };
    let error = if error.reason() == Some(Reason::HTTP_1_1_REQUIRED) {
        told.with_hint("the server wants HTTP/1.1 for this request: set protocolVersion to http1, or leave out --http2")
    } else {
        told
    };
    Failure { error, unanswered }
}

/// The name that Node has for an error code.
fn nghttp2(reason: Reason) -> String {
    // `h2` names them as RFC 9113 does.
    format!("NGHTTP2_{reason:?}")
}
