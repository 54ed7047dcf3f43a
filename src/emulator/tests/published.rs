//! The requests of the published collections, as they are sent, against the lenient profile.

use serde_json::{Value, json};

use super::client::{Answer, Ask, delete, get, post};
use super::{Bench, CORRESPONDENCE, GRANT_TYPE, PLATFORM, RESOURCE};
use crate::emulator::Profile;

const GENERATOR: &str = "altinn-testtools-token-generator.azurewebsites.net/api/GetPersonalToken";

/// A request of the first two generations: they accept plain text.
fn old(ask: Ask, token: &str) -> Ask {
    ask.bearer(token).header("Accept", "text/plain")
}

fn as_json(ask: Ask, body: &Value) -> Ask {
    ask.json(body).header("Accept", "text/plain")
}

fn ok(answer: &Answer) -> Value {
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()
}

async fn generated(bench: &Bench, login: &str, query: &str) -> String {
    let answer = bench.send(get(&format!("{GENERATOR}?env=tt02&org=ttd&{query}")).header("Authorization", login)).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.text()
}

#[tokio::test]
async fn the_generation_of_2024_runs() {
    let bench = Bench::start(Profile::Published).await;
    assert_eq!(bench.send(get("joolfe.github.io/postman-util-lib/dist/bundle.js")).await.status, 200);
    let login = format!("Bearer {}", bench.token("owner", "altinn:testtools/tokengenerator/personal").await);
    let sender = generated(
        &bench,
        &login,
        "scopes=altinn:correspondence.write&consumerOrgNo=991825827&orgNo=991825827&pid=29858397535",
    )
    .await;
    let recipient =
        generated(&bench, &login, "scopes=altinn:correspondence.read&consumerOrgNo=311141015&pid=01882949180").await;
    let registrar =
        generated(&bench, &login, "scopes=altinn:resourceregistry/resource.write&orgNo=986252932&pid=22869343112")
            .await;

    let names = json!({"en": "Letters", "nb": "Brev", "nn": "Brev"});
    let resource = format!(
        r#"{{"identifier": "dagl-correspondence", "title": {names}, "description": {{"en": "first"}}, "description": {names},
        "delegable": false, "visible": false, "contactPoints": [], "limitedByRRR": false, "resourceType": "GenericAccessResource",
        "hasCompetentAuthority": {{"organization": "991825827", "orgcode": "TTD", "name": {names}}}}}"#
    );
    let created = post(RESOURCE).bearer(&registrar).header("Content-Type", "application/json").body(resource);
    assert_eq!(bench.send(created).await.status, 201);
    let one = format!("{RESOURCE}/dagl-correspondence");
    assert_eq!(ok(&bench.send(get(&one).bearer(&registrar)).await)["description"]["nb"], "Brev");
    let policy =
        include_str!("../preset_policy.xml").replace("postbud-demo-letters", "altinn-correspondence-test-resource-1");
    let policy = policy.replace(">read<", ">open<").replace(">write<", ">send<").replace("310000000", "991825827");
    let upload = post(&format!("{one}/policy")).bearer(&registrar);
    assert_eq!(
        bench.send(upload.multipart(&[("policyFile", Some("policy.xml"), policy.as_bytes())])).await.status,
        201
    );
    assert_eq!(bench.send(get(&format!("{one}/policy")).bearer(&registrar)).await.text(), policy);

    let body = json!({"Correspondence": {
        "resourceId": "dagl-correspondence", "sender": "0192:991825827", "sendersReference": "1",
        "content": {"language": "no", "messageTitle": "Meldingstittel", "messageSummary": "Ett sammendrag", "messageBody": "# teksten",
            "attachments": [{"dataType": "html", "expirationTime": "2024-12-12", "name": "1", "restrictionName": "f",
                "sendersReference": "1234", "fileName": "test-fil32e", "isEncrypted": false, "dataLocationUrl": ""}]},
        "visibleFrom": "2024-09-28T12:44:28.290518+00:00", "dueDateTime": "2025-05-29T13:31:28.290518+00:00",
        "externalReferences": [{"referenceValue": "2", "referenceType": "DialogPortenDialogID"}],
        "replyOptions": [{"linkURL": "test.no", "linkText": "test"}], "isReservable": true,
        "propertyList": {"\u{c6}*'1??`  ": "asdf"},
    }, "Recipients": ["0192:311116789"], "existingAttachments": []});
    let answer = bench.send(as_json(old(post(&format!("{CORRESPONDENCE}/correspondence")), &sender), &body)).await;
    let initialized = ok(&answer);
    let id = initialized["correspondenceIds"][0].as_str().expect("an id").to_owned();
    let attachment = initialized["attachmentIds"][0].as_str().expect("an id").to_owned();
    let base = format!("{CORRESPONDENCE}/correspondence/{id}");
    assert_eq!(ok(&bench.send(old(get(&base), &recipient)).await)["status"], "Published");
    ok(&bench.send(old(get(&format!("{base}/details")), &sender)).await);
    for action in ["markasread", "confirm", "archive", "markasunread"] {
        let ask = as_json(old(post(&format!("{base}/{action}")), &recipient), &json!({"recipient": "1234"}));
        assert_eq!(ok(&bench.send(ask).await), json!(id), "{action}");
    }
    let download = format!("{base}/attachment/{attachment}/download");
    assert_eq!(bench.send(get(&download).bearer(&recipient)).await.status, 200);
    let search = format!(
        "{CORRESPONDENCE}/correspondence?from=2024-02-02T13:31:28.290518&offset=0&limit=30&resourceId=dagl-correspondence"
    );
    assert!(ok(&bench.send(old(get(&search), &recipient)).await)["items"].is_array());
    ok(&bench.send(old(delete(&format!("{base}/purge")), &recipient)).await);
}

#[tokio::test]
async fn the_generation_of_january_2025_runs() {
    let bench = Bench::start(Profile::Published).await;
    let values: std::collections::HashMap<_, _> = bench.emulator.variables().into_iter().collect();
    let login = "Basic cG9zdGJ1ZDpwb3N0YnVk";
    let query = |scope: &str, role: &str| {
        format!(
            "scopes=altinn:correspondence.{scope}&consumerOrgNo={}&pid={}&ttl=43200",
            values[format!("{role}OrgNo").as_str()],
            values[format!("{role}Ssn").as_str()]
        )
    };
    let sender = generated(&bench, login, &query("write", "sender")).await;
    let recipient = generated(&bench, login, &query("read", "recipient")).await;
    let base = format!("{CORRESPONDENCE}/attachment");
    let body = json!({"dataType": "html", "expirationTime": "2024-12-12", "resourceId": values["resource_id"], "name": "testFile",
        "sendersReference": "1234", "fileName": "test-file", "isEncrypted": false});
    let id = bench.send(as_json(old(post(&base), &sender), &body)).await.text();
    let upload =
        post(&format!("{base}/{id}/upload")).bearer(&sender).header("Accept", "application/octet-stream").body("data");
    ok(&bench.send(upload).await);
    let download = get(&format!("{base}/{id}/download")).bearer(&sender).header("Accept", "application/octet-stream");
    assert_eq!(bench.send(download).await.text(), "data");
    ok(&bench.send(old(get(&format!("{base}/{id}/details")), &sender)).await);
    assert_eq!(bench.send(old(delete(&format!("{base}/{id}")), &sender)).await.status, 204);
    let parts: [(&str, Option<&str>, &[u8]); 9] = [
        ("Recipients[0]", None, b"0192:310000019"),
        ("Correspondence.ResourceId", None, b"postbud-demo-letters"),
        ("Correspondence.sendersReference", None, b"1234"),
        ("Correspondence.content.messageTitle", None, b"New version"),
        ("Correspondence.content.messageBody", None, b"But current"),
        ("Correspondence.content.attachments[0].DataLocationType", None, b"ExistingExternalStorage"),
        ("Correspondence.content.attachments[0].SendersReference", None, b"1234"),
        ("Correspondence.content.attachments[0].FileName", None, b"version.txt"),
        ("Attachments", Some(""), b""),
    ];
    let upload = post(&format!("{CORRESPONDENCE}/correspondence/upload")).bearer(&sender).multipart(&parts);
    let answer =
        ok(&bench.send(upload.header("Content-Type", "application/json").header("Accept", "text/plain")).await);
    let id = answer["correspondences"][0]["correspondenceId"].as_str().expect("an id");
    ok(&bench.send(old(get(&format!("{CORRESPONDENCE}/correspondence/{id}")), &recipient)).await);
}

#[tokio::test]
async fn the_generation_of_july_2025_runs() {
    let bench = Bench::start(Profile::Published).await;
    let login = async |scope: &str| {
        let claims = bench.claims("owner", scope);
        let assertion = bench.sign(&bench.header(), &Value::Object(claims));
        let form = [("grant_type", GRANT_TYPE), ("assertion", assertion.as_str())];
        let token = ok(&bench.send(post("test.maskinporten.no/token").form(&form)).await)["access_token"].clone();
        let exchange = get(&format!("{PLATFORM}/authentication/api/v1/exchange/maskinporten"));
        bench.send(exchange.bearer(token.as_str().expect("a token"))).await.text()
    };
    let sender = login("altinn:serviceowner altinn:correspondence.write").await;
    let body = json!({"Correspondence": {
        "resourceId": "postbud-demo-letters", "sendersReference": "1",
        "content": {"language": "nb", "messageTitle": "Meldingstittel", "messageSummary": "s", "messageBody": "# t", "attachments": []},
        "RequestedPublishTime": "2024-09-28T12:44:28.290518+00:00", "allowSystemDeleteAfter": "2025-08-29T13:31:28.290518+00:00",
        "dueDateTime": "2025-05-29T13:31:28.290518+00:00",
        "externalReferences": [{"referenceValue": "1", "referenceType": "AltinnBrokerFileTransfer"}],
        "replyOptions": [{"linkURL": "https://www.test.no", "linkText": "test"}],
        "notification": {"notificationTemplate": 0, "notificationChannel": 3, "SendReminder": true, "EmailBody": "b", "EmailSubject": "s",
            "SmsBody": "b", "ReminderEmailBody": "b", "ReminderEmailSubject": "s", "ReminderSmsBody": "b"},
        "IgnoreReservation": true, "IsConfirmationNeeded": false,
    }, "Recipients": ["urn:altinn:organization:identifier-no:310000019", "urn:altinn:person:identifier-no:01819010001"], "existingAttachments": []});
    let answer = bench.send(post(&format!("{CORRESPONDENCE}/correspondence")).bearer(&sender).json(&body)).await;
    let id = ok(&answer)["correspondences"][0]["correspondenceId"].as_str().expect("an id").to_owned();
    let search = "from=2024-02-02T13:31:28.290518&to=2025-08-29T13:31:28.290518&status=2&resourceId=postbud-demo-letters&role=RecipientAndSender&onBehalfOf=";
    let found = ok(&bench.send(get(&format!("{CORRESPONDENCE}/correspondence?{search}")).bearer(&sender)).await);
    assert_eq!(found["items"].as_array().map(Vec::len), Some(2));
    let one = login("altinn:correspondence.write").await;
    let answer = bench.send(post(&format!("{CORRESPONDENCE}/correspondence/{id}/markasread")).bearer(&one)).await;
    assert_eq!(answer.status, 403, "the last login's token cannot receive, as on the real service");
}
