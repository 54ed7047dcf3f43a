//! Posting events to subscribers on the same machine. The emulator never sends anything further away.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

/// How long a subscriber may take.
const TIMEOUT: Duration = Duration::from_secs(10);

/// An endpoint's address, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::emulator) struct Target {
    secure: bool,
    host: String,
    port: u16,
    /// Path and query.
    pub(in crate::emulator) path: String,
}

impl Target {
    /// Takes an http or https address apart.
    pub(in crate::emulator) fn read(address: &str) -> Option<Self> {
        let (scheme, rest) = address.split_once("://")?;
        let secure = match scheme {
            "https" => true,
            "http" => false,
            _ => return None,
        };
        let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
        let (host, port) = match authority.strip_prefix('[') {
            Some(v6) => {
                let (host, port) = v6.split_once(']')?;
                (host, port.strip_prefix(':'))
            }
            None => authority.split_once(':').map_or((authority, None), |(host, port)| (host, Some(port))),
        };
        let port = match port {
            Some(port) => port.parse().ok()?,
            None => {
                if secure {
                    443
                } else {
                    80
                }
            }
        };
        let clean = |text: &str| !text.contains(|c: char| c.is_whitespace() || c.is_control() || c == '@');
        if host.is_empty() || !clean(host) || !clean(path) {
            return None;
        }
        Some(Self { secure, host: host.to_ascii_lowercase(), port, path: format!("/{path}") })
    }

    /// Whether it is on this machine.
    pub(in crate::emulator) fn is_loopback(&self) -> bool {
        self.host == "localhost" || self.host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
    }

    /// Host and port, as in a `Host` header.
    pub(in crate::emulator) fn authority(&self) -> String {
        if self.host.contains(':') {
            format!("[{}]:{}", self.host, self.port)
        } else {
            format!("{}:{}", self.host, self.port)
        }
    }
}

/// A TLS set-up that trusts the emulator's own authority.
pub(in crate::emulator) fn client_config(
    authority: &CertificateDer<'static>,
) -> Result<Arc<ClientConfig>, rustls::Error> {
    let mut roots = RootCertStore::empty();
    roots.add(authority.clone())?;
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(Arc::new(config))
}

/// Posts JSON and returns the status of the answer.
pub(in crate::emulator) async fn post(target: &Target, tls: Arc<ClientConfig>, body: &str) -> io::Result<u16> {
    tokio::time::timeout(TIMEOUT, send(target, tls, body)).await.map_err(|_| io::ErrorKind::TimedOut)?
}

async fn send(target: &Target, tls: Arc<ClientConfig>, body: &str) -> io::Result<u16> {
    if !target.is_loopback() {
        return Err(io::Error::other("only subscribers on this machine are sent events"));
    }
    let stream = TcpStream::connect((target.host.as_str(), target.port)).await?;
    if !target.secure {
        return exchange(stream, target, body).await;
    }
    let name = ServerName::try_from(target.host.clone()).map_err(io::Error::other)?;
    exchange(TlsConnector::from(tls).connect(name, stream).await?, target, body).await
}

async fn exchange(mut stream: impl AsyncRead + AsyncWrite + Unpin, target: &Target, body: &str) -> io::Result<u16> {
    let head = format!(
        "POST {} HTTP/1.1\r\nHost: {}\r\nContent-Type: application/cloudevents+json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        target.path,
        target.authority(),
        body.len()
    );
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(body.as_bytes()).await?;
    stream.flush().await?;
    // "HTTP/1.1 200" is all that matters.
    let mut line = [0; 12];
    stream.read_exact(&mut line).await?;
    let status = line.strip_prefix(b"HTTP/1.").and_then(|rest| std::str::from_utf8(rest.get(2..)?).ok()?.parse().ok());
    status.ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "the subscriber does not speak HTTP"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_taken_apart() {
        let target = Target::read("https://localhost:8443/events?x=1").expect("an address");
        assert_eq!((target.authority().as_str(), target.path.as_str()), ("localhost:8443", "/events?x=1"));
        assert!(target.is_loopback());
        assert!(
            Target::read("http://[::1]").is_some_and(|target| target.is_loopback() && target.authority() == "[::1]:80")
        );
        assert!(Target::read("https://example.no/x").is_some_and(|target| !target.is_loopback()));
        for address in ["", "ftp://a", "https://", "https://a:x/", "http://a b/", "https://u@localhost/"] {
            assert_eq!(Target::read(address), None, "{address}");
        }
    }
}
