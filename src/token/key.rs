//! Private keys in the forms their owners hold them.

use aws_lc_rs::rsa::{KeyPairComponents, PublicKeyComponents};
use aws_lc_rs::signature::{self, KeyPair as _, RsaKeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use der::Decode as _;
use der::oid::db::rfc5912::ID_EC_PUBLIC_KEY;
use p12_keystore::{KeyStore, KeyStoreEntry, Pkcs12ImportPolicy, PrivateKeyChain};
use pkcs1::RsaPublicKeyRef;
use pkcs8::PrivateKeyInfoRef;
use serde_json::Value;

use super::error::{TokenError, TokenStep};
use super::{TokenContext, secret};
use crate::config::{Algorithm, KeyForm, KeySource};
use crate::http::pem::{self, KeyError};
use crate::http::x509::Certificate;

/// A private key and how the grant names it.
pub struct SigningKey {
    pair: RsaKeyPair,
    /// What is known of it, for messages.
    pub info: KeyInfo,
    /// DER certificates, leaf first, for `x5c`; empty where the key has an id.
    chain: Vec<Vec<u8>>,
}

/// What may be shown of a key.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct KeyInfo {
    /// Id of the registered key.
    pub kid: Option<String>,
    /// Bits of the modulus.
    pub bits: usize,
    /// RFC 7638 thumbprint of the public half.
    pub thumbprint: String,
    /// Subject of the business certificate.
    pub subject: Option<String>,
    /// Its issuer.
    pub issuer: Option<String>,
    /// Seconds since 1970 from which it is valid.
    pub not_before: Option<i64>,
    /// Seconds since 1970 until which it is valid.
    pub not_after: Option<i64>,
    /// Seconds since 1970 at which it was registered, where the profile says so.
    pub registered: Option<i64>,
}

/// Days that a registered key is good for.
const REGISTERED_DAYS: i64 = 365;

/// Days before its end at which a key or certificate is warned about.
pub const SOON: i64 = 30;

const DAY: i64 = 86_400;

impl KeyInfo {
    /// Days until key or certificate end, negative afterwards; `None` where nothing says.
    pub fn days_left(&self, now: u64) -> Option<i64> {
        let registered = self.registered.map(|day| day.saturating_add(REGISTERED_DAYS * DAY));
        let end = [self.not_after, registered].into_iter().flatten().min()?;
        Some(end.saturating_sub(i64::try_from(now).unwrap_or(i64::MAX)).div_euclid(DAY))
    }

    /// What ends: `certificate of …`, or the registered key by its id.
    pub fn what_ends(&self) -> String {
        match (&self.subject, self.registered) {
            (Some(subject), None) => format!("the certificate of {subject}"),
            _ => format!("the registered key {}", self.kid.as_deref().unwrap_or("without `kid`")),
        }
    }

    /// What to do about it.
    pub fn renewal(&self) -> &'static str {
        if self.registered.is_some() {
            "post the same public key again on the client in self service, and write the new day as `registered`"
        } else {
            "order a new certificate, and use it here before the old one ends"
        }
    }

    /// What to say in good time before the end.
    pub fn warning(&self, now: u64) -> Option<String> {
        let days = self.days_left(now).filter(|days| *days <= SOON)?;
        let when = if days < 0 { format!("ended {} days ago", -days) } else { format!("ends in {days} days") };
        Some(format!("{} {when}: {}", self.what_ends(), self.renewal()))
    }
}

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SigningKey").field("info", &self.info).finish_non_exhaustive()
    }
}

impl SigningKey {
    fn new(pair: RsaKeyPair) -> Self {
        let (modulus, exponent) = RsaPublicKeyRef::from_der(pair.public_key().as_ref())
            .map(|key| [key.modulus, key.public_exponent].map(|number| URL_SAFE_NO_PAD.encode(number.as_bytes())))
            .map(<(String, String)>::from)
            .unwrap_or_default();
        let text = format!("{{\"e\":\"{exponent}\",\"kty\":\"RSA\",\"n\":\"{modulus}\"}}");
        let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, text.as_bytes());
        let info = KeyInfo {
            bits: pair.public_modulus_len() * 8,
            thumbprint: URL_SAFE_NO_PAD.encode(digest.as_ref()),
            ..KeyInfo::default()
        };
        Self { pair, info, chain: Vec::new() }
    }

    /// Puts `kid` or `x5c` into a header.
    pub(super) fn name_in(&self, header: &mut serde_json::Map<String, Value>) {
        if let Some(kid) = &self.info.kid {
            header.insert("kid".into(), kid.clone().into());
        } else {
            header.insert("x5c".into(), self.chain.iter().map(|der| Value::String(STANDARD.encode(der))).collect());
        }
    }

    /// Signs.
    pub(super) fn sign(&self, algorithm: Algorithm, message: &[u8]) -> Option<Vec<u8>> {
        let encoding = match algorithm {
            Algorithm::Rs256 => &signature::RSA_PKCS1_SHA256,
            Algorithm::Rs384 => &signature::RSA_PKCS1_SHA384,
            Algorithm::Rs512 => &signature::RSA_PKCS1_SHA512,
        };
        let mut out = vec![0; self.pair.public_modulus_len()];
        self.pair.sign(encoding, &aws_lc_rs::rand::SystemRandom::new(), message, &mut out).ok()?;
        Some(out)
    }

    /// The public key in DER (PKCS#1), to verify with.
    #[cfg(test)]
    pub(super) fn public_key(&self) -> Vec<u8> {
        self.pair.public_key().as_ref().to_vec()
    }
}

/// Reads a profile's key.
///
/// # Errors
/// What is wrong with it and what to do; never its text.
pub fn load(profile: &str, source: &KeySource, cx: &TokenContext<'_>) -> Result<SigningKey, TokenError> {
    let fail = |problem: Problem| {
        let error = TokenError::new(profile, TokenStep::Key, problem.0);
        if problem.1.is_empty() { error } else { error.with_hint(problem.1) }
    };
    let wanted_kid = source.kid.as_deref().map(|kid| super::fill(profile, kid, cx)).transpose()?;
    let mut key = match &source.form {
        KeyForm::Jwk(text) => from_jwk(secret(profile, "key", text, cx)?.expose(), wanted_kid.as_deref()),
        KeyForm::Pem { text, password } => {
            let password =
                password.as_ref().map(|source| secret(profile, "pass phrase of the key", source, cx)).transpose()?;
            // One from a file has its line break.
            let password = password.as_ref().map(|text| text.expose().trim_end_matches(['\r', '\n']));
            from_pem(secret(profile, "key", text, cx)?.expose(), password)
        }
        KeyForm::Pkcs12 { file, password, alias } => {
            let password = secret(profile, "password of the key", password, cx)?;
            let bytes = std::fs::read(file).map_err(|error| {
                fail(Problem::new(format!("the key could not be read: {}: {error}", file.display()), ""))
            })?;
            // A password from a file has its line break.
            from_pkcs12(&bytes, password.expose().trim_end_matches(['\r', '\n']), alias.as_deref())
        }
    }
    .map_err(fail)?;
    if wanted_kid.is_some() {
        key.info.kid = wanted_kid;
    }
    key.info.registered = source.registered;
    if key.info.kid.is_none() && key.chain.is_empty() {
        return Err(fail(Problem::new(
            "the key has no `kid`, and Maskinporten refuses a grant without one",
            "add `kid:` beside the key: the id that self service shows for it",
        )));
    }
    Ok(key)
}

/// What is wrong, and what to do.
#[derive(Debug)]
struct Problem(String, String);

impl Problem {
    fn new(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self(message.into(), hint.into())
    }

    fn elliptic() -> Self {
        Self::new(
            "this is an elliptic curve key, and Maskinporten takes RSA keys only",
            "make an RSA key of at least 2048 bits and register its public half in self service",
        )
    }

    fn public_half() -> Self {
        Self::new(
            "this is the public half of a key; the private half is needed to sign",
            "give the file that was made together with it, which Maskinporten never saw",
        )
    }
}

fn from_jwk(text: &str, kid: Option<&str>) -> Result<SigningKey, Problem> {
    let value = jwk_json(text)?;
    let jwk = pick(value, kid)?;
    match jwk.get("kty").and_then(Value::as_str) {
        Some("RSA") => {}
        Some("EC" | "OKP") => return Err(Problem::elliptic()),
        Some("oct") => return Err(Problem::new("this is a symmetric key, and Maskinporten takes RSA keys only", "")),
        _ => {
            return Err(Problem::new(
                "this JSON is no JWK: it has no `kty`",
                "a JWK of an RSA key has `kty`, `kid`, `n`, `e`, `d`, `p`, `q`, `dp`, `dq` and `qi`",
            ));
        }
    }
    if jwk.get("d").is_none() {
        return Err(Problem::public_half());
    }
    let part = |name: &str| -> Result<Vec<u8>, Problem> {
        let text = jwk.get(name).and_then(Value::as_str).ok_or_else(|| {
            Problem::new(
                format!("the JWK has no `{name}`"),
                "a private RSA JWK needs `n`, `e`, `d`, `p`, `q`, `dp`, `dq` and `qi`; export it again with all of them",
            )
        })?;
        base64_any(text).ok_or_else(|| Problem::new(format!("`{name}` of the JWK is no base64url"), ""))
    };
    let strip = |bytes: Vec<u8>| -> Vec<u8> { bytes.into_iter().skip_while(|byte| *byte == 0).collect() };
    let components = KeyPairComponents {
        public_key: PublicKeyComponents { n: strip(part("n")?), e: strip(part("e")?) },
        d: part("d")?,
        p: part("p")?,
        q: part("q")?,
        dP: part("dp")?,
        dQ: part("dq")?,
        qInv: part("qi")?,
    };
    let pair = RsaKeyPair::from_components(&components).map_err(|_| {
        Problem::new("the JWK's parts do not belong together, or it has fewer than 2048 bits", "was it cut or edited?")
    })?;
    let mut key = SigningKey::new(pair);
    key.info.kid = jwk.get("kid").and_then(Value::as_str).map(str::to_owned).filter(|kid| !kid.is_empty());
    Ok(key)
}

/// The JSON of a JWK: as it is, quoted, or in base64.
fn jwk_json(text: &str) -> Result<Value, Problem> {
    let text = text.trim_start_matches('\u{FEFF}').trim();
    if text.is_empty() {
        return Err(Problem::new("the key is empty", ""));
    }
    if text.contains("-----BEGIN") {
        return Err(Problem::new("this is PEM, not a JWK", "write it under `pem:`, with `kid:` beside it"));
    }
    match serde_json::from_str::<Value>(text) {
        Ok(Value::String(inner)) => return serde_json::from_str(&inner).map_err(|_| not_jwk(&inner)),
        Ok(value) => return Ok(value),
        Err(_) if text.starts_with(['{', '[']) => {
            // An environment variable may have kept the backslashes of a JSON string.
            if let Ok(value) = serde_json::from_str(&text.replace("\\\"", "\"")) {
                return Ok(value);
            }
            return Err(Problem::new(
                "the JWK is no valid JSON",
                "was it cut, or were its quotes lost on the way through a shell?",
            ));
        }
        Err(_) => {}
    }
    let decoded = base64_any(text).and_then(|bytes| String::from_utf8(bytes).ok());
    match decoded {
        Some(decoded) if decoded.trim_start().starts_with(['{', '[']) => serde_json::from_str(decoded.trim())
            .map_err(|_| Problem::new("the JWK in base64 is no valid JSON", "was it cut?")),
        _ => Err(not_jwk(text)),
    }
}

fn not_jwk(text: &str) -> Problem {
    if text.split_whitespace().count() > 2 {
        Problem::new("the key is text for people, not a key", "a placeholder was left in; put the JWK there")
    } else {
        Problem::new(
            "the key is no JWK",
            "expected a JSON object, a list of one, `{\"keys\": […]}`, or one of them in base64",
        )
    }
}

/// One private key of a set.
fn pick(value: Value, kid: Option<&str>) -> Result<Value, Problem> {
    let keys = match value {
        Value::Array(keys) => keys,
        Value::Object(mut map) => match map.remove("keys") {
            Some(Value::Array(keys)) => keys,
            _ => return Ok(Value::Object(map)),
        },
        _ => return Err(Problem::new("this JSON is no JWK", "")),
    };
    let mut private: Vec<Value> = keys.iter().filter(|key| key.get("d").is_some()).cloned().collect();
    if private.len() > 1
        && let Some(kid) = kid
    {
        private.retain(|key| key.get("kid").and_then(Value::as_str) == Some(kid));
    }
    match private.len() {
        1 => Ok(private.remove(0)),
        0 if keys.is_empty() => Err(Problem::new("the key set is empty", "")),
        0 => Err(Problem::public_half()),
        count => Err(Problem::new(format!("the key set has {count} private keys"), "say which with `kid:`")),
    }
}

/// Base64 in either alphabet, with or without padding and white space.
fn base64_any(text: &str) -> Option<Vec<u8>> {
    let clean: String = text
        .chars()
        .filter(|c| !c.is_whitespace() && *c != '=')
        .map(|c| match c {
            '+' => '-',
            '/' => '_',
            other => other,
        })
        .collect();
    URL_SAFE_NO_PAD.decode(clean).ok()
}

fn from_pem(text: &str, password: Option<&str>) -> Result<SigningKey, Problem> {
    let mut text = text.replace("\\r", "").replace("\\n", "\n");
    if !text.contains("-----BEGIN") {
        if text.trim_start().starts_with('{') {
            return Err(Problem::new("this is a JWK, not PEM", "write it under `jwk:`"));
        }
        match base64_any(&text).and_then(|bytes| String::from_utf8(bytes).ok()) {
            Some(decoded) if decoded.contains("-----BEGIN") => text = decoded,
            _ => return Err(Problem::new("the key is no PEM: it has no `-----BEGIN` line", "")),
        }
    }
    let blocks = pem_blocks(&text);
    let has = |label: &str| blocks.iter().any(|(found, _)| found == label);
    for (label, body) in &blocks {
        let der = match (label.as_str(), body) {
            ("ENCRYPTED PRIVATE KEY", Some(bytes)) => decrypted(bytes, password)?,
            // Headers stand before the base64, so it is none as a whole.
            ("RSA PRIVATE KEY", None) if text.contains("Proc-Type: 4,ENCRYPTED") => {
                pem::private_key(text.as_bytes(), password).map_err(encrypted)?.secret_der().to_vec()
            }
            ("PRIVATE KEY" | "RSA PRIVATE KEY", Some(bytes)) => bytes.clone(),
            ("PRIVATE KEY" | "RSA PRIVATE KEY" | "ENCRYPTED PRIVATE KEY", None) => {
                return Err(Problem::new("the text between the PEM lines is no base64", "was it cut?"));
            }
            _ => continue,
        };
        if is_elliptic(&der) {
            return Err(Problem::elliptic());
        }
        let pair = if label == "RSA PRIVATE KEY" { RsaKeyPair::from_der(&der) } else { RsaKeyPair::from_pkcs8(&der) };
        return pair
            .map(SigningKey::new)
            .map_err(|_| Problem::new("the PEM holds no RSA key of at least 2048 bits", "was it cut?"));
    }
    if has("EC PRIVATE KEY") {
        Err(Problem::elliptic())
    } else if has("CERTIFICATE") || has("PUBLIC KEY") || has("RSA PUBLIC KEY") {
        Err(Problem::public_half())
    } else {
        Err(Problem::new("the PEM holds no private key", "expected `-----BEGIN PRIVATE KEY-----`"))
    }
}

/// Whether a PKCS#8 key is of an elliptic curve.
fn is_elliptic(pkcs8: &[u8]) -> bool {
    PrivateKeyInfoRef::from_der(pkcs8).is_ok_and(|key| key.algorithm.oid == ID_EC_PUBLIC_KEY)
}

/// A key in encrypted PKCS#8.
fn decrypted(bytes: &[u8], password: Option<&str>) -> Result<Vec<u8>, Problem> {
    let password = password.ok_or(KeyError::NoPassphrase).map_err(encrypted)?;
    pem::decrypt_pkcs8(bytes, password).map_err(encrypted)
}

fn encrypted(error: KeyError) -> Problem {
    match error {
        KeyError::NoPassphrase => Problem::new(
            "the PEM key is encrypted, and no pass phrase is given",
            "write `password: {env: NAME}` or `password: {file: PATH}` beside `pem:`",
        ),
        KeyError::BadDecrypt => Problem::new("the pass phrase does not open the PEM key", "is it of another key?"),
        KeyError::Unsupported | KeyError::Missing => Problem::new(
            "the PEM key is encrypted in a way that is not read here, or was cut",
            "write it anew: openssl pkcs8 -topk8 -v2 aes-256-cbc -in key.pem -out new.pem",
        ),
    }
}

/// Label and bytes of every block; `None` where the text between is no base64.
fn pem_blocks(text: &str) -> Vec<(String, Option<Vec<u8>>)> {
    let mut blocks = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find("-----BEGIN ") {
        let after = &rest[start + 11..];
        let Some(label_end) = after.find("-----") else { break };
        let label = after[..label_end].trim().to_owned();
        let body = &after[label_end + 5..];
        let Some(end) = body.find("-----END") else {
            blocks.push((label, None));
            break;
        };
        let clean: String = body[..end].chars().filter(|c| !c.is_whitespace()).collect();
        blocks.push((label, STANDARD.decode(clean).ok()));
        rest = &body[end + 8..];
    }
    blocks
}

fn from_pkcs12(bytes: &[u8], password: &str, alias: Option<&str>) -> Result<SigningKey, Problem> {
    if bytes.starts_with(&[0xFE, 0xED, 0xFE, 0xED]) {
        return Err(Problem::new(
            "this is a Java key store (JKS), not PKCS#12",
            "convert it: keytool -importkeystore -srckeystore old.jks -destkeystore new.p12 -deststoretype pkcs12",
        ));
    }
    let store = KeyStore::from_pkcs12(bytes, password, Pkcs12ImportPolicy::Relaxed).map_err(|error| {
        // The library's own words for a wrong password are those of a failed checksum.
        let text = error.to_string();
        if matches!(error, p12_keystore::error::Error::MacError(_)) {
            Problem::new("the password does not open the PKCS#12 file", "")
        } else {
            Problem::new(
                format!("the PKCS#12 file could not be read: {text}"),
                "a file with old encryption is renewed by: openssl pkcs12 -legacy -in old.p12 -nodes | openssl pkcs12 -export -out new.p12",
            )
        }
    })?;
    let chains: Vec<(&str, &PrivateKeyChain)> = store
        .entries()
        .filter_map(|(name, entry)| match entry {
            KeyStoreEntry::PrivateKeyChain(chain) => Some((name.as_str(), chain)),
            _ => None,
        })
        .collect();
    let names = || chains.iter().map(|(name, _)| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    let chain = match alias {
        Some(alias) => chains.iter().find(|(name, _)| name.eq_ignore_ascii_case(alias)).ok_or_else(|| {
            Problem::new(format!("the PKCS#12 file has no key `{alias}`"), format!("it has {}", names()))
        })?,
        // Business certificates come in pairs: one to sign with, one to encrypt to.
        None => chains
            .iter()
            .find(|(_, chain)| {
                chain.certs().first().and_then(|leaf| Certificate::parse(leaf.as_der())?.signs) == Some(true)
            })
            .or_else(|| chains.first())
            .ok_or_else(|| Problem::new("the PKCS#12 file has no private key", ""))?,
    }
    .1;
    let bytes = chain.key().as_der();
    if is_elliptic(bytes) {
        return Err(Problem::elliptic());
    }
    let pair = RsaKeyPair::from_pkcs8(bytes)
        .map_err(|_| Problem::new("the PKCS#12 file's key is no RSA key of at least 2048 bits", ""))?;
    let mut key = SigningKey::new(pair);
    if let Some(leaf) = chain.certs().first() {
        let certificate = Certificate::parse(leaf.as_der());
        key.info.subject = Some(leaf.subject().to_owned());
        key.info.issuer = Some(leaf.issuer().to_owned());
        key.info.not_before = certificate.as_ref().and_then(|certificate| certificate.not_before);
        key.info.not_after = certificate.and_then(|certificate| certificate.not_after);
    }
    key.chain = chain.certs().iter().map(|cert| cert.as_der().to_vec()).collect();
    Ok(key)
}
