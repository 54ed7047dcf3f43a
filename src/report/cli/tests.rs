//! The rich run on the terminal.

use std::cell::RefCell;
use std::io::{self, Write};
use std::rc::Rc;

use super::super::testing;
use super::*;

#[derive(Clone, Default)]
struct Shared(Rc<RefCell<Vec<u8>>>);

impl Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn show(options: &ReporterOptions) -> String {
    let out = Shared::default();
    testing::run_with("cli", Box::new(Cli::new(options, Sink::Plain(Box::new(out.clone())))));
    String::from_utf8(out.0.take()).unwrap()
}

#[test]
fn the_rich_run() {
    let text = show(&ReporterOptions::default());
    assert!(!text.contains('\u{1b}'));
    assert!(!text.contains(testing::SECRET));
    insta::assert_snapshot!(text);
}

#[test]
fn the_rich_run_verbose() {
    let text = show(&ReporterOptions { verbose: true, ..ReporterOptions::default() });
    assert!(!text.contains(testing::SECRET));
    insta::assert_snapshot!(text);
}

#[test]
fn without_unicode_all_is_ascii_but_the_texts_of_the_run() {
    let text = show(&ReporterOptions { unicode: false, ..ReporterOptions::default() });
    assert!(text.replace("日本語 µs", "").replace('\u{fffd}', "").is_ascii(), "{text}");
}

#[test]
fn colour_and_width() {
    let text = show(&ReporterOptions { color: true, width: Some(60), ..ReporterOptions::default() });
    assert!(text.contains('\u{1b}'));
    let options = ReporterOptions { width: Some(60), ..ReporterOptions::default() };
    let failures = show(&options);
    let table = failures.split("failure ").last().unwrap();
    assert!(table.lines().all(|line| line.chars().count() <= 60), "{table}");
}

#[test]
fn switches() {
    let quiet = show(&ReporterOptions { silent: true, ..ReporterOptions::default() });
    assert_eq!(quiet, "");
    let all = ["noSummary", "noFailures", "noAssertions", "noConsole", "noBanner", "noExchange"]
        .iter()
        .fold(ReporterOptions::default(), |o, name| o.with(name, "true"));
    let text = show(&all);
    for gone in ["postbud\n", "executed", "1.", "hello", "inside", "Unauthorized body"] {
        assert!(!text.contains(gone), "{gone} in {text}");
    }
    let text = show(&ReporterOptions::default().with("noSuccessAssertions", "true"));
    assert!(!text.contains('✓') && text.contains("  1. "), "{text}");
}

#[test]
fn into_a_file() {
    let text = testing::written("cli", ReporterOptions::default());
    assert_eq!(text, show(&ReporterOptions::default()));
}
