//! RSA signatures that a modern TLS library refuses: SHA-1, and keys below 2048 bits. OAuth 1.0 still asks for both.
//!
//! The `rsa` crate does all of this, but its stable release (0.9) is a generation older than the other crates of its kind here and
//! has an advisory open against it (RUSTSEC-2023-0071), and the one that would fit (0.10) is a release candidate.
//!
//! Not constant in time: it signs with the user's own key on the user's own machine, for services that left no other choice.

use num_bigint::BigUint;
use pkcs1::{RsaPrivateKeyRef, UintRef};

use super::hash::Hash;

/// The ASN.1 heads that PKCS#1 v1.5 puts before a hash.
const SHA1: &[u8] = b"\x30\x21\x30\x09\x06\x05\x2b\x0e\x03\x02\x1a\x05\x00\x04\x14";
const SHA256: &[u8] = b"\x30\x31\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x00\x04\x20";
const SHA512: &[u8] = b"\x30\x51\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x03\x05\x00\x04\x40";

/// Largest modulus that is taken: 8192 bits.
const MAX_BYTES: usize = 1024;

/// A PKCS#1 v1.5 signature; `None` where the key cannot give one.
pub(super) fn sign(key: &RsaPrivateKeyRef<'_>, hash: Hash, message: &[u8]) -> Option<Vec<u8>> {
    let head = match hash {
        Hash::Sha1 => SHA1,
        Hash::Sha256 => SHA256,
        Hash::Sha512 => SHA512,
        _ => return None,
    };
    let size = key.modulus.as_bytes().len();
    let longest = key.private_exponent.as_bytes().len().max(key.public_exponent.as_bytes().len());
    // Exponents are below the modulus; longer ones of a broken key would only cost time.
    if size > MAX_BYTES || longest > size {
        return None;
    }
    let digest = hash.of(&[message]);
    let padding = size.checked_sub(head.len() + digest.len() + 3)?;
    if padding < 8 {
        return None;
    }
    let padded = [&[0, 1][..], &vec![0xff; padding], &[0], head, &digest].concat();
    let number = |number: UintRef<'_>| BigUint::from_bytes_be(number.as_bytes());
    let (modulus, message) = (number(key.modulus), BigUint::from_bytes_be(&padded));
    let signature = message.modpow(&number(key.private_exponent), &modulus);
    // A broken key must not give a wrong signature that tells about it.
    if signature.modpow(&number(key.public_exponent), &modulus) != message {
        return None;
    }
    let bytes = signature.to_bytes_be();
    Some([vec![0; size.checked_sub(bytes.len())?], bytes].concat())
}

#[cfg(test)]
mod tests {
    use super::super::keys::any_pem;
    use super::super::keys::tests::{rsa_key, verify};
    use super::*;
    use aws_lc_rs::signature;
    use der::Decode as _;
    use pkcs8::PrivateKeyInfoRef;

    #[test]
    fn signatures_verify() {
        let (pem, pair) = rsa_key();
        let bytes = any_pem(&pem).expect("DER");
        let key = PrivateKeyInfoRef::from_der(&bytes).expect("PKCS#8").private_key.as_bytes();
        let key = RsaPrivateKeyRef::from_der(key).expect("PKCS#1");
        let cases: [(Hash, &'static dyn signature::VerificationAlgorithm); 3] = [
            (Hash::Sha1, &signature::RSA_PKCS1_2048_8192_SHA1_FOR_LEGACY_USE_ONLY),
            (Hash::Sha256, &signature::RSA_PKCS1_2048_8192_SHA256),
            (Hash::Sha512, &signature::RSA_PKCS1_2048_8192_SHA512),
        ];
        for (hash, algorithm) in cases {
            let signature = sign(&key, hash, b"message").expect("a signature");
            assert!(verify(&pair, algorithm, b"message", &signature), "{hash:?}");
        }
        assert_eq!(sign(&key, Hash::Md5, b"message"), None);
        let number = |bytes| UintRef::new(bytes).expect("a number");
        let private_exponent = number(&key.private_exponent.as_bytes()[1..]);
        assert_eq!(sign(&RsaPrivateKeyRef { private_exponent, ..key.clone() }, Hash::Sha1, b"message"), None);
        for modulus in [&[][..], &[1], &[2], &[2; 64]] {
            let key = RsaPrivateKeyRef { modulus: number(modulus), ..key.clone() };
            assert_eq!(sign(&key, Hash::Sha1, b"message"), None, "{modulus:?}");
        }
    }
}
