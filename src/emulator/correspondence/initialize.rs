//! `POST /correspondence` and `POST /correspondence/upload`.

use axum::body::Bytes;
use serde_json::{Value, json};
use uuid::Uuid;

use super::super::access::{self, Right};
use super::super::caller::Caller;
use super::super::clock;
use super::super::message::{Call, Part, Reply};
use super::super::world::World;
use super::model::{Attachment, AttachmentStatus, Content, Correspondence, Notification, Status};
use super::problem::{detailed, error, no_access};
use super::request::{self, AttachmentRequest, Initialize};
use super::{checks, jobs, upload};

/// What is stored where no file was sent.
const PLACEHOLDER: &[u8] = b"A placeholder of the postbud emulator: no file was sent.\n";

/// Answers both: with `form`, the body is multipart and carries files.
pub(super) fn serve(world: &mut World, call: &Call, caller: &Caller, form: bool) -> Reply {
    match run(world, call, caller, form) {
        Ok(reply) | Err(reply) => reply,
    }
}

fn run(world: &mut World, call: &Call, caller: &Caller, form: bool) -> Result<Reply, Reply> {
    let body = request::body(call, form)?;
    let request = Initialize::read(&body, world.lenient())?;
    for lapse in &request.lapses {
        world.warn(lapse.as_str());
    }
    check_idempotency(world, &request)?;
    let owner = check_resource(world, caller, &request.resource)?;
    let files = request::files(call);
    checks::recipients(world, &request)?;
    checks::dates(world, &request)?;
    checks::content(world, &request)?;
    checks::dialogs(world, &request)?;
    checks::attachments(world, &request, &owner, &files)?;
    checks::replies(world, &request)?;
    checks::notification(&request)?;
    check_sums(&request, &files)?;
    Ok(store(world, call, &request, &owner, &files))
}

/// A key is good for one correspondence.
fn check_idempotency(world: &World, request: &Initialize) -> Result<(), Reply> {
    let Some(key) = request.idempotency_key else { return Ok(()) };
    if request.recipients.len() > 1 {
        return Err(error(1047));
    }
    if world.idempotency_keys.contains(&key) { Err(error(1034)) } else { Ok(()) }
}

/// The resource exists, the caller may send from it, and it is of the right type. Returns its owner.
fn check_resource(world: &mut World, caller: &Caller, id: &str) -> Result<String, Reply> {
    let Some(resource) = world.resources.get(id) else { return Err(detailed(1036, id)) };
    let owner = access::owner_of(world, resource).to_owned();
    let kind = resource.kind().to_owned();
    access::check(world, caller, id, Right::Write, &owner).map_err(no_access)?;
    if kind != "CorrespondenceService" {
        let refusal = detailed(4010, &format!("it is a {kind}"));
        if !(world.lenient() && kind == "GenericAccessResource") {
            return Err(refusal);
        }
        world.warn(refusal.refused.unwrap_or_default());
    }
    Ok(owner)
}

/// Checksums promised in the request fit the files.
fn check_sums(request: &Initialize, files: &[&Part]) -> Result<(), Reply> {
    for wanted in &request.attachments {
        let file = files.iter().find(|file| file.file_name.as_deref() == Some(&wanted.file_name));
        if let (Some(file), Some(promised)) = (file, &wanted.checksum)
            && upload::md5(&file.bytes) != *promised
        {
            return Err(error(2008));
        }
    }
    Ok(())
}

fn store(world: &mut World, call: &Call, request: &Initialize, owner: &str, files: &[&Part]) -> Reply {
    let now = world.clock.business();
    let mut attachments = Vec::new();
    for (index, wanted) in request.attachments.iter().enumerate() {
        let by_name = files.iter().find(|file| file.file_name.as_deref() == Some(&wanted.file_name));
        let file = by_name.or_else(|| files.get(index)).map(|file| file.bytes.clone());
        let bytes = file.filter(|bytes| !bytes.is_empty()).unwrap_or(Bytes::from_static(PLACEHOLDER));
        let mut attachment = new_attachment(wanted, &request.resource, owner, now);
        let id = attachment.id;
        upload::store(&mut attachment, bytes, now, clock::after(now, world.delays.scan));
        world.attachments.insert(id, attachment);
        world.unsettled_attachments.push(id);
        attachments.push(id);
    }
    let all: Vec<Uuid> = request.existing.iter().chain(&attachments).copied().collect();
    let ids: Vec<Uuid> = request
        .recipients
        .iter()
        .map(|recipient| {
            let correspondence = Correspondence {
                id: Uuid::new_v4(),
                resource: request.resource.clone(),
                sender: owner.to_owned(),
                recipient: recipient.clone(),
                senders_reference: request.senders_reference.clone(),
                message_sender: request.message_sender.clone(),
                content: Content {
                    language: language(request),
                    title: request.title.clone(),
                    summary: request.summary.clone(),
                    body: request.body.clone(),
                },
                attachments: all.clone(),
                publish_time: request.publish_time.unwrap_or(now),
                due: request.due,
                created: now,
                shown: request.shown.clone(),
                confirmation_needed: request.confirmation_needed,
                notifications: notifications(request),
                history: Vec::new(),
                confirming: None,
            };
            let id = correspondence.id;
            world.correspondences.insert(id, correspondence);
            id
        })
        .collect();
    world.idempotency_keys.extend(request.idempotency_key);
    for id in &ids {
        jobs::begin(world, call.route.environment, *id);
    }
    answer(world, &ids, &all)
}

/// The language, where it is one of the known ones; Norwegian bokmål otherwise.
fn language(request: &Initialize) -> String {
    let language = request.language.as_deref().unwrap_or_default().to_lowercase();
    if ["nb", "nn", "en"].contains(&language.as_str()) { language } else { "nb".to_owned() }
}

/// Orders for a notification, and for its reminder.
fn notifications(request: &Initialize) -> Vec<Notification> {
    let Some(order) = &request.notification else { return Vec::new() };
    let reminders: &[bool] = if order.reminder { &[false, true] } else { &[false] };
    reminders.iter().map(|reminder| Notification { order: Uuid::new_v4(), reminder: *reminder }).collect()
}

/// A new attachment without content.
pub(super) fn new_attachment(
    wanted: &AttachmentRequest,
    resource: &str,
    sender: &str,
    now: jiff::Timestamp,
) -> Attachment {
    let mut attachment = Attachment {
        id: Uuid::new_v4(),
        resource: resource.to_owned(),
        sender: sender.to_owned(),
        senders_reference: wanted.senders_reference.clone(),
        file_name: wanted.file_name.clone(),
        display_name: wanted.display_name.clone(),
        checksum: wanted.checksum.clone(),
        expiration_days: wanted.expiration_days,
        created: now,
        bytes: None,
        history: Vec::new(),
        scanned: None,
        correspondences: Vec::new(),
    };
    attachment.become_(AttachmentStatus::Initialized, now);
    attachment
}

fn answer(world: &World, ids: &[Uuid], attachments: &[Uuid]) -> Reply {
    let texts = |ids: &[Uuid]| -> Vec<String> { ids.iter().map(Uuid::to_string).collect() };
    let entry = |id: &Uuid| -> Option<Value> {
        let correspondence = world.correspondences.get(id)?;
        let ready = correspondence.has_been(Status::ReadyForPublish);
        let notifications: Vec<Value> = correspondence
            .notifications
            .iter()
            .map(|order| json!({"orderId": order.order.to_string(), "isReminder": order.reminder, "status": "Success"}))
            .collect();
        Some(json!({
            "correspondenceId": id.to_string(),
            "status": if ready { Status::ReadyForPublish.name() } else { Status::Initialized.name() },
            "recipient": correspondence.recipient.urn(),
            "notifications": notifications,
        }))
    };
    let list: Vec<Value> = ids.iter().filter_map(entry).collect();
    let mut body = json!({"correspondences": list, "attachmentIds": texts(attachments)});
    if let (true, Some(members)) = (world.lenient(), body.as_object_mut()) {
        // What the tests of the two oldest generations of the published collection read.
        members.insert("correspondenceIds".into(), json!(texts(ids)));
        members.insert("correspondenceId".into(), json!(ids.first().map(Uuid::to_string)));
    }
    Reply::ok(&body)
}
