//! Proxies that speak SOCKS, with the schemes that Postman takes.

use std::net::IpAddr;

use tokio_socks::TargetAddr;
use tokio_socks::tcp::{Socks4Stream, Socks5Stream};

use super::connect::Rules;
use super::connection::Stream;
use super::message::SendError;
use super::proxy::Proxy;

/// The port of a SOCKS proxy that names none.
const PORT: u16 = 1080;

/// How a proxy is spoken to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Socks {
    four: bool,
    /// The proxy looks up names; otherwise it gets addresses.
    names: bool,
}

impl Socks {
    /// The dialect of a URL's scheme; `None` where it is none of SOCKS.
    pub(super) fn of_scheme(scheme: &str) -> Option<Self> {
        Some(match scheme {
            "socks4" => Self { four: true, names: false },
            "socks4a" => Self { four: true, names: true },
            "socks5" => Self { four: false, names: false },
            "socks" | "socks5h" => Self { four: false, names: true },
            _ => return None,
        })
    }

    /// The port of a proxy.
    pub(super) fn port(proxy: &Proxy) -> Result<u16, SendError> {
        match proxy.url.port.as_deref() {
            None | Some("") => Ok(PORT),
            Some(_) => Ok(proxy.url.port_number()?),
        }
    }

    /// Has the proxy at the other end of `stream` connect to a host and port. `host` has no brackets.
    pub(super) async fn connect(
        self,
        stream: Stream,
        proxy: &Proxy,
        (host, port): (&str, u16),
        rules: &Rules,
    ) -> Result<Stream, SendError> {
        let target = if self.names && host.parse::<IpAddr>().is_err() {
            TargetAddr::Domain(host.into(), port)
        } else {
            TargetAddr::Ip(rules.resolve(host, port, self.four).await?)
        };
        let userinfo = proxy.url.userinfo.as_ref().map(|(user, password)| (user.as_str(), password.as_str()));
        let connected = match (self.four, userinfo) {
            (true, None) => Socks4Stream::connect_with_socket(stream, target).await.map(Socks4Stream::into_inner),
            (true, Some((user, _))) => {
                Socks4Stream::connect_with_userid_and_socket(stream, target, user).await.map(Socks4Stream::into_inner)
            }
            (false, None) => Socks5Stream::connect_with_socket(stream, target).await.map(Socks5Stream::into_inner),
            (false, Some((user, password))) => {
                Socks5Stream::connect_with_password_and_socket(stream, target, user, password)
                    .await
                    .map(Socks5Stream::into_inner)
            }
        };
        connected.map_err(|error| {
            SendError::new(format!("the SOCKS proxy did not connect to {host}:{port}: {error}"))
                .with_code("ESOCKS")
                .with_hint(format!("the request goes through the proxy {}", proxy.url.authority()))
        })
    }
}
