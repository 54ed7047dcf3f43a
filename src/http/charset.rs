//! Text of a body by its `Content-Type`.

use encoding_rs::{Encoding, UTF_8};

use super::message::Response;

/// The body as text: in the charset of `Content-Type` where it is a known one, else in UTF-8, without a byte order mark.
pub fn text_of(response: &Response) -> String {
    let label = response.header("content-type").and_then(charset).unwrap_or_default();
    decode(label, &response.body)
}

/// Bytes as text in the charset of that label; UTF-8 where it is not known.
pub fn decode(label: &str, bytes: &[u8]) -> String {
    // The web reads this label as Windows-1252; Postman does not.
    if ["iso-8859-1", "latin1", "l1"].iter().any(|latin1| label.eq_ignore_ascii_case(latin1)) {
        return bytes.iter().map(|byte| char::from(*byte)).collect();
    }
    // Nor these, which it has with seven bits.
    if ["ascii", "us-ascii"].iter().any(|ascii| label.eq_ignore_ascii_case(ascii)) {
        return bytes.iter().map(|byte| if byte.is_ascii() { char::from(*byte) } else { '\u{fffd}' }).collect();
    }
    let encoding = Encoding::for_label(label.as_bytes()).unwrap_or(UTF_8);
    encoding.decode_with_bom_removal(bytes).0.into_owned()
}

/// The `charset` parameter of a `Content-Type`.
pub fn charset(content_type: &str) -> Option<&str> {
    content_type.split(';').skip(1).find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim().eq_ignore_ascii_case("charset").then(|| value.trim().trim_matches(['"', '\'']))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_quotes_and_unknown_ones() {
        assert_eq!(charset("text/html; a=b; Charset=\"UTF-16LE\""), Some("UTF-16LE"));
        assert_eq!(charset("text/html"), None);
        assert_eq!(decode("windows-1252", b"\x80"), "€");
        assert_eq!(decode("ISO-8859-1", b"\x80\xe6"), "\u{80}æ");
        assert_eq!(decode("US-ASCII", b"a\xe9"), "a\u{fffd}");
        assert_eq!(decode("utf-16le", b"\xff\xfea\0"), "a");
        assert_eq!(decode("shift_jis", b"\x93\xfa"), "日");
        assert_eq!(decode("nonsense", "\u{feff}é".as_bytes()), "é");
        assert_eq!(decode("", b"\xff"), "\u{fffd}");
    }
}
