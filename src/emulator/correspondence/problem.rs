//! Refusals of Correspondence: domain errors by number, and validation problems.

use axum::http::StatusCode;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::super::message::Reply;

/// Domain errors: number, status, what it means.
const ERRORS: &[(u16, u16, &str)] = &[
    (1001, 404, "No such correspondence"),
    (1002, 400, "The message title may hold plain text only"),
    (1003, 400, "The message body is not markdown"),
    (1004, 400, "The message summary may hold plain text only"),
    (1005, 400, "The uploaded files do not match the attachments"),
    (1006, 400, "A recipient is named twice"),
    (1007, 400, "An existing attachment is not there"),
    (1008, 400, "The due date has passed"),
    (1009, 400, "The due date is before the publish time"),
    (1013, 400, "A sender cannot delete what has been published"),
    (1014, 400, "The correspondence has been deleted already"),
    (1016, 400, "A due date is required where confirmation is needed"),
    (1017, 400, "An existing attachment has another sender"),
    (1018, 400, "An existing attachment is not published"),
    (1019, 400, "The content is missing"),
    (1020, 400, "The message title is empty"),
    (1021, 400, "The message body is empty"),
    (1022, 400, "The message body is too long"),
    (1023, 400, "The language must be nb, nn or en"),
    (1024, 400, "It must be fetched before it is marked as read"),
    (1025, 400, "It must be fetched before it is confirmed"),
    (1026, 400, "It must be confirmed before it is deleted"),
    (1027, 400, "The start of the range is after its end"),
    (1029, 404, "Recipients are unknown"),
    (1030, 422, "The recipient is reserved against digital post"),
    (1031, 400, "The attachment is not available to the recipient"),
    (1034, 409, "The idempotency key has been used"),
    (1035, 400, "Reply links must be https addresses of at most 255 characters"),
    (1036, 400, "No such resource in the Resource Registry"),
    (1037, 400, "The message title is too long"),
    (1038, 400, "There are too many attachments"),
    (1039, 400, "The message sender may hold plain text only"),
    (1040, 400, "It is marked as read already"),
    (1041, 400, "It is confirmed already"),
    (1042, 400, "The message summary is too long"),
    (1047, 400, "An idempotency key goes with one recipient only"),
    (1048, 400, "The dialog id must be a GUID"),
    (2000, 500, "The Resource Registry could not be asked"),
    (2001, 404, "No such attachment"),
    (2002, 502, "The upload failed"),
    (2003, 400, "The attachment belongs to a correspondence already"),
    (2004, 400, "The file is empty or too large"),
    (2005, 400, "The file has been uploaded already"),
    (2006, 400, "The attachment has been deleted"),
    (2007, 400, "The attachment belongs to a correspondence"),
    (2008, 400, "The checksum does not fit the file"),
    (2010, 400, "The file name is missing"),
    (2011, 400, "The file name is too long"),
    (2012, 400, "The file name has characters that are not allowed"),
    (2013, 400, "Files of this type are not allowed"),
    (2016, 400, "The attachment belongs to a published correspondence"),
    (2017, 400, "The attachment must be kept at least 14 days"),
    (2018, 400, "The attachment has expired and cannot be deleted"),
    (2019, 400, "The attachment has expired"),
    (2021, 400, "The file name ends in a dot or a space"),
    (2022, 408, "The upload took too long"),
    (3002, 400, "E-mail notifications need subject and body"),
    (3003, 400, "E-mail reminders need subject and body"),
    (3004, 400, "SMS notifications need a body"),
    (3005, 400, "SMS reminders need a body"),
    (3006, 400, "Preferred notifications need e-mail subject and body and SMS body"),
    (3007, 400, "Preferred reminders need e-mail subject and body and SMS body"),
    (3023, 400, "No such notification template"),
    (4001, 401, "The token gives no access to the resource for this party"),
    (4009, 400, "The resource is of a type that attachments cannot belong to"),
    (4010, 400, "The resource is not a CorrespondenceService"),
];

/// Numbers that are documented and that nothing here leads to but a fault on demand: from, to, status.
const OTHERS: &[(u16, u16, u16)] = &[
    (1015, 1015, 400),
    (1028, 1028, 400),
    (1032, 1032, 500),
    (1033, 1033, 400),
    (1043, 1046, 400),
    (1050, 1053, 400),
    (1054, 1054, 404),
    (1055, 1055, 400),
    (1060, 1061, 400),
    (1062, 1062, 404),
    (1063, 1069, 400),
    (2009, 2009, 400),
    (2014, 2014, 451),
    (2020, 2020, 400),
    (2023, 2023, 400),
    (3001, 3001, 404),
    (3008, 3019, 400),
    (3020, 3021, 404),
    (3022, 3022, 400),
    (3024, 3025, 400),
    (3026, 3026, 500),
    (3027, 3027, 400),
    (3028, 3028, 500),
    (4002, 4003, 400),
    (4006, 4007, 401),
];

/// Status and meaning of a number.
fn find(number: u16) -> Option<(u16, &'static str)> {
    let own = ERRORS.iter().find(|(own, _, _)| *own == number).map(|(_, status, meaning)| (*status, *meaning));
    let other = || OTHERS.iter().find(|(from, to, _)| (*from..=*to).contains(&number));
    own.or_else(|| other().map(|(_, _, status)| (*status, "Refused")))
}

/// Whether Correspondence has an error with this number.
pub(in crate::emulator) fn is_known(number: u16) -> bool {
    find(number).is_some()
}

/// A refusal with a number.
pub(super) fn error(number: u16) -> Reply {
    detailed(number, "")
}

/// A refusal with a number and what exactly is wrong.
pub(super) fn detailed(number: u16, what: &str) -> Reply {
    let (status, meaning) = find(number).unwrap_or((400, "Refused"));
    let detail = if what.is_empty() { meaning.to_owned() } else { format!("{meaning}: {what}") };
    let mut problem = head(status);
    problem.insert("detail".into(), json!(detail));
    problem.insert("code".into(), json!(format!("CORR-{number:05}")));
    problem.insert("statusDescription".into(), problem.get("title").cloned().unwrap_or_default());
    problem.insert("traceId".into(), json!(trace_id()));
    problem.insert("errorCode".into(), json!(number));
    reply(status, problem).because(format!("{number}: {detail}"))
}

/// A refusal for want of access; the reason goes to the log only.
pub(super) fn no_access(reason: impl Into<String>) -> Reply {
    error(4001).because(format!("4001: {}", reason.into()))
}

/// A refusal without number.
pub(super) fn forbidden(detail: &str) -> Reply {
    let mut problem = head(403);
    problem.insert("detail".into(), json!(detail));
    problem.insert("traceId".into(), json!(trace_id()));
    reply(403, problem).because(format!("token: {detail}"))
}

/// Faults of a request's form: path in the body, and text.
#[derive(Debug, Default)]
pub(super) struct Faults(Vec<(String, String)>);

impl Faults {
    /// Notes a fault.
    pub(super) fn add(&mut self, path: impl Into<String>, text: impl Into<String>) {
        self.0.push((path.into(), text.into()));
    }

    /// The refusal, if there is any fault.
    pub(super) fn into_reply(self) -> Result<(), Reply> {
        if self.0.is_empty() { Ok(()) } else { Err(invalid(self.0)) }
    }
}

/// A refusal for one fault of form.
pub(super) fn invalid_field(path: &str, text: &str) -> Reply {
    invalid(vec![(path.to_owned(), text.to_owned())])
}

fn invalid(faults: Vec<(String, String)>) -> Reply {
    let mut problem = head(400);
    problem.insert("title".into(), json!("One or more validation errors occurred."));
    let mut errors = Map::new();
    let mut list = Vec::new();
    let reason = faults.iter().map(|(path, text)| format!("{path}: {text}")).collect::<Vec<_>>().join("; ");
    for (path, text) in faults {
        list.push(json!({"code": "CORR.VLD-00000", "title": text, "paths": [path.replace('.', "/")]}));
        if let Some(texts) = errors.entry(path).or_insert_with(|| json!([])).as_array_mut() {
            texts.push(json!(text));
        }
    }
    problem.insert("code".into(), json!("STD-00000"));
    problem.insert("validationErrors".into(), json!(list));
    problem.insert("errors".into(), Value::Object(errors));
    problem.insert("traceId".into(), json!(trace_id()));
    reply(400, problem).because(format!("validation: {reason}"))
}

fn head(status: u16) -> Map<String, Value> {
    let (section, title) = match status {
        401 => ("15.5.2", "Unauthorized"),
        403 => ("15.5.4", "Forbidden"),
        404 => ("15.5.5", "Not Found"),
        408 => ("15.5.9", "Request Timeout"),
        409 => ("15.5.10", "Conflict"),
        422 => ("15.5.21", "Unprocessable Entity"),
        451 => ("3", "Unavailable For Legal Reasons"),
        500 => ("15.6.1", "Internal Server Error"),
        502 => ("15.6.3", "Bad Gateway"),
        _ => ("15.5.1", "Bad Request"),
    };
    let rfc = if status == 451 { "rfc7725" } else { "rfc9110" };
    let mut problem = Map::new();
    problem.insert("type".into(), json!(format!("https://tools.ietf.org/html/{rfc}#section-{section}")));
    problem.insert("title".into(), json!(title));
    problem.insert("status".into(), json!(status));
    problem
}

fn trace_id() -> String {
    let span = Uuid::new_v4().as_u64_pair().0;
    format!("00-{}-{span:016x}-00", Uuid::new_v4().simple())
}

fn reply(status: u16, problem: Map<String, Value>) -> Reply {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST);
    Reply::bytes(status, "application/problem+json; charset=utf-8", Value::Object(problem).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_unique_and_in_order() {
        assert!(ERRORS.windows(2).all(|pair| pair[0].0 < pair[1].0));
    }

    #[test]
    fn a_problem_has_number_code_and_type() {
        let body: Value = serde_json::from_slice(&error(1001).body).expect("JSON");
        assert_eq!(body["errorCode"], 1001);
        assert_eq!(body["code"], "CORR-01001");
        assert_eq!(body["status"], 404);
        assert_eq!(body["statusDescription"], "Not Found");
    }
}
