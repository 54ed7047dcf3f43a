//! One rich run, built from events by hand, that every report is tested with.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use serde_json::{Value, json};

use super::{Reporter, ReporterOptions, Reporters};
use crate::event::message::{Header, Response, SendError, SentRequest, Timings};
use crate::event::url::WireUrl;
use crate::event::{
    Assertion, AssertionSource, Compared, Cursor, Event, EventKind, ItemInfo, Origin, Phase, RequestOutcome, RunEnd,
    RunInfo, ScriptError, Substitution, Warning,
};
use crate::secret::Redactor;

/// Stands in messages, headers, bodies and URLs of the run; no report may show it.
pub(super) const SECRET: &str = "s3cr3t-t0ken-value";

/// Gives the rich run to the reporter of that name.
pub(super) fn report(name: &str, options: &ReporterOptions) {
    let mut reporters = reporters();
    reporters.add(name, options).unwrap();
    play(reporters);
}

/// What the reporter of that name writes of the rich run.
pub(super) fn written(name: &str, options: ReporterOptions) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("report");
    report(name, &ReporterOptions { export: Some(path.clone()), ..options });
    std::fs::read_to_string(path).unwrap()
}

/// Gives the rich run to a reporter.
pub(super) fn run_with(name: &str, reporter: Box<dyn Reporter>) {
    let mut reporters = reporters();
    reporters.push(name, reporter);
    play(reporters);
}

fn reporters() -> Reporters {
    let redactor = Redactor::new();
    redactor.add(SECRET);
    Reporters::new(redactor)
}

fn play(mut reporters: Reporters) {
    for event in rich_run() {
        reporters.on_event(event);
    }
    let failures = reporters.finish();
    assert!(failures.is_empty(), "{failures:?}");
}

fn items() -> [Arc<ItemInfo>; 4] {
    let item = |id: &str, name: &str, folders: &[&str], source: Value| {
        Arc::new(ItemInfo {
            id: id.to_owned(),
            name: name.to_owned(),
            folders: folders.iter().map(|&f| f.to_owned()).collect(),
            folder_id: folders.last().map(|name| format!("f-{name}")),
            source: Arc::new(source),
        })
    };
    [
        item(
            "i-1",
            "Get <token> & go",
            &["Auth", "Inner"],
            json!({ "id": "i-1", "name": "Get <token> & go", "request": { "url": { "host": ["h"] }, "method": "GET" },
            "response": [], "event": [{ "listen": "prerequest", "script": { "id": "s-1", "exec": ["pm.sendRequest(…)"] } }] }),
        ),
        item(
            "i-2",
            "Create",
            &["Auth", "Inner"],
            json!({ "id": "i-2", "name": "Create", "request": { "method": "POST", "description": { "content": "Makes one" } } }),
        ),
        item("i-3", "Refused", &[], json!({ "id": "i-3", "name": "Refused" })),
        item("i-4", "Left out", &[], json!({ "id": "i-4", "name": "Left out" })),
    ]
}

/// Builds events in order, a millisecond apart.
struct Script {
    events: Vec<Event>,
    cursor: Cursor,
    executions: u64,
}

impl Script {
    fn push(&mut self, kind: EventKind) {
        let at = Duration::from_millis(self.events.len() as u64);
        self.events.push(Event { at, cursor: self.cursor.clone(), kind });
    }

    fn item(&mut self, position: u32, item: &Arc<ItemInfo>) {
        self.executions += 1;
        self.cursor = Cursor { position, execution: self.executions, item: Some(Arc::clone(item)), ..self.cursor };
        self.push(EventKind::ItemStarted);
    }

    fn done(&mut self, skipped: bool) {
        self.push(EventKind::ItemFinished { skipped });
        self.cursor = Cursor { iteration: self.cursor.iteration, ..Cursor::default() };
    }

    fn script(&mut self, phase: Phase, error: Option<ScriptError>, inside: impl FnOnce(&mut Self)) {
        self.push(EventKind::ScriptStarted { phase, owner: "Inner".to_owned() });
        inside(self);
        self.push(EventKind::ScriptFinished {
            phase,
            owner: "Inner".to_owned(),
            duration: Duration::from_millis(3),
            error,
        });
    }

    fn request(&mut self, outcome: RequestOutcome) {
        self.push(EventKind::RequestStarted { origin: outcome.origin });
        self.push(EventKind::RequestFinished(Arc::new(outcome)));
    }

    fn assert(&mut self, index: u32, name: &str, error: Option<&str>) {
        self.push(EventKind::AssertionEvaluated(Assertion {
            name: name.to_owned(),
            index,
            skipped: false,
            error: error.map(|message| script_error("AssertionError", message)),
            source: AssertionSource::Script(Phase::Test),
        }));
    }
}

fn script_error(name: &str, message: &str) -> ScriptError {
    ScriptError { name: Some(name.to_owned()), message: Some(message.to_owned()), ..ScriptError::default() }
}

fn sent(method: &str, path: &str, query: Option<&str>, body: &str) -> Arc<SentRequest> {
    Arc::new(SentRequest {
        method: method.to_owned(),
        url: WireUrl {
            scheme: "https".to_owned(),
            host: "api.example.test".to_owned(),
            port: Some("8443".to_owned()),
            path: path.to_owned(),
            query: query.map(str::to_owned),
            ..WireUrl::default()
        },
        headers: vec![
            Header::new("X-Trace", "1"),
            Header::system("Authorization", format!("Bearer {SECRET}")),
            Header::system("User-Agent", "postbud/test"),
            Header::system("Accept", "*/*"),
        ],
        body: Bytes::from(body.to_owned()),
    })
}

fn outcome(origin: Origin, request: Arc<SentRequest>, code: u16, reason: &str, body: &str, ms: u64) -> RequestOutcome {
    let body = Bytes::from(body.to_owned());
    let size = body.len() as u64;
    RequestOutcome {
        origin,
        request: Some(request),
        body: None,
        auth: None,
        result: Ok(Arc::new(Response {
            http_version: "1.1",
            code,
            reason: reason.to_owned(),
            headers: vec![
                Header::new("Content-Type", "application/json"),
                Header::new("Set-Cookie", "sid=abc123; Path=/"),
            ],
            body,
            header_size: 100,
            body_size: size,
            downloaded_size: size,
        })),
        timings: Timings {
            first_byte: Duration::from_millis(ms - 1),
            download: Duration::from_millis(1),
            total: Duration::from_millis(ms),
            ..Timings::default()
        },
        substitutions: Vec::new(),
        explanation: None,
    }
}

/// Two iterations of four items: everything a report can meet.
pub(super) fn rich_run() -> Vec<Event> {
    let items = items();
    let mut s = Script { events: Vec::new(), cursor: Cursor::default(), executions: 0 };
    s.push(EventKind::RunStarted(Arc::new(RunInfo {
        collection_name: "Rich & <Run>".to_owned(),
        collection_id: "c-1".to_owned(),
        collection: Arc::new(json!({ "info": { "name": "Rich & <Run>", "_postman_id": "c-1" }, "item": [
            { "id": "f-Auth", "name": "Auth", "item": [{ "id": "f-Inner", "name": "Inner", "item": [&*items[0].source, &*items[1].source] }] },
            &*items[2].source, &*items[3].source],
            "variable": [{ "key": "token", "value": SECRET }] })),
        environment_name: Some("Test".to_owned()),
        iterations: 2,
        items: 4,
        started_ms: 1_795_375_645_099,
        shard: Some("2/4".to_owned()),
    })));
    s.push(EventKind::IterationStarted);
    first_iteration(&mut s, &items);
    s.push(EventKind::IterationFinished { completed: true });
    s.cursor.iteration = 1;
    s.push(EventKind::IterationStarted);
    second_iteration(&mut s, &items);
    s.push(EventKind::IterationFinished { completed: true });
    s.push(EventKind::RunFinished(Arc::new(RunEnd {
        environment: Arc::new(json!({ "id": "e-1", "name": "Test", "values": [{ "type": "secret", "key": "api", "value": "hidden-value" }, { "type": "any", "key": "n", "value": 1 }] })),
        globals: Arc::new(json!({ "id": "g-1", "values": [{ "type": "any", "key": "copy", "value": format!("has {SECRET}") }] })),
        error: None,
        interrupted: false,
    })));
    s.events
}

fn first_iteration(s: &mut Script, items: &[Arc<ItemInfo>; 4]) {
    s.item(0, &items[0]);
    s.script(Phase::Prerequest, None, |s| {
        s.request(outcome(
            Origin::Script,
            sent("GET", "/pre", Some("access_token=abc&x=1"), ""),
            404,
            "Not Found",
            "{}",
            4,
        ));
        s.push(EventKind::ConsoleLogged {
            level: "log".to_owned(),
            text: "'hello', { a: 1 }\n\n'日本語 µs'".to_owned(),
        });
        s.push(EventKind::ConsoleLogged { level: "warn".to_owned(), text: format!("'{SECRET}'") });
    });
    let mut answered =
        outcome(Origin::Item, sent("GET", "/token", None, ""), 200, "OK", "{\"note\":\"a passing body\"}", 20);
    answered.substitutions.push(Substitution {
        profile: "owner".to_owned(),
        how: "answered",
        note: Some("scope altinn:read".to_owned()),
    });
    s.request(answered);
    s.script(Phase::Test, None, |s| {
        s.assert(0, "status is 200", None);
        s.push(EventKind::AssertionEvaluated(Assertion {
            name: "not yet".to_owned(),
            index: 1,
            skipped: true,
            error: None,
            source: AssertionSource::Script(Phase::Test),
        }));
    });
    s.push(EventKind::NextRequestSet(Some("Create".to_owned())));
    s.done(false);
    s.item(1, &items[1]);
    let mut created = outcome(
        Origin::Item,
        sent("POST", "/create", None, &format!("{{\"client_secret\":\"zzz\",\"name\":\"{SECRET}\"}}")),
        401,
        "Unauthorized",
        "{\"error\":\"Unauthorized body\"}",
        35,
    );
    created.body =
        Some(Arc::new(json!({ "mode": "raw", "raw": format!("{{\"client_secret\":\"zzz\",\"name\":\"{SECRET}\"}}") })));
    created.explanation = Some("the token has expired; fetch a new one".to_owned());
    s.request(created);
    s.script(
        Phase::Test,
        Some(ScriptError {
            line: Some(3),
            column: Some(7),
            ..script_error("TypeError", "cannot read property 'id' of undefined")
        }),
        |s| {
            s.assert(0, "created", Some("expected response to have status code 201 but got 401"));
            s.assert(1, "created", Some(&format!("expected '{SECRET}' to equal 'x'")));
            let mut unequal = script_error("AssertionError", "expected { id: 1 } to deeply equal { id: 2 }");
            unequal.compared = Some(Arc::new(Compared {
                actual: json!({ "id": 1, "token": SECRET, "name": "same" }),
                expected: json!({ "name": "same", "id": 2, "extra": null }),
            }));
            s.push(EventKind::AssertionEvaluated(Assertion {
                name: "as ordered".to_owned(),
                index: 3,
                skipped: false,
                error: Some(unequal),
                source: AssertionSource::Script(Phase::Test),
            }));
            s.assert(2, "has \u{1} control ]]> and <xml>", None);
            s.push(EventKind::ExceptionRaised(script_error("Error", "thrown in a timer")));
        },
    );
    s.push(EventKind::Warned(Warning {
        code: "unresolved-variable",
        message: "variable `tenant` has no value in Auth / Inner / Create".to_owned(),
    }));
    s.done(false);
    refused(s, &items[2]);
    s.item(3, &items[3]);
    s.done(true);
}

fn second_iteration(s: &mut Script, items: &[Arc<ItemInfo>; 4]) {
    s.item(0, &items[0]);
    s.request(outcome(
        Origin::Token,
        sent("POST", "/oauth/token", None, "assertion=abc"),
        200,
        "OK",
        "{\"access_token\":\"abc\"}",
        6,
    ));
    s.request(outcome(Origin::Replay, sent("GET", "/token", None, ""), 401, "Unauthorized", "", 3));
    s.request(outcome(Origin::Item, sent("GET", "/token", None, ""), 200, "OK", "{}", 1500));
    s.script(Phase::Test, None, |s| s.assert(0, "status is 200", None));
    s.push(EventKind::AssertionEvaluated(Assertion {
        name: "expect: status 2xx".to_owned(),
        index: 0,
        skipped: false,
        error: None,
        source: AssertionSource::Expectation,
    }));
    s.done(false);
    s.item(1, &items[1]);
    s.request(outcome(Origin::Item, sent("POST", "/create", None, ""), 201, "Created", "{}", 30));
    s.done(false);
    refused(s, &items[2]);
}

fn refused(s: &mut Script, item: &Arc<ItemInfo>) {
    s.item(2, item);
    let request = sent("GET", "/none", None, "");
    s.request(RequestOutcome {
        origin: Origin::Item,
        request: Some(Arc::clone(&request)),
        body: None,
        auth: None,
        result: Err(Arc::new(SendError {
            message: "connect ECONNREFUSED 127.0.0.1:8443".to_owned(),
            code: Some("ECONNREFUSED".to_owned()),
            errno: Some(-111),
            syscall: Some("connect".to_owned()),
            address: Some("127.0.0.1".to_owned()),
            port: Some(8443),
            hint: Some("nothing listens at 127.0.0.1:8443; is the service up?".to_owned()),
            request: Some(request),
        })),
        timings: Timings::default(),
        substitutions: Vec::new(),
        explanation: None,
    });
    s.done(false);
}
