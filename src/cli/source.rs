//! Reading what the user named: a file, a URL, standard input.

use std::io::Read;
use std::path::Path;

use crate::collection::{Document, v3};

/// Why a source could not be read.
#[derive(Debug, thiserror::Error)]
pub(in crate::cli) enum SourceError {
    /// The file cannot be read.
    #[error("unable to read \"{name}\": {error}{hint}")]
    Unreadable {
        /// As given.
        name: String,
        /// What the system said.
        error: std::io::Error,
        /// What to do, with its separator, or nothing.
        hint: String,
    },
    /// The URL did not answer with the file.
    #[error("unable to fetch \"{url}\": {reason}")]
    Unfetchable {
        /// As given.
        url: String,
        /// Why.
        reason: String,
    },
}

/// Whether a source is fetched rather than read.
pub(in crate::cli) fn is_url(source: &str) -> bool {
    source.starts_with("http://") || source.starts_with("https://")
}

/// The bytes of a source.
///
/// # Errors
/// When it cannot be read or fetched, with what to do.
pub(in crate::cli) async fn read(source: &str) -> Result<Vec<u8>, SourceError> {
    if is_url(source) {
        return fetch(source).await;
    }
    if source == "-" {
        let mut bytes = Vec::new();
        return match std::io::stdin().lock().read_to_end(&mut bytes) {
            Ok(_) => Ok(bytes),
            Err(error) => Err(unreadable("standard input", error)),
        };
    }
    std::fs::read(source).map_err(|error| unreadable(source, error))
}

/// A collection in v2.1 form: a folder of YAML, or JSON of any version from a file, a URL or standard input.
///
/// # Errors
/// A message when it cannot be read or is no collection.
pub(in crate::cli) async fn collection(source: &str) -> Result<Document, String> {
    if !is_url(source) && Path::new(source).is_dir() {
        return v3::read(Path::new(source)).map_err(|error| error.to_string());
    }
    collection_file(source).await
}

/// A collection with what only conversions need: the saved responses of a folder.
///
/// # Errors
/// As [`collection`].
pub(in crate::cli) async fn whole_collection(source: &str) -> Result<Document, String> {
    if !is_url(source) && Path::new(source).is_dir() {
        return v3::read_whole(Path::new(source)).map_err(|error| error.to_string());
    }
    collection_file(source).await
}

async fn collection_file(source: &str) -> Result<Document, String> {
    let bytes = read(source).await.map_err(|error| error.to_string())?;
    let name = if source == "-" { "standard input" } else { source };
    crate::collection::read(name, &bytes).map_err(|error| error.to_string())
}

fn unreadable(name: &str, error: std::io::Error) -> SourceError {
    let hint = match error.kind() {
        std::io::ErrorKind::NotFound => near(Path::new(name)).unwrap_or_default(),
        std::io::ErrorKind::IsADirectory => "; expected a file".to_owned(),
        _ => String::new(),
    };
    SourceError::Unreadable { name: name.to_owned(), error, hint }
}

/// `; did you mean …?` for a file of nearly that name in the same folder.
fn near(path: &Path) -> Option<String> {
    let wanted = path.file_name()?.to_str()?;
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let best = std::fs::read_dir(folder)
        .ok()?
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .map(|name| (strsim::jaro_winkler(&name, wanted), name))
        .filter(|(score, _)| *score > 0.85)
        .max_by(|a, b| a.0.total_cmp(&b.0))?;
    Some(format!("; did you mean \"{}\"?", folder.join(best.1).display()))
}

async fn fetch(url: &str) -> Result<Vec<u8>, SourceError> {
    let fail = |reason: String| SourceError::Unfetchable { url: url.to_owned(), reason };
    // reqwest takes the process-wide provider; a second call finds it installed.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let client = reqwest::Client::builder()
        .user_agent(concat!("postbud/", env!("CARGO_PKG_VERSION")))
        .build()
        .map_err(|e| fail(e.to_string()))?;
    let response = client.get(url).send().await.map_err(|error| fail(root_cause(&error)))?;
    let status = response.status();
    let bytes = response.bytes().await.map_err(|error| fail(root_cause(&error)))?;
    if status != reqwest::StatusCode::OK {
        let told = serde_json::from_slice::<serde_json::Value>(&bytes)
            .ok()
            .and_then(|body| body.pointer("/error/message")?.as_str().map(str::to_owned));
        let reason = told.unwrap_or_else(|| format!("the URL answered with status {}", status.as_u16()));
        return Err(fail(reason));
    }
    Ok(bytes.to_vec())
}

/// The innermost error: reqwest's own text says only that the request failed.
fn root_cause(error: &dyn std::error::Error) -> String {
    let mut cause = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}
