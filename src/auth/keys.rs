//! Private keys as people paste them, and signatures with them.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeyPair as RsaKeyPair;
use aws_lc_rs::signature::{
    self, ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, ECDSA_P521_SHA512_FIXED_SIGNING,
    EcdsaKeyPair, EcdsaSigningAlgorithm, RsaEncoding,
};
use der::Decode as _;
use der::asn1::ObjectIdentifier;
use der::oid::db::rfc5912::{ID_EC_PUBLIC_KEY, SECP_256_R_1, SECP_384_R_1, SECP_521_R_1};
use pkcs1::RsaPrivateKeyRef;
use pkcs8::PrivateKeyInfoRef;

use crate::request::js;

/// An algorithm of JSON Web Signatures with a private key.
#[derive(Clone, Copy)]
pub(super) struct Algorithm {
    name: &'static str,
    kind: Kind,
}

#[derive(Clone, Copy)]
enum Kind {
    Rsa(&'static dyn RsaEncoding),
    Ec(&'static EcdsaSigningAlgorithm, &'static str),
}

impl Algorithm {
    /// RS, PS and ES with 256, 384 and 512 bits.
    pub(super) fn named(name: &str) -> Option<Self> {
        let (name, kind) = match name {
            "RS256" => ("RS256", Kind::Rsa(&signature::RSA_PKCS1_SHA256)),
            "RS384" => ("RS384", Kind::Rsa(&signature::RSA_PKCS1_SHA384)),
            "RS512" => ("RS512", Kind::Rsa(&signature::RSA_PKCS1_SHA512)),
            "PS256" => ("PS256", Kind::Rsa(&signature::RSA_PSS_SHA256)),
            "PS384" => ("PS384", Kind::Rsa(&signature::RSA_PSS_SHA384)),
            "PS512" => ("PS512", Kind::Rsa(&signature::RSA_PSS_SHA512)),
            "ES256" => ("ES256", Kind::Ec(&ECDSA_P256_SHA256_FIXED_SIGNING, "P-256")),
            "ES384" => ("ES384", Kind::Ec(&ECDSA_P384_SHA384_FIXED_SIGNING, "P-384")),
            "ES512" => ("ES512", Kind::Ec(&ECDSA_P521_SHA512_FIXED_SIGNING, "P-521")),
            _ => return None,
        };
        Some(Self { name, kind })
    }
}

/// The bytes of a PKCS#8 key in PEM.
///
/// # Errors
/// When the text is no such PEM.
pub(super) fn pkcs8(pem: &str) -> Result<Vec<u8>, String> {
    const START: &str = "-----BEGIN PRIVATE KEY-----";
    let body =
        pem.trim_start().strip_prefix(START).ok_or_else(|| "\"pkcs8\" must be PKCS#8 formatted string".to_owned())?;
    Ok(js::decode_base64(body.split("-----").next().unwrap_or_default()))
}

/// The bytes of a private key in any PEM, PKCS#8 or PKCS#1.
pub(super) fn any_pem(pem: &str) -> Option<Vec<u8>> {
    let body = pem.split_once("-----BEGIN ")?.1;
    let (label, body) = body.split_once("-----")?;
    if !matches!(label, "PRIVATE KEY" | "RSA PRIVATE KEY") {
        return None;
    }
    Some(js::decode_base64(body.split("-----").next().unwrap_or_default()))
}

/// Signs with a PKCS#8 key.
///
/// # Errors
/// Why the key does not fit the algorithm.
pub(super) fn sign(algorithm: Algorithm, der: &[u8], message: &[u8]) -> Result<Vec<u8>, String> {
    let unreadable = || "the private key cannot be read".to_owned();
    let contents = PrivateKeyInfoRef::from_der(der).map_err(|_| unreadable())?;
    match algorithm.kind {
        Kind::Rsa(encoding) => {
            if contents.algorithm.oid != pkcs1::ALGORITHM_OID {
                return Err("Invalid key for this operation, its asymmetricKeyType must be rsa".to_owned());
            }
            if RsaPrivateKeyRef::from_der(contents.private_key.as_bytes())
                .is_ok_and(|key| key.modulus.as_bytes().len() < 256)
            {
                let name = algorithm.name;
                return Err(format!("{name} requires key modulusLength to be 2048 bits or larger"));
            }
            let pair = RsaKeyPair::from_pkcs8(der).map_err(|_| unreadable())?;
            rsa_sign(&pair, encoding, message).ok_or_else(|| "the private key cannot sign".to_owned())
        }
        Kind::Ec(curve, name) => {
            if contents.algorithm.oid != ID_EC_PUBLIC_KEY {
                return Err("Invalid key for this operation, its asymmetricKeyType must be ec".to_owned());
            }
            let found = name_of(contents.algorithm.parameters_oid().ok());
            if found != name {
                return Err(format!("Invalid key curve for the algorithm, its curve must be {name}, got {found}"));
            }
            let pair = EcdsaKeyPair::from_pkcs8(curve, der).map_err(|_| unreadable())?;
            let signed = pair.sign(&SystemRandom::new(), message);
            signed.map(|signature| signature.as_ref().to_vec()).map_err(|_| "the private key cannot sign".to_owned())
        }
    }
}

/// A signature with an RSA key that is already read.
pub(super) fn rsa_sign(pair: &RsaKeyPair, encoding: &'static dyn RsaEncoding, message: &[u8]) -> Option<Vec<u8>> {
    let mut out = vec![0; pair.public_modulus_len()];
    pair.sign(encoding, &SystemRandom::new(), message, &mut out).ok()?;
    Some(out)
}

/// The name of a curve, by its id.
fn name_of(oid: Option<ObjectIdentifier>) -> &'static str {
    match oid {
        Some(SECP_256_R_1) => "P-256",
        Some(SECP_384_R_1) => "P-384",
        Some(SECP_521_R_1) => "P-521",
        _ => "another curve",
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use aws_lc_rs::encoding::AsDer;
    use aws_lc_rs::rsa::KeySize;
    use aws_lc_rs::signature::{KeyPair as _, UnparsedPublicKey, VerificationAlgorithm};
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;

    /// A fresh RSA key in PEM, and itself.
    pub(in super::super) fn rsa_key() -> (String, RsaKeyPair) {
        let pair = RsaKeyPair::generate(KeySize::Rsa2048).expect("a key");
        let der: aws_lc_rs::encoding::Pkcs8V1Der<'_> = pair.as_der().expect("PKCS#8");
        (pem("PRIVATE KEY", der.as_ref()), pair)
    }

    pub(in super::super) fn pem(label: &str, der: &[u8]) -> String {
        let text = STANDARD.encode(der);
        let lines: Vec<&str> = text.as_bytes().chunks(64).map(|c| std::str::from_utf8(c).expect("ASCII")).collect();
        format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n"))
    }

    /// Checks a signature with the public key.
    pub(in super::super) fn verify(
        pair: &RsaKeyPair,
        algorithm: &'static dyn VerificationAlgorithm,
        message: &[u8],
        signature: &[u8],
    ) -> bool {
        UnparsedPublicKey::new(algorithm, pair.public_key().as_ref()).verify(message, signature).is_ok()
    }

    fn signed(name: &str, pem: &str) -> Result<Vec<u8>, String> {
        let algorithm = Algorithm::named(name).expect("a known algorithm");
        sign(algorithm, &pkcs8(pem)?, b"message")
    }

    #[test]
    fn rsa_signatures_verify() {
        let (pem, pair) = rsa_key();
        let cases: [(&str, &'static dyn VerificationAlgorithm); 6] = [
            ("RS256", &signature::RSA_PKCS1_2048_8192_SHA256),
            ("RS384", &signature::RSA_PKCS1_2048_8192_SHA384),
            ("RS512", &signature::RSA_PKCS1_2048_8192_SHA512),
            ("PS256", &signature::RSA_PSS_2048_8192_SHA256),
            ("PS384", &signature::RSA_PSS_2048_8192_SHA384),
            ("PS512", &signature::RSA_PSS_2048_8192_SHA512),
        ];
        for (name, algorithm) in cases {
            let signature = signed(name, &pem).expect("a signature");
            assert!(verify(&pair, algorithm, b"message", &signature), "{name}");
        }
        let wrong = "Invalid key for this operation, its asymmetricKeyType must be ec";
        assert_eq!(signed("ES256", &pem), Err(wrong.to_owned()));
    }

    #[test]
    fn ec_signatures_verify() {
        let cases: [(&str, &'static EcdsaSigningAlgorithm, &'static dyn VerificationAlgorithm); 3] = [
            ("ES256", &ECDSA_P256_SHA256_FIXED_SIGNING, &signature::ECDSA_P256_SHA256_FIXED),
            ("ES384", &ECDSA_P384_SHA384_FIXED_SIGNING, &signature::ECDSA_P384_SHA384_FIXED),
            ("ES512", &ECDSA_P521_SHA512_FIXED_SIGNING, &signature::ECDSA_P521_SHA512_FIXED),
        ];
        for (name, signing, verifying) in cases {
            let pair = EcdsaKeyPair::generate(signing).expect("a key");
            let pem = pem("PRIVATE KEY", pair.to_pkcs8v1().expect("PKCS#8").as_ref());
            let signature = signed(name, &pem).expect("a signature");
            let public = UnparsedPublicKey::new(verifying, pair.public_key().as_ref());
            assert!(public.verify(b"message", &signature).is_ok(), "{name}");
            if name == "ES256" {
                let wrong = "Invalid key curve for the algorithm, its curve must be P-384, got P-256";
                assert_eq!(signed("ES384", &pem), Err(wrong.to_owned()));
                let wrong = "Invalid key for this operation, its asymmetricKeyType must be rsa";
                assert_eq!(signed("RS256", &pem), Err(wrong.to_owned()));
            }
        }
    }

    #[test]
    fn broken_keys_are_messages() {
        let unreadable = Err("the private key cannot be read".to_owned());
        assert_eq!(signed("RS256", "-----BEGIN PRIVATE KEY-----\nabc\n-----END PRIVATE KEY-----"), unreadable);
        assert_eq!(signed("RS256", "-----BEGIN PRIVATE KEY-----"), unreadable);
        assert!(signed("RS256", "nokey").is_err());
        let rs256 = Algorithm::named("RS256").expect("a known algorithm");
        for bytes in [&[][..], &[0x30], &[0x30, 0x84, 0xff, 0xff, 0xff, 0xff], &[0x30, 0x80], &[0x30, 0x03, 0x02, 0x05]]
        {
            assert_eq!(sign(rs256, bytes, b"message"), unreadable);
        }
    }
}
