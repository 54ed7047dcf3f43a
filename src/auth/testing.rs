//! What the tests of all types share: a request, an authorization, and the wire form of what came out.

use std::collections::HashMap;

use serde_json::Value;

use super::{AuthState, Posted, SignContext};
use crate::collection::{AuthSpec, Request};
use crate::http::message::{Header, Response};
use crate::request::{BuildOptions, Built, build};

/// 2020-01-01T00:00:00Z, the time of the measured vectors.
pub(super) const NEW_YEAR: u64 = 1_577_836_800_000;

/// One request with one authorization.
pub(super) struct Case {
    request: Request,
    pub(super) auth: AuthSpec,
    pub(super) state: AuthState,
    pub(super) built: Built,
    pub(super) now_ms: u64,
}

impl Case {
    /// A GET.
    pub(super) fn new(url: &str, kind: &str, params: &Value) -> Self {
        Self::request(&serde_json::json!({"url": url}), kind, params)
    }

    /// Any request.
    pub(super) fn request(request: &Value, kind: &str, params: &Value) -> Self {
        let request = Request::from_value(request);
        let params = params.as_object().cloned().unwrap_or_default();
        let auth = AuthSpec { kind: kind.to_owned(), params };
        let built = built(&request);
        Self { request, auth, state: AuthState::default(), built, now_ms: NEW_YEAR }
    }

    /// Adds a header of the user.
    pub(super) fn header(&mut self, key: &str, value: &str) -> &mut Self {
        let entry = crate::collection::HeaderEntry { key: key.into(), value: value.into(), ..Default::default() };
        self.request.headers.push(entry);
        self.built = built(&self.request);
        self
    }

    /// The same item again, as in the next iteration: built anew, the state kept.
    pub(super) fn again(&mut self) -> &mut Self {
        self.state.begin();
        self.built = built(&self.request);
        self
    }

    /// Signs at new year 2020, every random byte zero.
    pub(super) fn sign(&mut self) -> Vec<String> {
        let context = SignContext { now_ms: self.now_ms, random: &|bytes| bytes.fill(0) };
        super::sign(&self.auth, &mut self.state, &mut self.built.spec, &context)
    }

    /// Shows a response.
    pub(super) fn post(&mut self, code: u16, headers: &[(&str, &str)]) -> Posted {
        let response = Response {
            http_version: "1.1",
            code,
            reason: String::new(),
            headers: headers.iter().map(|(name, value)| Header::new(*name, *value)).collect(),
            body: bytes::Bytes::new(),
            header_size: 0,
            body_size: 0,
            downloaded_size: 0,
        };
        let context = SignContext { now_ms: self.now_ms, random: &|bytes| bytes.fill(0) };
        super::post(&self.auth, &mut self.state, &response, &context)
    }

    /// The value of a header.
    pub(super) fn value(&self, name: &str) -> Option<&str> {
        crate::http::message::header(&self.built.spec.headers, name)
    }

    /// Headers that are neither the user's nor the usual system ones.
    pub(super) fn added(&self) -> String {
        let lines: Vec<String> = self
            .built
            .spec
            .headers
            .iter()
            .filter(|h| h.system && !SYSTEM.contains(&h.name.as_str()))
            .map(|h| format!("{}: {}", h.name, h.value))
            .collect();
        lines.join(" | ")
    }

    /// Request line and headers as in the list of probes: `SYS` for the seven of the system.
    pub(super) fn wire(&self) -> String {
        crate::request::wire_form(&self.built.spec)
    }
}

const SYSTEM: [&str; 7] =
    ["User-Agent", "Accept", "Cache-Control", "Postman-Token", "Host", "Accept-Encoding", "Connection"];

fn built(request: &Request) -> Built {
    let files = HashMap::new();
    build(request, &BuildOptions::new(&files))
}
