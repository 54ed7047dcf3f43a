//! What goes over the wire, and what scripts see of it.

use std::io::Write;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::harness::{Answer, Postbud, Server};

fn get(name: &str, url: &str, script: &str) -> Value {
    json!({"name": name, "request": {"url": url}, "event": [{"listen": "test", "script": {"exec": [script]}}]})
}

fn collection(items: &[Value]) -> Value {
    json!({"info": {"name": "c"}, "item": items})
}

#[test]
fn redirects_are_followed_unless_asked() {
    let server = Server::start(|request| match request.target.as_str() {
        "/from" => Answer::new(302, "").header("Location", "/to"),
        "/loop" => Answer::new(302, "").header("Location", "/loop"),
        _ => Answer::new(200, "there"),
    });
    let items = [get("r", &format!("{}/from", server.url()), "pm.test('code', () => pm.response.to.have.status(200))")];
    Postbud::run(&collection(&items)).go().expect_code(0);
    Postbud::run(&collection(&items)).arg("--ignore-redirects").go().expect_code(1).expect_shown("but got 302");
    let endless = [get("r", &format!("{}/loop", server.url()), "")];
    Postbud::run(&collection(&endless)).go().expect_code(1).expect_shown("redirect");
}

#[test]
fn cookies_live_from_request_to_request() {
    let server = Server::start(|request| match request.target.as_str() {
        "/in" => Answer::new(200, "").header("Set-Cookie", "sid=42; Path=/; HttpOnly"),
        _ => Answer::new(200, request.header("cookie").unwrap_or("none").to_owned()),
    });
    let url = server.url();
    let items = [
        get("in", &format!("{url}/in"), "pm.test('seen', () => pm.expect(pm.cookies.get('sid')).to.equal('42'))"),
        get("out", &format!("{url}/out"), "pm.test('sent', () => pm.expect(pm.response.text()).to.equal('sid=42'))"),
    ];
    Postbud::run(&collection(&items)).go().expect_code(0);
}

#[test]
fn the_cookie_jar_is_open_to_scripts() {
    let server = Server::start(|request| Answer::new(200, request.header("cookie").unwrap_or("none").to_owned()));
    let url = format!("{}/", server.url());
    let script = format!(
        "const jar = pm.cookies.jar(); jar.set('{url}', 'own', 'v', () => jar.getAll('{url}', (e, all) => \
         pm.test('set', () => pm.expect(all.count()).to.equal(1))))"
    );
    let items = [
        get("a", &url, &script),
        get("b", &url, "pm.test('sent', () => pm.expect(pm.response.text()).to.equal('own=v'))"),
    ];
    Postbud::run(&collection(&items)).go().expect_code(0).expect_shown("✓  set");
}

#[test]
fn compressed_bodies_are_unpacked() {
    let server = Server::start(|_| {
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        packed.write_all(br#"{"packed": true}"#).expect("memory");
        Answer::new(200, packed.finish().expect("memory"))
            .header("Content-Encoding", "gzip")
            .header("Content-Type", "application/json")
    });
    let items = [get("r", &server.url(), "pm.test('json', () => pm.expect(pm.response.json().packed).to.be.true)")];
    Postbud::run(&collection(&items)).go().expect_code(0);
    let accepted = server.requests()[0].header("accept-encoding").unwrap_or_default().to_owned();
    assert!(accepted.contains("gzip"), "{accepted}");
}

#[test]
fn forms_carry_files() {
    let server = Server::echo();
    let request = json!({"method": "POST", "url": server.url(), "body": {"mode": "formdata", "formdata": [
        {"key": "text", "value": "{{v}}", "type": "text"},
        {"key": "off", "value": "x", "type": "text", "disabled": true},
        {"key": "upload", "type": "file", "src": "files/a.txt"}]}});
    let collection = collection(&[json!({"name": "r", "request": request})]);
    let run = || Postbud::run(&collection).file("files/a.txt", "content of a").args(&["--env-var", "v=æøå"]);
    run().go().expect_code(0);
    let sent = &server.requests()[0];
    let boundary = sent.header("content-type").and_then(|text| text.split_once("boundary=")).expect("a boundary").1;
    let body = sent.text();
    assert_eq!(body.matches(boundary).count(), 3, "{body}");
    assert!(body.contains("name=\"text\"\r\n\r\næøå\r\n"), "{body}");
    assert!(
        body.contains("name=\"upload\"; filename=\"a.txt\"\r\nContent-Type: text/plain\r\n\r\ncontent of a"),
        "{body}"
    );
    assert!(!body.contains("\"off\""), "{body}");

    // A file outside of the working directory is not read where that is forbidden.
    run().file("inside/x", "").args(&["--working-dir", "inside", "--no-insecure-file-read"]).go();
    let body = server.requests()[1].text();
    assert!(!body.contains("content of a"), "{body}");
}

#[test]
fn scripts_send_requests_of_their_own() {
    let server = Server::echo();
    let url = server.url();
    let script = format!(
        "pm.sendRequest({{url: '{url}/own', method: 'PUT', header: {{'X-Own': 'yes'}}, body: {{mode: 'raw', raw: 'hello'}}}}, \
         (error, response) => pm.test('own', () => {{ pm.expect(error).to.be.null; \
         pm.expect(response.json().body).to.equal('hello') }}));\n\
         const again = await pm.sendRequest('{url}/awaited');\n\
         pm.test('awaited', () => pm.expect(again.code).to.equal(200));"
    );
    let ran = Postbud::run(&collection(&[get("r", &format!("{url}/item"), &script)])).go().expect_code(0);
    assert!(ran.stdout.contains("✓  own") && ran.stdout.contains("✓  awaited"), "{}", ran.stdout);
    let requests = server.requests();
    let own = requests.iter().find(|request| request.target == "/own").expect("it was sent");
    assert_eq!((own.method.as_str(), own.header("x-own")), ("PUT", Some("yes")));
    assert_eq!(requests.len(), 3);
}

#[test]
fn headers_of_the_command_line_are_on_every_request() {
    let server = Server::echo();
    let items = [get("a", &server.url(), ""), get("b", &server.url(), "")];
    Postbud::run(&collection(&items)).args(&["--header", "X-Key: value", "-H", "Other:2"]).go().expect_code(0);
    for request in server.requests() {
        assert_eq!((request.header("x-key"), request.header("other")), (Some("value"), Some("2")));
    }
}

#[test]
fn a_host_may_live_elsewhere() {
    let server = Server::echo();
    let items = [get("r", "http://api.example.no/x", "pm.test('ok', () => pm.response.to.have.status(200))")];
    let rule = format!("api.example.no:80:127.0.0.1:{}", server.port);
    Postbud::run(&collection(&items)).args(&["--connect-to", &rule]).go().expect_code(0);
    assert_eq!(server.requests()[0].header("host"), Some("api.example.no"));
}

#[test]
fn a_proxy_of_the_environment_is_used() {
    let proxy = Server::echo();
    let items = [get("r", "http://api.example.no/x", "pm.test('ok', () => pm.response.to.have.status(200))")];
    Postbud::run(&collection(&items))
        .env("HTTP_PROXY", &proxy.url())
        .env("http_proxy", &proxy.url())
        .go()
        .expect_code(0);
    assert_eq!(proxy.requests()[0].target, "http://api.example.no/x");
}

#[test]
fn requests_wait_as_long_as_asked() {
    let server = Server::echo();
    let items = [get("a", &server.url(), ""), get("b", &server.url(), "")];
    let started = Instant::now();
    Postbud::run(&collection(&items)).args(&["--delay-request", "150"]).go().expect_code(0);
    assert!(started.elapsed() >= Duration::from_millis(300));
}

/// A server that never answers.
fn silent() -> Server {
    Server::start(|_| -> Answer {
        loop {
            std::thread::park();
        }
    })
}

#[test]
fn a_request_without_an_answer_times_out_and_the_run_goes_on() {
    let (silent, server) = (silent(), Server::echo());
    let items = [get("a", &silent.url(), ""), get("b", &server.url(), "pm.test('ran', () => {})")];
    let ran = Postbud::run(&collection(&items)).args(&["--timeout-request", "100"]).go().expect_code(1);
    assert!(ran.stdout.contains("ESOCKETTIMEDOUT") && ran.stdout.contains("✓  ran"), "{}", ran.stdout);
}

#[test]
fn the_limit_of_the_whole_run_ends_it_with_reports() {
    let silent = silent();
    let items = [get("a", &silent.url(), ""), get("b", &silent.url(), "")];
    let words = ["--timeout", "200", "-r", "cli,junit", "--reporter-junit-export", "r.xml"];
    let ran = Postbud::run(&collection(&items)).args(&words).go().expect_code(1);
    roxmltree::Document::parse(&ran.file("r.xml")).expect("well-formed");
    assert!(silent.requests().len() == 1 && ran.stderr.contains("timed out"), "{}", ran.stderr);
}

#[test]
fn authorizations_that_are_not_there_say_so() {
    let server = Server::echo();
    let item = json!({"name": "r", "request": {"url": server.url(), "auth": {"type": "quantum", "quantum": []}}});
    let ran = Postbud::run(&collection(&[item])).go();
    let both = format!("{}{}", ran.stdout, ran.stderr);
    assert!(both.contains("quantum"), "{both}");
}
