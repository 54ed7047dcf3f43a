//! `postbud run`: files to data, data to a run, events to reports, the verdict.

mod certificates;
pub(in crate::cli) mod emulated;
pub(in crate::cli) mod exports;
mod implied;
mod inputs;
mod plan;
pub(in crate::cli) mod reports;
mod several;
pub(in crate::cli) mod signals;
pub(in crate::cli) mod transport;

use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::Duration;

use crate::cli::args::{BailModifier, RunArgs};
use crate::cli::context::Context;
use crate::cli::source::shown;
use crate::cli::{ExitStatus, Failure};
use crate::http::client::Client;
use crate::http::message::{HttpVersion, SendSettings};
use crate::runner::{Bail, RunInput, RunOptions, Stop, Vault};
use crate::script::ConsoleStyle;
use crate::secret::Redactor;

use inputs::Inputs;
pub(in crate::cli) use inputs::{Source, load_config, open_data, read_scope, set_all};
pub(in crate::cli) use several::sources;

/// Runs collections as the arguments say.
///
/// # Errors
/// When it cannot run as asked.
pub(in crate::cli) async fn run(args: RunArgs, sources: Vec<Source>, context: &Context) -> Result<ExitStatus, Failure> {
    args.cloud.refuse()?;
    let args = implied::apply(args);
    check_folders(&args)?;
    let redactor = if args.no_redact { Redactor::off() } else { Redactor::new() };
    several::refuse_unclear(&args, &sources)?;
    let all = inputs::load(&args, sources, context, &redactor).await?;
    if args.dry_run {
        plan::print(&all);
        return Ok(ExitStatus::Passed);
    }
    if all.iter().all(|inputs| inputs.plan.items.is_empty()) && !args.allow_empty {
        return Err(nothing_to_run(&args, &all));
    }
    let emulator = emulated::start(&args, &all, &redactor).await?;
    let client = Client::new(transport::client_config(&args, context, emulator.as_ref())?).map_err(failed_to)?;
    let jar = Rc::new(transport::cookie_jar(&args)?);
    let exports = exports::Exports::of(&args, &all);
    let mut reports = reports::Reports::new(&reports::Choice::from(&args.report), context, &redactor)?;
    let signal = signals::listen();
    let limit = (args.timeout > 0).then(|| Duration::from_millis(args.timeout));
    let means = several::Means {
        args: &args,
        context,
        client: Rc::new(client),
        jar: Rc::clone(&jar),
        emulator: emulator.as_ref(),
        stop: Stop::new(signal.clone(), limit),
    };
    let end = Box::pin(several::run(all, &means, &mut reports)).await?;
    let verdict = reports.finish(args.min_assertions);
    let written = exports.write(&end, &jar);
    if let Some(emulator) = emulator {
        emulator.shutdown().await;
    }
    for message in verdict.errors.iter().chain(written.iter()) {
        eprintln!("error: {message}");
    }
    if let Some(number) = *signal.borrow() {
        return Ok(ExitStatus::Interrupted(number));
    }
    if !verdict.errors.is_empty() || !written.is_empty() {
        return Ok(ExitStatus::ReportFailed);
    }
    if let Some(error) = &end.error {
        eprintln!("error: {error}");
    }
    Ok(if (verdict.passed && end.error.is_none()) || args.suppress_exit_code {
        ExitStatus::Passed
    } else {
        ExitStatus::Failed
    })
}

/// For messages that say what was being done.
pub(in crate::cli) fn failed_to(error: impl std::fmt::Display) -> Failure {
    Failure::usage(format!("failed to {error}"))
}

/// What a run would silently do without.
fn check_folders(args: &RunArgs) -> Result<(), Failure> {
    if let Some(folder) = args.packages.as_deref().filter(|folder| !folder.is_dir()) {
        return Err(Failure::usage(format!("--packages {}: there is no such folder", folder.display())));
    }
    let working = args.working_dir.as_deref().filter(|folder| !folder.is_dir() && *folder != Path::new("collection"));
    if let Some(folder) = working {
        let folder = folder.display();
        eprintln!("warning: --working-dir {folder}: there is no such folder; no file of an upload will be found");
    }
    Ok(())
}

/// Why there is no request, as far as options are to blame.
fn nothing_to_run(args: &RunArgs, all: &[Inputs]) -> Failure {
    let names: Vec<String> = args.collections.iter().map(|name| format!("\"{}\"", shown(name))).collect();
    let names = names.join(", ");
    let has = if names.contains(", ") { "have" } else { "has" };
    let chosen = [&args.folder, &args.item, &args.exclude, &args.tag, &args.exclude_tag];
    let message = if all.iter().all(|inputs| inputs.collection.nodes.is_empty()) || chosen.iter().all(|l| l.is_empty())
    {
        format!("{names} {has} no request to run; --allow-empty makes that no error")
    } else {
        format!(
            "the options leave no request of {names} to run; --dry-run shows what a choice gives, --allow-empty makes it no error"
        )
    };
    Failure::usage(message)
}

/// What a run inside of another command works on.
///
/// # Errors
/// When the collection cannot be read, or its configuration does not fit it.
pub(in crate::cli) async fn prepared(
    args: &RunArgs,
    source: Source,
    context: &Context,
    redactor: &Redactor,
) -> Result<(RunOptions, RunInput), Failure> {
    let inputs = inputs::load_one(args, source, context, redactor).await?;
    let options = options(args, &inputs, context)?;
    Ok((options, inputs.into_run(args, context)))
}

/// The secrets of `--vault`, which are hidden in all output from now on.
fn read_vault(args: &RunArgs, redactor: &Redactor) -> Result<Option<Vault>, Failure> {
    let Some(path) = &args.vault else { return Ok(None) };
    let fail = |error: &dyn std::fmt::Display| Failure::usage(format!("--vault {}: {error}", path.display()));
    let text = std::fs::read_to_string(path).map_err(|error| fail(&error))?;
    transport::parsed(path, text.as_bytes())?;
    let vault = Vault::parse(&text).map_err(|error| fail(&error))?;
    vault.teach(redactor);
    Ok(Some(vault))
}

fn options(args: &RunArgs, inputs: &Inputs, context: &Context) -> Result<RunOptions, Failure> {
    let millis = |ms: u64| (ms > 0).then(|| Duration::from_millis(ms));
    let bail = args.bail.as_deref().unwrap_or_default();
    Ok(RunOptions {
        iterations: args.iteration_count.filter(|count| *count > 0),
        delay: Duration::from_millis(args.delay_request),
        script_timeout: millis(args.timeout_script),
        bail: Bail {
            failure: bail.contains(&BailModifier::Failure),
            folder: bail.contains(&BailModifier::Folder) && !bail.contains(&BailModifier::Failure),
        },
        settings: SendSettings {
            strict_ssl: !args.insecure,
            follow_redirects: !args.ignore_redirects,
            timeout: millis(args.timeout_request),
            http_version: match (args.http2, args.http2_prior_knowledge) {
                (_, true) => HttpVersion::PriorKnowledge,
                (true, _) => HttpVersion::Auto,
                _ => HttpVersion::Http1,
            },
            tls_disabled_protocols: match args.tls_min.as_deref() {
                Some("1.3") => vec!["TLSv1_2".to_owned()],
                _ => Vec::new(),
            },
            ..SendSettings::default()
        },
        working_dir: working_dir(args, &inputs.source),
        read_outside: !args.no_insecure_file_read,
        files: inputs.files(),
        headers: args.header.clone(),
        retry: inputs.config.as_ref().and_then(|config| config.retry.clone()),
        strict: args.strict,
        shard: None,
        fetch_tokens: !args.no_fetch_tokens,
        user_agent: crate::request::user_agent(),
        // newman leaves 16 columns of a terminal. One text serves every report, so it has no colours.
        console: ConsoleStyle { columns: context.width.map(|width| width.saturating_sub(16).max(20)), colors: false },
        vault: read_vault(args, &inputs.redactor)?,
        packages: args.packages.clone(),
    })
}

/// Where the files of uploads are: `--working-dir`, with `collection` for the folder of the collection's file.
fn working_dir(args: &RunArgs, source: &str) -> PathBuf {
    match &args.working_dir {
        Some(folder) if folder.as_os_str() == "collection" => beside(source),
        Some(folder) => folder.clone(),
        None => ".".into(),
    }
}

/// The folder of a file that was named, the current one for URLs and standard input.
pub(in crate::cli) fn beside(source: &str) -> PathBuf {
    let folder = Path::new(source).parent().filter(|_| !crate::cli::source::is_url(source));
    folder.filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new(".")).to_owned()
}
