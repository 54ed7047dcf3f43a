//! Programs that users read reports with. `tests/tools/install` puts them into `target/tools`; without them these tests skip.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use super::report;
use crate::harness::{repository, skipped};

/// A file of the installed tools.
fn tool(path: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("TOOLS").map_or_else(|| repository("target/tools"), PathBuf::from);
    let full = folder.join(path);
    if full.exists() {
        return Some(full);
    }
    skipped(&format!("{} is not there; tests/tools/install installs it", full.display()));
    None
}

/// Runs a program that prints JSON.
fn read(program: impl AsRef<std::ffi::OsStr>, words: &[&Path]) -> Value {
    let done = Command::new(program).args(words).output().expect("the tool starts");
    let errors = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "{words:?}: {errors}");
    serde_json::from_slice(&done.stdout).unwrap_or_else(|error| panic!("{words:?}: {error}: {errors}"))
}

#[test]
fn ci_servers_read_junit() {
    let (Some(python), Some(_)) = (tool("venv/bin/python"), tool("venv/bin/junitparser")) else { return };
    for words in [&["-n", "2"][..], &["-n", "1"], &["-n", "2", "--bail"]] {
        let ran = report("junit", words);
        let file = ran.folder.path().join("report.junit");
        let seen = read(&python, &[&repository("tests/tools/junit.py"), &repository("tests/tools/junit.xsd"), &file]);
        assert_eq!(seen["faults"], serde_json::json!([]), "{words:?}");
        let cases = seen["cases"].as_array().expect("cases");
        let count = |kind: &str| cases.iter().filter(|case| case["results"][0] == kind).count();
        assert_eq!(seen["tests"], cases.len(), "{words:?}");
        for (total, kind) in [("failures", "failure"), ("errors", "error"), ("skipped", "skipped")] {
            assert_eq!(seen[total], count(kind), "{total} with {words:?}");
        }
        if words == ["-n", "2"] {
            let of = |suite: &str, name: &str| {
                let found = cases.iter().find(|case| case["suite"] == suite && case["name"] == name);
                found.unwrap_or_else(|| panic!("{suite}: {name} in {cases:#?}"))["results"].clone()
            };
            // Each iteration is a suite, and a pass in the second takes nothing from the failure of the first.
            assert_eq!(of("Bad / Flaky [iteration 1]", "same"), serde_json::json!(["failure"]));
            assert_eq!(of("Bad / Flaky [iteration 1]", "same (2)"), serde_json::json!([]));
            assert_eq!(of("Bad / Flaky [iteration 2]", "same"), serde_json::json!([]));
            assert_eq!(of("Bad / Throws [iteration 1]", "test script"), serde_json::json!(["error"]));
            assert_eq!(of("Bad / Refused [iteration 2]", "request"), serde_json::json!(["error"]));
            assert_eq!(of("Good / Signs in [iteration 1]", "later"), serde_json::json!(["skipped"]));
            assert_eq!(cases[0]["class"], "Rich & <run>.Good.Signs in");
        }
    }
}

#[test]
fn a_tap_parser_reads_tap() {
    let (Some(script), Some(_)) = (tool("tap.mjs"), tool("node_modules/tap-parser")) else { return };
    let ran = report("tap,ctrf", &["-n", "2"]);
    let seen = read("node", &[&script, &ran.folder.path().join("report.tap")]);
    let summary = &ran.json("report.ctrf")["results"]["summary"];
    assert_eq!(
        (&seen["count"], &seen["fail"], &seen["skip"]),
        (&summary["tests"], &summary["failed"], &summary["skipped"])
    );
    assert_eq!(seen["ok"], false);
    assert!(seen["messages"][0].as_str().is_some_and(|text| text.contains("got 404")), "{seen:#}");
}

#[test]
fn reporters_made_for_newman_read_the_json() {
    let (Some(script), Some(_)) = (tool("newman-reporters.mjs"), tool("node_modules/newman-reporter-htmlextra")) else {
        return;
    };
    // With bodies: what is in them is on the page.
    let ran = report("json", &["-n", "2"]);
    let folder = ran.folder.path();
    let done = Command::new("node").args([&script, &folder.join("report.json"), folder]).output().expect("node starts");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let page = ran.file("htmlextra");
    for shown in [
        "Rich &amp; &lt;run&gt;",
        "Good",
        "Signs in",
        "status is 200",
        "got 404",
        "No order with that number",
        "ECONNREFUSED",
    ] {
        assert!(page.contains(shown), "{shown} is not on htmlextra's page");
    }
    assert!(!page.contains("undefined ms") && !page.contains("NaN"));
    // That reporter passes control characters on; ours is another matter.
    let xml = ran.file("junitfull").replace(['\u{1}', '\u{1b}'], "");
    let document = roxmltree::Document::parse(&xml).expect("well-formed");
    let suites: Vec<_> = document.descendants().filter(|node| node.has_tag_name("testsuite")).collect();
    let missing = suites.iter().find(|suite| suite.attribute("name") == Some("Missing")).expect("the suite is there");
    assert_eq!(missing.attribute("package"), Some("Bad"));
    let failure = missing.descendants().find(|node| node.has_tag_name("failure")).expect("its failure is there");
    assert_eq!(failure.attribute("message"), Some("expected response to have status code 200 but got 404"));
    assert_eq!(failure.attribute("type"), Some("AssertionError"));
    assert!(suites.iter().all(|suite| suite.attribute("time").is_some_and(|time| !time.contains("NaN"))));
}

/// Chromium, or a browser that is one: `CHROME`, else on the path.
fn chromium() -> Option<PathBuf> {
    if let Some(path) = std::env::var_os("CHROME") {
        return Some(PathBuf::from(path));
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path)
        .flat_map(|folder| ["chromium", "chromium-browser", "google-chrome"].map(|name| folder.join(name)))
        .find(|file| file.is_file());
    if found.is_none() {
        skipped("no Chromium on the path; CHROME names one");
    }
    found
}

#[test]
fn a_browser_shows_the_page() {
    let (Some(script), Some(_)) = (tool("page.mjs"), tool("node_modules/puppeteer-core")) else { return };
    let Some(chromium) = chromium() else { return };
    let ran = report("html", &["-n", "2"]);
    let file = ran.folder.path().join("report.html");
    let seen = read("node", &[&script, &chromium, &file]);
    let texts = |key: &str| -> Vec<String> {
        let list = seen[key].as_array().unwrap_or_else(|| panic!("{key} in {seen:#}"));
        list.iter().map(|text| text.as_str().unwrap_or_default().to_owned()).collect()
    };
    for (key, nothing) in [("errors", "script errors"), ("requests", "network requests"), ("overflow", "overflow")] {
        assert_eq!(seen[key], serde_json::json!([]), "{nothing}");
    }
    assert_eq!(seen["title"], "✗ Rich & <run>");
    // Failures first, iterations closed.
    assert_eq!(seen["first"], "9 of 18 requests");
    assert_eq!(seen["groups"], serde_json::json!([false, false]));
    assert_eq!(texts("collapsed"), Vec::<String>::new());
    assert_eq!(seen["all"], "18 of 18 requests");
    assert_eq!(texts("iteration").len(), 9);
    assert_eq!(texts("iteration")[0], "Signs in");
    assert_eq!(texts("passed").len(), 3, "{seen:#}");
    assert_eq!(texts("found"), ["Missing"]);
    let inside = seen["inside"].as_str().unwrap_or_default();
    assert!(inside.contains("got 404") && inside.contains("No order with that number"), "{inside}");
    assert!(seen["nothing"].as_str().is_some_and(|text| text.contains("Nothing here matches")));
    assert_eq!(seen["byKey"], 0);
    assert_eq!(texts("onlyFailed").len(), 5);
    assert_eq!(texts("linked"), ["Missing"]);
    assert_eq!(seen["closed"], 0, "expand all opens all");
    assert_ne!(seen["light"], seen["dark"]);
    assert!(seen["pdf"].as_u64().is_some_and(|bytes| bytes > 10_000));
}
