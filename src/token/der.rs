//! As much of X.509 as messages about business certificates need: validity and key usage.

/// What a certificate says of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct CertificateFacts {
    /// Seconds since 1970 from which it is valid.
    pub(super) not_before: Option<i64>,
    /// Seconds since 1970 until which it is valid.
    pub(super) not_after: Option<i64>,
    /// Whether it is for signatures; `None` where it does not say.
    pub(super) signs: Option<bool>,
}

const SEQUENCE: u8 = 0x30;
const EXTENSIONS: u8 = 0xA3;
const OCTETS: u8 = 0x04;
const BITS: u8 = 0x03;
/// 2.5.29.15.
const KEY_USAGE: &[u8] = &[0x55, 0x1D, 0x0F];

/// One element: tag, content, what follows.
fn element(der: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (&tag, rest) = der.split_first()?;
    let (&first, rest) = rest.split_first()?;
    let (len, rest) = if first < 0x80 {
        (usize::from(first), rest)
    } else {
        let count = usize::from(first & 0x7F);
        if count == 0 || count > 4 || rest.len() < count {
            return None;
        }
        let (bytes, rest) = rest.split_at(count);
        (bytes.iter().fold(0usize, |len, byte| (len << 8) | usize::from(*byte)), rest)
    };
    (rest.len() >= len).then(|| (tag, &rest[..len], &rest[len..]))
}

/// The elements inside a content.
fn elements(mut der: &[u8]) -> Vec<(u8, &[u8])> {
    let mut out = Vec::new();
    while let Some((tag, content, rest)) = element(der) {
        out.push((tag, content));
        der = rest;
    }
    out
}

/// Whether a PKCS#8 key is of an elliptic curve (id-ecPublicKey stands in it before the key).
pub(super) fn is_elliptic(pkcs8: &[u8]) -> bool {
    const EC: &[u8] = &[0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01];
    pkcs8.windows(EC.len()).take(32).any(|window| window == EC)
}

/// The integers of a sequence (RSA public key: modulus and exponent), without leading zeros.
pub(super) fn integers(sequence: &[u8]) -> Vec<Vec<u8>> {
    let Some((SEQUENCE, content, _)) = element(sequence) else { return Vec::new() };
    elements(content)
        .into_iter()
        .map(|(_, bytes)| bytes.iter().copied().skip_while(|byte| *byte == 0).collect())
        .collect()
}

/// The key inside PKCS#8.
#[cfg(test)]
pub(super) fn octets_of_pkcs8(der: &[u8]) -> Option<Vec<u8>> {
    let (SEQUENCE, content, _) = element(der)? else { return None };
    elements(content).into_iter().find(|(tag, _)| *tag == OCTETS).map(|(_, bytes)| bytes.to_vec())
}

/// Reads a certificate.
pub(super) fn facts(certificate: &[u8]) -> CertificateFacts {
    read(certificate).unwrap_or_default()
}

fn read(certificate: &[u8]) -> Option<CertificateFacts> {
    let (tag, certificate, _) = element(certificate)?;
    if tag != SEQUENCE {
        return None;
    }
    let (_, tbs, _) = element(certificate)?;
    let parts = elements(tbs);
    // [0] version, serial, algorithm, issuer, validity, subject, key, [3] extensions
    let skip = usize::from(parts.first()?.0 == 0xA0);
    let validity = elements(parts.get(skip + 3)?.1);
    let time = |index: usize| validity.get(index).and_then(|(tag, text)| seconds(*tag, text));
    let mut facts = CertificateFacts { not_before: time(0), not_after: time(1), signs: None };
    if let Some((_, content)) = parts.iter().find(|(tag, _)| *tag == EXTENSIONS)
        && let Some((_, list, _)) = element(content)
    {
        for (_, extension) in elements(list) {
            let fields = elements(extension);
            if fields.first().is_some_and(|(_, oid)| *oid == KEY_USAGE)
                && let Some((_, octets)) = fields.iter().find(|(tag, _)| *tag == OCTETS)
                && let Some((BITS, bits, _)) = element(octets)
            {
                // The first byte counts unused bits; digitalSignature is bit 0, nonRepudiation bit 1.
                facts.signs = Some(bits.get(1).is_some_and(|byte| byte & 0x80 != 0));
            }
        }
    }
    Some(facts)
}

/// `UTCTime` or `GeneralizedTime`.
fn seconds(tag: u8, text: &[u8]) -> Option<i64> {
    let text = std::str::from_utf8(text).ok()?.strip_suffix('Z')?;
    let (year, rest) = match tag {
        0x17 => {
            let short: i64 = text.get(..2)?.parse().ok()?;
            (if short < 50 { 2000 + short } else { 1900 + short }, text.get(2..)?)
        }
        0x18 => (text.get(..4)?.parse().ok()?, text.get(4..)?),
        _ => return None,
    };
    let part = |at: usize| rest.get(at..at + 2).and_then(|part| part.parse::<i64>().ok());
    let (month, day, hour, minute, second) = (part(0)?, part(2)?, part(4)?, part(6)?, part(8)?);
    if !(1..=12).contains(&month) {
        return None;
    }
    // Days from the civil calendar, years counted from March.
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    let days = era * 146_097 + day_of_era - 719_468;
    Some(((days * 24 + hour) * 60 + minute) * 60 + second)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times() {
        assert_eq!(seconds(0x17, b"700101000000Z"), Some(0));
        assert_eq!(seconds(0x18, b"20240229120000Z"), Some(1_709_208_000));
        assert_eq!(seconds(0x17, b"991231235959Z"), Some(946_684_799));
        assert_eq!(seconds(0x17, b"99"), None);
    }

    #[test]
    fn rubbish_is_nothing() {
        for bytes in [&b""[..], b"0", b"0\x84\xFF\xFF\xFF\xFF", b"\x30\x02\x30\x00", &[0x30, 0x80]] {
            assert_eq!(facts(bytes), CertificateFacts::default());
        }
    }
}
