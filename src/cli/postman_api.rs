//! Collections, environments and globals from Postman's API: what is asked for, and with which key.

use std::path::Path;

use serde_json::Value;

use super::context::Context;
use super::source::{Fetch, SourceError, is_url};
use crate::secret::SecretString;

/// Where the API is, unless `POSTMAN_API_URL` says otherwise.
const HOME: &str = "https://api.postman.com";

/// Hosts of the API; a key goes to no other.
const HOSTS: &[&str] = &["api.postman.com", "api.getpostman.com", "api.eu.postman.com"];

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::cli) enum Resource {
    /// A collection.
    Collection,
    /// An environment.
    Environment,
    /// Globals.
    Globals,
}

impl Resource {
    /// Of the word that messages have for a file of variables.
    pub(in crate::cli) fn of_scope(kind: &str) -> Self {
        if kind == "globals" { Self::Globals } else { Self::Environment }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Collection => "collection",
            Self::Environment => "environment",
            Self::Globals => "globals",
        }
    }
}

/// Access to Postman's API.
#[derive(Debug)]
pub(in crate::cli) struct PostmanApi {
    key: Option<SecretString>,
    home: String,
}

impl PostmanApi {
    /// The key of `--postman-api-key`, else of `POSTMAN_API_KEY`.
    pub(in crate::cli) fn new(option: Option<&str>, context: &Context) -> Self {
        let key = option.filter(|key| !key.trim().is_empty()).or_else(|| context.variable("POSTMAN_API_KEY"));
        Self {
            key: key.map(|key| SecretString::new(key.trim())),
            home: context.variable("POSTMAN_API_URL").unwrap_or(HOME).trim_end_matches('/').to_owned(),
        }
    }

    /// The key, which must not be shown.
    pub(in crate::cli) fn key(&self) -> Option<&SecretString> {
        self.key.as_ref()
    }

    /// What to fetch for a source; `None` where it is no matter of the API.
    ///
    /// # Errors
    /// Where it is one, and something is missing.
    pub(in crate::cli) fn locate(&self, source: &str, resource: Resource) -> Result<Option<Fetch>, SourceError> {
        if is_url(source) {
            return Ok(self.address(source));
        }
        // A file of that name wins, as in newman.
        if !is_uid(source) || Path::new(source).exists() {
            return Ok(None);
        }
        let fail = |reason: String| Err(SourceError::Unfetchable { url: source.to_owned(), reason });
        if resource == Resource::Globals {
            let home = &self.home;
            return fail(format!(
                "globals have no uid in Postman's API; use {home}/workspaces/<workspace id>/global-variables, or a file"
            ));
        }
        let Some(key) = &self.key else {
            return fail(format!(
                "there is no file of that name, and for the {} of that uid in Postman a key of its API is needed; set \
                 POSTMAN_API_KEY or give --postman-api-key",
                resource.name()
            ));
        };
        let url = format!("{}/{}s/{source}", self.home, resource.name());
        Ok(Some(Fetch { url, key: Some(key.clone()), from_api: true }))
    }

    /// A URL of the API with its key: `apikey` of the query, else the one that was given.
    fn address(&self, source: &str) -> Option<Fetch> {
        let (scheme, rest) = source.split_once("://")?;
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let host = authority.rsplit('@').next().unwrap_or_default().split(':').next().unwrap_or_default();
        let is_home = self.home.split_once("://").is_some_and(|(home_scheme, home)| {
            scheme.eq_ignore_ascii_case(home_scheme)
                && home.split('/').next().is_some_and(|home| home.eq_ignore_ascii_case(authority))
        });
        let is_postman = HOSTS.iter().any(|known| host.eq_ignore_ascii_case(known));
        if !is_home && !is_postman {
            return None;
        }
        // A key is not sent in the clear.
        let scheme = if is_home { scheme } else { "https" };
        let (place, query) = rest.split_once('?').unwrap_or((rest, ""));
        let mut own_key = None;
        let kept: Vec<&str> = query
            .split('&')
            .filter(|pair| match pair.split_once('=') {
                Some(("apikey", key)) => {
                    let decoded = percent_encoding::percent_decode_str(key).decode_utf8_lossy();
                    own_key = Some(SecretString::new(decoded.into_owned()));
                    false
                }
                _ => !pair.is_empty(),
            })
            .collect();
        let query = if kept.is_empty() { String::new() } else { format!("?{}", kept.join("&")) };
        let key = own_key.or_else(|| self.key.clone());
        Some(Fetch { url: format!("{scheme}://{place}{query}"), key, from_api: true })
    }
}

/// Whether a text has the form of a uid: the owner's id and a UUID.
pub(in crate::cli) fn is_uid(text: &str) -> bool {
    let Some((owner, id)) = text.split_once('-') else { return false };
    let groups: Vec<&str> = id.split('-').collect();
    !owner.is_empty()
        && owner.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && groups.iter().map(|group| group.len()).eq([8, 4, 4, 4, 12])
        && groups.iter().all(|group| group.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// What an error of the API says and what to do about it.
pub(in crate::cli) fn explain(status: u16, body: &[u8], with_key: bool) -> String {
    let body: Option<Value> = serde_json::from_slice(body).ok();
    let text = |pointer: &str| body.as_ref()?.pointer(pointer)?.as_str().filter(|text| !text.is_empty());
    let told = ["/error/message", "/error/detail", "/error/title", "/error", "/detail", "/title", "/message"]
        .iter()
        .find_map(|pointer| text(pointer))
        .map_or_else(|| format!("Postman's API answered with status {status}"), str::to_owned);
    let help = match status {
        401 if with_key => "the key is wrong or was revoked; make a new one in Postman's settings",
        401 => "set POSTMAN_API_KEY or give --postman-api-key",
        403 => "the key's owner may not read this; ask for access, or use a key of somebody who has it",
        404 => "look at the uid, and whether the key's owner can see it in Postman",
        429 => "the API's limit is reached; try later, or export to a file once",
        500.. => "Postman's API has trouble of its own; try later, or export to a file",
        _ => "",
    };
    let told = told.trim_end_matches('.');
    if help.is_empty() { format!("{told} ({status})") } else { format!("{told} ({status}); {help}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    const UID: &str = "1234-0f1e2d3c-0000-4000-8000-0123456789ab";

    fn api(key: Option<&str>) -> PostmanApi {
        PostmanApi::new(key, &Context::default())
    }

    fn located(source: &str, key: Option<&str>) -> Option<(String, Option<String>)> {
        let fetch = api(key).locate(source, Resource::Collection).expect("nothing is missing")?;
        Some((fetch.url, fetch.key.map(|key| key.expose().to_owned())))
    }

    #[test]
    fn uids_and_addresses() {
        let key = || Some("K".to_owned());
        assert_eq!(located(UID, Some("K")), Some((format!("https://api.postman.com/collections/{UID}"), key())));
        let moved = located("http://API.getpostman.com/collections/1?a=b&apikey=Q%20x", Some("K"));
        assert_eq!(moved, Some(("https://API.getpostman.com/collections/1?a=b".into(), Some("Q x".into()))));
        assert_eq!(located("https://api.postman.com/x", None), Some(("https://api.postman.com/x".into(), None)));
        for other in ["https://example.com/c.json?apikey=1", "https://api.postman.com.example.com/x", "c.json", "-"] {
            assert_eq!(located(other, Some("K")), None, "{other}");
        }
        for no_uid in
            ["", "-", "1234", "x_y-0f1e2d3c-0000-4000-8000-0123456789ab", "0f1e2d3c-0000-4000-8000-0123456789ab"]
        {
            assert!(!is_uid(no_uid), "{no_uid}");
        }
    }

    #[test]
    fn what_is_missing_is_said() {
        let error = api(None).locate(UID, Resource::Environment).expect_err("no key").to_string();
        assert!(error.contains("POSTMAN_API_KEY") && error.contains("environment"), "{error}");
        let error = api(Some("K")).locate(UID, Resource::Globals).expect_err("no uids").to_string();
        assert!(error.contains("/workspaces/"), "{error}");
    }

    #[test]
    fn errors_are_explained() {
        let told = explain(401, br#"{"error": {"name": "AuthenticationError", "message": "Invalid API Key."}}"#, true);
        assert!(told.starts_with("Invalid API Key (401); the key is wrong"), "{told}");
        let told = explain(404, br#"{"error": {"title": "Not here"}}"#, true);
        assert!(told.starts_with("Not here (404); look at the uid"), "{told}");
        assert!(explain(503, b"<html>", false).starts_with("Postman's API answered with status 503 (503)"));
        assert_eq!(explain(418, br#"{"error": "teapot"}"#, false), "teapot (418)");
    }
}
