//! The emulator's OpenAPI description, `docs/emulator.openapi.yaml`: what it names is served, and schemathesis (PyPI, pinned in
//! `tests/tools/requirements.txt`) finds no server error and no answer that it does not name.

use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;

use crate::altinn::Served;
use crate::harness::{Postbud, repository, skipped};

const DESCRIPTION: &str = "docs/emulator.openapi.yaml";

/// What `SCHEMATHESIS` names, else what `.ci/run` installs, else what is on the path; `None`, with a visible line, without it.
fn schemathesis() -> Option<PathBuf> {
    let named = std::env::var_os("SCHEMATHESIS").map(PathBuf::from);
    let tries = named.into_iter().chain([repository("target/tools/venv/bin/schemathesis"), "schemathesis".into()]);
    let works = |path: &PathBuf| Command::new(path).arg("--version").output().is_ok_and(|out| out.status.success());
    let found = tries.into_iter().find(works);
    if found.is_none() {
        skipped("schemathesis is neither on the path, in target/tools, nor named by SCHEMATHESIS");
    }
    found
}

/// Runs it with the token of a profile, on the operations that the words choose.
fn check(served: &Served, profile: &str, scopes: &str, words: &[&str]) {
    let Some(program) = schemathesis() else { return };
    let token = Postbud::new("token")
        .file("e.json", &served.environment.to_string())
        .args(&[profile, "-q", "-e", "e.json", "--env-var", &format!("{profile}_scopes={scopes}")])
        .go()
        .expect_code(0);
    let folder = tempfile::tempdir().expect("a folder");
    let checks = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance";
    let ran = Command::new(program)
        .args(["run", &repository(DESCRIPTION).to_string_lossy(), "--url", served.value("platform_url")])
        .args(["-H", &format!("Authorization: Bearer {}", token.stdout.trim())])
        .args(["--checks", checks, "--phases", "coverage,fuzzing,stateful", "--max-examples", "5", "--seed", "1"])
        .args(["--warnings", "off", "--no-color", "--continue-on-failure"])
        .args(words)
        .current_dir(folder.path())
        .output()
        .expect("it runs");
    let told = String::from_utf8_lossy(&ran.stdout).into_owned();
    assert!(ran.status.success(), "{profile}: {told}\n{}", String::from_utf8_lossy(&ran.stderr));
    assert!(told.contains(" passed"), "{told}");
}

const OWNER: &str = "altinn:serviceowner altinn:correspondence.write altinn:events.subscribe";

#[test]
fn schemathesis_finds_nothing_as_the_owner() {
    check(&Served::start(), "owner", OWNER, &["--exclude-tag", "Resource Registry"]);
}

#[test]
fn schemathesis_finds_nothing_as_the_registrar_or_the_recipient() {
    let served = Served::start();
    let scopes = "altinn:resourceregistry/resource.write altinn:resourceregistry/access-list.write";
    check(&served, "registry", scopes, &["--include-tag", "Resource Registry"]);
    check(&served, "recipient", "altinn:correspondence.read", &["--include-tag", "Correspondence"]);
}

#[test]
fn schemathesis_finds_nothing_in_the_strict_profile() {
    let served = Served::with(&["--profile", "strict", "--delay", "publish=0"]);
    check(&served, "owner", OWNER, &["--include-tag", "Correspondence", "--include-tag", "Attachments"]);
}

#[test]
fn every_operation_that_is_described_is_served_and_no_other() {
    let text = std::fs::read_to_string(repository(DESCRIPTION)).expect("the description");
    let description: Value = serde_saphyr::from_str(&text).expect("YAML");
    let served = Served::start();
    let mut items = Vec::new();
    for (path, operations) in description["paths"].as_object().expect("paths") {
        let id = if path.starts_with("/correspondence") { "6f2f1f0c-5a2f-4b3b-9d4e-2f0b7c1d9a10" } else { "1" };
        let mut url = path.replace("{id}", id).replace("{attachment}", id).replace("{provider}", "maskinporten");
        for name in ["{owner}", "{list}", "{resource}", "{name}"] {
            url = url.replace(name, "demo");
        }
        for method in ["get", "post", "put", "delete", "patch"] {
            let described = operations.get(method).is_some();
            items.push(serde_json::json!({
                "name": format!("{method} {path} {}", if described { "is served" } else { "is not" }),
                "request": {"method": method.to_uppercase(), "url": format!("{}{url}", served.value("platform_url"))},
                "event": [{"listen": "test", "script": {"exec": [format!(
                    "pm.test('described', () => pm.expect(pm.response.code === 405).to.eql({}))", !described
                )]}}],
            }));
        }
    }
    assert!(items.len() > 200, "{}", items.len());
    let collection = serde_json::json!({"info": {"name": "c"}, "item": items});
    let ran = Postbud::run(&collection).arg("--ignore-redirects").go();
    assert_eq!(ran.code, 0, "{}", ran.stdout.split("#  failure").nth(1).unwrap_or(&ran.stdout));
}
