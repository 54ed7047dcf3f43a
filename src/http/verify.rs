//! Server certificates: webpki's verdict, mended where OpenSSL is known to be kinder, and told in OpenSSL's words.

use std::fmt;
use std::sync::Arc;

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{CertificateError, DigitallySignedStruct, Error, OtherError, RootCertStore, SignatureScheme};

use super::x509::Certificate;

/// Why a certificate is not accepted.
#[derive(Debug, Clone)]
pub(super) struct Rejection {
    pub(super) message: String,
    pub(super) code: &'static str,
    pub(super) hint: String,
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Rejection {}

/// Checks certificates against roots.
#[derive(Debug)]
pub(super) struct Strict {
    /// `None` where there are no roots at all.
    webpki: Option<Arc<WebPkiServerVerifier>>,
    /// Subject and public key of every root, to accept one that a server shows as its own.
    roots: Arc<RootCertStore>,
    provider: Arc<CryptoProvider>,
}

impl Strict {
    pub(super) fn new(roots: RootCertStore, provider: Arc<CryptoProvider>) -> Self {
        let roots = Arc::new(roots);
        let webpki =
            WebPkiServerVerifier::builder_with_provider(Arc::clone(&roots), Arc::clone(&provider)).build().ok();
        Self { webpki, roots, provider }
    }

    /// A certificate that is itself a root: webpki takes no root for a server's own, OpenSSL does.
    fn is_root(&self, leaf: &Certificate<'_>) -> bool {
        self.roots.roots.iter().any(|root| {
            root.subject.as_ref() == leaf.subject.value()
                && root.subject_public_key_info.as_ref() == leaf.public_key.value()
        })
    }

    fn judge(&self, verdict: Error, chain: &[&CertificateDer<'_>], host: &str, now: UnixTime) -> Result<(), Error> {
        let Some(leaf) = chain.first().and_then(|der| Certificate::parse(der)) else { return Err(verdict) };
        let hint = leaf.describe();
        let reject = |message: String, code: &'static str, hint: String| {
            Err(Error::InvalidCertificate(CertificateError::Other(OtherError(Arc::new(Rejection {
                message,
                code,
                hint,
            })))))
        };
        let Error::InvalidCertificate(reason) = &verdict else { return Err(verdict) };
        let seconds = i64::try_from(now.as_secs()).unwrap_or(i64::MAX);
        let times = if leaf.not_after.is_some_and(|end| seconds > end) {
            Some(("certificate has expired", "CERT_HAS_EXPIRED"))
        } else if leaf.not_before.is_some_and(|start| seconds < start) {
            Some(("certificate is not yet valid", "CERT_NOT_YET_VALID"))
        } else {
            None
        };
        let check_host = |hint: String| match leaf.check_host(host) {
            Ok(()) => Ok(()),
            Err(wrong) => {
                let message = format!("Hostname/IP does not match certificate's altnames: {wrong}");
                reject(message, "ERR_TLS_CERT_ALTNAME_INVALID", format!("{host} answered with the {hint}"))
            }
        };
        match reason {
            // Reached only once the chain was found good.
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => check_host(hint),
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
                reject("certificate has expired".to_owned(), "CERT_HAS_EXPIRED", chain_hint(chain, seconds, hint))
            }
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
                reject("certificate is not yet valid".to_owned(), "CERT_NOT_YET_VALID", hint)
            }
            CertificateError::Revoked => reject("certificate revoked".to_owned(), "CERT_REVOKED", hint),
            CertificateError::BadSignature => {
                reject("certificate signature failure".to_owned(), "CERT_SIGNATURE_FAILURE", hint)
            }
            CertificateError::InvalidPurpose | CertificateError::InvalidPurposeContext { .. } => {
                reject("unsuitable certificate purpose".to_owned(), "INVALID_PURPOSE", hint)
            }
            CertificateError::UnknownIssuer | CertificateError::Other(_) | CertificateError::BadEncoding => {
                if self.is_root(&leaf) {
                    return match times {
                        Some((message, code)) => reject(message.to_owned(), code, hint),
                        None => check_host(hint),
                    };
                }
                let (message, code) = match times {
                    Some(times) => times,
                    None => untrusted(&leaf, chain),
                };
                let advice = match &self.webpki {
                    Some(_) => "if it is to be trusted, give its issuer with --ssl-extra-ca-certs",
                    None => {
                        "no root certificates were found on this machine: install them, or name a file of them in SSL_CERT_FILE"
                    }
                };
                reject(message.to_owned(), code, format!("{hint}; {advice}"))
            }
            _ => {
                let message = verdict.to_string();
                reject(message, "CERT_REJECTED", hint)
            }
        }
    }
}

/// Names the certificate of the chain that has expired.
fn chain_hint(chain: &[&CertificateDer<'_>], now: i64, leaf: String) -> String {
    let expired = chain
        .iter()
        .filter_map(|der| Certificate::parse(der))
        .find(|certificate| certificate.not_after.is_some_and(|end| end < now));
    expired.map_or(leaf, |certificate| certificate.describe())
}

/// What OpenSSL says of a chain that ends in no root.
fn untrusted(leaf: &Certificate<'_>, chain: &[&CertificateDer<'_>]) -> (&'static str, &'static str) {
    if leaf.self_signed() {
        return ("self-signed certificate", "DEPTH_ZERO_SELF_SIGNED_CERT");
    }
    let above = &chain[1..];
    if above.iter().filter_map(|der| Certificate::parse(der)).any(|certificate| certificate.self_signed()) {
        ("self-signed certificate in certificate chain", "SELF_SIGNED_CERT_IN_CHAIN")
    } else if above.is_empty() {
        ("unable to verify the first certificate", "UNABLE_TO_VERIFY_LEAF_SIGNATURE")
    } else {
        ("unable to get local issuer certificate", "UNABLE_TO_GET_ISSUER_CERT_LOCALLY")
    }
}

impl ServerCertVerifier for Strict {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let verdict = match &self.webpki {
            Some(webpki) => webpki.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now),
            None => Err(Error::InvalidCertificate(CertificateError::UnknownIssuer)),
        };
        let Err(error) = verdict else { return verdict };
        let chain: Vec<_> = std::iter::once(end_entity).chain(intermediates).collect();
        self.judge(error, &chain, &server_name.to_str(), now).map(|()| ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        rustls::crypto::verify_tls12_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        rustls::crypto::verify_tls13_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

/// Accepts any certificate: `--insecure`.
#[derive(Debug)]
pub(super) struct Insecure {
    pub(super) provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for Insecure {
    fn verify_server_cert(
        &self,
        _end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _message: &[u8],
        _cert: &CertificateDer<'_>,
        _dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _message: &[u8],
        _cert: &CertificateDer<'_>,
        _dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
