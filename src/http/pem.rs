//! PEM files and the keys in them, encrypted ones included.

use aws_lc_rs::cipher::{
    AES_128, AES_192, AES_256, Algorithm, DecryptionContext, PaddedBlockDecryptingKey, UnboundCipherKey,
};
use aws_lc_rs::iv::FixedLength;
use aws_lc_rs::pbkdf2;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use des::TdesEde3;
use des::cipher::{BlockCipherDecrypt, KeyInit};
use md5::{Digest, Md5};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs1KeyDer, PrivatePkcs8KeyDer, PrivateSec1KeyDer};

use super::der::{Der, INTEGER, OCTETS, OID, SEQUENCE};

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
    #[error("its encryption is not supported (AES-CBC and 3DES-CBC are, with PBKDF2 or in traditional PEM)")]
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
    if Der(&der).enter(SEQUENCE).is_none() {
        return Err(if passphrase.is_some() { KeyError::BadDecrypt } else { KeyError::Missing });
    }
    Ok(match block.label.as_str() {
        "RSA PRIVATE KEY" => PrivatePkcs1KeyDer::from(der).into(),
        "EC PRIVATE KEY" => PrivateSec1KeyDer::from(der).into(),
        _ => PrivatePkcs8KeyDer::from(der).into(),
    })
}

enum Cipher {
    /// With its key's length.
    Aes(&'static Algorithm, usize),
    TripleDes,
}

impl Cipher {
    fn key_length(&self) -> usize {
        match self {
            Self::Aes(_, length) => *length,
            Self::TripleDes => 24,
        }
    }

    fn decrypt(&self, key: &[u8], iv: &[u8], mut data: Vec<u8>) -> Result<Vec<u8>, KeyError> {
        match self {
            Self::Aes(algorithm, _) => {
                let iv = <[u8; 16]>::try_from(iv).map_err(|_| KeyError::Unsupported)?;
                let context = DecryptionContext::Iv128(FixedLength::from(iv));
                let key = UnboundCipherKey::new(algorithm, key).and_then(PaddedBlockDecryptingKey::cbc_pkcs7);
                let plain = key.and_then(|key| key.decrypt(&mut data, context).map(|plain| plain.to_vec()));
                plain.map_err(|_| KeyError::BadDecrypt)
            }
            Self::TripleDes => {
                let cipher = TdesEde3::new_from_slice(key).map_err(|_| KeyError::Unsupported)?;
                let mut previous = <[u8; 8]>::try_from(iv).map_err(|_| KeyError::Unsupported)?;
                let mut plain = Vec::with_capacity(data.len());
                let (blocks, rest) = data.as_chunks::<8>();
                for block in blocks {
                    let mut out = (*block).into();
                    cipher.decrypt_block(&mut out);
                    plain.extend(out.iter().zip(previous).map(|(byte, before)| byte ^ before));
                    previous = *block;
                }
                let padding = plain.last().copied().map_or(0, usize::from);
                let padded = rest.is_empty() && (1..=8).contains(&padding) && plain.len() >= padding;
                if !padded || plain[plain.len() - padding..].iter().any(|byte| usize::from(*byte) != padding) {
                    return Err(KeyError::BadDecrypt);
                }
                plain.truncate(plain.len() - padding);
                Ok(plain)
            }
        }
    }
}

/// `DEK-Info: AES-256-CBC,<iv>`: OpenSSL's own scheme, the key made with MD5.
fn decrypt_traditional(info: &str, data: Vec<u8>, passphrase: &str) -> Result<Vec<u8>, KeyError> {
    let (name, iv) = info.split_once(',').ok_or(KeyError::Unsupported)?;
    let cipher = match name {
        "AES-128-CBC" => Cipher::Aes(&AES_128, 16),
        "AES-192-CBC" => Cipher::Aes(&AES_192, 24),
        "AES-256-CBC" => Cipher::Aes(&AES_256, 32),
        "DES-EDE3-CBC" => Cipher::TripleDes,
        _ => return Err(KeyError::Unsupported),
    };
    let digits: Option<Vec<u8>> =
        iv.as_bytes().chunks(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()).collect();
    let iv = digits.filter(|iv| iv.len() >= 8).ok_or(KeyError::Unsupported)?;
    let mut key = Vec::new();
    while key.len() < cipher.key_length() {
        let mut hash = Md5::new();
        if let Some(last) = key.len().checked_sub(16) {
            hash.update(&key[last..]);
        }
        hash.update(passphrase);
        hash.update(&iv[..8]);
        key.extend_from_slice(&hash.finalize());
    }
    key.truncate(cipher.key_length());
    cipher.decrypt(&key, &iv, data)
}

/// `EncryptedPrivateKeyInfo` with PBES2.
///
/// # Errors
/// Where the passphrase does not open it, or it is encrypted in another way.
pub fn decrypt_pkcs8(der: &[u8], passphrase: &str) -> Result<Vec<u8>, KeyError> {
    let parameters = Pbes2::read(der).ok_or(KeyError::Unsupported)?;
    let iterations = std::num::NonZeroU32::new(parameters.iterations).ok_or(KeyError::Unsupported)?;
    let mut key = vec![0; parameters.cipher.key_length()];
    pbkdf2::derive(parameters.digest, iterations, parameters.salt, passphrase.as_bytes(), &mut key);
    parameters.cipher.decrypt(&key, parameters.iv, parameters.data.to_vec())
}

struct Pbes2<'a> {
    cipher: Cipher,
    digest: pbkdf2::Algorithm,
    salt: &'a [u8],
    iterations: u32,
    iv: &'a [u8],
    data: &'a [u8],
}

impl<'a> Pbes2<'a> {
    fn read(der: &'a [u8]) -> Option<Self> {
        const PBES2: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x05, 0x0d];
        const PBKDF2: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x05, 0x0c];
        const HMAC: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x02];
        const AES: &[u8] = &[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x01];
        const TRIPLE_DES: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x03, 0x07];

        let mut info = Der(der).enter(SEQUENCE)?;
        let mut algorithm = info.enter(SEQUENCE)?;
        let data = info.expect(OCTETS)?;
        if algorithm.expect(OID)? != PBES2 {
            return None;
        }
        let mut parameters = algorithm.enter(SEQUENCE)?;
        let mut derivation = parameters.enter(SEQUENCE)?;
        let mut scheme = parameters.enter(SEQUENCE)?;
        if derivation.expect(OID)? != PBKDF2 {
            return None;
        }
        let mut derivation = derivation.enter(SEQUENCE)?;
        let salt = derivation.expect(OCTETS)?;
        let iterations = derivation.expect(INTEGER)?;
        if iterations.len() > 4 {
            return None;
        }
        // More than any tool writes; a hostile file is not to keep the program busy for hours.
        let iterations = iterations.iter().fold(0, |number: u32, byte| number << 8 | u32::from(*byte));
        if iterations > 10_000_000 {
            return None;
        }
        derivation.expect(INTEGER); // key length
        let digest = match derivation.enter(SEQUENCE).and_then(|mut prf| prf.expect(OID)) {
            None => pbkdf2::PBKDF2_HMAC_SHA1,
            Some(oid) => match oid.strip_prefix(HMAC)? {
                [7] => pbkdf2::PBKDF2_HMAC_SHA1,
                [9] => pbkdf2::PBKDF2_HMAC_SHA256,
                [10] => pbkdf2::PBKDF2_HMAC_SHA384,
                [11] => pbkdf2::PBKDF2_HMAC_SHA512,
                _ => return None,
            },
        };
        let oid = scheme.expect(OID)?;
        let cipher = match oid.strip_prefix(AES) {
            Some([2]) => Cipher::Aes(&AES_128, 16),
            Some([22]) => Cipher::Aes(&AES_192, 24),
            Some([42]) => Cipher::Aes(&AES_256, 32),
            _ if oid == TRIPLE_DES => Cipher::TripleDes,
            _ => return None,
        };
        Some(Self { cipher, digest, salt, iterations, iv: scheme.expect(OCTETS)?, data })
    }
}
