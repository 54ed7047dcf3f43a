//! Client certificates of options and of the list file.

use std::path::Path;

use serde_json::Value;

use super::transport::{parsed, read};
use crate::cli::Failure;
use crate::http::client_cert::{ClientCertificate, Identity};
use crate::secret::SecretString;

/// Reads a list: `[{name, matches, cert: {src}, key: {src}, pfx: {src}, passphrase}]`, paths relative to the current folder.
pub(super) fn list(path: &Path) -> Result<Vec<ClientCertificate>, Failure> {
    let fail = |what: &dyn std::fmt::Display| Failure::usage(format!("{}: {what}", path.display()));
    let value = parsed(path, &read(path)?)?;
    let Some(entries) = value.as_ref().and_then(Value::as_array) else {
        return Err(fail(&"expected ssl client certificates list to be an array."));
    };
    let mut list = Vec::new();
    for (index, entry) in entries.iter().enumerate() {
        let name =
            entry.get("name").and_then(Value::as_str).map_or_else(|| format!("number {}", index + 1), str::to_owned);
        let source = |key: &str| {
            let value = entry.get(key)?;
            value.as_str().or_else(|| value.get("src")?.as_str()).map(Path::new)
        };
        let identity = match (source("pfx"), source("cert"), source("key")) {
            (Some(pfx), _, _) => Identity::Pkcs12(read(pfx)?),
            (None, Some(cert), Some(key)) => Identity::Pem { certificate: read(cert)?, key: read(key)? },
            _ => return Err(fail(&format!("the certificate {name} needs `cert` and `key`, or `pfx`"))),
        };
        let matches = entry.get("matches").and_then(Value::as_array);
        list.push(ClientCertificate {
            name,
            matches: matches
                .map(|patterns| patterns.iter().filter_map(Value::as_str).map(str::to_owned).collect())
                .unwrap_or_default(),
            identity,
            passphrase: entry.get("passphrase").and_then(Value::as_str).map(SecretString::new),
        });
    }
    Ok(list)
}

/// The certificate of `--ssl-client-cert`, for every https URL.
pub(super) fn for_all(cert: &Path, key: Option<&Path>, passphrase: Option<&str>) -> Result<ClientCertificate, Failure> {
    let pkcs12 = cert.extension().is_some_and(|e| e == "p12" || e == "pfx");
    let identity = match key {
        _ if pkcs12 => Identity::Pkcs12(read(cert)?),
        Some(key) => Identity::Pem { certificate: read(cert)?, key: read(key)? },
        None => {
            // One PEM file may hold both.
            let both = read(cert)?;
            Identity::Pem { certificate: both.clone(), key: both }
        }
    };
    Ok(ClientCertificate {
        name: cert.display().to_string(),
        matches: Vec::new(),
        identity,
        passphrase: passphrase.map(SecretString::new),
    })
}

/// The certificate of `--ssl-client-pfx`, for every https URL.
pub(super) fn pkcs12(file: &Path, passphrase: Option<&str>) -> Result<ClientCertificate, Failure> {
    Ok(ClientCertificate {
        name: file.display().to_string(),
        matches: Vec::new(),
        identity: Identity::Pkcs12(read(file)?),
        passphrase: passphrase.map(SecretString::new),
    })
}
