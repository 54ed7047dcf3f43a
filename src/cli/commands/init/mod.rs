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
    let found = if args.collection.is_some() { Vec::new() } else { find_collections(&args.folder) };
    let named = args.collection.as_ref().or(found.first());
    let collection = named.cloned().unwrap_or_else(|| "api.postman_collection.json".to_owned());
    let files = files(args, &for_shell(&collection));
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
    if named.is_none() {
        say!("\nno collection is there yet: put it at {collection}, or name it with --collection");
    } else if found.len() > 1 {
        say!("\nof {} collections the first was taken; --collection names another", found.len());
    }
    say!("\nnext:");
    if args.folder != Path::new(".") {
        say!("  cd {}", for_shell(&args.folder.display().to_string()));
    }
    let (collection, environment) = (for_shell(&collection), environment_name(args.altinn));
    if args.altinn {
        say!("  fill in {environment}, then:  postbud verify -e {environment}");
    }
    say!("  postbud check {collection} -e {environment}\n  postbud run {collection} -e {environment}");
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

/// The collections in the folder, by name.
fn find_collections(folder: &Path) -> Vec<String> {
    let mut found: Vec<String> = std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| name.ends_with(".postman_collection.json"))
        .collect();
    found.sort();
    found
}

/// A word of a shell's command line.
fn for_shell(word: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_./@:+,=".contains(c);
    if word.chars().all(plain) && !word.is_empty() {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', "'\\''"))
    }
}

fn write(path: &Path, text: &str) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    std::fs::write(path, text)
}
