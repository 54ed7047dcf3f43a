//! What happens by itself: scans end, correspondences are published, confirmations are committed, attachments expire.
//! Nothing runs in the background: what was due is caught up with whenever somebody looks.

use jiff::Timestamp;
use uuid::Uuid;

use super::super::clock::after;
use super::super::events::About;
use super::super::hosts::Environment;
use super::super::world::World;
use super::model::{Attachment, AttachmentStatus, Change, Correspondence, Status};
use super::party::organization_urn;

/// What every malware scanner must find: the standard test file.
const TEST_VIRUS: &[u8] = b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE";
/// The standard test file is at most 128 bytes long.
const TEST_VIRUS_WITHIN: usize = 128;
const DAY: std::time::Duration = std::time::Duration::from_hours(24);

/// Starts the life of a new correspondence.
pub(super) fn begin(world: &mut World, environment: &'static Environment, id: Uuid) {
    let now = world.clock.business();
    let Some(correspondence) = world.correspondences.get_mut(&id) else { return };
    correspondence.become_(Status::Initialized, now);
    for attachment in &correspondence.attachments {
        if let Some(attachment) = world.attachments.get_mut(attachment) {
            attachment.correspondences.push(id);
        }
    }
    world.unsettled_correspondences.push(id);
    emit(world, environment, id, "correspondenceinitialized");
    scan(world, now);
    make_ready(world, id, now);
}

/// Catches up with everything that is due.
pub(super) fn catch_up(world: &mut World, environment: &'static Environment) {
    let now = world.clock.business();
    scan(world, now);
    let ids = std::mem::take(&mut world.unsettled_correspondences);
    for id in ids {
        make_ready(world, id, now);
        let delay = world.delays.publish;
        let due = world.correspondences.get(&id).map(|correspondence| {
            let ready = correspondence.since(Status::ReadyForPublish).unwrap_or(Timestamp::MAX);
            after(correspondence.publish_time.max(ready), delay)
        });
        if due.is_some_and(|due| due <= now) {
            publish(world, environment, id);
        }
        confirm(world, environment, id, now);
        if world.correspondences.get(&id).is_some_and(Correspondence::is_unsettled) {
            world.unsettled_correspondences.push(id);
        }
    }
}

/// Publishes, if it is ready and not published, failed or gone.
pub(super) fn publish(world: &mut World, environment: &'static Environment, id: Uuid) {
    let now = world.clock.business();
    let Some(correspondence) = world.correspondences.get_mut(&id) else { return };
    let ready = correspondence.has_been(Status::ReadyForPublish) && correspondence.publish_time <= now;
    if !ready || correspondence.is_published() || correspondence.is_purged() || correspondence.has_been(Status::Failed)
    {
        return;
    }
    correspondence.become_(Status::Published, now);
    emit(world, environment, id, "correspondencepublished");
}

/// A confirmation that was asked for becomes one.
pub(super) fn confirm(world: &mut World, environment: &'static Environment, id: Uuid, now: Timestamp) {
    let Some(correspondence) = world.correspondences.get_mut(&id) else { return };
    if correspondence.confirming.is_none_or(|due| due > now) {
        return;
    }
    correspondence.confirming = None;
    correspondence.become_(Status::Confirmed, now);
    emit(world, environment, id, "correspondencereceiverconfirmed");
}

/// Ends scans and lives of attachments.
fn scan(world: &mut World, now: Timestamp) {
    let ids = std::mem::take(&mut world.unsettled_attachments);
    for id in ids {
        let Some(attachment) = world.attachments.get_mut(&id) else { continue };
        if attachment.status() == AttachmentStatus::UploadProcessing && attachment.scanned.is_some_and(|end| end <= now)
        {
            let at = attachment.scanned.unwrap_or(now);
            let bytes = attachment.bytes.as_deref().unwrap_or_default();
            let bytes = bytes.get(..TEST_VIRUS_WITHIN).unwrap_or(bytes);
            if bytes.windows(TEST_VIRUS.len()).any(|window| window == TEST_VIRUS) {
                let text = "The malware scan found something".to_owned();
                attachment.history.push(Change { status: AttachmentStatus::Failed, text, at });
            } else {
                attachment.become_(AttachmentStatus::Published, at);
            }
        }
        if attachment.status() == AttachmentStatus::Published && expiry(attachment).is_some_and(|end| end <= now) {
            attachment.become_(AttachmentStatus::Expired, now);
            attachment.bytes = None;
        }
        if attachment.is_unsettled() {
            world.unsettled_attachments.push(id);
        }
    }
}

/// When an attachment's life ends.
pub(super) fn expiry(attachment: &Attachment) -> Option<Timestamp> {
    attachment.expiration_days.map(|days| after(attachment.created, DAY.saturating_mul(days)))
}

/// Ready when all attachments are published; failed when one failed.
fn make_ready(world: &mut World, id: Uuid, now: Timestamp) {
    let Some(correspondence) = world.correspondences.get_mut(&id) else { return };
    if correspondence.has_been(Status::ReadyForPublish)
        || correspondence.has_been(Status::Failed)
        || correspondence.is_purged()
    {
        return;
    }
    let statuses: Vec<AttachmentStatus> =
        correspondence.attachments.iter().filter_map(|id| world.attachments.get(id)).map(Attachment::status).collect();
    if statuses.contains(&AttachmentStatus::Failed) {
        let text = "An attachment failed".to_owned();
        correspondence.history.push(Change { status: Status::Failed, text, at: now });
    } else if statuses.iter().all(|status| matches!(status, AttachmentStatus::Published | AttachmentStatus::Expired)) {
        correspondence.become_(Status::ReadyForPublish, now);
    }
}

/// Tells subscribers about a correspondence: sender and recipient each get their own event.
pub(super) fn emit(world: &mut World, environment: &'static Environment, id: Uuid, name: &str) {
    let Some(correspondence) = world.correspondences.get(&id) else { return };
    let parties = [organization_urn(&correspondence.sender), correspondence.recipient.urn()];
    let resource = correspondence.resource.clone();
    for party in parties {
        let about = About { resource: resource.clone(), instance: id.to_string(), party };
        world.events.emit(environment, &format!("no.altinn.correspondence.{name}"), &about);
    }
}
