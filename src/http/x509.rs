//! What people want to know about a certificate: whose it is, by whom, until when, for which names.

use std::fmt::Write;
use std::net::IpAddr;

use super::cookie::days_from_civil;
use super::der::{Der, OCTETS, OID, SEQUENCE, SET};

const COMMON_NAME: &[u8] = &[0x55, 0x04, 0x03];
const ORGANIZATION: &[u8] = &[0x55, 0x04, 0x0a];
const ALT_NAMES: &[u8] = &[0x55, 0x1d, 0x11];

/// A certificate's fields, as far as they are needed to explain a refusal.
#[derive(Debug, Default)]
pub(super) struct Certificate<'a> {
    pub(super) subject: &'a [u8],
    pub(super) issuer: &'a [u8],
    pub(super) public_key: &'a [u8],
    /// Seconds since 1970.
    pub(super) not_before: i64,
    /// Seconds since 1970.
    pub(super) not_after: i64,
    pub(super) dns_names: Vec<String>,
    pub(super) addresses: Vec<IpAddr>,
    /// All alternative names, as Node writes them.
    pub(super) alt_names: String,
}

impl<'a> Certificate<'a> {
    /// Reads a certificate; `None` where it is none.
    pub(super) fn parse(der: &'a [u8]) -> Option<Self> {
        let mut certificate = Der(der).enter(SEQUENCE)?;
        let mut fields = certificate.enter(SEQUENCE)?;
        fields.expect(0xa0);
        fields.next()?; // serial number
        fields.next()?; // algorithm of the signature
        let issuer = fields.expect(SEQUENCE)?;
        let mut validity = fields.enter(SEQUENCE)?;
        let (not_before, not_after) = (time(validity.next()?)?, time(validity.next()?)?);
        let subject = fields.expect(SEQUENCE)?;
        let public_key = fields.expect(SEQUENCE)?;
        let mut parsed = Self { subject, issuer, public_key, not_before, not_after, ..Self::default() };
        while let Some((tag, content)) = fields.next() {
            if tag == 0xa3 {
                parsed.extensions(content);
            }
        }
        Some(parsed)
    }

    fn extensions(&mut self, content: &[u8]) {
        let Some(mut list) = Der(content).enter(SEQUENCE) else { return };
        while let Some(mut extension) = list.enter(SEQUENCE) {
            if extension.expect(OID) != Some(ALT_NAMES) {
                continue;
            }
            extension.expect(0x01); // critical
            let Some(mut names) = extension.enter(OCTETS).and_then(|mut value| value.enter(SEQUENCE)) else { continue };
            while let Some((tag, name)) = names.next() {
                self.alt_name(tag, name);
            }
        }
    }

    fn alt_name(&mut self, tag: u8, name: &[u8]) {
        let text = String::from_utf8_lossy(name);
        let shown = match tag {
            0x81 => format!("email:{text}"),
            0x82 => {
                self.dns_names.push(text.to_string());
                format!("DNS:{text}")
            }
            0x86 => format!("URI:{text}"),
            0x87 => {
                let address = <[u8; 4]>::try_from(name)
                    .map(IpAddr::from)
                    .or_else(|_| <[u8; 16]>::try_from(name).map(IpAddr::from));
                let Ok(address) = address else { return };
                self.addresses.push(address);
                format!("IP Address:{address}")
            }
            _ => return,
        };
        if !self.alt_names.is_empty() {
            self.alt_names.push_str(", ");
        }
        self.alt_names.push_str(&shown);
    }

    /// Whether issuer and subject are the same.
    pub(super) fn self_signed(&self) -> bool {
        self.subject == self.issuer
    }

    /// The subject's common name.
    pub(super) fn common_name(&self) -> Option<String> {
        name_part(self.subject, COMMON_NAME)
    }

    /// Node's check of the host (`tls.checkServerIdentity`): what is wrong with it.
    pub(super) fn check_host(&self, host: &str) -> Result<(), String> {
        let host = host.trim_end_matches('.');
        if let Ok(address) = host.parse::<IpAddr>() {
            if self.addresses.contains(&address) {
                return Ok(());
            }
            let list = self.addresses.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
            return Err(format!("IP: {host} is not in the cert's list: {list}"));
        }
        if !self.dns_names.is_empty() {
            if self.dns_names.iter().any(|pattern| covers(pattern, host)) {
                return Ok(());
            }
            return Err(format!("Host: {host}. is not in the cert's altnames: {}", self.alt_names));
        }
        match self.common_name() {
            Some(name) if covers(&name, host) => Ok(()),
            Some(name) => Err(format!("Host: {host}. is not cert's CN: {name}")),
            None => Err("Cert does not contain a DNS name".to_owned()),
        }
    }

    /// One line for people.
    pub(super) fn describe(&self) -> String {
        let mut text = format!("certificate of {}, issued by {}", name(self.subject), name(self.issuer));
        if self.self_signed() {
            text = format!("certificate of {}, signed by itself", name(self.subject));
        }
        if !self.alt_names.is_empty() {
            let _ = write!(text, ", for {}", self.alt_names);
        }
        let _ = write!(text, ", valid from {} to {}", date(self.not_before), date(self.not_after));
        text
    }
}

/// Whether a name of a certificate covers a host; a `*` stands for one label at the front.
fn covers(pattern: &str, host: &str) -> bool {
    let pattern = pattern.trim_end_matches('.');
    if pattern.eq_ignore_ascii_case(host) {
        return true;
    }
    let Some((front, rest)) = host.split_once('.') else { return false };
    pattern
        .strip_prefix("*.")
        .is_some_and(|suffix| !front.is_empty() && suffix.contains('.') && suffix.eq_ignore_ascii_case(rest))
}

/// The most telling part of a name.
fn name(der: &[u8]) -> String {
    name_part(der, COMMON_NAME)
        .or_else(|| name_part(der, ORGANIZATION))
        .map_or_else(|| "(no name)".to_owned(), |name| format!("{name:?}"))
}

fn name_part(der: &[u8], wanted: &[u8]) -> Option<String> {
    let mut sets = Der(der);
    while let Some(mut set) = sets.enter(SET) {
        while let Some(mut part) = set.enter(SEQUENCE) {
            if part.expect(OID) != Some(wanted) {
                continue;
            }
            let (tag, value) = part.next()?;
            return Some(match tag {
                0x1e => {
                    let units: Vec<u16> =
                        value.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]])).collect();
                    String::from_utf16_lossy(&units)
                }
                _ => String::from_utf8_lossy(value).into_owned(),
            });
        }
    }
    None
}

/// UTCTime or GeneralizedTime.
fn time((tag, content): (u8, &[u8])) -> Option<i64> {
    let text = std::str::from_utf8(content).ok()?.strip_suffix('Z')?;
    if !text.is_ascii() {
        return None;
    }
    let (year, rest) = if tag == 0x17 { (text.get(..2)?, text.get(2..)?) } else { (text.get(..4)?, text.get(4..)?) };
    let mut year: i64 = year.parse().ok()?;
    if tag == 0x17 {
        year += if year < 50 { 2000 } else { 1900 };
    }
    let part = |at: usize| rest.get(at..at + 2)?.parse::<i64>().ok();
    let (month, day, hour, minute, second) = (part(0)?, part(2)?, part(4)?, part(6)?, part(8)?);
    if !(1..=12).contains(&month) {
        return None;
    }
    Some(days_from_civil(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second)
}

/// `2026-01-31`.
fn date(seconds: i64) -> String {
    jiff::Timestamp::from_second(seconds).map_or_else(|_| "?".to_owned(), |time| time.strftime("%Y-%m-%d").to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_certificate_is_described() {
        let mut params =
            rcgen::CertificateParams::new(vec!["*.example.org".to_owned(), "127.0.0.1".to_owned()]).unwrap();
        params.distinguished_name.push(rcgen::DnType::CommonName, "Bø");
        params.not_before = rcgen::date_time_ymd(2020, 2, 29);
        params.not_after = rcgen::date_time_ymd(2049, 12, 31);
        let certificate = params.self_signed(&rcgen::KeyPair::generate().unwrap()).unwrap();
        let parsed = Certificate::parse(certificate.der()).unwrap();
        assert_eq!(
            parsed.describe(),
            "certificate of \"Bø\", signed by itself, for DNS:*.example.org, IP Address:127.0.0.1, valid from 2020-02-29 to 2049-12-31"
        );
        assert_eq!(parsed.check_host("a.Example.org"), Ok(()));
        assert_eq!(parsed.check_host("127.0.0.1"), Ok(()));
        assert_eq!(
            parsed.check_host("a.b.example.org").unwrap_err(),
            "Host: a.b.example.org. is not in the cert's altnames: DNS:*.example.org, IP Address:127.0.0.1"
        );
        assert_eq!(parsed.check_host("::1").unwrap_err(), "IP: ::1 is not in the cert's list: 127.0.0.1");
        for cut in 0..certificate.der().len() {
            let _ = Certificate::parse(&certificate.der()[..cut]);
        }
    }

    #[test]
    fn without_alternative_names_the_common_name_counts() {
        let mut params = rcgen::CertificateParams::default();
        params.distinguished_name = rcgen::DistinguishedName::new();
        params.distinguished_name.push(rcgen::DnType::CommonName, "old.example.org");
        let certificate = params.self_signed(&rcgen::KeyPair::generate().unwrap()).unwrap();
        let parsed = Certificate::parse(certificate.der()).unwrap();
        assert_eq!(parsed.check_host("old.example.org"), Ok(()));
        assert_eq!(parsed.check_host("h").unwrap_err(), "Host: h. is not cert's CN: old.example.org");
    }
}
