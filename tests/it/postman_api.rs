//! Collections, environments and globals from Postman's API, by uid and by URL.

use serde_json::{Value, json};

use crate::harness::{Answer, Postbud, Server};

const COLLECTION: &str = "1234567-0a1b2c3d-1111-4222-8333-444455556666";
const ENVIRONMENT: &str = "1234567-0a1b2c3d-1111-4222-8333-444455556667";
const KEY: &str = "PMAK-made-up-key-of-a-test";

/// The API's answers, in their wrappers; refuses other keys.
fn api() -> Server {
    Server::start(|request| {
        let host = request.header("host").unwrap_or_default();
        let refused =
            |code: u16, message: &str| Answer::json(code, &json!({"error": {"name": "e", "message": message}}));
        if request.target.starts_with("/echo") {
            return Answer::new(200, "");
        }
        match request.header("x-api-key") {
            Some(KEY) => {}
            Some(_) => return refused(401, "Invalid API Key."),
            None => return refused(401, "No key."),
        }
        let item = json!({"name": "r", "request": {"url": format!("http://{host}/echo?{{{{from}}}}-{{{{all}}}}")}});
        let body = match request.target.split('?').next().unwrap_or_default() {
            path if path == format!("/collections/{COLLECTION}") => {
                json!({"collection": {"info": {"name": "c"}, "item": [item]}})
            }
            path if path == format!("/environments/{ENVIRONMENT}") => {
                json!({"environment": {"name": "e", "values": [{"key": "from", "value": "cloud"}]}})
            }
            "/workspaces/w/global-variables" => json!({"values": [{"key": "all", "value": "globals"}]}),
            "/limit" => return refused(429, "Rate limit exceeded."),
            _ => return refused(404, "We could not find it."),
        };
        Answer::json(200, &body)
    })
}

fn run(server: &Server, collection: &str) -> Postbud {
    Postbud::new("run").arg(collection).env("POSTMAN_API_URL", &server.url())
}

#[test]
fn uids_are_fetched_with_the_key() {
    let server = api();
    let globals = format!("{}/workspaces/w/global-variables", server.url());
    let ran = run(&server, COLLECTION)
        .args(&["-e", ENVIRONMENT, "-g", &globals, "--postman-api-key", KEY, "--verbose"])
        .go()
        .expect_code(0);
    let requests = server.requests();
    assert_eq!(requests.last().map(|request| request.target.as_str()), Some("/echo?cloud-globals"));
    assert!(requests.iter().take(3).all(|request| request.header("x-api-key") == Some(KEY)));
    assert_eq!(
        requests.last().and_then(|request| request.header("x-api-key")),
        None,
        "not with the run's own requests"
    );
    assert!(!format!("{}{}", ran.stdout, ran.stderr).contains(KEY));
    // The key of the environment does as well, for other commands too.
    run(&server, COLLECTION).args(&["-e", ENVIRONMENT]).env("POSTMAN_API_KEY", KEY).go().expect_code(0);
    let converted = Postbud::new("convert")
        .arg(COLLECTION)
        .env("POSTMAN_API_URL", &server.url())
        .env("POSTMAN_API_KEY", KEY)
        .go()
        .expect_code(0);
    let value: Value = serde_json::from_str(&converted.stdout).expect("JSON");
    assert_eq!(value["info"]["name"], "c");
}

#[test]
fn a_file_of_that_name_wins() {
    let server = api();
    let own =
        json!({"info": {"name": "own"}, "item": [{"name": "r", "request": {"url": format!("{}/echo", server.url())}}]});
    run(&server, COLLECTION).file(COLLECTION, &own.to_string()).args(&["--postman-api-key", KEY]).go().expect_code(0);
    assert_eq!(server.requests().len(), 1);
}

#[test]
fn urls_of_the_api_take_the_key_out_of_the_query() {
    let server = api();
    let url = format!("{}/collections/{COLLECTION}?apikey={KEY}&x=1", server.url());
    run(&server, &url).go().expect_code(0);
    let requests = server.requests();
    assert_eq!(requests[0].target, format!("/collections/{COLLECTION}?x=1"));
    assert_eq!(requests[0].header("x-api-key"), Some(KEY));
}

#[test]
fn the_key_goes_nowhere_else() {
    let collection = json!({"info": {"name": "c"}, "item": [{"name": "r", "request": {"url": "http://127.0.0.1:1/"}}]});
    let other = Server::start(move |_| Answer::json(200, &collection));
    let plain = format!("{}/c.json", other.url());
    Postbud::new("run").arg(&plain).args(&["--postman-api-key", KEY, "--dry-run"]).go().expect_code(0);
    let target = plain.clone();
    let moved = Server::start(move |_| Answer::new(302, "").header("Location", target.clone()));
    run(&moved, COLLECTION).args(&["--postman-api-key", KEY, "--dry-run"]).go().expect_code(2);
    assert_eq!(moved.requests()[0].header("x-api-key"), Some(KEY));
    let requests = other.requests();
    assert_eq!(requests.len(), 1, "a redirect to another host is not followed");
    assert_eq!(requests[0].header("x-api-key"), None);
}

#[test]
fn errors_say_what_to_do() {
    let server = api();
    let failed = |words: &[&str], texts: &[&str]| {
        let mut ran = run(&server, words[0]).args(&words[1..]).go().expect_code(2);
        assert!(!ran.stderr.contains(KEY), "{}", ran.stderr);
        for text in texts {
            ran = ran.expect_shown(text);
        }
    };
    failed(&[COLLECTION], &["POSTMAN_API_KEY", "no file of that name"]);
    failed(&[COLLECTION, "--postman-api-key", "wrong"], &["Invalid API Key (401)", "the key is wrong"]);
    failed(&["9-0a1b2c3d-1111-4222-8333-444455556666", "--postman-api-key", KEY], &["could not find it (404)", "uid"]);
    failed(&[COLLECTION, "-g", COLLECTION, "--postman-api-key", KEY], &["globals have no uid"]);
    let limit = format!("{}/limit?apikey={KEY}", server.url());
    failed(&[&limit], &["Rate limit exceeded (429)"]);
}
