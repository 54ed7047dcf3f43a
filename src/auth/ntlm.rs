//! NTLM over HTTP (MS-NTHT, MS-NLMP): three requests on one connection.

mod messages;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::{Authorizer, Draft, Params, SignContext};
use crate::http::message::Response;
use crate::request::js;
use messages::{Credentials, authenticate, challenge, negotiate};

/// `Authorization: NTLM …`, first with an offer, then with the answer to the server's challenge.
pub(super) struct Ntlm;

const STATE: &str = "state";
const HEADER: &str = "ntlmHeader";

impl Authorizer for Ntlm {
    fn sign(&self, params: &Params, draft: &mut Draft, _context: &SignContext) -> Result<(), String> {
        draft.remove_header("authorization");
        if let Some(header) = params.text(HEADER) {
            draft.add_header("Authorization", &header);
        }
        Ok(())
    }

    fn post(&self, params: &mut Params, response: &Response, context: &SignContext) -> Result<bool, String> {
        if params.flag("disableRetryRequest") {
            return Ok(false);
        }
        let state = params.text_or_empty(STATE);
        params.forget(STATE);
        params.forget(HEADER);
        if !matches!(response.code, 401 | 403) {
            return Ok(false);
        }
        let who = Credentials::new(
            &params.text_or_empty("username"),
            &params.text_or_empty("password"),
            &params.text_or_empty("domain"),
            &params.text_or_empty("workstation"),
        );
        let (next, message) = match state.as_str() {
            "" if offers(response) => ("offered", negotiate(&who)),
            "offered" => {
                let encoded = challenges(response).find_map(|value| value.strip_prefix("NTLM "));
                let encoded = encoded.ok_or_else(|| "ntlm: server did not send NTLM type 2 message".to_owned())?;
                let challenge = challenge(&js::decode_base64(encoded))
                    .ok_or_else(|| "ntlm: server did not correctly process authentication request".to_owned())?;
                let mut client = [0; 8];
                (context.random)(&mut client);
                ("answered", authenticate(&challenge, &who, client, context.now_ms))
            }
            _ => return Ok(false),
        };
        params.learn(STATE, next);
        params.learn(HEADER, format!("NTLM {}", STANDARD.encode(message)));
        Ok(true)
    }
}

fn challenges(response: &Response) -> impl DoubleEndedIterator<Item = &str> {
    response.headers.iter().filter(|h| h.is("www-authenticate")).map(|h| h.value.as_str())
}

/// Whether the server offers NTLM: a header of its own, or the word inside of the last one.
fn offers(response: &Response) -> bool {
    challenges(response).any(|value| matches!(value, "NTLM" | "negotiate"))
        || challenges(response).next_back().is_some_and(|value| value.contains("NTLM"))
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use base64::Engine as _;
    use serde_json::json;

    const OFFER: (&str, &str) = ("WWW-Authenticate", "NTLM");

    #[test]
    fn three_messages() {
        // P58; the server's challenge has the flags 0x8205.
        let params = json!({"username": "user", "password": "pass", "domain": "DOM", "workstation": "WS"});
        let mut case = Case::new("http://h/ntlm", "ntlm", &params);
        case.header("authorization", "mine");
        case.sign();
        assert_eq!(case.wire(), "GET /ntlm | SYS");
        assert!(case.post(401, &[OFFER]).replay);
        case.sign();
        assert_eq!(
            case.wire(),
            "GET /ntlm | SYS | Authorization: NTLM TlRMTVNTUAABAAAAB7IIogMAAwAqAAAAAgACACgAAAAFASgKAAAAD1dTRE9N"
        );
        let mut challenge =
            b"NTLMSSP\0\x02\0\0\0\0\0\0\0\x38\0\0\0\x05\x82\0\0\x01\x23\x45\x67\x89\xab\xcd\xef".to_vec();
        challenge.resize(56, 0);
        let challenge = format!("NTLM {}", super::STANDARD.encode(challenge));
        assert!(case.post(401, &[("www-authenticate", &challenge)]).replay);
        case.sign();
        assert_eq!(
            case.value("authorization"),
            Some(
                "NTLM TlRMTVNTUAADAAAAGAAYAFoAAAAYABgAcgAAAAYABgBIAAAACAAIAE4AAAAEAAQAVgAAAAAAAACKAAAABYKIogUBKAoAAAAPRABPAE0AdQBz\
                 AGUAcgBXAFMAQk+X1aIThERhJawBzQi7s18yMThNh5OIVFIRivyO8Y3du05C9zv7DbtDUviiZIIM"
            )
        );
        assert!(!case.post(401, &[OFFER]).replay, "one try is enough");
    }

    #[test]
    fn when_it_is_offered() {
        let mut case = Case::new("http://h/", "ntlm", &json!({}));
        assert!(!case.post(401, &[("WWW-Authenticate", "Negotiate")]).replay);
        assert!(!case.post(401, &[]).replay);
        assert!(!case.post(200, &[OFFER]).replay);
        assert!(case.post(403, &[("WWW-Authenticate", "Negotiate, NTLM")]).replay);
        let mut case = Case::new("http://h/", "ntlm", &json!({"disableRetryRequest": true}));
        assert!(!case.post(401, &[OFFER]).replay);
    }

    #[test]
    fn broken_servers() {
        let mut case = Case::new("http://h/", "ntlm", &json!({}));
        case.post(401, &[OFFER]);
        let warning = |text: &str| vec![format!("runtime~ntlm.auth: there was an error validating auth: {text}")];
        assert_eq!(case.post(401, &[OFFER]).warnings, warning("ntlm: server did not send NTLM type 2 message"));
        case.post(401, &[OFFER]);
        let broken = case.post(401, &[("WWW-Authenticate", "NTLM AAAA")]);
        assert_eq!(broken.warnings, warning("ntlm: server did not correctly process authentication request"));
    }
}
