//! Point 15: the test-token generator.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::client::{Ask, get};
use super::{Bench, claims_of};
use crate::emulator::{AccountSeed, EmulatorConfig, Profile, Seed};

const API: &str = "altinn-testtools-token-generator.azurewebsites.net/api";

fn basic(ask: Ask, account: &str) -> Ask {
    ask.header("Authorization", &format!("Basic {}", STANDARD.encode(account)))
}

fn personal(query: &str) -> Ask {
    get(&format!("{API}/GetPersonalToken?{query}"))
}

#[tokio::test]
async fn accounts_are_checked_as_strictly_as_the_profile_says() {
    let seed =
        Seed { test_accounts: vec![AccountSeed { username: "u".into(), password: "p:p".into() }], ..Seed::default() };
    let strict = Bench::with(EmulatorConfig { profile: Profile::Strict, seed, ..EmulatorConfig::default() }).await;
    let answer = strict.send(personal("env=tt02")).await;
    assert_eq!(answer.status, 401);
    assert!(answer.header("www-authenticate").starts_with("Basic"));
    assert_eq!(strict.send(basic(personal("env=tt02"), "u:wrong")).await.status, 401);
    assert_eq!(strict.send(basic(personal("env=tt02"), "u:p:p")).await.status, 200);
    let published = Bench::start(Profile::Published).await;
    assert_eq!(published.send(basic(personal("env=tt02"), "any:any")).await.status, 200);
    assert_eq!(published.warnings().len(), 1);
}

#[tokio::test]
async fn bearer_tokens_need_the_scope() {
    let bench = Bench::start(Profile::Strict).await;
    let token = bench.token("owner", "altinn:testtools/tokengenerator/personal").await;
    assert_eq!(bench.send(personal("env=tt02").bearer(&token)).await.status, 200);
    let enterprise = get(&format!("{API}/GetEnterpriseToken?env=tt02&scopes=a")).bearer(&token);
    assert_eq!(bench.send(enterprise).await.status, 403);
    let parent = bench.token("owner", "altinn:testtools/tokengenerator").await;
    let enterprise = get(&format!("{API}/GetEnterpriseToken?env=tt02&scopes=a")).bearer(&parent);
    assert_eq!(bench.send(enterprise).await.status, 200);
    assert_eq!(bench.send(personal("env=tt02").bearer("nonsense")).await.status, 403);
}

#[tokio::test]
async fn missing_parameters_are_named() {
    let bench = Bench::start(Profile::Published).await;
    for (query, name) in [
        ("GetPersonalToken?scopes=a", "env"),
        ("GetEnterpriseToken?env=tt02", "scopes"),
        ("GetSystemUserToken?env=tt02", "systemUserId"),
        ("GetPlatformAccessToken?env=tt02", "app"),
        ("GetPersonalToken?env=mars", "env"),
        ("GetPersonalToken?env=prod", "env"),
        ("GetPersonalToken?env=tt02&pid=12", "pid"),
        ("GetPersonalToken?env=tt02&consumerOrgNo=%7B%7BsenderOrgNo%7D%7D", "consumerOrgNo"),
        ("GetPersonalToken?env=tt02&ttl=x", "ttl"),
    ] {
        let answer = bench.send(basic(get(&format!("{API}/{query}")), "a:b")).await;
        assert_eq!(answer.status, 400, "{query}");
        assert!(answer.json()[name].is_string(), "{query}");
    }
}

#[tokio::test]
async fn tokens_say_what_was_asked_and_that_they_are_test_tokens() {
    let bench = Bench::start(Profile::Published).await;
    let ask = async |query: &str| {
        let answer = bench.send(basic(get(&format!("{API}/{query}")), "a:b")).await;
        assert_eq!(answer.status, 200, "{query}");
        let claims = claims_of(answer.text().trim());
        assert_eq!(claims["actual_iss"], "altinn-test-tools");
        claims
    };
    let claims = ask("GetPersonalToken?env=tt02&scopes=a,b&org=ttd&orgNo=991825827&pid=01819010001&ttl=43200").await;
    assert_eq!((claims["scope"].as_str(), claims["pid"].as_str()), (Some("a b"), Some("01819010001")));
    assert!(claims["consumer"].is_null() && claims["urn:altinn:org"].is_null());
    assert_eq!(claims["exp"].as_i64().unwrap_or(0) - claims["iat"].as_i64().unwrap_or(0), 43200);
    let claims = ask("GetPersonalToken?env=at23&consumerOrgNo=310000019").await;
    assert_eq!(claims["consumer"]["ID"], "0192:310000019");
    assert_eq!((claims["scope"].as_str(), claims["pid"].as_str().map(str::len)), (Some("altinn:enduser"), Some(11)));
    assert_eq!(claims["iss"], "https://platform.at23.altinn.cloud/authentication/api/v1/openid/");
    let claims = ask("GetEnterpriseToken?env=tt02&scopes=a&org=demo&orgNo=310000000").await;
    assert_eq!(
        (claims["urn:altinn:org"].as_str(), claims["urn:altinn:orgNumber"].as_str()),
        (Some("demo"), Some("310000000"))
    );
    let claims =
        ask("GetSystemUserToken?env=tt02&systemUserId=5f0c8b3e-0d55-4d0e-9f3e-0a7d6e3c1001&systemUserOrg=310000027")
            .await;
    assert_eq!(claims["authorization_details"][0]["systemuser_org"]["ID"], "0192:310000027");
    let claims = ask("GetPlatformAccessToken?env=tt02&app=x").await;
    assert_eq!(claims["urn:altinn:app"], "x");
    ask("GetEnterpriseUserToken?env=tt02&orgNo=310000000&partyId=1&userId=2&userName=n").await;
}

#[tokio::test]
async fn tokens_come_as_json_dump_or_in_bulk() {
    let bench = Bench::start(Profile::Published).await;
    let quoted = bench.send(basic(personal("env=tt02").header("Accept", "application/json"), "a:b")).await;
    assert!(quoted.json().is_string());
    let dump = bench.send(basic(personal("env=tt02&dump=true"), "a:b")).await;
    assert!(dump.text().starts_with('{'));
    let bulk = bench.send(basic(personal("env=tt02&bulkCount=3"), "a:b")).await;
    assert_eq!(bulk.json().as_object().map(serde_json::Map::len), Some(3));
}
