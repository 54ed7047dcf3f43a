//! What a script may read of the run, given on first touch.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use serde_json::{Value, json};

use super::response::{cookie_value, response_value};
use super::state::{NameLookup, Scopes, SharedScopes};
use crate::environment::data::Row;
use crate::http::cookies::CookieJar;
use crate::http::message::{Exchange, Response};
use crate::http::url::WireUrl;
use crate::script::ScriptHost;
use crate::variables::Scope;

/// What the scripts of one phase of one item see.
pub(super) struct ItemHost {
    pub(super) scopes: SharedScopes,
    pub(super) row: Option<Arc<Row>>,
    /// The request in v2.1 form; made when a script first asks.
    pub(super) request: RefCell<RequestSource>,
    /// The exchange, in test scripts after a response.
    pub(super) exchange: Option<Rc<Exchange>>,
    /// URL and jar for `pm.cookies`, in test scripts.
    pub(super) cookies: Option<(WireUrl, Rc<CookieJar>)>,
    pub(super) dynamic: NameLookup,
    pub(super) overrides: NameLookup,
}

/// The request as JSON, or how to make it.
pub(super) enum RequestSource {
    Ready(Arc<Value>),
    Later(Box<dyn Fn() -> Value>),
}

impl ItemHost {
    fn response_body(&self) -> Option<&Response> {
        self.exchange.as_deref().map(|exchange| &*exchange.response)
    }

    fn scope_values(scope: &Scope, overrides: &dyn Fn(&str) -> Option<String>) -> String {
        let mut values = scope.to_values(None);
        // Substituted variables read as the profile's token, whatever a script stored there.
        if let Value::Array(entries) = &mut values {
            for entry in entries {
                let token = entry.get("key").and_then(Value::as_str).and_then(overrides);
                if let (Some(token), Some(map)) = (token, entry.as_object_mut()) {
                    map.insert("value".into(), token.into());
                }
            }
        }
        values.to_string()
    }
}

impl ScriptHost for ItemHost {
    fn scope(&self, name: &str) -> String {
        if name == "iterationData" {
            return self.row.as_deref().map_or_else(|| "{}".to_owned(), |row| json!(row).to_string());
        }
        let mut scopes = self.scopes.borrow_mut();
        scopes.by_name(name).map_or_else(|| "[]".to_owned(), |scope| Self::scope_values(scope, &*self.overrides))
    }

    fn scope_meta(&self, name: &str) -> String {
        let mut scopes: std::cell::RefMut<'_, Scopes> = self.scopes.borrow_mut();
        let scope = scopes.by_name(name);
        let (id, label) = scope.map(|scope| (scope.id.clone(), scope.name.clone())).unwrap_or_default();
        json!({"id": id, "name": label}).to_string()
    }

    fn request(&self) -> String {
        let mut source = self.request.borrow_mut();
        if let RequestSource::Later(make) = &*source {
            *source = RequestSource::Ready(Arc::new(make()));
        }
        match &*source {
            RequestSource::Ready(value) => value.to_string(),
            RequestSource::Later(_) => "null".to_owned(),
        }
    }

    fn response(&self) -> String {
        let Some(exchange) = &self.exchange else { return "null".to_owned() };
        let cookies: Vec<Value> = self
            .cookies
            .as_ref()
            .map(|(url, jar)| jar.cookies_for(url).iter().map(cookie_value).collect())
            .unwrap_or_default();
        response_value(exchange, &cookies).to_string()
    }

    fn body_text(&self) -> String {
        self.response_body().map(crate::http::charset::text_of).unwrap_or_default()
    }

    fn body_bytes(&self) -> Vec<u8> {
        self.response_body().map(|response| response.body.to_vec()).unwrap_or_default()
    }

    fn dynamic(&self, name: &str) -> Option<String> {
        (self.dynamic)(name)
    }
}
