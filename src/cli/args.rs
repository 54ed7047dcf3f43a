//! What can be typed. newman's names, short forms and optional values; ours beside them.

use clap::{Parser, Subcommand, ValueEnum};

mod altinn;
mod report;
mod run;
mod tools;
mod values;

pub use altinn::{
    EmulatorArgs, PolicyArgs, PolicyCommand, PolicyFileArgs, PolicyNewArgs, ProfileChoice, TokenArgs, VerifyArgs,
};
pub use report::ReportArgs;
pub use run::{BailModifier, CompatChoice, DataTypesChoice, RunArgs};
pub use tools::{CheckArgs, CheckFormat, CiChoice, CompletionsArgs, ConvertArgs, FormatChoice, InitArgs, MergeArgs};

/// Runs Postman collections.
#[derive(Debug, Parser)]
#[command(
    name = "postbud",
    version,
    about,
    max_term_width = 110,
    disable_help_subcommand = true,
    disable_version_flag = true,
    args_override_self = true
)]
#[command(after_help = "Examples:
  postbud init
  postbud check api.postman_collection.json -e test.postman_environment.json
  postbud run api.postman_collection.json -e test.postman_environment.json
  postbud run api.postman_collection.json -r cli,junit --reporter-junit-export report.xml
  postbud emulator --port 8080")]
pub struct Cli {
    /// Print the version
    #[arg(short = 'v', short_alias = 'V', long, action = clap::ArgAction::Version)]
    pub version: Option<bool>,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run collections
    Run(Box<RunArgs>),
    /// Convert a collection to v1, v2.0, v2.1 (a JSON file) or v3 (a folder of YAML)
    Convert(ConvertArgs),
    /// Verify an Altinn Correspondence set-up step by step, with cause and mend of what is wrong
    Verify(Box<VerifyArgs>),
    /// Show, check and write XACML policies of the Resource Registry
    Policy(PolicyArgs),
    /// Read a collection without sending anything, and say what is wrong with it
    Check(Box<CheckArgs>),
    /// Write a postbud.yaml, an environment and a CI workflow to begin with
    Init(InitArgs),
    /// Make the reports of one run from the journals (-r jsonl) of several
    Merge(MergeArgs),
    /// Print a completion script
    Completions(CompletionsArgs),
    /// Print the manual page
    Man,
    /// Get a Maskinporten or Altinn token and print it, or say what is wrong
    Token(TokenArgs),
    /// Serve a stand-in for Maskinporten and Altinn on loopback
    Emulator(EmulatorArgs),
}
/// When to use colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ColorChoice {
    /// On a terminal.
    Auto,
    /// Always.
    On,
    /// Never.
    Off,
}
/// Options of reporters as typed: name without `--reporter-`, value where one was given.
pub type ReporterWords = Vec<(String, Option<String>)>;

/// Takes `--reporter-<…> [value]` out of the words, as newman reads them: the value is the part after `=` or the next word
/// unless that begins with a dash.
pub fn split_reporter_options(words: Vec<String>) -> (Vec<String>, ReporterWords) {
    let mut rest = Vec::with_capacity(words.len());
    let mut options = Vec::new();
    let mut words = words.into_iter().peekable();
    while let Some(word) = words.next() {
        let Some(option) = word.strip_prefix("--reporter-") else {
            rest.push(word);
            continue;
        };
        if let Some((name, value)) = option.split_once('=') {
            options.push((name.to_owned(), Some(value.to_owned())));
        } else {
            let value = words.next_if(|next| !next.starts_with('-'));
            options.push((option.to_owned(), value));
        }
    }
    (rest, options)
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;
    use std::path::PathBuf;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn reporter_options_are_taken_out() {
        let words = ["postbud", "run", "c.json", "--reporter-junit-export", "x.xml", "--reporter-cli-no-banner", "-k"];
        let (rest, options) = split_reporter_options(words.map(str::to_owned).to_vec());
        assert_eq!(rest, ["postbud", "run", "c.json", "-k"]);
        assert_eq!(options, [("junit-export".into(), Some("x.xml".into())), ("cli-no-banner".into(), None)]);
    }

    #[test]
    fn exports_may_stand_alone() {
        let words = ["postbud", "run", "c.json", "--export-environment", "--export-globals", "g.json"];
        let Command::Run(args) = Cli::try_parse_from(words).expect("parses").command else { panic!("run") };
        assert_eq!(args.export_environment, Some(PathBuf::new()));
        assert_eq!(args.export_globals, Some(PathBuf::from("g.json")));
    }

    #[test]
    fn bail_may_stand_alone() {
        let cli = Cli::try_parse_from(["postbud", "run", "c.json", "--bail"]).expect("parses");
        let Command::Run(args) = cli.command else { panic!("run") };
        assert_eq!(args.bail, Some(vec![BailModifier::Failure]));
    }
}
