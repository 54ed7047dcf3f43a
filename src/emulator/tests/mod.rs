//! Drives the emulator over loopback HTTP, as a runner does.

mod attachment;
mod client;
mod correspondence;
mod events;
mod exchange;
mod initialize;
mod library;
mod maskinporten;
mod nonsense;
mod published;
mod registry;
mod server;
mod token_generator;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::clock::epoch_seconds;
use super::{Emulator, EmulatorConfig, Profile};
use client::{Answer, Ask, post};

const PLATFORM: &str = "platform.tt02.altinn.no";
const CORRESPONDENCE: &str = "platform.tt02.altinn.no/correspondence/api/v1";
const RESOURCE: &str = "platform.tt02.altinn.no/resourceregistry/api/v1/resource";
const GRANT_TYPE: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";

const OWNER: &str = "310000000";
const RECIPIENT: &str = "310000019";
const OWNER_SCOPES: &str = "altinn:serviceowner altinn:correspondence.write";

/// An emulator and a way to talk to it.
struct Bench {
    emulator: Emulator,
}

impl Bench {
    async fn start(profile: Profile) -> Self {
        Self::with(EmulatorConfig { profile, ..EmulatorConfig::default() }).await
    }

    async fn with(config: EmulatorConfig) -> Self {
        Self { emulator: Emulator::start(config).await.expect("the emulator starts") }
    }

    /// Sends a request over plain HTTP and reads the answer.
    async fn send(&self, ask: Ask) -> Answer {
        ask.send(self.emulator.http_addr()).await.expect("an answer")
    }

    /// Signs a grant with the ready-made clients' key.
    fn sign(&self, header: &Value, claims: &Value) -> String {
        let key = self.emulator.client_key.get().expect("a key");
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let text = format!("{}.{}", part(header), part(claims));
        let signature = key.sign(text.as_bytes()).expect("a signature");
        format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature))
    }

    fn kid(&self) -> String {
        self.emulator.client_key.get().expect("a key").kid().to_owned()
    }

    fn header(&self) -> Value {
        json!({"alg": "RS256", "typ": "JWT", "kid": self.kid()})
    }

    /// The claims of a good grant of a ready-made client.
    fn claims(&self, client: &str, scope: &str) -> Map<String, Value> {
        let client = self.emulator.client(client).expect("a ready-made client");
        let now = epoch_seconds();
        let claims = json!({
            "aud": "https://test.maskinporten.no/", "iss": client.client_id, "scope": scope,
            "iat": now - 5, "nbf": now - 5, "exp": now + 120, "jti": Uuid::new_v4().to_string(),
        });
        claims.as_object().cloned().expect("an object")
    }

    /// Sends an assertion to the token endpoint.
    async fn grant(&self, assertion: &str) -> Answer {
        let ask = post("test.maskinporten.no/token").form(&[("grant_type", GRANT_TYPE), ("assertion", assertion)]);
        self.send(ask).await
    }

    /// A grant with changed claims: null takes one away.
    async fn grant_with(&self, client: &str, scope: &str, changes: Value) -> Answer {
        let mut claims = self.claims(client, scope);
        for (name, value) in changes.as_object().cloned().unwrap_or_default() {
            if value.is_null() {
                claims.remove(&name);
            } else {
                claims.insert(name, value);
            }
        }
        self.grant(&self.sign(&self.header(), &Value::Object(claims))).await
    }

    /// A Maskinporten token.
    async fn token(&self, client: &str, scope: &str) -> String {
        let answer = self.grant_with(client, scope, json!({})).await;
        answer.json()["access_token"].as_str().expect("a token").to_owned()
    }

    /// Exchanges a Maskinporten token.
    async fn exchange(&self, token: &str) -> Answer {
        self.send(client::get(&format!("{PLATFORM}/authentication/api/v1/exchange/maskinporten")).bearer(token)).await
    }

    /// An Altinn token.
    async fn altinn(&self, client: &str, scope: &str) -> String {
        let token = self.token(client, scope).await;
        self.exchange(&token).await.text()
    }

    /// An Altinn token of the owner, with its scopes for sending.
    async fn owner(&self) -> String {
        self.altinn("owner", OWNER_SCOPES).await
    }

    /// An Altinn token of the recipient.
    async fn recipient(&self) -> String {
        self.altinn("recipient", "altinn:correspondence.read").await
    }

    /// Why the last call was refused.
    fn refused(&self) -> String {
        self.emulator.log().pop().and_then(|decision| decision.refused).unwrap_or_default()
    }

    /// What the last call was let through with.
    fn warnings(&self) -> Vec<String> {
        self.emulator.log().pop().map(|decision| decision.warnings).unwrap_or_default()
    }

    /// Sends a message to the ready-made recipient and returns its id.
    async fn correspondence(&self, changes: Value) -> String {
        let token = self.owner().await;
        let answer =
            self.send(post(&format!("{CORRESPONDENCE}/correspondence")).bearer(&token).json(&message(changes))).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.json()["correspondences"][0]["correspondenceId"].as_str().expect("an id").to_owned()
    }
}

/// The body of a good Initialize request; changes go into `correspondence`.
fn message(changes: Value) -> Value {
    let mut body = json!({
        "correspondence": {
            "resourceId": "postbud-demo-letters",
            "sendersReference": "postbud-1",
            "content": {"language": "nb", "messageTitle": "Tittel", "messageSummary": "Kort", "messageBody": "# Hei\n\nTekst."},
            "ignoreReservation": true,
        },
        "recipients": [format!("urn:altinn:organization:identifier-no:{RECIPIENT}")],
    });
    merge(&mut body["correspondence"], changes);
    body
}

/// Lays `changes` over a value; null takes a member away.
fn merge(value: &mut Value, changes: Value) {
    let Value::Object(changes) = changes else {
        *value = changes;
        return;
    };
    for (name, change) in changes {
        if change.is_null() {
            value.as_object_mut().expect("an object").remove(&name);
        } else {
            merge(&mut value[name.as_str()], change);
        }
    }
}

/// The claims of a token.
fn claims_of(token: &str) -> Value {
    let decoded = super::jwt::Decoded::read(token).expect("a token");
    Value::Object(decoded.claims)
}
