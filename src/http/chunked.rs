//! Bodies in chunks.

use bytes::{Buf, BytesMut};

use super::head::{ParseError, is_token_byte};

/// Longest line of a chunk's size or of a trailer.
const MAX_LINE: usize = 16 * 1024;

/// What a call to [`Chunks::advance`] came to.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// The body is complete.
    Done,
    /// More bytes are needed.
    More,
}

enum State {
    /// At a size line.
    Size,
    /// Within a chunk's data, so many bytes left.
    Data(u64),
    /// At the line end after a chunk's data.
    DataEnd,
    /// At a trailer line or the empty line after the trailers.
    Trailer,
}

/// Takes a chunked body apart. Trailers are dropped.
pub(super) struct Chunks {
    state: State,
    lenient: bool,
}

impl Chunks {
    pub(super) fn new(lenient: bool) -> Self {
        Self { state: State::Size, lenient }
    }

    /// Moves what `input` has of the body to `body`.
    pub(super) fn advance(&mut self, input: &mut BytesMut, body: &mut Vec<u8>) -> Result<Step, ParseError> {
        loop {
            match self.state {
                State::Size => {
                    let Some(line) = line_length(input)? else {
                        check_size(&input[..input.len().min(MAX_LINE)], self.lenient)?;
                        return Ok(Step::More);
                    };
                    let text = strip_cr(&input[..line], self.lenient, "Missing expected CR after chunk size")?;
                    let size = check_size(text, self.lenient)?;
                    let Some(size) = size else { return Err(INVALID_SIZE) };
                    input.advance(line + 1);
                    self.state = if size == 0 { State::Trailer } else { State::Data(size) };
                }
                State::Data(left) => {
                    if input.is_empty() {
                        return Ok(Step::More);
                    }
                    let count = usize::try_from(left).unwrap_or(usize::MAX).min(input.len());
                    body.extend_from_slice(&input[..count]);
                    input.advance(count);
                    let left = left - count as u64;
                    self.state = if left == 0 { State::DataEnd } else { State::Data(left) };
                }
                State::DataEnd => match **input {
                    [b'\r', b'\n', ..] => {
                        input.advance(2);
                        self.state = State::Size;
                    }
                    [b'\n', ..] if self.lenient => {
                        input.advance(1);
                        self.state = State::Size;
                    }
                    [] | [b'\r'] => return Ok(Step::More),
                    [b'\n', ..] => return Err(ParseError("Missing expected CR after chunk data", "HPE_CR_EXPECTED")),
                    _ => return Err(ParseError("Expected LF after chunk data", "HPE_STRICT")),
                },
                State::Trailer => {
                    let Some(line) = line_length(input)? else { return Ok(Step::More) };
                    let text = strip_cr(&input[..line], self.lenient, "Missing expected CR after header value")?;
                    let end = text.is_empty();
                    let name = text.iter().position(|b| *b == b':').unwrap_or(0);
                    if !end && (name == 0 || !text[..name].iter().all(|b| is_token_byte(*b))) {
                        return Err(ParseError("Invalid header token", "HPE_INVALID_HEADER_TOKEN"));
                    }
                    input.advance(line + 1);
                    if end {
                        return Ok(Step::Done);
                    }
                }
            }
        }
    }
}

const INVALID_SIZE: ParseError = ParseError("Invalid character in chunk size", "HPE_INVALID_CHUNK_SIZE");

fn line_length(input: &[u8]) -> Result<Option<usize>, ParseError> {
    let length = input.iter().take(MAX_LINE).position(|b| *b == b'\n');
    if length.is_none() && input.len() >= MAX_LINE {
        return Err(ParseError("Header overflow", "HPE_HEADER_OVERFLOW"));
    }
    Ok(length)
}

fn strip_cr<'a>(line: &'a [u8], lenient: bool, missing: &'static str) -> Result<&'a [u8], ParseError> {
    match line.strip_suffix(b"\r") {
        Some(line) => Ok(line),
        None if lenient => Ok(line),
        None => Err(ParseError(missing, "HPE_CR_EXPECTED")),
    }
}

/// The size at the start of a line that may not be complete; `None` where there is no digit yet.
fn check_size(line: &[u8], lenient: bool) -> Result<Option<u64>, ParseError> {
    let mut size: Option<u64> = None;
    for byte in line {
        match char::from(*byte).to_digit(16) {
            Some(digit) => {
                let value = size.unwrap_or(0);
                if value >> 60 != 0 {
                    return Err(ParseError("Chunk size overflow", "HPE_INVALID_CHUNK_SIZE"));
                }
                size = Some(value << 4 | u64::from(digit));
            }
            None if size.is_some() && (matches!(byte, b';' | b'\r') || (lenient && *byte == b' ')) => break,
            None => return Err(INVALID_SIZE),
        }
    }
    Ok(size)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<(Step, String), &'static str> {
        // Byte by byte, so that every state is left and entered again.
        let mut chunks = Chunks::new(false);
        let (mut input, mut body) = (BytesMut::new(), Vec::new());
        let mut step = Step::More;
        for byte in text.bytes() {
            assert_eq!(step, Step::More, "more after the end");
            input.extend_from_slice(&[byte]);
            step = chunks.advance(&mut input, &mut body).map_err(|error| error.0)?;
        }
        Ok((step, String::from_utf8(body).unwrap()))
    }

    #[test]
    fn chunks_extensions_and_trailers() {
        assert_eq!(read("1\r\na\r\n0\r\n\r\n"), Ok((Step::Done, "a".into())));
        assert_eq!(
            read("0003;x=\"y\"\r\nabc\r\nA\r\n0123456789\r\n000\r\nX: y\r\nZ: q\r\n\r\n"),
            Ok((Step::Done, "abc0123456789".into()))
        );
        assert_eq!(read("5\r\na"), Ok((Step::More, "a".into())));
    }

    #[test]
    fn violations_have_nodes_words() {
        for (text, expected) in [
            ("xyz", "Invalid character in chunk size"),
            ("1 \r\na", "Invalid character in chunk size"),
            ("\r\n", "Invalid character in chunk size"),
            ("1\na", "Missing expected CR after chunk size"),
            ("1\r\nab", "Expected LF after chunk data"),
            ("1\r\na\n", "Missing expected CR after chunk data"),
            ("1\r\na\r\n0\r\nX y\r\n", "Invalid header token"),
            ("fffffffffffffffff", "Chunk size overflow"),
        ] {
            assert_eq!(read(text), Err(expected), "{text:?}");
        }
    }
}
