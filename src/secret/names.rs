//! Which names tell that their value is a secret.

/// Names that are secret by themselves.
const EXACT: &[&str] = &[
    "authorization",
    "proxy-authorization",
    "cookie",
    "cookie2",
    "set-cookie",
    "assertion",
    "client_assertion",
    "code_verifier",
    "jwt",
    "pass",
    "passwd",
    "pwd",
    "pin",
    "sig",
    "sessionid",
    "session_id",
    "subscription-key",
    "ocp-apim-subscription-key",
    "x-functions-key",
];

/// Parts of a name that make it secret.
const STEMS: &[&str] = &[
    "token",
    "secret",
    "password",
    "passphrase",
    "apikey",
    "api_key",
    "api-key",
    "privatekey",
    "private_key",
    "private-key",
    "credential",
    "authorization",
];

/// Endings of names that only speak about a secret: where it comes from, how long it lives.
const HARMLESS_ENDINGS: &[&str] = &[
    "url",
    "uri",
    "endpoint",
    "type",
    "name",
    "expires",
    "expiry",
    "_in",
    "_at",
    "count",
    "length",
    "ttl",
    "size",
    "limit",
    "tokento",
    "tokens",
    "postman-token",
    "policy",
    "hint",
    "required",
    "placeholder",
];

/// Texts that every secret name contains: a cheap test before a text is searched for names.
pub(super) const NAME_STEMS: &[&str] = &[
    "token",
    "secret",
    "pass",
    "apikey",
    "api_key",
    "api-key",
    "private",
    "credential",
    "authorization",
    "cookie",
    "assertion",
    "verifier",
    "jwt",
    "pwd",
    "pin",
    "sig",
    "session",
    "-key",
];

/// Whether a header, member, parameter or variable of this name holds a secret.
pub fn is_secret_name(name: &str) -> bool {
    let name = name.trim().to_ascii_lowercase();
    if EXACT.contains(&name.as_str()) {
        return true;
    }
    STEMS.iter().any(|stem| name.contains(stem)) && !HARMLESS_ENDINGS.iter().any(|end| name.ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::is_secret_name;

    #[test]
    fn names_of_secrets() {
        for name in [
            "Authorization",
            "X-Api-Key",
            "access_token",
            "clientSecret",
            "refresh_token",
            "id_token",
            "Set-Cookie",
            "myPassword",
            "client_assertion",
        ] {
            assert!(is_secret_name(name), "{name}");
        }
        for name in [
            "token_type",
            "accessTokenUrl",
            "Postman-Token",
            "expires_in",
            "addTokenTo",
            "Content-Type",
            "max_tokens",
            "key",
            "spin",
            "passenger",
        ] {
            assert!(!is_secret_name(name), "{name}");
        }
    }
}
