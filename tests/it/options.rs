//! `docs/options.md` and the command line say the same.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

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

/// Options of newman 6.2 and of the Postman CLI 1.62, as their help lists them; `+` where they have it.
const PEERS: &[(&str, &str, &str)] = &[
    ("environment", "+", "+"),
    ("globals", "+", "+"),
    ("iteration-data", "+", "+"),
    ("iteration-count", "+", "+"),
    ("folder", "+", ""),
    ("item", "", "+"),
    ("env-var", "+", "+"),
    ("global-var", "+", "+"),
    ("export-environment", "+", ""),
    ("export-globals", "+", ""),
    ("export-collection", "+", ""),
    ("cookie-jar", "+", "+"),
    ("export-cookie-jar", "+", "+"),
    ("reporters", "+", "+"),
    ("bail", "+", "+"),
    ("suppress-exit-code", "+", "+"),
    ("silent", "+", "+"),
    ("disable-unicode", "+", "+"),
    ("color", "+", "+"),
    ("verbose", "+", "+"),
    ("delay-request", "+", "+"),
    ("timeout", "+", "+"),
    ("timeout-request", "+", "+"),
    ("timeout-script", "+", "+"),
    ("ignore-redirects", "+", "+"),
    ("insecure", "+", "+"),
    ("ssl-client-cert", "+", "+"),
    ("ssl-client-key", "+", "+"),
    ("ssl-client-passphrase", "+", "+"),
    ("ssl-client-cert-list", "+", "+"),
    ("ssl-extra-ca-certs", "+", "+"),
    ("working-dir", "+", "+"),
    ("no-insecure-file-read", "+", "+"),
    ("postman-api-key", "+", "+"),
    ("output", "", "+"),
    ("iteration-data-dataset", "", "+"),
    ("iteration-data-view", "", "+"),
    ("dataset", "", "+"),
    ("mock", "", "+"),
    ("port", "", "+"),
    ("use-mock", "", "+"),
    ("simulate", "", "+"),
    ("integration-id", "", "+"),
    ("report-events", "", "+"),
    ("no-report-events", "", "+"),
    ("alias", "", "+"),
    ("help", "+", "+"),
];

#[test]
fn every_option_of_the_peers_has_a_row_and_no_other_is_said_to_be_theirs() {
    let text = std::fs::read_to_string(repository("docs/options.md")).expect("docs/options.md");
    let run = text.split("## postbud run").nth(1).and_then(|rest| rest.split("\n## ").next()).expect("a part on run");
    let mut wrong = Vec::new();
    let mut found = BTreeSet::new();
    for row in run.lines().filter_map(|line| line.strip_prefix("| `")) {
        let cells: Vec<&str> = row.split(" | ").collect();
        let name = cells[0].split(['`', ' ', ',']).find_map(|word| word.strip_prefix("--")).expect("a long name");
        found.insert(name);
        let (newman, postman) = PEERS
            .iter()
            .find(|(peer, ..)| *peer == name)
            .map_or((false, false), |(_, newman, postman)| (!newman.is_empty(), !postman.is_empty()));
        if (cells[1] != "no", cells[2] != "no") != (newman, postman)
            || (newman || postman) == cells[3].starts_with("ours")
        {
            wrong.push(format!("--{name}: newman {newman}, Postman CLI {postman}, and the row says: {row}"));
        }
    }
    wrong.extend(
        PEERS.iter().filter(|(peer, ..)| !found.contains(peer)).map(|(peer, ..)| format!("--{peer} has no row")),
    );
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// `noBanner` → `no-banner`; the Postman CLI's own names stay as it writes them.
fn typed(option: &str) -> String {
    if option.starts_with("omit") {
        return option.to_owned();
    }
    option.chars().fold(String::new(), |mut out, c| {
        if c.is_uppercase() {
            out.push('-');
        }
        out.extend(c.to_lowercase());
        out
    })
}

#[test]
fn the_options_of_reporters_are_documented_from_the_program() {
    let path = repository("docs/options.md");
    let text = std::fs::read_to_string(&path).expect("docs/options.md");
    let mut table = "| reporter | option | what it does |\n| --- | --- | --- |\n".to_owned();
    for row in postbud::report::REPORTERS {
        let _ = writeln!(table, "| `{}` | `export` | {} |", row.name, row.help);
        for (option, help) in row.options {
            let _ = writeln!(table, "| | `{}` | {help} |", typed(option));
        }
    }
    let (start, end) = ("cargo test --test it options -->\n", "<!-- end -->");
    let (before, rest) = text.split_once(start).expect("where the table begins");
    let (documented, after) = rest.split_once(end).expect("where the table ends");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, format!("{before}{start}{table}{end}{after}")).expect("written");
        return;
    }
    assert_eq!(documented, table, "UPDATE_DOCS=1 cargo test --test it options writes it anew");
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

/// The help of the program and of each of its commands, as Markdown.
fn reference() -> String {
    let help = |words: &[&str]| {
        let ran = words.iter().fold(Postbud::new("--help"), |call, word| call.arg(*word)).go().expect_code(0);
        let text: Vec<&str> = ran.stdout.lines().map(str::trim_end).collect();
        text.join("\n").trim_end().to_owned()
    };
    let mut text = String::from(
        "# Command line reference\n\nMade from the program's `--help`: `UPDATE_DOCS=1 cargo test --test it options`. \
         [options.md](options.md) compares each\noption with newman's and the Postman CLI's.\n",
    );
    let _ = write!(text, "\n## postbud\n\n```text\n{}\n```\n", help(&[]));
    let mut cli = postbud::cli::args::Cli::command();
    cli.build();
    for command in cli.get_subcommands().filter(|command| !command.is_hide_set()) {
        let name = command.get_name();
        let _ = write!(text, "\n## postbud {name}\n\n```text\n{}\n```\n", help(&[name]));
    }
    text
}

#[test]
fn the_reference_is_made_from_the_program() {
    let path = repository("docs/cli.md");
    let made = reference();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, &made).expect("docs/cli.md");
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(kept == made, "docs/cli.md is not what the program says: UPDATE_DOCS=1 cargo test --test it options");
}
