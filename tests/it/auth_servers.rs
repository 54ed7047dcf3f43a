//! Every type of authorization against a server that verifies it with somebody else's implementation.
//!
//! `tests/servers/install` puts those into `target/auth-servers`, or into the folder that `AUTH_SERVERS` names; without them the
//! tests skip.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;

use serde_json::{Value, json};

use crate::harness::{Postbud, repository, skipped};

/// A server of `tests/servers`.
struct Verifier {
    /// It ends when its standard input does: at the latest with the process of the tests.
    child: Child,
    /// What it said of itself: its port, its keys.
    about: Value,
}

impl Verifier {
    /// The one in Python, started once for all tests; `None`, with a visible line, where its packages are not installed.
    fn python() -> Option<&'static Self> {
        static SHARED: OnceLock<Verifier> = OnceLock::new();
        let python = installed("venv/bin/python")?;
        Some(SHARED.get_or_init(|| Self::start(Command::new(python).arg(repository("tests/servers/verifier.py")))))
    }

    /// The one for Hawk.
    fn hawk() -> Option<Self> {
        installed("node_modules/@hapi/hawk/package.json")?;
        Some(Self::start(Command::new("node").arg(repository("tests/servers/hawk.js")).arg(folder())))
    }

    fn start(command: &mut Command) -> Self {
        let mut child =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("it starts");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("a pipe")).read_line(&mut line).expect("a line");
        let about = serde_json::from_str(&line).unwrap_or_else(|error| panic!("{line}: {error}"));
        Self { child, about }
    }

    fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.about["port"])
    }

    /// The private key of that name.
    fn key(&self, name: &str) -> Value {
        self.about["keys"][if name.starts_with("ES") { name } else { "rsa" }].clone()
    }
}

impl Drop for Verifier {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        // Nothing to do where it has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn folder() -> PathBuf {
    std::env::var_os("AUTH_SERVERS").map_or_else(|| repository("target/auth-servers"), PathBuf::from)
}

fn installed(path: &str) -> Option<PathBuf> {
    let full = folder().join(path);
    if full.exists() {
        return Some(full);
    }
    skipped(&format!("{} is not there; tests/servers/install installs it", full.display()));
    None
}

/// Requests and the code that each is to be answered with.
#[derive(Default)]
struct Cases(Vec<Value>);

impl Cases {
    /// A request that is verified, or refused with another code.
    fn request(&mut self, code: u16, request: Value, kind: &str, params: &Value) {
        let mut request = request;
        request["auth"] = json!({"type": kind, kind: params});
        // What the server found out is the message, so that a failure says why.
        let script = format!(
            "pm.test('{code}: ' + pm.response.text().slice(0, 2000), () => pm.response.to.have.status({code}))"
        );
        self.0.push(json!({"name": format!("{} {kind}", self.0.len()), "request": request,
            "event": [{"listen": "test", "script": {"exec": [script]}}]}));
    }

    fn good(&mut self, url: &str, kind: &str, params: &Value) {
        self.request(200, json!({"url": url}), kind, params);
    }

    fn bad(&mut self, url: &str, kind: &str, params: &Value) {
        self.request(401, json!({"url": url}), kind, params);
    }

    /// Runs them.
    fn hold(self) {
        let count = self.0.len();
        let collection = json!({"info": {"name": "c"}, "item": self.0});
        let ran =
            Postbud::run(&collection).args(&["-r", "cli,json", "--reporter-json-export", "r.json"]).go().expect_code(0);
        assert_eq!(ran.json("r.json")["run"]["stats"]["assertions"]["total"], count, "{}", ran.stdout);
    }
}

/// Parameters with some of them replaced.
fn with(params: &Value, more: &Value) -> Value {
    let mut params = params.clone();
    for (key, value) in more.as_object().into_iter().flatten() {
        params[key] = value.clone();
    }
    params
}

fn bodies(url: &str) -> Vec<Value> {
    vec![
        json!({"method": "POST", "url": url, "body": {"mode": "raw", "raw": "{\"a\": \"é\"}", "options": {"raw": {"language": "json"}}}}),
        json!({"method": "PUT", "url": url, "body": {"mode": "raw", "raw": "plain text"}}),
        json!({"method": "POST", "url": url, "body": {"mode": "urlencoded", "urlencoded": [
            {"key": "a b", "value": "1+2&3"}, {"key": "é", "value": "ø"}]}}),
        json!({"method": "POST", "url": url, "body": {"mode": "graphql", "graphql": {"query": "{a}", "variables": "{\"b\": 1}"}}}),
        json!({"method": "POST", "url": url, "body": {"mode": "raw", "raw": ""}}),
    ]
}

#[test]
fn passwords_tokens_and_keys() {
    let Some(server) = Verifier::python() else { return };
    let mut cases = Cases::default();
    let user = json!({"username": "us er", "password": "p:wø"});
    cases.good(&server.url("/basic-auth/us%20er/p:w%C3%B8"), "basic", &user);
    cases.bad(&server.url("/basic-auth/us%20er/other"), "basic", &user);
    cases.good(&server.url("/bearer"), "bearer", &json!({"token": "t"}));
    cases.bad(&server.url("/bearer"), "noauth", &json!({}));
    cases.good(&server.url("/apikey"), "apikey", &json!({"key": "X-Api-Key", "value": "k e&y"}));
    cases.good(&server.url("/apikey?a=1"), "apikey", &json!({"key": "api key", "value": "k e&y", "in": "query"}));
    cases.bad(&server.url("/apikey"), "apikey", &json!({"key": "X-Api-Key", "value": "other"}));
    cases.hold();
}

#[test]
fn digest() {
    let Some(server) = Verifier::python() else { return };
    let mut cases = Cases::default();
    for algorithm in ["MD5", "SHA-256"] {
        let user = json!({"username": "user", "password": "pass", "algorithm": algorithm});
        for qop in ["auth", "auth-int"] {
            // Not with a query: the server stumbles over it.
            let url = server.url(&format!("/digest-auth/{qop}/user/pass/{algorithm}"));
            cases.good(&url, "digest", &user);
            cases.bad(&url, "digest", &with(&user, &json!({"password": "other"})));
        }
    }
    cases.hold();
}

#[test]
fn oauth1() {
    let Some(server) = Verifier::python() else { return };
    let mut cases = Cases::default();
    let params = json!({"consumerKey": "consumer", "consumerSecret": "consumer & secret", "token": "token",
        "tokenSecret": "token=secret", "privateKey": server.key("rsa"), "version": "1.0"});
    let url = server.url("/oauth1/a%20b?q=1&q=0&c=%C3%A9%20'*&d=");
    let methods = ["HMAC-SHA1", "HMAC-SHA256", "HMAC-SHA512", "RSA-SHA1", "RSA-SHA256", "RSA-SHA512", "PLAINTEXT"];
    for method in methods {
        for in_header in [true, false] {
            // The server decodes a secret in the query twice.
            if method == "PLAINTEXT" && !in_header {
                continue;
            }
            let params = with(&params, &json!({"signatureMethod": method, "addParamsToHeader": in_header}));
            cases.good(&url, "oauth1", &params);
            for request in bodies(&url) {
                cases.request(200, request, "oauth1", &params);
            }
            let wrong = if method.starts_with("RSA") {
                json!({"consumerKey": "another"})
            } else {
                json!({"tokenSecret": "another"})
            };
            cases.bad(&url, "oauth1", &with(&params, &wrong));
        }
        let hashed =
            json!({"signatureMethod": method, "addParamsToHeader": true, "includeBodyHash": true, "realm": "r m"});
        // PLAINTEXT has no hash.
        for request in bodies(&url).into_iter().filter(|_| method != "PLAINTEXT") {
            cases.request(200, request, "oauth1", &with(&params, &hashed));
        }
    }
    cases.hold();
}

#[test]
fn oauth2() {
    let Some(server) = Verifier::python() else { return };
    let mut cases = Cases::default();
    let client = json!({"accessTokenUrl": server.url("/token"), "clientId": "client", "clientSecret": "client secret",
        "scope": "read write"});
    let grants = [
        json!({"grant_type": "client_credentials"}),
        json!({"grant_type": "password_credentials", "username": "user", "password": "pass word"}),
        json!({"grant_type": "authorization_code", "refreshToken": "known"}),
        json!({"grant_type": "jwt_bearer", "algorithm": "RS256", "privateKey": server.key("rsa"), "payload": "{\"sub\": \"me\"}"}),
    ];
    for grant in &grants {
        for place in ["header", "body"] {
            for token in ["header", "queryParams"] {
                let more = json!({"client_authentication": place, "addTokenTo": token});
                cases.good(&server.url("/oauth2"), "oauth2", &with(&with(&client, grant), &more));
            }
        }
    }
    cases.bad(&server.url("/oauth2"), "oauth2", &json!({"accessToken": "made up"}));
    cases.hold();
    for (more, error) in [
        (json!({"grant_type": "client_credentials", "clientSecret": "other"}), "invalid_client"),
        (json!({"grant_type": "client_credentials", "scope": "all"}), "invalid_scope"),
        (json!({"grant_type": "password_credentials", "username": "user", "password": "other"}), "invalid_grant"),
        (json!({"refreshToken": "stolen"}), "invalid_grant"),
    ] {
        let auth = json!({"type": "oauth2", "oauth2": with(&client, &more)});
        let collection = json!({"item": [{"name": "r", "request": {"url": server.url("/oauth2"), "auth": auth}}]});
        Postbud::run(&collection).go().expect_code(1).expect_shown(error);
    }
}

#[test]
fn hawk() {
    let Some(server) = Verifier::hawk() else { return };
    let mut cases = Cases::default();
    for algorithm in ["sha1", "sha256"] {
        let params = json!({"authId": format!("id-{algorithm}"), "authKey": "the hawk key", "algorithm": algorithm});
        for path in ["/", "/x?a=1&b=%C3%A9%20'", "/a%20b/c"] {
            cases.good(&server.url(path), "hawk", &params);
        }
        let all = json!({"extraData": "some ext=data", "app": "an-app", "delegation": "another"});
        cases.good(&server.url("/"), "hawk", &with(&params, &all));
        let hashed = with(&params, &json!({"includePayloadHash": true}));
        let mut typed =
            json!({"method": "POST", "url": server.url("/payload"), "body": {"mode": "raw", "raw": "héllo"}});
        typed["header"] = json!([{"key": "Content-Type", "value": "text/plain; charset=utf-8"}]);
        cases.request(200, typed, "hawk", &hashed);
        cases.bad(&server.url("/payload"), "hawk", &params);
        cases.bad(&server.url("/"), "hawk", &with(&params, &json!({"authKey": "another"})));
        cases.bad(&server.url("/"), "hawk", &with(&params, &json!({"timestamp": "1500000000"})));
    }
    cases.hold();
}

#[test]
fn awsv4() {
    let Some(server) = Verifier::python() else { return };
    let mut cases = Cases::default();
    for (service, region) in [("execute-api", "eu-north-1"), ("s3", "us-east-1")] {
        let params = json!({"accessKey": "AKIDEXAMPLE", "secretKey": "secret/key+with=signs", "service": service,
            "region": region});
        let url = server.url("/awsv4/a%20b/x.y~z?b=2&a=1&c=%C3%A9%2F&empty=");
        for more in [json!({}), json!({"sessionToken": "a/session+token="})] {
            let params = with(&params, &more);
            cases.good(&url, "awsv4", &params);
            for request in bodies(&url) {
                cases.request(200, request, "awsv4", &params);
            }
            cases.request(
                200,
                json!({"url": url, "header": [{"key": "X-Custom", "value": "  a   b "}, {"key": "Accept", "value": "a/b"}]}),
                "awsv4",
                &params,
            );
        }
        if service != "s3" {
            cases.good(&url, "awsv4", &with(&params, &json!({"addAuthDataToQuery": true})));
        }
        cases.bad(&url, "awsv4", &with(&params, &json!({"secretKey": "another"})));
        cases.bad(&url, "awsv4", &with(&params, &json!({"accessKey": "another"})));
    }
    cases.hold();
}

#[test]
fn ntlm() {
    let Some(server) = Verifier::python() else { return };
    let mut cases = Cases::default();
    let user = json!({"username": "user", "password": "pass word", "domain": "DOMAIN"});
    cases.good(&server.url("/ntlm/?a=1"), "ntlm", &user);
    cases.good(&server.url("/ntlm/"), "ntlm", &json!({"username": "DOMAIN\\user", "password": "pass word"}));
    cases.good(&server.url("/ntlm/"), "ntlm", &with(&user, &json!({"workstation": "station"})));
    for request in bodies(&server.url("/ntlm/")) {
        cases.request(200, request, "ntlm", &user);
    }
    cases.bad(&server.url("/ntlm/"), "ntlm", &with(&user, &json!({"password": "another"})));
    cases.bad(&server.url("/ntlm/"), "ntlm", &with(&user, &json!({"username": "another"})));
    cases.hold();
}

#[test]
fn edgegrid() {
    let Some(server) = Verifier::python() else { return };
    let mut cases = Cases::default();
    let params = json!({"accessToken": "access-token", "clientToken": "client-token", "clientSecret": "client-secret",
        "headersToSign": "X-One,X-Two"});
    let url = server.url("/edgegrid/a%20b?x=1&y=%C3%A9");
    cases.good(&url, "edgegrid", &params);
    let headers = json!([{"key": "X-One", "value": "  some   value "}, {"key": "x-two", "value": "2"}]);
    cases.request(200, json!({"url": url, "header": headers}), "edgegrid", &params);
    for request in bodies(&url) {
        cases.request(200, request, "edgegrid", &params);
    }
    let large = "x".repeat(200_000);
    cases.request(
        200,
        json!({"method": "POST", "url": url, "body": {"mode": "raw", "raw": large}}),
        "edgegrid",
        &params,
    );
    cases.bad(&url, "edgegrid", &with(&params, &json!({"clientSecret": "another"})));
    cases.bad(&url, "edgegrid", &with(&params, &json!({"timestamp": "20200101T00:00:00+0000"})));
    cases.hold();
}

const RSA_AND_EC: [&str; 9] = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"];

#[test]
fn jwt() {
    let Some(server) = Verifier::python() else { return };
    let mut cases = Cases::default();
    let params = json!({"payload": "{\"sub\": \"søme\", \"n\": 1.5}", "header": "{\"kid\": \"k\"}",
        "secret": server.about["secret"]});
    for algorithm in RSA_AND_EC.into_iter().chain(["HS256", "HS384", "HS512"]) {
        let params = with(&params, &json!({"algorithm": algorithm, "privateKey": server.key(algorithm)}));
        let url = server.url(&format!("/jwt/{algorithm}"));
        cases.good(&url, "jwt", &params);
        cases.good(&url, "jwt", &with(&params, &json!({"addTokenTo": "queryParam"})));
        let other =
            if algorithm.starts_with("HS") { json!({"secret": "another"}) } else { json!({"payload": "{\"exp\": 1}"}) };
        cases.bad(&url, "jwt", &with(&params, &other));
    }
    cases.hold();
}

#[test]
fn asap() {
    let Some(server) = Verifier::python() else { return };
    let mut cases = Cases::default();
    for algorithm in RSA_AND_EC {
        let params = json!({"alg": algorithm, "privateKey": server.key(algorithm), "kid": "issuer/key", "iss": "issuer",
            "aud": "the service", "claims": "{\"more\": [1]}"});
        let url = server.url(&format!("/asap/{algorithm}"));
        cases.good(&url, "asap", &params);
        cases.bad(&url, "asap", &with(&params, &json!({"aud": "another service"})));
        cases.bad(&url, "asap", &with(&params, &json!({"kid": "issuer/other"})));
    }
    cases.hold();
}
