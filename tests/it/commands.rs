//! The commands beside `run`, and the reference of `postbud.yaml`.

use std::path::Path;

use postbud::config::{self, Config};

use serde_json::{Value, json};

use crate::harness::{Postbud, Server, repository};

#[test]
fn the_examples_of_the_reference_are_read() {
    let text = std::fs::read_to_string(repository("docs/postbud-yaml.md")).expect("docs/postbud-yaml.md");
    let mut count = 0;
    for block in text.split("```yaml\n").skip(1) {
        let example = block.split("```").next().expect("a block ends");
        count += 1;
        Config::parse("postbud.yaml", example, Path::new(""), &|_| Some("value".to_owned()))
            .unwrap_or_else(|error| panic!("{error}\n\n{example}"));
    }
    assert!(count >= 9, "{count} examples");
}

#[test]
fn every_part_of_the_schema_is_in_the_reference() {
    let text = std::fs::read_to_string(repository("docs/postbud-yaml.md")).expect("docs/postbud-yaml.md");
    let schema: serde_json::Value = serde_json::from_str(config::schema()).expect("JSON");
    for part in schema["properties"].as_object().expect("properties").keys() {
        assert!(text.contains(&format!("\n{part}:")), "{part} has no example");
    }
}

#[test]
fn the_published_schema_is_the_programs() {
    let published = std::fs::read_to_string(repository("docs/postbud.schema.json")).expect("docs/postbud.schema.json");
    assert_eq!(published, config::schema(), "copy src/config/schema.json to docs/postbud.schema.json");
}

fn collection(url: &str) -> Value {
    json!({"info": {"name": "c"}, "item": [{"name": "r", "request": {"url": format!("{url}/{{{{a}}}}")}}]})
}

#[test]
fn newmans_rc_file_holds_where_nothing_is_typed() {
    let server = Server::echo();
    let rc = json!({"run": {
        "iterationCount": 2, "reporters": ["json"], "reporter": {"json": {"export": "o.json"}}, "timeoutRequest": 5000,
        "envVar": [{"key": "a", "value": "from-rc"}], "color": "off", "insecure": true, "iterationCont": 3,
    }});
    let call = || Postbud::run(&collection(&server.url())).file(".newmanrc", &rc.to_string()).env("HOME", "/nowhere");
    let ran = call().go().expect_code(0);
    assert!(
        ran.stderr.contains("no option is named `iterationCont`; did you mean `iterationCount`?"),
        "{}",
        ran.stderr
    );
    let report: Value = serde_json::from_str(&ran.file("o.json")).expect("JSON");
    assert_eq!(report["run"]["stats"]["iterations"]["total"], 2);
    assert_eq!(server.requests().last().expect("a request").target, "/from-rc");
    let ran = call().args(&["-n", "1", "--env-var", "a=typed", "--reporter-json-export", "p.json"]).go().expect_code(0);
    let report: Value = serde_json::from_str(&ran.file("p.json")).expect("JSON");
    assert_eq!(report["run"]["stats"]["iterations"]["total"], 1);
    assert_eq!(server.requests().last().expect("a request").target, "/typed");
}

#[test]
fn broken_rc_files_are_pointed_at() {
    let call =
        |rc: &str| Postbud::run(&collection("http://127.0.0.1:1")).file(".newmanrc", rc).go().expect_code(2).stderr;
    assert!(call("{\n,}").contains(".newmanrc:2:1"));
    assert!(call("[]").contains("expected a JSON object"));
    assert!(call(r#"{"iterationCount": "many"}"#).contains("`iterationCount`: invalid value 'many'"));
    assert!(call(r#"{"insecure": 3}"#).contains("`insecure`: expected true or false"));
}

#[test]
fn run_of_postbud_yaml_gives_defaults() {
    let server = Server::echo();
    let yaml = "run:\n  environment: e.json\n  iteration-count: 3\n  reporters: json\n  reporter-json-export: o.json\n  \
                folder: [r]\n  strict: false\n";
    let environment = r#"{"values": [{"key": "a", "value": "from-yaml"}]}"#;
    let call = || {
        Postbud::new("run")
            .file("x/c.json", &collection(&server.url()).to_string())
            .file("x/postbud.yaml", yaml)
            .file("x/e.json", environment)
            .file(".newmanrc", r#"{"iterationCount": 2, "folder": ["nothing"]}"#)
            .arg("x/c.json")
    };
    let ran = call().go().expect_code(0);
    let report: Value = serde_json::from_str(&ran.file("x/o.json")).expect("JSON");
    assert_eq!(report["run"]["stats"]["iterations"]["total"], 3, "postbud.yaml wins over the rc file");
    assert_eq!(server.requests().last().expect("a request").target, "/from-yaml");
    let report: Value = serde_json::from_str(&call().args(&["-n", "1"]).go().file("x/o.json")).expect("JSON");
    assert_eq!(report["run"]["stats"]["iterations"]["total"], 1, "the command line wins over postbud.yaml");
}

#[test]
fn wrong_defaults_of_postbud_yaml_are_pointed_at() {
    let call = |yaml: &str| {
        Postbud::run(&collection("http://127.0.0.1:1")).file("postbud.yaml", yaml).go().expect_code(2).stderr
    };
    let text = call("run:\n  repoters: cli\n");
    assert!(text.contains("postbud.yaml:2:3") && text.contains("did you mean `reporters`?"), "{text}");
    let text = call("run:\n  color: maybe\n");
    assert!(text.contains("postbud.yaml:2:3") && text.contains("invalid value for `color`"), "{text}");
    assert!(call("run:\n  help: true\n").contains("no option `help`"));
    assert!(call("run:\n  ssl-client-cert: a.pem\n  ssl-client-pfx: b.p12\n").contains("cannot be used with"));
}
