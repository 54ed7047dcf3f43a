//! Load, convert, load again: the plan stays the same.

use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};

use super::{normal, told, v1, v20};
use crate::collection::v3::{self, Loss};
use crate::collection::{Body, BodyMode, Collection, FormParam, Request, Url, read};
use crate::plan::{Plan, PlannedItem};
use crate::variables::truthy;

/// What a run makes of a collection, as far as files can say it.
fn shape(value: &Value) -> Value {
    let text = value.to_string();
    let collection = Collection::from_value(value.clone());
    let variables: Vec<Value> =
        collection.variables.iter().map(|v| json!([v.key, v.value, v.disabled, v.is_secret()])).collect();
    let items: Vec<Value> = Plan::of(&collection).items.iter().map(|item| shape_of(item, &text)).collect();
    // A collection without a name is called by an id that is made up.
    let name = if collection.name == collection.id { "" } else { collection.name.as_str() };
    json!({"name": name, "variables": variables, "items": items})
}

fn shape_of(planned: &PlannedItem, text: &str) -> Value {
    let scripts = |scripts: &[crate::plan::PlannedScript]| -> Vec<String> {
        scripts.iter().map(|script| script.source.to_string()).collect()
    };
    let auth = planned.auth.as_ref().map(|auth| match auth.spec.kind.as_str() {
        // Whatever stands there, nothing reads it.
        "noauth" => json!(["noauth", auth.own]),
        kind => json!([kind, auth.spec.params, auth.own]),
    });
    let request = &planned.item.request;
    let mut behavior = planned.behavior.clone();
    if !behavior.get("disableBodyPruning").is_some_and(truthy) {
        behavior.remove("disableBodyPruning");
    }
    if let Some(Value::Object(names)) = behavior.get_mut("disabledSystemHeaders") {
        names.retain(|_, off| truthy(off));
    }
    behavior.sort_keys();
    let body = request.body.as_ref().filter(|body| !body.disabled).map(|body| shape_of_body(body, request));
    // Ids that are not in the file are made up.
    let id = Some(&planned.item.id).filter(|id| text.contains(id.as_str()));
    json!({"id": id, "name": planned.item.name, "folders": planned.info.folders, "prerequest": scripts(&planned.prerequest), "test": scripts(&planned.test), "auth": auth, "behavior": behavior,
        "method": request.method_text(), "url": shape_of_url(&request.url), "body": body,
        "headers": request.headers.iter().map(|h| json!([h.key, h.value, h.disabled])).collect::<Vec<_>>()})
}

fn shape_of_url(url: &Url) -> Value {
    let mut off = Vec::new();
    let mut variables = Map::new();
    if let Url::Parts(parts) = url {
        off.extend(parts.query.iter().filter(|param| param.disabled).map(|param| json!([param.key, param.value])));
        variables.extend(
            parts
                .variables
                .iter()
                .filter_map(|v| Some((v.key.clone(), Value::from(v.value.as_str().filter(|v| !v.is_empty())?)))),
        );
    }
    json!([url.assemble().trim_start().replace('\\', "/"), off, variables])
}

fn shape_of_body(body: &Body, request: &Request) -> Value {
    let param = |param: &FormParam| {
        let value = param.value.as_ref().map_or_else(String::new, |value| match value {
            Value::String(text) => text.clone(),
            Value::Null => String::new(),
            // Not sent in this form.
            Value::Array(_) | Value::Object(_) if body.mode == BodyMode::Urlencoded => String::new(),
            other => other.to_string(),
        });
        let src = param.src.as_ref().filter(|_| param.is_file);
        json!([
            param.key_text(),
            value,
            src,
            param.is_file && body.mode == BodyMode::Formdata,
            param.content_type,
            param.file_name,
            param.disabled
        ])
    };
    match body.mode {
        BodyMode::Raw => {
            let raw = match &body.raw {
                Value::String(text) => text.clone(),
                other @ (Value::Array(_) | Value::Object(_)) => other.to_string(),
                _ => String::new(),
            };
            let is_json = |request: &Request| {
                let header = request.headers.iter().find(|h| !h.disabled && h.key.eq_ignore_ascii_case("content-type"));
                header.is_some_and(|h| h.value.starts_with("application/") && h.value.contains("json"))
            };
            let language = match body.language.as_deref() {
                Some(language @ ("json" | "xml" | "html" | "javascript")) => language,
                None if is_json(request) => "json",
                _ => "text",
            };
            json!(["raw", raw, language])
        }
        BodyMode::Urlencoded => json!(["urlencoded", body.urlencoded.iter().map(param).collect::<Vec<_>>()]),
        BodyMode::Formdata => json!(["formdata", body.formdata.iter().map(param).collect::<Vec<_>>()]),
        BodyMode::File => {
            json!([
                "file",
                // No path and an empty one send the same nothing.
                body.file.as_ref().map(|file| &file.src).filter(|src| truthy(src)),
                body.file.as_ref().map(|file| &file.content)
            ])
        }
        BodyMode::Graphql => {
            let keys = ["query", "operationName", "variables"];
            let known: Vec<Option<&Value>> = keys.iter().map(|key| body.graphql.get(*key)).collect();
            json!(["graphql", known])
        }
    }
}

fn there_and_back(value: &Value) -> (Value, Vec<Loss>) {
    let root = tempfile::tempdir().expect("a folder");
    let folder = root.path().join("collection");
    let losses = v3::write(value, &folder).expect("written");
    let document = v3::read_whole(&folder).unwrap_or_else(|error| panic!("{error}"));
    assert!(document.dropped.is_empty(), "{:?}", document.dropped);
    (document.value, losses)
}

/// All ways there are; the message says which one and where the plans part.
pub(super) fn check(name: &str, value: &Value) -> Vec<Loss> {
    let plan = shape(value);
    let same = |way: &str, other: &Value| {
        let mut other = shape(other);
        if plan["name"] == "" {
            // In v3 the folder's name stands for it.
            other["name"] = "".into();
        }
        // v1 cannot do without ids.
        let items = plan["items"].as_array().into_iter().flatten();
        for (item, other) in items.zip(other["items"].as_array_mut().into_iter().flatten()) {
            if item["id"].is_null() {
                other["id"] = Value::Null;
            }
        }
        if other != plan {
            let (a, b) = (format!("{plan:#}"), format!("{other:#}"));
            let line = a.lines().zip(b.lines()).position(|(a, b)| a != b).unwrap_or_default();
            let part = |text: &str| text.lines().skip(line.saturating_sub(6)).take(14).collect::<Vec<_>>().join("\n");
            panic!("{name}: {way}\n--- before\n{}\n--- after\n{}", part(&a), part(&b));
        }
    };
    let v21 = normal(value.clone());
    same("as v2.1", &v21);
    assert_eq!(normal(v21.clone()), v21, "{name}: v2.1 of v2.1 is something else");
    let (older, _) = v20(v21.clone());
    same("as v2.0", &older);
    same("as v2.0 and v2.1 again", &normal(older));
    let (oldest, losses) = v1(&v21);
    let document = read(name, oldest.to_string().as_bytes()).unwrap_or_else(|error| panic!("{name}: {error}"));
    // What changes the run is told.
    let apart = "disabled parameters and path variables of a URL";
    let told = [
        apart,
        "the order of",
        "a form parameter",
        "the inline content",
        "an authorization without",
        "`content` of the file",
    ];
    if !losses.list.iter().any(|loss| told.iter().any(|start| loss.what.starts_with(start))) {
        same("as v1", &document.value);
    }
    let (back, losses) = there_and_back(value);
    if losses.iter().any(|loss| loss.what.starts_with(apart)) {
        return losses;
    }
    same("as v3", &back);
    let (again, _) = there_and_back(&back);
    same("as v3 twice", &again);
    losses
}

/// A folder beside the project, or beside one of those around it.
fn shared(name: &str) -> Option<PathBuf> {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest.ancestors().map(|folder| folder.join("shared").join(name)).find(|folder| folder.is_dir())
}

fn json_files(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("readable").flatten() {
        let path = entry.path();
        if path.is_dir() {
            json_files(&path, into);
        } else if path.extension().is_some_and(|end| end == "json") {
            into.push(path);
        }
    }
}

#[test]
fn collections_of_the_corpora_keep_their_plan() {
    let Some(folder) = shared("conformance/corpora") else {
        println!("skipped: ../shared/conformance/corpora is not there");
        return;
    };
    let mut paths = Vec::new();
    json_files(&folder, &mut paths);
    let mut count = 0;
    for path in paths {
        let name = path.display().to_string();
        let bytes = std::fs::read(&path).expect("readable");
        // Environments stand there too.
        let Ok(document) = read(&name, &bytes) else { continue };
        check(&name, &document.value);
        count += 1;
    }
    assert!(count > 250, "only {count} collections were read");
}

#[test]
fn shipped_and_published_collections_keep_their_plan() {
    let mut paths = Vec::new();
    match shared("data") {
        Some(folder) => json_files(&folder, &mut paths),
        None => println!("skipped: ../shared/data is not there"),
    }
    json_files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("collections"), &mut paths);
    for path in paths {
        let name = path.display().to_string();
        let document = read(&name, &std::fs::read(&path).expect("readable")).unwrap_or_else(|error| panic!("{error}"));
        let losses = check(&name, &document.value);
        println!("{name}: {:?}", told(&losses));
    }
}

fn with(request: &Value) -> Value {
    json!({"info": {"name": "C"}, "item": [{"name": "R", "request": request}]})
}

#[test]
fn odd_forms_keep_their_plan() {
    let urls = json!(["", "http://h/a?b=1&c#d", {"raw": "http://h/x"}, {"host": "h", "path": "/a/b/", "query": "a=1&b"}, 5, null,
        {"protocol": "http://", "host": ["h"], "port": 80, "path": [""]}, {"host": ["a.b", "c"], "path": ["x/y", "", "z"]},
        {"host": "h", "path": [":id", ":x.json", {"type": "any", "value": "v"}], "variable": [{"id": "id", "value": "1"}, {"key": "x", "value": 5}, {"key": "n"}]},
        {"host": "h", "path": ["a?b"], "query": [{"key": "c", "value": "1"}, {"key": "d", "value": "2"}]},
        {"host": "h", "query": [{"key": null, "value": null}, {"key": "", "value": "v"}, {"key": "n", "value": 5}, {"key": "k"}, {"key": "a&=#", "value": "b&=#{{x&y}}"},
            {"key": "off", "value": "1", "disabled": true, "description": "d"}, null, "s=1"]},
        {"host": "h", "query": {"a": "1", "b": null}, "hash": "frag"}, {"host": "{{a.b}}", "path": "{{c/d}}", "auth": {"user": "u", "password": "p:w"}},
        {"host": "h", "path": ["a"], "query": [{"key": "a", "value": "1"}, {"key": "a", "value": "2"}]}]);
    for url in urls.as_array().expect("a list") {
        check(&format!("url {url}"), &with(&json!({"url": url, "method": "PUT"})));
    }
    let headers = json!(["A: 1\r\nB : 2\nC: 3", ["A: 1", {"key": "B", "value": null}, null], {"A": "1", "2": 3}, null, [],
        [{"key": "", "value": "x"}, {"key": null}, {"key": "A", "value": "1"}, {"key": "A", "value": "2"}, {"key": "a", "value": "\u{e9}\t"}],
        [{"key": "X\nY", "value": "a\r\nb"}, {"key": "<<", "value": "~"}, {"key": "0x1", "value": "012"}, {"key": "1", "value": "{{x}}"}],
        [{"key": "D", "value": "1", "disabled": true, "description": {"content": "x", "type": "text/plain"}, "type": "text"}]]);
    for header in headers.as_array().expect("a list") {
        check(&format!("header {header}"), &with(&json!({"url": "http://h", "header": header})));
    }
    let bodies = json!(["text", {}, null, {"mode": null}, {"mode": "RAW", "raw": "x"}, {"mode": "other", "raw": "x"}, {"mode": "raw"},
        {"mode": "raw", "raw": {"a": [1, 2]}}, {"mode": "raw", "raw": 5}, {"mode": "raw", "raw": "\n  a\r\n\tb \n\n"},
        {"mode": "raw", "raw": "// c\n{}", "options": {"raw": {"language": "json"}}}, {"mode": "raw", "raw": "x", "options": {"raw": {"language": "text"}}},
        {"mode": "urlencoded", "urlencoded": "a=1&b"}, {"mode": "urlencoded", "urlencoded": [{"key": null, "value": 5}, {"value": null}, {"key": "c", "value": true, "disabled": true}]},
        {"mode": "urlencoded", "urlencoded": {"a": "1"}}, {"mode": "urlencoded"}, {"mode": "formdata", "formdata": [{"key": "a", "value": {"x": 1}},
            {"key": "f", "type": "file", "src": null}, {"key": "g", "type": "file", "src": ["a", "b"], "contentType": "a/b", "fileName": "n"},
            {"key": "i", "type": "file", "value": "aGk="}, {"key": "n", "value": null, "disabled": true}]},
        {"mode": "file", "file": "path"}, {"mode": "file", "file": {"src": null}}, {"mode": "file", "file": {"content": "aGk="}}, {"mode": "file"},
        {"mode": "graphql", "graphql": {"query": "q", "variables": {"a": {"b": [1, null]}}, "operationName": null}}, {"mode": "graphql", "graphql": "x"},
        {"mode": "graphql"}, {"mode": "raw", "raw": "x", "disabled": true}]);
    for body in bodies.as_array().expect("a list") {
        for method in ["POST", "get"] {
            let json_type = json!([{"key": "content-type", "value": "application/json; charset=utf-8"}]);
            check(&format!("{method} body {body}"), &with(&json!({"url": "http://h", "method": method, "body": body})));
            check(
                &format!("{method} json body {body}"),
                &with(&json!({"url": "http://h", "method": method, "body": body, "header": json_type})),
            );
        }
    }
    let auths = json!([null, {}, {"type": null}, {"type": "noauth"}, {"type": "basic", "basic": {"username": "u", "password": 5}}, {"type": "x"},
        {"type": "oauth2", "oauth2": [{"key": "a", "value": [{"k": null}]}, {"key": "a", "value": true}, {"key": "b"}], "basic": []}]);
    for auth in auths.as_array().expect("a list") {
        let collection = json!({"info": {"name": "C"}, "auth": auth, "item": [{"name": "F", "auth": {"type": "bearer", "bearer": [{"key": "token", "value": "t"}]},
            "item": [{"name": "R", "request": {"url": "x", "auth": auth}}]}, {"name": "S", "request": "http://h"}]});
        check(&format!("auth {auth}"), &collection);
    }
    let events = json!([null, {"listen": "test", "script": "a\r\nb"}, [{"listen": "test", "script": ["a", null, 5]}, null, {"listen": "Test", "script": "x"}],
        [{"listen": "prerequest", "script": {"exec": "\n\n  x\n", "src": "y"}}, {"listen": "prerequest", "script": {"exec": null}},
            {"listen": "test", "script": {"exec": ["a\tb", ""], "packages": {"p": {}}}}, {"listen": "test", "disabled": true, "script": {"exec": ["z"]}}]]);
    for event in events.as_array().expect("a list") {
        let collection = json!({"info": {"name": "C"}, "event": event, "item": [{"name": "F", "event": event, "item": [{"name": "R", "event": event, "request": "x"}]}]});
        check(&format!("event {event}"), &collection);
    }
    let trees = json!([{}, {"item": {"name": "one", "request": "x"}}, {"item": [null, 5, "x", {"name": null}, {"item": []}, {"item": null, "request": "y"}]},
        {"info": {"name": ""}, "item": [{"name": "a/b", "item": [{"name": "a:b"}, {"name": "A-b"}]}, {"name": "a\\b", "request": "x"}, {"name": "..", "item": [{"name": ""}]}]},
        {"name": "root name", "id": "root id", "item": [{"id": "1", "name": "same"}, {"_postman_id": "2", "name": "same"}, {"uid": "3", "name": "Same"}]},
        {"info": {"name": "C", "description": {"content": "# d\n", "type": "text/markdown"}}, "protocolProfileBehavior": {"disabledSystemHeaders": {"accept": true, "x": false}, "strictSSL": "no"},
            "item": [{"name": "F", "protocolProfileBehavior": {"maxRedirects": 3}, "item": [{"name": "R", "protocolProfileBehavior": {"disableBodyPruning": false, "tlsDisabledProtocols": ["TLSv1"]},
                "request": {"url": "x", "description": "  d\n"}}]}],
            "variable": [{"key": "a", "value": 1, "type": "string"}, {"key": "b", "value": "true", "type": "boolean"}, {"key": "s", "value": "x", "type": "secret"},
                {"key": 5, "value": null}, {"key": "o", "value": {"x": [1]}}, {"name": "n"}, null, {"key": "d", "disabled": true}]}]);
    for tree in trees.as_array().expect("a list") {
        check(&format!("tree {tree}"), tree);
    }
}

#[test]
fn descriptions_of_items_are_kept() {
    let collection = json!({"info": {"name": "C", "description": "c\nd"}, "item": [{"name": "F", "description": {"content": "f"},
        "item": [{"name": "R", "request": {"url": "x", "description": "r"}}, {"name": "S", "description": "s", "request": "x"}]}]});
    let (back, losses) = there_and_back(&collection);
    assert!(losses.is_empty(), "{losses:?}");
    assert_eq!(back["info"]["description"], "c\nd");
    let folder = &back["item"][0];
    assert_eq!((&folder["description"], &folder["item"][0]["request"]["description"]), (&json!("f"), &json!("r")));
    assert_eq!(folder["item"][1]["request"]["description"], "s");
}

#[test]
fn losses_are_told_by_kind() {
    let loss = |what: &str, at: &str| Loss { what: what.to_owned(), at: at.to_owned() };
    let lines = told(&[loss("a", "x"), loss("b", ""), loss("a", "y"), loss("c", "z")]);
    assert_eq!(lines, ["a (2 times, first at \"x\")", "b", "c (at \"z\")"]);
}

#[test]
fn what_older_formats_cannot_say_is_told() {
    let collection = json!({"info": {"name": "C"}, "item": [
        {"name": "R", "request": {"url": "x", "proxy": {"host": "p"}, "body": {"mode": "file", "file": {"src": "a", "content": "aGk="}},
            "auth": {"type": "basic", "basic": [{"key": "username", "value": "a"}, {"key": "username", "value": "b"}, {"key": "password", "value": "p", "note": "n"}]}}},
        {"name": "F", "item": []}]});
    let (_, losses) = v1(&normal(collection.clone()));
    let lines = told(&losses.list);
    for wanted in [
        "`proxy` of the request (at \"R\")",
        "`content` of the file of a body (at \"R\")",
        "the order of folders that stand after requests: v1 has folders first",
    ] {
        assert!(lines.iter().any(|line| line == wanted), "{wanted}: {lines:?}");
    }
    let (older, losses) = v20(normal(collection));
    assert_eq!(older["item"][0]["request"]["auth"]["basic"], json!({"username": "b", "password": "p"}));
    assert!(older["info"]["schema"].as_str().is_some_and(|schema| schema.contains("v2.0.0")));
    assert_eq!(told(&losses.list).len(), 2, "{:?}", told(&losses.list));
}
