//! Reports are there whole, however the run or the disk ends.

use std::sync::Mutex;
use std::sync::mpsc;

use serde_json::{Value, json};

use super::{item, rich, server};
use crate::harness::{Answer, Postbud, Server};

const ALL: [&str; 8] = ["json", "junit", "html", "markdown", "github", "tap", "ctrf", "jsonl"];

fn with_all(postbud: Postbud) -> Postbud {
    ALL.iter().fold(postbud.args(&["-r", &ALL.join(",")]), |postbud, name| {
        postbud.arg(format!("--reporter-{name}-export")).arg(format!("report.{name}"))
    })
}

#[test]
fn every_report_tells_of_an_interruption() {
    let (arrived, wait) = mpsc::channel();
    let arrived = Mutex::new(arrived);
    let server = Server::start(move |request| -> Answer {
        if request.target == "/first" {
            return Answer::json(200, &json!({}));
        }
        arrived.lock().expect("no panic").send(()).expect("the test waits");
        loop {
            std::thread::park();
        }
    });
    let one = |name: &str| item(name, &format!("{}/{name}", server.url()), "pm.test('it answers', () => {})");
    let collection = json!({"info": {"name": "c"}, "item": [one("first"), one("second")]});
    let running = with_all(Postbud::run(&collection)).spawn();
    wait.recv().expect("the second request arrives");
    running.signal("INT");
    let ran = running.end().expect_code(130);
    for name in ALL {
        let text = ran.file(&format!("report.{name}"));
        // GitHub's annotations and the summary are of what is wrong; the others list what passed.
        assert!(matches!(name, "github" | "markdown") || text.contains("it answers"), "{name}: {text}");
        assert!(text.to_lowercase().contains("interrupted"), "{name}: {text}");
    }
    assert_eq!(ran.json("report.ctrf")["results"]["summary"]["passed"], 1);
    assert_eq!(ran.json("report.json")["run"]["stats"]["assertions"]["total"], 1);
    roxmltree::Document::parse(&ran.file("report.junit")).expect("well-formed");
    let left: Vec<_> = std::fs::read_dir(ran.folder.path()).expect("the folder").flatten().collect();
    assert!(left.iter().all(|entry| !entry.file_name().to_string_lossy().ends_with(".part")), "{left:?}");
}

/// A full disk.
#[cfg(target_os = "linux")]
#[test]
fn a_report_that_does_not_fit_is_named_and_the_others_are_written() {
    let server = server();
    for name in ALL {
        let other = if name == "junit" { "json" } else { "junit" };
        let ran = Postbud::run(&rich(&server.url()))
            .args(&["-r", &format!("{name},{other}")])
            .arg(format!("--reporter-{name}-export"))
            .arg("/dev/full")
            .arg(format!("--reporter-{other}-export"))
            .arg("other")
            .go()
            .expect_code(3)
            .expect_shown(name)
            .expect_shown("/dev/full");
        assert!(ran.file("other").contains("got 404"), "{other}");
        assert!(!ran.stderr.contains("panicked"), "{}", ran.stderr);
    }
}

/// The shape that readers of the Common Test Report Format ask for.
#[test]
fn ctrf_has_the_shape_of_its_schema() {
    let ran = super::report("ctrf", &["-n", "2"]);
    let report = ran.json("report.ctrf");
    assert_eq!(report["reportFormat"], "CTRF");
    let results = &report["results"];
    assert!(results["tool"]["name"] == "postbud" && results["tool"]["version"].is_string());
    let summary = &results["summary"];
    let number = |key: &str| summary[key].as_u64().unwrap_or_else(|| panic!("{key} in {summary}"));
    let tests = results["tests"].as_array().expect("tests");
    assert_eq!(number("tests"), tests.len() as u64);
    assert_eq!(
        number("tests"),
        number("passed") + number("failed") + number("skipped") + number("pending") + number("other")
    );
    assert!(number("start") <= number("stop"));
    for test in tests {
        let allowed = ["passed", "failed", "skipped", "pending", "other"];
        assert!(test["name"].is_string() && test["duration"].is_u64(), "{test}");
        assert!(allowed.iter().any(|status| test["status"] == *status), "{test}");
        assert!(test["suite"].as_array().is_some_and(|suite| suite.iter().all(Value::is_string)), "{test}");
        assert_eq!(test["status"] == "failed", test["message"].is_string(), "{test}");
        assert!(test.get("stdout").is_none_or(Value::is_array), "{test}");
    }
}
