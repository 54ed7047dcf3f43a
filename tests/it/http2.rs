//! HTTP/2 from the binary, against a server of the `h2` library.

use std::sync::{Arc, Mutex};

use bytes::Bytes;
use h2::server::SendResponse;
use h2::{Reason, RecvStream};
use serde_json::{Value, json};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_rustls::TlsAcceptor;

use crate::harness::Postbud;
use crate::tls::{Identity, server_config};

/// A server on loopback; with TLS it offers HTTP/2 alone.
struct Http2 {
    port: u16,
    /// `connection method path header…` of every request.
    log: Arc<Mutex<Vec<String>>>,
}

impl Http2 {
    fn start(identity: Option<&Identity>) -> Self {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
        listener.set_nonblocking(true).expect("a socket");
        let port = listener.local_addr().expect("an address").port();
        let log = Arc::new(Mutex::new(Vec::new()));
        let shared = Arc::clone(&log);
        let acceptor = identity.map(|identity| {
            let mut config = server_config(identity, None, rustls::ALL_VERSIONS);
            config.alpn_protocols = vec![b"h2".to_vec()];
            TlsAcceptor::from(Arc::new(config))
        });
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(async {
                let listener = tokio::net::TcpListener::from_std(listener).expect("a listener");
                for connection in 0.. {
                    let Ok((stream, _)) = listener.accept().await else { return };
                    let (log, acceptor) = (Arc::clone(&shared), acceptor.clone());
                    tokio::spawn(async move {
                        match acceptor {
                            None => serve(stream, connection, log).await,
                            Some(acceptor) => {
                                if let Ok(stream) = acceptor.accept(stream).await {
                                    serve(stream, connection, log).await;
                                }
                            }
                        }
                    });
                }
            });
        });
        Self { port, log }
    }

    fn seen(&self) -> Vec<String> {
        self.log.lock().expect("no panic while logging").clone()
    }
}

async fn serve(stream: impl AsyncRead + AsyncWrite + Unpin, connection: usize, log: Arc<Mutex<Vec<String>>>) {
    let Ok(mut server) = h2::server::handshake(stream).await else { return };
    while let Some(Ok((request, respond))) = server.accept().await {
        let names: Vec<_> = request.headers().iter().map(|(name, _)| name.as_str()).collect();
        let uri = request.uri();
        log.lock().expect("no panic while logging").push(format!(
            "{connection} {} {} {} {}",
            request.method(),
            uri.authority().map_or("-", |authority| authority.as_str()),
            uri.path_and_query().map_or("-", |path| path.as_str()),
            names.join(" ")
        ));
        if uri.path() == "/last" {
            server.graceful_shutdown();
        }
        tokio::spawn(answer(request.map(|body| body), respond));
    }
}

async fn answer(request: http::Request<RecvStream>, mut respond: SendResponse<Bytes>) {
    let path = request.uri().path().to_owned();
    let response = http::Response::builder();
    let (response, echo) = match path.as_str() {
        "/redirect" => (response.status(302).header("location", "/x"), false),
        // The upload is not read.
        "/early" => (response.status(413), false),
        "/reset" => return respond.send_reset(Reason::INTERNAL_ERROR),
        "/http1" => return respond.send_reset(Reason::HTTP_1_1_REQUIRED),
        "/silent" => return std::future::pending().await,
        _ => (response.status(200).header("set-cookie", "a=1").header("set-cookie", "b=2"), true),
    };
    let Ok(mut stream) = respond.send_response(response.body(()).expect("a response"), false) else { return };
    let mut body = request.into_body();
    while let Some(Ok(piece)) = body.data().await.filter(|_| echo) {
        let _ = body.flow_control().release_capacity(piece.len());
        if stream.send_data(piece, false).is_err() {
            return;
        }
    }
    let _ = stream.send_data(Bytes::new(), true);
}

fn collection(behavior: &Value, items: &[Value]) -> Value {
    json!({"info": {"name": "c"}, "protocolProfileBehavior": behavior, "item": items})
}

fn post(url: &str, body: &str, test: &str) -> Value {
    json!({"name": url, "event": [{"listen": "test", "script": {"exec": [test]}}],
        "request": {"method": "POST", "url": url, "header": [{"key": "X-Up", "value": "1"}, {"key": "TE", "value": "gzip"}],
            "body": {"mode": "raw", "raw": body}}})
}

#[test]
fn tls_servers_are_asked_for_http2_where_the_collection_says_so() {
    let identity = Identity::new(&["localhost"]);
    let server = Http2::start(Some(&identity));
    let url = format!("https://localhost:{}", server.port);
    let items = [
        post(
            &format!("{url}/x?a=1"),
            "hello",
            "pm.test('echoed', () => { pm.response.to.have.status(200); pm.expect(pm.response.reason()).to.equal('OK');
             pm.expect(pm.response.text()).to.equal('hello'); pm.expect(pm.cookies.get('b')).to.equal('2');
             pm.expect(pm.request.headers.has('x-up')).to.be.true; pm.expect(pm.request.headers.has('Host')).to.be.false })",
        ),
        post(&format!("{url}/redirect"), "", "pm.test('followed', () => pm.response.to.have.status(200))"),
    ];
    for version in ["http2", "auto"] {
        let collection = collection(&json!({"protocolVersion": version}), &items);
        Postbud::run(&collection)
            .file("ca.pem", &identity.pem)
            .args(&["--ssl-extra-ca-certs", "ca.pem", "--verbose"])
            .go()
            .expect_code(0)
            .expect_shown("★ HTTP/2");
    }
    let seen = server.seen();
    let authority = format!("localhost:{}", server.port);
    assert_eq!(
        seen[0],
        format!(
            "0 POST {authority} /x?a=1 x-up content-type user-agent accept cache-control postman-token accept-encoding content-length"
        )
    );
    assert!(seen[1].starts_with(&format!("0 POST {authority} /redirect x-up")), "one connection: {seen:?}");
    assert!(seen[2].starts_with(&format!("0 GET {authority} /x x-up")) && seen[2].ends_with("referer"), "{seen:?}");

    // newman's HTTP/1.1 stays where nothing was said; this server has none.
    let ran = Postbud::run(&collection(&json!({}), &items)).arg("-k").go().expect_code(1);
    assert!(!ran.stdout.contains("HTTP/2"), "{}", ran.stdout);
    assert_eq!(server.seen().len(), 6, "nothing more was understood");
    Postbud::run(&collection(&json!({}), &items)).args(&["-k", "--http2"]).go().expect_code(0);
}

#[test]
fn a_server_without_http2_gets_http1() {
    let identity = Identity::new(&["localhost"]);
    let port = crate::tls::serve(server_config(&identity, None, rustls::ALL_VERSIONS));
    let item = json!({"name": "r", "request": format!("https://localhost:{port}/")});
    let run = |behavior: Value, word: &str| {
        Postbud::run(&collection(&behavior, std::slice::from_ref(&item))).args(&["-k", word]).go()
    };
    run(json!({}), "--http2").expect_code(0);
    run(json!({}), "--http2-prior-knowledge").expect_code(0);
    run(json!({"protocolVersion": "auto"}), "--verbose").expect_code(0);
    run(json!({"protocolVersion": "http1"}), "--http2").expect_code(0);
    let asked = run(json!({"protocolVersion": "http2"}), "--verbose").expect_code(0);
    assert!(!asked.stdout.contains("HTTP/2"), "{}", asked.stdout);
}

#[test]
fn http2_without_tls_has_to_be_known() {
    let server = Http2::start(None);
    let url = format!("http://127.0.0.1:{}", server.port);
    let items = [post(&format!("{url}/x"), "hi", "pm.test('t', () => pm.expect(pm.response.text()).to.equal('hi'))")];
    Postbud::run(&collection(&json!({}), &items)).arg("--http2-prior-knowledge").go().expect_code(0);
    assert_eq!(server.seen().len(), 1);
    // As in Postman, the setting is about TLS.
    Postbud::run(&collection(&json!({"protocolVersion": "http2"}), &items)).go().expect_code(1);
    assert_eq!(server.seen().len(), 1);
}

#[test]
fn large_bodies_travel_both_ways_at_once() {
    let server = Http2::start(None);
    let url = format!("http://127.0.0.1:{}", server.port);
    let size = 8_000_000;
    let items = [
        post(
            &format!("{url}/x"),
            &"x".repeat(size),
            &format!("pm.test('t', () => pm.expect(pm.response.text().length).to.equal({size}))"),
        ),
        post(&format!("{url}/early"), &"x".repeat(size), "pm.test('early', () => pm.response.to.have.status(413))"),
        post(&format!("{url}/x"), "after", "pm.test('after', () => pm.expect(pm.response.text()).to.equal('after'))"),
    ];
    Postbud::run(&collection(&json!({}), &items)).arg("--http2-prior-knowledge").go().expect_code(0);
}

#[test]
fn failures_of_streams_and_connections_are_told() {
    let server = Http2::start(None);
    let url = format!("http://127.0.0.1:{}", server.port);
    let ok = "pm.test('t', () => pm.response.to.have.status(200))";
    let items: Vec<_> = ["/reset", "/http1", "/silent", "/last", "/after"]
        .iter()
        .map(|path| {
            post(&format!("{url}{path}"), "x", if path.starts_with("/la") || *path == "/after" { ok } else { "" })
        })
        .collect();
    let ran = Postbud::run(&collection(&json!({}), &items))
        .args(&["--http2-prior-knowledge", "--timeout-request", "300"])
        .go()
        .expect_code(1);
    for text in [
        "HTTP/2 Stream closed with error code NGHTTP2_INTERNAL_ERROR",
        "HTTP/2 Stream closed with error code NGHTTP2_HTTP_1_1_REQUIRED",
        "set protocolVersion to http1",
        "ESOCKETTIMEDOUT",
    ] {
        assert!(ran.stdout.contains(text), "{text}: {}", ran.stdout);
    }
    assert_eq!(ran.stdout.matches("✓  t").count(), 2, "{}", ran.stdout);

    // A server that speaks HTTP/1.1 only.
    let server = crate::harness::Server::echo();
    Postbud::run(&collection(&json!({}), &[json!({"name": "r", "request": server.url()})]))
        .args(&["--http2-prior-knowledge", "--timeout-request", "2000"])
        .go()
        .expect_code(1)
        .expect_shown("perhaps it speaks HTTP/1.1 only");
}
