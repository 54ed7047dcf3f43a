//! From what the arguments name to what a run works on.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use serde_json::Value;

use crate::cli::args::{DataTypesChoice, RunArgs};
use crate::cli::context::Context;
use crate::cli::postman_api::{PostmanApi, Resource};
use crate::cli::{Failure, source};
use crate::collection::{AuthSpec, Collection};
use crate::config::{self, Config};
use crate::diagnostic::{Diagnostic, SourceFile};
use crate::environment::data::{DataError, DataFile, DataOptions, DataTypes};
use crate::environment::load_scope;
use crate::plan::{Plan, SelectError, Selected, Selection, Tags};
use crate::runner::{Expected, RunInput, RunTokens, plan_flow};
use crate::secret::{Redactor, is_secret_name};
use crate::token::Tokens;
use crate::variables::{Scope, text_of};

/// Everything that was read for one collection.
pub(super) struct Inputs {
    /// The collection as the user named it.
    pub(super) source: String,
    pub(super) collection: Collection,
    pub(super) plan: Plan,
    /// Steps of `flow:`, one for each item of the plan.
    pub(super) steps: Vec<config::Step>,
    pub(super) environment: Scope,
    pub(super) has_environment: bool,
    pub(super) globals: Scope,
    pub(super) data: Option<DataFile>,
    pub(super) config: Option<Rc<Config>>,
    pub(super) substitute: bool,
    pub(super) redactor: Redactor,
}

/// A collection, and what postbud.yaml says of it.
pub(in crate::cli) struct Source {
    /// As the user named it, or found in a folder.
    pub(in crate::cli) name: String,
    /// The postbud.yaml that holds for it.
    pub(in crate::cli) config: Option<Rc<Config>>,
}

/// Reads what the arguments name, each collection with what runs of it.
///
/// # Errors
/// When something cannot be read, or a selector names nothing in any collection.
pub(super) async fn load(
    args: &RunArgs,
    sources: Vec<Source>,
    context: &Context,
    redactor: &Redactor,
) -> Result<Vec<Inputs>, Failure> {
    let api = PostmanApi::new(args.postman_api_key.as_deref(), context);
    if let Some(key) = api.key() {
        redactor.add(key.expose());
    }
    let several = sources.len() > 1;
    let mut all = Vec::new();
    let mut missing: Option<Vec<SelectError>> = None;
    for source in sources {
        let (inputs, not_here) = Inputs::load(args, source, several, &api, redactor).await?;
        missing = Some(match missing {
            None => not_here,
            Some(known) => {
                let still = |error: &SelectError| not_here.iter().any(|other| other.selector() == error.selector());
                known.into_iter().filter(still).collect()
            }
        });
        all.push(inputs);
    }
    match missing.into_iter().flatten().next() {
        Some(error) => Err(Failure::usage(error)),
        None => Ok(all),
    }
}

/// Reads one collection and what belongs to it.
///
/// # Errors
/// As [`load`].
pub(super) async fn load_one(
    args: &RunArgs,
    source: Source,
    context: &Context,
    redactor: &Redactor,
) -> Result<Inputs, Failure> {
    let api = PostmanApi::new(args.postman_api_key.as_deref(), context);
    let (inputs, missing) = Inputs::load(args, source, false, &api, redactor).await?;
    missing.into_iter().next().map_or(Ok(inputs), |error| Err(Failure::usage(error)))
}

impl Inputs {
    /// Reads a collection and what belongs to it; beside it, what was selected and is not in it.
    async fn load(
        args: &RunArgs,
        source: Source,
        several: bool,
        api: &PostmanApi,
        redactor: &Redactor,
    ) -> Result<(Self, Vec<SelectError>), Failure> {
        let Source { name, config } = source;
        let document = source::collection(&name, api).await.map_err(|error| could_not_load("collection", &error))?;
        for warning in &document.warnings {
            eprintln!("warning: {warning}");
        }
        let mut value = document.value;
        if let Some(config) = &config {
            config::overlay::apply(&mut value, &config.overlay).map_err(Failure::usage)?;
        }
        let collection = Collection::from_value(value);
        let environment = read_scope(args.environment.as_deref(), "environment", api).await?;
        let globals = read_scope(args.globals.as_deref(), "globals", api).await?;
        let has_environment = args.environment.is_some() || !args.env_var.is_empty();
        let mut environment = environment.unwrap_or_default();
        let mut globals = globals.unwrap_or_default();
        set_all(&mut environment, &args.env_var);
        set_all(&mut globals, &args.global_var);
        learn_secrets(redactor, [&environment, &globals], &collection);
        if let Some(config) = &config {
            redactor.hide(&config.redact.names, &config.redact.patterns);
            // Names that the user adds are hidden wherever a variable of that name has a value now.
            for name in &config.redact.names {
                for scope in [&environment, &globals] {
                    if let Some(value) = scope.get(name) {
                        redactor.add(&text_of(value));
                    }
                }
            }
        }
        let Selected { plan, warnings, missing } = selection(args, config.as_deref())
            .apply_leniently(&collection, Plan::of(&collection))
            .map_err(Failure::usage)?;
        for warning in warnings {
            eprintln!("warning: {warning}{}", if several { format!(" ({})", collection.name) } else { String::new() });
        }
        let (plan, steps) = match config.as_ref().and_then(|config| config.flow.as_ref()) {
            Some(steps) => in_flow(&collection, &plan, steps)?,
            None => (plan, Vec::new()),
        };
        for auth in plan.items.iter().filter_map(|item| item.auth.as_ref()) {
            learn_auth(redactor, &auth.spec, [&environment, &globals], &collection);
        }
        let data = match &args.iteration_data {
            Some(path) => Some(open_data(path, args.csv_delimiter, args.data_types).await?),
            None => None,
        };
        let inputs = Self {
            source: name,
            collection,
            plan,
            steps,
            environment,
            has_environment,
            globals,
            data,
            config,
            substitute: !args.no_substitute,
            redactor: redactor.clone(),
        };
        Ok((inputs, missing))
    }

    /// `files:` of the configuration.
    pub(super) fn files(&self) -> HashMap<String, PathBuf> {
        self.config
            .as_ref()
            .map(|config| config.files.iter().map(|(name, path)| (name.clone(), path.clone())).collect())
            .unwrap_or_default()
    }

    /// What the run works on.
    pub(super) fn into_run(self, args: &RunArgs, context: &Context) -> RunInput {
        let success = args.expect_success || self.config.as_ref().and_then(|c| c.expect_success).unwrap_or(false);
        let tokens = self.config.as_ref().filter(|config| self.substitute && !config.tokens.is_empty()).map(|config| {
            RunTokens::new(Tokens::new(config.tokens.clone()), config.substitute.clone(), context.variables.clone())
        });
        let warnings = self.data.iter().flat_map(DataFile::warnings);
        let warnings = warnings.map(|warning| ("iteration-data", warning.clone())).collect();
        RunInput {
            warnings,
            collection: self.collection,
            plan: self.plan,
            steps: self.steps,
            environment: self.environment,
            has_environment: self.has_environment,
            globals: self.globals,
            data: self.data,
            tokens,
            expected: Expected::new(self.config, success),
            redactor: self.redactor,
        }
    }
}

/// The steps of a flow whose requests are selected, in the order of the flow.
fn in_flow(
    collection: &Collection,
    selected: &Plan,
    steps: &[config::Step],
) -> Result<(Plan, Vec<config::Step>), Failure> {
    let (plan, steps) = plan_flow(&Plan::of(collection), steps).map_err(Failure::usage)?;
    let ids: HashSet<&str> = selected.items.iter().map(|item| item.info.id.as_str()).collect();
    let kept = plan.items.into_iter().zip(steps).filter(|(item, _)| ids.contains(item.info.id.as_str()));
    let (items, steps) = kept.unzip();
    Ok((Plan { items }, steps))
}

/// What the options choose.
fn selection(args: &RunArgs, config: Option<&Config>) -> Selection {
    let mut known_tags = Tags::default();
    for (tag, requests) in config.into_iter().flat_map(|config| &config.tags) {
        known_tags.add(tag, requests.clone());
    }
    Selection {
        folders: args.folder.clone(),
        items: args.item.clone(),
        exclude: args.exclude.clone(),
        tags: args.tag.clone(),
        exclude_tags: args.exclude_tag.clone(),
        known_tags,
    }
}

fn could_not_load(what: &str, error: &dyn std::fmt::Display) -> Failure {
    Failure::usage(format!("{what} could not be loaded\n  {}", error.to_string().replace('\n', "\n  ")))
}

/// `--config`, else `postbud.yaml` beside the collection, else in the current folder.
pub(in crate::cli) fn load_config(
    named: Option<&Path>,
    collection: &str,
    context: &Context,
) -> Result<Option<Rc<Config>>, Failure> {
    let beside = Path::new(collection).parent().map(|folder| folder.join(config::FILE_NAME));
    let path = match named {
        Some(path) => Some(path.to_owned()),
        None => beside
            .filter(|_| !source::is_url(collection) && collection != "-")
            .into_iter()
            .chain([PathBuf::from(config::FILE_NAME)])
            .find(|path| path.is_file()),
    };
    let Some(path) = path else { return Ok(None) };
    let env = |name: &str| context.variable(name).map(str::to_owned);
    Config::load(&path, &env).map(|config| Some(Rc::new(config))).map_err(Failure::usage)
}

pub(in crate::cli) async fn read_scope(
    path: Option<&str>,
    kind: &str,
    api: &PostmanApi,
) -> Result<Option<Scope>, Failure> {
    let Some(path) = path else { return Ok(None) };
    let bytes = source::read_resource(path, Resource::of_scope(kind), api)
        .await
        .map_err(|error| could_not_load(kind, &error))?;
    load_scope(&source::shown(path), &bytes, kind).map(Some).map_err(|error| could_not_load(kind, &error))
}

/// `key=value`, split at the first `=`; without one the variable is there without a value.
pub(in crate::cli) fn set_all(scope: &mut Scope, pairs: &[String]) {
    for pair in pairs {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        scope.set(key, value.into());
    }
}

/// Variables of type secret must not be shown.
fn learn_secrets(redactor: &Redactor, scopes: [&Scope; 2], collection: &Collection) {
    let all = scopes.into_iter().flat_map(|scope| &scope.variables).chain(&collection.variables);
    for variable in all.filter(|variable| variable.is_secret()) {
        redactor.add(&variable.text());
    }
}

/// What is wrong with a data file, with its line.
fn drawn(path: &str, error: &DataError) -> Diagnostic {
    let message = error.kind.to_string();
    let bytes = if source::is_url(path) { None } else { std::fs::read(path).ok() };
    let diagnostic = match (error.line, bytes) {
        (Some(line), Some(bytes)) => {
            Diagnostic::at(&SourceFile::decode(path, &bytes), line, error.column.unwrap_or(1), &message)
        }
        _ => Diagnostic::new(error.to_string()),
    };
    diagnostic.with_help(error.help())
}

/// Shorter values of authorizations are hidden where they are named only: `password` would blank half of every report.
const LONG_SECRET: usize = 12;

/// Secrets of an authorization must not be shown either where a script prints them without their name.
fn learn_auth(redactor: &Redactor, auth: &AuthSpec, scopes: [&Scope; 2], collection: &Collection) {
    let value_of = |text: &str| -> String {
        let name = text.strip_prefix("{{").and_then(|rest| rest.strip_suffix("}}"));
        let found = name.and_then(|name| {
            scopes.iter().find_map(|scope| scope.get(name)).map(text_of).or_else(|| {
                let variable = collection.variables.iter().find(|variable| variable.key == name)?;
                Some(variable.text())
            })
        });
        found.unwrap_or_else(|| text.to_owned())
    };
    let learn = |key: &str, value: &Value| {
        let is_secret =
            is_secret_name(key) || matches!((auth.kind.as_str(), key), ("apikey", "value") | ("hawk", "authKey"));
        if let Some(text) = value.as_str().filter(|_| is_secret) {
            let text = value_of(text);
            if text.chars().count() >= LONG_SECRET && !text.contains("{{") {
                redactor.add(&text);
            }
        }
    };
    for (key, value) in &auth.params {
        learn(key, value);
        // What is added to requests for tokens.
        for row in value.as_array().into_iter().flatten() {
            if let (Some(key), Some(value)) = (row.get("key").and_then(Value::as_str), row.get("value")) {
                learn(key, value);
            }
        }
    }
}

/// Opens iteration data; a URL is fetched first.
pub(in crate::cli) async fn open_data(
    path: &str,
    delimiter: Option<u8>,
    types: DataTypesChoice,
) -> Result<DataFile, Failure> {
    let options = DataOptions {
        delimiter: delimiter.unwrap_or(b','),
        types: match types {
            DataTypesChoice::Strict => DataTypes::Strict,
            DataTypesChoice::Newman => DataTypes::Newman,
        },
    };
    let data = if source::is_url(path) {
        let bytes = source::read(path).await.map_err(|error| could_not_load("iteration data", &error))?;
        DataFile::from_bytes(path, bytes, options)
    } else {
        DataFile::open_with(path, options)
    };
    let data = data.map_err(|error| could_not_load("iteration data", &drawn(path, &error)))?;
    for warning in data.warnings() {
        eprintln!("warning: {warning}");
    }
    Ok(data)
}
