//! Wrong uses, and what each is told: what, where, what to do. One snapshot holds them all.

use std::fmt::Write as _;

use serde_json::json;

use crate::harness::Postbud;

/// Files that the uses name.
fn files(call: Postbud) -> Postbud {
    let good = json!({"info": {"name": "c"}, "item": [
        {"name": "Orders", "item": [{"name": "Create order", "request": "http://127.0.0.1:1/"}]},
        {"name": "Login", "request": "http://127.0.0.1:1/"}]});
    let files = [
        ("c.json", good.to_string()),
        ("api.postman_collection.json", good.to_string()),
        ("comma.json", "{\n  \"info\": {\"name\": \"c\"},\n  \"item\": [\n    {\"name\": \"a\",}\n  ]\n}\n".to_owned()),
        ("cut.json", "{\"info\": {\"name\": \"c\"}, \"item\": [".to_owned()),
        ("empty.json", String::new()),
        ("text.json", "\"just a text\"".to_owned()),
        ("page.json", "<!DOCTYPE html>\n<html></html>\n".to_owned()),
        ("e.json", r#"{"name": "e", "values": [{"key": "a", "value": "b"}]}"#.to_owned()),
        ("e-broken.json", "{\"values\": [\n  {\"key\": \"a\" \"value\": 1}\n]}".to_owned()),
        ("quote.csv", "a,b\n1,\"two\n".to_owned()),
        ("rows.json", "[{\"a\": 1},\n {\"a\": }]\n".to_owned()),
        ("v3/Get.request.yaml", "$kind: http-request\nurl: http://h\nmethdo: GET\n".to_owned()),
        ("v3/Post.request.yaml", "$kind: http-request\nurl: \"http://h\nmethod: POST\n".to_owned()),
        ("key.yaml", "expect_succes: true\n".to_owned()),
        ("indent.yaml", "run:\n  strict: true\n bail: failure\n".to_owned()),
        ("value.yaml", "run:\n  iteration-count: many\n".to_owned()),
        ("option.yaml", "run:\n  enviroment: e.json\n".to_owned()),
        ("flow.yaml", "flow:\n  - Orders/Create ordr\n".to_owned()),
        ("overlay.yaml", "overlay:\n  - target: $.info.nme\n    remove: true\n".to_owned()),
        ("env.yaml", "files:\n  a: ${NOT_SET_ANYWHERE}\n".to_owned()),
        ("profile.yaml", "tokens:\n  owner: {provider: maskinport}\n".to_owned()),
        ("jar.json", "{\"cookies\": 3".to_owned()),
        ("journal.jsonl", "{\"no\": \"journal\"}\n".to_owned()),
        ("certs.json", "{\"matches\": []}".to_owned()),
        ("key.pem", "no key".to_owned()),
    ];
    files.into_iter().fold(call, |call, (name, text)| call.file(name, &text))
}

/// Words of each use; the first is the command.
const USES: &[&[&str]] = &[
    // Words.
    &["rnu", "c.json"],
    &["c.json"],
    &["tests"],
    &["run"],
    &["run", "c.json", "--folders", "Login"],
    &["run", "c.json", "--enviroment", "e.json"],
    &["run", "c.json", "--reporter", "junit"],
    &["run", "c.json", "-n", "three"],
    &["run", "c.json", "-n", "-1"],
    &["run", "c.json", "--timeout-request", "2s"],
    &["run", "c.json", "--delay-request", "-5"],
    &["run", "c.json", "--no-color"],
    &["run", "c.json", "--color", "allways"],
    &["run", "c.json", "--bail", "folders"],
    &["run", "c.json", "-i", "Login", "--folder", "Orders"],
    &["run", "c.json", "--integration-id", "12"],
    &["run", "c.json", "--fault", "drop=1"],
    &["run", "c.json", "--emulator", "--fault", "drp=1"],
    &["run", "c.json", "--connect-to", "a:b"],
    &["run", "c.json", "--csv-delimiter", "ab"],
    &["run", "c.json", "-H", "no colon"],
    // Reporters.
    &["run", "c.json", "-r", "cli,junti"],
    &["run", "c.json", "-r", "allure"],
    &["run", "c.json", "-r", "junit", "--reporter-junit-exprot", "r.xml"],
    &["run", "c.json", "--reporter-cli-no-sumary"],
    &["run", "c.json", "--reporter-slack-webhook", "x"],
    &["run", "c.json", "-r", "junit", "--reporter-junit-format", "nunit"],
    &["run", "c.json", "-r", "html", "--reporter-html-template", "nothing.hbs"],
    // Collections.
    &["run", "api.postman_colection.json"],
    &["run", "comma.json"],
    &["run", "cut.json"],
    &["run", "empty.json"],
    &["run", "text.json"],
    &["run", "page.json"],
    &["run", "e.json"],
    &["run", "v3"],
    &["run", "c.json", "--folder", "Ordrs"],
    &["run", "c.json", "-i", "Orders/Create ordr"],
    &["run", "c.json", "--exclude", "Logn"],
    &["run", "c.json", "--tag", "smoke"],
    &["run", "c.json", "--folder", "Login", "--exclude", "Login"],
    // What goes with them.
    &["run", "c.json", "-e", "e-broken.json"],
    &["run", "c.json", "-e", "c.json"],
    &["run", "c.json", "-g", "missing.json"],
    &["run", "c.json", "-d", "quote.csv"],
    &["run", "c.json", "-d", "rows.json"],
    &["run", "c.json", "-d", "missing.csv"],
    &["run", "c.json", "--cookie-jar", "jar.json"],
    &["run", "c.json", "--vault", "comma.json"],
    &["run", "c.json", "--ssl-client-cert", "key.pem", "--ssl-client-key", "key.pem"],
    &["run", "c.json", "--ssl-client-cert-list", "certs.json"],
    &["run", "c.json", "--ssl-extra-ca-certs", "key.pem"],
    &["run", "c.json", "--packages", "nowhere"],
    // postbud.yaml.
    &["run", "c.json", "--config", "missing.yaml"],
    &["run", "c.json", "--config", "key.yaml"],
    &["run", "c.json", "--config", "indent.yaml"],
    &["run", "c.json", "--config", "value.yaml"],
    &["run", "c.json", "--config", "option.yaml"],
    &["run", "c.json", "--config", "flow.yaml"],
    &["run", "c.json", "--config", "overlay.yaml"],
    &["run", "c.json", "--config", "env.yaml"],
    &["run", "c.json", "--config", "profile.yaml"],
    // Other commands.
    &["check", "missing.json"],
    &["check", "c.json", "--format", "xml"],
    &["merge"],
    &["merge", "journal.jsonl"],
    &["merge", "missing.jsonl"],
    &["completions", "tcsh"],
    &["init", "--ci", "jenkins"],
    &["convert", "c.json", "--to", "v4"],
    &["convert", "e.json"],
    &["token", "owner"],
    &["verify", "--config", "missing.yaml"],
    &["policy", "check", "c.json"],
    &["emulator", "--port", "99999"],
];

/// The texts of the system are those of Unix.
#[cfg(unix)]
#[test]
fn wrong_uses_are_told_what_where_and_what_to_do() {
    let mut all = String::new();
    for words in USES {
        let ran = files(Postbud::new(words[0])).args(&words[1..]).env("HOME", "/nowhere").go();
        assert_eq!(ran.code, 2, "{words:?}: {}{}", ran.stdout, ran.stderr);
        assert!(!ran.stderr.contains("panicked"), "{words:?}: {}", ran.stderr);
        let _ = writeln!(all, "$ postbud {}\n{}\n", words.join(" "), ran.stderr.trim_end());
    }
    insta::assert_snapshot!("wrong_uses", all);
}
