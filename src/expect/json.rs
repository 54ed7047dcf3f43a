//! What must hold of the values that a JSONPath finds.

use jsonpath_rust::JsonPath;
use serde_json::Value;

use super::{cut, quoted};
use crate::config::{Comparison, JsonCheck, JsonTest, JsonType};

/// The name of a check in reports.
pub(super) fn name(check: &JsonCheck) -> String {
    let tests: Vec<String> = check
        .tests
        .iter()
        .map(|test| match test {
            JsonTest::Equals(value) => format!("is {}", shown(value)),
            JsonTest::Matches(regex) => format!("matches /{regex}/"),
            JsonTest::Contains(value) => format!("contains {}", shown(value)),
            JsonTest::Exists(true) => "exists".to_owned(),
            JsonTest::Exists(false) => "does not exist".to_owned(),
            JsonTest::Length(length) => format!("has length {length}"),
            JsonTest::Type(kind) => format!("is of type {}", kind.name()),
            JsonTest::Compare(comparison, number) => format!("is {} {number}", words(*comparison)),
        })
        .collect();
    format!("{} {}", check.path, tests.join(" and "))
}

/// Checks a JSON value; a path that finds several values asks the same of each of them, but `length` and `exists` ask it of
/// the list of what was found where it is not a single value.
///
/// # Errors
/// What does not hold, in words for a report.
pub fn check(check: &JsonCheck, root: &Value) -> Result<(), String> {
    let found = root.query(&check.path).map_err(|error| format!("the JSONPath {} failed: {error}", check.path))?;
    let path = &check.path;
    for test in &check.tests {
        match test {
            JsonTest::Exists(false) if found.is_empty() => {}
            JsonTest::Exists(false) => {
                return Err(format!("expected {path} to not exist but got {}", shown(found[0])));
            }
            _ if found.is_empty() => return Err(format!("expected {path} to exist but nothing was found")),
            JsonTest::Exists(true) => {}
            JsonTest::Length(wanted) if found.len() > 1 => {
                let got = found.len() as u64;
                if got != *wanted {
                    return Err(format!("expected {path} to find {wanted} values but got {got}"));
                }
            }
            _ => {
                for value in &found {
                    one(path, test, value)?;
                }
            }
        }
    }
    Ok(())
}

fn one(path: &str, test: &JsonTest, value: &Value) -> Result<(), String> {
    let got = || shown(value);
    let holds = match test {
        JsonTest::Equals(wanted) => equal(value, wanted),
        JsonTest::Matches(regex) => match value {
            Value::String(text) => regex.is_match(text),
            Value::Null | Value::Array(_) | Value::Object(_) => false,
            other => regex.is_match(&other.to_string()),
        },
        JsonTest::Contains(wanted) => match (value, wanted) {
            (Value::String(text), Value::String(wanted)) => text.contains(wanted),
            (Value::Array(items), wanted) => items.iter().any(|item| equal(item, wanted)),
            (Value::Object(map), Value::String(key)) => map.contains_key(key),
            _ => false,
        },
        JsonTest::Length(wanted) => {
            let length = length(value);
            return match length {
                Some(length) if length == *wanted => Ok(()),
                Some(length) => Err(format!("expected {path} to have length {wanted} but got {length}")),
                None => Err(format!("expected {path} to have length {wanted} but got {}", got())),
            };
        }
        JsonTest::Type(kind) => kind.holds(value),
        JsonTest::Compare(comparison, wanted) => value.as_f64().is_some_and(|number| match comparison {
            Comparison::Greater => number > *wanted,
            Comparison::AtLeast => number >= *wanted,
            Comparison::Less => number < *wanted,
            Comparison::AtMost => number <= *wanted,
        }),
        JsonTest::Exists(_) => true,
    };
    if holds {
        return Ok(());
    }
    Err(match test {
        JsonTest::Equals(wanted) => format!("expected {path} to equal {} but got {}", shown(wanted), got()),
        JsonTest::Matches(regex) => format!("expected {path} to match /{regex}/ but got {}", got()),
        JsonTest::Contains(wanted) => format!("expected {path} to include {} but got {}", shown(wanted), got()),
        JsonTest::Type(kind) => {
            format!("expected {path} to be of type {} but got {} ({})", kind.name(), JsonType::of(value).name(), got())
        }
        JsonTest::Compare(comparison, wanted) => {
            format!("expected {path} to be {} {wanted} but got {}", words(*comparison), got())
        }
        JsonTest::Length(_) | JsonTest::Exists(_) => format!("{path} is not as expected"),
    })
}

/// Characters, items or entries.
fn length(value: &Value) -> Option<u64> {
    let length = match value {
        Value::String(text) => text.chars().count(),
        Value::Array(items) => items.len(),
        Value::Object(map) => map.len(),
        _ => return None,
    };
    Some(length as u64)
}

/// Equality of JSON in which 1 and 1.0 are the same and the order of members does not count.
fn equal(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(x), Value::Number(y)) => x == y || x.as_f64() == y.as_f64(),
        (Value::Array(x), Value::Array(y)) => x.len() == y.len() && x.iter().zip(y).all(|(x, y)| equal(x, y)),
        (Value::Object(x), Value::Object(y)) => {
            x.len() == y.len() && x.iter().all(|(key, x)| y.get(key).is_some_and(|y| equal(x, y)))
        }
        _ => a == b,
    }
}

fn words(comparison: Comparison) -> &'static str {
    match comparison {
        Comparison::Greater => "above",
        Comparison::AtLeast => "at least",
        Comparison::Less => "below",
        Comparison::AtMost => "at most",
    }
}

/// A value in messages: text in single quotes as chai has it, the rest as JSON.
fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => quoted(text),
        other => cut(&other.to_string()),
    }
}
