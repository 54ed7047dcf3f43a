//! The shape of a line.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use serde::{Deserialize, Serialize};

use crate::event::message::{Header, Response, SendError, SentRequest, Timings};
use crate::event::url::WireUrl;
use crate::event::{Compared, ScriptError};

/// A body: text where it is text.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum Body {
    Text(String),
    Base64(String),
}

impl Body {
    pub(super) fn of(bytes: &Bytes) -> Option<Self> {
        if bytes.is_empty() {
            return None;
        }
        Some(
            std::str::from_utf8(bytes)
                .map_or_else(|_| Self::Base64(STANDARD.encode(bytes)), |text| Self::Text(text.to_owned())),
        )
    }

    pub(super) fn bytes(body: Option<Self>) -> Bytes {
        match body {
            None => Bytes::new(),
            Some(Self::Text(text)) => Bytes::from(text),
            Some(Self::Base64(text)) => STANDARD.decode(text).map(Bytes::from).unwrap_or_default(),
        }
    }
}

#[derive(Serialize, Deserialize)]
pub(super) struct WireHeader {
    key: String,
    value: String,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    system: bool,
}

fn headers(headers: &[Header]) -> Vec<WireHeader> {
    headers.iter().map(|h| WireHeader { key: h.name.clone(), value: h.value.clone(), system: h.system }).collect()
}

fn from_headers(headers: Vec<WireHeader>) -> Vec<Header> {
    headers.into_iter().map(|h| Header { name: h.key, value: h.value, system: h.system }).collect()
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct WireRequest {
    method: String,
    protocol: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    userinfo: Option<(String, String)>,
    host: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    port: Option<String>,
    path: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    query: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hash: Option<String>,
    header: Vec<WireHeader>,
    #[serde(skip_serializing_if = "Option::is_none")]
    body: Option<Body>,
}

impl From<&SentRequest> for WireRequest {
    fn from(request: &SentRequest) -> Self {
        let url = &request.url;
        Self {
            method: request.method.clone(),
            protocol: url.scheme.clone(),
            userinfo: url.userinfo.clone(),
            host: url.host.clone(),
            port: url.port.clone(),
            path: url.path.clone(),
            query: url.query.clone(),
            hash: url.fragment.clone(),
            header: headers(&request.headers),
            body: Body::of(&request.body),
        }
    }
}

impl From<WireRequest> for SentRequest {
    fn from(wire: WireRequest) -> Self {
        Self {
            method: wire.method,
            url: WireUrl {
                scheme: wire.protocol,
                userinfo: wire.userinfo,
                host: wire.host,
                port: wire.port,
                path: wire.path,
                query: wire.query,
                fragment: wire.hash,
            },
            headers: from_headers(wire.header),
            body: Body::bytes(wire.body),
        }
    }
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct WireResponse {
    http_version: String,
    code: u16,
    status: String,
    header: Vec<WireHeader>,
    #[serde(skip_serializing_if = "Option::is_none")]
    body: Option<Body>,
    header_size: u64,
    body_size: u64,
    downloaded_size: u64,
}

impl From<&Response> for WireResponse {
    fn from(response: &Response) -> Self {
        Self {
            http_version: response.http_version.to_owned(),
            code: response.code,
            status: response.reason.clone(),
            header: headers(&response.headers),
            body: Body::of(&response.body),
            header_size: response.header_size,
            body_size: response.body_size,
            downloaded_size: response.downloaded_size,
        }
    }
}

impl From<WireResponse> for Response {
    fn from(wire: WireResponse) -> Self {
        Self {
            http_version: fixed(&wire.http_version),
            code: wire.code,
            reason: wire.status,
            headers: from_headers(wire.header),
            body: Body::bytes(wire.body),
            header_size: wire.header_size,
            body_size: wire.body_size,
            downloaded_size: wire.downloaded_size,
        }
    }
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct WireSendError {
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    errno: Option<i32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    syscall: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    port: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    request: Option<WireRequest>,
}

impl From<&SendError> for WireSendError {
    fn from(error: &SendError) -> Self {
        Self {
            message: error.message.clone(),
            code: error.code.clone(),
            errno: error.errno,
            syscall: error.syscall.clone(),
            address: error.address.clone(),
            port: error.port,
            hint: error.hint.clone(),
            request: error.request.as_ref().map(|request| WireRequest::from(&**request)),
        }
    }
}

impl From<WireSendError> for SendError {
    fn from(wire: WireSendError) -> Self {
        Self {
            message: wire.message,
            code: wire.code,
            errno: wire.errno,
            syscall: wire.syscall,
            address: wire.address,
            port: wire.port,
            hint: wire.hint,
            request: wire.request.map(|request| std::sync::Arc::new(request.into())),
        }
    }
}

/// Microseconds.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct WireTimings {
    dns: u64,
    connect: u64,
    tls: u64,
    first_byte: u64,
    download: u64,
    total: u64,
}

pub(super) fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}

impl From<&Timings> for WireTimings {
    fn from(t: &Timings) -> Self {
        let [dns, connect, tls, first_byte, download, total] =
            [t.dns, t.connect, t.tls, t.first_byte, t.download, t.total].map(micros);
        Self { dns, connect, tls, first_byte, download, total }
    }
}

impl From<WireTimings> for Timings {
    fn from(t: WireTimings) -> Self {
        let [dns, connect, tls, first_byte, download, total] =
            [t.dns, t.connect, t.tls, t.first_byte, t.download, t.total].map(Duration::from_micros);
        Self { dns, connect, tls, first_byte, download, total }
    }
}

#[derive(Serialize, Deserialize)]
pub(super) struct WireError {
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stack: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<u32>,
    /// What was there, and what should have been.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    compared: Option<(serde_json::Value, serde_json::Value)>,
}

impl From<&ScriptError> for WireError {
    fn from(e: &ScriptError) -> Self {
        Self {
            name: e.name.clone(),
            message: e.message.clone(),
            stack: e.stack.clone(),
            line: e.line,
            column: e.column,
            compared: e.compared.as_ref().map(|sides| (sides.actual.clone(), sides.expected.clone())),
        }
    }
}

impl From<WireError> for ScriptError {
    fn from(e: WireError) -> Self {
        Self {
            name: e.name,
            message: e.message,
            stack: e.stack,
            line: e.line,
            column: e.column,
            compared: e.compared.map(|(actual, expected)| Arc::new(Compared { actual, expected })),
        }
    }
}

/// The one copy of a word that events hold as a constant of the program. A journal has only a handful of different ones; more
/// than that (of a file that is no journal of ours) are one word.
pub(super) fn fixed(word: &str) -> &'static str {
    const AT_MOST: usize = 256;
    static WORDS: Mutex<Option<HashSet<&'static str>>> = Mutex::new(None);
    let mut words = WORDS.lock().unwrap_or_else(PoisonError::into_inner);
    let words = words.get_or_insert_default();
    if let Some(known) = words.get(word) {
        return known;
    }
    if words.len() >= AT_MOST {
        return "other";
    }
    let word: &'static str = Box::leak(word.to_owned().into_boxed_str());
    words.insert(word);
    word
}
