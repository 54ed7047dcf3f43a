//! Checks of a JWT grant, in the order Maskinporten makes them: form, audience, client, key, signature, times, reuse.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use der::Decode as _;
use rustls::pki_types::CertificateDer;
use serde_json::{Map, Value};
use x509_cert::Certificate;

use super::super::certificates::{is_trusted, organization_of};
use super::super::clock::epoch_seconds;
use super::super::hosts::Environment;
use super::super::jwt::Decoded;
use super::super::keys::PublicKey;
use super::super::preset;
use super::super::world::{Client, ClientKey, World};
use super::Refusal;

/// The largest `exp - iat` accepted; the library of the published collections asks for 125 s.
const LONGEST_LIFE: i64 = 130;
/// How far clocks may differ, in seconds.
const SKEW: i64 = 10;
/// From so many grants on, those that no longer matter are forgotten.
const PRUNE_AT: usize = 4096;
/// Claims a grant may have. `nbf` is not documented, but the library of the published collections always sends it.
const KNOWN_CLAIMS: [&str; 13] = [
    "aud",
    "iss",
    "sub",
    "scope",
    "iat",
    "exp",
    "nbf",
    "jti",
    "resource",
    "consumer_org",
    "iss_onbehalfof",
    "authorization_details",
    "pid",
];

/// A grant that passed all checks but those of its scopes.
pub(super) struct Grant {
    /// The claims.
    pub(super) claims: Map<String, Value>,
    /// The client's id.
    pub(super) client_id: String,
    /// The client's organisation.
    pub(super) organization: String,
    /// How the client showed who it is.
    pub(super) method: &'static str,
}

/// Checks an assertion.
pub(super) fn verify(world: &mut World, environment: &Environment, assertion: &str) -> Result<Grant, Refusal> {
    let decoded = Decoded::read(assertion).map_err(Refusal::malformed)?;
    if decoded.algorithm().is_none() {
        return Err(Refusal::malformed("alg must be RS256, RS384 or RS512"));
    }
    check_types(world, &decoded.claims)?;
    let issuer = environment.maskinporten_issuer();
    if decoded.claims.get("aud").and_then(Value::as_str) != Some(issuer.as_str()) {
        return Err(Refusal::grant("MP-110", format!("Invalid JWT claim aud: it must be {issuer}")));
    }
    let client_id = decoded.claims.get("iss").and_then(Value::as_str).unwrap_or_default().to_owned();
    learn_client(world, &client_id, &decoded);
    let Some(client) = world.clients.get(&client_id) else {
        let text = format!("Client authentication failed. Client not found: {client_id}");
        return Err(Refusal::grant("MP-100", text));
    };
    let (key, method) = find_key(world, client, &decoded)?;
    let organization = client.organization.clone();
    if !decoded.is_signed_by(&key) {
        return Err(Refusal::grant("MP-124", "Invalid JWT signature"));
    }
    let expiry = check_times(&decoded.claims)?;
    check_reuse(world, &client_id, &decoded.claims, assertion, expiry)?;
    Ok(Grant { claims: decoded.claims, client_id, organization, method })
}

/// Claims must have the types the documentation gives them.
fn check_types(world: &mut World, claims: &Map<String, Value>) -> Result<(), Refusal> {
    for (name, value) in claims {
        let fits = match name.as_str() {
            "iss" | "sub" | "scope" | "jti" | "consumer_org" | "iss_onbehalfof" | "pid" => value.is_string(),
            "iat" | "exp" | "nbf" => value.is_number(),
            "resource" => value.is_string() || value.as_array().is_some_and(|list| list.iter().all(Value::is_string)),
            _ => true,
        };
        if !fits {
            return Err(Refusal::malformed(format_args!("claim {name} has the wrong type")));
        }
        if !KNOWN_CLAIMS.contains(&name.as_str()) {
            if !world.lenient() {
                return Err(Refusal::malformed(format_args!("unknown claim {name}")));
            }
            world.warn(format!("grant: unknown claim {name}"));
        }
    }
    Ok(())
}

/// In the lenient profile, registers an unknown client whose key the emulator was told to trust.
fn learn_client(world: &mut World, client_id: &str, decoded: &Decoded<'_>) {
    if !world.lenient() || client_id.is_empty() || world.clients.contains_key(client_id) {
        return;
    }
    let kid = decoded.header.get("kid").and_then(Value::as_str);
    let found = world.trusted_keys.iter().find_map(|trusted| {
        let key = PublicKey::from_jwk(&trusted.jwk)?;
        let own_kid = trusted.jwk.get("kid").and_then(Value::as_str);
        let meant = trusted.client_id.as_deref().is_none_or(|id| id == client_id);
        let known = decoded.is_signed_by(&key) || (kid.is_some() && kid == own_kid);
        (meant && known).then(|| (trusted.organization.clone(), own_kid.or(kid).unwrap_or_default().to_owned(), key))
    });
    if let Some((organization, kid, key)) = found {
        world.warn("client: registered at first sight, because its key is trusted");
        let client = Client {
            id: client_id.to_owned(),
            organization: organization.unwrap_or_else(|| preset::OWNER.to_owned()),
            scopes: vec!["*".to_owned()],
            keys: vec![ClientKey::Given { kid, key, expired: false }],
            idporten: false,
        };
        world.clients.insert(client_id.to_owned(), client);
    }
}

/// Finds the key that the header points to, and what this kind of authentication is called.
fn find_key(world: &World, client: &Client, decoded: &Decoded<'_>) -> Result<(PublicKey, &'static str), Refusal> {
    let kid = decoded.header.get("kid");
    let chain = decoded.header.get("x5c");
    match (kid, chain) {
        (Some(_), Some(_)) => Err(Refusal::malformed("the header has both kid and x5c")),
        (Some(Value::String(kid)), None) => registered_key(world, client, kid).map(|key| (key, "private_key_jwt")),
        (Some(_), None) => Err(Refusal::malformed("kid has the wrong type")),
        (None, Some(chain)) if client.keys.is_empty() => {
            certificate_key(world, client, chain).map(|key| (key, "virksomhetssertifikat"))
        }
        (None, _) => Err(Refusal::new(
            "invalid_grant",
            None,
            "Client requires pre-registered jwk and no key identifier (kid) was given",
        )),
    }
}

fn registered_key(world: &World, client: &Client, kid: &str) -> Result<PublicKey, Refusal> {
    let mut keys = client.keys.iter().filter_map(ClientKey::look);
    let Some((_, key, expired)) = keys.find(|(own, _, _)| own == kid) else {
        return Err(Refusal::new("invalid_grant", None, format!("Unknown key identifier (kid) for client: {kid}")));
    };
    if expired || world.faults.expire_keys() {
        return Err(Refusal::grant("MP-121", format!("Expired key: {kid} was registered more than a year ago")));
    }
    Ok(key)
}

fn certificate_key(world: &World, client: &Client, chain: &Value) -> Result<PublicKey, Refusal> {
    let malformed = || Refusal::grant("MP-123", "Invalid JWT header x5c: it must be an array of base64 certificates");
    let chain: Option<Vec<CertificateDer<'static>>> =
        chain.as_array().ok_or_else(malformed)?.iter().map(der_of).collect();
    let chain = chain.filter(|chain| !chain.is_empty()).ok_or_else(malformed)?;
    let leaf = chain.first().and_then(|leaf| Certificate::from_der(leaf).ok()).ok_or_else(malformed)?;
    let key = PublicKey::from_certificate(&leaf).ok_or_else(malformed)?;
    if !is_trusted(&chain, &world.business_authorities) {
        let text = "The JWT is signed with an invalid certificate: no trusted authority, or out of date";
        return Err(Refusal::grant("MP-120", text));
    }
    let organization = organization_of(&leaf);
    if organization.as_deref() != Some(client.organization.as_str()) {
        let found = organization.as_deref().unwrap_or("none");
        let text = format!("Does not match certificate orgno: client {}, certificate {found}", client.organization);
        return Err(Refusal::grant("MP-122", text));
    }
    Ok(key)
}

/// A certificate in standard base64; base64url is refused where the two differ.
fn der_of(text: &Value) -> Option<CertificateDer<'static>> {
    STANDARD.decode(text.as_str()?).ok().map(CertificateDer::from)
}

/// Checks the times and returns the expiry.
fn check_times(claims: &Map<String, Value>) -> Result<i64, Refusal> {
    let seconds = |name: &str| {
        let value = claims.get(name).and_then(|value| value.as_i64().or_else(|| value.as_f64().map(|v| v as i64)));
        value.ok_or_else(|| Refusal::malformed(format_args!("claim {name} is missing")))
    };
    let (issued, expiry, now) = (seconds("iat")?, seconds("exp")?, epoch_seconds());
    if issued > now + SKEW {
        return Err(Refusal::new("invalid_grant", None, "Issue time is after now"));
    }
    if expiry < now - SKEW {
        return Err(Refusal::grant("MP-130", "JWT is expired"));
    }
    if expiry.saturating_sub(issued) > LONGEST_LIFE {
        return Err(Refusal::malformed(format_args!(
            "exp is more than 120 seconds after iat ({})",
            expiry.saturating_sub(issued)
        )));
    }
    Ok(expiry)
}

/// A grant and a `jti` may be used once.
fn check_reuse(
    world: &mut World,
    client_id: &str,
    claims: &Map<String, Value>,
    assertion: &str,
    expiry: i64,
) -> Result<(), Refusal> {
    let now = epoch_seconds();
    if world.seen_grants.len() >= PRUNE_AT {
        world.seen_grants.retain(|_, until| *until >= now - SKEW);
    }
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, assertion.as_bytes());
    let whole = URL_SAFE_NO_PAD.encode(digest);
    let jti = claims.get("jti").and_then(Value::as_str).map(|jti| format!("{client_id} {jti}"));
    for mark in [Some(whole), jti].into_iter().flatten() {
        if world.seen_grants.insert(mark, expiry).is_some_and(|until| until >= now - SKEW) {
            return Err(Refusal::grant("MP-012", "The assertion or its jti has been used before"));
        }
    }
    Ok(())
}
