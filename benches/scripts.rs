//! What do scripts cost? Start-up of the engine, the first script that expects something (chai loads then), each further
//! execution of a pre-request and a test script with two tests of three expectations, and filling in `{{variables}}`.
//!
//! `cargo bench --bench scripts` prints the median of many runs of each; nothing passes or fails by time.

use std::hint::black_box;
use std::rc::Rc;
use std::time::{Duration, Instant};

use postbud::event::Phase;
use postbud::script::{ConsoleStyle, Limits, Sandbox, ScriptHost, ScriptJob, Step};
use postbud::variables::{Scope, ScopeStack};
use serde_json::json;

const BEFORE: &str = "pm.environment.set('token', 'abc' + pm.info.iteration); pm.variables.set('now', Date.now());";
const AFTER: &str = "
pm.test('status', () => {
    pm.expect(pm.response.code).to.eql(200);
    pm.response.to.have.status(200);
    pm.expect(pm.response.responseTime).to.be.below(5000);
});
pm.test('body', () => {
    const body = pm.response.json();
    pm.expect(body).to.be.an('object');
    pm.expect(body.ok).to.be.true;
    pm.expect(body.items).to.have.lengthOf(3);
});";

struct Answer;

impl ScriptHost for Answer {
    fn scope(&self, name: &str) -> String {
        if name == "iterationData" { "{}" } else { r#"[{"key": "base", "value": "http://localhost"}]"# }.to_owned()
    }
    fn scope_meta(&self, _: &str) -> String {
        "{}".to_owned()
    }
    fn request(&self) -> String {
        r#"{"url": "http://localhost/x", "method": "GET", "header": []}"#.to_owned()
    }
    fn response(&self) -> String {
        json!({
            "code": 200, "status": "OK", "header": [{"key": "Content-Type", "value": "application/json"}],
            "responseTime": 3, "responseSize": 80, "downloadedBytes": 80, "cookies": [],
            "sizes": {"body": 80, "header": 100, "total": 180},
        })
        .to_string()
    }
    fn body_text(&self) -> String {
        r#"{"ok": true, "id": 42, "name": "resource", "items": [1, 2, 3], "nested": {"a": "b"}}"#.to_owned()
    }
    fn body_bytes(&self) -> Vec<u8> {
        self.body_text().into_bytes()
    }
    fn dynamic(&self, _: &str) -> Option<String> {
        None
    }
}

fn execute(sandbox: &Sandbox, phase: Phase, source: &str, host: &Rc<Answer>) {
    let job = ScriptJob {
        phase,
        source,
        iteration: 0,
        iteration_count: 1,
        request_name: "request",
        request_id: "id",
        request_description: None,
        location: vec!["collection", "request"],
        owner: "request",
        failed: false,
        console: ConsoleStyle::default(),
    };
    let step = sandbox.start(&job, Rc::clone(host) as Rc<dyn ScriptHost>).expect("the engine works");
    assert!(matches!(step, Step::Done(_)), "nothing waits here");
    black_box(sandbox.take_events());
}

/// Prints the median time of a call.
fn report(what: &str, mut times: Vec<Duration>) {
    times.sort_unstable();
    println!("{what:<52} {:>10.1} µs", times[times.len() / 2].as_secs_f64() * 1e6);
}

fn times(count: usize, mut call: impl FnMut()) -> Vec<Duration> {
    let once = |call: &mut dyn FnMut()| {
        let started = Instant::now();
        call();
        started.elapsed()
    };
    (0..count).map(|_| once(&mut call)).collect()
}

fn main() {
    let host = Rc::new(Answer);
    let new = || Sandbox::new(Limits::default()).expect("the engine starts");
    report("start of the engine", times(50, || drop(black_box(new()))));
    let fresh: Vec<Sandbox> = (0..30).map(|_| new()).collect();
    let mut all = fresh.iter();
    let empty = times(30, || execute(all.next().expect("one each"), Phase::Prerequest, BEFORE, &host));
    report("first pre-request script", empty);
    let mut all = fresh.iter();
    report("first test script", times(30, || execute(all.next().expect("one each"), Phase::Test, AFTER, &host)));
    let sandbox = new();
    report("each further pre-request script", times(3000, || execute(&sandbox, Phase::Prerequest, BEFORE, &host)));
    report("each further test script", times(3000, || execute(&sandbox, Phase::Test, AFTER, &host)));

    let scope = Scope::of((0..50).map(|n| (format!("name{n}"), json!(format!("value {n}")))));
    let none = Scope::default();
    let stack = ScopeStack {
        local: &none,
        data: None,
        environment: &scope,
        collection: &none,
        globals: &none,
        overrides: &|_| None,
        dynamic: &|_| None,
    };
    let text = "https://{{name1}}/{{name25}}/{{name49}}?a={{unknown}}";
    report("filling in a URL of four variables", times(3000, || drop(black_box(stack.fill(text)))));
}
