//! The ways in which tokens of profiles take the place of test tokens, on the collections that Altinn published.

use crate::altinn::assert_no_secret;
use crate::harness::{Postbud, Ran, shared};

/// Profiles of the emulator's owner and recipient.
pub(crate) const TOKENS: &str = r#"
tokens:
  owner:
    provider: maskinporten
    environment: test
    client_id: "{{owner_client_id}}"
    key: { jwk: { variable: owner_client_jwk } }
    scopes: [altinn:serviceowner, altinn:correspondence.write]
    org: 310000000
    exchange: altinn
  recipient:
    provider: maskinporten
    environment: test
    client_id: "{{recipient_client_id}}"
    key: { jwk: { variable: recipient_client_jwk } }
    scopes: [altinn:correspondence.read]
    org: 310000019
    exchange: altinn
"#;

fn run(generation: &str, more: &str, words: &[&str]) -> Option<Ran> {
    let path = shared(&format!("data/altinn/published-{generation}.postman_collection.json"))?;
    let reports =
        ["-r", "cli,json,junit", "--reporter-json-export", "r.json", "--reporter-junit-export", "r.xml", "-x"];
    let call = Postbud::new("run").arg(path.to_string_lossy()).file("t.yaml", &format!("{TOKENS}{more}"));
    let ran = call.args(&["--emulator", "--config", "t.yaml"]).args(&reports).args(words).go().expect_code(0);
    assert_no_secret(&ran, &[]);
    Some(ran)
}

fn says(ran: &Ran, texts: &[&str]) {
    for text in texts {
        assert!(ran.stdout.contains(text), "{text:?} is not said: {}", ran.stdout);
    }
}

#[test]
fn test_tokens_are_answered_and_marked() {
    let Some(ran) = run("2025-01", "", &["--env-var", "resource_id=postbud-demo-letters"]) else { return };
    says(
        &ran,
        &["token of profile \"owner\" (answered, not sent)", "token of profile \"recipient\" (answered, not sent)"],
    );
    says(&ran, &["could not be honoured"]);
    assert!(ran.file("r.xml").contains("answered"), "JUnit marks it too");
}

#[test]
fn logins_and_exchanges_are_answered() {
    let Some(ran) = run("2025-07", "", &[]) else { return };
    says(&ran, &["signing library", "Maskinporten login for altinn:correspondence.write", "exchange at Altinn"]);
}

#[test]
fn a_variable_reads_as_the_profiles_token() {
    let Some(ran) = run("2025-07", "substitute:\n  variables: { altinn_token: owner }\n", &[]) else { return };
    says(&ran, &["token of profile \"owner\" (variable): {{altinn_token}}"]);
}

#[test]
fn a_request_gets_a_profiles_token() {
    let more = "substitute:\n  requests: { \"Correspondence/actions/**\": recipient }\n";
    let Some(ran) = run("2025-07", more, &[]) else { return };
    says(&ran, &["token of profile \"recipient\" (request)"]);
}

#[test]
fn nothing_is_replaced_where_the_user_says_so() {
    let Some(ran) = run("2025-01", "", &["--no-substitute"]) else { return };
    assert!(!ran.stdout.contains("token of profile"), "{}", ran.stdout);
}
