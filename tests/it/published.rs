//! The collections that Altinn published, unedited and in their own order, against the emulator.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::harness::{Postbud, Ran, shared};

/// Runs a published collection; `None`, with a visible line, where it is absent.
fn run(generation: &str) -> Option<Ran> {
    let path = shared(&format!("data/altinn/published-{generation}.postman_collection.json"))?;
    let words = ["--emulator", "-r", "cli,json", "--reporter-json-export", "r.json", "-x"];
    Some(Postbud::new("run").arg(path.to_string_lossy()).args(&words).go().expect_code(0))
}

fn executions(report: &Value) -> &[Value] {
    report["run"]["executions"].as_array().map(Vec::as_slice).expect("executions")
}

/// Names of the requests whose scripts threw.
fn throwing(report: &Value) -> BTreeSet<&str> {
    let threw = |execution: &Value| {
        let scripts = ["prerequestScript", "testScript"].into_iter().filter_map(|key| execution[key].as_array());
        scripts.flatten().any(|script| script.get("error").is_some_and(|error| !error.is_null()))
    };
    executions(report).iter().filter(|e| threw(e)).filter_map(|e| e["item"]["name"].as_str()).collect()
}

/// Statuses of the requests of this name.
fn statuses(report: &Value, name: &str) -> Vec<u64> {
    let named = executions(report).iter().filter(|e| e["item"]["name"].as_str().is_some_and(|n| n.starts_with(name)));
    named.filter_map(|execution| execution["response"]["code"].as_u64()).collect()
}

/// Every request was answered, every token request with a token, and exactly these scripts threw.
fn check(generation: &str, requests: usize, logins: usize, throws: &[(&str, &str)]) {
    let Some(ran) = run(generation) else { return };
    let report = ran.json("r.json");
    assert_eq!(executions(&report).len(), requests);
    for execution in executions(&report) {
        assert!(execution["response"]["code"].is_u64(), "no answer: {}", execution["item"]["name"]);
    }
    assert_eq!(statuses(&report, "Login to Maskinporten"), vec![200; logins]);
    for name in ["Install Postman Utility", "Authenticate as", "Exchange Maskinporten token"] {
        assert!(statuses(&report, name).iter().all(|status| *status == 200), "{name}");
    }
    let expected: BTreeSet<&str> = throws.iter().map(|(name, _)| *name).collect();
    assert_eq!(throwing(&report), expected, "{}", ran.stdout);
}

#[test]
fn the_generation_of_2024_09_runs() {
    let why = "the folder with the tokens comes after the requests that need them: 401 without a body, which the script reads";
    check("2024-09", 25, 1, &[("Initialize Correspondence", why), ("Get Correspondences", why)]);
}

#[test]
fn the_generation_of_2025_01_runs() {
    check("2025-01", 18, 0, &[]);
}

#[test]
fn the_generation_of_2025_07_runs() {
    check("2025-07", 21, 4, &[]);
}
