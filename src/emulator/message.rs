//! A call as the services see it, and the answer they give. No sockets here.

use axum::body::Bytes;
use axum::http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderName};
use axum::http::{HeaderMap, Method, StatusCode};
use percent_encoding::percent_decode_str;
use serde_json::Value;

use super::hosts::Route;

/// One part of a multipart body.
#[derive(Debug, Clone)]
pub(super) struct Part {
    /// The field's name.
    pub(super) name: String,
    /// The file name; parts without one are text fields.
    pub(super) file_name: Option<String>,
    /// The content.
    pub(super) bytes: Bytes,
}

/// A request, read to its end.
#[derive(Debug)]
pub(super) struct Call {
    /// The method.
    pub(super) method: Method,
    /// Host, service and environment.
    pub(super) route: Route,
    /// The decoded segments of the path, in lower case: what is matched.
    pub(super) segments: Vec<String>,
    /// The decoded segments of the path as written.
    pub(super) path: Vec<String>,
    /// The decoded query.
    pub(super) query: Vec<(String, String)>,
    /// The headers.
    pub(super) headers: HeaderMap,
    /// The body.
    pub(super) body: Bytes,
    /// The parts of a multipart body, or why it could not be read.
    pub(super) parts: Option<Result<Vec<Part>, String>>,
}

impl Call {
    /// A header's text; `None` if absent or not text.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// The first query parameter with this name, in any case.
    pub(super) fn query(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// The credentials of an `Authorization` header with this scheme.
    pub(super) fn credentials(&self, scheme: &str) -> Option<&str> {
        let value = self.headers.get(AUTHORIZATION)?.to_str().ok()?.trim();
        let (found, credentials) = value.split_once(' ')?;
        found.eq_ignore_ascii_case(scheme).then(|| credentials.trim())
    }

    /// The media type of the body, without parameters, in lower case; empty if there is none.
    pub(super) fn media_type(&self) -> String {
        let value = self.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
    }

    /// The media types the caller accepts, in lower case; empty if it does not say.
    pub(super) fn accepted(&self) -> Vec<String> {
        let values = self.headers.get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok());
        let types = values.flat_map(|value| value.split(','));
        let types = types.map(|item| item.split(';').next().unwrap_or_default().trim().to_ascii_lowercase());
        types.filter(|item| !item.is_empty()).collect()
    }

    /// Whether the caller asks for this media type by name.
    pub(super) fn accepts_exactly(&self, media_type: &str) -> bool {
        self.accepted().iter().any(|item| item == media_type)
    }
}

/// Splits a path into decoded segments; one closing slash does not count.
pub(super) fn segments(path: &str) -> Vec<String> {
    let path = path.strip_prefix('/').unwrap_or(path);
    let path = path.strip_suffix('/').unwrap_or(path);
    path.split('/').map(|segment| percent_decode_str(segment).decode_utf8_lossy().into_owned()).collect()
}

/// Reads `application/x-www-form-urlencoded` text, which is also how a query is written.
pub(super) fn form(text: &str) -> Vec<(String, String)> {
    let decode = |part: &str| percent_decode_str(&part.replace('+', " ")).decode_utf8_lossy().into_owned();
    text.split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(name, value)| (decode(name), decode(value)))
        .collect()
}

/// An answer.
#[derive(Debug)]
pub(super) struct Reply {
    /// The status.
    pub(super) status: StatusCode,
    /// The headers.
    pub(super) headers: Vec<(HeaderName, String)>,
    /// The body.
    pub(super) body: Bytes,
    /// Which check refused the call, and why.
    pub(super) refused: Option<String>,
}

impl Reply {
    /// An answer without a body.
    pub(super) fn empty(status: StatusCode) -> Self {
        Self { status, headers: Vec::new(), body: Bytes::new(), refused: None }
    }

    /// An answer with bytes of some type.
    pub(super) fn bytes(status: StatusCode, media_type: &str, body: impl Into<Bytes>) -> Self {
        let mut reply = Self::empty(status).header(CONTENT_TYPE, media_type);
        reply.body = body.into();
        reply
    }

    /// An answer with plain text.
    pub(super) fn text(status: StatusCode, body: impl Into<String>) -> Self {
        Self::bytes(status, "text/plain; charset=utf-8", body.into())
    }

    /// An answer with JSON.
    pub(super) fn json(status: StatusCode, body: &Value) -> Self {
        Self::bytes(status, "application/json; charset=utf-8", body.to_string())
    }

    /// 200 with JSON.
    pub(super) fn ok(body: &Value) -> Self {
        Self::json(StatusCode::OK, body)
    }

    /// Adds a header.
    pub(super) fn header(mut self, name: HeaderName, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// Says which check refused the call, and why.
    pub(super) fn because(mut self, reason: impl Into<String>) -> Self {
        self.refused = Some(reason.into());
        self
    }
}

/// A path that nothing answers.
pub(super) fn no_such_path() -> Reply {
    Reply::empty(StatusCode::NOT_FOUND).because("path: nothing is served here")
}

/// A path that is served, with another method.
pub(super) fn wrong_method(allowed: &str) -> Reply {
    Reply::empty(StatusCode::METHOD_NOT_ALLOWED)
        .header(axum::http::header::ALLOW, allowed)
        .because(format!("method: this path takes {allowed}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_keep_empty_segments_inside_and_lose_one_at_the_end() {
        assert_eq!(segments("/a//b%20c/"), ["a", "", "b c"]);
        assert_eq!(segments("/"), [""]);
    }

    #[test]
    fn forms_are_decoded() {
        let expected = [("a".to_owned(), "1 2".to_owned()), ("b".to_owned(), String::new())];
        assert_eq!(form("a=1+2&&b"), expected);
        assert_eq!(form("x=%"), [("x".to_owned(), "%".to_owned())]);
    }
}
