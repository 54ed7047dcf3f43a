//! `postbud verify`: green against the emulator; every sabotaged set-up red at the right step, with the right mend, and nothing
//! red by consequence.

use std::time::{Duration, Instant};

use postbud::emulator::{Emulator, EmulatorConfig};
use postbud::policy::minimal;
use serde_json::{Value, json};

use crate::harness::{Postbud, Ran};

const OWNER: &str = "310000000";
const RECIPIENT: &str = "310000019";
const CUSTOMER: &str = "310000027";
const STRANGER: &str = "310000035";
const RESOURCE: &str = "postbud-demo-letters";

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime")
}

/// A key as JWK, private members and `kid` included.
fn key(runtime: &tokio::runtime::Runtime) -> Value {
    let emulator = runtime.block_on(Emulator::start(EmulatorConfig::default())).expect("an emulator");
    let client = emulator.client("owner").expect("a client");
    runtime.block_on(emulator.shutdown());
    serde_json::from_str(&client.jwk).expect("a JWK")
}

/// `Group / 7. Name` of every suite with a failure or an error.
fn red(junit: &str) -> Vec<u32> {
    junit
        .split("<testsuite ")
        .skip(1)
        .filter(|suite| {
            let head = suite.split('>').next().unwrap_or_default();
            !(head.contains("failures=\"0\"") && head.contains("errors=\"0\""))
        })
        .filter_map(|suite| {
            let name = suite.strip_prefix("name=\"")?.split('"').next()?;
            name.split(" / ").last()?.split('.').next()?.parse().ok()
        })
        .collect()
}

fn verify(seed: &Value, words: &[&str]) -> Ran {
    let mut call = Postbud::new("verify").arg("--emulator");
    if !seed.is_null() {
        call = call.file("seed.json", &seed.to_string()).args(&["--seed", "seed.json"]);
    }
    call.args(&["-r", "cli,junit", "--reporter-junit-export", "junit.xml"]).args(words).go()
}

#[test]
fn the_emulator_is_green_and_fast() {
    let begun = Instant::now();
    let ran = verify(&Value::Null, &[]).expect_code(0);
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
    let junit = ran.file("junit.xml");
    assert_eq!(red(&junit), [0_u32; 0]);
    assert_eq!(junit.matches("<testsuite ").count(), 18);
    for secret in ["eyJ", "\"d\":"] {
        assert!(!junit.contains(secret) && !ran.stdout.contains(secret), "{secret}");
    }
}

#[test]
fn a_system_user_may_receive() {
    let system_user = format!("recipient_system_user_org={CUSTOMER}");
    let recipient = format!("recipient_org={CUSTOMER}");
    // The vendor's client asks in the name of its customer.
    let client = "recipient_client_id=5f0c8b3e-0d55-4d0e-9f3e-0a7d6e3c0001";
    verify(&Value::Null, &["--env-var", &system_user, "--env-var", &recipient, "--env-var", client]).expect_code(0);
}

#[test]
fn a_short_trouble_is_no_failure() {
    let faults = ["--fault", "/token:503=1", "--fault", "/resourceregistry:502=1", "--delay", "publish=1.5"];
    verify(&Value::Null, &faults).expect_code(0);
}

/// A resource like the ready-made one, with one member changed.
fn resource(path: &str, value: Value, policy: Option<&str>) -> Value {
    let text = json!({"nb": "Brev", "nn": "Brev", "en": "Letters"});
    let mut resource = json!({
        "identifier": RESOURCE, "title": text, "description": text, "resourceType": "CorrespondenceService",
        "status": "Active", "delegable": false, "visible": false, "contactPoints": [],
        "hasCompetentAuthority": {"name": text, "organization": OWNER, "orgcode": "demo"},
    });
    if let Some(place) = resource.pointer_mut(path) {
        *place = value;
    }
    json!({"resources": [{"resource": resource, "policy": policy}]})
}

fn policy(change: impl Fn(String) -> String) -> Value {
    resource("/status", json!("Active"), Some(&change(minimal(RESOURCE, "demo", "DAGL"))))
}

fn action(name: &str) -> String {
    format!(">{name}</xacml:AttributeValue>")
}

/// Name, seed, words, steps that are red, and what the terminal says of it.
type Row = (&'static str, Value, Vec<String>, &'static [u32], &'static str);

fn rows(a: &Value) -> Vec<Row> {
    let none = || Value::Null;
    let vars = |pairs: &[&str]| -> Vec<String> {
        pairs.iter().flat_map(|pair| ["--env-var".to_owned(), (*pair).to_owned()]).collect()
    };
    let words = |words: &[&str]| -> Vec<String> { words.iter().map(|word| (*word).to_owned()).collect() };
    let kid = a["kid"].as_str().unwrap_or_default().to_owned();
    let a_text = a.to_string();
    // A client with the key `a`, in place of the ready-made ones.
    let client = |scopes: &[&str], org: &str| json!({"clients": [{"clientId": "c", "organization": org, "scopes": scopes, "keys": [a]}]});
    let as_client = |role: &str, key: &str| {
        vars(&[
            &format!("{role}_client_id=c"),
            &format!("{role}_client_jwk={key}"),
            &format!("{role}_client_kid={kid}"),
        ])
    };
    let public = {
        let mut key = a.clone();
        for member in ["d", "p", "q", "dp", "dq", "qi"] {
            key.as_object_mut().expect("a JWK").remove(member);
        }
        key.to_string()
    };
    let sending = ["altinn:serviceowner", "altinn:correspondence.write"];
    // Another public key under the same id.
    let mut other_key = client(&sending, OWNER);
    let modulus = a["n"].as_str().unwrap_or_default();
    let other = if modulus.as_bytes()[100] == b'A' { "B" } else { "A" };
    let modulus = format!("{}{other}{}", &modulus[..100], &modulus[101..]);
    other_key["clients"][0]["keys"][0]["n"] = json!(modulus);
    let mut expired = client(&sending, OWNER);
    expired["clients"][0]["expiredKeys"] = json!([kid]);
    let mut idporten = client(&sending, OWNER);
    idporten["clients"][0]["idporten"] = json!(true);
    let read_write = ["altinn:correspondence.read", "altinn:correspondence.write"];
    let no_code = {
        let mut seed =
            resource("/hasCompetentAuthority/organization", json!(STRANGER), Some(&minimal(RESOURCE, "demo", "DAGL")));
        seed["clients"] = client(&sending, STRANGER)["clients"].clone();
        seed
    };
    let wide =
        [vars(&[&format!("recipient_scopes={}", read_write.join(" "))]), as_client("recipient", &a_text)].concat();
    let stranger =
        [vars(&[&format!("owner_org={STRANGER}"), "registry_client_id="]), as_client("owner", &a_text)].concat();
    let slow = words(&["--delay", "publish=60", "--publish-timeout", "1"]);
    vec![
        ("unknown client", none(), vars(&["owner_client_id=nobody"]), &[4], "not the key id"),
        ("wrong kid", none(), vars(&["owner_client_kid=nonsense"]), &[4], "nonsense"),
        ("key of another", other_key, as_client("owner", &a_text), &[4], "MP-124"),
        ("expired key", expired, as_client("owner", &a_text), &[4], "post the same public key again"),
        ("wrong integration", idporten, as_client("owner", &a_text), &[4], "MP-201"),
        (
            "scope missing",
            none(),
            vars(&["owner_scopes=altinn:correspondence.write altinn:other.write"]),
            &[4],
            "add it to the client",
        ),
        ("scope not asked for", none(), vars(&["owner_scopes=altinn:serviceowner"]), &[1], "to the profile's `scopes`"),
        (
            "scope not granted",
            json!({"restrictedScopes": {"altinn:correspondence.write": [STRANGER]}}),
            vec![],
            &[4],
            "MP-250",
        ),
        ("wrong owner", none(), vars(&["owner_org=310000027"]), &[4], "set `owner_org` to 310000000"),
        ("owner unset", none(), vars(&["owner_org=", "senderOrgNo="]), &[1], "set `owner_org`"),
        ("placeholder for a key", none(), vars(&["owner_client_jwk=paste your key here"]), &[1], "placeholder"),
        ("public half", none(), vars(&[&format!("owner_client_jwk={public}")]), &[1], "private half"),
        ("no recipient", none(), vars(&["recipient_client_id="]), &[1], "recipient_client_jwk"),
        (
            "environments mixed",
            none(),
            [vars(&["maskinporten_issuer=https://maskinporten.no/"]), words(&["--allow-prod"])].concat(),
            &[1],
            "environment: test",
        ),
        ("owner has no code", no_code, stranger, &[6], "servicedesk"),
        ("exchange down", none(), words(&["--fault", "/authentication:5xx=999"]), &[6], "try later"),
        ("Maskinporten down", none(), words(&["--fault", "/token:502=999"]), &[4], "later"),
        ("no metadata", none(), words(&["--fault", "/.well-known:drop=999"]), &[2], "socket hang up"),
        ("recipient is the owner", none(), vars(&["recipient_org=310000000"]), &[1], "another organisation's client"),
        (
            "recipient's client is the owner's",
            none(),
            vars(&["recipient_client_id=5f0c8b3e-0d55-4d0e-9f3e-0a7d6e3c0001"]),
            &[7],
            "of another organisation",
        ),
        (
            "recipient of another number",
            none(),
            vars(&["recipient_org=310000035"]),
            &[7],
            "set `recipient_org` to 310000019",
        ),
        ("recipient may send", client(&read_write, RECIPIENT), wide, &[7], "out of the scopes of profile `recipient`"),
        ("not delegated", none(), vars(&["recipient_consumer_org=310000035"]), &[7], "MP-251"),
        ("no system user", none(), vars(&["recipient_system_user_org=310000035"]), &[7], "MP-303"),
        ("resource missing", none(), vars(&["resource_id=nothing-there"]), &[8], "create it here"),
        ("registry down", none(), words(&["--fault", "/resourceregistry:500=999"]), &[8], "likely cause"),
        (
            "wrong type",
            resource("/resourceType", json!("GenericAccessResource"), Some(&minimal(RESOURCE, "demo", "DAGL"))),
            vec![],
            &[9],
            "create the resource anew",
        ),
        (
            "of another owner",
            resource("/hasCompetentAuthority/organization", json!(STRANGER), Some(&minimal(RESOURCE, "demo", "DAGL"))),
            vec![],
            &[9],
            "registered under another organisation",
        ),
        (
            "withdrawn",
            resource("/status", json!("Withdrawn"), Some(&minimal(RESOURCE, "demo", "DAGL"))),
            vec![],
            &[9],
            "set its `status`",
        ),
        ("no policy", resource("/status", json!("Active"), None), vec![], &[10], "policy"),
        ("no read", policy(|xml| xml.replace(&action("read"), &action("peek"))), vec![], &[10], "`read`"),
        ("no write", policy(|xml| xml.replace(&action("write"), &action("poke"))), vec![], &[10], "`write`"),
        (
            "no subscribe",
            policy(|xml| xml.replace(&action("subscribe"), &action("listen"))),
            vec![],
            &[10],
            "`subscribe`",
        ),
        (
            "old action names",
            policy(|xml| xml.replace(&action("read"), &action("open")).replace(&action("write"), &action("send"))),
            vec![],
            &[10],
            "the old name",
        ),
        ("level 4", policy(|xml| xml.replace(">3<", ">4<")), vec![], &[10], "write 3 as the level"),
        (
            "registry without scope",
            none(),
            vars(&["registry_scopes=altinn:resourceregistry/other.write"]),
            &[11],
            "MP-200",
        ),
        (
            "no owner bypass and no write",
            policy(|xml| xml.replace(&action("demo"), &action("other"))),
            vars(&["owner_scopes=altinn:correspondence.write"]),
            &[13],
            "CORR-04001",
        ),
        ("recipient unknown", json!({"unknownParties": [RECIPIENT]}), vec![], &[13], "test data"),
        ("recipient reserved", json!({"reservedParties": [RECIPIENT]}), vec![], &[13], "ignoreReservation"),
        ("slow publishing", none(), slow, &[14], "--publish-timeout"),
        (
            "attachments broken",
            none(),
            words(&["--fault", "/correspondence/api/v1/attachment:500=999"]),
            &[15],
            "try later",
        ),
        (
            "recipient without the role",
            policy(|xml| xml.replace(&action("DAGL"), &action("REGN"))),
            vec![],
            &[16],
            "CORR-04001",
        ),
        (
            "nobody subscribed",
            none(),
            [
                vars(&["owner_scopes=altinn:serviceowner altinn:correspondence.write altinn:events.subscribe"]),
                words(&["--events-endpoint", "https://example.no/hook"]),
            ]
            .concat(),
            &[18],
            "subscribe: POST",
        ),
        (
            "may not see subscriptions",
            none(),
            words(&["--events-endpoint", "https://example.no/hook"]),
            &[18],
            "altinn:events.subscribe",
        ),
    ]
}

/// What is wrong with the outcome of a row.
fn judge((name, seed, words, steps, text): &Row, private: &str) -> Option<String> {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let ran = verify(seed, &words);
    let junit = std::fs::read_to_string(ran.folder.path().join("junit.xml")).unwrap_or_default();
    let seen = red(&junit);
    if ["eyJ", private].iter().any(|secret| ran.stdout.contains(secret) || junit.contains(secret)) {
        return Some(format!("{name}: a secret is shown"));
    }
    if ran.code == 1 && seen == *steps && ran.stdout.contains(text) && junit.contains(&text.replace('"', "&quot;")) {
        return None;
    }
    let tail = ran.stdout.split("#  failure").nth(1).unwrap_or_default();
    Some(format!("{name}: code {}, red {seen:?}, wanted {steps:?} and \"{text}\"\n{tail}\n{}", ran.code, ran.stderr))
}

#[test]
fn every_sabotage_is_red_at_its_step_alone() {
    let runtime = runtime();
    let a = key(&runtime);
    let private = &a["d"].as_str().expect("private")[..20];
    let rows = rows(&a);
    // Most of the time is waiting: pauses before another try, and time limits.
    let wrong: Vec<String> = std::thread::scope(|scope| {
        let parts: Vec<_> = rows.chunks(rows.len().div_ceil(4)).collect();
        let workers =
            parts.into_iter().map(|part| scope.spawn(|| part.iter().filter_map(|row| judge(row, private)).collect()));
        let workers: Vec<std::thread::ScopedJoinHandle<'_, Vec<String>>> = workers.collect();
        workers.into_iter().flat_map(|worker| worker.join().expect("no panic")).collect()
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n----\n"));
}

/// A free-standing emulator's environment, for the binary.
fn environment(emulator: &Emulator) -> String {
    let base = format!("http://{}", emulator.http_addr());
    let mut values = vec![
        ("platform_url".to_owned(), base.clone()),
        ("maskinporten_url".to_owned(), base),
        ("maskinporten_issuer".to_owned(), "https://test.maskinporten.no/".to_owned()),
        ("resource_id".to_owned(), RESOURCE.to_owned()),
    ];
    for client in emulator.clients() {
        values.push((format!("{}_client_id", client.name), client.client_id));
        values.push((format!("{}_client_jwk", client.name), client.jwk));
        values.push((format!("{}_org", client.name), client.organization));
    }
    let values: Vec<Value> = values.into_iter().map(|(key, value)| json!({"key": key, "value": value})).collect();
    json!({"name": "e", "values": values}).to_string()
}

/// What became of a correspondence in the emulator's log: calls whose path ends so.
fn calls(emulator: &Emulator, method: &str, end: &str) -> usize {
    emulator
        .log()
        .iter()
        .filter(|call| call.method == method && call.path.ends_with(end) && call.status == Some(200))
        .count()
}

#[cfg(unix)]
#[test]
fn an_interrupted_verification_cleans_up_and_a_killed_one_is_cleaned_up_after() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let (ready, is_ready) = std::sync::mpsc::channel();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let server = std::thread::spawn(move || {
        runtime.block_on(async {
            let slow = postbud::emulator::Delays {
                publish: Duration::from_secs(2),
                scan: Duration::from_mins(1),
                confirm: Duration::ZERO,
            };
            let config = EmulatorConfig { delays: Some(slow), ..EmulatorConfig::default() };
            let emulator = Emulator::start(config).await.expect("an emulator");
            ready.send(environment(&emulator)).expect("the test waits");
            let _ = stopped.await;
            let seen = (calls(&emulator, "POST", "/correspondence"), calls(&emulator, "DELETE", "/purge"));
            emulator.shutdown().await;
            seen
        })
    });
    let environment = is_ready.recv().expect("an environment");
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("e.json"), environment).expect("written");
    let start = || {
        std::process::Command::new(env!("CARGO_BIN_EXE_postbud"))
            .args([
                "verify",
                "-e",
                "e.json",
                "-r",
                "junit",
                "--reporter-junit-export",
                "junit.xml",
                "--leftovers-after",
                "0",
            ])
            .current_dir(folder.path())
            .spawn()
            .expect("the binary runs")
    };
    let signal = |child: &std::process::Child, name: &str| {
        let done = std::process::Command::new("kill").args([name, &child.id().to_string()]).status();
        assert!(done.expect("kill is there").success());
    };
    // Killed while the correspondence is on its way: it stays behind.
    let mut killed = start();
    std::thread::sleep(Duration::from_millis(1500));
    signal(&killed, "-KILL");
    killed.wait().expect("it ended");
    std::thread::sleep(Duration::from_millis(1500));
    // Interrupted while the attachment is scanned: it takes away its own, and what was left.
    let mut interrupted = start();
    std::thread::sleep(Duration::from_millis(4500));
    signal(&interrupted, "-INT");
    assert_eq!(interrupted.wait().expect("it ended").code(), Some(130));
    let junit = std::fs::read_to_string(folder.path().join("junit.xml")).expect("a report in spite of the signal");
    assert!(junit.contains("the verification was interrupted"), "{junit}");
    stop.send(()).expect("the server waits");
    let (sent, purged) = server.join().expect("no panic");
    assert_eq!((sent, purged), (2, 2));
}

#[test]
fn production_is_left_alone() {
    let ran = verify(&Value::Null, &["--env-var", "platform_url=https://platform.altinn.no"]).expect_code(2);
    assert!(ran.stderr.contains("--allow-prod"), "{}", ran.stderr);
}

#[test]
fn policies_are_written_shown_checked_and_linted() {
    let new = Postbud::new("policy").args(&["new", "demo-letters", "--org-code", "demo"]).go().expect_code(0);
    let old = new.stdout.replace(&action("read"), &action("see"));
    let with = |text: &str, words: &[&str]| Postbud::new("policy").file("p.xml", text).args(words).go();
    let shown = with(&new.stdout, &["show", "p.xml"]).expect_code(0).stdout;
    assert!(shown.contains("permit    write        demo-letters                   urn:altinn:org:demo"), "{shown}");
    with(&new.stdout, &["lint", "p.xml"]).expect_code(0);
    with(&new.stdout, &["check", "p.xml"]).expect_code(0);
    let told = with(&old, &["check", "p.xml"]).expect_code(1).stdout;
    assert!(told.contains("write `read` instead of `see`"), "{told}");
    with(&old, &["check", "p.xml", "--actions", "write"]).expect_code(0);
    let other = with(&new.stdout, &["lint", "p.xml", "--resource-id", "other-letters"]).expect_code(1).stdout;
    assert!(other.starts_with("fault: p.xml:"), "{other}");
    let broken = with("<a", &["check", "p.xml"]).expect_code(2).stderr;
    assert!(broken.contains("p.xml: line 1"), "{broken}");
}

#[test]
fn a_token_is_printed_explained_or_kept_quiet() {
    let token = |words: &[&str]| Postbud::new("token").args(&["owner", "--emulator"]).args(words).go();
    let printed = token(&["-q"]).expect_code(0);
    assert!(printed.stdout.starts_with("eyJ") && printed.stdout.lines().count() == 1, "{}", printed.stdout);
    assert_eq!(printed.stderr, "");
    let explained = token(&["--explain"]).expect_code(0).stdout;
    let steps: Vec<&str> = explained.lines().filter_map(|line| line.split_whitespace().next()).collect();
    assert_eq!(steps, ["configuration", "key", "clock", "metadata", "grant", "exchange"]);
    assert!(!explained.contains("eyJ"), "{explained}");
    let raw = token(&["--explain", "--raw"]).expect_code(0).stdout;
    assert!(!raw.contains("exchange"), "{raw}");
    for (words, text) in [
        (&["--env-var", "owner_client_id=nobody"][..], "grant          FAILED"),
        (&["--env-var", "owner_client_jwk={}"], "key            FAILED"),
        (&["--env-var", "maskinporten_issuer=https://maskinporten.no/"], "configuration  FAILED"),
        (&["--fault", "/authentication:500=99"], "exchange       FAILED"),
        (&["--fault", "/token:drop=99"], "socket hang up"),
    ] {
        let told = token(&[words, &["--explain"]].concat()).expect_code(1).stdout;
        assert!(told.contains(text), "{text}: {told}");
    }
    let quiet = token(&["-q", "--env-var", "owner_client_id=nobody"]).expect_code(1);
    assert_eq!((quiet.stdout.as_str(), quiet.stderr.as_str()), ("", ""));
}
