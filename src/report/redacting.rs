//! Redaction of events, before any reporter sees them.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use bytes::Bytes;
use serde_json::Value;

use crate::event::message::{Header, Response, SendError, SentRequest};
use crate::event::url::WireUrl;
use crate::event::{
    Assertion, Compared, Event, EventKind, ItemInfo, RequestOutcome, RunEnd, RunInfo, ScriptError, Substitution,
    Warning,
};
use crate::secret::Redactor;

/// Items remembered: more than a collection has, and a bound where each execution brings an item of its own.
const ITEMS: usize = 20_000;

/// Redacts owned events; what is shared and has no secret stays shared.
pub(super) struct Redacting {
    redactor: Redactor,
    /// Whether a report shows the collection and the items as authored.
    pub(super) sources: bool,
    /// Items by the address of the original (kept alive beside it), and the version of the redactor they were made with.
    items: HashMap<usize, (Arc<ItemInfo>, u64, Arc<ItemInfo>)>,
}

impl Redacting {
    pub(super) fn new(redactor: Redactor) -> Self {
        Self { redactor, sources: false, items: HashMap::new() }
    }

    /// Redacts an event. Without `bodies` the bodies of messages are left out instead.
    pub(super) fn event(&mut self, mut event: Event, bodies: bool) -> Event {
        if !self.redactor.is_on() {
            return event;
        }
        event.cursor.item = event.cursor.item.take().map(|item| self.item(item));
        event.kind = self.kind(event.kind, bodies);
        event
    }

    fn kind(&self, kind: EventKind, bodies: bool) -> EventKind {
        match kind {
            EventKind::RunStarted(info) => EventKind::RunStarted(self.info(&info)),
            EventKind::RunFinished(end) => EventKind::RunFinished(Arc::new(RunEnd {
                environment: self.json(&end.environment),
                globals: self.json(&end.globals),
                error: end.error.clone().map(|text| self.text(text)),
                interrupted: end.interrupted,
            })),
            EventKind::ScriptStarted { phase, owner } => EventKind::ScriptStarted { phase, owner: self.text(owner) },
            EventKind::ScriptFinished { phase, owner, duration, error } => EventKind::ScriptFinished {
                phase,
                owner: self.text(owner),
                duration,
                error: error.map(|error| self.script_error(error)),
            },
            EventKind::RequestFinished(outcome) => EventKind::RequestFinished(self.outcome(&outcome, bodies)),
            EventKind::AssertionEvaluated(assertion) => EventKind::AssertionEvaluated(Assertion {
                name: self.text(assertion.name),
                error: assertion.error.map(|error| self.script_error(error)),
                ..assertion
            }),
            EventKind::ConsoleLogged { level, text } => EventKind::ConsoleLogged { level, text: self.text(text) },
            EventKind::ExceptionRaised(error) => EventKind::ExceptionRaised(self.script_error(error)),
            EventKind::NextRequestSet(next) => EventKind::NextRequestSet(next.map(|next| self.text(next))),
            EventKind::Warned(warning) => EventKind::Warned(Warning { message: self.text(warning.message), ..warning }),
            EventKind::IterationStarted
            | EventKind::IterationFinished { .. }
            | EventKind::ItemStarted
            | EventKind::ItemFinished { .. }
            | EventKind::RequestStarted { .. } => kind,
        }
    }

    fn text(&self, text: String) -> String {
        match self.redactor.redact(&text) {
            Cow::Owned(masked) => masked,
            Cow::Borrowed(_) => text,
        }
    }

    fn json(&self, value: &Arc<Value>) -> Arc<Value> {
        let mut copy = Value::clone(value);
        self.redactor.json(&mut copy);
        Arc::new(copy)
    }

    /// What was authored, where a report shows it; nothing otherwise, rather than something that was not redacted.
    fn source(&self, value: &Arc<Value>) -> Arc<Value> {
        if self.sources { self.json(value) } else { Arc::default() }
    }

    fn info(&self, info: &Arc<RunInfo>) -> Arc<RunInfo> {
        let mut info = RunInfo::clone(info);
        info.collection_name = self.text(info.collection_name);
        info.environment_name = info.environment_name.map(|name| self.text(name));
        info.collection = self.source(&info.collection);
        Arc::new(info)
    }

    fn item(&mut self, item: Arc<ItemInfo>) -> Arc<ItemInfo> {
        let version = self.redactor.version();
        let address = Arc::as_ptr(&item) as usize;
        if let Some((_, made, redacted)) = self.items.get(&address)
            && *made == version
        {
            return Arc::clone(redacted);
        }
        let redacted = Arc::new(ItemInfo {
            id: item.id.clone(),
            name: self.text(item.name.clone()),
            folders: item.folders.iter().map(|name| self.text(name.clone())).collect(),
            folder_id: item.folder_id.clone(),
            source: self.source(&item.source),
        });
        if self.items.len() >= ITEMS {
            self.items.clear();
        }
        self.items.insert(address, (item, version, Arc::clone(&redacted)));
        redacted
    }

    fn script_error(&self, error: ScriptError) -> ScriptError {
        ScriptError {
            name: error.name,
            message: error.message.map(|text| self.text(text)),
            stack: error.stack.map(|text| self.text(text)),
            compared: error.compared.as_ref().map(|sides| self.compared(sides)),
            ..error
        }
    }

    fn compared(&self, sides: &Compared) -> Arc<Compared> {
        let mut sides = sides.clone();
        self.redactor.json(&mut sides.actual);
        self.redactor.json(&mut sides.expected);
        Arc::new(sides)
    }

    /// Redacts a finished request; without `bodies` they are left out.
    pub(super) fn outcome(&self, outcome: &Arc<RequestOutcome>, bodies: bool) -> Arc<RequestOutcome> {
        if !self.redactor.is_on() {
            return Arc::clone(outcome);
        }
        Arc::new(RequestOutcome {
            origin: outcome.origin,
            request: outcome.request.as_ref().map(|request| self.request(request, bodies)),
            body: outcome.body.as_ref().filter(|_| bodies).map(|body| self.json(body)),
            auth: outcome.auth.as_ref().filter(|_| bodies).map(|auth| self.json(auth)),
            result: match &outcome.result {
                Ok(response) => Ok(self.response(response, bodies)),
                Err(error) => Err(self.send_error(error, bodies)),
            },
            timings: outcome.timings,
            substitutions: outcome
                .substitutions
                .iter()
                .map(|s| Substitution {
                    profile: s.profile.clone(),
                    how: s.how,
                    note: s.note.clone().map(|note| self.text(note)),
                })
                .collect(),
            explanation: outcome.explanation.clone().map(|text| self.text(text)),
        })
    }

    fn request(&self, request: &SentRequest, bodies: bool) -> Arc<SentRequest> {
        Arc::new(SentRequest {
            method: request.method.clone(),
            url: self.url(&request.url),
            headers: self.headers(&request.headers),
            body: self.body(&request.body, bodies),
        })
    }

    fn response(&self, response: &Response, bodies: bool) -> Arc<Response> {
        Arc::new(Response {
            headers: self.headers(&response.headers),
            body: self.body(&response.body, bodies),
            ..response.clone()
        })
    }

    fn send_error(&self, error: &SendError, bodies: bool) -> Arc<SendError> {
        Arc::new(SendError {
            message: self.text(error.message.clone()),
            hint: error.hint.clone().map(|text| self.text(text)),
            request: error.request.as_ref().map(|request| self.request(request, bodies)),
            ..error.clone()
        })
    }

    fn url(&self, url: &WireUrl) -> WireUrl {
        WireUrl {
            userinfo: url.userinfo.as_ref().map(|(user, password)| {
                let shown = if password.is_empty() { String::new() } else { crate::secret::MASK.to_owned() };
                (self.text(user.clone()), shown)
            }),
            path: self.text(url.path.clone()),
            query: url.query.clone().map(|query| self.text(query)),
            fragment: url.fragment.clone().map(|fragment| self.text(fragment)),
            ..url.clone()
        }
    }

    fn headers(&self, headers: &[Header]) -> Vec<Header> {
        headers
            .iter()
            .map(|h| Header {
                name: h.name.clone(),
                value: self.redactor.header(&h.name, &h.value).into_owned(),
                system: h.system,
            })
            .collect()
    }

    fn body(&self, body: &Bytes, bodies: bool) -> Bytes {
        if !bodies {
            return Bytes::new();
        }
        self.redactor.bytes(body).map_or_else(|| body.clone(), Bytes::from)
    }
}
