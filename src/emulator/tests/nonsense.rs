//! Input nobody meant to send: whatever comes, there is an answer. A service that panicked would give none.

use serde_json::{Value, json};

use super::client::{Ask, delete, get, post, put};
use super::{Bench, CORRESPONDENCE, PLATFORM, RESOURCE, message};
use crate::emulator::Profile;

/// A small generator of numbers that repeat from run to run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % sides.max(1) as u64) as usize
    }
}

/// Values that are seldom meant.
fn odd(dice: &mut Dice) -> Value {
    match dice.roll(14) {
        0 => json!(null),
        1 => json!(""),
        2 => json!("\u{0}\u{202e}\u{1f4a9}"),
        3 => json!(-1),
        4 => json!(1e300),
        5 => json!(i64::MIN),
        6 => json!(u64::MAX),
        7 => json!([]),
        8 => json!({}),
        9 => json!([[[[null]]]]),
        10 => json!("9999-99-99T99:99:99+99:99"),
        11 => json!("-009999-01-01T00:00:00Z"),
        12 => json!("x".repeat(5000)),
        _ => json!(true),
    }
}

/// Changes one place of a value.
fn spoil(value: &mut Value, dice: &mut Dice) {
    let deeper = dice.roll(4) > 0;
    match value {
        Value::Object(members) if deeper && !members.is_empty() => {
            let at = dice.roll(members.len());
            if let Some(member) = members.values_mut().nth(at) {
                spoil(member, dice);
            }
        }
        Value::Array(items) if deeper && !items.is_empty() => {
            let at = dice.roll(items.len());
            spoil(&mut items[at], dice);
        }
        other => *other = odd(dice),
    }
}

/// A message with everything in it.
fn full_message() -> Value {
    let mut body = message(json!({
        "dueDateTime": "2999-01-01T00:00:00Z", "requestedPublishTime": "2024-01-01T00:00:00Z", "messageSender": "x",
        "externalReferences": [{"referenceType": "DialogportenDialogId", "referenceValue": "x"}],
        "propertyList": {"a": "b"},
        "replyOptions": [{"linkURL": "https://a.no", "linkText": "x"}],
        "notification": {"notificationTemplate": 0, "notificationChannel": 3, "sendReminder": true, "emailBody": "x"},
        "isConfirmationNeeded": true,
        "content": {"attachments": [{"fileName": "a.txt", "sendersReference": "1", "expirationInDays": 14}]},
    }));
    body["existingAttachments"] = json!(["5f0c8b3e-0d55-4d0e-9f3e-0a7d6e3c9999"]);
    body["idempotentKey"] = json!("5f0c8b3e-0d55-4d0e-9f3e-0a7d6e3c9998");
    body
}

#[tokio::test]
async fn spoiled_bodies_are_answered() {
    for profile in [Profile::Strict, Profile::Published] {
        let bench = Bench::start(profile).await;
        let owner = bench.owner().await;
        let registrar = bench.altinn("registry", "altinn:resourceregistry/resource.write").await;
        let subscriber = bench.altinn("owner", "altinn:events.subscribe").await;
        let shown = bench.send(get(&format!("{RESOURCE}/postbud-demo-letters"))).await.json();
        let subscription =
            json!({"endPoint": "https://a.no/", "resourceFilter": "urn:altinn:resource:postbud-demo-letters"});
        let attachment = json!({"resourceId": "postbud-demo-letters", "sendersReference": "1", "fileName": "a.pdf", "checksum": "x"});
        let endpoints: Vec<(Ask, Value)> = vec![
            (post(&format!("{CORRESPONDENCE}/correspondence")).bearer(&owner), full_message()),
            (post(&format!("{CORRESPONDENCE}/attachment")).bearer(&owner), attachment),
            (post(RESOURCE).bearer(&registrar), shown.clone()),
            (put(&format!("{RESOURCE}/postbud-demo-letters")).bearer(&registrar), shown),
            (post(&format!("{PLATFORM}/events/api/v1/subscriptions")).bearer(&subscriber), subscription),
        ];
        let mut dice = Dice(0x5eed);
        for (ask, body) in endpoints {
            for _ in 0..60 {
                let mut spoiled = body.clone();
                spoil(&mut spoiled, &mut dice);
                if dice.roll(3) == 0 {
                    spoil(&mut spoiled, &mut dice);
                }
                let answer = bench.send(ask.clone().json(&spoiled)).await;
                assert!(answer.status < 500, "{} for {spoiled}", answer.status);
            }
            let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
            let answer = bench.send(ask.header("Content-Type", "application/json").body(deep)).await;
            assert!(answer.status < 500);
        }
    }
}

#[tokio::test]
async fn spoiled_grants_are_answered() {
    let bench = Bench::start(Profile::Published).await;
    let mut dice = Dice(0xbad);
    for _ in 0..150 {
        let mut header = bench.header();
        let mut claims = Value::Object(bench.claims("owner", "altinn:serviceowner"));
        claims["authorization_details"] =
            json!([{"type": "urn:altinn:systemuser", "systemuser_org": {"ID": "0192:310000027"}}]);
        claims["consumer_org"] = json!("310000027");
        spoil(&mut claims, &mut dice);
        if dice.roll(4) == 0 {
            spoil(&mut header, &mut dice);
        }
        let answer = bench.grant(&bench.sign(&header, &claims)).await;
        assert!([200, 400, 403].contains(&answer.status), "{} for {claims}", answer.status);
    }
}

#[tokio::test]
async fn odd_paths_queries_and_forms_are_answered() {
    let bench = Bench::start(Profile::Published).await;
    let owner = bench.owner().await;
    for path in [
        "correspondence/%00",
        "correspondence/%ff%fe/details",
        "correspondence/a/b/c/d/e",
        "attachment//upload",
        "attachment/%2e%2e/",
        "correspondence?from=%ff&resourceId=%00",
        "correspondence?&&=&==&resourceId",
        "correspondence/\u{e6}",
        "correspondence/x?x#y",
    ] {
        for ask in [get, post, delete] {
            let answer = bench.send(ask(&format!("{CORRESPONDENCE}/{path}")).bearer(&owner)).await;
            assert!(answer.status < 500, "{path}");
        }
    }
    let upload = format!("{CORRESPONDENCE}/correspondence/upload");
    for (name, value) in [
        ("Correspondence[", "x"),
        ("Correspondence.content.attachments[18446744073709551615].x", "x"),
        ("Correspondence.content.attachments[999].fileName", "x"),
        ("Correspondence..content", "x"),
        ("Correspondence.propertyList.", "x"),
        ("a.b.c.d.e.f.g.h.i.j.k.l", "x"),
        ("Recipients", "x"),
        ("Correspondence.content", "{}"),
    ] {
        let parts = [("Recipients[0]", None, &b"0192:310000019"[..]), (name, None, value.as_bytes())];
        let answer = bench.send(post(&upload).bearer(&owner).multipart(&parts)).await;
        assert!(answer.status == 400, "{name}");
    }
    for body in [
        "--",
        "--\r\n",
        "--x",
        "--x\r\n\r\n",
        "--x--",
        "--\"\r\n",
        "--x\r\nContent-Disposition: nonsense\r\n\r\nx\r\n--x--",
    ] {
        let answer =
            bench.send(post(&upload).bearer(&owner).header("Content-Type", "application/json").body(body)).await;
        assert!(answer.status < 500, "{body}");
    }
}
