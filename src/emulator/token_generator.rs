//! The test-token generator of Altinn's test tools.

use std::collections::BTreeMap;

use axum::http::header::WWW_AUTHENTICATE;
use axum::http::{Method, StatusCode};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rand::RngExt;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::caller;
use super::exchange::{self, token_reply};
use super::hosts::{ENVIRONMENTS, Environment};
use super::message::{Call, Reply, no_such_path, wrong_method};
use super::world::World;

/// How long tokens live, in seconds, if the caller does not say.
const LIFETIME: i64 = 1800;
/// The scope that opens every endpoint.
const PARENT_SCOPE: &str = "altinn:testtools/tokengenerator";

/// An endpoint of the generator.
struct Endpoint {
    /// Its name in the path, in lower case.
    path: &'static str,
    /// The suffix of the scope that opens it.
    scope: &'static str,
    /// Parameters it cannot do without.
    required: &'static [&'static str],
    /// Makes the claims.
    claims: fn(&Call) -> Map<String, Value>,
}

const ENDPOINTS: [Endpoint; 6] = [
    Endpoint { path: "getenterprisetoken", scope: "/enterprise", required: &["env", "scopes"], claims: enterprise },
    Endpoint { path: "getpersonaltoken", scope: "/personal", required: &["env"], claims: personal },
    Endpoint {
        path: "getsystemusertoken",
        scope: "/enterpriseuser",
        required: &["env", "systemUserId"],
        claims: system_user,
    },
    Endpoint {
        path: "getenterpriseusertoken",
        scope: "/enterpriseuser",
        required: &["env", "orgNo", "partyId", "userId", "userName"],
        claims: enterprise_user,
    },
    Endpoint { path: "getplatformaccesstoken", scope: "/platform", required: &["env", "app"], claims: platform },
    Endpoint { path: "getplatformtoken", scope: "/platform", required: &["env", "app"], claims: platform },
];

/// Answers a call to the generator.
pub(super) fn serve(world: &mut World, call: &Call) -> Reply {
    let [api, name] = call.segments.as_slice() else { return no_such_path() };
    let Some(endpoint) = ENDPOINTS.iter().find(|endpoint| api == "api" && endpoint.path == name) else {
        return no_such_path();
    };
    if call.method != Method::GET {
        return wrong_method("GET");
    }
    if let Err(reply) = authenticate(world, call, endpoint) {
        return reply;
    }
    let faults = faults(call, endpoint);
    if !faults.is_empty() {
        return Reply::json(StatusCode::BAD_REQUEST, &json!(faults)).because("parameters: missing or not usable");
    }
    make(world, call, endpoint)
}

/// Lets in Basic accounts and Maskinporten test tokens with the right scope.
fn authenticate(world: &mut World, call: &Call, endpoint: &Endpoint) -> Result<(), Reply> {
    if let Some(token) = call.credentials("Bearer") {
        return bearer(world, token, endpoint).map_err(|reason| {
            Reply::text(StatusCode::FORBIDDEN, "Invalid or insufficient token")
                .because(format!("generator token: {reason}"))
        });
    }
    let challenge = |reason: &str| {
        Reply::empty(StatusCode::UNAUTHORIZED)
            .header(WWW_AUTHENTICATE, "Basic realm=\"test token generator\"")
            .because(format!("generator account: {reason}"))
    };
    let account = call.credentials("Basic").and_then(|text| STANDARD.decode(text).ok());
    let account = account.and_then(|bytes| String::from_utf8(bytes).ok()).ok_or_else(|| challenge("none was sent"))?;
    let Some((username, password)) = account.split_once(':') else { return Err(challenge("it has no colon")) };
    let known = world.accounts.iter().any(|own| own.username == username && own.password == password);
    if known {
        return Ok(());
    }
    if world.lenient() && world.accounts.is_empty() {
        world.warn("generator account: any is accepted");
        return Ok(());
    }
    Err(challenge("unknown user name or password"))
}

fn bearer(world: &World, token: &str, endpoint: &Endpoint) -> Result<(), String> {
    // Only test tokens: the first environment is a test environment.
    let issuers: Vec<String> = ENVIRONMENTS.iter().take(1).map(Environment::maskinporten_issuer).collect();
    let decoded = caller::verify(world, token, &issuers, 0)?;
    let wanted = format!("{PARENT_SCOPE}{}", endpoint.scope);
    let scope = decoded.claims.get("scope").and_then(Value::as_str).unwrap_or_default();
    if scope.split(' ').any(|own| own == wanted || own == PARENT_SCOPE) {
        Ok(())
    } else {
        Err(format!("the scope {wanted} is missing"))
    }
}

/// What is wrong with the parameters, by name.
fn faults(call: &Call, endpoint: &Endpoint) -> BTreeMap<&'static str, String> {
    let mut faults = BTreeMap::new();
    for name in endpoint.required {
        if call.query(name).unwrap_or_default().is_empty() {
            faults.insert(*name, "This parameter is required".to_owned());
        }
    }
    let environment = call.query("env").unwrap_or_default();
    if !environment.is_empty() && find_environment(environment).is_none() {
        faults.insert("env", format!("Unknown environment {environment}"));
    }
    if call.query("scopes").unwrap_or_default().chars().count() > 500 {
        faults.insert("scopes", "At most 500 characters".to_owned());
    }
    for name in ["orgNo", "consumerOrgNo", "supplierOrgNo", "systemUserOrg"] {
        if call.query(name).is_some_and(|value| !value.is_empty() && !is_digits(value, 9)) {
            faults.insert(name, "Nine digits are wanted".to_owned());
        }
    }
    if call.query("pid").is_some_and(|value| !value.is_empty() && !is_digits(value, 11)) {
        faults.insert("pid", "Eleven digits are wanted".to_owned());
    }
    if call.query("systemUserId").is_some_and(|value| !value.is_empty() && value.parse::<Uuid>().is_err()) {
        faults.insert("systemUserId", "A UUID is wanted".to_owned());
    }
    if call.query("ttl").is_some_and(|value| !value.is_empty() && value.parse::<u32>().is_err()) {
        faults.insert("ttl", "A number of seconds is wanted".to_owned());
    }
    faults
}

fn is_digits(text: &str, count: usize) -> bool {
    text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The environment a token is for; self-issued tokens are taken for the first one.
fn find_environment(name: &str) -> Option<&'static Environment> {
    match name {
        "dev" | "none" => ENVIRONMENTS.first(),
        _ => Environment::by_name(name).filter(|environment| !environment.is_production()),
    }
}

fn make(world: &World, call: &Call, endpoint: &Endpoint) -> Reply {
    let failed = || Reply::empty(StatusCode::INTERNAL_SERVER_ERROR).because("generator: the token could not be signed");
    let Some(environment) = find_environment(call.query("env").unwrap_or_default()) else { return failed() };
    let lifetime =
        call.query("ttl").and_then(|value| value.parse().ok()).map_or(LIFETIME, |seconds: u32| i64::from(seconds));
    let shift = if world.faults.expire_tokens("/api") { -2 * lifetime.max(LIFETIME) } else { 0 };
    let one = || {
        let mut claims = (endpoint.claims)(call);
        claims.insert("actual_iss".into(), json!(caller::TEST_TOOLS));
        claims.insert("jti".into(), json!(Uuid::new_v4().to_string()));
        exchange::issue(world, environment, claims, lifetime, shift)
    };
    let count: usize = call.query("bulkCount").and_then(|value| value.parse().ok()).unwrap_or(0);
    if count > 0 {
        let tokens: Option<Map<String, Value>> =
            (0..count.min(1000)).map(|_| Some((Uuid::new_v4().to_string(), Value::String(one()?)))).collect();
        return tokens.map_or_else(failed, |tokens| Reply::ok(&Value::Object(tokens)));
    }
    let Some(token) = one() else { return failed() };
    if call.query("dump").is_some_and(|value| value.eq_ignore_ascii_case("true")) {
        let claims = jwt_claims(&token);
        return Reply::text(StatusCode::OK, format!("{}\n\n{token}\n", claims.unwrap_or_default()));
    }
    token_reply(call, token)
}

/// The claims of a token, for reading.
fn jwt_claims(token: &str) -> Option<String> {
    let decoded = super::jwt::Decoded::read(token).ok()?;
    serde_json::to_string_pretty(&decoded.claims).ok()
}

/// A parameter that is present and not empty.
fn given<'a>(call: &'a Call, name: &str) -> Option<&'a str> {
    call.query(name).filter(|value| !value.is_empty())
}

/// A random number with so many digits.
fn random_digits(count: usize) -> String {
    let mut random = rand::rng();
    (0..count).map(|at| char::from(b'0' + random.random_range(u8::from(at == 0)..10))).collect()
}

fn party(number: &str) -> Value {
    json!({"authority": "iso6523-actorid-upis", "ID": format!("0192:{number}")})
}

/// Scopes may be separated by spaces or commas.
fn scopes(call: &Call, default: &str) -> Value {
    let text = given(call, "scopes").unwrap_or(default);
    json!(text.split([' ', ',']).filter(|scope| !scope.is_empty()).collect::<Vec<_>>().join(" "))
}

fn common(call: &Call, default_scope: &str, method: &str) -> Map<String, Value> {
    let mut claims = Map::new();
    claims.insert("scope".into(), scopes(call, default_scope));
    claims.insert("token_type".into(), json!("Bearer"));
    let client = given(call, "clientId").map_or_else(|| Uuid::new_v4().to_string(), str::to_owned);
    claims.insert("client_id".into(), json!(client));
    claims.insert("urn:altinn:authenticatemethod".into(), json!(method));
    claims.insert("urn:altinn:authlevel".into(), json!(3));
    if let Some(supplier) = given(call, "supplierOrgNo") {
        claims.insert("supplier".into(), party(supplier));
        claims.insert(
            "delegation_source".into(),
            json!(given(call, "delegationSource").unwrap_or("https://tt02.altinn.no/")),
        );
    }
    claims
}

fn enterprise(call: &Call) -> Map<String, Value> {
    let mut claims = common(call, "", "maskinporten");
    let number = given(call, "orgNo").map_or_else(|| random_digits(9), str::to_owned);
    claims.insert("consumer".into(), party(&number));
    claims.insert("urn:altinn:orgNumber".into(), json!(number));
    if let Some(code) = given(call, "org") {
        claims.insert("urn:altinn:org".into(), json!(code));
    }
    claims
}

/// A person's token; `org` and `orgNo` are ignored, as by the real generator.
fn personal(call: &Call) -> Map<String, Value> {
    let mut claims = common(call, "altinn:enduser", "BankID");
    let level = given(call, "authLvl").and_then(|value| value.parse::<u8>().ok()).unwrap_or(3);
    let number = |name: &str| given(call, name).and_then(|value| value.parse::<u64>().ok()).unwrap_or(1);
    claims.insert("pid".into(), json!(given(call, "pid").map_or_else(|| random_digits(11), str::to_owned)));
    claims.insert("acr".into(), json!(if level >= 4 { "idporten-loa-high" } else { "idporten-loa-substantial" }));
    claims.insert("urn:altinn:authlevel".into(), json!(level));
    claims.insert("urn:altinn:userid".into(), json!(number("userId")));
    claims.insert("urn:altinn:partyid".into(), json!(number("partyId")));
    for (parameter, claim) in
        [("userName", "urn:altinn:username"), ("partyuuid", "urn:altinn:party:uuid"), ("clientAmr", "client_amr")]
    {
        if let Some(value) = given(call, parameter) {
            claims.insert(claim.into(), json!(value));
        }
    }
    if let Some(number) = given(call, "consumerOrgNo") {
        claims.insert("consumer".into(), party(number));
    }
    claims
}

fn system_user(call: &Call) -> Map<String, Value> {
    let mut claims = common(call, "", "maskinporten");
    let vendor = given(call, "orgNo").map_or_else(|| random_digits(9), str::to_owned);
    let customer = given(call, "systemUserOrg").unwrap_or("991825827");
    let detail = json!([{
        "type": "urn:altinn:systemuser",
        "systemuser_id": [given(call, "systemUserId").unwrap_or_default()],
        "systemuser_org": party(customer),
        "system_id": format!("{vendor}_testsystem"),
    }]);
    claims.insert("consumer".into(), party(&vendor));
    claims.insert("urn:altinn:orgNumber".into(), json!(vendor));
    claims.insert("authorization_details".into(), detail);
    claims
}

fn enterprise_user(call: &Call) -> Map<String, Value> {
    let mut claims = enterprise(call);
    for (parameter, claim) in
        [("userId", "urn:altinn:userid"), ("partyId", "urn:altinn:partyid"), ("userName", "urn:altinn:username")]
    {
        claims.insert(claim.into(), json!(given(call, parameter).unwrap_or_default()));
    }
    claims
}

fn platform(call: &Call) -> Map<String, Value> {
    let mut claims = Map::new();
    claims.insert("urn:altinn:app".into(), json!(given(call, "app").unwrap_or_default()));
    claims.insert("urn:altinn:org".into(), json!(given(call, "org").unwrap_or("platform")));
    claims
}
