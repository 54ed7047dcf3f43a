//! RSA keys: made at start, shown as JWK, used to sign and to verify.

use std::sync::{Arc, LazyLock, OnceLock};

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{
    RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA384, RSA_PKCS1_2048_8192_SHA512, RSA_PKCS1_SHA256,
    RsaParameters, RsaPublicKeyComponents,
};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use der::Decode as _;
use pkcs1::{RsaPrivateKeyOwned, RsaPublicKeyRef};
use pkcs8::PrivateKeyInfoRef;
use serde_json::{Map, Value, json};
use x509_cert::Certificate;

/// An RSA key pair with an id.
pub(super) struct SigningKey {
    kid: String,
    pair: KeyPair,
    pkcs8: Vec<u8>,
    numbers: RsaPrivateKeyOwned,
}

impl SigningKey {
    /// Makes a 2048-bit key; `None` if the library cannot.
    fn generate() -> Option<Self> {
        let pair = KeyPair::generate(KeySize::Rsa2048).ok()?;
        let der: Pkcs8V1Der<'static> = pair.as_der().ok()?;
        let pkcs8 = der.as_ref().to_vec();
        let key = PrivateKeyInfoRef::from_der(&pkcs8).ok()?.private_key;
        let numbers = RsaPrivateKeyOwned::from_der(key.as_bytes()).ok()?;
        let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, numbers.modulus.as_bytes());
        let kid = format!("postbud-{}", URL_SAFE_NO_PAD.encode(digest.as_ref().get(..9)?));
        Some(Self { kid, pair, pkcs8, numbers })
    }

    /// The key's id.
    pub(super) fn kid(&self) -> &str {
        &self.kid
    }

    /// Signs with RS256.
    pub(super) fn sign(&self, message: &[u8]) -> Option<Vec<u8>> {
        let mut signature = vec![0; self.pair.public_modulus_len()];
        self.pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut signature).ok()?;
        Some(signature)
    }

    /// The public half.
    pub(super) fn public(&self) -> PublicKey {
        PublicKey::new(self.numbers.modulus.as_bytes(), self.numbers.public_exponent.as_bytes())
    }

    /// The public half as JWK.
    pub(super) fn public_jwk(&self) -> Value {
        Value::Object(self.public_members())
    }

    fn public_members(&self) -> Map<String, Value> {
        let mut jwk = Map::new();
        for (name, value) in [("kty", "RSA"), ("use", "sig"), ("alg", "RS256"), ("kid", &self.kid)] {
            jwk.insert(name.into(), json!(value));
        }
        let PublicKey { n, e } = self.public();
        jwk.insert("n".into(), json!(URL_SAFE_NO_PAD.encode(n)));
        jwk.insert("e".into(), json!(URL_SAFE_NO_PAD.encode(e)));
        jwk
    }

    /// The whole key as JWK, private members included.
    pub(super) fn private_jwk(&self) -> Value {
        let mut jwk = self.public_members();
        let numbers = &self.numbers;
        for (name, number) in [
            ("d", &numbers.private_exponent),
            ("p", &numbers.prime1),
            ("q", &numbers.prime2),
            ("dp", &numbers.exponent1),
            ("dq", &numbers.exponent2),
            ("qi", &numbers.coefficient),
        ] {
            jwk.insert(name.into(), json!(URL_SAFE_NO_PAD.encode(number.as_bytes())));
        }
        Value::Object(jwk)
    }

    /// The whole key in PKCS#8, DER.
    pub(super) fn pkcs8(&self) -> &[u8] {
        &self.pkcs8
    }

    /// The whole key in PKCS#8, PEM.
    pub(super) fn pem(&self) -> String {
        pem("PRIVATE KEY", &self.pkcs8)
    }
}

/// Wraps DER as PEM.
pub(super) fn pem(label: &str, der: &[u8]) -> String {
    let text = STANDARD.encode(der);
    let mut out = format!("-----BEGIN {label}-----\n");
    let mut rest = text.as_str();
    while !rest.is_empty() {
        let (line, tail) = rest.split_at(rest.len().min(64));
        out.push_str(line);
        out.push('\n');
        rest = tail;
    }
    out.push_str("-----END ");
    out.push_str(label);
    out.push_str("-----\n");
    out
}

/// A key that is made in the background and waited for by whoever needs it first: making one takes longer than
/// starting the emulator.
#[derive(Clone)]
pub(super) struct LazyKey(Arc<OnceLock<Option<SigningKey>>>);

/// The key that signs tokens. All emulators of a process share it: it protects nothing.
static TOKENS: LazyLock<LazyKey> = LazyLock::new(LazyKey::start);
/// The key of the ready-made clients, shared likewise.
static CLIENTS: LazyLock<LazyKey> = LazyLock::new(LazyKey::start);

impl LazyKey {
    /// The key that signs tokens; the first caller starts its making.
    pub(super) fn for_tokens() -> Self {
        TOKENS.clone()
    }

    /// The key of the ready-made clients; the first caller starts its making.
    pub(super) fn for_clients() -> Self {
        CLIENTS.clone()
    }

    /// Starts to make a key on a thread of its own.
    fn start() -> Self {
        let key = Self(Arc::new(OnceLock::new()));
        let background = key.clone();
        std::thread::spawn(move || {
            background.get();
        });
        key
    }

    /// The key; `None` only if the library could not make one.
    pub(super) fn get(&self) -> Option<&SigningKey> {
        self.0.get_or_init(SigningKey::generate).as_ref()
    }
}

/// Signature algorithms that Maskinporten takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Algorithm {
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    Rs256,
    /// RSASSA-PKCS1-v1_5 with SHA-384.
    Rs384,
    /// RSASSA-PKCS1-v1_5 with SHA-512.
    Rs512,
}

impl Algorithm {
    /// Reads the `alg` of a JWT header.
    pub(super) fn from_name(name: &str) -> Option<Self> {
        match name {
            "RS256" => Some(Self::Rs256),
            "RS384" => Some(Self::Rs384),
            "RS512" => Some(Self::Rs512),
            _ => None,
        }
    }

    fn parameters(self) -> &'static RsaParameters {
        match self {
            Self::Rs256 => &RSA_PKCS1_2048_8192_SHA256,
            Self::Rs384 => &RSA_PKCS1_2048_8192_SHA384,
            Self::Rs512 => &RSA_PKCS1_2048_8192_SHA512,
        }
    }
}

/// The public half of an RSA key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PublicKey {
    n: Vec<u8>,
    e: Vec<u8>,
}

impl PublicKey {
    fn new(n: &[u8], e: &[u8]) -> Self {
        Self { n: n.to_vec(), e: e.to_vec() }
    }

    /// The key that a certificate is for.
    pub(super) fn from_certificate(certificate: &Certificate) -> Option<Self> {
        let bits = &certificate.tbs_certificate().subject_public_key_info().subject_public_key;
        let key = RsaPublicKeyRef::from_der(bits.as_bytes()?).ok()?;
        Some(Self::new(key.modulus.as_bytes(), key.public_exponent.as_bytes()))
    }

    /// Reads `n` and `e` of a JWK, which may also hold the private half.
    pub(super) fn from_jwk(jwk: &Value) -> Option<Self> {
        if jwk.get("kty")?.as_str()? != "RSA" {
            return None;
        }
        let number = |name: &str| -> Option<Vec<u8>> {
            let text = jwk.get(name)?.as_str()?.trim_end_matches('=');
            let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
            let zeros = bytes.iter().take_while(|&&byte| byte == 0).count();
            let number = bytes.get(zeros..)?.to_vec();
            (!number.is_empty()).then_some(number)
        };
        Some(Self { n: number("n")?, e: number("e")? })
    }

    /// Whether `signature` over `message` was made with the private half.
    pub(super) fn verifies(&self, algorithm: Algorithm, message: &[u8], signature: &[u8]) -> bool {
        RsaPublicKeyComponents { n: &self.n, e: &self.e }.verify(algorithm.parameters(), message, signature).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_verifies_what_it_signed_and_nothing_else() {
        let key = SigningKey::generate().expect("a key");
        let signature = key.sign(b"grant").expect("a signature");
        let public = PublicKey::from_jwk(&key.private_jwk()).expect("a public key");
        assert_eq!(public, key.public());
        assert!(public.verifies(Algorithm::Rs256, b"grant", &signature));
        assert!(!public.verifies(Algorithm::Rs512, b"grant", &signature));
        assert!(!public.verifies(Algorithm::Rs256, b"other", &signature));
    }

    #[test]
    fn the_public_jwk_has_no_private_member() {
        let key = SigningKey::generate().expect("a key");
        for name in ["d", "p", "q", "dp", "dq", "qi"] {
            assert!(key.public_jwk().get(name).is_none(), "{name}");
            assert!(key.private_jwk().get(name).is_some(), "{name}");
        }
    }

    #[test]
    fn keys_that_are_not_rsa_or_not_base64_are_refused() {
        for jwk in [json!({}), json!({"kty": "EC", "n": "AQ", "e": "AQ"}), json!({"kty": "RSA", "n": "?", "e": "AQAB"})]
        {
            assert!(PublicKey::from_jwk(&jwk).is_none());
        }
    }
}
