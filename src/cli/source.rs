//! Reading what the user named: a file, a URL, standard input.

use std::borrow::Cow;
use std::io::Read;
use std::path::Path;

use super::postman_api::{self, PostmanApi, Resource};
use crate::collection::{Document, v3};
use crate::secret::{Redactor, SecretString};

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

/// A GET for a source.
#[derive(Debug)]
pub(in crate::cli) struct Fetch {
    /// Where to.
    pub(in crate::cli) url: String,
    /// `X-Api-Key`.
    pub(in crate::cli) key: Option<SecretString>,
    /// Whether Postman's API answers.
    pub(in crate::cli) from_api: bool,
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
        return fetch(&Fetch { url: source.to_owned(), key: None, from_api: false }).await;
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

/// The bytes of a source that may be in Postman's API.
///
/// # Errors
/// As [`read`], and where a key is missing.
pub(in crate::cli) async fn read_resource(
    source: &str,
    resource: Resource,
    api: &PostmanApi,
) -> Result<Vec<u8>, SourceError> {
    match api.locate(source, resource)? {
        Some(request) => fetch(&request).await,
        None => read(source).await,
    }
}

/// A collection in v2.1 form: a folder of YAML, or JSON of any version from a file, a URL or standard input.
///
/// # Errors
/// A message when it cannot be read or is no collection.
pub(in crate::cli) async fn collection(source: &str, api: &PostmanApi) -> Result<Document, String> {
    if !is_url(source) && Path::new(source).is_dir() {
        return v3::read(Path::new(source)).map_err(|error| error.to_string());
    }
    collection_file(source, api).await
}

/// A collection with what only conversions need: the saved responses of a folder.
///
/// # Errors
/// As [`collection`].
pub(in crate::cli) async fn whole_collection(source: &str, api: &PostmanApi) -> Result<Document, String> {
    if !is_url(source) && Path::new(source).is_dir() {
        return v3::read_whole(Path::new(source)).map_err(|error| error.to_string());
    }
    collection_file(source, api).await
}

async fn collection_file(source: &str, api: &PostmanApi) -> Result<Document, String> {
    let bytes = read_resource(source, Resource::Collection, api).await.map_err(|error| error.to_string())?;
    crate::collection::read(&shown(source), &bytes).map_err(|error| error.to_string())
}

/// A source in messages: keys in a URL's query are masked.
pub(in crate::cli) fn shown(source: &str) -> Cow<'_, str> {
    if source == "-" {
        return Cow::Borrowed("standard input");
    }
    if is_url(source) { Cow::Owned(Redactor::new().redact(source).into_owned()) } else { Cow::Borrowed(source) }
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

async fn fetch(fetch: &Fetch) -> Result<Vec<u8>, SourceError> {
    let fail = |reason: String| SourceError::Unfetchable { url: shown(&fetch.url).into_owned(), reason };
    // reqwest takes the process-wide provider; a second call finds it installed.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let mut builder = reqwest::Client::builder().user_agent(concat!("postbud/", env!("CARGO_PKG_VERSION")));
    if fetch.key.is_some() {
        builder = builder.redirect(same_host());
    }
    let client = builder.build().map_err(|e| fail(e.to_string()))?;
    let mut request = client.get(&fetch.url);
    if let Some(key) = &fetch.key {
        let mut value = reqwest::header::HeaderValue::from_str(key.expose())
            .map_err(|_| fail("the key has characters that no key of Postman's API has".to_owned()))?;
        value.set_sensitive(true);
        request = request.header("X-Api-Key", value);
    }
    let response = request.send().await.map_err(|error| fail(root_cause(&error)))?;
    let status = response.status();
    let bytes = response.bytes().await.map_err(|error| fail(root_cause(&error)))?;
    if status == reqwest::StatusCode::OK {
        return Ok(bytes.to_vec());
    }
    if fetch.from_api {
        return Err(fail(postman_api::explain(status.as_u16(), &bytes, fetch.key.is_some())));
    }
    let told = serde_json::from_slice::<serde_json::Value>(&bytes)
        .ok()
        .and_then(|body| body.pointer("/error/message")?.as_str().map(str::to_owned));
    Err(fail(told.unwrap_or_else(|| format!("the URL answered with status {}", status.as_u16()))))
}

/// Redirects that stay where the key may go: same scheme, host and port.
fn same_host() -> reqwest::redirect::Policy {
    reqwest::redirect::Policy::custom(|attempt| {
        let stays = attempt.previous().last().is_some_and(|from| from.origin() == attempt.url().origin());
        if stays && attempt.previous().len() < 10 { attempt.follow() } else { attempt.stop() }
    })
}

/// The innermost error: reqwest's own text says only that the request failed.
fn root_cause(error: &dyn std::error::Error) -> String {
    let mut cause = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}
