//! Redirects.

use super::*;

/// Redirects by path; everything else is answered with 200.
fn server() -> Server {
    Server::new(|seen| {
        let path = seen.text.split(' ').nth(1).unwrap_or_default();
        match path.strip_prefix("/r").and_then(|rest| rest.split_once('?')) {
            Some((code, location)) => {
                answer(&format!("{code} R\r\nLocation: {location}\r\nSet-Cookie: j={code}; Path=/"), b"gone")
            }
            None => answer("200 OK", b"{}"),
        }
    })
}

#[test]
fn post_becomes_get_and_loses_its_body() {
    // P42
    let server = server();
    let headers = [
        ("X", "1"),
        ("Host", "mine"),
        ("Authorization", "Basic dTpw"),
        ("Content-Type", "text/plain"),
        ("Accept", "*/*"),
    ];
    let mut spec = with_body(request("POST", &server.url("/r302?/next"), &headers), BodyKind::Raw, "x", None);
    spec.settings.cookies = false;
    let exchange = send(&spec).unwrap();
    assert_eq!(
        server.probes(),
        [
            "POST /r302?/next HTTP/1.1 | X: 1 | Host: mine | Authorization: Basic dTpw | Content-Type: text/plain | Accept: */* \
             | Content-Length: 1 | BODY x",
            "GET /next HTTP/1.1 | X: 1 | Authorization: Basic dTpw | Accept: */* | Referer: http://B/r302?/next | Host: B",
        ]
    );
    assert_eq!(exchange.request.method, "POST");
    assert_eq!(exchange.hops.len(), 1);
    assert_eq!(
        (exchange.hops[0].0.method.as_str(), exchange.hops[0].1.code, &exchange.hops[0].1.body[..]),
        ("GET", 302, &b"gone"[..])
    );
}

#[test]
fn a_307_keeps_method_and_body() {
    // P43
    let server = server();
    let form = Some("application/x-www-form-urlencoded");
    let mut spec =
        with_body(request("POST", &server.url("/r307?/next"), &[("Accept", "*/*")]), BodyKind::Urlencoded, "a=1", form);
    spec.settings.cookies = false;
    send(&spec).unwrap();
    assert_eq!(
        server.probes()[1],
        "POST /next HTTP/1.1 | Accept: */* | Content-Type: application/x-www-form-urlencoded | Content-Length: 3 \
         | Referer: http://B/r307?/next | Host: B | BODY a=1"
    );
    let mut spec = with_body(
        request("PUT", &server.url("/r301?/next"), &[]),
        BodyKind::Formdata,
        "--X--",
        Some("multipart/form-data; boundary=X"),
    );
    spec.settings.cookies = false;
    spec.settings.follow_original_method = true;
    spec.settings.remove_referer = true;
    send(&spec).unwrap();
    assert_eq!(
        server.probes()[3],
        "PUT /next HTTP/1.1 | Host: B | Content-Type: multipart/form-data; boundary=X | Content-Length: 5 | BODY --X--"
    );
}

#[test]
fn another_host_name_drops_authorization_alone() {
    // P44, P46: the jar has nothing for the new host, so the old cookies go with it.
    let server = server();
    let port = server.address.port();
    let headers = [("X-Key", "k"), ("Cookie", "u=1"), ("Authorization", "Bearer T")];
    let spec = request("GET", &server.url(&format!("/r302?http://localhost:{port}/next")), &headers);
    let client = Client::new(ClientConfig::default()).unwrap();
    let jar = CookieJar::new();
    jar.store(&spec.url, "j=1; Path=/");
    run(client.send(&spec, &jar)).unwrap();
    let probes = server.probes();
    assert!(probes[0].ends_with("| Cookie: u=1; j=1 | Authorization: Bearer T | Host: B"), "{}", probes[0]);
    assert_eq!(
        probes[1],
        format!(
            "GET /next HTTP/1.1 | X-Key: k | Cookie: u=1; j=1 | Referer: http://B/r302?http://localhost:{port}/next | Host: localhost:{port}"
        )
    );
    let mut spec = spec;
    spec.settings.follow_authorization = true;
    send(&spec).unwrap();
    assert!(server.probes()[3].contains("Authorization: Bearer T"));
}

#[test]
fn each_hop_stores_and_sends_cookies() {
    // P45
    let server = server();
    send(&request("GET", &server.url("/r303?/x"), &[("cookie", "u=1")])).unwrap();
    assert!(server.probes()[1].contains("| cookie: u=1; j=303 |"), "{}", server.probes()[1]);
}

#[test]
fn limits_and_bad_locations() {
    let server = server();
    let message = |path: &str, limit| {
        let mut spec = request("GET", &server.url(path), &[]);
        spec.settings.max_redirects = limit;
        send(&spec).map_err(|error| error.message)
    };
    let url = server.url("/r302?/r302?/x");
    assert_eq!(
        message("/r302?/x", 0).unwrap_err(),
        format!("Exceeded maxRedirects. Probably stuck in a redirect loop {}", server.url("/r302?/x"))
    );
    assert_eq!(message("/r302?/r302?/x", 2).unwrap().hops.len(), 2);
    assert!(message("/r302?/r302?/x", 1).unwrap_err().ends_with(&url[url.len() - 8..]));
    assert_eq!(message("/r302?ftp://h/", 9).unwrap_err(), "Invalid protocol: ftp:");
    assert_eq!(
        message("/r302?http:///", 9).unwrap_err(),
        "Invalid URI \"http:///\". This can be caused by a crappy redirection."
    );
    assert_eq!(message("/r399?/x", 9).unwrap().response.code, 200);
    let mut spec = request("GET", &server.url("/r302?/x"), &[]);
    spec.settings.follow_redirects = false;
    assert_eq!(send(&spec).unwrap().response.code, 302);
}

#[test]
fn nobody_waits_for_the_body_of_a_redirect() {
    let server = Server::new(|seen| match seen.connection {
        0 => Reply::Close(b"HTTP/1.1 302 R\r\nLocation: /x\r\nContent-Length: 99\r\n\r\nshort".to_vec()),
        _ => answer("200 OK", b"{}"),
    });
    assert_eq!(send(&request("GET", &server.url("/"), &[])).unwrap().response.code, 200);
}

#[test]
fn a_redirect_counts_whatever_comes_after_its_head() {
    // A body after the head of an answer to HEAD.
    let server = Server::new(|seen| {
        let status = if seen.text.starts_with("HEAD /from") { "302 Found\r\nLocation: /to" } else { "200 OK" };
        answer(status, if status.starts_with('3') { b"{}" } else { b"" })
    });
    let exchange = send(&request("HEAD", &server.url("/from"), &[])).unwrap();
    assert_eq!((exchange.response.code, exchange.hops.len()), (200, 1));
}
