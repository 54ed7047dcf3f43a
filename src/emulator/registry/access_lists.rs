//! Access lists (the Resource Rights Registry): which parties a resource is open to, where it asks for that.

use axum::http::{Method, StatusCode};
use indexmap::{IndexMap, IndexSet};
use serde_json::{Value, json};

use super::super::caller::{self, Caller};
use super::super::config::AccessListSeed;
use super::super::message::{Call, Reply, no_such_path, wrong_method};
use super::super::world::World;

const READ: &str = "altinn:resourceregistry/access-list.read";
const WRITE: &str = "altinn:resourceregistry/access-list.write";
/// How members are named.
const ORGANIZATION: &str = "urn:altinn:organization:identifier-no";

/// A list of parties and the resources it opens.
#[derive(Debug, Default)]
struct AccessList {
    name: String,
    description: String,
    members: IndexSet<String>,
    /// Resources, each with the actions it is limited to; none: all.
    resources: IndexMap<String, Vec<String>>,
}

/// All lists, by their owner's code and their own id.
#[derive(Debug, Default)]
pub(in crate::emulator) struct AccessLists(IndexMap<(String, String), AccessList>);

impl AccessLists {
    /// Adds a list of a seed.
    pub(in crate::emulator) fn plant(&mut self, seed: AccessListSeed) {
        let list = AccessList {
            name: seed.identifier.clone(),
            description: String::new(),
            members: seed.members.into_iter().collect(),
            resources: seed.resources.into_iter().map(|id| (id, Vec::new())).collect(),
        };
        self.0.insert((seed.owner.to_lowercase(), seed.identifier), list);
    }

    /// Whether a party is on a list that opens the resource for one of these actions.
    pub(in crate::emulator) fn admit(&self, resource: &str, party: &str, actions: &[&str]) -> bool {
        self.0.values().any(|list| {
            let opened = list.resources.get(resource);
            let fits = |only: &Vec<String>| only.is_empty() || only.iter().any(|own| actions.contains(&own.as_str()));
            list.members.contains(party) && opened.is_some_and(fits)
        })
    }
}

/// Answers a call to `/access-lists`.
pub(super) fn serve(world: &mut World, call: &Call, rest: &[&str]) -> Reply {
    let [owner, rest @ ..] = rest else { return no_such_path() };
    // Ids keep the case in which they were written.
    let written = |at: usize| call.path.get(at).cloned().unwrap_or_default();
    let key = ((*owner).to_owned(), written(5));
    let mut at = |act: &dyn Fn(&mut World) -> Reply| {
        let scope = if call.method == Method::GET { READ } else { WRITE };
        authorize(world, call, owner, scope).map_or_else(|reply| reply, |()| act(world))
    };
    match (rest, &call.method) {
        ([], &Method::GET) => at(&|world| all(world, owner)),
        ([_], &Method::GET) => at(&|world| with(world, &key, |list| shown(&key, list))),
        ([_], &Method::PUT) => at(&|world| put(world, call, &key)),
        ([_], &Method::DELETE) => at(&|world| delete(world, &key)),
        ([_, "members"], &Method::GET) => at(&|world| with(world, &key, members)),
        ([_, "members"], &Method::PUT | &Method::POST | &Method::DELETE) => {
            at(&|world| change_members(world, call, &key))
        }
        ([_, "resource-connections"], &Method::GET) => at(&|world| with(world, &key, connections)),
        ([_, "resource-connections", _], &Method::PUT) => at(&|world| connect(world, call, &key, &written(7))),
        ([_, "resource-connections", _], &Method::DELETE) => at(&|world| disconnect(world, &key, &written(7))),
        ([] | [_, "resource-connections"], _) => wrong_method("GET"),
        ([_], _) => wrong_method("GET, PUT, DELETE"),
        ([_, "members"], _) => wrong_method("GET, POST, PUT, DELETE"),
        ([_, "resource-connections", _], _) => wrong_method("PUT, DELETE"),
        _ => no_such_path(),
    }
}

/// The caller has the scope, and is the owner that the path names.
fn authorize(world: &World, call: &Call, owner: &str, scope: &str) -> Result<(), Reply> {
    let caller: Caller = caller::identify_exchanged(world, call)?;
    if !caller.has(scope) && !caller.has(WRITE) {
        return Err(Reply::empty(StatusCode::FORBIDDEN).because(format!("scope: {scope} is missing")));
    }
    let own = caller.consumer.as_deref().and_then(|number| world.directory.code_of(number));
    if own.is_some_and(|own| own.eq_ignore_ascii_case(owner)) {
        return Ok(());
    }
    let who = own.unwrap_or("no service owner");
    Err(Reply::empty(StatusCode::FORBIDDEN).because(format!("owner: the lists are of {owner}, the caller is {who}")))
}

fn unknown() -> Reply {
    Reply::empty(StatusCode::NOT_FOUND).because("access list: unknown")
}

fn with(world: &World, key: &(String, String), show: impl Fn(&AccessList) -> Value) -> Reply {
    world.access_lists.0.get(key).map_or_else(unknown, |list| Reply::ok(&show(list)))
}

fn shown((owner, id): &(String, String), list: &AccessList) -> Value {
    json!({
        "urn": format!("urn:altinn:access-list:{owner}:{id}"),
        "identifier": id,
        "name": list.name,
        "description": list.description,
    })
}

fn all(world: &World, owner: &str) -> Reply {
    let own = world.access_lists.0.iter().filter(|(key, _)| key.0 == owner);
    let lists: Vec<Value> = own.map(|(key, list)| shown(key, list)).collect();
    Reply::ok(&json!({"data": lists, "links": {}}))
}

fn members(list: &AccessList) -> Value {
    let member =
        |number: &String| json!({"id": format!("{ORGANIZATION}:{number}"), "identifiers": {ORGANIZATION: number}});
    json!({"data": list.members.iter().map(member).collect::<Vec<_>>(), "links": {}})
}

fn connections(list: &AccessList) -> Value {
    let one = |(id, actions): (&String, &Vec<String>)| json!({"resourceIdentifier": id, "actionFilters": actions});
    json!({"data": list.resources.iter().map(one).collect::<Vec<_>>(), "links": {}})
}

fn invalid(text: &str) -> Reply {
    let problem = json!({
        "type": "https://tools.ietf.org/html/rfc9110#section-15.5.1", "title": "Bad Request", "status": 400, "detail": text,
    });
    Reply::bytes(StatusCode::BAD_REQUEST, "application/problem+json; charset=utf-8", problem.to_string())
        .because(format!("access list: {text}"))
}

fn body(call: &Call) -> Result<Value, Reply> {
    if !call.media_type().ends_with("json") {
        return Err(Reply::empty(StatusCode::UNSUPPORTED_MEDIA_TYPE).because("content type: JSON is wanted"));
    }
    serde_json::from_slice(&call.body).map_err(|_| invalid("The body is not JSON"))
}

fn put(world: &mut World, call: &Call, key: &(String, String)) -> Reply {
    let body = match body(call) {
        Ok(body) => body,
        Err(reply) => return reply,
    };
    let text = |name: &str| body.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    if text("name").is_empty() {
        return invalid("The name is missing");
    }
    let valid = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if key.1.is_empty() || !key.1.chars().all(valid) {
        return invalid("The identifier is of a-z, 0-9 and -");
    }
    let list = world.access_lists.0.entry(key.clone()).or_default();
    list.name = text("name");
    list.description = text("description");
    Reply::ok(&shown(key, list))
}

fn delete(world: &mut World, key: &(String, String)) -> Reply {
    match world.access_lists.0.shift_remove(key) {
        Some(list) => Reply::ok(&shown(key, &list)),
        None => Reply::empty(StatusCode::NO_CONTENT),
    }
}

/// The numbers in `{"data": ["urn:altinn:organization:identifier-no:…"]}`.
fn numbers(body: &Value) -> Option<Vec<String>> {
    let data = body.get("data")?.as_array()?;
    let number = |value: &Value| {
        let number = value.as_str()?.strip_prefix(ORGANIZATION)?.strip_prefix(':')?;
        (number.len() == 9 && number.bytes().all(|byte| byte.is_ascii_digit())).then(|| number.to_owned())
    };
    data.iter().map(number).collect()
}

fn change_members(world: &mut World, call: &Call, key: &(String, String)) -> Reply {
    let body = match body(call) {
        Ok(body) => body,
        Err(reply) => return reply,
    };
    let Some(numbers) = numbers(&body) else {
        return invalid("data is a list of urn:altinn:organization:identifier-no:<nine digits>");
    };
    let Some(list) = world.access_lists.0.get_mut(key) else { return unknown() };
    match call.method {
        Method::PUT => list.members = numbers.into_iter().collect(),
        Method::POST => list.members.extend(numbers),
        _ => list.members.retain(|own| !numbers.contains(own)),
    }
    Reply::ok(&members(list))
}

fn connect(world: &mut World, call: &Call, key: &(String, String), resource: &str) -> Reply {
    let body = if call.body.is_empty() { Ok(Value::Null) } else { body(call) };
    let body = match body {
        Ok(body) => body,
        Err(reply) => return reply,
    };
    let actions: Vec<String> = body
        .get("actionFilters")
        .and_then(Value::as_array)
        .map(|list| list.iter().filter_map(Value::as_str).map(str::to_owned).collect())
        .unwrap_or_default();
    if !world.resources.contains_key(resource) {
        return Reply::empty(StatusCode::NOT_FOUND).because("access list: the resource is unknown");
    }
    let Some(list) = world.access_lists.0.get_mut(key) else { return unknown() };
    list.resources.insert(resource.to_owned(), actions.clone());
    Reply::ok(&json!({"resourceIdentifier": resource, "actionFilters": actions}))
}

fn disconnect(world: &mut World, key: &(String, String), resource: &str) -> Reply {
    let Some(list) = world.access_lists.0.get_mut(key) else { return unknown() };
    match list.resources.shift_remove(resource) {
        Some(actions) => Reply::ok(&json!({"resourceIdentifier": resource, "actionFilters": actions})),
        None => Reply::empty(StatusCode::NO_CONTENT),
    }
}
