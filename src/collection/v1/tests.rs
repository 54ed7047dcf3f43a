//! What newman's own conversion does, asked form by form.

use serde_json::{Value, json};

use super::{is_v1, to_v21};
use crate::collection::{Collection, Node};

fn merged(base: Value, more: &Value) -> Value {
    let mut base = base;
    if let (Some(base), Some(more)) = (base.as_object_mut(), more.as_object()) {
        base.extend(more.clone());
    }
    base
}

/// The only item of a collection with one request.
fn item(request: &Value) -> Value {
    let request = merged(json!({"id": "r", "name": "R", "url": "http://h", "method": "GET"}), request);
    let collection = json!({"id": "c", "name": "C", "order": ["r"], "requests": [request]});
    assert!(is_v1(&collection));
    to_v21(&collection)["item"][0].clone()
}

fn names(collection: &Value) -> Vec<String> {
    fn walk(nodes: &[Node], path: &str, out: &mut Vec<String>) {
        for node in nodes {
            match node {
                Node::Folder(folder) => walk(&folder.nodes, &format!("{path}{}/", folder.name), out),
                Node::Item(item) => out.push(format!("{path}{}", item.name)),
            }
        }
    }
    let mut out = Vec::new();
    walk(&Collection::from_value(to_v21(collection)).nodes, "", &mut out);
    out
}

#[test]
fn folders_come_before_requests_and_orders_decide() {
    let requests: Vec<Value> = ["a", "b", "c", "d", "e"].iter().map(|id| json!({"id": id, "name": id})).collect();
    let collection = json!({"name": "C", "requests": requests, "order": ["a", "zz", "b", "a"], "folders_order": ["2", "1", "no"],
        "folders": [{"id": "1", "name": "F1", "order": ["c"]}, {"id": "2", "name": "F2", "order": ["d"], "folders_order": ["3"]},
            {"id": "3", "name": "F3", "order": ["d"], "folders_order": ["2"]}, {"id": "4", "name": "F4", "order": ["e"]}]});
    assert_eq!(names(&collection), ["F2/F3/d", "F2/d", "F1/c", "a", "b"]);
    let mut free = collection.clone();
    free["folders_order"] = Value::Null;
    free["folders"][2]["folders_order"] = json!([]);
    assert_eq!(names(&free), ["F1/c", "F2/F3/d", "F2/d", "F4/e", "a", "b"]);
    assert!(!is_v1(&json!({"name": "", "order": [], "requests": []})));
    assert!(is_v1(&json!({"name": "C", "order": [], "requests": []})));
}

#[test]
fn a_chain_of_folders_does_not_exhaust_the_stack() {
    let folders: Vec<Value> =
        (0..20_000).map(|n| json!({"id": n, "name": "f", "order": [], "folders_order": [n + 1]})).collect();
    let collection = json!({"name": "C", "order": [], "folders_order": [0], "folders": folders, "requests": []});
    assert!(names(&collection).is_empty());
}

#[test]
fn header_lines_and_header_data() {
    let headers = |request: Value| item(&request)["request"]["header"].clone();
    assert_eq!(
        headers(json!({"headers": "A: 1\n//B: 2\r\nC : 3\nBad\n: x\nA: 5\n  D: 1\n// E: 1\nF:\na{{b:c}}:{{d:e}}"})),
        json!([{"key": "A", "value": "1"}, {"key": "B", "value": "2", "disabled": true}, {"key": "A", "value": "5"},
            {"key": "E", "value": "1", "disabled": true}, {"key": "F", "value": ""}, {"key": "a{{b:c}}", "value": "{{d:e}}"}])
    );
    assert_eq!(
        headers(json!({"headers": "A: 1\nB: 2\na: 3", "headerData": [{"key": "A", "value": "9", "enabled": false},
            {"key": "N", "value": "n", "enabled": true}]})),
        json!([{"key": "A", "value": "9", "disabled": true}, {"key": "N", "value": "n"}, {"key": "B", "value": "2"},
            {"key": "a", "value": "3"}])
    );
    assert_eq!(headers(json!({"headers": null})), json!([]));
}

#[test]
fn bodies_by_mode_and_by_what_is_there() {
    let body = |request: Value| item(&request)["request"].get("body").cloned().unwrap_or(Value::Null);
    let raw = |text: &str| json!({"mode": "raw", "raw": text});
    assert_eq!(body(json!({"dataMode": "raw", "rawModeData": ["z"]})), raw("z"));
    assert_eq!(body(json!({"dataMode": "raw", "rawModeData": null, "data": "q"})), raw("q"));
    assert_eq!(body(json!({"dataMode": "raw", "rawModeData": {"a": 1}})), raw(""));
    assert_eq!(body(json!({"dataMode": null, "rawModeData": "x"})), Value::Null);
    assert_eq!(body(json!({"rawModeData": "x", "data": [{"key": "a"}]})), raw("x"));
    assert_eq!(body(json!({"rawModeData": "", "data": []})), Value::Null);
    assert_eq!(body(json!({"dataMode": "binary", "rawModeData": "f"})), json!({"mode": "file", "file": {"src": "f"}}));
    assert_eq!(body(json!({"dataMode": "binary"})), json!({"mode": "file", "file": {}}));
    assert_eq!(body(json!({"graphqlModeData": {"query": "q"}})), json!({"mode": "graphql", "graphql": {"query": "q"}}));
    assert_eq!(
        body(
            json!({"data": [{"key": "a", "value": "1", "enabled": true}, {"key": "b", "enabled": false}, {"value": "no key"},
            null, {"key": "f", "type": "file", "value": ["p", "q"]}, {"key": "s", "type": "file", "src": "x"}],
            "dataOptions": {"params": {"a": 1}, "raw": {"language": "json"}}, "dataDisabled": true})
        ),
        json!({"mode": "formdata", "formdata": [{"key": "a", "value": "1"}, {"key": "b", "disabled": true},
            {"key": "f", "type": "file", "src": ["p", "q"]}, {"key": "s", "type": "file", "src": "x"}],
            "options": {"formdata": {"a": 1}, "raw": {"language": "json"}}, "disabled": true})
    );
    assert_eq!(body(json!({"dataMode": "urlencoded", "data": "a=b"})), json!({"mode": "urlencoded", "urlencoded": []}));
}

#[test]
fn url_parts_query_and_path_variables() {
    let url = |request: Value| item(&request)["request"].get("url").cloned().unwrap_or(Value::Null);
    assert_eq!(url(json!({"url": null})), Value::Null);
    let got = url(json!({"url": "http://h/a?x=1#f", "queryParams": [{"key": "q", "value": "1"},
        {"key": "w", "value": "", "equals": false}, {"key": "w2", "value": "", "equals": true},
        {"key": "e", "value": "2", "enabled": false}, {"key": "u", "value": null}, null]}));
    assert_eq!(got["raw"], "http://h/a?q=1&w&w2=&u#f");
    assert_eq!(got["query"][3], json!({"key": "e", "value": "2", "disabled": true}));
    assert_eq!(got["query"][1], json!({"key": "w", "value": null}));
    let got = url(json!({"url": "http://h/:a/:b", "pathVariables": {"a": "1", "b": "2"},
        "pathVariableData": [{"key": "b", "value": "3", "description": "d"}]}));
    assert_eq!(got["variable"], json!([{"key": "b", "value": "3", "description": "d"}, {"key": "a", "value": "1"}]));
    assert_eq!(crate::collection::Url::from_value(&got).assemble(), "http://h/1/3");
}

#[test]
fn scripts_of_the_request_win_over_events() {
    let events = |request: Value| item(&request).get("event").cloned().unwrap_or(Value::Null);
    let event = json!([{"listen": "test", "script": {"exec": ["e"]}}, null]);
    let script =
        |listen: &str, exec: Value| json!({"listen": listen, "script": {"type": "text/javascript", "exec": exec}});
    assert_eq!(events(json!({"tests": "", "preRequestScript": null, "events": event})), event);
    assert_eq!(
        events(json!({"tests": "a\nb", "preRequestScript": ["p", null], "events": event})),
        json!([script("test", json!(["a", "b"])), script("prerequest", json!(["p", null]))])
    );
    assert_eq!(events(json!({"events": []})), Value::Null);
}

#[test]
fn helpers_and_auth() {
    let auth = |request: Value| item(&request)["request"].get("auth").cloned().unwrap_or(Value::Null);
    let basic = json!({"type": "basic", "basic": [{"key": "username", "value": "u"}]});
    assert_eq!(auth(json!({"currentHelper": null, "auth": basic})), Value::Null);
    assert_eq!(auth(json!({"currentHelper": "normal", "auth": basic})), Value::Null);
    assert_eq!(auth(json!({"currentHelper": "basicAuth", "helperAttributes": "not json"})), Value::Null);
    assert_eq!(auth(json!({"currentHelper": "basicAuth"})), json!({"type": "basic"}));
    assert_eq!(auth(json!({"auth": basic}))["basic"][0]["value"], "u");
    assert_eq!(auth(json!({"auth": {"type": "noauth"}})), json!({"type": "noauth"}));
    let hawk =
        auth(json!({"currentHelper": "hawkAuth", "helperAttributes": {"id": "hawk", "hawk_id": "a", "ext": "c"}}));
    assert_eq!(
        hawk,
        json!({"type": "hawk", "hawk": [{"type": "string", "value": "a", "key": "authId"},
            {"type": "string", "value": "c", "key": "extraData"}]})
    );
    let oauth = auth(json!({"currentHelper": "oAuth1", "helperAttributes": "{\"header\": true, \"auto\": false}"}));
    let keys: Vec<&Value> = oauth["oauth1"].as_array().expect("a list").iter().map(|entry| &entry["key"]).collect();
    assert_eq!(keys, ["addParamsToHeader", "autoAddParam"]);
}

#[test]
fn variables_settings_and_responses() {
    let collection = json!({"id": "c", "name": "C", "description": "d", "order": ["r"], "protocolProfileBehavior": {"strictSSL": false},
        "variables": [{"id": "a", "value": 1, "type": "text"}, {"id": "x", "key": "b", "value": "v", "enabled": false}, null],
        "auth": {"type": "bearer", "bearer": {"token": "x"}},
        "requests": [{"id": "r", "responses": [{"id": "1", "name": "E", "responseCode": {"code": 200, "name": "OK"},
            "headers": "A: 1", "text": "t", "time": 3, "language": "json", "request": "r"}, {"id": "2", "request": "{\"url\": \"q\"}"}],
            "responses_order": ["2", "1"]}]});
    let made = to_v21(&collection);
    assert_eq!(made["info"]["_postman_id"], "c");
    assert_eq!(made["variable"], json!([{"key": "a", "value": 1, "type": "string"}, {"key": "b", "value": "v"}]));
    assert_eq!(made["protocolProfileBehavior"], json!({"strictSSL": false}));
    let read = Collection::from_value(made.clone());
    assert_eq!(read.auth.and_then(|auth| auth.text("token")).as_deref(), Some("x"));
    let saved = &made["item"][0]["response"];
    assert_eq!(saved[0]["originalRequest"]["url"]["raw"], "q");
    assert_eq!((&saved[1]["code"], &saved[1]["status"], &saved[1]["body"]), (&json!(200), &json!("OK"), &json!("t")));
    assert_eq!(saved[1]["header"], json!([{"key": "A", "value": "1"}]));
}

#[test]
fn nothing_panics_on_wrong_types() {
    for wrong in
        [json!(null), json!(5), json!("x"), json!([]), json!({}), json!([null, 5, "x", [], {}]), json!({"a": null})]
    {
        for key in [
            "url",
            "headers",
            "headerData",
            "data",
            "rawModeData",
            "dataMode",
            "queryParams",
            "pathVariables",
            "pathVariableData",
            "tests",
            "events",
            "auth",
            "currentHelper",
            "helperAttributes",
            "responses",
            "variables",
            "dataOptions",
            "graphqlModeData",
            "name",
            "method",
            "responses_order",
        ] {
            let _ = item(&json!({key: wrong}));
        }
        for key in ["order", "folders", "folders_order", "requests", "variables", "auth", "events", "name"] {
            let collection =
                merged(json!({"name": "C", "order": ["r"], "requests": [{"id": "r"}]}), &json!({key: wrong}));
            let _ = Collection::from_value(to_v21(&collection));
        }
    }
}
