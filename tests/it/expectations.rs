//! `expect:` and `retry:` of postbud.yaml, as a user sees them.

use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value, json};

use crate::harness::{Answer, Postbud, Ran, Server};

fn collection(server: &Server, method: &str) -> Value {
    json!({"info": {"name": "c"}, "item": [{"name": "a", "request": {"method": method, "url": server.url()}}]})
}

fn run(server: &Server, method: &str, yaml: &str, files: &[(&str, &str)]) -> Ran {
    let call = Postbud::run(&collection(server, method)).file("postbud.yaml", yaml);
    let call = files.iter().fold(call, |call, (name, text)| call.file(name, text));
    call.args(&["-r", "cli,junit", "--reporter-junit-export", "r.xml"]).go()
}

#[test]
fn a_body_has_to_fit_its_schema() {
    let server = Server::start(|_| Answer::json(200, &json!({"ids": ["a", 2, true], "extra": {"x": null}})));
    let good = "expect:\n  a: {json_schema: s.json}\n";
    let schema = r#"{"type": "object", "required": ["ids"], "properties": {"ids": {"type": "array", "minItems": 3}}}"#;
    let ran = run(&server, "GET", good, &[("s.json", schema)]).expect_code(0);
    assert!(ran.file("r.xml").contains("body fits s.json"), "{}", ran.file("r.xml"));
    let inline = "expect:\n  a:\n    json_schema: {title: three names, required: [total], properties: {ids: {items: {type: string}}, extra: {$ref: '#/$defs/text'}}, $defs: {text: {type: string}}}\n";
    let ran = run(&server, "GET", inline, &[]).expect_code(1);
    for text in ["body fits three names", "/ids/1: ", "/ids/2: ", "/extra: ", "\"total\" is a required property"] {
        assert!(ran.stdout.contains(text), "{text}: {}", ran.stdout);
        assert!(ran.file("r.xml").replace("&quot;", "\"").contains(text), "{text}: {}", ran.file("r.xml"));
    }
    let text = Server::start(|_| Answer::new(200, "no JSON"));
    let ran = run(&text, "GET", good, &[("s.json", schema)]).expect_code(1);
    assert!(ran.stdout.contains("to be JSON but it is not"), "{}", ran.stdout);
    let ran = run(&server, "GET", good, &[("s.json", "{")]).expect_code(2);
    assert!(ran.stderr.contains("s.json: is no JSON") && ran.stderr.contains("2:20"), "{}", ran.stderr);
}

/// A server that answers the first requests with a status, then 200.
fn failing(times: usize, status: u16) -> Server {
    let seen = AtomicUsize::new(0);
    Server::start(move |_| {
        let good = seen.fetch_add(1, Ordering::SeqCst) >= times;
        Answer::json(if good { 200 } else { status }, &json!({})).header("Retry-After", "0")
    })
}

#[test]
fn what_passes_by_itself_is_sent_again_and_seen() {
    let server = failing(2, 503);
    let ran = run(&server, "GET", "expect_success: true\nrun: {strict: true}\nretry: 2\n", &[]).expect_code(0);
    assert_eq!(server.requests().len(), 3);
    assert!(ran.stdout.contains("a: 503 X; tried again"), "{}", ran.stdout);
    assert!(ran.file("r.xml").contains("a: 503 X; tried again"), "{}", ran.file("r.xml"));

    for (yaml, method, status, sent) in [
        ("retry: 1\n", "GET", 503, 2),
        ("retry: 3\n", "GET", 500, 1),
        ("retry: 3\n", "GET", 400, 1),
        ("retry: 3\n", "POST", 503, 1),
        ("retry: {times: 1, methods: [post]}\n", "POST", 503, 2),
        ("retry: {requests: other/**}\n", "GET", 503, 1),
        ("retry: {requests: a, status: 5xx}\n", "GET", 500, 3),
        ("", "GET", 503, 1),
    ] {
        let server = failing(9, status);
        run(&server, method, &format!("expect_success: true\n{yaml}"), &[]).expect_code(1);
        assert_eq!(server.requests().len(), sent, "{yaml} {method} {status}");
    }
}

#[test]
fn a_lost_connection_is_tried_again() {
    let closed = std::net::TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address");
    let request = json!({"method": "GET", "url": format!("http://{closed}/")});
    let collection = json!({"info": {"name": "c"}, "item": [{"name": "a", "request": request}]});
    let ran = Postbud::run(&collection).file("postbud.yaml", "retry: {times: 2, every: 10ms}\n").go().expect_code(1);
    assert!(ran.stdout.matches("ECONNREFUSED").count() >= 3, "{}", ran.stdout);
    assert!(ran.stdout.contains("; tried again (2 times)"), "{}", ran.stdout);
    // Only the last of them is a failure.
    assert!(ran.stdout.contains("requests │        3 │        1"), "{}", ran.stdout);
}
