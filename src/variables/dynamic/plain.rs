//! Numbers, identifiers and other values without words.

use std::fmt::Write;

use super::{Dynamic, HEX_DIGITS};

pub(super) fn guid(dynamic: &mut Dynamic, out: &mut String) {
    let bits = (u128::from(dynamic.bits()) << 64) | u128::from(dynamic.bits());
    let uuid = uuid::Builder::from_random_bytes(bits.to_be_bytes()).into_uuid();
    let mut buffer = uuid::Uuid::encode_buffer();
    out.push_str(uuid.hyphenated().encode_lower(&mut buffer));
}

pub(super) fn int(dynamic: &mut Dynamic, out: &mut String) {
    // Writing to a String cannot fail, here and below.
    let _ = write!(out, "{}", dynamic.between(0, 1000));
}

pub(super) fn alpha_numeric(dynamic: &mut Dynamic, out: &mut String) {
    dynamic.push_chars("0123456789abcdefghijklmnopqrstuvwxyz", 1, out);
}

pub(super) fn hex_color(dynamic: &mut Dynamic, out: &mut String) {
    out.push('#');
    dynamic.push_chars(HEX_DIGITS, 6, out);
}
