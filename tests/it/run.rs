//! `postbud run` as a user calls it.

use serde_json::{Value, json};

use crate::harness::{Postbud, Server};

fn one(url: &str, script: &str) -> Value {
    json!({"info": {"name": "c"}, "item": [{"name": "r", "request": {"url": url},
        "event": [{"listen": "test", "script": {"exec": [script]}}]}]})
}

#[test]
fn passing_tests_end_with_zero() {
    let server = Server::echo();
    let collection = one(&format!("{}/x?a=1", server.url()), "pm.test('ok', () => pm.response.to.have.status(200))");
    let ran = Postbud::run(&collection).go().expect_code(0);
    assert!(ran.stdout.contains("✓  ok"), "{}", ran.stdout);
    assert_eq!(server.requests()[0].target, "/x?a=1");
}

#[test]
fn failing_tests_end_with_one_and_say_why() {
    let server = Server::echo();
    let collection = one(&server.url(), "pm.test('no', () => pm.expect(1).to.equal(2))");
    let ran = Postbud::run(&collection).go().expect_code(1);
    assert!(ran.stdout.contains("expected 1 to equal 2"), "{}", ran.stdout);
    Postbud::run(&collection).arg("-x").go().expect_code(0);
}

#[test]
fn a_refused_connection_is_a_failure() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    drop(listener);
    let ran = Postbud::run(&one(&format!("http://127.0.0.1:{port}/"), "")).go().expect_code(1);
    assert!(ran.stdout.contains(&format!("connect ECONNREFUSED 127.0.0.1:{port}")), "{}", ran.stdout);
}

#[test]
fn broken_json_is_pointed_at() {
    let ran = Postbud::new("run").file("c.json", "{\n  \"info\": {,}\n}").arg("c.json").go().expect_code(2);
    assert!(ran.stderr.contains("c.json:2:12"), "{}", ran.stderr);
}

#[test]
fn an_environment_is_no_collection() {
    let ran = Postbud::new("run").file("e.json", r#"{"values": []}"#).arg("e.json").go().expect_code(2);
    assert!(ran.stderr.contains("environment"), "{}", ran.stderr);
}

#[test]
fn unknown_options_and_values_are_usage_errors() {
    Postbud::new("run").args(&["c.json", "--nonsense"]).go().expect_code(2);
    Postbud::new("run").args(&["c.json", "-n", "abc"]).go().expect_code(2);
    Postbud::new("nonsense").go().expect_code(2);
    Postbud::new("--version").go().expect_code(0);
}

#[test]
fn variables_of_every_scope_reach_the_wire() {
    let server = Server::echo();
    let collection = json!({"info": {"name": "c"}, "variable": [{"key": "v", "value": "collection"}, {"key": "w", "value": "w"}],
        "item": [{"name": "r", "event": [{"listen": "prerequest", "script": {"exec": ["pm.variables.set('l', 'local')"]}}],
            "request": {"method": "POST", "url": format!("{}/{{{{v}}}}/{{{{w}}}}/{{{{l}}}}/{{{{d}}}}", server.url()),
                "body": {"mode": "raw", "raw": "{{$guid}}"}}}]});
    Postbud::run(&collection)
        .file("d.csv", "d,e\nrow1,1\nrow2,2\n")
        .args(&["-d", "d.csv", "--env-var", "v=environment"])
        .go()
        .expect_code(0);
    let requests = server.requests();
    assert_eq!(requests.len(), 2);
    assert_eq!(requests[0].target, "/environment/w/local/row1");
    assert_eq!(requests[1].target, "/environment/w/local/row2");
    assert_eq!(requests[0].text().len(), 36);
}

#[test]
fn set_next_request_jumps_and_ends() {
    let server = Server::echo();
    let item = |name: &str, script: &str| {
        json!({"name": name, "request": {"url": format!("{}/{name}", server.url())},
            "event": [{"listen": "test", "script": {"exec": [script]}}]})
    };
    let collection = json!({"info": {"name": "c"}, "item": [
        item("a", "pm.execution.setNextRequest('c')"), item("b", ""), item("c", "postman.setNextRequest(null)"), item("d", "")]});
    Postbud::run(&collection).args(&["-n", "2"]).go().expect_code(0);
    let targets: Vec<String> = server.requests().into_iter().map(|r| r.target).collect();
    assert_eq!(targets, ["/a", "/c", "/a", "/c"]);
}

#[test]
fn bail_stops_after_the_first_failure() {
    let server = Server::echo();
    let url = server.url();
    let collection = json!({"info": {"name": "c"}, "item": [
        {"name": "a", "request": {"url": url}, "event": [{"listen": "test", "script": {"exec": ["pm.test('t', () => { throw new Error('x') })"]}}]},
        {"name": "b", "request": {"url": url}}]});
    Postbud::run(&collection).args(&["-n", "3", "--bail"]).go().expect_code(1);
    assert_eq!(server.requests().len(), 1);
}

#[test]
fn a_script_that_loops_for_ever_is_ended_and_the_run_goes_on() {
    let server = Server::echo();
    let url = server.url();
    let collection = json!({"info": {"name": "c"}, "item": [
        {"name": "a", "request": {"url": url}, "event": [{"listen": "test", "script": {"exec": ["while (true) {}"]}}]},
        {"name": "b", "request": {"url": url}}]});
    let ran = Postbud::run(&collection).args(&["--timeout-script", "200"]).go().expect_code(1);
    assert!(ran.stdout.contains("execution timeout"), "{}", ran.stdout);
    assert_eq!(server.requests().len(), 2);
}

#[test]
fn junit_has_a_suite_for_each_request_of_each_iteration() {
    let server = Server::echo();
    let collection = one(&server.url(), "pm.test('a < b', () => {}); pm.test('no', () => pm.expect(1).to.equal(2))");
    let ran = Postbud::run(&collection)
        .args(&["-n", "2", "-r", "junit", "--reporter-junit-export", "out/report.xml"])
        .go()
        .expect_code(1);
    let xml = ran.file("out/report.xml");
    let document = roxmltree::Document::parse(&xml).expect("well-formed");
    let suites: Vec<_> = document.descendants().filter(|n| n.has_tag_name("testsuite")).collect();
    assert_eq!(suites.len(), 2, "{xml}");
    for suite in suites {
        let cases = suite.children().filter(|n| n.has_tag_name("testcase")).count();
        assert_eq!(suite.attribute("tests"), Some(cases.to_string().as_str()), "{xml}");
        assert_eq!(suite.attribute("failures"), Some("1"), "{xml}");
    }
}

#[test]
fn secrets_are_masked_everywhere_unless_asked() {
    let server = Server::echo();
    let collection = json!({"info": {"name": "c"},
        "auth": {"type": "bearer", "bearer": [{"key": "token", "value": "{{secret}}"}]},
        "item": [{"name": "r", "request": {"method": "POST", "url": format!("{}/?key={{{{secret}}}}", server.url()),
            "body": {"mode": "raw", "raw": "{{secret}}"}},
            "event": [{"listen": "test", "script": {"exec": [
                "console.log(pm.environment.get('secret'));",
                "pm.test(pm.environment.get('secret'), () => pm.expect(pm.environment.get('secret')).to.equal('x'))"]}}]}]});
    let environment =
        json!({"values": [{"key": "secret", "value": "hemmelig-verdi-123", "type": "secret"}]}).to_string();
    let words = [
        "-e",
        "e.json",
        "-r",
        "cli,json,junit",
        "--reporter-json-export",
        "r.json",
        "--reporter-junit-export",
        "r.xml",
        "--verbose",
    ];
    let ran = Postbud::run(&collection).file("e.json", &environment).args(&words).go().expect_code(1);
    for (name, text) in [("stdout", &ran.stdout), ("json", &ran.file("r.json")), ("junit", &ran.file("r.xml"))] {
        assert!(!text.contains("hemmelig-verdi-123"), "{name} shows the secret: {text}");
    }
    let shown = Postbud::run(&collection).file("e.json", &environment).args(&words).arg("--no-redact").go();
    assert!(shown.stdout.contains("hemmelig-verdi-123"));
}

#[test]
fn what_postbud_yaml_redacts_is_masked_in_every_report() {
    let server = Server::start(|_| (200, r#"{"fnr": "hidden-one", "id": 12345678901}"#.to_owned()));
    let collection =
        one(&server.url(), "console.log(pm.response.json()); pm.test('x', () => { throw new Error('x') })");
    let ran = Postbud::run(&collection)
        .file("postbud.yaml", "redact: {names: [fnr, X-Inner], patterns: ['[0-9]{11}']}\n")
        .args(&["-H", "X-Inner: hidden-two", "-r", "cli,junit,json", "--reporter-junit-export", "r.xml"])
        .args(&["--reporter-json-export", "r.json", "--reporter-json-body", "text", "--verbose"])
        .go()
        .expect_code(1);
    for text in [&ran.stdout, &ran.file("r.xml"), &ran.file("r.json")] {
        assert!(text.contains("[redacted]"), "{text}");
        assert!(["hidden-one", "hidden-two", "12345678901"].iter().all(|secret| !text.contains(secret)), "{text}");
    }
}

#[test]
fn strict_turns_a_missing_file_into_a_failure() {
    let server = Server::echo();
    let collection = json!({"info": {"name": "c"}, "item": [{"name": "r", "request": {"method": "POST", "url": server.url(),
        "body": {"mode": "file", "file": {"src": "missing.bin"}}}}]});
    let ran = Postbud::run(&collection).go().expect_code(0);
    assert!(format!("{}{}", ran.stdout, ran.stderr).contains("missing.bin"), "{}{}", ran.stdout, ran.stderr);
    Postbud::run(&collection).arg("--strict").go().expect_code(1);
}
