//! The state behind all services, in memory.

use std::collections::{HashMap, HashSet};

use indexmap::IndexMap;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use uuid::Uuid;

use super::clock::Clock;
use super::config::{
    AccountSeed, ClientSeed, Delays, DelegationSeed, EmulatorConfig, OrganizationSeed, Profile, RoleSeed, Seed,
    SystemUserSeed, TrustedKey,
};
use super::correspondence::{Attachment, Correspondence};
use super::error::EmulatorError;
use super::events::Events;
use super::faults::{Faults, Known};
use super::keys::{LazyKey, PublicKey};
use super::preset;
use super::registry::{AccessLists, Resource};

/// A key registered on a client.
pub(super) enum ClientKey {
    /// Given from outside.
    Given {
        /// The key's id.
        kid: String,
        /// The public key.
        key: PublicKey,
        /// Whether it is older than a year.
        expired: bool,
    },
    /// The emulator's own, which may still be in the making.
    ReadyMade(LazyKey),
}

impl ClientKey {
    /// Id, public half and whether it is expired.
    pub(super) fn look(&self) -> Option<(String, PublicKey, bool)> {
        match self {
            Self::Given { kid, key, expired } => Some((kid.clone(), key.clone(), *expired)),
            Self::ReadyMade(key) => key.get().map(|key| (key.kid().to_owned(), key.public(), false)),
        }
    }
}

/// A Maskinporten client.
pub(super) struct Client {
    /// The client id.
    pub(super) id: String,
    /// Its owner's organisation number.
    pub(super) organization: String,
    /// Its scopes; `*` stands for any.
    pub(super) scopes: Vec<String>,
    /// Its keys.
    pub(super) keys: Vec<ClientKey>,
    /// Whether it is a client for ID-porten.
    pub(super) idporten: bool,
}

impl Client {
    /// Whether the scope is on the client.
    pub(super) fn has_scope(&self, scope: &str) -> bool {
        self.scopes.iter().any(|own| own == "*" || own == scope)
    }
}

/// Who is who, and who may what.
#[derive(Default)]
pub(super) struct Directory {
    /// Service owners.
    pub(super) organizations: Vec<OrganizationSeed>,
    /// Roles.
    pub(super) roles: Vec<RoleSeed>,
    /// Parties nobody knows.
    pub(super) unknown: HashSet<String>,
    /// Parties reserved against digital post.
    pub(super) reserved: HashSet<String>,
    /// Delegated scopes.
    pub(super) delegations: Vec<DelegationSeed>,
    /// System users, all with an id.
    pub(super) system_users: Vec<(Uuid, SystemUserSeed)>,
}

impl Directory {
    /// The service owner code of an organisation.
    pub(super) fn code_of(&self, number: &str) -> Option<&str> {
        self.organizations.iter().find(|found| found.number == number).map(|found| found.code.as_str())
    }

    /// The organisation with a service owner code.
    pub(super) fn number_of(&self, code: &str) -> Option<&str> {
        self.organizations.iter().find(|found| found.code.eq_ignore_ascii_case(code)).map(|found| found.number.as_str())
    }

    /// Scope prefixes an organisation owns.
    pub(super) fn prefixes_of(&self, number: &str) -> &[String] {
        self.organizations.iter().find(|found| found.number == number).map_or(&[], |found| &found.scope_prefixes)
    }
}

/// Everything the services know.
pub(super) struct World {
    /// How strict the emulator is.
    pub(super) profile: Profile,
    /// The clocks.
    pub(super) clock: Clock,
    /// How long background jobs take.
    pub(super) delays: Delays,
    /// Faults asked for.
    pub(super) faults: Faults,
    /// The error that the call at hand is refused with where it would be served.
    pub(super) demanded: Option<Known>,
    /// The key that signs tokens, for Maskinporten and Altinn alike.
    pub(super) token_key: LazyKey,
    /// Maskinporten clients by id.
    pub(super) clients: HashMap<String, Client>,
    /// Keys whose owners may register themselves.
    pub(super) trusted_keys: Vec<TrustedKey>,
    /// Authorities of business certificates.
    pub(super) business_authorities: Vec<CertificateDer<'static>>,
    /// Grants seen, and until when they matter.
    pub(super) seen_grants: HashMap<String, i64>,
    /// Scopes open to listed organisations only.
    pub(super) restricted_scopes: HashMap<String, Vec<String>>,
    /// Organisations, roles, delegations.
    pub(super) directory: Directory,
    /// Accounts of the test-token generator.
    pub(super) accounts: Vec<AccountSeed>,
    /// Resources by identifier.
    pub(super) resources: IndexMap<String, Resource>,
    /// Access lists.
    pub(super) access_lists: AccessLists,
    /// Correspondences by id, in the order they came.
    pub(super) correspondences: IndexMap<Uuid, Correspondence>,
    /// Attachments by id.
    pub(super) attachments: IndexMap<Uuid, Attachment>,
    /// Correspondences to which something may still happen by itself.
    pub(super) unsettled_correspondences: Vec<Uuid>,
    /// Attachments to which something may still happen by itself.
    pub(super) unsettled_attachments: Vec<Uuid>,
    /// Idempotency keys used.
    pub(super) idempotency_keys: HashSet<Uuid>,
    /// Subscriptions, and events on their way.
    pub(super) events: Events,
    warnings: Vec<String>,
}

impl World {
    /// The world at start: what is ready-made, and the seed.
    pub(super) fn new(
        config: EmulatorConfig,
        client_key: &LazyKey,
        authority: CertificateDer<'static>,
    ) -> Result<Self, EmulatorError> {
        let delays = config.delays.unwrap_or(match config.profile {
            Profile::Published => Delays::NONE,
            Profile::Strict => Delays::REALISTIC,
        });
        let mut world = Self {
            profile: config.profile,
            clock: Clock::starting_at(config.business_time),
            delays,
            faults: Faults::new(config.faults),
            demanded: None,
            token_key: LazyKey::for_tokens(),
            clients: HashMap::new(),
            trusted_keys: config.trusted_keys,
            business_authorities: vec![authority],
            seen_grants: HashMap::new(),
            restricted_scopes: HashMap::new(),
            directory: Directory::default(),
            accounts: Vec::new(),
            resources: IndexMap::new(),
            access_lists: AccessLists::default(),
            correspondences: IndexMap::new(),
            attachments: IndexMap::new(),
            unsettled_correspondences: Vec::new(),
            unsettled_attachments: Vec::new(),
            idempotency_keys: HashSet::new(),
            events: Events::default(),
            warnings: Vec::new(),
        };
        preset::fill(&mut world, client_key);
        world.plant(config.seed)?;
        Ok(world)
    }

    /// Whether published collections are helped along.
    pub(super) fn lenient(&self) -> bool {
        self.profile == Profile::Published
    }

    /// Notes that a call was let through only because the profile is lenient.
    pub(super) fn warn(&mut self, warning: impl Into<String>) {
        self.warnings.push(warning.into());
    }

    /// Takes the warnings noted since the last time.
    pub(super) fn take_warnings(&mut self) -> Vec<String> {
        std::mem::take(&mut self.warnings)
    }

    /// Adds what a seed holds.
    fn plant(&mut self, seed: Seed) -> Result<(), EmulatorError> {
        for client in seed.clients {
            let client = planted_client(client)?;
            self.clients.insert(client.id.clone(), client);
        }
        for given in seed.resources {
            let mut resource = Resource::seeded(given.resource).map_err(EmulatorError::Seed)?;
            if let Some(policy) = given.policy {
                resource.set_policy(policy.into_bytes()).map_err(EmulatorError::Seed)?;
            }
            self.resources.insert(resource.identifier().to_owned(), resource);
        }
        for pem in seed.business_authorities {
            for certificate in CertificateDer::pem_slice_iter(pem.as_bytes()) {
                let certificate =
                    certificate.map_err(|_| EmulatorError::Seed("a business authority is no PEM".into()))?;
                self.business_authorities.push(certificate);
            }
        }
        // What is given goes before what is ready-made.
        self.directory.organizations.splice(0..0, seed.organizations);
        self.directory.roles.extend(seed.roles);
        self.directory.unknown.extend(seed.unknown_parties);
        self.directory.reserved.extend(seed.reserved_parties);
        self.directory.delegations.extend(seed.delegations);
        for user in seed.system_users {
            let given = user.id.as_deref().map(str::parse::<Uuid>).transpose();
            let id = given.map_err(|_| EmulatorError::Seed("the id of a system user is no GUID".into()))?;
            self.directory.system_users.push((id.unwrap_or_else(Uuid::new_v4), user));
        }
        for list in seed.access_lists {
            self.access_lists.plant(list);
        }
        self.restricted_scopes.extend(seed.restricted_scopes);
        self.accounts.extend(seed.test_accounts);
        Ok(())
    }
}

fn planted_client(seed: ClientSeed) -> Result<Client, EmulatorError> {
    let mut keys = Vec::new();
    for jwk in &seed.keys {
        let kid = jwk.get("kid").and_then(serde_json::Value::as_str).unwrap_or_default().to_owned();
        let key = PublicKey::from_jwk(jwk).ok_or_else(|| {
            EmulatorError::Seed(format!("a key of client {} is not an RSA key in JWK form", seed.client_id))
        })?;
        let expired = seed.expired_keys.contains(&kid);
        keys.push(ClientKey::Given { kid, key, expired });
    }
    Ok(Client {
        id: seed.client_id,
        organization: seed.organization,
        scopes: seed.scopes,
        keys,
        idporten: seed.idporten,
    })
}
