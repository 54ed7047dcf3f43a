use std::cell::Cell;
use std::collections::VecDeque;
use std::path::Path;
use std::sync::OnceLock;

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA512, UnparsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use der::Decode as _;
use serde_json::{Value, json};

use super::substitute::{Asked, Decision, Shape, recognise};
use super::*;
use crate::config::{Config, TestTokens};

/// A key pair in every form, made once.
struct TestKey {
    pkcs8: Vec<u8>,
    pkcs1: Vec<u8>,
    jwk: Value,
}

fn test_key() -> &'static TestKey {
    static KEY: OnceLock<TestKey> = OnceLock::new();
    KEY.get_or_init(|| {
        let pair = KeyPair::generate(KeySize::Rsa2048).unwrap();
        let pkcs8 = AsDer::<Pkcs8V1Der<'_>>::as_der(&pair).unwrap().as_ref().to_vec();
        let pkcs1 = pkcs8::PrivateKeyInfoRef::from_der(&pkcs8).unwrap().private_key.as_bytes().to_vec();
        let key = pkcs1::RsaPrivateKeyRef::from_der(&pkcs1).unwrap();
        let names = ["n", "e", "d", "p", "q", "dp", "dq", "qi"];
        let numbers = [
            key.modulus,
            key.public_exponent,
            key.private_exponent,
            key.prime1,
            key.prime2,
            key.exponent1,
            key.exponent2,
            key.coefficient,
        ];
        let mut jwk = json!({"kty": "RSA", "kid": "key-1", "use": "sig"});
        for (name, number) in names.iter().zip(numbers) {
            jwk[*name] = URL_SAFE_NO_PAD.encode(number.as_bytes()).into();
        }
        TestKey { pkcs8, pkcs1, jwk }
    })
}

fn pem(label: &str, der: &[u8]) -> String {
    let text = STANDARD.encode(der);
    let lines: Vec<&str> = text.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n"))
}

type Answers = VecDeque<Result<TokenHttpResponse, TokenHttpError>>;

/// Answers from a list and keeps what was asked.
#[derive(Default)]
struct Fake {
    answers: Answers,
    asked: Vec<TokenHttpRequest>,
    pauses: Vec<Duration>,
}

impl TokenTransport for Fake {
    fn fetch(&mut self, request: TokenHttpRequest) -> LocalFuture<'_, Result<TokenHttpResponse, TokenHttpError>> {
        self.asked.push(request);
        let answer = self.answers.pop_front().expect("an answer for every request");
        Box::pin(async move { answer })
    }

    fn pause(&mut self, time: Duration) -> LocalFuture<'_, ()> {
        self.pauses.push(time);
        Box::pin(async {})
    }
}

#[expect(
    clippy::unnecessary_wraps,
    clippy::needless_pass_by_value,
    reason = "an answer in a list of answers and errors"
)]
fn answer(status: u16, body: impl ToString) -> Result<TokenHttpResponse, TokenHttpError> {
    Ok(TokenHttpResponse { status, headers: Vec::new(), body: body.to_string().into_bytes() })
}

fn token_json(token: &str) -> Result<TokenHttpResponse, TokenHttpError> {
    answer(200, json!({"access_token": token, "token_type": "Bearer", "expires_in": 119}))
}

fn jwt(claims: &Value) -> String {
    format!("e30.{}.sig", URL_SAFE_NO_PAD.encode(claims.to_string()))
}

fn config(text: &str) -> Config {
    Config::parse("postbud.yaml", text, Path::new(""), &|_| None).unwrap_or_else(|error| panic!("{error}"))
}

const CLIENT: &str = "provider: maskinporten, environment: test, client_id: '{{client}}', key: {jwk: {variable: jwk}}";

fn variable(name: &str) -> Option<String> {
    match name {
        "client" => Some("client-1".to_owned()),
        "jwk" => Some(test_key().jwk.to_string()),
        _ => None,
    }
}

const NOW: u64 = 1_800_000_000;

/// Gets a token of a profile and gives what was asked.
async fn get(yaml: &str, want: Want, answers: Answers) -> (Result<Token, TokenError>, Fake) {
    let mut tokens = Tokens::new(config(yaml).tokens);
    let mut http = Fake { answers, ..Fake::default() };
    let mut cx = TokenContext { http: &mut http, env: &|_| None, variable: &variable, now: &|| NOW };
    let result = tokens.get("a", &want, &mut cx).await;
    (result, http)
}

/// Header and claims of the grant in a request, its signature verified.
fn verified(request: &TokenHttpRequest) -> (Value, Value) {
    let body = request.body.as_ref().unwrap().expose();
    let assertion = body.split_once("&assertion=").unwrap().1;
    assert!(body.starts_with("grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&"), "{body}");
    let (signed, signature) = assertion.rsplit_once('.').unwrap();
    let (header, claims) = signed.split_once('.').unwrap();
    let decode = |text: &str| serde_json::from_slice::<Value>(&URL_SAFE_NO_PAD.decode(text).unwrap()).unwrap();
    let (header, claims) = (decode(header), decode(claims));
    let algorithm = if header["alg"] == "RS512" { &RSA_PKCS1_2048_8192_SHA512 } else { &RSA_PKCS1_2048_8192_SHA256 };
    let public = signing_key("jwk").public_key();
    UnparsedPublicKey::new(algorithm, public)
        .verify(signed.as_bytes(), &URL_SAFE_NO_PAD.decode(signature).unwrap())
        .unwrap();
    (header, claims)
}

fn signing_key(variable_name: &str) -> SigningKey {
    load(&format!("{{jwk: {{variable: {variable_name}}}}}"), &variable).unwrap()
}

fn load(key: &str, variable: &dyn Fn(&str) -> Option<String>) -> Result<SigningKey, TokenError> {
    let yaml = format!(
        "tokens: {{a: {{provider: maskinporten, environment: test, client_id: c, scopes: [a:b], key: {key}}}}}"
    );
    let config = config(&yaml);
    let Provider::Maskinporten(client) = &config.tokens["a"].provider else { panic!() };
    let mut http = Fake::default();
    let cx = TokenContext { http: &mut http, env: &|_| None, variable, now: &|| NOW };
    load_key("a", &client.key, &cx)
}

#[tokio::test]
async fn a_grant_has_the_documented_claims() {
    let yaml = format!(
        "tokens: {{a: {{{CLIENT}, algorithm: RS512, scopes: [x:y, x:z], resource: 'https://api', consumer_org: 111111111, system_user: {{org: 222222222, external_ref: r}}}}}}"
    );
    let (result, http) = get(&yaml, Want::default(), [token_json("abc")].into()).await;
    let token = result.unwrap();
    assert_eq!((token.value.expose(), token.expires_at), ("abc", Some(NOW + 119)));
    assert_eq!(http.asked[0].url, "https://test.maskinporten.no/token");
    let (header, mut claims) = verified(&http.asked[0]);
    assert_eq!(header, json!({"alg": "RS512", "typ": "JWT", "kid": "key-1"}));
    let jti = claims["jti"].take();
    assert_eq!(jti.as_str().unwrap().len(), 36);
    assert_eq!(
        claims,
        json!({"aud": "https://test.maskinporten.no/", "iss": "client-1", "scope": "x:y x:z", "iat": NOW, "exp": NOW + 100,
            "jti": null, "resource": ["https://api"], "consumer_org": "111111111",
            "authorization_details": [{"type": "urn:altinn:systemuser", "externalRef": "r",
                "systemuser_org": {"authority": "iso6523-actorid-upis", "ID": "0192:222222222"}}]})
    );
}

#[tokio::test]
async fn an_issuer_alone_is_asked_for_its_endpoint() {
    let yaml = "tokens: {a: {provider: maskinporten, issuer: 'https://mp.example/x/', client_id: c, scopes: [x:y], key: {jwk: {variable: jwk}}}}";
    let metadata = |issuer: &str| answer(200, json!({"issuer": issuer, "token_endpoint": "https://mp.example/t"}));
    let (result, http) = get(yaml, Want::default(), [metadata("https://mp.example/x/"), token_json("t")].into()).await;
    assert!(result.is_ok());
    assert_eq!(http.asked[0].url, "https://mp.example/.well-known/oauth-authorization-server/x");
    assert_eq!(http.asked[1].url, "https://mp.example/t");
    for (first, expected) in [
        (metadata("https://mp.example/x"), "calls itself https://mp.example/x,"),
        (answer(404, ""), "metadata answered 404"),
        (answer(200, "{}"), "names no token endpoint"),
    ] {
        let (result, _) = get(yaml, Want::default(), [first].into()).await;
        let error = result.unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }
}

#[tokio::test]
async fn the_exchange_strips_one_pair_of_quotes() {
    for body in ["abc", "\"abc\"", " abc\n"] {
        let yaml = format!("tokens: {{a: {{{CLIENT}, scopes: [x:y], exchange: altinn}}}}");
        let (result, http) = get(&yaml, Want::default(), [token_json("raw"), answer(200, body)].into()).await;
        assert_eq!(result.unwrap().value.expose(), "abc");
        assert_eq!(http.asked[1].url, "https://platform.tt02.altinn.no/authentication/api/v1/exchange/maskinporten");
        assert_eq!(header_of(&http.asked[1], "Authorization"), Some("Bearer raw"));
    }
}

fn header_of<'a>(request: &'a TokenHttpRequest, name: &str) -> Option<&'a str> {
    crate::http::message::header(&request.headers, name)
}

#[tokio::test]
async fn tokens_are_kept_until_shortly_before_they_expire() {
    let yaml = format!("tokens: {{a: {{{CLIENT}, scopes: [x:y]}}}}");
    let mut tokens = Tokens::new(config(&yaml).tokens);
    let mut http = Fake { answers: [token_json("one"), token_json("two")].into(), ..Fake::default() };
    let clock = Cell::new(NOW);
    let now = || clock.get();
    for (at, expected) in [(0, "one"), (100, "one"), (108, "one"), (109, "two"), (110, "two")] {
        clock.set(NOW + at);
        let mut cx = TokenContext { http: &mut http, env: &|_| None, variable: &variable, now: &now };
        let token = tokens.get("a", &Want::default(), &mut cx).await.unwrap();
        assert_eq!(token.value.expose(), expected, "after {at} s");
    }
    assert_eq!(tokens.secrets().len(), 2);
    assert_eq!(tokens.origin("two").unwrap().0, "a");
}

#[tokio::test]
async fn retries_what_may_pass_and_nothing_else() {
    let yaml = format!("tokens: {{a: {{{CLIENT}, scopes: [x:y]}}}}");
    let refused = || Err(TokenHttpError { message: "connect ECONNREFUSED".to_owned(), hint: None, retry: true });
    let (result, http) = get(&yaml, Want::default(), [refused(), answer(503, ""), token_json("t")].into()).await;
    assert_eq!(result.unwrap().value.expose(), "t");
    assert_eq!(http.pauses.len(), 2);

    let (result, http) = get(&yaml, Want::default(), [refused(), refused(), refused()].into()).await;
    assert!(result.unwrap_err().to_string().contains("ECONNREFUSED"));
    assert_eq!(http.asked.len(), 3);

    let limited =
        Ok(TokenHttpResponse { status: 429, headers: vec![Header::new("Retry-After", "7")], body: Vec::new() });
    let (result, http) = get(&yaml, Want::default(), [limited, token_json("t")].into()).await;
    assert!(result.is_ok());
    assert_eq!(http.pauses, [Duration::from_secs(7)]);

    let (result, http) = get(&yaml, Want::default(), [answer(400, "{}")].into()).await;
    assert_eq!(result.unwrap_err().status, Some(400));
    assert_eq!(http.asked.len(), 1);

    let used = || {
        answer(
            400,
            json!({"error": "invalid_grant", "error_description": "The JWT grant has been used before", "error_uri": "https://test.maskinporten.no/errors/MP-012"}),
        )
    };
    let (result, http) = get(&yaml, Want::default(), [used(), token_json("t")].into()).await;
    assert!(result.is_ok());
    assert_ne!(http.asked[0].body, http.asked[1].body);
    let (result, _) = get(&yaml, Want::default(), [used(), used()].into()).await;
    assert!(result.is_err());
}

#[tokio::test]
async fn errors_and_debug_output_hold_no_secret() {
    let yaml = format!("tokens: {{a: {{{CLIENT}, scopes: [x:y], exchange: altinn}}}}");
    let secret = test_key().jwk["d"].as_str().unwrap();
    let (result, http) = get(&yaml, Want::default(), [token_json("topsecret"), answer(401, "")].into()).await;
    let error = result.unwrap_err();
    for text in [error.to_string(), format!("{error:?}"), format!("{:?}", http.asked)] {
        assert!(!text.contains("topsecret") && !text.contains(secret) && !text.contains("assertion="), "{text}");
    }
    let (result, _) =
        get(&yaml, Want::default(), [answer(400, json!({"error": "invalid_scope", "error_description": "x"}))].into())
            .await;
    let text = result.unwrap_err().to_string();
    assert!(text.contains("client client-1") && text.contains("kid key-1"), "{text}");
}

#[test]
fn keys_in_every_form() {
    let key = test_key();
    let one = |text: String, form: &str| load(form, &move |_| Some(text.clone()));
    let jwk = "{jwk: {variable: k}}";
    let text = key.jwk.to_string();
    let thumbprint = signing_key("jwk").info.thumbprint;
    for text in [
        text.clone(),
        format!("\u{FEFF}{text}\n"),
        json!([key.jwk]).to_string(),
        json!({"keys": [{"kty": "RSA", "n": "x", "e": "AQAB"}, key.jwk]}).to_string(),
        STANDARD.encode(&text),
        URL_SAFE_NO_PAD.encode(&text),
        Value::String(text.clone()).to_string(),
        text.replace('"', "\\\""),
    ] {
        let loaded = one(text, jwk).unwrap();
        assert_eq!(loaded.info.kid.as_deref(), Some("key-1"));
        assert_eq!((loaded.info.thumbprint.as_str(), loaded.info.bits), (thumbprint.as_str(), 2048));
    }
    let pem_form = "{pem: {variable: k}, kid: other}";
    let pkcs8 = pem("PRIVATE KEY", &key.pkcs8);
    for text in [
        pkcs8.clone(),
        pem("RSA PRIVATE KEY", &key.pkcs1),
        pkcs8.replace('\n', "\\n"),
        pkcs8.replace('\n', " "),
        pkcs8.replace('\n', "\r\n"),
        STANDARD.encode(&pkcs8),
        format!("{}{pkcs8}", pem("CERTIFICATE", b"x")),
    ] {
        let loaded = one(text, pem_form).unwrap();
        assert_eq!((loaded.info.kid.as_deref(), &loaded.info.thumbprint), (Some("other"), &thumbprint));
    }
}

const AES: &str = include_str!("../http/tls/fixtures/key-aes256.pem");
const TRADITIONAL: &str = include_str!("../http/tls/fixtures/key-traditional.pem");

#[test]
fn keys_with_a_pass_phrase() {
    let form = "{pem: {variable: k}, kid: x, password: {variable: p}}";
    for text in [AES, include_str!("../http/tls/fixtures/key-3des.pem"), TRADITIONAL] {
        for text in [text.to_owned(), text.replace('\n', "\\n")] {
            let variable = |name: &str| Some(if name == "p" { "secret\n".to_owned() } else { text.clone() });
            let loaded = load(form, &variable).unwrap_or_else(|error| panic!("{error}: {text}"));
            assert_eq!(loaded.info.bits, 2048);
        }
    }
}

#[test]
fn a_key_that_ends_soon_is_told_in_time() {
    let form = |day: &str| format!("{{jwk: {{variable: jwk}}, registered: {day}}}");
    let day = |days: i64| jiff::Timestamp::from_second(i64::try_from(NOW).unwrap() - days * 86_400).unwrap();
    for (age, left, said) in [(1, 363, false), (300, 64, false), (340, 24, true), (400, -36, true)] {
        let date = day(age).to_string()[..10].to_owned();
        let key = load(&form(&date), &variable).unwrap();
        assert_eq!(key.info.days_left(NOW), Some(left));
        assert_eq!(key.info.warning(NOW).is_some(), said, "{age}");
    }
    let error = Config::parse(
        "p",
        "tokens: {a: {provider: maskinporten, environment: test, client_id: c, scopes: s, key: {jwk: x, registered: soon}}}",
        Path::new(""),
        &|_| None,
    );
    assert!(error.unwrap_err().to_string().contains("2026-01-31"));
}

#[test]
fn keys_that_will_not_do_say_why() {
    let mut public = test_key().jwk.clone();
    for name in ["d", "p", "q", "dp", "dq", "qi"] {
        public.as_object_mut().unwrap().remove(name);
    }
    let mut short = test_key().jwk.clone();
    short.as_object_mut().unwrap().remove("qi");
    let mut nameless = test_key().jwk.clone();
    nameless.as_object_mut().unwrap().remove("kid");
    let mut wrong = test_key().jwk.clone();
    wrong["d"] = "AQAB".into();
    let pkcs8 = pem("PRIVATE KEY", &test_key().pkcs8);
    let ec = rcgen::KeyPair::generate().unwrap().serialize_pem();
    let jwk = "{jwk: {variable: k}}";
    let pem_form = "{pem: {variable: k}, kid: x}";
    for (text, form, expected) in [
        (public.to_string(), jwk, "public half"),
        (json!({"keys": [public]}).to_string(), jwk, "public half"),
        (short.to_string(), jwk, "no `qi`"),
        (nameless.to_string(), jwk, "no `kid`"),
        (wrong.to_string(), jwk, "do not belong together"),
        (json!({"kty": "EC", "d": "x"}).to_string(), jwk, "elliptic curve"),
        (json!([test_key().jwk, test_key().jwk]).to_string(), jwk, "2 private keys"),
        ("Put your own JWK in here".to_owned(), jwk, "text for people"),
        (String::new(), jwk, "is empty"),
        ("{".to_owned(), jwk, "no valid JSON"),
        (pkcs8.clone(), jwk, "write it under `pem:`"),
        (test_key().jwk.to_string(), pem_form, "write it under `jwk:`"),
        (ec, pem_form, "elliptic curve"),
        (pem("ENCRYPTED PRIVATE KEY", b"x"), pem_form, "no pass phrase is given"),
        (pem("ENCRYPTED PRIVATE KEY", b"x"), "{pem: {variable: k}, kid: x, password: y}", "openssl pkcs8 -topk8"),
        (AES.to_owned(), pem_form, "no pass phrase is given"),
        (AES.to_owned(), "{pem: {variable: k}, kid: x, password: wrong}", "does not open"),
        (TRADITIONAL.to_owned(), "{pem: {variable: k}, kid: x, password: wrong}", "does not open"),
        ("-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES\n\nxyz\n-----END RSA PRIVATE KEY-----".to_owned(), pem_form, "openssl pkcs8"),
        (pem("CERTIFICATE", b"x"), pem_form, "public half"),
        (pem("PRIVATE KEY", b"x"), pem_form, "no RSA key"),
        (pkcs8[..300].to_owned(), pem_form, "no base64"),
        ("rubbish".to_owned(), pem_form, "no `-----BEGIN` line"),
    ] {
        let error = load(form, &|_| Some(text.clone())).unwrap_err().to_string();
        assert!(error.contains(expected), "{expected}: {error}");
    }
    let error = load(jwk, &|_| None).unwrap_err().to_string();
    assert!(error.contains("the variable `k` is not set"), "{error}");
}

#[tokio::test]
async fn a_business_certificate_sends_its_chain() {
    let pair = rcgen::KeyPair::try_from(test_key().pkcs8.as_slice()).unwrap();
    let mut parameters = rcgen::CertificateParams::new(Vec::new()).unwrap();
    parameters.distinguished_name.push(rcgen::DnType::CommonName, "Demo agency");
    parameters.key_usages = vec![rcgen::KeyUsagePurpose::DigitalSignature];
    let certificate = parameters.self_signed(&pair).unwrap();
    let chain = p12_keystore::PrivateKeyChain::new(
        "1",
        p12_keystore::PrivateKey::from_der(&test_key().pkcs8).unwrap(),
        [p12_keystore::Certificate::from_der(certificate.der()).unwrap()],
    );
    let mut store = p12_keystore::KeyStore::new();
    store.add_entry("sign", p12_keystore::KeyStoreEntry::PrivateKeyChain(chain));
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), store.writer("pass").write().unwrap()).unwrap();
    let path = file.path().display();
    let profile = |rest: &str| {
        format!(
            "tokens: {{a: {{provider: maskinporten, environment: test, client_id: c, scopes: [x:y], key: {{pkcs12: '{path}', {rest}}}}}}}"
        )
    };
    let (result, http) = get(&profile("password: pass"), Want::default(), [token_json("t")].into()).await;
    assert!(result.is_ok(), "{result:?}");
    let (header, _) = verified(&http.asked[0]);
    assert_eq!(header, json!({"alg": "RS256", "typ": "JWT", "x5c": [STANDARD.encode(certificate.der())]}));

    let (result, http) =
        get(&profile("password: pass, kid: k, alias: SIGN"), Want::default(), [token_json("t")].into()).await;
    assert!(result.is_ok(), "{result:?}");
    assert_eq!(verified(&http.asked[0]).0["kid"], "k");

    for (rest, expected) in [("password: wrong", "password does not open"), ("password: pass, alias: x", "no key `x`")]
    {
        let (result, _) = get(&profile(rest), Want::default(), Answers::new()).await;
        let error = result.unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }
    let config = config(&profile("password: pass"));
    let Provider::Maskinporten(client) = &config.tokens["a"].provider else { panic!() };
    let mut http = Fake::default();
    let cx = TokenContext { http: &mut http, env: &|_| None, variable: &variable, now: &|| NOW };
    let info = load_key("a", &client.key, &cx).unwrap().info;
    assert!(info.subject.unwrap().contains("Demo agency"));
    assert!(info.not_after.unwrap() > info.not_before.unwrap());
}

#[tokio::test]
async fn other_providers() {
    let yaml = "tokens: {a: {provider: oauth2-client-credentials, token_endpoint: 'https://idp/token', client_id: 'me:1', client_secret: {variable: client}, scopes: [r, w], audience: api}}";
    let (result, http) = get(yaml, Want::default(), [token_json("t")].into()).await;
    assert_eq!(result.unwrap().scopes, ["r", "w"]);
    assert_eq!(
        header_of(&http.asked[0], "Authorization"),
        Some(format!("Basic {}", STANDARD.encode("me%3A1:client-1")).as_str())
    );
    assert_eq!(http.asked[0].body.as_ref().unwrap().expose(), "grant_type=client_credentials&scope=r%20w&audience=api");

    let (result, _) =
        get("tokens: {a: {provider: command, command: [echo, tok], ttl: 5m}}", Want::default(), Answers::new()).await;
    let token = result.unwrap();
    assert_eq!((token.value.expose(), token.expires_at), ("tok", Some(NOW + 300)));
    for (command, expected) in [
        ("[echo, a b]", "printed more than a token"),
        ("[echo]", "printed nothing"),
        ("[/nonexistent/x]", "could not be started"),
        ("[sh, -c, 'echo no >&2; exit 3']", "ended with exit code 3: no"),
    ] {
        let (result, _) =
            get(&format!("tokens: {{a: {{provider: command, command: {command}}}}}"), Want::default(), Answers::new())
                .await;
        let error = result.unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }
    let (result, _) = get("tokens: {a: {provider: env, env: X}}", Want::default(), Answers::new()).await;
    assert!(result.unwrap_err().to_string().contains("`X` is not set"));
}

#[test]
fn the_stand_in_for_the_signing_library_says_which_scopes_are_asked_for() {
    let runtime = rquickjs::Runtime::new().unwrap();
    let context = rquickjs::Context::full(&runtime).unwrap();
    // As in the sandbox: no name for the global object, and `this` is another one.
    let script = r"(function () {
        const globalThis = undefined, self = undefined;
        eval(library);
        return pmlib.jwtSign(jwk = {kid: 'k'}, payload = {scope: 'altinn:correspondence.read æ'}, header = {}, exp = 120, alg = 'RS256');
    }).call({})";
    let grant: String = context.with(|cx| {
        cx.globals().set("library", include_str!("pmlib.js")).unwrap();
        let mut options = rquickjs::context::EvalOptions::default();
        options.strict = false;
        cx.eval_with_options(script, options).unwrap()
    });
    let claims = Claims::decode(&grant).unwrap();
    assert_eq!(claims.scopes(), ["altinn:correspondence.read", "æ"]);
    assert_eq!(claims.seconds("exp").unwrap() - claims.seconds("iat").unwrap(), 120);
    assert_eq!(Claims::header(&grant).unwrap(), json!({"typ": "JWT", "alg": "RS256", "kid": "k"}));
}

fn profiles() -> Tokens {
    Tokens::new(
        config(&format!(
            "tokens:\n  owner: {{{CLIENT}, scopes: [altinn:serviceowner, altinn:correspondence.write], exchange: altinn, org: 311111111}}\n  recipient: {{{CLIENT}, scopes: [altinn:correspondence.read], exchange: altinn}}\n  both: {{{CLIENT}, scopes: [altinn:correspondence.read, altinn:correspondence.write], exchange: altinn}}\n  registry: {{{CLIENT}, scopes: ['altinn:resourceregistry/resource.write'], exchange: altinn}}\n  person: {{provider: env, env: P}}\n"
        ))
        .tokens,
    )
}

fn generator(query: &str) -> Asked<'static> {
    Asked {
        method: "GET",
        host: substitute::GENERATOR_HOST,
        path: "/api/GetPersonalToken",
        query: query.split('&').filter_map(|p| p.split_once('=')).map(|(k, v)| (k.to_owned(), v.to_owned())).collect(),
        ..Asked::default()
    }
}

fn answered(decision: Option<Decision>) -> (String, Option<Vec<String>>, Shape) {
    match decision {
        Some(Decision::Answer(answer)) => {
            let (profile, scopes) =
                answer.token.map_or(("-".to_owned(), None), |(profile, want)| (profile, want.scopes));
            (profile, scopes, answer.shape)
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn test_tokens_of_every_generation_are_recognised() {
    let tokens = profiles();
    let none = TestTokens::default();
    // 2024-09: sender, recipient, service owner.
    let sender = generator("env=tt02&scopes=altinn:correspondence.write&org=ttd&consumerOrgNo=991825827&pid=1");
    let (profile, scopes, shape) = answered(recognise(&sender, &tokens, &none));
    assert_eq!((profile.as_str(), shape), ("owner", Shape::Bare));
    assert_eq!(scopes.unwrap(), ["altinn:serviceowner", "altinn:correspondence.write"]);
    let recipient = generator("env=tt02&scopes=altinn:correspondence.read&consumerOrgNo=311141015");
    assert_eq!(answered(recognise(&recipient, &tokens, &none)).0, "recipient");
    let owner = generator("env=tt02&scopes=altinn:resourceregistry/resource.write&orgNo=986252932&pid=2");
    assert_eq!(answered(recognise(&owner, &tokens, &none)).0, "registry");
    // Quoted where JSON is asked for.
    let quoted = Asked { accept: Some("application/json"), ..recipient.clone() };
    assert_eq!(answered(recognise(&quoted, &tokens, &none)).2, Shape::Quoted);
    // Nothing fits, or only a person could.
    for query in
        ["env=tt02&scopes=altinn:other", "env=tt02", "env=tt02&scopes=altinn:enduser", "env=tt02&scopes=a&dump=true"]
    {
        assert!(matches!(recognise(&generator(query), &tokens, &none), Some(Decision::Send(_))), "{query}");
    }
    let mapped = config("tokens: {person: {provider: env, env: P}, o: {provider: env, env: O}, recipient: {provider: env, env: R}}\nsubstitute: {test_tokens: {personal: person, 'altinn:old': o, '991825827': recipient}}").substitute.test_tokens;
    let mut with_o = tokens.profiles().clone();
    with_o.insert("o".to_owned(), with_o["person"].clone());
    with_o["o"].name = "o".to_owned();
    let tokens = Tokens::new(with_o);
    assert_eq!(answered(recognise(&generator("env=tt02"), &tokens, &mapped)).0, "person");
    assert_eq!(answered(recognise(&generator("env=tt02&scopes=altinn:old"), &tokens, &mapped)).0, "o");
    assert_eq!(answered(recognise(&sender, &tokens, &mapped)).0, "recipient");
    // Without profiles everything is sent.
    assert_eq!(recognise(&sender, &Tokens::default(), &none), None);
}

#[test]
fn logins_and_exchanges_are_recognised() {
    let tokens = profiles();
    let none = TestTokens::default();
    let login = |scope: &str| Asked {
        method: "POST",
        host: "test.maskinporten.no",
        path: "/token",
        address: "https://test.maskinporten.no/token".to_owned(),
        form: vec![
            ("grant_type".to_owned(), "urn:ietf:params:oauth:grant-type:jwt-bearer".to_owned()),
            (
                "assertion".to_owned(),
                if scope.is_empty() { "{{sender_jwt}}".to_owned() } else { jwt(&json!({"scope": scope})) },
            ),
        ],
        ..Asked::default()
    };
    for (scope, profile) in [
        ("altinn:correspondence.read altinn:correspondence.write", "both"),
        ("altinn:correspondence.write", "owner"),
        ("altinn:correspondence.read", "recipient"),
        ("altinn:serviceowner altinn:correspondence.write", "owner"),
    ] {
        let (found, scopes, shape) = answered(recognise(&login(scope), &tokens, &none));
        assert_eq!((found.as_str(), shape), (profile, Shape::TokenJson), "{scope}");
        assert_eq!(scopes.unwrap().join(" "), scope);
    }
    assert_eq!(answered(recognise(&login("altinn:testtools/tokengenerator/personal"), &tokens, &none)).0, "-");
    assert!(matches!(recognise(&login(""), &tokens, &none), Some(Decision::Send(_))));
    let mut other = login("x:y");
    other.form[0].1 = "client_credentials".to_owned();
    assert_eq!(recognise(&other, &tokens, &none), None);

    let bearer = jwt(&json!({"scope": "altinn:correspondence.read"}));
    let exchange = Asked {
        method: "GET",
        host: "platform.tt02.altinn.no",
        path: "/authentication/api/v1/exchange/maskinporten",
        bearer: Some(&bearer),
        ..Asked::default()
    };
    assert_eq!(answered(recognise(&exchange, &tokens, &none)).0, "recipient");
    let elsewhere = Asked { path: "/authentication/api/v1/exchange/id-porten", ..exchange.clone() };
    assert_eq!(recognise(&elsewhere, &tokens, &none), None);
    let library = Asked {
        method: "GET",
        host: substitute::LIBRARY_HOST,
        path: "/postman-util-lib/dist/bundle.js",
        ..Asked::default()
    };
    assert_eq!(answered(recognise(&library, &tokens, &none)).2, Shape::Library);
}

#[tokio::test]
async fn an_exchange_knows_the_login_before_it() {
    let mut tokens = profiles();
    let mut http = Fake { answers: [token_json("raw-of-both"), answer(200, "altinn-token")].into(), ..Fake::default() };
    let mut cx = TokenContext { http: &mut http, env: &|_| None, variable: &variable, now: &|| NOW };
    let want = Want { scopes: Some(vec!["altinn:correspondence.read".to_owned()]), raw: true };
    let token = tokens.get("both", &want, &mut cx).await.unwrap();
    let answer = super::substitute::Answer { token: None, shape: Shape::TokenJson, note: String::new() };
    let body = answer.respond(Some(&token), NOW).body;
    let body: Value = serde_json::from_str(body.expose()).unwrap();
    assert_eq!(
        body,
        json!({"access_token": "raw-of-both", "token_type": "Bearer", "expires_in": 119, "scope": "altinn:correspondence.read"})
    );
    let exchange = Asked {
        method: "GET",
        host: "platform.tt02.altinn.no",
        path: "/authentication/api/v1/exchange/maskinporten",
        bearer: Some("raw-of-both"),
        ..Asked::default()
    };
    let Some(Decision::Answer(answer)) = recognise(&exchange, &tokens, &TestTokens::default()) else { panic!() };
    let (profile, want) = answer.token.unwrap();
    assert_eq!(profile, "both");
    // The token of the login is still fresh: only the exchange is asked for.
    let token = tokens.get(&profile, &want, &mut cx).await.unwrap();
    assert_eq!(token.value.expose(), "altinn-token");
    assert_eq!(http.asked.len(), 2);
}
