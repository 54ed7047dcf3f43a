//! Collections of other formats: converted, and run as they are.

use serde_json::{Value, json};

use crate::harness::{Postbud, Ran, Server};

fn collection(url: &str) -> Value {
    json!({"info": {"name": "C", "version": "1.0.0"}, "item": [
        {"name": "F / G", "item": [{"name": "Send", "event": [{"listen": "test", "script": {"exec":
            ["pm.test('sent', () => pm.expect(pm.response.json().body).to.eql('a=1'));"]}}],
            "request": {"method": "POST", "url": {"host": [url], "path": ["x"], "query": [{"key": "q", "value": "1"}]},
                "body": {"mode": "urlencoded", "urlencoded": [{"key": "a", "value": "1"}]}},
            "response": [{"name": "OK", "code": 200, "body": "{}"}]}]},
        {"name": "Get", "request": format!("{url}/y")}]})
}

/// A second call in the folder of the first.
fn again(ran: Ran, words: &[&str]) -> Ran {
    let mut next = Postbud::new(words[0]).args(&words[1..]);
    next.folder = ran.folder;
    next.go()
}

#[test]
fn there_and_back_and_run() {
    let server = Server::echo();
    let ran = Postbud::new("convert")
        .file("c.json", &collection(&server.url()).to_string())
        .args(&["c.json", "--to", "v3", "-o", "out/api"])
        .go()
        .expect_code(0);
    assert_eq!(ran.stderr, "lost: `version` of the collection\n");
    let request = ran.file("out/api/F - G/Send.request.yaml");
    assert!(request.contains("  type: urlencoded\n  content:\n    a: '1'\n"), "{request}");
    ran.file("out/api/F - G/.resources/Send.resources/examples/OK.example.yaml");
    let ran = again(ran, &["run", "out/api", "--folder", "F / G"]).expect_code(0);
    let ran = again(ran, &["convert", "out/api", "-o", "back.json"]).expect_code(0);
    assert_eq!(ran.stderr, "");
    let back: Value = serde_json::from_str(&ran.file("back.json")).expect("JSON");
    assert_eq!(back["item"][0]["item"][0]["response"][0]["code"], 200);
    again(ran, &["run", "back.json"]).expect_code(0);
    let targets: Vec<String> = server.requests().iter().map(|request| request.target.clone()).collect();
    assert_eq!(targets, ["/x?q=1", "/x?q=1", "/y"]);
}

#[test]
fn older_formats_are_written_and_run() {
    let server = Server::echo();
    let ran = Postbud::new("convert")
        .file("c.json", &collection(&server.url()).to_string())
        .args(&["c.json", "--to", "v1", "-o", "one.json"])
        .go()
        .expect_code(0);
    assert_eq!(ran.stderr, "");
    let one: Value = serde_json::from_str(&ran.file("one.json")).expect("JSON");
    assert_eq!(one["requests"][0]["dataMode"], "urlencoded");
    let ran = again(ran, &["run", "one.json"]).expect_code(0);
    let ran = again(ran, &["convert", "one.json", "--to", "v2.0", "-o", "two.json"]).expect_code(0);
    let two: Value = serde_json::from_str(&ran.file("two.json")).expect("JSON");
    assert_eq!(two["info"]["schema"], "https://schema.getpostman.com/json/collection/v2.0.0/collection.json");
    assert_eq!(two["item"][0]["item"][0]["response"][0]["code"], 200);
    again(ran, &["run", "two.json"]).expect_code(0);
    let targets: Vec<String> = server.requests().iter().map(|request| request.target.clone()).collect();
    assert_eq!(targets, ["/x?q=1", "/y", "/x?q=1", "/y"]);
}

#[test]
fn the_target_must_be_free_and_named() {
    let call = || Postbud::new("convert").file("c.json", &collection("http://h").to_string());
    let ran =
        call().file("out/old.request.yaml", "$kind: http-request").args(&["c.json", "--to", "v3", "-o", "out"]).go();
    assert!(ran.stderr.contains("\"out\" is not empty"), "{}", ran.stderr);
    ran.expect_code(2);
    let ran = call().args(&["c.json", "--to", "v3"]).go().expect_code(2);
    assert!(ran.stderr.contains("name it with -o"), "{}", ran.stderr);
    let ran = call().file("out/x", "").args(&["c.json", "-o", "out"]).go().expect_code(2);
    assert!(ran.stderr.contains("is a folder; this format is one file"), "{}", ran.stderr);
    let ran = call().args(&["missing.json"]).go().expect_code(2);
    assert!(ran.stderr.contains("collection could not be loaded\n  unable to read"), "{}", ran.stderr);
}

#[test]
fn a_collection_of_the_first_format_runs_with_a_warning() {
    let server = Server::echo();
    let collection = json!({"id": "c", "name": "C", "order": ["r"], "folders": [], "requests": [
        {"id": "r", "name": "R", "method": "POST", "url": format!("{}/:id", server.url()), "headers": "X-A: 1\n//X-B: 2\n",
            "pathVariableData": [{"key": "id", "value": "7"}], "dataMode": "raw", "rawModeData": "text",
            "tests": "tests['body'] = JSON.parse(responseBody).body === 'text';"},
        {"id": "lost", "name": "Lost"}]});
    let ran = Postbud::run(&collection).go().expect_code(0);
    assert!(ran.stderr.contains("warning: this collection is in the v1 format"), "{}", ran.stderr);
    let requests = server.requests();
    assert_eq!(requests.len(), 1);
    assert_eq!(requests[0].target, "/7");
    assert_eq!((requests[0].header("x-a"), requests[0].header("x-b")), (Some("1"), None));
    let ran = again(ran, &["convert", "c.json"]).expect_code(0);
    assert!(ran.stderr.contains("lost: the request \"Lost\", which no order names"), "{}", ran.stderr);
    assert!(ran.stdout.contains("v2.1.0/collection.json"), "{}", ran.stdout);
}

#[test]
fn a_folder_runs_with_an_environment_in_yaml() {
    let server = Server::echo();
    let ran = Postbud::new("run")
        .file("api/R.request.yaml", "$kind: http-request\nurl: '{{base}}/a'\nqueryParams:\n  k: 'v w'\n")
        .file("api/W.request.yaml", "$kind: ws-raw-request\nurl: x\n")
        .file("e.environment.yaml", &format!("name: E\nvalues:\n  - key: base\n    value: {}\n", server.url()))
        .args(&["api", "-e", "e.environment.yaml"])
        .go()
        .expect_code(0);
    assert!(ran.stderr.contains("postbud does not run a `ws-raw-request`"), "{}", ran.stderr);
    assert_eq!(server.requests()[0].target, "/a?k=v%20w");
    let broken =
        Postbud::new("run").file("api/R.request.yaml", "$kind: http-request\nurl: {{base}}/a\n").arg("api").go();
    assert!(
        broken.stderr.contains("api/R.request.yaml:2:") && broken.stderr.contains("in quotes"),
        "{}",
        broken.stderr
    );
    broken.expect_code(2);
}
