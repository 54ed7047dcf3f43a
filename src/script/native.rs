//! Codecs and hashes that scripts use through libraries and web interfaces, done natively.

use std::io::{Read, Write};

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use hmac::{Hmac, KeyInit, Mac};
use rquickjs::{ArrayBuffer, Ctx, Exception, Function, Object, Result};
use sha2::Digest;

use super::engine::bytes_of;
use super::{ciphers, subtle};

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
    host.set("localZone", Function::new(ctx.clone(), local_zone)?)?;
    host.set("zoneOffset", Function::new(ctx.clone(), |zone: String, ms: f64| zone_offset(&zone, ms))?)?;
    host.set("compress", Function::new(ctx.clone(), compress)?)?;
    host.set("decompress", Function::new(ctx.clone(), decompress)?)?;
    host.set("pbkdf2", Function::new(ctx.clone(), pbkdf2)?)?;
    host.set("cipher", Function::new(ctx.clone(), ciphers::run)?)?;
    subtle::add(ctx, host)?;
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

/// What a decompressed body may hold at most.
const MOST: u64 = 256 << 20;

/// `gzip`, `deflate` (zlib) or `deflate-raw`.
#[expect(clippy::needless_pass_by_value, reason = "the engine gives arguments away")]
fn compress<'js>(ctx: Ctx<'js>, format: String, data: ArrayBuffer<'js>) -> Result<ArrayBuffer<'js>> {
    use flate2::{Compression, write};
    let level = Compression::default();
    let bytes = bytes_of(&data);
    let made = match format.as_str() {
        "gzip" => finished(write::GzEncoder::new(Vec::new(), level), &bytes, write::GzEncoder::finish),
        "deflate" => finished(write::ZlibEncoder::new(Vec::new(), level), &bytes, write::ZlibEncoder::finish),
        _ => finished(write::DeflateEncoder::new(Vec::new(), level), &bytes, write::DeflateEncoder::finish),
    };
    match made {
        Ok(made) => ArrayBuffer::new(ctx, made),
        Err(error) => Err(Exception::throw_message(&ctx, &error.to_string())),
    }
}

fn finished<W: Write>(
    mut encoder: W,
    data: &[u8],
    end: impl FnOnce(W) -> std::io::Result<Vec<u8>>,
) -> std::io::Result<Vec<u8>> {
    encoder.write_all(data)?;
    end(encoder)
}

/// The other way; `undefined` for data that is broken, or too large.
#[expect(clippy::needless_pass_by_value, reason = "the engine gives arguments away")]
fn decompress<'js>(ctx: Ctx<'js>, format: String, data: ArrayBuffer<'js>) -> Result<Option<ArrayBuffer<'js>>> {
    let bytes = bytes_of(&data);
    let mut reader: Box<dyn Read + '_> = match format.as_str() {
        "gzip" => Box::new(flate2::read::GzDecoder::new(&bytes[..])),
        "deflate" => Box::new(flate2::read::ZlibDecoder::new(&bytes[..])),
        _ => Box::new(flate2::read::DeflateDecoder::new(&bytes[..])),
    };
    let mut made = Vec::new();
    match reader.by_ref().take(MOST + 1).read_to_end(&mut made) {
        Ok(_) if made.len() as u64 <= MOST => ArrayBuffer::new(ctx, made).map(Some),
        _ => Ok(None),
    }
}

/// The name of the local time zone.
fn local_zone() -> String {
    jiff::tz::TimeZone::system().iana_name().unwrap_or("UTC").to_owned()
}

/// Minutes that a time zone is ahead of UTC at a time; `None` for an unknown zone.
fn zone_offset(zone: &str, ms: f64) -> Option<f64> {
    let zone = jiff::tz::TimeZone::get(zone).ok()?;
    let time = jiff::Timestamp::from_millisecond(ms as i64).ok()?;
    Some(f64::from(zone.to_offset(time).seconds()) / 60.0)
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

/// A hash by the contract's name.
fn digest(name: &str, data: &[u8]) -> Option<Vec<u8>> {
    Some(match name {
        "md5" => md5::Md5::digest(data).to_vec(),
        "sha1" => sha1::Sha1::digest(data).to_vec(),
        "sha224" => sha2::Sha224::digest(data).to_vec(),
        "sha256" => sha2::Sha256::digest(data).to_vec(),
        "sha384" => sha2::Sha384::digest(data).to_vec(),
        "sha512" => sha2::Sha512::digest(data).to_vec(),
        // crypto-js's SHA-3 is Keccak, without the padding of the later standard.
        "keccak224" => sha3::Keccak224::digest(data).to_vec(),
        "keccak256" => sha3::Keccak256::digest(data).to_vec(),
        "keccak384" => sha3::Keccak384::digest(data).to_vec(),
        "keccak512" => sha3::Keccak512::digest(data).to_vec(),
        "ripemd160" => ripemd::Ripemd160::digest(data).to_vec(),
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
