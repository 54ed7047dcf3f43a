//! What `fuzz/` cannot reach from outside; compiled there alone.

use bytes::BytesMut;

use super::chunked::{Chunks, Step};
use super::head;

/// Reads bytes as a response, whole and in two pieces, which must come to the same.
pub fn response(bytes: &[u8], lenient: bool) {
    let Ok(Some((head, length))) = head::parse(bytes, lenient) else { return };
    assert!(length <= bytes.len());
    let _ = (head.framing, head.keep_alive, head.version, head.code, head.reason, head.headers);
    let body = &bytes[length..];
    let whole = chunks(&[body], lenient);
    let (left, right) = body.split_at(body.len() / 2);
    assert_eq!(whole, chunks(&[left, right], lenient));
}

/// The body, or nothing where it is broken; its last word may not have come yet.
fn chunks(pieces: &[&[u8]], lenient: bool) -> Option<(Vec<u8>, bool)> {
    let mut chunks = Chunks::new(lenient);
    let (mut input, mut body) = (BytesMut::new(), Vec::new());
    let mut done = false;
    for piece in pieces.iter().filter(|piece| !piece.is_empty()) {
        input.extend_from_slice(piece);
        if !done {
            done = chunks.advance(&mut input, &mut body).ok()? == Step::Done;
        }
    }
    Some((body, done))
}
