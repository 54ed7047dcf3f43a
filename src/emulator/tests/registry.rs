//! Points 17 to 20: the Resource Registry.

use serde_json::{Value, json};

use super::client::{Ask, delete, get, post, put};
use super::{Bench, OWNER, PLATFORM, RESOURCE, merge};
use crate::emulator::Profile;

const POLICY: &str = include_str!("../preset_policy.xml");

fn resource(changes: Value) -> Value {
    let text = json!({"nb": "Brev", "nn": "Brev", "en": "Letters"});
    let mut body = json!({
        "identifier": "test-letters", "resourceType": "CorrespondenceService", "title": text, "description": text,
        "delegable": false, "contactPoints": [],
        "hasCompetentAuthority": {"organization": OWNER, "orgcode": "demo", "name": text},
    });
    merge(&mut body, changes);
    body
}

fn policy_for(id: &str) -> String {
    POLICY.replace("postbud-demo-letters", id)
}

fn upload(id: &str, token: &str, text: &str) -> Ask {
    post(&format!("{RESOURCE}/{id}/policy")).bearer(token).multipart(&[(
        "policyFile",
        Some("policy.xml"),
        text.as_bytes(),
    )])
}

async fn registrar(bench: &Bench) -> String {
    bench.altinn("registry", "altinn:resourceregistry/resource.write").await
}

#[tokio::test]
async fn writing_needs_token_scope_and_ownership() {
    let bench = Bench::start(Profile::Strict).await;
    let ask = post(RESOURCE).json(&resource(json!({})));
    let answer = bench.send(ask.clone()).await;
    assert_eq!((answer.status, answer.body.len()), (401, 0));
    assert_eq!(bench.send(ask.clone().bearer("x.y.z")).await.status, 401);
    let answer = bench.send(ask.bearer(&bench.owner().await)).await;
    assert_eq!((answer.status, answer.body.len()), (403, 0));
    let raw = bench.token("registry", "altinn:resourceregistry/resource.write").await;
    assert_eq!(bench.send(post(RESOURCE).json(&resource(json!({}))).bearer(&raw)).await.status, 401, "not exchanged");
    let token = registrar(&bench).await;
    let foreign = resource(json!({"hasCompetentAuthority": {"organization": "310000019"}}));
    let answer = bench.send(post(RESOURCE).bearer(&token).json(&foreign)).await;
    assert_eq!((answer.status, answer.body.len()), (403, 0));
    assert!(bench.refused().starts_with("owner:"));
    let lenient = Bench::start(Profile::Published).await;
    let token = registrar(&lenient).await;
    assert_eq!(lenient.send(post(RESOURCE).bearer(&token).json(&foreign)).await.status, 201);
    assert_eq!(lenient.warnings().len(), 1);
}

#[tokio::test]
async fn resources_are_created_shown_changed_and_deleted() {
    let bench = Bench::start(Profile::Strict).await;
    let token = registrar(&bench).await;
    let one = format!("{RESOURCE}/test-letters");
    assert_eq!(bench.send(get(&one)).await.status, 404);
    let answer = bench.send(post(RESOURCE).bearer(&token).json(&resource(json!({"LimitedByRRR": false})))).await;
    assert_eq!((answer.status, answer.body.len()), (201, 0));
    assert_eq!(answer.header("location"), "/resourceregistry/api/v1/resource/test-letters");
    let answer = bench.send(post(RESOURCE).bearer(&token).json(&resource(json!({})))).await;
    assert_eq!((answer.status, answer.json().is_string()), (409, true));
    let shown = bench.send(get(&one)).await.json();
    assert_eq!((shown["identifier"].as_str(), shown["visible"].as_bool()), (Some("test-letters"), Some(true)));
    assert!(shown["LimitedByRRR"].is_null() && shown["versionId"].is_number());
    let renamed = resource(json!({"title": {"nb": "Nytt"}}));
    assert_eq!(bench.send(put(&one).bearer(&token).json(&renamed)).await.status, 200);
    assert_eq!(bench.send(get(&one)).await.json()["title"]["nb"], "Nytt");
    assert_eq!(
        bench.send(put(&one).bearer(&token).json(&resource(json!({"identifier": "other-letters"})))).await.status,
        400
    );
    assert_eq!(bench.send(put(&format!("{RESOURCE}/unknown")).bearer(&token).json(&renamed)).await.status, 404);
    let list = bench.send(get(&format!("{RESOURCE}/resourcelist"))).await.json();
    assert_eq!(list.as_array().map(Vec::len), Some(2));
    let production = delete("platform.altinn.no/resourceregistry/api/v1/resource/test-letters");
    assert_eq!(bench.send(production.bearer(&token)).await.status, 401, "the token is for another environment");
    assert_eq!(bench.send(delete(&one).bearer(&token)).await.status, 204);
    assert_eq!(bench.send(delete(&one).bearer(&token)).await.status, 404);
}

#[tokio::test]
async fn production_deletes_nothing() {
    let bench = Bench::start(Profile::Strict).await;
    let mut claims = bench.claims("registry", "altinn:resourceregistry/resource.write");
    claims.insert("aud".into(), json!("https://maskinporten.no/"));
    let assertion = bench.sign(&bench.header(), &Value::Object(claims));
    let form = [("grant_type", super::GRANT_TYPE), ("assertion", &assertion)];
    let token = bench.send(post("maskinporten.no/token").form(&form)).await.json()["access_token"].clone();
    let exchange = get("platform.altinn.no/authentication/api/v1/exchange/maskinporten");
    let token = bench.send(exchange.bearer(token.as_str().expect("a token"))).await.text();
    let ask = delete("platform.altinn.no/resourceregistry/api/v1/resource/postbud-demo-letters").bearer(&token);
    let answer = bench.send(ask).await;
    assert_eq!(answer.status, 403);
    assert!(answer.text().contains("not allowed"));
}

#[tokio::test]
async fn all_faults_come_in_one_validation_problem() {
    let bench = Bench::start(Profile::Strict).await;
    let token = registrar(&bench).await;
    let bad =
        json!({"identifier": "A!", "title": {"nb": "x", "nb-no": "x"}, "hasCompetentAuthority": {"orgcode": "x"}});
    let answer = bench.send(post(RESOURCE).bearer(&token).json(&bad)).await;
    let body = answer.json();
    assert_eq!((answer.status, body["status"].as_i64()), (400, Some(400)));
    assert_eq!(body["errors"]["Title"].as_array().map(Vec::len), Some(2));
    for field in ["Identifier", "ResourceType", "HasCompetentAuthority.Organization", "Description", "RightDescription"]
    {
        assert!(body["errors"][field].is_array(), "{field}");
    }
    let ttd = resource(json!({"hasCompetentAuthority": {"organization": "", "orgcode": "TTD"}}));
    assert_eq!(bench.send(post(RESOURCE).bearer(&token).json(&ttd)).await.status, 403, "valid, but not the caller's");
    let answer = bench.send(post(RESOURCE).bearer(&token).json(&resource(json!({"resourceType": "Nonsense"})))).await;
    assert!(answer.json()["errors"]["$.resourceType"].is_array());
    let text = post(RESOURCE).bearer(&token).header("Content-Type", "application/json").body("{");
    assert!(bench.send(text).await.json()["errors"]["$"].is_array());
    assert_eq!(
        bench.send(post(RESOURCE).bearer(&token).header("Content-Type", "text/plain").body("x")).await.status,
        415
    );
}

#[tokio::test]
async fn policies_are_checked_stored_and_given_back_byte_for_byte() {
    let bench = Bench::start(Profile::Strict).await;
    let token = registrar(&bench).await;
    bench.send(post(RESOURCE).bearer(&token).json(&resource(json!({})))).await;
    let path = format!("{RESOURCE}/test-letters/policy");
    let answer = bench.send(get(&path)).await;
    assert_eq!((answer.status, answer.body.is_empty()), (404, false));
    assert_eq!(bench.send(get(&format!("{RESOURCE}/unknown/policy"))).await.status, 404);
    assert_eq!(bench.send(upload("test-letters", "", "")).await.status, 401);
    let missing = post(&path).bearer(&token).multipart(&[("other", Some("policy.xml"), b"x")]);
    assert_eq!(bench.send(missing).await.status, 400);
    let field = post(&path).bearer(&token).multipart(&[("policyFile", None, b"x")]);
    assert_eq!(bench.send(field).await.status, 400, "a field is no file");
    let answer = bench.send(upload("unknown", &token, &policy_for("unknown"))).await;
    assert_eq!((answer.status, answer.json()), (400, json!("Unknown resource")));
    let answer = bench.send(upload("test-letters", &token, "<broken")).await;
    assert_eq!((answer.status, answer.body.len()), (500, 0));
    let answer = bench.send(upload("test-letters", &token, POLICY)).await;
    assert!(answer.status == 400 && answer.text().contains("different registry resource"));
    let answer = bench.send(upload("test-letters", &token, &POLICY.replace("urn:altinn:resource", "x"))).await;
    assert!(answer.status == 400 && answer.text().contains("without reference to registry resource"));
    let policy = policy_for("test-letters");
    let answer = bench.send(upload("test-letters", &token, &policy)).await;
    assert_eq!((answer.status, answer.body.len(), answer.header("location")), (201, 0, "test-letters/policy"));
    let answer = bench.send(get(&path)).await;
    assert_eq!((answer.header("content-type"), answer.text()), ("text/xml", policy));
}

#[tokio::test]
async fn the_published_profile_is_kinder_about_policies() {
    let bench = Bench::start(Profile::Published).await;
    let token = registrar(&bench).await;
    let answer = bench.send(upload("postbud-demo-letters", &token, "<broken")).await;
    assert!(answer.status == 400 && answer.json().is_string());
    let answer =
        bench.send(upload("postbud-demo-letters", &token, &policy_for("altinn-correspondence-test-resource-1"))).await;
    assert_eq!(answer.status, 201);
    assert!(bench.warnings().iter().any(|warning| warning.contains("different registry resource")));
}

#[tokio::test]
async fn rules_and_rights_are_computed() {
    let bench = Bench::start(Profile::Strict).await;
    let base = format!("{RESOURCE}/postbud-demo-letters/policy");
    let rules = bench.send(get(&format!("{base}/rules"))).await.json();
    assert_eq!(rules.as_array().map(Vec::len), Some(10), "2 subjects by 3 actions, 2 by 2");
    assert_eq!(rules[0]["action"]["urn"], "urn:oasis:names:tc:xacml:1.0:action:action-id:read");
    assert_eq!(rules[0]["resource"][0]["value"], "postbud-demo-letters");
    let rights = bench.send(get(&format!("{base}/rights"))).await.json();
    let read =
        rights.as_array().and_then(|list| list.iter().find(|right| right["action"]["value"] == "read")).expect("read");
    assert_eq!(read["subjects"].as_array().map(Vec::len), Some(4));
    assert!(read["rightKey"].is_string() && read["subjectTypes"].is_array());
    let answer = bench.send(get(&format!("{base}/rights")).header("Content-Type", "text/plain")).await;
    assert_eq!(answer.status, 415);
    assert_eq!(bench.send(get(&format!("{RESOURCE}/unknown/policy/rules"))).await.status, 404);
    assert_eq!(bench.send(put(RESOURCE)).await.status, 405);
    assert_eq!(bench.send(get(&format!("{PLATFORM}/resourceregistry/api/v1/other"))).await.status, 404);
}

#[tokio::test]
async fn access_lists_are_kept_by_their_owner_and_open_resources() {
    let bench = Bench::start(Profile::Strict).await;
    let lists = format!("{PLATFORM}/resourceregistry/api/v1/access-lists");
    let scopes = "altinn:resourceregistry/access-list.read altinn:resourceregistry/access-list.write";
    let token = bench.altinn("registry", scopes).await;
    let banks = format!("{lists}/demo/banks");
    let body = json!({"name": "Banks", "description": "Approved"});
    assert_eq!(bench.send(put(&banks).json(&body)).await.status, 401);
    assert_eq!(bench.send(put(&banks).bearer(&registrar(&bench).await).json(&body)).await.status, 403);
    assert_eq!(bench.send(put(&format!("{lists}/ttd/banks")).bearer(&token).json(&body)).await.status, 403);
    assert_eq!(bench.send(put(&banks).bearer(&token).json(&json!({}))).await.status, 400);
    assert_eq!(bench.send(get(&banks).bearer(&token)).await.status, 404);
    let answer = bench.send(put(&banks).bearer(&token).json(&body)).await;
    assert_eq!((answer.status, answer.json()["urn"].as_str()), (200, Some("urn:altinn:access-list:demo:banks")));
    assert_eq!(bench.send(get(&format!("{lists}/demo")).bearer(&token)).await.json()["data"][0]["name"], "Banks");

    let members = format!("{banks}/members");
    let member = |number: &str| json!({"data": [format!("urn:altinn:organization:identifier-no:{number}")]});
    assert_eq!(bench.send(post(&members).bearer(&token).json(&member("12"))).await.status, 400);
    assert_eq!(bench.send(post(&members).bearer(&token).json(&member("310000019"))).await.status, 200);
    assert_eq!(bench.send(post(&members).bearer(&token).json(&member("310000027"))).await.status, 200);
    let removed = bench.send(delete(&members).bearer(&token).json(&member("310000027"))).await;
    assert_eq!(removed.json()["data"].as_array().map(Vec::len), Some(1));
    let connection = format!("{banks}/resource-connections");
    assert_eq!(bench.send(put(&format!("{connection}/nothing-there")).bearer(&token)).await.status, 404);
    let filters = json!({"actionFilters": ["write"]});
    let own = format!("{connection}/postbud-demo-letters");
    assert_eq!(bench.send(put(&own).bearer(&token).json(&filters)).await.status, 200);
    assert_eq!(bench.send(get(&connection).bearer(&token)).await.json()["data"][0]["actionFilters"][0], "write");

    // The list matters once the resource asks for it, and then for the actions that it opens.
    let id = bench.correspondence(json!({})).await;
    let look = get(&format!("{PLATFORM}/correspondence/api/v1/correspondence/{id}")).bearer(&bench.recipient().await);
    bench.emulator.advance(std::time::Duration::from_mins(1));
    assert_eq!(bench.send(look.clone()).await.status, 200);
    let registrar = registrar(&bench).await;
    let demo = format!("{RESOURCE}/postbud-demo-letters");
    let mut resource = bench.send(get(&demo)).await.json();
    resource["accessListMode"] = json!("Enabled");
    assert_eq!(bench.send(put(&demo).bearer(&registrar).json(&resource)).await.status, 200);
    assert_eq!(bench.send(look.clone()).await.code(), (401, 4001));
    assert!(bench.refused().contains("the party is on none"), "{}", bench.refused());
    assert_eq!(bench.send(put(&own).bearer(&token)).await.status, 200);
    assert_eq!(bench.send(look.clone()).await.status, 200);
    assert_eq!(bench.send(delete(&own).bearer(&token)).await.status, 200);
    assert_eq!(bench.send(delete(&own).bearer(&token)).await.status, 204);
    assert_eq!(bench.send(look).await.status, 401);
    assert_eq!(bench.send(delete(&banks).bearer(&token)).await.status, 200);
    assert_eq!(bench.send(delete(&banks).bearer(&token)).await.status, 204);
}
