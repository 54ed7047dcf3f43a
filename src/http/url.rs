//! URLs as Postman puts them on the wire (`docs/compatibility.md`: not those of the WHATWG URL standard).
//!
//! Text is cut into parts without normalising anything (dot segments, double slashes and odd queries stay), then each part is
//! percent-encoded with its own set. Seen in postman-url-encoder (`parser/index.js`, `encoder/encode-set.js`) and on the wire.

use std::borrow::Cow;
use std::fmt;

use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};

use super::host::encode_host;

const FRAGMENT: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b'<').add(b'>').add(b'`');
const PATH: &AsciiSet = &FRAGMENT.add(b'#').add(b'?').add(b'{').add(b'}');
const QUERY: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b'#').add(b'\'').add(b'<').add(b'>');
const USERINFO: &AsciiSet =
    &PATH.add(b'/').add(b':').add(b';').add(b'=').add(b'@').add(b'[').add(b'\\').add(b']').add(b'^').add(b'|');

/// Encodes a path as Postman does: `%` is never touched, so encoding twice changes nothing.
pub fn encode_path(text: &str) -> Cow<'_, str> {
    utf8_percent_encode(text, PATH).into()
}

/// Encodes a query (whole or a piece of it) as Postman does.
pub fn encode_query(text: &str) -> Cow<'_, str> {
    utf8_percent_encode(text, QUERY).into()
}

/// Encodes a user name or password for the place before `@`.
pub fn encode_userinfo(text: &str) -> Cow<'_, str> {
    utf8_percent_encode(text, USERINFO).into()
}

/// Encodes a fragment.
pub fn encode_fragment(text: &str) -> Cow<'_, str> {
    utf8_percent_encode(text, FRAGMENT).into()
}

/// Why a URL cannot be requested, in newman's words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UrlError {
    /// Nothing but blanks.
    #[error("runtime:extensions~request: request url is empty")]
    Empty,
    /// No host.
    #[error("Invalid URI \"{0}\"")]
    NoHost(String),
    /// Neither http nor https.
    #[error("Invalid protocol: {0}:")]
    Protocol(String),
    /// A port that is no number up to 65535.
    #[error("Port should be >= 0 and < 65536. Received type string ('{0}').")]
    Port(String),
    /// A path or query that cannot be written in a request line (only without URL encoding).
    #[error("Request path contains unescaped characters")]
    Unescaped,
}

impl UrlError {
    /// Node's code for it, where it has one.
    pub fn code(&self) -> Option<&'static str> {
        match self {
            Self::Port(_) => Some("ERR_SOCKET_BAD_PORT"),
            Self::Unescaped => Some("ERR_UNESCAPED_CHARACTERS"),
            Self::Empty | Self::NoHost(_) | Self::Protocol(_) => None,
        }
    }
}

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
    /// Cuts a URL (variables filled in) into its parts and encodes them; with `encode` off all but the host stay as typed.
    ///
    /// Fails only on blank text. A missing host, a foreign scheme or a bad port is found by [`check`](Self::check) when the
    /// request is sent, so that reports can show the URL.
    pub fn parse(text: &str, encode: bool) -> Result<Self, UrlError> {
        let text = text.trim_start_matches(is_js_space);
        if text.is_empty() {
            return Err(UrlError::Empty);
        }
        let mask = shield(text);
        let mut cut = Cut { text: Cow::Borrowed(text), mask };

        let fragment = cut.split_tail(b'#');
        let query = cut.split_tail(b'?');
        cut.unify_slashes();

        let scheme = match find_scheme_end(&cut.mask) {
            Some(end) => {
                let scheme = cut.text[..end].to_lowercase();
                cut.drop_front(end + 3);
                let slashes = cut.mask.iter().take_while(|b| **b == b'/').count();
                // `file:` keeps one slash: it has no host.
                cut.drop_front(if scheme == "file" { slashes.saturating_sub(1) } else { slashes });
                scheme
            }
            None => "http".to_owned(),
        };
        let path = match cut.mask.iter().position(|b| *b == b'/') {
            Some(at) => cut.split_off(at),
            None => "/".to_owned(),
        };
        let userinfo = cut.mask.iter().rposition(|b| *b == b'@').and_then(|at| {
            let user_mask_colon = cut.mask[..at].iter().position(|b| *b == b':');
            let text = &cut.text[..at];
            let userinfo = match user_mask_colon {
                Some(colon) => Some((decode(&text[..colon]), decode(&text[colon + 1..]))),
                None if text.is_empty() => None,
                None => Some((decode(text), String::new())),
            };
            cut.drop_front(at + 1);
            userinfo
        });
        let port = cut.mask.iter().rposition(|b| *b == b':').filter(|at| !cut.mask[*at..].contains(&b']')).map(|at| {
            let mut port = cut.split_off(at);
            port.remove(0);
            port
        });
        let host = encode_host(&cut.text.to_lowercase());

        Ok(Self {
            scheme,
            userinfo,
            host,
            port,
            path: encoded(path, encode, PATH),
            query: query.map(|query| encoded(query, encode, QUERY)),
            fragment: fragment.map(|fragment| encoded(fragment, encode, FRAGMENT)),
        })
    }

    /// Resolves the `Location` of a redirect against this URL. Dot segments stay as they are.
    pub fn join(&self, location: &str, encode: bool) -> Result<Self, UrlError> {
        if location.starts_with("http:") || location.starts_with("https:") || has_scheme(location) {
            return Self::parse(location, encode);
        }
        let mut base = self.clone();
        base.fragment = None;
        let text = match location.as_bytes() {
            [] | [b'#', ..] => format!("{base}{location}"),
            [b'/', b'/', ..] | [b'\\', b'\\', ..] => format!("{}:{location}", self.scheme),
            [b'?', ..] => {
                base.query = None;
                format!("{base}{location}")
            }
            [first, ..] => {
                base.query = None;
                let path = std::mem::take(&mut base.path);
                let directory = match path.rfind('/') {
                    Some(at) if !matches!(first, b'/' | b'\\') => &path[..=at],
                    _ => "",
                };
                format!("{base}{directory}{location}")
            }
        };
        Self::parse(&text, encode)
    }

    /// Whether a request can be sent to this URL: host, scheme, port, characters of the target.
    pub fn check(&self) -> Result<(), UrlError> {
        if self.host.is_empty() && self.port.is_none() {
            return Err(UrlError::NoHost(self.to_string()));
        }
        if self.scheme != "http" && self.scheme != "https" {
            return Err(UrlError::Protocol(self.scheme.clone()));
        }
        let printable = |text: &str| text.chars().all(|c| ('\u{21}'..='\u{ff}').contains(&c));
        if !printable(&self.path) || !self.query.as_deref().is_none_or(printable) {
            return Err(UrlError::Unescaped);
        }
        self.port_number().map(drop)
    }

    /// `host` or `host:port`, as in the `Host` header.
    pub fn authority(&self) -> String {
        match &self.port {
            Some(port) => format!("{}:{port}", self.host),
            None => self.host.clone(),
        }
    }

    /// The host without the brackets of IPv6.
    pub fn hostname(&self) -> &str {
        self.host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(&self.host)
    }

    /// Whether the scheme is https.
    pub fn is_https(&self) -> bool {
        self.scheme == "https"
    }

    /// The port to connect to: the written one (Node's number rules: `09301`, `0x50`), else the scheme's.
    pub fn port_number(&self) -> Result<u16, UrlError> {
        match self.port.as_deref() {
            None | Some("") => Ok(if self.is_https() { 443 } else { 80 }),
            Some(text) => js_port(text).ok_or_else(|| UrlError::Port(text.to_owned())),
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
        match &self.userinfo {
            None => {}
            Some((user, password)) if password.is_empty() && !user.is_empty() => {
                write!(f, "{}@", encode_userinfo(user))?;
            }
            Some((user, password)) => write!(f, "{}:{}@", encode_userinfo(user), encode_userinfo(password))?,
        }
        f.write_str(&self.host)?;
        if let Some(port) = &self.port {
            write!(f, ":{port}")?;
        }
        f.write_str(&self.path)?;
        if let Some(query) = &self.query {
            write!(f, "?{query}")?;
        }
        if let Some(fragment) = &self.fragment {
            write!(f, "#{fragment}")?;
        }
        Ok(())
    }
}

/// Text and, byte for byte, what separators are looked for in: reserved characters within `{{…}}` are blanked out there.
struct Cut<'a> {
    text: Cow<'a, str>,
    mask: Cow<'a, [u8]>,
}

impl Cut<'_> {
    /// Takes off what follows the first separator, and the separator.
    fn split_tail(&mut self, separator: u8) -> Option<String> {
        let at = self.mask.iter().position(|b| *b == separator)?;
        let mut tail = self.split_off(at);
        tail.remove(0);
        Some(tail)
    }

    /// Takes off everything from `at`, where the mask has an ASCII separator.
    fn split_off(&mut self, at: usize) -> String {
        match &mut self.mask {
            Cow::Borrowed(mask) => *mask = &mask[..at],
            Cow::Owned(mask) => mask.truncate(at),
        }
        match &mut self.text {
            Cow::Borrowed(text) => {
                let (head, tail) = text.split_at(at);
                *text = head;
                tail.to_owned()
            }
            Cow::Owned(text) => text.split_off(at),
        }
    }

    fn drop_front(&mut self, count: usize) {
        match &mut self.mask {
            Cow::Borrowed(mask) => *mask = &mask[count..],
            Cow::Owned(mask) => drop(mask.drain(..count)),
        }
        match &mut self.text {
            Cow::Borrowed(text) => *text = &text[count..],
            Cow::Owned(text) => drop(text.drain(..count)),
        }
    }

    /// Turns every backslash outside of tokens into a slash.
    fn unify_slashes(&mut self) {
        if !self.mask.contains(&b'\\') {
            return;
        }
        let mask = self.mask.to_mut();
        let text = self.text.char_indices().map(|(at, c)| if mask[at] == b'\\' { '/' } else { c }).collect();
        for byte in mask {
            if *byte == b'\\' {
                *byte = b'/';
            }
        }
        self.text = Cow::Owned(text);
    }
}

fn encoded(text: String, encode: bool, set: &'static AsciiSet) -> String {
    if !encode {
        return text;
    }
    match utf8_percent_encode(&text, set).into() {
        // A single encoded character is borrowed too, from a table.
        Cow::Borrowed(encoded) if encoded.len() == text.len() => text,
        encoded => encoded.into_owned(),
    }
}

fn decode(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// White space as JavaScript's `trimLeft` has it.
fn is_js_space(c: char) -> bool {
    c == '\u{feff}' || (c.is_whitespace() && c != '\u{85}')
}

/// Blanks out tokens (`{{…}}`) that hold a reserved character, so that they are not cut.
fn shield(text: &str) -> Cow<'_, [u8]> {
    let mut mask = Cow::Borrowed(text.as_bytes());
    let mut from = 0;
    while let Some(close) = text[from..].find("}}").map(|at| from + at) {
        // The innermost token: what stands between the last brace before and this close.
        let inner = text[from..close].rfind(['{', '}']).map_or(close, |at| from + at + 1);
        let opens = inner >= 2 && &text.as_bytes()[inner - 2..inner] == b"{{" && inner - 2 >= from;
        if opens && text[inner..close].contains(['.', ':', '/', '?', '#', '@', '&', ']']) {
            mask.to_mut()[inner - 2..close + 2].fill(b'_');
        }
        from = if opens { close + 2 } else { close + 1 };
    }
    mask
}

fn find_scheme_end(mask: &[u8]) -> Option<usize> {
    mask.windows(3).position(|bytes| bytes == b"://")
}

/// Whether a `Location` is absolute: a scheme, two slashes of one kind, and something after them.
fn has_scheme(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else { return false };
    let rest = rest.strip_prefix("//").or_else(|| rest.strip_prefix("\\\\"));
    !scheme.is_empty()
        && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'+' | b'-'))
        && rest.is_some_and(|rest| {
            rest.chars().next().is_some_and(|c| !matches!(c, '\n' | '\r' | '\u{2028}' | '\u{2029}'))
        })
}

/// A port by JavaScript's text-to-number rules, which Node applies.
fn js_port(text: &str) -> Option<u16> {
    let text = text.trim_matches(is_js_space);
    let radix =
        |digits: &str, radix| if digits.starts_with('+') { None } else { u16::from_str_radix(digits, radix).ok() };
    match text.as_bytes() {
        [] => None,
        [b'0', b'x' | b'X', ..] => radix(&text[2..], 16),
        [b'0', b'o' | b'O', ..] => radix(&text[2..], 8),
        [b'0', b'b' | b'B', ..] => radix(&text[2..], 2),
        _ if text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'.' | b'e' | b'E' | b'+' | b'-')) => {
            let number: f64 = text.parse().ok()?;
            (number.fract() == 0.0 && (0.0..=65535.0).contains(&number)).then_some(number as u16)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests;
