//! Points 23 to 25: looking, searching, and the status machine.

use std::time::Duration;

use serde_json::{Value, json};

use super::client::{Answer, delete, get, post};
use super::{Bench, CORRESPONDENCE, message};
use crate::emulator::{Delays, EmulatorConfig, Profile};

fn url(id: &str, action: &str) -> String {
    format!("{CORRESPONDENCE}/correspondence/{id}{action}")
}

async fn strict() -> Bench {
    let delays = Some(Delays { publish: Duration::ZERO, scan: Duration::ZERO, confirm: Duration::from_secs(4) });
    Bench::with(EmulatorConfig { profile: Profile::Strict, delays, ..EmulatorConfig::default() }).await
}

fn statuses(details: &Answer) -> Vec<String> {
    let body = details.json();
    let history = body["statusHistory"].as_array().cloned().unwrap_or_default();
    history.iter().filter_map(|entry| entry["status"].as_str().map(str::to_owned)).collect()
}

#[tokio::test]
async fn a_correspondence_goes_its_way() {
    let bench = strict().await;
    let (owner, recipient) = (bench.owner().await, bench.recipient().await);
    let id = bench.correspondence(json!({"isConfirmationNeeded": true, "dueDateTime": "2999-01-01T00:00:00Z"})).await;
    let ask = async |action: &str| bench.send(post(&url(&id, action)).bearer(&recipient)).await;
    assert_eq!(ask("/markasread").await.code(), (400, 1024));
    assert_eq!(ask("/confirm").await.code(), (400, 1025));
    let overview = bench.send(get(&url(&id, "")).bearer(&recipient)).await.json();
    assert_eq!(overview["status"], "Published");
    assert_eq!(overview["content"]["messageTitle"], "Tittel");
    assert!(overview["published"].is_string() && overview["read"].is_null());
    bench.send(get(&url(&id, "")).bearer(&recipient)).await;
    let details = bench.send(get(&url(&id, "/details")).bearer(&owner)).await;
    assert_eq!(statuses(&details), ["Initialized", "ReadyForPublish", "Published", "Fetched"], "debounced");
    assert_eq!(details.json()["status"], "Published", "Fetched is never shown");
    assert_eq!(ask("/markasread").await.json(), json!(id));
    assert_eq!(ask("/markasread").await.code(), (400, 1040));
    assert_eq!(bench.send(delete(&url(&id, "/purge")).bearer(&recipient)).await.code(), (400, 1026));
    assert_eq!(ask("/confirm").await.json(), json!(id));
    let status = async || bench.send(get(&url(&id, "")).bearer(&owner)).await.json()["status"].clone();
    assert_eq!(status().await, "Read", "the confirmation is committed later");
    bench.emulator.advance(Duration::from_secs(5));
    assert_eq!(status().await, "Confirmed");
    assert_eq!(ask("/confirm").await.code(), (400, 1041));
    assert_eq!(bench.send(delete(&url(&id, "/purge")).bearer(&owner)).await.code(), (400, 1013));
    assert_eq!(bench.send(delete(&url(&id, "/purge")).bearer(&recipient)).await.json(), json!(id));
    assert_eq!(bench.send(get(&url(&id, "")).bearer(&owner)).await.code(), (404, 1001));
    assert_eq!(bench.send(get(&url(&id, "")).bearer(&recipient)).await.code(), (404, 1001));
    assert_eq!(bench.send(delete(&url(&id, "/purge")).bearer(&recipient)).await.code(), (400, 1014));
}

#[tokio::test]
async fn nothing_is_there_for_the_recipient_before_the_publish_time() {
    let bench = strict().await;
    let (owner, recipient) = (bench.owner().await, bench.recipient().await);
    let id = bench.correspondence(json!({"requestedPublishTime": "2998-01-01T00:00:00Z"})).await;
    assert_eq!(bench.send(get(&url(&id, "")).bearer(&owner)).await.json()["status"], "ReadyForPublish");
    for ask in
        [get(&url(&id, "")), get(&url(&id, "/details")), post(&url(&id, "/markasread")), delete(&url(&id, "/purge"))]
    {
        assert_eq!(bench.send(ask.bearer(&recipient)).await.code(), (404, 1001));
    }
    assert_eq!(
        bench.send(delete(&url(&id, "/purge")).bearer(&owner)).await.status,
        200,
        "a sender may, before it is published"
    );
    assert_eq!(bench.send(delete(&url(&id, "/purge")).bearer(&owner)).await.code(), (400, 1014));
}

#[tokio::test]
async fn publishing_takes_its_time_but_not_when_the_recipient_looks() {
    let bench = Bench::start(Profile::Strict).await;
    let (owner, recipient) = (bench.owner().await, bench.recipient().await);
    let (first, second) = (bench.correspondence(json!({})).await, bench.correspondence(json!({})).await);
    assert_eq!(bench.send(get(&url(&first, "")).bearer(&owner)).await.json()["status"], "ReadyForPublish");
    assert_eq!(bench.send(get(&url(&first, "")).bearer(&recipient)).await.json()["status"], "Published");
    bench.emulator.advance(Duration::from_secs(10));
    assert_eq!(bench.send(get(&url(&second, "")).bearer(&owner)).await.json()["status"], "Published");
}

#[tokio::test]
async fn senders_see_no_content_after_publishing_unless_they_are_the_owner() {
    let bench = strict().await;
    let id = bench.correspondence(json!({})).await;
    let title = async |token: &str| {
        bench.send(get(&url(&id, "")).bearer(token)).await.json()["content"]["messageTitle"]
            .as_str()
            .unwrap_or("-")
            .to_owned()
    };
    assert_eq!(title(&bench.owner().await).await, "Tittel");
    let policy = bench.emulator.policy("postbud-demo-letters").expect("a policy");
    let only_write = String::from_utf8(policy).expect("UTF-8").replacen(">read<", ">nothing<", 1);
    bench
        .emulator
        .shared
        .world()
        .resources
        .get_mut("postbud-demo-letters")
        .expect("it")
        .set_policy(only_write.into_bytes())
        .expect("a policy");
    let sender = bench.altinn("owner", "altinn:correspondence.write").await;
    assert_eq!(title(&sender).await, "");
}

#[tokio::test]
async fn ids_and_tokens_are_checked() {
    let bench = strict().await;
    let (owner, recipient) = (bench.owner().await, bench.recipient().await);
    let id = bench.correspondence(json!({})).await;
    let unknown = "5f0c8b3e-0d55-4d0e-9f3e-0a7d6e3c9999";
    assert_eq!(bench.send(get(&url(unknown, "")).bearer(&owner)).await.code(), (404, 1001));
    let answer = bench.send(get(&url("not-a-guid", "")).bearer(&owner)).await;
    assert_eq!((answer.status, answer.json()["code"].as_str()), (400, Some("STD-00000")));
    let answer = bench.send(post(&url("", "/markasread")).bearer(&owner)).await;
    assert_eq!((answer.status, answer.body.len()), (404, 0));
    assert_eq!(bench.send(post(&url(&id, "/markasread")).bearer(&owner)).await.status, 403);
    assert_eq!(bench.send(get(&url(&id, ""))).await.status, 401);
    assert_eq!(bench.send(put_other(&id)).await.status, 405);
    let raw = bench.token("recipient", "altinn:correspondence.read").await;
    assert_eq!(bench.send(get(&url(&id, "")).bearer(&raw)).await.status, 200);
    let answer = bench.send(post(&url(&id, "/markasread")).bearer(&raw)).await;
    assert_eq!((answer.status, answer.json()["status"].as_i64()), (403, Some(403)));
    assert_eq!(bench.send(get(&url(&id, "/content")).bearer(&recipient)).await.text(), "# Hei\n\nTekst.");
    for gone in ["/archive", "/markasunread"] {
        assert_eq!(bench.send(post(&url(&id, gone)).bearer(&recipient)).await.status, 404);
    }
}

fn put_other(id: &str) -> super::client::Ask {
    super::client::put(&url(id, "/details"))
}

#[tokio::test]
async fn a_token_for_both_counts_as_sender() {
    let bench = strict().await;
    let id = bench.correspondence(json!({})).await;
    let both = bench.altinn("owner", "altinn:correspondence.read altinn:correspondence.write").await;
    assert_eq!(bench.send(get(&url(&id, "")).bearer(&both)).await.status, 200);
    // It may read, but its look was not a recipient's.
    assert_eq!(bench.send(post(&url(&id, "/markasread")).bearer(&both)).await.code(), (400, 1024));
    let read = bench.altinn("owner", "altinn:correspondence.read").await;
    assert_eq!(bench.send(get(&url(&id, "")).bearer(&read)).await.status, 200);
    assert_eq!(bench.send(post(&url(&id, "/markasread")).bearer(&both)).await.status, 200);
}

#[tokio::test]
async fn the_search_finds_ids() {
    let bench = strict().await;
    let (owner, recipient) = (bench.owner().await, bench.recipient().await);
    let first = bench.correspondence(json!({"requestedPublishTime": "2024-01-01T00:00:00Z"})).await;
    let second = bench.correspondence(json!({"requestedPublishTime": "2024-02-01T00:00:00Z"})).await;
    bench.correspondence(json!({"requestedPublishTime": "2998-01-01T00:00:00Z"})).await;
    let search = async |query: &str, token: &str| {
        bench.send(get(&format!("{CORRESPONDENCE}/correspondence?{query}")).bearer(token)).await
    };
    let all = search("resourceId=postbud-demo-letters&role=RecipientAndSender&onBehalfOf=", &recipient).await;
    assert_eq!(all.json(), json!({"ids": [second, first]}), "the newest first, and only what is published");
    let sent = search("resourceId=postbud-demo-letters&role=Sender", &owner).await;
    assert_eq!(sent.json()["ids"].as_array().map(Vec::len), Some(3));
    let some = search("resourceId=postbud-demo-letters&from=2024-01-01T00:00:00&to=2024-02-02T00:00:00%2B00:00&status=2&role=recipient", &recipient).await;
    assert_eq!(some.json()["ids"], json!([second]), "the ends are not included");
    assert_eq!(search("resourceId=postbud-demo-letters&status=Confirmed", &recipient).await.json()["ids"], json!([]));
    assert_eq!(
        search("resourceId=postbud-demo-letters&from=2025-01-01&to=2024-01-01", &recipient).await.code(),
        (400, 1027)
    );
    assert_eq!(search("resourceId=unknown", &recipient).await.code(), (401, 4001));
    for query in [
        "",
        "resourceId=",
        "resourceId=x&status=77",
        "resourceId=x&role=x",
        "resourceId=x&from=x",
        "resourceId=x&onBehalfOf=x",
    ] {
        let answer = search(query, &recipient).await;
        assert_eq!((answer.status, answer.json()["code"].as_str()), (400, Some("STD-00000")), "{query}");
    }
    assert_eq!(search("resourceId=postbud-demo-letters&onBehalfOf=310000027", &recipient).await.code(), (401, 4001));
}

#[tokio::test]
async fn the_published_profile_answers_what_old_scripts_read() {
    let bench = Bench::start(Profile::Published).await;
    let recipient = bench.recipient().await;
    let id = bench.correspondence(json!({})).await;
    let answer = bench
        .send(get(&format!("{CORRESPONDENCE}/correspondence?resourceId=postbud-demo-letters")).bearer(&recipient))
        .await;
    assert_eq!(answer.json()["items"], json!([id]));
    assert!(answer.json()["pagination"].is_object());
    for action in ["/archive", "/markasunread"] {
        let answer = bench.send(post(&url(&id, action)).bearer(&recipient)).await;
        assert_eq!((answer.status, answer.json()), (200, Value::String(id.clone())));
    }
    let past = message(json!({"dueDateTime": "2025-05-29T13:31:28.290518+00:00"}));
    let answer =
        bench.send(post(&format!("{CORRESPONDENCE}/correspondence")).bearer(&bench.owner().await).json(&past)).await;
    assert_eq!(answer.status, 200);
    assert!(bench.warnings().iter().any(|warning| warning.starts_with("1008")));
}

#[tokio::test]
async fn the_business_clock_makes_old_dates_valid() {
    let business_time = "2024-05-01T00:00:00Z".parse().ok();
    let bench =
        Bench::with(EmulatorConfig { profile: Profile::Strict, business_time, ..EmulatorConfig::default() }).await;
    let id = bench.correspondence(json!({"dueDateTime": "2025-05-29T13:31:28.290518+00:00"})).await;
    let body = bench.send(get(&url(&id, "")).bearer(&bench.owner().await)).await.json();
    assert!(body["created"].as_str().is_some_and(|created| created.starts_with("2024-05-01")));
}

#[tokio::test]
async fn the_one_scope_of_2024_is_for_both() {
    let bench = Bench::start(Profile::Published).await;
    let login = "Basic cG9zdGJ1ZDpwb3N0YnVk";
    let token = async |number: &str| {
        let host = "altinn-testtools-token-generator.azurewebsites.net/api/GetPersonalToken";
        let query = format!("env=tt02&scopes=altinn:correspondence&consumerOrgNo={number}");
        bench.send(get(&format!("{host}?{query}")).header("Authorization", login)).await.text()
    };
    let (sender, recipient) = (token("310000000").await, token("310000019").await);
    let answer =
        bench.send(post(&format!("{CORRESPONDENCE}/correspondence")).bearer(&sender).json(&message(json!({})))).await;
    let id = answer.json()["correspondences"][0]["correspondenceId"].as_str().expect("an id").to_owned();
    assert_eq!(bench.send(get(&url(&id, "")).bearer(&recipient)).await.status, 200);
    assert_eq!(bench.send(post(&url(&id, "/markasread")).bearer(&recipient)).await.status, 200);
    let strict = strict().await;
    let scope = "altinn:correspondence";
    strict.emulator.shared.world().clients.values_mut().for_each(|client| client.scopes.push(scope.to_owned()));
    let token = strict.altinn("owner", scope).await;
    assert_eq!(strict.send(get(&url(&id, "")).bearer(&token)).await.status, 403);
}
