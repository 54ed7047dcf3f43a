//! What a run is given: the engine's own options, free of the command line.

use std::collections::HashMap;
use std::path::PathBuf;
use std::time::Duration;

use crate::collection::Collection;
use crate::environment::data::DataFile;
use crate::http::message::SendSettings;
use crate::plan::Plan;
use crate::script::ConsoleStyle;
use crate::secret::Redactor;
use crate::variables::Scope;

/// When to stop early.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Bail {
    /// After the item with the first failure of any kind.
    pub failure: bool,
    /// At the first script exception or request error, as a fatal error.
    pub folder: bool,
}

/// Options of a run.
#[derive(Debug, Clone)]
pub struct RunOptions {
    /// Iterations; `None`: one for each data row, else one.
    pub iterations: Option<u32>,
    /// Wait before every item.
    pub delay: Duration,
    /// How long a script may wait or compute; `None`: only computing is limited, by the sandbox.
    pub script_timeout: Option<Duration>,
    /// When to stop early.
    pub bail: Bail,
    /// How requests are sent unless they say otherwise.
    pub settings: SendSettings,
    /// Relative paths of uploads start here.
    pub working_dir: PathBuf,
    /// Uploads may be read from outside of the working directory.
    pub read_outside: bool,
    /// Names of files in the collection → files on disk.
    pub files: HashMap<String, PathBuf>,
    /// Extra headers for every request (`--header`).
    pub headers: Vec<(String, String)>,
    /// Which requests are sent again, and when.
    pub retry: Option<crate::config::Retry>,
    /// Warnings are failures.
    pub strict: bool,
    /// Text of the shard, for reports.
    pub shard: Option<String>,
    /// OAuth 2.0 authorizations without a token get one where no browser is needed.
    pub fetch_tokens: bool,
    /// Value of `User-Agent`.
    pub user_agent: String,
    /// How values look that scripts give to `console`.
    pub console: ConsoleStyle,
    /// Secrets for `pm.vault`; without them it is denied.
    pub vault: Option<super::vault::Vault>,
    /// Where `pm.require` finds packages.
    pub packages: Option<PathBuf>,
}

/// What a run works on.
pub struct RunInput {
    /// The collection as read (overlays applied).
    pub collection: Collection,
    /// What of it runs.
    pub plan: Plan,
    /// Steps of `flow:`, one for each item of the plan; empty without a flow.
    pub steps: Vec<crate::config::Step>,
    /// Environment.
    pub environment: Scope,
    /// Whether an environment was given at all.
    pub has_environment: bool,
    /// Globals.
    pub globals: Scope,
    /// Iteration data.
    pub data: Option<DataFile>,
    /// What a green run should not hide of the inputs themselves: code and message of each.
    pub warnings: Vec<(&'static str, String)>,
    /// Token profiles and where their tokens go.
    pub tokens: Option<super::tokens::RunTokens>,
    /// Expectations.
    pub expected: super::expected::Expected,
    /// Learns every secret that turns up.
    pub redactor: Redactor,
}
