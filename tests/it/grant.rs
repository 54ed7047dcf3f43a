//! Grants for Maskinporten, verified by an implementation that shares nothing with ours: `jose` from npm.

use std::path::Path;
use std::process::Command;

use postbud::config::Config;
use postbud::token::{
    LocalFuture, TokenContext, TokenHttpError, TokenHttpRequest, TokenHttpResponse, TokenTransport, grant,
};
use serde_json::{Value, json};

use crate::altinn::Served;
use crate::harness::skipped;

/// Nothing is sent to make a grant.
struct Offline;

impl TokenTransport for Offline {
    fn fetch(&mut self, _: TokenHttpRequest) -> LocalFuture<'_, Result<TokenHttpResponse, TokenHttpError>> {
        Box::pin(async { panic!("a grant needs no request") })
    }
}

/// Verifies signature, audience, issuer and times; prints header and claims.
const VERIFY: &str = r"
const { jwtVerify, importJWK } = await import(process.env.JOSE || 'jose');
const { assertion, jwk, algorithm, audience, issuer } = JSON.parse(process.env.GRANT);
const { n, e, kty } = jwk;
const key = await importJWK({ n, e, kty }, algorithm);
const { payload, protectedHeader } = await jwtVerify(assertion, key, { algorithms: [algorithm], audience, issuer, maxTokenAge: '120s' });
console.log(JSON.stringify({ payload, header: protectedHeader }));";

fn node(script: &str) -> Command {
    let mut command = Command::new("node");
    command.args(["--input-type=module", "-e", script]);
    command
}

/// Whether `jose` is there: `JOSE` names its file, or node finds it.
fn has_jose() -> bool {
    let found = node("await import(process.env.JOSE || 'jose')").output().is_ok_and(|output| output.status.success());
    if !found {
        skipped("node does not find jose, and JOSE does not name its file");
    }
    found
}

#[test]
fn grants_are_verified_by_another_implementation() {
    if !has_jose() {
        return;
    }
    let served = Served::start();
    let jwk_text = served.value("owner_client_jwk").to_owned();
    let jwk: Value = serde_json::from_str(&jwk_text).expect("a JWK");
    for (extra, algorithm, claims) in [
        ("", "RS256", json!({})),
        (", algorithm: RS512", "RS512", json!({})),
        (", resource: https://api.example.no/", "RS256", json!({"resource": ["https://api.example.no/"]})),
        (", consumer_org: '0192:310000019'", "RS256", json!({"consumer_org": "310000019"})),
    ] {
        let yaml = format!(
            "tokens:\n  p: {{provider: maskinporten, environment: test, client_id: '{{{{client}}}}', \
             scopes: [a:b, c:d], key: {{jwk: {{variable: jwk}}}}{extra}}}\n"
        );
        let config = Config::parse("postbud.yaml", &yaml, Path::new(""), &|_| None).unwrap_or_else(|e| panic!("{e}"));
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("after 1970").as_secs();
        let context = TokenContext {
            http: &mut Offline,
            env: &|_| None,
            variable: &|name| match name {
                "client" => Some("client-of-test".to_owned()),
                "jwk" => Some(jwk_text.clone()),
                _ => None,
            },
            now: &|| now,
        };
        let made = grant(&config.tokens["p"], &["a:b".to_owned(), "c:d".to_owned()], &context).expect("a grant");
        let input = json!({"assertion": made.assertion.expose(), "jwk": jwk, "algorithm": algorithm,
            "audience": "https://test.maskinporten.no/", "issuer": "client-of-test"});
        let output = node(VERIFY).env("GRANT", input.to_string()).output().expect("node runs");
        assert!(output.status.success(), "{extra}: {}", String::from_utf8_lossy(&output.stderr));
        let seen: Value = serde_json::from_slice(&output.stdout).expect("JSON");
        assert_eq!(seen["payload"]["scope"], "a:b c:d");
        assert_eq!(seen["header"]["kid"], jwk["kid"]);
        assert!(seen["payload"]["jti"].as_str().is_some_and(|jti| jti.len() == 36));
        let lifetime =
            seen["payload"]["exp"].as_u64().unwrap_or_default() - seen["payload"]["iat"].as_u64().unwrap_or_default();
        assert!((1..=120).contains(&lifetime), "Maskinporten allows 120 seconds");
        for (name, value) in claims.as_object().expect("an object") {
            assert_eq!(&seen["payload"][name], value, "{name}");
        }
    }
}
