//! Requests and responses as plain data.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;

use super::url::WireUrl;

/// One header line. The name keeps the case it was written in; characters of the value up to U+00FF go out as one byte each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// Name, as typed.
    pub name: String,
    /// Value, as typed, not trimmed.
    pub value: String,
    /// Added by the runner (`User-Agent`, `Host`, …) or by an authorization, not written by the user.
    pub system: bool,
}

impl Header {
    /// A header the user wrote.
    pub fn new(name: impl Into<String>, value: impl Into<String>) -> Self {
        Self { name: name.into(), value: value.into(), system: false }
    }

    /// A header the runner adds.
    pub fn system(name: impl Into<String>, value: impl Into<String>) -> Self {
        Self { name: name.into(), value: value.into(), system: true }
    }

    /// Whether this is the header of that name, in any case.
    pub fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }
}

/// The last header of that name, in any case.
pub fn header<'a>(headers: &'a [Header], name: &str) -> Option<&'a str> {
    headers.iter().rev().find(|h| h.is(name)).map(|h| h.value.as_str())
}

/// What is appended after the headers of [`RequestSpec`], depending on the body: the order that Postman's HTTP layer has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum BodyKind {
    /// No body: `Authorization` (of the URL), `Cookie`, then `Content-Length: 0` where the method asks for it.
    #[default]
    None,
    /// Raw text: `Authorization`, `Content-Length`, `Cookie`.
    Raw,
    /// GraphQL: as raw text.
    Graphql,
    /// URL-encoded form: `Content-Type`, `Authorization`, `Content-Length`, `Cookie`.
    Urlencoded,
    /// Multipart form: `Content-Type`, `Authorization`, `Cookie`, `Content-Length`.
    Formdata,
    /// A file: `Authorization`, `Cookie`, `Content-Length`, `Content-Type`.
    File,
}

/// A request as asked: variables filled in, authorization applied, nothing sent yet.
#[derive(Debug, Clone)]
pub struct RequestSpec {
    /// Method, upper-case.
    pub method: String,
    /// Where to.
    pub url: WireUrl,
    /// Headers in wire order: the user's, those of authorization, the raw body's `Content-Type`, the system's.
    /// The client appends `Content-Type` of forms, `Content-Length`, `Cookie` and the `Authorization` of the URL (see [`BodyKind`]).
    pub headers: Vec<Header>,
    /// The body's bytes; `None` and empty are the same on the wire.
    pub body: Option<Bytes>,
    /// What kind of body it is.
    pub body_kind: BodyKind,
    /// `Content-Type` for the client to append where the user set none (forms and files).
    pub content_type: Option<String>,
    /// How to send it.
    pub settings: SendSettings,
}

/// Which HTTP a request is sent with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum HttpVersion {
    /// HTTP/1.1, as newman.
    #[default]
    Http1,
    /// HTTP/2 where a TLS server offers it, HTTP/1.1 elsewhere (`protocolVersion` of `auto` and `http2`, `--http2`).
    Auto,
    /// HTTP/2 without asking, also without TLS (`--http2-prior-knowledge`).
    PriorKnowledge,
}

/// Per request behaviour: the options of the command line with the request's `protocolProfileBehavior` over them.
#[derive(Debug, Clone)]
pub struct SendSettings {
    /// Verify TLS certificates.
    pub strict_ssl: bool,
    /// Follow 3xx answers with a `Location`.
    pub follow_redirects: bool,
    /// Redirects followed at most; one more is an error.
    pub max_redirects: u32,
    /// Keep method and body on every redirect.
    pub follow_original_method: bool,
    /// Keep `Authorization` when the host name changes.
    pub follow_authorization: bool,
    /// Do not add `Referer` to redirects.
    pub remove_referer: bool,
    /// Send and store cookies.
    pub cookies: bool,
    /// Encode path and query by Postman's rules (`false`: as typed).
    pub encode_url: bool,
    /// Tolerate invalid bytes in the response's header.
    pub insecure_parser: bool,
    /// System header names (lower-case) that must not be added.
    pub disabled_system_headers: Vec<String>,
    /// Limit for connecting and for silence while receiving; `None`: no limit.
    pub timeout: Option<Duration>,
    /// TLS versions that are switched off, by Postman's names (`TLSv1_2`, …).
    pub tls_disabled_protocols: Vec<String>,
    /// Cipher suites by OpenSSL's names, as a cipher list; `None`: all that are supported.
    pub tls_ciphers: Option<String>,
    /// Which HTTP to speak.
    pub http_version: HttpVersion,
    /// `proxy` object of the request: URL of the proxy.
    pub proxy: Option<String>,
    /// `tunnel` of that object: ask the proxy for a tunnel for http URLs too.
    pub proxy_tunnel: bool,
}

impl Default for SendSettings {
    fn default() -> Self {
        Self {
            strict_ssl: true,
            follow_redirects: true,
            max_redirects: 10,
            follow_original_method: false,
            follow_authorization: false,
            remove_referer: false,
            cookies: true,
            encode_url: true,
            insecure_parser: false,
            disabled_system_headers: Vec::new(),
            timeout: None,
            tls_disabled_protocols: Vec::new(),
            tls_ciphers: None,
            http_version: HttpVersion::Http1,
            proxy: None,
            proxy_tunnel: false,
        }
    }
}

/// A request as it went out: every header in wire order.
#[derive(Debug, Clone)]
pub struct SentRequest {
    /// Method.
    pub method: String,
    /// Where to.
    pub url: WireUrl,
    /// All headers in wire order.
    pub headers: Vec<Header>,
    /// Body bytes.
    pub body: Bytes,
}

/// A response, its body decoded.
#[derive(Debug, Clone)]
pub struct Response {
    /// `1.0`, `1.1` or `2.0`.
    pub http_version: &'static str,
    /// Status code.
    pub code: u16,
    /// Reason phrase: as received, else the standard one, else empty.
    pub reason: String,
    /// Headers as received: case, order, duplicates. Bytes above 0x7F are read as Latin-1.
    pub headers: Vec<Header>,
    /// Body after `Content-Encoding` was undone.
    pub body: Bytes,
    /// Size of the status line and the headers in bytes.
    pub header_size: u64,
    /// Body bytes as newman counts them (`Content-Length` for gzip and deflate, else decoded bytes).
    pub body_size: u64,
    /// Body bytes received on the wire.
    pub downloaded_size: u64,
}

impl Response {
    /// The last header of that name.
    pub fn header(&self, name: &str) -> Option<&str> {
        header(&self.headers, name)
    }
}

/// Phases of one exchange; zero where a phase did not happen (a connection was reused).
#[derive(Debug, Clone, Copy, Default)]
pub struct Timings {
    /// Name look-up.
    pub dns: Duration,
    /// TCP connect.
    pub connect: Duration,
    /// TLS handshake.
    pub tls: Duration,
    /// From the request being written to the first byte of the response.
    pub first_byte: Duration,
    /// From the first byte to the end of the body.
    pub download: Duration,
    /// Everything, redirects included.
    pub total: Duration,
}

/// A request and its response; redirects in between are kept in `hops`.
#[derive(Debug, Clone)]
pub struct Exchange {
    /// The first request, as sent.
    pub request: Arc<SentRequest>,
    /// The last response.
    pub response: Arc<Response>,
    /// Redirects before the last response, in order: what was sent (from the second on) and the 3xx answers.
    pub hops: Vec<(Arc<SentRequest>, Arc<Response>)>,
    /// Timings of the whole exchange.
    pub timings: Timings,
}

/// Why a request got no response.
#[derive(Debug, Clone, Default)]
pub struct SendError {
    /// newman's wording: `connect ECONNREFUSED 127.0.0.1:1`.
    pub message: String,
    /// `ECONNREFUSED`, `ENOTFOUND`, `ESOCKETTIMEDOUT`, `DEPTH_ZERO_SELF_SIGNED_CERT`, …
    pub code: Option<String>,
    /// System error number, negative as Node has it.
    pub errno: Option<i32>,
    /// `connect`, `getaddrinfo`, `read`.
    pub syscall: Option<String>,
    /// Address that was tried.
    pub address: Option<String>,
    /// Port that was tried.
    pub port: Option<u16>,
    /// Likely cause and what to do, for people: which certificate, which proxy, which host.
    pub hint: Option<String>,
    /// What was sent or would have been.
    pub request: Option<Arc<SentRequest>>,
}

impl SendError {
    /// Whether another try may succeed: no connection, or one that broke.
    pub fn is_passing(&self) -> bool {
        let codes = ["ECONNREFUSED", "ECONNRESET", "EPIPE", "ETIMEDOUT", "ESOCKETTIMEDOUT", "EAI_AGAIN"];
        self.code.as_deref().is_some_and(|code| codes.contains(&code))
    }
}

impl std::fmt::Display for SendError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for SendError {}
