//! Getting an OAuth 2.0 token where the collection says how and holds none.
//!
//! newman never does this. postbud does for the grants that need no browser; the runner sends the [`TokenRequest`] and puts the token
//! into the authorization's `accessToken`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use crate::collection::AuthSpec;
use crate::request::js;
use crate::secret::SecretString;
use crate::variables::{text_of, truthy};

/// A POST that asks for a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenRequest {
    /// The token endpoint.
    pub url: String,
    /// Headers, `Content-Type` aside.
    pub headers: Vec<(String, SecretString)>,
    /// Parameters of the URL-encoded body, in order.
    pub form: Vec<(String, SecretString)>,
}

/// What a token endpoint granted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrantedToken {
    /// `access_token`.
    pub access_token: SecretString,
    /// `token_type`, where it is given.
    pub token_type: Option<String>,
    /// `expires_in`, in seconds.
    pub expires_in: Option<u64>,
}

/// The request for a token that an authorization describes; `None` when it is not OAuth 2.0, holds a token, or says nothing of a grant.
///
/// # Errors
/// Why no token can be fetched without a person: a browser is needed, or a parameter is missing.
pub fn token_request(auth: &AuthSpec) -> Result<Option<TokenRequest>, String> {
    let text = |key: &str| auth.params.get(key).filter(|value| truthy(value)).map(text_of);
    if auth.kind != "oauth2" || text("accessToken").is_some() {
        return Ok(None);
    }
    let grant = match (text("grant_type").as_deref(), text("refreshToken")) {
        (_, Some(_)) => "refresh_token",
        (Some("client_credentials"), None) => "client_credentials",
        (Some("password_credentials" | "password"), None) => "password",
        (None, None) => return Ok(None),
        (Some(browser), None) => {
            return Err(format!(
                "no token: the OAuth 2.0 grant `{browser}` needs a person with a browser; get the token in Postman and give it as \
                 a variable, or use `client_credentials`"
            ));
        }
    };
    let mut url = None;
    if grant == "refresh_token" {
        url = text("refreshTokenUrl");
    }
    let Some(mut url) = url.or_else(|| text("accessTokenUrl")) else {
        return Err(format!("no token: the OAuth 2.0 grant `{grant}` has no `accessTokenUrl`"));
    };
    let mut form = vec![("grant_type".to_owned(), SecretString::new(grant))];
    let mut headers = Vec::new();
    let mut put = |name: &str, value: Option<String>| {
        if let Some(value) = value {
            form.push((name.to_owned(), SecretString::new(value)));
        }
    };
    match grant {
        "refresh_token" => put("refresh_token", text("refreshToken")),
        "password" => {
            put("username", text("username"));
            put("password", text("password"));
        }
        _ => {}
    }
    put("scope", text("scope"));
    put("audience", text("audience"));
    put("resource", text("resource"));
    let (id, secret) = (text("clientId").unwrap_or_default(), text("clientSecret").unwrap_or_default());
    if text("client_authentication").as_deref() == Some("body") {
        put("client_id", Some(id).filter(|id| !id.is_empty()));
        put("client_secret", Some(secret).filter(|secret| !secret.is_empty()));
    } else if !id.is_empty() {
        let basic = format!("Basic {}", STANDARD.encode(format!("{id}:{secret}")));
        headers.push(("Authorization".to_owned(), SecretString::new(basic)));
    }
    let extra = if grant == "refresh_token" { "refreshRequestParams" } else { "tokenRequestParams" };
    for entry in auth.params.get(extra).and_then(Value::as_array).into_iter().flatten() {
        let name = entry.get("key").and_then(Value::as_str).unwrap_or_default();
        if name.is_empty() || entry.get("enabled") == Some(&Value::Bool(false)) {
            continue;
        }
        let value = entry.get("value").filter(|value| !value.is_null()).map(text_of).unwrap_or_default();
        match entry.get("send_as").and_then(Value::as_str) {
            Some("request_header") => headers.push((name.to_owned(), SecretString::new(value))),
            Some("request_url") => {
                url.push(if url.contains('?') { '&' } else { '?' });
                url.push_str(&js::strict(name));
                url.push('=');
                url.push_str(&js::strict(&value));
            }
            _ => form.push((name.to_owned(), SecretString::new(value))),
        }
    }
    Ok(Some(TokenRequest { url, headers, form }))
}

impl GrantedToken {
    /// Reads the answer of a token endpoint: JSON, or a form as some services still send.
    ///
    /// # Errors
    /// What the endpoint said instead of a token.
    pub fn read(code: u16, body: &[u8]) -> Result<Self, String> {
        let text = String::from_utf8_lossy(body);
        let fields = match serde_json::from_str::<Value>(&text) {
            Ok(Value::Object(map)) => map,
            _ => text
                .split('&')
                .filter_map(|pair| pair.split_once('='))
                .map(|(key, value)| {
                    let decoded = percent_encoding::percent_decode_str(value).decode_utf8_lossy().into_owned();
                    (key.to_owned(), Value::String(decoded))
                })
                .collect(),
        };
        let field = |key: &str| fields.get(key).filter(|value| truthy(value)).map(text_of);
        if let Some(token) = field("access_token").filter(|_| code < 400) {
            return Ok(Self {
                access_token: SecretString::new(token),
                token_type: field("token_type"),
                expires_in: field("expires_in").and_then(|seconds| seconds.parse().ok()),
            });
        }
        let reason = match (field("error"), field("error_description")) {
            (Some(error), Some(description)) => format!(": {error}, {description}"),
            (Some(one), None) | (None, Some(one)) => format!(": {one}"),
            (None, None) => String::new(),
        };
        Err(format!("the token endpoint answered {code} without a token{reason}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn request(params: &Value) -> Result<Option<TokenRequest>, String> {
        let params = params.as_object().cloned().unwrap_or_default();
        token_request(&AuthSpec { kind: "oauth2".into(), params })
    }

    fn plain(pairs: &[(String, SecretString)]) -> Vec<(&str, &str)> {
        pairs.iter().map(|(name, value)| (name.as_str(), value.expose())).collect()
    }

    #[test]
    fn client_credentials_in_the_header_or_the_body() {
        let mut params = json!({"grant_type": "client_credentials", "accessTokenUrl": "http://h/t", "clientId": "i",
            "clientSecret": "s", "scope": "a b"});
        let asked = request(&params).expect("a grant").expect("a request");
        assert_eq!(asked.url, "http://h/t");
        assert_eq!(plain(&asked.headers), [("Authorization", "Basic aTpz")]);
        assert_eq!(plain(&asked.form), [("grant_type", "client_credentials"), ("scope", "a b")]);
        params["client_authentication"] = "body".into();
        let asked = request(&params).expect("a grant").expect("a request");
        assert!(asked.headers.is_empty());
        assert_eq!(plain(&asked.form)[2..], [("client_id", "i"), ("client_secret", "s")]);
    }

    #[test]
    fn passwords_refreshing_and_extra_parameters() {
        let asked = request(&json!({"grant_type": "password_credentials", "accessTokenUrl": "u", "username": "n",
            "password": "p", "tokenRequestParams": [{"key": "x", "value": "1 2", "send_as": "request_url"},
            {"key": "y", "value": "2"}, {"key": "z", "value": "3", "enabled": false}]}));
        let asked = asked.expect("a grant").expect("a request");
        assert_eq!(asked.url, "u?x=1%202");
        assert_eq!(plain(&asked.form), [("grant_type", "password"), ("username", "n"), ("password", "p"), ("y", "2")]);
        let asked = request(&json!({"refreshToken": "r", "refreshTokenUrl": "v", "accessTokenUrl": "u"}));
        let asked = asked.expect("a grant").expect("a request");
        assert_eq!((asked.url.as_str(), plain(&asked.form)[1]), ("v", ("refresh_token", "r")));
    }

    #[test]
    fn what_needs_a_person_says_so() {
        assert_eq!(request(&json!({"accessToken": "A", "grant_type": "implicit"})), Ok(None));
        assert_eq!(request(&json!({})), Ok(None));
        let message = request(&json!({"grant_type": "authorization_code"})).expect_err("needs a browser");
        assert!(message.contains("`authorization_code` needs a person"), "{message}");
        assert!(request(&json!({"grant_type": "client_credentials"})).is_err());
    }

    #[test]
    fn answers_are_read() {
        let token = GrantedToken::read(200, br#"{"access_token":"T","expires_in":"60"}"#).expect("a token");
        assert_eq!((token.access_token.expose(), token.expires_in), ("T", Some(60)));
        let token = GrantedToken::read(200, b"access_token=a%20b&token_type=bearer").expect("a token");
        assert_eq!(token.access_token.expose(), "a b");
        let error = GrantedToken::read(400, br#"{"error":"invalid_client","error_description":"no such"}"#);
        assert_eq!(error, Err("the token endpoint answered 400 without a token: invalid_client, no such".to_owned()));
        assert!(GrantedToken::read(200, b"<html>").is_err());
    }
}
