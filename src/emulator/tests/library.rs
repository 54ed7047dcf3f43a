//! Point 16: the signing library, run in the engine that runs collections' scripts.

use rquickjs::{Context, Runtime};
use serde_json::{Value, json};

use super::Bench;
use crate::emulator::Profile;
use crate::emulator::jwt::Decoded;

const LIBRARY: &str = include_str!("../library.js");

/// Evaluates the library the way published scripts do, then an expression.
fn evaluate(expression: &str) -> Result<String, String> {
    let runtime = Runtime::new().map_err(|error| error.to_string())?;
    let context = Context::full(&runtime).map_err(|error| error.to_string())?;
    context.with(|scope| {
        let script = format!("(function () {{ eval({}); }})(); {expression}", Value::from(LIBRARY));
        scope.eval(script).map_err(|error| match scope.catch().as_exception() {
            Some(exception) => exception.message().unwrap_or_default(),
            None => error.to_string(),
        })
    })
}

#[tokio::test]
async fn it_signs_what_the_token_endpoint_verifies() {
    let bench = Bench::start(Profile::Strict).await;
    let client = bench.emulator.client("owner").expect("a client");
    for algorithm in ["RS256", "RS384", "RS512"] {
        let payload =
            json!({"aud": "https://test.maskinporten.no/", "scope": "altinn:serviceowner", "iss": client.client_id});
        let call = format!("pmlib.jwtSign({}, {payload}, {{kid: 'overwritten'}}, 120, '{algorithm}')", client.jwk);
        let start = std::time::Instant::now();
        let grant = evaluate(&call).expect("a grant");
        assert!(start.elapsed().as_secs() < 5, "{:?}", start.elapsed());
        let decoded = Decoded::read(&grant).expect("a token");
        assert_eq!(decoded.header["kid"], client.kid);
        let claim = |name: &str| decoded.claims[name].as_i64().unwrap_or_default();
        assert_eq!((claim("exp") - claim("iat"), claim("iat") - claim("nbf")), (125, 0));
        let answer = bench.grant(&grant).await;
        assert_eq!(answer.status, 200, "{algorithm}: {}", answer.text());
    }
}

#[test]
fn it_leaves_the_key_id_out_where_the_key_has_none() {
    let call = "(() => { try { pmlib.jwtSign({kty: 'RSA', n: 'AQAB', d: 'AQAB'}, {}, {kid: 'x'}, 1, 'RS256') } catch (e) { return e.message } })()";
    assert_eq!(evaluate(call), Ok("[jwtSign] The key is too short".to_owned()));
}

#[test]
fn bad_keys_are_errors_that_say_so() {
    for (key, fragment) in [
        ("undefined", "must be a JWK object"),
        ("'text'", "must be a JWK object"),
        ("{kty: 'EC'}", "must be an RSA key"),
        ("{kty: 'RSA', n: 'AQAB'}", "no private half"),
        ("{kty: 'RSA', n: '?', d: 'AQAB'}", "not base64url"),
    ] {
        let error = evaluate(&format!("pmlib.jwtSign({key}, {{}}, {{}}, 120, 'RS256')")).expect_err("an error");
        assert!(error.starts_with("[jwtSign] ") && error.contains(fragment), "{error}");
    }
    assert!(evaluate("pmlib.jwtSign({}, {}, {}, 1, 'none')").expect_err("an error").contains("not known"));
}
