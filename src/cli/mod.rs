//! The command line: words to options, files to data, and the only place that prints, reads the process environment and
//! decides the exit code.

pub mod args;
pub mod cloud;
mod commands;
mod context;
mod defaults;
mod exit;
mod postman_api;
mod rc;
mod source;
mod usage;

pub use exit::ExitStatus;

use std::ffi::OsString;

use clap::Parser;

use args::{Cli, Command};
use context::Context;

/// Stack of the thread that runs everything: scripts may recurse deeply, and the engine's own limit stands below this.
const STACK: usize = 64 << 20;

/// Runs the command that the words name; may be called more than once.
pub fn main(words: Vec<OsString>) -> ExitStatus {
    let worker = std::thread::Builder::new().name("postbud".to_owned()).stack_size(STACK).spawn(move || run(words));
    match worker.map(std::thread::JoinHandle::join) {
        Ok(Ok(status)) => status,
        Ok(Err(_)) => {
            // The panic has printed itself; say what it means.
            eprintln!("error: postbud itself failed; please report this with the command that was run");
            ExitStatus::Usage
        }
        Err(error) => {
            eprintln!("error: no thread could be started: {error}");
            ExitStatus::Usage
        }
    }
}

fn run(words: Vec<OsString>) -> ExitStatus {
    let words = words.into_iter().map(|word| word.to_string_lossy().into_owned()).collect();
    let (words, reporter_options) = args::split_reporter_options(words);
    let cli = match Cli::try_parse_from(&words) {
        Ok(cli) => cli,
        Err(error) => {
            let status = if error.use_stderr() { ExitStatus::Usage } else { ExitStatus::Passed };
            usage::print(&error);
            return status;
        }
    };
    let context = Context::from_process();
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("error: the runtime could not be started: {error}");
            return ExitStatus::Usage;
        }
    };
    let result = runtime.block_on(async {
        match cli.command {
            Command::Run(mut args) => {
                args.report.words = reporter_options;
                let sources = commands::run::sources(&args.collections, args.config.as_deref(), &context)?;
                // Options are the run's: the first collection's postbud.yaml gives their defaults.
                let config = sources.first().and_then(|source| source.config.clone());
                let args = defaults::apply(&words, *args, config.as_deref(), &context)?;
                let compat = args.compat;
                let ended = Box::pin(commands::run::run(args, sources, &context)).await;
                if compat == Some(args::CompatChoice::Newman) { as_newman(ended) } else { ended }
            }
            Command::Convert(args) => commands::convert::run(args, &context).await,
            Command::Verify(mut args) => {
                args.report.words = reporter_options;
                commands::verify::run(*args, &context).await
            }
            Command::Policy(args) => commands::policy::run(args, &context).await,
            Command::Check(args) => commands::check::run(*args, &context).await,
            Command::Init(args) => commands::init::run(&args),
            Command::Merge(args) => commands::merge::run(&args, &reporter_options, &context),
            Command::Completions(args) => Ok(commands::completions::completions(&args)),
            Command::Man => commands::completions::man(),
            Command::Token(args) => commands::token::run(args, &context).await,
            Command::Emulator(args) => commands::emulator::run(args, &context).await,
        }
    });
    let status = result.unwrap_or_else(|failure| {
        eprintln!("error: {}", failure.message);
        failure.status
    });
    match (commands::unprinted(), status) {
        (true, ExitStatus::Passed | ExitStatus::Failed) => ExitStatus::ReportFailed,
        (_, status) => status,
    }
}

/// newman knows 0, 1 and the codes of signals.
fn as_newman(ended: Result<ExitStatus, Failure>) -> Result<ExitStatus, Failure> {
    let code = |status| match status {
        ExitStatus::Usage | ExitStatus::ReportFailed => ExitStatus::Failed,
        other => other,
    };
    ended.map(code).map_err(|failure| Failure { status: code(failure.status), ..failure })
}

/// Why a command could not do its work.
#[derive(Debug)]
pub struct Failure {
    /// For people: what, where, what to do.
    pub message: String,
    /// How the process ends.
    pub status: ExitStatus,
}

impl Failure {
    /// The command could not run as asked.
    pub fn usage(message: impl std::fmt::Display) -> Self {
        Self { message: message.to_string(), status: ExitStatus::Usage }
    }
}
