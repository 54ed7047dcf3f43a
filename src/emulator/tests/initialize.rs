//! Points 21, 22 and 27: Initialize, its checks in their order, and access.

use std::time::Duration;

use serde_json::{Value, json};

use super::client::{Answer, get, post};
use super::{Bench, CORRESPONDENCE, OWNER, OWNER_SCOPES, RECIPIENT, message};
use crate::emulator::{Delays, EmulatorConfig, Profile, ResourceSeed, RoleSeed, Seed};

const PERSON: &str = "01819010001";

fn correspondence_url() -> String {
    format!("{CORRESPONDENCE}/correspondence")
}

async fn initialize(bench: &Bench, token: &str, body: &Value) -> Answer {
    bench.send(post(&correspondence_url()).bearer(token).json(body)).await
}

async fn strict_with(seed: Seed) -> Bench {
    Bench::with(EmulatorConfig {
        profile: Profile::Strict,
        seed,
        delays: Some(Delays::NONE),
        ..EmulatorConfig::default()
    })
    .await
}

#[tokio::test]
async fn one_correspondence_a_recipient() {
    let bench = strict_with(Seed::default()).await;
    let mut body = message(json!({"notification": {"notificationTemplate": 1, "sendReminder": true}}));
    body["recipients"] = json!([format!("0192:{RECIPIENT}"), PERSON, "urn:altinn:person:idporten-email:a@b.no"]);
    let answer = initialize(&bench, &bench.owner().await, &body).await;
    let body = answer.json();
    assert_eq!(body["correspondences"].as_array().map(Vec::len), Some(3));
    let first = &body["correspondences"][0];
    assert_eq!(first["status"], "ReadyForPublish");
    assert_eq!(first["recipient"], format!("urn:altinn:organization:identifier-no:{RECIPIENT}"));
    assert_eq!(first["notifications"].as_array().map(Vec::len), Some(2));
    assert!(body["correspondenceIds"].is_null());
    assert_eq!((answer.header("x-content-type-options"), answer.header("cache-control")), ("nosniff", "no-store"));
}

#[tokio::test]
async fn token_scope_and_accept_come_first() {
    let bench = strict_with(Seed::default()).await;
    let ask = post(&correspondence_url()).json(&message(json!({})));
    let answer = bench.send(ask.clone()).await;
    assert_eq!((answer.status, answer.body.len()), (401, 0));
    assert!(answer.header("www-authenticate").starts_with("Bearer"));
    let answer = bench.send(ask.clone().bearer(&bench.recipient().await)).await;
    assert_eq!((answer.status, answer.body.len()), (403, 0));
    let token = bench.owner().await;
    let answer = bench.send(ask.clone().bearer(&token).header("Accept", "text/plain")).await;
    assert_eq!(answer.status, 406);
    assert!(serde_json::from_slice::<Value>(&answer.body).is_err(), "plain text");
    assert_eq!(bench.send(ask.bearer(&token).header("Content-Type", "text/plain")).await.status, 415);
    let raw = bench.token("owner", OWNER_SCOPES).await;
    assert_eq!(initialize(&bench, &raw, &message(json!({}))).await.status, 200, "the owner's raw token is enough");
    let raw = bench.token("owner", "altinn:correspondence.write").await;
    assert_eq!(initialize(&bench, &raw, &message(json!({}))).await.status, 403);
}

#[tokio::test]
async fn expired_tokens_are_refused_without_slack() {
    let faults = vec!["/authentication:expired-token".parse().expect("a fault")];
    let bench = Bench::with(EmulatorConfig { faults, ..EmulatorConfig::default() }).await;
    assert_eq!(initialize(&bench, &bench.owner().await, &message(json!({}))).await.status, 401);
    assert!(bench.refused().contains("expired"));
}

#[tokio::test]
async fn faults_of_form_are_listed_with_their_paths() {
    let bench = strict_with(Seed::default()).await;
    let token = bench.owner().await;
    let mut body = message(json!({
        "sendersReference": null,
        "dueDateTime": "soon",
        "content": {"attachments": [{"fileName": "a.txt", "checksum": "X"}], "messageBody": null},
        "propertyList": {"k": "v".repeat(301)},
        "externalReferences": [{"referenceValue": "1", "referenceType": "Misspelt"}],
        "isConfirmationNeeded": "perhaps",
    }));
    body["recipients"] = json!(["01819010002", "0192:1", 7]);
    body["existingAttachments"] = json!(["x"]);
    body["idempotentKey"] = json!("x");
    let answer = initialize(&bench, &token, &body).await;
    let body = answer.json();
    assert_eq!((answer.status, body["code"].as_str()), (400, Some("STD-00000")));
    assert!(body["errorCode"].is_null());
    for path in [
        "correspondence.sendersReference",
        "correspondence.dueDateTime",
        "correspondence.content.messageBody",
        "correspondence.content.attachments[0].checksum",
        "correspondence.content.attachments[0].sendersReference",
        "correspondence.propertyList",
        "correspondence.externalReferences[0].referenceType",
        "correspondence.isConfirmationNeeded",
        "recipients[0]",
        "recipients[1]",
        "recipients[2]",
        "existingAttachments[0]",
        "idempotentKey",
    ] {
        assert!(body["errors"][path].is_array(), "{path} in {body}");
    }
    let paths: Vec<&str> =
        body["validationErrors"].as_array().into_iter().flatten().filter_map(|e| e["paths"][0].as_str()).collect();
    assert!(paths.contains(&"correspondence/sendersReference"));
    for body in [json!({}), json!([]), json!("x"), json!({"correspondence": 1, "recipients": {}})] {
        assert_eq!(initialize(&bench, &token, &body).await.status, 400);
    }
    let broken = post(&correspondence_url()).bearer(&token).header("Content-Type", "application/json").body("{");
    assert_eq!(bench.send(broken).await.status, 400);
}

#[tokio::test]
async fn each_check_answers_with_its_number() {
    let seed =
        Seed { unknown_parties: vec!["310000035".into()], reserved_parties: vec![PERSON.into()], ..Seed::default() };
    let bench = strict_with(seed).await;
    let token = bench.owner().await;
    let soon = "2999-01-01T00:00:00Z";
    let email = json!({"notificationTemplate": 0, "emailSubject": "s", "emailBody": "b"});
    let with = |changes: Value, extra: Value| {
        let mut notification = email.clone();
        super::merge(&mut notification, extra);
        super::merge(&mut notification, changes);
        json!({"notification": notification})
    };
    let cases: Vec<(Value, Value, (u16, u64))> = vec![
        (json!({"resourceId": "unknown"}), json!({}), (400, 1036)),
        (json!({}), json!({"recipients": [format!("0192:{RECIPIENT}"), format!("0192:{RECIPIENT}")]}), (400, 1006)),
        (json!({}), json!({"recipients": ["0192:310000035"]}), (404, 1029)),
        (json!({"isConfirmationNeeded": true}), json!({}), (400, 1016)),
        (json!({"ignoreReservation": false}), json!({"recipients": [PERSON]}), (422, 1030)),
        (json!({"dueDateTime": "2024-01-01T00:00:00Z"}), json!({}), (400, 1008)),
        (json!({"dueDateTime": "2998-01-01T00:00:00Z", "requestedPublishTime": soon}), json!({}), (400, 1009)),
        (json!({"content": {"messageTitle": " "}}), json!({}), (400, 1020)),
        (json!({"content": {"messageBody": ""}}), json!({}), (400, 1021)),
        (json!({"content": {"messageBody": "x".repeat(30_001)}}), json!({}), (400, 1022)),
        (json!({"content": {"language": "no"}}), json!({}), (400, 1023)),
        (json!({"content": {"messageTitle": "<b>x</b>"}}), json!({}), (400, 1002)),
        (json!({"content": {"messageBody": "<script>x</script>"}}), json!({}), (400, 1003)),
        (json!({"content": {"messageSummary": "**x**"}}), json!({}), (400, 1004)),
        (json!({"content": {"messageTitle": "x".repeat(256)}}), json!({}), (400, 1037)),
        (json!({"content": {"messageSummary": "x".repeat(256)}}), json!({}), (400, 1042)),
        (json!({"messageSender": "<i>x</i>"}), json!({}), (400, 1039)),
        (
            json!({"externalReferences": [{"referenceType": "DialogportenDialogId", "referenceValue": "2"}]}),
            json!({}),
            (400, 1048),
        ),
        (json!({}), json!({"existingAttachments": ["5f0c8b3e-0d55-4d0e-9f3e-0a7d6e3c9999"]}), (400, 1007)),
        (json!({"content": {"attachments": [{"fileName": "a.txt", "sendersReference": "1"}]}}), json!({}), (400, 1005)),
        (json!({"replyOptions": [{"linkURL": "www.test.no"}]}), json!({}), (400, 1035)),
        (with(json!({"notificationChannel": 0, "emailBody": ""}), json!({})), json!({}), (400, 3002)),
        (with(json!({"notificationChannel": "email", "sendReminder": true}), json!({})), json!({}), (400, 3003)),
        (with(json!({"notificationChannel": 1}), json!({})), json!({}), (400, 3004)),
        (
            with(json!({"notificationChannel": 1}), json!({"smsBody": "x", "sendReminder": true})),
            json!({}),
            (400, 3005),
        ),
        (with(json!({"notificationChannel": 3}), json!({})), json!({}), (400, 3006)),
        (
            with(json!({"notificationChannel": 4}), json!({"smsBody": "x", "sendReminder": true})),
            json!({}),
            (400, 3007),
        ),
    ];
    for (changes, root, expected) in cases {
        let mut body = message(changes.clone());
        super::merge(&mut body, root);
        let answer = initialize(&bench, &token, &body).await;
        assert_eq!(answer.code(), expected, "{changes}");
        assert_eq!(answer.json()["code"], format!("CORR-{:05}", expected.1));
        assert!(bench.refused().starts_with(&expected.1.to_string()));
    }
}

#[tokio::test]
async fn idempotency_keys_are_good_for_one() {
    let bench = strict_with(Seed::default()).await;
    let token = bench.owner().await;
    let mut body = message(json!({}));
    body["idempotentKey"] = json!("5f0c8b3e-0d55-4d0e-9f3e-0a7d6e3c0009");
    assert_eq!(initialize(&bench, &token, &body).await.status, 200);
    assert_eq!(initialize(&bench, &token, &body).await.code(), (409, 1034));
    body["recipients"] = json!([PERSON, format!("0192:{RECIPIENT}")]);
    assert_eq!(initialize(&bench, &token, &body).await.code(), (400, 1047));
}

#[tokio::test]
async fn access_is_by_ownership_or_policy() {
    let policy = include_str!("../preset_policy.xml");
    let resource = |id: &str, owner: &str, kind: &str, policy: Option<String>| ResourceSeed {
        resource: json!({
            "identifier": id, "resourceType": kind, "delegable": false,
            "title": {"nb": "x", "nn": "x", "en": "x"}, "description": {"nb": "x", "nn": "x", "en": "x"},
            "hasCompetentAuthority": {"organization": owner},
        }),
        policy,
    };
    let named = |id: &str| policy.replace("postbud-demo-letters", id);
    let letters = "CorrespondenceService";
    let seed = Seed {
        resources: vec![
            resource("without-policy", OWNER, letters, None),
            resource("of-another", "310000035", letters, Some(named("of-another").replace("310000000", "310000043"))),
            resource(
                "by-role",
                "310000035",
                letters,
                Some(
                    named("by-role")
                        .replacen("urn:altinn:org\"", "urn:altinn:rolecode\"", 1)
                        .replace("@OWNER-CODE@", "POST")
                        .replace("310000000", "310000043"),
                ),
            ),
            resource("generic", OWNER, "GenericAccessResource", Some(named("generic"))),
            resource("broker", OWNER, "BrokerService", Some(named("broker"))),
            resource(
                "old-names",
                OWNER,
                letters,
                Some(named("old-names").replace(">write<", ">send<").replace(">read<", ">open<")),
            ),
            resource("other-id", OWNER, letters, Some(policy.to_owned())),
        ],
        roles: vec![RoleSeed { holder: OWNER.into(), party: "310000035".into(), roles: vec!["POST".into()] }],
        ..Seed::default()
    };
    // Without the owner's scope the policy decides.
    for (id, strict, published) in [
        ("postbud-demo-letters", 200, 200),
        ("without-policy", 401, 401),
        ("of-another", 401, 401),
        ("by-role", 200, 200),
        ("generic", 400, 200),
        ("broker", 400, 400),
        ("old-names", 401, 200),
        ("other-id", 401, 200),
    ] {
        for (profile, expected) in [(Profile::Strict, strict), (Profile::Published, published)] {
            let bench = Bench::with(EmulatorConfig { profile, seed: seed.clone(), ..EmulatorConfig::default() }).await;
            let token = bench.altinn("owner", "altinn:correspondence.write").await;
            let answer = initialize(&bench, &token, &message(json!({"resourceId": id}))).await;
            assert_eq!(answer.status, expected, "{id} {profile:?} {}", answer.text());
            match expected {
                401 => assert_eq!(answer.code(), (401, 4001)),
                400 => assert_eq!(answer.code(), (400, 4010)),
                _ => {}
            }
            if id == "without-policy" && profile == Profile::Strict {
                let answer = initialize(&bench, &bench.owner().await, &message(json!({"resourceId": id}))).await;
                assert_eq!(answer.status, 200, "the owner's scope goes past the policy");
            }
        }
    }
}

#[tokio::test]
async fn system_users_read_for_their_customer() {
    let bench = strict_with(Seed::default()).await;
    let token = bench.owner().await;
    let mut body = message(json!({}));
    body["recipients"] = json!(["0192:310000027"]);
    let id = initialize(&bench, &token, &body).await.json()["correspondences"][0]["correspondenceId"].clone();
    let detail = json!([{"type": "urn:altinn:systemuser", "systemuser_org": {"authority": "iso6523-actorid-upis", "ID": "0192:310000027"}}]);
    let answer =
        bench.grant_with("owner", "altinn:correspondence.read", json!({"authorization_details": detail})).await;
    let token = bench.exchange(answer.json()["access_token"].as_str().expect("a token")).await.text();
    let overview = get(&format!("{CORRESPONDENCE}/correspondence/{}", id.as_str().expect("an id"))).bearer(&token);
    assert_eq!(bench.send(overview).await.status, 200);
    let other = bench.correspondence(json!({})).await;
    let answer = bench.send(get(&format!("{CORRESPONDENCE}/correspondence/{other}")).bearer(&token)).await;
    assert_eq!(answer.code(), (401, 4001));
}

fn form(
    extra: &[(&'static str, Option<&'static str>, &'static [u8])],
) -> Vec<(&'static str, Option<&'static str>, &'static [u8])> {
    let mut parts: Vec<(&str, Option<&str>, &[u8])> = vec![
        ("Recipients[0]", None, b"0192:310000019"),
        ("Correspondence.ResourceId", None, b"postbud-demo-letters"),
        ("Correspondence.sendersReference", None, b"1"),
        ("correspondence.content.language", None, b"en"),
        ("Correspondence.content.messageTitle", None, b"Title"),
        ("Correspondence.content.messageBody", None, b"Body"),
        ("Correspondence.content.attachments[0].FileName", None, b"version.txt"),
        ("Correspondence.content.attachments[0].SendersReference", None, b"1"),
        ("Correspondence.content.attachments[0].IsEncrypted", None, b"true"),
        ("Correspondence.propertyList.some_key", None, b"v"),
        ("Correspondence.IsConfirmationNeeded", None, b"false"),
    ];
    parts.extend(extra);
    parts
}

#[tokio::test]
async fn a_form_brings_its_files() {
    let config = EmulatorConfig { profile: Profile::Strict, ..EmulatorConfig::default() };
    let bench = Bench::with(config).await;
    let token = bench.owner().await;
    let url = format!("{CORRESPONDENCE}/correspondence/upload");
    let good = form(&[("Attachments", Some("version.txt"), b"hello")]);
    let answer = bench.send(post(&url).bearer(&token).multipart(&good)).await;
    let body = answer.json();
    assert_eq!((answer.status, body["correspondences"][0]["status"].as_str()), (200, Some("Initialized")), "{body}");
    assert_eq!(body["attachmentIds"].as_array().map(Vec::len), Some(1));
    let details = format!(
        "{CORRESPONDENCE}/correspondence/{}/details",
        body["correspondences"][0]["correspondenceId"].as_str().expect("an id")
    );
    bench.emulator.advance(Duration::from_mins(1));
    bench.send(get(&details).bearer(&token)).await;
    bench.emulator.advance(Duration::from_mins(1));
    let body = bench.send(get(&details).bearer(&token)).await.json();
    assert_eq!(body["status"], "Published");
    assert_eq!(body["propertyList"]["some_key"], "v");
    assert_eq!(body["content"]["attachments"][0]["checksum"], "5d41402abc4b2a76b9719d911017c592");
    for (parts, expected) in [
        (form(&[]), (400, 1005)),
        (form(&[("Attachments", Some("other.txt"), b"x")]), (400, 1005)),
        (form(&[("Attachments", Some("version.txt"), b"x"), ("Attachments", Some("b.txt"), b"x")]), (400, 1005)),
        (form(&[("Attachments", Some("version.txt"), b"")]), (400, 2004)),
    ] {
        assert_eq!(bench.send(post(&url).bearer(&token).multipart(&parts)).await.code(), expected);
    }
    let as_json = post(&url).bearer(&token).multipart(&good).header("Content-Type", "application/json");
    assert_eq!(bench.send(as_json).await.status, 415);
    assert_eq!(bench.send(post(&url).bearer(&token).json(&json!({}))).await.status, 415);
    let broken = post(&url).bearer(&token).header("Content-Type", "multipart/form-data; boundary=x").body("--y");
    assert_eq!(bench.send(broken).await.status, 400);
}

#[tokio::test]
async fn the_published_profile_takes_forms_and_missing_files_as_they_are_sent() {
    let bench = Bench::start(Profile::Published).await;
    let token = bench.owner().await;
    let url = format!("{CORRESPONDENCE}/correspondence/upload");
    let as_json = post(&url)
        .bearer(&token)
        .multipart(&form(&[]))
        .header("Content-Type", "application/json")
        .header("Accept", "text/plain");
    let answer = bench.send(as_json).await;
    let body = answer.json();
    assert_eq!(answer.status, 200, "{body}");
    assert_eq!(body["correspondenceIds"][0], body["correspondenceId"]);
    assert_eq!(body["correspondences"][0]["status"], "ReadyForPublish");
    assert!(body["attachmentIds"][0].is_string(), "a placeholder is stored");
    assert!(bench.warnings().len() >= 3, "{:?}", bench.warnings());
}
