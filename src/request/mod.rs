//! From a request with its variables filled in to the [`RequestSpec`] that goes on the wire.
//!
//! Order and spelling of headers, bodies and defaults are those of newman 6.2 (postman-runtime `requester/core.js`), measured on the
//! wire. Authorization is applied afterwards, by `auth`; [`check`] then says whether the result can be sent at all.

mod body;
mod comments;
mod files;
mod form;
mod headers;
pub(crate) mod js;
mod media;
mod settings;

#[cfg(test)]
mod probes;

use std::collections::HashMap;
use std::path::PathBuf;

use crate::collection::{Request, Url};
use crate::http::message::{RequestSpec, SendSettings};
use crate::http::url::WireUrl;

pub use headers::{Rejection, check};
pub use settings::{keeps_body, proxy_url, settings};

/// Who wrote the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Author {
    /// The collection.
    #[default]
    Collection,
    /// A script, through `pm.sendRequest`: every method may have a body, files are left out.
    Script,
}

/// What a request is built with besides what it says itself.
#[derive(Debug, Clone)]
pub struct BuildOptions<'a> {
    /// How to send it: see [`settings`].
    pub settings: SendSettings,
    /// Keep the body of a GET, COPY, HEAD, PURGE or UNLOCK (`disableBodyPruning`, see [`keeps_body`]).
    pub keep_body: bool,
    /// Who wrote it.
    pub author: Author,
    /// What relative file names start from.
    pub working_dir: PathBuf,
    /// Whether files outside of `working_dir` may be read.
    pub allow_outside_working_dir: bool,
    /// Names of files in the collection, whole or only the last part, to files on disk.
    pub files: &'a HashMap<String, PathBuf>,
    /// Value of `User-Agent`: see [`user_agent`].
    pub user_agent: String,
}

impl<'a> BuildOptions<'a> {
    /// Options for a request of the collection, with files from the current directory.
    pub fn new(files: &'a HashMap<String, PathBuf>) -> Self {
        Self {
            settings: SendSettings::default(),
            keep_body: false,
            author: Author::Collection,
            working_dir: PathBuf::from("."),
            allow_outside_working_dir: true,
            files,
            user_agent: user_agent(),
        }
    }
}

/// `postbud/<version>`.
pub fn user_agent() -> String {
    concat!("postbud/", env!("CARGO_PKG_VERSION")).to_owned()
}

/// A request that is ready to be signed and sent, and what there is to say about it.
#[derive(Debug, Clone)]
pub struct Built {
    /// The request; also where it cannot be sent, for the reports.
    pub spec: RequestSpec,
    /// Console warnings, in newman's words (files that were not found).
    pub warnings: Vec<String>,
    /// Why it cannot be sent, in newman's words.
    pub error: Option<Rejection>,
}

/// Builds a request. Reads the files it uploads; sends nothing.
///
/// Never fails: a request that cannot be sent comes back with [`Built::error`].
pub fn build(request: &Request, options: &BuildOptions) -> Built {
    let mut settings = options.settings.clone();
    if let Some(proxy) = request.proxy.as_ref().and_then(proxy_url) {
        settings.proxy = Some(proxy);
    }
    let text = match &request.url {
        Url::Text(text) => text.clone(),
        parts @ Url::Parts(_) => parts.assemble(),
    };
    let (url, url_error) = match WireUrl::parse(&text, settings.encode_url) {
        Ok(url) => (url, None),
        Err(error) => (WireUrl::default(), Some(Rejection { message: error.to_string(), code: error.code() })),
    };
    let method = request.method_text();
    let mut warnings = Vec::new();
    let parts = body::build(request, &method, options, &mut warnings);

    let mut headers = headers::written(&request.headers);
    let content_type = headers::add_content_type(&mut headers, &parts, &settings);
    headers::add_system(&mut headers, &options.user_agent, &url.authority(), &settings);
    let (headers, header_error) = headers::merge(headers);

    let spec = RequestSpec { method, url, headers, body: parts.bytes, body_kind: parts.kind, content_type, settings };
    let error = url_error.or(header_error).or_else(|| check(&spec).err());
    Built { spec, warnings, error }
}

/// Request line and headers as the list of probes has them: `SYS` for the seven of the system.
#[cfg(test)]
pub(crate) fn wire_form(spec: &RequestSpec) -> String {
    probes::wire_form(spec)
}
