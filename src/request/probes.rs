//! The measured wire probes (`P01`…) that concern how a request is built, on the [`RequestSpec`] instead of a socket.

use std::collections::HashMap;
use std::fmt::Write as _;

use serde_json::{Value, json};

use super::{Author, BuildOptions, Built, build, keeps_body, settings};
use crate::collection::Request;
use crate::http::message::{RequestSpec, SendSettings};

const SYSTEM: [&str; 7] =
    ["User-Agent", "Accept", "Cache-Control", "Postman-Token", "Host", "Accept-Encoding", "Connection"];

/// `METHOD target | Header: value | SYS | + Content-Type of the client | BODY "text"`.
pub(super) fn wire_form(spec: &RequestSpec) -> String {
    let mut out = format!("{} {}", spec.method, spec.url.target());
    let mut system: Vec<&str> = Vec::new();
    let flush = |out: &mut String, system: &mut Vec<&str>| match system.len() {
        0 => {}
        7 => {
            out.push_str(" | SYS");
            system.clear();
        }
        _ => {
            let _ = write!(out, " | [{}]", system.join(", "));
            system.clear();
        }
    };
    for header in &spec.headers {
        if header.system && SYSTEM.contains(&header.name.as_str()) {
            system.push(&header.name);
        } else {
            flush(&mut out, &mut system);
            let _ = write!(out, " | {}: {}", header.name, header.value);
        }
    }
    flush(&mut out, &mut system);
    if let (Some(content_type), Some(_)) = (&spec.content_type, &spec.body) {
        let _ = write!(out, " | + Content-Type: {content_type}");
    }
    if let Some(body) = &spec.body {
        let _ = write!(out, " | BODY {}", Value::String(String::from_utf8_lossy(body).into_owned()));
    }
    out
}

/// Builds an item (`{request, protocolProfileBehavior}`, or a request) with files from a folder that has those of the probes.
fn built(item: &Value, author: Author) -> Built {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, content) in [("f1.txt", &b"file-content\n"[..]), ("j.json", b"{\"a\":1}"), ("b.bin", b"\x00\x01\xff")] {
        std::fs::write(folder.path().join(name), content).expect("a file");
    }
    let none = serde_json::Map::new();
    let behavior = item.get("protocolProfileBehavior").and_then(Value::as_object).unwrap_or(&none);
    let files = HashMap::new();
    let options = BuildOptions {
        settings: settings(&SendSettings::default(), behavior),
        keep_body: keeps_body(behavior),
        author,
        working_dir: folder.path().to_owned(),
        ..BuildOptions::new(&files)
    };
    let mut request = Request::from_value(item.get("request").unwrap_or(item));
    request.map_strings(&mut |_| None);
    build(&request, &options)
}

#[track_caller]
fn wire(item: &Value, expected: &str) {
    let built = built(item, Author::Collection);
    assert_eq!(built.error, None);
    assert_eq!(wire_form(&built.spec), expected);
    assert_eq!(built.warnings, [] as [&str; 0]);
}

#[track_caller]
fn warned(item: &Value, expected: &str, warnings: &[&str]) {
    let built = built(item, Author::Collection);
    assert_eq!(wire_form(&built.spec), expected);
    assert_eq!(built.warnings, warnings);
}

#[track_caller]
fn rejected(item: &Value, message: &str) {
    let error = built(item, Author::Collection).error.expect("cannot be sent");
    assert_eq!(error.message, message);
}

#[test]
fn requests_without_a_body() {
    wire(&json!("http://h/x"), "GET /x | SYS");
    wire(&json!({"method": "post", "url": "http://h/x"}), "POST /x | SYS");
    wire(
        &json!({"method": "POST", "url": "http://h/{{u}}?{{u}}={{u}}", "header": [{"key": "H", "value": "{{u}}"}],
            "body": {"mode": "raw", "raw": "{{u}}"}}),
        "POST /%7B%7Bu%7D%7D?{{u}}={{u}} | H: {{u}} | Content-Type: text/plain | SYS | BODY \"{{u}}\"",
    );
    rejected(&json!({}), "runtime:extensions~request: request url is empty");
    rejected(&json!({"url": {"raw": "http://h/x"}}), "runtime:extensions~request: request url is empty");
    let url = json!({"protocolProfileBehavior": {"disableUrlEncoding": true}, "request": "http://h/a{b}\"?x='<>"});
    wire(&url, "GET /a{b}\"?x='<> | SYS");
}

#[test]
fn system_headers() {
    let spec = built(&json!("http://h:80/x"), Author::Collection).spec;
    let find = |name| crate::http::message::header(&spec.headers, name);
    assert_eq!(find("host"), Some("h:80"));
    assert_eq!(find("user-agent"), Some(concat!("postbud/", env!("CARGO_PKG_VERSION"))));
    assert_eq!(find("accept"), Some("*/*"));
    assert_eq!(find("cache-control"), Some("no-cache"));
    assert_eq!(find("accept-encoding"), Some("gzip, deflate, br"));
    assert_eq!(find("connection"), Some("keep-alive"));
    assert_eq!(find("postman-token").map(str::len), Some(36));
    assert!(spec.headers.iter().all(|header| header.system));
}

fn with_headers(headers: &[(&str, &str)]) -> Value {
    let headers: Vec<Value> = headers.iter().map(|(key, value)| json!({"key": key, "value": value})).collect();
    json!({"url": "http://h/", "header": headers})
}

#[test]
fn header_order_case_and_duplicates() {
    // P21
    let mut item = with_headers(&[("B", "1"), ("a", "2"), ("B", "3")]);
    let disabled = json!({"key": "c", "value": "4", "disabled": true});
    item["header"].as_array_mut().expect("a list").push(disabled);
    wire(&item, "GET / | B: 1 | B: 3 | a: 2 | SYS");
    // P22
    wire(&with_headers(&[("X-A", "1"), ("B", "b"), ("x-a", "2")]), "GET / | x-a: 2 | B: b | SYS");
    // P23
    wire(
        &with_headers(&[("user-agent", "me"), ("Accept", ""), ("host", "other")]),
        "GET / | user-agent: me | Accept:  | host: other | [Cache-Control, Postman-Token, Accept-Encoding, Connection]",
    );
    // P24
    wire(&with_headers(&[("Cookie", "a=1"), ("Cookie", "b=2")]), "GET / | Cookie: a=1; b=2 | SYS");
    // Integers first, in order; other digits are names like any other; no name is no header.
    wire(
        &with_headers(&[
            ("b", "1"),
            ("10", "x"),
            ("2", "y"),
            ("B", "3"),
            ("02", "z"),
            ("Cookie", "a"),
            ("cookie", "b"),
            ("", "z"),
        ]),
        "GET / | 2: y | 10: x | B: 3 | 02: z | cookie: b | SYS",
    );
    // An empty Host gets the real one in its place, from the client.
    wire(
        &with_headers(&[("A", "1"), ("Host", ""), ("B", "2")]),
        "GET / | A: 1 | Host:  | B: 2 | [User-Agent, Accept, Cache-Control, Postman-Token, Accept-Encoding, Connection]",
    );
}

/// Forms that hand-written collections have; what newman sent for each.
#[test]
fn headers_in_odd_forms() {
    let sent = |header: Value| {
        let built = built(&json!({"url": "http://h/", "header": header}), Author::Collection);
        let own = built.spec.headers.iter().filter(|header| !header.system);
        own.map(|header| format!("{}: {}", header.name, header.value)).collect::<Vec<_>>().join(" | ")
    };
    for (text, expected) in [
        ("A", ""),
        ("A\nB: 1", "B: 1"),
        ("A:b:c", "A:b: c"),
        ("A: b:c", "A: b:c"),
        ("A: 1\r\n fold: x", "A: 1"),
        ("A : 1\r\nB:", "B: "),
        ("A: 1\rB: 2", "A: 1 | B: 2"),
        ("//A: 1", "//A: 1"),
    ] {
        assert_eq!(sent(json!(text)), expected, "{text:?}");
    }
    assert_eq!(sent(json!([" A : 1 ", "B", null, 5])), "A: 1 | B: ");
    assert_eq!(sent(json!({"A": "1", "B": 2, "C": null, "D": ["x"]})), "A: 1");
    assert_eq!(sent(json!([{"key": "A", "value": ["1", null]}, {"key": "B", "value": []}])), "A: 1 | A: null");
}

#[test]
fn forms_in_odd_forms() {
    let form = |list: Value| {
        let item = json!({"method": "POST", "url": "http://h/", "body": {"mode": "urlencoded", "urlencoded": list}});
        String::from_utf8(built(&item, Author::Collection).spec.body.unwrap_or_default().to_vec()).expect("text")
    };
    assert_eq!(form(json!(["a=1&b=2", "c"])), "a=1%26b%3D2&c=");
    assert_eq!(form(json!([{"key": "x", "value": "y"}, "a=1", null])), "x=y&a=1");
    assert_eq!(form(json!("&&a=1&&")), "null=&null=&null=&a=1&=");
    assert_eq!(form(json!([5])), "undefined=");
    let text = json!({"method": "POST", "url": "http://h/", "body": {"mode": "formdata", "formdata": "a=1"}});
    assert_eq!(built(&text, Author::Collection).spec.body, None);
}

#[test]
fn header_values_are_not_trimmed() {
    let item = json!({"url": "http://h/", "header": [{"key": "A", "value": null}, {"key": "B", "value": true},
        {"key": "C", "value": 1.5}, {"key": "D", "value": "é"}, {"key": "E", "value": "\t x "}, {"key": "F"}]});
    wire(&item, "GET / | A: null | B: true | C: 1.5 | D: é | E: \t x  | F:  | SYS");
}

#[test]
fn system_headers_can_be_switched_off() {
    // P25
    let off = json!({"user-agent": true, "accept": true, "cache-control": true, "postman-token": true, "host": true,
        "accept-encoding": true, "connection": true});
    let item = json!({"protocolProfileBehavior": {"disabledSystemHeaders": off},
        "request": with_headers(&[("A", "1")])});
    wire(&item, "GET / | A: 1");
    let item =
        json!({"protocolProfileBehavior": {"disabledSystemHeaders": {"User-Agent": true}}, "request": "http://h/"});
    wire(&item, "GET / | SYS");
    let body = json!({"mode": "raw", "raw": "x"});
    let item = json!({"protocolProfileBehavior": {"disabledSystemHeaders": {"content-type": true}},
        "request": {"method": "POST", "url": "http://h/", "body": body}});
    wire(&item, "POST / | SYS | BODY \"x\"");
    let body = json!({"mode": "urlencoded", "urlencoded": [{"key": "a", "value": "1"}]});
    let item = json!({"protocolProfileBehavior": {"disabledSystemHeaders": {"content-type": true}},
        "request": {"method": "POST", "url": "http://h/", "body": body, "header": "Content-Type: x/y"}});
    wire(&item, "POST / | Content-Type: x/y | SYS | BODY \"a=1\"");
}

#[test]
fn what_cannot_be_written() {
    rejected(&with_headers(&[("A B", "1")]), "Header name must be a valid HTTP token [\"A B\"]");
    rejected(&with_headers(&[("é", "1")]), "Header name must be a valid HTTP token [\"é\"]");
    rejected(&with_headers(&[("{{a}}", "1")]), "Header name must be a valid HTTP token [\"{{a}}\"]");
    rejected(&with_headers(&[("A", "x\ny")]), "Invalid character in header content [\"A\"]");
    rejected(&with_headers(&[("A", "日")]), "Invalid character in header content [\"A\"]");
    rejected(&json!({"method": "PUT ", "url": "http://h/"}), "Method must be a valid HTTP token [\"PUT \"]");
    rejected(
        &with_headers(&[("Host", "a"), ("Host", "b")]),
        "The \"options.headers.host\" property must be of type string. Received an instance of Array",
    );
}

fn post(body: &Value) -> Value {
    json!({"method": "POST", "url": "http://h/", "body": body})
}

fn post_as(content_type: &str, body: &Value) -> Value {
    json!({"method": "POST", "url": "http://h/", "body": body, "header": [{"key": "Content-Type", "value": content_type}]})
}

#[test]
fn raw_bodies() {
    // P26 to P30
    wire(
        &post(&json!({"mode": "raw", "raw": "{\"é\":1} // c", "options": {"raw": {"language": "json"}}})),
        "POST / | Content-Type: application/json | SYS | BODY \"{\\\"é\\\":1} \"",
    );
    wire(&post(&json!({"mode": "raw", "raw": "1 // c"})), "POST / | Content-Type: text/plain | SYS | BODY \"1 // c\"");
    wire(
        &post_as("application/vnd.x+json", &json!({"mode": "raw", "raw": "1/*c*/"})),
        "POST / | Content-Type: application/vnd.x+json | SYS | BODY \"1\"",
    );
    wire(
        &post(&json!({"mode": "raw", "raw": [1, {"a": null}]})),
        "POST / | Content-Type: text/plain | SYS | BODY \"[1,{\\\"a\\\":null}]\"",
    );
    for empty in [json!(""), json!(null), json!(5), json!(true), json!({}), json!([])] {
        wire(&post(&json!({"mode": "raw", "raw": empty, "options": {"raw": {"language": "json"}}})), "POST / | SYS");
    }
    // Nothing but a comment is no body.
    let comment = json!({"mode": "raw", "raw": "// c", "options": {"raw": {"language": "json"}}});
    wire(&post(&comment), "POST / | Content-Type: application/json | SYS");
    wire(&post(&json!("plain")), "POST / | Content-Type: text/plain | SYS | BODY \"plain\"");
    for (language, expected) in [
        ("xml", "application/xml"),
        ("html", "text/html"),
        ("javascript", "application/javascript"),
        ("text", "text/plain"),
        ("JSON", "text/plain"),
    ] {
        wire(
            &post(&json!({"mode": "raw", "raw": "x", "options": {"raw": {"language": language}}})),
            &format!("POST / | Content-Type: {expected} | SYS | BODY \"x\""),
        );
    }
}

#[test]
fn comments_go_where_only_a_disabled_header_says_json() {
    let item = json!({"method": "POST", "url": "http://h/", "body": {"mode": "raw", "raw": "1//2"},
        "header": [{"key": "content-type", "value": "application/json", "disabled": true}]});
    wire(&item, "POST / | Content-Type: text/plain | SYS | BODY \"1\"");
}

#[test]
fn bodies_of_methods_that_have_none() {
    // P31, P32
    let body = json!({"mode": "raw", "raw": "x"});
    for method in ["GET", "copy", "HEAD", "PURGE", "UNLOCK"] {
        let item = json!({"method": method, "url": "http://h/", "body": body});
        wire(&item, &format!("{} / | SYS", method.to_uppercase()));
    }
    for method in ["DELETE", "OPTIONS", "TRACE", "FOO"] {
        let item = json!({"method": method, "url": "http://h/", "body": body});
        wire(&item, &format!("{method} / | Content-Type: text/plain | SYS | BODY \"x\""));
    }
    let kept =
        json!({"protocolProfileBehavior": {"disableBodyPruning": true}, "request": {"url": "http://h/", "body": body}});
    wire(&kept, "GET / | Content-Type: text/plain | SYS | BODY \"x\"");
    let off = json!({"mode": "raw", "raw": "x", "disabled": true});
    wire(&post(&off), "POST / | SYS");
}

#[test]
fn urlencoded_forms() {
    // P33, P34
    wire(
        &post(
            &json!({"mode": "urlencoded", "urlencoded": [{"key": "b", "value": "x y+é!'()*~"}, {"key": "a", "value": "1"},
            {"key": "b", "value": "2"}, {"key": "n", "value": null}, {"key": "d", "value": "z", "disabled": true},
            {"key": "7", "value": "s"}]}),
        ),
        "POST / | SYS | + Content-Type: application/x-www-form-urlencoded | BODY \
         \"7=s&b=x%20y%2B%C3%A9%21%27%28%29%2A~&b=2&a=1&n=\"",
    );
    let body = json!({"mode": "urlencoded", "urlencoded": "a=1&b"});
    wire(
        &post_as("application/json", &body),
        "POST / | Content-Type: application/x-www-form-urlencoded | SYS | BODY \"a=1&b=\"",
    );
    wire(
        &post_as("application/x-www-form-urlencoded; charset=x", &body),
        "POST / | Content-Type: application/x-www-form-urlencoded; charset=x | SYS | BODY \"a=1&b=\"",
    );
    wire(
        &post(
            &json!({"mode": "urlencoded", "urlencoded": [{"key": "a", "value": [1, "b"]}, {"key": "o", "value": {"x": 1}},
            {"key": "b", "value": true}, {"key": "f", "value": 1.5}, {"key": "a", "value": "z"},
            {"key": null, "value": "n"}, {"value": "u"}, {"key": "", "value": "e"}, {"key": 7, "value": "s"}]}),
        ),
        "POST / | SYS | + Content-Type: application/x-www-form-urlencoded | BODY \
         \"7=s&a=1&a=b&a=z&o=&b=true&f=1.5&null=n&undefined=u&=e\"",
    );
    wire(&post(&json!({"mode": "urlencoded", "urlencoded": [{"key": "a", "disabled": true}]})), "POST / | SYS");
}

const XX: &str = "multipart/form-data; boundary=XX";

fn multipart_text(spec: &RequestSpec) -> String {
    String::from_utf8_lossy(spec.body.as_deref().unwrap_or_default()).replace("\r\n", "\n")
}

#[test]
fn multipart_texts() {
    // P35
    let body = json!({"mode": "formdata", "formdata": [{"key": "a\"é", "value": "1", "type": "text"},
        {"key": "j", "value": "{}", "type": "text", "contentType": "application/json"}, {"key": "n", "value": null},
        {"key": "o", "value": {"a": 1.0}}, {"key": "t", "value": "x", "fileName": "d/t.json"},
        {"key": "u", "value": "x", "fileName": ""}]});
    let spec = built(&post_as(XX, &body), Author::Collection).spec;
    assert_eq!(
        multipart_text(&spec),
        "--XX\nContent-Disposition: form-data; name=\"a\"é\"\n\n1\n\
         --XX\nContent-Disposition: form-data; name=\"j\"\nContent-Type: application/json\n\n{}\n\
         --XX\nContent-Disposition: form-data; name=\"n\"\n\n\n\
         --XX\nContent-Disposition: form-data; name=\"o\"\n\n{\"a\":1}\n\
         --XX\nContent-Disposition: form-data; name=\"t\"; filename=\"t.json\"\nContent-Type: application/json\n\nx\n\
         --XX\nContent-Disposition: form-data; name=\"u\"; filename=\"\"\n\nx\n\
         --XX--\n"
    );
    assert_eq!(spec.headers[0].value, XX);
    assert_eq!(spec.content_type, None);
    // A foreign type is replaced in place, the name as written; without one the client appends it.
    let item =
        json!({"method": "POST", "url": "http://h/", "body": body, "header": "content-type: application/json\nX: 1"});
    let spec = built(&item, Author::Collection).spec;
    assert_eq!(spec.headers[0].name, "content-type");
    assert!(spec.headers[0].value.starts_with("multipart/form-data; boundary=--------------------------"));
    let spec = built(&post(&body), Author::Collection).spec;
    let appended = spec.content_type.expect("for the client to append");
    assert_eq!(appended.len(), "multipart/form-data; boundary=".len() + 50);
    assert!(appended.chars().rev().take(24).all(|c| c.is_ascii_digit()));
}

#[test]
fn multipart_files() {
    // P36
    let body = json!({"mode": "formdata", "formdata": [{"key": "f", "type": "file", "src": "f1.txt"},
        {"key": "g", "type": "file", "src": "b.bin", "fileName": "日.png"}, {"key": "m", "type": "file", "src": "missing"},
        {"key": "e", "type": "file", "src": null}]});
    let built_form = built(&post_as(XX, &body), Author::Collection);
    let spec = &built_form.spec;
    assert_eq!(spec.body.as_ref().map(bytes::Bytes::len), Some(330));
    assert_eq!(
        multipart_text(spec),
        "--XX\nContent-Disposition: form-data; name=\"f\"; filename=\"f1.txt\"\nContent-Type: text/plain\n\nfile-content\n\n\
         --XX\nContent-Disposition: form-data; name=\"g\"; filename=\"日.png\"; filename*=UTF-8''%E6%97%A5.png\n\
         Content-Type: application/octet-stream\n\n\u{0}\u{1}\u{fffd}\n\
         --XX\nContent-Disposition: form-data; name=\"e\"; filename=\"\"\n\n\n--XX--\n"
    );
    assert_eq!(
        built_form.warnings,
        [
            "Form param `m`, file load error: \"missing\", no such file",
            "Form param `e`, file load error: missing file source"
        ]
    );
    // P37, and what newman forgets: a file after a list of files.
    let body = json!({"mode": "formdata", "formdata": [{"key": "f", "type": "file", "src": ["f1.txt", "nope", "j.json"]},
        {"key": "z", "value": "1"}, {"key": "g", "type": "file", "src": "j.json", "fileName": ""},
        {"key": "b", "type": "file", "value": "aGk="}]});
    let built_form = built(&post_as(XX, &body), Author::Collection);
    assert_eq!(
        multipart_text(&built_form.spec),
        "--XX\nContent-Disposition: form-data; name=\"f\"; filename=\"f1.txt\"\nContent-Type: text/plain\n\nfile-content\n\n\
         --XX\nContent-Disposition: form-data; name=\"f\"; filename=\"j.json\"\nContent-Type: application/json\n\n{\"a\":1}\n\
         --XX\nContent-Disposition: form-data; name=\"z\"\n\n1\n\
         --XX\nContent-Disposition: form-data; name=\"g\"; filename=\"\"\nContent-Type: application/json\n\n{\"a\":1}\n\
         --XX\nContent-Disposition: form-data; name=\"b\"\nContent-Type: application/octet-stream\n\nhi\n\
         --XX--\n"
    );
    assert_eq!(built_form.warnings, ["Form param `f`, file load error: \"nope\", no such file"]);
    // Nothing left is no body.
    let body = json!({"mode": "formdata", "formdata": [{"key": "m", "type": "file", "src": "missing"}]});
    warned(&post(&body), "POST / | SYS", &["Form param `m`, file load error: \"missing\", no such file"]);
}

#[test]
fn file_bodies() {
    // P38, P39
    wire(
        &post(&json!({"mode": "file", "file": {"src": "j.json"}})),
        "POST / | SYS | + Content-Type: application/json | BODY \"{\\\"a\\\":1}\"",
    );
    wire(
        &post(&json!({"mode": "file", "file": "b.bin"})),
        "POST / | SYS | + Content-Type: application/octet-stream | BODY \"\\u0000\\u0001\u{fffd}\"",
    );
    wire(&post(&json!({"mode": "file", "file": {"content": "aGVsbG8="}})), "POST / | SYS | BODY \"hello\"");
    wire(
        &post_as("x/y", &json!({"mode": "file", "file": {"src": "j.json"}})),
        "POST / | Content-Type: x/y | SYS | BODY \"{\\\"a\\\":1}\"",
    );
    let warned = |file: &Value, warning: &str| {
        warned(&post(&json!({"mode": "file", "file": file})), "POST / | SYS", &[warning]);
    };
    warned(&json!({"src": "missing"}), "Binary file load error: \"missing\", no such file");
    warned(&json!({"src": "."}), "Binary file load error: \".\", is not a file");
    for src in [json!(null), json!(["j.json"])] {
        warned(&json!({"src": src}), "Binary file load error: invalid or missing file source");
    }
}

#[test]
fn graphql_bodies() {
    let graphql = |content: &Value, expected: &str| {
        let item = post(&json!({"mode": "graphql", "graphql": content}));
        let spec = built(&item, Author::Collection).spec;
        assert_eq!(String::from_utf8_lossy(spec.body.as_deref().unwrap_or_default()), expected);
        assert_eq!(
            (spec.headers[0].name.as_str(), spec.headers[0].value.as_str()),
            ("Content-Type", "application/json")
        );
    };
    // P40, P41
    graphql(
        &json!({"query": "{a}", "variables": "{ \"x\": 1 }", "operationName": "Q"}),
        "{\"query\":\"{a}\",\"operationName\":\"Q\",\"variables\":{ \"x\": 1 }}",
    );
    graphql(
        &json!({"query": "{a}", "variables": {"x": 1}, "operationName": null}),
        "{\"query\":\"{a}\",\"operationName\":null,\"variables\":{\"x\":1}}",
    );
    graphql(&json!({"query": null, "variables": "", "operationName": 5}), "{}");
    graphql(&json!({"query": "q", "variables": null, "x": 1}), "{\"query\":\"q\",\"variables\":null}");
    graphql(&json!("text"), "{}");
    for empty in [json!({}), json!(null), json!(""), json!([])] {
        graphql(&empty, "{}");
    }
}

#[test]
fn requests_of_scripts() {
    let script = |item: &Value| {
        let built = built(item, Author::Script);
        (wire_form(&built.spec), built.warnings)
    };
    let item = json!({"url": "http://h/s", "body": {"mode": "raw", "raw": "{{v}}"}});
    assert_eq!(script(&item), ("GET /s | Content-Type: text/plain | SYS | BODY \"{{v}}\"".to_owned(), Vec::new()));
    let warning = vec!["uploading files from scripts is not allowed".to_owned()];
    let item = post(&json!({"mode": "file", "file": {"src": "j.json"}}));
    assert_eq!(script(&item), ("POST / | SYS".to_owned(), warning.clone()));
    let item = post_as(
        XX,
        &json!({"mode": "formdata", "formdata": [{"key": "f", "type": "file", "src": "j.json"},
        {"key": "a", "value": "1"}]}),
    );
    let (sent, warnings) = script(&item);
    assert_eq!(warnings, warning);
    assert!(sent.contains("name=\\\"a\\\"") && !sent.contains("j.json"), "{sent}");
}
