//! Attachments of their own: `/attachment/…`.

use axum::http::StatusCode;
use axum::http::header::CONTENT_DISPOSITION;
use serde_json::Value;
use uuid::Uuid;

use super::super::access::{self, Right};
use super::super::caller::Caller;
use super::super::clock;
use super::super::message::{Call, Reply};
use super::super::world::World;
use super::fields::Fields;
use super::model::{Attachment, AttachmentStatus, Correspondence};
use super::problem::{Faults, detailed, error, no_access};
use super::{checks, disposition, initialize, request, upload, view};

/// `POST /attachment`.
pub(super) fn create(world: &mut World, call: &Call, caller: &Caller) -> Reply {
    match try_create(world, call, caller) {
        // The API of 2024 answered the bare id where plain text was asked for.
        Ok(id) if call.accepts_exactly("text/plain") => Reply::text(StatusCode::OK, id.to_string()),
        Ok(id) => Reply::ok(&Value::String(id.to_string())),
        Err(reply) => reply,
    }
}

fn try_create(world: &mut World, call: &Call, caller: &Caller) -> Result<Uuid, Reply> {
    let body = request::body(call, false)?;
    let fields = Fields::new(&body);
    let mut faults = Faults::default();
    let resource = fields.required("resourceId", &mut faults);
    let wanted = request::attachment(&fields, &mut faults);
    faults.into_reply()?;
    let Some(found) = world.resources.get(&resource) else { return Err(detailed(1036, &resource)) };
    let owner = access::owner_of(world, found).to_owned();
    let kind = found.kind().to_owned();
    access::check(world, caller, &resource, Right::Write, &owner).map_err(no_access)?;
    if !["CorrespondenceService", "GenericAccessResource"].contains(&kind.as_str()) {
        return Err(detailed(4009, &kind));
    }
    checks::file_name(world, &wanted.file_name)?;
    checks::life(wanted.expiration_days)?;
    let attachment = initialize::new_attachment(&wanted, &resource, &owner, world.clock.business());
    let id = attachment.id;
    world.attachments.insert(id, attachment);
    Ok(id)
}

/// The attachment, if there is one and the caller may send from its resource.
fn find<'a>(world: &'a World, caller: &Caller, id: Uuid) -> Result<&'a Attachment, Reply> {
    let attachment = world.attachments.get(&id).ok_or_else(|| error(2001))?;
    access::check(world, caller, &attachment.resource, Right::Write, &attachment.sender).map_err(no_access)?;
    Ok(attachment)
}

/// The correspondences an attachment belongs to.
fn correspondences_of(world: &World, id: Uuid) -> impl Iterator<Item = &Correspondence> {
    let ids = world.attachments.get(&id).map_or(&[][..], |attachment| &attachment.correspondences);
    ids.iter().filter_map(|id| world.correspondences.get(id))
}

/// Whether a correspondence that is not gone has the attachment.
fn is_linked(world: &World, id: Uuid) -> bool {
    correspondences_of(world, id).any(|correspondence| !correspondence.is_purged())
}

/// `POST /attachment/{id}/upload`.
pub(super) fn upload(world: &mut World, call: &Call, caller: &Caller, id: Uuid) -> Reply {
    let checked = find(world, caller, id).and_then(|attachment| {
        if call.body.is_empty() {
            return Err(error(2004));
        }
        match attachment.status() {
            AttachmentStatus::Initialized => {}
            AttachmentStatus::Purged => return Err(error(2006)),
            _ => return Err(error(2005)),
        }
        if is_linked(world, id) {
            return Err(error(2003));
        }
        match &attachment.checksum {
            Some(promised) if *promised != upload::md5(&call.body) => Err(error(2008)),
            _ => Ok(()),
        }
    });
    if let Err(reply) = checked {
        return reply;
    }
    let now = world.clock.business();
    let scanned = clock::after(now, world.delays.scan);
    let Some(attachment) = world.attachments.get_mut(&id) else { return error(2001) };
    upload::store(attachment, call.body.clone(), now, scanned);
    world.unsettled_attachments.push(id);
    world.attachments.get(&id).map_or_else(|| error(2001), |shown| Reply::ok(&view::uploaded(shown)))
}

/// `GET /attachment/{id}` and `/details`.
pub(super) fn show(world: &World, caller: &Caller, id: Uuid, details: bool) -> Reply {
    match find(world, caller, id) {
        Ok(attachment) if details => Reply::ok(&view::attachment_details(attachment)),
        Ok(attachment) => Reply::ok(&Value::Object(view::attachment(attachment))),
        Err(reply) => reply,
    }
}

/// `GET /attachment/{id}/download`.
pub(super) fn download(world: &World, caller: &Caller, id: Uuid) -> Reply {
    let attachment = match find(world, caller, id) {
        Ok(attachment) => attachment,
        Err(reply) => return reply,
    };
    let open = |correspondence: &Correspondence| correspondence.is_published() && !correspondence.is_purged();
    if correspondences_of(world, id).any(open) {
        return error(2016);
    }
    if attachment.status() == AttachmentStatus::Expired {
        return error(2019);
    }
    match &attachment.bytes {
        Some(bytes) => Reply::bytes(StatusCode::OK, "application/octet-stream", bytes.clone())
            .header(CONTENT_DISPOSITION, disposition("attachment", &attachment.file_name)),
        None => error(2001),
    }
}

/// `DELETE /attachment/{id}`.
pub(super) fn purge(world: &mut World, caller: &Caller, id: Uuid) -> Reply {
    let status = match find(world, caller, id) {
        Ok(attachment) => attachment.status(),
        Err(reply) => return reply,
    };
    match status {
        AttachmentStatus::Purged => return error(2006),
        AttachmentStatus::Expired => return error(2018),
        _ if is_linked(world, id) => return error(2007),
        _ => {}
    }
    let now = world.clock.business();
    if let Some(attachment) = world.attachments.get_mut(&id) {
        attachment.bytes = None;
        attachment.become_(AttachmentStatus::Purged, now);
    }
    Reply::empty(StatusCode::NO_CONTENT)
}
