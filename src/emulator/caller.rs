//! Who is calling: the bearer token of a platform call, verified and read.

use axum::http::StatusCode;
use axum::http::header::WWW_AUTHENTICATE;
use serde_json::{Map, Value};
use uuid::Uuid;

use super::clock::epoch_seconds;
use super::jwt::Decoded;
use super::message::{Call, Reply};
use super::world::World;

/// How far clocks may differ at the exchange, in seconds; Correspondence allows nothing.
pub(super) const EXCHANGE_SKEW: i64 = 10;

/// The mark of tokens of the test-token generator.
pub(super) const TEST_TOOLS: &str = "altinn-test-tools";

/// Which service issued a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Issuer {
    /// Maskinporten, not exchanged.
    Maskinporten,
    /// The platform that is called.
    Altinn,
}

/// A caller whose token was verified.
#[derive(Debug, Clone)]
pub(super) struct Caller {
    /// Who issued the token.
    pub(super) issuer: Issuer,
    /// The scopes.
    pub(super) scopes: Vec<String>,
    /// The organisation in `consumer`.
    pub(super) consumer: Option<String>,
    /// The organisation the token speaks for.
    pub(super) organization: Option<String>,
    /// The service owner code.
    pub(super) code: Option<String>,
    /// The person.
    pub(super) person: Option<String>,
    /// The system user.
    pub(super) system_user: Option<Uuid>,
    /// Whether the token comes from the test-token generator.
    pub(super) test_token: bool,
}

impl Caller {
    /// Whether the token has exactly this scope.
    pub(super) fn has(&self, scope: &str) -> bool {
        self.scopes.iter().any(|own| own == scope)
    }

    /// Reads verified claims.
    fn from_claims(claims: &Map<String, Value>, issuer: Issuer) -> Self {
        let text = |name: &str| claims.get(name).and_then(Value::as_str);
        let scopes = text("scope").unwrap_or_default().split([' ', ',']);
        let consumer = claims.get("consumer").and_then(party_number);
        let detail = claims.get("authorization_details").and_then(|list| list.get(0));
        let customer = detail.and_then(|detail| detail.get("systemuser_org")).and_then(party_number);
        let system_user = detail.and_then(|detail| detail.get("systemuser_id")?.get(0)?.as_str()?.parse().ok());
        let organization =
            customer.or_else(|| text("urn:altinn:orgNumber").map(str::to_owned)).or_else(|| consumer.clone());
        Self {
            issuer,
            scopes: scopes.filter(|scope| !scope.is_empty()).map(str::to_owned).collect(),
            consumer,
            organization,
            code: text("urn:altinn:org").map(str::to_owned),
            person: text("pid").map(str::to_owned),
            system_user,
            test_token: text("actual_iss") == Some(TEST_TOOLS),
        }
    }
}

/// The number in `{"authority","ID":"0192:<number>"}`.
pub(super) fn party_number(party: &Value) -> Option<String> {
    let number = party.get("ID")?.as_str()?.strip_prefix("0192:")?;
    (number.len() == 9 && number.bytes().all(|byte| byte.is_ascii_digit())).then(|| number.to_owned())
}

/// Verifies a token's signature, issuer and lifetime; the error says which failed.
pub(super) fn verify<'a>(world: &World, token: &'a str, issuers: &[String], skew: i64) -> Result<Decoded<'a>, String> {
    let decoded = Decoded::read(token).map_err(|reason| format!("not a JWT, {reason}"))?;
    let signed = world.token_key.get().is_some_and(|key| decoded.is_signed_by(&key.public()));
    if !signed {
        return Err("bad signature".to_owned());
    }
    let issuer = decoded.claims.get("iss").and_then(Value::as_str).unwrap_or_default();
    if !issuers.iter().any(|known| known == issuer) {
        return Err(format!("issuer {issuer} is not one of {}", issuers.join(", ")));
    }
    let expiry = decoded.claims.get("exp").and_then(Value::as_i64).unwrap_or_default();
    let now = epoch_seconds();
    if expiry.saturating_add(skew) <= now {
        return Err(format!("expired {} seconds ago", now.saturating_sub(expiry)));
    }
    Ok(decoded)
}

/// The caller of a platform API, or 401 with an empty body.
pub(super) fn identify(world: &World, call: &Call) -> Result<Caller, Reply> {
    let refuse = |reason: String| {
        Reply::empty(StatusCode::UNAUTHORIZED)
            .header(WWW_AUTHENTICATE, "Bearer error=\"invalid_token\"")
            .because(format!("token: {reason}"))
    };
    let token = call.credentials("Bearer").filter(|token| !token.is_empty());
    let Some(token) = token else {
        return Err(Reply::empty(StatusCode::UNAUTHORIZED)
            .header(WWW_AUTHENTICATE, "Bearer")
            .because("token: no bearer token was sent"));
    };
    let environment = call.route.environment;
    let altinn = environment.altinn_issuer();
    let issuers = [altinn, environment.maskinporten_issuer()];
    let decoded = verify(world, token, &issuers, 0).map_err(refuse)?;
    let from_altinn = decoded.claims.get("iss").and_then(Value::as_str) == issuers.first().map(String::as_str);
    let issuer = if from_altinn { Issuer::Altinn } else { Issuer::Maskinporten };
    Ok(Caller::from_claims(&decoded.claims, issuer))
}

/// The caller of an API that takes tokens of the platform only.
pub(super) fn identify_exchanged(world: &World, call: &Call) -> Result<Caller, Reply> {
    let caller = identify(world, call)?;
    if caller.issuer == Issuer::Altinn {
        return Ok(caller);
    }
    Err(Reply::empty(StatusCode::UNAUTHORIZED)
        .header(WWW_AUTHENTICATE, "Bearer error=\"invalid_token\"")
        .because("token: issued by Maskinporten, exchange it first"))
}
