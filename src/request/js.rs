//! What JavaScript does with text and JSON, where requests and signatures depend on it.

use std::io;

use base64::Engine as _;
use base64::engine::general_purpose::GeneralPurpose;
use base64::engine::{DecodePaddingMode, GeneralPurposeConfig};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;
use serde_json::ser::{Formatter, Serializer};
use serde_json::{Map, Value};

/// RFC 3986: all but letters, digits and `-_.~`.
const STRICT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');
/// What `encodeURIComponent` leaves alone besides.
const COMPONENT: &AsciiSet = &STRICT.remove(b'!').remove(b'\'').remove(b'(').remove(b')').remove(b'*');
/// What RFC 8187 leaves alone in a file name.
const FILE_NAME: &AsciiSet = &STRICT.remove(b'!').remove(b'|').remove(b'`').remove(b'^');

/// Percent-encodes all but letters, digits and `-_.~`.
pub(crate) fn strict(text: &str) -> String {
    utf8_percent_encode(text, STRICT).to_string()
}

/// `encodeURIComponent(text)`.
pub(crate) fn component(text: &str) -> String {
    utf8_percent_encode(text, COMPONENT).to_string()
}

/// A file name for `filename*`.
pub(crate) fn file_name(text: &str) -> String {
    utf8_percent_encode(text, FILE_NAME).to_string()
}

/// `decodeURIComponent(text)`; `None` where JavaScript throws.
pub(crate) fn decode_component(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let malformed = |at: usize| {
        let digits = bytes.get(at + 1..at + 3);
        !digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
    };
    if text.match_indices('%').any(|(at, _)| malformed(at)) {
        return None;
    }
    percent_encoding::percent_decode_str(text).decode_utf8().ok().map(std::borrow::Cow::into_owned)
}

struct JavaScript;

impl Formatter for JavaScript {
    fn write_f64<W: ?Sized + io::Write>(&mut self, writer: &mut W, value: f64) -> io::Result<()> {
        match serde_json::Number::from_f64(value) {
            Some(number) => writer.write_all(crate::variables::number_text(&number).as_bytes()),
            None => writer.write_all(b"null"),
        }
    }
}

/// `JSON.stringify(value)`: compact, whole floats without a fraction.
pub(crate) fn stringify(value: &Value) -> String {
    let mut out = Vec::new();
    match value.serialize(&mut Serializer::with_formatter(&mut out, JavaScript)) {
        Ok(()) => String::from_utf8(out).unwrap_or_default(),
        Err(_) => value.to_string(),
    }
}

/// Puts the keys of every object in JavaScript's order: those that are integers first.
pub(crate) fn ordered(value: Value) -> Value {
    match value {
        Value::Array(items) => items.into_iter().map(ordered).collect(),
        Value::Object(map) => {
            let mut entries: Vec<(String, Value)> = map.into_iter().map(|(key, value)| (key, ordered(value))).collect();
            entries.sort_by_key(|(key, _)| array_index(key).unwrap_or(u32::MAX));
            Value::Object(entries.into_iter().collect::<Map<_, _>>())
        }
        other => other,
    }
}

/// A name that JavaScript treats as the index of an array, and sorts before all others.
pub(crate) fn array_index(name: &str) -> Option<u32> {
    let canonical = name == "0" || (!name.starts_with('0') && name.bytes().all(|b| b.is_ascii_digit()));
    name.parse().ok().filter(|index| canonical && *index != u32::MAX)
}

/// Base64 as Node decodes it: either alphabet, with or without padding, other characters skipped, broken ends cut.
pub(crate) fn decode_base64(text: &str) -> Vec<u8> {
    const LENIENT: GeneralPurpose = GeneralPurpose::new(
        &base64::alphabet::STANDARD,
        GeneralPurposeConfig::new()
            .with_decode_allow_trailing_bits(true)
            .with_decode_padding_mode(DecodePaddingMode::Indifferent),
    );
    let mut clean: String = text
        .split('=')
        .next()
        .unwrap_or_default()
        .chars()
        .filter_map(|c| match c {
            '-' => Some('+'),
            '_' => Some('/'),
            c if c.is_ascii_alphanumeric() || c == '+' || c == '/' => Some(c),
            _ => None,
        })
        .collect();
    if clean.len() % 4 == 1 {
        clean.pop();
    }
    LENIENT.decode(clean).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn numbers_and_key_order_are_those_of_javascript() {
        let value = json!([1.0, 1.5, 10, null, {"a": "é\n"}]);
        assert_eq!(stringify(&value), "[1,1.5,10,null,{\"a\":\"é\\n\"}]");
        let value = ordered(json!({"b": {"x": 1, "0": 2}, "10": 1, "2": [{"z": 1, "1": 2}]}));
        assert_eq!(stringify(&value), r#"{"2":[{"1":2,"z":1}],"10":1,"b":{"0":2,"x":1}}"#);
    }

    #[test]
    fn base64_is_read_leniently() {
        assert_eq!(decode_base64("aGVsbG8="), b"hello");
        assert_eq!(decode_base64(" aGVs\nbG8"), b"hello");
        assert_eq!(decode_base64("_-8"), [0xff, 0xef]);
        assert_eq!(decode_base64("aGVsb"), b"hel");
        assert_eq!(decode_base64("***"), b"");
    }

    #[test]
    fn percent_signs() {
        assert_eq!(decode_component("a%20b+%C3%A9").as_deref(), Some("a b+é"));
        assert_eq!(decode_component("%"), None);
        assert_eq!(decode_component("%zz"), None);
        assert_eq!(decode_component("%ff"), None);
        assert_eq!(strict("a b!~é"), "a%20b%21~%C3%A9");
        assert_eq!(component("a b!'"), "a%20b!'");
        assert_eq!(file_name("日.png"), "%E6%97%A5.png");
    }

    #[test]
    fn array_indices_are_canonical_numbers() {
        assert_eq!(array_index("0"), Some(0));
        assert_eq!(array_index("10"), Some(10));
        for not in ["", "02", "-1", "1.5", "4294967295", "99999999999", "+1"] {
            assert_eq!(array_index(not), None, "{not}");
        }
    }
}
