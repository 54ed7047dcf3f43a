//! Correspondences and attachments as they are kept.

use axum::body::Bytes;
use jiff::Timestamp;
use serde_json::{Value, json};
use uuid::Uuid;

use super::party::Party;

/// Statuses of a correspondence, with their numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::emulator) enum Status {
    Initialized = 0,
    ReadyForPublish = 1,
    Published = 2,
    Fetched = 3,
    Read = 4,
    Replied = 5,
    Confirmed = 6,
    PurgedByRecipient = 7,
    PurgedByAltinn = 8,
    Archived = 9,
    Reserved = 10,
    Failed = 11,
    AttachmentsDownloaded = 12,
    Forwarded = 13,
}

impl Status {
    /// All statuses, by number.
    pub(super) const ALL: [Self; 14] = [
        Self::Initialized,
        Self::ReadyForPublish,
        Self::Published,
        Self::Fetched,
        Self::Read,
        Self::Replied,
        Self::Confirmed,
        Self::PurgedByRecipient,
        Self::PurgedByAltinn,
        Self::Archived,
        Self::Reserved,
        Self::Failed,
        Self::AttachmentsDownloaded,
        Self::Forwarded,
    ];

    /// The status's name.
    pub(super) fn name(self) -> String {
        format!("{self:?}")
    }

    /// Reads a status by name, in any case, or number.
    pub(super) fn read(text: &str) -> Option<Self> {
        let by_number = text.parse::<usize>().ok().and_then(|number| Self::ALL.get(number).copied());
        by_number.or_else(|| Self::ALL.into_iter().find(|status| status.name().eq_ignore_ascii_case(text)))
    }
}

/// Statuses of an attachment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::emulator) enum AttachmentStatus {
    Initialized,
    UploadProcessing,
    Published,
    Purged,
    Failed,
    Expired,
}

impl AttachmentStatus {
    /// The status's name.
    pub(super) fn name(self) -> String {
        format!("{self:?}")
    }
}

/// A status, why, and since when.
#[derive(Debug, Clone)]
pub(in crate::emulator) struct Change<S> {
    /// The status.
    pub(super) status: S,
    /// What it says to people.
    pub(super) text: String,
    /// When it came.
    pub(super) at: Timestamp,
}

/// What a message says.
#[derive(Debug, Clone, Default)]
pub(super) struct Content {
    pub(super) language: String,
    pub(super) title: String,
    pub(super) summary: Option<String>,
    pub(super) body: String,
}

/// A notification that was ordered with a correspondence.
#[derive(Debug, Clone)]
pub(super) struct Notification {
    /// The order's id.
    pub(super) order: Uuid,
    /// Whether it is the reminder.
    pub(super) reminder: bool,
}

/// A correspondence: one message to one recipient.
#[derive(Debug, Clone)]
pub(in crate::emulator) struct Correspondence {
    pub(super) id: Uuid,
    pub(super) resource: String,
    /// The owner of the resource, by organisation number.
    pub(super) sender: String,
    pub(super) recipient: Party,
    pub(super) senders_reference: String,
    pub(super) message_sender: Option<String>,
    pub(super) content: Content,
    pub(super) attachments: Vec<Uuid>,
    pub(super) publish_time: Timestamp,
    pub(super) due: Option<Timestamp>,
    pub(super) created: Timestamp,
    /// Members that are shown as they came: references, properties, reply options, notification, flags.
    pub(super) shown: Vec<(&'static str, Value)>,
    pub(super) confirmation_needed: bool,
    pub(super) notifications: Vec<Notification>,
    /// What it has been through, oldest first.
    pub(super) history: Vec<Change<Status>>,
    /// When a confirmation that was asked for becomes one.
    pub(super) confirming: Option<Timestamp>,
}

impl Correspondence {
    /// Whether it has ever had a status.
    pub(super) fn has_been(&self, status: Status) -> bool {
        self.history.iter().any(|change| change.status == status)
    }

    /// Whether it is published, whatever came after.
    pub(super) fn is_published(&self) -> bool {
        self.has_been(Status::Published)
    }

    /// Whether it is gone.
    pub(super) fn is_purged(&self) -> bool {
        self.has_been(Status::PurgedByRecipient) || self.has_been(Status::PurgedByAltinn)
    }

    /// Adds a status.
    pub(super) fn become_(&mut self, status: Status, at: Timestamp) {
        self.history.push(Change { status, text: status.name(), at });
    }

    /// The status it shows: the numerically highest one except Fetched.
    pub(super) fn current(&self) -> Option<&Change<Status>> {
        let shown = self.history.iter().filter(|change| change.status != Status::Fetched);
        shown.max_by_key(|change| change.status)
    }

    /// Whether something may still happen to it by itself.
    pub(super) fn is_unsettled(&self) -> bool {
        let ended = self.is_purged() || self.has_been(Status::Failed);
        !ended && (!self.is_published() || self.confirming.is_some())
    }

    /// When a status first came.
    pub(super) fn since(&self, status: Status) -> Option<Timestamp> {
        self.history.iter().find(|change| change.status == status).map(|change| change.at)
    }
}

/// An attachment.
#[derive(Debug, Clone)]
pub(in crate::emulator) struct Attachment {
    pub(super) id: Uuid,
    pub(super) resource: String,
    pub(super) sender: String,
    pub(super) senders_reference: String,
    pub(super) file_name: String,
    pub(super) display_name: Option<String>,
    /// MD5 in hexadecimal: as promised until the upload, then as computed.
    pub(super) checksum: Option<String>,
    pub(super) expiration_days: Option<u32>,
    pub(super) created: Timestamp,
    pub(super) bytes: Option<Bytes>,
    pub(super) history: Vec<Change<AttachmentStatus>>,
    /// When the malware scan ends.
    pub(super) scanned: Option<Timestamp>,
    /// The correspondences it belongs to.
    pub(super) correspondences: Vec<Uuid>,
}

impl Attachment {
    /// The latest status.
    pub(super) fn status(&self) -> AttachmentStatus {
        self.history.last().map_or(AttachmentStatus::Initialized, |change| change.status)
    }

    /// Adds a status.
    pub(super) fn become_(&mut self, status: AttachmentStatus, at: Timestamp) {
        self.history.push(Change { status, text: status.name(), at });
    }

    /// Whether something may still happen to it by itself.
    pub(super) fn is_unsettled(&self) -> bool {
        match self.status() {
            AttachmentStatus::UploadProcessing => true,
            AttachmentStatus::Published => self.expiration_days.is_some(),
            _ => false,
        }
    }

    /// The media type, by file extension.
    pub(super) fn media_type(&self) -> String {
        mime_guess::from_path(&self.file_name).first_or_octet_stream().to_string()
    }
}

/// A status as the API writes it.
pub(super) fn change(status: &str, text: &str, at: Timestamp) -> Value {
    json!({"status": status, "statusText": text, "statusChanged": at.to_string()})
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statuses_are_read_by_name_and_number() {
        assert_eq!(Status::read("2"), Some(Status::Published));
        assert_eq!(Status::read("purgedByAltinn"), Some(Status::PurgedByAltinn));
        assert_eq!(Status::read("14"), None);
        assert!(Status::ALL.iter().enumerate().all(|(number, status)| *status as usize == number));
    }
}
