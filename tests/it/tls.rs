//! TLS from the binary: versions, ciphers, client certificates, errors that say which certificate.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::Arc;

use rcgen::{CertificateParams, DnType, KeyPair};
use rustls::pki_types::PrivatePkcs8KeyDer;
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig, ServerConnection, StreamOwned, SupportedProtocolVersion};
use serde_json::{Value, json};

use crate::harness::{Postbud, Ran};

/// A certificate signed by itself, and its key.
pub(crate) struct Identity {
    certificate: rcgen::Certificate,
    key: KeyPair,
    /// The certificate as PEM.
    pub(crate) pem: String,
}

impl Identity {
    /// For these host names.
    pub(crate) fn new(names: &[&str]) -> Self {
        Self::with(names, |_| {})
    }

    fn with(names: &[&str], change: impl FnOnce(&mut CertificateParams)) -> Self {
        let names: Vec<_> = names.iter().map(ToString::to_string).collect();
        let mut params = CertificateParams::new(names).expect("names");
        params.distinguished_name.push(DnType::CommonName, "Test server");
        change(&mut params);
        let key = KeyPair::generate().expect("a key");
        let certificate = params.self_signed(&key).expect("a certificate");
        let pem = certificate.pem();
        Self { certificate, key, pem }
    }
}

/// A server's side of TLS; with `clients` it asks for that very certificate.
pub(crate) fn server_config(
    identity: &Identity,
    clients: Option<&Identity>,
    versions: &[&'static SupportedProtocolVersion],
) -> ServerConfig {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
        .with_protocol_versions(versions)
        .expect("versions that are there");
    let builder = match clients {
        None => builder.with_no_client_auth(),
        Some(client) => {
            let mut roots = RootCertStore::empty();
            roots.add(client.certificate.der().clone()).expect("a root");
            builder.with_client_cert_verifier(
                WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider).build().expect("a verifier"),
            )
        }
    };
    let key = PrivatePkcs8KeyDer::from(identity.key.serialize_der());
    builder.with_single_cert(vec![identity.certificate.der().clone()], key.into()).expect("a certificate with its key")
}

/// Serves HTTP/1.1 over TLS: version and cipher suite as text. Gives the port.
pub(crate) fn serve(config: ServerConfig) -> u16 {
    let config = Arc::new(config);
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = listener.local_addr().expect("an address").port();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let config = Arc::clone(&config);
            std::thread::spawn(move || {
                let connection = ServerConnection::new(config).expect("a connection");
                let mut stream = StreamOwned::new(connection, stream);
                let mut head = Vec::new();
                let mut byte = [0; 1];
                while matches!(stream.read(&mut byte), Ok(1)) {
                    head.push(byte[0]);
                    if !head.ends_with(b"\r\n\r\n") {
                        continue;
                    }
                    head.clear();
                    let text = format!(
                        "{:?} {:?} {}",
                        stream.conn.protocol_version().expect("agreed"),
                        stream.conn.negotiated_cipher_suite().expect("agreed").suite(),
                        stream.conn.peer_certificates().map_or(0, <[_]>::len)
                    );
                    let answer = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{text}", text.len());
                    if stream.write_all(answer.as_bytes()).and_then(|()| stream.flush()).is_err() {
                        return;
                    }
                }
            });
        }
    });
    port
}

/// Gets `/` from that port and says what the server told.
fn get(port: u16, behavior: &Value, words: &[&str]) -> Ran {
    let script = "console.log('told: ' + pm.response.text())";
    let collection = json!({"info": {"name": "c"}, "protocolProfileBehavior": behavior, "item": [
        {"name": "r", "request": format!("https://localhost:{port}/"), "event": [{"listen": "test", "script": {"exec": [script]}}]}]});
    Postbud::run(&collection).args(words).go()
}

#[test]
fn versions_and_ciphers_can_be_chosen() {
    let identity = Identity::new(&["localhost"]);
    let port = serve(server_config(&identity, None, rustls::ALL_VERSIONS));
    let told = |behavior: Value, words: &[&str]| {
        let words = [&["-k"], words].concat();
        let ran = get(port, &behavior, &words).expect_code(0);
        ran.stdout
            .split_once("told: ")
            .expect("the server's word")
            .1
            .split('\'')
            .next()
            .expect("a line")
            .replace("\n  │ ", "")
    };
    assert!(told(json!({}), &[]).starts_with("TLSv1_3 "));
    assert!(told(json!({}), &["--tls-min", "1.3"]).starts_with("TLSv1_3 "));
    assert!(told(json!({"tlsDisabledProtocols": ["TLSv1_3"]}), &[]).starts_with("TLSv1_2 "));
    let ecdsa = "ECDHE-ECDSA-AES128-GCM-SHA256";
    assert_eq!(
        told(json!({"tlsCipherSelection": ["AES256-SHA", ecdsa]}), &[]),
        "TLSv1_2 TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256 0"
    );
    assert_eq!(
        told(json!({"tlsCipherSelection": [ecdsa, "TLS_CHACHA20_POLY1305_SHA256"]}), &[]),
        "TLSv1_3 TLS13_CHACHA20_POLY1305_SHA256 0"
    );
    // Has no meaning for a client, as in newman.
    assert!(told(json!({"tlsPreferServerCiphers": true}), &[]).starts_with("TLSv1_3 "));
}

#[test]
fn what_cannot_be_agreed_on_is_an_error_with_a_hint() {
    let identity = Identity::new(&["localhost"]);
    let port = serve(server_config(&identity, None, &[&rustls::version::TLS12]));
    let refused = |behavior: Value, words: &[&str], texts: &[&str]| {
        let ran = get(port, &behavior, &[&["-k"], words].concat()).expect_code(1);
        for text in texts {
            assert!(ran.stdout.contains(text), "{text}: {}", ran.stdout);
        }
    };
    refused(json!({}), &["--tls-min", "1.3"], &["alert protocol version"]);
    let both = json!({"tlsDisabledProtocols": ["TLSv1_2", "TLSv1_3"]});
    refused(both, &[], &["no protocols available", "TLS 1.2 and TLS 1.3 are switched off"]);
    refused(json!({"tlsDisabledProtocols": ["TLSv1_2"]}), &[], &["alert protocol version"]);
    let old = json!({"tlsCipherSelection": ["AES128-SHA"]});
    refused(old, &[], &["no cipher match", "ECDHE-RSA-AES128-GCM-SHA256"]);
    refused(json!({"tlsCipherSelection": ["TLS_AES_128_GCM_SHA256"]}), &[], &["alert protocol version"]);
    get(port, &json!({}), &["--tls-min", "1.1"]).expect_code(2).expect_shown("1.2, 1.3");
}

#[test]
fn refused_certificates_are_described() {
    let old = Identity::with(&["localhost"], |params| {
        params.not_before = rcgen::date_time_ymd(2019, 1, 1);
        params.not_after = rcgen::date_time_ymd(2020, 1, 31);
    });
    let run = |identity: &Identity, trusted: bool, texts: &[&str]| {
        let port = serve(server_config(identity, None, rustls::ALL_VERSIONS));
        let collection =
            json!({"info": {"name": "c"}, "item": [{"name": "r", "request": format!("https://localhost:{port}/")}]});
        let mut call = Postbud::run(&collection).file("ca.pem", &identity.pem);
        if trusted {
            call = call.args(&["--ssl-extra-ca-certs", "ca.pem"]);
        }
        let ran = call.go().expect_code(1);
        for text in texts {
            assert!(ran.stdout.contains(text), "{text}: {}", ran.stdout);
        }
    };
    run(&old, true, &["certificate has expired", "2020-01-31"]);
    let other = Identity::new(&["other.example"]);
    run(
        &other,
        true,
        &[
            "Hostname/IP does not match certificate's altnames: Host: localhost. is not in the cert's altnames: DNS:other.example",
        ],
    );
    let good = Identity::new(&["localhost"]);
    run(&good, false, &["self-signed certificate", "Test server", "--ssl-extra-ca-certs"]);
}

#[test]
fn client_certificates_come_from_options_and_lists() {
    let (identity, client) = (Identity::new(&["localhost"]), Identity::new(&["client"]));
    let port = serve(server_config(&identity, Some(&client), rustls::ALL_VERSIONS));
    let collection = json!({"info": {"name": "c"}, "item": [{"name": "r", "request": format!("https://localhost:{port}/"),
        "event": [{"listen": "test", "script": {"exec": ["pm.test('shown', () => pm.expect(pm.response.text()).to.match(/ 1$/))"]}}]}]});
    let list = |host: &str| {
        json!([{"name": "other", "matches": ["https://other.example/*"], "cert": {"src": "none"}, "key": {"src": "none"}},
            {"name": "mine", "matches": [format!("https://{host}:*/*")], "cert": {"src": "c.pem"}, "key": {"src": "k.pem"}}])
    };
    let call = || {
        Postbud::run(&collection)
            .file("c.pem", &client.pem)
            .file("k.pem", &client.key.serialize_pem())
            .file("list.json", &json!([list("localhost")[1]]).to_string())
            .file("elsewhere.json", &json!([list("elsewhere.example")[1]]).to_string())
            .arg("-k")
    };
    call().args(&["--ssl-client-cert", "c.pem", "--ssl-client-key", "k.pem"]).go().expect_code(0);
    call().args(&["--ssl-client-cert-list", "list.json"]).go().expect_code(0);
    for words in [&[][..], &["--ssl-client-cert-list", "elsewhere.json"]] {
        call().args(words).go().expect_code(1).expect_shown("asks for a client certificate");
    }
    call()
        .file("broken.json", &list("localhost").to_string())
        .args(&["--ssl-client-cert-list", "broken.json"])
        .go()
        .expect_code(2);
}
