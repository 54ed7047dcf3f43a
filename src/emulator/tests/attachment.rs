//! Point 26, and the recipient's downloads.

use std::time::Duration;

use serde_json::{Value, json};

use super::client::{delete, get, post};
use super::{Bench, CORRESPONDENCE, message};
use crate::emulator::{Delays, EmulatorConfig, Profile};

fn url(id: &str, action: &str) -> String {
    format!("{CORRESPONDENCE}/attachment/{id}{action}")
}

fn description(changes: Value) -> Value {
    let mut body = json!({
        "resourceId": "postbud-demo-letters", "sendersReference": "1", "fileName": "letter.pdf",
        "displayName": "Letter", "isEncrypted": false,
    });
    super::merge(&mut body, changes);
    body
}

async fn create(bench: &Bench, token: &str, changes: Value) -> String {
    let answer =
        bench.send(post(&format!("{CORRESPONDENCE}/attachment")).bearer(token).json(&description(changes))).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.text().replace('"', "")
}

async fn upload(bench: &Bench, token: &str, id: &str, bytes: &[u8]) -> super::client::Answer {
    let ask = post(&url(id, "/upload")).bearer(token).header("Content-Type", "application/octet-stream");
    bench.send(ask.body(bytes)).await
}

async fn strict() -> Bench {
    let delays = Some(Delays { scan: Duration::from_secs(2), ..Delays::NONE });
    Bench::with(EmulatorConfig { profile: Profile::Strict, delays, ..EmulatorConfig::default() }).await
}

#[tokio::test]
async fn an_attachment_goes_its_way() {
    let bench = strict().await;
    let token = bench.owner().await;
    let id = create(&bench, &token, json!({})).await;
    assert_eq!(bench.send(get(&url(&id, "")).bearer(&token)).await.json()["status"], "Initialized");
    assert_eq!(bench.send(get(&url(&id, "/download")).bearer(&token)).await.code(), (404, 2001));
    let uploaded = upload(&bench, &token, &id, b"hello").await.json();
    assert_eq!(
        (uploaded["status"].as_str(), uploaded["attachmentId"].as_str()),
        (Some("UploadProcessing"), Some(id.as_str()))
    );
    assert_eq!(uploaded["checksum"], "5d41402abc4b2a76b9719d911017c592");
    assert_eq!(upload(&bench, &token, &id, b"hello").await.code(), (400, 2005));
    bench.emulator.advance(Duration::from_secs(3));
    let details = bench.send(get(&url(&id, "/details")).bearer(&token)).await.json();
    let history: Vec<&str> =
        details["statusHistory"].as_array().into_iter().flatten().filter_map(|e| e["status"].as_str()).collect();
    // The next look after the scan is the one that sees it.
    assert_eq!(history, ["Initialized", "UploadProcessing", "Published"]);
    let answer =
        bench.send(get(&url(&id, "/download")).bearer(&token).header("Accept", "application/octet-stream")).await;
    assert_eq!((answer.header("content-type"), answer.body.as_slice()), ("application/octet-stream", &b"hello"[..]));
    let answer = bench.send(delete(&url(&id, "")).bearer(&token)).await;
    assert_eq!((answer.status, answer.body.len()), (204, 0));
    assert_eq!(bench.send(delete(&url(&id, "")).bearer(&token)).await.code(), (400, 2006));
    assert_eq!(upload(&bench, &token, &id, b"hello").await.code(), (400, 2006));
}

#[tokio::test]
async fn descriptions_are_checked() {
    let bench = strict().await;
    let token = bench.owner().await;
    for (changes, expected) in [
        (json!({"resourceId": "unknown"}), (400, 1036)),
        (json!({"fileName": ""}), (400, 2010)),
        (json!({"fileName": format!("{}.pdf", "x".repeat(255))}), (400, 2011)),
        (json!({"fileName": "a/b.pdf"}), (400, 2012)),
        (json!({"fileName": "a.exe"}), (400, 2013)),
        (json!({"fileName": "test-file"}), (400, 2013)),
        (json!({"fileName": "a.pdf."}), (400, 2021)),
        (json!({"expirationInDays": 3}), (400, 2017)),
    ] {
        let answer =
            bench.send(post(&format!("{CORRESPONDENCE}/attachment")).bearer(&token).json(&description(changes))).await;
        assert_eq!(answer.code(), expected);
    }
    let answer = bench.send(post(&format!("{CORRESPONDENCE}/attachment")).bearer(&token).json(&json!({}))).await;
    assert_eq!((answer.status, answer.json()["code"].as_str()), (400, Some("STD-00000")));
    let other = bench.altinn("recipient", "altinn:correspondence.read").await;
    let answer =
        bench.send(post(&format!("{CORRESPONDENCE}/attachment")).bearer(&other).json(&description(json!({})))).await;
    assert_eq!(answer.status, 403);
}

#[tokio::test]
async fn uploads_are_checked() {
    let bench = strict().await;
    let token = bench.owner().await;
    let id = create(&bench, &token, json!({"checksum": "5d41402abc4b2a76b9719d911017c592"})).await;
    let unknown = "5f0c8b3e-0d55-4d0e-9f3e-0a7d6e3c9999";
    assert_eq!(upload(&bench, &token, unknown, b"x").await.code(), (404, 2001));
    assert_eq!(upload(&bench, &token, "x", b"x").await.status, 400);
    assert_eq!(upload(&bench, &token, &id, b"").await.code(), (400, 2004));
    assert_eq!(upload(&bench, &token, &id, b"other").await.code(), (400, 2008));
    let typed = post(&url(&id, "/upload")).bearer(&token).header("Content-Type", "text/plain").body("hello");
    assert_eq!(bench.send(typed).await.status, 415);
    let accepting =
        post(&url(&id, "/upload")).bearer(&token).header("Accept", "application/octet-stream").body("hello");
    assert_eq!(bench.send(accepting).await.status, 406);
    assert_eq!(
        bench.send(post(&url(&id, "/upload")).bearer(&token).body("hello")).await.status,
        200,
        "no type is fine"
    );
}

#[tokio::test]
async fn linked_attachments_follow_their_correspondence() {
    let bench = strict().await;
    let (owner, recipient) = (bench.owner().await, bench.recipient().await);
    let id = create(&bench, &owner, json!({})).await;
    let mut body = message(json!({}));
    body["existingAttachments"] = json!([id]);
    let send = async |body: &Value| {
        bench.send(post(&format!("{CORRESPONDENCE}/correspondence")).bearer(&owner).json(body)).await
    };
    assert_eq!(send(&body).await.code(), (400, 1018), "not published");
    upload(&bench, &owner, &id, b"%PDF").await;
    bench.emulator.advance(Duration::from_secs(3));
    let answer = send(&body).await;
    assert_eq!(answer.json()["attachmentIds"], json!([id]));
    let correspondence = answer.json()["correspondences"][0]["correspondenceId"].as_str().expect("an id").to_owned();
    assert_eq!(bench.send(delete(&url(&id, "")).bearer(&owner)).await.code(), (400, 2007));
    let overview = bench.send(get(&url(&id, "")).bearer(&owner)).await.json();
    assert_eq!(overview["correspondenceIds"], json!([correspondence]));
    assert_eq!(bench.send(get(&url(&id, "/download")).bearer(&owner)).await.code(), (400, 2016), "it is published");
    let base = format!("{CORRESPONDENCE}/correspondence/{correspondence}");
    let download = get(&format!("{base}/attachment/{id}/download"));
    let answer = bench.send(download.clone()).await;
    assert_eq!((answer.status, answer.header("location").is_empty()), (302, false));
    assert_eq!(bench.send(download.clone().bearer(&owner)).await.status, 403);
    let answer = bench.send(download.bearer(&recipient)).await;
    assert_eq!((answer.status, answer.body.as_slice()), (200, &b"%PDF"[..]));
    assert_eq!(answer.header("content-type"), "application/pdf");
    assert_eq!(answer.header("content-disposition"), "inline; filename=\"letter.pdf\"");
    let unknown = format!("{base}/attachment/5f0c8b3e-0d55-4d0e-9f3e-0a7d6e3c9999/download");
    assert_eq!(bench.send(get(&unknown).bearer(&recipient)).await.code(), (404, 2001));
    let zip = bench.send(get(&format!("{base}/attachments/downloadall")).bearer(&recipient)).await;
    assert!(zip.status == 200 && zip.body.starts_with(b"PK"));
    let details = bench.send(get(&format!("{base}/details")).bearer(&owner)).await.json();
    assert_eq!(details["status"], "AttachmentsDownloaded");
}

#[tokio::test]
async fn what_the_scanner_finds_fails_the_correspondence() {
    let bench = strict().await;
    let token = bench.owner().await;
    let parts: [(&str, Option<&str>, &[u8]); 8] = [
        ("Recipients[0]", None, b"0192:310000019"),
        ("Correspondence.ResourceId", None, b"postbud-demo-letters"),
        ("Correspondence.sendersReference", None, b"1"),
        ("Correspondence.content.messageTitle", None, b"Title"),
        ("Correspondence.content.messageBody", None, b"Body"),
        ("Correspondence.content.attachments[0].FileName", None, b"a.txt"),
        ("Correspondence.content.attachments[0].SendersReference", None, b"1"),
        ("Attachments", Some("a.txt"), b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE"),
    ];
    let answer = bench
        .send(post(&format!("{CORRESPONDENCE}/correspondence/upload")).bearer(&token).multipart(&parts))
        .await
        .json();
    bench.emulator.advance(Duration::from_secs(3));
    let id = answer["correspondences"][0]["correspondenceId"].as_str().expect("an id");
    let details = bench.send(get(&format!("{CORRESPONDENCE}/correspondence/{id}/details")).bearer(&token)).await.json();
    assert_eq!(details["status"], "Failed");
    assert!(details["statusText"].as_str().is_some_and(|text| text.contains("attachment")));
}

#[tokio::test]
async fn attachments_expire() {
    let bench = strict().await;
    let token = bench.owner().await;
    let id = create(&bench, &token, json!({"expirationInDays": 14})).await;
    upload(&bench, &token, &id, b"x").await;
    bench.emulator.advance(Duration::from_hours(360));
    assert_eq!(bench.send(get(&url(&id, "")).bearer(&token)).await.json()["status"], "Expired");
    assert_eq!(bench.send(get(&url(&id, "/download")).bearer(&token)).await.code(), (400, 2019));
    assert_eq!(bench.send(delete(&url(&id, "")).bearer(&token)).await.code(), (400, 2018));
}

#[tokio::test]
async fn the_published_profile_answers_the_bare_id_where_text_is_asked_for() {
    let bench = Bench::start(Profile::Published).await;
    let token = bench.owner().await;
    let ask = post(&format!("{CORRESPONDENCE}/attachment")).bearer(&token).header("Accept", "text/plain");
    let answer = bench.send(ask.json(&description(json!({"fileName": "test-file"})))).await;
    assert_eq!((answer.status, answer.text().len()), (200, 36));
    let uploaded =
        post(&url(&answer.text(), "/upload")).bearer(&token).header("Accept", "application/octet-stream").body("x");
    assert_eq!(bench.send(uploaded).await.json()["status"], "UploadProcessing");
    assert_eq!(bench.send(get(&url(&answer.text(), "")).bearer(&token)).await.json()["status"], "Published");
}
