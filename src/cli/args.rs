//! What can be typed. newman's names, short forms and optional values; ours beside them.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use super::cloud::CloudArgs;

mod tools;

pub use tools::{CheckArgs, CheckFormat, CiChoice, CompletionsArgs, InitArgs, MergeArgs};

/// Runs Postman collections.
#[derive(Debug, Parser)]
#[command(
    name = "postbud",
    version,
    about,
    max_term_width = 110,
    disable_help_subcommand = true,
    disable_version_flag = true
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
    /// Run a collection
    Run(Box<RunArgs>),
    /// Convert a collection to v2.1 (a JSON file) or v3 (a folder of YAML)
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

/// Options of `run`.
#[derive(Debug, Args)]
#[command(after_help = "Options of a reporter are written --reporter-<name>-<option> [value], \
for example --reporter-junit-export report.xml.

Exit codes: 0 all passed, 1 something failed, 2 could not run as asked, 3 a report could not be written, \
130 or 143 interrupted.")]
pub struct RunArgs {
    /// The collection: a file, a URL, a uid in Postman, or - for standard input
    pub collection: String,

    /// Environment: a file, a URL or a uid in Postman
    #[arg(short, long, value_name = "FILE", help_heading = "Variables")]
    pub environment: Option<String>,
    /// Globals: a file or a URL
    #[arg(short, long, value_name = "FILE", help_heading = "Variables")]
    pub globals: Option<String>,
    /// Iteration data, CSV or JSON: a file or a URL
    #[arg(short = 'd', long, value_name = "FILE", help_heading = "Variables")]
    pub iteration_data: Option<String>,
    /// Separator of CSV data
    #[arg(long, value_name = "CHAR", help_heading = "Variables")]
    pub csv_delimiter: Option<char>,
    /// `newman`: numbers exactly as newman reads them, and blank lines are rows
    #[arg(long, value_enum, default_value_t = DataTypesChoice::Strict, value_name = "HOW", help_heading = "Variables")]
    pub data_types: DataTypesChoice,
    /// Set an environment variable of the run (repeatable)
    #[arg(long, value_name = "KEY=VALUE", help_heading = "Variables")]
    pub env_var: Vec<String>,
    /// Set a global variable (repeatable)
    #[arg(long, value_name = "KEY=VALUE", help_heading = "Variables")]
    pub global_var: Vec<String>,

    /// Secrets for pm.vault and {{vault:…}}: a JSON object or lines NAME=value
    #[arg(long, value_name = "FILE", help_heading = "Variables")]
    pub vault: Option<PathBuf>,

    /// Iterations; default: one for each data row, else one
    #[arg(short = 'n', long, value_name = "N", help_heading = "What runs")]
    pub iteration_count: Option<u32>,
    /// Run only this folder or request: name, id or path (repeatable)
    #[arg(long, short = 'i', value_name = "NAME", help_heading = "What runs")]
    pub folder: Vec<String>,
    /// Leave out this folder or request (repeatable)
    #[arg(long, value_name = "NAME", help_heading = "What runs")]
    pub exclude: Vec<String>,
    /// Print the plan and send nothing
    #[arg(long, help_heading = "What runs")]
    pub dry_run: bool,
    /// A run without requests is no error
    #[arg(long, help_heading = "What runs")]
    pub allow_empty: bool,
    /// Folder of packages for pm.require: NAME.js or NAME/index.js
    #[arg(long, value_name = "DIR", help_heading = "What runs")]
    pub packages: Option<PathBuf>,
    /// postbud.yaml; default: beside the collection, then in the current folder
    #[arg(long, value_name = "FILE", help_heading = "What runs")]
    pub config: Option<PathBuf>,

    /// Stop after the first failure; `folder`: at the first error, as a fatal one
    #[arg(long, value_name = "MODIFIERS", num_args = 0..=1, default_missing_value = "failure",
        value_delimiter = ',', help_heading = "Verdict")]
    pub bail: Option<Vec<BailModifier>>,
    /// Exit with 0 also when tests failed
    #[arg(short = 'x', long, help_heading = "Verdict")]
    pub suppress_exit_code: bool,
    /// Warnings are failures: missing files, tests that never end, unresolved variables, …
    #[arg(long, help_heading = "Verdict")]
    pub strict: bool,
    /// Fail when fewer assertions were made
    #[arg(long, value_name = "N", help_heading = "Verdict")]
    pub min_assertions: Option<u64>,
    /// A request without a test of its own must answer 2xx
    #[arg(long, help_heading = "Verdict")]
    pub expect_success: bool,

    /// Reporters, separated by commas; `-r` alone: none
    #[arg(short = 'r', long, value_name = "NAMES", num_args = 0..=1, default_missing_value = "",
        default_value = "cli", help_heading = "Reports")]
    pub reporters: String,
    /// Nothing on the terminal
    #[arg(long, help_heading = "Reports")]
    pub silent: bool,
    /// Plain text in place of symbols
    #[arg(long, help_heading = "Reports")]
    pub disable_unicode: bool,
    /// Colours
    #[arg(long, value_enum, default_value_t = ColorChoice::Auto, value_name = "WHEN", help_heading = "Reports")]
    pub color: ColorChoice,
    /// Show every request and response
    #[arg(long, help_heading = "Reports")]
    pub verbose: bool,
    /// Show secrets as they are, everywhere
    #[arg(long, help_heading = "Reports")]
    pub no_redact: bool,
    /// Write the environment after the run
    #[arg(long, value_name = "FILE", num_args = 0..=1, default_missing_value = "", value_parser = path, help_heading = "Reports")]
    pub export_environment: Option<PathBuf>,
    /// Write the globals after the run
    #[arg(long, value_name = "FILE", num_args = 0..=1, default_missing_value = "", value_parser = path, help_heading = "Reports")]
    pub export_globals: Option<PathBuf>,
    /// Write the collection after the run
    #[arg(long, value_name = "FILE", num_args = 0..=1, default_missing_value = "", value_parser = path, help_heading = "Reports")]
    pub export_collection: Option<PathBuf>,

    /// Wait before every request, in milliseconds
    #[arg(long, value_name = "MS", num_args = 0..=1, default_missing_value = "0", default_value_t = 0,
        help_heading = "Time")]
    pub delay_request: u64,
    /// Limit for the whole run, in milliseconds; 0: none
    #[arg(long, value_name = "MS", num_args = 0..=1, default_missing_value = "0", default_value_t = 0,
        help_heading = "Time")]
    pub timeout: u64,
    /// Limit for a request, in milliseconds; 0: none
    #[arg(long, value_name = "MS", num_args = 0..=1, default_missing_value = "0", default_value_t = 0,
        help_heading = "Time")]
    pub timeout_request: u64,
    /// Limit for a script, in milliseconds; 0: none but 30 s of computing without pause
    #[arg(long, value_name = "MS", num_args = 0..=1, default_missing_value = "0", default_value_t = 0,
        help_heading = "Time")]
    pub timeout_script: u64,

    /// Do not follow redirects
    #[arg(long, help_heading = "HTTP")]
    pub ignore_redirects: bool,
    /// Do not verify TLS certificates
    #[arg(short = 'k', long, help_heading = "HTTP")]
    pub insecure: bool,
    /// Client certificate, PEM
    #[arg(long, value_name = "FILE", help_heading = "HTTP")]
    pub ssl_client_cert: Option<PathBuf>,
    /// Its private key, PEM
    #[arg(long, value_name = "FILE", help_heading = "HTTP")]
    pub ssl_client_key: Option<PathBuf>,
    /// Pass phrase of the key
    #[arg(long, value_name = "TEXT", help_heading = "HTTP")]
    pub ssl_client_passphrase: Option<String>,
    /// Client certificate and key in one PKCS#12 file
    #[arg(long, value_name = "FILE", conflicts_with = "ssl_client_cert", help_heading = "HTTP")]
    pub ssl_client_pfx: Option<PathBuf>,
    /// List of client certificates by host, JSON
    #[arg(long, value_name = "FILE", help_heading = "HTTP")]
    pub ssl_client_cert_list: Option<PathBuf>,
    /// Further trusted certificates, PEM
    #[arg(long, value_name = "FILE", help_heading = "HTTP")]
    pub ssl_extra_ca_certs: Option<PathBuf>,
    /// Connect elsewhere for a host and port, as curl does (repeatable)
    #[arg(long, value_name = "HOST:PORT:HOST2:PORT2", help_heading = "HTTP")]
    pub connect_to: Vec<String>,
    /// Add a header to every request (repeatable)
    #[arg(long, short = 'H', value_name = "NAME: VALUE", help_heading = "HTTP")]
    pub header: Vec<String>,
    /// Cookies to begin with
    #[arg(long, value_name = "FILE", help_heading = "HTTP")]
    pub cookie_jar: Option<PathBuf>,
    /// Write the cookies after the run
    #[arg(long, value_name = "FILE", num_args = 0..=1, default_missing_value = "", value_parser = path, help_heading = "HTTP")]
    pub export_cookie_jar: Option<PathBuf>,

    /// Key of Postman's API, for what is named by uid or by its URL there; default: POSTMAN_API_KEY
    #[arg(long, value_name = "KEY", help_heading = "Files")]
    pub postman_api_key: Option<String>,
    /// Files of uploads are looked for here; `collection`: beside the collection
    #[arg(long, value_name = "DIR", help_heading = "Files")]
    pub working_dir: Option<PathBuf>,
    /// Uploads only from the working directory
    #[arg(long, help_heading = "Files")]
    pub no_insecure_file_read: bool,

    /// Run against the built-in stand-in for Maskinporten and Altinn
    #[arg(long, help_heading = "Tokens and Altinn")]
    pub emulator: bool,
    /// What the emulator does wrong: latency=MS, 5xx=N, 403=N, drop=N, error=MP-250, error=CORR-1036,
    /// expired-token, expired-key; at some paths only: /token:503=2 (repeatable)
    #[arg(long, value_name = "FAULT", requires = "emulator", help_heading = "Tokens and Altinn")]
    pub fault: Vec<String>,
    /// How strict the emulator is: `strict` refuses as today's services do, without their delays
    #[arg(long, value_enum, default_value_t = ProfileChoice::Published, value_name = "PROFILE",
        requires = "emulator", help_heading = "Tokens and Altinn")]
    pub emulator_profile: ProfileChoice,
    /// Send everything as written, replace no tokens
    #[arg(long, help_heading = "Tokens and Altinn")]
    pub no_substitute: bool,
    /// Fetch no OAuth 2.0 tokens for authorizations without one, as newman
    #[arg(long, help_heading = "Tokens and Altinn")]
    pub no_fetch_tokens: bool,

    /// Options of Postman's cloud, refused
    #[command(flatten)]
    pub cloud: CloudArgs,
    /// Options of reporters, taken out of the words before clap sees them
    #[arg(skip)]
    pub reporter_options: Vec<(String, Option<String>)>,
}

/// A path that may be empty: clap's own reader of paths refuses the value that stands for none.
#[expect(clippy::unnecessary_wraps, reason = "clap asks for a result")]
fn path(text: &str) -> Result<PathBuf, std::convert::Infallible> {
    Ok(PathBuf::from(text))
}

/// What `--bail` takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum BailModifier {
    /// After the first failure.
    Failure,
    /// At the first error.
    Folder,
}

/// How cells of CSV data become values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum DataTypesChoice {
    /// Numbers that would change stay text.
    Strict,
    /// As newman.
    Newman,
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

/// Options of `convert`.
#[derive(Debug, Args)]
#[command(after_help = "What the other format has no place for is listed on standard error.")]
pub struct ConvertArgs {
    /// The collection, v1 to v3: a file, a folder, a URL, or - for standard input
    pub collection: String,
    /// A file for v2.1, a folder for v3; v2.1 is printed where this is not given
    #[arg(short, long, value_name = "OUT")]
    pub output: Option<PathBuf>,
    /// The format to convert to
    #[arg(long, value_enum, default_value_t = FormatChoice::V21, value_name = "FORMAT")]
    pub to: FormatChoice,
}

/// Formats of collections that can be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FormatChoice {
    /// One JSON file.
    #[value(name = "v2.1")]
    V21,
    /// A folder of YAML.
    #[value(name = "v3")]
    V3,
}

/// Options of `token`.
#[derive(Debug, Args)]
pub struct TokenArgs {
    /// Name of the profile in postbud.yaml; the only one where there is one
    pub profile: Option<String>,
    /// postbud.yaml; default: the one in the current folder
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Environment whose variables the profiles name, or that holds the clients themselves
    #[arg(short, long, value_name = "FILE")]
    pub environment: Option<String>,
    /// Set a variable (repeatable)
    #[arg(long, value_name = "KEY=VALUE")]
    pub env_var: Vec<String>,
    /// Show the claims, scopes and expiry in place of the token
    #[arg(long)]
    pub decode: bool,
    /// Go through each check in order, and say what is wrong; never prints the token
    #[arg(long, conflicts_with_all = ["decode", "quiet"])]
    pub explain: bool,
    /// The token before its exchange at Altinn
    #[arg(long, conflicts_with = "exchange")]
    pub raw: bool,
    /// The token after its exchange, also where the profile has none
    #[arg(long, value_name = "ENVIRONMENT", num_args = 0..=1, default_missing_value = "")]
    pub exchange: Option<String>,
    /// Print the token and nothing else, not even what is wrong
    #[arg(short, long)]
    pub quiet: bool,
    /// Use the built-in stand-in for Maskinporten and Altinn, with its clients
    #[arg(long)]
    pub emulator: bool,
    /// What the emulator does wrong (repeatable)
    #[arg(long, value_name = "FAULT", requires = "emulator")]
    pub fault: Vec<String>,
    /// Connect elsewhere for a host and port, as curl does (repeatable)
    #[arg(long, value_name = "HOST:PORT:HOST2:PORT2")]
    pub connect_to: Vec<String>,
    /// Further trusted certificates, PEM
    #[arg(long, value_name = "FILE")]
    pub ssl_extra_ca_certs: Option<PathBuf>,
}

/// Options of `emulator`.
#[derive(Debug, Args)]
pub struct EmulatorArgs {
    /// Port for plain HTTP; 0: a free one
    #[arg(long, value_name = "PORT", default_value_t = 0)]
    pub port: u16,
    /// `published` forgives what the published collections do wrong; `strict` does not
    #[arg(long, value_enum, default_value_t = ProfileChoice::Published)]
    pub profile: ProfileChoice,
    /// Clients, organisations, resources and policies to begin with, JSON
    #[arg(long, value_name = "FILE")]
    pub seed: Option<PathBuf>,
    /// latency=MS, 5xx=N, 403=N, drop=N, error=MP-250, error=CORR-1036, expired-token, expired-key; at some
    /// paths only: /token:503=2 (repeatable)
    #[arg(long, value_name = "FAULT")]
    pub fault: Vec<String>,
    /// How long its background jobs take: publish=SECONDS, scan=…, confirm=… (repeatable)
    #[arg(long, value_name = "JOB=SECONDS")]
    pub delay: Vec<String>,
    /// Print what was decided about each request
    #[arg(long)]
    pub explain: bool,
    /// Write the certificate authority of the HTTPS port here, PEM
    #[arg(long, value_name = "FILE")]
    pub ca_cert: Option<PathBuf>,
    /// Write the environment with the emulator's clients and keys here
    #[arg(long, value_name = "FILE")]
    pub export_environment: Option<PathBuf>,
}

/// Options of `verify`.
#[derive(Debug, Args)]
#[command(
    after_help = "Exit codes: 0 all passed, 1 something failed, 2 could not run as asked, 3 a report could not be \
written, 130 or 143 interrupted (it cleans up first)."
)]
pub struct VerifyArgs {
    /// postbud.yaml with token profiles and `verify:`; default: the one in the current folder
    #[arg(long, value_name = "FILE", help_heading = "What is verified")]
    pub config: Option<PathBuf>,
    /// Environment with the facts, and with the clients where postbud.yaml has no profiles: a file or a URL
    #[arg(short, long, value_name = "FILE", help_heading = "What is verified")]
    pub environment: Option<String>,
    /// Set a variable of the environment (repeatable)
    #[arg(long, value_name = "KEY=VALUE", help_heading = "What is verified")]
    pub env_var: Vec<String>,
    /// Id of the resource
    #[arg(long, value_name = "ID", help_heading = "What is verified")]
    pub resource_id: Option<String>,
    /// Organisation number of the service owner
    #[arg(long, value_name = "NUMBER", help_heading = "What is verified")]
    pub owner_org: Option<String>,
    /// Organisation number of the test recipient
    #[arg(long, value_name = "NUMBER", help_heading = "What is verified")]
    pub recipient_org: Option<String>,
    /// Endpoint whose subscription to events must be there
    #[arg(long, value_name = "URL", help_heading = "What is verified")]
    pub events_endpoint: Option<String>,
    /// Write to production: a real correspondence is sent there, and purged
    #[arg(long, help_heading = "What is verified")]
    pub allow_prod: bool,
    /// How long a correspondence or a scan may take, in seconds
    #[arg(long, value_name = "SECONDS", help_heading = "What is verified")]
    pub publish_timeout: Option<u64>,
    /// Age in seconds from which a correspondence of an earlier verification is purged
    #[arg(long, value_name = "SECONDS", default_value_t = 600, help_heading = "What is verified")]
    pub leftovers_after: u64,

    /// Verify the built-in stand-in for Maskinporten and Altinn
    #[arg(long, help_heading = "Emulator")]
    pub emulator: bool,
    /// Clients, organisations, resources and policies of the emulator, JSON
    #[arg(long, value_name = "FILE", requires = "emulator", help_heading = "Emulator")]
    pub seed: Option<PathBuf>,
    /// What the emulator does wrong: latency=MS, 5xx=N, 403=N, drop=N, error=MP-250, error=CORR-1036,
    /// expired-token, expired-key; at some paths only: /token:503=2 (repeatable)
    #[arg(long, value_name = "FAULT", requires = "emulator", help_heading = "Emulator")]
    pub fault: Vec<String>,
    /// How long the emulator's background jobs take: publish=SECONDS, scan=…, confirm=… (repeatable)
    #[arg(long, value_name = "JOB=SECONDS", requires = "emulator", help_heading = "Emulator")]
    pub delay: Vec<String>,

    /// Reporters, separated by commas; `-r` alone: none
    #[arg(short = 'r', long, value_name = "NAMES", num_args = 0..=1, default_missing_value = "",
        default_value = "cli", help_heading = "Reports")]
    pub reporters: String,
    /// Nothing on the terminal
    #[arg(long, help_heading = "Reports")]
    pub silent: bool,
    /// Plain text in place of symbols
    #[arg(long, help_heading = "Reports")]
    pub disable_unicode: bool,
    /// Colours
    #[arg(long, value_enum, default_value_t = ColorChoice::Auto, value_name = "WHEN", help_heading = "Reports")]
    pub color: ColorChoice,
    /// Show every request and response
    #[arg(long, help_heading = "Reports")]
    pub verbose: bool,

    /// Connect elsewhere for a host and port, as curl does (repeatable)
    #[arg(long, value_name = "HOST:PORT:HOST2:PORT2", help_heading = "HTTP")]
    pub connect_to: Vec<String>,
    /// Further trusted certificates, PEM
    #[arg(long, value_name = "FILE", help_heading = "HTTP")]
    pub ssl_extra_ca_certs: Option<PathBuf>,
    /// Options of reporters, taken out of the words before clap sees them
    #[arg(skip)]
    pub reporter_options: ReporterWords,
}

/// Options of `policy`.
#[derive(Debug, Args)]
pub struct PolicyArgs {
    /// What to do.
    #[command(subcommand)]
    pub command: PolicyCommand,
}

/// What `policy` does.
#[derive(Debug, Subcommand)]
pub enum PolicyCommand {
    /// List who may do what
    Show(PolicyFileArgs),
    /// Say what Correspondence and Events would miss: actions, denies, authentication level
    Check(PolicyFileArgs),
    /// Say what the registry would refuse at an upload, and what it takes although it cannot work
    Lint(PolicyFileArgs),
    /// Write a small policy to begin with
    New(PolicyNewArgs),
}

/// A policy that is read.
#[derive(Debug, Args)]
pub struct PolicyFileArgs {
    /// The policy: a file, a URL, or - for standard input
    pub policy: String,
    /// Id of the resource it is for; default: the one that all its rules name
    #[arg(long, value_name = "ID")]
    pub resource_id: Option<String>,
    /// Actions that must be permitted, separated by commas
    #[arg(long, value_name = "NAMES", default_value = "read,write,subscribe", value_delimiter = ',')]
    pub actions: Vec<String>,
}

/// A policy that is written.
#[derive(Debug, Args)]
pub struct PolicyNewArgs {
    /// Id of the resource
    pub resource_id: String,
    /// Code of the service owner in Altinn, such as `skd`
    #[arg(long, value_name = "CODE")]
    pub org_code: String,
    /// Role whose holders read and send
    #[arg(long, value_name = "CODE", default_value = "DAGL")]
    pub role: String,
    /// Write it to a file
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// How strict the emulator is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ProfileChoice {
    /// Forgiving.
    Published,
    /// As today's services.
    Strict,
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
