//! RSA signatures that a modern TLS library refuses: SHA-1, and keys below 2048 bits. OAuth 1.0 still asks for both.
//!
//! Not constant in time: it signs with the user's own key on the user's own machine, for services that left no other choice.

use std::cmp::Ordering;

use super::hash::Hash;
use super::keys::der;

/// The ASN.1 heads that PKCS#1 v1.5 puts before a hash.
const SHA1: &[u8] = b"\x30\x21\x30\x09\x06\x05\x2b\x0e\x03\x02\x1a\x05\x00\x04\x14";
const SHA256: &[u8] = b"\x30\x31\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x00\x04\x20";
const SHA512: &[u8] = b"\x30\x51\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x03\x05\x00\x04\x40";

/// Largest modulus that is taken: 8192 bits.
const MAX_BYTES: usize = 1024;

/// A PKCS#1 v1.5 signature; `None` where the key cannot give one.
pub(super) fn sign(key: &der::Rsa, hash: Hash, message: &[u8]) -> Option<Vec<u8>> {
    let head = match hash {
        Hash::Sha1 => SHA1,
        Hash::Sha256 => SHA256,
        Hash::Sha512 => SHA512,
        _ => return None,
    };
    let size = key.modulus.len();
    // Exponents are below the modulus; longer ones of a broken key would only cost time.
    if size > MAX_BYTES || key.private.len() > size || key.public.len() > size {
        return None;
    }
    let digest = hash.of(&[message]);
    let padding = size.checked_sub(head.len() + digest.len() + 3)?;
    if padding < 8 {
        return None;
    }
    let padded = [&[0, 1][..], &vec![0xff; padding], &[0], head, &digest].concat();
    let modulus = Modulus::new(key.modulus)?;
    let signature = modulus.power(&padded, key.private);
    // A broken key must not give a wrong signature that tells about it.
    (modulus.power(&signature, key.public) == padded).then_some(signature)
}

/// An odd modulus and what Montgomery multiplication needs of it. Limbs stand lowest first.
struct Modulus {
    limbs: Vec<u32>,
    /// `-n⁻¹` modulo 2³².
    inverse: u32,
    /// `R²` modulo n.
    square: Vec<u32>,
    size: usize,
}

impl Modulus {
    fn new(bytes: &[u8]) -> Option<Self> {
        let limbs = limbs(bytes, bytes.len().div_ceil(4));
        let lowest = *limbs.first()?;
        if lowest.is_multiple_of(2) {
            return None;
        }
        // Newton's iteration doubles the valid bits each time.
        let mut inverse = 1_u32;
        for _ in 0..5 {
            inverse = inverse.wrapping_mul(2_u32.wrapping_sub(lowest.wrapping_mul(inverse)));
        }
        let mut modulus =
            Self { square: vec![0; limbs.len()], inverse: inverse.wrapping_neg(), limbs, size: bytes.len() };
        modulus.square = modulus.r_squared();
        Some(modulus)
    }

    /// Doubles one until it is R².
    fn r_squared(&self) -> Vec<u32> {
        let mut value = vec![0; self.limbs.len()];
        value[0] = 1;
        for _ in 0..64 * self.limbs.len() {
            let mut carry = 0;
            for limb in &mut value {
                let wide = u64::from(*limb) << 1 | carry;
                *limb = wide as u32;
                carry = wide >> 32;
            }
            if carry != 0 || self.compare(&value) != Ordering::Less {
                self.subtract(&mut value);
            }
        }
        value
    }

    fn compare(&self, value: &[u32]) -> Ordering {
        value.iter().rev().cmp(self.limbs.iter().rev())
    }

    fn subtract(&self, value: &mut [u32]) {
        let mut borrow = 0_i64;
        for (limb, n) in value.iter_mut().zip(&self.limbs) {
            let wide = i64::from(*limb) - i64::from(*n) + borrow;
            *limb = wide as u32;
            borrow = wide >> 32;
        }
    }

    /// `a · b / R` modulo n.
    fn multiply(&self, a: &[u32], b: &[u32]) -> Vec<u32> {
        let count = self.limbs.len();
        let mut sum = vec![0_u32; count + 2];
        for digit in a {
            add_product(&mut sum, b, *digit);
            let factor = sum[0].wrapping_mul(self.inverse);
            add_product(&mut sum, &self.limbs, factor);
            sum.rotate_left(1);
            sum[count + 1] = 0;
        }
        let over = sum[count] != 0;
        sum.truncate(count);
        if over || self.compare(&sum) != Ordering::Less {
            self.subtract(&mut sum);
        }
        sum
    }

    /// `base^exponent` modulo n, as bytes of the modulus' length.
    fn power(&self, base: &[u8], exponent: &[u8]) -> Vec<u8> {
        let count = self.limbs.len();
        let base = self.multiply(&limbs(base, count), &self.square);
        let mut one = vec![0; count];
        one[0] = 1;
        let mut result = self.multiply(&one, &self.square);
        for byte in exponent {
            for bit in (0..8).rev() {
                result = self.multiply(&result, &result);
                if byte >> bit & 1 == 1 {
                    result = self.multiply(&result, &base);
                }
            }
        }
        let result = self.multiply(&result, &one);
        let bytes: Vec<u8> = result.iter().rev().flat_map(|limb| limb.to_be_bytes()).collect();
        bytes[bytes.len() - self.size..].to_vec()
    }
}

/// `sum += factors · digit`.
fn add_product(sum: &mut [u32], factors: &[u32], digit: u32) {
    let mut carry = 0_u64;
    for (at, limb) in sum.iter_mut().enumerate() {
        let factor = factors.get(at).copied().unwrap_or_default();
        let wide = u64::from(*limb) + u64::from(factor) * u64::from(digit) + carry;
        *limb = wide as u32;
        carry = wide >> 32;
    }
}

/// A big-endian number in limbs, the lowest `count` of them.
fn limbs(bytes: &[u8], count: usize) -> Vec<u32> {
    let mut limbs: Vec<u32> =
        bytes.rchunks(4).map(|chunk| chunk.iter().fold(0, |limb, byte| limb << 8 | u32::from(*byte))).collect();
    limbs.resize(count, 0);
    limbs
}

#[cfg(test)]
mod tests {
    use super::super::keys::tests::{rsa_key, verify};
    use super::super::keys::{any_pem, der};
    use super::*;
    use aws_lc_rs::signature;

    #[test]
    fn signatures_verify() {
        let (pem, pair) = rsa_key();
        let bytes = any_pem(&pem).expect("DER");
        let key = der::rsa(der::private_key(&bytes).expect("PKCS#8").key).expect("PKCS#1");
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
        let broken = der::Rsa { private: &key.private[1..], ..key };
        assert_eq!(sign(&broken, Hash::Sha1, b"message"), None);
    }

    #[test]
    fn small_numbers() {
        // 4^13 mod 497 = 445, the textbook's example.
        let modulus = Modulus::new(&[0x01, 0xf1]).expect("odd");
        assert_eq!(modulus.power(&[4], &[13]), [0x01, 0xbd]);
        assert!(Modulus::new(&[]).is_none());
        assert!(Modulus::new(&[2]).is_none());
        let empty = der::Rsa { modulus: &[1], public: &[3], private: &[] };
        assert_eq!(sign(&empty, Hash::Sha1, b""), None);
    }
}
