//! JSON Web Tokens in compact form.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value, json};

use super::keys::{Algorithm, PublicKey, SigningKey};

/// A token taken apart, not yet verified.
#[derive(Debug)]
pub(super) struct Decoded<'a> {
    /// The header.
    pub(super) header: Map<String, Value>,
    /// The claims.
    pub(super) claims: Map<String, Value>,
    signed: &'a str,
    signature: Vec<u8>,
}

impl<'a> Decoded<'a> {
    /// Takes a token apart; the error says in a few words what is wrong with it.
    pub(super) fn read(token: &'a str) -> Result<Self, &'static str> {
        let (signed, signature) = token.rsplit_once('.').ok_or("not three parts")?;
        let (header, claims) = signed.split_once('.').ok_or("not three parts")?;
        if claims.contains('.') {
            return Err("not three parts");
        }
        let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|_| "signature is not base64url")?;
        Ok(Self { header: object(header)?, claims: object(claims)?, signed, signature })
    }

    /// The algorithm named in the header.
    pub(super) fn algorithm(&self) -> Option<Algorithm> {
        self.header.get("alg").and_then(Value::as_str).and_then(Algorithm::from_name)
    }

    /// Whether the signature was made with the private half of `key`.
    pub(super) fn is_signed_by(&self, key: &PublicKey) -> bool {
        self.algorithm().is_some_and(|algorithm| key.verifies(algorithm, self.signed.as_bytes(), &self.signature))
    }
}

/// Reads one part of a token.
fn object(part: &str) -> Result<Map<String, Value>, &'static str> {
    let bytes = URL_SAFE_NO_PAD.decode(part).map_err(|_| "a part is not base64url")?;
    serde_json::from_slice(&bytes).map_err(|_| "a part is not a JSON object")
}

/// Signs claims with RS256; `None` if the library cannot sign.
pub(super) fn sign(key: &SigningKey, claims: &Map<String, Value>) -> Option<String> {
    let header = json!({"alg": "RS256", "typ": "JWT", "kid": key.kid()});
    let mut token = URL_SAFE_NO_PAD.encode(header.to_string());
    token.push('.');
    token.push_str(&URL_SAFE_NO_PAD.encode(serde_json::to_string(claims).ok()?));
    let signature = key.sign(token.as_bytes())?;
    token.push('.');
    token.push_str(&URL_SAFE_NO_PAD.encode(signature));
    Some(token)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_token_is_refused_with_a_reason() {
        let cases = [
            ("", "not three parts"),
            ("a.b", "not three parts"),
            ("a.b.c.d", "not three parts"),
            ("e30.e30.!", "signature is not base64url"),
            ("e30.W10.AA", "a part is not a JSON object"),
            ("e30=.e30.AA", "a part is not base64url"),
        ];
        for (token, reason) in cases {
            assert_eq!(Decoded::read(token).err(), Some(reason), "{token}");
        }
    }
}
