//! JSON as YAML that people like to read: block style, quotes only where they are needed, `|` for text of several lines.

use std::fmt::Write as _;

use serde_json::{Map, Value};

/// Keys longer than this need YAML's explicit form.
const LONG_KEY: usize = 200;

/// Words that YAML reads as something other than text.
const WORDS: &[&str] = &["true", "false", "null", "yes", "no", "on", "off", "y", "n"];

/// One document.
pub(super) fn document(map: &Map<String, Value>) -> String {
    let mut out = String::new();
    if map.is_empty() {
        return "{}\n".to_owned();
    }
    entries(map, 0, &mut out);
    out
}

fn entries(map: &Map<String, Value>, indent: usize, out: &mut String) {
    for (index, (key, value)) in map.iter().enumerate() {
        // The first key of a map in a list stands behind the dash.
        if index > 0 || out.is_empty() || out.ends_with('\n') {
            pad(indent, out);
        }
        let key = inline(key);
        if key.len() > LONG_KEY {
            let _ = writeln!(out, "? {key}");
            pad(indent, out);
        } else {
            out.push_str(&key);
        }
        out.push(':');
        after_key(value, indent, out);
    }
}

/// A value behind `key:` or `-`, up to the end of its last line.
fn after_key(value: &Value, indent: usize, out: &mut String) {
    match value {
        Value::Object(map) if !map.is_empty() => {
            out.push('\n');
            entries(map, indent + 2, out);
        }
        Value::Array(list) if !list.is_empty() => {
            out.push('\n');
            items(list, indent + 2, out);
        }
        other => scalar(other, indent, out),
    }
}

fn items(list: &[Value], indent: usize, out: &mut String) {
    for value in list {
        pad(indent, out);
        out.push('-');
        match value {
            Value::Object(map) if !map.is_empty() => {
                out.push(' ');
                entries(map, indent + 2, out);
            }
            Value::Array(inner) if !inner.is_empty() => {
                out.push('\n');
                items(inner, indent + 2, out);
            }
            other => scalar(other, indent, out),
        }
    }
}

fn scalar(value: &Value, indent: usize, out: &mut String) {
    match value {
        Value::String(text) if is_block(text) => block(text, indent + 2, out),
        Value::String(text) => {
            let _ = writeln!(out, " {}", inline(text));
        }
        other => {
            let _ = writeln!(out, " {other}");
        }
    }
}

/// Whether a text can stand under a `|`.
fn is_block(text: &str) -> bool {
    text.contains('\n')
        && text.chars().any(|c| c != '\n')
        && text.chars().all(|c| matches!(c, '\n' | '\t') || !needs_escape(c))
}

fn block(text: &str, indent: usize, out: &mut String) {
    out.push_str(" |");
    // Where the first line of text begins with a blank, its depth would be taken for the block's.
    if text.trim_start_matches('\n').starts_with([' ', '\t']) {
        out.push('2');
    }
    let body = text.strip_suffix('\n').unwrap_or(text);
    if body.len() == text.len() {
        out.push('-');
    } else if body.ends_with('\n') || body.lines().last().is_some_and(|line| line.trim().is_empty()) {
        out.push('+');
    }
    out.push('\n');
    for line in body.split('\n') {
        if !line.is_empty() {
            pad(indent, out);
            out.push_str(line);
        }
        out.push('\n');
    }
}

/// A text on one line: plain, in single quotes, or escaped.
fn inline(text: &str) -> String {
    if is_plain(text) {
        return text.to_owned();
    }
    if text.chars().any(needs_escape) {
        return escaped(text);
    }
    format!("'{}'", text.replace('\'', "''"))
}

fn is_plain(text: &str) -> bool {
    let starts =
        text.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '_' | '/' | '$')) || text.starts_with("./.");
    starts
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '/' | '.' | '-' | ' ' | '$'))
        && !text.ends_with(' ')
        && !WORDS.contains(&text.to_ascii_lowercase().as_str())
}

/// Whether a character may not stand in YAML as it is, or not everywhere.
fn needs_escape(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if needs_escape(c) => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

fn pad(indent: usize, out: &mut String) {
    out.extend(std::iter::repeat_n(' ', indent));
}

#[cfg(test)]
mod tests {
    use super::super::yaml::YamlFile;
    use super::*;
    use serde_json::json;

    fn again(value: &Value) -> Value {
        let text = document(value.as_object().expect("a map"));
        let node = YamlFile::new("x.yaml", text.as_bytes()).parse();
        node.unwrap_or_else(|error| panic!("{error}\n{text}")).to_json()
    }

    #[test]
    fn reads_as_people_write_it() {
        let value = json!({"$kind": "http-request", "url": "{{base}}/x", "headers": {"Accept": "a/b"}, "order": 1000,
            "scripts": [{"type": "afterResponse", "code": "a\n\n  b"}], "empty": {}, "list": [[1, "2"], []], "yes": "no"});
        let wanted = "$kind: http-request\nurl: '{{base}}/x'\nheaders:\n  Accept: a/b\norder: 1000\nscripts:\n  - type: afterResponse\n    \
            code: |-\n      a\n\n        b\nempty: {}\nlist:\n  -\n    - 1\n    - '2'\n  - []\n'yes': 'no'\n";
        assert_eq!(document(value.as_object().expect("a map")), wanted);
        assert_eq!(again(&value), value);
    }

    #[test]
    fn every_text_comes_back() {
        let mut texts: Vec<String> = [
            "",
            " ",
            "a ",
            " a",
            "~",
            "-",
            "- a",
            "? a",
            ": a",
            "a: b",
            "a #b",
            "#",
            "null",
            "True",
            "NO",
            "1",
            "0x1",
            "1e3",
            ".5",
            ".inf",
            ".nan",
            "-.inf",
            "012",
            "1_000",
            "2026-01-01",
            "12:30",
            "{{x}}",
            "[a]",
            "*a",
            "&a",
            "!a",
            "|",
            ">",
            "%a",
            "@a",
            "`a`",
            "'",
            "\"",
            "it's",
            "a\\b",
            "\t",
            "\tx",
            "x\ty",
            "a\nb",
            "a\nb\n",
            "a\nb\n\n",
            "\na",
            "\n",
            "\n\n\n",
            " a\nb",
            "a\n b",
            "  \n a",
            "\n  a\nb",
            "a\n ",
            "a\n \n",
            "a\n\t\n",
            "\ta\nb",
            "a\r\nb",
            "a\rb",
            "\u{0}",
            "\u{7f}",
            "\u{85}",
            "\u{2028}x",
            "\u{feff}x",
            "æ ø",
            "😀\nx",
            "---",
            "--- a\nb",
            "...\nb",
            "a\n---\nb",
            "a\n...\n",
            "# a\nb",
            "<<",
            "=",
            "y",
            "a:\n  - b: {{c}}",
            "$a",
            "./.resources",
            "é: b",
            "a\u{a0}b",
            "a\n\n",
            "\n a\n",
        ]
        .iter()
        .map(|text| (*text).to_owned())
        .collect();
        texts.push("k".repeat(5000));
        for text in &texts {
            let value = json!({"a": text, "list": [text, {"b": text, "c": 1}, [text]], "map": {text.as_str(): {"x": text}, "z": [1]}});
            assert_eq!(again(&value), value, "{text:?}");
        }
    }

    #[test]
    fn random_text_comes_back() {
        const ALPHABET: &[&str] = &[
            "a", " ", "\n", "\t", ":", "-", "#", "'", "\"", "{", "}", "|", "\\", "0", "é", "\r", "[", ",", "\u{2028}",
        ];
        let mut state = 7u64;
        let mut next = |below: usize| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            usize::try_from(state >> 33).unwrap_or_default() % below
        };
        for _ in 0..3000 {
            let text: String = (0..next(12)).map(|_| ALPHABET[next(ALPHABET.len())]).collect();
            let value = json!({"k": {"a": [text, {"b": text}]}, text.as_str(): text});
            assert_eq!(again(&value), value, "{text:?}");
        }
    }
}
