//! The emulator: a stand-in for Maskinporten, Altinn's test-token generator and the Altinn platform, on loopback.
//!
//! [`Emulator::start`] binds two ports of 127.0.0.1, one for plain HTTP and one for HTTPS with a certificate for all
//! the public host names, signed by an authority made at start. Whoever connects a public name to the HTTPS port and
//! trusts the authority meets the services as they are in public; on the plain port, calls under other host names are
//! told apart by their path, so that a base URL can point there.
//!
//! Grants are verified for real: signature, claims, times, reuse, scopes, delegations. So are tokens, policies and the
//! status machine of Correspondence. All state is in memory.
//!
//! ```no_run
//! # async fn example() -> Result<(), postbud::emulator::EmulatorError> {
//! use postbud::emulator::{Emulator, EmulatorConfig, Profile};
//!
//! let config = EmulatorConfig { profile: Profile::Strict, ..EmulatorConfig::default() };
//! let emulator = Emulator::start(config).await?;
//! println!("connect {:?} to {}", emulator.hosts(), emulator.https_addr());
//! emulator.shutdown().await;
//! # Ok(())
//! # }
//! ```
//!
//! ```text
//! server ──▶ maskinporten, exchange, token_generator, library, registry, correspondence, events
//!                └──▶ caller, access ──▶ world ──▶ keys, clock, faults, hosts, message
//! ```

mod access;
mod caller;
mod certificates;
mod clock;
mod config;
mod control;
mod correspondence;
mod decisions;
mod error;
mod events;
mod exchange;
mod faults;
mod hosts;
mod jwt;
mod keys;
mod library;
mod maskinporten;
mod message;
mod preset;
mod registry;
mod server;
mod token_generator;
mod world;

#[cfg(test)]
mod tests;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;

pub use config::{
    AccessListSeed, AccountSeed, ClientSeed, Delays, DelegationSeed, EmulatorConfig, OrganizationSeed, Profile,
    ResourceSeed, RoleSeed, Seed, SystemUserSeed, TrustedKey,
};
pub use decisions::Decision;
pub use error::EmulatorError;
pub use faults::{Fault, FaultKind, Known};

use certificates::Authority;
use keys::LazyKey;
use server::Shared;
use world::World;

/// How many decisions are kept if the configuration does not say.
const LOG_LIMIT: usize = 10_000;

/// A ready-made Maskinporten client.
#[derive(Clone, PartialEq, Eq)]
pub struct EmulatorClient {
    /// What it is for: `owner`, `recipient` or `registry`.
    pub name: &'static str,
    /// The client id.
    pub client_id: String,
    /// The organisation number of its owner.
    pub organization: String,
    /// The scopes it has.
    pub scopes: Vec<String>,
    /// The id of its key.
    pub kid: String,
    /// Its key as JWK text, with private members and `kid`.
    pub jwk: String,
    /// Its key in PKCS#8, PEM.
    pub pem: String,
}

impl std::fmt::Debug for EmulatorClient {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("EmulatorClient")
            .field("name", &self.name)
            .field("client_id", &self.client_id)
            .field("organization", &self.organization)
            .field("scopes", &self.scopes)
            .finish_non_exhaustive()
    }
}

/// A running emulator. Dropping it stops it.
pub struct Emulator {
    http: SocketAddr,
    https: SocketAddr,
    authority: Authority,
    client_key: LazyKey,
    shared: Arc<Shared>,
    stop: watch::Sender<bool>,
    tasks: Vec<JoinHandle<()>>,
}

impl std::fmt::Debug for Emulator {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Emulator").field("http", &self.http).field("https", &self.https).finish_non_exhaustive()
    }
}

impl Emulator {
    /// Starts an emulator. Must be called inside a tokio runtime, whose tasks then serve it.
    ///
    /// RSA keys are made in the background meanwhile: the first token and the first [`clients`](Self::clients) may have
    /// to wait for them.
    ///
    /// # Errors
    /// If a port is taken, a certificate cannot be made, or the seed does not make sense.
    pub async fn start(config: EmulatorConfig) -> Result<Self, EmulatorError> {
        let client_key = LazyKey::for_clients();
        let log_limit = if config.log_limit == 0 { LOG_LIMIT } else { config.log_limit };
        let (http_port, https_port) = (config.http_port, config.https_port);
        let authority = Authority::generate()?;
        let world = World::new(config, &client_key, authority.der().clone())?;
        let mut names = hosts::PUBLIC.to_vec();
        names.extend(["localhost", "127.0.0.1", "::1"]);
        let tls = TlsAcceptor::from(authority.server_config(&names)?);
        let shared = Shared::new(world, log_limit, events::delivery::client_config(authority.der())?);
        let (plain, http) = server::listen(http_port).await?;
        let (secure, https) = server::listen(https_port).await?;
        let (stop, stopped) = watch::channel(false);
        let tasks = vec![
            tokio::spawn(server::accept(plain, None, shared.clone(), stopped.clone())),
            tokio::spawn(server::accept(secure, Some(tls), shared.clone(), stopped)),
        ];
        Ok(Self { http, https, authority, client_key, shared, stop, tasks })
    }

    /// Where plain HTTP is served.
    pub fn http_addr(&self) -> SocketAddr {
        self.http
    }

    /// Where HTTPS is served.
    pub fn https_addr(&self) -> SocketAddr {
        self.https
    }

    /// The certificate of the authority that signed the server's certificate, in PEM.
    pub fn ca_pem(&self) -> &str {
        self.authority.pem()
    }

    /// The public host names it answers for.
    pub fn hosts(&self) -> &'static [&'static str] {
        &hosts::PUBLIC
    }

    /// The ready-made clients: `owner`, `recipient` and `registry`. Waits for their key, if it is still in the making;
    /// empty only if no key can be made on this machine.
    pub fn clients(&self) -> Vec<EmulatorClient> {
        let Some(key) = self.client_key.get() else { return Vec::new() };
        let client = |ready: &preset::ReadyMade| EmulatorClient {
            name: ready.name,
            client_id: ready.client_id.to_owned(),
            organization: ready.organization.to_owned(),
            scopes: ready.scopes.iter().map(ToString::to_string).collect(),
            kid: key.kid().to_owned(),
            jwk: key.private_jwk().to_string(),
            pem: key.pem(),
        };
        preset::CLIENTS.iter().map(client).collect()
    }

    /// The ready-made client with this name.
    pub fn client(&self, name: &str) -> Option<EmulatorClient> {
        self.clients().into_iter().find(|client| client.name == name)
    }

    /// Values for the variables that the published collections ask their user to fill in.
    pub fn variables(&self) -> Vec<(&'static str, String)> {
        let Some(owner) = self.client("owner") else { return Vec::new() };
        let fixed = |text: &str| text.to_owned();
        vec![
            ("resource_id", fixed(preset::RESOURCE)),
            ("senderOrgNo", fixed(preset::OWNER)),
            ("senderSsn", fixed(preset::PERSON)),
            ("recipientOrgNo", fixed(preset::RECIPIENT)),
            ("recipientSsn", fixed(preset::PERSON)),
            ("test_tools_username", fixed("postbud")),
            ("test_tools_password", fixed("postbud")),
            ("maskinporten_client_id", owner.client_id.clone()),
            ("maskinporten_client_jwk", owner.jwk.clone()),
            ("client_id", owner.client_id),
            ("client_kid", owner.kid),
            ("client_jwk", owner.jwk),
        ]
    }

    /// A business certificate of `organization`, signed by the emulator's authority over the ready-made clients' key:
    /// certificate in PEM. `None` only if no key can be made on this machine.
    pub fn business_certificate(&self, organization: &str) -> Option<String> {
        let der = self.authority.business_certificate(self.client_key.get()?, organization)?;
        Some(keys::pem("CERTIFICATE", &der))
    }

    /// The latest decisions, oldest first: which check refused a call, and why.
    pub fn log(&self) -> Vec<Decision> {
        self.shared.log().all()
    }

    /// Moves the business clock forward: what becomes due meanwhile is published, scanned, confirmed.
    pub fn advance(&self, by: Duration) {
        self.shared.world().clock.advance(by);
    }

    /// Makes a fault from now on.
    pub fn inject(&self, fault: Fault) {
        self.shared.world().faults.add(fault);
    }

    /// Lets the emulator trust a key from now on, as if it had been given at start.
    pub fn trust(&self, key: TrustedKey) {
        self.shared.world().trusted_keys.push(key);
    }

    /// Adds a resource of `owner`, like the ready-made one: a user's collection may name it. A resource that is there
    /// already stays as it is.
    pub fn provide_resource(&self, identifier: &str, owner: &str) {
        let mut world = self.shared.world();
        if !world.resources.contains_key(identifier) {
            let code = world.directory.code_of(owner).unwrap_or_default().to_owned();
            preset::add_resource(&mut world, identifier, owner, &code);
        }
    }

    /// The organisation that owns a resource.
    pub fn owner_of(&self, resource: &str) -> Option<String> {
        self.shared.world().resources.get(resource).map(|known| known.owner().to_owned())
    }

    /// The policy of a resource, as it was uploaded.
    pub fn policy(&self, resource: &str) -> Option<Vec<u8>> {
        self.shared.world().resources.get(resource)?.policy_bytes().map(|bytes| bytes.to_vec())
    }

    /// Reads a seed.
    ///
    /// # Errors
    /// If the text is not JSON, or not that of a seed; the message has line and column.
    pub fn read_seed(json: &str) -> Result<Seed, EmulatorError> {
        serde_json::from_str(json).map_err(|error| EmulatorError::Seed(error.to_string()))
    }

    /// Stops: open connections are closed, the ports are free when this returns.
    pub async fn shutdown(mut self) {
        let _ = self.stop.send(true);
        for task in self.tasks.drain(..) {
            // A task that panicked has stopped, too.
            let _ = task.await;
        }
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        let _ = self.stop.send(true);
        for task in &self.tasks {
            task.abort();
        }
    }
}
