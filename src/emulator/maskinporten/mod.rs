//! Maskinporten: metadata, key set and the token endpoint.

mod grant;
mod scopes;
mod token;

use axum::http::header::CACHE_CONTROL;
use axum::http::{Method, StatusCode};
use serde_json::{Value, json};
use uuid::Uuid;

use super::faults::Known;
use super::message::{Call, Reply, form, no_such_path, wrong_method};
use super::world::World;

/// The grant type of the token endpoint.
const GRANT_TYPE: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";
/// The type of a system user in `authorization_details`.
const SYSTEM_USER: &str = "urn:altinn:systemuser";

/// Answers a call to Maskinporten.
pub(super) fn serve(world: &mut World, call: &Call) -> Reply {
    let segments: Vec<&str> = call.segments.iter().map(String::as_str).collect();
    match (segments.as_slice(), &call.method) {
        (["token"], &Method::POST) => token_endpoint(world, call),
        (["token"], _) => wrong_method("POST"),
        (["jwk"], &Method::GET) => key_set(world),
        ([".well-known", "oauth-authorization-server"], &Method::GET) => Reply::ok(&metadata(call)),
        (["jwk"] | [".well-known", "oauth-authorization-server"], _) => wrong_method("GET"),
        _ => no_such_path(),
    }
}

/// The public half of the key that signs tokens.
pub(super) fn key_set(world: &World) -> Reply {
    match world.token_key.get() {
        Some(key) => Reply::ok(&json!({"keys": [key.public_jwk()]})),
        None => Reply::empty(StatusCode::INTERNAL_SERVER_ERROR).because("key: none could be made"),
    }
}

fn metadata(call: &Call) -> Value {
    let origin = &call.route.origin;
    json!({
        "issuer": call.route.environment.maskinporten_issuer(),
        "token_endpoint": format!("{origin}/token"),
        "jwks_uri": format!("{origin}/jwk"),
        "token_endpoint_auth_methods_supported": ["private_key_jwt"],
        "token_endpoint_auth_signing_alg_values_supported": ["RS256", "RS384", "RS512"],
        "grant_types_supported": [GRANT_TYPE],
        "authorization_details_types_supported": [SYSTEM_USER],
    })
}

fn token_endpoint(world: &mut World, call: &Call) -> Reply {
    let answer = read_form(call).and_then(|assertion| {
        if let Some(Known::Maskinporten(name)) = world.demanded {
            return Err(demanded(name));
        }
        let grant = grant::verify(world, call.route.environment, &assertion)?;
        let scopes = scopes::decide(world, &grant)?;
        token::issue(world, call, &grant, &scopes)
    });
    match answer {
        Ok(body) => Reply::ok(&body).header(CACHE_CONTROL, "no-store"),
        Err(refusal) => refusal.reply(call),
    }
}

/// Takes the assertion out of the form.
fn read_form(call: &Call) -> Result<String, Refusal> {
    let malformed = |text: &str| Refusal::new("invalid_request", None, text);
    let text = std::str::from_utf8(&call.body).map_err(|_| malformed("The form is not UTF-8"))?;
    let fields = form(text);
    let field = |name: &str| fields.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
    match field("grant_type") {
        Some(GRANT_TYPE) => {}
        Some(_) => {
            return Err(Refusal::new("unsupported_grant_type", None, format!("The only grant type is {GRANT_TYPE}")));
        }
        None => return Err(malformed("The parameter grant_type is missing")),
    }
    match field("assertion") {
        Some(assertion) if !assertion.is_empty() => Ok(assertion.to_owned()),
        _ => Err(malformed("The parameter assertion is missing")),
    }
}

/// Every known refusal of a grant: number or a name of our own, status, `error`, text.
const KNOWN: &[(&str, u16, &str, &str)] = &[
    ("MP-011", 400, "invalid_request", "Invalid parameter value"),
    ("own-consumer", 400, "invalid_request", "Same consumer_org in claim and delegation scope"),
    ("MP-012", 400, "invalid_grant", "The assertion has been used before"),
    ("MP-100", 400, "invalid_grant", "Client authentication failed. Client not found"),
    ("MP-110", 400, "invalid_grant", "Invalid JWT claim aud"),
    ("MP-120", 400, "invalid_grant", "The JWT is signed with an invalid certificate"),
    ("MP-121", 400, "invalid_grant", "Expired key"),
    ("MP-122", 400, "invalid_grant", "Does not match certificate orgno"),
    ("MP-123", 400, "invalid_grant", "Invalid JWT header x5c"),
    ("MP-124", 400, "invalid_grant", "Invalid JWT signature"),
    ("MP-130", 400, "invalid_grant", "JWT is expired"),
    ("early", 400, "invalid_grant", "Issue time is after now"),
    ("unknown-kid", 400, "invalid_grant", "Unknown key identifier (kid) for client"),
    ("no-kid", 400, "invalid_grant", "Client requires pre-registered jwk and no key identifier (kid) was given"),
    ("MP-200", 400, "invalid_scope", "Invalid scopes for client"),
    ("MP-201", 400, "invalid_scope", "The scope is not allowed for maskinporten"),
    ("MP-250", 403, "forbidden", "The consumer has not been granted access to the scope"),
    ("MP-251", 403, "forbidden", "The consumer has not delegated access to the scope"),
    ("MP-301", 400, "invalid_request", "Unknown authorization details type"),
    ("MP-302", 400, "invalid_request", "Unknown authorization details field"),
    ("MP-303", 400, "invalid_request", "Invalid authorization details"),
];

/// The known refusal of this name.
pub(super) fn known(name: &str) -> Option<&'static str> {
    KNOWN.iter().map(|row| row.0).find(|own| *own == name)
}

/// A known refusal that a fault demands.
fn demanded(name: &str) -> Refusal {
    let row = KNOWN.iter().find(|row| row.0 == name).unwrap_or(&KNOWN[0]);
    let status = StatusCode::from_u16(row.1).unwrap_or(StatusCode::BAD_REQUEST);
    Refusal { status, ..Refusal::new(row.2, row.0.starts_with("MP-").then_some(row.0), row.3) }
}

/// A refused grant.
#[derive(Debug, PartialEq, Eq)]
struct Refusal {
    status: StatusCode,
    error: &'static str,
    code: Option<&'static str>,
    text: String,
}

impl Refusal {
    /// A refusal with status 400.
    fn new(error: &'static str, code: Option<&'static str>, text: impl Into<String>) -> Self {
        Self { status: StatusCode::BAD_REQUEST, error, code, text: text.into() }
    }

    /// A grant that does not say what it must.
    fn malformed(text: impl std::fmt::Display) -> Self {
        Self::new("invalid_request", Some("MP-011"), format!("Invalid parameter value, Invalid assertion: {text}"))
    }

    /// A grant that is refused.
    fn grant(code: &'static str, text: impl Into<String>) -> Self {
        Self::new("invalid_grant", Some(code), text)
    }

    /// An organisation without access.
    fn forbidden(code: &'static str, text: impl Into<String>) -> Self {
        Self { status: StatusCode::FORBIDDEN, ..Self::new("forbidden", Some(code), text) }
    }

    fn reply(self, call: &Call) -> Reply {
        let mut body = json!({
            "error": self.error,
            "error_description": format!("{} (trace_id: {})", self.text, Uuid::new_v4().simple()),
        });
        if let (Some(code), Some(members)) = (self.code, body.as_object_mut()) {
            let issuer = call.route.environment.maskinporten_issuer();
            members.insert("error_uri".into(), json!(format!("{issuer}errors/{code}")));
        }
        let check = self.code.unwrap_or(self.error);
        Reply::json(self.status, &body)
            .header(CACHE_CONTROL, "no-store")
            .because(format!("grant {check}: {}", self.text))
    }
}
