//! OAuth 2.0: tokens that a run gets for itself.

use serde_json::{Value, json};

use crate::harness::{Answer, Postbud, Received, Server};

/// A token endpoint that numbers its tokens, and an API that echoes what it was authorized with.
fn server(lifetime: u64) -> Server {
    let count = std::sync::atomic::AtomicUsize::new(0);
    Server::start(move |request| {
        if request.target.starts_with("/api") {
            let seen = json!({"authorization": request.header("authorization"), "target": request.target});
            return Answer::json(200, &seen);
        }
        let number = count.fetch_add(1, std::sync::atomic::Ordering::SeqCst) + 1;
        Answer::json(
            200,
            &json!({"access_token": format!("granted-{number}"), "token_type": "Bearer",
            "expires_in": lifetime, "refresh_token": format!("again-{number}")}),
        )
    })
}

fn oauth2(server: &Server, more: &Value) -> Value {
    let mut params = json!({"grant_type": "client_credentials", "accessTokenUrl": format!("{}/token", server.url()),
        "clientId": "the-client", "clientSecret": "the-secret", "scope": "read write"});
    for (key, value) in more.as_object().into_iter().flatten() {
        params[key] = value.clone();
    }
    json!({"type": "oauth2", "oauth2": params})
}

/// A collection whose requests inherit its authorization.
fn collection(server: &Server, auth: &Value, paths: &[&str]) -> Value {
    let items: Vec<Value> =
        paths.iter().map(|path| json!({"name": path, "request": {"url": format!("{}{path}", server.url())}})).collect();
    json!({"info": {"name": "c"}, "auth": auth, "item": items})
}

fn at<'a>(requests: &'a [Received], path: &str) -> Vec<&'a Received> {
    requests.iter().filter(|request| request.target.starts_with(path)).collect()
}

#[test]
fn client_credentials_are_asked_once_for_a_run() {
    let server = server(3600);
    let auth = oauth2(&server, &json!({}));
    let ran = Postbud::run(&collection(&server, &auth, &["/api/1", "/api/2"]))
        .args(&["-n", "2", "-r", "cli,json", "--reporter-json-export", "r.json"])
        .go()
        .expect_code(0);
    let requests = server.requests();
    let asked = at(&requests, "/token");
    assert_eq!(asked.len(), 1);
    assert_eq!(requests[0].target, "/token", "it comes before the request that needs it");
    assert_eq!(asked[0].text(), "grant_type=client_credentials&scope=read%20write");
    assert_eq!(asked[0].header("authorization"), Some("Basic dGhlLWNsaWVudDp0aGUtc2VjcmV0"));
    assert_eq!(asked[0].header("content-type"), Some("application/x-www-form-urlencoded"));
    for request in at(&requests, "/api") {
        assert_eq!(request.header("authorization"), Some("Bearer granted-1"));
    }
    let report = ran.json("r.json");
    assert_eq!(report["run"]["stats"]["requests"]["total"], 4, "newman's counts are of the collection's requests");
    let written = format!("{}{}{}", ran.stdout, ran.stderr, ran.file("r.json"));
    assert!(!written.contains("granted-1") && !written.contains("again-1"), "{written}");
    ran.expect_shown("(token)");
}

#[test]
fn what_scripts_print_of_an_authorization_is_masked() {
    let server = server(3600);
    let auth = oauth2(
        &server,
        &json!({"clientSecret": "{{hush}}", "password": "a long password",
        "tokenRequestParams": [{"key": "client_assertion", "value": "assertion-in-clear"}]}),
    );
    let mut collection = collection(&server, &auth, &["/api"]);
    collection["event"] = json!([{"listen": "test", "script": {"exec": ["console.log(JSON.stringify(pm.request.auth), pm.variables.get('hush'))"]}}]);
    let ran = Postbud::run(&collection).args(&["--env-var", "hush=secret-of-client"]).go().expect_code(0);
    for secret in ["secret-of-client", "a long password", "assertion-in-clear", "granted-1"] {
        assert!(!ran.stdout.contains(secret), "{secret}: {}", ran.stdout);
    }
    ran.expect_shown("[redacted]");
}

#[test]
fn the_client_authenticates_where_the_settings_say() {
    let server = server(3600);
    let extra = json!([{"key": "tenant", "value": "t 1", "send_as": "request_body"},
        {"key": "v", "value": "2", "send_as": "request_url"}, {"key": "X-Tenant", "value": "t", "send_as": "request_header"},
        {"key": "off", "value": "1", "enabled": false}]);
    let auth = oauth2(
        &server,
        &json!({"client_authentication": "body", "audience": "https://api.example", "resource": "r",
        "addTokenTo": "queryParams", "tokenRequestParams": extra}),
    );
    Postbud::run(&collection(&server, &auth, &["/api"])).go().expect_code(0);
    let requests = server.requests();
    assert_eq!(requests[0].target, "/token?v=2");
    assert_eq!(requests[0].header("authorization"), None);
    assert_eq!(requests[0].header("x-tenant"), Some("t"));
    assert_eq!(
        requests[0].text(),
        "grant_type=client_credentials&scope=read%20write&audience=https%3A%2F%2Fapi.example&resource=r&\
         client_id=the-client&client_secret=the-secret&tenant=t%201"
    );
    assert_eq!(requests[1].target, "/api?access_token=granted-1");
}

#[test]
fn other_grants_without_a_browser() {
    let server = server(3600);
    let grants = [
        (
            json!({"grant_type": "password_credentials", "username": "u", "password": "{{pw}}"}),
            "grant_type=password&username=u&password=p%20w&scope=read%20write",
        ),
        (
            json!({"grant_type": "authorization_code", "refreshToken": "r-1", "refreshTokenUrl": format!("{}/renew", server.url())}),
            "grant_type=refresh_token&refresh_token=r-1&scope=read%20write",
        ),
        (
            json!({"grant_type": "jwt_bearer", "assertion": "a.b.c"}),
            "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=a.b.c&scope=read%20write",
        ),
    ];
    for (params, body) in grants {
        let auth = oauth2(&server, &params);
        let before = server.requests().len();
        Postbud::run(&collection(&server, &auth, &["/api"])).args(&["--env-var", "pw=p w"]).go().expect_code(0);
        let requests = &server.requests()[before..];
        assert_eq!(requests.len(), 2);
        assert_eq!(requests[0].text(), body);
        assert!(requests[1].header("authorization").is_some_and(|value| value.starts_with("Bearer granted-")));
    }
    assert_eq!(at(&server.requests(), "/renew").len(), 1);
}

#[test]
fn a_token_that_expires_is_renewed() {
    // Less than the margin: every request finds the last token expired.
    let server = server(5);
    let auth = oauth2(&server, &json!({}));
    Postbud::run(&collection(&server, &auth, &["/api/1", "/api/2", "/api/3"])).go().expect_code(0);
    let requests = server.requests();
    let bodies: Vec<String> = at(&requests, "/token").iter().map(|request| request.text()).collect();
    assert_eq!(bodies.len(), 3);
    assert!(bodies[0].starts_with("grant_type=client_credentials"));
    assert!(bodies[1].starts_with("grant_type=refresh_token&refresh_token=again-1"), "{}", bodies[1]);
    assert!(bodies[2].starts_with("grant_type=refresh_token&refresh_token=again-2"), "{}", bodies[2]);
    assert_eq!(at(&requests, "/api/3")[0].header("authorization"), Some("Bearer granted-3"));
}

#[test]
fn a_tokens_own_expiry_holds_where_the_endpoint_says_none() {
    // {"exp": 1} in its middle.
    let server = Server::start(|request| match request.target.as_str() {
        "/token" => Answer::json(200, &json!({"access_token": "eyJhbGciOiJub25lIn0.eyJleHAiOjF9.c2ln"})),
        _ => Answer::new(200, ""),
    });
    let auth = oauth2(&server, &json!({}));
    Postbud::run(&collection(&server, &auth, &["/api/1", "/api/2"])).go().expect_code(0);
    assert_eq!(at(&server.requests(), "/token").len(), 2);
}

#[test]
fn a_token_that_is_given_is_used_as_in_newman() {
    let server = server(3600);
    let auth = oauth2(&server, &json!({"accessToken": "given"}));
    Postbud::run(&collection(&server, &auth, &["/api"])).go().expect_code(0);
    let without = oauth2(&server, &json!({}));
    Postbud::run(&collection(&server, &without, &["/api"])).arg("--no-fetch-tokens").go().expect_code(0);
    let requests = server.requests();
    let seen: Vec<_> = requests.iter().map(|r| (r.target.as_str(), r.header("authorization"))).collect();
    assert_eq!(seen, [("/api", Some("Bearer given")), ("/api", None)]);
}

#[test]
fn scripts_choose_the_token_before_the_request() {
    let server = server(3600);
    let mut collection = collection(&server, &oauth2(&server, &json!({"accessToken": "{{token}}"})), &["/api"]);
    collection["item"][0]["event"] =
        json!([{"listen": "prerequest", "script": {"exec": ["pm.variables.set('token', 'own')"]}}]);
    Postbud::run(&collection).go().expect_code(0);
    // A variable that is there and empty is no token.
    Postbud::run(&self::collection(&server, &oauth2(&server, &json!({"accessToken": "{{token}}"})), &["/api"]))
        .args(&["--env-var", "token="])
        .go()
        .expect_code(0);
    let requests = server.requests();
    let seen: Vec<_> = at(&requests, "/api").iter().map(|r| r.header("authorization")).collect();
    assert_eq!(seen, [Some("Bearer own"), Some("Bearer granted-1")]);
}

#[test]
fn a_browser_is_asked_for_in_words() {
    let server = server(3600);
    for grant in ["authorization_code", "authorization_code_with_pkce", "implicit", "device_code"] {
        let collection = collection(&server, &oauth2(&server, &json!({"grant_type": grant})), &["/api/1", "/api/2"]);
        // As in newman the requests go out, and their tests decide.
        let ran = Postbud::run(&collection).go().expect_code(0);
        // Where it happens and in the summary, once for both requests.
        assert_eq!(ran.stdout.matches("needs a person with a browser").count(), 2, "{}", ran.stdout);
        ran.expect_shown(grant).expect_shown("accessToken").expect_shown("token profile");
        Postbud::run(&collection).arg("--strict").go().expect_code(1).expect_shown("needs a person with a browser");
    }
    assert!(server.requests().iter().all(|request| request.header("authorization").is_none()));
}

#[test]
fn what_the_endpoint_refuses_is_the_error_of_the_request() {
    let server = Server::start(|request| match request.target.as_str() {
        "/token" => Answer::json(401, &json!({"error": "invalid_client", "error_description": "unknown client"})),
        _ => Answer::new(200, ""),
    });
    let auth = oauth2(&server, &json!({}));
    let ran = Postbud::run(&collection(&server, &auth, &["/api/1", "/api/2"]))
        .args(&["-r", "cli,json", "--reporter-json-export", "r.json"])
        .go()
        .expect_code(1)
        .expect_shown("answered 401 without a token: invalid_client, unknown client")
        .expect_shown("`client_authentication`");
    let failures = ran.json("r.json")["run"]["failures"].as_array().expect("a list").len();
    assert_eq!(failures, 2);
    let requests = server.requests();
    // Asking again in the same words could lock the account.
    assert_eq!(requests.iter().map(|r| r.target.as_str()).collect::<Vec<_>>(), ["/token"]);
}

#[test]
fn an_endpoint_that_is_not_there_is_said_to_be() {
    let server = server(3600);
    let nowhere = std::net::TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address");
    let auth = oauth2(&server, &json!({"accessTokenUrl": format!("http://{nowhere}/token")}));
    Postbud::run(&collection(&server, &auth, &["/api"]))
        .go()
        .expect_code(1)
        .expect_shown(&format!("no OAuth 2.0 token from http://{nowhere}/token: connect ECONNREFUSED"));
    let auth = oauth2(&server, &json!({"accessTokenUrl": "{{issuer}}/token"}));
    Postbud::run(&collection(&server, &auth, &["/api"]))
        .go()
        .expect_code(0)
        .expect_shown("`accessTokenUrl` has the variable {{issuer}}, which nothing defines");
}
