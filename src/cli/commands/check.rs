//! `postbud check`: reads what a run would read, and says what is wrong.

use std::collections::HashMap;
use std::path::Path;

use super::run::{beside, load_config, open_data, read_scope, set_all};
use crate::check::{self, Input, Level};
use crate::cli::args::{CheckArgs, CheckFormat, DataTypesChoice};
use crate::cli::context::Context;
use crate::cli::postman_api::{PostmanApi, Resource};
use crate::cli::{ExitStatus, Failure, source};
use crate::diagnostic::SourceFile;

/// Prints findings to standard output.
///
/// # Errors
/// When something that the arguments name cannot be read. What is wrong inside of the collection is a finding, not an error.
pub(in crate::cli) async fn run(args: CheckArgs, context: &Context) -> Result<ExitStatus, Failure> {
    let config = load_config(args.config.as_deref(), &args.collection, context)?;
    if Path::new(&args.collection).is_dir() {
        let folder = &args.collection;
        let message = format!("{folder} is a folder (collection v3), and check reads files");
        return Err(Failure::usage(format!("{message}: postbud convert {folder} -o c.json, then check c.json")));
    }
    let api = PostmanApi::new(None, context);
    let bytes = source::read_resource(&args.collection, Resource::Collection, &api).await.map_err(Failure::usage)?;
    let file = SourceFile::decode(&source::shown(&args.collection), &bytes);
    let input = Input {
        file: &file,
        defined: defined(&args, &api).await?,
        has_environment: args.environment.is_some(),
        working_dir: match &args.working_dir {
            Some(folder) if folder.as_path() == Path::new("collection") => beside(&args.collection),
            Some(folder) => folder.clone(),
            None => ".".into(),
        },
        config: config.as_deref(),
    };
    let report = check::check(&input).map_err(Failure::usage)?;
    let text = match args.format {
        CheckFormat::Text => check::text(&report),
        CheckFormat::Json => format!("{:#}\n", check::json(&report)),
        CheckFormat::Sarif => format!("{:#}\n", check::sarif(&report)),
    };
    super::print(&text);
    let worst = if args.strict { Level::Warning } else { Level::Error };
    let failed = report.findings.iter().any(|finding| finding.level >= worst);
    Ok(if failed { ExitStatus::Failed } else { ExitStatus::Passed })
}

/// Names that are given from outside, with their values as text.
async fn defined(args: &CheckArgs, api: &PostmanApi) -> Result<HashMap<String, String>, Failure> {
    let mut environment = read_scope(args.environment.as_deref(), "environment", api).await?.unwrap_or_default();
    let mut globals = read_scope(args.globals.as_deref(), "globals", api).await?.unwrap_or_default();
    set_all(&mut environment, &args.env_var);
    set_all(&mut globals, &args.global_var);
    let mut defined: HashMap<String, String> = [globals, environment]
        .iter()
        .flat_map(|scope| &scope.variables)
        .filter(|variable| !variable.disabled)
        .map(|variable| (variable.key.clone(), variable.text()))
        .collect();
    if let Some(path) = &args.iteration_data {
        let mut data = open_data(path, args.csv_delimiter, DataTypesChoice::Strict).await?;
        // Every row may have columns of its own; the first few show them.
        for iteration in 0..data.row_count().min(100) {
            let row = data.row(iteration).map_err(Failure::usage)?;
            defined.extend(row.iter().map(|(name, value)| (name.clone(), crate::variables::text_of(value))));
        }
    }
    Ok(defined)
}
