//! `postbud check`: reads what a run would read, and says what is wrong.

use std::collections::HashMap;
use std::path::Path;

use super::run::{beside, load_config, open_data, read_scope, set_all};
use crate::check::{self, Input, Level, Origin, Report};
use crate::cli::args::{CheckArgs, CheckFormat, DataTypesChoice};
use crate::cli::context::Context;
use crate::cli::postman_api::{PostmanApi, Resource};
use crate::cli::{ExitStatus, Failure, source};
use crate::collection::{Document, v3};
use crate::diagnostic::SourceFile;

/// Prints findings to standard output.
///
/// # Errors
/// When something that the arguments name cannot be read. What is wrong inside of the collection is a finding, not an error.
pub(in crate::cli) async fn run(args: CheckArgs, context: &Context) -> Result<ExitStatus, Failure> {
    let config = load_config(args.config.as_deref(), &args.collection, context)?;
    let api = PostmanApi::new(None, context);
    let shown = source::shown(&args.collection);
    let name: &str = if args.collection == "-" { "standard input" } else { &shown };
    let folder = Path::new(&args.collection);
    let file;
    let origin = if !source::is_url(&args.collection) && folder.is_dir() {
        match v3::read_placed(folder) {
            Ok((document, files)) => {
                let Document { value, warnings, .. } = document;
                Origin::Folder { name: name.to_owned(), value, files, warnings }
            }
            Err(error) => return Ok(print(&check::unreadable(name, *error.0), &args)),
        }
    } else {
        let bytes =
            source::read_resource(&args.collection, Resource::Collection, &api).await.map_err(Failure::usage)?;
        file = SourceFile::decode(name, &bytes);
        Origin::File(&file)
    };
    let input = Input {
        origin,
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
    Ok(print(&report, &args))
}

fn print(report: &Report, args: &CheckArgs) -> ExitStatus {
    let text = match args.format {
        CheckFormat::Text => check::text(report),
        CheckFormat::Json => format!("{:#}\n", check::json(report)),
        CheckFormat::Sarif => format!("{:#}\n", check::sarif(report)),
    };
    super::print(&text);
    let worst = if args.strict { Level::Warning } else { Level::Error };
    let failed = report.findings.iter().any(|finding| finding.level >= worst);
    if failed { ExitStatus::Failed } else { ExitStatus::Passed }
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
