//! From an item's request to its exchange: variables, authorization, replays, events.

use std::rc::Rc;
use std::sync::Arc;

use bytes::Bytes;
use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;
use serde_json::{Value, json};

use super::flow::Tries;
use super::item::ItemRun;
use super::response::{cookie_value, error_value, script_response};
use super::retry::Retries;
use super::run::{Halt, Runner};
use super::state::{Lookup, NameLookup};
use crate::altinn::explain_exchange;
use crate::auth::{self, AuthState, SignContext};
use crate::collection::{AuthSpec, BodyMode, HeaderEntry, Request, Url};
use crate::config::Repeat;
use crate::event::{EventKind, Origin, RequestOutcome, Substitution, Warning};
use crate::http::client::Client;
use crate::http::cookies::CookieJar;
use crate::http::message::{Exchange, Header, RequestSpec, Response, SendError, SentRequest, Timings};
use crate::http::url::WireUrl;
use crate::plan::PlannedItem;
use crate::request::{Author, BuildOptions, Built, build, keeps_body, settings};
use crate::token::substitute::{Answer, Decision, LocalResponse};
use crate::token::{TokenError, Want};

/// What came of an item's request.
pub(super) struct Sent {
    /// The request with its variables filled in.
    pub(super) resolved: Rc<Request>,
    /// As sent.
    pub(super) request: Option<Arc<SentRequest>>,
    /// The exchange; `None` after an error.
    pub(super) exchange: Option<Rc<Exchange>>,
    /// The error.
    pub(super) error: Option<Arc<SendError>>,
    /// Known cause and mend of the answer.
    pub(super) explanation: Option<String>,
}

impl Sent {
    /// The URL that gave the last response.
    pub(super) fn last_url(&self) -> Option<WireUrl> {
        let exchange = self.exchange.as_ref()?;
        let request = exchange.hops.last().map_or(&exchange.request, |(request, _)| request);
        Some(request.url.clone())
    }

    /// The error's message.
    pub(super) fn error_message(&self) -> Option<String> {
        self.error.as_ref().map(|error| error.message.clone())
    }
}

/// A request on its way: filled in, with what reports are told beside the exchange.
struct Call<'a> {
    resolved: Rc<Request>,
    substitutions: Vec<Substitution>,
    repeat: Option<&'a Repeat>,
    /// Path of the request, as `postbud.yaml` names it.
    path: String,
}

impl Call<'_> {
    fn body(&self) -> Option<Arc<Value>> {
        self.resolved.body.as_ref().map(|body| Arc::new(body.to_value()))
    }

    fn auth(&self) -> Option<Arc<Value>> {
        self.resolved.auth.as_ref().map(|auth| Arc::new(auth.to_value()))
    }
}

impl Runner<'_> {
    /// Dynamic variables.
    pub(super) fn dynamic(&self) -> NameLookup {
        let values = Rc::clone(&self.dynamic_values);
        Rc::new(move |name| values.borrow_mut().generate(name))
    }

    /// Variables that a token takes the place of.
    pub(super) fn overrides(&self) -> NameLookup {
        let tokens = self.input.tokens.as_ref().map(|run| Rc::clone(&run.current));
        let vault = Rc::clone(&self.facts);
        if tokens.is_none() && vault.vault.is_none() {
            return Rc::new(|_| None);
        }
        Rc::new(move |name| {
            if let (Some(vault), Some(key)) = (&vault.vault, name.strip_prefix("vault:")) {
                return vault.get(key);
            }
            tokens.as_ref().and_then(|current| current.borrow().get(name).cloned())
        })
    }

    /// Fills in, builds, signs and sends an item's request.
    pub(super) async fn send_item(
        &mut self,
        item: &ItemRun<'_>,
        request: Request,
        mut substitutions: Vec<Substitution>,
    ) -> Result<Sent, Halt> {
        let planned = item.planned;
        let (auth, owner) = effective_auth(planned, request.auth.clone());
        let mut resolved = Request { auth, ..request };
        // Before variables are filled in: those of the authorization that is replaced need not be defined.
        if let Some(profile) = self.profile_for(planned, item.step) {
            match self.token(&profile, &Want::default()).await {
                Ok(token) => {
                    resolved.auth = Some(bearer(token.value.expose()));
                    let note = (!token.scopes.is_empty()).then(|| token.scopes.join(" "));
                    substitutions.push(Substitution { profile, how: "request", note });
                }
                Err(error) => return Ok(self.unsendable(&Rc::new(resolved), &error)),
            }
        }
        self.resolve(&mut resolved);
        let fetched = self.fill_oauth2(&mut resolved).await;
        let resolved = Rc::new(resolved);
        if let Err(error) = fetched {
            return Ok(self.unsent(&resolved, error));
        }
        self.emit(EventKind::RequestStarted { origin: Origin::Item });
        let options = self.build_options(&planned.behavior);
        let built = build(&resolved, &options);
        self.report_build_warnings(&built);
        let mut spec = built.spec;
        for (name, value) in &self.options.headers {
            spec.headers.push(Header::new(name, value));
        }
        let repeat = item.step.and_then(|step| step.repeat_until.as_ref());
        let mut call = Call { resolved, substitutions, repeat, path: super::flow::path_of(planned) };
        if let Some(rejection) = built.error {
            return Ok(self.failed(&call, rejected(rejection)));
        }
        match self.recognise(&spec, call.resolved.auth.as_ref()) {
            Some(Decision::Answer(answer)) => return Ok(self.answer(&mut call, &mut spec, &answer).await),
            Some(Decision::Send(why)) => self.warn("test-token", why),
            None => {}
        }
        let mut state = owner.as_ref().and_then(|owner| self.auth_states.remove(owner)).unwrap_or_default();
        let sent = self.sign_and_send(&call, &mut spec, &mut state).await;
        if let Some(owner) = owner {
            self.auth_states.insert(owner, state);
        }
        Ok(sent)
    }

    /// Answers a request for a token here, with a profile's token.
    async fn answer(&mut self, call: &mut Call<'_>, spec: &mut RequestSpec, answer: &Answer) -> Sent {
        let token = match &answer.token {
            Some((profile, want)) => match self.token(profile, want).await {
                Ok(token) => Some(token),
                Err(error) => return self.unsendable(&Rc::clone(&call.resolved), &error),
            },
            None => None,
        };
        let local = answer.respond(token.as_ref(), super::tokens::now());
        let profile = answer.profile().to_owned();
        call.substitutions.push(Substitution { profile, how: "answered", note: Some(answer.note.clone()) });
        let exchange = local_exchange(spec, &local);
        self.finish_request(call, Origin::Item, &exchange);
        Sent {
            resolved: Rc::clone(&call.resolved),
            request: Some(Arc::clone(&exchange.request)),
            exchange: Some(Rc::new(exchange)),
            error: None,
            explanation: None,
        }
    }

    /// A request whose token could not be got is not sent.
    fn unsendable(&mut self, resolved: &Rc<Request>, error: &TokenError) -> Sent {
        self.unsent(resolved, SendError { message: error.to_string(), ..SendError::default() })
    }

    /// A request that is not sent, for this reason.
    fn unsent(&mut self, resolved: &Rc<Request>, error: SendError) -> Sent {
        let call = Call { resolved: Rc::clone(resolved), substitutions: Vec::new(), repeat: None, path: String::new() };
        self.failed(&call, error)
    }

    /// The token of a variable could not be got: the item's request fails with the reason.
    pub(super) fn token_failed(&mut self, error: &TokenError) {
        let resolved = Rc::new(Request::default());
        self.unsendable(&resolved, error);
    }

    /// Fills in every variable of a request.
    fn resolve(&mut self, request: &mut Request) {
        let scopes = Rc::clone(&self.scopes);
        let scopes = scopes.borrow();
        let (overrides, dynamic) = (self.overrides(), self.dynamic());
        let row = self.row.clone();
        let lookup = Lookup { scopes: &scopes, row: row.as_deref(), overrides: &*overrides, dynamic: &*dynamic };
        let stack = lookup.stack();
        let mut unresolved = Vec::new();
        request.map_strings(&mut |text| {
            if !text.contains("{{") {
                return None;
            }
            let filled = stack.fill(text);
            for (start, end) in crate::variables::tokens(&filled) {
                unresolved.push(filled[start + 2..end - 2].to_owned());
            }
            Some(filled.into_owned())
        });
        for name in unresolved {
            if self.facts.unresolved.borrow_mut().insert(name.clone()) {
                let known = scopes.names().chain(row.iter().flat_map(|row| row.keys().map(String::as_str)));
                let near = near_name(&name, known).map(|near| format!("; did you mean {{{{{near}}}}}?"));
                let near = near.unwrap_or_default();
                self.warn(
                    "unresolved-variable",
                    format!("nothing defines {{{{{name}}}}}; it is sent as written{near}"),
                );
            }
        }
    }

    fn build_options(&self, behavior: &serde_json::Map<String, Value>) -> BuildOptions<'_> {
        BuildOptions {
            settings: settings(&self.options.settings, behavior),
            keep_body: keeps_body(behavior),
            author: Author::Collection,
            working_dir: self.options.working_dir.clone(),
            allow_outside_working_dir: self.options.read_outside,
            files: &self.options.files,
            user_agent: self.options.user_agent.clone(),
        }
    }

    fn report_build_warnings(&mut self, built: &Built) {
        for message in &built.warnings {
            self.emit(EventKind::ConsoleLogged { level: "warn".to_owned(), text: quoted(message) });
            self.warn("missing-file", message.clone());
        }
    }

    /// Signs, sends, and replays as long as the authorization answers a challenge.
    async fn sign_and_send(&mut self, call: &Call<'_>, spec: &mut RequestSpec, state: &mut AuthState) -> Sent {
        let auth = call.resolved.auth.clone();
        state.begin();
        if let Some(auth) = &auth {
            self.sign(auth, spec, state);
        }
        let mut tries = Tries::begin();
        let options = self.options;
        let mut retries = Retries::begin(options.retry.as_ref(), &call.path, &spec.method);
        loop {
            let (client, jar) = (Rc::clone(&self.client), Rc::clone(&self.jar));
            let answer = match self.stop.guard(client.send(spec, &jar)).await {
                Ok(answer) => answer,
                Err(reason) => {
                    self.stopped = Some(reason);
                    let message = "the run was ended before the response came".to_owned();
                    return self.failed(call, SendError { message, ..SendError::default() });
                }
            };
            if let Some((pause, why)) = retries.again(answer.as_ref()) {
                self.report_retry(call, answer, &why);
                if let Err(reason) = self.stop.guard(tokio::time::sleep(pause)).await {
                    self.stopped = Some(reason);
                }
                if let Some(auth) = &auth {
                    self.sign(auth, spec, state);
                }
                continue;
            }
            let exchange = match answer {
                Ok(exchange) => exchange,
                Err(error) => return self.failed(call, error),
            };
            let posted = auth
                .as_ref()
                .map(|auth| auth::post(auth, state, &exchange.response, &SignContext::system()))
                .unwrap_or_default();
            for warning in &posted.warnings {
                self.console_warn(warning);
            }
            if posted.replay {
                self.finish_request(call, Origin::Replay, &exchange);
                if let Some(auth) = &auth {
                    self.sign(auth, spec, state);
                }
                continue;
            }
            if let Some(repeat) = call.repeat {
                match tries.again(repeat, &exchange) {
                    Ok(false) => {}
                    Ok(true) => {
                        self.finish_request(call, Origin::Replay, &exchange);
                        if let Err(reason) = self.stop.guard(tokio::time::sleep(repeat.every)).await {
                            self.stopped = Some(reason);
                        }
                        continue;
                    }
                    Err(unmet) => self.report_unmet(unmet),
                }
            }
            let explanation = self.finish_request(call, Origin::Item, &exchange);
            return Sent {
                explanation,
                resolved: Rc::clone(&call.resolved),
                request: Some(Arc::clone(&exchange.request)),
                exchange: Some(Rc::new(exchange)),
                error: None,
            };
        }
    }

    fn sign(&mut self, auth: &AuthSpec, spec: &mut RequestSpec, state: &mut AuthState) {
        for warning in auth::sign(auth, state, spec, &SignContext::system()) {
            self.console_warn(&warning);
        }
    }

    fn console_warn(&mut self, message: &str) {
        self.emit(EventKind::ConsoleLogged { level: "warn".to_owned(), text: quoted(message) });
    }

    /// Reports a request that got a response; returns what the response means, where that is known.
    fn finish_request(&mut self, call: &Call<'_>, origin: Origin, exchange: &Exchange) -> Option<String> {
        let explanation =
            explain_exchange(&exchange.request, &exchange.response, super::tokens::now()).map(|e| e.to_string());
        let outcome = RequestOutcome {
            origin,
            request: Some(Arc::clone(&exchange.request)),
            body: call.body(),
            auth: call.auth(),
            result: Ok(Arc::clone(&exchange.response)),
            timings: exchange.timings,
            substitutions: call.substitutions.clone(),
            explanation: explanation.clone(),
        };
        self.emit(EventKind::RequestFinished(Arc::new(outcome)));
        explanation
    }

    /// Reports a try that is followed by another one.
    fn report_retry(&mut self, call: &Call<'_>, answer: Result<Exchange, SendError>, why: &str) {
        match answer {
            Ok(exchange) => {
                self.finish_request(call, Origin::Replay, &exchange);
            }
            Err(error) => self.lost(call, Origin::Replay, Arc::new(error)),
        }
        // Even where warnings are failures: what `retry:` asks for is none, and must be seen.
        let message = format!("{}: {why}; tried again", call.path);
        self.emit(EventKind::Warned(Warning { code: "retried", message }));
    }

    /// Reports a request that got none.
    fn failed(&mut self, call: &Call<'_>, error: SendError) -> Sent {
        let request = error.request.clone();
        let error = Arc::new(error);
        self.lost(call, Origin::Item, Arc::clone(&error));
        Sent { resolved: Rc::clone(&call.resolved), request, exchange: None, error: Some(error), explanation: None }
    }

    /// Tells of a request that got no answer.
    fn lost(&mut self, call: &Call<'_>, origin: Origin, error: Arc<SendError>) {
        let outcome = RequestOutcome {
            origin,
            request: error.request.clone(),
            body: call.body(),
            auth: call.auth(),
            result: Err(error),
            timings: Timings::default(),
            substitutions: call.substitutions.clone(),
            explanation: None,
        };
        self.emit(EventKind::RequestFinished(Arc::new(outcome)));
    }

    /// `pm.sendRequest`: same client, jar and settings of the run; no variables, no authorization of the item.
    pub(super) fn script_request(&mut self, arguments: &Value) -> LocalBoxFuture<'static, (Value, Vec<EventKind>)> {
        let request = Request::from_value(arguments);
        let mut options = self.build_options(&serde_json::Map::new());
        options.author = Author::Script;
        let built = build(&request, &options);
        for warning in &built.warnings {
            self.console_warn(warning);
        }
        let (client, jar) = (Rc::clone(&self.client), Rc::clone(&self.jar));
        async move {
            let mut answered = Vec::new();
            let answer = match built.error {
                Some(rejection) => Err(rejected(rejection)),
                None => send_signed(&client, &jar, request.auth.as_ref(), built.spec, &mut answered).await,
            };
            let mut outcome = RequestOutcome {
                origin: Origin::Script,
                request: None,
                body: request.body.as_ref().map(|body| Arc::new(body.to_value())),
                auth: None,
                result: Err(Arc::new(SendError::default())),
                timings: Timings::default(),
                substitutions: Vec::new(),
                explanation: None,
            };
            let value = match answer {
                Ok(exchange) => {
                    let cookies: Vec<Value> = jar.cookies_for(&exchange.request.url).iter().map(cookie_value).collect();
                    outcome.request = Some(Arc::clone(&exchange.request));
                    outcome.result = Ok(Arc::clone(&exchange.response));
                    outcome.timings = exchange.timings;
                    json!({"response": script_response(&exchange, &cookies)})
                }
                Err(error) => {
                    let value = json!({"error": error_value(&error)});
                    outcome.request.clone_from(&error.request);
                    outcome.result = Err(Arc::new(error));
                    value
                }
            };
            let replays = answered.into_iter().map(|exchange| RequestOutcome {
                request: Some(exchange.request),
                result: Ok(exchange.response),
                timings: exchange.timings,
                ..outcome.clone()
            });
            let events = replays.chain([outcome.clone()]);
            (value, events.map(|outcome| EventKind::RequestFinished(Arc::new(outcome))).collect())
        }
        .boxed_local()
    }
}

/// The authorization of an item, and the owner of its state where that outlives the item (digest on a folder or collection).
fn effective_auth(planned: &PlannedItem, own: Option<AuthSpec>) -> (Option<AuthSpec>, Option<Arc<str>>) {
    match (own, planned.auth.as_ref()) {
        (Some(own), _) => (Some(own), None),
        (None, Some(inherited)) if !inherited.own => (Some(inherited.spec.clone()), Some(Arc::clone(&inherited.owner))),
        (None, _) => (None, None),
    }
}

/// `Authorization: Bearer` with a token.
fn bearer(token: &str) -> AuthSpec {
    let mut params = serde_json::Map::new();
    params.insert("token".into(), token.into());
    AuthSpec { kind: "bearer".to_owned(), params }
}

/// The exchange of a request that was answered here.
fn local_exchange(spec: &RequestSpec, local: &LocalResponse) -> Exchange {
    let body = Bytes::copy_from_slice(local.body.expose().as_bytes());
    let headers =
        vec![Header::new("Content-Type", local.content_type), Header::new("Content-Length", body.len().to_string())];
    let size = body.len() as u64;
    Exchange {
        request: Arc::new(SentRequest {
            method: spec.method.clone(),
            url: spec.url.clone(),
            headers: spec.headers.clone(),
            body: spec.body.clone().unwrap_or_default(),
        }),
        response: Arc::new(Response {
            http_version: "1.1",
            code: local.status,
            reason: "OK".to_owned(),
            headers,
            body,
            header_size: 0,
            body_size: size,
            downloaded_size: 0,
        }),
        hops: Vec::new(),
        timings: Timings::default(),
    }
}

/// Signs and sends, and replays as long as the authorization answers a challenge. `answered` gets the exchanges before the last.
async fn send_signed(
    client: &Client,
    jar: &CookieJar,
    auth: Option<&AuthSpec>,
    mut spec: RequestSpec,
    answered: &mut Vec<Exchange>,
) -> Result<Exchange, SendError> {
    let Some(auth) = auth else { return client.send(&spec, jar).await };
    let mut state = AuthState::default();
    state.begin();
    loop {
        auth::sign(auth, &mut state, &mut spec, &SignContext::system());
        let exchange = client.send(&spec, jar).await?;
        if !auth::post(auth, &mut state, &exchange.response, &SignContext::system()).replay {
            return Ok(exchange);
        }
        answered.push(exchange);
    }
}

/// A request that could not be built, as an error of sending it.
fn rejected(rejection: crate::request::Rejection) -> SendError {
    SendError { message: rejection.message, code: rejection.code.map(str::to_owned), ..SendError::default() }
}

/// The request as test scripts see it: filled in, with every header that went out.
pub(super) fn request_as_sent(resolved: &Request, sent: Option<&SentRequest>, certificate: Option<&str>) -> Value {
    let mut request = resolved.clone();
    if let Some(sent) = sent {
        request.method.clone_from(&sent.method);
        request.url = Url::Text(sent.url.to_string());
        // newman lists the headers as they are written, then what was added; a form's type comes later there.
        let form = resolved.body.as_ref().is_some_and(|b| matches!(b.mode, BodyMode::Urlencoded | BodyMode::Formdata));
        let added: Vec<&Header> = sent
            .headers
            .iter()
            .filter(|h| h.system && !(form && h.name.eq_ignore_ascii_case("content-type")))
            .collect();
        request.headers.retain(|h| h.disabled || !added.iter().any(|other| other.name.eq_ignore_ascii_case(&h.key)));
        request.headers.extend(added.into_iter().map(|h| HeaderEntry {
            key: h.name.clone(),
            value: h.value.clone(),
            system: true,
            ..HeaderEntry::default()
        }));
    }
    let mut value = request.to_value();
    if let (Some(name), Some(map)) = (certificate, value.as_object_mut()) {
        map.insert("certificate".into(), json!({"name": name}));
    }
    value
}

/// A text as the console shows it.
pub(super) fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"))
}

/// A name that differs by a slip of the hand only.
fn near_name<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let far = if name.chars().count() < 5 { 1 } else { 2 };
    known
        .map(|other| (strsim::damerau_levenshtein(&name.to_lowercase(), &other.to_lowercase()), other))
        .filter(|(distance, _)| *distance <= far)
        .min()
        .map(|(_, other)| other)
}
