//! Sizes, times and names as newman writes them.

use std::fmt::Write as _;

use md5::{Digest as _, Md5};

/// `477B`, `1.72kB`, `5kB`: powers of 1000, at most two decimals.
pub(super) fn filesize(bytes: u64) -> String {
    const UNITS: [&str; 6] = ["B", "kB", "MB", "GB", "TB", "PB"];
    let mut value = bytes as f64;
    let mut unit = 0;
    while value >= 1000.0 && unit + 1 < UNITS.len() {
        value /= 1000.0;
        unit += 1;
    }
    let mut rounded = (value * 100.0).round() / 100.0;
    if rounded >= 1000.0 && unit + 1 < UNITS.len() {
        rounded /= 1000.0;
        unit += 1;
    }
    format!("{rounded}{}", UNITS[unit])
}

/// `250µs`, `35ms`, `2s`, `2.5s`, `1m 5s` from milliseconds.
pub(super) fn duration(ms: f64) -> String {
    if ms < 1.0 {
        return format!("{}µs", (ms * 1000.0) as u64);
    }
    if ms < 1998.0 {
        return format!("{}ms", ms as u64);
    }
    let seconds = ms / 1000.0;
    let whole = seconds as u64;
    let (days, hours, minutes) = (whole / 86_400, whole / 3_600 % 24, whole / 60 % 60);
    let mut out = String::new();
    for (n, unit) in [(days, "d"), (hours, "h"), (minutes, "m")] {
        if n > 0 {
            let _ = write!(out, "{n}{unit} ");
        }
    }
    let rest = (ms / 100.0) as u64 % 600;
    if rest > 0 {
        let _ = if rest.is_multiple_of(10) {
            write!(out, "{}s", rest / 10)
        } else {
            write!(out, "{}.{}s", rest / 10, rest % 10)
        };
    }
    out.trim_end().to_owned()
}

/// An identifier in the form of a UUID that is the same for the same parts: reports of one run agree, and tests can compare.
pub(super) fn uuid_of(parts: &[&str]) -> String {
    let mut bytes: [u8; 16] = digest(parts);
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let hex = hex(&bytes);
    format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}

/// The hex digest newman's errors carry as `checksum`.
pub(super) fn checksum(parts: &[&str]) -> String {
    hex(&digest(parts))
}

fn digest(parts: &[&str]) -> [u8; 16] {
    let mut hash = Md5::new();
    for part in parts {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    hash.finalize().into()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut out, byte| {
        let _ = write!(out, "{byte:02x}");
        out
    })
}

/// The first characters of a text, cut at a character, and whether anything was cut.
pub(super) fn clip(text: &str, characters: usize) -> (&str, bool) {
    text.char_indices().nth(characters).map_or((text, false), |(at, _)| (&text[..at], true))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes() {
        for (bytes, text) in [
            (0, "0B"),
            (477, "477B"),
            (1000, "1kB"),
            (1720, "1.72kB"),
            (5000, "5kB"),
            (999_999, "1MB"),
            (2_048, "2.05kB"),
        ] {
            assert_eq!(filesize(bytes), text);
        }
    }

    #[test]
    fn times() {
        for (ms, text) in [
            (0.25, "250µs"),
            (35.9, "35ms"),
            (1997.0, "1997ms"),
            (2000.0, "2s"),
            (2560.0, "2.5s"),
            (65_000.0, "1m 5s"),
            (3_600_000.0, "1h"),
        ] {
            assert_eq!(duration(ms), text);
        }
    }

    #[test]
    fn identifiers_are_stable_and_look_like_uuids() {
        let id = uuid_of(&["1", "2"]);
        assert_eq!(id, uuid_of(&["1", "2"]));
        assert_ne!(id, uuid_of(&["12"]));
        assert_eq!((id.len(), id.as_bytes()[14]), (36, b'4'));
    }
}
