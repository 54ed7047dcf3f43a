//! What goes over the wire and what comes back, against scripted servers. Numbers like P42 name the probes recorded from newman.

use std::io::Write;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use super::*;
use crate::http::charset::text_of;
use crate::http::message::BodyKind;
use crate::http::testing::{Reply, Server, answer, request, run, send, send_with, with_body};
use crate::http::url::WireUrl;

mod proxied;
mod redirects;

fn ok(_: &crate::http::testing::Seen) -> Reply {
    answer("200 OK", b"{}")
}

/// What the server saw of one request.
#[track_caller]
fn probe(make: impl Fn(&Server) -> RequestSpec) -> String {
    let server = Server::new(ok);
    let spec = make(&server);
    send(&spec).unwrap();
    server.probes().remove(0)
}

/// What came of one answer.
fn answered(bytes: impl Into<Vec<u8>>) -> Result<Exchange, SendError> {
    let bytes = bytes.into();
    let server = Server::new(move |_| Reply::Close(bytes.clone()));
    send(&request("GET", &server.url("/"), &[]))
}

#[test]
fn headers_keep_order_case_and_duplicates() {
    let get = |headers: &'static [(&str, &str)]| probe(move |server| request("GET", &server.url("/x"), headers));
    assert_eq!(get(&[("b", "1"), ("Host", "h"), ("B2", "2")]), "GET /x HTTP/1.1 | b: 1 | Host: h | B2: 2");
    // P21, P22, P23, P24
    assert_eq!(
        get(&[("B", "1"), ("a", "2"), ("B", "3"), ("Host", "h")]),
        "GET /x HTTP/1.1 | B: 1 | B: 3 | a: 2 | Host: h"
    );
    assert_eq!(
        get(&[("X-A", "1"), ("B", "b"), ("x-a", "2"), ("Host", "h")]),
        "GET /x HTTP/1.1 | x-a: 2 | B: b | Host: h"
    );
    assert_eq!(get(&[("Accept", ""), ("host", "other")]), "GET /x HTTP/1.1 | Accept:  | host: other");
    assert_eq!(
        get(&[("Cookie", "a=1"), ("Cookie", "b=2"), ("Host", "h")]),
        "GET /x HTTP/1.1 | Cookie: a=1; b=2 | Host: h"
    );
    assert_eq!(get(&[("host", ""), ("Z", "é")]), "GET /x HTTP/1.1 | Host: B | Z: é");
    assert_eq!(get(&[]), "GET /x HTTP/1.1 | Host: B");
}

#[test]
fn bodies_are_framed_as_newman_frames_them() {
    let post = |kind, body: &'static str, content_type: Option<&'static str>, headers: &'static [(&str, &str)]| {
        probe(move |server| with_body(request("POST", &server.url("/"), headers), kind, body, content_type))
    };
    assert_eq!(
        post(BodyKind::Raw, "é", None, &[("Host", "h")]),
        "POST / HTTP/1.1 | Host: h | Content-Length: 2 | BODY Ã©"
    );
    // P02, P30
    assert_eq!(post(BodyKind::None, "", None, &[("Host", "h")]), "POST / HTTP/1.1 | Host: h | Content-Length: 0");
    // P33, P34
    let form = Some("application/x-www-form-urlencoded");
    assert_eq!(
        post(BodyKind::Urlencoded, "a=1", form, &[("Host", "h")]),
        "POST / HTTP/1.1 | Host: h | Content-Type: application/x-www-form-urlencoded | Content-Length: 3 | BODY a=1"
    );
    assert_eq!(
        post(BodyKind::Urlencoded, "a=1", form, &[("Content-Type", "application/json"), ("Host", "h")]),
        "POST / HTTP/1.1 | Content-Type: application/x-www-form-urlencoded | Host: h | Content-Length: 3 | BODY a=1"
    );
    // P38
    assert_eq!(
        post(BodyKind::File, "{}", Some("application/json"), &[("Host", "h")]),
        "POST / HTTP/1.1 | Host: h | Content-Length: 2 | Content-Type: application/json | BODY {}"
    );
    assert_eq!(
        post(BodyKind::Raw, "hello", None, &[("Transfer-Encoding", "chunked"), ("Host", "h")]),
        "POST / HTTP/1.1 | Transfer-Encoding: chunked | Host: h | Content-Length: 5 | BODY 5\r\nhello\r\n0\r\n\r\n"
    );
}

#[test]
fn a_length_given_by_the_user_is_sent_as_it_is() {
    let bytes = probe(|server| {
        with_body(
            request("POST", &server.url("/"), &[("Content-Length", "3"), ("Connection", "close")]),
            BodyKind::Raw,
            "hello",
            None,
        )
    });
    assert_eq!(bytes, "POST / HTTP/1.1 | Content-Length: 3 | Connection: close | Host: B | BODY hello");
}

#[test]
fn system_headers_can_be_switched_off() {
    // P25, and a body without any framing.
    let bytes = probe(|server| {
        let mut spec = with_body(request("POST", &server.url("/"), &[("A", "1")]), BodyKind::Raw, "x", None);
        spec.settings.disabled_system_headers = vec!["host".into(), "content-length".into()];
        spec
    });
    assert!(bytes.starts_with("POST / HTTP/1.1 | A: 1"), "{bytes}");
    assert!(!bytes.contains("Content-Length") && !bytes.contains("Host"), "{bytes}");
}

#[test]
fn userinfo_becomes_basic_unless_there_is_an_authorization() {
    // P09
    let with = |headers: &'static [(&str, &str)]| {
        probe(move |server| request("GET", &format!("http://u%40x:p q@{}/", server.address), headers))
    };
    assert_eq!(with(&[]), "GET / HTTP/1.1 | Host: B | Authorization: Basic dUB4OnAgcQ==");
    assert_eq!(with(&[("authorization", "x")]), "GET / HTTP/1.1 | authorization: x | Host: B");
}

#[test]
fn raw_targets_go_out_as_latin1() {
    // P59
    let bytes = probe(|server| {
        let mut spec = request("GET", &server.url("/"), &[("Host", "h")]);
        spec.url = WireUrl::parse(&server.url("/a{b}\"é?x='<>"), false).unwrap();
        spec.settings.encode_url = false;
        spec
    });
    assert_eq!(bytes, "GET /a{b}\"é?x='<> HTTP/1.1 | Host: h");
}

#[test]
fn answers_are_read_whole() {
    let exchange =
        answered("HTTP/1.1 201 Skapað\r\nA: b\r\na: \u{e9}\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nþrír")
            .unwrap();
    let response = &exchange.response;
    assert_eq!((response.code, response.reason.as_str(), response.http_version), (201, "Skapað", "1.1"));
    assert_eq!(text_of(response), "þrír");
    assert_eq!(response.header("A"), Some("Ã©"));
    // `HTTP/1.1 201 Skapað` and the empty line, then each line and its end, counted as JavaScript counts characters.
    assert_eq!(response.header_size, 8 + 5 + 6 + 4 + 6 + 7 + 41);
    assert_eq!((response.body_size, response.downloaded_size), (6, 6));

    let chunked =
        answered("HTTP/1.1 200\r\nTransfer-Encoding: chunked\r\n\r\n3;x\r\nabc\r\n1\r\nd\r\n0\r\nT: 1\r\n\r\n")
            .unwrap()
            .response;
    assert_eq!((&chunked.body[..], chunked.reason.as_str()), (&b"abcd"[..], "OK"));
    assert!(chunked.headers.iter().all(|header| header.name != "T"));

    let interim =
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 E\r\nA: 1\r\n\r\nHTTP/1.1 299 X\r\nContent-Length: 1\r\n\r\na";
    assert_eq!(answered(interim).unwrap().response.code, 299);
    // newman counts the reason it does not have.
    let unknown = answered("HTTP/1.1 299\r\nContent-Length: 0\r\n\r\n").unwrap().response;
    assert_eq!((unknown.reason.as_str(), unknown.header_size), ("", 45));
    let zero = answered("HTTP/1.1 000 X\r\nContent-Length: 0\r\n\r\n").unwrap().response;
    assert_eq!((zero.code, zero.header_size), (0, 35));
    let empty = answered("HTTP/1.0 204 No\r\nContent-Length: 5\r\n\r\n").unwrap().response;
    assert_eq!((empty.body.len(), empty.http_version), (0, "1.0"));
}

#[test]
fn compressed_answers_are_decoded_and_counted() {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(&[b'x'; 1000]).unwrap();
    let gzip = encoder.finish().unwrap();
    let head = format!("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {}\r\n\r\n", gzip.len());
    let response = answered([head.as_bytes(), &gzip].concat()).unwrap().response;
    assert_eq!(response.body.len(), 1000);
    assert_eq!((response.body_size, response.downloaded_size), (gzip.len() as u64, gzip.len() as u64));
    assert_eq!(response.header("content-encoding"), Some("gzip"));
    let head = head.replace("gzip", "GZIP");
    let response = answered([head.as_bytes(), &gzip].concat()).unwrap().response;
    assert_eq!((response.body.len(), response.body_size), (1000, gzip.len() as u64));
    let error = answered("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\nplain").unwrap_err();
    assert_eq!((error.message.as_str(), error.errno), ("incorrect header check", Some(-3)));
    assert!(error.request.is_some());
}

#[test]
fn broken_answers_fail_in_newmans_words() {
    for (bytes, expected, code) in [
        ("", "socket hang up", "ECONNRESET"),
        ("HTTP/1.1 200 OK\r\nA: b\r\n", "socket hang up", "ECONNRESET"),
        ("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nab", "aborted", "ECONNRESET"),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\na", "aborted", "ECONNRESET"),
        ("garbage\r\n\r\n", "Parse Error: Expected HTTP/, RTSP/ or ICE/", "HPE_INVALID_CONSTANT"),
        ("HTTP/1.1 2000 OK\r\n\r\n", "Parse Error: Invalid response status", "HPE_INVALID_STATUS"),
        (
            "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nabc",
            "Parse Error: Expected HTTP/, RTSP/ or ICE/",
            "HPE_INVALID_CONSTANT",
        ),
        (
            "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 1\r\n\r\nabc",
            "Parse Error: Data after `Connection: close`",
            "HPE_CLOSED_CONNECTION",
        ),
    ] {
        let error = answered(bytes).unwrap_err();
        assert_eq!((error.message.as_str(), error.code.as_deref()), (expected, Some(code)), "{bytes:?}");
    }
}

#[test]
fn unreachable_servers_fail_in_newmans_words() {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let error = send(&request("GET", &format!("http://127.0.0.1:{port}/"), &[])).unwrap_err();
    assert_eq!(error.message, format!("connect ECONNREFUSED 127.0.0.1:{port}"));
    assert_eq!((error.errno, error.address.as_deref(), error.port), (Some(-111), Some("127.0.0.1"), Some(port)));
    assert_eq!(error.request.unwrap().headers[0].value, format!("127.0.0.1:{port}"));
    let error = send(&request("GET", &format!("http://a.localhost:{port}/"), &[])).unwrap_err();
    assert_eq!(error.message, format!("connect ECONNREFUSED 127.0.0.1:{port}"));
    let error = send(&request("GET", "http://exa mple.com/", &[])).unwrap_err();
    assert_eq!((error.message.as_str(), error.errno), ("getaddrinfo ENOTFOUND exa mple.com", Some(-3008)));
    for (url, message) in [
        ("ftp://h/", "Invalid protocol: ftp:"),
        ("http:///", "Invalid URI \"http:///\""),
        ("http://127.0.0.1:99999/", "Port should be >= 0 and < 65536. Received type string ('99999')."),
    ] {
        assert_eq!(send(&request("GET", url, &[])).unwrap_err().message, message);
    }
}

#[test]
fn silence_ends_at_the_limit() {
    let timed = |bytes: &'static [u8]| {
        let server = Server::new(move |_| Reply::Stall(bytes.to_vec()));
        let mut spec = request("GET", &server.url("/"), &[]);
        spec.settings.timeout = Some(Duration::from_millis(30));
        send(&spec).unwrap_err()
    };
    assert_eq!(timed(b"").message, "ESOCKETTIMEDOUT");
    assert_eq!(timed(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\na").code.as_deref(), Some("ESOCKETTIMEDOUT"));
}

#[test]
fn localhost_is_tried_on_ipv6_first_and_keeps_its_name() {
    let server = Server::new(ok);
    let url = format!("http://x.localhost:{}/", server.address.port());
    send(&request("GET", &url, &[])).unwrap();
    assert_eq!(server.seen()[0].probe(), format!("GET / HTTP/1.1 | Host: x.localhost:{}", server.address.port()));
}

#[test]
fn connections_are_kept_and_a_stale_one_is_replaced() {
    let served = AtomicUsize::new(0);
    let server = Server::new(move |_| match served.fetch_add(1, Ordering::Relaxed) {
        // Promises to stay, and leaves.
        1 => Reply::Close(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}".to_vec()),
        _ => answer("200 OK", b"{}"),
    });
    let client = Client::new(ClientConfig::default()).unwrap();
    let jar = CookieJar::new();
    run(async {
        let spec = request("POST", &server.url("/"), &[]);
        let first = client.send(&spec, &jar).await.unwrap();
        assert!(first.timings.connect > Duration::ZERO && first.timings.total >= first.timings.first_byte);
        let second = client.send(&spec, &jar).await.unwrap();
        assert_eq!(second.timings.connect, Duration::ZERO);
        client.send(&spec, &jar).await.unwrap();
        let close = request("GET", &server.url("/"), &[("Connection", "close")]);
        client.send(&close, &jar).await.unwrap();
        client.send(&spec, &jar).await.unwrap();
    });
    assert_eq!(server.seen().iter().map(|seen| seen.connection).collect::<Vec<_>>(), [0, 0, 1, 1, 2]);
}

#[test]
fn an_upload_may_be_answered_before_its_end() {
    // The server answers the head and never reads the body.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        std::io::Read::read(&mut stream, &mut [0; 64]).unwrap();
        stream.write_all(b"HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\n\r\nno").unwrap();
        // Until the client is gone.
        let _ = std::io::copy(&mut stream, &mut std::io::sink());
    });
    let body = "x".repeat(50_000_000);
    let spec = with_body(request("POST", &format!("http://{address}/"), &[]), BodyKind::Raw, &body, None);
    let exchange = send(&spec).unwrap();
    assert_eq!((exchange.response.code, &exchange.response.body[..]), (413, &b"no"[..]));
}

#[test]
fn large_bodies_travel_both_ways() {
    let server = Server::new(|seen| {
        let body = seen.text.split_once("\r\n\r\n").unwrap().1.as_bytes().to_vec();
        answer("200 OK", &body)
    });
    let body = "0123456789abcdef".repeat(20_000);
    let spec = with_body(request("PUT", &server.url("/"), &[]), BodyKind::Raw, &body, None);
    assert_eq!(send(&spec).unwrap().response.body, body);
    let limited = ClientConfig { max_response_size: Some(1000), ..ClientConfig::default() };
    assert_eq!(send_with(limited, &spec).unwrap_err().message, "Maximum response size reached");
}

#[test]
fn hosts_can_be_connected_elsewhere_and_metadata_is_refused() {
    let server = Server::new(ok);
    let config = ClientConfig {
        connect_to: vec![ConnectTo::new("api.example.org", 80, "127.0.0.1", server.address.port())],
        deny_link_local: true,
        ..ClientConfig::default()
    };
    send_with(config.clone(), &request("GET", "http://api.example.org/x", &[])).unwrap();
    assert_eq!(server.probes(), ["GET /x HTTP/1.1 | Host: api.example.org"]);
    let error = send_with(config, &request("GET", "http://169.254.169.254/latest/meta-data/", &[])).unwrap_err();
    assert_eq!(error.message, "connect EACCES 169.254.169.254: link-local addresses are refused");
}

/// Question: what does one request cost on a kept connection, over what the kernel takes?
/// `POSTBUD_BENCH_PORT=9920 cargo test --release --lib http::client::tests::cost -- --ignored --nocapture` against an echo server.
#[test]
#[ignore = "measures; needs an echo server on POSTBUD_BENCH_PORT"]
fn cost_of_a_request() {
    let Ok(port) = std::env::var("POSTBUD_BENCH_PORT") else { return };
    let system = [
        ("User-Agent", "postbud/0.1.0"),
        ("Accept", "*/*"),
        ("Cache-Control", "no-cache"),
        ("Postman-Token", "6d1f0f7c-0a3f-4d0c-9a55-2f2b1c3d4e5f"),
        ("Accept-Encoding", "gzip, deflate, br"),
        ("Connection", "keep-alive"),
    ];
    let spec = request("GET", &format!("http://127.0.0.1:{port}/x?a=1"), &system);
    let client = Client::new(ClientConfig::default()).unwrap();
    let jar = CookieJar::new();
    run(async {
        for _ in 0..3 {
            let start = Instant::now();
            for _ in 0..20_000 {
                client.send(&spec, &jar).await.unwrap();
            }
            println!("{:.1} µs a request", start.elapsed().as_secs_f64() / 0.02);
        }
    });
}
