//! The client's configuration and the cookies, from options and the process environment.

use std::path::Path;

use super::certificates;
use crate::cli::Failure;
use crate::cli::args::RunArgs;
use crate::cli::context::Context;
use crate::diagnostic::SourceFile;
use crate::emulator::Emulator;
use crate::http::client::ClientConfig;
use crate::http::client_cert::ClientCertificate;
use crate::http::connect::ConnectTo;
use crate::http::cookies::CookieJar;
use crate::http::proxy::Proxies;

/// Most bytes of one response: more is an error, not a full memory.
const MAX_RESPONSE: u64 = 1 << 30;

/// How requests get out.
pub(super) fn client_config(
    args: &RunArgs,
    context: &Context,
    emulator: Option<&Emulator>,
) -> Result<ClientConfig, Failure> {
    let mut connect_to = parse_connect_to(&args.connect_to)?;
    let mut extra_ca_pem = args.ssl_extra_ca_certs.as_deref().map(read).transpose()?;
    if let Some(emulator) = emulator {
        connect_to.extend(towards(emulator));
        let mut pem = extra_ca_pem.unwrap_or_default();
        pem.extend_from_slice(emulator.ca_pem().as_bytes());
        extra_ca_pem = Some(pem);
    }
    if let Some(mistake) = args.proxy.as_deref().and_then(Proxies::mistake) {
        return Err(Failure::usage(format!("--proxy: {mistake}")));
    }
    // Against the emulator nothing may leave the machine, so no proxy is asked.
    let proxies = if emulator.is_some() {
        Proxies::default()
    } else {
        Proxies::from_env(|name| context.variable(name).map(str::to_owned))
            .with_options(args.proxy.as_deref(), args.no_proxy.as_deref())
    };
    Ok(ClientConfig {
        connect_to,
        proxies,
        client_certificates: client_certificates(args)?,
        extra_ca_pem,
        max_response_size: Some(MAX_RESPONSE),
        deny_link_local: true,
    })
}

/// The public host names, connected to the emulator.
pub(in crate::cli) fn towards(emulator: &Emulator) -> Vec<ConnectTo> {
    let (http, https) = (emulator.http_addr(), emulator.https_addr());
    let rules = emulator.hosts().iter().flat_map(|host| {
        [
            ConnectTo::new(host, 443, &https.ip().to_string(), https.port()),
            ConnectTo::new(host, 80, &http.ip().to_string(), http.port()),
        ]
    });
    rules.collect()
}

/// Reads `--connect-to` rules.
pub(in crate::cli) fn parse_connect_to(rules: &[String]) -> Result<Vec<ConnectTo>, Failure> {
    rules
        .iter()
        .map(|rule| ConnectTo::parse(rule).map_err(|error| Failure::usage(format!("--connect-to: failed to {error}"))))
        .collect()
}

fn client_certificates(args: &RunArgs) -> Result<Vec<ClientCertificate>, Failure> {
    let mut list = match &args.ssl_client_cert_list {
        Some(path) => certificates::list(path)?,
        None => Vec::new(),
    };
    if let Some(cert) = &args.ssl_client_cert {
        list.push(certificates::for_all(cert, args.ssl_client_key.as_deref(), args.ssl_client_passphrase.as_deref())?);
    }
    if let Some(pfx) = &args.ssl_client_pfx {
        list.push(certificates::pkcs12(pfx, args.ssl_client_passphrase.as_deref())?);
    }
    Ok(list)
}

/// The jar of `--cookie-jar`, or an empty one.
pub(super) fn cookie_jar(args: &RunArgs) -> Result<CookieJar, Failure> {
    let Some(path) = &args.cookie_jar else { return Ok(CookieJar::new()) };
    let bytes = read(path)?;
    parsed(path, &bytes)?;
    let text = String::from_utf8_lossy(&bytes).into_owned();
    CookieJar::from_file_text(&text).map_err(|e| Failure::usage(format!("{}: failed to {e}", path.display())))
}

/// The JSON of a file; `None` where it does not look like JSON.
///
/// # Errors
/// When it looks like JSON and is none, with line and column; the text is not shown, for such files hold secrets.
pub(super) fn parsed(path: &Path, bytes: &[u8]) -> Result<Option<serde_json::Value>, Failure> {
    let file = SourceFile::decode(&path.display().to_string(), bytes);
    if !file.text.trim_start().starts_with(['{', '[']) {
        return Ok(None);
    }
    file.parse_json().map(Some).map_err(|mut error| {
        if let Some(place) = &mut error.place {
            place.text.clear();
        }
        Failure::usage(error)
    })
}

pub(super) fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    std::fs::read(path).map_err(|error| Failure::usage(format!("unable to read \"{}\": {error}", path.display())))
}
