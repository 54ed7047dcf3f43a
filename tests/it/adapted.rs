//! The collections that Altinn published, unedited, adapted by the `postbud.yaml` files of this repository: green in an order that
//! can succeed, and red at the right place when something is wrong.

use std::path::PathBuf;

use crate::altinn::{Served, assert_no_secret};
use crate::harness::{Postbud, Ran, repository, shared};

const REPORTS: [&str; 6] =
    ["-r", "cli,json,junit", "--reporter-json-export", "r.json", "--reporter-junit-export", "r.xml"];
const FOLDER: &str = "collections/altinn-correspondence/published";

/// A run of a published collection with its configuration, changed by a function; `None`, with a visible line, where the
/// collection is absent.
fn run(generation: &str, profile: &str, words: &[&str], change: impl Fn(&str, String) -> String) -> Option<Ran> {
    let path = shared(&format!("data/altinn/published-{generation}.postman_collection.json"))?;
    let config = format!("{generation}.yaml");
    let mut call = Postbud::new("run").arg(path.to_string_lossy());
    for name in [config.as_str(), "policy.xml", "attachment.txt", "version.txt"] {
        let file: PathBuf = repository(FOLDER).join(name);
        let text = std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        // Nothing here takes time, so whoever waits waits in vain.
        let text = text.replace("limit: 60s, every: 1s", "limit: 3, every: 10ms");
        call = call.file(name, &change(name, text));
    }
    let common = ["--emulator", "--emulator-profile", profile, "--config", &config];
    Some(call.args(&common).args(&REPORTS).args(words).go())
}

fn as_it_is(_: &str, text: String) -> String {
    text
}

#[test]
fn every_generation_is_green_with_its_configuration() {
    for generation in ["2024-09", "2025-01", "2025-07"] {
        for profile in ["published", "strict"] {
            let Some(ran) = run(generation, profile, &[], as_it_is) else { return };
            let ran = ran.expect_code(0);
            assert!(ran.stdout.contains("token of profile \"owner\""), "substitutions are marked: {}", ran.stdout);
            assert_no_secret(&ran, &[]);
            let xml = ran.file("r.xml");
            assert!(xml.contains("<testcase") && !xml.contains("<failure"), "{xml}");
            if generation == "2024-09" {
                assert!(xml.contains("Create Resource") && xml.contains("Set resource policy"), "{xml}");
            }
        }
    }
}

/// Asserts that a run failed, that the terminal and the JUnit file say these, and that neither shows a secret.
fn red(ran: Option<Ran>, told: &[&str], secrets: &[&str]) {
    let Some(ran) = ran else { return };
    let ran = ran.expect_code(1);
    let xml = ran.file("r.xml");
    for text in told {
        assert!(ran.stdout.contains(text), "the terminal does not say {text:?}: {}", ran.stdout);
        assert!(xml.contains(text), "JUnit does not say {text:?}: {xml}");
    }
    assert_no_secret(&ran, secrets);
}

#[test]
fn a_wrong_key_is_red() {
    let other = Served::start();
    let key = other.value("owner_client_jwk").to_owned();
    let ran = run("2024-09", "strict", &["--env-var", &format!("owner_client_jwk={key}")], as_it_is);
    red(ran, &["token `owner`, Maskinporten", "Initialize Attachment"], &[&key]);
}

#[test]
fn a_missing_scope_is_red() {
    let change = |name: &str, text: String| {
        if name == "2024-09.yaml" {
            text.replace(
                "scopes: [altinn:correspondence.read]",
                "scopes: [altinn:correspondence.read, altinn:correspondence.write]",
            )
        } else {
            text
        }
    };
    red(run("2024-09", "strict", &[], change), &["MP-200", "altinn:correspondence.write"], &[]);
}

#[test]
fn a_policy_without_read_is_red() {
    let change = |name: &str, text: String| if name == "policy.xml" { text.replace(">read<", ">see<") } else { text };
    red(run("2024-09", "strict", &[], change), &["CORR-04001", "Get Correspondence"], &[]);
}

#[test]
fn an_expired_token_is_red() {
    red(run("2024-09", "strict", &["--fault", "expired-token"], as_it_is), &["the token expired"], &[]);
}
