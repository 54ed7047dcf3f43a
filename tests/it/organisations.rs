//! Clients that act for others: delegated scopes, system users, audiences, and several organisations in one run.

use serde_json::{Value, json};

use crate::harness::{Postbud, Ran};

/// Beside the profiles `owner` and `recipient`.
const MORE: &str = r#"  system:
    provider: maskinporten
    environment: test
    client_id: "{{owner_client_id}}"
    key: { jwk: { variable: owner_client_jwk } }
    scopes: [altinn:correspondence.read]
    system_user: { org: "310000027" }
    exchange: altinn
  delegated:
    provider: maskinporten
    environment: test
    client_id: "{{owner_client_id}}"
    key: { jwk: { variable: owner_client_jwk } }
    scopes: [altinn:correspondence.read]
    consumer_org: "310000035"
    resource: ["https://api.example.no"]
"#;

fn tokens() -> String {
    format!("{}{MORE}", crate::substitution::TOKENS)
}

/// A run of one request with a profile's token.
fn run_as(profile: &str) -> Ran {
    let request = json!({"method": "GET", "url": "https://platform.tt02.altinn.no/resourceregistry/api/v1/resource/resourcelist"});
    let collection = json!({"info": {"name": "c"}, "item": [{"name": "a", "request": request}]});
    let yaml = format!("{}substitute: {{requests: {{a: {profile}}}}}\n", tokens());
    let call = Postbud::run(&collection).file("postbud.yaml", &yaml);
    call.args(&["--emulator", "--expect-success"]).go()
}

/// Claims of a profile's token, as `--decode` shows them.
fn claims(profile: &str, words: &[&str]) -> Value {
    let call = Postbud::new("token").file("p.yaml", &tokens()).args(&[
        profile,
        "--decode",
        "--emulator",
        "--config",
        "p.yaml",
    ]);
    let shown = call.args(words).go().expect_code(0).stdout;
    assert!(!shown.contains("eyJ"), "{shown}");
    let at = shown.find("claims    ").expect("claims") + "claims    ".len();
    serde_json::from_str(&shown[at..]).unwrap_or_else(|error| panic!("{error}: {shown}"))
}

#[test]
fn a_system_users_token_speaks_for_its_customer() {
    let claims = claims("system", &[]);
    assert_eq!(claims["authorization_details"][0]["systemuser_org"]["ID"], "0192:310000027");
    assert_eq!(claims["consumer"]["ID"], "0192:310000000");
    assert_eq!(claims["iss"], "https://platform.tt02.altinn.no/authentication/api/v1/openid/");
    let raw = self::claims("system", &["--raw"]);
    assert_eq!(raw["iss"], "https://test.maskinporten.no/");
    for member in ["type", "systemuser_id", "systemuser_org", "system_id"] {
        assert!(!raw["authorization_details"][0][member].is_null(), "{member}: {raw}");
    }
}

#[test]
fn a_delegated_scope_names_consumer_and_supplier() {
    let refused = run_as("delegated").expect_code(1);
    assert!(
        refused.stdout.contains("MP-251") && refused.stdout.contains("310000035 has not delegated"),
        "{}",
        refused.stdout
    );
    // The delegating organisation receives: its role lets it read.
    let delegation = json!({"scope": "altinn:correspondence.read", "consumer": "310000035", "supplier": "310000000"});
    let role = json!({"holder": "310000035", "party": "310000035", "roles": ["DAGL"]});
    let seed = json!({"delegations": [delegation], "roles": [role]});
    let yaml = format!(
        "{}verify: {{resource_id: postbud-demo-letters, recipient: delegated, owner_org: '310000000', recipient_org: '310000035'}}\n",
        tokens()
    );
    let yaml = yaml.replace("    resource: [\"https://api.example.no\"]", "    exchange: altinn");
    let ran = Postbud::new("verify")
        .file("p.yaml", &yaml)
        .file("seed.json", &seed.to_string())
        .args(&["--emulator", "--seed", "seed.json", "--config", "p.yaml"])
        .go()
        .expect_code(0);
    assert!(ran.stdout.contains("✓  it is the recipient's"), "{}", ran.stdout);
}

#[test]
fn an_audience_comes_back_in_the_token() {
    let with_audience = tokens().replace("    consumer_org: \"310000035\"\n", "");
    let call = Postbud::new("token").file("p.yaml", &with_audience);
    let shown = call.args(&["delegated", "--decode", "--emulator", "--config", "p.yaml"]).go().expect_code(0).stdout;
    assert!(shown.contains("https://api.example.no"), "{shown}");
}

#[test]
fn sender_and_recipients_of_several_organisations_meet_in_one_run() {
    let item = |name: &str, method: &str, path: &str| {
        json!({"name": name, "request": {"method": method,
            "url": format!("https://platform.tt02.altinn.no/correspondence/api/v1/correspondence{path}"),
            "header": [{"key": "Content-Type", "value": "application/json"}]}})
    };
    let mut send = item("send", "POST", "");
    let message = json!({
        "correspondence": {"resourceId": "postbud-demo-letters", "sendersReference": "x",
            "content": {"language": "nb", "messageTitle": "Hei", "messageBody": "Hei"}},
        "recipients": ["0192:310000019", "0192:310000027"],
    });
    send["request"]["body"] = json!({"mode": "raw", "raw": message.to_string()});
    let keep = "pm.response.json().correspondences.forEach((c, i) => pm.globals.set('id' + i, c.correspondenceId))";
    send["event"] = json!([{"listen": "test", "script": {"exec": [keep]}}]);
    let foreign = item("foreign", "GET", "/{{id1}}/content");
    let items = [send, item("first", "GET", "/{{id0}}"), item("second", "GET", "/{{id1}}"), foreign];
    let yaml = format!(
        "{}substitute:\n  requests: {{send: owner, first: recipient, second: system, foreign: recipient}}\n\
         expect:\n  send: {{status: 200}}\n  first: {{status: 200}}\n  second: {{status: 200}}\n  foreign: {{status: 401}}\n",
        tokens()
    );
    let collection = json!({"info": {"name": "c"}, "item": items});
    let call = Postbud::run(&collection).file("postbud.yaml", &yaml);
    let ran = call.args(&["--emulator", "--emulator-profile", "strict"]).go().expect_code(0);
    for profile in ["owner", "recipient", "system"] {
        assert!(ran.stdout.contains(&format!("token of profile \"{profile}\" (request)")), "{}", ran.stdout);
    }
}
