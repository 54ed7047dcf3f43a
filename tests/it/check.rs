//! `postbud check` as a user calls it.

use serde_json::{Value, json};

use crate::harness::{Postbud, shared};

fn collection(script: &str) -> String {
    let value = json!({"info": {"name": "c"}, "item": [{"name": "F", "item": [{"name": "r",
        "request": {"url": "{{base}}/x"}, "event": [{"listen": "test", "script": {"exec": [script]}}]}]}]});
    serde_json::to_string_pretty(&value).expect("JSON")
}

fn check(script: &str) -> Postbud {
    Postbud::new("check").file("c.json", &collection(script)).arg("c.json")
}

#[test]
fn a_good_collection_passes() {
    let ran = check("pm.test('x', () => {})").args(&["--env-var", "base=http://h"]).go().expect_code(0);
    assert_eq!(ran.stdout, "c.json: 1 request, nothing to say\n");
}

#[test]
fn a_script_that_does_not_parse_fails_with_its_line() {
    let ran = check("pm.test('x', () => {").args(&["--env-var", "base=http://h"]).go().expect_code(1);
    assert!(ran.stdout.contains("error[script-syntax]: the script does not parse"), "{}", ran.stdout);
    assert!(ran.stdout.contains("(F › r › test script, line 1)"), "{}", ran.stdout);
    assert!(ran.stdout.contains("pm.test('x', () => {"), "{}", ran.stdout);
}

#[test]
fn warnings_fail_only_when_asked() {
    let ran = check("pm.test('x', () => {})").go().expect_code(0);
    assert!(ran.stdout.contains("warning[undefined-variable]: nothing defines {{base}}"), "{}", ran.stdout);
    check("pm.test('x', () => {})").arg("--strict").go().expect_code(1);
    let data = check("pm.test('x', () => {})").file("d.csv", "base,n\nhttp://h,1\n").args(&["-d", "d.csv", "--strict"]);
    data.go().expect_code(0);
    let environment = r#"{"values": [{"key": "base", "value": "http://h"}]}"#;
    check("pm.test('x', () => {})").file("e.json", environment).args(&["-e", "e.json", "--strict"]).go().expect_code(0);
}

#[test]
fn what_cannot_be_read_is_told_apart_from_what_is_wrong() {
    Postbud::new("check").arg("nothing.json").go().expect_code(2);
    check("").args(&["-e", "nothing.json"]).go().expect_code(2);
    let ran = Postbud::new("check").file("c.json", "{\n  \"item\": [,]\n}").arg("c.json").go().expect_code(1);
    assert!(ran.stdout.contains("error[unreadable]") && ran.stdout.contains("c.json:2:12"), "{}", ran.stdout);
}

#[test]
fn programs_get_json_and_code_scanning_gets_sarif() {
    let ran = check("pm.test('x', () => {").args(&["--format", "json"]).go().expect_code(1);
    let value: Value = serde_json::from_str(&ran.stdout).expect("JSON");
    assert_eq!(value["errors"], 1);
    assert_eq!(value["findings"][0]["rule"], "script-syntax");
    assert!(value["findings"][0]["line"].as_u64().is_some_and(|line| line > 1), "{value}");
    let ran = check("pm.test('x', () => {").args(&["--format", "sarif"]).go().expect_code(1);
    let value: Value = serde_json::from_str(&ran.stdout).expect("JSON");
    let run = &value["runs"][0];
    assert_eq!(value["version"], "2.1.0");
    let result = &run["results"][0];
    assert_eq!(result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"], "c.json");
    let rule = result["ruleIndex"].as_u64().and_then(|at| usize::try_from(at).ok()).expect("an index");
    assert_eq!(run["tool"]["driver"]["rules"][rule]["id"], result["ruleId"]);
}

/// A folder of YAML with a script that does not parse, in a file whose lines are known.
fn folder() -> Postbud {
    let request = "$kind: http-request\nurl: '{{base}}/x'\nmethod: GET\nscripts:\n  - type: afterResponse\n    language: \
        text/javascript\n    code: |-\n      const a = 1;\n      pm.test('x', () => {\n        let = ;\n      });\n";
    Postbud::new("check")
        .file("api/.resources/definition.yaml", "$kind: collection\nname: Api\n")
        .file("api/In/Get.request.yaml", request)
        .file("api/In/Talk.request.yaml", "$kind: grpc-request\nurl: h\n")
        .arg("api")
}

#[test]
fn folders_of_yaml_are_checked_at_their_own_lines() {
    let ran = folder().args(&["--format", "json"]).go().expect_code(1);
    let report: Value = serde_json::from_str(&ran.stdout).expect("JSON");
    assert_eq!((&report["collection"], &report["requests"]), (&json!("Api"), &json!(1)));
    let of = |rule: &str| -> Value {
        let found = report["findings"].as_array().expect("findings").iter().find(|finding| finding["rule"] == rule);
        found.unwrap_or_else(|| panic!("{rule}: {report:#}")).clone()
    };
    let syntax = of("script-syntax");
    assert_eq!(syntax["file"], "api/In/Get.request.yaml");
    assert_eq!(syntax["line"], 10);
    let variable = of("undefined-variable");
    assert_eq!((&variable["file"], &variable["line"]), (&json!("api/In/Get.request.yaml"), &json!(2)));
    assert!(of("ignored-part")["message"].as_str().is_some_and(|text| text.contains("grpc-request")));
    let shown = folder().go().stdout;
    assert!(shown.contains("api/In/Get.request.yaml:10:") && shown.contains("        let = ;"), "{shown}");
    let broken = folder().file("api/In/Bad.request.yaml", "url: \"x\n").go().expect_code(1);
    assert!(
        broken.stdout.contains("error[unreadable]") && broken.stdout.contains("Bad.request.yaml:1"),
        "{}",
        broken.stdout
    );
    Postbud::new("check").file("empty/x", "").arg("empty").go().expect_code(1).expect_shown("holds no collection");
}

/// The rules of SARIF 2.1.0 that code scanning holds files to.
#[test]
fn sarif_has_the_shape_that_code_scanning_takes() {
    let texts = |value: &Value| value.as_str().is_some_and(|text| !text.is_empty());
    let odd = Postbud::new("check").file("a b/ü [1].json", &collection("")).args(&["a b/ü [1].json", "--strict"]);
    for call in [check("pm.test('x', () => {"), folder(), odd, Postbud::new("check").file("c.json", "{").arg("c.json")]
    {
        let ran = call.args(&["--format", "sarif"]).go().expect_code(1);
        let log: Value = serde_json::from_str(&ran.stdout).expect("JSON");
        assert_eq!(log["version"], "2.1.0");
        assert!(log["$schema"].as_str().is_some_and(|url| url.starts_with("https://") && url.contains("sarif-2.1.0")));
        let [run] = log["runs"].as_array().expect("runs").as_slice() else { panic!("one run") };
        let driver = &run["tool"]["driver"];
        assert!(texts(&driver["name"]) && texts(&driver["version"]) && texts(&driver["informationUri"]), "{driver}");
        let rules = driver["rules"].as_array().expect("rules");
        for rule in rules {
            assert!(texts(&rule["id"]) && texts(&rule["shortDescription"]["text"]), "{rule}");
            assert!(["error", "warning", "note"].iter().any(|level| rule["defaultConfiguration"]["level"] == *level));
        }
        let results = run["results"].as_array().expect("results");
        assert!(!results.is_empty());
        for result in results {
            let rule =
                result["ruleIndex"].as_u64().and_then(|at| rules.get(usize::try_from(at).ok()?)).expect("a rule");
            assert_eq!(rule["id"], result["ruleId"]);
            assert!(["error", "warning", "note", "none"].iter().any(|level| result["level"] == *level), "{result}");
            assert!(texts(&result["message"]["text"]), "{result}");
            for location in result["locations"].as_array().expect("locations") {
                let physical = &location["physicalLocation"];
                let uri = physical["artifactLocation"]["uri"].as_str().expect("a URI");
                assert!(!uri.is_empty() && uri.is_ascii() && !uri.contains([' ', '\\', '[']), "{uri}");
                let at_least_one = |key: &str| physical["region"].get(key).is_none_or(|n| n.as_u64() > Some(0));
                assert!(at_least_one("startLine") && at_least_one("startColumn"), "{physical}");
            }
        }
    }
}

#[test]
fn expectations_of_postbud_yaml_are_assertions() {
    let call = |yaml: &str| {
        check("").file("postbud.yaml", yaml).args(&["--env-var", "base=http://h"]).go().expect_code(0).stdout
    };
    assert!(call("run: {}\n").contains("no-assertions"));
    assert!(!call("expect: {F/*: {status: 200}}\n").contains("no-assertions"));
    assert!(!call("expect_success: true\n").contains("no-assertions"));
}

/// Published collections run in newman, so nothing in them is an error. Their warnings are true: files of their authors'
/// disks, variables of environments that were not published.
#[test]
fn published_collections_have_no_errors() {
    let mut folders = vec![crate::harness::repository("collections/altinn-correspondence")];
    folders.extend(shared("conformance/corpora/public"));
    let mut alarms = Vec::new();
    let mut looked_at = 0;
    for entry in folders.iter().flat_map(|folder| std::fs::read_dir(folder).expect("a folder")) {
        let path = entry.expect("an entry").path();
        let name = path.to_string_lossy().into_owned();
        if path.extension().is_none_or(|ending| ending != "json")
            || name.ends_with(".env.json")
            || name.ends_with("manifest.json")
        {
            continue;
        }
        let ran = Postbud::new("check").args(&[&name, "--format", "json"]).go();
        let report: Value = serde_json::from_str(&ran.stdout).unwrap_or_else(|_| panic!("{name}: {}", ran.stderr));
        looked_at += 1;
        for finding in report["findings"].as_array().expect("findings").iter().filter(|f| f["level"] == "error") {
            alarms.push(format!("{name}:{} {} {}", finding["line"], finding["rule"], finding["message"]));
        }
    }
    assert!(looked_at > 0);
    assert!(alarms.is_empty(), "{} of {looked_at}:\n{}", alarms.len(), alarms.join("\n"));
}
