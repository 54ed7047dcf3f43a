//! The access token and the answer that carries it.

use axum::http::StatusCode;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::super::clock::epoch_seconds;
use super::super::jwt;
use super::super::message::Call;
use super::super::world::World;
use super::grant::Grant;
use super::scopes::Entitlement;
use super::{Refusal, SYSTEM_USER};

/// How long tokens live, in seconds.
const LIFETIME: i64 = 120;

/// An organisation as Maskinporten writes it.
fn party(number: &str) -> Value {
    json!({"authority": "iso6523-actorid-upis", "ID": format!("0192:{number}")})
}

/// Issues a token and returns the body of the answer.
pub(super) fn issue(world: &World, call: &Call, grant: &Grant, entitlement: &Entitlement) -> Result<Value, Refusal> {
    let expired = world.faults.expire_tokens("/token");
    let claims = claims(world, call, grant, entitlement, expired);
    let token = world.token_key.get().and_then(|key| jwt::sign(key, &claims)).ok_or_else(|| Refusal {
        status: StatusCode::INTERNAL_SERVER_ERROR,
        ..Refusal::new("server_error", None, "The token could not be signed")
    })?;
    Ok(json!({
        "access_token": token,
        "token_type": "Bearer",
        "expires_in": LIFETIME - 1,
        "scope": entitlement.scope,
    }))
}

fn claims(world: &World, call: &Call, grant: &Grant, entitlement: &Entitlement, expired: bool) -> Map<String, Value> {
    let now = epoch_seconds() - if expired { 2 * LIFETIME } else { 0 };
    let consumer = entitlement.delegated_by.as_deref().unwrap_or(&grant.organization);
    let mut claims = Map::new();
    let mut put = |name: &str, value: Value| claims.insert(name.to_owned(), value);
    put("aud", audience(grant.claims.get("resource")));
    put("iss", json!(call.route.environment.maskinporten_issuer()));
    put("client_amr", json!(grant.method));
    put("token_type", json!("Bearer"));
    put("client_id", json!(grant.client_id));
    put("scope", json!(entitlement.scope));
    put("consumer", party(consumer));
    if entitlement.delegated_by.is_some() {
        put("supplier", party(&grant.organization));
        let source = call.route.environment.platform.trim_start_matches("platform.");
        put("delegation_source", json!(format!("https://{source}/")));
    }
    let prefixes = world.directory.prefixes_of(consumer);
    if !prefixes.is_empty() {
        put("consumer_prefix", json!(prefixes));
    }
    if let Some((id, user)) = &entitlement.system_user {
        let detail = json!([{
            "type": SYSTEM_USER,
            "systemuser_id": [id.to_string()],
            "systemuser_org": party(&user.organization),
            "system_id": user.system_id,
        }]);
        put("authorization_details", detail);
    }
    if let Some(pid) = grant.claims.get("pid") {
        put("pid", pid.clone());
    }
    put("iat", json!(now));
    put("exp", json!(now + LIFETIME));
    put("jti", json!(Uuid::new_v4().to_string()));
    claims
}

/// The value of `resource` comes back as audience.
fn audience(resource: Option<&Value>) -> Value {
    match resource {
        Some(Value::Array(list)) if list.len() == 1 => list.first().cloned().unwrap_or_default(),
        Some(Value::Array(list)) if list.is_empty() => json!("unspecified"),
        Some(value) => value.clone(),
        None => json!("unspecified"),
    }
}
