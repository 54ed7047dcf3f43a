use std::path::Path;

use bytes::Bytes;

use super::*;
use crate::config::Config;
use crate::http::message::Header;

fn rules(yaml: &str) -> Vec<Rule> {
    let text = format!("expect:\n  '**': {yaml}\n");
    Config::parse("postbud.yaml", &text, Path::new(""), &|_| None)
        .unwrap_or_else(|error| panic!("{error}"))
        .rules_for("a/b")
}

fn response(code: u16, body: &str) -> Response {
    Response {
        http_version: "1.1",
        code,
        reason: String::new(),
        headers: vec![
            Header::new("Content-Type", "application/json; charset=utf-8"),
            Header::new("Set-Cookie", "a=1"),
            Header::new("Set-Cookie", "b=2"),
        ],
        body: Bytes::from(body.to_owned()),
        header_size: 0,
        body_size: 0,
        downloaded_size: 0,
    }
}

const BODY: &str =
    r#"{"name": "Ola", "n": 3, "half": 1.5, "none": null, "list": [1, 2.0, "x"], "items": [{"id": 1}, {"id": 2}]}"#;

/// The errors of rules on the body above.
fn errors(yaml: &str) -> Vec<Option<String>> {
    let response = response(401, BODY);
    evaluate(&rules(yaml), Ok(&response), BODY, Duration::from_millis(120)).into_iter().map(|o| o.error).collect()
}

fn passes(yaml: &str) {
    assert_eq!(errors(yaml), vec![None; rules(yaml).len()], "{yaml}");
}

fn fails(yaml: &str, expected: &str) {
    let errors = errors(yaml);
    assert!(errors.iter().flatten().any(|error| error == expected), "{yaml}\n{errors:?}");
}

#[test]
fn status() {
    passes("{status: 401}");
    passes("{status: [200, 4xx]}");
    passes("{status: 400-404}");
    fails("{status: 200}", "expected response to have status code 200 but got 401");
    fails("{status: 2xx}", "expected response to have status code 2xx but got 401");
    fails("{status: [200, 201, 3xx]}", "expected response to have status code one of 200, 201 or 3xx but got 401");
    let fine = response(204, "");
    assert_eq!(expect_success(Ok(&fine)).error, None);
    let unauthorized = response(401, "");
    let outcome = expect_success(Ok(&unauthorized));
    assert_eq!(outcome.name, "status is 2xx");
    assert_eq!(outcome.error.as_deref(), Some("expected response to have status code 2xx but got 401"));
}

#[test]
fn headers_and_body() {
    passes("{headers: {content-type: {contains: json, matches: '^application/'}, x-none: false, Set-Cookie: a=1}}");
    fails("{headers: {x-none: true}}", "expected response to have header with key 'x-none'");
    fails("{headers: {content-type: false}}", "expected response to not have header with key 'content-type'");
    fails(
        "{headers: {content-type: text/plain}}",
        "expected header 'content-type' to equal 'text/plain' but got 'application/json; charset=utf-8'",
    );
    fails("{body: {equals: \"a\\nb\"}}", &format!("expected response body to equal 'a\\nb' but got '{BODY}'"));
    passes("{body: {contains: [Ola, '1.5'], matches: '^\\{.*\\}$'}}");
    let body = format!("'{BODY}'");
    fails("{body: {contains: Kari}}", &format!("expected response body to include 'Kari' but got {body}"));
    fails("{body: {matches: '^x'}}", &format!("expected response body to match /^x/ but got {body}"));
}

#[test]
fn json_path() {
    passes("{jsonpath: [{path: $.name, equals: Ola, length: 3, type: string, matches: '^O', contains: la}]}");
    passes(
        "{jsonpath: [{path: $.n, equals: 3.0, type: integer, gt: 2, gte: 3, lt: 4, lte: 3}, {path: $.half, type: number}]}",
    );
    passes(
        "{jsonpath: [{path: $.n, type: number, matches: '^3$'}, {path: $.none, equals: null, type: null}, {path: $.gone, exists: false}]}",
    );
    passes(
        "{jsonpath: [{path: $.list, equals: [1, 2, x], length: 3, contains: 2, type: array}, {path: '$.items[*].id', length: 2, gte: 1}]}",
    );
    passes("{jsonpath: [{path: \"$.items[?@.id == 2]\", equals: {id: 2}}, {path: $, contains: none}]}");
    fails("{jsonpath: [{path: $.gone}]}", "expected $.gone to exist but nothing was found");
    fails("{jsonpath: [{path: $.gone, equals: 1}]}", "expected $.gone to exist but nothing was found");
    fails("{jsonpath: [{path: $.name, exists: false}]}", "expected $.name to not exist but got 'Ola'");
    fails("{jsonpath: [{path: $.name, equals: 3}]}", "expected $.name to equal 3 but got 'Ola'");
    fails("{jsonpath: [{path: $.name, type: number}]}", "expected $.name to be of type number but got string ('Ola')");
    fails("{jsonpath: [{path: $.half, type: integer}]}", "expected $.half to be of type integer but got number (1.5)");
    fails("{jsonpath: [{path: $.n, gt: 3}]}", "expected $.n to be above 3 but got 3");
    fails("{jsonpath: [{path: $.name, lte: 3}]}", "expected $.name to be at most 3 but got 'Ola'");
    fails("{jsonpath: [{path: $.list, length: 2}]}", "expected $.list to have length 2 but got 3");
    fails("{jsonpath: [{path: $.n, length: 2}]}", "expected $.n to have length 2 but got 3");
    fails("{jsonpath: [{path: '$.items[*]', length: 3}]}", "expected $.items[*] to find 3 values but got 2");
    fails("{jsonpath: [{path: '$.items[*].id', equals: 1}]}", "expected $.items[*].id to equal 1 but got 2");
    fails("{jsonpath: [{path: $.list, contains: y}]}", "expected $.list to include 'y' but got [1,2.0,\"x\"]");
}

#[test]
fn time_and_size() {
    passes("{time_below: 121ms, size_below: 1kB}");
    fails("{time_below: 120ms}", "expected response time to be below 120 ms but got 120 ms");
    fails("{size_below: 10}", &format!("expected response body to be smaller than 10 bytes but got {}", BODY.len()));
}

#[test]
fn without_a_response_or_json_every_rule_fails() {
    let rules = rules("{status: 200, jsonpath: [{path: $.a, exists: false}], time_below: 1s}");
    let error = SendError { message: "connect ECONNREFUSED 127.0.0.1:1".to_owned(), ..SendError::default() };
    let outcomes = evaluate(&rules, Err(&error), "", Duration::ZERO);
    assert!(
        outcomes
            .iter()
            .all(|o| o.error.as_deref()
                == Some("expected a response but got the error: connect ECONNREFUSED 127.0.0.1:1"))
    );
    let html = response(200, "<html>");
    let outcomes = evaluate(&rules, Ok(&html), "<html>", Duration::ZERO);
    assert!(outcomes[1].error.as_deref().unwrap().starts_with("expected response body to be JSON but it is not"));
}

#[test]
fn names_say_what_is_expected() {
    let names: Vec<String> = rules("{status: [200, 3xx], headers: {X: true}, body: {contains: a}, jsonpath: [{path: $.n, gte: 1, type: integer}], time_below: 2s, size_below: 1kB}")
        .iter()
        .map(name)
        .collect();
    assert_eq!(
        names,
        [
            "status is 200 or 3xx",
            "header X exists",
            "body contains 'a'",
            "$.n is of type integer and is at least 1",
            "response time is below 2000 ms",
            "body is smaller than 1000 bytes"
        ]
    );
}
