//! Expectations of `postbud.yaml`, evaluated on a response: each becomes an ordinary assertion.

mod json;
#[cfg(test)]
mod tests;

use std::time::Duration;

use serde_json::Value;

use crate::config::{Rule, StatusRule, TextTest};
use crate::http::message::{Response, SendError};

pub use json::check as check_json;

/// The outcome of one expectation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// Name of the assertion.
    pub name: String,
    /// Why it failed; `None` where it holds.
    pub error: Option<String>,
}

/// Evaluates rules on a response, in their order.
///
/// `body_text` is the body decoded by its charset; `elapsed` is the whole time of the exchange. Without a response every rule
/// fails with the reason.
pub fn evaluate(
    rules: &[Rule],
    response: Result<&Response, &SendError>,
    body_text: &str,
    elapsed: Duration,
) -> Vec<Outcome> {
    // Parsed once, and only where a rule looks inside.
    let needs_json = rules.iter().any(|rule| matches!(rule, Rule::Json(_) | Rule::Schema(_)));
    let json: Option<Result<Value, String>> =
        (needs_json && response.is_ok()).then(|| serde_json::from_str(body_text).map_err(|error| error.to_string()));
    rules
        .iter()
        .map(|rule| {
            let error = match response {
                Err(error) => Some(format!("expected a response but got the error: {}", error.message)),
                Ok(response) => failure(rule, response, body_text, json.as_ref(), elapsed),
            };
            Outcome { name: name(rule), error }
        })
        .collect()
}

/// The expectation of `expect_success`: a request without a test of its own must answer 2xx.
pub fn expect_success(response: Result<&Response, &SendError>) -> Outcome {
    let rule = [Rule::Status(StatusRule::success())];
    let mut outcomes = evaluate(&rule, response, "", Duration::ZERO);
    outcomes.pop().unwrap_or(Outcome { name: String::new(), error: None })
}

/// What an expectation is called in reports.
fn name(rule: &Rule) -> String {
    match rule {
        Rule::Status(status) => format!("status is {status}"),
        Rule::Header(header, test) => format!("header {header} {}", text_name(test)),
        Rule::Body(test) => format!("body {}", text_name(test)),
        Rule::Json(check) => json::name(check),
        Rule::Schema(schema) => format!("body fits {}", schema.name),
        Rule::TimeBelow(limit) => format!("response time is below {} ms", limit.as_millis()),
        Rule::SizeBelow(limit) => format!("body is smaller than {limit} bytes"),
    }
}

fn text_name(test: &TextTest) -> String {
    match test {
        TextTest::Equals(text) => format!("is {}", quoted(text)),
        TextTest::Contains(text) => format!("contains {}", quoted(text)),
        TextTest::Matches(regex) => format!("matches /{regex}/"),
        TextTest::Exists(true) => "exists".to_owned(),
        TextTest::Exists(false) => "does not exist".to_owned(),
    }
}

/// Why a rule does not hold.
fn failure(
    rule: &Rule,
    response: &Response,
    body: &str,
    json: Option<&Result<Value, String>>,
    elapsed: Duration,
) -> Option<String> {
    match rule {
        Rule::Status(status) if status.holds(response.code) => None,
        Rule::Status(status) => {
            let class = status.0.iter().any(|range| range.from != range.to) || status.0.len() > 1;
            let wanted = if class { format!("one of {status}") } else { status.to_string() };
            let wanted = if status == &StatusRule::success() { "2xx".to_owned() } else { wanted };
            Some(format!("expected response to have status code {wanted} but got {}", response.code))
        }
        Rule::Header(name, test) => {
            // Headers may come several times; one that fits is enough.
            let values: Vec<&str> = response.headers.iter().filter(|h| h.is(name)).map(|h| h.value.trim()).collect();
            header_failure(name, &values, test)
        }
        Rule::Body(test) => text_failure("response body", body, test),
        Rule::Json(_) | Rule::Schema(_) => match json {
            Some(Ok(value)) => json_failure(rule, value),
            Some(Err(error)) => Some(format!("expected response body to be JSON but it is not: {error}")),
            None => None,
        },
        Rule::TimeBelow(limit) if elapsed < *limit => None,
        Rule::TimeBelow(limit) => Some(format!(
            "expected response time to be below {} ms but got {} ms",
            limit.as_millis(),
            elapsed.as_millis()
        )),
        Rule::SizeBelow(limit) => {
            let size = response.body.len() as u64;
            (size >= *limit).then(|| format!("expected response body to be smaller than {limit} bytes but got {size}"))
        }
    }
}

fn json_failure(rule: &Rule, value: &Value) -> Option<String> {
    match rule {
        Rule::Json(check) => json::check(check, value).err(),
        Rule::Schema(schema) => {
            let faults = schema.faults(value);
            let list = || faults.iter().map(|fault| cut(fault)).collect::<Vec<_>>().join("\n");
            (!faults.is_empty()).then(|| format!("expected the body to fit {} but:\n{}", schema.name, list()))
        }
        _ => None,
    }
}

fn header_failure(name: &str, values: &[&str], test: &TextTest) -> Option<String> {
    let what = format!("header '{name}'");
    match test {
        TextTest::Exists(true) if values.is_empty() => {
            Some(format!("expected response to have header with key '{name}'"))
        }
        TextTest::Exists(false) if !values.is_empty() => {
            Some(format!("expected response to not have header with key '{name}'"))
        }
        TextTest::Exists(_) => None,
        _ if values.is_empty() => Some(format!("expected response to have header with key '{name}'")),
        _ if values.iter().any(|value| text_failure(&what, value, test).is_none()) => None,
        _ => text_failure(&what, values.last().copied().unwrap_or_default(), test),
    }
}

fn text_failure(what: &str, text: &str, test: &TextTest) -> Option<String> {
    let got = || quoted(text);
    match test {
        TextTest::Equals(wanted) if text == wanted => None,
        TextTest::Equals(wanted) => Some(format!("expected {what} to equal {} but got {}", quoted(wanted), got())),
        TextTest::Contains(wanted) if text.contains(wanted) => None,
        TextTest::Contains(wanted) => Some(format!("expected {what} to include {} but got {}", quoted(wanted), got())),
        TextTest::Matches(regex) if regex.is_match(text) => None,
        TextTest::Matches(regex) => Some(format!("expected {what} to match /{regex}/ but got {}", got())),
        TextTest::Exists(exists) if *exists == text.is_empty() => {
            Some(format!("expected {what} {}", if *exists { "to not be empty" } else { "to be empty" }))
        }
        TextTest::Exists(_) => None,
    }
}

/// A text in quotes, cut where it is long, on one line: names of assertions and most reports have but one.
fn quoted(text: &str) -> String {
    format!("'{}'", cut(text).replace('\r', "\\r").replace('\n', "\\n"))
}

/// A text of at most 200 characters.
fn cut(text: &str) -> String {
    let mut chars = text.chars();
    let mut out: String = chars.by_ref().take(200).collect();
    if chars.next().is_some() {
        out.push('…');
    }
    out
}
