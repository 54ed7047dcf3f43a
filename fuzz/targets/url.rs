//! Any text as a URL as written, on the wire and as the place of a redirect; any JSON as a URL in parts.
#![no_main]

use libfuzzer_sys::fuzz_target;
use postbud::collection::Url;
use postbud::http::url::{WireUrl, encode_path, encode_query};
use serde_json::Value;

fuzz_target!(|text: &str| {
    let (text, location) = text.split_once('\n').unwrap_or((text, "../x?y#z"));
    let written = match serde_json::from_str::<Value>(text) {
        Ok(value) => Url::from_value(&value),
        Err(_) => Url::Text(text.to_owned()),
    };
    let _ = written.to_value();
    let assembled = written.assemble();
    for encode in [true, false] {
        let Ok(url) = WireUrl::parse(&assembled, encode) else { continue };
        let _ = (url.check(), url.authority(), url.target(), url.hostname(), url.to_string());
        if encode {
            // What was encoded once stays as it is.
            assert_eq!(encode_path(&url.path), url.path);
            assert_eq!(url.query.as_deref().map(encode_query).as_deref(), url.query.as_deref());
        }
        if let Ok(next) = url.join(location, encode) {
            let _ = (next.check(), next.to_string());
        }
    }
});
