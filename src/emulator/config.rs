//! What an emulator is started with.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use super::faults::Fault;

/// How strict the emulator is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Profile {
    /// As the services are today, with leniencies that let the published collections run unedited.
    #[default]
    Published,
    /// As the services are today.
    Strict,
}

/// How long background jobs take, in business time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Delays {
    /// From the publish time of a correspondence to its publishing.
    pub publish: Duration,
    /// From the upload of an attachment to the end of its malware scan.
    pub scan: Duration,
    /// From a recipient's confirmation to the status Confirmed.
    pub confirm: Duration,
}

impl Delays {
    /// No delay at all.
    pub const NONE: Self = Self { publish: Duration::ZERO, scan: Duration::ZERO, confirm: Duration::ZERO };
    /// About what the real services take.
    pub const REALISTIC: Self =
        Self { publish: Duration::from_secs(3), scan: Duration::from_secs(2), confirm: Duration::from_secs(4) };
}

/// What an emulator is started with. The default serves the published collections on free ports.
#[derive(Debug, Clone, Default)]
pub struct EmulatorConfig {
    /// How strict it is.
    pub profile: Profile,
    /// Port for plain HTTP on 127.0.0.1; 0 takes a free one.
    pub http_port: u16,
    /// Port for HTTPS on 127.0.0.1; 0 takes a free one.
    pub https_port: u16,
    /// How long background jobs take; without it, not at all in `Published` and realistically in `Strict`.
    pub delays: Option<Delays>,
    /// Where the business clock starts; without it, at the real time.
    pub business_time: Option<Timestamp>,
    /// What the services know at start, beside what is ready-made.
    pub seed: Seed,
    /// Faults to make.
    pub faults: Vec<Fault>,
    /// Keys of clients that the emulator may register at first sight (profile `Published` only).
    pub trusted_keys: Vec<TrustedKey>,
    /// How many decisions the log keeps; 0 takes 10,000.
    pub log_limit: usize,
}

/// A key whose owner may register itself by using it.
#[derive(Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TrustedKey {
    /// The key as JWK; private members are ignored and not kept.
    pub jwk: Value,
    /// The client id that may use it; any, if it is not given.
    #[serde(default)]
    pub client_id: Option<String>,
    /// The organisation the client belongs to; the ready-made owner's, if it is not given.
    #[serde(default)]
    pub organization: Option<String>,
}

impl std::fmt::Debug for TrustedKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TrustedKey").field("client_id", &self.client_id).finish_non_exhaustive()
    }
}

impl TrustedKey {
    /// Trusts `jwk` for any client id, on behalf of the ready-made owner.
    pub fn new(jwk: Value) -> Self {
        Self { jwk, client_id: None, organization: None }
    }
}

/// What the services know at start. Read from JSON; every part is optional, unknown members are errors.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Seed {
    /// Maskinporten clients.
    pub clients: Vec<ClientSeed>,
    /// Organisations with a code in Altinn's list of service owners.
    pub organizations: Vec<OrganizationSeed>,
    /// Roles that a holder has for a party.
    pub roles: Vec<RoleSeed>,
    /// Organisations and persons that Altinn does not know (all others it knows).
    pub unknown_parties: Vec<String>,
    /// Organisations and persons that have reserved themselves against digital post.
    pub reserved_parties: Vec<String>,
    /// Scopes that are open to the listed organisations only; a scope not named here is open to all.
    pub restricted_scopes: BTreeMap<String, Vec<String>>,
    /// Delegations of a scope from a consumer to a supplier.
    pub delegations: Vec<DelegationSeed>,
    /// System users.
    pub system_users: Vec<SystemUserSeed>,
    /// Resources, with their policies.
    pub resources: Vec<ResourceSeed>,
    /// Access lists of resources that ask for one.
    pub access_lists: Vec<AccessListSeed>,
    /// Accounts of the test-token generator; without any, every account is accepted in `Published` and none in `Strict`.
    pub test_accounts: Vec<AccountSeed>,
    /// Authorities whose business certificates are trusted, in PEM, beside the emulator's own.
    pub business_authorities: Vec<String>,
}

/// A Maskinporten client.
#[derive(Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ClientSeed {
    /// The client id ("Integrasjons-ID").
    pub client_id: String,
    /// The organisation number of its owner.
    pub organization: String,
    /// Its scopes; `*` stands for any.
    #[serde(default)]
    pub scopes: Vec<String>,
    /// Its keys as JWK; private members are ignored and not kept. None: it uses business certificates.
    #[serde(default)]
    pub keys: Vec<Value>,
    /// Ids of keys that are older than a year.
    #[serde(default)]
    pub expired_keys: Vec<String>,
    /// Whether it is a client for ID-porten, which may not use Maskinporten.
    #[serde(default)]
    pub idporten: bool,
}

impl std::fmt::Debug for ClientSeed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ClientSeed").field("client_id", &self.client_id).finish_non_exhaustive()
    }
}

/// An organisation in Altinn's list of service owners.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OrganizationSeed {
    /// The organisation number.
    pub number: String,
    /// The service owner code.
    pub code: String,
    /// Scope prefixes it owns in Maskinporten.
    #[serde(default)]
    pub scope_prefixes: Vec<String>,
}

/// Roles that a holder has for a party.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RoleSeed {
    /// Who has the roles: an organisation or person number.
    pub holder: String,
    /// For whom: an organisation or person number.
    pub party: String,
    /// Role codes, for example `DAGL`.
    pub roles: Vec<String>,
}

/// A scope that an organisation delegated to another.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DelegationSeed {
    /// The scope.
    pub scope: String,
    /// The organisation that delegated it.
    pub consumer: String,
    /// The organisation that may use it.
    pub supplier: String,
}

/// A system user: a vendor's system acting for a customer.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SystemUserSeed {
    /// Its id, a GUID; a new one, if it is not given.
    #[serde(default)]
    pub id: Option<String>,
    /// The customer's organisation number.
    pub organization: String,
    /// The vendor's organisation number.
    pub vendor: String,
    /// The system's id, `<vendor>_<name>`.
    pub system_id: String,
    /// The customer's reference, where it has several system users.
    #[serde(default)]
    pub external_ref: Option<String>,
    /// Resources it has been given rights to.
    #[serde(default)]
    pub resources: Vec<String>,
}

/// A resource, with its policy.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ResourceSeed {
    /// The resource as the Resource Registry takes it.
    pub resource: Value,
    /// Its policy, XACML.
    #[serde(default)]
    pub policy: Option<String>,
}

/// An access list: the organisations that resources with `accessListMode` Enabled are open to.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AccessListSeed {
    /// The service owner code of its owner.
    pub owner: String,
    /// Its id.
    pub identifier: String,
    /// Organisation numbers of its members.
    #[serde(default)]
    pub members: Vec<String>,
    /// Resources it opens.
    #[serde(default)]
    pub resources: Vec<String>,
}

/// An account of the test-token generator.
#[derive(Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AccountSeed {
    /// The user name.
    pub username: String,
    /// The password.
    pub password: String,
}

impl std::fmt::Debug for AccountSeed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AccountSeed").field("username", &self.username).finish_non_exhaustive()
    }
}
