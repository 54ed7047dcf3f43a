//! Client certificates: from files to keys, and for which URLs.

use std::fmt;
use std::sync::Arc;

use p12_keystore::{KeyStore, Pkcs12ImportPolicy};
use regex::Regex;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer};
use rustls::sign::CertifiedKey;

use super::pem;
use super::url::WireUrl;
use crate::secret::SecretString;

/// A client certificate and the URLs it is for.
#[derive(Debug, Clone)]
pub struct ClientCertificate {
    /// What messages call it: its name in the list, or the file.
    pub name: String,
    /// URL patterns (`https://*.example.org:*/path/*`); none: every https URL.
    pub matches: Vec<String>,
    /// Certificate and key.
    pub identity: Identity,
    /// Passphrase of the key.
    pub passphrase: Option<SecretString>,
}

/// Certificate and key as files hold them.
#[derive(Clone)]
pub enum Identity {
    /// PEM: the certificate with its chain, and the private key (PKCS#8, PKCS#1 or SEC1; encrypted or not).
    Pem {
        /// Certificate file.
        certificate: Vec<u8>,
        /// Key file.
        key: Vec<u8>,
    },
    /// PKCS#12 (`.pfx`, `.p12`).
    Pkcs12(Vec<u8>),
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Pem { .. } => "Pem",
            Self::Pkcs12(_) => "Pkcs12",
        })
    }
}

/// Why a client cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ClientConfigError {
    /// A client certificate that cannot be used.
    #[error("read the client certificate {name:?}: {reason}")]
    Certificate {
        /// Which.
        name: String,
        /// Why.
        reason: String,
    },
    /// The extra roots are no PEM certificates.
    #[error("read the extra CA certificates: no PEM certificate in the file")]
    ExtraCa,
}

/// The certificates of a PEM text; `None` where there are none.
pub(super) fn read_certificates(text: &[u8]) -> Option<Vec<CertificateDer<'static>>> {
    let certificates: Vec<_> = pem::blocks(text)
        .into_iter()
        .filter(|block| matches!(block.label.as_str(), "CERTIFICATE" | "X509 CERTIFICATE" | "TRUSTED CERTIFICATE"))
        .map(|block| CertificateDer::from(block.der))
        .collect();
    (!certificates.is_empty()).then_some(certificates)
}

/// A client certificate ready for use.
pub(super) struct Loaded {
    /// What the list calls it.
    pub(super) name: String,
    patterns: Vec<Pattern>,
    pub(super) key: Arc<CertifiedKey>,
}

impl Loaded {
    pub(super) fn new(given: ClientCertificate, provider: &CryptoProvider) -> Result<Self, ClientConfigError> {
        let ClientCertificate { name, matches, identity, passphrase } = given;
        let passphrase = passphrase.as_ref().map(SecretString::expose);
        let key = load(&identity, passphrase, provider)
            .map_err(|reason| ClientConfigError::Certificate { name: name.clone(), reason })?;
        let patterns = if matches.is_empty() {
            vec![Pattern::All]
        } else {
            // A pattern that is none fits nothing, as in Postman.
            matches.iter().filter_map(|pattern| Pattern::parse(pattern)).collect()
        };
        Ok(Self { name, patterns, key: Arc::new(key) })
    }

    /// Whether this certificate is for that URL.
    pub(super) fn fits(&self, url: &WireUrl) -> bool {
        self.patterns.iter().any(|pattern| pattern.fits(url))
    }
}

fn load(identity: &Identity, passphrase: Option<&str>, provider: &CryptoProvider) -> Result<CertifiedKey, String> {
    let (chain, key) = match identity {
        Identity::Pem { certificate, key } => {
            let chain = read_certificates(certificate).ok_or("no PEM certificate in the file")?;
            (chain, pem::private_key(key, passphrase).map_err(|error| error.to_string())?)
        }
        Identity::Pkcs12(data) => {
            let store = KeyStore::from_pkcs12(data, passphrase.unwrap_or_default(), Pkcs12ImportPolicy::Relaxed)
                .map_err(|error| format!("not a PKCS#12 file that this passphrase opens ({error})"))?;
            let (_, chain) =
                store.private_key_chain().ok_or("no private key with a certificate in the PKCS#12 file")?;
            let certificates =
                chain.certs().iter().map(|certificate| CertificateDer::from(certificate.as_der().to_vec())).collect();
            (certificates, PrivatePkcs8KeyDer::from(chain.key().as_der().to_vec()).into())
        }
    };
    CertifiedKey::from_der(chain, key, provider).map_err(|error| error.to_string())
}

/// A URL pattern of Postman's (`lib/url-pattern/url-match-pattern.js` of its collection SDK).
#[derive(Debug)]
enum Pattern {
    All,
    Parts { schemes: Vec<String>, host: String, port: Option<String>, path: Regex },
}

impl Pattern {
    fn parse(text: &str) -> Option<Self> {
        if text == "<all_urls>" {
            return Some(Self::All);
        }
        let (schemes, rest) = text.split_once("://")?;
        let schemes: Vec<_> = schemes.split('+').map(str::to_owned).collect();
        let known = |scheme: &String| matches!(scheme.as_str(), "http" | "https" | "file" | "ftp");
        if !(schemes.iter().all(known) || (schemes[0] == "*" && schemes[1..].iter().all(known))) {
            return None;
        }
        // The path is required.
        let slash = rest.find('/')?;
        let (authority, path) = rest.split_at(slash);
        let (host, port) = match authority.split_once(':') {
            Some((host, port)) if port == "*" || (!port.is_empty() && port.bytes().all(|b| b.is_ascii_digit())) => {
                (host, Some(port))
            }
            Some(_) => return None,
            None => (authority, None),
        };
        let name = host.strip_prefix("*.").unwrap_or(host);
        if host.is_empty() || (host != "*" && (name.is_empty() || name.contains('*'))) {
            return None;
        }
        Some(Self::Parts { schemes, host: host.to_owned(), port: port.map(str::to_owned), path: path_regex(path)? })
    }

    fn fits(&self, url: &WireUrl) -> bool {
        // Certificates are for https alone, whatever the pattern says.
        if !url.is_https() {
            return false;
        }
        let Self::Parts { schemes, host, port, path } = self else { return true };
        let scheme = schemes.iter().any(|scheme| scheme == "*" || scheme == "https");
        let own_host = url.host.as_str();
        let host = match host.strip_prefix('*') {
            None => host == own_host,
            Some("") => true,
            Some(suffix) => own_host == &suffix[1..] || own_host.ends_with(suffix),
        };
        let own_port = url.port.as_deref().filter(|port| !port.is_empty()).unwrap_or("443");
        let port =
            port.as_deref().is_none_or(|port| port == "*" || port == own_port) && (port.is_some() || own_port == "443");
        scheme && host && port && path.is_match(&url.path)
    }
}

/// Only the first `*` is a wildcard; a later one repeats the character before it, because Postman hands it to a regular expression.
fn path_regex(path: &str) -> Option<Regex> {
    let mut pattern = String::with_capacity(path.len() + 8);
    let mut stars = 0;
    for c in path.chars() {
        match c {
            '*' => {
                stars += 1;
                pattern.push_str(if stars == 1 { ".*" } else { "*" });
            }
            '?' => pattern.push('.'),
            _ => pattern.push_str(&regex::escape(c.encode_utf8(&mut [0; 4]))),
        }
    }
    Regex::new(&format!("^{pattern}$")).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fits(pattern: &str, url: &str) -> bool {
        Pattern::parse(pattern).is_some_and(|pattern| pattern.fits(&WireUrl::parse(url, true).unwrap()))
    }

    #[test]
    fn patterns() {
        for (pattern, url) in [
            ("<all_urls>", "https://h/"),
            ("https://h/*", "https://h/x/y"),
            ("*://*/*", "https://h/"),
            ("http+https://*.ex.com/*", "https://ex.com/"),
            ("https://*.ex.com:*/*", "https://a.ex.com:9/"),
            ("https://h:8443/a?c/*", "https://h:8443/abc/d"),
            ("https://h/*/x*", "https://h/1/xxx"),
        ] {
            assert!(fits(pattern, url), "{pattern} {url}");
        }
        for (pattern, url) in [
            ("<all_urls>", "http://h/"),
            ("https://h/*", "https://h:8443/x"),
            ("https://h", "https://h/"),
            ("https://h/", "https://h/x"),
            ("http://h/*", "https://h/x"),
            ("https://*.ex.com/*", "https://aex.com/"),
            ("https://h/*/x*", "https://h/1/xy"),
            ("https://h:x/*", "https://h/"),
            ("gopher://h/*", "https://h/"),
            ("h/*", "https://h/"),
        ] {
            assert!(!fits(pattern, url), "{pattern} {url}");
        }
    }
}
