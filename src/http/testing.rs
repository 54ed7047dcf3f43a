//! A scripted server on loopback, for tests of what goes over the wire.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use super::client::{Client, ClientConfig};
use super::cookies::CookieJar;
use super::message::{BodyKind, Exchange, Header, RequestSpec, SendError, SendSettings};
use super::url::WireUrl;

/// One request as the server saw it, bytes as Latin-1.
#[derive(Debug, Clone)]
pub(super) struct Seen {
    /// Number of its connection, from 0.
    pub(super) connection: usize,
    pub(super) text: String,
}

impl Seen {
    /// The request line and the headers without `SYS` ones, joined as in the recorded wire probes.
    pub(super) fn probe(&self) -> String {
        let (head, body) = self.text.split_once("\r\n\r\n").unwrap_or((&self.text, ""));
        let mut text = head.replace("\r\n", " | ");
        if !body.is_empty() {
            text.push_str(" | BODY ");
            text.push_str(body);
        }
        text
    }
}

/// What the server does with a request.
pub(super) enum Reply {
    /// Writes and waits for the next request.
    Keep(Vec<u8>),
    /// Writes and closes.
    Close(Vec<u8>),
    /// Writes and keeps the connection open without reading on.
    Stall(Vec<u8>),
}

/// A complete answer with that status line, headers and body.
pub(super) fn answer(head: &str, body: &[u8]) -> Reply {
    let mut bytes = format!("HTTP/1.1 {head}\r\nContent-Length: {}\r\n\r\n", body.len()).into_bytes();
    bytes.extend_from_slice(body);
    Reply::Keep(bytes)
}

/// Serves until the test process ends.
pub(super) struct Server {
    pub(super) address: SocketAddr,
    seen: Arc<Mutex<Vec<Seen>>>,
}

impl Server {
    /// Answers every request by `script`.
    pub(super) fn new(script: impl Fn(&Seen) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (script, log) = (Arc::new(script), Arc::clone(&seen));
        std::thread::spawn(move || {
            for (connection, stream) in listener.incoming().flatten().enumerate() {
                let (script, log) = (Arc::clone(&script), Arc::clone(&log));
                std::thread::spawn(move || serve(stream, connection, &*script, &log));
            }
        });
        Self { address, seen }
    }

    /// Everything seen so far.
    pub(super) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    /// The probes of everything seen, the server's address written as `B`.
    pub(super) fn probes(&self) -> Vec<String> {
        self.seen().iter().map(|seen| seen.probe().replace(&self.address.to_string(), "B")).collect()
    }

    pub(super) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }
}

fn serve(mut stream: TcpStream, connection: usize, script: &dyn Fn(&Seen) -> Reply, log: &Mutex<Vec<Seen>>) {
    while let Some(text) = read_request(&mut stream) {
        let seen = Seen { connection, text };
        let reply = script(&seen);
        log.lock().unwrap().push(seen);
        match reply {
            Reply::Keep(bytes) => {
                if stream.write_all(&bytes).is_err() {
                    return;
                }
            }
            Reply::Close(bytes) => {
                let _ = stream.write_all(&bytes);
                let _ = stream.shutdown(Shutdown::Both);
                return;
            }
            Reply::Stall(bytes) => {
                let _ = stream.write_all(&bytes);
                // Held until the client gives up.
                let _ = stream.read(&mut [0; 1]);
                return;
            }
        }
    }
}

/// Reads one request; `None` at the end.
pub(super) fn read_request(stream: &mut impl Read) -> Option<String> {
    let mut bytes = Vec::new();
    let mut piece = [0; 16 * 1024];
    loop {
        let text: String = bytes.iter().map(|b| char::from(*b)).collect();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let lower = head.to_ascii_lowercase();
            let length = lower
                .split("\r\ncontent-length: ")
                .nth(1)
                .and_then(|rest| rest.lines().next()?.parse().ok())
                .unwrap_or(0);
            let complete = if lower.contains("\r\ntransfer-encoding: chunked") {
                body.ends_with("0\r\n\r\n")
            } else {
                body.chars().count() >= length
            };
            if complete {
                return Some(text);
            }
        }
        match stream.read(&mut piece) {
            Ok(count) if count > 0 => bytes.extend_from_slice(&piece[..count]),
            _ => return None,
        }
    }
}

/// A request without the system headers, as a test needs it.
pub(super) fn request(method: &str, url: &str, headers: &[(&str, &str)]) -> RequestSpec {
    RequestSpec {
        method: method.to_owned(),
        url: WireUrl::parse(url, true).unwrap(),
        headers: headers.iter().map(|(name, value)| Header::new(*name, *value)).collect(),
        body: None,
        body_kind: BodyKind::None,
        content_type: None,
        settings: SendSettings::default(),
    }
}

/// A request with a body.
pub(super) fn with_body(mut spec: RequestSpec, kind: BodyKind, body: &str, content_type: Option<&str>) -> RequestSpec {
    spec.body = Some(body.to_owned().into());
    spec.body_kind = kind;
    spec.content_type = content_type.map(str::to_owned);
    spec
}

/// Runs a future as the program does: on a runtime of one thread.
pub(super) fn run<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

/// Sends with a client of its own.
pub(super) fn send(spec: &RequestSpec) -> Result<Exchange, SendError> {
    send_with(ClientConfig::default(), spec)
}

/// Sends with a client of that configuration.
pub(super) fn send_with(config: ClientConfig, spec: &RequestSpec) -> Result<Exchange, SendError> {
    let client = Client::new(config).unwrap();
    run(client.send(spec, &CookieJar::new()))
}
