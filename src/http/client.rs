//! The client: one request with its redirects, from headers to decoded body.

use std::cell::RefCell;
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;

use super::client_cert::{ClientCertificate, ClientConfigError};
use super::connect::{ConnectTo, Rules};
use super::connection::{Connection, Expect, Received, Stream, within};
use super::cookies::CookieJar;
use super::decode::decode;
use super::http2::{self, Http2};
use super::link::{Link, Message};
use super::message::{Exchange, Header, HttpVersion, RequestSpec, Response, SendError, Timings, header};
use super::outgoing::{Outgoing, find, push_headers};
use super::pool::{Key, Pool};
use super::proxy::{Proxies, Proxy, Route, tunnel_error};
use super::redirect;
use super::socks::Socks;
use super::status::reason_of;
use super::tls::{Tls, TlsSettings};
use super::url::WireUrl;

/// What holds for all requests of a client.
#[derive(Debug, Clone, Default)]
pub struct ClientConfig {
    /// Hosts that are connected elsewhere; the first that fits counts.
    pub connect_to: Vec<ConnectTo>,
    /// Proxies of the environment.
    pub proxies: Proxies,
    /// Client certificates; the first whose pattern fits the URL is shown.
    pub client_certificates: Vec<ClientCertificate>,
    /// Certificates trusted besides the platform's, in PEM.
    pub extra_ca_pem: Option<Vec<u8>>,
    /// Most bytes of a body, on the wire and decoded; `None`: no limit.
    pub max_response_size: Option<u64>,
    /// Refuse connections to link-local addresses, at which clouds serve credentials.
    pub deny_link_local: bool,
}

/// Sends requests. Keeps connections open, and belongs to one thread and one runtime.
pub struct Client {
    rules: Rules,
    proxies: Proxies,
    max_response_size: Option<u64>,
    tls: Tls,
    pool: RefCell<Pool>,
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("rules", &self.rules).field("proxies", &self.proxies).finish_non_exhaustive()
    }
}

impl Client {
    /// A client. Certificates of the configuration are read here, so that mistakes in them come before the first request; the
    /// platform's roots are loaded with the first https request.
    pub fn new(config: ClientConfig) -> Result<Self, ClientConfigError> {
        Ok(Self {
            tls: Tls::new(config.client_certificates, config.extra_ca_pem.as_deref())?,
            rules: Rules { connect_to: config.connect_to, deny_link_local: config.deny_link_local },
            proxies: config.proxies,
            max_response_size: config.max_response_size,
            pool: RefCell::new(Pool::default()),
        })
    }

    /// Name of the client certificate that a request to this URL shows; `None` where it shows none.
    pub fn certificate_name(&self, url: &WireUrl) -> Option<&str> {
        if url.is_https() { self.tls.certificate_name(url) } else { None }
    }

    /// Sends a request and follows its redirects. Cookies are taken from and stored in `jar`.
    ///
    /// Fails with what newman would report; whatever the server answers is no failure.
    pub async fn send(&self, spec: &RequestSpec, jar: &CookieJar) -> Result<Exchange, SendError> {
        let start = Instant::now();
        let mut timings = Timings::default();
        let mut outgoing = Outgoing::new(spec);
        let mut first = None;
        let mut hops = Vec::new();
        loop {
            let redirected = first.is_some();
            let hop = self.hop(&mut outgoing, spec, jar, redirected, &mut timings).await;
            let request = Arc::new(match &hop {
                Ok(received) if received.http2 => http2::as_sent(&outgoing.request),
                _ => outgoing.request.clone(),
            });
            let first_request = first.get_or_insert_with(|| Arc::clone(&request));
            let fail =
                |error: SendError| SendError { request: Some(Arc::clone(first_request)), ..error.with_usual_hint() };
            let received = hop.map_err(fail)?;
            let code = received.head.code;
            let response = Arc::new(self.respond(received, &request.method).map_err(fail)?);
            if redirected {
                // Entered with the answer before it, when that one turned out to be a redirect.
                if let Some(hop) = hops.last_mut() {
                    let (sent, _): &mut (Arc<_>, _) = hop;
                    *sent = request;
                }
            }
            let target =
                if spec.settings.follow_redirects { redirect::location(code, &response.headers) } else { None };
            let Some(target) = target else {
                timings.total = start.elapsed();
                return Ok(Exchange { request: Arc::clone(first_request), response, hops, timings });
            };
            let followed = u32::try_from(hops.len()).unwrap_or(u32::MAX);
            outgoing = redirect::next_hop(&outgoing, spec, code, target, followed).map_err(fail)?;
            let placeholder = Arc::clone(first_request);
            hops.push((placeholder, response));
        }
    }

    /// Sends one hop and stores its cookies.
    async fn hop(
        &self,
        outgoing: &mut Outgoing,
        spec: &RequestSpec,
        jar: &CookieJar,
        redirected: bool,
        timings: &mut Timings,
    ) -> Result<Received, SendError> {
        let route = self.complete(outgoing, spec, jar, redirected)?;
        let settings = &spec.settings;
        let url = &outgoing.request.url;
        let version = version(settings.http_version, url.is_https(), &route);
        let tls = if url.is_https() { Some(self.tls.settings(url, settings, version)?) } else { None };
        let key = Key {
            host: url.hostname().to_owned(),
            port: url.port_number()?,
            tls: tls.as_ref().map(|tls| tls.id),
            http2: version != HttpVersion::Http1,
            proxy: route.proxy().map(Proxy::key),
        };
        let expect = Expect {
            head_only: outgoing.request.method == "HEAD",
            lenient: settings.insecure_parser,
            idle: settings.timeout,
            limit: self.max_response_size,
            follow: settings.follow_redirects,
        };
        let message = Message {
            outgoing,
            absolute: matches!(route, Route::Forward(_)),
            unframed: disabled_framing(outgoing, spec),
        };

        let pooled = self.pool.borrow_mut().take(&key);
        if let Some(mut connection) = pooled {
            let start = Instant::now();
            match connection.exchange(&message, expect).await {
                Ok(received) => return Ok(self.finish(received, connection, key, outgoing, spec, jar, start, timings)),
                // The server had closed it meanwhile and never saw the request: once more on a fresh one.
                Err(failure) if failure.unanswered => {}
                Err(failure) => return Err(failure.error),
            }
        }
        let mut connection = self.open(&route, outgoing, &key, tls.as_ref(), spec, timings).await?;
        let start = Instant::now();
        match connection.exchange(&message, expect).await {
            Ok(received) => Ok(self.finish(received, connection, key, outgoing, spec, jar, start, timings)),
            Err(failure) => Err(failure.error),
        }
    }

    /// Fills in what the client adds to the headers, and checks the whole.
    fn complete(
        &self,
        outgoing: &mut Outgoing,
        spec: &RequestSpec,
        jar: &CookieJar,
        redirected: bool,
    ) -> Result<Route, SendError> {
        let checked = outgoing.request.url.check();
        let route = match &checked {
            Ok(()) => Route::of(&outgoing.request.url, &spec.settings, &self.proxies)?,
            Err(_) => Route::Direct,
        };
        let authorization = match &route {
            Route::Forward(proxy) => proxy.authorization.as_deref(),
            _ => None,
        };
        outgoing.complete(spec, jar, authorization, redirected);
        if matches!(route, Route::Tunnel(_)) {
            // It is for the proxy alone, which is told in `CONNECT`.
            outgoing.request.headers.retain(|header| !header.is("proxy-authorization"));
        }
        checked.map_err(|error| if redirected { redirect::blame_redirect(error) } else { error.into() })?;
        outgoing.check()?;
        if route.proxy().is_some() {
            // What the proxy would connect to; names it looks up itself are its own affair.
            self.rules.check_literal(outgoing.request.url.hostname())?;
        }
        Ok(route)
    }

    #[expect(
        clippy::too_many_arguments,
        reason = "the end of two paths through `hop`; a struct would only rename them"
    )]
    fn finish(
        &self,
        received: Received,
        connection: Link,
        key: Key,
        outgoing: &Outgoing,
        spec: &RequestSpec,
        jar: &CookieJar,
        start: Instant,
        timings: &mut Timings,
    ) -> Received {
        timings.first_byte += received.first_byte.saturating_duration_since(start);
        timings.download += received.first_byte.elapsed();
        let closes = find(&outgoing.request.headers, "connection")
            .is_some_and(|at| outgoing.request.headers[at].value.eq_ignore_ascii_case("close"));
        if received.reusable && !closes && !disabled_framing(outgoing, spec) {
            self.pool.borrow_mut().put(key, connection);
        }
        if spec.settings.cookies {
            for header in received.head.headers.iter().filter(|header| header.is("set-cookie")) {
                jar.store(&outgoing.request.url, &header.value);
            }
        }
        received
    }

    /// Opens a connection along the route.
    async fn open(
        &self,
        route: &Route,
        outgoing: &Outgoing,
        key: &Key,
        tls: Option<&TlsSettings>,
        spec: &RequestSpec,
        timings: &mut Timings,
    ) -> Result<Link, SendError> {
        let limit = spec.settings.timeout;
        let stream = match route {
            Route::Direct => self.socket(&key.host, key.port, limit, timings).await?,
            Route::Forward(proxy) => {
                self.to_proxy(proxy, spec, timings).await.map_err(|error| through(error, proxy))?
            }
            Route::Socks(proxy, socks) => {
                let port = Socks::port(proxy)?;
                let reached = self.socket(proxy.url.hostname(), port, limit, timings).await;
                let stream = reached.map_err(|error| through(error, proxy))?;
                within(limit, socks.connect(stream, proxy, (&key.host, key.port), &self.rules)).await??
            }
            Route::Tunnel(proxy) => self.tunnel(proxy, &outgoing.request.url.host, key.port, spec, timings).await?,
        };
        let (stream, http2) = match tls {
            None => (stream, key.http2),
            Some(tls) => {
                let start = Instant::now();
                let shaken = within(limit, self.tls.handshake(tls, &key.host, stream)).await??;
                timings.tls += start.elapsed();
                shaken
            }
        };
        if http2 {
            return Ok(Link::Http2(Box::new(Http2::start(stream, limit).await?)));
        }
        Ok(Link::Http1(Connection::new(stream)))
    }

    async fn socket(
        &self,
        host: &str,
        port: u16,
        limit: Option<Duration>,
        timings: &mut Timings,
    ) -> Result<Stream, SendError> {
        let connect = self.rules.connect(host, port);
        let connected = match limit {
            None => connect.await?,
            Some(limit) => tokio::time::timeout(limit, connect).await.map_err(|_| SendError::connect_timeout())??,
        };
        timings.dns += connected.dns;
        timings.connect += connected.connect;
        Ok(Stream::Plain(connected.stream))
    }

    async fn to_proxy(&self, proxy: &Proxy, spec: &RequestSpec, timings: &mut Timings) -> Result<Stream, SendError> {
        let (host, port) = (proxy.url.hostname(), proxy.url.port_number()?);
        let stream = self.socket(host, port, spec.settings.timeout, timings).await?;
        if !proxy.url.is_https() {
            return Ok(stream);
        }
        let tls = self.tls.settings(&proxy.url, &spec.settings, HttpVersion::Http1)?;
        let (stream, _) = within(spec.settings.timeout, self.tls.handshake(&tls, host, stream)).await??;
        Ok(stream)
    }

    async fn tunnel(
        &self,
        proxy: &Proxy,
        host: &str,
        port: u16,
        spec: &RequestSpec,
        timings: &mut Timings,
    ) -> Result<Stream, SendError> {
        let cause = |error: SendError| tunnel_error(format_args!("cause={}", error.message), proxy);
        let stream = self.to_proxy(proxy, spec, timings).await.map_err(cause)?;
        let start = Instant::now();
        let target = format!("{host}:{port}");
        let mut head = format!("CONNECT {target} HTTP/1.1\r\n").into_bytes();
        push_headers(&mut head, &proxy.connect_headers(&target, &spec.headers));
        let mut connection = Connection::new(stream);
        // A tunnel's answer has no body, like that to HEAD.
        let expect =
            Expect { head_only: true, lenient: false, idle: spec.settings.timeout, limit: None, follow: false };
        let answer = connection.exchange(&head, &Bytes::new(), expect).await.map_err(|failure| cause(failure.error))?;
        timings.connect += start.elapsed();
        match answer.head.code {
            200 => Ok(connection.into_stream()),
            code => Err(tunnel_error(format_args!("statusCode={code}"), proxy)),
        }
    }

    fn respond(&self, received: Received, method: &str) -> Result<Response, SendError> {
        let Received { head, body, .. } = received;
        let downloaded = body.len() as u64;
        let encoding = sole_value(&head.headers, "content-encoding");
        let bodyless = method == "HEAD" || head.code < 200 && head.code >= 100 || matches!(head.code, 204 | 304);
        let body = match encoding {
            Some(encoding) if !bodyless => decode(encoding, body, self.max_response_size)?,
            _ => body,
        };
        let compressed = encoding
            .is_some_and(|encoding| ["gzip", "deflate"].iter().any(|known| encoding.eq_ignore_ascii_case(known)));
        let length = header(&head.headers, "content-length").and_then(|length| length.parse().ok());
        let body_size = length.filter(|_| compressed).unwrap_or(body.len() as u64);
        let reason = if head.reason.is_empty() { reason_of(head.code).to_owned() } else { head.reason };
        let lines: usize =
            head.headers.iter().map(|header| header.name.chars().count() + header.value.chars().count() + 4).sum();
        // newman prints a reason that there is not.
        let told = if reason.is_empty() { "undefined" } else { reason.as_str() };
        let header_size = "HTTP/1.1  \r\n\r\n".len() + head.code.to_string().len() + told.chars().count() + lines;
        Ok(Response {
            http_version: head.version,
            code: head.code,
            reason,
            headers: head.headers,
            body,
            header_size: header_size as u64,
            body_size,
            downloaded_size: downloaded,
        })
    }
}

/// The version to ask for: TLS servers are asked, others must be known, and a proxy that forwards speaks HTTP/1.1.
fn version(wanted: HttpVersion, https: bool, route: &Route) -> HttpVersion {
    match (wanted, route) {
        (HttpVersion::PriorKnowledge, _) if https => HttpVersion::Auto,
        (wanted, _) if https => wanted,
        (HttpVersion::PriorKnowledge, Route::Direct | Route::Tunnel(_) | Route::Socks(..)) => {
            HttpVersion::PriorKnowledge
        }
        _ => HttpVersion::Http1,
    }
}

/// Whether a body goes out with neither a length nor chunks.
fn disabled_framing(outgoing: &Outgoing, spec: &RequestSpec) -> bool {
    let headers = &outgoing.request.headers;
    !outgoing.request.body.is_empty()
        && spec.settings.disabled_system_headers.iter().any(|name| name == "content-length")
        && find(headers, "content-length").is_none()
        && find(headers, "transfer-encoding").is_none()
}

/// The value of a header that is there once.
fn sole_value<'a>(headers: &'a [Header], name: &str) -> Option<&'a str> {
    let mut values = headers.iter().filter(|header| header.is(name));
    let value = values.next()?;
    values.next().is_none().then_some(value.value.as_str())
}

fn through(error: SendError, proxy: &Proxy) -> SendError {
    match error.hint {
        Some(_) => error,
        None => error.with_hint(format!("the request goes through the proxy {}", proxy.url.authority())),
    }
}

#[cfg(test)]
mod tests;
