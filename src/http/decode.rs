//! `Content-Encoding` undone as postman-request and Node's zlib undo it (`request.js`, `lib/inflate.js`).

use brotli_decompressor::{BrotliDecompressStream, BrotliResult, BrotliState, StandardAlloc};
use bytes::Bytes;
use flate2::{Crc, Decompress, FlushDecompress, Status};

use super::message::SendError;

/// Decodes a body. Unknown encodings and lists of them leave the bytes as they are; cut-off gzip and deflate give what could be read.
pub(super) fn decode(encoding: &str, body: Bytes, limit: Option<u64>) -> Result<Bytes, SendError> {
    let encoding = encoding.trim();
    let mut sink = Sink { out: Vec::new(), limit };
    // Nothing is a complete stream of gzip and deflate, and a cut-off one of brotli.
    if body.is_empty() && !encoding.eq_ignore_ascii_case("br") {
        return Ok(body);
    }
    if encoding.eq_ignore_ascii_case("gzip") {
        gunzip(&body, &mut sink)?;
    } else if encoding.eq_ignore_ascii_case("deflate") {
        // Some servers send the raw stream without zlib's header.
        let zlib = body[0] & 0x0f == 8;
        if zlib && body.len() > 1 && (u16::from(body[0]) << 8 | u16::from(body[1])) % 31 != 0 {
            return Err(data_error("incorrect header check"));
        }
        inflate(&body, zlib, &mut sink)?;
    } else if encoding.eq_ignore_ascii_case("br") {
        brotli(&body, &mut sink)?;
    } else {
        return Ok(body);
    }
    Ok(sink.out.into())
}

struct Sink {
    out: Vec<u8>,
    limit: Option<u64>,
}

impl Sink {
    fn check(&self) -> Result<(), SendError> {
        match self.limit {
            Some(limit) if self.out.len() as u64 > limit => Err(SendError::new("Maximum response size reached")),
            _ => Ok(()),
        }
    }
}

fn data_error(text: &str) -> SendError {
    SendError { errno: Some(-3), ..SendError::new(text).with_code("Z_DATA_ERROR") }
}

/// All members of a gzip stream; zeros after the last one are padding, anything else is an error.
fn gunzip(mut input: &[u8], sink: &mut Sink) -> Result<(), SendError> {
    loop {
        let Some(header) = gzip_header(input)? else { return Ok(()) };
        let from = sink.out.len();
        let Some(used) = inflate(&input[header..], false, sink)? else { return Ok(()) };
        input = &input[header + used..];
        let Some((trailer, rest)) = input.split_at_checked(8) else { return Ok(()) };
        let mut crc = Crc::new();
        crc.update(&sink.out[from..]);
        if trailer[..4] != crc.sum().to_le_bytes() {
            return Err(data_error("incorrect data check"));
        }
        if trailer[4..] != crc.amount().to_le_bytes() {
            return Err(data_error("incorrect length check"));
        }
        if rest.first().is_none_or(|byte| *byte == 0) {
            return Ok(());
        }
        input = rest;
    }
}

/// Length of a member's header; `None` where the stream ends in it.
fn gzip_header(input: &[u8]) -> Result<Option<usize>, SendError> {
    if !input.iter().zip(&[0x1f, 0x8b]).all(|(found, expected)| found == expected) {
        return Err(data_error("incorrect header check"));
    }
    let Some(fixed) = input.get(..10) else { return Ok(None) };
    let flags = fixed[3];
    if fixed[2] != 8 {
        return Err(data_error("unknown compression method"));
    }
    if flags & 0xe0 != 0 {
        return Err(data_error("unknown header flags set"));
    }
    let mut at = 10;
    if flags & 0x04 != 0 {
        let Some(length) = input.get(at..at + 2) else { return Ok(None) };
        at += 2 + usize::from(u16::from_le_bytes([length[0], length[1]]));
    }
    for flag in [0x08, 0x10] {
        if flags & flag != 0 {
            let Some(length) = input.get(at..).and_then(|rest| rest.iter().position(|byte| *byte == 0)) else {
                return Ok(None);
            };
            at += length + 1;
        }
    }
    if flags & 0x02 != 0 {
        at += 2;
    }
    Ok((at <= input.len()).then_some(at))
}

/// Inflates one stream: the bytes it took, `None` where it was cut off.
fn inflate(input: &[u8], zlib: bool, sink: &mut Sink) -> Result<Option<usize>, SendError> {
    let mut stream = Decompress::new(zlib);
    loop {
        let used = usize::try_from(stream.total_in()).unwrap_or(usize::MAX).min(input.len());
        let room = (input.len() * 4).clamp(4 * 1024, 256 * 1024);
        sink.out.reserve(room);
        let before = (stream.total_in(), stream.total_out());
        let status = stream.decompress_vec(&input[used..], &mut sink.out, FlushDecompress::Sync).map_err(|_| {
            data_error(if stream.total_out() == 0 { "incorrect header check" } else { "incorrect data check" })
        })?;
        sink.check()?;
        let stuck = before == (stream.total_in(), stream.total_out());
        match status {
            Status::StreamEnd => return Ok(usize::try_from(stream.total_in()).ok()),
            _ if stuck => return Ok(None),
            Status::Ok | Status::BufError => {}
        }
    }
}

fn brotli(input: &[u8], sink: &mut Sink) -> Result<(), SendError> {
    let alloc = StandardAlloc::default;
    let mut state = BrotliState::new(alloc(), alloc(), alloc());
    let mut piece = [0; 16 * 1024];
    let (mut left, mut read, mut total) = (input.len(), 0, 0);
    loop {
        let (mut room, mut written) = (piece.len(), 0);
        // The reader of the library tells no cut-off stream from a broken one.
        let result = BrotliDecompressStream(
            &mut left,
            &mut read,
            input,
            &mut room,
            &mut written,
            &mut piece,
            &mut total,
            &mut state,
        );
        sink.out.extend_from_slice(&piece[..written]);
        sink.check()?;
        match result {
            BrotliResult::ResultSuccess => return Ok(()),
            BrotliResult::NeedsMoreOutput => {}
            BrotliResult::NeedsMoreInput => {
                return Err(SendError {
                    errno: Some(-5),
                    ..SendError::new("unexpected end of file").with_code("Z_BUF_ERROR")
                });
            }
            BrotliResult::ResultFailure => {
                return Err(SendError::new("Decompression failed").with_code("ERR__ERROR_FORMAT"));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};

    use super::*;

    fn gzip(text: &str) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(text.as_bytes()).unwrap();
        encoder.finish().unwrap()
    }

    fn decoded(encoding: &str, body: impl Into<Bytes>) -> Result<String, String> {
        let body = decode(encoding, body.into(), None).map_err(|error| error.message)?;
        Ok(String::from_utf8_lossy(&body).into_owned())
    }

    #[test]
    fn gzip_members_padding_and_junk() {
        let text = "hello ".repeat(5000);
        assert_eq!(decoded("GZIP ", gzip(&text)), Ok(text.clone()));
        assert_eq!(decoded("gzip", [gzip("a"), gzip("b")].concat()), Ok("ab".into()));
        assert_eq!(decoded("gzip", [gzip("a"), vec![0, 0, 0]].concat()), Ok("a".into()));
        assert_eq!(decoded("gzip", [gzip("a"), b"junk".to_vec()].concat()), Err("incorrect header check".into()));
        assert_eq!(decoded("gzip", "plain"), Err("incorrect header check".into()));
        assert_eq!(decoded("gzip", ""), Ok(String::new()));
        let mut wrong = gzip("abc");
        let crc = wrong.len() - 8;
        wrong[crc] ^= 1;
        assert_eq!(decoded("gzip", wrong), Err("incorrect data check".into()));
    }

    #[test]
    fn cut_off_gzip_gives_what_there_is() {
        let whole = gzip(&"hello ".repeat(5000));
        for cut in 0..whole.len() {
            let part = decoded("gzip", whole[..cut].to_vec()).unwrap();
            assert!("hello ".repeat(5000).starts_with(&part));
        }
        assert!(!decoded("gzip", whole[..whole.len() - 9].to_vec()).unwrap().is_empty());
    }

    #[test]
    fn deflate_with_and_without_its_header() {
        let mut zlib = ZlibEncoder::new(Vec::new(), Compression::default());
        zlib.write_all(b"zlib").unwrap();
        assert_eq!(decoded("deflate", zlib.finish().unwrap()), Ok("zlib".into()));
        let mut raw = DeflateEncoder::new(Vec::new(), Compression::default());
        raw.write_all(b"raw").unwrap();
        assert_eq!(decoded("Deflate", raw.finish().unwrap()), Ok("raw".into()));
        assert!(decoded("deflate", vec![0x78, 0x00, 1, 2]).is_err());
    }

    #[test]
    fn brotli_and_unknown_encodings() {
        // "hi" as one uncompressed meta-block.
        let hi = vec![0x8b, 0x00, 0x80, b'h', b'i', 0x03];
        assert_eq!(decoded("br", hi.clone()), Ok("hi".into()));
        assert!(decoded("br", hi[..4].to_vec()).is_err());
        assert_eq!(decode("BR", Bytes::new(), None).unwrap_err().code.as_deref(), Some("Z_BUF_ERROR"));
        assert_eq!(decoded("gzip", ""), Ok(String::new()));
        for encoding in ["x-gzip", "gzip, br", "zstd", "identity", ""] {
            assert_eq!(decoded(encoding, "as is"), Ok("as is".into()), "{encoding}");
        }
    }

    #[test]
    fn no_bytes_panic() {
        let whole = gzip("hello hello hello");
        for encoding in ["gzip", "deflate", "br"] {
            for at in 0..whole.len() {
                for byte in [0, 1, 0x08, 0x1f, 0x78, 0x80, 0xff] {
                    let mut bytes = whole.clone();
                    bytes[at] = byte;
                    let _ = decode(encoding, bytes[at..].to_vec().into(), Some(1 << 20));
                    let _ = decode(encoding, bytes.into(), Some(1 << 20));
                }
            }
        }
    }

    #[test]
    fn a_bomb_stops_at_the_limit() {
        let bomb = gzip(&"0".repeat(10_000_000));
        let error = decode("gzip", bomb.into(), Some(1000)).unwrap_err();
        assert_eq!(error.message, "Maximum response size reached");
    }
}
