//! Points 13, 14 and 16: the exchange, its discovery, and the library.

use super::client::{get, post};
use super::{Bench, OWNER, OWNER_SCOPES, PLATFORM, claims_of};
use crate::emulator::{EmulatorConfig, OrganizationSeed, Profile, Seed};

const EXCHANGE: &str = "platform.tt02.altinn.no/authentication/api/v1/exchange";

#[tokio::test]
async fn a_token_is_exchanged_as_text_or_json() {
    let bench = Bench::start(Profile::Strict).await;
    let token = bench.token("owner", OWNER_SCOPES).await;
    let answer = bench.send(get(&format!("{EXCHANGE}/maskinporten")).bearer(&token).header("Accept", "*/*")).await;
    assert!(answer.header("content-type").starts_with("text/plain"));
    let claims = claims_of(&answer.text());
    assert_eq!(claims["iss"], "https://platform.tt02.altinn.no/authentication/api/v1/openid/");
    assert_eq!(claims["urn:altinn:orgNumber"], OWNER);
    assert_eq!(claims["urn:altinn:org"], "demo");
    assert_eq!(claims["urn:altinn:authenticatemethod"], "maskinporten");
    assert_eq!(claims["urn:altinn:authlevel"], 3);
    assert_eq!(claims["scope"], OWNER_SCOPES);
    assert_eq!(claims["exp"].as_i64().unwrap_or(0) - claims["iat"].as_i64().unwrap_or(0), 1800);
    assert!(claims["client_amr"].is_null() && claims["jti"].is_string());
    let quoted =
        bench.send(get(&format!("{EXCHANGE}/Maskinporten")).bearer(&token).header("Accept", "application/json")).await;
    assert!(quoted.json().is_string());
}

#[tokio::test]
async fn the_code_comes_with_the_scope_only_and_test_is_for_digdir() {
    let organizations = vec![OrganizationSeed { number: OWNER.into(), code: "digdir".into(), scope_prefixes: vec![] }];
    let seed = Seed { organizations, ..Seed::default() };
    let bench = Bench::with(EmulatorConfig { profile: Profile::Strict, seed, ..EmulatorConfig::default() }).await;
    let plain = bench.altinn("owner", "altinn:correspondence.write").await;
    assert!(claims_of(&plain)["urn:altinn:org"].is_null());
    let token = bench.token("owner", OWNER_SCOPES).await;
    let code = async |query: &str| {
        let answer = bench.send(get(&format!("{EXCHANGE}/maskinporten{query}")).bearer(&token)).await;
        claims_of(&answer.text())["urn:altinn:org"].as_str().unwrap_or_default().to_owned()
    };
    assert_eq!((code("").await, code("?test=true").await), ("digdir".into(), "ttd".into()));
}

#[tokio::test]
async fn what_cannot_be_exchanged_is_refused() {
    let bench = Bench::start(Profile::Strict).await;
    let token = bench.token("owner", OWNER_SCOPES).await;
    let altinn = bench.owner().await;
    for credentials in ["", "x", &altinn, &format!("{token}x")] {
        let answer = bench.send(get(&format!("{EXCHANGE}/maskinporten")).bearer(credentials)).await;
        assert_eq!((answer.status, answer.body.len()), (401, 0), "{credentials}");
    }
    let answer = bench.send(get("platform.altinn.no/authentication/api/v1/exchange/maskinporten").bearer(&token)).await;
    assert_eq!((answer.status, answer.body.len()), (401, 0), "a test token in production");
    assert!(bench.refused().contains("issuer"));
    assert_eq!(bench.send(get(&format!("{EXCHANGE}/other")).bearer(&token)).await.status, 400);
    let enterprise =
        get(&format!("{EXCHANGE}/maskinporten")).bearer(&token).header("X-Altinn-EnterpriseUser-Authentication", "x");
    let answer = bench.send(enterprise).await;
    assert_eq!((answer.status, answer.json()["status"].as_i64()), (410, Some(410)));
    assert_eq!(bench.send(post(&format!("{EXCHANGE}/maskinporten"))).await.status, 405);
}

#[tokio::test]
async fn expired_tokens_on_demand_are_refused() {
    let faults = vec!["/token:expired-token".parse().expect("a fault")];
    let bench = Bench::with(EmulatorConfig { faults, ..EmulatorConfig::default() }).await;
    let token = bench.token("owner", OWNER_SCOPES).await;
    assert_eq!(bench.exchange(&token).await.status, 401);
    assert!(bench.refused().contains("expired"));
}

#[tokio::test]
async fn keys_can_be_discovered() {
    let bench = Bench::start(Profile::Strict).await;
    let base = format!("{PLATFORM}/authentication/api/v1/openid/.well-known/openid-configuration");
    let body = bench.send(get(&base)).await.json();
    assert_eq!(body["issuer"], "https://platform.tt02.altinn.no/authentication/api/v1/openid/");
    assert!(body["jwks_uri"].as_str().is_some_and(|uri| uri.ends_with("/openid-configuration/jwks")));
    let keys = bench.send(get(&format!("{base}/jwks"))).await.json();
    assert_eq!(keys["keys"].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn the_library_is_served() {
    let bench = Bench::start(Profile::Published).await;
    let answer = bench.send(get("joolfe.github.io/postman-util-lib/dist/bundle.js")).await;
    assert_eq!(answer.status, 200);
    assert!(answer.header("content-type").contains("javascript"));
    assert!(answer.text().contains("jwtSign"));
    assert_eq!(bench.send(get("joolfe.github.io/other.js")).await.status, 404);
    let local = bench.emulator.http_addr().to_string();
    assert_eq!(bench.send(get(&format!("{local}/postman-util-lib/dist/bundle.js"))).await.status, 200);
}
