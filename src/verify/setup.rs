//! What is verified: platform, organisations, resource, token profiles.

use std::collections::HashMap;
use std::path::PathBuf;
use std::time::Duration;

use indexmap::IndexMap;

use crate::config::{
    ALTINN_ENVIRONMENTS, Algorithm, Exchange, Issuer, KeyForm, KeySource, Maskinporten, Profile, Provider,
    SecretSource, SystemUser,
};
use crate::diagnostic::Place;
use crate::secret::SecretString;

/// Names of the token profiles and what each is for.
#[derive(Debug, Clone)]
pub struct ProfileNames {
    /// The service owner's: sends.
    pub owner: String,
    /// Another organisation's: receives.
    pub recipient: String,
    /// The service owner's in the Resource Registry; used where it exists.
    pub registry: String,
    /// The one that subscribes to events; used where it exists.
    pub events: String,
}

impl Default for ProfileNames {
    fn default() -> Self {
        let name = |name: &str| name.to_owned();
        Self { owner: name("owner"), recipient: name("recipient"), registry: name("registry"), events: name("events") }
    }
}

/// A set-up to verify. Facts that are not known are empty: the first step says so.
#[derive(Debug, Clone)]
pub struct Setup {
    /// `https://platform.tt02.altinn.no`, without a slash at the end.
    pub platform: String,
    /// Token profiles.
    pub tokens: IndexMap<String, Profile>,
    /// Which of them is for what.
    pub names: ProfileNames,
    /// The resource.
    pub resource_id: String,
    /// Organisation number of the service owner.
    pub owner_org: String,
    /// Organisation number of the test recipient.
    pub recipient_org: String,
    /// Endpoint whose subscription to events must be there.
    pub events_endpoint: Option<String>,
    /// A published collection to run as the last step, and the configuration that adapts it.
    pub published: Option<(String, Option<PathBuf>)>,
    /// How long a correspondence may take to be published.
    pub publish_limit: Duration,
    /// Age from which a correspondence of an earlier verification counts as left behind.
    pub leftovers_after: Duration,
    /// Variables that texts of profiles may name.
    pub variables: HashMap<String, String>,
}

impl Default for Setup {
    fn default() -> Self {
        Self {
            platform: String::new(),
            tokens: IndexMap::new(),
            names: ProfileNames::default(),
            resource_id: String::new(),
            owner_org: String::new(),
            recipient_org: String::new(),
            events_endpoint: None,
            published: None,
            publish_limit: Duration::from_mins(5),
            leftovers_after: Duration::from_mins(10),
            variables: HashMap::new(),
        }
    }
}

/// Roles whose profiles can be made from variables, and the scopes they ask for.
const ROLES: &[(&str, &str)] = &[
    ("owner", "altinn:serviceowner altinn:correspondence.write"),
    ("recipient", "altinn:correspondence.read"),
    ("registry", "altinn:resourceregistry/resource.write"),
];

impl Setup {
    /// The short name of the platform's environment (`tt02`, `prod`), where it is a known one.
    pub fn environment(&self) -> Option<&'static str> {
        ALTINN_ENVIRONMENTS.iter().find(|row| row.1 == self.platform).map(|row| row.0)
    }

    /// Whether anything of it is production.
    pub fn is_production(&self) -> bool {
        let profile = |profile: &Profile| {
            let issuer = match &profile.provider {
                Provider::Maskinporten(client) => client.issuer.environment == Some("prod"),
                _ => false,
            };
            issuer || profile.exchange.as_ref().is_some_and(|exchange| exchange.environment == Some("prod"))
        };
        self.environment() == Some("prod") || self.tokens.values().any(profile)
    }

    /// A fact given as a variable.
    fn variable(&self, name: &str) -> Option<String> {
        self.variables.get(name).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty())
    }

    /// Fills in what the variables say and nothing else has said: facts, and profiles from `owner_client_id`,
    /// `owner_client_jwk` (or `owner_client_pem` with `owner_client_kid` and, where it is
    /// encrypted, `owner_client_pem_password`) and their kin for `recipient` and `registry`.
    #[must_use]
    pub fn with_variables(mut self) -> Self {
        if self.platform.is_empty()
            && let Some(url) = self.variable("platform_url").or_else(|| self.variable("baseUrl"))
        {
            let url = if url.contains("://") { url } else { format!("https://{url}") };
            url.trim_end_matches('/').clone_into(&mut self.platform);
        }
        if self.platform.is_empty() {
            let exchange = self.tokens.values().find_map(|profile| profile.exchange.as_ref());
            self.platform = exchange.map_or_else(String::new, |exchange| exchange.platform.clone());
        }
        for (fact, names) in [
            (0, &["resource_id"][..]),
            (1, &["owner_org", "senderOrgNo"][..]),
            (2, &["recipient_org", "recipientOrgNo"][..]),
        ] {
            let value = names.iter().find_map(|name| self.variable(name)).unwrap_or_default();
            let place = match fact {
                0 => &mut self.resource_id,
                1 => &mut self.owner_org,
                _ => &mut self.recipient_org,
            };
            if place.is_empty() {
                *place = value;
            }
        }
        if self.events_endpoint.is_none() {
            self.events_endpoint = self.variable("events_endpoint");
        }
        for (role, scopes) in ROLES {
            if !self.tokens.contains_key(*role)
                && let Some(profile) = self.profile(role, scopes)
            {
                self.tokens.insert((*role).to_owned(), profile);
            }
        }
        self
    }

    fn profile(&self, role: &str, scopes: &str) -> Option<Profile> {
        let own = |what: &str| self.variable(&format!("{role}_{what}"));
        let client_id = own("client_id")?;
        let place = Place { file: "variables".to_owned(), line: 1, column: 1, text: String::new(), path: None };
        let inline = |text: String| SecretSource::Inline(SecretString::new(text));
        let form = match (own("client_jwk"), own("client_pem")) {
            (Some(jwk), _) => KeyForm::Jwk(inline(jwk)),
            (None, Some(pem)) => KeyForm::Pem { text: inline(pem), password: own("client_pem_password").map(inline) },
            (None, None) => KeyForm::Jwk(SecretSource::Variable(format!("{role}_client_jwk"))),
        };
        let system_user = own("system_user_org").map(|org| SystemUser { org, external_ref: None });
        let client = Maskinporten {
            issuer: self.issuer(),
            client_id,
            key: KeySource { form, kid: own("client_kid"), registered: None, place: place.clone() },
            algorithm: Algorithm::default(),
            resource: Vec::new(),
            consumer_org: own("consumer_org"),
            system_user,
        };
        let scopes = own("scopes").unwrap_or_else(|| scopes.to_owned());
        Some(Profile {
            name: role.to_owned(),
            provider: Provider::Maskinporten(Box::new(client)),
            scopes: scopes.split_whitespace().map(str::to_owned).collect(),
            org: None,
            exchange: Some(Exchange { platform: self.platform.clone(), environment: self.environment(), test: false }),
            place,
        })
    }

    /// Maskinporten as `maskinporten_issuer` and `maskinporten_url` say, else the one that the platform goes with.
    fn issuer(&self) -> Issuer {
        let prod = ALTINN_ENVIRONMENTS.iter().any(|row| row.1 == self.platform && row.2 == "prod");
        let mut issuer = if prod { Issuer::prod() } else { Issuer::test() };
        if let Some(name) = self.variable("maskinporten_issuer") {
            issuer.environment = match name.as_str() {
                "https://test.maskinporten.no/" => Some("test"),
                "https://maskinporten.no/" => Some("prod"),
                _ => None,
            };
            issuer.token_endpoint = format!("{}/token", name.trim_end_matches('/'));
            issuer.issuer = name;
        }
        if let Some(url) = self.variable("maskinporten_url") {
            issuer.token_endpoint = format!("{}/token", url.trim_end_matches('/'));
        }
        issuer
    }

    /// Files that hold keys, for messages.
    pub(super) fn key_file(profile: &Profile) -> Option<PathBuf> {
        let Provider::Maskinporten(client) = &profile.provider else { return None };
        match &client.key.form {
            KeyForm::Jwk(SecretSource::File(path)) | KeyForm::Pem { text: SecretSource::File(path), .. } => {
                Some(path.clone())
            }
            KeyForm::Pkcs12 { file, .. } => Some(file.clone()),
            _ => None,
        }
    }

    /// The Maskinporten that a profile asks.
    pub(super) fn issuer_of(&self, profile: &str) -> Option<&Issuer> {
        match &self.tokens.get(profile)?.provider {
            Provider::Maskinporten(client) => Some(&client.issuer),
            _ => None,
        }
    }
}
