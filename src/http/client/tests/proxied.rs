//! Through proxies.

use super::*;

fn config(server: &Server, userinfo: &str) -> ClientConfig {
    let proxy = Some(format!("{userinfo}{}", server.address));
    ClientConfig { proxies: Proxies { http: proxy.clone(), https: proxy, no_proxy: None }, ..ClientConfig::default() }
}

#[test]
fn http_goes_in_absolute_form() {
    let server = Server::new(ok);
    send_with(config(&server, "u:p%40@"), &request("GET", "http://user:x@h.example:81/a?b", &[])).unwrap();
    assert_eq!(
        server.probes(),
        [
            "GET http://h.example:81/a?b HTTP/1.1 | Host: h.example:81 | Authorization: Basic dXNlcjp4 | Proxy-Authorization: Basic dTpwQA=="
        ]
    );
}

#[test]
fn https_asks_for_a_tunnel_and_tells_little() {
    let server = Server::new(|_| answer("407 Who", b""));
    let headers = [("User-Agent", "me"), ("Authorization", "secret"), ("X", "1"), ("Proxy-Authorization", "own")];
    let error = send_with(config(&server, ""), &request("GET", "https://h.example/a", &headers)).unwrap_err();
    assert_eq!(error.message, "tunneling socket could not be established, statusCode=407");
    assert_eq!(error.code.as_deref(), Some("ECONNRESET"));
    assert_eq!(
        server.probes(),
        ["CONNECT h.example:443 HTTP/1.1 | User-Agent: me | Proxy-Authorization: own | host: h.example:443"]
    );
    assert!(error.request.unwrap().headers.iter().all(|header| !header.is("proxy-authorization")));
}

#[test]
fn a_request_may_ask_for_a_tunnel_for_http_too() {
    let server = Server::new(|seen| {
        if seen.text.starts_with("CONNECT") {
            Reply::Keep(b"HTTP/1.1 200 Yes\r\n\r\n".to_vec())
        } else {
            answer("200 OK", b"{}")
        }
    });
    let mut spec = request("GET", "http://h.example/a", &[]);
    spec.settings.proxy = Some(server.url(""));
    spec.settings.proxy_tunnel = true;
    send(&spec).unwrap();
    assert_eq!(
        server.probes(),
        ["CONNECT h.example:80 HTTP/1.1 | host: h.example:80", "GET /a HTTP/1.1 | Host: h.example"]
    );
    let denied = ClientConfig { deny_link_local: true, ..config(&server, "") };
    assert!(
        send_with(denied, &request("GET", "http://169.254.169.254/", &[])).unwrap_err().message.contains("link-local")
    );
}

#[test]
fn a_proxy_that_is_not_there() {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let mut spec = request("GET", "https://h.example/", &[]);
    spec.settings.proxy = Some(format!("http://127.0.0.1:{port}"));
    let error = send(&spec).unwrap_err();
    let refused = format!("connect ECONNREFUSED 127.0.0.1:{port}");
    assert_eq!(error.message, format!("tunneling socket could not be established, cause={refused}"));
    spec.url = WireUrl::parse("http://h.example/", true).unwrap();
    let error = send(&spec).unwrap_err();
    assert_eq!(error.message, refused);
    assert!(error.hint.unwrap().contains("proxy"));
}
