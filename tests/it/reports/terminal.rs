//! The same run on a terminal and in a pipe.

use std::process::Command;

use serde_json::json;

use super::{item, rich, server};
use crate::harness::{Postbud, skipped};

fn has_python() -> bool {
    let there = Command::new("python3").arg("--version").output().is_ok_and(|done| done.status.success());
    if !there {
        skipped("python3 is not there; it makes the terminal");
    }
    there
}

/// What a terminal shows in the end: lines that are taken back are gone, colours too.
fn screen(output: &str) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut chars = output.chars().peekable();
    while let Some(c) = chars.next() {
        let line = lines.last_mut().expect("a line");
        match c {
            '\n' => lines.push(String::new()),
            '\r' if chars.peek() == Some(&'\n') => {}
            '\r' => line.clear(),
            '\u{1b}' => {
                let code: String = chars.by_ref().take_while(|c| !c.is_ascii_alphabetic()).collect();
                assert!(code.starts_with('['), "{code}");
            }
            c => line.push(c),
        }
    }
    lines
}

/// Without what no two runs have in common.
fn comparable(lines: &[String]) -> Vec<String> {
    let numbers = regex::Regex::new(r"\d+(\.\d+)?(ms|µs|s|k?B)\b|─+|\s+").expect("a pattern");
    lines.iter().map(|line| numbers.replace_all(line, "").into_owned()).collect()
}

fn long(url: &str) -> serde_json::Value {
    json!({"info": {"name": "long"}, "item": [item("a", url, "pm.test('t', () => pm.expect(pm.info.iteration).to.not.equal(3))")]})
}

#[test]
fn a_bar_on_a_terminal_leaves_nothing_behind() {
    if !has_python() {
        return;
    }
    let server = server();
    let run = || Postbud::run(&long(&server.url())).args(&["-n", "30"]);
    let terminal = run().in_terminal(100).go().expect_code(1);
    let pipe = run().go().expect_code(1);
    assert!(terminal.stdout.contains("█") && terminal.stdout.contains("\r\u{1b}[2K"), "there is a bar");
    assert!(terminal.stdout.contains("1 failed,"), "the bar counts failures");
    assert!(!pipe.stdout.contains(['\u{1b}', '\r', '█']), "a pipe has neither bar nor codes: {}", pipe.stdout);
    let (shown, piped) = (screen(&terminal.stdout), screen(&pipe.stdout));
    assert_eq!(comparable(&shown), comparable(&piped));
}

#[test]
fn colour_is_for_terminals_and_can_be_refused() {
    if !has_python() {
        return;
    }
    let server = server();
    let run = || Postbud::run(&rich(&server.url()));
    let coloured = |output: &str| output.contains("\u{1b}[");
    assert!(coloured(&run().in_terminal(80).go().stdout));
    assert!(!coloured(&run().in_terminal(80).env("NO_COLOR", "1").go().stdout));
    assert!(!coloured(&run().in_terminal(80).args(&["--color", "off"]).go().stdout));
    assert!(!coloured(&run().go().stdout));
    let forced = run().args(&["--color", "on"]).env("NO_COLOR", "").go().stdout;
    assert!(coloured(&forced) && !forced.contains("█"), "colour in a pipe, and no bar");
    // What scripts and servers write cannot colour the terminal.
    assert!(!forced.contains("\u{1b}[31m ]]>"));
}

#[test]
fn what_is_drawn_fits_the_terminal() {
    if !has_python() {
        return;
    }
    let server = server();
    for columns in [40, 80, 120] {
        let ran = Postbud::run(&rich(&server.url())).in_terminal(columns).args(&["--color", "off"]).go().expect_code(1);
        let lines = screen(&ran.stdout);
        let failures =
            lines.iter().position(|line| line.contains("failure") && line.contains("detail")).expect("a table");
        let wide = |line: &&String| line.chars().count() > columns;
        assert_eq!(lines[failures..].iter().find(wide), None, "{columns} columns");
        let exchange = |line: &&String| line.starts_with("  │ ");
        assert_eq!(lines.iter().filter(exchange).find(wide), None, "{columns} columns");
    }
}

#[test]
fn only_a_bar_and_faces() {
    if !has_python() {
        return;
    }
    let server = server();
    let run = |name: &str| Postbud::run(&long(&server.url())).args(&["-n", "5", "-r", name]);
    let bar = run("progress").in_terminal(100).go().expect_code(1).stdout;
    let left = screen(&bar);
    assert!(left[0].starts_with("[████████████████████] 100% 5/5, 1 failed"), "{left:?}");
    assert_eq!(run("progress").go().expect_code(1).stdout, "", "nothing in a pipe");
    assert_eq!(run("emojitrain").go().expect_code(1).stdout, "😀 😀 😀 😢 😀  😭\n");
}
