//! Bearer: a token.

use super::{Authorizer, Draft, Params, SignContext};

/// `Authorization: Bearer …`; without a token nothing changes.
pub(super) struct Bearer;

impl Authorizer for Bearer {
    fn pre(&self, params: &mut Params, _context: &SignContext) -> bool {
        params.flag("token")
    }

    fn sign(&self, params: &Params, draft: &mut Draft, _context: &SignContext) -> Result<(), String> {
        draft.authorize(&format!("Bearer {}", params.text_or_empty("token")));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use serde_json::json;

    #[test]
    fn the_token_goes_after_the_users_headers() {
        let mut case = Case::new("http://h/1", "bearer", &json!({"token": "C"}));
        case.header("X", "1").header("AUTHORIZATION", "mine");
        case.sign();
        assert_eq!(case.wire(), "GET /1 | X: 1 | Authorization: Bearer C | SYS");
    }

    #[test]
    fn the_type_of_a_json_body_comes_first() {
        let body = |language: &str| {
            json!({"method": "POST", "url": "http://h/", "header": "X: 1",
                "body": {"mode": "raw", "raw": "1", "options": {"raw": {"language": language}}}})
        };
        let wire = |language: &str| {
            let mut case = Case::request(&body(language), "bearer", &json!({"token": "C"}));
            case.sign();
            case.wire()
        };
        assert_eq!(
            wire("json"),
            "POST / | X: 1 | Content-Type: application/json | Authorization: Bearer C | SYS | BODY \"1\""
        );
        assert_eq!(
            wire("text"),
            "POST / | X: 1 | Authorization: Bearer C | Content-Type: text/plain | SYS | BODY \"1\""
        );
    }

    #[test]
    fn without_a_token_the_users_header_stays() {
        let mut case = Case::new("http://h/", "bearer", &json!({"token": ""}));
        case.header("Authorization", "mine");
        case.sign();
        assert_eq!(case.wire(), "GET / | Authorization: mine | SYS");
    }
}
