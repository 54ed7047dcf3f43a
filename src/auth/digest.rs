//! Digest (RFC 7616, with the habits of Postman): the first answer is a challenge, the second try is signed.

use crate::http::message::{BodyKind, Response};

use super::hash::Hash;
use super::{Authorizer, Draft, Params, SignContext};

/// `Authorization: Digest …`. What a challenge said is kept, so that the owner's next item signs at once.
pub(super) struct Digest;

impl Authorizer for Digest {
    fn pre(&self, params: &mut Params, _context: &SignContext) -> bool {
        params.flag("nonce") && params.flag("realm")
    }

    fn sign(&self, params: &Params, draft: &mut Draft, _context: &SignContext) -> Result<(), String> {
        let (Some(user), Some(realm)) = (params.text("username"), params.text("realm")) else { return Ok(()) };
        draft.remove_header("authorization");
        let algorithm = params.text("algorithm").unwrap_or_else(|| "MD5".to_owned());
        let hash = match algorithm.as_str() {
            "MD5" | "MD5-sess" => Hash::Md5,
            "SHA-256" | "SHA-256-sess" => Hash::Sha256,
            "SHA-512-256" | "SHA-512-256-sess" => Hash::Sha512Trunc256,
            other => return Err(format!("Unsupported digest algorithm: {other}")),
        };
        let hex = |text: String| hash.hex(text.as_bytes());
        // What is missing is the word `undefined` to JavaScript.
        let or_undefined =
            |key: &str| params.get(key).map_or_else(|| "undefined".to_owned(), crate::variables::text_of);
        let spec = draft.spec();
        let uri = draft.target();
        let nonce = params.text_or_empty("nonce");
        let client_nonce = or_undefined("clientNonce");
        let count = params.text("nonceCount");
        let quality = params.text("qop").filter(|qop| qop == "auth" || qop == "auth-int");

        let mut first = format!("{user}:{realm}:{}", or_undefined("password"));
        if algorithm.ends_with("-sess") {
            first = format!("{}:{nonce}:{client_nonce}", hex(first));
        }
        let mut second = format!("{}:{uri}", spec.method);
        if quality.as_deref() == Some("auth-int") {
            let body = match draft.hashed_body() {
                _ if spec.body_kind == BodyKind::Formdata => "undefined".to_owned(),
                body => hash.hex(body.unwrap_or_default()),
            };
            second = format!("{second}:{body}");
        }
        let (first, second) = (hex(first), hex(second));
        let response = match &quality {
            Some(qop) => {
                // In this place JavaScript writes nothing for what is missing.
                let count = count.as_deref().unwrap_or_default();
                let client_nonce = params.text_or_empty("clientNonce");
                hex(format!("{first}:{nonce}:{count}:{client_nonce}:{qop}:{second}"))
            }
            None => hex(format!("{first}:{nonce}:{second}")),
        };

        let mut fields = vec![
            format!("username=\"{user}\""),
            format!("realm=\"{realm}\""),
            format!("nonce=\"{nonce}\""),
            format!("uri=\"{uri}\""),
            format!("algorithm=\"{algorithm}\""),
        ];
        if let Some(qop) = &quality {
            fields.push(format!("qop={qop}"));
        }
        if quality.is_some() || algorithm == "MD5-sess" {
            fields.extend(count.map(|count| format!("nc={count}")));
            fields.push(format!("cnonce=\"{client_nonce}\""));
        }
        fields.push(format!("response=\"{response}\""));
        fields.extend(params.text("opaque").map(|opaque| format!("opaque=\"{opaque}\"")));
        draft.authorize(&format!("Digest {}", fields.join(", ")));
        Ok(())
    }

    fn post(&self, params: &mut Params, response: &Response, context: &SignContext) -> Result<bool, String> {
        if params.flag("disableRetryRequest") {
            return Ok(false);
        }
        let challenge = response
            .headers
            .iter()
            .find(|h| h.is("www-authenticate") && h.value.get(..7).is_some_and(|p| p.eq_ignore_ascii_case("digest ")))
            .map(|header| header.value.as_str());
        let Some(challenge) = challenge.filter(|_| matches!(response.code, 401 | 403)) else {
            let count = next_count(params.get("nonceCount").map(crate::variables::text_of).as_deref());
            params.learn("nonceCount", count);
            return Ok(false);
        };
        let mut learned = vec![("nonce", quoted(challenge, "nonce")), ("realm", quoted(challenge, "realm"))];
        for key in ["opaque", "qop"] {
            let value = quoted(challenge, key);
            if !value.is_empty() {
                learned.push((key, value));
            }
        }
        if learned.iter().any(|(key, _)| *key == "qop") || params.flag("qop") {
            learned.push(("clientNonce", context.letters(8)));
            learned.push(("nonceCount", "00000001".to_owned()));
        }
        // All of it was known, so trying again would change nothing (even where the nonce is another one, as in newman).
        if learned.iter().all(|(key, _)| params.flag(key)) {
            return Ok(false);
        }
        for (key, value) in learned {
            params.learn(key, value);
        }
        Ok(true)
    }
}

/// The value of `key="…"`, empty where there is none.
fn quoted(challenge: &str, key: &str) -> String {
    let lower = challenge.to_ascii_lowercase();
    let pattern = format!("{key}=\"");
    lower
        .match_indices(&pattern)
        .find_map(|(at, found)| challenge[at + found.len()..].split_once('"'))
        .map(|(value, _)| value.to_owned())
        .unwrap_or_default()
}

/// The next `nc`, in decimal digits as Postman counts.
fn next_count(count: Option<&str>) -> String {
    let digits: String =
        count.unwrap_or_default().trim_start().chars().take_while(char::is_ascii_digit).take(18).collect();
    match digits.parse::<u64>() {
        Ok(count) => format!("{:08}", count + 1),
        Err(_) => "00000001".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::*;
    use serde_json::{Value, json};

    fn rfc(url: &str, params: &Value) -> String {
        let mut case = Case::new(url, "digest", params);
        assert!(case.sign().is_empty());
        case.value("authorization").unwrap_or_default().to_owned()
    }

    #[test]
    fn the_example_of_rfc_2617() {
        let header = rfc(
            "http://h/dir/index.html",
            &json!({"username": "Mufasa", "password": "Circle Of Life", "realm": "testrealm@host.com",
                "nonce": "dcd98b7102dd2f0e8b11d0f600bfb0c093", "qop": "auth", "nonceCount": "00000001",
                "clientNonce": "0a4f113b", "opaque": "5ccc069c403ebaf9f0171e9517f40e41"}),
        );
        assert!(header.contains("response=\"6629fae49393a05397450978507c4ef1\""), "{header}");
    }

    #[test]
    fn the_examples_of_rfc_7616() {
        let params = |algorithm: &str| {
            json!({"username": "Mufasa", "password": "Circle of Life", "realm": "http-auth@example.org",
                "nonce": "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", "qop": "auth", "nonceCount": "00000001",
                "clientNonce": "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ", "algorithm": algorithm,
                "opaque": "FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"})
        };
        let md5 = rfc("http://www.example.org/dir/index.html", &params("MD5"));
        assert!(md5.contains("response=\"8ca523f5e9506fed4657c9700eebdbec\""), "{md5}");
        let sha = rfc("http://www.example.org/dir/index.html", &params("SHA-256"));
        assert!(sha.contains("response=\"753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1\""), "{sha}");
    }

    const CHALLENGE: (&str, &str) =
        ("WWW-Authenticate", "Digest realm=\"r\", nonce=\"n1\", qop=\"auth\", opaque=\"op\"");

    #[test]
    fn a_challenge_is_answered_after_the_system_headers() {
        // P51
        let params = json!({"username": "u", "password": "p", "clientNonce": "cn", "nonceCount": "00000001"});
        let mut case = Case::new("http://127.0.0.1:9301/dig?a=1", "digest", &params);
        case.sign();
        assert_eq!(case.wire(), "GET /dig?a=1 | SYS");
        assert!(case.post(401, &[CHALLENGE]).replay);
        case.sign();
        assert_eq!(
            case.wire(),
            "GET /dig?a=1 | SYS | Authorization: Digest username=\"u\", realm=\"r\", nonce=\"n1\", uri=\"/dig?a=1\", \
             algorithm=\"MD5\", qop=auth, nc=00000001, cnonce=\"cn\", response=\"27b337c2b0ee401517a8b39c456c4cac\", \
             opaque=\"op\""
        );
        assert!(!case.post(200, &[]).replay);
    }

    #[test]
    fn the_owners_next_item_signs_at_once() {
        let mut case = Case::new("http://h/", "digest", &json!({"username": "u", "password": "p"}));
        assert!(case.post(403, &[CHALLENGE]).replay);
        case.sign();
        assert!(case.value("authorization").is_some_and(|value| value.contains("nc=00000001, cnonce=\"aaaaaaaa\"")));
        case.post(200, &[]);
        case.again().sign();
        assert_eq!(case.built.spec.headers[0].name, "Authorization", "before the system's");
        assert!(case.value("authorization").is_some_and(|value| value.contains("nc=00000002")));
        // The nonce has run out, but all parameters are known.
        assert!(!case.post(401, &[CHALLENGE]).replay);
    }

    #[test]
    fn unknown_algorithms_and_lists_of_qop() {
        let params = json!({"username": "u", "password": "p", "algorithm": "X", "realm": "r", "nonce": "n"});
        let mut case = Case::new("http://h/", "digest", &params);
        case.header("Authorization", "mine");
        assert_eq!(case.sign(), ["runtime~digest.auth: could not sign the request: Unsupported digest algorithm: X"]);
        assert_eq!(case.wire(), "GET / | SYS");
        let listed = json!({"username": "u", "password": "p", "realm": "r", "nonce": "n", "qop": "auth,auth-int"});
        let header = rfc("http://h/", &listed);
        assert!(!header.contains("qop") && !header.contains("cnonce"), "{header}");
    }

    #[test]
    fn the_length_that_was_sent_stays_before_the_answer() {
        let request =
            json!({"method": "POST", "url": "http://h/", "body": {"mode": "urlencoded", "urlencoded": "a=1"}});
        let mut case = Case::request(&request, "digest", &json!({"username": "u", "password": "p"}));
        case.sign();
        case.post(401, &[CHALLENGE]);
        case.sign();
        let wire = case.wire();
        assert!(wire.starts_with("POST / | SYS | Content-Length: 3 | Authorization: Digest username"), "{wire}");
    }

    #[test]
    fn what_is_signed_is_encoded() {
        let params = json!({"username": "u", "password": "p", "realm": "r", "nonce": "n"});
        let mut case = Case::new("http://h/", "digest", &params);
        case.built.spec.settings.encode_url = false;
        case.built.spec.url.path = "/a{b}".to_owned();
        case.sign();
        assert!(case.value("authorization").is_some_and(|value| value.contains("uri=\"/a%7Bb%7D\"")));
        assert_eq!(case.built.spec.url.target(), "/a{b}", "sent as typed");
    }

    #[test]
    fn counting() {
        assert_eq!(next_count(None), "00000001");
        assert_eq!(next_count(Some("00000009")), "00000010");
        assert_eq!(next_count(Some("x")), "00000001");
        assert_eq!(next_count(Some("99999999999999999999999")), "1000000000000000000");
        assert_eq!(quoted("Digest REALM=\"a b\", nonce=x", "realm"), "a b");
        assert_eq!(quoted("Digest realm=\"open", "realm"), "");
    }

    #[test]
    fn no_retry_where_it_is_switched_off() {
        let params = json!({"username": "u", "password": "p", "disableRetryRequest": true});
        let mut case = Case::new("http://h/", "digest", &params);
        assert!(!case.post(401, &[CHALLENGE]).replay);
    }
}
