//! A request while it is signed: where headers go, and how parameters join the query.

use crate::http::message::{BodyKind, Header, RequestSpec};
use crate::http::url::{encode_path, encode_query};

/// A request while it is signed.
pub struct Draft<'a> {
    spec: &'a mut RequestSpec,
    /// Where the next header goes: before the system's headers, or at the end on a replay.
    at: usize,
}

impl<'a> Draft<'a> {
    /// Starts signing; on a replay new headers follow all others, the `Content-Length` that was sent before included. (newman
    /// keeps the `Cookie` of the first try too, and so sends each cookie twice; that is not copied.)
    pub fn new(spec: &'a mut RequestSpec, replay: bool) -> Self {
        let kind = spec.body_kind;
        let mut at = spec.headers.iter().position(|h| !is_early(h, kind)).unwrap_or(spec.headers.len());
        if replay {
            let length = spec.body.as_ref().map_or(0, bytes::Bytes::len);
            let bare = matches!(spec.method.as_str(), "GET" | "HEAD" | "DELETE" | "OPTIONS" | "TRACE" | "CONNECT");
            let disabled = spec.settings.disabled_system_headers.iter().any(|name| name == "content-length");
            if (length > 0 || !bare) && !disabled && !spec.headers.iter().any(|h| h.is("content-length")) {
                spec.headers.push(Header::system("Content-Length", length.to_string()));
            }
            at = spec.headers.len();
        }
        Self { spec, at }
    }

    /// The request as it is now.
    pub fn spec(&self) -> &RequestSpec {
        self.spec
    }

    /// The headers that were there before signing: the user's, and the type of a JSON body.
    pub fn early(&self) -> impl DoubleEndedIterator<Item = &Header> {
        self.spec.headers.iter().filter(|header| is_early(header, self.spec.body_kind))
    }

    /// The last header of that name that was there before signing.
    pub fn written(&self, name: &str) -> Option<&str> {
        self.early().rev().find(|header| header.is(name)).map(|header| header.value.as_str())
    }

    /// The target that is signed: always encoded, also where the request goes out as typed (as in newman).
    pub fn target(&self) -> String {
        let mut url = self.spec.url.clone();
        if !self.spec.settings.encode_url {
            url.path = encode_path(&url.path).into_owned();
            url.query = url.query.map(|query| encode_query(&query).into_owned());
        }
        url.target()
    }

    /// Takes out every header that matches.
    pub fn remove_headers(&mut self, matches: impl Fn(&Header) -> bool) {
        let mut index = 0;
        let mut at = self.at;
        let limit = self.at;
        self.spec.headers.retain(|header| {
            let gone = matches(header);
            if gone && index < limit {
                at -= 1;
            }
            index += 1;
            !gone
        });
        self.at = at;
    }

    /// Takes out every header of that name, in any case.
    pub fn remove_header(&mut self, name: &str) {
        self.remove_headers(|header| header.is(name));
    }

    /// Adds a header. The system's header of that name gives way; one of the user's that is spelt otherwise is replaced in place.
    pub fn add_header(&mut self, name: &str, value: &str) {
        if name.is_empty() || name.eq_ignore_ascii_case("host") && self.is_disabled("host") {
            return;
        }
        let at = self.at;
        if let Some(index) = self.spec.headers[at..].iter().position(|h| h.system && h.is(name)) {
            self.spec.headers.remove(at + index);
        }
        if name.eq_ignore_ascii_case("content-type") {
            self.spec.content_type = None;
        }
        let header = Header::system(name, value);
        if let Some(known) = self.spec.headers.iter_mut().find(|h| h.is(name) && h.name != name) {
            *known = header;
            return;
        }
        let same = self.spec.headers[..at].iter().rposition(|h| h.name == name);
        self.spec.headers.insert(same.map_or(at, |index| index + 1), header);
        self.at += 1;
    }

    /// Gives a header a new value where it is, or adds it.
    pub fn upsert_header(&mut self, name: &str, value: &str) {
        match self.spec.headers[..self.at].iter_mut().rev().find(|h| h.is(name)) {
            Some(header) => value.clone_into(&mut header.value),
            None => self.add_header(name, value),
        }
    }

    /// `Authorization` of this value in place of every other.
    pub fn authorize(&mut self, value: &str) {
        self.remove_header("authorization");
        self.add_header("Authorization", value);
    }

    fn is_disabled(&self, name: &str) -> bool {
        self.spec.settings.disabled_system_headers.iter().any(|disabled| disabled == name)
    }

    /// Takes the parameters of these names out of the query.
    pub fn remove_params(&mut self, names: &[&str]) {
        let Some(query) = &self.spec.url.query else { return };
        let is_named = |piece: &&str| {
            let key = piece.split('=').next().unwrap_or_default();
            names.iter().any(|name| *name == key || self.encoded(name, true) == key)
        };
        let kept: Vec<&str> = query.split('&').filter(|piece| !is_named(piece)).collect();
        let kept = (!kept.is_empty()).then(|| kept.join("&"));
        self.spec.url.query = kept;
    }

    /// Appends a parameter to the query, encoded as one of a URL's list; without a value, the key alone.
    pub fn add_param(&mut self, name: &str, value: Option<&str>) {
        let mut piece = self.encoded(name, true);
        if let Some(value) = value {
            piece.push('=');
            piece.push_str(&self.encoded(value, false));
        }
        self.add_encoded(&piece);
    }

    /// Appends a piece to the query that needs no encoding any more.
    pub fn add_encoded(&mut self, piece: &str) {
        match &mut self.spec.url.query {
            // A lone `?` counts as one empty parameter.
            Some(query) => {
                query.push('&');
                query.push_str(piece);
            }
            None => self.spec.url.query = Some(piece.to_owned()),
        }
    }

    /// Puts a whole query in place of the one that is there.
    pub fn set_query(&mut self, query: Option<String>) {
        self.spec.url.query = query;
    }

    /// Puts a body in place of the one that is there.
    pub fn set_body(&mut self, body: Vec<u8>) {
        self.spec.body = Some(body.into());
    }

    /// The body's bytes where its hash counts: not of multipart forms.
    pub fn hashed_body(&self) -> Option<&[u8]> {
        let body = self.spec.body.as_deref().filter(|body| !body.is_empty())?;
        (self.spec.body_kind != BodyKind::Formdata).then_some(body)
    }

    fn encoded(&self, text: &str, is_key: bool) -> String {
        let mut shielded = text.replace('&', "%26").replace('#', "%23");
        if is_key {
            shielded = shielded.replace('=', "%3D");
        }
        if self.spec.settings.encode_url { encode_query(&shielded).into_owned() } else { shielded }
    }
}

/// Whether a header is there before signing. Of the system's own that is the type of a raw body in JSON: newman adds it while it looks
/// for comments in the body (`request-helpers-presend.js`), the types of all other bodies only when it sends.
fn is_early(header: &Header, kind: BodyKind) -> bool {
    !header.system || kind == BodyKind::Raw && header.name == "Content-Type" && header.value == "application/json"
}
