//! The cases of `tests/sandbox/cases/`, in the sandbox as the binary has it. `tests/sandbox/host.js` drives the same cases in
//! JavaScript alone; the format is described in `src/script/js/CONTRACT.md`.

use std::cell::RefCell;
use std::collections::HashMap;
use std::fs;
use std::path::Path;
use std::rc::Rc;

use postbud::event::{Assertion, Phase, ScriptError};
use postbud::script::{
    ConsoleStyle, HostCall, HostCallKind, Limits, Outcome, Sandbox, SandboxEvent, ScopeChange, ScriptHost, ScriptJob,
    Step,
};
use serde_json::{Map, Value, json};

use crate::harness::repository;

/// Where the default request goes.
const ECHO: &str = "http://127.0.0.1:8000/r";

/// What the scripts of one case see, and what they leave behind.
#[derive(Default)]
struct World {
    row: Value,
    request: Value,
    /// `None`: the request failed.
    response: Option<(Value, String)>,
    scopes: HashMap<&'static str, Vec<Value>>,
    cookies: Map<String, Value>,
}

/// The world behind the interface that the sandbox asks.
struct Host(RefCell<World>);

impl ScriptHost for Host {
    fn scope(&self, name: &str) -> String {
        let world = self.0.borrow();
        if name == "iterationData" {
            return world.row.to_string();
        }
        Value::Array(world.scopes.get(name).cloned().unwrap_or_default()).to_string()
    }
    fn scope_meta(&self, name: &str) -> String {
        let mut meta = json!({"id": format!("id-of-{name}")});
        if name == "environment" {
            meta["name"] = "test environment".into();
        }
        meta.to_string()
    }
    fn request(&self) -> String {
        self.0.borrow().request.to_string()
    }
    fn response(&self) -> String {
        self.0.borrow().response.as_ref().map_or_else(|| "null".to_owned(), |(meta, _)| meta.to_string())
    }
    fn body_text(&self) -> String {
        self.0.borrow().response.as_ref().map(|(_, body)| body.clone()).unwrap_or_default()
    }
    fn body_bytes(&self) -> Vec<u8> {
        self.body_text().into_bytes()
    }
    fn dynamic(&self, name: &str) -> Option<String> {
        let value = match name {
            "$guid" | "$randomUUID" => "6fa459ea-ee8a-4ca4-894e-db77e160355e",
            "$randomInt" => "7",
            "$timestamp" => "1700000000",
            _ => return None,
        };
        Some(value.to_owned())
    }
}

/// An effect that is under way, due at a virtual time.
struct Pending {
    at: f64,
    call: HostCall,
}

/// What happened while one script ran.
#[derive(Default)]
struct Seen {
    assertions: Vec<Assertion>,
    console: Vec<String>,
    exceptions: Vec<ScriptError>,
    deprecated: Vec<String>,
    sent: Vec<Value>,
}

impl Seen {
    fn note(&mut self, sandbox: &Sandbox, pending: &mut Vec<Pending>) {
        for event in sandbox.take_events() {
            match event {
                SandboxEvent::Assertion(assertion) => self.assertions.push(assertion),
                SandboxEvent::Console { text, .. } => self.console.push(text),
                SandboxEvent::Exception(error) | SandboxEvent::Rejection(error) => self.exceptions.push(error),
                SandboxEvent::Deprecated { name, .. } => self.deprecated.push(name),
                SandboxEvent::Cancelled(id) => pending.retain(|other| other.call.id != id),
            }
        }
    }
}

fn default_response() -> (Value, String) {
    let meta = json!({
        "code": 200, "status": "OK", "responseTime": 12, "responseSize": 30, "downloadedBytes": 30, "cookies": [],
        "header": [{"key": "Content-Type", "value": "application/json"}, {"key": "X-One", "value": "1"}],
        "sizes": {"body": 30, "header": 100, "total": 130},
    });
    (meta, r#"{"method":"GET","url":"/r","headers":{"a":"b"},"rawHeaders":[],"body":""}"#.to_owned())
}

/// The response of a case: what it gives in place of the default's members; `null` where the request failed.
fn response_of(given: Option<&Value>) -> Option<(Value, String)> {
    let (mut meta, mut body) = default_response();
    match given {
        Some(Value::Null) => return None,
        Some(Value::Object(members)) => {
            for (key, value) in members {
                match (key.as_str(), value) {
                    ("body", Value::String(text)) => body.clone_from(text),
                    ("body", other) => body = other.to_string(),
                    (key, value) => meta[key] = value.clone(),
                }
            }
        }
        _ => {}
    }
    Some((meta, body))
}

/// Variables of a case: a list as the sandbox wants it, or an object of values (or of entries without their keys).
fn entries(given: Option<&Value>) -> Vec<Value> {
    match given {
        Some(Value::Array(list)) => list.clone(),
        Some(Value::Object(members)) => members
            .iter()
            .map(|(key, value)| {
                let mut entry = json!({"key": key});
                match value {
                    Value::Object(own) if own.contains_key("value") => {
                        for (name, value) in own {
                            entry[name] = value.clone();
                        }
                    }
                    value => entry["value"] = value.clone(),
                }
                entry
            })
            .collect(),
        _ => Vec::new(),
    }
}

/// Performs an effect as the contract says.
fn perform(world: &mut World, call: &HostCall) -> Value {
    let arguments = &call.arguments;
    let text = |value: &Value, key: &str| value.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    match call.kind {
        HostCallKind::Timer => json!({}),
        HostCallKind::SendRequest => {
            let url = arguments.get("url").map(|url| url.as_str().map_or_else(|| text(url, "raw"), str::to_owned));
            let url = url.unwrap_or_default();
            if url.contains(":1/") || url.ends_with(":1") {
                return json!({"error": {"name": "Error", "message": "connect ECONNREFUSED 127.0.0.1:1", "code": "ECONNREFUSED",
                    "errno": -111, "syscall": "connect", "address": "127.0.0.1", "port": 1}});
            }
            let mut headers = Map::new();
            for header in arguments.get("header").and_then(Value::as_array).into_iter().flatten() {
                headers.insert(text(header, "key").to_lowercase(), header.get("value").cloned().unwrap_or_default());
            }
            let body = arguments.pointer("/body/raw").cloned().unwrap_or_else(|| "".into());
            let (mut response, _) = default_response();
            let answer = json!({"method": arguments.get("method"), "url": url, "headers": headers, "body": body});
            response["text"] = answer.to_string().into();
            json!({"response": response})
        }
        HostCallKind::CookieSet => {
            let (name, value) = if let Some(cookie) = arguments.get("cookie") {
                (text(cookie, "name"), text(cookie, "value"))
            } else {
                let text = text(arguments, "text");
                let pair = text.split(';').next().unwrap_or_default();
                pair.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned())).unwrap_or_default()
            };
            let cookie = json!({"name": name, "value": value, "path": "/", "domain": "127.0.0.1"});
            world.cookies.insert(name, cookie.clone());
            json!({"value": cookie})
        }
        HostCallKind::CookieGet => json!({"value": world.cookies.get(&text(arguments, "name"))}),
        HostCallKind::CookieGetAll => json!({"value": world.cookies.values().collect::<Vec<_>>()}),
        HostCallKind::CookieUnset => {
            world.cookies.shift_remove(&text(arguments, "name"));
            json!({"value": null})
        }
        HostCallKind::CookieClear => {
            world.cookies.clear();
            json!({"value": null})
        }
        HostCallKind::VaultGet | HostCallKind::VaultSet | HostCallKind::VaultUnset => {
            json!({"error": {"name": "Error", "message": "Vault access denied"}})
        }
        HostCallKind::RunRequest => json!({"error": {"name": "Error", "message": "no runRequest here"}}),
        HostCallKind::Unsupported => {
            json!({"error": {"name": "Error", "message": format!("no {} here", text(arguments, "kind"))}})
        }
    }
}

/// Carries what a script changed into the world.
fn apply(world: &mut World, outcome: &Outcome) {
    for scope in &outcome.changes {
        let Some(list) = world.scopes.get_mut(scope.scope.as_str()) else { continue };
        for change in &scope.changes {
            let live = |entry: &Value, key: &str| entry["key"] == key && entry["disabled"] != true;
            match change {
                ScopeChange::Clear => list.clear(),
                ScopeChange::Unset(key) => list.retain(|entry| !live(entry, key)),
                ScopeChange::Set(key, value) => match list.iter_mut().rfind(|entry| live(entry, key)) {
                    Some(entry) => entry["value"] = value.clone(),
                    None => list.push(json!({"key": key, "value": value})),
                },
            }
        }
    }
    if let Some(Value::Array(entries)) = &outcome.variables {
        world.scopes.insert("variables", entries.clone());
    }
    if let Some(request) = &outcome.request {
        world.request = request.clone();
    }
}

/// Runs one script to its end; time is virtual, so nothing waits.
fn run(sandbox: &Sandbox, host: &Rc<Host>, test: &Value, script: &Value, time: &mut f64) -> (Outcome, Seen) {
    let member = |key: &str| script.get(key).and_then(Value::as_str);
    let job = ScriptJob {
        phase: if member("phase") == Some("prerequest") { Phase::Prerequest } else { Phase::Test },
        source: member("script").expect("a script"),
        iteration: test.get("iteration").and_then(Value::as_u64).unwrap_or_default() as u32,
        iteration_count: 2,
        request_name: "Request",
        request_id: "request-id",
        request_description: Some(""),
        location: vec!["Collection", "Folder", "Request"],
        owner: "Request",
        failed: host.0.borrow().response.is_none(),
        console: ConsoleStyle {
            columns: test.pointer("/job/columns").and_then(Value::as_u64).map(|columns| columns as usize),
            colors: test.pointer("/job/colors") == Some(&Value::Bool(true)),
        },
    };
    let mut seen = Seen::default();
    let mut pending: Vec<Pending> = Vec::new();
    let mut step = sandbox.start(&job, Rc::clone(host) as Rc<dyn ScriptHost>).expect("the script starts");
    if let Some(error) = script.get("abort") {
        let text = |key: &str| error.get(key).and_then(Value::as_str).unwrap_or_default();
        let outcome = match step {
            Step::Done(outcome) => *outcome,
            Step::Waiting(_) => sandbox.abort(text("name"), text("message")).expect("the script ends"),
        };
        seen.note(sandbox, &mut pending);
        return (outcome, seen);
    }
    for _ in 0..2000 {
        seen.note(sandbox, &mut pending);
        let calls = match step {
            Step::Done(outcome) => return (*outcome, seen),
            Step::Waiting(calls) => calls,
        };
        for call in calls {
            let at = match call.kind {
                HostCallKind::Timer if call.arguments["immediate"] == true => *time - 1.0,
                HostCallKind::Timer => *time + call.arguments["ms"].as_f64().unwrap_or_default(),
                _ => *time + 0.5,
            };
            if call.kind == HostCallKind::SendRequest {
                seen.sent.push(call.arguments.clone());
            }
            pending.push(Pending { at, call });
        }
        pending.sort_by(|a, b| a.at.total_cmp(&b.at).then(a.call.id.cmp(&b.call.id)));
        assert!(!pending.is_empty(), "{}: waits for nothing", test["name"]);
        let next = pending.remove(0);
        *time = time.max(next.at);
        let value = perform(&mut host.0.borrow_mut(), &next.call);
        step = sandbox.settle(next.call.id, &value).expect("the script goes on");
    }
    panic!("{}: does not end", test["name"]);
}

fn shown(error: &ScriptError) -> String {
    let part = |text: &Option<String>| text.clone().unwrap_or_else(|| "undefined".to_owned());
    format!("{}: {}", part(&error.name), part(&error.message))
}

/// Collects what differs from what a case expects.
struct Differences<'a> {
    label: &'a str,
    found: &'a mut Vec<String>,
}

impl Differences<'_> {
    fn check(&mut self, what: &str, wanted: &Value, got: &Value) {
        if wanted != got {
            self.found.push(format!("{}: {what}\n    wanted {wanted}\n    got    {got}", self.label));
        }
    }

    fn compare(&mut self, expect: &Value, outcome: &Outcome, seen: &Seen, world: &World) {
        let empty = Vec::new();
        let wanted = expect.get("assertions").and_then(Value::as_array).unwrap_or(&empty);
        let (wanted, got) = assertions(wanted, &seen.assertions);
        self.check("assertions", &wanted, &got);
        let error = outcome.error.as_ref().map(shown);
        self.check("error", expect.get("error").unwrap_or(&Value::Null), &json!(error));
        if let Some(at) = expect.get("at") {
            let error = outcome.error.clone().unwrap_or_default();
            self.check("place", at, &json!([error.line, error.column]));
        }
        let exceptions: Vec<String> = seen.exceptions.iter().map(shown).collect();
        self.check("exceptions", expect.get("exceptions").unwrap_or(&json!([])), &json!(exceptions));
        let next = outcome.next_request.as_ref().map(|next| json!({"value": next}));
        let indices: Vec<u32> = seen.assertions.iter().map(|assertion| assertion.index).collect();
        let plain = [
            ("console", json!(seen.console)),
            ("deprecated", json!(seen.deprecated)),
            ("nextRequest", json!(next)),
            ("skipped", json!(outcome.skipped)),
            ("indices", json!(indices)),
            ("sent", json!(seen.sent)),
        ];
        for (what, got) in plain {
            if let Some(wanted) = expect.get(what) {
                self.check(what, wanted, &got);
            }
        }
        let members = |key: &str| expect.get(key).and_then(Value::as_object).into_iter().flatten();
        for (key, wanted) in members("request") {
            let got = outcome.request.as_ref().and_then(|request| request.get(key));
            self.check(&format!("request {key}"), wanted, got.unwrap_or(&Value::Null));
        }
        for name in ["environment", "globals", "collectionVariables"] {
            for (key, wanted) in members(name) {
                let got = world.scopes[name].iter().rfind(|entry| entry["key"] == key.as_str());
                self.check(&format!("{name} {key}"), wanted, &got.map(|e| e["value"].clone()).unwrap_or_default());
            }
        }
    }
}

/// Both sides in one form: a failure's message may be given without the name of its error, or not at all.
fn assertions(wanted: &[Value], made: &[Assertion]) -> (Value, Value) {
    let row = |row: &Value| -> Vec<Value> {
        let cells = row.as_array().cloned().unwrap_or_default();
        let keep = if cells.get(1).is_some_and(|verdict| verdict == "fail") { 3 } else { 2 };
        cells.into_iter().take(keep).collect()
    };
    let wanted: Vec<Vec<Value>> = wanted.iter().map(row).collect();
    let got: Vec<Vec<Value>> = made
        .iter()
        .enumerate()
        .map(|(index, assertion)| {
            let name = Value::from(assertion.name.as_str());
            let Some(error) = assertion.error.as_ref().filter(|_| !assertion.skipped) else {
                return vec![name, if assertion.skipped { "skip" } else { "pass" }.into()];
            };
            let error = shown(error);
            match wanted.get(index) {
                Some(row) if row.len() == 2 && row[1] == "fail" => vec![name, "fail".into()],
                Some(row) if row.len() == 3 && !names_an_error(row[2].as_str().unwrap_or_default()) => {
                    vec![name, "fail".into(), error.strip_prefix("AssertionError: ").unwrap_or(&error).into()]
                }
                _ => vec![name, "fail".into(), error.into()],
            }
        })
        .collect();
    (json!(wanted), json!(got))
}

/// Whether a message begins with the name of its error.
fn names_an_error(message: &str) -> bool {
    message
        .split_once(": ")
        .is_some_and(|(name, _)| name.ends_with("Error") && name.chars().all(|c| c.is_alphanumeric() || c == '_'))
}

/// Runs one file in a realm of its own; returns how many cases there are and what differs.
fn differences(name: &str) -> (usize, Vec<String>) {
    let path = repository("tests/sandbox/cases").join(name);
    let cases: Vec<Value> = serde_json::from_str(&fs::read_to_string(path).expect("readable")).expect("cases");
    let sandbox = Sandbox::new(Limits::default()).expect("the sandbox starts");
    let mut found = Vec::new();
    // `noRunRequest`: about a host that runs no requests for scripts; postbud's runs them.
    for test in cases.iter().filter(|test| test["noRunRequest"] != true) {
        let mut time = 0.0;
        let scope = |key: &str| entries(test.get(key));
        let world = World {
            row: test.get("data").cloned().unwrap_or_else(|| json!({})),
            request: test
                .get("request")
                .cloned()
                .unwrap_or_else(|| json!({"method": "GET", "url": ECHO, "header": []})),
            scopes: HashMap::from([
                ("environment", scope("environment")),
                ("globals", scope("globals")),
                ("collectionVariables", scope("collectionVariables")),
                ("variables", Vec::new()),
            ]),
            ..World::default()
        };
        let host = Rc::new(Host(RefCell::new(world)));
        let single = std::slice::from_ref(test);
        let steps = test.get("steps").and_then(Value::as_array).map_or(single, Vec::as_slice);
        for (index, script) in steps.iter().enumerate() {
            host.0.borrow_mut().response = response_of(script.get("response").or_else(|| test.get("response")));
            let (outcome, seen) = run(&sandbox, &host, test, script, &mut time);
            apply(&mut host.0.borrow_mut(), &outcome);
            let name = test["name"].as_str().unwrap_or_default();
            let label = if test.get("steps").is_some() { format!("{name} [{}]", index + 1) } else { name.to_owned() };
            let nothing = json!({});
            let expect = script.get("expect").unwrap_or(&nothing);
            Differences { label: &label, found: &mut found }.compare(expect, &outcome, &seen, &host.0.borrow());
        }
    }
    (cases.len(), found)
}

#[test]
fn cases_give_what_they_expect() {
    let mut names: Vec<String> = fs::read_dir(repository("tests/sandbox/cases"))
        .expect("the folder of cases")
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| Path::new(name).extension().is_some_and(|extension| extension == "json"))
        .collect();
    names.sort();
    assert!(!names.is_empty());
    // The engine needs more stack than a test's thread has.
    let work = move || {
        let mut failed = 0;
        for name in names {
            let (count, found) = differences(&name);
            failed += found.len();
            eprintln!("{name}: {count} cases, {} differences", found.len());
            for difference in found {
                eprintln!("  {difference}");
            }
        }
        failed
    };
    let worker = std::thread::Builder::new().stack_size(64 << 20).spawn(work).expect("a thread");
    let failed = worker.join().expect("the driver does not panic");
    assert_eq!(failed, 0, "differences, listed above");
}

/// The kept answers are newman's: asked again where it is installed.
#[test]
fn newman_still_gives_the_kept_answers() {
    let Ok(newman) = std::env::var("NEWMAN") else {
        eprintln!("skipped: NEWMAN does not name newman.js");
        return;
    };
    let script = crate::harness::repository("tests/sandbox/newman.mjs");
    let output = std::process::Command::new("node").arg(script).env("NEWMAN", newman).output().expect("node runs");
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{told}\n{}", String::from_utf8_lossy(&output.stderr));
    let passed = told.lines().last().and_then(|line| line.split(' ').next()?.parse::<u32>().ok());
    assert!(passed.is_some_and(|passed| passed >= 400), "{told}");
}
