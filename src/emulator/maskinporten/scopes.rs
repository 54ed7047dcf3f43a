//! Which scopes a grant gets, for whom, and as which system user.

use serde_json::{Map, Value};
use uuid::Uuid;

use super::super::config::SystemUserSeed;
use super::super::world::World;
use super::grant::Grant;
use super::{Refusal, SYSTEM_USER};

/// What a token will say beside the client.
pub(super) struct Entitlement {
    /// The scopes, separated by single spaces.
    pub(super) scope: String,
    /// The organisation the token is about, if it delegated to the client's organisation.
    pub(super) delegated_by: Option<String>,
    /// The system user.
    pub(super) system_user: Option<(Uuid, SystemUserSeed)>,
}

/// Decides what the grant may have.
pub(super) fn decide(world: &World, grant: &Grant) -> Result<Entitlement, Refusal> {
    let scopes: Vec<&str> =
        grant.claims.get("scope").and_then(Value::as_str).unwrap_or_default().split_ascii_whitespace().collect();
    if scopes.is_empty() {
        return Err(Refusal::new(
            "invalid_scope",
            Some("MP-200"),
            "The grant has invalid scopes for client, it names none",
        ));
    }
    let consumer = grant.claims.get("consumer_org").and_then(Value::as_str);
    match consumer {
        Some(consumer) => delegated(world, grant, &scopes, consumer)?,
        None => own(world, grant, &scopes)?,
    }
    let details = grant.claims.get("authorization_details");
    Ok(Entitlement {
        scope: scopes.join(" "),
        delegated_by: consumer.map(str::to_owned),
        system_user: details.map(|details| system_user(world, grant, details)).transpose()?,
    })
}

/// Scopes on the client's own behalf.
fn own(world: &World, grant: &Grant, scopes: &[&str]) -> Result<(), Refusal> {
    let client = world.clients.get(&grant.client_id);
    let missing: Vec<&str> =
        scopes.iter().copied().filter(|scope| !client.is_some_and(|client| client.has_scope(scope))).collect();
    if client.is_some_and(|client| client.idporten) {
        return Err(Refusal::new(
            "invalid_scope",
            Some("MP-201"),
            "The scope is not allowed for maskinporten: the client is made for ID-porten",
        ));
    }
    if !missing.is_empty() {
        let text = format!("The grant has invalid scopes for client, {}", missing.join(" "));
        return Err(Refusal::new("invalid_scope", Some("MP-200"), text));
    }
    for scope in scopes {
        if world.restricted_scopes.get(*scope).is_some_and(|open| !open.contains(&grant.organization)) {
            let text = format!("Consumer {} has not been granted access to the scope {scope}", grant.organization);
            return Err(Refusal::forbidden("MP-250", text));
        }
    }
    Ok(())
}

/// Scopes that `consumer` must have delegated.
fn delegated(world: &World, grant: &Grant, scopes: &[&str], consumer: &str) -> Result<(), Refusal> {
    if grant.claims.contains_key("iss_onbehalfof") {
        return Err(Refusal::malformed("consumer_org and iss_onbehalfof exclude each other"));
    }
    if consumer.len() != 9 || !consumer.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Refusal::malformed("consumer_org must be nine digits"));
    }
    if consumer == grant.organization {
        let text = "The client's own organisation is consumer_org in claim and delegation scope is not needed";
        return Err(Refusal::new("invalid_request", None, text));
    }
    for scope in scopes {
        let found = world.directory.delegations.iter().any(|delegation| {
            delegation.scope == *scope && delegation.consumer == consumer && delegation.supplier == grant.organization
        });
        if !found {
            let text =
                format!("Consumer {consumer} has not delegated access to the scope {scope} to {}", grant.organization);
            return Err(Refusal::forbidden("MP-251", text));
        }
    }
    Ok(())
}

/// Finds the one system user that `authorization_details` asks for.
fn system_user(world: &World, grant: &Grant, details: &Value) -> Result<(Uuid, SystemUserSeed), Refusal> {
    let bad = |code, text: &str| {
        Refusal::new("invalid_request", Some(code), format!("Invalid authorization details: {text}"))
    };
    let [Value::Object(detail)] = details.as_array().map_or(&[][..], Vec::as_slice) else {
        return Err(bad("MP-303", "an array with one object is wanted"));
    };
    if detail.get("type").and_then(Value::as_str) != Some(SYSTEM_USER) {
        return Err(bad("MP-301", "unknown type"));
    }
    if let Some(name) = detail.keys().find(|name| !["type", "systemuser_org", "externalRef"].contains(&name.as_str())) {
        return Err(bad("MP-302", &format!("unknown member {name}")));
    }
    let organization = organization(detail).ok_or_else(|| bad("MP-303", "systemuser_org is not an organisation"))?;
    let reference = detail.get("externalRef").and_then(Value::as_str);
    let mut users = world.directory.system_users.iter().filter(|(_, user)| {
        user.organization == organization
            && user.vendor == grant.organization
            && reference.is_none_or(|reference| user.external_ref.as_deref() == Some(reference))
    });
    match (users.next(), users.next()) {
        (Some(user), None) => Ok(user.clone()),
        (None, _) => Err(bad("MP-303", &format!("no system user of {organization} for this client"))),
        (Some(_), Some(_)) => {
            Err(bad("MP-303", &format!("several system users of {organization}, externalRef must tell which")))
        }
    }
}

/// The number in `systemuser_org`; the documented form has the prefix `0192:`, published collections leave it out.
fn organization(detail: &Map<String, Value>) -> Option<&str> {
    let org = detail.get("systemuser_org")?;
    if org.get("authority").and_then(Value::as_str)? != "iso6523-actorid-upis" {
        return None;
    }
    let id = org.get("ID").and_then(Value::as_str)?;
    let number = id.strip_prefix("0192:").unwrap_or(id);
    (number.len() == 9 && number.bytes().all(|byte| byte.is_ascii_digit())).then_some(number)
}
