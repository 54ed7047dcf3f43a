//! What an Initialize request must satisfy once its form is right, in the order the API looks at it.

use super::super::message::{Part, Reply};
use super::super::world::World;
use super::model::AttachmentStatus;
use super::problem::{detailed, error};
use super::request::{AttachmentRequest, Initialize, NotificationRequest};

/// Extensions of files that may be sent.
const EXTENSIONS: [&str; 21] = [
    "doc", "xls", "docx", "xlsx", "ppt", "pps", "zip", "pdf", "html", "txt", "xml", "jpg", "jpeg", "gif", "bmp", "png",
    "json", "csv", "dcm", "dicom", "md",
];
/// How many of `EXTENSIONS` the API takes; the rest is what published collections send all the same.
const DOCUMENTED: usize = 20;
/// Days an attachment must be kept.
const SHORTEST_LIFE: u32 = 14;

/// Notes a lapse in the lenient profile, refuses in the strict one.
fn lapse(world: &mut World, refusal: Reply) -> Result<(), Reply> {
    if !world.lenient() {
        return Err(refusal);
    }
    let reason = refusal.refused.unwrap_or_default();
    world.warn(reason);
    Ok(())
}

/// Recipients: none twice, all known, none reserved; a due date where confirmation is needed.
pub(super) fn recipients(world: &World, request: &Initialize) -> Result<(), Reply> {
    let numbers: Vec<&str> = request.recipients.iter().map(super::party::Party::number).collect();
    if numbers.iter().enumerate().any(|(at, number)| numbers[..at].contains(number)) {
        return Err(error(1006));
    }
    let unknown: Vec<&str> =
        numbers.iter().copied().filter(|number| world.directory.unknown.contains(*number)).collect();
    if !unknown.is_empty() {
        return Err(detailed(1029, &unknown.join(", ")));
    }
    if request.confirmation_needed && request.due.is_none() {
        return Err(error(1016));
    }
    let reserved = numbers.iter().find(|number| world.directory.reserved.contains(**number));
    if reserved.is_some() && !request.ignore_reservation {
        return Err(error(1030));
    }
    Ok(())
}

/// Dates against the business clock.
pub(super) fn dates(world: &mut World, request: &Initialize) -> Result<(), Reply> {
    let now = world.clock.business();
    let Some(due) = request.due else { return Ok(()) };
    if due < now {
        lapse(world, detailed(1008, &due.to_string()))?;
    }
    if request.publish_time.is_some_and(|publish| due < publish) {
        lapse(world, error(1009))?;
    }
    Ok(())
}

/// Title, summary, body, language, message sender.
pub(super) fn content(world: &mut World, request: &Initialize) -> Result<(), Reply> {
    if request.title.trim().is_empty() {
        return Err(error(1020));
    }
    if request.body.trim().is_empty() {
        return Err(error(1021));
    }
    if request.body.chars().count() > 30_000 {
        return Err(error(1022));
    }
    if let Some(language) = request.language.as_deref().filter(|language| !language.is_empty())
        && !["nb", "nn", "en"].contains(&language.to_lowercase().as_str())
    {
        lapse(world, detailed(1023, language))?;
    }
    if !is_plain(&request.title) {
        return Err(error(1002));
    }
    if has_html(&request.body) {
        return Err(error(1003));
    }
    if request.title.chars().count() > 255 {
        return Err(error(1037));
    }
    let summary = request.summary.as_deref().unwrap_or_default();
    if !is_plain(summary) {
        return Err(error(1004));
    }
    if summary.chars().count() > 255 {
        return Err(error(1042));
    }
    if !is_plain(request.message_sender.as_deref().unwrap_or_default()) {
        return Err(error(1039));
    }
    Ok(())
}

/// Dialog ids among the references.
pub(super) fn dialogs(world: &mut World, request: &Initialize) -> Result<(), Reply> {
    for id in &request.dialogs {
        if id.parse::<uuid::Uuid>().is_err() {
            lapse(world, detailed(1048, id))?;
        }
    }
    Ok(())
}

/// Attachments: existing ones, how many, and that there is a file for each new one.
pub(super) fn attachments(world: &mut World, request: &Initialize, owner: &str, files: &[&Part]) -> Result<(), Reply> {
    for id in &request.existing {
        if !world.attachments.contains_key(id) {
            return Err(detailed(1007, &id.to_string()));
        }
    }
    let existing = || request.existing.iter().filter_map(|id| world.attachments.get(id));
    if existing().any(|attachment| attachment.sender != owner) {
        return Err(error(1017));
    }
    if request.existing.len() + request.attachments.len() > 100 {
        return Err(error(1038));
    }
    if existing().any(|attachment| attachment.status() != AttachmentStatus::Published) {
        return Err(error(1018));
    }
    // A part for a file that the runner could not find has neither name nor content.
    let nothing_sent =
        files.iter().all(|file| file.bytes.is_empty() && file.file_name.as_deref().unwrap_or_default().is_empty());
    let missing =
        |wanted: &AttachmentRequest| !files.iter().any(|file| file.file_name.as_deref() == Some(&wanted.file_name));
    if nothing_sent && !request.attachments.is_empty() {
        lapse(world, detailed(1005, "no file was sent, a placeholder is stored"))?;
    } else if files.len() != request.attachments.len() {
        let text = format!("{} files, {} attachments", files.len(), request.attachments.len());
        return Err(detailed(1005, &text));
    } else if let Some(wanted) = request.attachments.iter().find(|wanted| missing(wanted)) {
        let text = format!("no file is called {}", wanted.file_name);
        // One file for one attachment under another name: a file mapped to another one on disk.
        if files.len() == 1 {
            lapse(world, detailed(1005, &text))?;
        } else {
            return Err(detailed(1005, &text));
        }
    }
    for attachment in &request.attachments {
        file_name(world, &attachment.file_name)?;
    }
    if !nothing_sent && files.iter().any(|file| file.bytes.is_empty()) {
        return Err(error(2004));
    }
    request.attachments.iter().try_for_each(|attachment| life(attachment.expiration_days))
}

/// A file's name.
pub(super) fn file_name(world: &mut World, name: &str) -> Result<(), Reply> {
    if name.trim().is_empty() {
        return Err(error(2010));
    }
    if name.chars().count() > 255 {
        return Err(error(2011));
    }
    if name.chars().any(|c| c.is_control() || "\\/:*?\"<>|".contains(c)) {
        return Err(error(2012));
    }
    if name.ends_with(['.', ' ']) {
        return Err(error(2021));
    }
    let extension = name.rsplit_once('.').map(|(_, extension)| extension.to_lowercase());
    let allowed = EXTENSIONS.iter().take(DOCUMENTED);
    if !extension.as_deref().is_some_and(|extension| allowed.into_iter().any(|own| *own == extension)) {
        let known = extension.as_deref().is_none_or(|extension| EXTENSIONS.contains(&extension));
        let refusal = detailed(2013, extension.as_deref().unwrap_or("none"));
        return if known { lapse(world, refusal) } else { Err(refusal) };
    }
    Ok(())
}

/// How long an attachment is kept.
pub(super) fn life(days: Option<u32>) -> Result<(), Reply> {
    if days.is_some_and(|days| days < SHORTEST_LIFE) { Err(error(2017)) } else { Ok(()) }
}

/// Links of reply options.
pub(super) fn replies(world: &mut World, request: &Initialize) -> Result<(), Reply> {
    for link in &request.reply_links {
        let rest = link.strip_prefix("https://").unwrap_or_default();
        let well_formed = !rest.is_empty() && !rest.starts_with('/') && !rest.contains(char::is_whitespace);
        if !well_formed || link.chars().count() > 255 {
            lapse(world, detailed(1035, link))?;
        }
    }
    Ok(())
}

/// Texts of a notification: with the custom template, each channel needs its own.
pub(super) fn notification(request: &Initialize) -> Result<(), Reply> {
    let Some(order) = request.notification.as_ref().filter(|order| order.custom) else { return Ok(()) };
    if let Some(number) = missing_texts(order, false, [3002, 3004, 3006]) {
        return Err(error(number));
    }
    match missing_texts(order, true, [3003, 3005, 3007]) {
        Some(number) if order.reminder => Err(error(number)),
        _ => Ok(()),
    }
}

/// The error for texts that a channel needs and does not have: for e-mail, SMS, both.
fn missing_texts(order: &NotificationRequest, reminder: bool, numbers: [u16; 3]) -> Option<u16> {
    let (email, sms) = if reminder {
        (["reminderEmailSubject", "reminderEmailBody"], ["reminderSmsBody"])
    } else {
        (["emailSubject", "emailBody"], ["smsBody"])
    };
    let (has_email, has_sms) = (order.has(&email), order.has(&sms));
    match order.channel {
        "Email" => (!has_email).then_some(numbers[0]),
        "Sms" => (!has_sms).then_some(numbers[1]),
        _ => (!(has_email && has_sms)).then_some(numbers[2]),
    }
}

/// Neither HTML nor the marks of markdown.
fn is_plain(text: &str) -> bool {
    !has_html(text) && !text.trim_start().starts_with("# ") && !text.contains("**") && !text.contains("](")
}

/// Whether something looks like an HTML tag.
fn has_html(text: &str) -> bool {
    let mut rest = text;
    while let Some((_, tail)) = rest.split_once('<') {
        let opens = tail.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/' || c == '!');
        let link = tail.starts_with("http") || tail.starts_with("mailto:");
        if opens && !link && tail.contains('>') {
            return true;
        }
        rest = tail;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn html_and_markdown_are_told_from_plain_text() {
        for text in ["a < b > c", "1 <3", "Meldingstittel", "<https://postbud.no>"] {
            assert!(is_plain(text), "{text}");
        }
        for text in ["<b>x</b>", "# Title", "**bold**", "[a](b)", "<!-- x -->"] {
            assert!(!is_plain(text), "{text}");
        }
    }
}
