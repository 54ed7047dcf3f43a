//! Bytes of a file as UTF-8 text, without reading the file whole.

use std::borrow::Cow;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// How the letters of a file are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    /// UTF-8, with or without a byte order mark.
    Utf8,
    /// UTF-16, little end first, by its byte order mark.
    Utf16Le,
    /// UTF-16, big end first, by its byte order mark.
    Utf16Be,
    /// One byte for each letter: what is left when UTF-8 does not fit.
    Windows1252,
}

/// Something that can be read several times from its beginning.
#[derive(Debug, Clone)]
pub(super) enum Source {
    /// A file on disk.
    File(PathBuf),
    /// What can be read only once (a pipe), or was never a file.
    Memory(Arc<[u8]>),
}

const UTF8_MARK: &[u8] = b"\xef\xbb\xbf";

impl Source {
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        let mut file = File::open(path)?;
        if file.metadata()?.is_file() {
            return Ok(Self::File(path.to_owned()));
        }
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        Ok(Self::Memory(bytes.into()))
    }

    fn bytes(&self) -> io::Result<Box<dyn BufRead>> {
        Ok(match self {
            Self::File(path) => Box::new(BufReader::with_capacity(1 << 16, File::open(path)?)),
            Self::Memory(bytes) => Box::new(Cursor::new(Arc::clone(bytes))),
        })
    }

    fn head(&self) -> io::Result<Vec<u8>> {
        let mut head = Vec::new();
        self.bytes()?.take(4096).read_to_end(&mut head)?;
        Ok(head)
    }

    /// The encoding that the byte order mark tells; without one, UTF-8.
    pub(super) fn encoding(&self) -> io::Result<Encoding> {
        Ok(match self.head()?.get(..2) {
            Some(b"\xff\xfe") => Encoding::Utf16Le,
            Some(b"\xfe\xff") => Encoding::Utf16Be,
            _ => Encoding::Utf8,
        })
    }

    /// The first byte that is no blank, mark or zero (the other half of a UTF-16 letter).
    pub(super) fn first_sign(&self) -> io::Result<Option<u8>> {
        let skipped = |byte: &u8| byte.is_ascii_whitespace() || b"\0\xef\xbb\xbf\xfe\xff".contains(byte);
        Ok(self.head()?.into_iter().find(|byte| !skipped(byte)))
    }

    /// The text as UTF-8, without byte order mark. Windows-1252 stays as it is: the bytes of marks, separators and
    /// quotes are the same there, and cells are decoded one by one (see [`decode`]).
    pub(super) fn reader(&self, encoding: Encoding) -> io::Result<Box<dyn BufRead>> {
        let mut bytes = self.bytes()?;
        let decoder = match encoding {
            Encoding::Utf16Le => encoding_rs::UTF_16LE.new_decoder(),
            Encoding::Utf16Be => encoding_rs::UTF_16BE.new_decoder(),
            Encoding::Utf8 | Encoding::Windows1252 => {
                // A pipe could give the mark byte by byte; a file and memory do not.
                if bytes.fill_buf()?.starts_with(UTF8_MARK) {
                    bytes.consume(UTF8_MARK.len());
                }
                return Ok(bytes);
            }
        };
        Ok(Box::new(BufReader::with_capacity(
            1 << 16,
            Decoding { bytes, decoder, ended: false, text: vec![0; PIECE], from: 0, to: 0 },
        )))
    }

    /// The whole text.
    pub(super) fn read_text(&self) -> io::Result<String> {
        let mut bytes = Vec::new();
        self.reader(self.encoding()?)?.read_to_end(&mut bytes)?;
        Ok(match String::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => decode(error.as_bytes(), Encoding::Windows1252).into_owned(),
        })
    }
}

/// The text of one cell. Nothing is lost: bytes that are no UTF-8 become replacement characters.
pub(super) fn decode(bytes: &[u8], encoding: Encoding) -> Cow<'_, str> {
    if encoding == Encoding::Windows1252 {
        encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes).0
    } else {
        String::from_utf8_lossy(bytes)
    }
}

/// Size of the pieces in which UTF-16 is turned into UTF-8.
const PIECE: usize = 16 * 1024;

/// Turns UTF-16 into UTF-8 while it is read.
struct Decoding {
    bytes: Box<dyn BufRead>,
    decoder: encoding_rs::Decoder,
    ended: bool,
    /// A piece of its own: the decoder wants room for a whole letter, and readers may ask for less.
    text: Vec<u8>,
    from: usize,
    to: usize,
}

impl Read for Decoding {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        while self.from == self.to && !self.ended {
            let input = self.bytes.fill_buf()?;
            let last = input.is_empty();
            let (result, read, written, _) = self.decoder.decode_to_utf8(input, &mut self.text, last);
            self.bytes.consume(read);
            self.ended = last && result == encoding_rs::CoderResult::InputEmpty;
            (self.from, self.to) = (0, written);
        }
        let piece = self.text.get(self.from..self.to).unwrap_or_default();
        let count = piece.len().min(out.len());
        for (to, from) in out.iter_mut().zip(piece) {
            *to = *from;
        }
        self.from += count;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A reader that is asked for a byte at a time, or for all at once, gives the same.
    #[test]
    fn utf16_of_any_length_is_read_to_its_end() {
        for length in [0, 1, 31, 1000, PIECE, 3 * PIECE + 1] {
            let text: String = "aé日😀".chars().cycle().take(length).collect();
            for little in [true, false] {
                let unit = |unit: u16| if little { unit.to_le_bytes() } else { unit.to_be_bytes() };
                let bytes: Vec<u8> = std::iter::once(0xfeff).chain(text.encode_utf16()).flat_map(unit).collect();
                let source = Source::Memory(bytes.into());
                assert_eq!(source.read_text().unwrap(), text);
                let reader = source.reader(source.encoding().unwrap()).unwrap();
                let slowly: Vec<u8> = reader.bytes().collect::<Result<_, _>>().unwrap();
                assert_eq!(slowly, text.as_bytes());
            }
        }
    }
}
