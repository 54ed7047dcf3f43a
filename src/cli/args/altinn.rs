//! Options of the commands for Maskinporten and Altinn: `token`, `emulator`, `verify`, `policy`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::ReportArgs;

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
    /// Where the clock of publish and due dates starts, RFC 3339; default: now
    #[arg(long, value_name = "TIME")]
    pub business_time: Option<String>,
    /// Print what was decided about each request: which check refused it, and why
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
    /// A collection that Altinn published, to be run with the profiles' tokens as the last step: a file or a URL
    #[arg(long, value_name = "FILE", help_heading = "What is verified")]
    pub published: Option<String>,
    /// What adapts it: a postbud.yaml with `flow:`, `overlay:`, `files:`, `expect:`
    #[arg(long, value_name = "FILE", requires = "published", help_heading = "What is verified")]
    pub published_config: Option<PathBuf>,
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

    /// Which reports, and how they look.
    #[command(flatten)]
    pub report: ReportArgs,

    /// Connect elsewhere for a host and port, as curl does (repeatable)
    #[arg(long, value_name = "HOST:PORT:HOST2:PORT2", help_heading = "HTTP")]
    pub connect_to: Vec<String>,
    /// Further trusted certificates, PEM
    #[arg(long, value_name = "FILE", help_heading = "HTTP")]
    pub ssl_extra_ca_certs: Option<PathBuf>,
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
