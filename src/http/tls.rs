//! TLS settings per request, and the handshake.

use std::cell::{OnceCell, RefCell};
use std::sync::Arc;

use rustls::client::ResolvesClientCert;
use rustls::client::danger::ServerCertVerifier;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::sign::CertifiedKey;
use rustls::{ClientConfig, RootCertStore, SignatureScheme, SupportedProtocolVersion};
use tokio_rustls::TlsConnector;

use super::ciphers;
use super::client_cert::{ClientCertificate, ClientConfigError, Loaded, read_certificates};
use super::connection::Stream;
use super::message::{HttpVersion, SendError, SendSettings};
use super::tls_error;
use super::url::WireUrl;
use super::verify::{Insecure, Strict};

/// How one request uses TLS; those with the same number may share a connection.
#[derive(Clone)]
pub(super) struct TlsSettings {
    pub(super) id: usize,
    config: Arc<ClientConfig>,
}

/// What TLS settings depend on.
#[derive(Clone, PartialEq, Eq)]
struct Choice {
    strict: bool,
    tls12: bool,
    tls13: bool,
    certificate: Option<usize>,
    ciphers: Option<String>,
    version: HttpVersion,
}

/// All of a client's TLS: roots, client certificates, and the settings made so far.
pub(super) struct Tls {
    certificates: Vec<Loaded>,
    extra_roots: Vec<CertificateDer<'static>>,
    provider: Arc<CryptoProvider>,
    strict: OnceCell<Arc<Strict>>,
    made: RefCell<Vec<(Choice, TlsSettings)>>,
}

impl Tls {
    /// Reads the given certificates; the platform's are read later, if ever.
    pub(super) fn new(
        certificates: Vec<ClientCertificate>,
        extra_ca_pem: Option<&[u8]>,
    ) -> Result<Self, ClientConfigError> {
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let certificates =
            certificates.into_iter().map(|given| Loaded::new(given, &provider)).collect::<Result<_, _>>()?;
        let extra_roots = match extra_ca_pem {
            Some(pem) => read_certificates(pem).ok_or(ClientConfigError::ExtraCa)?,
            None => Vec::new(),
        };
        Ok(Self { certificates, extra_roots, provider, strict: OnceCell::new(), made: RefCell::new(Vec::new()) })
    }

    /// Name of the client certificate that is shown to a URL.
    pub(super) fn certificate_name(&self, url: &WireUrl) -> Option<&str> {
        self.certificates.iter().find(|certificate| certificate.fits(url)).map(|certificate| certificate.name.as_str())
    }

    /// The settings for a URL that is spoken to in that version.
    pub(super) fn settings(
        &self,
        url: &WireUrl,
        settings: &SendSettings,
        version: HttpVersion,
    ) -> Result<TlsSettings, SendError> {
        let enabled = |name: &str| !settings.tls_disabled_protocols.iter().any(|disabled| disabled == name);
        let choice = Choice {
            strict: settings.strict_ssl,
            tls12: enabled("TLSv1_2"),
            tls13: enabled("TLSv1_3"),
            certificate: self.certificates.iter().position(|certificate| certificate.fits(url)),
            ciphers: settings.tls_ciphers.clone(),
            version,
        };
        if let Some((_, made)) = self.made.borrow().iter().find(|(other, _)| *other == choice) {
            return Ok(made.clone());
        }
        let config = Arc::new(self.config(&choice)?);
        let mut made = self.made.borrow_mut();
        let new = TlsSettings { id: made.len(), config };
        made.push((choice, new.clone()));
        Ok(new)
    }

    fn config(&self, choice: &Choice) -> Result<ClientConfig, SendError> {
        let provider = match &choice.ciphers {
            None => Arc::clone(&self.provider),
            Some(list) => Arc::new(CryptoProvider {
                cipher_suites: ciphers::select(list, &self.provider)?,
                ..CryptoProvider::clone(&self.provider)
            }),
        };
        // A version without a suite is none.
        let usable = |version: &&'static SupportedProtocolVersion| {
            provider.cipher_suites.iter().any(|suite| suite.version() == *version)
        };
        let versions: Vec<&'static SupportedProtocolVersion> =
            [(choice.tls13, &rustls::version::TLS13), (choice.tls12, &rustls::version::TLS12)]
                .into_iter()
                .filter_map(|(enabled, version)| enabled.then_some(version))
                .filter(usable)
                .collect();
        if versions.is_empty() {
            return Err(SendError::new("error:0A0000BF:SSL routines::no protocols available")
                .with_code("ERR_SSL_NO_PROTOCOLS_AVAILABLE")
                .with_hint("TLS 1.2 and TLS 1.3 are switched off (tlsDisabledProtocols, tlsCipherSelection, --tls-min); others are not supported"));
        }
        let verifier: Arc<dyn ServerCertVerifier> = if choice.strict {
            Arc::clone(self.strict.get_or_init(|| Arc::new(self.load_roots()))) as Arc<dyn ServerCertVerifier>
        } else {
            Arc::new(Insecure { provider: Arc::clone(&self.provider) })
        };
        let builder = ClientConfig::builder_with_provider(provider)
            .with_protocol_versions(&versions)
            .map_err(|error| SendError::new(error.to_string()))?
            .dangerous()
            .with_custom_certificate_verifier(verifier);
        let key =
            choice.certificate.and_then(|at| self.certificates.get(at)).map(|certificate| Arc::clone(&certificate.key));
        let mut config = match key {
            Some(key) => builder.with_client_cert_resolver(Arc::new(Always(key))),
            None => builder.with_no_client_auth(),
        };
        // newman names no protocol at all.
        config.alpn_protocols = match choice.version {
            HttpVersion::Http1 => Vec::new(),
            HttpVersion::Auto | HttpVersion::PriorKnowledge => vec![b"h2".to_vec(), b"http/1.1".to_vec()],
        };
        Ok(config)
    }

    fn load_roots(&self) -> Strict {
        let mut roots = RootCertStore::empty();
        // A platform without roots, or with broken ones, shows when a server is verified.
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        roots.add_parsable_certificates(self.extra_roots.iter().cloned());
        Strict::new(roots, Arc::clone(&self.provider))
    }

    /// Makes a plain stream a TLS one, and says whether HTTP/2 was agreed on. `host` has no brackets.
    pub(super) async fn handshake(
        &self,
        settings: &TlsSettings,
        host: &str,
        stream: Stream,
    ) -> Result<(Stream, bool), SendError> {
        let name = ServerName::try_from(host.to_owned()).map_err(|_| {
            SendError::new(format!("{host:?} is no host name that TLS could verify")).with_code("ERR_INVALID_ARG_VALUE")
        })?;
        let connector = TlsConnector::from(Arc::clone(&settings.config));
        let stream = connector.connect(name, stream).await.map_err(|error| tls_error::handshake(&error))?;
        let http2 = stream.get_ref().1.alpn_protocol() == Some(b"h2");
        Ok((Stream::Wrapped(Box::new(stream)), http2))
    }
}

/// Shows one certificate to every server that asks, as Node does: whatever issuers it names.
#[derive(Debug)]
struct Always(Arc<CertifiedKey>);

impl ResolvesClientCert for Always {
    fn resolve(&self, _issuers: &[&[u8]], _schemes: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.0))
    }

    fn has_certs(&self) -> bool {
        true
    }
}

#[cfg(test)]
mod tests;
