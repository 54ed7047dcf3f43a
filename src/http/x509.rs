//! What people want to know about a certificate: whose it is, by whom, until when, for which names.
//!
//! It is read field by field rather than as a whole (`x509_cert::Certificate`): this explains certificates that were refused, and
//! OpenSSL takes some that a strict reader does not. What cannot be read of one is left out.

use std::fmt::Write;
use std::net::IpAddr;

use der::asn1::{AnyRef, BitStringRef, BmpString, GeneralizedTime, ObjectIdentifier, UtcTime};
use der::oid::db::rfc4519::{COMMON_NAME, ORGANIZATION_NAME};
use der::oid::db::rfc5280::{ID_CE_KEY_USAGE, ID_CE_SUBJECT_ALT_NAME};
use der::{Decode, Sequence, Tag, Tagged};
use x509_cert::ext::Extension;
use x509_cert::ext::pkix::KeyUsage;
use x509_cert::name::RelativeDistinguishedName;

/// `Certificate` of RFC 5280, section 4.1.
#[derive(Sequence)]
struct Signed<'a> {
    body: Body<'a>,
    algorithm: AnyRef<'a>,
    signature: AnyRef<'a>,
}

/// `TBSCertificate`.
#[derive(Sequence)]
struct Body<'a> {
    #[asn1(context_specific = "0", optional = "true")]
    version: Option<AnyRef<'a>>,
    serial_number: AnyRef<'a>,
    algorithm: AnyRef<'a>,
    issuer: AnyRef<'a>,
    validity: Validity<'a>,
    subject: AnyRef<'a>,
    public_key: AnyRef<'a>,
    #[asn1(context_specific = "1", tag_mode = "IMPLICIT", optional = "true")]
    issuer_id: Option<BitStringRef<'a>>,
    #[asn1(context_specific = "2", tag_mode = "IMPLICIT", optional = "true")]
    subject_id: Option<BitStringRef<'a>>,
    #[asn1(context_specific = "3", optional = "true")]
    extensions: Option<Vec<AnyRef<'a>>>,
}

/// `Validity`.
#[derive(Sequence)]
struct Validity<'a> {
    not_before: AnyRef<'a>,
    not_after: AnyRef<'a>,
}

/// A certificate's fields, as far as they are needed to explain a refusal.
#[derive(Debug)]
pub(crate) struct Certificate<'a> {
    pub(super) subject: AnyRef<'a>,
    issuer: AnyRef<'a>,
    pub(super) public_key: AnyRef<'a>,
    /// Seconds since 1970.
    pub(crate) not_before: Option<i64>,
    /// Seconds since 1970.
    pub(crate) not_after: Option<i64>,
    /// Whether it is for signatures; `None` where it does not say.
    pub(crate) signs: Option<bool>,
    dns_names: Vec<String>,
    addresses: Vec<IpAddr>,
    /// All alternative names, as Node writes them.
    alt_names: String,
}

impl<'a> Certificate<'a> {
    /// Reads a certificate; `None` where it is none.
    pub(crate) fn parse(der: &'a [u8]) -> Option<Self> {
        let Body { issuer, validity, subject, public_key, extensions, .. } = Signed::from_der(der).ok()?.body;
        let mut parsed = Self {
            subject,
            issuer,
            public_key,
            not_before: seconds(validity.not_before),
            not_after: seconds(validity.not_after),
            signs: None,
            dns_names: Vec::new(),
            addresses: Vec::new(),
            alt_names: String::new(),
        };
        for extension in extensions.iter().flatten().filter_map(|extension| extension.decode_as::<Extension>().ok()) {
            let value = extension.extn_value.as_bytes();
            match extension.extn_id {
                ID_CE_KEY_USAGE => parsed.signs = KeyUsage::from_der(value).ok().map(|usage| usage.digital_signature()),
                // One by one, for the kinds and letters that `GeneralNames` refuses.
                ID_CE_SUBJECT_ALT_NAME => {
                    for name in Vec::<AnyRef<'_>>::from_der(value).unwrap_or_default() {
                        parsed.alt_name(name);
                    }
                }
                _ => {}
            }
        }
        Some(parsed)
    }

    fn alt_name(&mut self, name: AnyRef<'_>) {
        let Tag::ContextSpecific { number, .. } = name.tag() else { return };
        let name = name.value();
        let text = String::from_utf8_lossy(name);
        let shown = match number.value() {
            1 => format!("email:{text}"),
            2 => {
                self.dns_names.push(text.to_string());
                format!("DNS:{text}")
            }
            6 => format!("URI:{text}"),
            7 => {
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
fn name(name: AnyRef<'_>) -> String {
    name_part(name, COMMON_NAME)
        .or_else(|| name_part(name, ORGANIZATION_NAME))
        .map_or_else(|| "(no name)".to_owned(), |name| format!("{name:?}"))
}

fn name_part(name: AnyRef<'_>, wanted: ObjectIdentifier) -> Option<String> {
    let sets: Vec<AnyRef<'_>> = name.decode_as().ok()?;
    let sets = sets.iter().filter_map(|set| set.decode_as::<RelativeDistinguishedName>().ok());
    let value = sets.into_iter().find_map(|set| Some(set.iter().find(|part| part.oid == wanted)?.value.clone()))?;
    match value.tag() {
        Tag::BmpString => value.decode_as::<BmpString>().ok().map(|text| text.to_string()),
        _ => Some(String::from_utf8_lossy(value.value()).into_owned()),
    }
}

/// UTCTime or GeneralizedTime; `None` before 1970.
fn seconds(time: AnyRef<'_>) -> Option<i64> {
    let since_1970 = match time.tag() {
        Tag::UtcTime => time.decode_as::<UtcTime>().ok()?.to_unix_duration(),
        _ => time.decode_as::<GeneralizedTime>().ok()?.to_unix_duration(),
    };
    i64::try_from(since_1970.as_secs()).ok()
}

/// `2026-01-31`.
fn date(seconds: Option<i64>) -> String {
    let time = seconds.and_then(|seconds| jiff::Timestamp::from_second(seconds).ok());
    time.map_or_else(|| "?".to_owned(), |time| time.strftime("%Y-%m-%d").to_string())
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
        params.key_usages = vec![rcgen::KeyUsagePurpose::DigitalSignature];
        let certificate = params.self_signed(&rcgen::KeyPair::generate().unwrap()).unwrap();
        let parsed = Certificate::parse(certificate.der()).unwrap();
        assert_eq!(
            parsed.describe(),
            "certificate of \"Bø\", signed by itself, for DNS:*.example.org, IP Address:127.0.0.1, valid from 2020-02-29 to 2049-12-31"
        );
        assert_eq!((parsed.not_after, parsed.signs), (Some(2_524_521_600), Some(true)));
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

    #[test]
    fn what_a_strict_reader_refuses_is_still_described() {
        let mut params = rcgen::CertificateParams::new(vec!["h.example.org".to_owned()]).unwrap();
        params.serial_number = Some(vec![7; 30].into());
        params.not_before = rcgen::date_time_ymd(1960, 1, 1);
        params.distinguished_name.push(rcgen::DnType::CustomDnType(vec![2, 25, 1 << 40]), "odd");
        params.distinguished_name.push(rcgen::DnType::CommonName, "h");
        params.key_usages = vec![rcgen::KeyUsagePurpose::KeyEncipherment];
        params.custom_extensions = vec![rcgen::CustomExtension::from_oid_content(&[2, 25, 1 << 40], vec![1])];
        let certificate = params.self_signed(&rcgen::KeyPair::generate().unwrap()).unwrap();
        assert!(x509_cert::Certificate::from_der(certificate.der()).is_err());
        let parsed = Certificate::parse(certificate.der()).unwrap();
        assert_eq!(
            parsed.describe(),
            "certificate of \"h\", signed by itself, for DNS:h.example.org, valid from ? to 4096-01-01"
        );
        assert_eq!((parsed.not_before, parsed.signs), (None, Some(false)));
        assert_eq!(parsed.check_host("h.example.org"), Ok(()));
    }
}
