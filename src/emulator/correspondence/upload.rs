//! Content of attachments: stored, its checksum computed, its scan begun.

use axum::body::Bytes;
use jiff::Timestamp;
use md5::{Digest, Md5};

use super::model::{Attachment, AttachmentStatus};

/// MD5 in lower-case hexadecimal.
pub(super) fn md5(bytes: &[u8]) -> String {
    let digest = Md5::digest(bytes);
    let nibbles = digest.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    nibbles.filter_map(|nibble| char::from_digit(u32::from(nibble), 16)).collect()
}

/// Stores content; the scan ends at `scanned`.
pub(super) fn store(attachment: &mut Attachment, bytes: Bytes, now: Timestamp, scanned: Timestamp) {
    attachment.checksum = Some(md5(&bytes));
    attachment.bytes = Some(bytes);
    attachment.scanned = Some(scanned);
    attachment.become_(AttachmentStatus::UploadProcessing, now);
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_checksum_is_md5_in_lower_case() {
        assert_eq!(super::md5(b""), "d41d8cd98f00b204e9800998ecf8427e");
    }
}
