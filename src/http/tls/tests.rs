//! TLS against servers with certificates made by the test.

use std::io::Write;
use std::net::TcpListener;

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use rustls::pki_types::PrivatePkcs8KeyDer;
use rustls::server::WebPkiClientVerifier;
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use super::*;
use crate::http::client::ClientConfig;
use crate::http::client_cert::Identity;
use crate::http::connect::ConnectTo;
use crate::http::message::SendError;
use crate::http::proxy::Proxies;
use crate::http::testing::{read_request, request, send_with};
use crate::secret::SecretString;

/// A certificate authority of the test.
struct Authority {
    issuer: Issuer<'static, KeyPair>,
    certificate: rcgen::Certificate,
}

fn authority() -> Authority {
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.distinguished_name.push(DnType::CommonName, "Test authority");
    let key = KeyPair::generate().unwrap();
    let certificate = params.self_signed(&key).unwrap();
    Authority { issuer: Issuer::new(params, key), certificate }
}

struct Leaf {
    certificate: rcgen::Certificate,
    key: KeyPair,
}

fn leaf(names: &[&str], by: Option<&Authority>, change: impl FnOnce(&mut CertificateParams)) -> Leaf {
    let mut params = CertificateParams::new(names.iter().map(ToString::to_string).collect::<Vec<_>>()).unwrap();
    params.distinguished_name.push(DnType::CommonName, "Leaf");
    change(&mut params);
    let key = KeyPair::generate().unwrap();
    let certificate = match by {
        Some(authority) => params.signed_by(&key, &authority.issuer).unwrap(),
        None => params.self_signed(&key).unwrap(),
    };
    Leaf { certificate, key }
}

/// Serves `{}` over TLS with that certificate; says who the client is in the header `Peer`. Gives its port.
fn serve(leaf: &Leaf, clients: Option<&Authority>) -> u16 {
    let builder = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap();
    let builder = match clients {
        None => builder.with_no_client_auth(),
        Some(authority) => {
            let mut roots = RootCertStore::empty();
            roots.add(authority.certificate.der().clone()).unwrap();
            let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
            builder.with_client_cert_verifier(
                WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider).build().unwrap(),
            )
        }
    };
    let key = PrivatePkcs8KeyDer::from(leaf.key.serialize_der());
    let config = Arc::new(builder.with_single_cert(vec![leaf.certificate.der().clone()], key.into()).unwrap());
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let mut stream = StreamOwned::new(ServerConnection::new(Arc::clone(&config)).unwrap(), stream);
            while read_request(&mut stream).is_some() {
                let name = stream.conn.server_name().unwrap_or("-").to_owned();
                let peer = stream.conn.peer_certificates().map_or(0, <[_]>::len);
                let answer = format!("HTTP/1.1 200 OK\r\nSni: {name}\r\nPeer: {peer}\r\nContent-Length: 2\r\n\r\n{{}}");
                if stream.write_all(answer.as_bytes()).and_then(|()| stream.flush()).is_err() {
                    break;
                }
            }
        }
    });
    port
}

/// Gets `https://<host>/` from that port: the headers `Sni` and `Peer`.
fn get(
    host: &str,
    port: u16,
    config: ClientConfig,
    change: impl FnOnce(&mut SendSettings),
) -> Result<String, SendError> {
    let config = ClientConfig { connect_to: vec![ConnectTo::new(host, 443, "127.0.0.1", port)], ..config };
    let url = format!("https://{host}/");
    let mut spec = request("GET", &url, &[]);
    change(&mut spec.settings);
    let response = send_with(config, &spec)?.response;
    Ok(format!("{} {}", response.header("sni").unwrap(), response.header("peer").unwrap()))
}

fn trusting(pem: &str) -> ClientConfig {
    ClientConfig { extra_ca_pem: Some(pem.as_bytes().to_vec()), ..ClientConfig::default() }
}

#[test]
fn trusted_certificates_are_taken() {
    let authority = authority();
    let port = serve(&leaf(&["a.example.org"], Some(&authority), |_| {}), None);
    let config = trusting(&authority.certificate.pem());
    assert_eq!(get("a.example.org", port, config.clone(), |_| {}).unwrap(), "a.example.org 0");
    for disabled in ["TLSv1_2", "TLSv1_3"] {
        get("a.example.org", port, config.clone(), |settings| {
            settings.tls_disabled_protocols = vec![disabled.to_owned()];
        })
        .unwrap();
    }
    let error = get("a.example.org", port, config, |settings| {
        settings.tls_disabled_protocols = vec!["TLSv1_2".to_owned(), "TLSv1_3".to_owned()];
    });
    assert_eq!(error.unwrap_err().code.as_deref(), Some("ERR_SSL_NO_PROTOCOLS_AVAILABLE"));
}

#[test]
fn refusals_have_openssls_words_and_say_which_certificate() {
    let authority = authority();
    let config = trusting(&authority.certificate.pem());
    let refused = |leaf: &Leaf, config: &ClientConfig| {
        let error = get("localhost.example", serve(leaf, None), config.clone(), |_| {}).unwrap_err();
        assert!(error.request.is_some());
        (error.message, error.code.unwrap(), error.hint.unwrap())
    };
    let (message, code, hint) = refused(&leaf(&["localhost.example"], None, |_| {}), &config);
    assert_eq!((message.as_str(), code.as_str()), ("self-signed certificate", "DEPTH_ZERO_SELF_SIGNED_CERT"));
    assert!(hint.contains("certificate of \"Leaf\", signed by itself"), "{hint}");

    let by = leaf(&["localhost.example"], Some(&authority), |_| {});
    let (message, code, hint) = refused(&by, &ClientConfig::default());
    assert_eq!(
        (message.as_str(), code.as_str()),
        ("unable to verify the first certificate", "UNABLE_TO_VERIFY_LEAF_SIGNATURE")
    );
    assert!(hint.contains("issued by \"Test authority\""), "{hint}");

    let old = leaf(&["localhost.example"], Some(&authority), |params| {
        params.not_before = rcgen::date_time_ymd(2019, 1, 1);
        params.not_after = rcgen::date_time_ymd(2020, 1, 31);
    });
    let (message, code, hint) = refused(&old, &config);
    assert_eq!((message.as_str(), code.as_str()), ("certificate has expired", "CERT_HAS_EXPIRED"));
    assert!(hint.contains("to 2020-01-31"), "{hint}");

    let other = leaf(&["example.org", "127.0.0.1"], Some(&authority), |_| {});
    let (message, code, _) = refused(&other, &config);
    assert_eq!(
        message,
        "Hostname/IP does not match certificate's altnames: Host: localhost.example. is not in the cert's altnames: DNS:example.org, IP Address:127.0.0.1"
    );
    assert_eq!(code, "ERR_TLS_CERT_ALTNAME_INVALID");
}

#[test]
fn insecure_takes_anything() {
    let port = serve(&leaf(&["other"], None, |params| params.not_after = rcgen::date_time_ymd(2020, 1, 31)), None);
    assert_eq!(
        get("h.example", port, ClientConfig::default(), |settings| settings.strict_ssl = false).unwrap(),
        "h.example 0"
    );
}

#[test]
fn a_servers_own_certificate_may_be_trusted() {
    // What `openssl req -x509` makes: a root that the server shows as its own. webpki alone would refuse it.
    let own = leaf(&["h.example"], None, |params| params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained));
    let port = serve(&own, None);
    get("h.example", port, trusting(&own.certificate.pem()), |_| {}).unwrap();
    let error = get("i.example", port, trusting(&own.certificate.pem()), |_| {}).unwrap_err();
    assert!(error.message.starts_with("Hostname/IP does not match"), "{}", error.message);
    let plain = leaf(&["h.example"], None, |_| {});
    get("h.example", serve(&plain, None), trusting(&plain.certificate.pem()), |_| {}).unwrap();
    let error = get("h.example", port, ClientConfig::default(), |_| {}).unwrap_err();
    assert_eq!(error.message, "self-signed certificate");
}

#[test]
fn a_name_may_stand_in_the_subject_alone() {
    let authority = authority();
    let old = leaf(&[], Some(&authority), |params| params.distinguished_name.push(DnType::CommonName, "h.example"));
    get("h.example", serve(&old, None), trusting(&authority.certificate.pem()), |_| {}).unwrap();
}

#[test]
fn addresses_are_verified_too() {
    let authority = authority();
    let port = serve(&leaf(&["127.0.0.1"], Some(&authority), |_| {}), None);
    let spec = request("GET", &format!("https://127.0.0.1:{port}/"), &[]);
    let exchange = send_with(trusting(&authority.certificate.pem()), &spec).unwrap();
    assert_eq!(exchange.response.header("sni"), Some("-"));
    assert!(exchange.timings.tls > std::time::Duration::ZERO);
    let port = serve(&leaf(&["h.example"], Some(&authority), |_| {}), None);
    let spec = request("GET", &format!("https://127.0.0.1:{port}/"), &[]);
    let error = send_with(trusting(&authority.certificate.pem()), &spec).unwrap_err();
    assert_eq!(
        error.message,
        "Hostname/IP does not match certificate's altnames: IP: 127.0.0.1 is not in the cert's list: "
    );
}

#[test]
fn client_certificates_are_shown_where_their_pattern_fits() {
    let authority = authority();
    let port = serve(&leaf(&["h.example"], Some(&authority), |_| {}), Some(&authority));
    let client = leaf(&["client"], Some(&authority), |_| {});
    let with = |matches: &[&str]| ClientConfig {
        client_certificates: vec![ClientCertificate {
            name: "test".to_owned(),
            matches: matches.iter().map(ToString::to_string).collect(),
            identity: Identity::Pem {
                certificate: client.certificate.pem().into_bytes(),
                key: client.key.serialize_pem().into_bytes(),
            },
            passphrase: None,
        }],
        ..trusting(&authority.certificate.pem())
    };
    assert_eq!(get("h.example", port, with(&[]), |_| {}).unwrap(), "h.example 1");
    assert_eq!(get("h.example", port, with(&["https://h.example/*"]), |_| {}).unwrap(), "h.example 1");
    for config in [with(&["https://other.example/*"]), trusting(&authority.certificate.pem())] {
        let error = get("h.example", port, config, |_| {}).unwrap_err();
        assert!(error.message.contains("tlsv13 alert certificate required"), "{}", error.message);
        assert_eq!(error.code.as_deref(), Some("ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED"));
    }
}

#[test]
fn what_is_no_tls_and_what_is_no_certificate() {
    let server = crate::http::testing::Server::new(|_| crate::http::testing::answer("400 Bad", b""));
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let _ = std::io::Read::read(&mut stream, &mut [0; 2048]);
            let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n");
        }
    });
    let error = get("h.example", port, ClientConfig::default(), |_| {}).unwrap_err();
    assert_eq!(error.message, "write EPROTO error:0A00010B:SSL routines:ssl3_get_record:wrong version number");
    assert_eq!((error.code.as_deref(), error.errno), (Some("EPROTO"), Some(-71)));
    assert!(error.hint.unwrap().contains("http://"));
    drop(server);

    let make = |identity, passphrase: Option<&str>| {
        let certificate = ClientCertificate {
            name: "c".to_owned(),
            matches: Vec::new(),
            identity,
            passphrase: passphrase.map(SecretString::new),
        };
        Tls::new(vec![certificate], None).err().map(|error| error.to_string())
    };
    let key = include_str!("fixtures/key-aes256.pem");
    let pem = |key: &str| Identity::Pem {
        certificate: include_bytes!("fixtures/cert.pem").to_vec(),
        key: key.as_bytes().to_vec(),
    };
    assert_eq!(make(pem(key), Some("secret")), None);
    assert_eq!(make(pem(include_str!("fixtures/key-3des.pem")), Some("secret")), None);
    assert_eq!(make(pem(include_str!("fixtures/key-scrypt.pem")), Some("secret")), None);
    assert_eq!(make(pem(include_str!("fixtures/key-traditional.pem")), Some("secret")), None);
    assert!(make(pem(key), Some("wrong")).unwrap().contains("bad decrypt"));
    assert!(make(pem(key), None).unwrap().contains("no passphrase"));
    assert!(make(pem(""), None).unwrap().contains("no private key"));
    for data in [&include_bytes!("fixtures/modern.p12")[..], include_bytes!("fixtures/legacy.p12")] {
        assert_eq!(make(Identity::Pkcs12(data.to_vec()), Some("secret")), None);
        assert!(make(Identity::Pkcs12(data.to_vec()), Some("wrong")).unwrap().contains("PKCS#12"));
    }
    assert!(Tls::new(Vec::new(), Some(b"nothing")).is_err());
}

#[test]
fn no_key_or_certificate_panics() {
    let key = include_bytes!("fixtures/key-aes256.pem");
    let der = crate::http::pem::blocks(key).remove(0).der;
    let certificate = crate::http::pem::blocks(include_bytes!("fixtures/cert.pem")).remove(0).der;
    for at in 0..120 {
        for byte in [0, 1, 0x30, 0x80, 0x84, 0xff] {
            let mut broken = der.clone();
            // The iteration count is left alone: a huge one would only be slow.
            if !(60..80).contains(&at) {
                broken[at] = byte;
            }
            let _ = crate::http::pem::decrypt_pkcs8(&broken, "secret");
            let mut broken = certificate.clone();
            broken[at] = byte;
            if let Some(parsed) = crate::http::x509::Certificate::parse(&broken) {
                let _ = (parsed.describe(), parsed.check_host("h"));
            }
        }
    }
    for pem in [
        "-----BEGIN PRIVATE KEY-----",
        "-----BEGIN -----\n-----END -----",
        "-----BEGIN RSA PRIVATE KEY-----\nDEK-Info: AES-128-CBC,é\n\nAAAA\n-----END RSA PRIVATE KEY-----",
    ] {
        assert!(crate::http::pem::private_key(pem.as_bytes(), Some("x")).is_err());
    }
}

#[test]
fn a_tunnel_carries_tls_and_only_tls() {
    let authority = authority();
    let port = serve(&leaf(&["h.example"], Some(&authority), |_| {}), None);
    // A proxy that opens every tunnel to that port.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let proxy = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for mut client in listener.incoming().flatten() {
            let connect = read_request(&mut client).unwrap();
            assert!(connect.starts_with("CONNECT h.example:443 HTTP/1.1\r\n"), "{connect}");
            client.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n").unwrap();
            let mut server = std::net::TcpStream::connect(("127.0.0.1", port)).unwrap();
            let (mut to, mut from) = (server.try_clone().unwrap(), client.try_clone().unwrap());
            std::thread::spawn(move || std::io::copy(&mut from, &mut to));
            std::thread::spawn(move || std::io::copy(&mut server, &mut client));
        }
    });
    let proxies = Proxies { http: None, https: Some(proxy.to_string()), no_proxy: None };
    let config = ClientConfig { proxies, ..trusting(&authority.certificate.pem()) };
    let spec = request("GET", "https://h.example/", &[]);
    assert_eq!(send_with(config, &spec).unwrap().response.header("sni"), Some("h.example"));
}
