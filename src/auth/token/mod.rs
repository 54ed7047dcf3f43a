//! Getting an OAuth 2.0 token where the collection says how and holds none.
//!
//! newman never does this. postbud does for the grants that need no browser; the runner sends the [`TokenRequest`] and puts the token
//! into the authorization's `accessToken`.

mod answer;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

pub use answer::{GrantedToken, Refusal};

use super::{AuthState, Params, SignContext, jwt};
use crate::collection::AuthSpec;
use crate::request::js;
use crate::secret::SecretString;
use crate::variables::{text_of, tokens, truthy};

/// RFC 7523, 2.1.
const JWT_BEARER: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";

/// Seconds for which an assertion that is made here is good.
const ASSERTION_LIFE: u64 = 300;

/// Parameters that say where a token goes or what it is called, not which one it is.
const PLACEMENT: &[&str] =
    &["accessToken", "addTokenTo", "headerPrefix", "tokenName", "tokenType", "state", "useBrowser", "redirect_uri"];

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

impl TokenRequest {
    /// The endpoint without its query, for messages.
    pub fn place(&self) -> &str {
        self.url.split(['?', '#']).next().unwrap_or_default()
    }

    /// The body.
    pub fn body(&self) -> SecretString {
        let pairs: Vec<String> = self
            .form
            .iter()
            .map(|(name, value)| format!("{}={}", js::strict(name), js::strict(value.expose())))
            .collect();
        SecretString::new(pairs.join("&"))
    }
}

/// What makes two authorizations ask for the same token; `None` when it is not OAuth 2.0 or holds a token.
pub fn token_key(auth: &AuthSpec) -> Option<String> {
    if auth.kind != "oauth2" || auth.params.get("accessToken").is_some_and(truthy) {
        return None;
    }
    let mut params: Vec<(&String, &Value)> =
        auth.params.iter().filter(|(key, _)| !PLACEMENT.contains(&key.as_str())).collect();
    params.sort_by_key(|(key, _)| *key);
    serde_json::to_string(&params).ok()
}

/// The request for a token that an authorization describes; `None` when it is not OAuth 2.0, holds a token, or says nothing of a grant.
///
/// # Errors
/// Why no token can be fetched without a person: a browser is needed, or a parameter is missing.
pub fn token_request(auth: &AuthSpec, context: &SignContext) -> Result<Option<TokenRequest>, String> {
    if auth.kind != "oauth2" || auth.params.get("accessToken").is_some_and(truthy) {
        return Ok(None);
    }
    match grant(auth)? {
        Some(grant) => Asking { auth, grant }.request(context).map(Some),
        None => Ok(None),
    }
}

/// Whether a token is given or can be got without a person, as far as that is to be seen without variables.
///
/// # Errors
/// What stands in the way.
pub fn check_grant(auth: &AuthSpec) -> Result<(), String> {
    if token_key(auth).is_some() { grant(auth).map(drop) } else { Ok(()) }
}

/// The request that renews a token with the refresh token that came with it, or with one that took its place.
///
/// # Errors
/// What is missing.
pub fn refresh_request(auth: &AuthSpec, token: &SecretString, context: &SignContext) -> Result<TokenRequest, String> {
    let mut auth = auth.clone();
    auth.params.insert("refreshToken".to_owned(), token.expose().into());
    Asking { auth: &auth, grant: Grant::Refresh }.request(context)
}

/// The grants that need no browser.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Grant {
    ClientCredentials,
    Password,
    JwtBearer,
    Refresh,
}

impl Grant {
    /// Value of `grant_type`.
    fn name(self) -> &'static str {
        match self {
            Self::ClientCredentials => "client_credentials",
            Self::Password => "password",
            Self::JwtBearer => JWT_BEARER,
            Self::Refresh => "refresh_token",
        }
    }
}

fn text(auth: &AuthSpec, key: &str) -> Option<String> {
    auth.params.get(key).filter(|value| truthy(value)).map(text_of)
}

fn grant(auth: &AuthSpec) -> Result<Option<Grant>, String> {
    let written = text(auth, "grant_type");
    if text(auth, "refreshToken").is_some() {
        return Ok(Some(Grant::Refresh));
    }
    let name = match written {
        Some(name) => name,
        // Postman's own default, which its exports leave out.
        None if text(auth, "accessTokenUrl").is_some() || text(auth, "authUrl").is_some() => {
            "authorization_code".to_owned()
        }
        None => return Ok(None),
    };
    match name.as_str() {
        "client_credentials" => Ok(Some(Grant::ClientCredentials)),
        "password_credentials" | "password" => Ok(Some(Grant::Password)),
        "jwt_bearer" | JWT_BEARER => Ok(Some(Grant::JwtBearer)),
        "refresh_token" => Err(no_token("the grant `refresh_token` has no `refreshToken`")),
        "authorization_code" | "authorization_code_with_pkce" | "implicit" | "device_code" | "device_authorization" => {
            Err(no_token(&format!(
                "the grant `{name}` needs a person with a browser. Get the token in Postman and give it as `accessToken` or in \
                 a variable (--env-var), use a token profile of postbud.yaml, or a grant without a browser \
                 (client_credentials, password_credentials, jwt_bearer, a refreshToken)"
            )))
        }
        _ => Err(no_token(&format!(
            "the grant `{name}` is not known; client_credentials, password_credentials, jwt_bearer and a refreshToken are"
        ))),
    }
}

fn no_token(reason: &str) -> String {
    format!("no OAuth 2.0 token: {reason}")
}

/// An authorization and the grant that is asked for.
struct Asking<'a> {
    auth: &'a AuthSpec,
    grant: Grant,
}

impl Asking<'_> {
    fn text(&self, key: &str) -> Option<String> {
        text(self.auth, key)
    }

    /// A parameter without which there is nothing to ask.
    fn needed(&self, key: &str) -> Result<String, String> {
        let value = self.text(key).ok_or_else(|| no_token(&format!("`{key}` is missing")))?;
        let open = tokens(&value).next().map(|(start, end)| &value[start..end]);
        if let Some(variable) = open {
            return Err(no_token(&format!("`{key}` has the variable {variable}, which nothing defines")));
        }
        Ok(value)
    }

    fn request(&self, context: &SignContext) -> Result<TokenRequest, String> {
        let own = (self.grant == Grant::Refresh).then(|| self.text("refreshTokenUrl")).flatten();
        let key = if own.is_some() { "refreshTokenUrl" } else { "accessTokenUrl" };
        let mut request =
            TokenRequest { url: self.needed(key)?.trim().to_owned(), headers: Vec::new(), form: Vec::new() };
        let mut form = vec![("grant_type", Some(self.grant.name().to_owned()))];
        match self.grant {
            Grant::Refresh => form.push(("refresh_token", Some(self.needed("refreshToken")?))),
            Grant::Password => {
                form.push(("username", Some(self.needed("username")?)));
                form.push(("password", Some(self.text("password").unwrap_or_default())));
            }
            Grant::JwtBearer => form.push(("assertion", Some(self.assertion(context)?))),
            Grant::ClientCredentials => {}
        }
        for key in ["scope", "audience", "resource"] {
            form.push((key, self.text(key)));
        }
        let (id, secret) = (self.text("clientId").unwrap_or_default(), self.text("clientSecret").unwrap_or_default());
        if self.text("client_authentication").as_deref() == Some("body") {
            form.push(("client_id", Some(id).filter(|id| !id.is_empty())));
            form.push(("client_secret", Some(secret).filter(|secret| !secret.is_empty())));
        } else if !id.is_empty() {
            // RFC 6749 asks to form-encode both first; Postman does not, and collections are written for it.
            let basic = format!("Basic {}", STANDARD.encode(format!("{id}:{secret}")));
            request.headers.push(("Authorization".to_owned(), SecretString::new(basic)));
        }
        let filled = form.into_iter().filter_map(|(name, value)| Some((name.to_owned(), SecretString::new(value?))));
        request.form.extend(filled);
        self.add_extra(&mut request);
        Ok(request)
    }

    /// The rows that the user added to the request.
    fn add_extra(&self, request: &mut TokenRequest) {
        let key = if self.grant == Grant::Refresh { "refreshRequestParams" } else { "tokenRequestParams" };
        for entry in self.auth.params.get(key).and_then(Value::as_array).into_iter().flatten() {
            let name = entry.get("key").and_then(Value::as_str).unwrap_or_default();
            if name.is_empty() || entry.get("enabled") == Some(&Value::Bool(false)) {
                continue;
            }
            let value = entry.get("value").filter(|value| !value.is_null()).map(text_of).unwrap_or_default();
            match entry.get("send_as").and_then(Value::as_str) {
                Some("request_header") => request.headers.push((name.to_owned(), SecretString::new(value))),
                Some("request_url") => {
                    request.url.push(if request.url.contains('?') { '&' } else { '?' });
                    request.url.push_str(&js::strict(name));
                    request.url.push('=');
                    request.url.push_str(&js::strict(&value));
                }
                _ => request.form.push((name.to_owned(), SecretString::new(value))),
            }
        }
    }

    /// The JWT of a JWT bearer grant: as given, or signed with the parameters that the type `jwt` has.
    fn assertion(&self, context: &SignContext) -> Result<String, String> {
        if self.text("assertion").is_some() {
            return self.needed("assertion");
        }
        let mut params = self.auth.params.clone();
        let mut claims = match params.get("payload") {
            Some(Value::String(payload)) if !payload.trim().is_empty() => serde_json::from_str::<Value>(payload)
                .map_err(|error| no_token(&format!("`payload` is no JSON: {error}")))?
                .as_object()
                .cloned()
                .ok_or_else(|| no_token("`payload` is no JSON object"))?,
            Some(Value::Object(claims)) => claims.clone(),
            _ => Map::new(),
        };
        let client = self.text("clientId");
        let now = context.seconds();
        // What RFC 7523 (3) asks for and the user did not write.
        let missing = [
            ("iss", client.clone().map(Value::from)),
            ("sub", client.map(Value::from)),
            ("aud", self.text("audience").or_else(|| self.text("accessTokenUrl")).map(Value::from)),
            ("iat", Some(json!(now))),
            ("exp", Some(json!(now + ASSERTION_LIFE))),
            ("jti", Some(json!(context.uuid()))),
        ];
        for (name, value) in missing {
            if let Some(value) = value.filter(|_| !claims.contains_key(name)) {
                claims.insert(name.to_owned(), value);
            }
        }
        params.insert("payload".to_owned(), Value::Object(claims));
        let auth = AuthSpec { kind: "jwt".to_owned(), params };
        let mut state = AuthState::default();
        jwt::compact(&Params::new(&auth, &mut state)).map_err(|reason| {
            no_token(&format!(
                "the JWT bearer grant needs `assertion`, or `algorithm` with `privateKey` or `secret` to sign one: {reason}"
            ))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn request(params: &Value) -> Result<Option<TokenRequest>, String> {
        let params = params.as_object().cloned().unwrap_or_default();
        let context = SignContext { now_ms: 1_000_000, random: &|bytes| bytes.fill(0) };
        token_request(&AuthSpec { kind: "oauth2".into(), params }, &context)
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
        let default = request(&json!({"accessTokenUrl": "u"})).expect_err("Postman's default needs a browser");
        assert_eq!(default, message);
        let message = request(&json!({"grant_type": "client_credentials"})).expect_err("no endpoint");
        assert_eq!(message, "no OAuth 2.0 token: `accessTokenUrl` is missing");
        let unknown = json!({"grant_type": "client_credentials", "accessTokenUrl": "{{host}}/t"});
        let message = request(&unknown).expect_err("nothing defines it");
        assert_eq!(message, "no OAuth 2.0 token: `accessTokenUrl` has the variable {{host}}, which nothing defines");
        assert!(request(&json!({"grant_type": "magic"})).expect_err("unknown").contains("`magic` is not known"));
        assert!(
            request(&json!({"grant_type": "refresh_token"})).expect_err("nothing to send").contains("refreshToken")
        );
    }

    #[test]
    fn assertions_are_given_or_signed() {
        let mut params = json!({"grant_type": "jwt_bearer", "accessTokenUrl": "http://h/t", "assertion": "a.b.c"});
        let asked = request(&params).expect("a grant").expect("a request");
        assert_eq!(plain(&asked.form), [("grant_type", JWT_BEARER), ("assertion", "a.b.c")]);
        params["assertion"] = Value::Null;
        assert!(request(&params).expect_err("nothing to sign with").contains("invalid algorithm"));
        for (key, value) in
            [("algorithm", "HS256"), ("secret", "k"), ("payload", r#"{"sub": "me"}"#), ("clientId", "i")]
        {
            params[key] = value.into();
        }
        let asked = request(&params).expect("a grant").expect("a request");
        let claims = plain(&asked.form)[1].1.split('.').nth(1).expect("three parts").to_owned();
        let claims = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(claims).expect("base64");
        let claims: Value = serde_json::from_slice(&claims).expect("JSON");
        let expected = json!({"sub": "me", "iss": "i", "aud": "http://h/t", "iat": 1000, "exp": 1300,
            "jti": "00000000-0000-4000-8000-000000000000"});
        assert_eq!(claims, expected);
    }

    #[test]
    fn tokens_are_the_same_wherever_they_go() {
        let key = |params: Value| {
            let params = params.as_object().cloned().unwrap_or_default();
            token_key(&AuthSpec { kind: "oauth2".into(), params })
        };
        let one = key(json!({"clientId": "a", "scope": "s", "addTokenTo": "header"}));
        assert_eq!(one, key(json!({"scope": "s", "clientId": "a", "addTokenTo": "queryParams"})));
        assert_ne!(one, key(json!({"scope": "t", "clientId": "a"})));
        assert_eq!(key(json!({"accessToken": "T"})), None);
    }

    #[test]
    fn renewing_uses_the_token_that_came_last() {
        let params = json!({"accessTokenUrl": "u", "refreshToken": "old"}).as_object().cloned().unwrap_or_default();
        let auth = AuthSpec { kind: "oauth2".into(), params };
        let asked = refresh_request(&auth, &SecretString::new("new"), &SignContext::system()).expect("a request");
        assert_eq!(asked.body().expose(), "grant_type=refresh_token&refresh_token=new");
    }
}
