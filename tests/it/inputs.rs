//! What a run is told: collections, environments, data, selections, and what it writes back.

use serde_json::{Value, json};

use crate::harness::{Answer, Postbud, Server};

/// A request named after its path.
fn item(server: &Server, name: &str) -> Value {
    json!({"name": name, "request": {"url": format!("{}/{name}", server.url())}})
}

fn targets(server: &Server) -> Vec<String> {
    server.requests().into_iter().map(|request| request.target).collect()
}

/// Sends `/{{a}}/{{b}}` and says what its script sees of the data.
fn data_collection(server: &Server) -> Value {
    json!({"info": {"name": "c"}, "item": [{"name": "r", "request": {"url": format!("{}/{{{{a}}}}/{{{{b}}}}", server.url())},
        "event": [{"listen": "test", "script": {"exec": [
            "console.log(pm.info.iteration, pm.info.iterationCount, JSON.stringify(pm.iterationData.toObject()), typeof data.a)"]}}]}]})
}

#[test]
fn rows_of_csv_are_iterations() {
    let server = Server::echo();
    let rows = "a,b\n1,\"x,y\"\n2,z\n";
    let ran = Postbud::run(&data_collection(&server)).file("d.csv", rows).args(&["-d", "d.csv"]).go().expect_code(0);
    assert_eq!(targets(&server), ["/1/x,y", "/2/z"]);
    assert!(ran.stdout.contains(r#"0, 2, '{"a":1,"b":"x,y"}', 'number'"#), "{}", ran.stdout);
    assert!(ran.stdout.contains("Iteration 2/2"), "{}", ran.stdout);
}

#[test]
fn rows_of_json_keep_their_types_and_the_last_is_repeated() {
    let server = Server::echo();
    let rows = r#"[{"a": "1", "b": true}, {"a": 2, "b": null}]"#;
    let ran = Postbud::run(&data_collection(&server))
        .file("d.json", rows)
        .args(&["--iteration-data", "d.json", "-n", "3"])
        .go()
        .expect_code(0);
    let targets = targets(&server);
    assert_eq!(targets.len(), 3);
    assert_eq!(targets[0], "/1/true");
    assert_eq!(targets[1], targets[2]);
    assert!(ran.stdout.contains(r#"'{"a":"1","b":true}', 'string'"#), "{}", ran.stdout);
}

#[test]
fn fewer_iterations_than_rows_are_possible() {
    let server = Server::echo();
    let words = ["-d", "d.csv", "-n", "1"];
    Postbud::run(&data_collection(&server)).file("d.csv", "a,b\n1,2\n3,4\n").args(&words).go().expect_code(0);
    assert_eq!(targets(&server), ["/1/2"]);
}

#[test]
fn data_that_cannot_be_read_ends_the_run_before_it_begins() {
    let server = Server::echo();
    let run = || Postbud::run(&data_collection(&server));
    run().args(&["-d", "missing.csv"]).go().expect_code(2).expect_shown("missing.csv");
    run().file("d.json", "[{]").args(&["-d", "d.json"]).go().expect_code(2).expect_shown("d.json");
    assert!(server.requests().is_empty());
}

#[test]
fn folders_and_requests_are_chosen_by_name_and_path() {
    let server = Server::echo();
    let collection = json!({"info": {"name": "c"}, "item": [
        {"name": "one", "item": [item(&server, "a"), {"name": "inner", "item": [item(&server, "b")]}]},
        {"name": "two", "item": [item(&server, "c"), item(&server, "d")]}]});
    let run = |words: &[&str]| {
        let before = server.requests().len();
        let ran = Postbud::run(&collection).args(words).go().expect_code(0);
        (targets(&server).split_off(before).concat(), ran)
    };
    assert_eq!(run(&["--folder", "one"]).0, "/a/b");
    assert_eq!(run(&["--folder", "inner", "--folder", "d"]).0, "/b/d");
    assert_eq!(run(&["-i", "d", "-i", "a"]).0, "/d/a");
    assert_eq!(run(&["--folder", "one/inner"]).0, "/b");
    assert_eq!(run(&["--exclude", "one"]).0, "/c/d");
    assert_eq!(run(&["--folder", "two", "--exclude", "two/c"]).0, "/d");
    let unknown = Postbud::run(&collection).args(&["--folder", "onee"]).go().expect_code(2);
    assert!(unknown.stderr.contains("onee") && unknown.stderr.contains("did you mean"), "{}", unknown.stderr);
}

#[test]
fn a_collection_comes_from_standard_input_or_a_url() {
    let server = Server::echo();
    let collection = json!({"info": {"name": "c"}, "item": [item(&server, "a")]}).to_string();
    Postbud::new("run").arg("-").input(&collection).go().expect_code(0);
    let environment = json!({"values": [{"key": "k", "value": "v"}]});
    let files = Server::start(move |request| match request.target.as_str() {
        "/c.json" => Answer::new(200, collection.clone()),
        "/e.json" => Answer::json(200, &environment),
        _ => Answer::new(404, "no"),
    });
    Postbud::new("run").arg(format!("{}/c.json", files.url())).go().expect_code(0);
    let words = [format!("{}/c.json", files.url()), "-e".into(), format!("{}/e.json", files.url())];
    words.into_iter().fold(Postbud::new("run"), Postbud::arg).go().expect_code(0);
    assert_eq!(targets(&server), ["/a", "/a", "/a"]);
    Postbud::new("run").arg(format!("{}/x.json", files.url())).go().expect_code(2).expect_shown("404");
    Postbud::new("run").arg("-").input("{").go().expect_code(2).expect_shown("standard input");
}

#[test]
fn a_missing_file_suggests_its_neighbour() {
    let ran = Postbud::new("run").file("letters.json", "{}").arg("leters.json").go().expect_code(2);
    assert!(ran.stderr.contains("did you mean") && ran.stderr.contains("letters.json"), "{}", ran.stderr);
}

#[test]
fn variables_of_the_command_line_win() {
    let server = Server::echo();
    let collection = json!({"info": {"name": "c"}, "item": [
        {"name": "r", "request": {"url": format!("{}/{{{{e}}}}/{{{{g}}}}/{{{{eq}}}}", server.url())}}]});
    Postbud::run(&collection)
        .file("e.json", &json!({"values": [{"key": "e", "value": "file"}]}).to_string())
        .file("g.json", &json!({"values": [{"key": "g", "value": "file"}]}).to_string())
        .args(&[
            "-e",
            "e.json",
            "-g",
            "g.json",
            "--env-var",
            "e=word",
            "--global-var",
            "g=word2",
            "--env-var",
            "eq=a=b",
        ])
        .go()
        .expect_code(0);
    assert_eq!(targets(&server), ["/word/word2/a=b"]);
}

#[test]
fn exports_hold_what_scripts_left() {
    let server = Server::start(|_| Answer::new(200, "").header("Set-Cookie", "session=abc; Path=/"));
    let script = ["pm.environment.set('e', 'new'); pm.environment.unset('gone');", "pm.globals.set('g', {a: 1});"];
    let collection = json!({"info": {"name": "c"}, "item": [{"name": "r", "request": {"url": format!("{}/", server.url())},
        "event": [{"listen": "test", "script": {"exec": script}}]}]});
    let environment = json!({"name": "env", "values": [{"key": "gone", "value": "1"}, {"key": "kept", "value": "2"}]});
    let ran = Postbud::run(&collection)
        .file("e.json", &environment.to_string())
        .args(&["-e", "e.json", "--export-environment", "out/e.json", "--export-globals", "out/g.json"])
        .args(&["--export-collection", "out/c.json", "--export-cookie-jar", "out/jar.json"])
        .go()
        .expect_code(0);
    let exported = ran.json("out/e.json");
    let keys: Vec<(&str, &str)> = exported["values"]
        .as_array()
        .expect("values")
        .iter()
        .map(|entry| (entry["key"].as_str().unwrap_or_default(), entry["value"].as_str().unwrap_or_default()))
        .collect();
    assert_eq!(keys, [("kept", "2"), ("e", "new")]);
    assert_eq!(exported["_postman_variable_scope"], "environment");
    assert_eq!(ran.json("out/g.json")["_postman_variable_scope"], "globals");
    assert_eq!(ran.json("out/c.json")["item"][0]["name"], "r");
    let jar = ran.file("out/jar.json");
    assert!(jar.contains("session"), "{jar}");

    // What was exported can be read again.
    let again = Postbud::run(&collection)
        .file("jar.json", &jar)
        .file("e.json", &exported.to_string())
        .args(&["--cookie-jar", "jar.json", "-e", "e.json"])
        .go();
    again.expect_code(0);
    assert_eq!(server.requests()[0].header("cookie"), None);
    assert_eq!(server.requests()[1].header("cookie"), Some("session=abc"));
}

#[test]
fn exports_without_a_name_go_to_the_folder_newman() {
    let server = Server::echo();
    let collection = json!({"info": {"name": "c"}, "item": [item(&server, "a")]});
    let ran = Postbud::run(&collection).args(&["--export-environment", "--export-globals"]).go().expect_code(0);
    assert!(ran.json("newman/newman-environment.json").is_object());
    assert!(ran.json("newman/newman-globals.json").is_object());
}
