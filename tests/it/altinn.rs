//! Our own collection against the emulator: inside of a run, and as a server of its own that newman can reach, too.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::Command;

use serde_json::{Value, json};

use crate::harness::{Postbud, Ran, Running, Server, repository, skipped};

const COLLECTION: &str = "collections/altinn-correspondence/setup.postman_collection.json";
const REPORTS: [&str; 6] =
    ["-r", "cli,json,junit", "--reporter-json-export", "r.json", "--reporter-junit-export", "r.xml"];

fn own() -> String {
    std::fs::read_to_string(repository(COLLECTION)).expect("our collection is there")
}

/// Our collection, to be run with all reports.
fn run(collection: &str) -> Postbud {
    Postbud::new("run").file("c.json", collection).arg("c.json").args(&REPORTS)
}

/// `postbud emulator` on a free port, and the environment it wrote.
pub(crate) struct Served {
    process: Running,
    pub(crate) environment: Value,
}

impl Served {
    pub(crate) fn start() -> Self {
        Self::with(&[])
    }

    pub(crate) fn with(words: &[&str]) -> Self {
        let mut process =
            Postbud::new("emulator").args(&["--port", "0", "--export-environment", "e.json"]).args(words).spawn();
        process.read_until("Interrupt to end it");
        let text = std::fs::read_to_string(process.folder.path().join("e.json")).expect("the environment is written");
        Self { environment: serde_json::from_str(&text).expect("JSON"), process }
    }

    /// The next line of its output that holds a text.
    pub(crate) fn read_line_with(&mut self, text: &str) -> String {
        self.process.read_line_with(text)
    }

    /// A variable of its environment.
    pub(crate) fn value(&self, key: &str) -> &str {
        let values = self.environment["values"].as_array().expect("values");
        let found = values.iter().find(|entry| entry["key"] == key).unwrap_or_else(|| panic!("{key} is not there"));
        found["value"].as_str().expect("a text")
    }
}

/// `(request, assertion, passed)` of a JSON report, in order.
fn assertions(report: &Value) -> Vec<(String, String, bool)> {
    let executions = report["run"]["executions"].as_array().expect("executions");
    executions
        .iter()
        .flat_map(|execution| {
            let made = execution["assertions"].as_array().into_iter().flatten();
            made.map(|assertion| {
                let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
                (text(&execution["item"]["name"]), text(&assertion["assertion"]), assertion.get("error").is_none())
            })
        })
        .collect()
}

/// `request: assertion` of everything that failed.
fn red(ran: &Ran) -> BTreeSet<String> {
    let report = ran.json("r.json");
    let failed = assertions(&report).into_iter().filter(|(_, _, passed)| !passed);
    failed.map(|(request, assertion, _)| format!("{request}: {assertion}")).collect()
}

/// Everything that a run printed and wrote.
fn shown(ran: &Ran) -> [(&'static str, String); 4] {
    [
        ("stdout", ran.stdout.clone()),
        ("stderr", ran.stderr.clone()),
        ("json", ran.file("r.json")),
        ("junit", ran.file("r.xml")),
    ]
}

/// Asserts that no token and no private member of the keys is shown.
pub(crate) fn assert_no_secret(ran: &Ran, keys: &[&str]) {
    let token =
        regex::Regex::new(r"eyJ|[A-Za-z0-9_-]{20,}\.[A-Za-z0-9_-]{20,}\.[A-Za-z0-9_-]{20,}").expect("a pattern");
    for (name, text) in shown(ran) {
        if let Some(found) = token.find(&text) {
            panic!("{name} shows a token: {}…", &text[found.start()..(found.start() + 12).min(text.len())]);
        }
        for key in keys {
            let jwk: Value = serde_json::from_str(key).expect("a JWK");
            for member in ["d", "p", "q", "dp", "dq", "qi"] {
                let secret = jwk[member].as_str().expect("a private member");
                assert!(!text.contains(secret), "{name} shows the member {member} of a key");
            }
        }
    }
}

#[test]
fn our_collection_is_green_and_keeps_its_secrets() {
    let ran = run(&own())
        .args(&["--emulator", "--verbose", "--strict", "--export-environment", "e.json"])
        .go()
        .expect_code(0);
    let report = ran.json("r.json");
    let made = assertions(&report);
    assert!(made.len() > 30 && made.iter().all(|(_, _, passed)| *passed), "{made:?}");
    let environment = ran.json("e.json");
    let keys: Vec<&str> = environment["values"]
        .as_array()
        .expect("values")
        .iter()
        .filter(|entry| entry["key"].as_str().is_some_and(|key| key.ends_with("_jwk")))
        .filter_map(|entry| entry["value"].as_str())
        .collect();
    assert!(keys.len() >= 3, "the run had keys");
    assert_no_secret(&ran, &keys);

    let xml = ran.file("r.xml");
    let document = roxmltree::Document::parse(&xml).expect("well-formed");
    let cases = document.descendants().filter(|node| node.has_tag_name("testcase")).count();
    assert!(cases >= made.len(), "{cases} cases for {} assertions", made.len());
    assert!(!document.descendants().any(|node| node.has_tag_name("failure") || node.has_tag_name("error")));
}

#[test]
fn our_collection_is_green_against_the_served_emulator_and_with_newman() {
    let served = Served::start();
    let environment = served.environment.to_string();
    let ran = run(&own()).file("e.json", &environment).args(&["-e", "e.json"]).go().expect_code(0);
    assert_no_secret(&ran, &[served.value("owner_client_jwk")]);
    let ours = assertions(&ran.json("r.json"));

    let Some(mut newman) = newman() else { return };
    let output = newman
        .args(["run", "c.json", "-e", "e.json", "-r", "json", "--reporter-json-export", "newman.json"])
        .current_dir(ran.folder.path())
        .output()
        .expect("newman starts");
    let report = ran.json("newman.json");
    assert!(output.status.success(), "{:#}", report["run"]["failures"]);
    assert_eq!(assertions(&report), ours);
}

/// newman, as `NEWMAN` names its script, or on the path.
fn newman() -> Option<Command> {
    let mut command = match std::env::var_os("NEWMAN") {
        Some(script) => {
            let mut command = Command::new("node");
            command.arg(script);
            command
        }
        None => Command::new("newman"),
    };
    let found = Command::new(command.get_program()).arg("--version").output().is_ok();
    if !found {
        skipped("newman is neither on the path nor named by NEWMAN");
        return None;
    }
    command.env_remove("HTTP_PROXY").env_remove("http_proxy");
    Some(command)
}

#[test]
fn a_wrong_key_is_told() {
    let (served, other) = (Served::start(), Served::start());
    let mut wrong: Value = serde_json::from_str(other.value("owner_client_jwk")).expect("a JWK");
    let right: Value = serde_json::from_str(served.value("owner_client_jwk")).expect("a JWK");
    wrong["kid"] = right["kid"].clone();
    let ran = run(&own())
        .file("e.json", &served.environment.to_string())
        .args(&["-e", "e.json", "--env-var", &format!("owner_client_jwk={wrong}")])
        .go()
        .expect_code(1);
    assert!(red(&ran).contains("Log in to Maskinporten as owner: Maskinporten gives a token"), "{:?}", red(&ran));
    let ran = ran.expect_shown("MP-124");
    assert!(ran.stdout.contains("private key"), "{}", ran.stdout);
    assert_no_secret(&ran, &[&wrong.to_string(), served.value("owner_client_jwk")]);
}

#[test]
fn a_missing_scope_is_told() {
    let scopes = "owner_scopes=altinn:serviceowner altinn:correspondence.write altinn:authorization/authorize";
    let ran = run(&own()).args(&["--emulator", "--env-var", scopes]).go().expect_code(1);
    assert!(red(&ran).contains("Log in to Maskinporten as owner: Maskinporten gives a token"), "{:?}", red(&ran));
    let ran = ran.expect_shown("MP-200");
    assert!(ran.stdout.contains("altinn:authorization/authorize"), "{}", ran.stdout);
}

#[test]
fn a_policy_without_read_is_told() {
    let collection = own().replace(">read<", ">look<");
    // The profile for published collections lets a recipient read without a right; the strict one does not.
    let ran = run(&collection).arg("--emulator").go().expect_code(1);
    assert_eq!(red(&ran), BTreeSet::from(["Read policy rules: somebody may read".to_owned()]));

    let served = Served::with(&["--profile", "strict"]);
    let ran =
        run(&collection).file("e.json", &served.environment.to_string()).args(&["-e", "e.json"]).go().expect_code(1);
    let red = red(&ran);
    assert!(red.contains("Read policy rules: somebody may read"), "{red:?}");
    assert!(red.contains("Open it as recipient: the recipient may read it"), "{red:?}");
    let ran = ran.expect_shown("4001");
    assert!(ran.stdout.contains("policy"), "{}", ran.stdout);
}

#[test]
fn an_expired_token_is_told() {
    let ran = run(&own()).args(&["--emulator", "--fault", "expired-token"]).go().expect_code(1);
    assert!(red(&ran).contains("Exchange the token of owner: Altinn gives a token in exchange"), "{:?}", red(&ran));
    ran.expect_shown("expired");
}

/// What a published signing library shows of itself: one function behind a global name, in the form that bundlers give it.
const FACE: &str = r"
(function (global, factory) {
  typeof exports === 'object' && typeof module !== 'undefined' ? factory(exports)
    : typeof define === 'function' && define.amd ? define(['exports'], factory)
      : (global = typeof globalThis !== 'undefined' ? globalThis : global || self, factory(global.pmlib = {}));
})(this, function (exports) {
  exports.jwtSign = function (jwk, payload, header, exp, alg) {
    const now = Math.floor(Date.now() / 1000);
    const claims = Object.assign({iat: now, exp: now + exp, jti: String(Math.random())}, payload);
    const head = Object.assign({alg: alg, typ: 'JWT', kid: jwk.kid}, header);
    return KJUR.jws.JWS.sign(alg, JSON.stringify(head), JSON.stringify(claims), KEYUTIL.getKey(jwk));
  };
});";

#[test]
fn a_real_signing_library_logs_in() {
    let Some(path) = std::env::var_os("JSRSASIGN").map(PathBuf::from) else {
        skipped("JSRSASIGN does not name jsrsasign's file");
        return;
    };
    let library = std::fs::read_to_string(&path).expect("the library can be read");
    // Its build for Node exports at its end, the one for browsers declares names.
    let bundle = format!("(function () {{ var exports = {{}};\n{library}\n{FACE}\n}})();");
    let files = Server::start(move |_| (200, bundle.clone()));
    let served = Served::start();
    // As the published collections do it: the library in a global, `eval`, assignments as arguments.
    let sign = r#"eval(pm.variables.get("pmlib_code"))
const jwt = pmlib.jwtSign(
  jwk = JSON.parse(pm.variables.get("owner_client_jwk")),
  payload = {"aud": pm.variables.get("maskinporten_issuer"), "scope": "altinn:correspondence.write",
    "iss": pm.variables.get("owner_client_id")},
  header = {},
  exp = 100,
  alg = 'RS256');
pm.variables.set('sender_jwt', jwt);"#;
    let event = |listen: &str, script: &str| json!({"listen": listen, "script": {"exec": script.split('\n').collect::<Vec<_>>()}});
    let form = |key: &str, value: &str| json!({"key": key, "value": value, "type": "text"});
    let collection = json!({"info": {"name": "c"}, "item": [
        {"name": "Install", "request": {"url": format!("{}/bundle.js", files.url())},
            "event": [event("test", "pm.globals.set('pmlib_code', responseBody)")]},
        {"name": "Login", "request": {"method": "POST", "url": "{{maskinporten_url}}/token", "body": {"mode": "urlencoded", "urlencoded": [
                form("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"), form("assertion", "{{sender_jwt}}")]}},
            "event": [event("prerequest", sign),
                event("test", "pm.test('logged in', () => pm.response.to.have.status(200))")]}]});
    Postbud::run(&collection)
        .file("e.json", &served.environment.to_string())
        .args(&["-e", "e.json"])
        .go()
        .expect_code(0)
        .expect_shown("✓  logged in");
}
