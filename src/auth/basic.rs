//! Basic: user name and password.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::{Authorizer, Draft, Params, SignContext};

/// `Authorization: Basic …`; sent even when both are empty.
pub(super) struct Basic;

impl Authorizer for Basic {
    fn sign(&self, params: &Params, draft: &mut Draft, _context: &SignContext) -> Result<(), String> {
        let user = params.text_or_empty("username");
        let password = params.text_or_empty("password");
        draft.authorize(&format!("Basic {}", STANDARD.encode(format!("{user}:{password}"))));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use serde_json::json;

    #[test]
    fn replaces_the_users_own_header() {
        // P48, with the variable filled in.
        let mut case = Case::new("http://h/", "basic", &json!({"username": "é", "password": "w"}));
        case.header("authorization", "x").header("A", "1");
        case.sign();
        assert_eq!(case.wire(), "GET / | A: 1 | Authorization: Basic w6k6dw== | SYS");
    }

    #[test]
    fn nothing_given_is_sent_too() {
        let mut case = Case::new("http://h/", "basic", &json!({"username": null}));
        case.sign();
        assert_eq!(case.added(), "Authorization: Basic Og==");
    }

    #[test]
    fn the_example_of_rfc_7617() {
        let mut case = Case::new("http://h/", "basic", &json!({"username": "Aladdin", "password": "open sesame"}));
        case.sign();
        assert_eq!(case.added(), "Authorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
    }
}
