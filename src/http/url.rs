//! URLs as Postman puts them on the wire (`docs/compatibility.md`: not those of the WHATWG URL standard).

use std::fmt;

/// A URL after variables were filled in, in its parts, encoded for the wire.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct WireUrl {
    /// `http`, `https`, or what the user wrote; lower-case.
    pub scheme: String,
    /// User and password of the URL, percent-decoded.
    pub userinfo: Option<(String, String)>,
    /// Host in lower-case ASCII (IDNA), brackets kept for IPv6.
    pub host: String,
    /// Port as written.
    pub port: Option<String>,
    /// Path with its leading slash, encoded.
    pub path: String,
    /// Query without `?`, encoded; `Some("")` for a lone `?`.
    pub query: Option<String>,
    /// Fragment without `#`; never sent.
    pub fragment: Option<String>,
}

impl WireUrl {
    /// `host` or `host:port`, as in the `Host` header.
    pub fn authority(&self) -> String {
        match &self.port {
            Some(port) => format!("{}:{port}", self.host),
            None => self.host.clone(),
        }
    }

    /// The request target: path and query.
    pub fn target(&self) -> String {
        match &self.query {
            Some(query) => format!("{}?{query}", self.path),
            None => self.path.clone(),
        }
    }
}

impl fmt::Display for WireUrl {
    /// The URL as reports show it: without the password's plain text being hidden (redaction does that).
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://", self.scheme)?;
        if let Some((user, password)) = &self.userinfo {
            write!(f, "{user}:{password}@")?;
        }
        write!(f, "{}{}", self.authority(), self.target())?;
        if let Some(fragment) = &self.fragment {
            write!(f, "#{fragment}")?;
        }
        Ok(())
    }
}
