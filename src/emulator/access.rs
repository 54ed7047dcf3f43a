//! Access to a resource: the owner's bypass, else the stored policy.

use super::caller::Caller;
use super::registry::{Question, Resource};
use super::world::World;

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Right {
    /// Read what was sent to a party.
    Read,
    /// Send on behalf of the owner.
    Write,
    /// Subscribe to events.
    Subscribe,
}

impl Right {
    /// The action's name in policies, and the names it had until autumn 2024, which only the lenient profile takes.
    fn actions(self, lenient: bool) -> &'static [&'static str] {
        match (self, lenient) {
            (Self::Read, false) => &["read"],
            (Self::Read, true) => &["read", "see", "open"],
            (Self::Write, false) => &["write"],
            (Self::Write, true) => &["write", "send"],
            (Self::Subscribe, _) => &["subscribe"],
        }
    }
}

/// The organisation that owns a resource.
pub(super) fn owner_of<'a>(world: &'a World, resource: &'a Resource) -> &'a str {
    if resource.owner().is_empty() {
        world.directory.number_of(resource.owner_code()).unwrap_or_default()
    } else {
        resource.owner()
    }
}

/// Whether the caller is the owner and says so by its scope: then no policy is asked.
pub(super) fn is_owner(world: &World, caller: &Caller, resource: &Resource) -> bool {
    let owner = owner_of(world, resource);
    caller.has("altinn:serviceowner") && !owner.is_empty() && caller.consumer.as_deref() == Some(owner)
}

/// Whether the caller has a right to `party`'s share of a resource; the error says why not.
pub(super) fn check(
    world: &World,
    caller: &Caller,
    resource_id: &str,
    right: Right,
    party: &str,
) -> Result<(), String> {
    let denied = |why: &str| Err(format!("access: {resource_id}, {right:?} for {party}: {why}"));
    let Some(resource) = world.resources.get(resource_id) else { return denied("no such resource") };
    if right != Right::Subscribe && is_owner(world, caller, resource) {
        return Ok(());
    }
    let Some(policy) = resource.policy() else { return denied("the resource has no policy") };
    let held = roles(world, caller, party);
    let mut subject = Vec::new();
    for (attribute, value) in [
        ("urn:altinn:org", &caller.code),
        ("urn:altinn:organization:identifier-no", &caller.organization),
        ("urn:altinn:person:identifier-no", &caller.person),
    ] {
        subject.extend(value.as_deref().map(|value| (attribute, value)));
    }
    for role in &held {
        subject.push(("urn:altinn:rolecode", *role));
        subject.push(("urn:altinn:org:rolecode", *role));
    }
    let question = Question {
        resource: resource_id,
        actions: right.actions(world.lenient()),
        subject: &subject,
        any_resource: world.lenient(),
        any_subject: system_user_has(world, caller, resource_id, party),
    };
    if !policy.permits(&question) {
        return denied("the policy does not permit it");
    }
    let listed = || world.access_lists.admit(resource_id, party, right.actions(world.lenient()));
    if resource.asks_for_list() && !listed() {
        return denied("the resource is open to its access lists only, and the party is on none");
    }
    Ok(())
}

/// Roles the caller has for a party.
fn roles<'a>(world: &'a World, caller: &Caller, party: &str) -> Vec<&'a str> {
    let holders = [caller.organization.as_deref(), caller.person.as_deref()];
    let held = world
        .directory
        .roles
        .iter()
        .filter(|role| role.party == party && holders.contains(&Some(role.holder.as_str())));
    held.flat_map(|role| role.roles.iter().map(String::as_str)).collect()
}

/// Whether the caller is a system user of the party that was given the resource.
fn system_user_has(world: &World, caller: &Caller, resource_id: &str, party: &str) -> bool {
    let Some(id) = caller.system_user else { return false };
    let user = world.directory.system_users.iter().find(|(own, _)| *own == id);
    user.is_some_and(|(_, user)| user.organization == party && user.resources.iter().any(|own| own == resource_id))
}
