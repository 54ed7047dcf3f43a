//! Options of `run`: newman's names, short forms and optional values; ours beside them.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{ProfileChoice, ReportArgs, values};
use crate::cli::cloud::CloudArgs;

/// Options of `run`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  postbud run api.postman_collection.json -e test.postman_environment.json
  postbud run c.json -d rows.csv -r cli,junit --reporter-junit-export report.xml
  postbud run c.json -i Login -i 'Orders/Read *' --exclude 'Orders/Read all'
  postbud run collections/ --tag smoke --strict --min-assertions 10

Options of a reporter are written --reporter-<name>-<option> [value], \
for example --reporter-junit-export report.xml.

Exit codes: 0 all passed, 1 something failed, 2 could not run as asked, 3 a report could not be written, \
130 or 143 interrupted.")]
pub struct RunArgs {
    /// Collections: files, URLs, uids in Postman, folders (of YAML, v3, or of collections), or - for standard input;
    /// several make one run
    #[arg(required = true, value_name = "COLLECTION")]
    pub collections: Vec<String>,

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
    #[arg(long, value_name = "CHAR", value_parser = values::delimiter, help_heading = "Variables")]
    pub csv_delimiter: Option<u8>,
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
    #[arg(short = 'n', long, value_name = "N", value_parser = values::count::<u32>, allow_negative_numbers = true, help_heading = "What runs")]
    pub iteration_count: Option<u32>,
    /// Run only this folder or request: name, id, path or pattern (repeatable); in the collection's order
    #[arg(long, value_name = "NAME", help_heading = "What runs")]
    pub folder: Vec<String>,
    /// Run this folder or request: name, id, path or pattern (repeatable); in the order of these options
    #[arg(long, short = 'i', value_name = "NAME", conflicts_with = "folder", help_heading = "What runs")]
    pub item: Vec<String>,
    /// Leave out this folder or request: name, id, path or pattern (repeatable)
    #[arg(long, value_name = "NAME", help_heading = "What runs")]
    pub exclude: Vec<String>,
    /// Run only requests with this tag: [tag] in a name or description, or `tags:` of postbud.yaml (repeatable: any)
    #[arg(long, value_name = "TAG", help_heading = "What runs")]
    pub tag: Vec<String>,
    /// Leave out requests with this tag (repeatable)
    #[arg(long, value_name = "TAG", help_heading = "What runs")]
    pub exclude_tag: Vec<String>,
    /// Print the plan and send nothing
    #[arg(long, help_heading = "What runs")]
    pub dry_run: bool,
    /// A run without requests is no error
    #[arg(long, help_heading = "What runs")]
    pub allow_empty: bool,
    /// Folder of packages for pm.require: NAME.js or NAME/index.js
    #[arg(long, value_name = "DIR", help_heading = "What runs")]
    pub packages: Option<PathBuf>,
    /// `newman`: its reading of CSV data, its mapping to JUnit, empty runs are no error, exit codes 0 and 1 only
    #[arg(long, value_enum, value_name = "WITH", help_heading = "What runs")]
    pub compat: Option<CompatChoice>,
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
    #[arg(long, value_name = "N", value_parser = values::count::<u64>, allow_negative_numbers = true, help_heading = "Verdict")]
    pub min_assertions: Option<u64>,
    /// A request without a test of its own must answer 2xx
    #[arg(long, help_heading = "Verdict")]
    pub expect_success: bool,

    /// Which reports, and how they look.
    #[command(flatten)]
    pub report: ReportArgs,
    /// Show the whole request and response of what failed: all headers, whole bodies
    #[arg(long, help_heading = "Reports")]
    pub verbose_on_failure: bool,
    /// Show secrets as they are, everywhere
    #[arg(long, help_heading = "Reports")]
    pub no_redact: bool,
    /// Write the environment after the run
    #[arg(long, value_name = "FILE", num_args = 0..=1, default_missing_value = "", value_parser = values::path, help_heading = "Reports")]
    pub export_environment: Option<PathBuf>,
    /// Write the globals after the run
    #[arg(long, value_name = "FILE", num_args = 0..=1, default_missing_value = "", value_parser = values::path, help_heading = "Reports")]
    pub export_globals: Option<PathBuf>,
    /// Write the collection after the run
    #[arg(long, value_name = "FILE", num_args = 0..=1, default_missing_value = "", value_parser = values::path, help_heading = "Reports")]
    pub export_collection: Option<PathBuf>,

    /// Wait before every request, in milliseconds
    #[arg(long, value_name = "MS", value_parser = values::millis, allow_negative_numbers = true, num_args = 0..=1, default_missing_value = "0", default_value_t = 0,
        help_heading = "Time")]
    pub delay_request: u64,
    /// Limit for the whole run, in milliseconds; 0: none
    #[arg(long, value_name = "MS", value_parser = values::millis, allow_negative_numbers = true, num_args = 0..=1, default_missing_value = "0", default_value_t = 0,
        help_heading = "Time")]
    pub timeout: u64,
    /// Limit for a request, in milliseconds; 0: none
    #[arg(long, value_name = "MS", value_parser = values::millis, allow_negative_numbers = true, num_args = 0..=1, default_missing_value = "0", default_value_t = 0,
        help_heading = "Time")]
    pub timeout_request: u64,
    /// Limit for a script, in milliseconds; 0: none but 30 s of computing without pause
    #[arg(long, value_name = "MS", value_parser = values::millis, allow_negative_numbers = true, num_args = 0..=1, default_missing_value = "0", default_value_t = 0,
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
    /// HTTP/2 where a TLS server offers it
    #[arg(long, help_heading = "HTTP")]
    pub http2: bool,
    /// HTTP/2 without asking the server, also without TLS
    #[arg(long, conflicts_with = "http2", help_heading = "HTTP")]
    pub http2_prior_knowledge: bool,
    /// Least version of TLS
    #[arg(long, value_name = "VERSION", value_parser = ["1.2", "1.3"], help_heading = "HTTP")]
    pub tls_min: Option<String>,
    /// Proxy for all requests, in place of the environment's: http, https, socks4, socks4a, socks5 or socks5h
    #[arg(long, value_name = "URL", help_heading = "HTTP")]
    pub proxy: Option<String>,
    /// Hosts reached without a proxy, separated by commas; `*`: all
    #[arg(long, alias = "noproxy", value_name = "HOSTS", help_heading = "HTTP")]
    pub no_proxy: Option<String>,
    /// Add a header to every request (repeatable)
    #[arg(long, short = 'H', value_name = "NAME: VALUE", value_parser = values::header, help_heading = "HTTP")]
    pub header: Vec<(String, String)>,
    /// Cookies to begin with
    #[arg(long, value_name = "FILE", help_heading = "HTTP")]
    pub cookie_jar: Option<PathBuf>,
    /// Write the cookies after the run
    #[arg(long, value_name = "FILE", num_args = 0..=1, default_missing_value = "", value_parser = values::path, help_heading = "HTTP")]
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

/// What to be the same as, also where postbud differs on purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum CompatChoice {
    /// newman.
    Newman,
}
