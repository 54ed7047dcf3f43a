//! Scripts that do what they should not: the run survives them, says what happened, and later scripts are not touched.

use serde_json::{Value, json};

use crate::harness::{Postbud, Ran, Server};

/// Runs a script, and after it one that needs a sandbox in good order; gives the first one's outcome.
fn survive(script: &str, words: &[&str]) -> Ran {
    let server = Server::echo();
    let item = |name: &str, script: &str| -> Value {
        json!({"name": name, "request": {"url": server.url()}, "event": [{"listen": "test", "script": {"exec": [script]}}]})
    };
    let after = "pm.test('after', () => { pm.expect([1, {a: 2}]).to.eql([1, {a: 2}]); pm.response.to.have.status(200); \
        pm.expect(pm.response.json().method).to.equal('GET'); pm.environment.set('k', 'v'); \
        pm.expect(pm.environment.get('k')).to.equal('v') })";
    let collection = json!({"info": {"name": "c"}, "item": [item("hostile", script), item("good", after)]});
    let ran = Postbud::run(&collection).args(words).go();
    assert_eq!(server.requests().len(), 2, "stdout: {}\nstderr: {}", ran.stdout, ran.stderr);
    assert!(ran.stdout.contains("✓  after"), "stdout: {}\nstderr: {}", ran.stdout, ran.stderr);
    ran
}

#[test]
fn endless_loops_end() {
    let limit = ["--timeout-script", "300"];
    survive("for (;;) {}", &limit).expect_code(1).expect_shown("timeout");
    survive("const again = () => Promise.resolve().then(again); again();", &limit)
        .expect_code(1)
        .expect_shown("timeout");
    survive("await new Promise(() => setInterval(() => {}, 1))", &limit).expect_code(1).expect_shown("timeout");
    survive("(function again() { setTimeout(again, 0) })()", &limit).expect_code(1).expect_shown("timeout");
    survive("try { for (;;) {} } catch (e) {} finally { for (;;) {} }", &limit).expect_code(1).expect_shown("timeout");
    survive("/^(a+)+$/.test('a'.repeat(60) + 'b')", &limit).expect_code(1).expect_shown("timeout");
}

#[test]
fn what_never_comes_is_not_waited_for() {
    survive("await new Promise(() => {})", &[]).expect_code(1);
}

#[test]
fn deep_recursion_is_an_error_of_the_script() {
    survive("(function deeper() { deeper() })()", &[]).expect_code(1).expect_shown("RangeError");
    survive("let deep = []; for (let i = 0; i < 1e5; i++) deep = [deep]; JSON.stringify(deep)", &[]).expect_code(1);
    survive("let deep = {}; for (let i = 0; i < 1e5; i++) deep = {deep}; console.log(deep)", &[]);
    survive("let deep = {}; for (let i = 0; i < 1e5; i++) deep = {deep}; pm.environment.set('deep', deep)", &[]);
}

#[test]
fn memory_is_limited() {
    survive("const all = []; for (;;) all.push(new Array(1e6).fill(1))", &[]).expect_code(1).expect_shown("memory");
    survive("let text = 'x'; for (;;) text += text", &[]).expect_code(1);
}

#[test]
fn tampering_stays_where_it_is() {
    for script in [
        "Array.prototype.push = () => { throw new Error('tampered') }; Object.keys = null; JSON.stringify = () => 'x'",
        "Object.prototype.then = () => {}; Object.prototype.toJSON = () => 'x'; Object.prototype.value = 1",
        "Promise.prototype.then = null; Promise.resolve = null; Symbol.iterator = null",
        "Function.prototype.call = null; Function.prototype.apply = null; Array.prototype[Symbol.iterator] = null",
        "Map.prototype.get = null; Map.prototype.set = null; String.prototype.replace = null; RegExp.prototype.exec = null",
    ] {
        let server = Server::echo();
        let item = |script: &str| {
            json!({"name": "r", "request": {"url": server.url()},
            "event": [{"listen": "test", "script": {"exec": [script]}}]})
        };
        let collection = json!({"info": {"name": "c"}, "item": [item(script), item("1 + 1"), item("1 + 1")]});
        let ran = Postbud::run(&collection).go();
        // newman makes a new context for each script; here a realm lives on, so its user may hurt himself: but never the run.
        assert_eq!(server.requests().len(), 3, "{script}\nstdout: {}\nstderr: {}", ran.stdout, ran.stderr);
        assert!([0, 1].contains(&ran.code), "{script}\n{}{}", ran.stdout, ran.stderr);
    }
}

#[test]
fn odd_throws_are_reported() {
    survive("throw 'a text'", &[]).expect_code(1);
    // newman takes a thrown `null` for success (measured).
    survive("throw null", &[]).expect_code(0);
    survive("throw undefined", &[]).expect_code(0);
    survive("throw {get message() { throw new Error('inner') }, get name() { throw 1 }}", &[]).expect_code(1);
    survive("throw new Proxy({}, {get() { throw new Error('trap') }, ownKeys() { throw 2 }})", &[]).expect_code(1);
    survive("pm.test('odd', () => { throw {get message() { throw new Error('inner') }} })", &[]).expect_code(1);
    survive("pm.test('odd', () => { throw Symbol('s') })", &[]).expect_code(1);
    survive("console.log({get a() { throw new Error('getter') }}, new Proxy({}, {get() { throw 1 }}))", &[]);
}

#[test]
fn errors_that_nobody_waits_for_are_seen() {
    survive("Promise.reject(new Error('nobody'))", &["--strict"]).expect_code(1).expect_shown("nobody");
    survive("setTimeout(() => { throw new Error('late') }, 1)", &["--strict"]).expect_code(1).expect_shown("late");
    survive("pm.sendRequest('http://127.0.0.1:1/', () => { throw new Error('callback') })", &["--strict"])
        .expect_code(1)
        .expect_shown("callback");
}

#[test]
fn a_test_whose_done_is_never_called_is_a_failure_only_when_strict() {
    let script = "pm.test('forgotten', (done) => {})";
    survive(script, &[]).expect_code(0).expect_shown("forgotten");
    survive(script, &["--strict"]).expect_code(1).expect_shown("forgotten");
}

/// Probe 61 of the script reference; the other probes are in `tests/sandbox/cases/probes.json`.
#[test]
fn probe_61_a_script_that_waits_too_long_fails_and_the_request_goes_on() {
    let server = Server::echo();
    let event = |listen: &str, script: &str| json!({"listen": listen, "script": {"exec": [script]}});
    let item = json!({"name": "r", "request": {"url": server.url()}, "event": [
        event("prerequest", "setTimeout(() => {}, 5000)"), event("test", "pm.test('goes on', () => {})")]});
    let ran = Postbud::run(&json!({"info": {"name": "c"}, "item": [item]})).args(&["--timeout-script", "50"]).go();
    assert_eq!(server.requests().len(), 1, "{}", ran.stdout);
    assert!(ran.stdout.contains("✓  goes on"), "{}", ran.stdout);
    ran.expect_code(1).expect_shown("sandbox: asynchronous script execution timeout");
}

#[test]
fn a_test_that_throws_nothing_at_all_fails() {
    for thrown in ["null", "undefined", "0", "false", "''", "Symbol('s')", "() => 1"] {
        survive(&format!("pm.test('odd', () => {{ throw {thrown} }})"), &[])
            .expect_code(1)
            .expect_shown("AssertionError");
    }
}

#[test]
fn syntax_errors_say_where() {
    survive("const a = 1;\nconst b = ;", &[]).expect_code(1).expect_shown("SyntaxError");
}
