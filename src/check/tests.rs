use crate::diagnostic::SourceFile;
use serde_json::{Value, json};

use super::*;

fn findings_of(text: &str, defined: &[(&str, &str)]) -> Vec<(Level, &'static str, usize, String)> {
    let file = SourceFile::decode("c.json", text.as_bytes());
    let input = Input {
        origin: super::Origin::File(&file),
        defined: defined.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
        has_environment: false,
        working_dir: ".".into(),
        config: None,
    };
    let report = check(&input).expect("the engine starts");
    // No form of a report fails.
    let _ = (render::text(&report), render::json(&report));
    let sarif = render::sarif(&report);
    assert_eq!(sarif["runs"][0]["results"].as_array().map(Vec::len), Some(report.findings.len()));
    report
        .findings
        .into_iter()
        .map(|finding| {
            let line = finding.diagnostic.place.map_or(0, |place| place.line);
            (finding.level, finding.rule, line, finding.diagnostic.message)
        })
        .collect()
}

fn of(value: &Value) -> Vec<(Level, &'static str, usize, String)> {
    findings_of(&serde_json::to_string_pretty(value).expect("JSON"), &[])
}

fn rules(value: &Value) -> Vec<&'static str> {
    of(value).into_iter().map(|(_, rule, _, _)| rule).collect()
}

fn item(url: &str, test: &str) -> Value {
    json!({"name": "r", "request": {"url": url}, "event": [{"listen": "test", "script": {"exec": test.split('\n').collect::<Vec<_>>()}}]})
}

const OK: &str = "pm.test('x', () => {})";

#[test]
fn a_good_collection_has_no_findings() {
    assert!(of(&json!({"info": {"name": "c"}, "item": [item("http://h/{{$guid}}", OK)]})).is_empty());
}

#[test]
fn broken_json_and_other_files_are_errors_with_a_place() {
    let found = findings_of("{\n \"item\": [,]\n}", &[]);
    assert_eq!((found[0].1, found[0].2), ("unreadable", 2));
    assert_eq!(rules(&json!({"values": []})), ["unreadable"]);
    assert_eq!(findings_of("", &[])[0].1, "unreadable");
    assert_eq!(rules(&json!({"info": {}, "item": []})), ["no-requests"]);
}

#[test]
fn a_script_that_does_not_parse_is_pointed_at_line_by_line() {
    let collection = json!({"info": {"name": "c"}, "item": [{"name": "F", "item": [item("http://h", "pm.test('x', () => {\n  let = ;\n})")]}]});
    let text = serde_json::to_string_pretty(&collection).expect("JSON");
    let found = findings_of(&text, &[]);
    let (level, rule, line, message) = &found[0];
    assert_eq!((*level, *rule), (Level::Error, "script-syntax"), "{message}");
    assert!(text.lines().nth(line - 1).expect("a line").contains("let = ;"), "{line}");
}

#[test]
fn nothing_of_a_script_is_run() {
    // Either would never end.
    assert!(of(&json!({"item": [item("http://h", "while (true) {} pm.test")]})).is_empty());
    assert_eq!(
        rules(&json!({"item": [item("http://h", "}); while (true) {} (function () { pm.test")]})),
        ["script-syntax"]
    );
}

#[test]
fn variables_are_found_wherever_they_are_defined() {
    let collection = |test: &str| {
        json!({"info": {"name": "c"}, "variable": [{"key": "base", "value": "http://h/{{inner}}"}],
            "item": [item("{{base}}/{{given}}/{{set}}", test)]})
    };
    let found = findings_of(&collection(OK).to_string(), &[("given", "1")]);
    let messages: Vec<&str> = found.iter().map(|(_, _, _, message)| message.as_str()).collect();
    assert_eq!(messages.len(), 2, "{messages:?}");
    assert!(messages.iter().any(|m| m.contains("{{inner}}")) && messages.iter().any(|m| m.contains("{{set}}")));
    let set = format!("{OK}; pm.environment.set(\"set\", 1); pm.globals.set('inner', 2)");
    assert!(findings_of(&collection(&set).to_string(), &[("given", "1")]).is_empty());
    let computed = format!("{OK}; pm.environment.set(name + '_x', 1)");
    let found = findings_of(&collection(&computed).to_string(), &[("given", "1")]);
    assert!(found.iter().all(|(level, ..)| *level == Level::Note), "{found:?}");
}

#[test]
fn only_what_is_sent_counts() {
    let collection = json!({"item": [{"name": "r", "event": [{"listen": "test", "script": {"exec": [OK]}}], "request": {
        "description": "{{d}}",
        "url": {"raw": "http://h/{{raw}}", "host": ["h"], "query": [{"key": "q", "value": "{{off}}", "disabled": true}]},
        "body": {"mode": "raw", "raw": "{}", "formdata": [{"key": "a", "value": "{{other_mode}}"}]},
        "auth": {"type": "bearer", "bearer": [{"key": "token", "value": "t"}], "basic": [{"key": "u", "value": "{{other_kind}}"}]},
    }}]});
    assert!(of(&collection).is_empty(), "{:?}", of(&collection));
}

#[test]
fn files_jumps_types_and_missing_tests() {
    let collection = json!({"item": [
        {"name": "up", "request": {"url": "http://h", "body": {"mode": "formdata", "formdata": [
            {"key": "f", "type": "file", "src": "no/such/file"}, {"key": "g", "type": "file", "src": []}]}}},
        {"name": "a", "request": {"url": "wss://h", "auth": {"type": "magic"}}},
        item("http://h", "pm.test('x'); postman.setNextRequest('upp'); pm.setNextRequest(null)"),
        {"name": "nothing"}, 3, null,
        {"name": "e", "request": "http://h", "event": [{"listen": "later", "script": "x"}]}
    ]});
    let mut found = rules(&collection);
    found.sort_unstable();
    assert_eq!(
        found,
        [
            "ignored-part",
            "ignored-part",
            "ignored-part",
            "missing-file",
            "missing-file",
            "no-assertions",
            "no-assertions",
            "no-assertions",
            "no-assertions",
            "no-assertions",
            "unknown-next-request",
            "unsupported",
            "unsupported"
        ]
    );
}

#[test]
fn what_needs_an_option_is_named_once_each() {
    let script = "pm.test('x', async () => { await pm.vault.get('k'); pm.require('p'); pm.execution.runRequest('r') })";
    let found = rules(&json!({"item": [item("http://h/{{vault:key}}", script)]}));
    assert_eq!(found, ["needs-option", "needs-option", "needs-option"]);
}

#[test]
fn odd_shapes_do_no_harm() {
    for odd in [json!(null), json!(1), json!("x"), json!([]), json!([[]]), json!({}), json!([null, 1, "x", {}, []])] {
        let _ = of(&json!({"item": odd, "event": odd, "variable": odd, "auth": odd, "info": odd}));
        for key in ["request", "event", "name", "item"] {
            let mut inner = json!({"name": "x", "request": {"url": "http://h"}});
            inner[key] = odd.clone();
            let _ = of(&json!({"item": [inner]}));
        }
        for key in ["url", "header", "body", "auth", "method"] {
            let _ = of(&json!({"item": [{"request": {key: odd}}]}));
        }
    }
}

#[test]
fn tokens_that_need_a_browser() {
    let with = |params: Value| {
        let mut one = item("http://127.0.0.1/", "pm.test('t', () => {})");
        one["request"]["auth"] = json!({"type": "oauth2", "oauth2": params});
        rules(&json!({"info": {"name": "c"}, "item": [one]}))
    };
    assert_eq!(with(json!({"grant_type": "implicit"})), ["no-token"]);
    assert!(with(json!({"grant_type": "implicit", "accessToken": "t"})).is_empty());
    assert!(with(json!({"grant_type": "client_credentials", "accessTokenUrl": "http://127.0.0.1/"})).is_empty());
}
