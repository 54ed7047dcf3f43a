//! The objects of the JSON report.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::ser::SerializeSeq as _;
use serde::{Serialize, Serializer};
use serde_json::{Map, Value, json};

use super::super::format::{checksum, uuid_of};
use crate::event::record::{Failure, FailureKind, ItemRecord, RunRecord};
use crate::event::{Assertion, Origin, Phase, RequestOutcome, ScriptError};
use crate::event::message::{Header, Response, SendError, SentRequest};
use crate::event::url::WireUrl;

/// How bodies of responses are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum BodyForm {
    Buffer,
    Text,
    Base64,
    None,
}

/// What is left out.
#[derive(Debug, Clone, Copy)]
pub(super) struct Show {
    pub(super) body: BodyForm,
    pub(super) request_bodies: bool,
    pub(super) headers: bool,
}

/// Whether an item is the first of something; newman's cursors say so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum First {
    OfRun,
    OfIteration,
    No,
}

/// An entry of `run.executions`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Execution<'a> {
    pub(super) cursor: Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) item: Option<&'a Value>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) prerequest_script: Vec<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) request: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) response: Option<ResponseView<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) request_error: Option<Value>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) test_script: Vec<Value>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) assertions: Vec<Value>,
}

/// `response` of an entry.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ResponseView<'a> {
    id: String,
    status: &'a str,
    code: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    header: Option<Vec<Value>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stream: Option<Body<'a>>,
    cookie: [u8; 0],
    response_time: u64,
    response_size: usize,
}

#[derive(Serialize)]
struct Body<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    data: Data<'a>,
}

enum Data<'a> {
    Numbers(&'a [u8]),
    Text(String),
}

impl Serialize for Data<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Numbers(bytes) => {
                let mut list = serializer.serialize_seq(Some(bytes.len()))?;
                for byte in *bytes {
                    list.serialize_element(byte)?;
                }
                list.end()
            }
            Self::Text(text) => serializer.serialize_str(text),
        }
    }
}

/// A cursor; `request` is the number of the request within the item, `script` whether a script is meant.
pub(super) fn cursor(run: &RunRecord, item: &ItemRecord, first: First, request: Option<usize>, phase: Option<Phase>, script: bool) -> Value {
    let mut cursor = json!({
        "position": item.position,
        "iteration": item.iteration,
        "length": run.info.items,
        "cycles": run.info.iterations,
    });
    let Some(members) = cursor.as_object_mut() else { return cursor };
    match first {
        First::OfRun => members.extend([("empty", false), ("eof", false), ("bof", true), ("cr", false)].map(|(name, value)| (name.to_owned(), Value::Bool(value)))),
        First::OfIteration => drop(members.insert("cr".to_owned(), Value::Bool(true))),
        First::No => {}
    }
    let execution = item.execution.to_string();
    let id = |what: &str| Value::String(uuid_of(&[&run.info.collection_id, &run.info.started_ms.to_string(), &execution, what]));
    members.insert("ref".to_owned(), id("ref"));
    if let Some(n) = request {
        members.insert("httpRequestId".to_owned(), id(&format!("request {n}")));
    }
    if script {
        let phase = phase.unwrap_or(Phase::Test);
        members.insert("scriptId".to_owned(), script_id(item, phase).map_or_else(|| id(phase.listen()), |text| Value::String(text.to_owned())));
        members.insert("execution".to_owned(), id(phase.place()));
    }
    cursor
}

fn script_id(item: &ItemRecord, phase: Phase) -> Option<&str> {
    let events = item.item.as_ref()?.source.get("event")?.as_array()?;
    events.iter().find(|event| event["listen"] == phase.listen())?.pointer("/script/id")?.as_str()
}

/// `request` of an entry: as sent.
pub(super) fn request(request: &SentRequest, outcome: &RequestOutcome, item: &ItemRecord, show: Show) -> Value {
    let mut out = Map::new();
    out.insert("url".to_owned(), url(&request.url));
    if show.headers {
        let authored = item.item.as_ref().filter(|_| outcome.origin != Origin::Script).and_then(|item| item.source.pointer("/request/header")?.as_array());
        out.insert("header".to_owned(), headers(&request.headers, authored.map_or(&[], Vec::as_slice)));
    }
    out.insert("method".to_owned(), Value::String(request.method.clone()));
    if show.request_bodies
        && let Some(body) = outcome.body.as_deref().filter(|body| !body.is_null())
    {
        out.insert("body".to_owned(), body.clone());
    }
    if let Some(auth) = outcome.auth.as_deref().filter(|auth| !auth.is_null()) {
        out.insert("auth".to_owned(), auth.clone());
    }
    if outcome.origin != Origin::Script
        && let Some(description) = item.item.as_ref().and_then(|item| item.source.pointer("/request/description"))
    {
        out.insert("description".to_owned(), description.clone());
    }
    Value::Object(out)
}

fn url(url: &WireUrl) -> Value {
    let mut out = Map::new();
    out.insert("protocol".to_owned(), Value::String(url.scheme.clone()));
    if let Some((user, password)) = &url.userinfo {
        out.insert("auth".to_owned(), json!({ "user": user, "password": password }));
    }
    if let Some(port) = &url.port {
        out.insert("port".to_owned(), Value::String(port.clone()));
    }
    out.insert("path".to_owned(), url.path.trim_start_matches('/').split('/').map(|part| Value::String(part.to_owned())).collect());
    let host: Value = if url.host.starts_with('[') { json!([url.host]) } else { url.host.split('.').collect() };
    out.insert("host".to_owned(), host);
    let query = url.query.as_deref().unwrap_or_default();
    let query: Vec<Value> = query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split_once('=').map_or_else(|| json!({ "key": pair, "value": null }), |(key, value)| json!({ "key": key, "value": value })))
        .collect();
    out.insert("query".to_owned(), Value::Array(query));
    out.insert("variable".to_owned(), json!([]));
    if let Some(hash) = &url.fragment {
        out.insert("hash".to_owned(), Value::String(hash.clone()));
    }
    Value::Object(out)
}

/// Headers as sent, the user's with their descriptions and, as newman lists them too, the disabled ones.
fn headers(sent: &[Header], authored: &[Value]) -> Value {
    let key = |header: &Value| header.get("key").and_then(Value::as_str).map(str::to_owned);
    let mut out: Vec<Value> = Vec::new();
    let user = sent.iter().take_while(|header| !header.system).count();
    for (i, one) in sent.iter().enumerate() {
        if i == user {
            out.extend(disabled(authored));
        }
        let mut value = header(one);
        let description = authored.iter().find(|a| key(a).is_some_and(|name| one.is(&name))).and_then(|a| a.get("description")).filter(|d| !d.is_null());
        if let Some(description) = description.filter(|_| !one.system) {
            value["description"] = description.clone();
        }
        out.push(value);
    }
    if user == sent.len() {
        out.extend(disabled(authored));
    }
    Value::Array(out)
}

fn disabled(authored: &[Value]) -> impl Iterator<Item = Value> {
    authored.iter().filter(|header| header.get("disabled").and_then(Value::as_bool) == Some(true)).cloned()
}

fn header(header: &Header) -> Value {
    if header.system {
        json!({ "key": header.name, "value": header.value, "system": true })
    } else {
        json!({ "key": header.name, "value": header.value })
    }
}

/// `response` of an entry.
pub(super) fn response<'a>(run: &RunRecord, item: &ItemRecord, n: usize, response: &'a Response, outcome: &RequestOutcome, show: Show) -> ResponseView<'a> {
    let stream = match show.body {
        BodyForm::Buffer => Some(Body { kind: "Buffer", data: Data::Numbers(&response.body) }),
        BodyForm::Text => Some(Body { kind: "Text", data: Data::Text(String::from_utf8_lossy(&response.body).into_owned()) }),
        BodyForm::Base64 => Some(Body { kind: "Base64", data: Data::Text(STANDARD.encode(&response.body)) }),
        BodyForm::None => None,
    };
    ResponseView {
        id: uuid_of(&[&run.info.collection_id, &run.info.started_ms.to_string(), &item.execution.to_string(), &format!("response {n}")]),
        status: &response.reason,
        code: response.code,
        header: show.headers.then(|| response.headers.iter().map(|h| json!({ "key": h.name, "value": h.value })).collect()),
        stream,
        cookie: [],
        response_time: outcome.timings.total.as_secs_f64().mul_add(1000.0, 0.5) as u64,
        response_size: response.body.len(),
    }
}

/// `requestError`: the system's fields, and name and message beside them. An error without such fields is `{}` as in newman,
/// where only `run.failures` has its message.
pub(super) fn request_error(error: &SendError) -> Value {
    let mut out = system_fields(error);
    if !out.is_empty() {
        out.insert("name".to_owned(), Value::String("Error".to_owned()));
        out.insert("message".to_owned(), Value::String(error.message.clone()));
    }
    Value::Object(out)
}

fn system_fields(error: &SendError) -> Map<String, Value> {
    let mut out = Map::new();
    let lookup = error.syscall.as_deref() == Some("getaddrinfo");
    for (name, value) in [
        ("errno", error.errno.map(Value::from)),
        ("code", error.code.clone().map(Value::from)),
        ("syscall", error.syscall.clone().map(Value::from)),
        (if lookup { "hostname" } else { "address" }, error.address.clone().map(Value::from)),
        ("port", error.port.filter(|_| !lookup).map(Value::from)),
    ] {
        if let Some(value) = value {
            out.insert(name.to_owned(), value);
        }
    }
    out
}

/// `prerequestScript` or `testScript` of an entry.
pub(super) fn script_errors(run: &RunRecord, item: &ItemRecord, phase: Phase) -> Vec<Value> {
    item.script_errors.iter().filter(|(of, _)| *of == phase).map(|(_, error)| json!({ "error": script_error(run, item.execution, error) })).collect()
}

fn script_error(run: &RunRecord, execution: u64, error: &ScriptError) -> Value {
    let mut out = Map::new();
    out.insert("type".to_owned(), Value::String("Error".to_owned()));
    named(&mut out, error.name.as_deref(), error.message.as_deref());
    serialised(&mut out, run, execution, error.stack.as_deref(), run.at);
    out.insert("stacktrace".to_owned(), stacktrace(error.line, error.column));
    Value::Object(out)
}

fn named(out: &mut Map<String, Value>, name: Option<&str>, message: Option<&str>) {
    if let Some(name) = name {
        out.insert("name".to_owned(), Value::String(name.to_owned()));
    }
    if let Some(message) = message {
        out.insert("message".to_owned(), Value::String(message.to_owned()));
    }
}

/// What newman's error serialiser adds to every error.
fn serialised(out: &mut Map<String, Value>, run: &RunRecord, execution: u64, stack: Option<&str>, at: std::time::Duration) {
    let text = Value::Object(out.clone()).to_string();
    let time = run.info.started_ms + u64::try_from(at.as_millis()).unwrap_or_default();
    out.insert("checksum".to_owned(), Value::String(checksum(&[&text, stack.unwrap_or_default()])));
    out.insert("id".to_owned(), Value::String(uuid_of(&[&text, &execution.to_string(), &time.to_string()])));
    out.insert("timestamp".to_owned(), Value::from(time));
}

fn stacktrace(line: Option<u32>, column: Option<u32>) -> Value {
    match line {
        None => json!([]),
        Some(line) => json!([{
            "fileName": "sandbox-script.js", "lineNumber": line, "functionName": "Object.eval", "typeName": "Object", "methodName": "eval",
            "columnNumber": column, "native": false,
        }]),
    }
}

/// An entry of `assertions`.
pub(super) fn assertion(assertion: &Assertion) -> Value {
    let mut out = json!({ "assertion": assertion.name, "skipped": assertion.skipped });
    if let (Some(error), Some(members)) = (&assertion.error, out.as_object_mut()) {
        members.insert("error".to_owned(), Value::Object(assertion_error(assertion.index, &assertion.name, error)));
    }
    out
}

fn assertion_error(index: u32, test: &str, error: &ScriptError) -> Map<String, Value> {
    let mut out = Map::new();
    if let Some(name) = &error.name {
        out.insert("name".to_owned(), Value::String(name.clone()));
    }
    out.insert("index".to_owned(), Value::from(index));
    out.insert("test".to_owned(), Value::String(test.to_owned()));
    if let Some(message) = &error.message {
        out.insert("message".to_owned(), Value::String(message.clone()));
    }
    let stack = error.stack.clone().unwrap_or_else(|| {
        let (name, message) = (error.name.as_deref().unwrap_or("Error"), error.message.as_deref().unwrap_or_default());
        format!("{name}: {message}\n   at Object.eval sandbox-script.js:{}:1)", index + 1)
    });
    out.insert("stack".to_owned(), Value::String(stack));
    out
}

/// An item as newman shows it after its scripts ran: each has the id of its last execution.
pub(super) fn executed(source: &Value) -> Value {
    let mut source = source.clone();
    mark(&mut source);
    source
}

fn mark(group: &mut Value) {
    for event in group.get_mut("event").and_then(Value::as_array_mut).into_iter().flatten() {
        if let Some(script) = event.get_mut("script").and_then(Value::as_object_mut)
            && !script.contains_key("_lastExecutionId")
        {
            let id = uuid_of(&[script.get("id").and_then(Value::as_str).unwrap_or_default(), "execution"]);
            script.insert("_lastExecutionId".to_owned(), Value::String(id));
        }
    }
    group.get_mut("item").and_then(Value::as_array_mut).into_iter().flatten().for_each(mark);
}

/// `source` of a request that failed: the item with its request as sent. That of `pm.sendRequest` is, as in newman, an item without
/// a name.
pub(super) fn request_source(item: &ItemRecord, source: &Value, origin: Origin, show: Show) -> Value {
    let outcome = item.outcomes.last();
    let sent = outcome.and_then(|outcome| super::super::exchange::sent(outcome).map(|sent| request(sent, outcome, item, show)));
    if origin == Origin::Script {
        let id = uuid_of(&[&item.execution.to_string(), &item.outcomes.len().to_string(), "script request"]);
        return json!({ "id": id, "request": sent, "response": [], "event": [], "protocolProfileBehavior": { "disableBodyPruning": true } });
    }
    let mut source = source.clone();
    if let (Some(sent), Some(members)) = (sent, source.as_object_mut()) {
        members.insert("request".to_owned(), sent);
    }
    source
}

/// `error` of a failure.
pub(super) fn failure_error(failure: &Failure, run: &RunRecord) -> Value {
    let error = ScriptError { name: failure.name.clone(), message: failure.message.clone(), stack: failure.stack.clone(), line: None, column: None };
    let mut out = match &failure.kind {
        FailureKind::Assertion(index, _) => assertion_error(*index, failure.test.as_deref().unwrap_or_default(), &error),
        FailureKind::Script(_) => {
            let mut out = Map::new();
            out.insert("type".to_owned(), Value::String("Error".to_owned()));
            named(&mut out, error.name.as_deref(), error.message.as_deref());
            if let Some(stack) = &error.stack {
                out.insert("stack".to_owned(), Value::String(stack.clone()));
            }
            out
        }
        FailureKind::Request(sent, _) => {
            let mut out = system_fields(sent);
            named(&mut out, Some("Error"), Some(&sent.message));
            out.insert("stack".to_owned(), Value::String(format!("Error: {}", sent.message)));
            out
        }
    };
    serialised(&mut out, run, failure.execution, failure.stack.as_deref(), failure.when);
    let line = if let FailureKind::Assertion(index, _) = failure.kind { Some(index + 1) } else { None };
    out.insert("stacktrace".to_owned(), stacktrace(line, Some(1)));
    Value::Object(out)
}

/// `run.stats`.
pub(super) fn stats(run: &RunRecord) -> Value {
    run.totals.stats().into_iter().map(|(name, c)| (name.to_owned(), json!({ "total": c.total, "pending": c.pending, "failed": c.failed }))).collect()
}

/// `run.timings`: averages are those of the requests that got an answer.
pub(super) fn timings(run: &RunRecord) -> Value {
    let mut out = Map::new();
    for (name, series) in [("response", &run.totals.response), ("dns", &run.totals.dns), ("firstByte", &run.totals.first_byte)] {
        for (suffix, value) in [("Average", series.mean()), ("Min", series.min()), ("Max", series.max()), ("Sd", series.sd())] {
            out.insert(format!("{name}{suffix}"), millis(value));
        }
    }
    out.insert("responseP95".to_owned(), millis(run.totals.response.p95()));
    out.insert("started".to_owned(), Value::from(run.info.started_ms));
    out.insert("completed".to_owned(), Value::from(run.completed_ms()));
    Value::Object(out)
}

/// Milliseconds with three decimals, whole numbers as such.
fn millis(ms: f64) -> Value {
    let rounded = (ms * 1000.0).round() / 1000.0;
    if rounded.fract() == 0.0 { Value::from(rounded as u64) } else { Value::from(rounded) }
}
