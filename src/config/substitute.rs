//! `substitute:` where tokens go.

use indexmap::IndexMap;

use super::ConfigError;
use super::PathGlob;
use super::node::{At, Source};
use super::profile::Profile;
use super::reader::Reader;

/// Where the profiles' tokens go.
#[derive(Debug, Clone, Default)]
pub struct Substitute {
    /// Variables whose every read gives a profile's token.
    pub variables: IndexMap<String, String>,
    /// Requests that get a profile's token in place of their own authorization; the first pattern that matches counts.
    pub requests: Vec<(PathGlob, String)>,
    /// What stands in for test tokens.
    pub test_tokens: TestTokens,
}

/// What stands in for the test-token generator's tokens.
#[derive(Debug, Clone, Default)]
pub struct TestTokens {
    /// Profile by the scope that is asked for.
    pub scopes: IndexMap<String, String>,
    /// Profile by the organisation that is asked for.
    pub orgs: IndexMap<String, String>,
    /// Profile for tokens of persons.
    pub personal: Option<String>,
}

impl Substitute {
    /// The profile for a request path.
    pub fn profile_for(&self, path: &str) -> Option<&str> {
        self.requests.iter().find(|(glob, _)| glob.matches(path)).map(|(_, profile)| profile.as_str())
    }
}

pub(super) fn read(
    source: &Source,
    node: &super::node::Node,
    profiles: &IndexMap<String, Profile>,
) -> Result<Substitute, ConfigError> {
    let mut map = Reader::new(source, node, "`substitute`")?;
    let mut out = Substitute::default();
    if let Some(node) = map.get("variables") {
        for (key, value) in source.map(node, "variables")? {
            out.variables.insert(key.text.clone(), known(source, profiles, &source.text(value, &key.text)?, value.at)?);
        }
    }
    if let Some(node) = map.get("requests") {
        for (key, value) in source.map(node, "requests")? {
            let profile = known(source, profiles, &source.text(value, &key.text)?, value.at)?;
            out.requests.push((source.glob(&key.text, key.at)?, profile));
        }
    }
    if let Some(node) = map.get("test_tokens") {
        for (key, value) in source.map(node, "test_tokens")? {
            let profile = known(source, profiles, &source.text(value, &key.text)?, value.at)?;
            let digits = key.text.strip_prefix("0192:").unwrap_or(&key.text);
            if key.text == "personal" {
                out.test_tokens.personal = Some(profile);
            } else if digits.len() == 9 && digits.bytes().all(|b| b.is_ascii_digit()) {
                out.test_tokens.orgs.insert(digits.to_owned(), profile);
            } else if key.text.contains(':') {
                out.test_tokens.scopes.insert(key.text.clone(), profile);
            } else {
                return Err(source.error_with_help(
                    key.at,
                    &format!("`{}` is neither a scope, an organisation number nor `personal`", key.text),
                    "for instance `altinn:correspondence.read: recipient`",
                ));
            }
        }
    }
    map.finish()?;
    Ok(out)
}

/// The name of a profile that exists.
pub(super) fn known(
    source: &Source,
    profiles: &IndexMap<String, Profile>,
    name: &str,
    at: At,
) -> Result<String, ConfigError> {
    if profiles.contains_key(name) {
        return Ok(name.to_owned());
    }
    let names: Vec<&str> = profiles.keys().map(String::as_str).collect();
    let help = match super::nearest(name, &names) {
        Some(near) => format!("did you mean `{near}`?"),
        None if names.is_empty() => "profiles are written under `tokens:`".to_owned(),
        None => format!("profiles: {}", names.join(", ")),
    };
    Err(source.error_with_help(at, &format!("there is no token profile `{name}`"), help))
}
