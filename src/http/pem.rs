//! PEM files and the keys in them, encrypted ones included.

use aes::{Aes128, Aes192, Aes256};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockCipherDecrypt, BlockModeDecrypt, KeyInit, KeyIvInit};
use der::asn1::{AnyRef, OctetStringRef};
use der::{Decode, Tag, Tagged};
use des::TdesEde3;
use md5::{Digest, Md5};
use pkcs5::AlgorithmIdentifierRef;
use pkcs5::pbes2::{EncryptionScheme, Kdf, PBES2_OID, Parameters};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs1KeyDer, PrivatePkcs8KeyDer, PrivateSec1KeyDer};

/// Most rounds of PBKDF2: more than any tool writes, and a hostile file is not to keep the program busy for hours.
const MAX_ITERATIONS: u32 = 10_000_000;

/// Largest N·r of scrypt, which takes 128 times as many bytes: eight times what OpenSSL takes.
const MAX_SCRYPT_COST: u64 = 1 << 21;

/// Largest p of scrypt, which repeats all of it.
const MAX_SCRYPT_PARALLEL: u16 = 16;

/// One block of a PEM file.
pub(super) struct Block {
    pub(super) label: String,
    /// `DEK-Info` of the traditional encryption.
    dek_info: Option<String>,
    pub(super) der: Vec<u8>,
}

/// Why a key cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// There is no private key.
    #[error("no private key in it")]
    Missing,
    /// It is encrypted.
    #[error("the private key is encrypted and no passphrase was given")]
    NoPassphrase,
    /// newman's text for a wrong passphrase.
    #[error("error:1C800064:Provider routines::bad decrypt (is the passphrase right?)")]
    BadDecrypt,
    /// Encrypted in a way that is not read.
    #[error("its encryption is not supported (AES and 3DES-CBC are, with PBKDF2 or scrypt, or in traditional PEM)")]
    Unsupported,
}

/// All blocks of a PEM text; what is no PEM is passed over.
pub(super) fn blocks(pem: &[u8]) -> Vec<Block> {
    let text = String::from_utf8_lossy(pem);
    let mut blocks = Vec::new();
    let mut lines = text.lines().map(str::trim);
    while let Some(line) = lines.next() {
        let Some(label) = line.strip_prefix("-----BEGIN ").and_then(|line| line.strip_suffix("-----")) else {
            continue;
        };
        let end = format!("-----END {label}-----");
        let mut dek_info = None;
        let mut data = String::new();
        for line in lines.by_ref().take_while(|line| *line != end) {
            match line.split_once(':') {
                Some(("DEK-Info", value)) => dek_info = Some(value.trim().to_owned()),
                Some(_) => {}
                None => data.push_str(line),
            }
        }
        if let Ok(der) = STANDARD.decode(&data) {
            blocks.push(Block { label: label.to_owned(), dek_info, der });
        }
    }
    blocks
}

/// The first private key of a PEM text.
///
/// # Errors
/// Where there is none, or the passphrase does not open it.
pub fn private_key(pem: &[u8], passphrase: Option<&str>) -> Result<PrivateKeyDer<'static>, KeyError> {
    let block = blocks(pem).into_iter().find(|block| block.label.ends_with("PRIVATE KEY")).ok_or(KeyError::Missing)?;
    let secret = || passphrase.ok_or(KeyError::NoPassphrase);
    let der = match &block.dek_info {
        Some(info) => decrypt_traditional(info, block.der, secret()?)?,
        None if block.label == "ENCRYPTED PRIVATE KEY" => decrypt_pkcs8(&block.der, secret()?)?,
        None => block.der,
    };
    // A wrong passphrase sometimes yields a valid padding and then nonsense.
    if !is_sequence(&der) {
        return Err(if passphrase.is_some() { KeyError::BadDecrypt } else { KeyError::Missing });
    }
    Ok(match block.label.as_str() {
        "RSA PRIVATE KEY" => PrivatePkcs1KeyDer::from(der).into(),
        "EC PRIVATE KEY" => PrivateSec1KeyDer::from(der).into(),
        _ => PrivatePkcs8KeyDer::from(der).into(),
    })
}

/// Whether these bytes begin with a sequence, as every key does.
fn is_sequence(der: &[u8]) -> bool {
    AnyRef::from_der_partial(der).is_ok_and(|(any, _)| any.tag() == Tag::Sequence)
}

/// Decrypts data with a key and an initialization vector.
type Decrypt = fn(&[u8], &[u8], Vec<u8>) -> Result<Vec<u8>, KeyError>;

/// Decrypts in CBC mode and takes the padding off.
fn decrypt_cbc<C: BlockCipherDecrypt + KeyInit>(key: &[u8], iv: &[u8], mut data: Vec<u8>) -> Result<Vec<u8>, KeyError> {
    let cipher = cbc::Decryptor::<C>::new_from_slices(key, iv).map_err(|_| KeyError::Unsupported)?;
    cipher.decrypt_padded::<Pkcs7>(&mut data).map(<[u8]>::to_vec).map_err(|_| KeyError::BadDecrypt)
}

/// `DEK-Info: AES-256-CBC,<iv>`: OpenSSL's own scheme, the key made with MD5.
fn decrypt_traditional(info: &str, data: Vec<u8>, passphrase: &str) -> Result<Vec<u8>, KeyError> {
    let (name, iv) = info.split_once(',').ok_or(KeyError::Unsupported)?;
    let (length, decrypt): (usize, Decrypt) = match name {
        "AES-128-CBC" => (16, decrypt_cbc::<Aes128>),
        "AES-192-CBC" => (24, decrypt_cbc::<Aes192>),
        "AES-256-CBC" => (32, decrypt_cbc::<Aes256>),
        "DES-EDE3-CBC" => (24, decrypt_cbc::<TdesEde3>),
        _ => return Err(KeyError::Unsupported),
    };
    let digits: Option<Vec<u8>> =
        iv.as_bytes().chunks(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()).collect();
    let iv = digits.filter(|iv| iv.len() >= 8).ok_or(KeyError::Unsupported)?;
    let mut key = Vec::new();
    while key.len() < length {
        let mut hash = Md5::new();
        if let Some(last) = key.len().checked_sub(16) {
            hash.update(&key[last..]);
        }
        hash.update(passphrase);
        hash.update(&iv[..8]);
        key.extend_from_slice(&hash.finalize());
    }
    key.truncate(length);
    decrypt(&key, &iv, data)
}

/// `EncryptedPrivateKeyInfo` with PBES2. The library takes salts of up to 32 bytes; what is longer is not supported.
///
/// # Errors
/// Where the passphrase does not open it, or it is encrypted in another way.
pub fn decrypt_pkcs8(der: &[u8], passphrase: &str) -> Result<Vec<u8>, KeyError> {
    let (parameters, data) = encrypted(der).ok_or(KeyError::Unsupported)?;
    let plain = parameters.decrypt(passphrase, data).map_err(|error| match error {
        pkcs5::Error::DecryptFailed => KeyError::BadDecrypt,
        _ => KeyError::Unsupported,
    })?;
    if is_sequence(&plain) { Ok(plain) } else { Err(KeyError::BadDecrypt) }
}

/// How a key is encrypted, and what; `None` for a way that is not read or that would take too long.
///
/// Read part by part, because `pkcs8::EncryptedPrivateKeyInfo` panics at a 3DES vector that is too short.
fn encrypted(der: &[u8]) -> Option<(Parameters, &[u8])> {
    let (algorithm, data) = AnyRef::from_der(der)
        .and_then(|key| {
            key.sequence(|key| {
                Ok::<_, der::Error>((AlgorithmIdentifierRef::decode(key)?, <&OctetStringRef>::decode(key)?))
            })
        })
        .ok()?;
    let parameters = algorithm.parameters.filter(|_| algorithm.oid == PBES2_OID)?;
    let (kdf, scheme) = parameters
        .sequence(|both| {
            Ok::<_, der::Error>((AlgorithmIdentifierRef::decode(both)?, AlgorithmIdentifierRef::decode(both)?))
        })
        .ok()?;
    let kdf = Kdf::try_from(kdf).ok()?;
    let bearable = match &kdf {
        Kdf::Pbkdf2(kdf) => (1..=MAX_ITERATIONS).contains(&kdf.iteration_count),
        Kdf::Scrypt(kdf) => {
            let cost = kdf.cost_parameter.saturating_mul(kdf.block_size.into());
            (1..=MAX_SCRYPT_COST).contains(&cost) && kdf.parallelization <= MAX_SCRYPT_PARALLEL
        }
        _ => false,
    };
    let long_enough = scheme.parameters.is_some_and(|vector| vector.value().len() >= 8);
    if !bearable || !long_enough {
        return None;
    }
    Some((Parameters { kdf, encryption: EncryptionScheme::try_from(scheme).ok()? }, data.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use der::Encode;
    use der::asn1::ObjectIdentifier;
    use pkcs5::pbes2::{AES_128_CBC_OID, DES_EDE3_CBC_OID, PBKDF2_OID, SCRYPT_OID};

    const OCTETS: u8 = 4;
    const SEQUENCE: u8 = 0x30;

    fn element(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
        let content = parts.concat();
        [&[tag, u8::try_from(content.len()).unwrap()], &content[..]].concat()
    }

    fn algorithm(oid: ObjectIdentifier, parameters: &[u8]) -> Vec<u8> {
        element(SEQUENCE, &[&oid.to_der().unwrap(), parameters])
    }

    /// What comes of a key of rubbish, encrypted in that way.
    fn open(kdf: &[u8], scheme: &[u8]) -> KeyError {
        let both = element(SEQUENCE, &[kdf, scheme]);
        let key = element(SEQUENCE, &[&algorithm(PBES2_OID, &both), &element(OCTETS, &[&[9; 16]])]);
        decrypt_pkcs8(&key, "secret").unwrap_err()
    }

    fn pbkdf2(iterations: u32) -> Vec<u8> {
        algorithm(PBKDF2_OID, &element(SEQUENCE, &[&element(OCTETS, &[b"salt"]), &iterations.to_der().unwrap()]))
    }

    fn scrypt(cost: u64, block: u64, parallel: u64) -> Vec<u8> {
        let numbers = [cost, block, parallel].map(|number| number.to_der().unwrap()).concat();
        algorithm(SCRYPT_OID, &element(SEQUENCE, &[&element(OCTETS, &[b"salt"]), &numbers]))
    }

    fn vector(oid: ObjectIdentifier, length: usize) -> Vec<u8> {
        algorithm(oid, &element(OCTETS, &[&vec![1; length]]))
    }

    #[test]
    fn hostile_parameters_neither_panic_nor_take_long() {
        let aes = vector(AES_128_CBC_OID, 16);
        for kdf in [pbkdf2(1), pbkdf2(2048), scrypt(2, 1, 1), scrypt(1 << 14, 8, 1)] {
            assert_eq!(open(&kdf, &aes), KeyError::BadDecrypt);
            assert_eq!(open(&kdf, &vector(DES_EDE3_CBC_OID, 8)), KeyError::BadDecrypt);
        }
        for kdf in [
            pbkdf2(0),
            pbkdf2(MAX_ITERATIONS + 1),
            pbkdf2(u32::MAX),
            scrypt(0, 8, 1),
            scrypt(3, 8, 1),
            scrypt(1 << 14, 0, 1),
            scrypt(1 << 14, 8, 0),
            scrypt(1 << 14, 8, 17),
            scrypt(1 << 19, 8, 1),
            scrypt(1 << 63, 8, 1),
            vec![SEQUENCE, 0],
        ] {
            assert_eq!(open(&kdf, &aes), KeyError::Unsupported);
        }
        for scheme in [vector(DES_EDE3_CBC_OID, 0), vector(DES_EDE3_CBC_OID, 7), vector(AES_128_CBC_OID, 15)] {
            assert_eq!(open(&pbkdf2(1), &scheme), KeyError::Unsupported);
        }
    }
}
