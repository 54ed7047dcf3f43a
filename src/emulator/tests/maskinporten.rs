//! Points 1 to 12 of the checklist, and every error of the token endpoint.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use super::client::{Answer, get, post, put};
use super::{Bench, CORRESPONDENCE, GRANT_TYPE, OWNER, OWNER_SCOPES, RECIPIENT, claims_of};
use crate::emulator::clock::epoch_seconds;
use crate::emulator::{ClientSeed, DelegationSeed, EmulatorConfig, Profile, Seed, SystemUserSeed, TrustedKey};

const SCOPE: &str = "altinn:correspondence.write";

fn assert_refused(answer: &Answer, status: u16, error: &str, code: &str, fragment: &str) {
    let body = answer.json();
    let description = body["error_description"].as_str().unwrap_or_default();
    assert_eq!((answer.status, body["error"].as_str().unwrap_or_default()), (status, error), "{body}");
    assert!(description.contains(fragment), "{description} lacks {fragment}");
    let trace = description.rsplit_once("(trace_id: ").map_or("", |(_, rest)| rest).trim_end_matches(')');
    assert!(trace.len() == 32 && trace.bytes().all(|byte| byte.is_ascii_hexdigit()), "{description}");
    let uri = body["error_uri"].as_str().unwrap_or_default();
    let expected = if code.is_empty() { String::new() } else { format!("https://test.maskinporten.no/errors/{code}") };
    assert_eq!(uri, expected);
}

#[tokio::test]
async fn metadata_and_keys_are_served_under_the_real_name() {
    let bench = Bench::start(Profile::Strict).await;
    let answer = bench.send(get("test.maskinporten.no/.well-known/oauth-authorization-server")).await;
    let body = answer.json();
    assert_eq!(body["issuer"], "https://test.maskinporten.no/");
    assert_eq!(body["token_endpoint"], "https://test.maskinporten.no/token");
    let keys = bench.send(get("test.maskinporten.no/jwk")).await.json();
    assert_eq!(keys["keys"][0]["kty"], "RSA");
    assert!(keys["keys"][0]["d"].is_null());
    let local = bench.emulator.http_addr().to_string();
    let body = bench.send(get(&format!("{local}/.well-known/oauth-authorization-server"))).await.json();
    assert_eq!(body["token_endpoint"], format!("http://{local}/token"));
}

#[tokio::test]
async fn a_good_grant_gets_a_token() {
    let bench = Bench::start(Profile::Strict).await;
    let answer = bench.grant_with("owner", SCOPE, json!({"resource": ["https://api.example/"]})).await;
    let body = answer.json();
    assert_eq!((body["token_type"].as_str(), body["expires_in"].as_i64()), (Some("Bearer"), Some(119)));
    assert_eq!(body["scope"], SCOPE);
    let claims = claims_of(body["access_token"].as_str().expect("a token"));
    assert_eq!(claims["iss"], "https://test.maskinporten.no/");
    assert_eq!(claims["client_amr"], "private_key_jwt");
    assert_eq!(claims["consumer"]["ID"], format!("0192:{OWNER}"));
    assert_eq!(claims["aud"], "https://api.example/");
    assert!(claims["supplier"].is_null());
}

#[tokio::test]
async fn the_form_is_checked_first() {
    let bench = Bench::start(Profile::Strict).await;
    assert_eq!(bench.send(get("test.maskinporten.no/token")).await.status, 405);
    let token = "test.maskinporten.no/token";
    let answer = bench.send(post(token).form(&[("grant_type", "password"), ("assertion", "x")])).await;
    assert_refused(&answer, 400, "unsupported_grant_type", "", "");
    let answer = bench.send(post(token).form(&[("grant_type", GRANT_TYPE)])).await;
    assert_refused(&answer, 400, "invalid_request", "", "assertion");
    let answer = bench.send(post(token).body([0xff, 0xfe])).await;
    assert_refused(&answer, 400, "invalid_request", "", "");
}

#[tokio::test]
async fn malformed_grants_are_mp_011() {
    let bench = Bench::start(Profile::Strict).await;
    let claims = Value::Object(bench.claims("owner", SCOPE));
    for assertion in [
        "x",
        "a.b.c",
        "e30.e30",
        &bench.sign(&json!({"alg": "none"}), &claims),
        &bench.sign(&json!({"alg": "ES256"}), &claims),
    ] {
        assert_refused(&bench.grant(assertion).await, 400, "invalid_request", "MP-011", "Invalid");
    }
    let now = epoch_seconds();
    for changes in [
        json!({"iat": null}),
        json!({"exp": null}),
        json!({"exp": "soon"}),
        json!({"exp": now + 200}),
        json!({"unheard": 1}),
        json!({"scope": ["a"]}),
    ] {
        assert_refused(
            &bench.grant_with("owner", SCOPE, changes).await,
            400,
            "invalid_request",
            "MP-011",
            "Invalid parameter value",
        );
    }
}

#[tokio::test]
async fn the_audience_is_the_issuer_and_nothing_else() {
    let bench = Bench::start(Profile::Strict).await;
    for audience in [
        json!("https://test.maskinporten.no"),
        json!("https://test.maskinporten.no/token"),
        json!("https://maskinporten.no/"),
        json!(["https://test.maskinporten.no/"]),
        json!(null),
    ] {
        let answer = bench.grant_with("owner", SCOPE, json!({"aud": audience})).await;
        assert_refused(&answer, 400, "invalid_grant", "MP-110", "Invalid JWT claim aud");
    }
}

#[tokio::test]
async fn clients_and_keys_must_be_known() {
    let bench = Bench::start(Profile::Strict).await;
    let answer = bench.grant_with("owner", SCOPE, json!({"iss": "nobody"})).await;
    assert_refused(&answer, 400, "invalid_grant", "MP-100", "Client not found");
    let claims = Value::Object(bench.claims("owner", SCOPE));
    let answer = bench.grant(&bench.sign(&json!({"alg": "RS256"}), &claims)).await;
    assert_refused(&answer, 400, "invalid_grant", "", "requires pre-registered jwk and no key identifier");
    let answer = bench.grant(&bench.sign(&json!({"alg": "RS256", "kid": "other"}), &claims)).await;
    assert_refused(&answer, 400, "invalid_grant", "", "Unknown key identifier (kid) for client");
    let good = bench.sign(&bench.header(), &claims);
    let (head, tail) = good.rsplit_once('.').expect("a token");
    let wrong: String = tail.chars().rev().collect();
    let answer = bench
        .grant(&format!("{head}.{}", if wrong == tail { "AAAA".into() } else { URL_SAFE_NO_PAD.encode(wrong) }))
        .await;
    assert_refused(&answer, 400, "invalid_grant", "MP-124", "Invalid JWT signature");
}

#[tokio::test]
async fn times_are_checked_and_the_125_seconds_of_the_published_library_pass() {
    let bench = Bench::start(Profile::Strict).await;
    let now = epoch_seconds();
    let answer = bench.grant_with("owner", SCOPE, json!({"iat": now + 60, "exp": now + 120})).await;
    assert_refused(&answer, 400, "invalid_grant", "", "Issue time is after now");
    let answer = bench.grant_with("owner", SCOPE, json!({"iat": now - 200, "exp": now - 100})).await;
    assert_refused(&answer, 400, "invalid_grant", "MP-130", "JWT is expired");
    assert_eq!(bench.grant_with("owner", SCOPE, json!({"iat": now - 5, "exp": now + 120})).await.status, 200);
}

#[tokio::test]
async fn grants_and_ids_are_good_for_one_use() {
    let bench = Bench::start(Profile::Strict).await;
    let assertion = bench.sign(&bench.header(), &Value::Object(bench.claims("owner", SCOPE)));
    assert_eq!(bench.grant(&assertion).await.status, 200);
    assert_refused(&bench.grant(&assertion).await, 400, "invalid_grant", "MP-012", "used before");
    assert_eq!(bench.grant_with("owner", SCOPE, json!({"jti": "one"})).await.status, 200);
    let answer = bench.grant_with("owner", "altinn:serviceowner", json!({"jti": "one"})).await;
    assert_refused(&answer, 400, "invalid_grant", "MP-012", "used before");
    let without = bench.grant_with("owner", SCOPE, json!({"jti": null})).await;
    assert_eq!(without.status, 200);
}

#[tokio::test]
async fn scopes_delegations_and_grants_of_access_decide() {
    let seed = Seed {
        restricted_scopes: [("altinn:serviceowner".to_owned(), vec!["999999999".to_owned()])].into(),
        delegations: vec![DelegationSeed {
            scope: "demo:thing".into(),
            consumer: RECIPIENT.into(),
            supplier: OWNER.into(),
        }],
        clients: vec![ClientSeed {
            client_id: "idporten".into(),
            organization: OWNER.into(),
            scopes: vec!["*".into()],
            keys: vec![],
            expired_keys: vec![],
            idporten: true,
        }],
        ..Seed::default()
    };
    let bench = Bench::with(EmulatorConfig { profile: Profile::Strict, seed, ..EmulatorConfig::default() }).await;
    assert_refused(
        &bench.grant_with("owner", "", json!({})).await,
        400,
        "invalid_scope",
        "MP-200",
        "invalid scopes for client",
    );
    let answer = bench.grant_with("owner", "demo:a altinn:correspondence.write demo:b", json!({})).await;
    assert_refused(&answer, 400, "invalid_scope", "MP-200", "invalid scopes for client, demo:a demo:b");
    let answer = bench.grant_with("owner", "altinn:serviceowner", json!({})).await;
    assert_refused(&answer, 403, "forbidden", "MP-250", "has not been granted access to the scope");
    let answer = bench.grant_with("owner", "demo:thing", json!({"consumer_org": OWNER})).await;
    assert_refused(&answer, 400, "invalid_request", "", "consumer_org in claim and delegation scope");
    let answer = bench.grant_with("owner", "demo:other", json!({"consumer_org": RECIPIENT})).await;
    assert_refused(&answer, 403, "forbidden", "MP-251", "has not delegated access to the scope");
    let answer = bench.grant_with("owner", "demo:thing", json!({"consumer_org": RECIPIENT})).await;
    let claims = claims_of(answer.json()["access_token"].as_str().expect("a token"));
    assert_eq!(claims["consumer"]["ID"], format!("0192:{RECIPIENT}"));
    assert_eq!(claims["supplier"]["ID"], format!("0192:{OWNER}"));
    assert_eq!(claims["delegation_source"], "https://tt02.altinn.no/");
}

#[tokio::test]
async fn clients_for_id_porten_are_refused() {
    let bench = Bench::start(Profile::Strict).await;
    {
        let mut world = bench.emulator.shared.world();
        for client in world.clients.values_mut() {
            client.idporten = true;
        }
    }
    let answer = bench.grant_with("owner", SCOPE, json!({})).await;
    assert_refused(&answer, 400, "invalid_scope", "MP-201", "not allowed for maskinporten");
}

#[tokio::test]
async fn expired_keys_are_mp_121() {
    let faults = vec!["expired-key".parse().expect("a fault")];
    let bench = Bench::with(EmulatorConfig { profile: Profile::Strict, faults, ..EmulatorConfig::default() }).await;
    assert_refused(&bench.grant_with("owner", SCOPE, json!({})).await, 400, "invalid_grant", "MP-121", "Expired key");
}

#[tokio::test]
async fn system_users_are_found_by_organisation_and_reference() {
    let user = |reference: Option<&str>| SystemUserSeed {
        id: None,
        organization: "310000035".into(),
        vendor: OWNER.into(),
        system_id: format!("{OWNER}_x"),
        external_ref: reference.map(str::to_owned),
        resources: vec![],
    };
    let seed = Seed { system_users: vec![user(Some("a")), user(Some("b"))], ..Seed::default() };
    let bench = Bench::with(EmulatorConfig { profile: Profile::Strict, seed, ..EmulatorConfig::default() }).await;
    let detail = |id: &str| json!({"type": "urn:altinn:systemuser", "systemuser_org": {"authority": "iso6523-actorid-upis", "ID": id}});
    let ask = async |detail: Value| bench.grant_with("owner", SCOPE, json!({"authorization_details": [detail]})).await;
    for id in ["0192:310000027", "310000027"] {
        let answer = ask(detail(id)).await;
        let claims = claims_of(answer.json()["access_token"].as_str().expect("a token"));
        let found = &claims["authorization_details"][0];
        assert_eq!(found["systemuser_org"]["ID"], "0192:310000027");
        assert!(found["systemuser_id"][0].is_string() && found["system_id"].is_string());
        assert_eq!(claims["consumer"]["ID"], format!("0192:{OWNER}"));
    }
    let fragment = "authorization details";
    assert_refused(&ask(json!({"type": "other"})).await, 400, "invalid_request", "MP-301", fragment);
    let mut unknown = detail("0192:310000027");
    unknown["surplus"] = json!(1);
    assert_refused(&ask(unknown).await, 400, "invalid_request", "MP-302", fragment);
    for id in ["0192:999999999", "x", "0192:310000035"] {
        assert_refused(&ask(detail(id)).await, 400, "invalid_request", "MP-303", fragment);
    }
    let mut one = detail("0192:310000035");
    one["externalRef"] = json!("b");
    assert_eq!(ask(one).await.status, 200);
    let answer = bench.grant_with("owner", SCOPE, json!({"authorization_details": {}})).await;
    assert_refused(&answer, 400, "invalid_request", "MP-303", fragment);
}

#[tokio::test]
async fn business_certificates_are_verified() {
    let seed = Seed {
        clients: ["310000000", "310000019"]
            .map(|number| ClientSeed {
                client_id: format!("certificate-{number}"),
                organization: number.into(),
                scopes: vec!["*".into()],
                keys: vec![],
                expired_keys: vec![],
                idporten: false,
            })
            .into(),
        ..Seed::default()
    };
    let bench = Bench::with(EmulatorConfig { profile: Profile::Strict, seed, ..EmulatorConfig::default() }).await;
    let pem = bench.emulator.business_certificate(OWNER).expect("a certificate");
    let der: String = pem.lines().filter(|line| !line.starts_with("-----")).collect();
    let ask = async |client: &str, x5c: Value| {
        let mut claims = bench.claims("owner", SCOPE);
        claims.insert("iss".into(), json!(format!("certificate-{client}")));
        bench.grant(&bench.sign(&json!({"alg": "RS256", "x5c": x5c}), &Value::Object(claims))).await
    };
    let answer = ask(OWNER, json!([der])).await;
    let claims = claims_of(answer.json()["access_token"].as_str().expect("a token"));
    assert_eq!(claims["client_amr"], "virksomhetssertifikat");
    assert_refused(
        &ask(RECIPIENT, json!([der])).await,
        400,
        "invalid_grant",
        "MP-122",
        "Does not match certificate orgno",
    );
    for x5c in [json!(der), json!([]), json!(["_-_-"]), json!([1]), json!([STANDARD.encode("x")])] {
        assert_refused(&ask(OWNER, x5c).await, 400, "invalid_grant", "MP-123", "Invalid JWT header x5c");
    }
    bench.emulator.shared.world().business_authorities.clear();
    let answer = ask(OWNER, json!([der])).await;
    assert_refused(&answer, 400, "invalid_grant", "MP-120", "signed with an invalid certificate");
}

#[tokio::test]
async fn unknown_clients_register_themselves_with_a_trusted_key_in_the_published_profile_only() {
    for (profile, expected) in [(Profile::Published, 200), (Profile::Strict, 400)] {
        let bench = Bench::start(profile).await;
        let jwk: Value = serde_json::from_str(&bench.emulator.client("owner").expect("a client").jwk).expect("JSON");
        let answer = bench.grant_with("owner", SCOPE, json!({"iss": "users-own"})).await;
        assert_eq!(answer.status, 400, "no key is trusted yet");
        bench.emulator.trust(TrustedKey::new(jwk));
        let answer = bench.grant_with("owner", "any:scope", json!({"iss": "users-own", "unheard": 1})).await;
        assert_eq!(answer.status, expected, "{}", answer.text());
    }
}

#[tokio::test]
async fn other_methods_and_paths_are_refused() {
    let bench = Bench::start(Profile::Strict).await;
    assert_eq!(bench.send(put("test.maskinporten.no/jwk")).await.status, 405);
    assert_eq!(bench.send(get("test.maskinporten.no/nothing")).await.status, 404);
    assert_eq!(bench.send(get("test.maskinporten.no/correspondence/api/v1/correspondence")).await.status, 404);
    let raw = bench.token("owner", OWNER_SCOPES).await;
    let answer =
        bench.send(get(&format!("{CORRESPONDENCE}/correspondence?resourceId=postbud-demo-letters")).bearer(&raw)).await;
    assert_eq!(answer.status, 200, "the owner's raw token is enough here: {}", answer.text());
}
