//! Point 28: subscriptions and events.

use std::time::Duration;

use serde_json::{Value, json};

use super::client::{delete, get, post};
use super::{Bench, PLATFORM};
use crate::emulator::Profile;

const SUBSCRIPTIONS: &str = "platform.tt02.altinn.no/events/api/v1/subscriptions";

fn wanted(endpoint: &str) -> Value {
    json!({"endPoint": endpoint, "resourceFilter": "urn:altinn:resource:postbud-demo-letters", "typeFilter": "no.altinn.correspondence.correspondencepublished"})
}

async fn subscriber(bench: &Bench) -> String {
    bench.altinn("owner", "altinn:serviceowner altinn:events.subscribe").await
}

#[tokio::test]
async fn subscriptions_are_checked() {
    let bench = Bench::start(Profile::Strict).await;
    let token = subscriber(&bench).await;
    let ask = post(SUBSCRIPTIONS).json(&wanted("https://example.no/hook"));
    assert_eq!(bench.send(ask.clone()).await.status, 401);
    assert_eq!(bench.send(ask.clone().bearer(&bench.recipient().await)).await.status, 403);
    for (name, value) in [
        ("endPoint", json!("http://127.0.0.1:1/")),
        ("resourceFilter", json!(null)),
        ("resourceFilter", json!("postbud")),
        ("sourceFilter", json!("https://x/")),
        ("alternativeSubjectFilter", json!("/org/demo")),
    ] {
        let mut body = wanted("https://example.no/hook");
        body[name] = value;
        assert_eq!(bench.send(post(SUBSCRIPTIONS).bearer(&token).json(&body)).await.status, 400, "{name}");
    }
    let mut other = wanted("https://example.no/hook");
    other["resourceFilter"] = json!("urn:altinn:resource:unknown");
    assert_eq!(bench.send(post(SUBSCRIPTIONS).bearer(&token).json(&other)).await.status, 403);
    let answer = bench.send(ask.clone().bearer(&token)).await;
    let created = answer.json();
    assert_eq!(
        (answer.status, created["validated"].as_bool(), created["consumer"].as_str()),
        (201, Some(false), Some("/org/demo"))
    );
    assert_eq!(bench.send(ask.bearer(&token)).await.json()["id"], created["id"]);
    let list = bench.send(get(SUBSCRIPTIONS).bearer(&token)).await.json();
    assert_eq!((list["count"].as_i64(), list["subscriptions"].as_array().map(Vec::len)), (Some(1), Some(1)));
    let one = format!("{SUBSCRIPTIONS}/{}", created["id"]);
    assert_eq!(bench.send(get(&one).bearer(&token)).await.json(), created);
    let plain = bench.altinn("owner", "altinn:events.subscribe").await;
    assert_eq!(bench.send(get(&one).bearer(&plain)).await.status, 403, "of the service owner, not of the organisation");
    assert_eq!(bench.send(delete(&one).bearer(&token)).await.status, 200);
    assert_eq!(bench.send(get(&one).bearer(&token)).await.status, 404);
    assert_eq!(bench.send(get(&format!("{SUBSCRIPTIONS}/x")).bearer(&token)).await.status, 400);
}

/// Asks an inbox until it holds `count` events.
async fn inbox(bench: &Bench, count: usize) -> Vec<Value> {
    for _ in 0..500 {
        let events = bench.send(get(&format!("{PLATFORM}/events/inbox/test"))).await.json();
        let events = events.as_array().cloned().unwrap_or_default();
        if events.len() >= count {
            return events;
        }
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    panic!("{count} events did not come: {:?}", bench.emulator.log());
}

#[tokio::test]
async fn events_flow_once_the_endpoint_has_answered() {
    let bench = Bench::start(Profile::Published).await;
    let token = subscriber(&bench).await;
    let secure = format!("https://localhost:{}/events/inbox/test", bench.emulator.https_addr().port());
    let plain = format!("http://{}/events/inbox/test", bench.emulator.http_addr());
    for endpoint in [&secure, &plain] {
        assert_eq!(bench.send(post(SUBSCRIPTIONS).bearer(&token).json(&wanted(endpoint))).await.status, 201);
    }
    let events = inbox(&bench, 2).await;
    assert!(events.iter().all(|event| event["type"] == "platform.events.validatesubscription"));
    for _ in 0..500 {
        let list = bench.send(get(SUBSCRIPTIONS).bearer(&token)).await.json();
        if list["subscriptions"].as_array().is_some_and(|list| list.iter().all(|own| own["validated"] == true)) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    let id = bench.correspondence(json!({})).await;
    bench.send(get(&format!("{}/correspondence/{id}", super::CORRESPONDENCE)).bearer(&bench.owner().await)).await;
    let events = inbox(&bench, 6).await;
    let published: Vec<&Value> =
        events.iter().filter(|event| event["type"] == "no.altinn.correspondence.correspondencepublished").collect();
    assert_eq!(published.len(), 4, "for sender and recipient, at two endpoints");
    assert!(published.iter().all(|event| event["resourceinstance"] == id.as_str() && event["specversion"] == "1.0"));
}
