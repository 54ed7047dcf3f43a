//! Claims of a JWT, read without verifying its signature: for messages, never for decisions about access.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

/// Claims of a token.
#[derive(Debug, Clone, PartialEq)]
pub struct Claims(pub Value);

impl Claims {
    /// Reads a token's second part; `None` where it is no JWT.
    pub fn decode(token: &str) -> Option<Self> {
        let mut parts = token.trim().split('.');
        let (_, payload, _) = (parts.next()?, parts.next()?, parts.next()?);
        if parts.next().is_some() {
            return None;
        }
        let bytes = URL_SAFE_NO_PAD.decode(payload.trim_end_matches('=')).ok()?;
        let value: Value = serde_json::from_slice(&bytes).ok()?;
        value.is_object().then_some(Self(value))
    }

    /// Reads a token's first part.
    pub fn header(token: &str) -> Option<Value> {
        let first = token.trim().split('.').next()?;
        let bytes = URL_SAFE_NO_PAD.decode(first.trim_end_matches('=')).ok()?;
        serde_json::from_slice(&bytes).ok().filter(Value::is_object)
    }

    /// A claim that is text.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name)?.as_str()
    }

    /// A claim that is a number of seconds.
    pub fn seconds(&self, name: &str) -> Option<u64> {
        let value = self.0.get(name)?;
        value.as_u64().or_else(|| value.as_f64().filter(|n| *n >= 0.0).map(|n| n as u64))
    }

    /// The scopes.
    pub fn scopes(&self) -> Vec<&str> {
        match self.0.get("scope").or_else(|| self.0.get("scp")) {
            Some(Value::String(text)) => text.split([' ', ',']).filter(|s| !s.is_empty()).collect(),
            Some(Value::Array(items)) => items.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        }
    }

    /// Whether a scope is among them.
    pub fn has_scope(&self, scope: &str) -> bool {
        self.scopes().contains(&scope)
    }

    /// Issuer.
    pub fn issuer(&self) -> Option<&str> {
        self.text("iss")
    }

    /// Number of the organisation that consumes: `consumer.ID` without its prefix.
    pub fn consumer(&self) -> Option<&str> {
        organisation(self.0.get("consumer")?)
    }

    /// Number of the organisation that supplies, where the scope was delegated.
    pub fn supplier(&self) -> Option<&str> {
        organisation(self.0.get("supplier")?)
    }

    /// Number of the organisation the token speaks for in Altinn: the system user's, else Altinn's claim, else the consumer.
    pub fn speaks_for(&self) -> Option<&str> {
        let system_user = self
            .0
            .get("authorization_details")
            .and_then(|details| details.get(0))
            .and_then(|detail| detail.get("systemuser_org"))
            .and_then(organisation);
        system_user.or_else(|| self.text("urn:altinn:orgNumber")).or_else(|| self.consumer())
    }

    /// Whether it is a test-token generator's token.
    pub fn is_test_token(&self) -> bool {
        self.text("actual_iss") == Some("altinn-test-tools")
    }

    /// Seconds until it expires; negative: since it expired.
    pub fn expires_in(&self, now: u64) -> Option<i64> {
        let exp = i64::try_from(self.seconds("exp")?).ok()?;
        exp.checked_sub(i64::try_from(now).ok()?)
    }

    /// Whether Maskinporten itself issued it: `test` or `prod`.
    pub fn maskinporten(&self) -> Option<&'static str> {
        match self.issuer()?.trim_end_matches('/') {
            "https://test.maskinporten.no" => Some("test"),
            "https://maskinporten.no" => Some("prod"),
            _ => None,
        }
    }
}

/// The number in `{"authority": …, "ID": "0192:…"}`.
fn organisation(value: &Value) -> Option<&str> {
    let id = value.get("ID")?.as_str()?;
    Some(id.strip_prefix("0192:").unwrap_or(id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn odd_tokens_are_none() {
        for text in ["", ".", "..", "a.b", "a.b.c", "a.e30.c.d", "a.ImEi.c", "Bearer x"] {
            assert_eq!(Claims::decode(text), None, "{text}");
        }
        assert_eq!(Claims::decode("e30.e30.x"), Some(Claims(serde_json::json!({}))));
    }

    #[test]
    fn organisations() {
        let claims = Claims(serde_json::json!({
            "consumer": {"ID": "0192:111111111"},
            "authorization_details": [{"systemuser_org": {"ID": "0192:222222222"}}]
        }));
        assert_eq!(claims.consumer(), Some("111111111"));
        assert_eq!(claims.speaks_for(), Some("222222222"));
    }
}
