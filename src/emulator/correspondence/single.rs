//! One correspondence: looked at, read, confirmed, deleted, its attachments downloaded.

use axum::http::StatusCode;
use axum::http::header::CONTENT_DISPOSITION;
use jiff::SignedDuration;
use serde_json::Value;
use uuid::Uuid;

use super::super::access::{self, Right};
use super::super::caller::Caller;
use super::super::clock;
use super::super::hosts::Environment;
use super::super::message::Reply;
use super::super::world::World;
use super::model::{Attachment, Correspondence, Status};
use super::problem::{error, no_access};
use super::{OLD, WRITE, disposition, jobs, view, zip};

/// How long a recipient's second look adds no Fetched to the history.
const FETCHED_ONCE_IN: SignedDuration = SignedDuration::from_secs(15);

/// A correspondence that a caller may see, and in which roles.
pub(super) struct Seen {
    id: Uuid,
    /// May send from its resource.
    sender: bool,
    /// May read what its recipient gets.
    recipient: bool,
    /// Owns its resource and says so.
    owner: bool,
    /// Counts as sender: "calling as sender" goes by scope, and such a look is never a recipient's. The one scope of
    /// 2024 was for both, so with it a recipient is one.
    calls_as_sender: bool,
}

/// Finds a correspondence and the caller's roles; one role at least is needed.
pub(super) fn find(world: &mut World, caller: &Caller, id: Uuid) -> Result<Seen, Reply> {
    let correspondence = world.correspondences.get(&id).ok_or_else(|| error(1001))?;
    let (resource, sender, party) =
        (correspondence.resource.clone(), correspondence.sender.clone(), correspondence.recipient.number().to_owned());
    let as_sender = (caller.has(WRITE) || caller.has(OLD))
        && access::check(world, caller, &resource, Right::Write, &sender).is_ok();
    let as_recipient = may_read(world, caller, &resource, &party);
    let owner = world.resources.get(&resource).is_some_and(|resource| access::is_owner(world, caller, resource));
    match as_recipient {
        Err(reason) if !as_sender => Err(no_access(reason)),
        other => {
            let recipient = other.is_ok();
            let calls_as_sender = caller.has(WRITE) || (caller.has(OLD) && !recipient);
            Ok(Seen { id, sender: as_sender, recipient, owner, calls_as_sender })
        }
    }
}

/// Whether the caller may read what a party gets. In the lenient profile it is enough to be the party, or a person by
/// a test token: the oldest published collection takes for granted that its test person manages the recipient.
fn may_read(world: &mut World, caller: &Caller, resource: &str, party: &str) -> Result<(), String> {
    let checked = access::check(world, caller, resource, Right::Read, party);
    let same = [caller.organization.as_deref(), caller.person.as_deref()].contains(&Some(party));
    let test_person = caller.test_token && caller.person.is_some() && !caller.has(WRITE);
    match checked {
        Err(reason) if world.lenient() && (same || test_person) => {
            let why = if same { "the caller is the recipient" } else { "the caller is a test person" };
            world.warn(format!("{reason}; {why}"));
            Ok(())
        }
        other => other,
    }
}

/// What a recipient may see: published and not gone.
fn open<'a>(
    world: &'a mut World,
    environment: &'static Environment,
    id: Uuid,
) -> Result<&'a mut Correspondence, Reply> {
    jobs::publish(world, environment, id);
    let found = world.correspondences.get_mut(&id);
    found.filter(|correspondence| correspondence.is_published() && !correspondence.is_purged()).ok_or_else(|| {
        error(1001).because("1001: for its recipient it is not there, because it is not published or is deleted")
    })
}

/// `GET /correspondence/{id}` and `/details`.
pub(super) fn show(
    world: &mut World,
    caller: &Caller,
    environment: &'static Environment,
    id: Uuid,
    details: bool,
) -> Reply {
    let seen = match find(world, caller, id) {
        Ok(seen) => seen,
        Err(reply) => return reply,
    };
    let now = world.clock.business();
    if !seen.sender || !seen.calls_as_sender {
        let correspondence = match open(world, environment, id) {
            Ok(correspondence) => correspondence,
            Err(reply) => return reply,
        };
        let recent = |change: &super::model::Change<Status>| {
            change.status == Status::Fetched && now.duration_since(change.at) < FETCHED_ONCE_IN
        };
        if !seen.calls_as_sender && (details || !correspondence.history.iter().any(recent)) {
            correspondence.become_(Status::Fetched, now);
        }
    }
    let Some(correspondence) = world.correspondences.get(&id).filter(|correspondence| !correspondence.is_purged())
    else {
        return error(1001).because("1001: it is deleted");
    };
    let with_content = seen.recipient || seen.owner || !correspondence.is_published();
    if details {
        Reply::ok(&view::details(world, correspondence, with_content))
    } else {
        Reply::ok(&Value::Object(view::overview(world, correspondence, with_content)))
    }
}

/// The recipient's part of an endpoint: access, then published and not gone.
fn as_recipient<'a>(
    world: &'a mut World,
    caller: &Caller,
    environment: &'static Environment,
    id: Uuid,
) -> Result<&'a mut Correspondence, Reply> {
    let seen = find(world, caller, id)?;
    if !seen.recipient {
        return Err(no_access("the caller is not the recipient"));
    }
    open(world, environment, seen.id)
}

fn id_reply(id: Uuid) -> Reply {
    Reply::ok(&Value::String(id.to_string()))
}

/// `POST /correspondence/{id}/markasread`.
pub(super) fn mark_as_read(world: &mut World, caller: &Caller, environment: &'static Environment, id: Uuid) -> Reply {
    let now = world.clock.business();
    let correspondence = match as_recipient(world, caller, environment, id) {
        Ok(correspondence) => correspondence,
        Err(reply) => return reply,
    };
    if !correspondence.has_been(Status::Fetched) {
        return error(1024);
    }
    if correspondence.has_been(Status::Read) {
        return error(1040);
    }
    correspondence.become_(Status::Read, now);
    jobs::emit(world, environment, id, "correspondencereceiverread");
    id_reply(id)
}

/// `POST /correspondence/{id}/confirm`: answers at once, commits later.
pub(super) fn confirm(world: &mut World, caller: &Caller, environment: &'static Environment, id: Uuid) -> Reply {
    let now = world.clock.business();
    let due = clock::after(now, world.delays.confirm);
    let correspondence = match as_recipient(world, caller, environment, id) {
        Ok(correspondence) => correspondence,
        Err(reply) => return reply,
    };
    if !correspondence.has_been(Status::Fetched) {
        return error(1025);
    }
    if correspondence.has_been(Status::Confirmed) {
        return error(1041);
    }
    if correspondence.confirming.is_none() {
        correspondence.confirming = Some(due);
        world.unsettled_correspondences.push(id);
    }
    jobs::confirm(world, environment, id, now);
    id_reply(id)
}

/// `GET /correspondence/{id}/content`: the message itself; reading it marks it as read.
pub(super) fn content(world: &mut World, caller: &Caller, environment: &'static Environment, id: Uuid) -> Reply {
    let now = world.clock.business();
    match as_recipient(world, caller, environment, id) {
        Ok(correspondence) => {
            if !correspondence.has_been(Status::Read) {
                correspondence.become_(Status::Read, now);
            }
            Reply::text(StatusCode::OK, correspondence.content.body.clone())
        }
        Err(reply) => reply,
    }
}

/// `POST /correspondence/{id}/archive` and `/markasunread`, which the API no longer has.
pub(super) fn gone(world: &mut World, caller: &Caller, id: Uuid) -> Reply {
    match find(world, caller, id) {
        Ok(_) => {
            world.warn("path: the API no longer has this endpoint");
            id_reply(id)
        }
        Err(reply) => reply,
    }
}

/// `GET /correspondence/{id}/attachment/{attachment}/download`.
pub(super) fn download(
    world: &mut World,
    caller: &Caller,
    environment: &'static Environment,
    id: Uuid,
    attachment: Uuid,
) -> Reply {
    let now = world.clock.business();
    let linked = match as_recipient(world, caller, environment, id) {
        Ok(correspondence) => correspondence.attachments.contains(&attachment),
        Err(reply) => return reply,
    };
    let Some((file, bytes)) = world.attachments.get(&attachment).filter(|_| linked).and_then(with_bytes) else {
        return error(2001);
    };
    let media_type = file.media_type();
    let inline = media_type == "application/pdf" || media_type.starts_with("image/");
    let kind = if inline { "inline" } else { "attachment" };
    let reply = Reply::bytes(StatusCode::OK, &media_type, bytes.clone())
        .header(CONTENT_DISPOSITION, disposition(kind, &file.file_name));
    if let Some(correspondence) = world.correspondences.get_mut(&id) {
        correspondence.become_(Status::AttachmentsDownloaded, now);
    }
    reply
}

/// `GET /correspondence/{id}/attachments/downloadall`.
pub(super) fn download_all(world: &mut World, caller: &Caller, environment: &'static Environment, id: Uuid) -> Reply {
    let now = world.clock.business();
    let ids = match as_recipient(world, caller, environment, id) {
        Ok(correspondence) => correspondence.attachments.clone(),
        Err(reply) => return reply,
    };
    let files: Vec<(&str, &[u8])> = ids
        .iter()
        .filter_map(|id| world.attachments.get(id).and_then(with_bytes))
        .map(|(file, bytes)| (file.file_name.as_str(), bytes.as_ref()))
        .collect();
    if files.is_empty() {
        return error(2001);
    }
    let reply = Reply::bytes(StatusCode::OK, "application/zip", zip::archive(&files))
        .header(CONTENT_DISPOSITION, disposition("attachment", "attachments.zip"));
    if let Some(correspondence) = world.correspondences.get_mut(&id) {
        correspondence.become_(Status::AttachmentsDownloaded, now);
    }
    reply
}

fn with_bytes(attachment: &Attachment) -> Option<(&Attachment, &axum::body::Bytes)> {
    attachment.bytes.as_ref().map(|bytes| (attachment, bytes))
}

/// `DELETE /correspondence/{id}/purge`.
pub(super) fn purge(world: &mut World, caller: &Caller, environment: &'static Environment, id: Uuid) -> Reply {
    let seen = match find(world, caller, id) {
        Ok(seen) => seen,
        Err(reply) => return reply,
    };
    let now = world.clock.business();
    let as_sender = seen.sender && seen.calls_as_sender;
    let Some(correspondence) = world.correspondences.get_mut(&id) else { return error(1001) };
    if correspondence.is_purged() {
        return error(1014);
    }
    let (status, name) = if as_sender {
        if correspondence.is_published() {
            return error(1013);
        }
        (Status::PurgedByAltinn, "correspondencepurged")
    } else {
        if !correspondence.is_published() {
            return error(1001).because("1001: for its recipient it is not there, because it is not published");
        }
        if correspondence.confirmation_needed && !correspondence.has_been(Status::Confirmed) {
            return error(1026);
        }
        (Status::PurgedByRecipient, "correspondencepurged")
    };
    correspondence.become_(status, now);
    jobs::emit(world, environment, id, name);
    id_reply(id)
}
