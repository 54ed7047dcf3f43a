//! Every known error of Maskinporten, the exchange, the test-token generator, the Resource Registry and Correspondence: made by
//! the emulator, explained by cause and mend, with its trace id, by `run`, `verify` and `token`, on the terminal and in JUnit.

use std::sync::mpsc;
use std::thread::JoinHandle;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use postbud::emulator::{Emulator, EmulatorConfig, Profile};
use serde_json::{Value, json};

use crate::harness::{Postbud, Ran};

/// Code of the fault, what is said, and the code that is shown where there is one.
const MASKINPORTEN: &[(&str, &str)] = &[
    ("MP-011", "the grant is malformed; its claims are aud, iss, scope"),
    ("own-consumer", "remove `consumer_org`"),
    ("MP-012", "make a new grant for every login"),
    ("MP-100", "check that it is the client id (not the key id)"),
    ("MP-110", "with its slash at the end"),
    ("MP-120", "the certificate is no business certificate"),
    ("MP-121", "post the same public key again"),
    ("MP-122", "the certificate is of another organisation"),
    ("MP-123", "not a list of certificates in standard base64"),
    ("MP-124", "the private key does not belong to the public key"),
    ("MP-130", "the grant had expired when it arrived; the clocks here and there agree"),
    ("early", "the clocks here and there agree"),
    ("unknown-kid", "has no key"),
    ("no-kid", "add `kid` to the JWK"),
    ("MP-200", "does not have the scope"),
    ("MP-201", "make a client of the type Maskinporten"),
    ("MP-250", "has not opened it for your organisation"),
    ("MP-251", "the customer has to delegate it in Altinn"),
    ("MP-301", "it is `urn:altinn:systemuser`"),
    ("MP-302", "has a member that is unknown"),
    ("MP-303", "is there a system user of the client"),
];

/// Every number of Correspondence, and what is said of those that have a row of their own.
const CORRESPONDENCE: &[(u16, u16, &str)] = &[
    (1001, 1001, "wait until it is published"),
    (1002, 1003, "the content of the message is missing or not plain text"),
    (1004, 1004, "did not take the request"),
    (1005, 1005, "the file parts do not match the attachments"),
    (1006, 1006, "a recipient is there twice"),
    (1007, 1007, "an attachment is there twice or cannot be used"),
    (1008, 1008, "set `dueDateTime` to a date to come"),
    (1009, 1009, "the dates do not go together"),
    (1013, 1013, "purge it as its recipient"),
    (1014, 1014, "was purged already"),
    (1016, 1016, "set `dueDateTime`"),
    (1017, 1018, "an attachment cannot be used"),
    (1019, 1023, "title, summary, body or language"),
    (1024, 1025, "counts as the sender's"),
    (1026, 1026, "confirm it first"),
    (1027, 1027, "`from` lies after `to`"),
    (1028, 1028, "did not take the request"),
    (1029, 1029, "a recipient is not known in this environment"),
    (1030, 1030, "`ignoreReservation: true`"),
    (1031, 1031, "did not take the request"),
    (1032, 1032, "Correspondence itself failed"),
    (1033, 1033, "did not take the request"),
    (1034, 1034, "send a new `idempotentKey`"),
    (1035, 1035, "did not take the request"),
    (1036, 1036, "check `resourceId`"),
    (1037, 1039, "the request's content is not accepted"),
    (1040, 1041, "already"),
    (1042, 1044, "did not take the request"),
    (1045, 1046, "the reference to a dialog is not accepted"),
    (1047, 1047, "idempot"),
    (1048, 1048, "a dialog"),
    (1050, 1053, "a dialog"),
    (1054, 1054, "the dialog does not exist"),
    (1055, 1055, "did not take the request"),
    (1060, 1061, "look at `isConfidential`"),
    (1062, 1062, "what it refers to does not exist"),
    (1063, 1069, "`allowForwarding` has to be set"),
    (2000, 2000, "Correspondence itself failed"),
    (2001, 2001, "the attachment does not exist"),
    (2002, 2002, "storing the file failed at Altinn"),
    (2003, 2003, "initialize another one"),
    (2004, 2004, "`files:` in postbud.yaml"),
    (2005, 2005, "uploaded already"),
    (2006, 2006, "purged already"),
    (2007, 2007, "purge the correspondence"),
    (2008, 2008, "`checksum` is the MD5 of the file"),
    (2009, 2009, "did not take the attachment"),
    (2010, 2012, "the file's name is not accepted"),
    (2013, 2013, "the file's type is not accepted"),
    (2014, 2014, "service owner agreement"),
    (2016, 2016, "download it before"),
    (2017, 2017, "attachment"),
    (2018, 2018, "cannot be purged now"),
    (2019, 2019, "cannot be downloaded"),
    (2020, 2020, "did not take the attachment"),
    (2021, 2021, "the file's name is not accepted"),
    (2022, 2022, "the upload was too slow"),
    (2023, 2023, "did not take the attachment"),
    (3001, 3001, "the notification template does not exist"),
    (3002, 3019, "the notification is not accepted"),
    (3020, 3021, "a recipient of the notification is not known"),
    (3022, 3025, "the notification is not accepted"),
    (3026, 3026, "notifications themselves failed"),
    (3027, 3027, "the notification is not accepted"),
    (3028, 3028, "notifications themselves failed"),
    (4001, 4001, "the policy gives the caller no access to the resource (organisation 310000000)"),
    (4002, 4003, "the caller may not do this"),
    (4006, 4006, "Altinn does not know the caller"),
    (4007, 4007, "the token names no organisation"),
    (4009, 4010, "`resourceType` has to be `CorrespondenceService`"),
];

const PLATFORM: &str = "https://platform.tt02.altinn.no";
const GENERATOR: &str = "https://altinn-testtools-token-generator.azurewebsites.net/api";

/// An emulator as strict as the services, behind their public names.
pub(crate) struct Strict {
    stop: Option<tokio::sync::oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
    words: Vec<String>,
    ca: String,
    environment: String,
}

impl Strict {
    pub(crate) fn start() -> Self {
        let (ready, is_ready) = mpsc::channel();
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(async {
                let config = EmulatorConfig { profile: Profile::Strict, ..EmulatorConfig::default() };
                let emulator = Emulator::start(config).await.expect("an emulator");
                let port = emulator.https_addr().port();
                let words: Vec<String> = emulator
                    .hosts()
                    .iter()
                    .flat_map(|host| ["--connect-to".to_owned(), format!("{host}:443:127.0.0.1:{port}")])
                    .collect();
                let told = (words, emulator.ca_pem().to_owned(), super::verify::environment(&emulator));
                ready.send(told).expect("the test waits");
                let _ = stopped.await;
                emulator.shutdown().await;
            });
        });
        let (words, ca, environment) = is_ready.recv().expect("it starts");
        Self { stop: Some(stop), thread: Some(thread), words, ca, environment }
    }

    /// Words that connect the public host names to it.
    pub(crate) fn words(&self) -> Vec<String> {
        self.words.clone()
    }

    /// Its certificate authority.
    pub(crate) fn ca(&self) -> &str {
        &self.ca
    }

    /// A variable of its environment.
    pub(crate) fn value(&self, key: &str) -> String {
        let environment: Value = serde_json::from_str(&self.environment).expect("JSON");
        let values = environment["values"].as_array().expect("values");
        let found = values.iter().find(|entry| entry["key"] == key).unwrap_or_else(|| panic!("{key} is not there"));
        found["value"].as_str().expect("a text").to_owned()
    }

    /// What a CI keeps as secrets.
    pub(crate) fn secrets(&self) -> [(&'static str, String); 4] {
        [
            ("OWNER_CLIENT_ID", self.value("owner_client_id")),
            ("OWNER_JWK", self.value("owner_client_jwk")),
            ("RECIPIENT_CLIENT_ID", self.value("recipient_client_id")),
            ("RECIPIENT_JWK", self.value("recipient_client_jwk")),
        ]
    }

    fn call(&self, command: &str) -> Postbud {
        let words: Vec<&str> = self.words.iter().map(String::as_str).collect();
        let call = Postbud::new(command).file("ca.pem", &self.ca).file("e.json", &self.environment);
        call.args(&words).args(&["--ssl-extra-ca-certs", "ca.pem", "-e", "e.json"])
    }

    /// A profile's token.
    fn token(&self, words: &[&str]) -> String {
        self.call("token").args(words).go().expect_code(0).stdout.trim().to_owned()
    }
}

impl Drop for Strict {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// A JWT that nobody signed.
fn unsigned(claims: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}.c2ln", part(&json!({"alg": "RS256", "kid": "key-1"})), part(claims))
}

/// A request of the collection and what is said of its answer.
struct Row {
    name: String,
    request: Value,
    said: String,
    /// Whether the service gives an id that support asks for.
    traced: bool,
}

/// Collects rows.
#[derive(Default)]
struct Rows(Vec<Row>);

impl Rows {
    fn add(&mut self, name: impl Into<String>, method: &str, url: &str, token: &str, said: &str) -> &mut Row {
        let mut headers = Vec::new();
        if !token.is_empty() {
            headers.push(json!({"key": "Authorization", "value": format!("Bearer {token}")}));
        }
        let request = json!({"method": method, "url": url, "header": headers});
        self.0.push(Row { name: name.into(), request, said: said.to_owned(), traced: false });
        self.0.last_mut().expect("the row just added")
    }
}

impl Row {
    fn header(&mut self, key: &str, value: &str) -> &mut Self {
        if let Some(list) = self.request["header"].as_array_mut() {
            list.push(json!({"key": key, "value": value}));
        }
        self
    }

    fn body(&mut self, kind: &str, text: &str) -> &mut Self {
        self.request["body"] = json!({"mode": "raw", "raw": text});
        self.header("Content-Type", kind)
    }

    fn form(&mut self, fields: &Value) -> &mut Self {
        self.request["body"] = json!({"mode": "formdata", "formdata": fields});
        self
    }

    fn traced(&mut self) -> &mut Self {
        self.traced = true;
        self
    }
}

/// Section 1.5: the token endpoint.
fn maskinporten(rows: &mut Rows) {
    let grant = unsigned(&json!({
        "aud": "https://test.maskinporten.no", "iss": "client-1", "scope": "a:b", "iat": 1, "exp": 2,
        "consumer_org": "999999999", "authorization_details": [{"type": "x"}],
    }));
    let form = format!("grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion={grant}");
    let url = "https://test.maskinporten.no/token";
    for (code, said) in MASKINPORTEN {
        let row = rows.add(format!("Maskinporten {code}"), "POST", url, "", said);
        row.body("application/x-www-form-urlencoded", &form);
        row.header("x-postbud-fault", &format!("error={code}")).traced();
    }
    for (status, said) in [("429", "was asked too often"), ("503", "Maskinporten itself failed")] {
        let row = rows.add(format!("Maskinporten {status}"), "POST", url, "", said);
        row.body("application/x-www-form-urlencoded", &form).header("x-postbud-fault", status);
    }
}

/// Section 2.3: the exchange.
fn exchange(rows: &mut Rows, raw: &str, altinn: &str) {
    let url = format!("{PLATFORM}/authentication/api/v1/exchange/maskinporten");
    let claims = |issuer: &str, exp: u64| json!({"iss": issuer, "exp": exp, "consumer": {"ID": "0192:310000000"}});
    let test = "https://test.maskinporten.no/";
    let late = 4_000_000_000;
    for (name, token, said) in [
        ("no token", String::new(), "no token was sent"),
        ("no JWT", "nonsense".to_owned(), "the token is no JWT"),
        ("expired", unsigned(&claims(test, 1000)), "the token expired"),
        ("production", unsigned(&claims("https://maskinporten.no/", late)), "takes those of `test`"),
        ("Altinn's own", altinn.to_owned(), "only Maskinporten's are exchanged"),
        ("stranger", unsigned(&claims("https://elsewhere.example/", late)), "was not issued by Maskinporten"),
        ("no consumer", unsigned(&json!({"iss": test, "exp": late})), "the token has no `consumer`"),
        ("bad signature", unsigned(&claims(test, late)), "Altinn itself may be failing: try later"),
    ] {
        rows.add(format!("Exchange {name}"), "GET", &url, &token, said);
    }
    let inner = rows.add("Exchange inner failure", "GET", &url, raw, "Altinn itself may be failing");
    inner.header("x-postbud-fault", "401");
    let other = url.replace("maskinporten", "elsewhere");
    rows.add("Exchange other provider", "GET", &other, raw, "knows no token provider `elsewhere`");
    rows.add("Exchange enterprise user", "GET", &url, raw, "a system user takes their place")
        .header("X-Altinn-EnterpriseUser-Authentication", "x");
}

/// Section 3.1: the test-token generator.
fn generator(rows: &mut Rows, raw: &str) {
    let personal = format!("{GENERATOR}/GetPersonalToken");
    rows.add("Generator account", "GET", &format!("{personal}?env=tt02"), "", "did not take the account");
    rows.add("Generator scope", "GET", &format!("{personal}?env=tt02"), raw, "tokengenerator/personal`");
}

/// Sections 4.3 and 4.4: the Resource Registry.
fn registry(rows: &mut Rows, token: &str, owner: &str) {
    let base = format!("{PLATFORM}/resourceregistry/api/v1/resource");
    let own = format!("{base}/postbud-demo-letters");
    let text = json!({"nb": "Brev", "nn": "Brev", "en": "Letters"});
    let resource = json!({
        "identifier": "error-rows", "title": text, "description": text, "resourceType": "CorrespondenceService",
        "delegable": false, "contactPoints": [], "hasCompetentAuthority": {"organization": "310000000"},
    });
    let json_type = "application/json";
    let mut bad = resource.clone();
    bad["title"] = json!({"nb": "Brev"});
    bad["hasCompetentAuthority"] = json!({"orgcode": "demo"});
    let row = rows.add("Registry incomplete", "POST", &base, token, "HasCompetentAuthority.Organization");
    row.body(json_type, &bad.to_string()).traced();
    rows.add("Registry titles", "POST", &base, token, "needed in `nb`, `nn` and `en`")
        .body(json_type, &bad.to_string());
    rows.add("Registry not JSON", "POST", &base, token, "the path says where").body(json_type, "{\"identifier\": ");
    rows.add("Registry type", "POST", &base, token, "send `Content-Type: application/json`").body("text/plain", "{}");
    let mut other = resource.clone();
    other["hasCompetentAuthority"]["organization"] = json!("310000035");
    let said = "which is not the owner of the resource";
    rows.add("Registry other owner", "POST", &base, token, said).body(json_type, &other.to_string());
    let said = "the token lacks the scope `altinn:resourceregistry/resource.write`";
    rows.add("Registry scope", "POST", &base, owner, said).body(json_type, &resource.to_string());
    rows.add("Registry token", "POST", &base, "", "no token was sent").body(json_type, &resource.to_string());
    let mut taken = resource.clone();
    taken["identifier"] = json!("postbud-demo-letters");
    rows.add("Registry taken", "POST", &base, token, "update it with PUT").body(json_type, &taken.to_string());
    rows.add("Registry missing", "GET", &format!("{base}/nothing-there"), "", "create it here, or publish it");
    rows.add("Registry no policy", "GET", &format!("{base}/nothing-there/policy"), "", "nothing-there");

    let policy = |id: &str| postbud::policy::minimal(id, "demo", "DAGL");
    let file = |text: String| json!([{"key": "policyFile", "type": "text", "value": text, "fileName": "policy.xml"}]);
    let upload = format!("{own}/policy");
    let none = json!([{"key": "other", "type": "text", "value": "x"}]);
    let without = policy("postbud-demo-letters").replace("urn:altinn:resource\"", "urn:altinn:other\"");
    for (name, url, fields, said) in [
        ("no file", &upload, none, "a file part named `policyFile`"),
        ("unknown resource", &format!("{base}/nothing-there/policy"), file(policy("nothing-there")), "resource"),
        ("other resource", &upload, file(policy("other-letters")), "another resource"),
        ("no resource", &upload, file(without), "resource"),
        ("broken", &upload, file("<a".to_owned()), "could not be read"),
    ] {
        rows.add(format!("Policy {name}"), "POST", url, token, said).form(&fields);
    }
    rows.add("Policy scope", "POST", &upload, owner, "the token lacks the scope").form(&file(policy("x")));
}

/// Section 5.5 and the layers before it, 5.2.
fn correspondence(rows: &mut Rows, owner: &str, recipient: &str, raw: &str) {
    let base = format!("{PLATFORM}/correspondence/api/v1");
    let search = format!("{base}/correspondence?resourceId=postbud-demo-letters");
    let one = format!("{base}/correspondence/6f2f1f0c-5a2f-4b3b-9d4e-2f0b7c1d9a10");
    for (from, to, said) in CORRESPONDENCE {
        for number in *from..=*to {
            let row = rows.add(format!("Correspondence {number}"), "GET", &search, owner, said);
            row.header("x-postbud-fault", &format!("error=CORR-{number}")).traced();
        }
    }
    rows.add("Layer token", "GET", &search, "", "no token was sent");
    rows.add("Layer scope", "POST", &format!("{one}/markasread"), owner, "this is a call of the recipient");
    let sending =
        rows.add("Layer sender", "POST", &format!("{base}/correspondence"), recipient, "a call of the sender");
    sending.body("application/json", "{}");
    let raw_row = rows.add("Layer raw", "POST", &format!("{one}/confirm"), raw, "exchange it first");
    raw_row.traced();
    rows.add("Layer accept", "GET", &search, owner, "send `Accept: application/json`").header("Accept", "text/plain");
    let upload = rows.add("Layer type", "POST", &format!("{base}/correspondence/upload"), owner, "multipart form data");
    upload.body("application/json", "{}");
    let invalid = rows.add("Layer validation", "POST", &format!("{base}/correspondence"), owner, "is not valid:");
    invalid.body("application/json", "{}").traced();
    rows.add("Layer empty id", "GET", &format!("{base}/correspondence//details"), owner, "an id in the path is empty");
    rows.add("Layer too often", "GET", &search, owner, "asked too often").header("x-postbud-fault", "429");
}

/// The part of the terminal's output about one request.
fn told<'a>(stdout: &'a str, name: &str) -> &'a str {
    let from = stdout.split_once(&format!("→ {name}\n")).map_or("", |(_, rest)| rest);
    from.split_once("→ ").map_or(from, |(part, _)| part)
}

/// The suite of one request in a JUnit file.
fn suite<'a>(junit: &'a str, name: &str) -> &'a str {
    junit.split("<testsuite ").find(|suite| suite.starts_with(&format!("name=\"{name}\""))).unwrap_or_default()
}

fn unescaped(text: &str) -> String {
    text.replace("&quot;", "\"").replace("&apos;", "'").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

#[test]
fn run_explains_every_row() {
    let strict = Strict::start();
    let (owner, recipient) = (strict.token(&["owner"]), strict.token(&["recipient"]));
    let (raw, registry_token) = (strict.token(&["owner", "--raw"]), strict.token(&["registry"]));
    let mut rows = Rows::default();
    maskinporten(&mut rows);
    exchange(&mut rows, &raw, &owner);
    generator(&mut rows, &raw);
    registry(&mut rows, &registry_token, &owner);
    correspondence(&mut rows, &owner, &recipient, &raw);
    let items: Vec<Value> = rows.0.iter().map(|row| json!({"name": row.name, "request": row.request})).collect();
    let collection = json!({"info": {"name": "c",
        "schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"}, "item": items});
    let ran = strict
        .call("run")
        .file("c.json", &collection.to_string())
        .args(&["c.json", "--expect-success", "-r", "cli,junit", "--reporter-junit-export", "r.xml"])
        .go()
        .expect_code(1);
    let junit = ran.file("r.xml");
    let trace = regex::Regex::new(r"\(trace id [0-9a-f-]{32,}\)").expect("a pattern");
    let mut wrong = Vec::new();
    for row in &rows.0 {
        for (place, text) in
            [("terminal", told(&ran.stdout, &row.name).to_owned()), ("JUnit", unescaped(suite(&junit, &row.name)))]
        {
            if !text.contains(&row.said) || (row.traced && !trace.is_match(&text)) {
                wrong.push(format!("{} on {place}: wanted \"{}\"\n{text}", row.name, row.said));
            }
            if let Some(number) = row.name.strip_prefix("Correspondence ")
                && !text.contains(&format!("CORR-0{number}: "))
            {
                wrong.push(format!("{} on {place}: without its code\n{text}", row.name));
            }
        }
    }
    assert!(rows.0.len() > 150, "{}", rows.0.len());
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), rows.0.len(), wrong.join("\n"));
}

#[test]
fn an_answer_that_nothing_asserts_on_is_explained_too() {
    let request = json!({"method": "GET", "url": format!("{PLATFORM}/resourceregistry/api/v1/resource/nothing-there")});
    let collection = json!({"info": {"name": "c"}, "item": [{"name": "a", "request": request}]});
    let words = ["--emulator", "-r", "cli,junit", "--reporter-junit-export", "r.xml"];
    let ran = Postbud::run(&collection).args(&words).go().expect_code(0);
    let said = "cause: there is no resource `nothing-there` in this environment";
    assert!(ran.stdout.contains(said), "{}", ran.stdout);
    assert!(unescaped(&ran.file("r.xml")).contains(said), "{}", ran.file("r.xml"));
}

/// Runs every call on four threads and gives what is wrong.
fn judged<T: Sync>(rows: &[T], judge: impl Fn(&T) -> Option<String> + Sync) -> Vec<String> {
    std::thread::scope(|scope| {
        let judge = &judge;
        let workers: Vec<_> = rows
            .chunks(rows.len().div_ceil(4))
            .map(|part| scope.spawn(move || part.iter().filter_map(judge).collect::<Vec<_>>()))
            .collect();
        workers.into_iter().flat_map(|worker| worker.join().expect("no panic")).collect()
    })
}

#[test]
fn token_explains_every_row() {
    let mut rows: Vec<(String, &str, bool)> =
        MASKINPORTEN.iter().map(|(code, said)| (format!("/token:error={code}"), *said, true)).collect();
    // Scopes and client are those of the profile here, and nothing is delegated.
    rows.push(("/token:503=99".to_owned(), "Maskinporten itself failed", false));
    rows.push(("/authentication:401=99".to_owned(), "Altinn itself may be failing", false));
    rows.push(("/authentication:500=99".to_owned(), "Altinn's exchange itself failed", false));
    rows.push(("/token:drop=99".to_owned(), "socket hang up", false));
    let wrong = judged(&rows, |(fault, said, traced)| {
        let call =
            |words: &[&str]| Postbud::new("token").args(&["owner", "--emulator", "--fault", fault]).args(words).go();
        let (plain, explained) = (call(&[]), call(&["--explain"]));
        let bad = |ran: &Ran, text: &str| {
            ran.code != 1 || !text.contains(said) || (*traced && !text.contains("(trace id ")) || text.contains("eyJ")
        };
        (bad(&plain, &plain.stderr) || bad(&explained, &explained.stdout))
            .then(|| format!("{fault}: wanted \"{said}\"\n{}{}", plain.stderr, explained.stdout))
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn verify_explains_every_row() {
    let mut rows: Vec<(String, &str, u32, bool)> =
        MASKINPORTEN.iter().map(|(code, said)| (format!("/token:error={code}"), *said, 4, true)).collect();
    rows.push(("/authentication:401=99".to_owned(), "Altinn itself may be failing", 6, false));
    let correspondence = "/correspondence/api/v1/correspondence";
    let attachment = "/correspondence/api/v1/attachment";
    for (path, number, step) in [
        (correspondence, 1008, 13),
        (correspondence, 1029, 13),
        (correspondence, 1030, 13),
        (correspondence, 1034, 13),
        (correspondence, 1036, 13),
        (correspondence, 2014, 13),
        (correspondence, 3028, 13),
        (correspondence, 4001, 13),
        (correspondence, 4006, 13),
        (correspondence, 4010, 13),
        (attachment, 2002, 15),
        (attachment, 2013, 15),
        (attachment, 2022, 15),
        (attachment, 4009, 15),
    ] {
        let row = CORRESPONDENCE.iter().find(|(from, to, _)| (*from..=*to).contains(&number)).expect("a row");
        rows.push((format!("{path}:error=CORR-{number}"), row.2, step, true));
    }
    let wrong = judged(&rows, |(fault, said, step, traced)| {
        let words = ["--emulator", "--fault", fault, "-r", "cli,junit", "--reporter-junit-export", "r.xml"];
        let ran = Postbud::new("verify").args(&words).go();
        let junit = unescaped(&ran.file("r.xml"));
        let red = super::verify::red(&junit);
        let bad = |text: &str| {
            let parts = said.split("; ").all(|part| text.contains(part));
            !parts || (*traced && !text.contains("trace id: ")) || text.contains("eyJ")
        };
        // What Maskinporten or the exchange does hits the client of every profile: those of the recipient and of the registry, too.
        let steps: &[u32] = match step {
            4 => &[4, 7, 11],
            6 => &[6, 7, 11],
            step => std::slice::from_ref(step),
        };
        (ran.code != 1 || red != steps || bad(&ran.stdout) || bad(&junit))
            .then(|| format!("{fault}: red {red:?}, wanted {steps:?} and \"{said}\"\n{}", ran.stdout))
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
