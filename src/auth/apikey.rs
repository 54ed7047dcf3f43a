//! API key: a header or a query parameter.

use super::{Authorizer, Draft, Params, SignContext};

/// A key and its value, in a header or in the query.
pub(super) struct ApiKey;

impl Authorizer for ApiKey {
    fn pre(&self, params: &mut Params, _context: &SignContext) -> bool {
        params.flag("key") || params.flag("value")
    }

    fn sign(&self, params: &Params, draft: &mut Draft, _context: &SignContext) -> Result<(), String> {
        let key = params.text_or_empty("key");
        let value = params.get("value").map(crate::variables::text_of);
        if params.get("in").and_then(|place| place.as_str()) == Some("query") {
            draft.remove_params(&[&key]);
            draft.add_param(&key, value.as_deref());
        } else {
            let words = words(&key);
            draft.remove_headers(|header| !header.system && self::words(&header.name) == words);
            draft.add_header(&key, value.as_deref().unwrap_or_default());
        }
        Ok(())
    }
}

/// A name in words, in lower case: `X_API_KEY`, `x-api-key` and `xApiKey` are the same to Postman.
fn words(name: &str) -> String {
    let chars: Vec<char> = name.chars().filter(|c| !matches!(c, '\'' | '\u{2019}')).collect();
    let mut out = String::new();
    for (at, c) in chars.iter().enumerate() {
        if !c.is_alphanumeric() {
            continue;
        }
        let before = at.checked_sub(1).map(|at| chars[at]).filter(|c| c.is_alphanumeric());
        let after_is_lower = chars.get(at + 1).is_some_and(|c| c.is_lowercase());
        let starts = before.is_none_or(|before| {
            (before.is_numeric() != c.is_numeric())
                || (c.is_uppercase() && (before.is_lowercase() || (before.is_uppercase() && after_is_lower)))
        });
        if starts && !out.is_empty() {
            out.push(' ');
        }
        out.extend(c.to_lowercase());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::words;
    use serde_json::json;

    #[test]
    fn names_are_compared_by_their_words() {
        for name in ["x-api-key", "X_API_KEY", "xApiKey", "XApiKey", "x api  key"] {
            assert_eq!(words(name), "x api key", "{name}");
        }
        assert_eq!(words("APIKey2"), "api key 2");
        assert_ne!(words("xapikey"), words("x-api-key"));
    }

    #[test]
    fn a_header_replaces_the_users() {
        let mut case = Case::new("http://h/", "apikey", &json!({"key": "x-api-key", "value": "v"}));
        case.header("X_API_KEY", "old").header("Y", "1");
        case.sign();
        assert_eq!(case.wire(), "GET / | Y: 1 | x-api-key: v | SYS");
    }

    #[test]
    fn a_key_alone_and_a_value_alone() {
        let mut case = Case::new("http://h/", "apikey", &json!({"key": "k", "in": "elsewhere"}));
        case.sign();
        assert_eq!(case.added(), "k: ");
        let mut case = Case::new("http://h/", "apikey", &json!({"value": "v"}));
        case.sign();
        assert_eq!(case.added(), "");
    }

    #[test]
    fn a_system_header_gives_way() {
        let mut case = Case::new("http://h/", "apikey", &json!({"key": "user-agent", "value": "me"}));
        case.sign();
        let headers = &case.built.spec.headers;
        assert_eq!(headers.iter().filter(|h| h.is("user-agent")).count(), 1);
        assert_eq!(headers[0].value, "me");
    }

    #[test]
    fn in_the_query() {
        // P49
        let params = json!({"key": "k", "value": "v&1", "in": "query"});
        let mut case = Case::new("http://h/x?k=old&a=1", "apikey", &params);
        case.sign();
        assert_eq!(case.wire(), "GET /x?a=1&k=v%261 | SYS");
        let mut case = Case::new("http://h/x?k=1", "apikey", &params);
        case.sign();
        assert_eq!(case.wire(), "GET /x?k=v%261 | SYS");
    }
}
