//! The table of sabotaged set-ups: each red at its step alone, with the right mend.

use postbud::policy::minimal;
use serde_json::{Value, json};

use super::{OWNER, RECIPIENT, RESOURCE, STRANGER, action, key, red, runtime, verify};

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

/// A resource that is open to its access list only, and the list's members.
fn list_mode(members: &[&str]) -> Value {
    let mut seed = resource("/status", json!("Active"), Some(&minimal(RESOURCE, "demo", "DAGL")));
    seed["resources"][0]["resource"]["accessListMode"] = json!("Enabled");
    let list = json!({"owner": "demo", "identifier": "tried", "members": members, "resources": [RESOURCE]});
    seed["accessLists"] = json!([list]);
    seed
}

#[test]
fn a_recipient_on_the_access_list_is_let_in() {
    verify(&list_mode(&[RECIPIENT]), &[]).expect_code(0).expect_shown("310000019 has to be on one");
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
        ("on no access list", list_mode(&["310000035"]), vec![], &[16], "has to be on one of its access lists"),
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
