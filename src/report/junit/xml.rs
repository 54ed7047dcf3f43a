//! Text that is safe in XML.

use std::borrow::Cow;
use std::fmt::Write as _;

/// Text without the characters XML 1.0 forbids: control characters end up as U+FFFD.
pub(super) fn safe(text: &str) -> Cow<'_, str> {
    let allowed =
        |c: char| matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
    if text.chars().all(allowed) {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(text.chars().map(|c| if allowed(c) { c } else { '\u{fffd}' }).collect())
    }
}

/// Text for an attribute in double quotes.
pub(super) fn attribute(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in safe(text).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\t' | '\n' | '\r' => {
                let _ = write!(out, "&#{};", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out
}

/// Text that may stand in a CDATA section: its end mark is split over two sections.
pub(super) fn cdata(text: &str) -> String {
    safe(text).replace("]]>", "]]]]><![CDATA[>")
}

/// Seconds with three decimals.
pub(super) fn seconds(millis: u64) -> String {
    format!("{}.{:03}", millis / 1000, millis % 1000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forbidden_and_special_characters() {
        assert_eq!(safe("a\u{1}\u{fffe}b"), "a\u{fffd}\u{fffd}b");
        assert_eq!(attribute("<a & \"b\">\n"), "&lt;a &amp; &quot;b&quot;&gt;&#10;");
        assert_eq!(cdata("x]]>y"), "x]]]]><![CDATA[>y");
        assert_eq!(seconds(1_005), "1.005");
    }
}
