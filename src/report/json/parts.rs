//! The objects of the JSON report.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::ser::SerializeSeq as _;
use serde::{Serialize, Serializer};
use serde_json::{Map, Value, json};

use super::super::format::uuid_of;
use crate::event::message::{Header, Response, SentRequest};
use crate::event::record::{ItemRecord, RunRecord};
use crate::event::url::WireUrl;
use crate::event::{Origin, Phase, RequestOutcome};

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
pub(super) fn cursor(
    run: &RunRecord,
    item: &ItemRecord,
    first: First,
    request: Option<usize>,
    phase: Option<Phase>,
    script: bool,
) -> Value {
    let mut cursor = json!({
        "position": item.position,
        "iteration": item.iteration,
        "length": run.info.items,
        "cycles": run.info.iterations,
    });
    let Some(members) = cursor.as_object_mut() else { return cursor };
    match first {
        First::OfRun => members.extend(
            [("empty", false), ("eof", false), ("bof", true), ("cr", false)]
                .map(|(name, value)| (name.to_owned(), Value::Bool(value))),
        ),
        First::OfIteration => drop(members.insert("cr".to_owned(), Value::Bool(true))),
        First::No => {}
    }
    let execution = item.execution.to_string();
    let id = |what: &str| {
        Value::String(uuid_of(&[&run.info.collection_id, &run.info.started_ms.to_string(), &execution, what]))
    };
    members.insert("ref".to_owned(), id("ref"));
    if let Some(n) = request {
        members.insert("httpRequestId".to_owned(), id(&format!("request {n}")));
    }
    if script {
        let phase = phase.unwrap_or(Phase::Test);
        members.insert(
            "scriptId".to_owned(),
            script_id(item, phase).map_or_else(|| id(phase.listen()), |text| Value::String(text.to_owned())),
        );
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
        let authored = item
            .item
            .as_ref()
            .filter(|_| outcome.origin != Origin::Script)
            .and_then(|item| item.source.pointer("/request/header")?.as_array());
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
        out.insert("description".to_owned(), super::normal::description(description));
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
    out.insert(
        "path".to_owned(),
        url.path.trim_start_matches('/').split('/').map(|part| Value::String(part.to_owned())).collect(),
    );
    let host: Value = if url.host.starts_with('[') { json!([url.host]) } else { url.host.split('.').collect() };
    out.insert("host".to_owned(), host);
    let query = url.query.as_deref().unwrap_or_default();
    let query: Vec<Value> = query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            pair.split_once('=').map_or_else(
                || json!({ "key": pair, "value": null }),
                |(key, value)| json!({ "key": key, "value": value }),
            )
        })
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
        let description = authored
            .iter()
            .find(|a| key(a).is_some_and(|name| one.is(&name)))
            .and_then(|a| a.get("description"))
            .filter(|d| !d.is_null());
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
pub(super) fn response<'a>(
    run: &RunRecord,
    item: &ItemRecord,
    n: usize,
    response: &'a Response,
    outcome: &RequestOutcome,
    show: Show,
) -> ResponseView<'a> {
    let stream = match show.body {
        BodyForm::Buffer => Some(Body { kind: "Buffer", data: Data::Numbers(&response.body) }),
        BodyForm::Text => {
            Some(Body { kind: "Text", data: Data::Text(String::from_utf8_lossy(&response.body).into_owned()) })
        }
        BodyForm::Base64 => Some(Body { kind: "Base64", data: Data::Text(STANDARD.encode(&response.body)) }),
        BodyForm::None => None,
    };
    ResponseView {
        id: uuid_of(&[
            &run.info.collection_id,
            &run.info.started_ms.to_string(),
            &item.execution.to_string(),
            &format!("response {n}"),
        ]),
        status: &response.reason,
        code: response.code,
        header: show
            .headers
            .then(|| response.headers.iter().map(|h| json!({ "key": h.name, "value": h.value })).collect()),
        stream,
        cookie: [],
        response_time: outcome.timings.total.as_secs_f64().mul_add(1000.0, 0.5) as u64,
        response_size: response.body.len(),
    }
}

/// An item as newman shows it after its scripts ran: each has the id of its last execution.
pub(super) fn executed(source: &Value) -> Value {
    let mut source = super::normal::group(source);
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
    let sent = outcome
        .and_then(|outcome| super::super::exchange::sent(outcome).map(|sent| request(sent, outcome, item, show)));
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

/// `run.stats`.
pub(super) fn stats(run: &RunRecord) -> Value {
    run.totals
        .stats()
        .into_iter()
        .map(|(name, c)| (name.to_owned(), json!({ "total": c.total, "pending": c.pending, "failed": c.failed })))
        .collect()
}

/// `run.timings`: averages are those of the requests that got an answer.
pub(super) fn timings(run: &RunRecord) -> Value {
    let mut out = Map::new();
    for (name, series) in
        [("response", &run.totals.response), ("dns", &run.totals.dns), ("firstByte", &run.totals.first_byte)]
    {
        for (suffix, value) in
            [("Average", series.mean()), ("Min", series.min()), ("Max", series.max()), ("Sd", series.sd())]
        {
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
