//! From what the arguments name to what a run works on.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use crate::cli::args::{DataTypesChoice, RunArgs};
use crate::cli::context::Context;
use crate::cli::postman_api::{PostmanApi, Resource};
use crate::cli::{Failure, source};
use crate::collection::Collection;
use crate::config::{self, Config};
use crate::environment::data::{DataFile, DataOptions, DataTypes};
use crate::environment::load_scope;
use crate::plan::{Plan, Selection};
use crate::runner::{Expected, RunInput, RunTokens, plan_flow};
use crate::secret::Redactor;
use crate::token::Tokens;
use crate::variables::Scope;

/// Everything that was read.
pub(super) struct Inputs {
    pub(super) collection: Collection,
    pub(super) plan: Plan,
    pub(super) environment: Scope,
    pub(super) has_environment: bool,
    pub(super) globals: Scope,
    pub(super) data: Option<DataFile>,
    pub(super) config: Option<Rc<Config>>,
    pub(super) substitute: bool,
    pub(super) redactor: Redactor,
}

impl Inputs {
    /// Reads what the arguments name.
    pub(super) async fn load(
        args: &RunArgs,
        config: Option<Rc<Config>>,
        context: &Context,
        redactor: &Redactor,
    ) -> Result<Self, Failure> {
        let api = PostmanApi::new(args.postman_api_key.as_deref(), context);
        if let Some(key) = api.key() {
            redactor.add(key.expose());
        }
        let document =
            source::collection(&args.collection, &api).await.map_err(|error| could_not_load("collection", &error))?;
        for warning in &document.warnings {
            eprintln!("warning: {warning}");
        }
        let mut value = document.value;
        if let Some(config) = &config {
            config::overlay::apply(&mut value, &config.overlay).map_err(Failure::usage)?;
        }
        let collection = Collection::from_value(value);
        let environment = read_scope(args.environment.as_deref(), "environment", &api).await?;
        let globals = read_scope(args.globals.as_deref(), "globals", &api).await?;
        let has_environment = args.environment.is_some() || !args.env_var.is_empty();
        let mut environment = environment.unwrap_or_default();
        let mut globals = globals.unwrap_or_default();
        set_all(&mut environment, &args.env_var);
        set_all(&mut globals, &args.global_var);
        learn_secrets(redactor, [&environment, &globals], &collection);
        if let Some(config) = &config {
            // Names that the user adds are hidden wherever a variable of that name has a value now.
            for name in &config.redact.names {
                for scope in [&environment, &globals] {
                    if let Some(value) = scope.get(name) {
                        redactor.add(&crate::variables::text_of(value));
                    }
                }
            }
        }
        let selection = Selection { folders: args.folder.clone(), exclude: args.exclude.clone() };
        let plan = selection.apply(&collection, Plan::of(&collection)).map_err(Failure::usage)?;
        let data = match &args.iteration_data {
            Some(path) => Some(open_data(path, args.csv_delimiter, args.data_types).await?),
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

    /// What the run works on.
    pub(super) fn into_run(self, args: &RunArgs, context: &Context) -> Result<RunInput, Failure> {
        let success = args.expect_success || self.config.as_ref().and_then(|c| c.expect_success).unwrap_or(false);
        let (plan, steps) = match self.config.as_ref().and_then(|config| config.flow.as_ref()) {
            Some(steps) => plan_flow(&self.plan, steps).map_err(Failure::usage)?,
            None => (self.plan, Vec::new()),
        };
        let tokens = self.config.as_ref().filter(|config| self.substitute && !config.tokens.is_empty()).map(|config| {
            RunTokens::new(Tokens::new(config.tokens.clone()), config.substitute.clone(), context.variables.clone())
        });
        Ok(RunInput {
            collection: self.collection,
            plan,
            steps,
            environment: self.environment,
            has_environment: self.has_environment,
            globals: self.globals,
            data: self.data,
            tokens,
            expected: Expected::new(self.config, success),
            redactor: self.redactor,
        })
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

/// Opens iteration data; a URL is fetched first.
pub(in crate::cli) async fn open_data(
    path: &str,
    delimiter: Option<char>,
    types: DataTypesChoice,
) -> Result<DataFile, Failure> {
    let delimiter = match delimiter.map(u8::try_from) {
        None => b',',
        Some(Ok(delimiter)) => delimiter,
        Some(Err(_)) => return Err(Failure::usage("--csv-delimiter takes one ASCII character")),
    };
    let options = DataOptions {
        delimiter,
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
    let data = data.map_err(|error| could_not_load("iteration data", &error))?;
    for warning in data.warnings() {
        eprintln!("warning: {warning}");
    }
    Ok(data)
}
