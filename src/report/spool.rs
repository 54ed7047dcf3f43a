//! Pieces of a report that wait for its end, in memory while they are small and in a temporary file when they grow.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Seek, SeekFrom, Write};

/// Bytes kept in memory before a file is opened.
const IN_MEMORY: usize = 1 << 20;

/// Pieces in the order they came.
#[derive(Debug, Default)]
pub(super) struct Spool {
    memory: Vec<u8>,
    file: Option<BufWriter<File>>,
    pieces: u64,
}

impl Spool {
    /// Appends a piece.
    pub(super) fn push(&mut self, piece: &[u8]) -> io::Result<()> {
        let length = u32::try_from(piece.len()).map_err(|_| io::Error::other("a piece of a report is over 4 GiB"))?;
        self.memory.extend_from_slice(&length.to_le_bytes());
        self.memory.extend_from_slice(piece);
        self.pieces += 1;
        if self.memory.len() > IN_MEMORY {
            if self.file.is_none() {
                self.file = Some(BufWriter::new(tempfile::tempfile()?));
            }
            if let Some(file) = &mut self.file {
                file.write_all(&self.memory)?;
            }
            self.memory.clear();
        }
        Ok(())
    }

    /// How many pieces there are.
    pub(super) fn len(&self) -> u64 {
        self.pieces
    }

    /// Gives every piece, in order; may be called again.
    pub(super) fn each<E: From<io::Error>>(&mut self, mut take: impl FnMut(&[u8]) -> Result<(), E>) -> Result<(), E> {
        let mut piece = Vec::new();
        if let Some(file) = &mut self.file {
            file.flush()?;
            let file = file.get_mut();
            file.seek(SeekFrom::Start(0))?;
            let mut reader = BufReader::new(&mut *file);
            let mut head = [0; 4];
            loop {
                match reader.read_exact(&mut head) {
                    Err(e) if e.kind() == io::ErrorKind::UnexpectedEof => break,
                    read => read?,
                }
                piece.resize(u32::from_le_bytes(head) as usize, 0);
                reader.read_exact(&mut piece)?;
                take(&piece)?;
            }
            file.seek(SeekFrom::End(0))?;
        }
        let mut rest = self.memory.as_slice();
        while let Some((head, after)) = rest.split_first_chunk::<4>() {
            let (piece, after) = after.split_at(u32::from_le_bytes(*head) as usize);
            take(piece)?;
            rest = after;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_come_back_in_order_from_memory_and_file() {
        let mut spool = Spool::default();
        for i in 0..50_u32 {
            spool.push(format!("{i}:{}", "x".repeat(50_000)).as_bytes()).unwrap();
        }
        assert!(spool.file.is_some());
        for _ in 0..2 {
            let mut seen = 0_u32;
            spool
                .each::<io::Error>(|piece| {
                    assert!(piece.starts_with(format!("{seen}:").as_bytes()));
                    seen += 1;
                    Ok(())
                })
                .unwrap();
            assert_eq!(u64::from(seen), spool.len());
        }
    }
}
