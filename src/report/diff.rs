//! What differs between the two sides of a failed comparison, line by line.

use serde_json::{Map, Value};
use similar::{ChangeTag, TextDiff};

use crate::event::Compared;

/// Lines around a difference that are shown with it.
const AROUND: usize = 2;
/// Lines shown; a longer difference is read in the exchange.
const LINES: usize = 60;
/// A text longer than this is worth a line of its own.
const SHORT: usize = 60;

/// The difference as lines that begin with `- ` (expected), `+ ` (actual) or two spaces (both); `None` where the message of the
/// assertion says as much.
pub(super) fn text(compared: &Compared) -> Option<String> {
    let Compared { actual, expected } = compared;
    if !worth_it(actual) && !worth_it(expected) {
        return None;
    }
    let sides = [shown(&aligned(expected, actual)), shown(actual)];
    if sides[0] == sides[1] {
        return None; // what differs (an undefined, a type) is lost in JSON
    }
    let diff = TextDiff::from_lines(&sides[0], &sides[1]);
    let mut lines = vec!["- expected".to_owned(), "+ actual".to_owned(), String::new()];
    for (i, group) in diff.grouped_ops(AROUND).iter().enumerate() {
        if i > 0 {
            lines.push("  ...".to_owned());
        }
        for change in group.iter().flat_map(|op| diff.iter_changes(op)) {
            let sign = match change.tag() {
                ChangeTag::Delete => '-',
                ChangeTag::Insert => '+',
                ChangeTag::Equal => ' ',
            };
            lines.push(format!("{sign} {}", change.value().trim_end_matches('\n')));
        }
    }
    if lines.len() > LINES {
        let more = lines.len() - LINES;
        lines.truncate(LINES);
        lines.push(format!("  ... and {more} more lines"));
    }
    Some(lines.join("\n"))
}

fn worth_it(value: &Value) -> bool {
    match value {
        Value::Object(_) | Value::Array(_) => true,
        Value::String(text) => text.contains('\n') || text.chars().count() > SHORT,
        _ => false,
    }
}

/// A text as its own lines, anything else as indented JSON.
fn shown(value: &Value) -> String {
    let mut text = match value {
        Value::String(text) => text.clone(),
        other => serde_json::to_string_pretty(other).unwrap_or_default(),
    };
    text.push('\n');
    text
}

/// A value with the keys of its objects in the order in which another has them: their order is no difference.
fn aligned(value: &Value, like: &Value) -> Value {
    match (value, like) {
        (Value::Object(value), Value::Object(like)) => {
            let mut out = Map::new();
            for (key, other) in like {
                if let Some(member) = value.get(key) {
                    out.insert(key.clone(), aligned(member, other));
                }
            }
            for (key, member) in value {
                out.entry(key.clone()).or_insert_with(|| member.clone());
            }
            Value::Object(out)
        }
        (Value::Array(value), Value::Array(like)) => value
            .iter()
            .enumerate()
            .map(|(i, member)| like.get(i).map_or_else(|| member.clone(), |other| aligned(member, other)))
            .collect(),
        _ => value.clone(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn diff(actual: Value, expected: Value) -> Option<String> {
        text(&Compared { actual, expected })
    }

    #[test]
    fn what_differs_and_what_is_around_it() {
        let rows = |wrong: i64| json!((0..9).map(|i| if i == 4 { json!(wrong) } else { json!(i) }).collect::<Vec<_>>());
        assert_eq!(
            diff(json!({"b": rows(4), "a": {"x": 1, "y": 2}}), json!({"a": {"y": 2, "x": 1}, "b": rows(44)})).unwrap(),
            "- expected\n+ actual\n\n      2,\n      3,\n-     44,\n+     4,\n      5,\n      6,"
        );
        assert_eq!(diff(json!("one\ntwo"), json!("one\n2")).unwrap(), "- expected\n+ actual\n\n  one\n- 2\n+ two");
    }

    #[test]
    fn nothing_where_the_message_says_it_all() {
        assert_eq!(diff(json!(1), json!(2)), None);
        assert_eq!(diff(json!("a"), json!("b")), None);
        assert_eq!(diff(json!({}), json!({})), None);
        assert!(diff(json!(null), json!({"a": 1})).is_some());
    }

    #[test]
    fn a_long_difference_is_cut() {
        let text = diff(json!([]), json!(vec![1; 500])).unwrap();
        assert!(text.lines().count() == LINES + 1 && text.ends_with("more lines"), "{text}");
    }
}
