//! The body of an Initialize request, read and checked for its form.

use axum::http::StatusCode;
use jiff::Timestamp;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::super::message::{Call, Part, Reply};
use super::fields::{Choice, Fields, fold, from_parts};
use super::party::Party;
use super::problem::{Faults, invalid_field};

/// Kinds of references.
const REFERENCE_TYPES: [&str; 9] = [
    "AltinnBrokerFileTransfer",
    "AltinnAppInstance",
    "DialogportenDialogId",
    "DialogportenProcessId",
    "Generic",
    "DialogportenTransmissionId",
    "DialogportenTransmissionType",
    "DialogportenParentTransmissionId",
    "AltinnCorrespondence",
];
/// Places of data.
const LOCATION_TYPES: [&str; 4] = [
    "ExistingCorrespondenceAttachment",
    "ExistingExternalStorage",
    "NewCorrespondenceAttachment",
    "AltinnCorrespondenceAttachment",
];
/// Channels of notifications.
const CHANNELS: [&str; 5] = ["Email", "Sms", "EmailPreferred", "SmsPreferred", "EmailAndSms"];
/// Templates of notifications.
const TEMPLATES: [&str; 2] = ["CustomMessage", "GenericAltinnMessage"];
/// Texts of a notification.
const NOTIFICATION_TEXTS: [&str; 6] =
    ["emailSubject", "emailBody", "smsBody", "reminderEmailSubject", "reminderEmailBody", "reminderSmsBody"];

/// An attachment as described in a request.
#[derive(Debug, Clone)]
pub(super) struct AttachmentRequest {
    pub(super) file_name: String,
    pub(super) display_name: Option<String>,
    pub(super) senders_reference: String,
    pub(super) checksum: Option<String>,
    pub(super) expiration_days: Option<u32>,
}

/// A notification as ordered in a request.
#[derive(Debug, Clone)]
pub(super) struct NotificationRequest {
    pub(super) channel: &'static str,
    pub(super) custom: bool,
    pub(super) reminder: bool,
    texts: Map<String, Value>,
}

impl NotificationRequest {
    /// Whether all of these texts are given.
    pub(super) fn has(&self, names: &[&str]) -> bool {
        names.iter().all(|name| self.texts.get(*name).and_then(Value::as_str).is_some_and(|text| !text.is_empty()))
    }

    fn shown(&self) -> Value {
        let mut shown = self.texts.clone();
        shown.insert("notificationTemplate".into(), json!(if self.custom { TEMPLATES[0] } else { TEMPLATES[1] }));
        shown.insert("notificationChannel".into(), json!(self.channel));
        shown.insert("sendReminder".into(), json!(self.reminder));
        Value::Object(shown)
    }
}

/// An Initialize request whose form is right.
pub(super) struct Initialize {
    pub(super) resource: String,
    pub(super) senders_reference: String,
    pub(super) message_sender: Option<String>,
    pub(super) language: Option<String>,
    pub(super) title: String,
    pub(super) summary: Option<String>,
    pub(super) body: String,
    pub(super) attachments: Vec<AttachmentRequest>,
    pub(super) existing: Vec<Uuid>,
    pub(super) publish_time: Option<Timestamp>,
    pub(super) due: Option<Timestamp>,
    pub(super) reply_links: Vec<String>,
    /// Dialog ids among the references.
    pub(super) dialogs: Vec<String>,
    pub(super) notification: Option<NotificationRequest>,
    pub(super) ignore_reservation: bool,
    pub(super) confirmation_needed: bool,
    pub(super) recipients: Vec<Party>,
    pub(super) idempotency_key: Option<Uuid>,
    /// Members that are shown as they came.
    pub(super) shown: Vec<(&'static str, Value)>,
    /// What only the lenient profile lets through.
    pub(super) lapses: Vec<String>,
}

/// The files of a form.
pub(super) fn files(call: &Call) -> Vec<&Part> {
    let parts = call.parts.as_ref().and_then(|parts| parts.as_ref().ok());
    let files = parts.into_iter().flatten().filter(|part| part.file_name.is_some());
    files.filter(|part| part.name.to_lowercase().starts_with("attachments")).collect()
}

/// The body of a call, folded: of a form if `form`, else of JSON.
pub(super) fn body(call: &Call, form: bool) -> Result<Value, Reply> {
    if form {
        return match &call.parts {
            Some(Ok(parts)) => Ok(from_parts(parts)),
            Some(Err(reason)) => Err(invalid_field("$", &format!("The form could not be read: {reason}"))),
            None => {
                Err(Reply::empty(StatusCode::UNSUPPORTED_MEDIA_TYPE)
                    .because("content type: multipart/form-data is wanted"))
            }
        };
    }
    let value = serde_json::from_slice(&call.body);
    value.map(fold).map_err(|error| invalid_field("$", &format!("The JSON could not be read: {error}")))
}

impl Initialize {
    /// Reads a body; every fault of form is listed at once.
    pub(super) fn read(body: &Value, lenient: bool) -> Result<Self, Reply> {
        let mut reader = Reader { faults: Faults::default(), lapses: Vec::new(), lenient };
        let root = Fields::new(body);
        let main = root.child("correspondence");
        if !main.is_present() {
            reader.faults.add("correspondence", "This field is required");
        }
        let mut request = reader.correspondence(&main);
        request.recipients = reader.recipients(&root);
        request.existing = reader.existing(&root);
        request.idempotency_key = reader.idempotency_key(&root);
        request.lapses = reader.lapses;
        reader.faults.into_reply()?;
        Ok(request)
    }
}

/// Reads an attachment's description; also the body of `POST /attachment`.
pub(super) fn attachment(fields: &Fields<'_>, faults: &mut Faults) -> AttachmentRequest {
    let checksum = fields.text("checksum", faults).filter(|text| !text.is_empty());
    if checksum
        .as_deref()
        .is_some_and(|text| text.len() != 32 || !text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')))
    {
        faults.add(fields.path_of("checksum"), "MD5 as 32 hexadecimal digits in lower case is wanted");
    }
    fields.flag("isEncrypted", faults);
    let senders_reference = fields.required("sendersReference", faults);
    if senders_reference.chars().count() > 4096 {
        faults.add(fields.path_of("sendersReference"), "At most 4096 characters");
    }
    AttachmentRequest {
        file_name: fields.text("fileName", faults).unwrap_or_default(),
        display_name: fields.text("displayName", faults),
        senders_reference,
        checksum,
        expiration_days: fields.number("expirationInDays", faults),
    }
}

/// Reads a body and gathers what is wrong.
struct Reader {
    faults: Faults,
    lapses: Vec<String>,
    lenient: bool,
}

impl Reader {
    /// A fault that the lenient profile lets through.
    fn lapse(&mut self, path: String, text: &str) {
        if self.lenient {
            self.lapses.push(format!("{path}: {text}"));
        } else {
            self.faults.add(path, text);
        }
    }

    fn correspondence(&mut self, main: &Fields<'_>) -> Initialize {
        let content = main.child("content");
        if main.is_present() && !content.is_present() {
            self.faults.add(main.path_of("content"), "This field is required");
        }
        let faults = &mut self.faults;
        let resource = main.required("resourceId", faults);
        let senders_reference = main.required("sendersReference", faults);
        if senders_reference.is_empty() || senders_reference.chars().count() > 4096 {
            faults.add(main.path_of("sendersReference"), "1 to 4096 characters are wanted");
        }
        let message_sender = main.limited("messageSender", 255, faults);
        let (mut language, mut title, mut summary, mut text) = (None, String::new(), None, String::new());
        if content.is_present() {
            language = content.text("language", faults);
            title = content.required("messageTitle", faults);
            summary = content.text("messageSummary", faults);
            text = content.required("messageBody", faults);
        }
        let attachments: Vec<_> =
            content.children("attachments").iter().map(|fields| attachment(fields, faults)).collect();
        let publish_time = main.instant("requestedPublishTime", faults);
        let due = main.instant("dueDateTime", faults);
        let ignore_reservation = main.flag("ignoreReservation", faults);
        let confirmation_needed = main.flag("isConfirmationNeeded", faults);
        let confidential = main.flag("isConfidential", faults);
        let forwarding = main.flag("allowForwarding", faults);
        for fields in content.children("attachments") {
            if let Choice::Unknown(_) = fields.one_of("dataLocationType", &LOCATION_TYPES) {
                self.lapse(fields.path_of("dataLocationType"), "unknown name");
            }
        }
        let (references, dialogs) = self.references(main);
        let properties = self.properties(main);
        let (replies, reply_links) = self.replies(main);
        let notification = self.notification(main);
        let shown = vec![
            ("externalReferences", references),
            ("propertyList", properties),
            ("replyOptions", replies),
            ("notification", notification.as_ref().map_or(Value::Null, NotificationRequest::shown)),
            ("ignoreReservation", json!(ignore_reservation)),
            ("isConfirmationNeeded", json!(confirmation_needed)),
            ("isConfidential", json!(confidential)),
            ("allowForwarding", json!(forwarding)),
        ];
        Initialize {
            resource,
            senders_reference,
            message_sender,
            language,
            title,
            summary,
            body: text,
            attachments,
            existing: Vec::new(),
            publish_time,
            due,
            reply_links,
            dialogs,
            notification,
            ignore_reservation,
            confirmation_needed,
            recipients: Vec::new(),
            idempotency_key: None,
            shown,
            lapses: Vec::new(),
        }
    }

    fn references(&mut self, main: &Fields<'_>) -> (Value, Vec<String>) {
        let (mut shown, mut dialogs) = (Vec::new(), Vec::new());
        let list = main.children("externalReferences");
        if list.len() > 10 {
            self.faults.add(main.path_of("externalReferences"), "At most 10 references");
        }
        for fields in list {
            let value = fields.text("referenceValue", &mut self.faults).unwrap_or_default();
            let kind = match fields.one_of("referenceType", &REFERENCE_TYPES) {
                Choice::Known(kind) => kind.to_owned(),
                Choice::Absent => {
                    self.faults.add(fields.path_of("referenceType"), "This field is required");
                    continue;
                }
                Choice::Unknown(text) => {
                    self.lapse(fields.path_of("referenceType"), "unknown name");
                    text
                }
            };
            if kind == "DialogportenDialogId" {
                dialogs.push(value.clone());
            }
            shown.push(json!({"referenceValue": value, "referenceType": kind}));
        }
        (json!(shown), dialogs)
    }

    fn properties(&mut self, main: &Fields<'_>) -> Value {
        let Some(list) = main.get("propertyList") else { return json!({}) };
        let path = main.path_of("propertyList");
        let Some(list) = list.as_object() else {
            self.faults.add(path, "An object is wanted");
            return json!({});
        };
        let short = |(key, value): (&String, &Value)| {
            key.chars().count() <= 50 && value.as_str().is_some_and(|text| text.chars().count() <= 300)
        };
        if list.len() > 10 || !list.iter().all(short) {
            self.faults.add(path, "At most 10 properties, names of at most 50 and texts of at most 300 characters");
        }
        Value::Object(list.clone())
    }

    fn replies(&mut self, main: &Fields<'_>) -> (Value, Vec<String>) {
        let (mut shown, mut links) = (Vec::new(), Vec::new());
        for fields in main.children("replyOptions") {
            let link = fields.required("linkURL", &mut self.faults);
            shown.push(json!({"linkURL": link, "linkText": fields.text("linkText", &mut self.faults)}));
            links.push(link);
        }
        (json!(shown), links)
    }

    fn notification(&mut self, main: &Fields<'_>) -> Option<NotificationRequest> {
        let fields = main.child("notification");
        if !fields.is_present() {
            return None;
        }
        let channel = match fields.one_of("notificationChannel", &CHANNELS) {
            Choice::Known(channel) => channel,
            Choice::Absent => CHANNELS[0],
            Choice::Unknown(_) => {
                self.faults.add(fields.path_of("notificationChannel"), "unknown name");
                CHANNELS[0]
            }
        };
        let custom = match fields.one_of("notificationTemplate", &TEMPLATES) {
            Choice::Known(template) => template == TEMPLATES[0],
            Choice::Absent => true,
            Choice::Unknown(_) => {
                self.faults.add(fields.path_of("notificationTemplate"), "unknown name");
                true
            }
        };
        let mut texts = Map::new();
        for name in NOTIFICATION_TEXTS {
            if let Some(text) = fields.text(name, &mut self.faults) {
                texts.insert(name.to_owned(), json!(text));
            }
        }
        Some(NotificationRequest { channel, custom, reminder: fields.flag("sendReminder", &mut self.faults), texts })
    }

    fn recipients(&mut self, root: &Fields<'_>) -> Vec<Party> {
        let list = root.get("recipients").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        if list.is_empty() || list.len() > 500 {
            self.faults.add("recipients", "1 to 500 recipients are wanted");
        }
        let mut recipients = Vec::new();
        for (index, recipient) in list.iter().enumerate() {
            match recipient.as_str().ok_or("A string is wanted").and_then(Party::read) {
                Ok(party) => recipients.push(party),
                Err(text) => self.faults.add(format!("recipients[{index}]"), text),
            }
        }
        recipients
    }

    fn existing(&mut self, root: &Fields<'_>) -> Vec<Uuid> {
        let list = root.get("existingAttachments").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        let mut existing = Vec::new();
        for (index, id) in list.iter().enumerate() {
            match id.as_str().and_then(|text| text.parse().ok()) {
                Some(id) => existing.push(id),
                None => self.faults.add(format!("existingAttachments[{index}]"), "A GUID is wanted"),
            }
        }
        existing
    }

    fn idempotency_key(&mut self, root: &Fields<'_>) -> Option<Uuid> {
        let text = root.text("idempotentKey", &mut self.faults).filter(|text| !text.is_empty())?;
        let key = text.parse().ok().filter(|key: &Uuid| !key.is_nil());
        if key.is_none() {
            self.faults.add("idempotentKey", "A GUID is wanted");
        }
        key
    }
}
