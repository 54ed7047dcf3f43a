//! From a host and a port to a socket: look-up, `localhost`, `--connect-to`, refused addresses.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::{Duration, Instant};

use tokio::net::TcpStream;

use super::message::SendError;

/// How long `[::1]` is given for `localhost` before `127.0.0.1` is used.
const LOCALHOST_PROBE: Duration = Duration::from_millis(500);
/// How long an address is given while there are others (Node's `autoSelectFamilyAttemptTimeout`).
const ATTEMPT: Duration = Duration::from_millis(250);

/// Connects a host and port elsewhere, with curl's meaning: `HOST:PORT:TO_HOST:TO_PORT`, where each part may be empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConnectTo {
    host: Option<String>,
    port: Option<u16>,
    to_host: Option<String>,
    to_port: Option<u16>,
}

/// A `--connect-to` that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("read {0:?} as HOST1:PORT1:HOST2:PORT2 (each part may be empty; IPv6 addresses in brackets)")]
pub struct ConnectToError(String);

impl ConnectTo {
    /// Reads curl's notation.
    pub fn parse(text: &str) -> Result<Self, ConnectToError> {
        let error = || ConnectToError(text.to_owned());
        let mut rest = text;
        let host = take_host(&mut rest).ok_or_else(error)?;
        let (port, mut rest) = rest.split_once(':').ok_or_else(error)?;
        let to_host = take_host(&mut rest).ok_or_else(error)?;
        let number = |text: &str| text.parse::<u16>().map_err(|_| error());
        Ok(Self {
            host: any_or(host, |host| Ok(host.to_lowercase()))?,
            port: any_or(port, number)?,
            to_host: any_or(to_host, |host| Ok(host.to_owned()))?,
            to_port: any_or(rest, number)?,
        })
    }

    /// Every connection to that host and port goes to the other one.
    pub fn new(host: &str, port: u16, to_host: &str, to_port: u16) -> Self {
        Self {
            host: Some(host.to_lowercase()),
            port: Some(port),
            to_host: Some(to_host.to_owned()),
            to_port: Some(to_port),
        }
    }

    fn target<'a>(&'a self, host: &'a str, port: u16) -> Option<(&'a str, u16)> {
        let fits = self.host.as_deref().is_none_or(|own| own.eq_ignore_ascii_case(host))
            && self.port.is_none_or(|own| own == port);
        fits.then(|| (self.to_host.as_deref().unwrap_or(host), self.to_port.unwrap_or(port)))
    }
}

/// Takes a host up to its colon, without brackets; empty for any.
fn take_host<'a>(rest: &mut &'a str) -> Option<&'a str> {
    let (host, after) = match rest.strip_prefix('[') {
        Some(inner) => {
            let (host, after) = inner.split_once(']')?;
            (host, after.strip_prefix(':')?)
        }
        None => rest.split_once(':')?,
    };
    *rest = after;
    Some(host)
}

fn any_or<T>(text: &str, read: impl FnOnce(&str) -> Result<T, ConnectToError>) -> Result<Option<T>, ConnectToError> {
    if text.is_empty() { Ok(None) } else { read(text).map(Some) }
}

/// A new socket and what it took.
pub(super) struct Connected {
    pub(super) stream: TcpStream,
    pub(super) dns: Duration,
    pub(super) connect: Duration,
}

/// Rules for all connections.
#[derive(Debug, Default)]
pub(super) struct Rules {
    pub(super) connect_to: Vec<ConnectTo>,
    pub(super) deny_link_local: bool,
}

impl Rules {
    /// Connects, looking up the host first. `host` has no brackets.
    pub(super) async fn connect(&self, host: &str, port: u16) -> Result<Connected, SendError> {
        let (host, port) = self.connect_to.iter().find_map(|rule| rule.target(host, port)).unwrap_or((host, port));
        let start = Instant::now();
        if is_localhost(host) {
            let address = SocketAddr::from((Ipv6Addr::LOCALHOST, port));
            let probe = tokio::time::timeout(LOCALHOST_PROBE, TcpStream::connect(address)).await;
            let stream = match probe {
                Ok(Ok(stream)) => stream,
                _ => connect(SocketAddr::from((Ipv4Addr::LOCALHOST, port))).await?,
            };
            return Ok(connected(stream, start, start));
        }
        if let Ok(address) = host.parse::<IpAddr>() {
            self.check(host, address)?;
            let stream = connect(SocketAddr::new(address, port)).await?;
            return Ok(connected(stream, start, start));
        }
        let addresses = look_up(host, port).await?;
        for address in &addresses {
            self.check(host, address.ip())?;
        }
        let resolved = Instant::now();
        let mut outcome = Err(SendError::new(format!("getaddrinfo ENOTFOUND {host}")).with_code("ENOTFOUND"));
        for (index, address) in addresses.iter().enumerate() {
            outcome = if index + 1 == addresses.len() {
                connect(*address).await
            } else {
                match tokio::time::timeout(ATTEMPT, connect(*address)).await {
                    Ok(outcome) => outcome,
                    Err(_) => continue,
                }
            };
            if outcome.is_ok() {
                break;
            }
        }
        outcome.map(|stream| connected(stream, start, resolved))
    }

    /// The address of a host for a proxy that takes no names.
    pub(super) async fn resolve(&self, host: &str, port: u16, ipv4: bool) -> Result<SocketAddr, SendError> {
        if is_localhost(host) {
            return Ok(SocketAddr::from((Ipv4Addr::LOCALHOST, port)));
        }
        if let Ok(address) = host.parse::<IpAddr>() {
            self.check(host, address)?;
            return Ok(SocketAddr::new(address, port));
        }
        let addresses = look_up(host, port).await?;
        let found = addresses.into_iter().find(|address| !ipv4 || address.is_ipv4());
        let found = found.ok_or_else(|| SendError::not_found(host, &io::ErrorKind::NotFound.into()))?;
        self.check(host, found.ip())?;
        Ok(found)
    }

    /// Refuses a host that is such an address itself.
    pub(super) fn check_literal(&self, host: &str) -> Result<(), SendError> {
        host.parse().map_or(Ok(()), |address| self.check(host, address))
    }

    fn check(&self, host: &str, address: IpAddr) -> Result<(), SendError> {
        if !self.deny_link_local || !is_metadata(address) {
            return Ok(());
        }
        let shown = if host.parse::<IpAddr>().is_ok() { host.to_owned() } else { format!("{address} ({host})") };
        Err(SendError {
            address: Some(address.to_string()),
            ..SendError::new(format!("connect EACCES {shown}: link-local addresses are refused"))
                .with_code("EACCES")
                .with_hint(
                    "cloud machines answer with their credentials there; allow link-local addresses if that is meant",
                )
        })
    }
}

fn connected(stream: TcpStream, start: Instant, resolved: Instant) -> Connected {
    // Small requests and answers in turn: waiting to fill packets would only delay them.
    let _ = stream.set_nodelay(true);
    Connected { stream, dns: resolved - start, connect: resolved.elapsed() }
}

async fn connect(address: SocketAddr) -> Result<TcpStream, SendError> {
    TcpStream::connect(address).await.map_err(|error| SendError::from_io(&error, "connect", Some(address)))
}

/// Addresses of a host, families in turn as Node tries them.
async fn look_up(host: &str, port: u16) -> Result<Vec<SocketAddr>, SendError> {
    // Text that no resolver can be asked for is simply not found.
    if host.is_empty() || host.len() > 255 || host.contains(['\0', ' ']) {
        return Err(SendError::not_found(host, &io::ErrorKind::NotFound.into()));
    }
    let found: Vec<_> =
        tokio::net::lookup_host((host, port)).await.map_err(|error| SendError::not_found(host, &error))?.collect();
    let Some(first) = found.first() else {
        return Err(SendError::not_found(host, &io::ErrorKind::NotFound.into()));
    };
    let (same, other): (Vec<_>, Vec<_>) = found.iter().partition(|address| address.is_ipv4() == first.is_ipv4());
    let (mut same, mut other): (std::vec::IntoIter<SocketAddr>, std::vec::IntoIter<SocketAddr>) =
        (same.into_iter(), other.into_iter());
    let mut turns = Vec::with_capacity(found.len());
    while turns.len() < found.len() {
        turns.extend(same.next());
        turns.extend(other.next());
    }
    Ok(turns)
}

/// `localhost` and everything below it.
pub(super) fn is_localhost(host: &str) -> bool {
    let top = host.rsplit('.').next().unwrap_or(host);
    top.eq_ignore_ascii_case("localhost")
}

/// The addresses at which clouds serve credentials: all of IPv4's link-local range, and Amazon's IPv6 one.
fn is_metadata(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => address.is_link_local(),
        IpAddr::V6(address) => {
            address == Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254)
                || address.to_ipv4_mapped().or_else(|| address.to_ipv4()).is_some_and(|address| address.is_link_local())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connect_to_has_curls_meaning() {
        let rule = ConnectTo::parse("Example.org:443:127.0.0.1:8443").unwrap();
        assert_eq!(rule.target("example.org", 443), Some(("127.0.0.1", 8443)));
        assert_eq!(rule.target("example.org", 80), None);
        assert_eq!(rule.target("a.example.org", 443), None);
        assert_eq!(ConnectTo::parse("::[::1]:").unwrap().target("h", 1), Some(("::1", 1)));
        assert_eq!(ConnectTo::parse("[::1]:1::2").unwrap().target("::1", 1), Some(("::1", 2)));
        assert_eq!(ConnectTo::parse(":::").unwrap().target("h", 1), Some(("h", 1)));
        for wrong in ["", "a", "a:1", "a:1:b", "a:x:b:1", "a:1:b:x", "[::1:1:b:1", "a:1:b:70000"] {
            assert!(ConnectTo::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn metadata_addresses_in_every_spelling() {
        for text in ["169.254.169.254", "::ffff:169.254.169.254", "fd00:ec2::254", "169.254.0.1"] {
            assert!(is_metadata(text.parse().unwrap()), "{text}");
        }
        for text in ["127.0.0.1", "10.0.0.1", "::1", "fd00:ec2::255"] {
            assert!(!is_metadata(text.parse().unwrap()), "{text}");
        }
    }
}
