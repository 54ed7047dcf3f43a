//! Proxies of options and of the environment: HTTP, SOCKS, exceptions.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use crate::harness::{Answer, Postbud, Server};

/// A SOCKS proxy that connects every request to one server. With a user it asks for user and password (SOCKS 5).
struct Socks {
    port: u16,
    /// What was asked for: `version user host:port`.
    log: Arc<Mutex<Vec<String>>>,
}

impl Socks {
    fn start(upstream: u16, login: Option<(&'static str, &'static str)>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        let log = Arc::new(Mutex::new(Vec::new()));
        let shared = Arc::clone(&log);
        std::thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                let log = Arc::clone(&shared);
                std::thread::spawn(move || {
                    if let Ok(true) = greet(&mut stream, login, &log) {
                        let server = TcpStream::connect(("127.0.0.1", upstream)).expect("the server");
                        let (mut up, mut down) =
                            (server.try_clone().expect("a socket"), stream.try_clone().expect("a socket"));
                        std::thread::spawn(move || std::io::copy(&mut down, &mut up));
                        let _ = std::io::copy(&mut &server, &mut stream);
                    }
                });
            }
        });
        Self { port, log }
    }

    fn seen(&self) -> Vec<String> {
        self.log.lock().expect("no panic while logging").clone()
    }
}

fn take<const N: usize>(stream: &mut TcpStream) -> std::io::Result<[u8; N]> {
    let mut bytes = [0; N];
    stream.read_exact(&mut bytes)?;
    Ok(bytes)
}

fn text(stream: &mut TcpStream, length: u8) -> std::io::Result<String> {
    let mut bytes = vec![0; length.into()];
    stream.read_exact(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn until_zero(stream: &mut TcpStream) -> std::io::Result<String> {
    let mut out = String::new();
    loop {
        match take::<1>(stream)? {
            [0] => return Ok(out),
            [byte] => out.push(char::from(byte)),
        }
    }
}

/// The proxy's half of the greeting; whether it connects.
fn greet(stream: &mut TcpStream, login: Option<(&str, &str)>, log: &Mutex<Vec<String>>) -> std::io::Result<bool> {
    let note = |line: String| log.lock().expect("no panic while logging").push(line);
    let [version] = take(stream)?;
    if version == 4 {
        let [_, high, low, a, b, c, d] = take(stream)?;
        let user = until_zero(stream)?;
        let host = if [a, b, c] == [0; 3] { until_zero(stream)? } else { format!("{a}.{b}.{c}.{d}") };
        note(format!("4 {user} {host}:{}", u16::from_be_bytes([high, low])));
        stream.write_all(&[0, 90, 0, 0, 0, 0, 0, 0])?;
        return Ok(true);
    }
    let [methods] = take(stream)?;
    text(stream, methods)?;
    let mut user = String::new();
    if let Some((name, password)) = login {
        stream.write_all(&[5, 2])?;
        let [_, length] = take(stream)?;
        user = text(stream, length)?;
        let [length] = take(stream)?;
        let good = text(stream, length)? == password && user == name;
        stream.write_all(&[1, u8::from(!good)])?;
        if !good {
            return Ok(false);
        }
    } else {
        stream.write_all(&[5, 0])?;
    }
    let [_, _, _, kind] = take(stream)?;
    let host = match kind {
        1 => take::<4>(stream)?.map(|byte| byte.to_string()).join("."),
        3 => {
            let [length] = take(stream)?;
            text(stream, length)?
        }
        _ => format!("[{}]", std::net::Ipv6Addr::from(take::<16>(stream)?)),
    };
    let port = u16::from_be_bytes(take(stream)?);
    note(format!("5 {user} {host}:{port}"));
    // A name that this proxy does not reach.
    let refused = host == "refused.example.no";
    stream.write_all(&[5, if refused { 5 } else { 0 }, 0, 1, 0, 0, 0, 0, 0, 0])?;
    Ok(!refused)
}

fn collection(url: &str) -> Value {
    let test = "pm.test('ok', () => pm.response.to.have.status(200))";
    json!({"info": {"name": "c"}, "item": [{"name": "r", "request": url, "event": [{"listen": "test", "script": {"exec": [test]}}]}]})
}

#[test]
fn socks_proxies_of_every_kind() {
    let server = Server::echo();
    let proxy = Socks::start(server.port, None);
    for scheme in ["socks5h", "socks", "socks4a", "socks5", "socks4"] {
        // Names go to the proxy, or are looked up here.
        let host = if matches!(scheme, "socks5" | "socks4") { "127.0.0.1" } else { "api.example.no" };
        Postbud::run(&collection(&format!("http://{host}:81/x")))
            .args(&["--proxy", &format!("{scheme}://127.0.0.1:{}", proxy.port)])
            .go()
            .expect_code(0);
    }
    let expected =
        ["5  api.example.no:81", "5  api.example.no:81", "4  api.example.no:81", "5  127.0.0.1:81", "4  127.0.0.1:81"];
    assert_eq!(proxy.seen(), expected);
    // Behind it, the request is that of no proxy at all.
    assert_eq!(
        (server.requests()[0].target.as_str(), server.requests()[0].header("host")),
        ("/x", Some("api.example.no:81"))
    );
}

#[test]
fn socks_proxies_ask_for_a_password_and_say_no() {
    let server = Server::echo();
    let proxy = Socks::start(server.port, Some(("me", "p@ss")));
    let run = |login: &str, host: &str| {
        Postbud::run(&collection(&format!("http://{host}/x")))
            .args(&["--proxy", &format!("socks5h://{login}127.0.0.1:{}", proxy.port)])
            .go()
    };
    run("me:p%40ss@", "api.example.no").expect_code(0);
    assert_eq!(proxy.seen(), ["5 me api.example.no:80"]);
    let ran = run("me:wrong@", "api.example.no").expect_code(1).expect_shown("the SOCKS proxy did not connect to");
    assert!(!ran.stdout.contains("wrong"), "{}", ran.stdout);
    run("me:p%40ss@", "refused.example.no").expect_code(1).expect_shown("refused.example.no:80");
    run("", "api.example.no").expect_code(1).expect_shown("the SOCKS proxy did not connect to");
}

#[test]
fn https_goes_through_socks_and_tunnels() {
    let identity = crate::tls::Identity::new(&["api.example.no"]);
    let port = crate::tls::serve(crate::tls::server_config(&identity, None, rustls::ALL_VERSIONS));
    let proxy = Socks::start(port, None);
    Postbud::run(&collection("https://api.example.no/x"))
        .file("ca.pem", &identity.pem)
        .args(&["--ssl-extra-ca-certs", "ca.pem", "--proxy", &format!("socks5h://127.0.0.1:{}", proxy.port)])
        .go()
        .expect_code(0);
    assert_eq!(proxy.seen(), ["5  api.example.no:443"]);
}

#[test]
fn options_go_before_the_environment() {
    let (proxy, other) = (Server::echo(), Server::start(|_| Answer::new(500, "")));
    let run = |words: &[&str]| {
        Postbud::run(&collection("http://api.example.no/x"))
            .env("HTTP_PROXY", &other.url())
            .env("http_proxy", &other.url())
            .env("NO_PROXY", "other.example.no")
            .args(words)
            .go()
    };
    run(&[]).expect_code(1);
    assert_eq!(other.requests().len(), 1);
    let login = format!("http://me:p%20w@127.0.0.1:{}", proxy.port);
    run(&["--proxy", &login]).expect_code(0);
    let seen = &proxy.requests()[0];
    assert_eq!(
        (seen.target.as_str(), seen.header("proxy-authorization")),
        ("http://api.example.no/x", Some("Basic bWU6cCB3"))
    );
    // Reached directly: there is no such host.
    for list in ["*", "example.no", "x.example, .example.no:80"] {
        run(&["--proxy", &login, "--no-proxy", list]).expect_code(1);
    }
    run(&["--proxy", &login, "--no-proxy", "example.no:81,ample.no"]).expect_code(0);
    assert_eq!((proxy.requests().len(), other.requests().len()), (2, 1));
    for (wrong, text) in
        [("ftp://h:1", "Invalid protocol: ftp:"), ("http://h:99999", "99999"), ("socks5://", "expected http://")]
    {
        run(&["--proxy", wrong]).expect_code(2).expect_shown("--proxy").expect_shown(text);
    }
}
