//! `verify:` what `postbud verify` verifies.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::ConfigError;
use super::node::{Kind, Node, Source};
use super::profile::{ALTINN_ENVIRONMENTS, Profile};
use super::reader::Reader;
use super::substitute::known;
use indexmap::IndexMap;

/// A set-up of Altinn Correspondence.
#[derive(Debug, Clone, Default)]
pub struct Verify {
    /// Address of the platform, without a slash at the end.
    pub platform: Option<String>,
    /// Id of the resource.
    pub resource_id: Option<String>,
    /// Organisation number of the service owner.
    pub owner_org: Option<String>,
    /// Organisation number of the test recipient.
    pub recipient_org: Option<String>,
    /// Token profile of the owner.
    pub owner: Option<String>,
    /// Token profile of the recipient.
    pub recipient: Option<String>,
    /// Token profile of the owner in the Resource Registry.
    pub registry: Option<String>,
    /// Token profile that subscribes to events.
    pub events: Option<String>,
    /// Endpoint whose subscription must be there.
    pub events_endpoint: Option<String>,
    /// A published collection to run as the last step, and the configuration that adapts it.
    pub published: Option<(String, Option<PathBuf>)>,
    /// How long publishing may take.
    pub publish_timeout: Option<Duration>,
}

pub(super) fn read(
    source: &Source,
    base: &Path,
    node: &Node,
    profiles: &IndexMap<String, Profile>,
) -> Result<Verify, ConfigError> {
    let mut map = Reader::new(source, node, "`verify`")?;
    let mut platform = map.text("platform")?.map(|url| url.trim_end_matches('/').to_owned());
    if let Some(node) = map.get("environment") {
        let name = source.text(node, "environment")?;
        let names: Vec<&str> = ALTINN_ENVIRONMENTS.iter().map(|row| row.0).collect();
        let Some(row) = ALTINN_ENVIRONMENTS.iter().find(|row| row.0 == name) else {
            return Err(source.expected(node, "environment", &format!("one of {}", names.join(", "))));
        };
        if platform.is_some() {
            return Err(source.error(node.at, "give either `environment` or `platform`, not both"));
        }
        platform = Some(row.1.to_owned());
    }
    let mut profile = |key: &'static str| -> Result<Option<String>, ConfigError> {
        let Some(node) = map.get(key) else { return Ok(None) };
        known(source, profiles, &source.text(node, key)?, node.at).map(Some)
    };
    let (owner, recipient) = (profile("owner")?, profile("recipient")?);
    let (registry, events) = (profile("registry")?, profile("events")?);
    let published = map.get("published").map(|node| published(source, base, node)).transpose()?;
    let verify = Verify {
        published,
        platform,
        resource_id: map.text("resource_id")?,
        owner_org: map.text("owner_org")?,
        recipient_org: map.text("recipient_org")?,
        owner,
        recipient,
        registry,
        events,
        events_endpoint: map.text("events_endpoint")?,
        publish_timeout: map.duration("publish_timeout")?,
    };
    map.finish()?;
    Ok(verify)
}

/// The collection's file, or `{collection, config}`.
fn published(source: &Source, base: &Path, node: &Node) -> Result<(String, Option<PathBuf>), ConfigError> {
    let place = |text: String| if text.contains("://") { text } else { base.join(text).to_string_lossy().into_owned() };
    if let Kind::Text(text) = &node.kind {
        return Ok((place(text.clone()), None));
    }
    let mut map = Reader::new(source, node, "`published`")?;
    let collection = place(map.need_text("collection")?);
    let config = map.text("config")?.map(|config| base.join(config));
    map.finish()?;
    Ok((collection, config))
}
