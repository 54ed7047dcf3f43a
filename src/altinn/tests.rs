use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::*;
use crate::http::message::Header;

const NOW: u64 = 1_800_000_000;
const TRACE: &str = "0123456789abcdef0123456789abcdef";

fn jwt(header: &Value, claims: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}.sig", part(header), part(claims))
}

fn login(status: u16, body: &Value) -> Explanation {
    let assertion = jwt(
        &json!({"alg": "RS256", "kid": "key-1"}),
        &json!({"iss": "client-1", "aud": "https://test.maskinporten.no", "scope": "x:y", "consumer_org": "999999999",
            "authorization_details": [{"type": "t"}]}),
    );
    let request = format!("grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion={assertion}");
    let text = body.to_string();
    explain(&Call {
        method: "POST",
        url: "https://test.maskinporten.no/token",
        headers: &[],
        body: request.as_bytes(),
        status,
        response_headers: &[Header::new("Date", "Fri, 15 Jan 2027 07:59:00 GMT")],
        response_body: text.as_bytes(),
        now: NOW,
    })
    .unwrap()
}

#[test]
fn every_error_of_maskinporten() {
    // Code, fragment, what the message has to name.
    for (code, fragment, expected) in [
        ("MP-011", "Invalid parameter value", "iss, aud, scope"),
        ("", "consumer_org in claim and delegation scope", "own organisation"),
        ("MP-012", "has been used before", "sent twice"),
        ("MP-100", "Client authentication failed", "does not know the client client-1"),
        ("MP-100", "Client not found", "self service of test"),
        (
            "MP-110",
            "Invalid JWT claim aud",
            "`aud` is https://test.maskinporten.no, and https://test.maskinporten.no/ is expected",
        ),
        ("MP-120", "signed with an invalid certificate", "no business certificate"),
        ("MP-121", "Expired key", "key-1 was registered more than a year ago"),
        ("MP-122", "Does not match certificate orgno", "another organisation"),
        ("MP-123", "Invalid JWT header x5c", "`x5c`"),
        ("MP-124", "Invalid JWT signature", "does not belong to the public key registered as key-1"),
        ("MP-130", "JWT is expired", "the clock here is 60 s ahead"),
        ("", "Issue time is after now", "the clock here is 60 s ahead"),
        ("", "Unknown key identifier (kid) for client", "the client client-1 has no key key-1"),
        ("", "Client requires pre-registered jwk and no key identifier was given", "names none"),
        ("MP-200", "Client has invalid scopes for client, a:b c:d", "does not have the scope a:b c:d"),
        ("MP-201", "not allowed for maskinporten", "integration type"),
        ("MP-250", "has not been granted access to the scope", "owner of the scope x:y"),
        ("MP-251", "has not delegated access to the scope", "999999999 has not delegated the scope x:y"),
        ("MP-301", "unknown authorization details type", "`urn:altinn:systemuser`"),
        ("MP-302", "unknown authorization details field", "member that is unknown"),
        ("MP-303", "invalid authorization details", "system user of the client client-1"),
    ] {
        let description = format!("{fragment} (trace_id: {TRACE})");
        let mut body = json!({"error": "invalid", "error_description": description});
        // By its words alone, for the answers without `error_uri`.
        let by_words = login(400, &body);
        assert!(by_words.to_string().contains(expected), "{code} {by_words}");
        assert_eq!(by_words.trace_id.as_deref(), Some(TRACE));
        if !code.is_empty() {
            body["error_uri"] = format!("https://test.maskinporten.no/errors/{code}").into();
            body["error_description"] = "other words (correlation id: 0-1-2)".into();
            let by_code = login(403, &body);
            assert_eq!(by_code.code.as_deref(), Some(code));
            assert_eq!(by_code.trace_id.as_deref(), Some("0-1-2"));
            if code != "MP-200" {
                assert!(by_code.to_string().contains(expected), "{code} {by_code}");
            }
        }
    }
    assert!(login(503, &Value::Null).cause.contains("itself failed"));
    assert!(login(429, &Value::Null).cause.contains("too often"));
    assert!(login(400, &json!({"error": "new_error"})).cause.contains("new_error"));
}

#[test]
fn a_grant_of_the_stand_in_library() {
    let call = Call {
        method: "POST",
        url: "https://test.maskinporten.no/token",
        headers: &[],
        body: b"grant_type=jwt-bearer&assertion=e30.e30.unsigned",
        status: 400,
        response_headers: &[],
        response_body: b"{\"error\":\"invalid_grant\"}",
        now: NOW,
    };
    says(explain(&call), "no profile covers");
}

/// A call to the platform with a token of these claims.
fn call(method: &str, path: &str, token: Option<&Value>, status: u16, body: &str) -> Option<Explanation> {
    let mut headers = vec![Header::new("Accept", "text/plain")];
    if let Some(claims) = token {
        headers.push(Header::new("Authorization", format!("Bearer {}", jwt(&json!({}), claims))));
    }
    let url =
        if path.starts_with("https:") { path.to_owned() } else { format!("https://platform.tt02.altinn.no{path}") };
    explain(&Call {
        method,
        url: &url,
        headers: &headers,
        body: b"",
        status,
        response_headers: &[],
        response_body: body.as_bytes(),
        now: NOW,
    })
}

fn maskinporten(environment: &str) -> Value {
    json!({"iss": format!("https://{environment}maskinporten.no/"), "exp": NOW + 100, "scope": "x:y", "consumer": {"ID": "0192:111111111"}})
}

fn altinn(scopes: &str) -> Value {
    json!({"iss": "https://platform.tt02.altinn.no/authentication/api/v1/openid/", "exp": NOW + 100, "scope": scopes,
        "consumer": {"ID": "0192:111111111"}, "urn:altinn:orgNumber": "111111111"})
}

fn says(explanation: Option<Explanation>, expected: &str) {
    let text = explanation.unwrap_or_else(|| panic!("nothing instead of {expected}")).to_string();
    assert!(text.contains(expected), "expected {expected} in: {text}");
}

#[test]
fn the_exchange() {
    let path = "/authentication/api/v1/exchange/maskinporten";
    let exchange = |token: Option<&Value>, status| call("GET", path, token, status, "");
    says(exchange(None, 401), "no token was sent");
    let mut expired = maskinporten("test.");
    expired["exp"] = (NOW - 42).into();
    says(exchange(Some(&expired), 401), "expired 42 s ago");
    says(
        exchange(Some(&maskinporten("")), 401),
        "Maskinporten's `prod`, and platform.tt02.altinn.no takes those of `test`",
    );
    let prod = "https://platform.altinn.no/authentication/api/v1/exchange/maskinporten";
    says(call("GET", prod, Some(&maskinporten("test.")), 401, ""), "takes those of `prod`");
    says(exchange(Some(&altinn("x:y")), 401), "Altinn's own already");
    let mut nobody = maskinporten("test.");
    nobody["consumer"] = Value::Null;
    says(exchange(Some(&nobody), 401), "no `consumer`");
    says(exchange(Some(&json!({"iss": "https://other/"})), 401), "not issued by Maskinporten");
    says(exchange(Some(&maskinporten("test.")), 401), "Altinn itself may be failing");
    says(call("GET", "/authentication/api/v1/exchange/maskin", None, 400, "no"), "no token provider `maskin`");
    says(exchange(None, 410), "enterprise users are discontinued");
    says(exchange(None, 502), "itself failed");
}

#[test]
fn the_test_token_generator() {
    let url = "https://altinn-testtools-token-generator.azurewebsites.net/api/GetPersonalToken?env=tt02";
    says(call("GET", url, None, 401, ""), "did not take the account");
    says(call("GET", url, Some(&maskinporten("test.")), 403, "no"), "altinn:testtools/tokengenerator/personal");
    says(call("GET", url, None, 400, "{\"scopes\":\"is missing\"}"), "scopes: is missing");
}

#[test]
fn the_resource_registry() {
    let base = "/resourceregistry/api/v1/resource";
    let one = "/resourceregistry/api/v1/resource/my-letters";
    let policy = "/resourceregistry/api/v1/resource/my-letters/policy";
    let write = altinn("altinn:resourceregistry/resource.write");
    says(call("POST", base, None, 401, ""), "no token was sent");
    says(call("POST", base, Some(&altinn("x:y")), 403, ""), "lacks the scope `altinn:resourceregistry/resource.write`");
    says(call("POST", base, Some(&write), 403, ""), "organisation 111111111, which is not the owner");
    let mut nobody = write.clone();
    nobody["consumer"] = Value::Null;
    says(call("POST", base, Some(&nobody), 403, ""), "no `consumer`");
    let problem =
        json!({"status": 400, "traceId": "00-abc", "errors": {"Title": ["missing nn"], "Description": ["missing en"]}})
            .to_string();
    let explanation = call("POST", base, Some(&write), 400, &problem).unwrap();
    assert!(explanation.cause.contains("Title: missing nn; Description: missing en"), "{explanation}");
    assert_eq!(explanation.trace_id.as_deref(), Some("00-abc"));
    let broken = json!({"errors": {"$.resourceType": ["could not be converted"]}}).to_string();
    says(call("POST", base, Some(&write), 400, &broken), "JSON could not be read: $.resourceType");
    says(call("POST", base, Some(&write), 409, "\"exists\""), "exists already");
    says(call("POST", base, Some(&write), 415, ""), "application/json");
    says(call("POST", base, Some(&write), 500, ""), "hasCompetentAuthority");
    says(call("PUT", one, Some(&write), 404, ""), "no resource `my-letters`");
    says(call("PUT", one, Some(&write), 400, ""), "does the id in the path equal");
    says(call("GET", "/resourceregistry/api/v1/resource/", None, 404, ""), "id of the resource is empty");
    says(call("DELETE", one, Some(&write), 403, "not allowed in prod"), "cannot be deleted in production");
    says(call("POST", policy, Some(&write), 400, "\"Unknown resource\""), "does not exist in this environment");
    says(
        call("POST", policy, Some(&write), 400, "\"rule with different registry resource\""),
        "about another resource",
    );
    says(
        call("POST", policy, Some(&write), 400, "\"rule without reference to registry resource\""),
        "names no resource",
    );
    says(call("POST", policy, Some(&write), 400, ""), "`policyFile`");
    says(call("POST", policy, Some(&write), 500, ""), "XML could not be read");
    says(call("POST", policy, Some(&write), 403, ""), "not the owner");
    says(call("GET", policy, None, 404, "no policy found"), "has no policy");
}

#[test]
fn every_code_of_correspondence_is_in_the_table() {
    let lists: &[(u16, &[(u64, u64)])] = &[
        (
            400,
            &[
                (1002, 1009),
                (1013, 1028),
                (1031, 1031),
                (1033, 1033),
                (1035, 1048),
                (1050, 1053),
                (1055, 1055),
                (1060, 1061),
                (1063, 1069),
            ],
        ),
        (
            400,
            &[
                (2003, 2013),
                (2016, 2021),
                (2023, 2023),
                (3002, 3019),
                (3022, 3025),
                (3027, 3027),
                (4002, 4003),
                (4009, 4010),
            ],
        ),
        (401, &[(4001, 4001), (4006, 4007)]),
        (404, &[(1001, 1001), (1029, 1029), (1054, 1054), (1062, 1062), (2001, 2001), (3001, 3001), (3020, 3021)]),
        (408, &[(2022, 2022)]),
        (409, &[(1034, 1034)]),
        (422, &[(1030, 1030)]),
        (451, &[(2014, 2014)]),
        (500, &[(1032, 1032), (2000, 2000), (3026, 3026), (3028, 3028)]),
        (502, &[(2002, 2002)]),
    ];
    for (status, ranges) in lists {
        for code in ranges.iter().flat_map(|(from, to)| *from..=*to) {
            let body = json!({"status": status, "detail": "words", "code": format!("CORR-{code:05}"), "errorCode": code, "traceId": "00-t"}).to_string();
            let explanation =
                call("POST", "/correspondence/api/v1/correspondence", Some(&altinn("x:y")), *status, &body).unwrap();
            assert_eq!(explanation.code, Some(format!("CORR-{code:05}")));
            assert_eq!(explanation.trace_id.as_deref(), Some("00-t"));
            assert!(!explanation.cause.is_empty() && !explanation.mend.is_empty(), "{code}");
        }
    }
}

fn code(code: u64, path: &str, token: &Value) -> Option<Explanation> {
    call("POST", path, Some(token), 400, &json!({"errorCode": code}).to_string())
}

#[test]
fn codes_that_depend_on_the_token() {
    let read = "/correspondence/api/v1/correspondence/1/markasread";
    says(code(1024, read, &altinn("altinn:correspondence.read altinn:correspondence.write")), "counts as the sender's");
    says(code(1024, read, &altinn("altinn:correspondence.read")), "call Overview or Details");
    says(code(4001, read, &altinn("altinn:correspondence.read")), "(organisation 111111111)");
    says(code(4001, read, &altinn("altinn:serviceowner")), "not the owner of the resource");
    let mut user = altinn("altinn:correspondence.read");
    user["authorization_details"] = json!([{"systemuser_org": {"ID": "0192:222222222"}}]);
    says(code(4001, read, &user), "system user");
    says(code(1008, read, &user), "`overlay`");
}

#[test]
fn correspondence_without_a_code() {
    let base = "/correspondence/api/v1/correspondence";
    let one = "/correspondence/api/v1/correspondence/1";
    let write = altinn("altinn:correspondence.write");
    let read = altinn("altinn:correspondence.read");
    says(call("POST", base, None, 401, ""), "no token was sent");
    says(call("POST", base, Some(&maskinporten("test.")), 401, ""), "exchange it first");
    let mut other = write.clone();
    other["iss"] = "https://platform.at22.altinn.cloud/authentication/api/v1/openid/".into();
    says(call("POST", base, Some(&other), 401, ""), "the token is of platform.at22.altinn.cloud");
    says(call("POST", base, Some(&write), 401, ""), "refused the token; the token has issuer");
    says(call("GET", &format!("{one}/attachment/2/download"), None, 302, ""), "no token was sent");
    assert_eq!(call("GET", one, None, 302, ""), None);
    for action in ["markasread", "confirm", "forward"] {
        says(
            call("POST", &format!("{one}/{action}"), Some(&write), 403, ""),
            "lacks the scope `altinn:correspondence.read`",
        );
    }
    says(call("GET", &format!("{one}/content"), Some(&write), 403, ""), "call of the recipient");
    says(call("GET", &format!("{one}/attachment/2/download"), Some(&write), 403, ""), "`altinn:portal/enduser`");
    says(call("POST", base, Some(&read), 403, ""), "call of the sender");
    says(
        call("POST", &format!("{base}/upload"), Some(&read), 403, ""),
        "lacks the scope `altinn:correspondence.write`",
    );
    says(call("GET", "/correspondence/api/v1/attachment/2/download", Some(&read), 403, ""), "call of the sender");
    says(
        call("GET", one, Some(&altinn("x:y")), 403, ""),
        "`altinn:correspondence.read` or `altinn:correspondence.write`",
    );
    says(call("POST", base, Some(&maskinporten("test.")), 403, ""), "altinn:serviceowner");
    says(call("POST", &format!("{one}/confirm"), Some(&maskinporten("test.")), 403, ""), "exchange it first");
    says(call("POST", base, Some(&write), 403, ""), "though the token has");
    says(
        call("POST", "/correspondence/api/v1/correspondence//markasread", Some(&read), 404, ""),
        "id in the path is empty",
    );
    says(call("GET", &format!("{base}/?onBehalfOf="), Some(&read), 400, "{}"), "id in the path is empty");
    says(call("DELETE", "/correspondence/api/v1/attachment/", Some(&write), 405, ""), "id in the path is empty");
    says(call("POST", &format!("{one}/archive"), Some(&read), 404, ""), "removed this operation");
    says(call("POST", base, Some(&write), 406, "no"), "asks for `text/plain`");
    says(call("POST", &format!("{base}/upload"), Some(&write), 415, ""), "multipart form data");
    says(call("POST", "/correspondence/api/v1/attachment/2/upload", Some(&write), 415, ""), "application/octet-stream");
    says(call("POST", base, Some(&write), 415, ""), "Content-Type: application/json");
    says(call("POST", base, Some(&write), 500, ""), "itself failed");
    let problem = json!({"code": "STD-00000", "validationErrors": [{"code": "CORR.VLD-00000", "title": "bad", "paths": ["correspondence/x"]}]}).to_string();
    let explanation = call("POST", base, Some(&write), 400, &problem).unwrap();
    assert_eq!(
        (explanation.code.as_deref(), explanation.cause.as_str()),
        (Some("STD-00000"), "the request is not valid: correspondence/x: bad")
    );
}

#[test]
fn events_and_everything_else() {
    let path = "/events/api/v1/subscriptions";
    says(call("POST", path, Some(&altinn("x:y")), 403, ""), "altinn:events.subscribe");
    says(call("POST", path, Some(&altinn("altinn:events.subscribe")), 403, ""), "`subscribe`");
    says(call("POST", path, None, 401, ""), "no token was sent");
    says(call("POST", path, None, 400, ""), "`endPoint`");
    assert_eq!(call("GET", "/other", None, 500, ""), None);
    assert_eq!(call("GET", "https://example.org", None, 401, ""), None);
    assert_eq!(call("POST", "/correspondence/api/v1/correspondence", None, 200, ""), None);
}

#[test]
fn odd_tokens_are_named() {
    let explain_with = |value: &str| {
        explain(&Call {
            method: "POST",
            url: "platform/correspondence/api/v1/correspondence",
            headers: &[Header::new("authorization", value)],
            body: &[0xFF],
            status: 401,
            response_headers: &[],
            response_body: &[0xFF, 0xFE],
            now: NOW,
        })
    };
    says(explain_with("Bearer "), "no token was sent");
    says(explain_with("Bearer {{altinn_token}}"), "variable was not filled in");
    says(explain_with("Bearer abc"), "is no JWT");
    says(explain_with("Basic abc"), "is no bearer token");
    let early = jwt(&json!({}), &json!({"nbf": NOW + 100}));
    says(explain_with(&format!("Bearer {early}")), "not valid yet");
}

#[test]
fn no_answer_makes_it_panic() {
    let bodies = [
        "{\"error_description\":\"MP-1İ invalid scopes for client, İ:ß (trace_id: İ\",\"error_uri\":\"MP-\"}",
        "{\"error_description\":\"İİİ trace_id:\"}",
        "{\"errorCode\":-1,\"code\":\"CORR-x\",\"errors\":{\"a\":1,\"b\":[1]},\"validationErrors\":[1]}",
        "[]",
        "\"trace_id: \"",
    ];
    let token = json!({"exp": u64::MAX, "nbf": u64::MAX, "iss": "platform.://", "scope": 1, "consumer": "x", "authorization_details": {}});
    for url in [
        "",
        "://",
        "https://",
        "/correspondence/api/v1/",
        "https://u:p@[::1]:x/resourceregistry/api/v1/resource",
        "https://test.maskinporten.no/token",
    ] {
        for body in bodies {
            for status in [0, 302, 400, 401, 403, 404, 999] {
                for method in ["POST", "GET", ""] {
                    let headers = [Header::new("Authorization", format!("Bearer {}", jwt(&json!(1), &token)))];
                    let call = Call {
                        method,
                        url,
                        headers: &headers,
                        body: b"grant_type=jwt-bearer&assertion=..",
                        status,
                        response_headers: &[Header::new("Date", "never")],
                        response_body: body.as_bytes(),
                        now: u64::MAX,
                    };
                    let _ = explain(&call).map(|explanation| explanation.to_string());
                }
            }
        }
    }
}
