//! Private keys as people paste them, and signatures with them.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeyPair as RsaKeyPair;
use aws_lc_rs::signature::{
    self, ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, ECDSA_P521_SHA512_FIXED_SIGNING,
    EcdsaKeyPair, EcdsaSigningAlgorithm, RsaEncoding,
};

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
    let contents = der::private_key(der).ok_or_else(unreadable)?;
    match algorithm.kind {
        Kind::Rsa(encoding) => {
            if contents.algorithm != der::RSA {
                return Err("Invalid key for this operation, its asymmetricKeyType must be rsa".to_owned());
            }
            if der::rsa(contents.key).is_some_and(|key| key.modulus.len() < 256) {
                let name = algorithm.name;
                return Err(format!("{name} requires key modulusLength to be 2048 bits or larger"));
            }
            let pair = RsaKeyPair::from_pkcs8(der).map_err(|_| unreadable())?;
            rsa_sign(&pair, encoding, message).ok_or_else(|| "the private key cannot sign".to_owned())
        }
        Kind::Ec(curve, name) => {
            if contents.algorithm != der::EC {
                return Err("Invalid key for this operation, its asymmetricKeyType must be ec".to_owned());
            }
            let found = der::curve(contents.parameters);
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

/// As much of DER as private keys need.
pub(super) mod der {
    /// 1.2.840.113549.1.1.1
    pub(in super::super) const RSA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];
    /// 1.2.840.10045.2.1
    pub(super) const EC: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01];

    const INTEGER: u8 = 0x02;
    const OCTETS: u8 = 0x04;
    const OID: u8 = 0x06;
    const SEQUENCE: u8 = 0x30;

    /// A PKCS#8 key: the algorithm's identifier, its parameters, and the key inside.
    pub(in super::super) struct PrivateKey<'a> {
        pub(in super::super) algorithm: &'a [u8],
        pub(super) parameters: &'a [u8],
        pub(in super::super) key: &'a [u8],
    }

    /// The numbers of an RSA key, without leading zeros.
    pub(in super::super) struct Rsa<'a> {
        pub(in super::super) modulus: &'a [u8],
        pub(in super::super) public: &'a [u8],
        pub(in super::super) private: &'a [u8],
    }

    /// Takes the next value of a tag off the front.
    fn take<'a>(input: &mut &'a [u8], tag: u8) -> Option<&'a [u8]> {
        let (&[found, first], rest) = input.split_first_chunk::<2>()?;
        if found != tag {
            return None;
        }
        let (length, rest) = if first < 0x80 {
            (usize::from(first), rest)
        } else {
            let count = usize::from(first & 0x7f);
            if count == 0 || count > 4 {
                return None;
            }
            let (digits, rest) = rest.split_at_checked(count)?;
            (digits.iter().fold(0_usize, |length, digit| length << 8 | usize::from(*digit)), rest)
        };
        let (value, rest) = rest.split_at_checked(length)?;
        *input = rest;
        Some(value)
    }

    /// Reads PKCS#8.
    pub(in super::super) fn private_key(mut der: &[u8]) -> Option<PrivateKey<'_>> {
        let mut outer = take(&mut der, SEQUENCE)?;
        take(&mut outer, INTEGER)?;
        let mut identifier = take(&mut outer, SEQUENCE)?;
        let algorithm = take(&mut identifier, OID)?;
        let key = take(&mut outer, OCTETS)?;
        Some(PrivateKey { algorithm, parameters: identifier, key })
    }

    /// Reads PKCS#1.
    pub(in super::super) fn rsa(mut der: &[u8]) -> Option<Rsa<'_>> {
        let mut outer = take(&mut der, SEQUENCE)?;
        take(&mut outer, INTEGER)?;
        let mut number = || {
            let bytes = take(&mut outer, INTEGER)?;
            let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
            Some(&bytes[zeros..])
        };
        Some(Rsa { modulus: number()?, public: number()?, private: number()? })
    }

    /// The name of a curve.
    pub(super) fn curve(mut parameters: &[u8]) -> &'static str {
        match take(&mut parameters, OID) {
            Some([0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07]) => "P-256",
            Some([0x2b, 0x81, 0x04, 0x00, 0x22]) => "P-384",
            Some([0x2b, 0x81, 0x04, 0x00, 0x23]) => "P-521",
            _ => "another curve",
        }
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
        for bytes in [&[][..], &[0x30], &[0x30, 0x84, 0xff, 0xff, 0xff, 0xff], &[0x30, 0x80], &[0x30, 0x03, 0x02, 0x05]]
        {
            assert!(der::private_key(bytes).is_none() && der::rsa(bytes).is_none());
        }
    }
}
