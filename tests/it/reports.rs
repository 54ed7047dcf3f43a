//! Reports as others read them: validators, CI libraries, reporters made for newman, a browser, a terminal.

mod readers;
mod terminal;
mod written;

use serde_json::{Value, json};

use crate::harness::{Answer, Postbud, Ran, Server};

/// A request with a test script.
pub(super) fn item(name: &str, url: &str, script: &str) -> Value {
    json!({"name": name, "request": {"url": url, "method": "GET"},
        "event": [{"listen": "test", "script": {"exec": script.split('\n').collect::<Vec<_>>()}}]})
}

/// A server with good and bad answers.
pub(super) fn server() -> Server {
    Server::start(|request| match request.target.split('?').next().unwrap_or_default() {
        "/missing" => Answer::json(404, &json!({"title": "Not Found", "detail": "No order with that number"})),
        "/order" => Answer::json(200, &json!({"id": 7, "status": "open", "lines": [1, 2, 3]})),
        "/picture" => Answer::new(200, vec![0x89, 0x50, 0, 0xff]).header("Content-Type", "image/png"),
        _ => Answer::json(200, &json!({"ok": true, "token": "abc"})).header("Set-Cookie", "sid=very-secret; Path=/"),
    })
}

/// All that a report can meet: folders, both kinds of failures, a difference, control characters, names that come twice, a pass
/// after a failure, skipped tests and requests, a refused connection, a request of a script.
pub(super) fn rich(url: &str) -> Value {
    json!({"info": {"name": "Rich & <run>"}, "item": [
        {"name": "Good", "item": [
            item("Signs in", &format!("{url}/login?password=hunter22"), "pm.test('status is 200', () => pm.response.to.have.status(200))\npm.test.skip('later', () => {})\nconsole.log('hello')"),
            item("Odd \u{1} ]]> <name> & \"quotes\"", &format!("{url}/picture"), "pm.test('x \\u0001\\u001b[31m ]]> <y>', () => {})")]},
        {"name": "Bad", "item": [
            item("Missing", &format!("{url}/missing"), "pm.test('status is 200', () => pm.response.to.have.status(200))"),
            item("Differs", &format!("{url}/order"), "pm.test('as ordered', () => pm.expect(pm.response.json()).to.eql({id: 8, status: 'open', lines: [1, 2]}))"),
            item("Flaky", &format!("{url}/order"), "pm.test('same', () => pm.expect(pm.info.iteration).to.equal(1))\npm.test('same', () => {})"),
            item("Throws", &format!("{url}/order"), "let x\nx.y.z"),
            item("Refused", "http://127.0.0.1:1/", "")]},
        {"name": "Left out", "request": {"url": url}, "event": [{"listen": "prerequest", "script": {"exec": ["pm.execution.skipRequest()"]}}]},
        item("Asks", &format!("{url}/order"), &format!("pm.sendRequest('{url}/asked', (error, answer) => pm.test('asked', () => pm.expect(answer.code).to.equal(200)))"))
    ]})
}

/// Runs the rich collection with these reporters, each into a file of its name.
pub(super) fn report(names: &str, words: &[&str]) -> Ran {
    let server = server();
    let mut postbud = Postbud::run(&rich(&server.url())).args(&["-r", names]);
    for name in names.split(',') {
        postbud = postbud.arg(format!("--reporter-{name}-export")).arg(format!("report.{name}"));
    }
    postbud.args(words).go().expect_code(1)
}
