//! A ZIP archive of stored (not compressed) files.

use flate2::Crc;

/// Version 2.0, names in UTF-8, stored, 1 January 1980.
const COMMON: [u8; 10] = [20, 0, 0, 8, 0, 0, 0, 0, 0x21, 0];

/// Packs files. Sizes beyond 4 GiB cannot occur: bodies are limited.
pub(super) fn archive(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut directory = Vec::new();
    let mut count: u16 = 0;
    for (name, bytes) in files.iter().take(usize::from(u16::MAX)) {
        let start = out.len() as u32;
        let mut head = COMMON.to_vec();
        let mut crc = Crc::new();
        crc.update(bytes);
        head.extend(crc.sum().to_le_bytes());
        head.extend((bytes.len() as u32).to_le_bytes());
        head.extend((bytes.len() as u32).to_le_bytes());
        head.extend((name.len() as u16).to_le_bytes());
        head.extend([0, 0]);
        out.extend(b"PK\x03\x04");
        out.extend(&head);
        out.extend(name.as_bytes());
        out.extend(*bytes);
        directory.extend(b"PK\x01\x02\x14\x00");
        directory.extend(&head);
        directory.extend([0; 10]);
        directory.extend(start.to_le_bytes());
        directory.extend(name.as_bytes());
        count += 1;
    }
    let start = out.len() as u32;
    out.extend(&directory);
    out.extend(b"PK\x05\x06\0\0\0\0");
    out.extend(count.to_le_bytes());
    out.extend(count.to_le_bytes());
    out.extend((directory.len() as u32).to_le_bytes());
    out.extend(start.to_le_bytes());
    out.extend([0, 0]);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_archive_has_its_parts_where_they_belong() {
        let archive = archive(&[("a.txt", b"hello"), ("b.txt", b"")]);
        assert!(archive.starts_with(b"PK\x03\x04"));
        let end = &archive[archive.len() - 22..];
        assert!(end.starts_with(b"PK\x05\x06"));
        assert_eq!(end[8..12], [2, 0, 2, 0]);
        let directory = u32::from_le_bytes([end[16], end[17], end[18], end[19]]) as usize;
        assert!(archive[directory..].starts_with(b"PK\x01\x02"));
        assert_eq!(archive[14..18], 0x3610_a686_u32.to_le_bytes());
    }
}
