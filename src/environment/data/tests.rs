//! What files become, beside what newman makes of them.

use serde_json::{Value, json};

use super::{DataError, DataErrorKind, DataFile, DataOptions, DataTypes};

const NEWMAN: DataOptions = DataOptions { types: DataTypes::Newman, delimiter: b',' };
const STRICT: DataOptions = DataOptions { types: DataTypes::Strict, delimiter: b',' };

/// Ending, text, and the rows that newman 6.2.2 gave to the scripts of its iterations (null: it refused the file).
const NEWMAN_ROWS: &str = include_str!("newman-rows.jsonl");

fn open(name: &str, bytes: &[u8], options: DataOptions) -> Result<DataFile, DataError> {
    DataFile::from_bytes(name, bytes.to_vec(), options)
}

/// The rows of all iterations of a run that asks for no number.
fn rows(mut data: DataFile) -> Value {
    (0..data.iterations(None)).map(|at| Value::Object((*data.row(at).unwrap()).clone())).collect()
}

/// Numbers compared as doubles, but for the last digits: a recorded `1e+21` and our integer are the same value in a
/// script, and serde_json may read the recorded number with an error of one in the last binary place.
fn normal(value: &Value) -> String {
    match value {
        Value::Number(number) => format!("{:.12e}", number.as_f64().unwrap()),
        Value::Array(items) => format!("[{}]", items.iter().map(normal).collect::<Vec<_>>().join(",")),
        Value::Object(row) => {
            let cells: Vec<_> = row.iter().map(|(name, value)| format!("{name:?}:{}", normal(value))).collect();
            format!("{{{}}}", cells.join(","))
        }
        other => other.to_string(),
    }
}

/// Why we read an input otherwise than newman does even with its types; `None`: we do not.
fn known_difference(ending: &str, text: &str) -> Option<&'static str> {
    if text.starts_with("__proto__") {
        return Some("newman loses the column, because JavaScript objects have no such key");
    }
    if text == "\n\n" {
        return Some("the empty header is one column without a name");
    }
    if ending != "json" {
        return None;
    }
    if text.starts_with("{\"a\":1}\n") {
        return Some("JSON lines are rows; newman reads them as CSV");
    }
    match serde_json::from_str::<Value>(text.trim_start_matches('\u{feff}')) {
        Err(_) if !text.trim().is_empty() => Some("newman reads broken JSON as CSV"),
        _ => None,
    }
}

#[test]
fn newmans_types_give_newmans_rows() {
    let mut compared = 0;
    for line in NEWMAN_ROWS.lines() {
        let (ending, text, expected): (String, String, Option<Value>) = serde_json::from_str(line).unwrap();
        if known_difference(&ending, &text).is_some() {
            continue;
        }
        let found = open(&format!("data.{ending}"), text.as_bytes(), NEWMAN).map(rows);
        match expected {
            Some(expected) => assert_eq!(normal(&found.unwrap()), normal(&expected), "{text:?}"),
            None => assert!(found.is_err(), "newman refuses {text:?}, we read {found:?}"),
        }
        compared += 1;
    }
    assert!(compared > 100, "{compared}");
}

#[test]
fn strict_types_keep_what_numbers_would_lose() {
    let cases = [
        ("0x10", json!("0x10")),
        ("12345678901234567890", json!("12345678901234567890")),
        ("9007199254740993", json!("9007199254740993")),
        ("-9007199254740993", json!("-9007199254740993")),
        ("9007199254740991", json!(9_007_199_254_740_991_i64)),
        ("007", json!(7)),
        ("1.50", json!(1.5)),
        ("1e3", json!(1000)),
        (".5", json!(0.5)),
        ("1.", json!(1)),
        ("+", json!("+")),
        (".", json!(".")),
        ("-.", json!("-.")),
        ("e5", json!("e5")),
        ("1e400", json!("1e400")),
        ("\"5\"", json!("5")),
    ];
    for (cell, expected) in cases {
        let found = rows(open("d.csv", format!("n\n{cell}\n").as_bytes(), STRICT).unwrap());
        assert_eq!(found, json!([{ "n": expected }]), "{cell}");
    }
}

#[test]
fn blank_lines_are_no_rows_unless_quoted() {
    let found = rows(open("d.csv", b"a,b\n\n1,2\n   \n\"\"\n,\n\n", STRICT).unwrap());
    assert_eq!(found, json!([{"a": 1, "b": 2}, {"a": ""}, {"a": "", "b": ""}]));
}

#[test]
fn iterations_beyond_the_rows_repeat_the_last() {
    for (name, text) in [("d.csv", "a\n1\n2\n"), ("d.json", r#"[{"a":1},{"a":2}]"#)] {
        let mut data = open(name, text.as_bytes(), STRICT).unwrap();
        assert_eq!((data.row_count(), data.iterations(None), data.iterations(Some(5))), (2, 2, 5));
        let seen: Vec<_> = [0, 1, 2, 4, 1, 0, 0, 1].iter().map(|at| data.row(*at).unwrap()["a"].clone()).collect();
        assert_eq!(json!(seen), json!([1, 2, 2, 2, 2, 1, 1, 2]), "{name}");
    }
    let mut empty = open("d.json", b"[]", STRICT).unwrap();
    assert_eq!(empty.iterations(None), 1);
    assert!(empty.row(3).unwrap().is_empty());
}

#[test]
fn every_encoding_is_read() {
    let utf16 = |text: &str, big: bool| -> Vec<u8> {
        let units = std::iter::once(0xfeff).chain(text.encode_utf16());
        units.flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect()
    };
    let csv = "navn,sted\n\"Bjørn\",Ærø\n";
    let json = r#"[{"navn":"Bjørn","sted":"Ærø"}]"#;
    let expected = json!([{"navn": "Bjørn", "sted": "Ærø"}]);
    for (name, text) in [("d.csv", csv), ("d.json", json), ("d.txt", csv), ("d.txt", json)] {
        let latin: Vec<u8> = text.chars().map(|letter| u8::try_from(u32::from(letter)).unwrap()).collect();
        let marked = format!("\u{feff}{text}").into_bytes();
        for bytes in [text.as_bytes().to_vec(), marked, utf16(text, false), utf16(text, true), latin] {
            assert_eq!(rows(open(name, &bytes, STRICT).unwrap()), expected, "{name} {bytes:x?}");
        }
    }
    let windows = open("d.csv", b"a\n\x80\n", STRICT).unwrap();
    assert_eq!(windows.warnings(), ["the file is not UTF-8: its letters were read as Windows-1252"]);
    assert_eq!(rows(windows), json!([{"a": "€"}]));
    let split = utf16(&format!("a\n{}\n", "😀".repeat(70_000)), true);
    assert_eq!(rows(open("d.csv", &split, STRICT).unwrap())[0]["a"].as_str().unwrap().chars().count(), 70_000);
}

#[test]
fn faults_have_a_place_and_a_mend() {
    let cases: [(&str, &str, &str); 7] = [
        ("d.json", "[\n {\"æ\":1},\n]", "d.json:3:1: not valid JSON: trailing comma"),
        ("d.json", "[{\"æ\": x}]", "d.json:1:8: not valid JSON: expected value"),
        ("d.json", "// rows\n[]", "d.json:1:1: not valid JSON: expected value"),
        ("d.jsonl", "{\"a\":1}\n{\"a\":}\n", "d.jsonl:2:1: not valid JSON: trailing characters"),
        ("d.csv", "a,b\nø,\"x\n2,3\n", "d.csv:2:3: this quote opens a cell and is never closed"),
        ("d.csv", "a,b\n\"x\ny\" z,2\n", "d.csv:3:4: text follows the closing quote of this cell"),
        ("d.csv", "a\n\"\"x\"\"\n", "d.csv:2:3: text follows the closing quote of this cell"),
    ];
    for (name, text, message) in cases {
        let error = open(name, text.as_bytes(), STRICT).unwrap_err();
        assert_eq!(error.to_string(), message);
        assert!(!error.help().is_empty());
    }
    let error = DataFile::open("no/such/file.csv").unwrap_err();
    assert!(matches!(error.kind, DataErrorKind::Unreadable(_)));
    assert!(error.to_string().starts_with("no/such/file.csv: cannot be read: "), "{error}");
    assert!(DataFile::open(".").is_err());
}

#[test]
fn json_lines_are_rows() {
    for name in ["d.jsonl", "d.json", "d.txt"] {
        let text = "{\"a\":1}\n\n{\"a\":\"x\"}\r\n";
        assert_eq!(rows(open(name, text.as_bytes(), STRICT).unwrap()), json!([{"a": 1}, {"a": "x"}]), "{name}");
    }
}

#[test]
fn what_looks_like_a_mistake_is_told() {
    let warnings = |name: &str, text: &str| open(name, text.as_bytes(), STRICT).unwrap().warnings().join("\n");
    assert_eq!(warnings("d.csv", "a,b\n1,2\n"), "");
    assert!(warnings("d.csv", "a;b\n1;2\n").contains("separated by `;`"));
    assert!(warnings("d.csv", "a\tb\n1\t2\n").contains("separated by `\\t`"));
    assert!(warnings("d.csv", "a,a\n1,2\n").contains("`a` comes twice"));
    assert!(warnings("d.csv", "a,b\n").contains("no rows"));
    assert!(warnings("d.csv", "").contains("empty"));
    assert!(warnings("d.json", "").contains("empty"));
    assert!(warnings("d.json", "[]").contains("empty array"));
    assert!(warnings("d.json", "{\"a\":1}").contains("an object and not an array"));
    assert!(warnings("d.json", "[{},1,2]").contains("row 2 is a number"));
}

#[test]
fn the_delimiter_can_be_chosen() {
    let options = DataOptions { delimiter: b';', ..DataOptions::default() };
    let data = open("d.csv", "a;b\n1,5;\"x;y\"\n".as_bytes(), options).unwrap();
    assert!(data.warnings().is_empty());
    assert_eq!(rows(data), json!([{"a": "1,5", "b": "x;y"}]));
}

#[test]
fn files_are_streamed_and_noticed_when_they_change() {
    use std::fmt::Write;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("rows.csv");
    let mut text = String::from("\u{feff}number,name\r\n");
    for number in 0..50_000 {
        let _ = write!(text, "{number},\"name, of {number}\"\r\n");
    }
    std::fs::write(&path, &text).unwrap();
    let mut data = DataFile::open(&path).unwrap();
    assert_eq!((data.row_count(), data.path()), (50_000, path.as_path()));
    for at in [0, 1, 2, 49_999, 70_000, 3] {
        let row = data.row(at).unwrap();
        let number = at.min(49_999);
        assert_eq!((&row["number"], &row["name"]), (&json!(number), &json!(format!("name, of {number}"))));
    }
    let mut data = DataFile::open(&path).unwrap();
    std::fs::write(&path, "number,name\r\n1,2\r\n").unwrap();
    assert_eq!(data.row(0).unwrap()["number"], json!(1));
    assert_eq!(data.row(1).unwrap_err().kind, DataErrorKind::Changed);
    assert_eq!(data.row(0).unwrap()["number"], json!(1));
}

/// Any text must be read or refused, and read the same in both passes.
#[test]
fn no_text_breaks_the_reader() {
    let pieces = ["a", "\"", ",", "\n", "\r", "\r\n", " ", "1", "ø", "\u{feff}", "[", "{", "\t", ";", "\0"];
    let mut seed = 12_345_u64;
    for _ in 0..20_000 {
        let mut text = String::new();
        for _ in 0..12 {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            text.push_str(pieces[(seed >> 33) as usize % pieces.len()]);
        }
        for options in [STRICT, NEWMAN] {
            for name in ["d.csv", "d.json"] {
                if let Ok(mut data) = open(name, text.as_bytes(), options) {
                    for at in 0..data.row_count() {
                        assert!(data.row(at).is_ok(), "{text:?}");
                    }
                }
            }
        }
    }
}

/// `cargo test --release --lib -- --ignored five_million_rows --nocapture` prints the seconds of both passes.
#[test]
#[ignore = "a measurement, not a check"]
fn five_million_rows() {
    use std::io::Write;
    let mut file = tempfile::Builder::new().suffix(".csv").tempfile().unwrap();
    let mut out = std::io::BufWriter::new(&mut file);
    writeln!(out, "id,name,amount").unwrap();
    for number in 0..5_000_000 {
        writeln!(out, "{number},\"name {number}\",{number}.50").unwrap();
    }
    out.flush().unwrap();
    drop(out);
    let begun = std::time::Instant::now();
    let mut data = DataFile::open(file.path()).unwrap();
    println!("counted {} rows in {:?}", data.row_count(), begun.elapsed());
    let begun = std::time::Instant::now();
    for at in 0..data.row_count() {
        std::hint::black_box(data.row(at).unwrap());
    }
    println!("read them in {:?}", begun.elapsed());
}
