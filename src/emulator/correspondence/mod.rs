//! Altinn Correspondence: messages, their status machine, attachments.

mod attachment;
mod checks;
mod fields;
mod initialize;
mod jobs;
mod model;
mod party;
mod problem;
mod request;
mod search;
mod single;
mod upload;
mod view;
mod zip;

pub(super) use model::{Attachment, Correspondence};
pub(super) use problem::is_known;

use axum::http::header::LOCATION;
use axum::http::{Method, StatusCode};
use uuid::Uuid;

use super::caller::{self, Caller, Issuer};
use super::faults::Known;
use super::hosts::Environment;
use super::message::{Call, Reply, no_such_path, wrong_method};
use super::world::World;

const WRITE: &str = "altinn:correspondence.write";
const READ: &str = "altinn:correspondence.read";
/// The one scope of the API before September 2024.
const OLD: &str = "altinn:correspondence";
const SERVICE_OWNER: &str = "altinn:serviceowner";

/// Which scopes an endpoint wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Gate {
    /// Sending, and everything with attachments of their own.
    Send,
    /// Looking, by sender or recipient.
    Look,
    /// What only recipients do.
    Receive,
    /// A recipient's download, which people also do from a browser.
    Download,
}

/// What kind of answer an endpoint gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    Json,
    Bytes,
}

/// Serves one correspondence.
type Serve = fn(&mut World, &Caller, &'static Environment, Uuid) -> Reply;

/// Answers a call to `/correspondence/api/v1`.
pub(super) fn serve(world: &mut World, call: &Call, rest: &[&str]) -> Reply {
    let environment = call.route.environment;
    jobs::catch_up(world, environment);
    let method = &call.method;
    // An empty id in the middle of a path matches no route.
    if rest.iter().any(|segment| segment.is_empty()) {
        return no_such_path().because("path: an id in it is empty, most likely a variable that was never set");
    }
    match (rest, method) {
        (["correspondence"], &Method::POST) => {
            let media_type = call.media_type();
            if !media_type.ends_with("json") {
                return unsupported("application/json");
            }
            admit(world, call, Gate::Send, Shape::Json, |world, caller| initialize::serve(world, call, caller, false))
        }
        (["correspondence", "upload"], &Method::POST) => {
            let form = call.parts.is_some();
            let media_type = call.media_type();
            if !form || (media_type != "multipart/form-data" && !world.lenient()) {
                return unsupported("multipart/form-data");
            }
            if media_type != "multipart/form-data" {
                world.warn(format!("content type: a form is recognised although it is sent as {media_type}"));
            }
            admit(world, call, Gate::Send, Shape::Json, |world, caller| initialize::serve(world, call, caller, true))
        }
        (["correspondence"], &Method::GET) => {
            admit(world, call, Gate::Look, Shape::Json, |world, caller| search::serve(world, call, caller))
        }
        (["correspondence", "upload"], _) => wrong_method("POST"),
        (["correspondence", id, action @ ..], _) => single_endpoint(world, call, id, action),
        (["attachment"], &Method::POST) => {
            if !call.media_type().ends_with("json") {
                return unsupported("application/json");
            }
            admit(world, call, Gate::Send, Shape::Json, |world, caller| attachment::create(world, call, caller))
        }
        (["attachment", id, action @ ..], _) => attachment_endpoint(world, call, id, action),
        (["correspondence"], _) => wrong_method("GET, POST"),
        (["attachment"], _) => wrong_method("POST"),
        _ => no_such_path(),
    }
}

fn single_endpoint(world: &mut World, call: &Call, id: &str, action: &[&str]) -> Reply {
    let environment = call.route.environment;
    let lenient = world.lenient();
    let mut at = |gate, shape, serve: Serve| {
        admit(world, call, gate, shape, |world, caller| with_id(id, |id| serve(world, caller, environment, id)))
    };
    match (action, &call.method) {
        ([], &Method::GET) => at(Gate::Look, Shape::Json, |w, c, e, id| single::show(w, c, e, id, false)),
        (["details"], &Method::GET) => at(Gate::Look, Shape::Json, |w, c, e, id| single::show(w, c, e, id, true)),
        (["markasread"], &Method::POST) => at(Gate::Receive, Shape::Json, single::mark_as_read),
        (["confirm"], &Method::POST) => at(Gate::Receive, Shape::Json, single::confirm),
        (["content"], &Method::GET) => at(Gate::Receive, Shape::Bytes, single::content),
        (["attachments", "downloadall"], &Method::GET) => at(Gate::Download, Shape::Bytes, single::download_all),
        (["purge"], &Method::DELETE) => at(Gate::Look, Shape::Json, single::purge),
        (["archive" | "markasunread"], &Method::POST) if lenient => {
            at(Gate::Look, Shape::Json, |world, caller, _, id| single::gone(world, caller, id))
        }
        (["attachment", attachment, "download"], &Method::GET) => {
            admit(world, call, Gate::Download, Shape::Bytes, |world, caller| {
                with_id(id, |id| {
                    with_id(attachment, |attachment| single::download(world, caller, environment, id, attachment))
                })
            })
        }
        ([] | ["details" | "content"] | ["attachment", _, "download"] | ["attachments", "downloadall"], _) => {
            wrong_method("GET")
        }
        (["markasread" | "confirm"], _) => wrong_method("POST"),
        (["purge"], _) => wrong_method("DELETE"),
        (["archive" | "markasunread"], _) if lenient => wrong_method("POST"),
        _ => no_such_path(),
    }
}

fn attachment_endpoint(world: &mut World, call: &Call, id: &str, action: &[&str]) -> Reply {
    match (action, &call.method) {
        (["upload"], &Method::POST) => {
            if !["", "application/octet-stream"].contains(&call.media_type().as_str()) {
                return unsupported("application/octet-stream");
            }
            admit(world, call, Gate::Send, Shape::Json, |world, caller| {
                with_id(id, |id| attachment::upload(world, call, caller, id))
            })
        }
        ([], &Method::GET) => admit(world, call, Gate::Send, Shape::Json, |world, caller| {
            with_id(id, |id| attachment::show(world, caller, id, false))
        }),
        (["details"], &Method::GET) => admit(world, call, Gate::Send, Shape::Json, |world, caller| {
            with_id(id, |id| attachment::show(world, caller, id, true))
        }),
        (["download"], &Method::GET) => admit(world, call, Gate::Send, Shape::Bytes, |world, caller| {
            with_id(id, |id| attachment::download(world, caller, id))
        }),
        ([], &Method::DELETE) => admit(world, call, Gate::Send, Shape::Json, |world, caller| {
            with_id(id, |id| attachment::purge(world, caller, id))
        }),
        ([], _) => wrong_method("GET, DELETE"),
        (["upload"], _) => wrong_method("POST"),
        (["details" | "download"], _) => wrong_method("GET"),
        _ => no_such_path(),
    }
}

/// The domain error behind a server error on demand, where the API has one.
pub(super) fn failure(status: StatusCode) -> Option<Reply> {
    match status {
        StatusCode::REQUEST_TIMEOUT => Some(problem::error(2022)),
        StatusCode::INTERNAL_SERVER_ERROR => Some(problem::error(2000)),
        StatusCode::BAD_GATEWAY => Some(problem::error(2002)),
        _ => None,
    }
}

fn unsupported(wanted: &str) -> Reply {
    Reply::empty(StatusCode::UNSUPPORTED_MEDIA_TYPE).because(format!("content type: {wanted} is wanted"))
}

/// Ids are GUIDs.
fn with_id(text: &str, serve: impl FnOnce(Uuid) -> Reply) -> Reply {
    match text.parse() {
        Ok(id) => serve(id),
        Err(_) => problem::invalid_field("id", "The value is not a GUID"),
    }
}

/// Lets in whom the token, its scopes and the `Accept` header let in, in that order.
fn admit(
    world: &mut World,
    call: &Call,
    gate: Gate,
    shape: Shape,
    serve: impl FnOnce(&mut World, &Caller) -> Reply,
) -> Reply {
    let caller = match caller::identify(world, call) {
        Ok(caller) => caller,
        Err(_) if gate == Gate::Download && call.credentials("Bearer").is_none() => {
            let login = format!("https://{}/authentication/api/v1/authentication", call.route.environment.platform);
            return Reply::empty(StatusCode::FOUND)
                .header(LOCATION, login)
                .because("token: none was sent, people are sent to log in");
        }
        Err(reply) => return reply,
    };
    if let Err(reply) = check_scopes(world, &caller, gate) {
        return reply;
    }
    let accepted = call.accepted();
    let fits = accepted.is_empty()
        || accepted.iter().any(|t| ["application/json", "*/*", "application/*"].contains(&t.as_str()));
    if shape == Shape::Json && !fits {
        if !world.lenient() {
            return Reply::text(StatusCode::NOT_ACCEPTABLE, "Accept application/json or */*")
                .because("accept: JSON is not accepted");
        }
        world.warn(format!("accept: JSON is not among {}", accepted.join(", ")));
    }
    if let Some(Known::Correspondence(number)) = world.demanded {
        return problem::detailed(number, "a fault on demand");
    }
    serve(world, &caller)
}

fn check_scopes(world: &mut World, caller: &Caller, gate: Gate) -> Result<(), Reply> {
    let refuse = |wanted: &str| Err(Reply::empty(StatusCode::FORBIDDEN).because(format!("scope: {wanted} is missing")));
    let old = world.lenient() && caller.has(OLD);
    let owner = caller.has(SERVICE_OWNER) && caller.has(WRITE);
    if old && !(caller.has(READ) || caller.has(WRITE)) {
        world.warn(format!("scope: {OLD} is taken for {READ} and {WRITE}"));
    }
    let (wanted, has) = match (gate, caller.issuer) {
        (Gate::Receive | Gate::Download, Issuer::Maskinporten) => {
            return Err(problem::forbidden("The token is issued by Maskinporten; exchange it for an Altinn token"));
        }
        (Gate::Send, Issuer::Maskinporten) => ("altinn:serviceowner with altinn:correspondence.write", owner),
        (Gate::Look, Issuer::Maskinporten) => (READ, owner || caller.has(READ)),
        (Gate::Send, Issuer::Altinn) => (WRITE, caller.has(WRITE) || old),
        (Gate::Look, Issuer::Altinn) => {
            ("altinn:correspondence.read or .write", caller.has(WRITE) || caller.has(READ) || old)
        }
        (Gate::Receive, Issuer::Altinn) => (READ, caller.has(READ) || old),
        (Gate::Download, Issuer::Altinn) => (READ, caller.has(READ) || caller.has("altinn:portal/enduser") || old),
    };
    if has { Ok(()) } else { refuse(wanted) }
}

/// A `Content-Disposition`, with the name as ASCII and, where it differs, as UTF-8.
fn disposition(kind: &str, name: &str) -> String {
    let ascii: String =
        name.chars().map(|c| if c.is_ascii_graphic() && c != '"' && c != '\\' || c == ' ' { c } else { '_' }).collect();
    if ascii == name {
        return format!("{kind}; filename=\"{ascii}\"");
    }
    let encoded = percent_encoding::utf8_percent_encode(name, percent_encoding::NON_ALPHANUMERIC);
    format!("{kind}; filename=\"{ascii}\"; filename*=UTF-8''{encoded}")
}
