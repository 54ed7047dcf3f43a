//! One item: pre-request scripts, the request, test scripts.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use super::host::{ItemHost, RequestSource};
use super::run::{Halt, Runner};
use super::send::Sent;
use crate::collection::Request;
use crate::config::Step;
use crate::event::{EventKind, Phase};
use crate::plan::PlannedItem;

/// An item while it runs.
pub(super) struct ItemRun<'a> {
    pub(super) planned: &'a PlannedItem,
    /// The step of a flow that this is.
    pub(super) step: Option<&'a Step>,
}

/// What comes after an item.
#[derive(Debug)]
pub(super) enum ItemEnd {
    /// The next in the list.
    Next,
    /// `setNextRequest`.
    Jump(Option<String>),
    /// `--bail`.
    Bail,
    /// `--bail folder`: the run cannot go on.
    Fatal(String),
}

impl Runner<'_> {
    /// Runs one item and reports it; every start has its end, whatever happens between.
    pub(super) async fn run_item(&mut self, item: &ItemRun<'_>) -> Result<ItemEnd, Halt> {
        self.emit(EventKind::ItemStarted);
        // Reports place warnings in items: those about the inputs stand in the first.
        for (code, message) in std::mem::take(&mut self.input.warnings) {
            self.warn(code, message);
        }
        let mut skipped = false;
        let end = self.item_steps(item, &mut skipped).await;
        if let Ok(ItemEnd::Jump(Some(name))) = &end
            && super::run::find(&self.input.plan.items, name).is_none()
        {
            let message = format!("setNextRequest(\"{name}\") names no request of this run; the iteration ends");
            self.warn("unknown-next-request", message);
        }
        self.emit(EventKind::ItemFinished { skipped });
        end
    }

    async fn item_steps(&mut self, item: &ItemRun<'_>, skipped: &mut bool) -> Result<ItemEnd, Halt> {
        if !self.options.delay.is_zero() {
            let delay = tokio::time::sleep(self.options.delay);
            if let Err(reason) = self.stop.guard(delay).await {
                self.stopped = Some(reason);
                return Ok(ItemEnd::Bail);
            }
        }
        let planned = item.planned;
        for (key, value) in item.step.iter().flat_map(|step| &step.variables) {
            self.scopes.borrow_mut().local.set(key, value.clone());
        }
        let variables = match self.refresh_variables(planned).await {
            Ok(used) => used,
            Err(error) => {
                self.token_failed(&error);
                return Ok(if self.options.bail.failure { ItemEnd::Bail } else { ItemEnd::Next });
            }
        };
        let host = Rc::new(self.prerequest_host(planned));
        let before = self.run_phase(item, Phase::Prerequest, &planned.prerequest, &host, false).await?;
        let mut next = before.next_request;
        if self.stopped.is_some() {
            return Ok(ItemEnd::Bail);
        }
        if before.skipped {
            *skipped = true;
            return Ok(next.map_or(ItemEnd::Next, ItemEnd::Jump));
        }
        if let Some(message) = before.fatal.filter(|_| self.options.bail.folder) {
            return Ok(ItemEnd::Fatal(message));
        }
        if before.failed && self.options.bail.failure {
            return Ok(ItemEnd::Bail);
        }
        let request = match &before.request {
            Some(changed) => merge_request(&planned.item.request, changed),
            None => planned.item.request.clone(),
        };
        let sent = self.send_item(item, request, variables).await?;
        if self.stopped.is_some() {
            return Ok(ItemEnd::Bail);
        }
        if let Some(message) = sent.error_message().filter(|_| self.options.bail.folder) {
            return Ok(ItemEnd::Fatal(message));
        }
        let request_failed = sent.exchange.is_none();
        if request_failed && self.options.bail.failure {
            return Ok(ItemEnd::Bail);
        }
        let host = Rc::new(self.test_host(&sent));
        let after = self.run_phase(item, Phase::Test, &planned.test, &host, request_failed).await?;
        let expected = self.evaluate_expectations(planned, &sent, before.assertions + after.assertions);
        if let Some(name) = after.next_request {
            next = Some(name);
        }
        if let Some(message) = after.fatal.filter(|_| self.options.bail.folder) {
            return Ok(ItemEnd::Fatal(message));
        }
        if (after.failed || !expected) && self.options.bail.failure {
            return Ok(ItemEnd::Bail);
        }
        Ok(next.map_or(ItemEnd::Next, ItemEnd::Jump))
    }

    pub(super) fn prerequest_host(&self, planned: &PlannedItem) -> ItemHost {
        let source = Arc::clone(&planned.item);
        ItemHost {
            scopes: Rc::clone(&self.scopes),
            row: self.row.clone(),
            request: RefCell::new(RequestSource::Later(Box::new(move || source.request.to_value()))),
            exchange: None,
            cookies: None,
            dynamic: self.dynamic(),
            overrides: self.overrides(),
        }
    }

    pub(super) fn test_host(&self, sent: &Sent) -> ItemHost {
        let (resolved, request) = (Rc::clone(&sent.resolved), sent.request.clone());
        let certificate = request.as_ref().and_then(|sent| self.client.certificate_name(&sent.url)).map(str::to_owned);
        ItemHost {
            scopes: Rc::clone(&self.scopes),
            row: self.row.clone(),
            request: RefCell::new(RequestSource::Later(Box::new(move || {
                super::send::request_as_sent(&resolved, request.as_deref(), certificate.as_deref())
            }))),
            exchange: sent.exchange.clone(),
            // Cookies are those of where the redirects ended.
            cookies: sent.last_url().map(|url| (url, Rc::clone(&self.jar))),
            dynamic: self.dynamic(),
            overrides: self.overrides(),
        }
    }
}

/// The request after pre-request scripts: what they left of url, method, headers, body and auth replaces the item's.
pub(super) fn merge_request(original: &Request, changed: &serde_json::Value) -> Request {
    let Some(map) = changed.as_object() else { return original.clone() };
    let read = Request::from_value(changed);
    let has = |key: &str| map.contains_key(key);
    let set = |key: &str| map.get(key).is_some_and(|value| !value.is_null());
    Request {
        method: if has("method") { read.method } else { original.method.clone() },
        url: if has("url") { read.url } else { original.url.clone() },
        headers: if has("header") { read.headers } else { Vec::new() },
        body: if has("body") { read.body } else { original.body.clone() },
        auth: if set("auth") { read.auth } else { original.auth.clone() },
        proxy: original.proxy.clone(),
        description: original.description.clone(),
    }
}
