//! Altinn Authentication: the exchange of Maskinporten tokens, and the discovery of the keys behind Altinn tokens.

use axum::http::{Method, StatusCode};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::caller::{self, EXCHANGE_SKEW, party_number};
use super::clock::epoch_seconds;
use super::hosts::Environment;
use super::jwt;
use super::maskinporten;
use super::message::{Call, Reply, no_such_path, wrong_method};
use super::preset;
use super::world::World;

/// How long Altinn tokens live, in seconds.
const LIFETIME: i64 = 30 * 60;
/// Claims of a Maskinporten token that an Altinn token does not take over.
const NOT_COPIED: [&str; 4] = ["aud", "iss", "client_amr", "sid"];

/// Answers a call to `/authentication/api/v1`.
pub(super) fn serve(world: &World, call: &Call, rest: &[&str]) -> Reply {
    match (rest, &call.method) {
        (["exchange", provider], &Method::GET) => exchange(world, call, provider),
        (["openid", ".well-known", "openid-configuration"], &Method::GET) => Reply::ok(&discovery(call)),
        (["openid", ".well-known", "openid-configuration", "jwks"], &Method::GET) => maskinporten::key_set(world),
        (["exchange", _] | ["openid", ..], _) => wrong_method("GET"),
        _ => no_such_path(),
    }
}

fn discovery(call: &Call) -> Value {
    let base = format!("{}/authentication/api/v1/openid", call.route.origin);
    json!({
        "issuer": call.route.environment.altinn_issuer(),
        "jwks_uri": format!("{base}/.well-known/openid-configuration/jwks"),
        "id_token_signing_alg_values_supported": ["RS256"],
        "response_types_supported": ["token"],
        "subject_types_supported": ["public"],
    })
}

fn exchange(world: &World, call: &Call, provider: &str) -> Reply {
    if provider != "maskinporten" {
        return Reply::text(
            StatusCode::BAD_REQUEST,
            format!("Invalid token provider: {provider}. The emulator knows maskinporten."),
        )
        .because("exchange: unknown token provider");
    }
    if call.header("x-altinn-enterpriseuser-authentication").is_some() {
        let problem = json!({
            "type": "https://tools.ietf.org/html/rfc9110#section-15.5.11",
            "title": "Gone",
            "status": 410,
            "detail": "Enterprise users are discontinued; use a system user",
        });
        return Reply::bytes(StatusCode::GONE, "application/problem+json", problem.to_string())
            .because("exchange: enterprise users are discontinued");
    }
    match exchanged(world, call) {
        Ok(token) => token_reply(call, token),
        Err(reason) => Reply::empty(StatusCode::UNAUTHORIZED).because(format!("exchange: {reason}")),
    }
}

/// A token as Altinn answers it: bare text, or a JSON string if JSON is what the caller asked for.
pub(super) fn token_reply(call: &Call, token: String) -> Reply {
    if call.accepts_exactly("application/json") {
        Reply::ok(&Value::String(token))
    } else {
        Reply::text(StatusCode::OK, token)
    }
}

fn exchanged(world: &World, call: &Call) -> Result<String, String> {
    let environment = call.route.environment;
    let token = call.credentials("Bearer").ok_or("no bearer token was sent")?;
    let decoded = caller::verify(world, token, &[environment.maskinporten_issuer()], EXCHANGE_SKEW)?;
    let number = decoded.claims.get("consumer").and_then(party_number).ok_or("the token has no usable consumer")?;
    let mut claims = decoded.claims;
    claims.retain(|name, _| !NOT_COPIED.contains(&name.as_str()));
    let scope = claims.get("scope").and_then(Value::as_str).unwrap_or_default();
    if scope.contains("altinn:serviceowner")
        && let Some(code) = world.directory.code_of(&number)
    {
        let test = call.query("test").is_some_and(|value| value.eq_ignore_ascii_case("true"));
        let code = if test && preset::is_digdir(code) { "ttd" } else { code };
        claims.insert("urn:altinn:org".into(), json!(code));
    }
    claims.insert("urn:altinn:orgNumber".into(), json!(number));
    claims.insert("urn:altinn:authenticatemethod".into(), json!("maskinporten"));
    claims.insert("urn:altinn:authlevel".into(), json!(3));
    let shift = if world.faults.expire_tokens("/authentication") { -2 * LIFETIME } else { 0 };
    issue(world, environment, claims, LIFETIME, shift).ok_or_else(|| "the token could not be signed".to_owned())
}

/// Signs an Altinn token over `claims`, issued `shift` seconds from now.
pub(super) fn issue(
    world: &World,
    environment: &Environment,
    mut claims: Map<String, Value>,
    lifetime: i64,
    shift: i64,
) -> Option<String> {
    let now = epoch_seconds() + shift;
    claims.insert("iss".into(), json!(environment.altinn_issuer()));
    claims.insert("sid".into(), json!(Uuid::new_v4().to_string()));
    claims.insert("nbf".into(), json!(now));
    claims.insert("iat".into(), json!(now));
    claims.insert("exp".into(), json!(now.saturating_add(lifetime)));
    jwt::sign(world.token_key.get()?, &claims)
}
