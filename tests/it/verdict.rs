//! How a run ends: exit codes, reports, and what a green run must not hide.

use std::path::Path;
use std::sync::Mutex;
use std::sync::mpsc;

use serde_json::{Value, json};

use crate::harness::{Answer, Postbud, Ran, Server};

fn one(url: &str, script: &str) -> Value {
    json!({"info": {"name": "c"}, "item": [{"name": "r", "request": {"url": url},
        "event": [{"listen": "test", "script": {"exec": [script]}}]}]})
}

/// A server that answers `/first` only, and says when another request has arrived.
fn stuck_after_the_first() -> (Server, mpsc::Receiver<()>) {
    let (arrived, wait) = mpsc::channel();
    let arrived = Mutex::new(arrived);
    let server = Server::start(move |request| -> Answer {
        if request.target == "/first" {
            return Answer::new(200, "{}");
        }
        arrived.lock().expect("no panic").send(()).expect("the test waits");
        loop {
            std::thread::park();
        }
    });
    (server, wait)
}

#[test]
fn an_interrupted_run_writes_its_reports() {
    for (signal, code) in [("INT", 130), ("TERM", 143)] {
        let (server, wait) = stuck_after_the_first();
        let item = |name: &str| {
            json!({"name": name, "request": {"url": format!("{}/{name}", server.url())},
            "event": [{"listen": "test", "script": {"exec": ["pm.test('ok', () => {})"]}}]})
        };
        let collection = json!({"info": {"name": "c"}, "item": [item("first"), item("second"), item("third")]});
        let words = ["-r", "cli,json,junit", "--reporter-json-export", "r.json", "--reporter-junit-export", "r.xml"];
        let running = Postbud::run(&collection).args(&words).spawn();
        wait.recv().expect("the second request arrives");
        running.signal(signal);
        let ran = running.end().expect_code(code);
        let report = ran.json("r.json");
        assert_eq!(report["run"]["stats"]["assertions"]["total"], 1, "{report:#}");
        let xml = ran.file("r.xml");
        let document = roxmltree::Document::parse(&xml).expect("well-formed");
        assert!(
            document.descendants().any(|n| n.has_tag_name("testcase") && n.attribute("name") == Some("ok")),
            "{xml}"
        );
        assert!(ran.stdout.contains("assertions"), "the summary is there: {}", ran.stdout);
    }
}

#[test]
fn a_script_that_computes_or_waits_for_ever_can_be_interrupted() {
    for script in ["for (;;) {}", "await new Promise((end) => setTimeout(end, 60_000))"] {
        let (arrived, wait) = mpsc::channel();
        let arrived = Mutex::new(arrived);
        let server = Server::start(move |_| {
            arrived.lock().expect("no panic").send(()).expect("the test waits");
            Answer::new(200, "{}")
        });
        let words = ["-r", "junit", "--reporter-junit-export", "r.xml"];
        let running = Postbud::run(&one(&server.url(), script)).args(&words).spawn();
        wait.recv().expect("the request arrives");
        running.signal("INT");
        let ran = running.end().expect_code(130);
        roxmltree::Document::parse(&ran.file("r.xml")).expect("well-formed");
    }
}

#[test]
fn a_report_that_cannot_be_written_ends_with_three_and_hinders_no_other() {
    let server = Server::echo();
    let run = |collection: &Value, export: [&str; 2]| -> Ran {
        Postbud::run(collection)
            .file("plain", "a file, not a folder")
            .args(&["-r", "cli,json,junit", "--reporter-json-export", export[0], "--reporter-junit-export", export[1]])
            .go()
    };
    let passing = one(&server.url(), "pm.test('ok', () => {})");
    let ran = run(&passing, ["plain/r.json", "r.xml"]).expect_code(3).expect_shown("plain/r.json");
    roxmltree::Document::parse(&ran.file("r.xml")).expect("well-formed");
    let ran = run(&passing, ["r.json", "plain/r.xml"]).expect_code(3).expect_shown("plain/r.xml");
    assert_eq!(ran.json("r.json")["run"]["stats"]["assertions"]["total"], 1);
    let failing = one(&server.url(), "pm.test('no', () => { throw new Error('x') })");
    run(&failing, ["plain/r.json", "r.xml"]).expect_code(3);
    Postbud::run(&passing).file("plain", "").args(&["--export-environment", "plain/e.json"]).go().expect_code(3);
}

#[test]
fn the_junit_file_is_written_whatever_happens() {
    let server = Server::echo();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let closed = format!("http://{}/", listener.local_addr().expect("an address"));
    drop(listener);
    let cases = [
        (one(&server.url(), "throw new Error('script')"), vec![], 1),
        (one(&closed, ""), vec![], 1),
        (one(&closed, ""), vec!["--bail"], 1),
        (one(&server.url(), "throw new Error('script')"), vec!["--bail", "folder"], 1),
        (json!({"info": {"name": "c"}, "item": []}), vec!["--allow-empty"], 0),
    ];
    for (collection, words, code) in cases {
        let ran = Postbud::run(&collection)
            .args(&["-r", "junit", "--reporter-junit-export", "r.xml"])
            .args(&words)
            .go()
            .expect_code(code);
        let xml = ran.file("r.xml");
        let document = roxmltree::Document::parse(&xml).expect("well-formed");
        let red = document.descendants().any(|n| n.has_tag_name("failure") || n.has_tag_name("error"));
        assert_eq!(red, code == 1, "{xml}");
    }
}

#[test]
fn without_a_file_name_junit_goes_to_the_folder_newman() {
    let server = Server::echo();
    let ran = Postbud::run(&one(&server.url(), "")).args(&["-r", "junit"]).go().expect_code(0);
    let files: Vec<String> = std::fs::read_dir(ran.folder.path().join("newman"))
        .expect("the folder")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect();
    let [file] = files.as_slice() else { panic!("{files:?}") };
    assert!(Path::new(file).extension().is_some_and(|extension| extension == "xml"), "{file}");
}

#[test]
fn unknown_reporters_are_refused_before_anything_is_sent() {
    let server = Server::echo();
    let ran = Postbud::run(&one(&server.url(), "")).args(&["-r", "cli,junitt"]).go().expect_code(2);
    assert!(ran.stderr.contains("did you mean `junit`?"), "{}", ran.stderr);
    assert!(server.requests().is_empty());
}

#[test]
fn options_that_no_reporter_has_are_refused_before_anything_is_sent() {
    let server = Server::echo();
    let run = |words: &[&str]| Postbud::run(&one(&server.url(), "")).args(words).go();
    let ran = run(&["-r", "junit", "--reporter-junit-exprot", "r.xml"]).expect_code(2);
    assert!(ran.stderr.contains("did you mean --reporter-junit-export?"), "{}", ran.stderr);
    run(&["--reporter-no-such-thing"]).expect_code(2).expect_shown("no reporter of this run (cli) has this option");
    assert!(server.requests().is_empty());
    // One that some of them have is for those.
    run(&["-r", "cli,json", "--reporter-no-banner", "--reporter-json-export", "r.json"]).expect_code(0);
    let ran = run(&["--reporter-junit-export", "r.xml"]).expect_code(0);
    assert!(ran.stderr.contains("the reporter junit is not in -r"), "{}", ran.stderr);
}

#[test]
fn parts_of_exchanges_are_left_out_as_in_the_postman_cli() {
    let server =
        Server::start(|_| Answer::json(200, &json!({"answer": "in-the-body"})).header("X-Seen", "in-a-header"));
    let collection = one(&server.url(), "pm.test('no', () => { throw new Error('x') })");
    let report = |reporter: &str, option: &str| {
        let export = format!("--reporter-{reporter}-export");
        let mut call = Postbud::run(&collection).args(&["-r", reporter, &export, "r.out"]);
        if !option.is_empty() {
            call = call.arg(format!("--reporter-{reporter}-{option}"));
        }
        // newman's list of bytes is a body as well.
        let call = if reporter == "json" { call.args(&["--reporter-json-body", "text"]) } else { call };
        call.go().expect_code(1).file("r.out")
    };
    for reporter in ["json", "html", "junit"] {
        let whole = report(reporter, "");
        assert!(whole.contains("in-the-body") && whole.contains("in-a-header"), "{reporter}");
        assert!(!report(reporter, "omitResponseBodies").contains("in-the-body"), "{reporter}");
        assert!(!report(reporter, "omitHeaders").contains("in-a-header"), "{reporter}");
        let bare = report(reporter, "omitAllHeadersAndBody");
        assert!(!bare.contains("in-the-body") && !bare.contains("in-a-header"), "{reporter}");
    }
}

#[test]
fn the_whole_exchange_of_a_failure_is_shown_when_asked() {
    let server = Server::start(|request| {
        let long = "x".repeat(5000);
        let code = if request.target == "/bad" { 500 } else { 200 };
        Answer::json(code, &json!({"long": long, "end": "of-the-body"})).header("X-Seen", "in-a-header")
    });
    let item = |name: &str| {
        json!({"name": name, "request": {"url": format!("{}/{name}", server.url())}, "event": [{"listen": "test",
            "script": {"exec": ["pm.test('200', () => pm.response.to.have.status(200))"]}}]})
    };
    let collection = json!({"info": {"name": "c"}, "item": [item("good"), item("bad")]});
    let short = Postbud::run(&collection).go().expect_code(1).stdout;
    assert!(!short.contains("of-the-body") && !short.contains("X-Seen"), "{short}");
    let whole = Postbud::run(&collection).arg("--verbose-on-failure").go().expect_code(1).stdout;
    assert_eq!(whole.matches("of-the-body").count(), 1, "{whole}");
    assert!(whole.contains("X-Seen: in-a-header") && whole.contains("User-Agent"), "{whole}");
}

#[test]
fn newmans_ways_can_be_had() {
    let server = Server::echo();
    let collection = one(&server.url(), "pm.test(pm.iterationData.get('a'), () => {})");
    let run = |words: &[&str]| {
        let call = Postbud::run(&collection).file("d.csv", "a\n0x10\n\nlast\n");
        call.args(&["-d", "d.csv", "-r", "junit", "--reporter-junit-export", "r.xml"]).args(words).go()
    };
    let suites = |ran: &Ran| ran.file("r.xml").matches("<testsuite ").count();
    let ours = run(&[]).expect_code(0);
    assert_eq!(suites(&ours), 2);
    let theirs = run(&["--compat", "newman"]).expect_code(0);
    assert_eq!(suites(&theirs), 1, "iterations are merged: {}", theirs.file("r.xml"));
    assert_eq!(theirs.file("r.xml").matches("<testcase ").count(), 3, "a blank line is a row");
    run(&["--compat", "newman", "--folder", "none"]).expect_code(1);
    let empty = json!({"info": {"name": "c"}, "item": []});
    Postbud::run(&empty).args(&["--compat", "newman"]).go().expect_code(0);
}

#[test]
fn the_last_of_an_option_that_takes_one_value_counts() {
    let server = Server::echo();
    Postbud::run(&one(&server.url(), "")).args(&["-n", "3", "-k", "-k", "-n", "1"]).go().expect_code(0);
    assert_eq!(server.requests().len(), 1);
}

#[test]
fn no_reporter_and_silence_are_possible() {
    let server = Server::echo();
    let collection = one(&server.url(), "pm.test('no', () => { throw new Error('x') })");
    let ran = Postbud::run(&collection).args(&["-r", ""]).go().expect_code(1);
    assert_eq!(ran.stdout, "");
    let ran = Postbud::run(&collection).arg("--silent").go().expect_code(1);
    assert_eq!(ran.stdout, "");
}

#[test]
fn strict_fails_for_what_a_green_run_would_hide() {
    let server = Server::echo();
    let url = server.url();
    let cases = [
        (one(&url, "pm.execution.setNextRequest('nowhere')"), "nowhere"),
        (one(&format!("{url}/{{{{nobody}}}}"), ""), "nobody"),
    ];
    for (collection, shown) in cases {
        Postbud::run(&collection).go().expect_code(0).expect_shown(shown);
        Postbud::run(&collection).arg("--strict").go().expect_code(1).expect_shown(shown);
    }
}

/// Everything that newman lets pass: a warning in the summary and in the reports, and with `--strict` a failure.
#[test]
fn what_others_let_pass_is_a_warning_and_with_strict_a_failure() {
    let server = Server::echo();
    let url = server.url();
    let upload = json!({"info": {"name": "c"}, "item": [{"name": "r", "request": {"method": "POST", "url": url,
        "body": {"mode": "formdata", "formdata": [{"key": "f", "type": "file", "src": "missing.txt"}]}}}]});
    let cases: [(&str, Value, &[&str], &str); 6] = [
        ("unsettled-test", one(&url, "pm.test('x', (done) => {})"), &[], "x"),
        ("unhandled-error", one(&url, "setTimeout(() => { throw new Error('late') }, 1)"), &[], "late"),
        ("missing-file", upload, &[], "missing.txt"),
        ("unresolved-variable", one(&format!("{url}/{{{{nobody}}}}"), ""), &[], "nobody"),
        ("unknown-next-request", one(&url, "pm.execution.setNextRequest('nowhere')"), &[], "nowhere"),
        ("iteration-data", one(&url, ""), &["-d", "o.json"], "not an array"),
    ];
    let words = ["-r", "cli,jsonl,junit", "--reporter-jsonl-export", "j.jsonl", "--reporter-junit-export", "r.xml"];
    for (code, collection, extra, shown) in cases {
        let call = || Postbud::run(&collection).file("o.json", "{\"a\": 1}").args(&words).args(extra);
        let ran = call().go().expect_code(0);
        assert!(ran.stdout.contains("1 warning") && ran.stdout.contains(shown), "{code}: {}", ran.stdout);
        let journal = ran.file("j.jsonl");
        assert!(journal.contains(&format!("\"{code}\"")), "{code}: {journal}");
        let ran = call().arg("--strict").go().expect_code(1);
        let xml = ran.file("r.xml");
        assert!(xml.contains("<failure") && xml.contains(shown), "{code}: {xml}");
    }
    // Newman's process would be gone, and with it every report.
    let ran = Postbud::run(&one(&url, "Promise.reject(new Error('nobody waits'))")).args(&words).go().expect_code(1);
    assert!(ran.file("r.xml").contains("nobody waits"));
}

#[test]
fn a_mistyped_variable_is_told_with_the_nearest_name() {
    let server = Server::echo();
    let collection = one(&format!("{}/{{{{bsae_url}}}}", server.url()), "");
    let ran = Postbud::run(&collection).args(&["--env-var", "base_url=x"]).go().expect_code(0);
    assert!(ran.stdout.contains("did you mean {{base_url}}?"), "{}", ran.stdout);
}

#[test]
fn skipped_tests_are_no_assertions_that_were_made() {
    let server = Server::echo();
    let skipped = one(&server.url(), "pm.test.skip('x', () => {})");
    let ran = Postbud::run(&skipped).args(&["--min-assertions", "1"]).go().expect_code(1);
    assert!(ran.stderr.contains("0 assertions were made"), "{}", ran.stderr);
}

/// A run that was killed has written down what happened before; reports are made from that.
#[cfg(unix)]
#[test]
fn reports_are_made_from_the_journal_of_a_run_that_was_killed() {
    let (server, wait) = stuck_after_the_first();
    let item = |name: &str| {
        json!({"name": name, "request": {"url": format!("{}/{name}", server.url())},
            "event": [{"listen": "test", "script": {"exec": ["pm.test('ok', () => {})"]}}]})
    };
    let collection = json!({"info": {"name": "c"}, "item": [item("first"), item("second")]});
    let running = Postbud::run(&collection).args(&["-r", "jsonl", "--reporter-jsonl-export", "j.jsonl"]).spawn();
    wait.recv().expect("the second request arrives");
    running.signal("KILL");
    let killed = running.end();
    let mut merge = Postbud::new("merge").args(&["j.jsonl", "-r", "cli,junit", "--reporter-junit-export", "r.xml"]);
    merge.folder = killed.folder;
    let ran = merge.go().expect_code(1);
    assert!(ran.stderr.contains("that run was cut off in \"second\""), "{}", ran.stderr);
    let xml = ran.file("r.xml");
    let document = roxmltree::Document::parse(&xml).expect("well-formed");
    let names: Vec<&str> =
        document.descendants().filter(|n| n.has_tag_name("testcase")).filter_map(|n| n.attribute("name")).collect();
    assert!(names.contains(&"ok"), "{xml}");
}

/// A full disk is no green, whatever is written to it, and a device is never replaced by a file.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_ends_with_three() {
    use std::os::unix::fs::FileTypeExt;
    let full = || std::fs::metadata("/dev/full").is_ok_and(|data| data.file_type().is_char_device());
    if !full() {
        return crate::harness::skipped("there is no /dev/full");
    }
    let server = Server::echo();
    let passing = one(&server.url(), "pm.test('ok', () => {})");
    for name in ["cli", "json", "junit", "jsonl", "html", "markdown", "github", "tap", "ctrf"] {
        let words = ["-r", name, &format!("--reporter-{name}-export"), "/dev/full"];
        let ran = Postbud::run(&passing).args(&words).go().expect_code(3);
        assert!(ran.stderr.contains("No space left"), "{name}: {}", ran.stderr);
    }
    for option in ["--export-environment", "--export-globals", "--export-collection", "--export-cookie-jar"] {
        Postbud::run(&passing).args(&[option, "/dev/full"]).go().expect_code(3).expect_shown("No space left");
        assert!(full(), "{option}");
    }
    let words =
        ["c 'c.json' > /dev/full", "completions bash > /dev/full", "man > /dev/full", "init --schema > /dev/full"];
    for words in words {
        let binary = env!("CARGO_BIN_EXE_postbud");
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("c.json"), passing.to_string()).expect("written");
        let words = words.replacen("c '", "check '", 1);
        let status = std::process::Command::new("sh")
            .args(["-c", &format!("{binary} {words}")])
            .current_dir(folder.path())
            .stderr(std::process::Stdio::null())
            .status()
            .expect("a shell");
        assert_eq!(status.code(), Some(3), "{words}");
    }
}

#[test]
fn too_few_assertions_fail() {
    let server = Server::echo();
    let collection = one(&server.url(), "pm.test('one', () => {})");
    Postbud::run(&collection).args(&["--min-assertions", "1"]).go().expect_code(0);
    Postbud::run(&collection).args(&["--min-assertions", "2"]).go().expect_code(1).expect_shown("--min-assertions");
}

#[test]
fn success_may_be_expected_of_requests_without_tests() {
    let server = Server::start(|_| (404, "{}".to_owned()));
    Postbud::run(&one(&server.url(), "")).go().expect_code(0);
    Postbud::run(&one(&server.url(), "")).arg("--expect-success").go().expect_code(1).expect_shown("404");
    let tested = one(&server.url(), "pm.test('gone', () => pm.response.to.have.status(404))");
    Postbud::run(&tested).arg("--expect-success").go().expect_code(0);
}

#[test]
fn a_dry_run_shows_the_plan_and_sends_nothing() {
    let server = Server::echo();
    let collection = json!({"info": {"name": "c"}, "item": [{"name": "f", "item": [
        {"name": "a", "request": {"method": "PUT", "url": server.url()}}, {"name": "b", "request": server.url()}]}]});
    let ran = Postbud::run(&collection).arg("--dry-run").go().expect_code(0);
    assert_eq!(ran.stdout, "PUT  f / a\nGET  f / b\n");
    assert!(server.requests().is_empty());
}

#[test]
fn a_run_of_nothing_is_no_success() {
    let empty = json!({"info": {"name": "c"}, "item": []});
    Postbud::run(&empty).go().expect_code(2).expect_shown("--allow-empty");
    Postbud::run(&empty).arg("--allow-empty").go().expect_code(0);
}

#[test]
fn the_terminal_shows_a_run() {
    let server = Server::start(|request| match request.target.as_str() {
        "/missing" => Answer::json(404, &json!({"error": "no such thing"})),
        _ => Answer::json(200, &json!({"ok": true})).header("Set-Cookie", "a=b"),
    });
    let url = server.url();
    let listen = |listen: &str, script: &str| json!({"listen": listen, "script": {"exec": script.split('\n').collect::<Vec<_>>()}});
    let collection = json!({"info": {"name": "A rich run"}, "item": [
        {"name": "Folder", "item": [
            {"name": "Passes", "request": {"url": format!("{url}/one")}, "event": [
                listen("prerequest", "console.log('before', {a: [1, 2]})"),
                listen("test", "pm.test('status is 200', () => pm.response.to.have.status(200))\npm.test.skip('later', () => {})")]},
            {"name": "Fails", "request": {"method": "POST", "url": format!("{url}/missing"), "body": {"mode": "raw", "raw": "x"}}, "event": [
                listen("test", "pm.test('found', () => pm.response.to.have.status(200))\n\npm.test('deep', () => {\n  pm.expect({a: 1}).to.eql({a: 2})\n})")]}]},
        {"name": "Throws", "request": {"url": format!("{url}/two")}, "event": [
            listen("test", "let x;\nx.y.z")]},
        {"name": "Not there", "request": {"url": "http://127.0.0.1:1/"}}]});
    let ran = Postbud::run(&collection).args(&["-n", "2"]).go().expect_code(1);
    let mut settings = insta::Settings::clone_current();
    settings.add_filter(r"127\.0\.0\.1:\d\d+", "127.0.0.1:PORT");
    settings.add_filter(r"\d+(\.\d+)?(ms|µs|s)\b", "TIME");
    settings.add_filter(r"\d+(\.\d+)?k?B", "SIZE");
    // The table is as wide as the numbers ask for.
    settings.add_filter(r"(TIME|SIZE)[^\n│]* +│", "$1 │");
    settings.add_filter("─+", "─");
    settings.add_filter("│ +", "│ ");
    settings.add_filter(" +│", " │");
    settings.bind(|| insta::assert_snapshot!("rich_run", ran.stdout));
}
