//! `docs/altinn.md`, followed to the letter: its files and its commands, against an emulator behind the public host names.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::error_rows::Strict;
use crate::harness::{Postbud, repository};

fn guide() -> String {
    std::fs::read_to_string(repository("docs/altinn.md")).expect("docs/altinn.md")
}

/// The commands of its shell blocks: `postbud …`.
fn commands(guide: &str) -> Vec<String> {
    let blocks = guide.split("```sh\n").skip(1).filter_map(|rest| rest.split("```").next());
    let text = blocks.collect::<String>().replace("\\\n", " ");
    text.lines().filter(|line| line.starts_with("postbud ")).map(str::to_owned).collect()
}

/// Runs a command of the guide in a folder.
fn run(folder: &Path, strict: &Strict, command: &str) -> (i32, String) {
    let command = command.split(" #").next().unwrap_or(command);
    let mut words: Vec<String> = command.split_whitespace().skip(1).map(str::to_owned).collect();
    if ["verify", "token"].contains(&words[0].as_str()) && !words.iter().any(|word| word == "--emulator") {
        words.extend(strict.words());
        words.extend(["--ssl-extra-ca-certs".to_owned(), "ca.pem".to_owned()]);
    }
    let ran = Command::new(env!("CARGO_BIN_EXE_postbud"))
        .args(&words)
        .current_dir(folder)
        .envs(strict.secrets())
        .env("NO_COLOR", "1")
        .output()
        .expect("the binary runs");
    let text = format!("{}{}", String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
    (ran.status.code().unwrap_or(-1), text)
}

#[test]
fn the_guide_works_as_it_is_written() {
    let (guide, strict) = (guide(), Strict::start());
    let folder = tempfile::tempdir().expect("a folder");
    let yaml = guide.split("```yaml\n").nth(1).and_then(|rest| rest.split("```").next()).expect("an example");
    // The emulator's own resource stands for the reader's.
    let yaml = yaml.replace("my-letters", "postbud-demo-letters");
    std::fs::write(folder.path().join("postbud.yaml"), yaml).expect("written");
    std::fs::write(folder.path().join("ca.pem"), strict.ca()).expect("written");
    let mut done = 0;
    for command in commands(&guide) {
        if command.starts_with("postbud run") {
            // Those need the reader's own environment; other tests run the same files.
            continue;
        }
        let sabotage = ["wrong", "--fault", "--delay"].iter().any(|word| command.contains(word));
        let (code, text) = run(folder.path(), &strict, &command);
        assert_eq!(code, i32::from(sabotage), "{command}: {text}");
        done += 1;
    }
    assert!(done >= 9, "{done}");
    let junit = std::fs::read_to_string(folder.path().join("verify.xml")).expect("verify.xml");
    assert!(junit.contains("<testcase") && !junit.contains("<failure"), "{junit}");
    let explained = run(folder.path(), &strict, "postbud token owner --explain");
    for step in
        ["configuration  ok", "key            ok", "clock          ok", "metadata       ok", "exchange       ok"]
    {
        assert!(guide.contains(step) && explained.1.contains(step), "{step}: {}", explained.1);
    }
}

#[test]
fn what_init_writes_is_verified() {
    let strict = Strict::start();
    let made = Postbud::new("init").args(&["--altinn", "--ci", "github"]).go().expect_code(0);
    let folder = made.folder.path();
    std::fs::write(folder.join("ca.pem"), strict.ca()).expect("written");
    let path = folder.join("tt02.postman_environment.json");
    let mut environment: Value = serde_json::from_str(&made.file("tt02.postman_environment.json")).expect("JSON");
    for variable in environment["values"].as_array_mut().expect("values") {
        let filled = match variable["key"].as_str() {
            Some("owner_client_id") => strict.value("owner_client_id"),
            Some("recipient_client_id") => strict.value("recipient_client_id"),
            Some("resource_id") => "postbud-demo-letters".to_owned(),
            Some("owner_org") => "310000000".to_owned(),
            Some("recipient_org") => "310000019".to_owned(),
            _ => continue,
        };
        variable["value"] = filled.into();
    }
    let (code, text) = run(folder, &strict, "postbud verify -e tt02.postman_environment.json");
    assert_eq!(code, 1, "not filled in yet: {text}");
    assert!(text.contains("set `owner_org`"), "{text}");
    std::fs::write(path, environment.to_string()).expect("written");
    let job = made.file(".github/workflows/postbud.yml");
    let command = job.lines().find_map(|line| line.trim().strip_prefix("run: ")?.strip_prefix("postbud verify"));
    let (code, text) = run(folder, &strict, &format!("postbud verify{}", command.expect("the nightly job verifies")));
    assert_eq!(code, 0, "{text}");
    assert!(folder.join("report/verify.xml").is_file(), "{text}");
}
