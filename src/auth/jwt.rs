//! JWT bearer: a token that the request signs for itself.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

use super::hash::Hash;
use super::keys::{self, Algorithm};
use super::{Authorizer, Draft, Params, SignContext};
use crate::request::js;
use crate::variables::{text_of, truthy};

/// A signed token in `Authorization` or in the query.
pub(super) struct Jwt;

impl Authorizer for Jwt {
    fn sign(&self, params: &Params, draft: &mut Draft, _context: &SignContext) -> Result<(), String> {
        let token = compact(params)?;
        place(params, draft, &token);
        Ok(())
    }
}

/// A signed token of the parameters `algorithm`, `secret` or `privateKey`, `header` and `payload`.
///
/// # Errors
/// Why it cannot be signed, in newman's words.
pub(super) fn compact(params: &Params) -> Result<String, String> {
    let name = params.text_or_empty("algorithm");
    let shared = match name.as_str() {
        "HS256" => Some(Hash::Sha256),
        "HS384" => Some(Hash::Sha384),
        "HS512" => Some(Hash::Sha512),
        _ => None,
    };
    let algorithm = Algorithm::named(&name);
    if shared.is_none() && algorithm.is_none() {
        return Err("invalid algorithm".to_owned());
    }
    let text = |key: &str| params.get(key).and_then(Value::as_str).filter(|text| !text.is_empty());
    let secret = text("secret");
    let private_key = text("privateKey");
    if shared.is_some() && secret.is_none() {
        return Err("Invalid secret key. Enter a valid key.".to_owned());
    }
    if shared.is_none() && private_key.is_none() {
        return Err("Invalid private key. Enter a valid key.".to_owned());
    }
    let header = header(params.get("header"), &name)?;
    let payload = payload(params.get("payload"))?;
    let input = signing_input(&Value::Object(header), &payload);
    let signature = match (shared, algorithm) {
        (Some(hash), _) => {
            let secret = secret.unwrap_or_default();
            let key = if params.flag("isSecretBase64Encoded") {
                js::decode_base64(secret)
            } else {
                secret.as_bytes().to_vec()
            };
            hash.hmac(&key, &[input.as_bytes()])
        }
        (None, Some(algorithm)) => {
            let der = keys::pkcs8(private_key.unwrap_or_default())?;
            keys::sign(algorithm, &der, input.as_bytes())?
        }
        (None, None) => return Err("invalid algorithm".to_owned()),
    };
    Ok(format!("{input}.{}", URL_SAFE_NO_PAD.encode(signature)))
}

/// Header and claims, encoded and joined.
pub(super) fn signing_input(header: &Value, claims: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(js::stringify(value));
    format!("{}.{}", part(header), part(claims))
}

/// A parameter that holds JSON, as text or as it is; `None` where it is missing or blank.
fn parsed(value: Option<&Value>) -> Result<Option<Value>, String> {
    match value {
        Some(Value::String(text)) if text.trim().is_empty() => Ok(None),
        Some(Value::String(text)) => {
            serde_json::from_str(text.trim()).map(Some).map_err(|error| format!("not valid JSON: {error}"))
        }
        other => Ok(other.cloned()),
    }
}

fn header(value: Option<&Value>, algorithm: &str) -> Result<Map<String, Value>, String> {
    let mut header = match parsed(value)?.map(js::ordered) {
        Some(Value::Object(map)) => map,
        Some(Value::Array(items)) => items.into_iter().enumerate().map(|(at, item)| (at.to_string(), item)).collect(),
        _ => Map::new(),
    };
    header.insert("alg".into(), algorithm.into());
    let critical = header.get("crit").and_then(Value::as_array).is_some_and(|list| list.contains(&"b64".into()));
    if critical && header.get("b64") == Some(&Value::Bool(false)) {
        return Err("JWTs MUST NOT use unencoded payload".to_owned());
    }
    Ok(header)
}

fn payload(value: Option<&Value>) -> Result<Value, String> {
    // A blank text is an empty set of claims; no payload at all is an error.
    let parsed = match value {
        Some(Value::String(text)) if text.trim().is_empty() => Some(Value::Object(Map::new())),
        other => parsed(other)?,
    };
    match parsed {
        Some(claims @ Value::Object(_)) => Ok(js::ordered(claims)),
        _ => Err("JWT Claims Set MUST be an object".to_owned()),
    }
}

fn place(params: &Params, draft: &mut Draft, token: &str) {
    match params.text("addTokenTo").as_deref() {
        None | Some("header") => {
            let mut prefix = params.get("headerPrefix").map_or_else(
                || "Bearer".to_owned(),
                |prefix| {
                    if truthy(prefix) { text_of(prefix) } else { String::new() }
                },
            );
            if !prefix.is_empty() {
                prefix.push(' ');
            }
            draft.authorize(&format!("{prefix}{token}"));
        }
        Some("queryParam") => {
            let key = params.text("queryParamKey").unwrap_or_else(|| "token".to_owned());
            draft.remove_params(&[&key]);
            draft.add_param(&key, Some(token));
        }
        Some(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::*;
    use serde_json::json;

    fn params(more: &Value) -> Value {
        let mut params = json!({"algorithm": "HS256", "secret": "sec", "payload": "{\"a\":1.0}"});
        for (key, value) in more.as_object().into_iter().flatten() {
            params[key] = value.clone();
        }
        params
    }

    fn wire(more: &Value) -> String {
        let mut case = Case::new("http://h/?token=x&b=1", "jwt", &params(more));
        case.header("authorization", "z");
        let warnings = case.sign();
        warnings.first().map_or_else(
            || case.wire(),
            |warning| {
                warning.strip_prefix("runtime~jwt.auth: could not sign the request: ").unwrap_or(warning).to_owned()
            },
        )
    }

    #[test]
    fn measured_tokens() {
        // P57
        let p57 = json!({"payload": "{\"a\":1}", "header": "{\"kid\":\"k\"}"});
        assert_eq!(
            wire(&p57),
            "GET /?token=x&b=1 | Authorization: Bearer \
             eyJraWQiOiJrIiwiYWxnIjoiSFMyNTYifQ.eyJhIjoxfQ.NXrzc3p0GYZ_vyWmcqs2826KUwzcotpcniDBiNSjbUs | SYS"
        );
        let encoded = json!({"algorithm": "HS384", "isSecretBase64Encoded": true, "secret": "c2Vj",
            "header": {"alg": "none", "kid": "k", "typ": "JWT"}, "payload": {"a": {"b": [1, "é"]}}});
        assert_eq!(
            wire(&encoded),
            "GET /?token=x&b=1 | Authorization: Bearer eyJhbGciOiJIUzM4NCIsImtpZCI6ImsiLCJ0eXAiOiJKV1QifQ.\
             eyJhIjp7ImIiOlsxLCLDqSJdfX0.xvPQp4raYxer9R8LRjKfv2BwsbXwlAhQNyxqboyoGZmKscv6kviiTcspcqANa8eP | SYS"
        );
        assert_eq!(
            wire(&json!({"algorithm": "HS512", "addTokenTo": "queryParam"})),
            "GET /?b=1&token=eyJhbGciOiJIUzUxMiJ9.eyJhIjoxfQ.\
             vkMcWZWS59oNLXCe_BTobQtNwUwm7UZooWP6YyokdWoMLW_f9AaY_VwvdoePPMMS0DVAHBansjt09lyQUENZxA | authorization: z | SYS"
        );
    }

    #[test]
    fn where_it_goes() {
        const TOKEN: &str = "eyJhbGciOiJIUzI1NiJ9.eyJhIjoxfQ.b7eEhcIwpW7mUIMAvieZ9G0wK-sNM1iWFeD4S4pjcec";
        let named = json!({"addTokenTo": "queryParam", "queryParamKey": "t k"});
        assert!(wire(&named).starts_with(&format!("GET /?token=x&b=1&t%20k={TOKEN} | authorization: z")));
        assert!(wire(&json!({"headerPrefix": " X "})).contains(&format!("Authorization:  X  {TOKEN} |")));
        assert!(wire(&json!({"headerPrefix": ""})).contains(&format!("Authorization: {TOKEN} |")));
        assert_eq!(wire(&json!({"addTokenTo": "foo"})), "GET /?token=x&b=1 | authorization: z | SYS");
        assert!(wire(&json!({"header": "  "})).contains(TOKEN));
        assert!(
            wire(&json!({"payload": ""}))
                .contains("eyJhbGciOiJIUzI1NiJ9.e30.SpAKd06zX8iEHp_gE7mGPDIV-2dpV8Ed-zECgYxMRTg")
        );
        let list = wire(&json!({"header": "[1]"}));
        assert!(list.contains("eyIwIjoxLCJhbGciOiJIUzI1NiJ9.eyJhIjoxfQ.GNCoQ3xLtxQG3juXQ2MZ3vQgz4LX8kBuJXu6ZYbHSG0"));
    }

    #[test]
    fn what_cannot_be_signed() {
        assert_eq!(wire(&json!({"algorithm": "none"})), "invalid algorithm");
        for secret in [json!(""), json!(5)] {
            assert_eq!(wire(&json!({"secret": secret})), "Invalid secret key. Enter a valid key.");
        }
        assert_eq!(wire(&json!({"algorithm": "RS256"})), "Invalid private key. Enter a valid key.");
        for payload in [json!(null), json!("[1]"), json!("5")] {
            assert_eq!(wire(&json!({"payload": payload})), "JWT Claims Set MUST be an object");
        }
        for key in ["payload", "header"] {
            assert!(wire(&json!({key: "{x"})).starts_with("not valid JSON: "));
        }
        let unencoded = json!({"header": {"b64": false, "crit": ["b64"]}});
        assert_eq!(wire(&unencoded), "JWTs MUST NOT use unencoded payload");
        let pem = json!({"algorithm": "RS256", "privateKey": "-----BEGIN RSA PRIVATE KEY-----"});
        assert_eq!(wire(&pem), "\"pkcs8\" must be PKCS#8 formatted string");
    }

    #[test]
    fn the_example_of_jwt_io() {
        let known = json!({"header": {"alg": "HS256", "typ": "JWT"}, "secret": "your-256-bit-secret",
            "payload": {"sub": "1234567890", "name": "John Doe", "iat": 1_516_239_022}});
        assert!(wire(&known).contains(
            "Bearer eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.\
             eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIiwiaWF0IjoxNTE2MjM5MDIyfQ.\
             SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c |"
        ));
    }
}
