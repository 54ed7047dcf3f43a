//! `postbud convert`: a collection in another format; what gets lost is said.

use std::path::Path;

use super::print;
use crate::cli::args::{ConvertArgs, FormatChoice};
use crate::cli::commands::run::exports::write_json;
use crate::cli::context::Context;
use crate::cli::postman_api::PostmanApi;
use crate::cli::{ExitStatus, Failure, source};
use crate::collection::v3;
use crate::convert;

/// Converts as the arguments say.
///
/// # Errors
/// When the collection cannot be read or the target not be written.
pub(in crate::cli) async fn run(args: ConvertArgs, context: &Context) -> Result<ExitStatus, Failure> {
    let api = PostmanApi::new(None, context);
    let document = source::whole_collection(&args.collection, &api).await.map_err(|error| {
        Failure::usage(format!("collection could not be loaded\n  {}", error.replace('\n', "\n  ")))
    })?;
    let mut lost = document.dropped;
    if args.to == FormatChoice::V3 {
        let Some(folder) = &args.output else {
            return Err(Failure::usage("v3 is a folder of files; name it with -o"));
        };
        refuse_used(folder)?;
        let losses = v3::write(&document.value, folder).map_err(|error| unwritten(folder, &error))?;
        lost.extend(convert::told(&losses));
    } else {
        let value = convert::normal(document.value);
        let (value, losses) = match args.to {
            FormatChoice::V1 => convert::v1(&value),
            FormatChoice::V20 => convert::v20(value),
            FormatChoice::V21 | FormatChoice::V3 => (value, convert::Losses::default()),
        };
        lost.extend(convert::told(&losses.list));
        put(args.output.as_deref(), &value)?;
    }
    for line in lost {
        eprintln!("lost: {line}");
    }
    Ok(ExitStatus::Passed)
}

/// To a file, or to standard output.
fn put(output: Option<&Path>, value: &serde_json::Value) -> Result<(), Failure> {
    let Some(path) = output else {
        print(&format!("{value:#}\n"));
        return Ok(());
    };
    if path.is_dir() {
        return Err(Failure::usage(format!("\"{}\" is a folder; this format is one file", path.display())));
    }
    write_json(path, value).map_err(|error| unwritten(path, &error))
}

/// Files of another collection would stay among the new ones and run.
fn refuse_used(folder: &Path) -> Result<(), Failure> {
    let used = match std::fs::read_dir(folder) {
        Ok(mut entries) => entries.next().is_some(),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => false,
        Err(error) => return Err(unwritten(folder, &error)),
    };
    if used {
        let message = format!("\"{}\" is not empty; name a new folder, or remove what is there", folder.display());
        return Err(Failure::usage(message));
    }
    Ok(())
}

fn unwritten(path: &Path, error: &std::io::Error) -> Failure {
    Failure::usage(format!("\"{}\" could not be written: {error}", path.display()))
}
