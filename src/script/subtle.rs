//! The native half of `crypto.subtle`: symmetric ciphers, RSA, elliptic curves. Keys come as DER or as bare bytes; their other
//! forms are JavaScript's.

use aws_lc_rs::encoding::{AsBigEndian, AsDer, EcPrivateKeyBin, Pkcs8V1Der};
use aws_lc_rs::key_wrap::{AES_128, AES_256, AesKek, KeyWrap};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{
    KeySize, OAEP_SHA1_MGF1SHA1, OAEP_SHA256_MGF1SHA256, OAEP_SHA384_MGF1SHA384, OAEP_SHA512_MGF1SHA512, OaepAlgorithm,
    OaepPrivateDecryptingKey, OaepPublicEncryptingKey, PrivateDecryptingKey, PublicEncryptingKey,
};
use aws_lc_rs::signature::{self, EcdsaKeyPair, Ed25519KeyPair, KeyPair, RsaKeyPair, UnparsedPublicKey};
use aws_lc_rs::{aead, agreement};
use rquickjs::{ArrayBuffer, Ctx, Exception, Function, Object, Result};

use super::ciphers::{self, Mode};
use super::engine::bytes_of;

/// What a primitive gives: bytes, or why not. A text with "not supported" becomes such an error of Web Crypto.
type Made = std::result::Result<Vec<u8>, &'static str>;

const FAILED: &str = "the operation failed";
const CURVE: &str = "this pair of curve and hash is not supported";

/// Adds the functions to `host`.
pub(super) fn add<'js>(ctx: &Ctx<'js>, host: &Object<'js>) -> Result<()> {
    host.set("aes", Function::new(ctx.clone(), aes)?)?;
    host.set(
        "aesKw",
        Function::new(ctx.clone(), |ctx: Ctx<'js>, wrap: bool, key: ArrayBuffer<'js>, data: ArrayBuffer<'js>| {
            give(&ctx, aes_kw(wrap, &bytes_of(&key), &bytes_of(&data)))
        })?,
    )?;
    host.set("rsaGenerate", Function::new(ctx.clone(), |ctx: Ctx<'js>, bits: u32| give(&ctx, rsa_generate(bits)))?)?;
    host.set("rsaSign", Function::new(ctx.clone(), rsa_sign)?)?;
    host.set("rsaVerify", Function::new(ctx.clone(), rsa_verify)?)?;
    host.set("rsaOaep", Function::new(ctx.clone(), rsa_oaep)?)?;
    host.set(
        "curveGenerate",
        Function::new(ctx.clone(), |ctx: Ctx<'js>, curve: String| give(&ctx, curve_generate(&curve)))?,
    )?;
    host.set(
        "curvePublic",
        Function::new(ctx.clone(), |ctx: Ctx<'js>, curve: String, key: ArrayBuffer<'js>| {
            give(&ctx, curve_public(&curve, &bytes_of(&key)))
        })?,
    )?;
    host.set(
        "agree",
        Function::new(ctx.clone(), |ctx: Ctx<'js>, curve: String, key: ArrayBuffer<'js>, other: ArrayBuffer<'js>| {
            give(&ctx, agree(&curve, &bytes_of(&key), &bytes_of(&other)))
        })?,
    )?;
    host.set("ecdsaSign", Function::new(ctx.clone(), ecdsa_sign)?)?;
    host.set("ecdsaVerify", Function::new(ctx.clone(), ecdsa_verify)?)?;
    host.set(
        "edSign",
        Function::new(ctx.clone(), |ctx: Ctx<'js>, key: ArrayBuffer<'js>, data: ArrayBuffer<'js>| {
            let made = Ed25519KeyPair::from_seed_unchecked(&bytes_of(&key))
                .map(|pair| pair.sign(&bytes_of(&data)).as_ref().to_vec());
            give(&ctx, made.map_err(|_| FAILED))
        })?,
    )?;
    host.set(
        "edVerify",
        Function::new(ctx.clone(), |key: ArrayBuffer<'js>, made: ArrayBuffer<'js>, data: ArrayBuffer<'js>| {
            let key = UnparsedPublicKey::new(&signature::ED25519, bytes_of(&key));
            key.verify(&bytes_of(&data), &bytes_of(&made)).is_ok()
        })?,
    )?;
    Ok(())
}

fn give<'js>(ctx: &Ctx<'js>, made: Made) -> Result<ArrayBuffer<'js>> {
    match made {
        Ok(bytes) => ArrayBuffer::new(ctx.clone(), bytes),
        Err(reason) => Err(Exception::throw_message(ctx, reason)),
    }
}

/// AES in the modes of Web Crypto, padding and tags included. `what` is the mode, and `+` in front to encrypt.
#[expect(clippy::needless_pass_by_value, reason = "the engine gives arguments away")]
fn aes<'js>(
    ctx: Ctx<'js>,
    what: String,
    key: ArrayBuffer<'js>,
    iv: ArrayBuffer<'js>,
    data: ArrayBuffer<'js>,
    extra: ArrayBuffer<'js>,
    number: usize,
) -> Result<ArrayBuffer<'js>> {
    let (key, iv, data) = (bytes_of(&key), bytes_of(&iv), bytes_of(&data));
    let encrypt = what.starts_with('+');
    let made = match what.trim_start_matches('+') {
        "gcm" => aes_gcm(encrypt, &key, &iv, data, &bytes_of(&extra), number),
        "ctr" => aes_ctr(&key, iv, data, number),
        _ => aes_cbc(encrypt, &key, iv, data),
    };
    give(&ctx, made)
}

fn aes_ctr(key: &[u8], counter: Vec<u8>, mut data: Vec<u8>, bits: usize) -> Made {
    let bits = u32::try_from(bits).ok().filter(|bits| (1..=128).contains(bits)).ok_or(FAILED)?;
    ciphers::aes(Mode::Ctr { bits }, true, key, counter, &mut data).ok_or(FAILED)?;
    Ok(data)
}

/// With the padding of PKCS #7.
fn aes_cbc(encrypt: bool, key: &[u8], iv: Vec<u8>, mut data: Vec<u8>) -> Made {
    const SIZE: usize = 16;
    if encrypt {
        let padding = SIZE - data.len() % SIZE;
        data.extend(std::iter::repeat_n(padding as u8, padding));
    }
    ciphers::aes(Mode::Cbc, encrypt, key, iv, &mut data).ok_or(FAILED)?;
    if !encrypt {
        let padding = usize::from(*data.last().ok_or(FAILED)?);
        let kept = data.len().checked_sub(padding).filter(|_| (1..=SIZE).contains(&padding)).ok_or(FAILED)?;
        if data.get(kept..).is_none_or(|tail| tail.iter().any(|byte| usize::from(*byte) != padding)) {
            return Err(FAILED);
        }
        data.truncate(kept);
    }
    Ok(data)
}

fn aes_gcm(encrypt: bool, key: &[u8], iv: &[u8], mut data: Vec<u8>, extra: &[u8], tag_bits: usize) -> Made {
    let algorithm = match key.len() {
        16 => &aead::AES_128_GCM,
        24 => &aead::AES_192_GCM,
        _ => &aead::AES_256_GCM,
    };
    let key = aead::LessSafeKey::new(aead::UnboundKey::new(algorithm, key).map_err(|_| FAILED)?);
    let nonce = aead::Nonce::try_assume_unique_for_key(iv)
        .map_err(|_| "an iv that has not 12 bytes is not supported for AES-GCM")?;
    if encrypt {
        let tag = key.seal_in_place_separate_tag(nonce, aead::Aad::from(extra), &mut data).map_err(|_| FAILED)?;
        data.extend(tag.as_ref().iter().take(tag_bits / 8));
        return Ok(data);
    }
    if tag_bits != 128 {
        return Err("a tag of less than 128 bits is not supported for decryption with AES-GCM");
    }
    let length = key.open_in_place(nonce, aead::Aad::from(extra), &mut data).map_err(|_| FAILED)?.len();
    data.truncate(length);
    Ok(data)
}

fn aes_kw(wrap: bool, key: &[u8], data: &[u8]) -> Made {
    let cipher = match key.len() {
        16 => &AES_128,
        32 => &AES_256,
        _ => return Err("AES-KW with a key of 192 bits is not supported"),
    };
    let key = AesKek::new(cipher, key).map_err(|_| FAILED)?;
    let mut room = vec![0; data.len() + 8];
    let made = if wrap { key.wrap(data, &mut room) } else { key.unwrap(data, &mut room) };
    made.map(|bytes| bytes.to_vec()).map_err(|_| FAILED)
}

fn rsa_generate(bits: u32) -> Made {
    let size = match bits {
        2048 => KeySize::Rsa2048,
        3072 => KeySize::Rsa3072,
        4096 => KeySize::Rsa4096,
        8192 => KeySize::Rsa8192,
        _ => return Err("RSA keys of this length are not supported: use 2048, 3072, 4096 or 8192 bits"),
    };
    let pair = RsaKeyPair::generate(size).map_err(|_| FAILED)?;
    let der: Pkcs8V1Der<'_> = pair.as_der().map_err(|_| FAILED)?;
    Ok(der.as_ref().to_vec())
}

#[expect(clippy::needless_pass_by_value, reason = "the engine gives arguments away")]
fn rsa_sign<'js>(
    ctx: Ctx<'js>,
    scheme: String,
    hash: String,
    key: ArrayBuffer<'js>,
    data: ArrayBuffer<'js>,
) -> Result<ArrayBuffer<'js>> {
    let sign = || -> Made {
        let encoding: &'static dyn signature::RsaEncoding = match (scheme.as_str(), hash.as_str()) {
            ("pss", "sha256") => &signature::RSA_PSS_SHA256,
            ("pss", "sha384") => &signature::RSA_PSS_SHA384,
            ("pss", "sha512") => &signature::RSA_PSS_SHA512,
            ("pkcs1", "sha256") => &signature::RSA_PKCS1_SHA256,
            ("pkcs1", "sha384") => &signature::RSA_PKCS1_SHA384,
            ("pkcs1", "sha512") => &signature::RSA_PKCS1_SHA512,
            _ => return Err("signing with SHA-1 is not supported"),
        };
        let pair = RsaKeyPair::from_pkcs8(&bytes_of(&key)).map_err(|_| FAILED)?;
        let mut made = vec![0; pair.public_modulus_len()];
        pair.sign(encoding, &SystemRandom::new(), &bytes_of(&data), &mut made).map_err(|_| FAILED)?;
        Ok(made)
    };
    give(&ctx, sign())
}

#[expect(clippy::needless_pass_by_value, reason = "the engine gives arguments away")]
fn rsa_verify<'js>(
    scheme: String,
    hash: String,
    key: ArrayBuffer<'js>,
    made: ArrayBuffer<'js>,
    data: ArrayBuffer<'js>,
) -> bool {
    let parameters: &'static signature::RsaParameters = match (scheme.as_str(), hash.as_str()) {
        ("pss", "sha256") => &signature::RSA_PSS_2048_8192_SHA256,
        ("pss", "sha384") => &signature::RSA_PSS_2048_8192_SHA384,
        ("pss", _) => &signature::RSA_PSS_2048_8192_SHA512,
        (_, "sha1") => &signature::RSA_PKCS1_1024_8192_SHA1_FOR_LEGACY_USE_ONLY,
        (_, "sha256") => &signature::RSA_PKCS1_2048_8192_SHA256,
        (_, "sha384") => &signature::RSA_PKCS1_2048_8192_SHA384,
        _ => &signature::RSA_PKCS1_2048_8192_SHA512,
    };
    UnparsedPublicKey::new(parameters, bytes_of(&key)).verify(&bytes_of(&data), &bytes_of(&made)).is_ok()
}

#[expect(clippy::needless_pass_by_value, reason = "the engine gives arguments away")]
fn rsa_oaep<'js>(
    ctx: Ctx<'js>,
    encrypt: bool,
    hash: String,
    key: ArrayBuffer<'js>,
    data: ArrayBuffer<'js>,
    label: ArrayBuffer<'js>,
) -> Result<ArrayBuffer<'js>> {
    let algorithm: &'static OaepAlgorithm = match hash.as_str() {
        "sha1" => &OAEP_SHA1_MGF1SHA1,
        "sha256" => &OAEP_SHA256_MGF1SHA256,
        "sha384" => &OAEP_SHA384_MGF1SHA384,
        _ => &OAEP_SHA512_MGF1SHA512,
    };
    let (key, data, label) = (bytes_of(&key), bytes_of(&data), bytes_of(&label));
    let label = (!label.is_empty()).then_some(&label[..]);
    let run = || -> std::result::Result<Vec<u8>, ()> {
        if encrypt {
            let key = PublicEncryptingKey::from_der(&key).map_err(drop)?;
            let key = OaepPublicEncryptingKey::new(key).map_err(drop)?;
            let mut room = vec![0; key.ciphertext_size()];
            return key.encrypt(algorithm, &data, &mut room, label).map(|made| made.to_vec()).map_err(drop);
        }
        let key = PrivateDecryptingKey::from_pkcs8(&key).map_err(drop)?;
        let key = OaepPrivateDecryptingKey::new(key).map_err(drop)?;
        let mut room = vec![0; key.min_output_size()];
        key.decrypt(algorithm, &data, &mut room, label).map(|made| made.to_vec()).map_err(drop)
    };
    give(&ctx, run().map_err(|()| FAILED))
}

fn curve_of(name: &str) -> Option<&'static agreement::Algorithm> {
    Some(match name {
        "P-256" => &agreement::ECDH_P256,
        "P-384" => &agreement::ECDH_P384,
        "P-521" => &agreement::ECDH_P521,
        "X25519" => &agreement::X25519,
        _ => return None,
    })
}

/// A new private key: the scalar, or Curve25519's seed.
fn curve_generate(curve: &str) -> Made {
    if matches!(curve, "Ed25519" | "X25519") {
        let mut seed = vec![0_u8; 32];
        rand::fill(&mut seed[..]);
        return Ok(seed);
    }
    let key = agreement::PrivateKey::generate(curve_of(curve).ok_or(CURVE)?).map_err(|_| FAILED)?;
    let scalar: EcPrivateKeyBin<'_> = key.as_be_bytes().map_err(|_| FAILED)?;
    Ok(scalar.as_ref().to_vec())
}

fn curve_public(curve: &str, key: &[u8]) -> Made {
    if curve == "Ed25519" {
        let pair = Ed25519KeyPair::from_seed_unchecked(key).map_err(|_| FAILED)?;
        return Ok(pair.public_key().as_ref().to_vec());
    }
    let key = agreement::PrivateKey::from_private_key(curve_of(curve).ok_or(CURVE)?, key).map_err(|_| FAILED)?;
    Ok(key.compute_public_key().map_err(|_| FAILED)?.as_ref().to_vec())
}

fn agree(curve: &str, key: &[u8], other: &[u8]) -> Made {
    let algorithm = curve_of(curve).ok_or(CURVE)?;
    let key = agreement::PrivateKey::from_private_key(algorithm, key).map_err(|_| FAILED)?;
    agreement::agree(&key, agreement::UnparsedPublicKey::new(algorithm, other), FAILED, |shared| Ok(shared.to_vec()))
}

#[expect(clippy::needless_pass_by_value, reason = "the engine gives arguments away")]
fn ecdsa_sign<'js>(
    ctx: Ctx<'js>,
    curve: String,
    hash: String,
    key: ArrayBuffer<'js>,
    point: ArrayBuffer<'js>,
    data: ArrayBuffer<'js>,
) -> Result<ArrayBuffer<'js>> {
    let sign = || -> Made {
        let algorithm = match (curve.as_str(), hash.as_str()) {
            ("P-256", "sha256") => &signature::ECDSA_P256_SHA256_FIXED_SIGNING,
            ("P-384", "sha384") => &signature::ECDSA_P384_SHA384_FIXED_SIGNING,
            ("P-521", "sha256") => &signature::ECDSA_P521_SHA256_FIXED_SIGNING,
            ("P-521", "sha384") => &signature::ECDSA_P521_SHA384_FIXED_SIGNING,
            ("P-521", "sha512") => &signature::ECDSA_P521_SHA512_FIXED_SIGNING,
            _ => return Err(CURVE),
        };
        let pair = EcdsaKeyPair::from_private_key_and_public_key(algorithm, &bytes_of(&key), &bytes_of(&point))
            .map_err(|_| FAILED)?;
        let made = pair.sign(&SystemRandom::new(), &bytes_of(&data)).map_err(|_| FAILED)?;
        Ok(made.as_ref().to_vec())
    };
    give(&ctx, sign())
}

#[expect(clippy::needless_pass_by_value, reason = "the engine gives arguments away")]
fn ecdsa_verify<'js>(
    ctx: Ctx<'js>,
    curve: String,
    hash: String,
    point: ArrayBuffer<'js>,
    made: ArrayBuffer<'js>,
    data: ArrayBuffer<'js>,
) -> Result<bool> {
    let algorithm = match (curve.as_str(), hash.as_str()) {
        ("P-256", "sha256") => &signature::ECDSA_P256_SHA256_FIXED,
        ("P-384", "sha384") => &signature::ECDSA_P384_SHA384_FIXED,
        ("P-521", "sha256") => &signature::ECDSA_P521_SHA256_FIXED,
        ("P-521", "sha384") => &signature::ECDSA_P521_SHA384_FIXED,
        ("P-521", "sha512") => &signature::ECDSA_P521_SHA512_FIXED,
        _ => return Err(Exception::throw_message(&ctx, CURVE)),
    };
    Ok(UnparsedPublicKey::new(algorithm, bytes_of(&point)).verify(&bytes_of(&data), &bytes_of(&made)).is_ok())
}
