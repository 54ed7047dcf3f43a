//! The emulator's own certificate authority, its server certificate, and business certificates for tests.

use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, PKCS_RSA_SHA256, date_time_ymd,
};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, UnixTime};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use x509_cert::Certificate;
use x509_cert::der::asn1::ObjectIdentifier;
use x509_cert::der::oid::db::rfc4519::SERIAL_NUMBER;

use super::error::EmulatorError;
use super::keys::SigningKey;

/// `organizationIdentifier`: `NTRNO-<organisation number>`.
const ORGANIZATION_IDENTIFIER: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.97");

/// A certificate authority made at start; its key never leaves the process.
pub(super) struct Authority {
    issuer: Issuer<'static, KeyPair>,
    certificate: CertificateDer<'static>,
    pem: String,
}

impl Authority {
    /// Makes a new authority.
    pub(super) fn generate() -> Result<Self, EmulatorError> {
        let key = KeyPair::generate()?;
        let mut params = lasting(CertificateParams::default());
        params.distinguished_name = name("postbud emulator CA", None);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let certificate = params.self_signed(&key)?;
        Ok(Self { pem: certificate.pem(), certificate: certificate.der().clone(), issuer: Issuer::new(params, key) })
    }

    /// The authority's certificate in PEM.
    pub(super) fn pem(&self) -> &str {
        &self.pem
    }

    /// The authority's certificate in DER.
    pub(super) fn der(&self) -> &CertificateDer<'static> {
        &self.certificate
    }

    /// A TLS set-up that answers for `hosts`.
    pub(super) fn server_config(&self, hosts: &[&str]) -> Result<Arc<ServerConfig>, EmulatorError> {
        let key = KeyPair::generate()?;
        let names: Vec<String> = hosts.iter().map(ToString::to_string).collect();
        let mut params = lasting(CertificateParams::new(names)?);
        params.distinguished_name = name("postbud emulator", None);
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        params.use_authority_key_identifier_extension = true;
        let certificate = params.signed_by(&key, &self.issuer)?;
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], key)?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Arc::new(config))
    }

    /// A business certificate ("virksomhetssertifikat") of `organization` over `key`, in DER.
    pub(super) fn business_certificate(&self, key: &SigningKey, organization: &str) -> Option<Vec<u8>> {
        let der = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.pkcs8().to_vec()));
        let key = KeyPair::from_der_and_sign_algo(&der, &PKCS_RSA_SHA256).ok()?;
        let mut params = lasting(CertificateParams::default());
        params.distinguished_name = name("postbud business certificate", Some(organization));
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        params.use_authority_key_identifier_extension = true;
        Some(params.signed_by(&key, &self.issuer).ok()?.der().to_vec())
    }
}

/// Parameters valid from yesterday for a little more than a year, as long as all TLS libraries take.
fn lasting(mut params: CertificateParams) -> CertificateParams {
    let today = jiff::Zoned::now().date();
    let moment = |days: i64| {
        let day = today.saturating_add(jiff::Span::new().days(days));
        date_time_ymd(i32::from(day.year()), day.month().unsigned_abs(), day.day().unsigned_abs())
    };
    params.not_before = moment(-1);
    params.not_after = moment(390);
    params
}

/// A subject name, with the organisation number where Norwegian business certificates have it.
fn name(common: &str, organization: Option<&str>) -> DistinguishedName {
    let mut name = DistinguishedName::new();
    name.push(DnType::CommonName, common);
    if let Some(number) = organization {
        name.push(DnType::CustomDnType(vec![2, 5, 4, 97]), format!("NTRNO-{number}"));
    }
    name
}

/// The organisation number in a certificate's subject, where there is one; older ones have it as `serialNumber`.
pub(super) fn organization_of(certificate: &Certificate) -> Option<String> {
    let digits =
        |value: &[u8]| -> String { String::from_utf8_lossy(value).chars().filter(char::is_ascii_digit).collect() };
    let number = |id: ObjectIdentifier| {
        let parts = certificate.tbs_certificate().subject().iter().filter(|part| part.oid == id);
        parts.map(|part| digits(part.value.value())).find(|number| number.len() == 9)
    };
    number(ORGANIZATION_IDENTIFIER).or_else(|| number(SERIAL_NUMBER))
}

/// Whether `chain` (leaf first) leads to one of `authorities` and is valid now.
pub(super) fn is_trusted(chain: &[CertificateDer<'static>], authorities: &[CertificateDer<'static>]) -> bool {
    let Some((leaf, intermediates)) = chain.split_first() else { return false };
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(authorities.iter().cloned());
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let Ok(verifier) = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider).build() else {
        return false;
    };
    verifier.verify_client_cert(leaf, intermediates, UnixTime::now()).is_ok()
}
