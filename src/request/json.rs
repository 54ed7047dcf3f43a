//! JSON as JavaScript writes it: compact, whole floats without a fraction.

use std::io;

use serde::Serialize;
use serde_json::Value;
use serde_json::ser::{Formatter, Serializer};

struct JavaScript;

impl Formatter for JavaScript {
    fn write_f64<W: ?Sized + io::Write>(&mut self, writer: &mut W, value: f64) -> io::Result<()> {
        match serde_json::Number::from_f64(value) {
            Some(number) => writer.write_all(crate::variables::number_text(&number).as_bytes()),
            None => writer.write_all(b"null"),
        }
    }
}

/// `JSON.stringify(value)`.
pub(super) fn stringify(value: &Value) -> String {
    let mut out = Vec::new();
    match value.serialize(&mut Serializer::with_formatter(&mut out, JavaScript)) {
        Ok(()) => String::from_utf8(out).unwrap_or_default(),
        Err(_) => value.to_string(),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn numbers_are_those_of_javascript() {
        let value = serde_json::json!([1.0, 1.5, 10, null, {"a": "é\n"}]);
        assert_eq!(super::stringify(&value), "[1,1.5,10,null,{\"a\":\"é\\n\"}]");
    }
}
