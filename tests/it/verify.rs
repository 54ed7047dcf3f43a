//! `postbud verify`: green against the emulator; every sabotaged set-up red at the right step, with the right mend, and nothing
//! red by consequence.

use std::time::{Duration, Instant};

use postbud::emulator::{Emulator, EmulatorConfig};
use serde_json::{Value, json};

use crate::harness::{Postbud, Ran};

mod sabotage;

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

/// An action as a policy names it.
fn action(name: &str) -> String {
    format!(">{name}</xacml:AttributeValue>")
}

/// `Group / 7. Name` of every suite with a failure or an error.
pub(crate) fn red(junit: &str) -> Vec<u32> {
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
    // Other tests run beside this one, as a rule unoptimised: the best of a few counts.
    let (mut best, mut ran) = (Duration::MAX, None);
    let limit = Duration::from_secs(if cfg!(debug_assertions) { 10 } else { 2 });
    while best > limit && ran.as_ref().is_none_or(|(tries, _)| *tries < 8) {
        let begun = Instant::now();
        let tries = ran.map_or(0, |(tries, _): (u32, Ran)| tries);
        ran = Some((tries + 1, verify(&Value::Null, &[]).expect_code(0)));
        best = best.min(begun.elapsed());
    }
    assert!(best < limit, "{best:?}");
    let (_, ran) = ran.expect("it ran");
    let junit = ran.file("junit.xml");
    assert_eq!(red(&junit), [0_u32; 0]);
    assert_eq!(junit.matches("<testsuite ").count(), 19);
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

/// A free-standing emulator's environment, for the binary.
pub(crate) fn environment(emulator: &Emulator) -> String {
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

/// An emulator whose jobs take an hour of its own clock, and verifications of it that are stopped.
#[cfg(unix)]
struct Slow {
    emulator: Emulator,
    folder: tempfile::TempDir,
    _stop: tokio::sync::oneshot::Sender<()>,
}

#[cfg(unix)]
impl Slow {
    fn start() -> Self {
        let (ready, is_ready) = std::sync::mpsc::channel();
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        std::thread::spawn(move || {
            runtime().block_on(async {
                let hour = Duration::from_hours(1);
                let delays = postbud::emulator::Delays { publish: hour, scan: hour, confirm: Duration::ZERO };
                // Its clock is moved on by hours, and what is left behind must not be of tomorrow.
                let yesterday = jiff::Timestamp::now().checked_sub(jiff::SignedDuration::from_hours(24)).ok();
                let config =
                    EmulatorConfig { delays: Some(delays), business_time: yesterday, ..EmulatorConfig::default() };
                ready.send(Emulator::start(config).await.expect("an emulator")).expect("the test waits");
                let _ = stopped.await;
            });
        });
        let emulator = is_ready.recv().expect("it starts");
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("e.json"), environment(&emulator)).expect("written");
        Self { emulator, folder, _stop: stop }
    }

    fn verify(&self) -> std::process::Child {
        let words = "verify -e e.json -r junit --reporter-junit-export junit.xml --leftovers-after 0";
        std::process::Command::new(env!("CARGO_BIN_EXE_postbud"))
            .args(words.split(' '))
            .current_dir(self.folder.path())
            .spawn()
            .expect("the binary runs")
    }

    /// Waits until so many calls were answered with 200.
    fn wait(&self, child: &mut std::process::Child, count: usize, method: &str, end: &str) {
        while calls(&self.emulator, method, end) < count {
            assert_eq!(child.try_wait().expect("it can be asked"), None, "it ended before {method} …{end}");
            std::thread::yield_now();
        }
    }

    fn signal(child: &std::process::Child, name: &str) {
        let done = std::process::Command::new("kill").args([name, &child.id().to_string()]).status();
        assert!(done.expect("kill is there").success());
    }
}

#[cfg(unix)]
#[test]
fn an_interrupted_verification_cleans_up_and_a_killed_one_is_cleaned_up_after() {
    let slow = Slow::start();
    let hour = Duration::from_hours(1);
    // Killed while its correspondence is on its way: it stays behind, and is published.
    let mut killed = slow.verify();
    slow.wait(&mut killed, 1, "POST", "/correspondence");
    Slow::signal(&killed, "-KILL");
    killed.wait().expect("it ended");
    slow.emulator.advance(hour);
    // Killed while the recipient reads: a second one stays.
    let mut killed = slow.verify();
    slow.wait(&mut killed, 2, "POST", "/correspondence");
    slow.emulator.advance(hour);
    slow.wait(&mut killed, 1, "POST", "/upload");
    slow.emulator.advance(hour);
    slow.wait(&mut killed, 1, "POST", "/markasread");
    Slow::signal(&killed, "-KILL");
    killed.wait().expect("it ended");
    // Interrupted while its attachment is scanned: it takes away its own, and what was left.
    let mut interrupted = slow.verify();
    slow.wait(&mut interrupted, 3, "POST", "/correspondence");
    slow.emulator.advance(hour);
    slow.wait(&mut interrupted, 2, "POST", "/upload");
    Slow::signal(&interrupted, "-INT");
    assert_eq!(interrupted.wait().expect("it ended").code(), Some(130));
    let junit = std::fs::read_to_string(slow.folder.path().join("junit.xml")).expect("a report in spite of the signal");
    assert!(junit.contains("the verification was interrupted"), "{junit}");
    let purged = calls(&slow.emulator, "DELETE", "/purge");
    assert_eq!((calls(&slow.emulator, "POST", "/correspondence"), purged), (3, 3));
}

/// A collection that asks for one token and uses it for whatever comes.
fn published(path: &str) -> Value {
    let bearer = json!({"type": "bearer", "bearer": [{"key": "token", "value": "{{altinn_token}}"}]});
    json!({"info": {"name": "c"}, "auth": bearer, "item": [{"name": "Find", "request": {"method": "GET",
        "url": format!("https://platform.tt02.altinn.no/correspondence/api/v1/{path}")}}]})
}

fn with_published(collection: &Value, config: &str) -> Ran {
    Postbud::new("verify")
        .file("c.json", &collection.to_string())
        .file("c.yaml", config)
        .args(&["--emulator", "--published", "c.json", "--published-config", "c.yaml"])
        .args(&["-r", "cli,junit", "--reporter-junit-export", "junit.xml"])
        .go()
}

#[test]
fn a_published_collection_is_judged_by_its_statuses() {
    let as_owner = "substitute: {variables: {altinn_token: owner}}\n";
    let search = published("correspondence?resourceId={{resource_id}}&onBehalfOf={{senderOrgNo}}");
    // Profiles of its configuration and of the set-up are the same ones.
    let owner = "tokens: {owner: {provider: env, env: NOPE}}\n";
    let ran = with_published(&search, &format!("{owner}{as_owner}")).expect_code(0);
    assert!(ran.stdout.contains("✓  Find: 2xx") && ran.stdout.contains("token of profile \"owner\""), "{}", ran.stdout);
    // What published collections are known for is told and no failure; anything else is one.
    let ran = with_published(&published("correspondence//details"), &format!("{owner}{as_owner}")).expect_code(0);
    assert!(ran.stdout.contains("[skipped] Find: 404, as published"), "{}", ran.stdout);
    let ran = with_published(&published("correspondence?resourceId=nothing-there"), &format!("{owner}{as_owner}"));
    let junit = ran.expect_code(1).file("junit.xml");
    assert_eq!(red(&junit), [19]);
    assert!(junit.contains("Find: 2xx") && junit.contains("CORR-04001"), "{junit}");
    // With assertions of its own, these count.
    let strict = format!("{owner}{as_owner}expect: {{Find: {{status: 404}}}}\n");
    with_published(&published("correspondence//details"), &strict).expect_code(0);
    let ran = with_published(&search, "flow: [Nowhere]\n").expect_code(2);
    assert!(ran.stderr.contains("no request `Nowhere`"), "{}", ran.stderr);
}

#[test]
fn the_collections_of_altinn_are_verified_with_their_configurations() {
    for generation in ["2025-01", "2025-07"] {
        let Some(path) = crate::harness::shared(&format!("data/altinn/published-{generation}.postman_collection.json"))
        else {
            return;
        };
        let config =
            crate::harness::repository(&format!("collections/altinn-correspondence/published/{generation}.yaml"));
        let call = |words: &[&str]| {
            let call = Postbud::new("verify").arg("--emulator").arg("--published").arg(path.to_string_lossy());
            call.args(words).go()
        };
        call(&["--published-config", &config.to_string_lossy()]).expect_code(0);
        // As it stands, all that is not 2xx is of the kinds that are known.
        call(&[]).expect_code(0).expect_shown("as published it cannot do better");
    }
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

#[test]
fn a_clock_half_a_minute_off_is_told_before_anything_is_asked() {
    use postbud::event::{Event, EventKind};
    struct Sink(Vec<Event>);
    impl postbud::runner::EventSink for Sink {
        fn emit(&mut self, event: Event) {
            self.0.push(event);
        }
    }
    let mut sink = Sink(Vec::new());
    runtime().block_on(async {
        let emulator = Emulator::start(EmulatorConfig::default()).await.expect("an emulator");
        let file: Value = serde_json::from_str(&environment(&emulator)).expect("JSON");
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let variables = file["values"].as_array().expect("a list").iter().map(|v| (text(&v["key"]), text(&v["value"])));
        let setup = postbud::verify::Setup { variables: variables.collect(), ..Default::default() }.with_variables();
        let client = postbud::http::client::Client::new(postbud::http::client::ClientConfig::default());
        let (_keep, stop) = tokio::sync::watch::channel(None);
        let since = || std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        let means = postbud::verify::Means {
            client: std::rc::Rc::new(client.expect("a client")),
            redactor: postbud::secret::Redactor::new(),
            environment: std::collections::HashMap::default(),
            stop,
            published: None,
            now: &|| since().as_secs() + 30,
            events: &mut sink,
        };
        postbud::verify::verify(&setup, means).await;
        emulator.shutdown().await;
    });
    let failed: Vec<String> = sink
        .0
        .iter()
        .filter_map(|event| match &event.kind {
            EventKind::AssertionEvaluated(assertion) => assertion.error.as_ref()?.message.clone(),
            _ => None,
        })
        .collect();
    assert_eq!(failed.len(), 1, "{failed:?}");
    assert!(failed[0].contains("saw 30 s ahead") && failed[0].contains("NTP"), "{failed:?}");
}

#[test]
fn the_guides_configuration_is_read() {
    let guide = std::fs::read_to_string(crate::harness::repository("docs/altinn.md")).expect("docs/altinn.md");
    let yaml = guide.split("```yaml\n").nth(1).and_then(|rest| rest.split("```").next()).expect("an example");
    let ran = Postbud::new("verify")
        .file("postbud.yaml", yaml)
        .env("OWNER_CLIENT_ID", "a")
        .env("OWNER_JWK", "not a key at all")
        .env("RECIPIENT_CLIENT_ID", "b")
        .env("RECIPIENT_JWK", "{}")
        .go()
        .expect_code(1);
    for text in ["✓  profile `owner` exchanges at tt02", "the key of `owner` can be read", "waits for step 1"] {
        assert!(ran.stdout.contains(text), "{}", ran.stdout);
    }
}

/// A business certificate that ended in January 2020, with its key, as PKCS#12 with the password `pass`.
fn ended_certificate() -> Vec<u8> {
    let pair = rcgen::KeyPair::generate_for(&rcgen::PKCS_RSA_SHA256).expect("a key");
    let mut params = rcgen::CertificateParams::new(Vec::new()).expect("parameters");
    params.distinguished_name.push(rcgen::DnType::CommonName, "Demo agency");
    params.key_usages = vec![rcgen::KeyUsagePurpose::DigitalSignature];
    params.not_before = rcgen::date_time_ymd(2019, 1, 1);
    params.not_after = rcgen::date_time_ymd(2020, 1, 31);
    let certificate = params.self_signed(&pair).expect("a certificate");
    let chain = p12_keystore::PrivateKeyChain::new(
        "1",
        p12_keystore::PrivateKey::from_der(&pair.serialize_der()).expect("a key"),
        [p12_keystore::Certificate::from_der(certificate.der()).expect("a certificate")],
    );
    let mut store = p12_keystore::KeyStore::new();
    store.add_entry("sign", p12_keystore::KeyStoreEntry::PrivateKeyChain(chain));
    store.writer("pass").write().expect("PKCS#12")
}

#[test]
fn a_business_certificate_that_ended_is_told_with_its_mend() {
    let runtime = runtime();
    let scopes = ["altinn:serviceowner", "altinn:correspondence.write"];
    let seed = json!({"clients": [{"clientId": "c", "organization": OWNER, "scopes": scopes}]});
    let config = EmulatorConfig { seed: serde_json::from_value(seed).expect("a seed"), ..EmulatorConfig::default() };
    let emulator = runtime.block_on(Emulator::start(config)).expect("an emulator");
    let recipient = emulator.clients().into_iter().find(|client| client.name == "recipient").expect("a recipient");
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("owner.p12");
    std::fs::write(&file, ended_certificate()).expect("written");
    let guide = std::fs::read_to_string(crate::harness::repository("docs/altinn.md")).expect("docs/altinn.md");
    let yaml = guide.split("```yaml\n").nth(1).and_then(|rest| rest.split("```").next()).expect("an example");
    let key = format!("{{pkcs12: '{}', password: {{env: OWNER_PASSWORD}}}}", file.display());
    let call = Postbud::new("verify")
        .file("postbud.yaml", &yaml.replacen("{ jwk: { env: OWNER_JWK } }", &key, 1).replace("my-letters", RESOURCE))
        .file("ca.pem", emulator.ca_pem())
        .args(&["--ssl-extra-ca-certs", "ca.pem", "--connect-to", &format!("::{}", emulator.https_addr())])
        .args(&["-r", "cli,junit", "--reporter-junit-export", "junit.xml"])
        .env("OWNER_CLIENT_ID", "c")
        .env("OWNER_PASSWORD", "pass")
        .env("RECIPIENT_CLIENT_ID", &recipient.client_id)
        .env("RECIPIENT_JWK", &recipient.jwk);
    let ran = runtime.block_on(async { tokio::task::spawn_blocking(|| call.go()).await }).expect("no panic");
    let junit = ran.file("junit.xml");
    assert_eq!((ran.code, red(&junit)), (1, vec![4]), "{}", ran.stdout);
    for text in ["the certificate of CN=Demo agency has expired: it ended", "order a new certificate"] {
        assert!(ran.stdout.contains(text) && junit.contains(text), "{text}\n{}", ran.stdout);
    }
}
