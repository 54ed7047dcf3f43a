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
    assert!(call(r#"{"iterationCount": "many"}"#).contains("`iterationCount`: expected a whole number"));
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

#[test]
fn init_writes_files_that_are_read_and_replaces_nothing() {
    for extra in [&[][..], &["--altinn"], &["--ci", "gitlab"], &["--altinn", "--ci", "none"]] {
        let ran = Postbud::new("init").args(extra).go().expect_code(0);
        let yaml = ran.file("postbud.yaml");
        let config = Config::parse("postbud.yaml", &yaml, Path::new(""), &|_| None).unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(config.expect_success, Some(true));
        assert_eq!(config.tokens.is_empty(), !extra.contains(&"--altinn"));
        // Every part that is commented out is right as well.
        let on: String = yaml
            .lines()
            .map(|line| match line.strip_prefix("# ") {
                Some(rest) if is_yaml(rest) => format!("{rest}\n"),
                _ => format!("{line}\n"),
            })
            .collect();
        Config::parse("postbud.yaml", &on, Path::new(""), &|_| None).unwrap_or_else(|e| panic!("{e}\n{on}"));
        let name = if extra.contains(&"--altinn") { "tt02" } else { "test" };
        let environment: Value =
            serde_json::from_str(&ran.file(&format!("{name}.postman_environment.json"))).expect("JSON");
        assert!(environment["values"].as_array().is_some_and(|values| !values.is_empty()));
        let in_folder = |folder| {
            let mut call = Postbud::new("init").args(extra);
            call.folder = folder;
            call
        };
        let again = in_folder(ran.folder).go().expect_code(2);
        assert!(again.stderr.contains("postbud.yaml") && again.stderr.contains("--force"), "{}", again.stderr);
        in_folder(again.folder).arg("--force").go().expect_code(0);
    }
}

/// Whether a comment is a part that is off, rather than prose.
fn is_yaml(line: &str) -> bool {
    let key = line.trim_start_matches([' ', '-']).split(':').next().unwrap_or_default();
    line.starts_with("  ") || (line.contains(':') && !key.contains(' '))
}

#[test]
fn workflows_name_the_collection_and_hold_no_placeholder() {
    let call =
        |extra: &[&str]| Postbud::new("init").file("my.postman_collection.json", "{}").args(extra).go().expect_code(0);
    let github = call(&["--altinn", "--ci", "github"]).file(".github/workflows/postbud.yml");
    let gitlab = call(&["--ci", "gitlab"]).file(".gitlab/postbud.yml");
    for text in [&github, &gitlab] {
        assert!(text.contains("postbud run my.postman_collection.json"), "{text}");
        assert!(["@COLLECTION@", "@SECRETS@", "@ENVIRONMENT@"].iter().all(|mark| !text.contains(mark)), "{text}");
        let _: Value = serde_saphyr::from_str(text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    }
    assert!(github.contains("OWNER_JWK"), "{github}");
}

#[test]
fn init_says_what_to_do_next_so_that_it_can_be_done() {
    let api = collection("http://127.0.0.1:1").to_string();
    let ran = Postbud::new("init").arg("new folder").go().expect_code(0);
    assert!(
        ran.stdout.contains("no collection is there yet") && ran.stdout.contains("  cd 'new folder'\n"),
        "{}",
        ran.stdout
    );
    let ran = Postbud::new("init").file("my api.postman_collection.json", &api).go().expect_code(0);
    let line = "postbud check 'my api.postman_collection.json' -e test.postman_environment.json";
    assert!(ran.stdout.contains(line) && ran.file(".github/workflows/postbud.yml").contains(line), "{}", ran.stdout);
    let ran = Postbud::new("init")
        .file("b.postman_collection.json", &api)
        .file("a.postman_collection.json", &api)
        .go()
        .expect_code(0);
    assert!(ran.stdout.contains("of 2 collections the first was taken"), "{}", ran.stdout);
    assert!(ran.stdout.contains("postbud run a.postman_collection.json -e"), "{}", ran.stdout);
}

#[test]
fn init_prints_the_schema() {
    let ran = Postbud::new("init").arg("--schema").go().expect_code(0);
    assert_eq!(ran.stdout, config::schema());
}

#[test]
fn completions_and_the_manual_page_know_the_options() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let ran = Postbud::new("completions").arg(shell).go().expect_code(0);
        assert!(ran.stdout.contains("iteration-count"), "{shell}");
    }
    let page = Postbud::new("man").go().expect_code(0).stdout;
    assert!(page.contains(".SH POSTBUD RUN") && page.contains("iteration\\-count"), "{page}");
}

#[test]
fn journals_of_several_runs_make_one_report() {
    let server = Server::echo();
    let collection = |name: &str, test: &str| {
        json!({"info": {"name": "c"}, "item": [{"name": name, "request": {"url": server.url()},
            "event": [{"listen": "test", "script": {"exec": [test]}}]}]})
    };
    let journal = |name: &str, test: &str| {
        let ran =
            Postbud::run(&collection(name, test)).args(&["-r", "jsonl", "--reporter-jsonl-export", "j.jsonl"]).go();
        ran.file("j.jsonl")
    };
    let good = journal("one", "pm.test('good', () => {})");
    let bad = journal("two", "pm.test('bad', () => { throw new Error('no') })");
    let merge = |first: &str, second: &str| {
        Postbud::new("merge")
            .file("1.jsonl", first)
            .file("2.jsonl", second)
            .args(&["1.jsonl", "2.jsonl", "-r", "json,junit"])
            .args(&["--reporter-json-export", "m.json", "--reporter-junit-export", "m.xml"])
    };
    let ran = merge(&good, &bad).go().expect_code(1);
    let report: Value = serde_json::from_str(&ran.file("m.json")).expect("JSON");
    assert_eq!(report["run"]["stats"]["assertions"], json!({"total": 2, "pending": 0, "failed": 1}));
    assert_eq!(report["run"]["executions"].as_array().map(Vec::len), Some(2));
    let junit = ran.file("m.xml");
    assert!(junit.contains("one") && junit.contains("two"), "{junit}");
    merge(&good, &good).go().expect_code(0);
    // A run that was killed: what was over is there, and it is no green.
    let half: Vec<&str> = good.lines().take(good.lines().count() / 2).collect();
    let cut = format!("{}\n", half.join("\n"));
    let ran = merge(&good, &cut).go().expect_code(1);
    assert!(ran.stderr.contains("2.jsonl has no end"), "{}", ran.stderr);
    merge(&good, "{}\n").go().expect_code(2);
    merge(&good, "").go().expect_code(2);
}
