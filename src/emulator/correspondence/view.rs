//! Correspondences and attachments as the API shows them.

use serde_json::{Map, Value, json};

use super::super::world::World;
use super::jobs;
use super::model::{Attachment, AttachmentStatus, Content, Correspondence, Status, change};
use super::party::organization_urn;

/// The overview; `with_content` is false for a sender who may not see what was published.
pub(super) fn overview(world: &World, correspondence: &Correspondence, with_content: bool) -> Map<String, Value> {
    let current = correspondence.current();
    let mut view = Map::new();
    let mut put = |name: &str, value: Value| view.insert(name.to_owned(), value);
    put("correspondenceId", json!(correspondence.id.to_string()));
    put("resourceId", json!(correspondence.resource));
    put("sender", json!(organization_urn(&correspondence.sender)));
    put("recipient", json!(correspondence.recipient.urn()));
    put("sendersReference", json!(correspondence.senders_reference));
    put("messageSender", json!(correspondence.message_sender));
    put("content", content(world, correspondence, with_content));
    put("requestedPublishTime", json!(correspondence.publish_time.to_string()));
    put("dueDateTime", json!(correspondence.due.map(|due| due.to_string())));
    put("created", json!(correspondence.created.to_string()));
    put("published", json!(correspondence.since(Status::Published).map(|at| at.to_string())));
    put("read", json!(correspondence.since(Status::Read).map(|at| at.to_string())));
    put("status", json!(current.map(|change| change.status.name())));
    put("statusText", json!(current.map(|change| change.text.clone())));
    put("statusChanged", json!(current.map(|change| change.at.to_string())));
    put("altinn2CorrespondenceId", Value::Null);
    let notifications = correspondence.notifications.iter();
    put(
        "notifications",
        notifications
            .map(|order| json!({"notificationOrderId": order.order.to_string(), "isReminder": order.reminder}))
            .collect(),
    );
    for (name, value) in &correspondence.shown {
        put(name, value.clone());
    }
    view
}

/// The overview, and the whole history.
pub(super) fn details(world: &World, correspondence: &Correspondence, with_content: bool) -> Value {
    let mut view = overview(world, correspondence, with_content);
    let history = correspondence.history.iter();
    view.insert(
        "statusHistory".into(),
        history.map(|entry| change(&entry.status.name(), &entry.text, entry.at)).collect(),
    );
    let notifications = correspondence.notifications.iter().map(|order| {
        json!({
            "id": order.order.to_string(),
            "notificationOrderId": order.order.to_string(),
            "isReminder": order.reminder,
            "processingStatus": {"status": "Registered", "description": null, "lastUpdate": correspondence.created.to_string()},
            "notificationStatusDetails": null,
        })
    });
    view.insert("notifications".into(), notifications.collect());
    view.insert("systemLabel".into(), Value::Null);
    Value::Object(view)
}

fn content(world: &World, correspondence: &Correspondence, shown: bool) -> Value {
    if !shown {
        return json!({"language": "no", "messageTitle": "", "messageSummary": "", "messageBody": "", "attachments": []});
    }
    let Content { language, title, summary, body } = &correspondence.content;
    let attachments = correspondence.attachments.iter().filter_map(|id| world.attachments.get(id));
    let attachments: Vec<Value> = attachments.map(linked).collect();
    json!({"language": language, "messageTitle": title, "messageSummary": summary, "messageBody": body, "attachments": attachments})
}

/// An attachment inside a correspondence.
fn linked(attachment: &Attachment) -> Value {
    let mut view = common(attachment);
    view.insert("id".into(), json!(attachment.id.to_string()));
    view.insert("created".into(), json!(attachment.created.to_string()));
    view.insert("dataLocationType".into(), json!("AltinnCorrespondenceAttachment"));
    view.insert("expirationTime".into(), json!(jobs::expiry(attachment).map(|at| at.to_string())));
    Value::Object(view)
}

fn common(attachment: &Attachment) -> Map<String, Value> {
    let current = attachment.history.last();
    let mut view = Map::new();
    let mut put = |name: &str, value: Value| view.insert(name.to_owned(), value);
    put("fileName", json!(attachment.file_name));
    put("displayName", json!(attachment.display_name));
    put("isEncrypted", json!(false));
    put("checksum", json!(attachment.checksum));
    put("sendersReference", json!(attachment.senders_reference));
    put("expirationInDays", json!(attachment.expiration_days));
    put("dataType", json!(attachment.media_type()));
    put("status", json!(attachment.status().name()));
    put("statusText", json!(current.map(|change| change.text.clone())));
    put("statusChanged", json!(current.map(|change| change.at.to_string())));
    view
}

/// The overview of an attachment.
pub(super) fn attachment(attachment: &Attachment) -> Map<String, Value> {
    let mut view = common(attachment);
    view.insert("attachmentId".into(), json!(attachment.id.to_string()));
    view.insert("resourceId".into(), json!(attachment.resource));
    view.insert("sender".into(), json!(organization_urn(&attachment.sender)));
    view.insert(
        "correspondenceIds".into(),
        attachment.correspondences.iter().map(|id| json!(id.to_string())).collect(),
    );
    view
}

/// The overview of an attachment as right after its upload, when it is being scanned.
pub(super) fn uploaded(shown: &Attachment) -> Value {
    let mut view = attachment(shown);
    let processing = shown.history.iter().find(|change| change.status == AttachmentStatus::UploadProcessing);
    if let Some(processing) = processing {
        view.insert("status".into(), json!(processing.status.name()));
        view.insert("statusText".into(), json!(processing.text));
        view.insert("statusChanged".into(), json!(processing.at.to_string()));
    }
    Value::Object(view)
}

/// The overview of an attachment, and its whole history.
pub(super) fn attachment_details(shown: &Attachment) -> Value {
    let mut view = attachment(shown);
    let history = shown.history.iter();
    view.insert(
        "statusHistory".into(),
        history.map(|entry| change(&entry.status.name(), &entry.text, entry.at)).collect(),
    );
    Value::Object(view)
}
