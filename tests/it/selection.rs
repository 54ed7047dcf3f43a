//! What runs: selectors, patterns, tags, and several collections as one run.

use serde_json::{Value, json};

use crate::harness::{Postbud, Server};

fn item(name: &str, url: &str, script: &str) -> Value {
    json!({"name": name, "request": {"url": format!("{url}/{name}")},
        "event": [{"listen": "test", "script": {"exec": [script]}}]})
}

fn collection(url: &str) -> Value {
    json!({"info": {"name": "c"}, "item": [
        {"name": "F", "description": "[smoke]", "item": [item("a", url, ""), {"name": "G", "item": [item("b", url, "")]}]},
        item("c", url, ""), item("d", url, "")]})
}

/// Names of the requests that were sent, in order.
fn sent(words: &[&str]) -> String {
    let server = Server::echo();
    Postbud::run(&collection(&server.url()))
        .file("postbud.yaml", "tags: {late: [c, F/G]}\n")
        .args(words)
        .go()
        .expect_code(0);
    server.requests().iter().map(|request| request.target.trim_start_matches('/').to_owned()).collect()
}

#[test]
fn folders_run_in_the_order_of_the_collection_and_items_in_that_of_the_options() {
    assert_eq!(sent(&["--folder", "d", "--folder", "G", "--folder", "F"]), "abd");
    assert_eq!(sent(&["-i", "d", "-i", "F/G", "-i", "d", "-i", "F/a"]), "dbda");
    assert_eq!(sent(&["-i", "d", "-i", "F", "--exclude", "F/G/b"]), "da");
}

#[test]
fn patterns_choose() {
    assert_eq!(sent(&["--folder", "F/*"]), "ab");
    assert_eq!(sent(&["--folder", "?", "--exclude", "{c,G}"]), "ad");
    assert_eq!(sent(&["-i", "{d,a}", "-i", "c*"]), "adc");
}

#[test]
fn tags_stand_in_descriptions_and_in_postbud_yaml() {
    assert_eq!(sent(&["--tag", "smoke"]), "ab");
    assert_eq!(sent(&["--tag", "late"]), "bc");
    assert_eq!(sent(&["--tag", "late", "--tag", "SMOKE"]), "abc");
    assert_eq!(sent(&["--exclude-tag", "smoke"]), "cd");
    assert_eq!(sent(&["--tag", "smoke", "--exclude-tag", "late"]), "a");
}

#[test]
fn a_choice_that_leaves_nothing_or_is_unknown_is_no_run() {
    let refused = |words: &[&str], shown: &str| {
        Postbud::run(&collection("http://127.0.0.1:1")).args(words).go().expect_code(2).expect_shown(shown);
    };
    refused(&["--folder", "F", "--exclude", "F"], "the options leave no request of \"c.json\" to run");
    refused(&["--tag", "smok"], "no request has the tag \"smok\"; did you mean \"smoke\"?");
    refused(&["-i", "F/aa"], "did you mean \"F/a\"?");
    refused(&["-i", "a", "--folder", "F"], "cannot be used with");
}

#[test]
fn a_typed_choice_wins_over_one_of_a_file() {
    let server = Server::echo();
    Postbud::run(&collection(&server.url()))
        .file("postbud.yaml", "run: {folder: [c]}\n")
        .args(&["-i", "d"])
        .go()
        .expect_code(0);
    assert_eq!(server.requests()[0].target, "/d");
}

#[test]
fn a_name_that_several_have_is_told() {
    let url = "http://127.0.0.1:1";
    let twice = json!({"info": {"name": "c"}, "item": [
        {"name": "F", "item": [item("same", url, "")]}, {"name": "G", "item": [item("same", url, "")]}]});
    let ran = Postbud::run(&twice).args(&["--folder", "same", "--dry-run"]).go().expect_code(0);
    assert_eq!(ran.stdout, "GET  F / same\n");
    assert!(ran.stderr.contains("warning: ") && ran.stderr.contains("there are \"G/same\" too"), "{}", ran.stderr);
}

/// Two collections in a folder, each named as Postman names exports; the second sees what the first stored.
fn two(url: &str) -> Postbud {
    let first = json!({"info": {"name": "First"}, "variable": [{"key": "own", "value": "1"}], "item": [
        {"name": "In", "item": [item("a", url, "pm.environment.set('token', 'of-first')")]}, item("b", url, "")]});
    let seen = "pm.test('goes on', () => pm.expect(pm.environment.get('token')).to.equal('of-first'));\
                pm.test('own', () => pm.expect(pm.collectionVariables.has('own')).to.be.false)";
    let second = json!({"info": {"name": "Second"}, "item": [item("b", url, seen)]});
    Postbud::new("run")
        .file("all/1.postman_collection.json", &first.to_string())
        .file("all/deep/2.postman_collection.json", &second.to_string())
        .file("all/notes.json", "{}")
}

#[test]
fn several_collections_are_one_run_with_one_report() {
    let server = Server::echo();
    let words = ["-r", "cli,json,junit", "--reporter-json-export", "r.json", "--reporter-junit-export", "r.xml"];
    let files = ["all/1.postman_collection.json", "all/deep/2.postman_collection.json"];
    for named in [&["all"][..], &files] {
        let ran = two(&server.url()).args(named).args(&words).go().expect_code(0);
        let report = ran.json("r.json");
        let executions = report["run"]["executions"].as_array().expect("executions");
        let names: Vec<&str> = executions.iter().filter_map(|entry| entry["item"]["name"].as_str()).collect();
        assert_eq!(names, ["a", "b", "b"]);
        assert_eq!(report["run"]["stats"]["assertions"], json!({"total": 2, "pending": 0, "failed": 0}));
        assert_eq!(report["collection"]["item"][1]["name"], "Second");
        let xml = ran.file("r.xml");
        let document = roxmltree::Document::parse(&xml).expect("well-formed");
        let suites: Vec<&str> = document
            .descendants()
            .filter(|n| n.has_tag_name("testsuite"))
            .filter_map(|n| n.attribute("name"))
            .collect();
        assert_eq!(suites, ["First / In / a", "First / b", "Second / b"]);
        assert!(ran.stdout.contains("❏ First / In") && ran.stdout.contains("❏ Second"), "{}", ran.stdout);
    }
}

#[test]
fn selectors_look_in_every_collection() {
    let plan = |words: &[&str], code: i32| {
        two("http://127.0.0.1:1").arg("all").args(words).arg("--dry-run").go().expect_code(code)
    };
    assert_eq!(plan(&["--folder", "b"], 0).stdout, "GET  First / b\nGET  Second / b\n");
    assert_eq!(plan(&["--folder", "In"], 0).stdout, "GET  First / In / a\n");
    assert_eq!(plan(&["-i", "b", "-i", "In"], 0).stdout, "GET  First / b\nGET  First / In / a\nGET  Second / b\n");
    assert!(plan(&["--folder", "c"], 2).stderr.contains("Unable to find a folder or request: \"c\""));
}

#[test]
fn bail_ends_all_of_them_and_exports_are_of_the_end() {
    let server = Server::echo();
    let bad = json!({"info": {"name": "bad"}, "item": [item("x", &server.url(), "pm.test('x', () => { throw 1 })")]});
    let ran = two(&server.url())
        .file("0.json", &bad.to_string())
        .args(&["0.json", "all", "--bail", "--export-environment", "e.json"])
        .go()
        .expect_code(1);
    assert_eq!(server.requests().len(), 1);
    assert!(ran.json("e.json")["values"].as_array().is_some_and(Vec::is_empty));
    let ran = two(&server.url()).args(&["all", "--export-environment", "e.json"]).go().expect_code(0);
    assert_eq!(ran.json("e.json")["values"][0]["value"], "of-first");
}

#[test]
fn what_is_about_one_collection_is_refused_for_several() {
    let call = |words: &[&str]| two("http://127.0.0.1:1").arg("all").args(words).go().expect_code(2).stderr;
    assert!(call(&["--export-collection", "x.json"]).contains("writes one collection"));
    let yaml = "overlay: [{target: $.info, update: {name: x}}]\n";
    let ran = two("http://127.0.0.1:1").file("postbud.yaml", yaml).arg("all").go().expect_code(2);
    assert!(ran.stderr.contains("`overlay` is about one collection"), "{}", ran.stderr);
    let ran = Postbud::new("run").file("empty/x.txt", "").arg("empty").go().expect_code(2);
    assert!(
        ran.stderr.contains("holds no collection") && ran.stderr.contains("*.postman_collection.json"),
        "{}",
        ran.stderr
    );
}

#[test]
fn a_dry_run_shows_the_steps_of_a_flow() {
    let url = "http://127.0.0.1:1";
    let yaml = "flow:\n  - c\n  - request: F/a\n    name: a again\n  - c\n";
    let plan = |words: &[&str]| {
        Postbud::run(&collection(url))
            .file("postbud.yaml", yaml)
            .arg("--dry-run")
            .args(words)
            .go()
            .expect_code(0)
            .stdout
    };
    assert_eq!(plan(&[]), "GET  c\nGET  F / a again\nGET  c\n");
    assert_eq!(plan(&["--exclude", "F"]), "GET  c\nGET  c\n");
}
