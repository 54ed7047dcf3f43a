//! Codecs and hashes that scripts use through libraries and web interfaces, done natively.

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use des::cipher::{self, BlockCipherDecrypt, BlockCipherEncrypt};
use hmac::{Hmac, KeyInit, Mac};
use rquickjs::{ArrayBuffer, Ctx, Exception, Function, Object, Result};
use sha2::Digest;

use super::engine::bytes_of;

/// Decodes with or without padding, as `Buffer` and `atob` do.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// Adds the native functions of the contract to `host`.
pub(super) fn add<'js>(ctx: &Ctx<'js>, host: &Object<'js>) -> Result<()> {
    host.set(
        "base64Encode",
        Function::new(ctx.clone(), |data: ArrayBuffer<'js>| {
            base64::engine::general_purpose::STANDARD.encode(bytes_of(&data))
        })?,
    )?;
    host.set(
        "base64Decode",
        Function::new(ctx.clone(), |ctx: Ctx<'js>, text: String| ArrayBuffer::new(ctx, decode_base64(&text)))?,
    )?;
    host.set(
        "utf8Encode",
        Function::new(ctx.clone(), |ctx: Ctx<'js>, text: String| ArrayBuffer::new(ctx, text.into_bytes()))?,
    )?;
    host.set("utf8Decode", Function::new(ctx.clone(), utf8_decode)?)?;
    host.set(
        "randomBytes",
        Function::new(ctx.clone(), |ctx: Ctx<'js>, length: usize| {
            let mut bytes = vec![0_u8; length.min(1 << 20)];
            rand::fill(&mut bytes[..]);
            ArrayBuffer::new(ctx, bytes)
        })?,
    )?;
    host.set(
        "digest",
        Function::new(ctx.clone(), |ctx: Ctx<'js>, name: String, data: ArrayBuffer<'js>| {
            match digest(&name, &bytes_of(&data)) {
                Some(hash) => ArrayBuffer::new(ctx, hash),
                None => Err(Exception::throw_message(&ctx, &format!("no native hash {name}"))),
            }
        })?,
    )?;
    host.set(
        "hmac",
        Function::new(ctx.clone(), |ctx: Ctx<'js>, name: String, key: ArrayBuffer<'js>, data: ArrayBuffer<'js>| {
            match hmac(&name, &bytes_of(&key), &bytes_of(&data)) {
                Some(hash) => ArrayBuffer::new(ctx, hash),
                None => Err(Exception::throw_message(&ctx, &format!("no native hash {name}"))),
            }
        })?,
    )?;
    host.set("pbkdf2", Function::new(ctx.clone(), pbkdf2)?)?;
    host.set("cipher", Function::new(ctx.clone(), run_cipher)?)?;
    host.set(
        "now",
        Function::new(ctx.clone(), || {
            let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
            now.as_secs_f64() * 1000.0
        })?,
    )?;
    Ok(())
}

/// Decodes what can be decoded: other characters are skipped, the URL-safe alphabet counts too.
fn decode_base64(text: &str) -> Vec<u8> {
    let clean: Vec<u8> = text
        .bytes()
        .take_while(|b| *b != b'=')
        .filter_map(|b| match b {
            b'-' => Some(b'+'),
            b'_' => Some(b'/'),
            b if b.is_ascii_alphanumeric() || b == b'+' || b == b'/' => Some(b),
            _ => None,
        })
        .collect();
    // One left-over character holds no whole byte.
    let usable = if clean.len() % 4 == 1 { clean.len() - 1 } else { clean.len() };
    LENIENT.decode(&clean[..usable]).unwrap_or_default()
}

#[expect(clippy::needless_pass_by_value, reason = "the engine gives arguments away")]
fn utf8_decode<'js>(ctx: Ctx<'js>, data: ArrayBuffer<'js>, label: String, fatal: bool) -> Result<String> {
    let bytes = bytes_of(&data);
    let Some(encoding) = encoding_rs::Encoding::for_label(label.as_bytes()) else {
        return Err(Exception::throw_range(&ctx, &format!("The \"{label}\" encoding is not supported")));
    };
    let (text, failed) = encoding.decode_without_bom_handling(&bytes);
    if fatal && failed {
        return Err(Exception::throw_type(&ctx, &format!("The encoded data was not valid for encoding {label}")));
    }
    Ok(text.into_owned())
}

/// PBKDF2 of a password and a salt.
#[expect(clippy::needless_pass_by_value, reason = "the engine gives arguments away")]
fn pbkdf2<'js>(
    ctx: Ctx<'js>,
    name: String,
    password: ArrayBuffer<'js>,
    salt: ArrayBuffer<'js>,
    rounds: u32,
    length: usize,
) -> Result<ArrayBuffer<'js>> {
    use aws_lc_rs::pbkdf2;
    let algorithm = match name.as_str() {
        "sha1" => pbkdf2::PBKDF2_HMAC_SHA1,
        "sha256" => pbkdf2::PBKDF2_HMAC_SHA256,
        "sha384" => pbkdf2::PBKDF2_HMAC_SHA384,
        "sha512" => pbkdf2::PBKDF2_HMAC_SHA512,
        _ => return Err(Exception::throw_message(&ctx, &format!("no native hash {name}"))),
    };
    let Some(rounds) = std::num::NonZeroU32::new(rounds).filter(|_| length <= 1 << 20) else {
        return Err(Exception::throw_range(&ctx, "Invalid key length"));
    };
    let mut key = vec![0; length];
    pbkdf2::derive(algorithm, rounds, &bytes_of(&salt), &bytes_of(&password), &mut key);
    ArrayBuffer::new(ctx, key)
}

/// Whole blocks through a block cipher; padding is the caller's.
#[expect(clippy::needless_pass_by_value, reason = "the engine gives arguments away")]
fn run_cipher<'js>(
    ctx: Ctx<'js>,
    name: String,
    mode: String,
    encrypt: bool,
    key: ArrayBuffer<'js>,
    before: ArrayBuffer<'js>,
    data: ArrayBuffer<'js>,
) -> Result<ArrayBuffer<'js>> {
    let mut data = bytes_of(&data);
    let before = (mode == "cbc").then(|| bytes_of(&before));
    let key = bytes_of(&key);
    let done = match (name.as_str(), key.len()) {
        ("AES", 16) => blocks::<aes::Aes128>(&key, before, encrypt, &mut data),
        ("AES", 24) => blocks::<aes::Aes192>(&key, before, encrypt, &mut data),
        ("AES", _) => blocks::<aes::Aes256>(&key, before, encrypt, &mut data),
        ("DES", _) => blocks::<des::Des>(&key, before, encrypt, &mut data),
        _ => blocks::<des::TdesEde3>(&key, before, encrypt, &mut data),
    };
    match done {
        Some(()) => ArrayBuffer::new(ctx, data),
        None => Err(Exception::throw_message(&ctx, &format!("no native cipher {name} for such data"))),
    }
}

/// Each block, chained with the one before where there is one (CBC). `None` where key, block or data have the wrong size.
fn blocks<C: KeyInit + BlockCipherEncrypt + BlockCipherDecrypt>(
    key: &[u8],
    mut before: Option<Vec<u8>>,
    encrypt: bool,
    data: &mut [u8],
) -> Option<()> {
    let cipher = C::new_from_slice(key).ok()?;
    let size = <C as cipher::BlockSizeUser>::block_size();
    if !data.len().is_multiple_of(size) || before.as_ref().is_some_and(|before| before.len() != size) {
        return None;
    }
    for block in data.chunks_exact_mut(size) {
        let block: &mut cipher::Block<C> = block.try_into().ok()?;
        let input = block.to_vec();
        if encrypt {
            if let Some(before) = &mut before {
                xor(block, before);
            }
            cipher.encrypt_block(block);
        } else {
            cipher.decrypt_block(block);
            if let Some(before) = &mut before {
                xor(block, before);
            }
        }
        if let Some(before) = &mut before {
            before.copy_from_slice(if encrypt { block } else { &input });
        }
    }
    Some(())
}

fn xor(block: &mut [u8], other: &[u8]) {
    for (byte, other) in block.iter_mut().zip(other) {
        *byte ^= other;
    }
}

/// A hash by the contract's name.
fn digest(name: &str, data: &[u8]) -> Option<Vec<u8>> {
    Some(match name {
        "md5" => md5::Md5::digest(data).to_vec(),
        "sha1" => sha1::Sha1::digest(data).to_vec(),
        "sha224" => sha2::Sha224::digest(data).to_vec(),
        "sha256" => sha2::Sha256::digest(data).to_vec(),
        "sha384" => sha2::Sha384::digest(data).to_vec(),
        "sha512" => sha2::Sha512::digest(data).to_vec(),
        _ => return None,
    })
}

/// An HMAC by the contract's name.
fn hmac(name: &str, key: &[u8], data: &[u8]) -> Option<Vec<u8>> {
    macro_rules! with {
        ($hash:ty) => {{
            let mut mac = Hmac::<$hash>::new_from_slice(key).ok()?;
            mac.update(data);
            mac.finalize().into_bytes().to_vec()
        }};
    }
    Some(match name {
        "md5" => with!(md5::Md5),
        "sha1" => with!(sha1::Sha1),
        "sha224" => with!(sha2::Sha224),
        "sha256" => with!(sha2::Sha256),
        "sha384" => with!(sha2::Sha384),
        "sha512" => with!(sha2::Sha512),
        _ => return None,
    })
}
