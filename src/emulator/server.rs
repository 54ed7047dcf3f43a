//! Sockets: accepts connections, reads calls, lets faults strike, hands each call to its service, logs the decision.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{FromRequest, Multipart, Request};
use axum::http::header::{CONTENT_TYPE, HOST, HeaderName, HeaderValue, RETRY_AFTER};
use axum::http::request::Parts;
use axum::http::{Response, StatusCode};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio_rustls::TlsAcceptor;

use super::decisions::{Decision, DecisionLog};
use super::error::EmulatorError;
use super::events::delivery::{Target, post};
use super::faults::{Known, Verdict};
use super::hosts::{Route, Service};
use super::message::{Call, Part, Reply, form, no_such_path, segments};
use super::world::World;
use super::{control, correspondence, events, exchange, library, maskinporten, registry, token_generator};

/// The largest body that is read.
const BODY_LIMIT: usize = 256 * 1024 * 1024;
/// The most parts that a form may have.
const PARTS_LIMIT: usize = 2000;
/// With this header a call asks for a fault of its own.
const FAULT_HEADER: &str = "x-postbud-fault";

/// What all connections share.
pub(super) struct Shared {
    world: Mutex<World>,
    log: Mutex<DecisionLog>,
    events_tls: Arc<rustls::ClientConfig>,
}

impl Shared {
    /// Shares a world.
    pub(super) fn new(world: World, log_limit: usize, events_tls: Arc<rustls::ClientConfig>) -> Arc<Self> {
        Arc::new(Self { world: Mutex::new(world), log: Mutex::new(DecisionLog::new(log_limit)), events_tls })
    }

    /// The world. A service that panicked left it in some state, which is better than no service at all.
    pub(super) fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The log.
    pub(super) fn log(&self) -> MutexGuard<'_, DecisionLog> {
        self.log.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Binds a port of this machine's loopback address.
pub(super) async fn listen(port: u16) -> Result<(TcpListener, SocketAddr), EmulatorError> {
    let address = SocketAddr::from(([127, 0, 0, 1], port));
    let failed = |source| EmulatorError::Listen { address, source };
    let listener = TcpListener::bind(address).await.map_err(failed)?;
    let bound = listener.local_addr().map_err(failed)?;
    Ok((listener, bound))
}

/// Accepts connections until told to stop.
pub(super) async fn accept(
    listener: TcpListener,
    tls: Option<TlsAcceptor>,
    shared: Arc<Shared>,
    mut stop: watch::Receiver<bool>,
) {
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = stop.changed() => return,
        };
        let Ok((stream, _)) = accepted else {
            // Out of file descriptors, most likely: let others close theirs.
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
            continue;
        };
        let _ = stream.set_nodelay(true);
        let (tls, shared, stop) = (tls.clone(), shared.clone(), stop.clone());
        tokio::spawn(async move {
            match tls {
                Some(tls) => {
                    // A failed handshake is the caller's to report.
                    if let Ok(stream) = tls.accept(stream).await {
                        serve(stream, true, shared, stop).await;
                    }
                }
                None => serve(stream, false, shared, stop).await,
            }
        });
    }
}

/// Serves one connection.
async fn serve<S>(stream: S, secure: bool, shared: Arc<Shared>, mut stop: watch::Receiver<bool>)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let service = service_fn(move |request| answer(shared.clone(), secure, request));
    let connection = http1::Builder::new().timer(TokioTimer::new()).serve_connection(TokioIo::new(stream), service);
    tokio::select! {
        // Errors here are dropped connections, wanted or not.
        _ = connection => {}
        _ = stop.changed() => {}
    }
}

/// A connection that is to be closed without an answer.
#[derive(Debug, thiserror::Error)]
#[error("dropped on demand")]
struct Dropped;

/// Answers one call.
async fn answer(
    shared: Arc<Shared>,
    secure: bool,
    request: hyper::Request<Incoming>,
) -> Result<Response<Body>, Dropped> {
    let (head, body) = request.into_parts();
    let path = segments(head.uri.path());
    let folded: Vec<String> = path.iter().map(|segment| segment.to_lowercase()).collect();
    let host = head.headers.get(HOST).and_then(|value| value.to_str().ok());
    let host = host.or_else(|| head.uri.authority().map(axum::http::uri::Authority::as_str)).unwrap_or_default();
    let route = Route::find(host, secure, &folded);
    let mut decision = Decision {
        at: jiff::Timestamp::now().to_string(),
        method: head.method.to_string(),
        host: host.to_owned(),
        path: head.uri.path().to_owned(),
        status: None,
        refused: None,
        warnings: Vec::new(),
    };
    let verdict = strike(&shared, &head);
    tokio::time::sleep(verdict.delay).await;
    if verdict.drop {
        decision.refused = Some("fault: dropped on demand".to_owned());
        shared.log().push(decision);
        return Err(Dropped);
    }
    let (reply, warnings) = match read(&head, body, route, path, folded).await {
        Err(reply) => (reply, Vec::new()),
        Ok(call) => match verdict.status {
            Some(status) => (failure(&call, status), Vec::new()),
            None => dispatch(&shared, &call, verdict.refuse),
        },
    };
    decision.status = Some(reply.status.as_u16());
    decision.refused.clone_from(&reply.refused);
    decision.warnings = warnings;
    shared.log().push(decision);
    send_events(&shared);
    Ok(response(reply))
}

fn strike(shared: &Shared, head: &Parts) -> Verdict {
    let own = head.headers.get(FAULT_HEADER).and_then(|value| value.to_str().ok());
    shared.world().faults.strike(head.uri.path(), own)
}

/// A server error on demand.
fn failure(call: &Call, status: u16) -> Reply {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let in_correspondence = call.segments.first().is_some_and(|first| first == "correspondence");
    let worded = if in_correspondence { correspondence::failure(status) } else { None };
    let reply = worded.unwrap_or_else(|| Reply::empty(status)).because("fault: a server error on demand");
    match status {
        StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS => reply.header(RETRY_AFTER, "1"),
        _ => reply,
    }
}

/// Reads a call to its end.
async fn read(
    head: &Parts,
    body: Incoming,
    route: Route,
    path: Vec<String>,
    folded: Vec<String>,
) -> Result<Call, Reply> {
    let body = to_bytes(Body::new(body), BODY_LIMIT).await.map_err(|_| {
        Reply::empty(StatusCode::PAYLOAD_TOO_LARGE).because(format!("body: cut off, or more than {BODY_LIMIT} bytes"))
    })?;
    let media_type = head.headers.get(CONTENT_TYPE).cloned();
    let parts = match multipart_type(media_type, &body) {
        Some(media_type) => Some(read_parts(media_type, body.clone()).await),
        None => None,
    };
    Ok(Call {
        method: head.method.clone(),
        route,
        segments: folded,
        path,
        query: form(head.uri.query().unwrap_or_default()),
        headers: head.headers.clone(),
        body,
        parts,
    })
}

/// The media type to read a body as a form with: as sent, or made of the boundary that the body begins with. Published
/// collections send forms as `application/json`; whether that is let through is the service's decision.
fn multipart_type(sent: Option<HeaderValue>, body: &Bytes) -> Option<HeaderValue> {
    let text = sent.as_ref().and_then(|value| value.to_str().ok()).unwrap_or_default().to_ascii_lowercase();
    if text.starts_with("multipart/form-data") {
        return sent;
    }
    let line = body.strip_prefix(b"--")?;
    let line = line.get(..line.iter().take(80).position(|&byte| byte == b'\r' || byte == b'\n')?)?;
    let boundary = std::str::from_utf8(line).ok()?;
    let boundary = boundary.strip_suffix("--").unwrap_or(boundary);
    if boundary.is_empty() || boundary.len() > 70 || boundary.contains(['"', '\\']) {
        return None;
    }
    HeaderValue::from_str(&format!("multipart/form-data; boundary=\"{boundary}\"")).ok()
}

async fn read_parts(media_type: HeaderValue, body: Bytes) -> Result<Vec<Part>, String> {
    let mut request = Request::new(Body::from(body));
    request.headers_mut().insert(CONTENT_TYPE, media_type);
    request.extensions_mut().insert(axum::extract::DefaultBodyLimit::disable());
    let mut form = Multipart::from_request(request, &()).await.map_err(|error| error.to_string())?;
    let mut parts = Vec::new();
    while let Some(field) = form.next_field().await.map_err(|error| error.to_string())? {
        if parts.len() >= PARTS_LIMIT {
            return Err(format!("it has more than {PARTS_LIMIT} parts"));
        }
        let name = field.name().unwrap_or_default().to_owned();
        let file_name = field.file_name().map(str::to_owned);
        let bytes = field.bytes().await.map_err(|error| error.to_string())?;
        parts.push(Part { name, file_name, bytes });
    }
    Ok(parts)
}

/// Hands a call to its service.
fn dispatch(shared: &Shared, call: &Call, demanded: Option<Known>) -> (Reply, Vec<String>) {
    let mut world = shared.world();
    let world = &mut *world;
    world.demanded = demanded;
    let reply = match call.route.service {
        Some(Service::Maskinporten) => maskinporten::serve(world, call),
        Some(Service::TokenGenerator) => token_generator::serve(world, call),
        Some(Service::Library) => library::serve(call),
        Some(Service::Platform) => platform(world, call),
        Some(Service::Control) => control::serve(world, call, || shared.log().all()),
        None => no_such_path(),
    };
    (reply, world.take_warnings())
}

fn platform(world: &mut World, call: &Call) -> Reply {
    let segments: Vec<&str> = call.segments.iter().map(String::as_str).collect();
    match segments.as_slice() {
        ["authentication", "api", "v1", rest @ ..] => exchange::serve(world, call, rest),
        ["resourceregistry", "api", "v1", rest @ ..] => registry::serve(world, call, rest),
        ["correspondence", "api", "v1", rest @ ..] => correspondence::serve(world, call, rest)
            .header(HeaderName::from_static("x-content-type-options"), "nosniff")
            .header(axum::http::header::CACHE_CONTROL, "no-store"),
        ["events", rest @ ..] => events::serve(world, call, rest),
        _ => no_such_path(),
    }
}

/// Sends the events that the last call caused.
fn send_events(shared: &Arc<Shared>) {
    let outbox = shared.world().events.take_outbox();
    for event in outbox {
        let shared = shared.clone();
        tokio::spawn(async move {
            let Some(target) = Target::read(&event.endpoint) else { return };
            let sent = post(&target, shared.events_tls.clone(), &event.body.to_string()).await;
            if matches!(sent, Ok(200)) {
                shared.world().events.validated(event.subscription);
            }
            let (status, refused) = match sent {
                Ok(status) => (Some(status), None),
                Err(error) => (None, Some(format!("event: not delivered: {error}"))),
            };
            shared.log().push(Decision {
                at: jiff::Timestamp::now().to_string(),
                method: "EVENT".to_owned(),
                host: target.authority(),
                path: target.path.clone(),
                status,
                refused,
                warnings: Vec::new(),
            });
        });
    }
}

fn response(reply: Reply) -> Response<Body> {
    let mut response = Response::new(Body::from(reply.body));
    *response.status_mut() = reply.status;
    for (name, value) in reply.headers {
        // A value that is no header value says nothing worth failing for.
        if let Ok(value) = HeaderValue::from_str(&value) {
            response.headers_mut().append(name, value);
        }
    }
    response
}
