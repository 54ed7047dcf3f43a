//! Heads of HTTP/1.1 responses, read as strictly as Node reads them and refused in its words.
//!
//! Not httparse: that one takes bare line feeds, drops reasons that are not ASCII, and cannot say what Node says.

use super::message::{Header, SendError};

/// Node's limit for the text of a head.
const MAX_HEAD: usize = 16 * 1024;
/// Limit for the separators too, so that a head of nothing but separators ends.
const MAX_HEAD_BYTES: usize = 1024 * 1024;

/// How the body of a response ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Framing {
    /// After so many bytes.
    Length(u64),
    /// After the last chunk.
    Chunked,
    /// When the peer closes.
    UntilClose,
}

/// Status line and headers.
#[derive(Debug)]
pub(super) struct Head {
    pub(super) version: &'static str,
    pub(super) code: u16,
    pub(super) reason: String,
    pub(super) headers: Vec<Header>,
    pub(super) framing: Framing,
    pub(super) keep_alive: bool,
}

/// A violation: Node's text after `Parse Error: ` and its code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ParseError(pub(super) &'static str, pub(super) &'static str);

impl From<ParseError> for SendError {
    fn from(error: ParseError) -> Self {
        Self::new(format!("Parse Error: {}", error.0)).with_code(error.1)
    }
}

pub(super) const NOT_HTTP: ParseError = ParseError("Expected HTTP/, RTSP/ or ICE/", "HPE_INVALID_CONSTANT");
const TOKEN: ParseError = ParseError("Invalid header token", "HPE_INVALID_HEADER_TOKEN");
const OVERFLOW: ParseError = ParseError("Header overflow", "HPE_HEADER_OVERFLOW");

/// Reads a head from the start of `bytes`: the head and its length, or `None` while it is not complete.
/// Violations are found as soon as they are there. `lenient` is Node's `insecureHTTPParser`.
pub(super) fn parse(bytes: &[u8], lenient: bool) -> Result<Option<(Head, usize)>, ParseError> {
    let mut reader = Reader { bytes, at: 0 };
    match reader.head(lenient) {
        Ok(head) => Ok(Some((head, reader.at))),
        Err(Stop::Incomplete) if bytes.len() > MAX_HEAD_BYTES => Err(OVERFLOW),
        Err(Stop::Incomplete) => Ok(None),
        Err(Stop::Violation(error)) => Err(error),
    }
}

/// Whether a header name byte is allowed: RFC 9110 token characters.
pub(super) fn is_token_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

enum Stop {
    Incomplete,
    Violation(ParseError),
}

impl From<ParseError> for Stop {
    fn from(error: ParseError) -> Self {
        Self::Violation(error)
    }
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    fn peek(&self) -> Result<u8, Stop> {
        self.bytes.get(self.at).copied().ok_or(Stop::Incomplete)
    }

    fn next(&mut self) -> Result<u8, Stop> {
        let byte = self.peek()?;
        self.at += 1;
        Ok(byte)
    }

    fn expect(&mut self, byte: u8, text: &'static str, code: &'static str) -> Result<(), Stop> {
        if self.next()? == byte { Ok(()) } else { Err(ParseError(text, code).into()) }
    }

    fn digit(&mut self, text: &'static str, code: &'static str) -> Result<u8, Stop> {
        let byte = self.next()?;
        if byte.is_ascii_digit() { Ok(byte - b'0') } else { Err(ParseError(text, code).into()) }
    }

    /// Bytes up to the line's end, which is left standing.
    fn until_line_end(&mut self) -> &'a [u8] {
        let rest = &self.bytes[self.at..];
        let length = rest.iter().position(|b| matches!(b, b'\r' | b'\n')).unwrap_or(rest.len());
        self.at += length;
        &rest[..length]
    }

    fn head(&mut self, lenient: bool) -> Result<Head, Stop> {
        while matches!(self.peek()?, b'\r' | b'\n') {
            self.at += 1;
        }
        let (version, code) = self.status(lenient)?;
        let (reason, reason_size) = self.reason(lenient)?;
        let mut size = reason_size;
        let mut headers = Vec::with_capacity(16);
        let mut body = Body::default();
        loop {
            match self.peek()? {
                b'\r' => {
                    self.at += 1;
                    self.expect(b'\n', "Expected LF after headers", "HPE_STRICT")?;
                    break;
                }
                b'\n' if lenient => {
                    self.at += 1;
                    break;
                }
                b'\n' => return Err(ParseError("Invalid header field char", TOKEN.1).into()),
                b' ' if headers.is_empty() && !lenient => {
                    return Err(ParseError("Unexpected space after start line", "HPE_UNEXPECTED_SPACE").into());
                }
                _ => {}
            }
            let (header, length) = self.header(lenient, &mut size)?;
            size += length;
            if size >= MAX_HEAD {
                return Err(OVERFLOW.into());
            }
            body.note(&header, lenient)?;
            headers.push(header);
        }
        let keep_alive = match body.connection {
            Some(keep_alive) => keep_alive,
            None => version == "1.1" || version == "2.0",
        };
        let framing = match (body.transfer_encoding, body.length) {
            (true, _) if body.chunked => Framing::Chunked,
            (false, Some(length)) => Framing::Length(length),
            _ => Framing::UntilClose,
        };
        Ok(Head { version, code, reason, headers, framing, keep_alive })
    }

    fn status(&mut self, lenient: bool) -> Result<(&'static str, u16), Stop> {
        const VERSION: &str = "HPE_INVALID_VERSION";
        const STATUS: &str = "HPE_INVALID_STATUS";
        for expected in b"HTTP/" {
            self.expect(*expected, NOT_HTTP.0, NOT_HTTP.1)?;
        }
        let major = self.digit("Invalid major version", VERSION)?;
        self.expect(b'.', "Expected dot", VERSION)?;
        let minor = self.digit("Invalid minor version", VERSION)?;
        let version = match (major, minor) {
            (1, 1) => "1.1",
            (1, 0) | (0, 9) => "1.0",
            (2, 0) => "2.0",
            _ if lenient => "1.1",
            _ => return Err(ParseError("Invalid HTTP version", VERSION).into()),
        };
        self.expect(b' ', "Expected space after version", VERSION)?;
        let mut code = 0;
        for _ in 0..3 {
            code = code * 10 + u16::from(self.digit("Invalid status code", STATUS)?);
        }
        match self.peek()? {
            b' ' => self.at += 1,
            b'\r' | b'\n' => {}
            _ => return Err(ParseError("Invalid response status", STATUS).into()),
        }
        Ok((version, code))
    }

    fn reason(&mut self, lenient: bool) -> Result<(String, usize), Stop> {
        let reason = self.until_line_end();
        if reason.len() >= MAX_HEAD {
            return Err(OVERFLOW.into());
        }
        match self.next()? {
            b'\r' => self.expect(b'\n', "Expected LF after CR", "HPE_STRICT")?,
            _ if lenient => {}
            _ => return Err(ParseError("Missing expected CR after response line", "HPE_CR_EXPECTED").into()),
        }
        // Latin-1 for Node, but postman-request reads the same bytes again as UTF-8 (`statusMessageEncoding`).
        Ok((String::from_utf8_lossy(reason).into_owned(), reason.len()))
    }

    fn header(&mut self, lenient: bool, size: &mut usize) -> Result<(Header, usize), Stop> {
        while lenient && self.peek()? == b' ' {
            self.at += 1;
        }
        let start = self.at;
        loop {
            match self.next()? {
                b':' if self.at - 1 > start => break,
                byte if is_token_byte(byte) => {}
                _ => return Err(TOKEN.into()),
            }
            if *size + self.at - start >= MAX_HEAD {
                return Err(OVERFLOW.into());
            }
        }
        let name = &self.bytes[start..self.at - 1];
        let mut value = self.value(lenient)?;
        // Folded lines, which only the lenient parser takes.
        loop {
            match self.peek()? {
                b' ' | b'\t' if lenient => {
                    let folded = self.until_line_end();
                    value.push_str(&latin1(folded));
                    self.line_end(lenient)?;
                }
                b' ' | b'\t' => {
                    return Err(ParseError("Unexpected whitespace after header value", TOKEN.1).into());
                }
                _ => break,
            }
        }
        let length = name.len() + value.len();
        let kept = value.trim_end_matches([' ', '\t']).len();
        value.truncate(kept);
        Ok((Header { name: latin1(name), value, system: false }, length))
    }

    fn value(&mut self, lenient: bool) -> Result<String, Stop> {
        while matches!(self.peek()?, b' ' | b'\t') {
            self.at += 1;
        }
        let value = self.until_line_end();
        if !lenient && value.iter().any(|b| (*b < 0x20 && *b != b'\t') || *b == 0x7f) {
            return Err(ParseError("Invalid header value char", TOKEN.1).into());
        }
        if value.len() >= MAX_HEAD {
            return Err(OVERFLOW.into());
        }
        self.line_end(lenient)?;
        Ok(latin1(value))
    }

    fn line_end(&mut self, lenient: bool) -> Result<(), Stop> {
        match self.next()? {
            b'\r' => self.expect(b'\n', "Missing expected LF after header value", "HPE_LF_EXPECTED"),
            _ if lenient => Ok(()),
            _ => Err(ParseError("Missing expected CR after header value", "HPE_CR_EXPECTED").into()),
        }
    }
}

/// What the headers say about the body and the connection.
#[derive(Default)]
struct Body {
    length: Option<u64>,
    transfer_encoding: bool,
    chunked: bool,
    connection: Option<bool>,
}

impl Body {
    fn note(&mut self, header: &Header, lenient: bool) -> Result<(), ParseError> {
        const LENGTH: &str = "HPE_INVALID_CONTENT_LENGTH";
        if header.is("content-length") {
            if self.length.is_some() {
                return Err(ParseError("Duplicate Content-Length", "HPE_UNEXPECTED_CONTENT_LENGTH"));
            }
            if self.transfer_encoding && !lenient {
                return Err(ParseError("Content-Length can't be present with Transfer-Encoding", LENGTH));
            }
            if header.value.is_empty() {
                return Err(ParseError("Empty Content-Length", LENGTH));
            }
            if !header.value.bytes().all(|b| b.is_ascii_digit()) {
                return Err(ParseError("Invalid character in Content-Length", LENGTH));
            }
            self.length = Some(header.value.parse().map_err(|_| ParseError("Content-Length overflow", LENGTH))?);
        } else if header.is("transfer-encoding") {
            if self.length.is_some() && !lenient {
                let text = "Transfer-Encoding can't be present with Content-Length";
                return Err(ParseError(text, "HPE_INVALID_TRANSFER_ENCODING"));
            }
            self.transfer_encoding = true;
            let last = header.value.rsplit(',').next().unwrap_or_default().trim();
            self.chunked = last.eq_ignore_ascii_case("chunked");
        } else if header.is("connection") {
            for token in header.value.split(',').map(str::trim) {
                if token.eq_ignore_ascii_case("close") {
                    self.connection = Some(false);
                } else if token.eq_ignore_ascii_case("keep-alive") && self.connection.is_none() {
                    self.connection = Some(true);
                }
            }
        }
        Ok(())
    }
}

fn latin1(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) if text.is_ascii() => text.to_owned(),
        _ => bytes.iter().map(|b| char::from(*b)).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(text: &str) -> Head {
        let bytes: Vec<u8> = text.chars().map(|c| c as u8).collect();
        for cut in 0..bytes.len() {
            assert!(matches!(parse(&bytes[..cut], false), Ok(None)), "{text:?} cut at {cut}");
        }
        let (head, length) = parse(&bytes, false).unwrap().unwrap();
        assert_eq!(length, bytes.len());
        head
    }

    #[test]
    fn heads_keep_case_order_duplicates_and_latin1() {
        let head = one("\r\nHTTP/1.1 200   Ok \r\nA: \t b \t \r\na:\u{e9}\r\nB:\r\nA: c\r\n\r\n");
        assert_eq!((head.code, head.reason.as_str(), head.framing), (200, "  Ok ", Framing::UntilClose));
        let lines: Vec<_> = head.headers.iter().map(|h| (h.name.as_str(), h.value.as_str())).collect();
        assert_eq!(lines, [("A", "b"), ("a", "é"), ("B", ""), ("A", "c")]);
        assert_eq!(one("HTTP/1.1 404\r\n\r\n").reason, "");
        assert_eq!(one("HTTP/1.1 000 \r\n\r\n").code, 0);
        let head = parse("HTTP/1.0 999 Å日\r\n\r\n".as_bytes(), false).unwrap().unwrap().0;
        assert_eq!((head.version, head.code, head.reason.as_str(), head.keep_alive), ("1.0", 999, "Å日", false));
    }

    #[test]
    fn framing_and_keep_alive() {
        let head = |lines: &str| {
            let head = one(&format!("HTTP/1.1 200 OK\r\n{lines}\r\n"));
            (head.framing, head.keep_alive)
        };
        assert_eq!(head("Content-Length: 5\r\n"), (Framing::Length(5), true));
        assert_eq!(head("Transfer-Encoding: gzip, CHUNKED\r\nConnection: Close\r\n"), (Framing::Chunked, false));
        assert_eq!(head("Transfer-Encoding: chunked, gzip\r\n"), (Framing::UntilClose, true));
        assert_eq!(head("Transfer-Encoding: gzip\r\nconnection: keep-alive\r\n"), (Framing::UntilClose, true));
    }

    #[test]
    fn violations_have_nodes_words() {
        for (text, expected) in [
            ("garbage", "Expected HTTP/, RTSP/ or ICE/"),
            (" HTTP/1.1", "Expected HTTP/, RTSP/ or ICE/"),
            ("HTTP/1.2 ", "Invalid HTTP version"),
            ("HTTP/1.x", "Invalid minor version"),
            ("HTTP/1.10", "Expected space after version"),
            ("HTTP/1.1 200 OK\nA", "Missing expected CR after response line"),
            ("HTTP/1.1 200 OK\r\nA: b\nC", "Missing expected CR after header value"),
            ("HTTP/1.1 200 OK\r\nA: b\r\n\n", "Invalid header field char"),
            ("HTTP/1.1 200 OK\r\nA: b\rx", "Missing expected LF after header value"),
            ("HTTP/1.1 200 OK\rX", "Expected LF after CR"),
            ("HTTP/1.1 2000 ", "Invalid response status"),
            ("HTTP/1.1 20 ", "Invalid status code"),
            ("HTTP/1.1 200 OK\r\nA b: c", "Invalid header token"),
            ("HTTP/1.1 200 OK\r\n: c", "Invalid header token"),
            ("HTTP/1.1 200 OK\r\nA: b\u{1}c\r\n", "Invalid header value char"),
            ("HTTP/1.1 200 OK\r\nA: b\r\n  c", "Unexpected whitespace after header value"),
            ("HTTP/1.1 200 OK\r\n c: d", "Unexpected space after start line"),
            (
                "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
                "Transfer-Encoding can't be present with Content-Length",
            ),
            (
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: x\r\nContent-Length: 5\r\n\r\n",
                "Content-Length can't be present with Transfer-Encoding",
            ),
            ("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nContent-Length: 0\r\n\r\n", "Duplicate Content-Length"),
            ("HTTP/1.1 200 OK\r\nContent-Length: +1\r\n\r\n", "Invalid character in Content-Length"),
            ("HTTP/1.1 200 OK\r\nContent-Length:\r\n\r\n", "Empty Content-Length"),
            ("HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999999\r\n\r\n", "Content-Length overflow"),
        ] {
            let error = parse(text.as_bytes(), false).unwrap_err();
            assert_eq!(error.0, expected, "{text:?}");
        }
        let long = format!("HTTP/1.1 200 OK\r\nA: {}\r\n\r\n", "x".repeat(17_000));
        assert_eq!(parse(long.as_bytes(), false).unwrap_err(), OVERFLOW);
    }

    #[test]
    fn no_bytes_panic() {
        let whole = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\nA: b\r\n c\r\n\r\n";
        for at in 0..whole.len() {
            for byte in [0, b' ', b'\r', b'\n', b':', b'9', b',', 0x7f, 0xc3, 0xff] {
                let mut bytes = whole.to_vec();
                bytes[at] = byte;
                for lenient in [false, true] {
                    let _ = parse(&bytes, lenient);
                    let _ = parse(&bytes[at..], lenient);
                }
            }
        }
    }

    #[test]
    fn the_lenient_parser_takes_more() {
        for text in [
            "HTTP/1.2 200 OK\r\n\r\n",
            "HTTP/1.1 200 OK\nA: b\n\n",
            "HTTP/1.1 200 OK\r\nA: b\u{1}c\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
            "HTTP/1.1 200 OK\r\n c: d\r\n\r\n",
        ] {
            assert!(matches!(parse(text.as_bytes(), true), Ok(Some(_))), "{text:?}");
        }
        let folded = parse(b"HTTP/1.1 200 OK\r\nA: b\r\n  c\r\n\r\n", true).unwrap().unwrap().0;
        assert_eq!(folded.headers[0].value, "b  c");
    }
}
