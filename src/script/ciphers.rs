//! Block ciphers in their modes, for crypto-js and Web Crypto.

use des::cipher::{self, BlockCipherDecrypt, BlockCipherEncrypt};
use hmac::KeyInit;
use rquickjs::{ArrayBuffer, Ctx, Exception, Result};

use super::engine::bytes_of;

/// How blocks are chained; `bits` of a counter count.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    Ecb,
    Cbc,
    Cfb,
    Ofb,
    Ctr { bits: u32 },
}

/// `cipher` of the contract: whole blocks; padding is the caller's.
#[expect(clippy::needless_pass_by_value, reason = "the engine gives arguments away")]
pub(super) fn run<'js>(
    ctx: Ctx<'js>,
    name: String,
    mode: String,
    encrypt: bool,
    key: ArrayBuffer<'js>,
    before: ArrayBuffer<'js>,
    data: ArrayBuffer<'js>,
) -> Result<ArrayBuffer<'js>> {
    let mode = match mode.as_str() {
        "cbc" => Mode::Cbc,
        "cfb" => Mode::Cfb,
        "ofb" => Mode::Ofb,
        // crypto-js counts in the last word alone.
        "ctr" => Mode::Ctr { bits: 32 },
        _ => Mode::Ecb,
    };
    let (key, before) = (bytes_of(&key), bytes_of(&before));
    let mut data = bytes_of(&data);
    let done = match (name.as_str(), key.len()) {
        ("AES", _) => aes(mode, encrypt, &key, before, &mut data),
        ("DES", _) => blocks::<des::Des>(mode, encrypt, &key, before, &mut data),
        _ => blocks::<des::TdesEde3>(mode, encrypt, &key, before, &mut data),
    };
    match done {
        Some(()) => ArrayBuffer::new(ctx, data),
        None => Err(Exception::throw_message(&ctx, &format!("no native cipher {name} for such data"))),
    }
}

/// AES with a key of any of its lengths.
pub(super) fn aes(mode: Mode, encrypt: bool, key: &[u8], before: Vec<u8>, data: &mut [u8]) -> Option<()> {
    match key.len() {
        16 => blocks::<aes::Aes128>(mode, encrypt, key, before, data),
        24 => blocks::<aes::Aes192>(mode, encrypt, key, before, data),
        32 => blocks::<aes::Aes256>(mode, encrypt, key, before, data),
        _ => None,
    }
}

/// Each block, chained with what came before. `None` where key, block or data have the wrong size; the last block of a mode that
/// makes a stream may be short.
fn blocks<C: KeyInit + BlockCipherEncrypt + BlockCipherDecrypt>(
    mode: Mode,
    encrypt: bool,
    key: &[u8],
    mut before: Vec<u8>,
    data: &mut [u8],
) -> Option<()> {
    let cipher = C::new_from_slice(key).ok()?;
    let size = <C as cipher::BlockSizeUser>::block_size();
    if mode != Mode::Ecb && before.len() != size {
        return None;
    }
    if matches!(mode, Mode::Ecb | Mode::Cbc) {
        return chained(&cipher, mode, encrypt, &mut before, data);
    }
    for chunk in data.chunks_mut(size) {
        let mut stream = before.clone();
        let block: &mut cipher::Block<C> = stream.as_mut_slice().try_into().ok()?;
        cipher.encrypt_block(block);
        let input = chunk.to_vec();
        xor(chunk, &stream);
        match mode {
            Mode::Ctr { bits } => count(&mut before, bits),
            Mode::Ofb => before = stream,
            _ => before = if encrypt { chunk.to_vec() } else { input },
        }
    }
    Some(())
}

fn chained<C: BlockCipherEncrypt + BlockCipherDecrypt>(
    cipher: &C,
    mode: Mode,
    encrypt: bool,
    before: &mut [u8],
    data: &mut [u8],
) -> Option<()> {
    let size = <C as cipher::BlockSizeUser>::block_size();
    if !data.len().is_multiple_of(size) {
        return None;
    }
    for chunk in data.chunks_exact_mut(size) {
        let input = chunk.to_vec();
        if mode == Mode::Cbc && encrypt {
            xor(chunk, before);
        }
        let block: &mut cipher::Block<C> = (&mut *chunk).try_into().ok()?;
        if encrypt {
            cipher.encrypt_block(block);
        } else {
            cipher.decrypt_block(block);
        }
        if mode == Mode::Cbc {
            if !encrypt {
                xor(chunk, before);
            }
            before.copy_from_slice(if encrypt { chunk } else { &input });
        }
    }
    Some(())
}

/// Counts the last bits of a block up by one.
fn count(block: &mut [u8], bits: u32) {
    let mut left = bits;
    for byte in block.iter_mut().rev() {
        let width = left.min(8);
        let mask = u8::MAX.checked_shr(8 - width).unwrap_or(0);
        let next = byte.wrapping_add(1) & mask;
        *byte = (*byte & !mask) | next;
        left -= width;
        if next != 0 || left == 0 {
            return;
        }
    }
}

fn xor(block: &mut [u8], other: &[u8]) {
    for (byte, other) in block.iter_mut().zip(other) {
        *byte ^= other;
    }
}
