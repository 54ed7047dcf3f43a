//! The Resource Registry: resources, their policies, and access lists.

mod access_lists;
mod model;
mod policy;
mod rights;

pub(super) use access_lists::AccessLists;
pub(super) use model::Resource;
pub(super) use policy::Question;

use axum::http::header::{CONTENT_DISPOSITION, LOCATION};
use axum::http::{Method, StatusCode};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::caller;
use super::message::{Call, Reply, no_such_path, wrong_method};
use super::world::World;
use model::FieldFaults;
use policy::Policy;

/// Scopes that open the write endpoints; the second one for resources of any owner.
const WRITE: &str = "altinn:resourceregistry/resource.write";
const ADMIN: &str = "altinn:resourceregistry/resource.admin";

/// Answers a call to `/resourceregistry/api/v1`.
pub(super) fn serve(world: &mut World, call: &Call, rest: &[&str]) -> Reply {
    // Identifiers keep the case in which they were written.
    let id = call.path.get(4).map(String::as_str).unwrap_or_default();
    match (rest, &call.method) {
        (["resource"], &Method::POST) => create(world, call),
        (["resource", "resourcelist" | "search"], &Method::GET) => list(world, call),
        (["resource", "resourcelist" | "search"], _) => wrong_method("GET"),
        (["resource", _], &Method::GET) => show(world, id),
        (["resource", _], &Method::PUT) => update(world, call, id),
        (["resource", _], &Method::DELETE) => delete(world, call, id),
        (["resource", _, "policy"], &Method::POST | &Method::PUT) => upload(world, call, id),
        (["resource", _, "policy"], &Method::GET) => policy_text(world, id),
        (["resource", _, "policy", "rules"], &Method::GET) => with_policy(world, id, rights::rules),
        (["resource", _, "policy", "rights"], &Method::GET) => {
            let media_type = call.media_type();
            if !media_type.is_empty() && !media_type.ends_with("json") {
                return Reply::empty(StatusCode::UNSUPPORTED_MEDIA_TYPE)
                    .because("content type: rights are asked for with JSON or none");
            }
            with_policy(world, id, rights::rights)
        }
        (["access-lists", lists @ ..], _) => access_lists::serve(world, call, lists),
        (["resource"], _) => wrong_method("POST"),
        (["resource", _], _) => wrong_method("GET, PUT, DELETE"),
        (["resource", _, "policy"], _) => wrong_method("GET, POST, PUT"),
        (["resource", _, "policy", "rules" | "rights"], _) => wrong_method("GET"),
        _ => no_such_path(),
    }
}

fn show(world: &World, id: &str) -> Reply {
    match world.resources.get(id) {
        Some(resource) => Reply::ok(&resource.shown()),
        None => Reply::empty(StatusCode::NOT_FOUND).because("resource: unknown"),
    }
}

fn list(world: &World, call: &Call) -> Reply {
    let wanted = call.query("id").unwrap_or_default();
    let found = world.resources.values().filter(|resource| resource.identifier().contains(wanted));
    Reply::ok(&found.map(Resource::shown).collect())
}

/// The caller may write a resource of `owner`; the scope is looked at before the owner.
fn authorize(world: &mut World, call: &Call) -> Result<caller::Caller, Reply> {
    let caller = caller::identify_exchanged(world, call)?;
    if caller.has(WRITE) || caller.has(ADMIN) {
        return Ok(caller);
    }
    Err(Reply::empty(StatusCode::FORBIDDEN).because(format!("scope: {WRITE} is missing")))
}

/// The caller's organisation must own the resource.
fn check_owner(world: &mut World, caller: &caller::Caller, resource: &Resource) -> Result<(), Reply> {
    let by_code = world.directory.number_of(resource.owner_code()).unwrap_or_default().to_owned();
    let owner = if resource.owner().is_empty() { by_code } else { resource.owner().to_owned() };
    if caller.has(ADMIN) || caller.consumer.as_deref() == Some(owner.as_str()) {
        return Ok(());
    }
    let reason = format!(
        "owner: the resource is owned by {owner}, the token's consumer is {}",
        caller.consumer.as_deref().unwrap_or("absent")
    );
    if world.lenient() {
        world.warn(reason);
        return Ok(());
    }
    Err(Reply::empty(StatusCode::FORBIDDEN).because(reason))
}

fn read_body(call: &Call) -> Result<Resource, Reply> {
    if !call.media_type().ends_with("json") {
        return Err(
            Reply::empty(StatusCode::UNSUPPORTED_MEDIA_TYPE).because("content type: a resource is sent as JSON")
        );
    }
    let body: Value = serde_json::from_slice(&call.body)
        .map_err(|error| validation_problem(vec![("$".to_owned(), format!("The JSON could not be read: {error}"))]))?;
    Resource::read(body).map_err(validation_problem)
}

fn create(world: &mut World, call: &Call) -> Reply {
    let created = authorize(world, call).and_then(|caller| {
        let resource = read_body(call)?;
        check_owner(world, &caller, &resource)?;
        Ok(resource)
    });
    let mut resource = match created {
        Ok(resource) => resource,
        Err(reply) => return reply,
    };
    let id = resource.identifier().to_owned();
    if let Some(existing) = world.resources.get(&id) {
        if !(existing.ready_made && world.lenient()) {
            let text = Value::String(format!("The resource {id} already exists"));
            return Reply::json(StatusCode::CONFLICT, &text).because("resource: the identifier is taken");
        }
        resource.keep_policy_of(existing);
        world.warn("resource: a ready-made one is taken over");
    }
    world.resources.insert(id.clone(), resource);
    Reply::empty(StatusCode::CREATED).header(LOCATION, format!("/resourceregistry/api/v1/resource/{id}"))
}

fn update(world: &mut World, call: &Call, id: &str) -> Reply {
    let updated = authorize(world, call).and_then(|caller| {
        let Some(existing) = world.resources.get(id).cloned() else {
            return Err(Reply::empty(StatusCode::NOT_FOUND).because("resource: unknown"));
        };
        let mut resource = read_body(call)?;
        if resource.identifier() != id {
            let text = Value::String("The identifier in path and body differ".to_owned());
            return Err(Reply::json(StatusCode::BAD_REQUEST, &text)
                .because("resource: path and body name different identifiers"));
        }
        check_owner(world, &caller, &existing)?;
        resource.keep_policy_of(&existing);
        Ok(resource)
    });
    match updated {
        Ok(resource) => {
            world.resources.insert(id.to_owned(), resource);
            Reply::empty(StatusCode::OK)
        }
        Err(reply) => reply,
    }
}

fn delete(world: &mut World, call: &Call, id: &str) -> Reply {
    let caller = match authorize(world, call) {
        Ok(caller) => caller,
        Err(reply) => return reply,
    };
    if call.route.environment.is_production() {
        return Reply::text(StatusCode::FORBIDDEN, "Deleting resources is not allowed in production")
            .because("resource: production");
    }
    let Some(existing) = world.resources.get(id).cloned() else {
        return Reply::empty(StatusCode::NOT_FOUND).because("resource: unknown");
    };
    if let Err(reply) = check_owner(world, &caller, &existing) {
        return reply;
    }
    world.resources.shift_remove(id);
    Reply::empty(StatusCode::NO_CONTENT)
}

fn upload(world: &mut World, call: &Call, id: &str) -> Reply {
    let refuse = |text: &str| Reply::json(StatusCode::BAD_REQUEST, &json!(text)).because(format!("policy: {text}"));
    let caller = match authorize(world, call) {
        Ok(caller) => caller,
        Err(reply) => return reply,
    };
    let parts = match &call.parts {
        Some(Ok(parts)) => parts.as_slice(),
        Some(Err(_)) | None => &[],
    };
    let file = parts.iter().find(|part| part.name.eq_ignore_ascii_case("policyFile") && part.file_name.is_some());
    let Some(file) = file else { return refuse("A file part policyFile with the policy is required") };
    let Some(resource) = world.resources.get(id).cloned() else { return refuse("Unknown resource") };
    if let Err(reply) = check_owner(world, &caller, &resource) {
        return reply;
    }
    let policy = match Policy::read(&file.bytes) {
        Ok(policy) => policy,
        // Kinder than the real registry, which answers 500 without a body.
        Err(reason) if world.lenient() => return refuse(&format!("The policy could not be read: {reason}")),
        Err(reason) => return Reply::empty(StatusCode::INTERNAL_SERVER_ERROR).because(format!("policy: {reason}")),
    };
    if let Some(objection) = policy.objection(id) {
        if !(world.lenient() && objection.contains("different registry resource")) {
            return refuse(&objection);
        }
        world.warn(format!("policy: {objection}"));
    }
    if let Some(resource) = world.resources.get_mut(id)
        && let Err(reason) = resource.set_policy(file.bytes.to_vec())
    {
        return refuse(&reason);
    }
    Reply::empty(StatusCode::CREATED).header(LOCATION, format!("{id}/policy"))
}

/// The texts of the two ways in which a policy can be missing.
fn missing(world: &World, id: &str) -> Reply {
    let text = if world.resources.contains_key(id) { "No policy for this resource" } else { "No such resource" };
    Reply::text(StatusCode::NOT_FOUND, text).because(format!("policy: {text}"))
}

fn policy_text(world: &World, id: &str) -> Reply {
    match world.resources.get(id).and_then(Resource::policy_bytes) {
        Some(bytes) => Reply::bytes(StatusCode::OK, "text/xml", bytes.clone())
            .header(CONTENT_DISPOSITION, "attachment; filename=policy.xml"),
        None => missing(world, id),
    }
}

fn with_policy(world: &World, id: &str, list: fn(&Policy) -> Value) -> Reply {
    match world.resources.get(id).and_then(Resource::policy) {
        Some(policy) => Reply::ok(&list(policy)),
        None => missing(world, id),
    }
}

fn validation_problem(faults: FieldFaults) -> Reply {
    let mut errors = Map::new();
    let fields: Vec<String> = faults.iter().map(|(field, _)| field.clone()).collect();
    for (field, text) in faults {
        if let Some(list) = errors.entry(field).or_insert_with(|| json!([])).as_array_mut() {
            list.push(Value::String(text));
        }
    }
    let problem = json!({
        "type": "https://tools.ietf.org/html/rfc9110#section-15.5.1",
        "title": "One or more validation errors occurred.",
        "status": 400,
        "errors": errors,
        "traceId": format!("00-{}-{}-00", Uuid::new_v4().simple(), &Uuid::new_v4().simple().to_string()[..16]),
    });
    Reply::bytes(StatusCode::BAD_REQUEST, "application/problem+json; charset=utf-8", problem.to_string())
        .because(format!("resource: not valid in {}", fields.join(", ")))
}
