//! `postbud.yaml`: what adapts a collection from outside.
//!
//! The file is read into a tree that knows the place of every value ([`node`]), environment variables are filled in, and each
//! part takes the keys it knows ([`reader`]); a key that nobody takes is an error with line, column and the nearest known key.
//! Nothing here fetches or sends: [`crate::token`] and [`crate::expect`] do, from the plain data of this module.

mod flow;
mod node;
pub mod overlay;
mod profile;
mod reader;
mod retry;
mod rules;
mod schema;
mod substitute;
mod verify;

use std::path::{Path, PathBuf};

use indexmap::IndexMap;
use regex::Regex;
use serde_json::Value;

pub use flow::{Limit, Repeat, Step};
pub use profile::{
    ALTINN_ENVIRONMENTS, Algorithm, ClientCredentials, CommandToken, EnvToken, Exchange, Issuer, KeyForm, KeySource,
    Maskinporten, Profile, Provider, SecretSource, SystemUser,
};
pub use reader::nearest;
pub use retry::Retry;
pub use rules::{Comparison, Expectation, JsonCheck, JsonTest, JsonType, Rule, StatusRange, StatusRule, TextTest};
pub use schema::BodySchema;
pub use substitute::{Substitute, TestTokens};
pub use verify::Verify;

pub use crate::collection::glob::{PathGlob, request_path};

use crate::diagnostic::{Diagnostic, Place, SourceFile};
use node::{Kind, Node, Source};
use reader::Reader;

/// The name the file has where it is looked for.
pub const FILE_NAME: &str = "postbud.yaml";

/// Why a file could not be used: what, where, and what to do.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{0}")]
pub struct ConfigError(pub Box<Diagnostic>);

/// All of `postbud.yaml`.
#[derive(Debug, Clone, Default)]
pub struct Config {
    /// Path as given.
    pub path: PathBuf,
    /// Token profiles by name.
    pub tokens: IndexMap<String, Profile>,
    /// Where their tokens go.
    pub substitute: Substitute,
    /// Requests to run, in order; `None`: the collection's own order.
    pub flow: Option<Vec<Step>>,
    /// Changes to the collection.
    pub overlay: Vec<overlay::Action>,
    /// Files of the collection, by the name it gives them.
    pub files: IndexMap<String, PathBuf>,
    /// Tags, each with the requests that have it.
    pub tags: Vec<(String, PathGlob)>,
    /// What responses must be.
    pub expect: Vec<Expectation>,
    /// A request without a test of its own must answer 2xx.
    pub expect_success: Option<bool>,
    /// Which requests are sent again, and when.
    pub retry: Option<Retry>,
    /// What to hide beside what is hidden anyway.
    pub redact: Redact,
    /// Defaults of options of `run`.
    pub run: Vec<RunDefault>,
    /// What `verify` verifies.
    pub verify: Option<Verify>,
}

/// What to hide in every output.
#[derive(Debug, Clone, Default)]
pub struct Redact {
    /// Names of variables, headers and fields whose values are hidden.
    pub names: Vec<String>,
    /// What matches is hidden.
    pub patterns: Vec<Regex>,
}

/// A default of an option of `run`.
#[derive(Debug, Clone)]
pub struct RunDefault {
    /// Long name of the option, without dashes in front.
    pub option: String,
    /// Its value: true for a switch, text, a number, or a list for options that may be repeated.
    pub value: Value,
    /// Where it stands.
    pub place: Place,
}

impl RunDefault {
    /// The error for an option that does not exist.
    pub fn unknown(&self, known: &[&str]) -> ConfigError {
        let mut diagnostic = Diagnostic::new(format!("`run` has no option `{}`", self.option));
        diagnostic.place = Some(self.place.clone());
        diagnostic.help = nearest(&self.option, known).map(|near| format!("did you mean `{near}`?"));
        ConfigError(Box::new(diagnostic))
    }

    /// The error for a value that the option does not take.
    pub fn invalid(&self, reason: &str) -> ConfigError {
        let mut diagnostic = Diagnostic::new(format!("invalid value for `{}`: {reason}", self.option));
        diagnostic.place = Some(self.place.clone());
        ConfigError(Box::new(diagnostic))
    }
}

/// The JSON Schema of `postbud.yaml`.
pub fn schema() -> &'static str {
    include_str!("schema.json")
}

impl Config {
    /// Reads a file. Paths in it are relative to its folder; `env` gives environment variables.
    ///
    /// # Errors
    /// When it cannot be read, is no YAML, has an unknown key or a wrong value, or asks for an environment variable that is
    /// not set; with line and column.
    pub fn load(path: &Path, env: &dyn Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        let name = path.display().to_string();
        let bytes = std::fs::read(path)
            .map_err(|error| ConfigError(Box::new(Diagnostic::new(format!("could not read {name}: {error}")))))?;
        let file = SourceFile::decode(&name, &bytes);
        let mut config = Self::parse(&name, &file.text, path.parent().unwrap_or(Path::new("")), env)?;
        path.clone_into(&mut config.path);
        Ok(config)
    }

    /// Reads the text of a file; paths in it are relative to `base`.
    ///
    /// # Errors
    /// As [`Config::load`].
    pub fn parse(
        name: &str,
        text: &str,
        base: &Path,
        env: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Self, ConfigError> {
        let source = Source { file: SourceFile { name: name.to_owned(), text: text.into() } };
        let mut root = source.parse()?;
        source.fill(&mut root, env)?;
        let mut config = read(&source, base, &root)?;
        config.path = PathBuf::from(name);
        Ok(config)
    }

    /// The rules for a request path, of all patterns that match.
    pub fn rules_for(&self, path: &str) -> Vec<Rule> {
        self.expect.iter().filter(|e| e.requests.matches(path)).flat_map(|e| e.rules.iter().cloned()).collect()
    }

    /// The file that stands for a name in the collection: the whole name, else its last part.
    pub fn file_for(&self, name: &str) -> Option<&Path> {
        let last = name.rsplit(['/', '\\']).next().unwrap_or(name);
        self.files.get(name).or_else(|| self.files.get(last)).map(PathBuf::as_path)
    }
}

fn read(source: &Source, base: &Path, root: &Node) -> Result<Config, ConfigError> {
    let mut map = Reader::new(source, root, FILE_NAME)?;
    let mut config = Config::default();
    if let Some(node) = map.get("tokens") {
        for (key, node) in source.map(node, "tokens")? {
            config.tokens.insert(key.text.clone(), profile::read(source, base, key, node)?);
        }
    }
    if let Some(node) = map.get("substitute") {
        config.substitute = substitute::read(source, node, &config.tokens)?;
    }
    if let Some(node) = map.get("flow") {
        config.flow = Some(flow::read(source, node, &config.tokens)?);
    }
    if let Some(node) = map.get("overlay") {
        config.overlay = overlay::read(source, node)?;
    }
    if let Some(node) = map.get("files") {
        for (key, node) in source.map(node, "files")? {
            config.files.insert(key.text.clone(), base.join(source.text(node, &key.text)?));
        }
    }
    if let Some(node) = map.get("tags") {
        for (key, node) in source.map(node, "tags")? {
            for pattern in source.texts(node, &key.text)? {
                config.tags.push((key.text.clone(), source.glob(&pattern, node.at)?));
            }
        }
    }
    if let Some(node) = map.get("expect") {
        config.expect = rules::read(source, base, node)?;
    }
    config.expect_success = map.flag("expect_success")?;
    if let Some(node) = map.get("redact") {
        config.redact = redact(source, node)?;
    }
    if let Some(node) = map.get("run") {
        for (key, node) in source.map(node, "run")? {
            if matches!(node.kind, Kind::Null) {
                return Err(source.expected(node, &key.text, "a value"));
            }
            let option = key.text.trim_start_matches('-').to_owned();
            config.run.push(RunDefault { option, value: node.to_json(), place: source.place(key.at) });
        }
    }
    if let Some(node) = map.get("verify") {
        config.verify = Some(verify::read(source, base, node, &config.tokens)?);
    }
    if let Some(node) = map.get("retry") {
        config.retry = Some(retry::read(source, node)?);
    }
    map.finish()?;
    Ok(config)
}

/// A list of names, or `{names, patterns}`.
fn redact(source: &Source, node: &Node) -> Result<Redact, ConfigError> {
    if matches!(node.kind, Kind::List(_)) {
        return Ok(Redact { names: source.texts(node, "redact")?, patterns: Vec::new() });
    }
    let mut map = Reader::new(source, node, "`redact`")?;
    let names = map.texts("names")?;
    let patterns = match map.get("patterns") {
        None => Vec::new(),
        Some(node) => source
            .list(node, "patterns")?
            .iter()
            .map(|node| source.regex(node, "patterns"))
            .collect::<Result<_, _>>()?,
    };
    map.finish()?;
    Ok(Redact { names, patterns })
}

#[cfg(test)]
mod tests;
