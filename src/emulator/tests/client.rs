//! A tiny HTTP client: one connection a request.

use std::io;
use std::net::SocketAddr;

use serde_json::Value;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;

/// A request in the making.
#[derive(Clone)]
pub(super) struct Ask {
    method: &'static str,
    host: String,
    path: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

fn ask(method: &'static str, url: &str) -> Ask {
    let (host, path) = url.split_once('/').unwrap_or((url, ""));
    Ask { method, host: host.to_owned(), path: format!("/{path}"), headers: Vec::new(), body: Vec::new() }
}

pub(super) fn get(url: &str) -> Ask {
    ask("GET", url)
}

pub(super) fn post(url: &str) -> Ask {
    ask("POST", url)
}

pub(super) fn put(url: &str) -> Ask {
    ask("PUT", url)
}

pub(super) fn delete(url: &str) -> Ask {
    ask("DELETE", url)
}

impl Ask {
    pub(super) fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.retain(|(own, _)| !own.eq_ignore_ascii_case(name));
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(super) fn bearer(self, token: &str) -> Self {
        self.header("Authorization", &format!("Bearer {token}"))
    }

    pub(super) fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }

    pub(super) fn json(self, body: &Value) -> Self {
        self.header("Content-Type", "application/json").body(body.to_string())
    }

    pub(super) fn form(self, fields: &[(&str, &str)]) -> Self {
        let encode =
            |text: &str| percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string();
        let pairs: Vec<String> =
            fields.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect();
        self.header("Content-Type", "application/x-www-form-urlencoded").body(pairs.join("&"))
    }

    /// Fields without, files with a file name.
    pub(super) fn multipart(self, parts: &[(&str, Option<&str>, &[u8])]) -> Self {
        let mut body = Vec::new();
        for (name, file_name, bytes) in parts {
            let file = file_name.map(|name| format!("; filename=\"{name}\"")).unwrap_or_default();
            body.extend(format!("--xyz\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n").into_bytes());
            body.extend(*bytes);
            body.extend(b"\r\n");
        }
        body.extend(b"--xyz--\r\n");
        self.header("Content-Type", "multipart/form-data; boundary=xyz").body(body)
    }

    pub(super) async fn send(self, address: SocketAddr) -> io::Result<Answer> {
        self.over(TcpStream::connect(address).await?).await
    }

    pub(super) async fn over(self, mut stream: impl AsyncRead + AsyncWrite + Unpin) -> io::Result<Answer> {
        let mut head =
            format!("{} {} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n", self.method, self.path, self.host);
        for (name, value) in &self.headers {
            head.extend([name.as_str(), ": ", value, "\r\n"]);
        }
        head.extend(["Content-Length: ", &self.body.len().to_string(), "\r\n\r\n"]);
        stream.write_all(head.as_bytes()).await?;
        stream.write_all(&self.body).await?;
        stream.flush().await?;
        let mut bytes = Vec::new();
        if let Err(error) = stream.read_to_end(&mut bytes).await
            && bytes.is_empty()
        {
            return Err(error);
        }
        Answer::read(&bytes).ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "no answer"))
    }
}

/// An answer.
pub(super) struct Answer {
    pub(super) status: u16,
    headers: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
}

impl Answer {
    fn read(bytes: &[u8]) -> Option<Self> {
        let end = bytes.windows(4).position(|window| window == b"\r\n\r\n")?;
        let head = std::str::from_utf8(&bytes[..end]).ok()?;
        let mut lines = head.split("\r\n");
        let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
        let header = |line: &str| line.split_once(": ").map(|(name, value)| (name.to_lowercase(), value.to_owned()));
        Some(Self { status, headers: lines.filter_map(header).collect(), body: bytes[end + 4..].to_vec() })
    }

    pub(super) fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(own, _)| own == name).map_or("", |(_, value)| value)
    }

    pub(super) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(super) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("{} is no JSON: {}", self.status, self.text()))
    }

    /// The number of a domain error of Correspondence.
    pub(super) fn code(&self) -> (u16, u64) {
        (self.status, self.json()["errorCode"].as_u64().unwrap_or_default())
    }
}
