//! Redirects by Postman's rules (`lib/redirect.js` of postman-request), which differ from every browser's.

use bytes::Bytes;

use super::message::{BodyKind, Header, RequestSpec, SendError};
use super::outgoing::{Outgoing, find};
use super::url::UrlError;

/// Where a response redirects to: any 3xx with a `Location` that is not empty.
pub(super) fn location(code: u16, headers: &[Header]) -> Option<&str> {
    if !(300..400).contains(&code) {
        return None;
    }
    find(headers, "location").map(|at| headers[at].value.as_str()).filter(|location| !location.is_empty())
}

/// The next hop, without what the client appends. `followed` counts the redirects before this one.
pub(super) fn next_hop(
    previous: &Outgoing,
    spec: &RequestSpec,
    code: u16,
    location: &str,
    followed: u32,
) -> Result<Outgoing, SendError> {
    let settings = &spec.settings;
    let before = &previous.request;
    if followed >= settings.max_redirects {
        let message = format!("Exceeded maxRedirects. Probably stuck in a redirect loop {}", before.url);
        return Err(SendError::new(message));
    }
    let url = before.url.join(location, settings.encode_url)?;
    let mut request = before.clone();
    let mut kind = previous.kind;
    let mut content_type = previous.content_type.clone();
    let headers = &mut request.headers;

    headers.retain(|header| !(header.is("host") || (header.system && header.is("proxy-authorization"))));
    if before.url.hostname() != url.hostname() && !settings.follow_authorization {
        headers.retain(|header| !header.is("authorization"));
    }
    if !settings.follow_original_method && code != 307 && code != 308 {
        if request.method != "HEAD" {
            "GET".clone_into(&mut request.method);
        }
        request.body = Bytes::new();
        kind = BodyKind::None;
        headers.retain(|header| !header.is("content-type") && !header.is("content-length"));
    } else if kind == BodyKind::Formdata {
        // A form is built anew, and its headers with it.
        if let Some(at) = find(headers, "content-type") {
            content_type = Some(headers.remove(at).value);
        }
        headers.retain(|header| !header.is("content-length"));
    }
    if !settings.remove_referer {
        let referer = before.url.to_string();
        match find(headers, "referer") {
            Some(at) => headers[at].value = referer,
            None => headers.push(Header::system("Referer", referer)),
        }
    }
    request.url = url;
    Ok(Outgoing {
        request,
        kind,
        own_cookie: previous.own_cookie.clone(),
        host_name: previous.host_name.clone(),
        content_type,
    })
}

/// What Postman adds to the complaint about a URL that a server sent.
pub(super) fn blame_redirect(error: UrlError) -> SendError {
    match error {
        UrlError::NoHost(_) => SendError::new(format!("{error}. This can be caused by a crappy redirection.")),
        other => other.into(),
    }
}
