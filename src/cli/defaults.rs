//! Defaults of options of `run` from files: typed words win over `run:` of postbud.yaml, which wins over newman's rc files.
//!
//! What a file says is written as words and parsed like words that were typed, so that nothing can be said in a file that
//! cannot be typed, and values are checked by the same rules.

use std::path::Path;

use clap::parser::ValueSource;
use clap::{ArgAction, ArgMatches, Command as ClapCommand, CommandFactory, FromArgMatches};
use serde_json::Value;

use super::Failure;
use super::args::{Cli, Command, RunArgs};
use super::context::Context;
use super::rc;
use crate::cli::postman_api::is_uid;
use crate::cli::source::is_url;
use crate::config::{Config, RunDefault, nearest};

/// A default that a file gives.
#[derive(Debug, Clone)]
pub(super) struct Default {
    /// Long name of the option, without dashes in front.
    pub(super) option: String,
    /// Its value.
    pub(super) value: Value,
    /// The file, for messages.
    pub(super) origin: String,
    /// Its place in postbud.yaml; rc files have none.
    pub(super) place: Option<RunDefault>,
}

/// Options that name files: relative ones start at the folder of postbud.yaml.
const FILES: &[&str] = &[
    "environment",
    "globals",
    "iteration-data",
    "export-environment",
    "export-globals",
    "export-collection",
    "ssl-client-cert",
    "ssl-client-key",
    "ssl-client-pfx",
    "ssl-client-cert-list",
    "ssl-extra-ca-certs",
    "cookie-jar",
    "export-cookie-jar",
    "working-dir",
];

/// Arguments of `run` that no file can give.
const TYPED_ONLY: &[&str] = &["help", "config"];

/// Adds what files say to what was typed.
///
/// # Errors
/// When postbud.yaml names an option that does not exist or gives it a wrong value, and when an rc file does the latter.
pub(super) fn apply(
    words: &[String],
    typed: RunArgs,
    config: Option<&Config>,
    context: &Context,
) -> Result<RunArgs, Failure> {
    let mut defaults = rc::read(context)?;
    defaults.extend(config.into_iter().flat_map(from_config));
    if defaults.is_empty() {
        return Ok(typed);
    }
    let mut cli = Cli::command();
    cli.build();
    let matches = cli.clone().try_get_matches_from(words).map_err(|error| refused(&error))?;
    let Some((_, matches)) = matches.subcommand() else { return Ok(typed) };
    let Some(run) = cli.find_subcommand("run") else { return Ok(typed) };
    let mut added: Vec<(String, Vec<String>)> = Vec::new();
    let mut reporter_options: Vec<(String, Option<String>)> = Vec::new();
    for default in &defaults {
        if let Some(name) = default.option.strip_prefix("reporter-") {
            let value = scalar(&default.value).ok_or_else(|| wrong(default, "expected text, a number or a switch"))?;
            let value = if name.ends_with("-export") { beside(config, default, value) } else { value };
            reporter_options.retain(|(known, _)| known != name);
            reporter_options.push((name.to_owned(), Some(value)));
            continue;
        }
        let Some(id) = find(run, default)? else { continue };
        let words = words_of(run, &id, default, config)?;
        if given(matches, &id) || excluded(run, matches, &id) {
            continue;
        }
        added.retain(|(known, _)| *known != id);
        added.push((id, words));
    }
    let mut all: Vec<String> = words.iter().take(2).cloned().collect();
    all.extend(added.into_iter().flat_map(|(_, words)| words));
    all.extend(words.iter().skip(2).cloned());
    let matches = Cli::command().try_get_matches_from(&all).map_err(|error| refused(&error))?;
    let Command::Run(mut args) = Cli::from_arg_matches(&matches).map_err(|error| refused(&error))?.command else {
        return Ok(typed);
    };
    // Typed options of reporters come last and win.
    reporter_options.extend(typed.report.words);
    args.report.words = reporter_options;
    Ok(*args)
}

/// clap's message, without the word that is put in front of every message.
fn refused(error: &clap::Error) -> Failure {
    Failure::usage(error.to_string().trim_start_matches("error: ").trim_end())
}

fn from_config(config: &Config) -> Vec<Default> {
    let origin = config.path.display().to_string();
    config
        .run
        .iter()
        .map(|default| Default {
            option: default.option.clone(),
            value: default.value.clone(),
            origin: origin.clone(),
            place: Some(default.clone()),
        })
        .collect()
}

/// Whether an argument was typed.
fn given(matches: &ArgMatches, id: &str) -> bool {
    matches.value_source(id) == Some(ValueSource::CommandLine)
}

/// Whether something was typed that cannot go with an option.
fn excluded(run: &ClapCommand, matches: &ArgMatches, id: &str) -> bool {
    let against =
        |one: &clap::Arg, other: &str| run.get_arg_conflicts_with(one).iter().any(|arg| arg.get_id() == other);
    let Some(own) = run.get_arguments().find(|arg| arg.get_id() == id) else { return false };
    run.get_arguments().any(|other| {
        let other_id = other.get_id().as_str();
        other_id != id && given(matches, other_id) && (against(other, id) || against(own, other_id))
    })
}

/// The id of the option that a default names; an rc file's unknown key is a warning and `None`.
fn find(run: &ClapCommand, default: &Default) -> Result<Option<String>, Failure> {
    let usable = |arg: &&clap::Arg| arg.get_long().is_some_and(|long| !TYPED_ONLY.contains(&long));
    let found = run.get_arguments().filter(usable).find(|arg| arg.get_long() == Some(default.option.as_str()));
    if let Some(arg) = found {
        return Ok(Some(arg.get_id().to_string()));
    }
    let known: Vec<&str> =
        run.get_arguments().filter(|arg| !arg.is_hide_set()).filter_map(|arg| arg.get_long()).collect();
    if let Some(place) = &default.place {
        return Err(Failure::usage(place.unknown(&known)));
    }
    let near = nearest(&default.option, &known).map(|near| format!("; did you mean `{}`?", camel_case(near)));
    let key = camel_case(&default.option);
    eprintln!("warning: {}: no option is named `{key}`{}", default.origin, near.unwrap_or_default());
    Ok(None)
}

/// A default as words, checked as if it stood alone.
fn words_of(run: &ClapCommand, id: &str, default: &Default, config: Option<&Config>) -> Result<Vec<String>, Failure> {
    let option = &default.option;
    let Some(arg) = run.get_arguments().find(|arg| arg.get_id() == id) else { return Ok(Vec::new()) };
    let words = match (arg.get_action(), &default.value) {
        (ArgAction::SetTrue, Value::Bool(true)) => vec![format!("--{option}")],
        // What is off is as if it were not there.
        (_, Value::Bool(false) | Value::Null) => Vec::new(),
        (ArgAction::SetTrue, _) => return Err(wrong(default, "expected true or false")),
        // Options whose value may be left out are on with `true`.
        (_, Value::Bool(true)) if arg.get_num_args().is_some_and(|range| range.min_values() == 0) => {
            vec![format!("--{option}")]
        }
        (ArgAction::Append, Value::Array(values)) => values
            .iter()
            .map(|value| pair(value).or_else(|| scalar(value)).map(|text| format!("--{option}={text}")))
            .collect::<Option<_>>()
            .ok_or_else(|| wrong(default, "expected a list of texts"))?,
        // `envVar: {key: value}` reads better than a list of pairs.
        (ArgAction::Append, Value::Object(map)) => map
            .iter()
            .map(|(key, value)| scalar(value).map(|text| format!("--{option}={key}={text}")))
            .collect::<Option<_>>()
            .ok_or_else(|| wrong(default, "expected names with values"))?,
        (_, Value::Array(values)) => {
            let texts: Option<Vec<String>> = values.iter().map(scalar).collect();
            let texts = texts.ok_or_else(|| wrong(default, "expected a list of texts"))?;
            vec![format!("--{option}={}", texts.join(","))]
        }
        (_, value) => {
            let text = scalar(value).ok_or_else(|| wrong(default, "expected text or a number"))?;
            let text = if FILES.contains(&option.as_str()) { beside(config, default, text) } else { text };
            vec![format!("--{option}={text}")]
        }
    };
    let alone = ["postbud", "run", "-"].into_iter().map(str::to_owned).chain(words.iter().cloned());
    match Cli::command().try_get_matches_from(alone) {
        Ok(_) => Ok(words),
        // What needs or excludes another option is judged with all of them.
        Err(error)
            if matches!(
                error.kind(),
                clap::error::ErrorKind::MissingRequiredArgument | clap::error::ErrorKind::ArgumentConflict
            ) =>
        {
            Ok(words)
        }
        Err(error) => {
            let text = error.to_string();
            let first = text.lines().next().unwrap_or_default();
            // What is wrong with the value follows its repetition, where clap says more than that.
            let reason = first.split_once("': ").map_or(first, |(_, reason)| reason);
            Err(wrong(default, reason.trim_start_matches("error: ")))
        }
    }
}

/// A file that postbud.yaml names, from its folder.
fn beside(config: Option<&Config>, default: &Default, text: String) -> String {
    let folder = config.and_then(|config| config.path.parent()).filter(|_| default.place.is_some());
    match folder {
        Some(folder) if !is_url(&text) && !is_uid(&text) && !["-", "collection"].contains(&text.as_str()) => {
            let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
            if folder == Path::new(".") { text } else { folder.join(text).display().to_string() }
        }
        _ => text,
    }
}

fn wrong(default: &Default, reason: &str) -> Failure {
    match &default.place {
        Some(place) => Failure::usage(place.invalid(reason)),
        None => Failure::usage(format!("{}: `{}`: {reason}", default.origin, camel_case(&default.option))),
    }
}

/// `{key, value}`, as newman's own list of variables has it.
fn pair(value: &Value) -> Option<String> {
    Some(format!("{}={}", value.get("key")?.as_str()?, scalar(value.get("value")?)?))
}

fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        _ => None,
    }
}

/// `timeout-request` → `timeoutRequest`, as rc files write it.
fn camel_case(name: &str) -> String {
    let mut words = name.split('-');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |mut out, word| {
        let mut letters = word.chars();
        out.extend(letters.next().into_iter().flat_map(char::to_uppercase));
        out.push_str(letters.as_str());
        out
    })
}
