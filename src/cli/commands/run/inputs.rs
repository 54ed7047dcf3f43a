//! From what the arguments name to what a run works on.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use crate::cli::args::RunArgs;
use crate::cli::context::Context;
use crate::cli::{Failure, source};
use crate::collection::Collection;
use crate::config::{self, Config};
use crate::environment::{Rows, load_scope};
use crate::plan::{Plan, Selection};
use crate::runner::{Expected, RunInput, Tokens};
use crate::secret::Redactor;
use crate::variables::Scope;

/// Everything that was read.
pub(super) struct Inputs {
    pub(super) collection: Collection,
    pub(super) plan: Plan,
    pub(super) environment: Scope,
    pub(super) has_environment: bool,
    pub(super) globals: Scope,
    pub(super) data: Option<Box<dyn Rows>>,
    pub(super) config: Option<Rc<Config>>,
    pub(super) substitute: bool,
    pub(super) redactor: Redactor,
}

impl Inputs {
    /// Reads what the arguments name.
    pub(super) async fn load(args: &RunArgs, context: &Context, redactor: &Redactor) -> Result<Self, Failure> {
        let config = load_config(args, context)?;
        let bytes = source::read(&args.collection).await.map_err(|error| could_not_load("collection", &error))?;
        let name = if args.collection == "-" { "standard input" } else { &args.collection };
        let mut value =
            crate::collection::read_value(name, &bytes).map_err(|error| could_not_load("collection", &error))?;
        if let Some(config) = &config {
            config::overlay::apply(&mut value, &config.overlay).map_err(Failure::usage)?;
        }
        let collection = Collection::from_value(value);
        let environment = read_scope(args.environment.as_deref(), "environment").await?;
        let globals = read_scope(args.globals.as_deref(), "globals").await?;
        let has_environment = args.environment.is_some() || !args.env_var.is_empty();
        let mut environment = environment.unwrap_or_default();
        let mut globals = globals.unwrap_or_default();
        set_all(&mut environment, &args.env_var);
        set_all(&mut globals, &args.global_var);
        learn_secrets(redactor, [&environment, &globals], &collection);
        if let Some(config) = &config {
            redactor.add_names(&config.redact.names);
            redactor.add_patterns(&config.redact.patterns);
        }
        let selection = Selection { folders: args.folder.clone(), exclude: args.exclude.clone() };
        let plan = selection.apply(&collection, Plan::of(&collection)).map_err(Failure::usage)?;
        let data = match &args.iteration_data {
            Some(path) => Some(crate::environment::open_rows(path).map_err(|error| could_not_load("iteration data", &error))?),
            None => None,
        };
        Ok(Self {
            collection,
            plan,
            environment,
            has_environment,
            globals,
            data,
            config,
            substitute: !args.no_substitute,
            redactor: redactor.clone(),
        })
    }

    /// `files:` of the configuration.
    pub(super) fn files(&self) -> HashMap<String, PathBuf> {
        self.config
            .as_ref()
            .map(|config| config.files.iter().map(|(name, path)| (name.clone(), path.clone())).collect())
            .unwrap_or_default()
    }

    /// `expect_success:` of the configuration.
    pub(super) fn expect_success(&self) -> bool {
        self.config.as_ref().and_then(|config| config.expect_success).unwrap_or(false)
    }

    /// What the run works on.
    pub(super) fn into_run(self) -> Result<RunInput, Failure> {
        let flow = match self.config.as_ref().and_then(|config| config.flow.as_ref()) {
            Some(steps) => Some(crate::runner::plan_flow(&self.plan, steps).map_err(Failure::usage)?),
            None => None,
        };
        let tokens = match &self.config {
            Some(config) if self.substitute && !config.tokens.is_empty() => {
                Some(Rc::new(Tokens::new(Rc::clone(config), self.redactor.clone())))
            }
            _ => None,
        };
        Ok(RunInput {
            collection: self.collection,
            plan: flow.unwrap_or(self.plan),
            environment: self.environment,
            has_environment: self.has_environment,
            globals: self.globals,
            data: self.data,
            tokens,
            expected: Expected::new(self.config),
            redactor: self.redactor,
        })
    }
}

fn could_not_load(what: &str, error: &dyn std::fmt::Display) -> Failure {
    Failure::usage(format!("{what} could not be loaded\n  {}", error.to_string().replace('\n', "\n  ")))
}

/// `--config`, else `postbud.yaml` beside the collection, else in the current folder.
fn load_config(args: &RunArgs, context: &Context) -> Result<Option<Rc<Config>>, Failure> {
    let beside = Path::new(&args.collection).parent().map(|folder| folder.join(config::FILE_NAME));
    let path = match &args.config {
        Some(path) => Some(path.clone()),
        None => beside
            .filter(|_| !source::is_url(&args.collection) && args.collection != "-")
            .into_iter()
            .chain([PathBuf::from(config::FILE_NAME)])
            .find(|path| path.is_file()),
    };
    let Some(path) = path else { return Ok(None) };
    let env = |name: &str| context.variable(name).map(str::to_owned);
    Config::load(&path, &env).map(|config| Some(Rc::new(config))).map_err(Failure::usage)
}

async fn read_scope(path: Option<&str>, kind: &str) -> Result<Option<Scope>, Failure> {
    let Some(path) = path else { return Ok(None) };
    let bytes = source::read(path).await.map_err(|error| could_not_load(kind, &error))?;
    load_scope(path, &bytes, kind).map(Some).map_err(|error| could_not_load(kind, &error))
}

/// `key=value`, split at the first `=`; without one the variable is there without a value.
fn set_all(scope: &mut Scope, pairs: &[String]) {
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
