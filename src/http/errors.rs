//! Failures of sending, in newman's words: those of Node's system errors.

use std::io;
use std::net::SocketAddr;

use super::message::SendError;
use super::url::UrlError;

impl SendError {
    /// An error of that text and nothing else.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), ..Self::default() }
    }

    /// The same error with Node's code for it.
    #[must_use]
    pub fn with_code(mut self, code: &str) -> Self {
        self.code = Some(code.to_owned());
        self
    }

    /// The same error with a hint for people.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// The same error with what its code usually means, where nothing more exact is known.
    #[must_use]
    pub(super) fn with_usual_hint(self) -> Self {
        if self.hint.is_some() {
            return self;
        }
        let Some(hint) = self.code.as_deref().and_then(|code| usual(code, self.syscall.as_deref())) else {
            return self;
        };
        self.with_hint(hint)
    }

    /// A system error at a call: `connect ECONNREFUSED 127.0.0.1:1`, `read ECONNRESET`.
    pub(super) fn from_io(error: &io::Error, syscall: &str, address: Option<SocketAddr>) -> Self {
        let Some(code) = error_code(error) else {
            return Self {
                message: format!("{syscall} {error}"),
                syscall: Some(syscall.to_owned()),
                ..Self::default()
            };
        };
        let message = match address {
            Some(address) => format!("{syscall} {code} {}:{}", address.ip(), address.port()),
            None => format!("{syscall} {code}"),
        };
        Self {
            message,
            code: Some(code.to_owned()),
            errno: errno(code, error),
            syscall: Some(syscall.to_owned()),
            address: address.map(|address| address.ip().to_string()),
            port: address.map(|address| address.port()),
            ..Self::default()
        }
    }

    /// The peer closed before it answered.
    pub(super) fn hang_up() -> Self {
        Self::new("socket hang up").with_code("ECONNRESET")
    }

    /// The peer closed in the middle of the answer.
    pub(super) fn aborted() -> Self {
        Self::new("aborted").with_code("ECONNRESET")
    }

    /// No connection within the limit.
    pub(super) fn connect_timeout() -> Self {
        Self::new("ETIMEDOUT").with_code("ETIMEDOUT")
    }

    /// Silence for longer than the limit.
    pub(super) fn idle_timeout() -> Self {
        Self::new("ESOCKETTIMEDOUT").with_code("ESOCKETTIMEDOUT")
    }

    /// A host name that has no address.
    pub(super) fn not_found(host: &str, error: &io::Error) -> Self {
        // The standard library has no error kind for this; the resolver's text is all there is.
        let temporary = error.to_string().contains("Temporary failure");
        let (code, errno) = if temporary { ("EAI_AGAIN", -3001) } else { ("ENOTFOUND", -3008) };
        Self {
            message: format!("getaddrinfo {code} {host}"),
            code: Some(code.to_owned()),
            errno: Some(errno),
            syscall: Some("getaddrinfo".to_owned()),
            hint: host.contains("{{").then(|| format!("a variable in the host is not defined: {host}")),
            ..Self::default()
        }
    }
}

/// What a code usually means, and what to do.
fn usual(code: &str, syscall: Option<&str>) -> Option<&'static str> {
    Some(match (code, syscall) {
        ("ECONNREFUSED", _) => "nothing listens at that address and port: is the service up, and is the port right?",
        ("ENOTFOUND", _) => {
            "no such host name: is it spelled right, and known to this machine's DNS (VPN, /etc/hosts)?"
        }
        ("EAI_AGAIN", _) => "the DNS server did not answer: is this machine's network up?",
        ("ECONNRESET", None) => {
            "the server closed the connection without an answer; its log, or that of a proxy before it, may say why"
        }
        ("ETIMEDOUT", _) => {
            "no connection in time: a firewall may drop it, or the host is down; --timeout-request sets the limit"
        }
        ("ESOCKETTIMEDOUT", _) => "connected, but no answer in time; --timeout-request sets the limit",
        ("EHOSTUNREACH" | "ENETUNREACH", _) => "this machine has no route there: is its network up, is a VPN needed?",
        _ => return None,
    })
}

impl From<UrlError> for SendError {
    fn from(error: UrlError) -> Self {
        Self { message: error.to_string(), code: error.code().map(str::to_owned), ..Self::default() }
    }
}

/// Node's name of a system error.
fn error_code(error: &io::Error) -> Option<&'static str> {
    use io::ErrorKind as Kind;
    Some(match error.kind() {
        Kind::ConnectionRefused => "ECONNREFUSED",
        Kind::ConnectionReset => "ECONNRESET",
        Kind::ConnectionAborted => "ECONNABORTED",
        Kind::BrokenPipe => "EPIPE",
        Kind::TimedOut => "ETIMEDOUT",
        Kind::HostUnreachable => "EHOSTUNREACH",
        Kind::NetworkUnreachable => "ENETUNREACH",
        Kind::AddrNotAvailable => "EADDRNOTAVAIL",
        Kind::PermissionDenied => "EACCES",
        Kind::InvalidInput => "EINVAL",
        Kind::NotConnected => "ENOTCONN",
        _ => match error.raw_os_error() {
            Some(24) => "EMFILE",
            Some(97) => "EAFNOSUPPORT",
            _ => return None,
        },
    })
}

/// Node's number: the system's, negated; Linux's numbers where the system gave none.
fn errno(code: &str, error: &io::Error) -> Option<i32> {
    let linux = match code {
        "ECONNREFUSED" => 111,
        "ECONNRESET" => 104,
        "EPIPE" => 32,
        "ETIMEDOUT" => 110,
        _ => 0,
    };
    error.raw_os_error().or((linux != 0).then_some(linux)).map(|number| -number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn system_errors_read_as_nodes_do() {
        let refused = io::Error::from_raw_os_error(111);
        let error = SendError::from_io(&refused, "connect", Some("127.0.0.1:1".parse().unwrap()));
        assert_eq!(error.message, "connect ECONNREFUSED 127.0.0.1:1");
        assert_eq!((error.code.as_deref(), error.errno, error.port), (Some("ECONNREFUSED"), Some(-111), Some(1)));
        let error = SendError::from_io(&refused, "connect", Some("[::1]:1".parse().unwrap()));
        assert_eq!(error.message, "connect ECONNREFUSED ::1:1");
        let reset = SendError::from_io(&io::ErrorKind::ConnectionReset.into(), "read", None);
        assert_eq!((reset.message.as_str(), reset.errno), ("read ECONNRESET", Some(-104)));
    }
}
