//! `postbud init`: files to begin with. It asks nothing, and replaces nothing unless it is told to.

use std::path::{Path, PathBuf};

use super::{print, say};
use crate::cli::args::{CiChoice, InitArgs};
use crate::cli::{ExitStatus, Failure};
use crate::config;

/// Writes the files, or prints the schema.
///
/// # Errors
/// When a file is there already or cannot be written; nothing is written in the first case.
pub(in crate::cli) fn run(args: &InitArgs) -> Result<ExitStatus, Failure> {
    if args.schema {
        print(config::schema());
        return Ok(ExitStatus::Passed);
    }
    let collection = match &args.collection {
        Some(collection) => collection.clone(),
        None => find_collection(&args.folder).unwrap_or_else(|| "api.postman_collection.json".to_owned()),
    };
    let files = files(args, &collection);
    let there: Vec<String> = files
        .iter()
        .map(|(path, _)| path)
        .filter(|path| path.exists())
        .map(|path| path.display().to_string())
        .collect();
    if !there.is_empty() && !args.force {
        let message = format!("there already: {}; nothing was written (--force replaces)", there.join(", "));
        return Err(Failure::usage(message));
    }
    for (path, text) in &files {
        write(path, text).map_err(|error| Failure::usage(format!("{} cannot be written: {error}", path.display())))?;
        say!("wrote {}", path.display());
    }
    let environment = environment_name(args.altinn);
    if args.altinn {
        say!("\nfirst: fill in {environment}, then\n  postbud verify -e {environment}");
    }
    say!("\nnext:\n  postbud check {collection} -e {environment}\n  postbud run {collection} -e {environment}");
    if ci(args) == CiChoice::Gitlab {
        say!("  add to .gitlab-ci.yml:  include: [{{local: {GITLAB}}}]");
    }
    Ok(ExitStatus::Passed)
}

/// Where the workflow of GitLab goes; the project's own file is not touched.
const GITLAB: &str = ".gitlab/postbud.yml";

fn files(args: &InitArgs, collection: &str) -> Vec<(PathBuf, String)> {
    let fill =
        |text: &str| text.replace("@COLLECTION@", collection).replace("@ENVIRONMENT@", environment_name(args.altinn));
    let at = |name: &str| args.folder.join(name);
    let (yaml, environment) = if args.altinn {
        (include_str!("postbud.altinn.yaml"), include_str!("altinn.postman_environment.json"))
    } else {
        (include_str!("postbud.yaml"), include_str!("test.postman_environment.json"))
    };
    let mut files =
        vec![(at(config::FILE_NAME), fill(yaml)), (at(environment_name(args.altinn)), environment.to_owned())];
    match ci(args) {
        CiChoice::Github => {
            files.push((
                at(".github/workflows/postbud.yml"),
                fill(include_str!("github.yml"))
                    .replace("@SECRETS@", secrets(args, "github"))
                    .replace("@VERIFY@", &verify_step(args, "github")),
            ));
        }
        CiChoice::Gitlab => {
            let text = fill(include_str!("gitlab.yml")).replace("@VERIFY@", &verify_step(args, "gitlab"));
            files.push((at(GITLAB), text + secrets(args, "gitlab")));
        }
        CiChoice::None => {}
    }
    files
}

fn environment_name(altinn: bool) -> &'static str {
    if altinn { "tt02.postman_environment.json" } else { "test.postman_environment.json" }
}

/// The secrets that a job needs, as the engine writes them.
fn secrets(args: &InitArgs, engine: &str) -> &'static str {
    match (args.altinn, engine) {
        (true, "github") => {
            "        env:\n          OWNER_JWK: ${{ secrets.OWNER_JWK }}\n          RECIPIENT_JWK: ${{ secrets.RECIPIENT_JWK }}\n"
        }
        (true, _) => "  # OWNER_JWK and RECIPIENT_JWK are masked variables of the project.\n",
        _ => "",
    }
}

/// Altinn's set-up is verified before anything of it is used.
fn verify_step(args: &InitArgs, engine: &str) -> String {
    if !args.altinn {
        return String::new();
    }
    let environment = environment_name(true);
    let command = format!("postbud verify -e {environment} -r cli,junit --reporter-junit-export report/verify.xml");
    if engine == "github" {
        format!("      - name: Verify the set-up\n        run: {command}\n{}", secrets(args, engine))
    } else {
        format!("    - {command}\n")
    }
}

/// The engine that was asked for, else the one whose files are there, else GitHub.
fn ci(args: &InitArgs) -> CiChoice {
    let gitlab = args.folder.join(".gitlab-ci.yml").exists() && !args.folder.join(".github").exists();
    args.ci.unwrap_or(if gitlab { CiChoice::Gitlab } else { CiChoice::Github })
}

/// The only collection in the folder.
fn find_collection(folder: &Path) -> Option<String> {
    let mut found = std::fs::read_dir(folder)
        .ok()?
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| name.ends_with(".postman_collection.json"));
    let first = found.next()?;
    found.next().is_none().then_some(first)
}

fn write(path: &Path, text: &str) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    std::fs::write(path, text)
}
