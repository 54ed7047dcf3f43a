//! Errors of Correspondence.

use serde_json::Value;

use super::explain::{Explanation, Facts};

/// A known error code, or a range of them.
struct Row {
    from: u32,
    to: u32,
    cause: &'static str,
    mend: &'static str,
}

const fn one(code: u32, cause: &'static str, mend: &'static str) -> Row {
    Row { from: code, to: code, cause, mend }
}

const fn range(from: u32, to: u32, cause: &'static str, mend: &'static str) -> Row {
    Row { from, to, cause, mend }
}

/// Single codes before the ranges that hold them.
static ROWS: &[Row] = &[
    one(
        1001,
        "the correspondence does not exist, is not published yet, was purged, or is not this recipient's",
        "as its recipient, wait until it is published; is the id of this run in its variable?",
    ),
    one(
        1002,
        "the content of the message is missing or not plain text where it has to be",
        "look at title, summary and body",
    ),
    one(
        1003,
        "the content of the message is missing or not plain text where it has to be",
        "look at title, summary and body",
    ),
    one(
        1005,
        "the file parts do not match the attachments",
        "send one part `Attachments` for every entry of `content.attachments`, with exactly its `fileName`; was the file found?",
    ),
    one(1006, "a recipient is there twice, or the recipients do not go together", "look at `recipients`"),
    one(1007, "an attachment is there twice or cannot be used", "look at `attachments` and `existingAttachments`"),
    one(
        1008,
        "the due date has passed or lies before the publish date",
        "set `dueDateTime` to a date to come; published collections hold dates of their time: an `overlay` changes them",
    ),
    one(1009, "the dates do not go together", "publish date, due date and reminder have to follow one another"),
    one(1013, "the correspondence is published, and its sender can no longer purge it", "purge it as its recipient"),
    one(1014, "the correspondence was purged already", "each can be purged once"),
    one(1016, "a due date is needed where confirmation is asked for", "set `dueDateTime`"),
    one(
        1024,
        "the correspondence has not been fetched by its recipient",
        "call Overview or Details as the recipient first",
    ),
    one(
        1025,
        "the correspondence has not been fetched by its recipient",
        "call Overview or Details as the recipient first",
    ),
    one(
        1026,
        "the correspondence has to be confirmed before its recipient can purge it",
        "confirm it first and wait until Details says so: that takes some seconds",
    ),
    one(1027, "`from` lies after `to`", "swap them"),
    one(
        1029,
        "a recipient is not known in this environment",
        "use organisations and persons of this environment's test data; are the variables of the recipients set?",
    ),
    one(
        1030,
        "the recipient has reserved himself against digital mail",
        "set `ignoreReservation: true` where the law allows it, or choose another recipient",
    ),
    one(1034, "the idempotency key was used before", "send a new `idempotentKey`"),
    one(
        1036,
        "the resource does not exist in this environment",
        "check `resourceId`; create or publish the resource here (a new one is seen after up to ten minutes)",
    ),
    one(1040, "the correspondence is marked as read already", "each can be marked once"),
    one(1041, "the correspondence is confirmed already", "each can be confirmed once"),
    one(1047, "the idempotency key was used before", "send a new `idempotentKey`"),
    one(1032, "Correspondence itself failed", "try later"),
    one(1054, "the dialog does not exist", "check the dialog's id in `externalReferences`"),
    one(1062, "what it refers to does not exist", "the answer's `detail` says what"),
    range(
        1017,
        1018,
        "an attachment cannot be used",
        "look at `attachments` and `existingAttachments`; are they published?",
    ),
    range(
        1019,
        1023,
        "title, summary, body or language of the message is not accepted",
        "language is `nb`, `nn` or `en`; the title is plain text, the body markdown",
    ),
    range(1037, 1039, "the request's content is not accepted", "the answer's `detail` says what"),
    range(
        1045,
        1053,
        "the reference to a dialog is not accepted",
        "a dialog's id is a UUID, and its service owner is the sender",
    ),
    range(
        1060,
        1061,
        "confidential correspondence is not set up for this resource or recipient",
        "look at `isConfidential`",
    ),
    range(
        1063,
        1069,
        "the correspondence cannot be forwarded so",
        "its policy has to name an authentication level, and `allowForwarding` has to be set",
    ),
    range(1002, 1069, "Correspondence did not take the request", "the answer's `detail` says why"),
    one(2000, "Correspondence itself failed", "try later"),
    one(2001, "the attachment does not exist", "is the id of this run in its variable, or was it purged?"),
    one(2002, "storing the file failed at Altinn", "try later"),
    one(2003, "the attachment belongs to a correspondence already", "initialize another one"),
    one(
        2004,
        "the file is empty",
        "was the file found? `files:` in postbud.yaml says where the collection's files are",
    ),
    one(2005, "the attachment was uploaded already", "initialize another one"),
    one(2006, "the attachment was purged already", "each can be purged once"),
    one(2007, "the attachment belongs to a correspondence and cannot be purged", "purge the correspondence"),
    one(
        2008,
        "the file's checksum is not the one announced",
        "`checksum` is the MD5 of the file in 32 lower-case hexadecimal digits",
    ),
    one(
        2013,
        "the file's type is not accepted",
        "Correspondence takes doc, docx, xls, xlsx, ppt, pps, zip, pdf, html, txt, xml, jpg, jpeg, gif, bmp, png, json, csv and dicom files",
    ),
    range(2010, 2012, "the file's name is not accepted", "it needs an extension and must not hold characters of paths"),
    one(2014, "there is no service owner agreement", "ask Altinn about the agreement for Correspondence"),
    one(
        2016,
        "the sender cannot download the attachment once the correspondence is published",
        "download it before, or as the recipient",
    ),
    one(
        2017,
        "an attachment is not published yet, or failed",
        "wait until its status is Published: it is scanned for malware first",
    ),
    one(2018, "the attachment cannot be purged now", "the answer's `detail` says why"),
    one(2019, "the attachment cannot be downloaded", "is it uploaded and published?"),
    one(2021, "the file's name is not accepted", "it needs an extension and must not hold characters of paths"),
    one(2022, "the upload was too slow", "try again; how large is the file, how slow the line?"),
    range(2003, 2023, "Correspondence did not take the attachment", "the answer's `detail` says why"),
    one(3001, "the notification template does not exist", "use 0 (custom) or 1 (generic)"),
    range(3020, 3021, "a recipient of the notification is not known", "check number and address"),
    one(3026, "Altinn's notifications themselves failed", "try later"),
    one(3028, "Altinn's notifications themselves failed", "try later"),
    range(
        3002,
        3027,
        "the notification is not accepted",
        "a custom template needs the texts of its channel, and those of the reminder where one is sent",
    ),
    one(4001, "the policy gives the caller no access to the resource", ""),
    one(4002, "the caller may not do this for this sender or recipient", "the answer's `detail` says why"),
    one(4003, "the caller may not do this for this sender or recipient", "the answer's `detail` says why"),
    one(4006, "Altinn does not know the caller", "is the token of an organisation that exists in this environment?"),
    one(
        4007,
        "the token names no organisation",
        "use a token of Maskinporten, exchanged; a person's token without an organisation will not do",
    ),
    one(
        4009,
        "the resource is of a type that cannot be used for attachments",
        "`resourceType` has to be `CorrespondenceService`",
    ),
    one(
        4010,
        "the resource is of the wrong type",
        "`resourceType` has to be `CorrespondenceService`: create it anew (the change is seen after up to ten minutes)",
    ),
];

/// Which scopes a call takes; the first row that fits.
struct Endpoint {
    method: &'static str,
    /// End of the path.
    ends: &'static [&'static str],
    /// One of these is needed.
    scopes: &'static [&'static str],
    /// Maskinporten's own token may do.
    raw: bool,
}

const READ: &str = "altinn:correspondence.read";
const WRITE: &str = "altinn:correspondence.write";

static ENDPOINTS: &[Endpoint] = &[
    Endpoint {
        method: "POST",
        ends: &["/markasread", "/confirm", "/forward", "/archive"],
        scopes: &[READ],
        raw: false,
    },
    Endpoint { method: "GET", ends: &["/content"], scopes: &[READ], raw: false },
    Endpoint { method: "POST", ends: &["/correspondence", "/correspondence/upload"], scopes: &[WRITE], raw: true },
    Endpoint {
        method: "GET",
        ends: &["/download", "/downloadall"],
        scopes: &[READ, "altinn:portal/enduser"],
        raw: false,
    },
];

/// An error of Correspondence.
pub(super) fn explain(facts: &Facts<'_>) -> Option<Explanation> {
    let rest = facts.path.split("/correspondence/api/v1/").nth(1)?;
    let number = facts.json.get("errorCode").and_then(Value::as_u64).and_then(|code| u32::try_from(code).ok());
    let text = facts.member("code").unwrap_or_default();
    let number = number.or_else(|| text.strip_prefix("CORR-")?.parse().ok());
    if let Some(number) = number
        && let Some(row) = ROWS.iter().find(|row| (row.from..=row.to).contains(&number))
    {
        let mut explanation = match number {
            4001 => no_access(facts, row),
            1024 | 1025 => not_fetched(facts, row),
            _ => Explanation::new(row.cause, row.mend),
        };
        let detail = facts.member("detail").unwrap_or_default().trim();
        if row.mend.contains("`detail`") && !detail.is_empty() {
            explanation.mend = format!("it says: {detail}");
        }
        explanation.code = Some(if text.starts_with("CORR-") { text.to_owned() } else { format!("CORR-{number:05}") });
        return Some(explanation);
    }
    by_status(facts, rest)
}

fn no_access(facts: &Facts<'_>, row: &Row) -> Explanation {
    let Some(claims) = &facts.claims else {
        return Explanation::new(row.cause, "is the action `read` or `write` permitted to the caller?");
    };
    let who = claims.speaks_for().map_or_else(String::new, |org| format!(" (organisation {org})"));
    let mut mend = if claims.has_scope("altinn:serviceowner") {
        "the token has `altinn:serviceowner`, so its organisation is not the owner of the resource, or the policy lacks the action: `write` for senders, `read` for recipients".to_owned()
    } else {
        "the policy has to permit `write` to senders and `read` to recipients (`send`, `see` and `open` are the old names); the owner itself gets by with the scope `altinn:serviceowner`".to_owned()
    };
    mend.push_str(
        "; where the resource has `accessListMode` Enabled, the recipient has to be on one of its access lists",
    );
    if claims.0.get("authorization_details").is_some() {
        mend.push_str("; has the system user been given the right for this resource?");
    }
    Explanation::new(format!("{}{who}", row.cause), mend)
}

fn not_fetched(facts: &Facts<'_>, row: &Row) -> Explanation {
    if facts.claims.as_ref().is_some_and(|claims| claims.has_scope(WRITE)) {
        return Explanation::new(
            format!(
                "{}: the token has `{WRITE}` and so counts as the sender's, whose calls are not recorded as fetching",
                row.cause
            ),
            format!(
                "use a token with `{READ}` alone for the recipient's requests (`substitute: requests:` in postbud.yaml)"
            ),
        );
    }
    Explanation::new(row.cause, row.mend)
}

/// Answers without a code: what the layers before the service say.
fn by_status(facts: &Facts<'_>, rest: &str) -> Option<Explanation> {
    let download = rest.ends_with("/download");
    // A slash at the end means the same: `GET correspondence/` reaches the search, which asks for its own parameters.
    let no_id = facts.path.contains("//") || rest.ends_with('/');
    Some(match facts.call.status {
        400 | 404 | 405 if no_id => {
            Explanation::new("an id in the path is empty", "set its variable, or run the request that sets it first")
        }
        302 if download => refused_token(facts),
        400 => {
            let faults = facts.validation();
            if faults.is_empty() {
                return None;
            }
            let mut explanation = Explanation::new(
                format!("the request is not valid: {}", faults.join("; ")),
                "are the variables in it set?",
            );
            explanation.code = facts.member("code").map(str::to_owned);
            explanation
        }
        401 => refused_token(facts),
        403 => forbidden(facts, rest),
        404 if rest.ends_with("/archive") || rest.ends_with("/markasunread") => {
            Explanation::new("Altinn has removed this operation", "leave the request out (`flow:` in postbud.yaml)")
        }
        404 => Explanation::new(
            "Correspondence has no such address",
            "is the base URL right, and the path of today's API?",
        ),
        405 => Explanation::new("the address does not take this method", "is the path of today's API?"),
        406 => {
            let accept = crate::http::message::header(facts.call.headers, "accept").unwrap_or_default();
            Explanation::new(
                format!("Correspondence answers in JSON, and the request asks for `{accept}`"),
                "send `Accept: application/json`, or none; an `overlay` changes the header",
            )
        }
        408 => Explanation::new("the upload was too slow", "try again; how large is the file, how slow the line?"),
        415 => Explanation::new(
            "Correspondence does not take this `Content-Type`",
            if rest.ends_with("correspondence/upload") {
                "it has to be that of multipart form data: take the header `Content-Type: application/json` out of the request"
            } else if rest.ends_with("/upload") {
                "a file is sent as `application/octet-stream`, or without `Content-Type`"
            } else {
                "send `Content-Type: application/json`"
            },
        ),
        429 => Explanation::new("Altinn was asked too often", "ask more slowly (`--delay-request`)"),
        500.. => Explanation::new("Correspondence itself failed", "try later"),
        _ => return None,
    })
}

fn refused_token(facts: &Facts<'_>) -> Explanation {
    if let Some(fault) = facts.token_fault() {
        return fault;
    }
    let Some(claims) = &facts.claims else {
        return Explanation::new("the token was refused", "");
    };
    if claims.maskinporten().is_some() {
        return Explanation::new(
            "the token is Maskinporten's own, and an Altinn token is due here",
            "exchange it first (`exchange: altinn` in the profile)",
        );
    }
    if let Some(host) =
        claims.issuer().and_then(|issuer| issuer.split("://").nth(1)).and_then(|rest| rest.split('/').next())
        && host.starts_with("platform.")
        && facts.host.starts_with("platform.")
        && host != facts.host
    {
        return Explanation::new(
            format!("the token is of {host}, and the request goes to {}", facts.host),
            "get the token and send the request in the same environment",
        );
    }
    Explanation::new(
        format!("Correspondence refused the token; {}", facts.token_facts()),
        "is it of this environment? if that looks right, try later",
    )
}

fn forbidden(facts: &Facts<'_>, rest: &str) -> Explanation {
    let Some(claims) = &facts.claims else {
        return facts
            .token_fault()
            .unwrap_or_else(|| Explanation::new("the token has not the scope for this call", ""));
    };
    let path = format!("/{}", rest.trim_end_matches('/'));
    let attachment = path.starts_with("/attachment");
    let endpoint = ENDPOINTS
        .iter()
        .filter(|_| !attachment)
        .find(|endpoint| endpoint.method == facts.call.method && endpoint.ends.iter().any(|end| path.ends_with(end)));
    let (scopes, raw): (&[&str], bool) = match endpoint {
        Some(endpoint) => (endpoint.scopes, endpoint.raw),
        None if attachment => (&[WRITE], true),
        None => (&[READ, WRITE], true),
    };
    if claims.maskinporten().is_some() {
        let mend = if raw {
            "exchange it first (`exchange: altinn` in the profile), or let it have both `altinn:serviceowner` and the scope of the call"
        } else {
            "exchange it first (`exchange: altinn` in the profile)"
        };
        return Explanation::new("the token is Maskinporten's own, and an Altinn token is due here", mend);
    }
    let needed = scopes.iter().map(|scope| format!("`{scope}`")).collect::<Vec<_>>().join(" or ");
    if scopes.iter().any(|scope| claims.has_scope(scope)) {
        return Explanation::new(
            format!("Correspondence forbids it, though the token has {needed}; {}", facts.token_facts()),
            "is the token issued by this platform itself?",
        );
    }
    let role = if scopes == [READ] || scopes.contains(&"altinn:portal/enduser") {
        "this is a call of the recipient: use the recipient's token (`substitute: requests:` in postbud.yaml)"
    } else if scopes == [WRITE] {
        "this is a call of the sender: use the sender's token"
    } else {
        "give the client the scope and ask for it"
    };
    Explanation::new(format!("the token lacks the scope {needed}; {}", facts.token_facts()), role)
}
