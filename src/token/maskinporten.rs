//! Maskinporten: the JWT grant of RFC 7523.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value, json};

use super::error::{TokenError, TokenStep};
use super::key::{self, KeyInfo, SigningKey};
use super::{
    LocalFuture, Token, TokenContext, TokenHttpRequest, TokenProvider, fill, form, form_headers, send, token_answer,
};
use crate::altinn::Explanation;
use crate::config::{Maskinporten, Profile, Provider};
use crate::http::message::Header;
use crate::secret::SecretString;

/// Seconds a grant is good for; Maskinporten allows 120.
const LIFETIME: u64 = 100;

/// Gets tokens from Maskinporten.
pub(super) struct MaskinportenProvider;

/// A grant, before it is signed and after.
#[derive(Debug, Clone)]
pub struct Grant {
    /// Its header.
    pub header: Value,
    /// Its claims.
    pub claims: Value,
    /// The signed grant.
    pub assertion: SecretString,
    /// Where it is sent.
    pub token_endpoint: String,
    /// The key that signed it.
    pub key: KeyInfo,
}

/// Makes a grant for a profile, as it would be sent.
///
/// # Errors
/// When the profile is of another provider, its key cannot be read, or a variable it names is not set.
pub fn grant(profile: &Profile, scopes: &[String], cx: &TokenContext<'_>) -> Result<Grant, TokenError> {
    let Provider::Maskinporten(client) = &profile.provider else {
        return Err(TokenError::new(&profile.name, TokenStep::Profile, "the profile is not one of Maskinporten"));
    };
    let key = key::load(&profile.name, &client.key, cx)?;
    sign(profile, client, &key, scopes, cx)
}

fn sign(
    profile: &Profile,
    client: &Maskinporten,
    key: &SigningKey,
    scopes: &[String],
    cx: &TokenContext<'_>,
) -> Result<Grant, TokenError> {
    let mut header = Map::new();
    header.insert("alg".into(), client.algorithm.name().into());
    header.insert("typ".into(), "JWT".into());
    key.name_in(&mut header);

    let fill = |text: &str| fill(&profile.name, text, cx);
    let client_id = fill(&client.client_id)?;
    if client_id.split_whitespace().count() != 1 {
        return Err(TokenError::new(&profile.name, TokenStep::Profile, "the client id is empty or text for people")
            .with_hint("a client id (\"integrasjons-ID\") is a single word; was a placeholder left in?"));
    }
    let now = (cx.now)();
    let mut claims = Map::new();
    claims.insert("aud".into(), client.issuer.issuer.clone().into());
    claims.insert("iss".into(), client_id.into());
    claims.insert("scope".into(), scopes.join(" ").into());
    claims.insert("iat".into(), now.into());
    claims.insert("exp".into(), now.saturating_add(LIFETIME).into());
    claims.insert("jti".into(), uuid::Uuid::new_v4().to_string().into());
    if !client.resource.is_empty() {
        let resource = client.resource.iter().map(|text| fill(text).map(Value::String)).collect::<Result<_, _>>()?;
        claims.insert("resource".into(), Value::Array(resource));
    }
    if let Some(org) = &client.consumer_org {
        claims.insert("consumer_org".into(), bare(&fill(org)?).into());
    }
    if let Some(user) = &client.system_user {
        let mut detail = json!({
            "type": "urn:altinn:systemuser",
            "systemuser_org": {"authority": "iso6523-actorid-upis", "ID": format!("0192:{}", bare(&fill(&user.org)?))},
        });
        if let Some(reference) = &user.external_ref {
            detail["externalRef"] = fill(reference)?.into();
        }
        claims.insert("authorization_details".into(), json!([detail]));
    }

    let header = Value::Object(header);
    let claims = Value::Object(claims);
    let text = format!("{}.{}", URL_SAFE_NO_PAD.encode(header.to_string()), URL_SAFE_NO_PAD.encode(claims.to_string()));
    let signature = key
        .sign(client.algorithm, text.as_bytes())
        .ok_or_else(|| TokenError::new(&profile.name, TokenStep::Key, "the key could not sign"))?;
    let assertion = SecretString::new(format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature)));
    Ok(Grant { header, claims, assertion, token_endpoint: client.issuer.token_endpoint.clone(), key: key.info.clone() })
}

/// An organisation number without its prefix.
fn bare(number: &str) -> String {
    let number = number.trim();
    number.strip_prefix("0192:").unwrap_or(number).to_owned()
}

impl TokenProvider for MaskinportenProvider {
    fn fetch<'a>(
        &'a self,
        profile: &'a Profile,
        scopes: &'a [String],
        cx: &'a mut TokenContext<'_>,
    ) -> LocalFuture<'a, Result<Token, TokenError>> {
        Box::pin(async move {
            let mut again = true;
            let endpoint = discover(profile, cx).await?;
            loop {
                let mut grant = grant(profile, scopes, cx)?;
                if let Some(endpoint) = &endpoint {
                    grant.token_endpoint.clone_from(endpoint);
                }
                let request = TokenHttpRequest {
                    method: "POST",
                    url: grant.token_endpoint.clone(),
                    headers: form_headers(),
                    body: Some(form(&[
                        ("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"),
                        ("assertion", grant.assertion.expose()),
                    ])),
                    profile: profile.name.clone(),
                    purpose: "Maskinporten",
                };
                let response = send(request.clone(), cx, TokenStep::Maskinporten).await?;
                if response.status == 200 {
                    let now = (cx.now)();
                    let token = token_answer(profile, TokenStep::Maskinporten, scopes, &response, now)?;
                    return Ok(Token { warning: grant.key.warning(now), ..token });
                }
                let mut error = TokenError::refused(TokenStep::Maskinporten, &request, &response, (cx.now)());
                // A grant that a retry sent twice: a new one, once.
                let used = error.explanation.as_ref().is_some_and(|e| e.code.as_deref() == Some("MP-012"));
                if used && again {
                    again = false;
                    continue;
                }
                if let Some(explanation) = &mut error.explanation {
                    blame_age(explanation, &grant.key, (cx.now)());
                }
                add_facts(&mut error, &grant);
                return Err(error);
            }
        })
    }

    fn chooses_scopes(&self) -> bool {
        true
    }
}

/// The token endpoint that the issuer's metadata names (RFC 8414), where the profile gives only an issuer.
async fn discover(profile: &Profile, cx: &mut TokenContext<'_>) -> Result<Option<String>, TokenError> {
    let issuer = match &profile.provider {
        Provider::Maskinporten(client) if client.issuer.discover => client.issuer.issuer.clone(),
        _ => return Ok(None),
    };
    let path_at = issuer.find("://").and_then(|at| issuer[at + 3..].find('/').map(|slash| at + 3 + slash));
    let (origin, path) = issuer.split_at(path_at.unwrap_or(issuer.len()));
    let request = TokenHttpRequest {
        method: "GET",
        url: format!("{origin}/.well-known/oauth-authorization-server{}", path.trim_end_matches('/')),
        headers: vec![Header::system("Accept", "application/json")],
        body: None,
        profile: profile.name.clone(),
        purpose: "Maskinporten metadata",
    };
    let response = send(request, cx, TokenStep::Maskinporten).await?;
    let metadata: Value = serde_json::from_slice(&response.body).unwrap_or_default();
    let text = |name: &str| metadata.get(name).and_then(Value::as_str);
    let fail = |message: String| TokenError::new(&profile.name, TokenStep::Maskinporten, message);
    if response.status != 200 {
        return Err(fail(format!("the issuer's metadata answered {}", response.status))
            .with_hint("is the issuer right? `token_endpoint` in the profile does without its metadata"));
    }
    // `aud` of the grant has to be this very text.
    match text("issuer") {
        Some(own) if own != issuer => {
            return Err(fail(format!("the issuer calls itself {own}, and the profile says {issuer}"))
                .with_hint("write it exactly so; its slash at the end counts"));
        }
        _ => {}
    }
    text("token_endpoint").map(|endpoint| Some(endpoint.to_owned())).ok_or_else(|| {
        fail("the issuer's metadata names no token endpoint".to_owned())
            .with_hint("give `token_endpoint` in the profile")
    })
}

/// Of the causes that a refused key or certificate may have, its age is one that is known here.
fn blame_age(explanation: &mut Explanation, key: &KeyInfo, now: u64) {
    let about_keys = matches!(explanation.code.as_deref(), Some("MP-120" | "MP-121"));
    if let Some(days) = key.days_left(now).filter(|days| about_keys && *days < 0) {
        explanation.cause = format!("{} has expired: it ended {} days ago", key.what_ends(), -days);
        key.renewal().clone_into(&mut explanation.mend);
    }
}

/// What was sent, as far as it may be shown.
fn add_facts(error: &mut TokenError, grant: &Grant) {
    let claim = |name: &str| grant.claims.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let mut facts = format!("sent: client {}, scope {}, aud {}", claim("iss"), claim("scope"), claim("aud"));
    if let Some(kid) = &grant.key.kid {
        facts.push_str(", kid ");
        facts.push_str(kid);
    }
    if let Some(subject) = &grant.key.subject {
        facts.push_str(", certificate of ");
        facts.push_str(subject);
    }
    if error.explanation.as_ref().is_some_and(|e| e.code.as_deref() == Some("MP-124")) {
        facts.push_str(", public key thumbprint ");
        facts.push_str(&grant.key.thumbprint);
    }
    error.message = format!("{} ({facts})", error.message);
}
