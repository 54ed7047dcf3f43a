//! Options of the commands around a run: `check`, `convert`, `init`, `merge`, `completions`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{ColorChoice, values};

/// Options of `check`.
#[derive(Debug, Args)]
#[command(
    after_help = "Exit codes: 0 nothing wrong, 1 errors were found (with --strict: or warnings), 2 could not look."
)]
pub struct CheckArgs {
    /// The collection: a file, a folder (v3), a URL, or - for standard input
    pub collection: String,
    /// Environment: a file or a URL
    #[arg(short, long, value_name = "FILE")]
    pub environment: Option<String>,
    /// Globals: a file or a URL
    #[arg(short, long, value_name = "FILE")]
    pub globals: Option<String>,
    /// Iteration data, CSV or JSON: a file or a URL
    #[arg(short = 'd', long, value_name = "FILE")]
    pub iteration_data: Option<String>,
    /// Separator of CSV data
    #[arg(long, value_name = "CHAR", value_parser = values::delimiter)]
    pub csv_delimiter: Option<u8>,
    /// An environment variable of the run (repeatable)
    #[arg(long, value_name = "KEY=VALUE")]
    pub env_var: Vec<String>,
    /// A global variable (repeatable)
    #[arg(long, value_name = "KEY=VALUE")]
    pub global_var: Vec<String>,
    /// postbud.yaml; default: beside the collection, then in the current folder
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Files of uploads are looked for here; `collection`: beside the collection
    #[arg(long, value_name = "DIR")]
    pub working_dir: Option<PathBuf>,
    /// How findings are printed
    #[arg(long, value_enum, default_value_t = CheckFormat::Text, value_name = "FORMAT")]
    pub format: CheckFormat,
    /// Warnings are errors
    #[arg(long)]
    pub strict: bool,
}

/// How `check` prints findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum CheckFormat {
    /// For people.
    Text,
    /// For programs.
    Json,
    /// For code scanning, SARIF 2.1.0.
    Sarif,
}

/// Options of `init`.
#[derive(Debug, Args)]
pub struct InitArgs {
    /// Where to write
    #[arg(default_value = ".", value_name = "DIR")]
    pub folder: PathBuf,
    /// The collection that will be run
    #[arg(long, value_name = "FILE")]
    pub collection: Option<String>,
    /// For Altinn: token profiles of Maskinporten, an environment for tt02
    #[arg(long)]
    pub altinn: bool,
    /// Which CI workflow
    #[arg(long, value_enum, value_name = "ENGINE")]
    pub ci: Option<CiChoice>,
    /// Replace files that are there
    #[arg(long)]
    pub force: bool,
    /// Print the JSON Schema of postbud.yaml and write nothing
    #[arg(long)]
    pub schema: bool,
}

/// A CI engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum CiChoice {
    /// GitHub Actions.
    Github,
    /// GitLab CI.
    Gitlab,
    /// No workflow.
    None,
}

/// Options of `merge`.
#[derive(Debug, Args)]
#[command(after_help = "Options of a reporter are written --reporter-<name>-<option> [value], as for run.

Exit codes are those of run: 0 all passed, 1 something failed or a run was cut off, 2 could not read, 3 could not write.")]
pub struct MergeArgs {
    /// Journals, in order
    #[arg(required = true, value_name = "JOURNAL")]
    pub journals: Vec<PathBuf>,
    /// Reporters, separated by commas
    #[arg(short = 'r', long, value_name = "NAMES", default_value = "cli")]
    pub reporters: String,
    /// Colours
    #[arg(long, value_enum, default_value_t = ColorChoice::Auto, value_name = "WHEN")]
    pub color: ColorChoice,
    /// Plain text in place of symbols
    #[arg(long)]
    pub disable_unicode: bool,
}

/// Options of `completions`.
#[derive(Debug, Args)]
pub struct CompletionsArgs {
    /// Which shell
    #[arg(value_enum)]
    pub shell: clap_complete::Shell,
}

/// Options of `convert`.
#[derive(Debug, Args)]
#[command(after_help = "What the other format has no place for is listed on standard error.")]
pub struct ConvertArgs {
    /// The collection, v1 to v3: a file, a folder, a URL, or - for standard input
    pub collection: String,
    /// A folder for v3, else a file; without it the collection is printed, but for v3
    #[arg(short, long, value_name = "OUT")]
    pub output: Option<PathBuf>,
    /// The format to convert to
    #[arg(long, value_enum, default_value_t = FormatChoice::V21, value_name = "FORMAT")]
    pub to: FormatChoice,
}

/// Formats of collections that can be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FormatChoice {
    /// One JSON file, as Postman wrote it before 2017.
    #[value(name = "v1")]
    V1,
    /// One JSON file.
    #[value(name = "v2.0")]
    V20,
    /// One JSON file.
    #[value(name = "v2.1")]
    V21,
    /// A folder of YAML.
    #[value(name = "v3")]
    V3,
}
