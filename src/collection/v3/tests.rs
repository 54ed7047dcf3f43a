//! Folders as Postman and people write them, and collections that go there and back.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use super::{files, is_collection, read, read_scope, read_whole, write};
use crate::collection::{Collection, Document, Node};
use crate::diagnostic::SourceFile;

fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let root = tempfile::tempdir().expect("a folder");
    for (path, text) in files {
        let path = root.path().join(path);
        fs::create_dir_all(path.parent().expect("a parent")).expect("folders");
        fs::write(path, text).expect("a file");
    }
    root
}

fn read_all(files: &[(&str, &str)]) -> Document {
    read(folder(files).path()).unwrap_or_else(|error| panic!("{error}"))
}

/// The message for a request's file.
fn refused(text: &str) -> String {
    let root = folder(&[("a.request.yaml", text)]);
    let error = read(root.path()).expect_err("refused").to_string();
    error.replace(&root.path().display().to_string(), "")
}

/// The only item of a collection with one request.
fn item(text: &str) -> Value {
    read_all(&[("a.request.yaml", text)]).value["item"][0].clone()
}

fn url(text: &str) -> String {
    let item = item(&format!("$kind: http-request\n{text}"));
    crate::collection::Url::from_value(&item["request"]["url"]).assemble()
}

fn names(value: &Value) -> Vec<String> {
    fn walk(nodes: &[Node], path: &str, out: &mut Vec<String>) {
        for node in nodes {
            match node {
                Node::Folder(folder) => walk(&folder.nodes, &format!("{path}{}/", folder.name), out),
                Node::Item(item) => out.push(format!("{path}{}", item.name)),
            }
        }
    }
    let mut out = Vec::new();
    walk(&Collection::from_value(value.clone()).nodes, "", &mut out);
    out
}

#[test]
fn the_tree_is_ordered_by_order_and_then_by_code_units() {
    let request = |order: &str| format!("$kind: http-request\nurl: http://h\n{order}");
    let document = read_all(&[
        (".resources/definition.yaml", "$kind: collection\nname: My API\nid: c\ndescription: d\n"),
        ("r8.request.yaml", &request("")),
        ("R9.request.yml", &request("")),
        ("last.request.yaml", &request("order: 7.5")),
        ("first.request.yaml", &request("order: -1")),
        ("Folder/one.request.yaml", &request("name: 'One / 1'")),
        ("Folder/.resources/definition.yml", "order: 5"),
        ("Folder/deep/er/x.request.yaml", &request("")),
        ("docs/readme.md", "no request"),
        (".git/x.request.yaml", "not: read"),
        (".resources/y.request.yaml", "not: read"),
        ("notes.yaml", "not: read"),
    ]);
    assert_eq!(names(&document.value), ["first", "R9", "r8", "Folder/One / 1", "Folder/deep/er/x", "last"]);
    assert_eq!(document.value["info"]["name"], "My API");
    assert_eq!(document.value["info"]["_postman_id"], "c");
    assert!(document.warnings.is_empty() && document.dropped.is_empty(), "{document:?}");
}

#[test]
fn a_folder_without_requests_is_no_collection() {
    let root = folder(&[("api.json", "{}")]);
    assert!(!is_collection(root.path()));
    let error = read(root.path()).expect_err("refused").to_string();
    assert!(error.contains("holds no collection") && error.contains("*.request.yaml"), "{error}");
    assert!(read(Path::new("/no/such/folder")).expect_err("refused").to_string().contains("unable to read"));
}

#[test]
fn query_parameters_take_the_place_of_those_in_the_url() {
    assert_eq!(url("url: http://h/p?a=1&x=1&b=2\nqueryParams:\n  x: \"9\""), "http://h/p?a=1&b=2&x=9");
    assert_eq!(
        url(
            "url: http://h/p?a=1&x=1\nqueryParams:\n  - {key: x, value: '2', disabled: true}\n  - {key: n, value: null}"
        ),
        "http://h/p?a=1&n"
    );
    assert_eq!(url("url: http://h/p?a=1\nqueryParams: []"), "http://h/p?a=1");
    assert_eq!(url("url: '{{base}}/:id/:x?q#f'\npathVariables:\n  id: 'a b'\n  x: 5"), "{{base}}/a b/5?q#f");
    assert_eq!(url("method: get"), "");
    let error = refused("$kind: http-request\nqueryParams:\n  - key: a\n");
    assert!(error.contains("`a` has no `value`") && error.contains("/a.request.yaml:3:5"), "{error}");
}

#[test]
fn a_request_has_every_part() {
    let item = item(
        "$kind: http-request\nid: i\nname: N\ndescription: d\nurl: http://h\nmethod: post\norder: 1\n\
        headers:\n  - {key: A, value: '1', disabled: true, description: x}\n  - {key: B, value: 2.0}\n  - {key: C}\n\
        body:\n  type: json\n  content: |-\n    {\"a\": 1}\n\
        auth:\n  type: basic\n  credentials:\n    - {key: username, value: u}\n    - {key: password, value: p}\n\
        settings:\n  strictSSL: false\n  disabledSystemHeaders: [accept]\n\
        scripts:\n  - type: beforeRequest\n    code: a\n    language: text/javascript\n    packages: {x: {id: 1}}\n  - type: afterResponse\n    code: |-\n      b\n      c\n",
    );
    let read = Collection::from_value(json!({"item": [item.clone()]}));
    let Some(Node::Item(read)) = read.nodes.first() else { panic!("an item") };
    assert_eq!((read.id.as_str(), read.name.as_str(), read.description.as_deref()), ("i", "N", Some("d")));
    assert_eq!(read.request.method_text(), "POST");
    let headers: Vec<_> = read.request.headers.iter().map(|h| (h.key.as_str(), h.value.as_str(), h.disabled)).collect();
    assert_eq!(headers, [("A", "1", true), ("B", "2.0", false), ("C", "", false)]);
    assert_eq!(read.request.body.as_ref().and_then(|body| body.language.clone()).as_deref(), Some("json"));
    assert_eq!(read.request.auth.as_ref().and_then(|auth| auth.text("password")).as_deref(), Some("p"));
    assert_eq!(json!(read.behavior), json!({"strictSSL": false, "disabledSystemHeaders": {"accept": true}}));
    let scripts: Vec<_> = read.scripts.iter().map(|script| script.source.as_ref()).collect();
    assert_eq!(scripts, ["a", "b\nc"]);
    assert_eq!(item["event"][0]["script"]["packages"], json!({"x": {"id": 1}}));
}

#[test]
fn bodies_of_every_type() {
    let body = |text: &str| {
        let text = text.replace('\n', "\n  ");
        let item = item(&format!("$kind: http-request\nmethod: POST\nbody:\n  {text}"));
        item["request"].get("body").cloned().unwrap_or(Value::Null)
    };
    assert_eq!(body("type: none"), Value::Null);
    assert_eq!(body("type: xml\ncontent: <a/>")["options"]["raw"]["language"], "xml");
    assert_eq!(body("type: json\ncontent: {a: [1]}")["raw"], "{\"a\":[1]}");
    assert_eq!(body("type: urlencoded\ncontent: {a: '1', b: 2}")["urlencoded"][1], json!({"key": "b", "value": "2"}));
    assert_eq!(
        body(
            "type: formdata\ncontent:\n- {type: text, key: a, value: x, contentType: a/b}\n- {type: file, key: f, src: [p, q]}"
        )["formdata"],
        json!([{"key": "a", "value": "x", "type": "text", "contentType": "a/b"}, {"key": "f", "type": "file", "src": ["p", "q"]}])
    );
    assert_eq!(body("type: file\ncontent: {src: x.bin}")["file"], json!({"src": "x.bin"}));
    assert_eq!(
        body("type: graphql\ncontent: {query: q, variables: '{}'}")["graphql"],
        json!({"query": "q", "variables": "{}"})
    );
    assert!(refused("$kind: http-request\nbody: {type: yaml}").contains("`yaml` is no type of a body"));
    assert!(refused("$kind: http-request\nbody: {content: x}").contains("needs a `type`"));
    assert!(
        refused("$kind: http-request\nbody: {type: formdata, content: [{key: a}]}").contains("a part needs a `type`")
    );
}

#[test]
fn the_body_of_a_get_is_sent_as_by_the_cli() {
    let behavior = |text: &str| item(&format!("$kind: http-request\n{text}"))["protocolProfileBehavior"].clone();
    assert_eq!(behavior("body: {type: text, content: x}"), json!({"disableBodyPruning": true}));
    assert_eq!(behavior("method: POST\nbody: {type: text, content: x}"), Value::Null);
    assert_eq!(behavior("body: {type: text, content: x}\nsettings: {disableBodyPruning: false}"), Value::Null);
    assert_eq!(behavior("method: GET"), Value::Null);
}

#[test]
fn mistakes_have_their_place() {
    for (text, wanted, place) in [
        ("url: x", "the file has no `$kind`", ":1:1"),
        ("$kind: http-reqest", "`http-reqest` is no kind of a request", ":1:8"),
        ("$kind: http-request\norder: '1'", "`order` must be a number, not text", ":2:8"),
        ("$kind: http-request\nurl: {{base}}/x", "put a value that begins with {{ in quotes", ":2:"),
        (
            "$kind: http-request\nscripts:\n  - type: http:beforeRequest\n    code: x",
            "is no type of a request's script",
            ":3:11",
        ),
        ("$kind: http-request\nscripts: x", "`scripts` must be a list, not text", ":2:10"),
        ("$kind: http-request\nauth:\n  - type: basic", "`auth` must be a map, not a list", ":3:"),
        ("$kind: http-request\nauth: {}", "`auth` needs a `type`", ":2:7"),
        ("$kind: http-request\nheaders:\n  A: [1]", "the value of `A` in `headers` must be text, not a list", ":3:6"),
        ("$kind: http-request\nurl: a\nurl: b", "invalid YAML", ":3:1"),
        ("- a", "a request must be a map, not a list", ":1:"),
        ("", "a request must be a map, not nothing", ":1:1"),
    ] {
        let error = refused(text);
        assert!(error.contains(wanted), "{text}\n{error}");
        assert!(error.contains(&format!("/a.request.yaml{place}")), "{text}\n{error}");
    }
    let root = folder(&[(".resources/definition.yaml", "scripts:\n  - type: beforeRequest\n    code: x")]);
    let error = read(root.path()).expect_err("refused").to_string();
    assert!(
        error.contains("http:beforeRequest and http:afterResponse") && error.contains("definition.yaml:2:11"),
        "{error}"
    );
}

#[test]
fn definitions_hold_variables_auth_and_scripts() {
    let document = read_all(&[
        (
            ".resources/definition.yaml",
            "variables:\n  - {key: a, value: 1}\n  - {key: s, value: x, secret: true, disabled: true}\n\
            auth:\n  - {id: '1', type: basic, credentials: {username: u}}\n  - {type: bearer, credentials: {token: t}}\n\
            scripts:\n  - {type: 'http:beforeRequest', code: p}\n  - {type: 'http:afterResponse', code: t}\n  \
            - {type: 'graphql:beforeQuery', code: g}\n  - {type: 'grpc:beforeInvoke', code: x}\n",
        ),
        ("a.request.yaml", "$kind: http-request\nurl: x"),
        (
            "b.request.yaml",
            "$kind: graphql-request\nurl: x\nquery: q\nvariables: '{}'\nscripts:\n  - {type: beforeQuery, code: own}",
        ),
        ("c.request.yaml", "$kind: grpc-request\nurl: x"),
        ("f/.resources/definition.yaml", "variables: {k: v}\nauth: {type: noauth}"),
        ("f/d.request.yaml", "$kind: http-request"),
    ]);
    let read = Collection::from_value(document.value.clone());
    assert_eq!(read.variables.len(), 2);
    assert!(read.variables[1].is_secret() && read.variables[1].disabled);
    assert_eq!(read.auth.as_ref().and_then(|auth| auth.text("token")).as_deref(), Some("t"));
    assert_eq!(read.scripts.len(), 2);
    assert_eq!(names(&document.value), ["a", "b", "f/d"]);
    let own: Vec<&Value> = document.value["item"][1]["event"].as_array().expect("events").iter().collect();
    assert_eq!((&own[0]["script"]["exec"], &own[1]["script"]["exec"]), (&json!(["g"]), &json!(["own"])));
    assert_eq!(document.value["item"][1]["request"]["body"]["graphql"], json!({"query": "q", "variables": "{}"}));
    assert_eq!(document.value["item"][1]["request"]["method"], "POST");
    assert_eq!(document.value["item"][2]["auth"], json!({"type": "noauth"}));
    assert_eq!(document.value["item"][2]["variable"], json!([{"key": "k", "value": "v"}]));
    assert_eq!(document.warnings.len(), 2, "{:?}", document.warnings);
    assert!(document.warnings[1].contains("grpc-request"), "{:?}", document.warnings);
    assert_eq!(document.dropped.len(), 2, "{:?}", document.dropped);
}

#[test]
fn saved_responses_go_there_and_back() {
    let saved = json!([{"id": "s", "name": "OK / 1", "originalRequest": {"method": "GET", "header": [], "url": {"raw": "http://h/a?b=1",
        "protocol": "http", "host": ["h"], "path": ["a"], "query": [{"key": "b", "value": "1"}]}}, "status": "OK", "code": 200,
        "_postman_previewlanguage": "json", "header": [{"key": "A", "value": "1"}], "body": "{\n}", "cookie": []},
        {"name": "Error", "code": 500, "body": null}]);
    let collection =
        json!({"info": {"name": "C"}, "item": [{"name": "R", "request": {"url": "x"}, "response": saved}]});
    let root = tempfile::tempdir().expect("a folder");
    let losses = write(&collection, root.path()).expect("written");
    assert!(losses.is_empty(), "{losses:?}");
    let example = root.path().join(".resources/R.resources/examples/OK - 1.example.yaml");
    assert!(fs::read_to_string(example).expect("there").contains("statusCode: 200"));
    let back = read_whole(root.path()).expect("readable");
    let response = &back.value["item"][0]["response"];
    assert_eq!(response[0]["name"], "OK / 1");
    assert_eq!(response[0]["body"], "{\n}");
    assert_eq!(response[0]["_postman_previewlanguage"], "json");
    assert_eq!(response[0]["originalRequest"]["url"]["raw"], "http://h/a?b=1");
    assert_eq!(response[1]["code"], 500);
    assert!(read(root.path()).expect("readable").value["item"][0]["response"].as_array().is_some_and(Vec::is_empty));
}

#[test]
fn what_v3_cannot_hold_is_listed() {
    let collection = json!({"info": {"name": "C", "version": "1.2.3"}, "protocolProfileBehavior": {"strictSSL": false}, "x": 1, "item": [{
        "name": "F", "item": [{"name": "R", "variable": [{"key": "a"}],
            "event": [{"listen": "test", "disabled": true, "script": {"exec": ["off"]}}, {"listen": "test", "script": {"exec": ["on"]}},
                {"listen": "test", "script": {"exec": ["two"]}}],
            "request": {"url": "http://h", "method": "GET", "proxy": {"host": "p"}, "body": {"mode": "raw", "raw": "x",
                "options": {"raw": {"language": "cobol"}}}, "header": [{"key": "A", "value": "1", "warning": "w"}]}},
            {"name": "S", "request": {"url": "http://h", "method": "POST", "body": {"mode": "raw", "raw": "x", "disabled": true}}}]}]});
    let written = files(&collection);
    let told: Vec<String> = written.losses.iter().map(|loss| format!("{}: {}", loss.at, loss.what)).collect();
    for wanted in [
        "`version` of the collection",
        "`x` of the collection",
        "protocolProfileBehavior of the collection",
        "F › R: `variable` of the request",
        "F › R: `proxy` of the request",
        "F › R: `warning` of a header",
        "F › R: a script that is disabled",
        "F › R: the Postman CLI runs only the first `afterResponse` script",
        "F › R: the language `cobol`",
        "F › R: the Postman CLI sends the body of this method",
        "F › S: a disabled body",
    ] {
        assert!(told.iter().any(|line| line.contains(wanted)), "{wanted}\n{told:#?}");
    }
    let request = written.files.iter().find(|(path, _)| path.ends_with("R.request.yaml")).expect("there");
    assert!(request.1.contains("settings:\n  strictSSL: false\n  disableBodyPruning: false\n"), "{}", request.1);
}

#[test]
fn environments_and_globals() {
    let file = |text: &str| SourceFile { name: "e.environment.yaml".to_owned(), text: text.into() };
    let value = read_scope(&file("name: E\nvalues:\n  - {key: a, value: '1', enabled: false}\n  - {key: s, value: x, secret: true}\n  - {key: t, value: 012, type: default}"))
        .expect("readable");
    assert_eq!(
        value,
        json!({"name": "E", "values": [{"key": "a", "value": "1", "enabled": false}, {"key": "s", "value": "x", "type": "secret"},
            {"key": "t", "value": "012", "type": "default"}]})
    );
    let error = read_scope(&file("name: E\nvalues: x")).expect_err("refused").to_string();
    assert!(error.contains("`values` must be a list") && error.contains(":2:9"), "{error}");
    let scope = crate::environment::load_scope("e.yml", b"name: E\nvalues: {a: b}", "environment").expect("readable");
    assert_eq!(scope.get("a"), Some(&json!("b")));
}
