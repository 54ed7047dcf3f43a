//! What is ready-made: organisations, clients, a resource with its policy. All numbers are synthetic or, for the
//! service owner of the published collections, printed in them.

use serde_json::json;
use uuid::Uuid;

use super::config::{OrganizationSeed, RoleSeed, SystemUserSeed};
use super::keys::LazyKey;
use super::registry::Resource;
use super::world::{Client, ClientKey, World};

/// The ready-made service owner.
pub(super) const OWNER: &str = "310000000";
/// Its service owner code.
pub(super) const OWNER_CODE: &str = "demo";
/// The ready-made recipient.
pub(super) const RECIPIENT: &str = "310000019";
/// A customer of the owner's system, with a system user.
pub(super) const CUSTOMER: &str = "310000027";
/// A synthetic person, the recipient's manager.
pub(super) const PERSON: &str = "01819010001";
/// The ready-made resource.
pub(super) const RESOURCE: &str = "postbud-demo-letters";
/// The service owner of the published collections, Altinn's test ministry.
const TEST_MINISTRY: &str = "991825827";
/// The resource that the oldest published collection names by default.
const PUBLISHED_RESOURCE: &str = "dagl-correspondence";
/// Resource id that `POLICY` is written for.
const POLICY_FOR: &str = "postbud-demo-letters";
/// A policy that permits what Correspondence and Events ask for.
const POLICY: &str = include_str!("preset_policy.xml");

/// A ready-made client, by what it is for.
pub(super) struct ReadyMade {
    /// What it is for.
    pub(super) name: &'static str,
    /// Its id.
    pub(super) client_id: &'static str,
    /// Its owner.
    pub(super) organization: &'static str,
    /// Its scopes.
    pub(super) scopes: &'static [&'static str],
}

/// The ready-made clients. They share one key.
pub(super) const CLIENTS: [ReadyMade; 3] = [
    ReadyMade {
        name: "owner",
        client_id: "5f0c8b3e-0d55-4d0e-9f3e-0a7d6e3c0001",
        organization: OWNER,
        scopes: &[
            "altinn:serviceowner",
            "altinn:correspondence.write",
            "altinn:correspondence.read",
            "altinn:events.subscribe",
            "altinn:testtools/tokengenerator",
            "altinn:testtools/tokengenerator/personal",
            "altinn:testtools/tokengenerator/enterprise",
        ],
    },
    ReadyMade {
        name: "recipient",
        client_id: "5f0c8b3e-0d55-4d0e-9f3e-0a7d6e3c0002",
        organization: RECIPIENT,
        scopes: &["altinn:correspondence.read"],
    },
    ReadyMade {
        name: "registry",
        client_id: "5f0c8b3e-0d55-4d0e-9f3e-0a7d6e3c0003",
        organization: OWNER,
        scopes: &[
            "altinn:resourceregistry/resource.write",
            "altinn:resourceregistry/access-list.read",
            "altinn:resourceregistry/access-list.write",
        ],
    },
];

/// Puts what is ready-made into the world.
pub(super) fn fill(world: &mut World, client_key: &LazyKey) {
    for ready in &CLIENTS {
        let client = Client {
            id: ready.client_id.to_owned(),
            organization: ready.organization.to_owned(),
            scopes: ready.scopes.iter().map(ToString::to_string).collect(),
            keys: vec![ClientKey::ReadyMade(client_key.clone())],
            idporten: false,
        };
        world.clients.insert(client.id.clone(), client);
    }
    for (number, code, prefix) in [(OWNER, OWNER_CODE, "demo"), (TEST_MINISTRY, "ttd", "ttd")] {
        world.directory.organizations.push(OrganizationSeed {
            number: number.to_owned(),
            code: code.to_owned(),
            scope_prefixes: vec![prefix.to_owned()],
        });
    }
    for (holder, party, role) in [(RECIPIENT, RECIPIENT, "DAGL"), (PERSON, RECIPIENT, "DAGL"), (PERSON, PERSON, "PRIV")]
    {
        world.directory.roles.push(RoleSeed {
            holder: holder.to_owned(),
            party: party.to_owned(),
            roles: vec![role.to_owned()],
        });
    }
    world.directory.system_users.push((
        Uuid::from_u128(0x5f0c_8b3e_0d55_4d0e_9f3e_0a7d_6e3c_1001),
        SystemUserSeed {
            id: None,
            organization: CUSTOMER.to_owned(),
            vendor: OWNER.to_owned(),
            system_id: format!("{OWNER}_postbud"),
            external_ref: None,
            resources: vec![RESOURCE.to_owned()],
        },
    ));
    add_resource(world, RESOURCE, OWNER, OWNER_CODE);
    if world.lenient() {
        add_resource(world, PUBLISHED_RESOURCE, TEST_MINISTRY, "ttd");
    }
}

/// Adds a ready-made resource; whoever creates it again takes it over.
pub(super) fn add_resource(world: &mut World, id: &str, owner: &str, code: &str) {
    let text = |nb: &str, en: &str| json!({"nb": nb, "nn": nb, "en": en});
    let fields = json!({
        "identifier": id,
        "title": text("Demobrev", "Demo letters"),
        "description": text("Brev fra en prøvetjeneste", "Letters from a trial service"),
        "resourceType": "CorrespondenceService",
        "status": "Active",
        "delegable": false,
        "visible": false,
        "contactPoints": [],
        "hasCompetentAuthority": {"name": text("Demoetaten", "Demo agency"), "organization": owner, "orgcode": code},
    });
    let Ok(mut resource) = Resource::seeded(fields) else { return };
    resource.ready_made = true;
    let policy = POLICY.replace(POLICY_FOR, id).replace(OWNER, owner).replace("@OWNER-CODE@", code);
    if resource.set_policy(policy.into_bytes()).is_ok() {
        world.resources.insert(id.to_owned(), resource);
    }
}

/// Whether an organisation is Digdir itself, by its code.
pub(super) fn is_digdir(code: &str) -> bool {
    code.eq_ignore_ascii_case("digdir")
}
