//! What goes on the wire: the given headers merged, the ones the client adds, in Postman's order and bytes.

use bytes::Bytes;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::cookies::CookieJar;
use super::message::{BodyKind, Header, RequestSpec, SendError, SentRequest};
use super::url::WireUrl;

/// One hop of a request in the making.
pub(super) struct Outgoing {
    pub(super) request: SentRequest,
    pub(super) kind: BodyKind,
    /// `Cookie` as the user gave it, to which every hop adds the jar's.
    pub(super) own_cookie: Option<String>,
    /// The spelling of `Host` to use when it is made again.
    pub(super) host_name: String,
    /// `Content-Type` to append where there is none.
    pub(super) content_type: Option<String>,
}

impl Outgoing {
    /// The first hop, without what the client appends.
    pub(super) fn new(spec: &RequestSpec) -> Self {
        let headers = merge(&spec.headers);
        let own_cookie = find(&headers, "cookie").map(|at| headers[at].value.clone());
        let host_name = find(&headers, "host").map_or_else(|| "Host".to_owned(), |at| headers[at].name.clone());
        let body = spec.body.clone().unwrap_or_default();
        let no_body = body.is_empty()
            && !(spec.body_kind == BodyKind::File && spec.body.is_some() && spec.content_type.is_some());
        Self {
            request: SentRequest { method: spec.method.clone(), url: spec.url.clone(), headers, body },
            kind: if no_body { BodyKind::None } else { spec.body_kind },
            own_cookie,
            host_name,
            content_type: spec.content_type.clone(),
        }
    }

    /// Appends what is missing, in the order of the body's kind.
    pub(super) fn complete(
        &mut self,
        spec: &RequestSpec,
        jar: &CookieJar,
        proxy_authorization: Option<&str>,
        redirected: bool,
    ) {
        let disabled = |name: &str| spec.settings.disabled_system_headers.iter().any(|header| header == name);
        let url = &self.request.url;
        let headers = &mut self.request.headers;

        if !disabled("host") && find(headers, "host").is_none() {
            let host = if redirected { host_without_default_port(url) } else { url.authority() };
            headers.push(Header::system(self.host_name.clone(), host));
        }
        // Node makes the real value where the user left it empty.
        if let Some(at) = find(headers, "host").filter(|at| headers[*at].value.is_empty()) {
            headers[at] =
                Header { name: "Host".to_owned(), value: host_without_default_port(url), system: headers[at].system };
        }
        if let (BodyKind::Urlencoded | BodyKind::Formdata, Some(content_type)) = (self.kind, &self.content_type) {
            set_form_content_type(headers, self.kind, content_type, disabled("content-type"));
        }
        if let Some((user, password)) = &url.userinfo
            && find(headers, "authorization").is_none()
        {
            headers.push(Header::system("Authorization", basic(user, password)));
        }
        if let Some(value) = proxy_authorization
            && find(headers, "proxy-authorization").is_none()
        {
            headers.push(Header::system("Proxy-Authorization", value));
        }
        let length = |headers: &mut Vec<Header>, length: usize| {
            if !disabled("content-length") && find(headers, "content-length").is_none() {
                headers.push(Header::system("Content-Length", length.to_string()));
            }
        };
        let cookie = |headers: &mut Vec<Header>, own: Option<&String>| {
            let Some(stored) = spec.settings.cookies.then(|| jar.header_for(url)).flatten() else { return };
            let value = match own {
                Some(own) if !own.is_empty() => format!("{own}; {stored}"),
                _ => stored,
            };
            match find(headers, "cookie") {
                Some(at) => headers[at].value = value,
                None => headers.push(Header::system("Cookie", value)),
            }
        };
        let own = self.own_cookie.as_ref();
        let size = self.request.body.len();
        match self.kind {
            BodyKind::None => {
                cookie(headers, own);
                if !matches!(self.request.method.as_str(), "GET" | "HEAD" | "DELETE" | "OPTIONS" | "TRACE" | "CONNECT")
                {
                    length(headers, 0);
                }
            }
            BodyKind::Raw | BodyKind::Graphql | BodyKind::Urlencoded => {
                length(headers, size);
                cookie(headers, own);
            }
            BodyKind::Formdata | BodyKind::File => {
                cookie(headers, own);
                length(headers, size);
            }
        }
        if let (BodyKind::File, Some(content_type)) = (self.kind, &self.content_type)
            && !disabled("content-type")
            && find(headers, "content-type").is_none()
        {
            headers.push(Header::system("Content-Type", content_type.clone()));
        }
    }

    /// What Node refuses to send: methods and header names that are no tokens, control characters, two hosts.
    pub(super) fn check(&self) -> Result<(), SendError> {
        self.request.url.check()?;
        if !is_token(&self.request.method) {
            let message = format!("Method must be a valid HTTP token [\"{}\"]", self.request.method);
            return Err(SendError::new(message).with_code("ERR_INVALID_HTTP_TOKEN"));
        }
        let mut hosts = 0;
        for header in &self.request.headers {
            if !is_token(&header.name) {
                let message = format!("Header name must be a valid HTTP token [\"{}\"]", header.name);
                return Err(SendError::new(message).with_code("ERR_INVALID_HTTP_TOKEN"));
            }
            if !header.value.chars().all(|c| c == '\t' || matches!(c, '\u{20}'..='\u{7e}' | '\u{80}'..='\u{ff}')) {
                let message = format!("Invalid character in header content [\"{}\"]", header.name);
                return Err(SendError::new(message).with_code("ERR_INVALID_CHAR"));
            }
            hosts += u8::from(header.is("host"));
        }
        if hosts > 1 {
            let message = "The \"options.headers.host\" property must be of type string. Received an instance of Array";
            return Err(SendError::new(message).with_code("ERR_INVALID_ARG_TYPE"));
        }
        Ok(())
    }

    /// Head and body as bytes; `absolute` writes the whole URL into the request line, for a proxy.
    pub(super) fn head(&self, absolute: bool) -> Vec<u8> {
        let request = &self.request;
        let mut out = Vec::with_capacity(512);
        push_latin1(&mut out, &request.method);
        out.push(b' ');
        if absolute {
            push_latin1(&mut out, &request.url.scheme);
            out.extend_from_slice(b"://");
            push_latin1(&mut out, &request.url.authority());
        }
        push_latin1(&mut out, &request.url.path);
        if let Some(query) = &request.url.query {
            out.push(b'?');
            push_latin1(&mut out, query);
        }
        out.extend_from_slice(b" HTTP/1.1\r\n");
        push_headers(&mut out, &request.headers);
        out
    }

    /// The body with its framing: in one chunk where the user asked for `Transfer-Encoding: chunked`.
    pub(super) fn framed_body(&self) -> Bytes {
        let headers = &self.request.headers;
        let chunked = find(headers, "transfer-encoding")
            .is_some_and(|at| headers[at].value.to_ascii_lowercase().contains("chunked"));
        let body = &self.request.body;
        if !chunked {
            return body.clone();
        }
        let mut framed = Vec::with_capacity(body.len() + 24);
        if !body.is_empty() {
            framed.extend_from_slice(format!("{:x}\r\n", body.len()).as_bytes());
            framed.extend_from_slice(body);
            framed.extend_from_slice(b"\r\n");
        }
        framed.extend_from_slice(b"0\r\n\r\n");
        framed.into()
    }
}

/// Header lines and the empty line after them.
pub(super) fn push_headers(out: &mut Vec<u8>, headers: &[Header]) {
    for header in headers {
        push_latin1(out, &header.name);
        out.extend_from_slice(b": ");
        push_latin1(out, &header.value);
        out.extend_from_slice(b"\r\n");
    }
    out.extend_from_slice(b"\r\n");
}

/// `Basic` credentials.
pub(super) fn basic(user: &str, password: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{user}:{password}")))
}

/// Where the first header of that name stands.
pub(super) fn find(headers: &[Header], name: &str) -> Option<usize> {
    headers.iter().position(|header| header.is(name))
}

/// Whether text is an RFC 9110 token.
fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b))
}

fn push_latin1(out: &mut Vec<u8>, text: &str) {
    if text.is_ascii() {
        out.extend_from_slice(text.as_bytes());
    } else {
        // Characters above U+00FF were refused by `check`.
        out.extend(text.chars().map(|c| u8::try_from(u32::from(c)).unwrap_or(b'?')));
    }
}

/// `Host` as Node's HTTP layer makes it by itself.
pub(super) fn host_without_default_port(url: &WireUrl) -> String {
    match url.port.as_deref() {
        Some("80") if url.scheme == "http" => url.host.clone(),
        Some("443") if url.scheme == "https" => url.host.clone(),
        _ => url.authority(),
    }
}

/// Form bodies replace a `Content-Type` that is none of theirs, in its place.
fn set_form_content_type(headers: &mut Vec<Header>, kind: BodyKind, content_type: &str, disabled: bool) {
    let Some(at) = find(headers, "content-type") else {
        if !disabled {
            headers.push(Header::system("Content-Type", content_type));
        }
        return;
    };
    let own = headers[at].value.as_str();
    let fits = if kind == BodyKind::Urlencoded {
        own.strip_prefix("application/x-www-form-urlencoded")
            .is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_'))
    } else {
        own.strip_prefix("multipart/form-data;")
            .and_then(|rest| rest.split_once("boundary="))
            .is_some_and(|(_, boundary)| !boundary.is_empty() && !boundary.starts_with(';'))
    };
    if !fits && !disabled {
        content_type.clone_into(&mut headers[at].value);
    }
}

/// The headers as JavaScript objects and Node's header table leave them: integer names first, the same spelling grouped at the
/// first one's place, of different spellings the last one at the first one's place, several cookies in one line.
fn merge(given: &[Header]) -> Vec<Header> {
    let mut headers: Vec<Header> = Vec::with_capacity(given.len() + 4);
    let repeats = given.iter().enumerate().any(|(at, header)| given[..at].iter().any(|other| other.is(&header.name)));
    if repeats {
        let mut groups: Vec<Vec<Header>> = Vec::with_capacity(given.len());
        for header in given.iter().filter(|header| !header.name.is_empty()) {
            match groups.iter_mut().find(|group| group[0].name == header.name) {
                Some(group) => group.push(header.clone()),
                None => groups.push(vec![header.clone()]),
            }
        }
        let mut table: Vec<Vec<Header>> = Vec::with_capacity(groups.len());
        for group in groups {
            match table.iter_mut().find(|other| other[0].is(&group[0].name)) {
                Some(place) => *place = group,
                None => table.push(group),
            }
        }
        for mut group in table {
            if group.len() > 1 && group[0].is("cookie") {
                let value = group.iter().map(|header| header.value.as_str()).collect::<Vec<_>>().join("; ");
                group.truncate(1);
                group[0].value = value;
            }
            headers.append(&mut group);
        }
    } else {
        headers.extend(given.iter().filter(|header| !header.name.is_empty()).cloned());
    }
    if headers.iter().any(|header| integer_name(&header.name).is_some()) {
        headers.sort_by_key(|header| integer_name(&header.name).map_or(u64::MAX, u64::from));
    }
    headers
}

/// A name that JavaScript takes for an array index.
fn integer_name(name: &str) -> Option<u32> {
    let number: u32 = name.bytes().all(|b| b.is_ascii_digit()).then(|| name.parse().ok()).flatten()?;
    (number != u32::MAX && (name == "0" || !name.starts_with('0'))).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(headers: &[Header]) -> Vec<String> {
        headers.iter().map(|header| format!("{}: {}", header.name, header.value)).collect()
    }

    fn merged(headers: &[(&str, &str)]) -> Vec<String> {
        lines(&merge(&headers.iter().map(|(name, value)| Header::new(*name, *value)).collect::<Vec<_>>()))
    }

    #[test]
    fn duplicates_merge_as_in_the_wire_probes() {
        assert_eq!(merged(&[("B", "1"), ("a", "2"), ("B", "3")]), ["B: 1", "B: 3", "a: 2"]);
        assert_eq!(merged(&[("X-A", "1"), ("B", "b"), ("x-a", "2")]), ["x-a: 2", "B: b"]);
        assert_eq!(merged(&[("X", "1"), ("x", "2"), ("X", "3")]), ["x: 2"]);
        assert_eq!(merged(&[("Cookie", "a=1"), ("Cookie", "b=2")]), ["Cookie: a=1; b=2"]);
        assert_eq!(merged(&[("B", "1"), ("10", "a"), ("2", "b"), ("02", "c")]), ["2: b", "10: a", "B: 1", "02: c"]);
        assert_eq!(merged(&[("", "1"), ("A", "")]), ["A: "]);
    }

    fn spec(method: &str, headers: &[(&str, &str)], kind: BodyKind, body: &str) -> RequestSpec {
        RequestSpec {
            method: method.to_owned(),
            url: WireUrl::parse("http://h:80/", true).unwrap(),
            headers: headers.iter().map(|(name, value)| Header::new(*name, *value)).collect(),
            body: Some(Bytes::copy_from_slice(body.as_bytes())),
            body_kind: kind,
            content_type: None,
            settings: super::super::message::SendSettings::default(),
        }
    }

    fn completed(spec: &RequestSpec) -> Vec<String> {
        let mut outgoing = Outgoing::new(spec);
        outgoing.complete(spec, &CookieJar::new(), None, false);
        lines(&outgoing.request.headers)
    }

    #[test]
    fn each_kind_of_body_appends_in_its_own_order() {
        let jar = CookieJar::new();
        jar.store(&WireUrl::parse("http://h/", true).unwrap(), "j=1");
        let appended = |kind, content_type: Option<&str>| {
            let mut spec = spec("POST", &[("Host", "h")], kind, "x");
            spec.url.userinfo = Some(("u".into(), "p".into()));
            spec.content_type = content_type.map(str::to_owned);
            let mut outgoing = Outgoing::new(&spec);
            outgoing.complete(&spec, &jar, None, false);
            outgoing.request.headers[1..].iter().map(|h| h.name.clone()).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(appended(BodyKind::Raw, None), "Authorization Content-Length Cookie");
        assert_eq!(appended(BodyKind::Urlencoded, Some("t")), "Content-Type Authorization Content-Length Cookie");
        assert_eq!(appended(BodyKind::Formdata, Some("t")), "Content-Type Authorization Cookie Content-Length");
        assert_eq!(appended(BodyKind::File, Some("t")), "Authorization Cookie Content-Length Content-Type");
        assert_eq!(completed(&spec("POST", &[("Host", "h")], BodyKind::Raw, "")), ["Host: h", "Content-Length: 0"]);
        assert_eq!(completed(&spec("DELETE", &[("Host", "h")], BodyKind::None, "")), ["Host: h"]);
        assert_eq!(completed(&spec("GET", &[("host", ""), ("Z", "1")], BodyKind::None, "")), ["Host: h", "Z: 1"]);
        assert_eq!(completed(&spec("GET", &[], BodyKind::None, "")), ["Host: h:80"]);
    }

    #[test]
    fn a_form_replaces_a_foreign_content_type_in_place() {
        let content_type = |own: &str, kind, disabled: bool| {
            let mut spec = spec("POST", &[("content-type", own), ("Host", "h")], kind, "x");
            spec.content_type = Some("NEW".to_owned());
            if disabled {
                spec.settings.disabled_system_headers = vec!["content-type".to_owned()];
            }
            completed(&spec)[0].clone()
        };
        assert_eq!(content_type("application/json", BodyKind::Urlencoded, false), "content-type: NEW");
        assert_eq!(content_type("application/json", BodyKind::Urlencoded, true), "content-type: application/json");
        let own = "application/x-www-form-urlencoded; charset=x";
        assert_eq!(content_type(own, BodyKind::Urlencoded, false), format!("content-type: {own}"));
        let own = "multipart/form-data; boundary=XX";
        assert_eq!(content_type(own, BodyKind::Formdata, false), format!("content-type: {own}"));
        assert_eq!(content_type("multipart/form-data", BodyKind::Formdata, false), "content-type: NEW");
    }

    #[test]
    fn what_cannot_be_sent_is_refused_in_nodes_words() {
        let refusal = |method: &str, headers: &[(&str, &str)]| {
            Outgoing::new(&spec(method, headers, BodyKind::None, "")).check().map_err(|error| error.message)
        };
        assert_eq!(refusal("PUT ", &[]).unwrap_err(), "Method must be a valid HTTP token [\"PUT \"]");
        assert_eq!(refusal("GET", &[("A B", "")]).unwrap_err(), "Header name must be a valid HTTP token [\"A B\"]");
        assert_eq!(refusal("GET", &[("A", "日")]).unwrap_err(), "Invalid character in header content [\"A\"]");
        assert_eq!(refusal("GET", &[("A", "\n")]).unwrap_err(), "Invalid character in header content [\"A\"]");
        assert!(refusal("GET", &[("Host", "a"), ("Host", "b")]).unwrap_err().contains("options.headers.host"));
        assert_eq!(refusal("X-1", &[("A", "é\t")]), Ok(()));
    }
}
