//! The errors of the JSON report, as newman's error serialiser leaves them.

use serde_json::{Map, Value, json};

use super::super::format::{checksum, uuid_of};
use crate::event::message::SendError;
use crate::event::record::{Failure, FailureKind, ItemRecord, RunRecord};
use crate::event::{Assertion, Phase, ScriptError};

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
    item.script_errors
        .iter()
        .filter(|(of, _)| *of == phase)
        .map(|(_, error)| json!({ "error": script_error(run, item.execution, error) }))
        .collect()
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
fn serialised(
    out: &mut Map<String, Value>,
    run: &RunRecord,
    execution: u64,
    stack: Option<&str>,
    at: std::time::Duration,
) {
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

/// `error` of a failure.
pub(super) fn failure_error(failure: &Failure, run: &RunRecord) -> Value {
    let error = ScriptError {
        name: failure.name.clone(),
        message: failure.message.clone(),
        stack: failure.stack.clone(),
        ..ScriptError::default()
    };
    let mut out = match &failure.kind {
        FailureKind::Assertion(index, _) => {
            assertion_error(*index, failure.test.as_deref().unwrap_or_default(), &error)
        }
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
