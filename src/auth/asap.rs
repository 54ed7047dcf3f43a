//! ASAP (Atlassian S2S): a short-lived signed token.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use der::Decode as _;
use pkcs8::PrivateKeyInfoRef;
use serde_json::{Map, Value, json};

use super::jwt::signing_input;
use super::keys::{self, Algorithm};
use super::{Authorizer, Draft, Params, SignContext};
use crate::request::js;
use crate::variables::{text_of, truthy};

/// Seconds a token is valid when nothing else is said.
const LIFETIME: i64 = 3600;

/// `Authorization: Bearer <token>`, signed with the issuer's key.
pub(super) struct Asap;

impl Authorizer for Asap {
    fn sign(&self, params: &Params, draft: &mut Draft, context: &SignContext) -> Result<(), String> {
        let claims = match params.get("claims").filter(|claims| truthy(claims)) {
            Some(Value::String(text)) if !text.trim().is_empty() => {
                serde_json::from_str(text.trim()).map_err(|_| "Failed to parse claims".to_owned())?
            }
            // A blank text is no set of claims.
            Some(Value::String(_)) => Value::Null,
            Some(other) => other.clone(),
            None => Value::Object(Map::new()),
        };
        let claim = |key: &str| claims.get(key).filter(|value| truthy(value)).cloned();
        let param = |key: &str| params.get(key).filter(|value| truthy(value)).cloned();
        let key_id = claim("kid").or_else(|| param("kid"));
        let issuer = claim("iss").or_else(|| param("iss"));
        let audience = claim("aud").or_else(|| param("aud"));
        let (Some(key_id), Some(issuer), Some(audience), Some(key)) = (key_id, issuer, audience, param("privateKey"))
        else {
            return Err("One or more of required claims missing".to_owned());
        };
        let name = params.text("alg").unwrap_or_else(|| "RS256".to_owned());
        let algorithm = Algorithm::named(&name).ok_or_else(|| "invalid algorithm".to_owned())?;
        let Value::String(key) = key else { return Err("privateKey must be a string".to_owned()) };
        let key = private_key(&key, &text_of(&key_id)).ok_or_else(|| "Failed to parse private key.".to_owned())?;

        let failed = || "Failed to sign request with key.".to_owned();
        let Value::Object(claims) = &claims else { return Err(failed()) };
        let now = i64::try_from(context.seconds()).unwrap_or(i64::MAX);
        let lifetime = params.get("exp").and_then(whole).unwrap_or(LIFETIME);
        let mut payload = js::ordered(Value::Object(claims.clone()));
        payload["iat"] = claim("iat").unwrap_or_else(|| now.into());
        payload["iss"] = issuer.clone();
        payload["sub"] = claim("sub").or_else(|| param("sub")).unwrap_or(issuer);
        payload["jti"] = claim("jti").unwrap_or_else(|| context.uuid().into());
        payload["aud"] = audience;
        payload["exp"] = claim("exp").as_ref().and_then(whole).unwrap_or(now.saturating_add(lifetime)).into();
        let input = signing_input(&json!({"alg": name, "kid": key_id}), &payload);
        let der = key.der().ok_or_else(failed)?;
        let signature = keys::sign(algorithm, &der, input.as_bytes()).map_err(|_| failed())?;
        draft.authorize(&format!("Bearer {input}.{}", URL_SAFE_NO_PAD.encode(signature)));
        Ok(())
    }
}

/// A whole number as `parseInt` reads it; `None` for none and for zero.
fn whole(value: &Value) -> Option<i64> {
    let text = text_of(value);
    let text = text.trim_start();
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
    let number: i64 = digits[..end].parse().ok()?;
    let number = if text.starts_with('-') { -number } else { number };
    (number != 0).then_some(number)
}

/// A private key as written.
enum Key {
    Pem(String),
    Der(Vec<u8>),
}

impl Key {
    fn der(self) -> Option<Vec<u8>> {
        match self {
            Self::Pem(pem) => keys::pkcs8(&pem).ok(),
            Self::Der(der) => Some(der),
        }
    }
}

/// Reads a PEM, or a `data:` URI that names the key it holds.
fn private_key(text: &str, key_id: &str) -> Option<Key> {
    let text = text.replace('\n', "");
    let text = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(&text);
    let text = js::decode_component(text)?;
    let Some(rest) = text.strip_prefix("data:") else { return Some(Key::Pem(text)) };
    let (named, encoded) = rest.strip_prefix("application/pkcs8;kid=")?.split_once(";base64,")?;
    let der = js::decode_base64(encoded);
    (named == key_id && PrivateKeyInfoRef::from_der(&der).is_ok()).then_some(Key::Der(der))
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::*;
    use crate::auth::keys::tests::{rsa_key, verify};
    use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA512};

    fn params(pem: &str, more: &Value) -> Value {
        let mut params = json!({"kid": "k", "iss": "i", "aud": "a", "privateKey": pem});
        for (key, value) in more.as_object().into_iter().flatten() {
            params[key] = value.clone();
        }
        params
    }

    /// Header, claims, what was signed and the signature of the token that was added.
    fn token(params: &Value) -> Result<(String, String, String, Vec<u8>), String> {
        let mut case = Case::new("http://h/", "asap", params);
        case.header("authorization", "z");
        if let Some(warning) = case.sign().pop() {
            let reason = warning.strip_prefix("runtime~asap.auth: could not sign the request: ");
            return Err(reason.unwrap_or_default().to_owned());
        }
        let token = case.value("authorization").and_then(|value| value.strip_prefix("Bearer ")).expect("a token");
        let parts: Vec<&str> = token.split('.').collect();
        let text = |part: &str| String::from_utf8(URL_SAFE_NO_PAD.decode(part).expect("base64")).expect("text");
        let signature = URL_SAFE_NO_PAD.decode(parts[2]).expect("base64");
        Ok((text(parts[0]), text(parts[1]), format!("{}.{}", parts[0], parts[1]), signature))
    }

    #[test]
    fn claims_stand_in_newmans_order() {
        let (pem, pair) = rsa_key();
        let (header, claims, input, signature) = token(&params(&pem, &json!({}))).expect("a token");
        assert_eq!(header, r#"{"alg":"RS256","kid":"k"}"#);
        assert_eq!(
            claims,
            "{\"iat\":1577836800,\"iss\":\"i\",\"sub\":\"i\",\"jti\":\"00000000-0000-4000-8000-000000000000\",\
             \"aud\":\"a\",\"exp\":1577840400}"
        );
        assert!(verify(&pair, &RSA_PKCS1_2048_8192_SHA256, input.as_bytes(), &signature));

        let own = r#"{"x":1,"iss":"ci","jti":"J","iat":5,"exp":"77","kid":"ck","aud":["p","q"]}"#;
        let more = json!({"exp": "60", "sub": "s", "alg": "RS512", "claims": own});
        let (header, claims, input, signature) = token(&params(&pem, &more)).expect("a token");
        assert_eq!(header, r#"{"alg":"RS512","kid":"ck"}"#);
        assert_eq!(claims, r#"{"x":1,"iss":"ci","jti":"J","iat":5,"exp":77,"kid":"ck","aud":["p","q"],"sub":"s"}"#);
        assert!(verify(&pair, &RSA_PKCS1_2048_8192_SHA512, input.as_bytes(), &signature));
    }

    #[test]
    fn keys_in_data_uris_must_be_named() {
        let (pem, _) = rsa_key();
        let encoded: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
        let uri = |id: &str| format!("data:application/pkcs8;kid={id};base64,{encoded}");
        assert!(token(&params(&uri("k"), &json!({}))).is_ok());
        assert!(token(&params(&uri("k").replace('+', "%2B").replace('=', "%3D"), &json!({}))).is_ok());
        assert_eq!(token(&params(&uri("k2"), &json!({}))), Err("Failed to parse private key.".to_owned()));
        assert_eq!(token(&params("%", &json!({}))), Err("Failed to parse private key.".to_owned()));
    }

    #[test]
    fn what_cannot_be_signed() {
        let (pem, _) = rsa_key();
        let error = |params: &Value| token(params).expect_err("no token");
        assert_eq!(error(&json!({"kid": "k"})), "One or more of required claims missing");
        assert_eq!(error(&params(&pem, &json!({"alg": "HS256"}))), "invalid algorithm");
        assert_eq!(error(&params(&pem, &json!({"claims": "{x"}))), "Failed to parse claims");
        for more in [json!({"claims": "  "}), json!({"claims": "[1]"}), json!({"privateKey": "nokey"})] {
            assert_eq!(error(&params(&pem, &more)), "Failed to sign request with key.");
        }
    }
}
