//! Sockets, hosts, TLS, faults, the log, and input nobody meant to send.

use std::sync::Arc;
use std::time::{Duration, Instant};

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use super::client::{get, post};
use super::{Bench, CORRESPONDENCE, OWNER_SCOPES};
use crate::emulator::{Emulator, EmulatorConfig, Profile};

#[tokio::test]
async fn every_public_name_is_served_over_tls() {
    let bench = Bench::start(Profile::Strict).await;
    let authority = CertificateDer::from_pem_slice(bench.emulator.ca_pem().as_bytes()).expect("a certificate");
    let config = crate::emulator::events::delivery::client_config(&authority).expect("a TLS set-up");
    for host in bench.emulator.hosts() {
        let stream = TcpStream::connect(bench.emulator.https_addr()).await.expect("a connection");
        let name = ServerName::try_from(*host).expect("a name");
        let stream = TlsConnector::from(Arc::clone(&config)).connect(name, stream).await.expect("a handshake");
        let answer = get(&format!("{host}/nothing/here")).over(stream).await.expect("an answer");
        assert_eq!(answer.status, 404, "{host}");
    }
}

#[tokio::test]
async fn an_unknown_host_goes_by_path() {
    let bench = Bench::start(Profile::Published).await;
    let local = bench.emulator.http_addr().to_string();
    for (path, status) in [
        ("jwk", 200),
        ("token", 405),
        ("authentication/api/v1/exchange/maskinporten", 401),
        ("resourceregistry/api/v1/resource/postbud-demo-letters", 200),
        ("correspondence/api/v1/correspondence", 401),
        ("events/api/v1/subscriptions", 401),
        ("api/GetPersonalToken", 401),
        ("postman-util-lib/dist/bundle.js", 200),
        ("elsewhere", 404),
        ("", 404),
    ] {
        assert_eq!(bench.send(get(&format!("{local}/{path}"))).await.status, status, "{path}");
    }
}

#[tokio::test]
async fn faults_strike() {
    let faults = ["/token:503=1", "/jwk:5xx=0.5", "drop=1", "/nothing:latency=30"];
    let faults = faults.iter().map(|text| text.parse().expect("a fault")).collect();
    let bench = Bench::with(EmulatorConfig { faults, ..EmulatorConfig::default() }).await;
    let address = bench.emulator.http_addr();
    assert!(get("test.maskinporten.no/other").send(address).await.is_err(), "dropped");
    assert_eq!(bench.emulator.log()[0].status, None);
    let answer = bench.send(post("test.maskinporten.no/token")).await;
    assert_eq!((answer.status, answer.header("retry-after")), (503, "1"));
    assert_eq!(bench.send(post("test.maskinporten.no/token")).await.status, 400);
    let mut statuses = Vec::new();
    for _ in 0..4 {
        statuses.push(bench.send(get("test.maskinporten.no/jwk")).await.status);
    }
    assert_eq!(statuses, [200, 500, 200, 502]);
    let start = Instant::now();
    bench.send(get("test.maskinporten.no/nothing")).await;
    assert!(start.elapsed() >= Duration::from_millis(30));
    for (fault, status, number) in [("408", 408, 2022), ("500", 500, 2000), ("502", 502, 2002)] {
        let ask = post(&format!("{CORRESPONDENCE}/correspondence")).header("X-Postbud-Fault", fault);
        assert_eq!(bench.send(ask).await.code(), (status, number));
    }
    bench.emulator.inject("/later:429".parse().expect("a fault"));
    let answer = bench.send(get("test.maskinporten.no/later")).await;
    assert_eq!((answer.status, answer.header("retry-after")), (429, "1"));
    let own = get("test.maskinporten.no/other").header("X-Postbud-Fault", "502");
    assert_eq!(bench.send(own).await.status, 502);
}

#[tokio::test]
async fn the_log_says_which_check_refused_and_holds_no_secret() {
    let bench = Bench::start(Profile::Published).await;
    let token = bench.token("owner", OWNER_SCOPES).await;
    bench.exchange(&token).await;
    bench.send(get(&format!("{CORRESPONDENCE}/correspondence?secret={token}"))).await;
    let log = bench.emulator.log();
    let last = log.last().expect("a decision");
    assert_eq!((last.status, last.path.as_str()), (Some(401), "/correspondence/api/v1/correspondence"));
    assert!(last.to_string().contains("token: no bearer token was sent"));
    let text = format!("{log:?} {:?} {:?}", bench.emulator, bench.emulator.clients());
    let signature = token.rsplit('.').next().expect("a signature");
    assert!(!text.contains(signature) && !text.contains("PRIVATE KEY") && !text.contains("\"d\""));
}

#[tokio::test]
async fn the_log_is_bounded() {
    let bench = Bench::with(EmulatorConfig { log_limit: 2, ..EmulatorConfig::default() }).await;
    for path in ["a", "b", "c"] {
        bench.send(get(&format!("x/{path}"))).await;
    }
    let paths: Vec<String> = bench.emulator.log().into_iter().map(|decision| decision.path).collect();
    assert_eq!(paths, ["/b", "/c"]);
}

#[tokio::test]
async fn bytes_that_are_no_http_do_no_harm() {
    let bench = Bench::start(Profile::Strict).await;
    let inputs: [&[u8]; 5] = [
        b"\x16\x03\x01\x00\xff",
        b"GET",
        b"GET /%ff%00//../ HTTP/1.1\r\n\r\n",
        b"POST /token HTTP/1.1\r\nHost: \xff\r\nContent-Length: 5\r\n\r\nab",
        b"GET http://test.maskinporten.no/jwk HTTP/1.1\r\nHost: test.maskinporten.no\r\nAuthorization: \xff\r\n\r\n",
    ];
    for address in [bench.emulator.http_addr(), bench.emulator.https_addr()] {
        for input in inputs {
            let mut stream = TcpStream::connect(address).await.expect("a connection");
            stream.write_all(input).await.expect("written");
            stream.shutdown().await.expect("shut down");
            let mut bytes = Vec::new();
            let _ = stream.read_to_end(&mut bytes).await;
        }
    }
    assert_eq!(bench.send(get("test.maskinporten.no/jwk")).await.status, 200);
}

#[tokio::test]
async fn a_taken_port_is_an_error_and_a_stopped_emulator_frees_its_own() {
    let first = Emulator::start(EmulatorConfig::default()).await.expect("it starts");
    let (http_port, https_port) = (first.http_addr().port(), first.https_addr().port());
    let config = EmulatorConfig { http_port, https_port, ..EmulatorConfig::default() };
    let error = Emulator::start(config.clone()).await.expect_err("the port is taken");
    assert!(error.to_string().starts_with("listen on 127.0.0.1"), "{error}");
    first.shutdown().await;
    let second = Emulator::start(config).await.expect("the ports are free again");
    assert_eq!(second.http_addr().port(), http_port);
}

#[tokio::test]
async fn a_users_own_resource_can_be_provided() {
    let bench = Bench::start(Profile::Strict).await;
    for id in ["my-own-letters", "x\" y <z>"] {
        bench.emulator.provide_resource(id, "310000000");
    }
    assert!(bench.emulator.policy("my-own-letters").is_some());
    bench.correspondence(serde_json::json!({"resourceId": "my-own-letters"})).await;
}

#[tokio::test]
async fn seeds_are_read_strictly() {
    let seed = Emulator::read_seed(
        r#"{"clients": [{"clientId": "c", "organization": "310000000", "keys": [{"kty": "EC"}]}]}"#,
    )
    .expect("a seed");
    let error = Emulator::start(EmulatorConfig { seed, ..EmulatorConfig::default() }).await.expect_err("a bad key");
    assert!(error.to_string().contains("client c"), "{error}");
    let error = Emulator::read_seed(r#"{"client": []}"#).expect_err("an unknown member");
    assert!(error.to_string().contains("client"), "{error}");
}
