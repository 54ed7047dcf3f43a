//! `docs/options.md` and the command line say the same.

use std::collections::{BTreeMap, BTreeSet};

use clap::CommandFactory;

use crate::harness::{Postbud, repository};

/// Documented option → the postbud cell of its row, by command.
fn documented() -> BTreeMap<String, BTreeMap<String, String>> {
    let text = std::fs::read_to_string(repository("docs/options.md")).expect("docs/options.md");
    let mut by_command: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    let mut command = None;
    for line in text.lines() {
        if let Some(heading) = line.strip_prefix("## ") {
            command = heading.strip_prefix("postbud ").map(str::to_owned);
        }
        let (Some(command), Some(row)) = (&command, line.strip_prefix("| `")) else { continue };
        let cells: Vec<&str> = row.split(" | ").collect();
        let [option, _, _, ours] = cells.as_slice() else { panic!("{line}: four cells") };
        let name = option.split(['`', ' ', ',']).find_map(|word| word.strip_prefix("--")).expect("a long name");
        let earlier = by_command.entry(command.clone()).or_default().insert(name.to_owned(), (*ours).to_owned());
        assert!(earlier.is_none(), "{command}: --{name} twice");
    }
    by_command
}

#[test]
fn every_option_is_documented_and_every_documented_option_exists() {
    let mut cli = postbud::cli::args::Cli::command();
    cli.build();
    let documented = documented();
    let mut wrong = Vec::new();
    let mut commands = BTreeSet::new();
    for command in cli.get_subcommands() {
        let name = command.get_name();
        commands.insert(name.to_owned());
        let empty = BTreeMap::new();
        let rows = documented.get(name).unwrap_or(&empty);
        let options: BTreeMap<&str, bool> =
            command.get_arguments().filter_map(|arg| Some((arg.get_long()?, arg.is_hide_set()))).collect();
        for (option, hidden) in &options {
            match rows.get(*option) {
                None if *option == "help" => {}
                None => wrong.push(format!("{name} --{option} is not in docs/options.md")),
                Some(ours) if *hidden != ours.starts_with("not there") => {
                    wrong.push(format!("{name} --{option}: hidden is {hidden}, the docs say `{ours}`"));
                }
                Some(_) => {}
            }
        }
        for (option, ours) in rows {
            if !options.contains_key(option.as_str()) {
                wrong.push(format!("{name} --{option} is documented (`{ours}`) and does not exist"));
            }
            let kinds = ["same", "different: ", "not there: ", "ours: "];
            if !kinds.iter().any(|kind| ours.starts_with(kind)) {
                wrong.push(format!("{name} --{option}: `{ours}` says none of {kinds:?}"));
            }
        }
    }
    for command in documented.keys().filter(|command| !commands.contains(*command)) {
        wrong.push(format!("docs/options.md has a command `{command}` that does not exist"));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn short_forms_are_as_documented() {
    let text = std::fs::read_to_string(repository("docs/options.md")).expect("docs/options.md");
    let mut cli = postbud::cli::args::Cli::command();
    cli.build();
    let run = cli.find_subcommand("run").expect("run");
    for arg in run.get_arguments() {
        let (Some(short), Some(long)) = (arg.get_short(), arg.get_long()) else { continue };
        assert!(text.contains(&format!("| `-{short}, --{long}")), "-{short}, --{long}");
    }
}

#[test]
fn cloud_options_are_refused_in_one_line() {
    for words in [
        &["--integration-id", "1"][..],
        &["--report-events"],
        &["--no-report-events"],
        &["--alias", "a"],
        &["--output", "o"],
        &["--mock", "m"],
        &["--port", "80"],
        &["--use-mock", "m"],
        &["--simulate", "s"],
        &["--dataset", "d"],
    ] {
        let ran = Postbud::new("run").arg("c.json").args(words).go().expect_code(2);
        assert_eq!(ran.stderr.lines().count(), 1, "{}", ran.stderr);
        assert!(ran.stderr.contains(words[0]), "{}", ran.stderr);
        assert!(ran.stdout.is_empty(), "{}", ran.stdout);
    }
}
