//! What a token endpoint answers, and what its refusals mean (RFC 6749, 5).

use std::fmt;

use serde_json::{Map, Value};

use crate::secret::SecretString;
use crate::variables::{text_of, truthy};

/// What a token endpoint granted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrantedToken {
    /// `access_token`.
    pub access_token: SecretString,
    /// `token_type`, where it is given.
    pub token_type: Option<String>,
    /// `expires_in`, in seconds.
    pub expires_in: Option<u64>,
    /// `refresh_token`, where one is given.
    pub refresh_token: Option<SecretString>,
}

/// Why a token endpoint granted nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Status of the answer.
    pub code: u16,
    /// What it said.
    pub reason: String,
    /// What that means and what to do, where it is known.
    pub help: Option<&'static str>,
}

impl Refusal {
    /// Whether asking once more in the same words may be answered otherwise.
    pub fn may_pass(&self) -> bool {
        self.code >= 500 || self.code == 429
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the token endpoint {}", self.reason)
    }
}

impl GrantedToken {
    /// Reads the answer of a token endpoint: JSON, or a form as some services still send.
    ///
    /// # Errors
    /// What the endpoint said instead of a token.
    pub fn read(code: u16, body: &[u8]) -> Result<Self, Refusal> {
        let text = String::from_utf8_lossy(body);
        let (fields, is_json) = match serde_json::from_str::<Value>(&text) {
            Ok(Value::Object(map)) => (map, true),
            _ => (form(&text), false),
        };
        let field = |key: &str| fields.get(key).filter(|value| truthy(value)).map(text_of);
        if let Some(token) = field("access_token").filter(|_| code < 400) {
            let token_type = field("token_type");
            // RFC 6749, 7.1: a token of a type that is not understood must not be used.
            if let Some(kind) = token_type.as_deref().filter(|kind| bound(kind)) {
                let reason = format!("granted a token of type {kind}, which needs a proof with every request");
                return Err(Refusal { code, reason, help: Some("ask it for a token of type Bearer") });
            }
            return Ok(Self {
                access_token: SecretString::new(token),
                token_type,
                expires_in: field("expires_in").and_then(|seconds| seconds.split('.').next()?.parse().ok()),
                refresh_token: field("refresh_token").map(SecretString::new),
            });
        }
        let error = field("error");
        let told = match (&error, field("error_description")) {
            (Some(error), Some(description)) => format!(": {error}, {description}"),
            (Some(one), None) => format!(": {one}"),
            (None, Some(one)) => format!(": {one}"),
            (None, None) => String::new(),
        };
        let help = error.as_deref().and_then(meaning).or_else(|| unlike(code, is_json));
        Err(Refusal { code, reason: format!("answered {code} without a token{told}"), help })
    }
}

fn form(text: &str) -> Map<String, Value> {
    text.split('&')
        .filter_map(|pair| pair.split_once('='))
        .map(|(key, value)| {
            let value = value.replace('+', " ");
            let decoded = percent_encoding::percent_decode_str(&value).decode_utf8_lossy().into_owned();
            (key.to_owned(), Value::String(decoded))
        })
        .collect()
}

/// Token types of which the token alone is worth nothing.
fn bound(kind: &str) -> bool {
    ["mac", "dpop", "pop"].iter().any(|known| kind.eq_ignore_ascii_case(known))
}

/// The errors of RFC 6749 (5.2) and RFC 8707.
fn meaning(error: &str) -> Option<&'static str> {
    Some(match error {
        "invalid_client" => {
            "the client is not known, its secret is wrong, or it must authenticate in another way; look at `clientId`, \
             `clientSecret` and `client_authentication` (header or body)"
        }
        "invalid_grant" => {
            "what the token was asked with (password, assertion or refresh token) is wrong, has expired, or belongs to \
             another client"
        }
        "invalid_request" => {
            "a parameter is missing or stands there twice; look at `scope`, `audience`, `resource` and at the parameters \
             that were added to the token request"
        }
        "unauthorized_client" => "the client may not use this grant; allow it where the client is registered",
        "unsupported_grant_type" => "the server does not have this grant; look at `grant_type` and `accessTokenUrl`",
        "invalid_scope" => "a scope is not known, or not granted to the client; look at `scope`",
        "invalid_target" => "the resource or audience is not known; look at `resource` and `audience`",
        "temporarily_unavailable" | "server_error" => "the server has trouble of its own; try again later",
        _ => return None,
    })
}

/// An answer that no token endpoint gives.
fn unlike(code: u16, is_json: bool) -> Option<&'static str> {
    match code {
        404 | 405 | 501 => Some("there is no token endpoint; look at `accessTokenUrl`"),
        300..400 => Some("it redirects, which token endpoints do not; look at `accessTokenUrl`"),
        _ if !is_json => Some("the answer is no JSON; is `accessTokenUrl` the token endpoint?"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_read() {
        let token =
            GrantedToken::read(200, br#"{"access_token":"T","expires_in":"60","refresh_token":"R"}"#).expect("a token");
        assert_eq!((token.access_token.expose(), token.expires_in), ("T", Some(60)));
        assert_eq!(token.refresh_token, Some(SecretString::new("R")));
        let token = GrantedToken::read(200, b"access_token=a%20b+c&token_type=bearer").expect("a token");
        assert_eq!(token.access_token.expose(), "a b c");
    }

    #[test]
    fn refusals_are_explained() {
        let refused = |code: u16, body: &str| GrantedToken::read(code, body.as_bytes()).expect_err("no token");
        let one = refused(400, r#"{"error":"invalid_client","error_description":"no such"}"#);
        assert_eq!(one.to_string(), "the token endpoint answered 400 without a token: invalid_client, no such");
        assert!(one.help.is_some_and(|help| help.contains("`client_authentication`")));
        for error in
            ["invalid_grant", "invalid_request", "unauthorized_client", "unsupported_grant_type", "invalid_scope"]
        {
            assert!(refused(400, &format!(r#"{{"error":"{error}"}}"#)).help.is_some(), "{error}");
        }
        assert!(refused(404, "<html>").help.is_some_and(|help| help.contains("no token endpoint")));
        assert!(refused(200, "<html>").help.is_some_and(|help| help.contains("no JSON")));
        assert!(refused(200, r#"{"access_token":"T","token_type":"DPoP"}"#).reason.contains("type DPoP"));
        assert!(refused(503, "{}").may_pass() && !one.may_pass());
    }
}
