//! Altinn Events: subscriptions, and the events that Correspondence sends.

pub(super) mod delivery;
mod subscription;

use std::collections::HashMap;

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};
use uuid::Uuid;

use super::access::{self, Right};
use super::caller::{self, Caller};
use super::hosts::Environment;
use super::message::{Call, Reply, no_such_path, wrong_method};
use super::world::World;
use subscription::{Subscription, Wanted};

/// The scope that opens the subscription endpoints.
const SUBSCRIBE: &str = "altinn:events.subscribe";
/// How many events an inbox keeps.
const INBOX_LIMIT: usize = 1000;

/// What an event is about.
pub(super) struct About {
    /// The resource's identifier.
    pub(super) resource: String,
    /// The correspondence's id.
    pub(super) instance: String,
    /// The party, as URN.
    pub(super) party: String,
}

/// An event on its way to a subscriber.
#[derive(Debug)]
pub(super) struct Outgoing {
    /// The subscription.
    pub(super) subscription: u64,
    /// Where it goes.
    pub(super) endpoint: String,
    /// The event.
    pub(super) body: Value,
}

/// Subscriptions, events on their way, and inboxes for tests.
#[derive(Default)]
pub(super) struct Events {
    last_id: u64,
    subscriptions: Vec<Subscription>,
    outbox: Vec<Outgoing>,
    inboxes: HashMap<String, Vec<Value>>,
}

impl Events {
    /// Sends an event to all validated subscriptions that want it.
    pub(super) fn emit(&mut self, environment: &Environment, kind: &str, about: &About) {
        let takers = self.subscriptions.iter().filter(|own| own.validated && own.takes(kind, about));
        for taker in takers {
            let body = cloud_event(environment, kind, about);
            self.outbox.push(Outgoing { subscription: taker.id, endpoint: taker.wanted.endpoint.clone(), body });
        }
    }

    /// Takes the events that wait to be sent.
    pub(super) fn take_outbox(&mut self) -> Vec<Outgoing> {
        std::mem::take(&mut self.outbox)
    }

    /// The subscriber answered 200: events may flow.
    pub(super) fn validated(&mut self, id: u64) {
        if let Some(subscription) = self.subscriptions.iter_mut().find(|own| own.id == id) {
            subscription.validated = true;
        }
    }
}

/// An event as CloudEvents 1.0.
fn cloud_event(environment: &Environment, kind: &str, about: &About) -> Value {
    json!({
        "id": Uuid::new_v4().to_string(),
        "source": format!("https://{}/correspondence/api/v1/correspondence/{}", environment.platform, about.instance),
        "specversion": "1.0",
        "type": kind,
        "subject": about.party,
        "time": jiff::Timestamp::now().to_string(),
        "resource": format!("urn:altinn:resource:{}", about.resource),
        "resourceinstance": about.instance,
    })
}

/// Answers a call to `/events`: the API, and inboxes in which tests can watch events arrive.
pub(super) fn serve(world: &mut World, call: &Call, rest: &[&str]) -> Reply {
    match (rest, &call.method) {
        (["api", "v1", "subscriptions"], &Method::POST) => authorized(world, call, |w, c| subscribe(w, call, c)),
        (["api", "v1", "subscriptions"], &Method::GET) => authorized(world, call, |w, c| list(w, c)),
        (["api", "v1", "subscriptions", id], &Method::GET) => authorized(world, call, |w, c| one(w, c, id, false)),
        (["api", "v1", "subscriptions", id], &Method::DELETE) => authorized(world, call, |w, c| one(w, c, id, true)),
        (["api", "v1", "subscriptions", _], _) => wrong_method("GET, DELETE"),
        (["inbox", name], &Method::POST) => receive(world, call, name),
        (["inbox", name], &Method::GET) => {
            Reply::ok(&json!(world.events.inboxes.get(*name).map_or(&[][..], Vec::as_slice)))
        }
        (["api", "v1", "subscriptions"] | ["inbox", _], _) => wrong_method("GET, POST"),
        _ => no_such_path(),
    }
}

fn authorized(world: &mut World, call: &Call, serve: impl FnOnce(&mut World, &Caller) -> Reply) -> Reply {
    let caller = match caller::identify_exchanged(world, call) {
        Ok(caller) => caller,
        Err(reply) => return reply,
    };
    if !caller.has(SUBSCRIBE) {
        return Reply::empty(StatusCode::FORBIDDEN).because(format!("scope: {SUBSCRIBE} is missing"));
    }
    serve(world, &caller)
}

/// Who a subscription belongs to, as Altinn writes it.
fn consumer_of(caller: &Caller) -> String {
    match (&caller.code, &caller.organization) {
        (Some(code), _) => format!("/org/{code}"),
        (None, Some(number)) => format!("/organisation/{number}"),
        (None, None) => format!("/person/{}", caller.person.as_deref().unwrap_or_default()),
    }
}

fn subscribe(world: &mut World, call: &Call, caller: &Caller) -> Reply {
    let refuse = |text: &str| Reply::text(StatusCode::BAD_REQUEST, text).because(format!("subscription: {text}"));
    let wanted = match Wanted::read(&call.body, world.lenient()) {
        Ok(wanted) => wanted,
        Err(text) => return refuse(text),
    };
    let party = caller.organization.clone().or_else(|| caller.person.clone()).unwrap_or_default();
    if let Err(reason) = access::check(world, caller, wanted.resource(), Right::Subscribe, &party) {
        return Reply::empty(StatusCode::FORBIDDEN).because(reason);
    }
    let consumer = consumer_of(caller);
    let events = &mut world.events;
    let existing = events.subscriptions.iter().find(|own| own.consumer == consumer && own.wanted == wanted);
    if let Some(existing) = existing {
        return Reply::json(StatusCode::CREATED, &existing.shown());
    }
    events.last_id += 1;
    let subscription =
        Subscription { id: events.last_id, wanted, consumer, created: jiff::Timestamp::now(), validated: false };
    let validation = json!({
        "id": Uuid::new_v4().to_string(),
        "source": format!("https://{}/events/api/v1/subscriptions/{}", call.route.environment.platform, subscription.id),
        "specversion": "1.0",
        "type": "platform.events.validatesubscription",
    });
    let endpoint = subscription.wanted.endpoint.clone();
    events.outbox.push(Outgoing { subscription: subscription.id, endpoint, body: validation });
    let shown = subscription.shown();
    events.subscriptions.push(subscription);
    Reply::json(StatusCode::CREATED, &shown)
}

fn list(world: &World, caller: &Caller) -> Reply {
    let consumer = consumer_of(caller);
    let own: Vec<Value> =
        world.events.subscriptions.iter().filter(|own| own.consumer == consumer).map(Subscription::shown).collect();
    Reply::ok(&json!({"count": own.len(), "subscriptions": own}))
}

/// One subscription, shown or deleted.
fn one(world: &mut World, caller: &Caller, id: &str, delete: bool) -> Reply {
    let Ok(id) = id.parse::<u64>() else {
        return Reply::empty(StatusCode::BAD_REQUEST).because("subscription: the id is not a number");
    };
    let Some(at) = world.events.subscriptions.iter().position(|own| own.id == id) else {
        return Reply::empty(StatusCode::NOT_FOUND).because("subscription: unknown");
    };
    let Some(subscription) = world.events.subscriptions.get(at) else { return Reply::empty(StatusCode::NOT_FOUND) };
    if subscription.consumer != consumer_of(caller) {
        return Reply::empty(StatusCode::FORBIDDEN).because("subscription: it belongs to another consumer");
    }
    let reply = Reply::ok(&subscription.shown());
    if delete {
        world.events.subscriptions.remove(at);
        return Reply::empty(StatusCode::OK);
    }
    reply
}

/// Keeps what is posted to an inbox.
fn receive(world: &mut World, call: &Call, name: &str) -> Reply {
    let Ok(event) = serde_json::from_slice::<Value>(&call.body) else {
        return Reply::empty(StatusCode::BAD_REQUEST).because("inbox: an event is JSON");
    };
    let inboxes = &mut world.events.inboxes;
    if inboxes.len() >= INBOX_LIMIT && !inboxes.contains_key(name) {
        return Reply::empty(StatusCode::INSUFFICIENT_STORAGE).because("inbox: there are too many");
    }
    let inbox = inboxes.entry(name.to_owned()).or_default();
    if inbox.len() >= INBOX_LIMIT {
        inbox.remove(0);
    }
    inbox.push(event);
    Reply::empty(StatusCode::OK)
}
