//! OAuth 2.0: puts a token where it belongs. How one is fetched is in [`token`](super::token).

use super::{Authorizer, Draft, Params, SignContext};

/// `Authorization: <prefix> <token>`, or `access_token` in the query.
pub(super) struct OAuth2;

impl Authorizer for OAuth2 {
    fn pre(&self, params: &mut Params, _context: &SignContext) -> bool {
        params.flag("accessToken")
    }

    fn sign(&self, params: &Params, draft: &mut Draft, _context: &SignContext) -> Result<(), String> {
        let token = params.text_or_empty("accessToken");
        let is_mac = params.text("tokenType").is_some_and(|kind| kind.eq_ignore_ascii_case("mac"));
        if token.is_empty() || is_mac {
            return Ok(());
        }
        let mut prefix = params.get("headerPrefix").map_or_else(|| "Bearer".to_owned(), crate::variables::text_of);
        prefix = prefix.trim().to_owned();
        if !prefix.is_empty() {
            prefix.push(' ');
        }
        draft.remove_header("authorization");
        draft.remove_params(&["access_token"]);
        match params.text("addTokenTo").as_deref() {
            None | Some("header") => draft.add_header("Authorization", &format!("{prefix}{token}")),
            Some("queryParams") => draft.add_param("access_token", Some(&token)),
            Some(_) => {}
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use serde_json::json;

    fn wire(url: &str, params: &serde_json::Value) -> String {
        let mut case = Case::new(url, "oauth2", params);
        case.header("authorization", "mine");
        case.sign();
        case.wire()
    }

    #[test]
    fn in_the_query_and_with_other_prefixes() {
        // P50
        let query = json!({"accessToken": "A", "addTokenTo": "queryParams"});
        assert_eq!(wire("http://h/x?access_token=o", &query), "GET /x?access_token=A | SYS");
        let bare = json!({"accessToken": "A", "headerPrefix": ""});
        assert_eq!(wire("http://h/y", &bare), "GET /y | Authorization: A | SYS");
        let trimmed = json!({"accessToken": "A", "headerPrefix": " X ", "tokenType": "anything"});
        assert_eq!(wire("http://h/", &trimmed), "GET / | Authorization: X A | SYS");
    }

    #[test]
    fn places_nobody_knows_clear_both() {
        let elsewhere = json!({"accessToken": "A", "addTokenTo": "body"});
        assert_eq!(wire("http://h/?access_token=o&a=1", &elsewhere), "GET /?a=1 | SYS");
    }

    #[test]
    fn mac_and_no_token_change_nothing() {
        let untouched = "GET /?access_token=o | authorization: mine | SYS";
        let url = "http://h/?access_token=o";
        assert_eq!(wire(url, &json!({"accessToken": "A", "tokenType": "MAC"})), untouched);
        assert_eq!(wire(url, &json!({"accessToken": ""})), untouched);
    }
}
