//! `GET /correspondence`: ids of what was sent or received.

use serde_json::json;

use super::super::access::{self, Right};
use super::super::caller::Caller;
use super::super::message::{Call, Reply};
use super::super::world::World;
use super::fields::instant;
use super::model::{Correspondence, Status};
use super::party::Party;
use super::problem::{Faults, error, no_access};

/// The most ids answered.
const LIMIT: usize = 1000;

/// Which side a correspondence is looked for from.
#[derive(Clone, Copy, PartialEq)]
enum Role {
    Recipient,
    Sender,
    Both,
}

/// What is looked for.
struct Search {
    resource: String,
    from: Option<jiff::Timestamp>,
    to: Option<jiff::Timestamp>,
    status: Option<Status>,
    role: Role,
    party: String,
}

/// Answers the search.
pub(super) fn serve(world: &mut World, call: &Call, caller: &Caller) -> Reply {
    let search = match read(call, caller) {
        Ok(search) => search,
        Err(reply) => return reply,
    };
    if search.from.zip(search.to).is_some_and(|(from, to)| from > to) {
        return error(1027);
    }
    if let Err(reason) = authorize(world, caller, &search) {
        return no_access(reason);
    }
    let mut found: Vec<&Correspondence> = world.correspondences.values().filter(|item| search.finds(item)).collect();
    found.sort_by_key(|item| std::cmp::Reverse(item.publish_time));
    let ids: Vec<String> = found.iter().take(LIMIT).map(|item| item.id.to_string()).collect();
    let mut body = json!({"ids": ids});
    if let (true, Some(members)) = (world.lenient(), body.as_object_mut()) {
        // What the tests of all published collections read.
        members.insert("items".into(), json!(ids));
        members.insert("pagination".into(), json!({"offset": 0, "limit": LIMIT, "totalItems": ids.len()}));
    }
    Reply::ok(&body)
}

fn read(call: &Call, caller: &Caller) -> Result<Search, Reply> {
    let mut faults = Faults::default();
    let given = |name: &str| call.query(name).filter(|value| !value.is_empty());
    let resource = given("resourceId").unwrap_or_default().to_owned();
    if resource.is_empty() {
        faults.add("resourceId", "This field is required");
    }
    let mut time = |name: &str| {
        // A plus sign of an offset that was not escaped arrives as a space.
        let text = given(name)?.replace(' ', "+");
        let instant = instant(&text);
        if instant.is_none() {
            faults.add(name, "A date and time is wanted");
        }
        instant
    };
    let (from, to) = (time("from"), time("to"));
    let status = given("status").and_then(|text| {
        let status = Status::read(text);
        if status.is_none() {
            faults.add("status", "No such status");
        }
        status
    });
    let role = match given("role").map(str::to_lowercase).as_deref() {
        None | Some("recipientandsender" | "2") => Role::Both,
        Some("recipient" | "0") => Role::Recipient,
        Some("sender" | "1") => Role::Sender,
        Some(_) => {
            faults.add("role", "Recipient, Sender or RecipientAndSender is wanted");
            Role::Both
        }
    };
    let own = caller.organization.clone().or_else(|| caller.person.clone()).unwrap_or_default();
    let party = match given("onBehalfOf") {
        Some(text) => match Party::read(text).or_else(|_| Party::read(&format!("0192:{text}"))) {
            Ok(party) => party.number().to_owned(),
            Err(text) => {
                faults.add("onBehalfOf", text);
                own
            }
        },
        None => own,
    };
    faults.into_reply()?;
    Ok(Search { resource, from, to, status, role, party })
}

/// Reading or sending on the party's behalf opens the search.
fn authorize(world: &mut World, caller: &Caller, search: &Search) -> Result<(), String> {
    let read = access::check(world, caller, &search.resource, Right::Read, &search.party);
    let write = || access::check(world, caller, &search.resource, Right::Write, &search.party);
    match read.or_else(|_| write()) {
        Err(reason) if world.lenient() && caller.organization.as_deref() == Some(&search.party) => {
            if !world.resources.contains_key(&search.resource) {
                return Err(reason);
            }
            world.warn(reason);
            Ok(())
        }
        other => other,
    }
}

impl Search {
    fn finds(&self, item: &Correspondence) -> bool {
        let received = item.recipient.number() == self.party && item.is_published();
        let sent = item.sender == self.party;
        let side = match self.role {
            Role::Recipient => received,
            Role::Sender => sent,
            Role::Both => received || sent,
        };
        side && item.resource == self.resource
            && !item.is_purged()
            && self.from.is_none_or(|from| item.publish_time > from)
            && self.to.is_none_or(|to| item.publish_time < to)
            && self.status.is_none_or(|status| item.has_been(status))
    }
}
