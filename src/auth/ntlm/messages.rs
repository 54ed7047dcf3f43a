//! The three messages of NTLM and the hashes in the third.

use std::fmt::Write as _;

use des::Des;
use des::cipher::{BlockCipherEncrypt, KeyInit};

use super::super::hash::Hash;

const SIGNATURE: &[u8] = b"NTLMSSP\0";
/// Product version 5.1, build 2600, revision 15, as newman says.
const VERSION: [u8; 8] = [5, 1, 0x28, 0x0a, 0, 0, 0, 15];

const UNICODE: u32 = 0x0000_0001;
const DOMAIN_SUPPLIED: u32 = 0x0000_1000;
const EXTENDED_SECURITY: u32 = 0x0008_0000;
const TARGET_INFO: u32 = 0x0080_0000;
/// What the first message offers.
const OFFERED: u32 = 0xa208_b207;
/// What the third message says was agreed on.
const AGREED: u32 = 0xa288_8205;

/// Who logs in, in the spelling of the messages.
pub(super) struct Credentials {
    user: String,
    password: String,
    domain: String,
    workstation: String,
}

impl Credentials {
    /// Without a domain, one is looked for in the user name: `DOM\user` or `user@dom`.
    pub(super) fn new(user: &str, password: &str, domain: &str, workstation: &str) -> Self {
        let (user, domain) = if domain.is_empty() { split(user) } else { (user, domain) };
        Self {
            user: user.to_owned(),
            password: password.to_owned(),
            domain: escape(&domain.to_uppercase()),
            workstation: escape(&workstation.to_uppercase()),
        }
    }
}

fn split(user: &str) -> (&str, &str) {
    let halves = |separator: char| {
        let (left, right) = user.split_once(separator)?;
        (!left.is_empty() && !right.is_empty() && !right.contains(separator)).then_some((left, right))
    };
    match (user.contains('\\'), user.contains('@')) {
        (true, false) => halves('\\').map_or((user, ""), |(domain, user)| (user, domain)),
        (false, true) => halves('@').unwrap_or((user, "")),
        _ => (user, ""),
    }
}

/// JavaScript's old `escape`, which newman puts names through.
fn escape(text: &str) -> String {
    let mut out = String::new();
    for unit in text.encode_utf16() {
        match u8::try_from(unit) {
            Ok(byte) if byte.is_ascii_alphanumeric() || b"@*_+-./".contains(&byte) => out.push(char::from(byte)),
            Ok(byte) => drop(write!(out, "%{byte:02X}")),
            Err(_) => drop(write!(out, "%u{unit:04X}")),
        }
    }
    out
}

/// Length twice, then the offset: how a message points to its contents.
fn pointer(length: usize, offset: usize) -> [u8; 8] {
    let short = u16::try_from(length).unwrap_or(u16::MAX).to_le_bytes();
    let long = u32::try_from(offset).unwrap_or(u32::MAX).to_le_bytes();
    [short[0], short[1], short[0], short[1], long[0], long[1], long[2], long[3]]
}

/// The first message: what the client can do, and from where it comes.
pub(super) fn negotiate(who: &Credentials) -> Vec<u8> {
    const HEAD: usize = 40;
    let flags = if who.domain.is_empty() { OFFERED & !DOMAIN_SUPPLIED } else { OFFERED };
    let (domain, workstation) = (who.domain.as_bytes(), who.workstation.as_bytes());
    [
        SIGNATURE,
        &1_u32.to_le_bytes(),
        &flags.to_le_bytes(),
        &pointer(domain.len(), HEAD + workstation.len()),
        &pointer(workstation.len(), HEAD),
        &VERSION,
        workstation,
        domain,
    ]
    .concat()
}

/// What the server's message holds.
pub(super) struct Challenge {
    flags: u32,
    nonce: [u8; 8],
    target_info: Option<Vec<u8>>,
}

/// Reads the second message; `None` where it is none.
pub(super) fn challenge(message: &[u8]) -> Option<Challenge> {
    let long = |at: usize| Some(u32::from_le_bytes(message.get(at..at + 4)?.try_into().ok()?));
    if message.get(8..10)? != [2, 0] {
        return None;
    }
    let flags = long(20)?;
    let nonce = message.get(24..32)?.try_into().ok()?;
    let target_info = if flags & TARGET_INFO == 0 {
        None
    } else {
        let length = usize::from(u16::from_le_bytes(message.get(40..42)?.try_into().ok()?));
        let start = usize::try_from(long(44)?).ok()?.min(message.len());
        let end = start.saturating_add(length).min(message.len());
        Some(message[start..end].to_vec())
    };
    Some(Challenge { flags, nonce, target_info })
}

/// The third message: the answer to the challenge.
///
/// NTLMv2 where the server offers extended security and names itself, the NTLM2 session answer where it only offers the former, else
/// NTLMv1.
pub(super) fn authenticate(challenge: &Challenge, who: &Credentials, client: [u8; 8], now_ms: u64) -> Vec<u8> {
    const HEAD: usize = 72;
    let unicode = challenge.flags & UNICODE != 0;
    let encode = |text: &str| if unicode { utf16(text) } else { latin1(text) };
    let hash = nt_hash(&who.password);
    let (lm, nt) = match &challenge.target_info {
        _ if challenge.flags & EXTENDED_SECURITY == 0 => {
            (responses(&lm_hash(&who.password), challenge.nonce), responses(&hash, challenge.nonce))
        }
        None => {
            let session = Hash::Md5.of(&[&challenge.nonce, &client]);
            let mut nonce = [0; 8];
            nonce.copy_from_slice(&session[..8]);
            ([&client[..], &[0; 16]].concat(), responses(&hash, nonce))
        }
        Some(info) => version2(&hash, who, challenge.nonce, info, client, now_ms),
    };
    let (domain, user, workstation) = (encode(&who.domain), encode(&who.user), encode(&who.workstation));
    let user_at = HEAD + domain.len();
    let workstation_at = user_at + user.len();
    let lm_at = workstation_at + workstation.len();
    let nt_at = lm_at + lm.len();
    let flags = if unicode { AGREED } else { AGREED & !UNICODE };
    [
        SIGNATURE,
        &3_u32.to_le_bytes(),
        &pointer(lm.len(), lm_at),
        &pointer(nt.len(), nt_at),
        &pointer(domain.len(), HEAD),
        &pointer(user.len(), user_at),
        &pointer(workstation.len(), workstation_at),
        &pointer(0, nt_at + nt.len()),
        &flags.to_le_bytes(),
        &VERSION,
        &domain,
        &user,
        &workstation,
        &lm,
        &nt,
    ]
    .concat()
}

/// LMv2 and NTLMv2 (MS-NLMP 3.3.2).
fn version2(
    hash: &[u8],
    who: &Credentials,
    nonce: [u8; 8],
    info: &[u8],
    client: [u8; 8],
    now_ms: u64,
) -> (Vec<u8>, Vec<u8>) {
    /// Milliseconds from 1601 to 1970.
    const EPOCH: u64 = 11_644_473_600_000;
    let key = Hash::Md5.hmac(hash, &[&utf16(&format!("{}{}", who.user.to_uppercase(), who.domain))]);
    let lm = [Hash::Md5.hmac(&key, &[&nonce, &client]), client.to_vec()].concat();
    let time = now_ms.saturating_add(EPOCH).saturating_mul(10_000).to_le_bytes();
    let blob = [&[1, 1, 0, 0, 0, 0, 0, 0][..], &time, &client, &[0; 4], info, &[0; 4]].concat();
    let nt = [Hash::Md5.hmac(&key, &[&nonce, &blob]), blob].concat();
    (lm, nt)
}

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

/// Node's `ascii`: the low byte of every UTF-16 unit.
fn latin1(text: &str) -> Vec<u8> {
    text.encode_utf16().map(|unit| unit as u8).collect()
}

fn nt_hash(password: &str) -> Vec<u8> {
    Hash::Md4.of(&[&utf16(password)])
}

fn lm_hash(password: &str) -> Vec<u8> {
    let mut bytes = latin1(&password.to_uppercase());
    bytes.resize(14, 0);
    bytes.chunks(7).flat_map(|half| encrypt(half, *b"KGS!@#$%")).collect()
}

/// The challenge encrypted with the three thirds of a hash.
fn responses(hash: &[u8], nonce: [u8; 8]) -> Vec<u8> {
    let mut key = hash.to_vec();
    key.resize(21, 0);
    key.chunks(7).flat_map(|third| encrypt(third, nonce)).collect()
}

/// DES with a key of seven bytes, spread over eight.
fn encrypt(key: &[u8], block: [u8; 8]) -> [u8; 8] {
    let bits = key.iter().take(7).fold(0_u64, |bits, byte| bits << 8 | u64::from(*byte));
    let mut spread = [0_u8; 8];
    for (at, byte) in spread.iter_mut().enumerate() {
        *byte = (bits >> (49 - 7 * at) << 1) as u8;
    }
    let mut block = block.into();
    Des::new(&spread.into()).encrypt_block(&mut block);
    block.into()
}

#[cfg(test)]
mod tests {
    use super::super::super::hash::hex;
    use super::*;

    const NONCE: [u8; 8] = [0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef];
    const CLIENT: [u8; 8] = [0xaa; 8];

    #[test]
    fn hashes_of_ms_nlmp() {
        // MS-NLMP 4.2: user `User`, password `Password`.
        assert_eq!(hex(&lm_hash("Password")), "e52cac67419a9a224a3b108f3fa6cb6d");
        assert_eq!(hex(&nt_hash("Password")), "a4f49c406510bdcab6824ee7c30fd852");
        assert_eq!(hex(&responses(&nt_hash("Password"), NONCE)), "67c43011f30298a2ad35ece64f16331c44bdbed927841f94");
        assert_eq!(hex(&responses(&lm_hash("Password"), NONCE)), "98def7b87f88aa5dafe2df779688a172def11c7d5ccdef13");
    }

    #[test]
    fn version_2_of_ms_nlmp() {
        // MS-NLMP 4.2.4: time zero, domain `Domain` (which the real message has in capitals).
        let info = [&[2, 0, 12, 0][..], &utf16("Domain"), &[1, 0, 12, 0], &utf16("Server"), &[0; 4]].concat();
        let who = Credentials {
            user: "User".into(),
            password: "Password".into(),
            domain: "Domain".into(),
            workstation: String::new(),
        };
        let (lm, _) = version2(&nt_hash("Password"), &who, NONCE, &info, CLIENT, 0);
        assert_eq!(hex(&lm), "86c35097ac9cec102554764a57cccc19aaaaaaaaaaaaaaaa");
    }

    #[test]
    fn the_session_answer() {
        // MS-NLMP 4.2.3.
        let challenge = Challenge { flags: EXTENDED_SECURITY | UNICODE, nonce: NONCE, target_info: None };
        let message = authenticate(&challenge, &Credentials::new("User", "Password", "Domain", ""), CLIENT, 0);
        assert!(hex(&message).ends_with("7537f803ae367128ca458204bde7caf81e97ed2683267232"));
    }

    #[test]
    fn user_names_may_hold_the_domain() {
        for (text, expected) in [
            ("DOM\\user", ("user", "DOM")),
            ("user@dom", ("user", "dom")),
            ("DOM\\user@x", ("DOM\\user@x", "")),
            ("a@b@c", ("a@b@c", "")),
            ("\\user", ("\\user", "")),
            ("user", ("user", "")),
        ] {
            assert_eq!(split(text), expected, "{text}");
        }
        assert_eq!(escape("AÉ日 x-1"), "A%C9%u65E5%20x-1");
    }

    #[test]
    fn broken_challenges_are_none() {
        for length in 0..64 {
            let mut message = vec![0xff; length];
            if length > 9 {
                message[8..10].copy_from_slice(&[2, 0]);
            }
            // Whatever it holds, it must not panic.
            let _ = challenge(&message);
        }
        assert!(challenge(b"NTLMSSP\0\x01\0\0\0").is_none());
    }
}
