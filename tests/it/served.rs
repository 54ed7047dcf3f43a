//! `postbud emulator`, as a server of its own: clock, log, seed, and what `--explain` says.

use serde_json::{Value, json};

use crate::altinn::Served;
use crate::harness::{Postbud, Ran};

const TOKENS: &str = r#"
tokens:
  owner:
    provider: maskinporten
    issuer: https://test.maskinporten.no/
    token_endpoint: "@BASE@/token"
    client_id: "@CLIENT@"
    key: { jwk: { variable: owner_client_jwk } }
    scopes: [altinn:serviceowner, altinn:correspondence.write]
    exchange: { platform: "@BASE@" }
substitute:
  requests: { "*": owner }
expect_success: true
"#;

/// Requests in order, at this emulator, as its owner.
fn run(served: &Served, items: &[Value], expect: &str) -> Ran {
    let collection = json!({"info": {"name": "c"}, "item": items});
    let yaml =
        TOKENS.replace("@BASE@", served.value("platform_url")).replace("@CLIENT@", served.value("owner_client_id"));
    Postbud::run(&collection)
        .file("e.json", &served.environment.to_string())
        .file("p.yaml", &format!("{yaml}{expect}"))
        .args(&["-e", "e.json", "--config", "p.yaml"])
        .go()
}

fn item(name: &str, method: &str, path: &str, body: &Value) -> Value {
    let raw = if body.is_null() { String::new() } else { body.to_string() };
    json!({"name": name, "request": {"method": method, "url": format!("{{{{platform_url}}}}{path}"),
        "header": [{"key": "Content-Type", "value": "application/json"}], "body": {"mode": "raw", "raw": raw}}})
}

#[test]
fn its_clock_starts_where_it_is_told_and_is_moved_by_a_request() {
    let served =
        Served::with(&["--profile", "strict", "--business-time", "2025-01-31T12:00:00Z", "--delay", "publish=3600"]);
    let message = json!({
        "correspondence": {
            "resourceId": "postbud-demo-letters", "sendersReference": "x", "dueDateTime": "2025-05-29T00:00:00Z",
            "content": {"language": "nb", "messageTitle": "Hei", "messageBody": "Hei"},
        },
        "recipients": ["0192:310000019"],
    });
    let mut send = item("send", "POST", "/correspondence/api/v1/correspondence", &message);
    let keep = "pm.globals.set('id', pm.response.json().correspondences[0].correspondenceId)";
    send["event"] = json!([{"listen": "test", "script": {"exec": [keep]}}]);
    let details = "/correspondence/api/v1/correspondence/{{id}}/details";
    let items = [
        send,
        item("before", "GET", details, &Value::Null),
        item("wait", "POST", "/postbud/clock", &json!({"advance": 3601})),
        item("after", "GET", details, &Value::Null),
        item("log", "GET", "/postbud/log", &Value::Null),
    ];
    let expect = "expect:\n  before: {jsonpath: [{path: $.status, equals: ReadyForPublish}]}\n  \
                  after: {jsonpath: [{path: $.status, equals: Published}, {path: $.published, matches: '^2025-01-31T13:'}]}\n  \
                  log: {body: {contains: markasread}}\n";
    let ran = run(&served, &items, &expect.replace("markasread", "/details"));
    ran.expect_code(0);
    let nonsense = [item("wait", "POST", "/postbud/clock", &json!({"advance": -1}))];
    run(&served, &nonsense, "expect: {wait: {status: 400}}\n").expect_code(0);
    let wrong = Postbud::new("emulator").args(&["--business-time", "yesterday"]).go().expect_code(2);
    assert!(wrong.stderr.contains("--business-time yesterday"), "{}", wrong.stderr);
}

#[test]
fn it_says_which_check_refused() {
    let mut served = Served::with(&["--explain", "--profile", "strict"]);
    let items = [item("a", "GET", "/correspondence/api/v1/correspondence?resourceId=nothing-there", &Value::Null)];
    run(&served, &items, "").expect_code(1);
    let line = served.read_line_with("/correspondence/api/v1/correspondence");
    assert!(line.contains("401: 4001: access: nothing-there") && line.contains("no such resource"), "{line}");
}

#[test]
fn a_seed_that_makes_no_sense_is_refused_with_its_place() {
    for (seed, said) in [
        ("{\"client\": []}", "unknown field `client`"),
        ("{\"clients\": [{\"clientId\": \"a\"}]}", "missing field `organization`"),
        ("{", "line 1 column 1"),
        ("{\"resources\": [{\"resource\": {}}]}", "a resource is not valid"),
    ] {
        let ran = Postbud::new("emulator").file("s.json", seed).args(&["--seed", "s.json"]).go().expect_code(2);
        assert!(ran.stderr.contains(said), "{said}: {}", ran.stderr);
    }
}
