//! Proxies: which URL goes through which, and what the proxy is told.

use super::message::{Header, SendError, SendSettings};
use super::outgoing::{basic, find};
use super::socks::Socks;
use super::url::WireUrl;

/// Headers of the request that a tunnel's `CONNECT` may carry (postman-request, `lib/tunnel.js`).
const CONNECT_HEADERS: [&str; 22] = [
    "accept",
    "accept-charset",
    "accept-encoding",
    "accept-language",
    "accept-ranges",
    "cache-control",
    "content-encoding",
    "content-language",
    "content-location",
    "content-md5",
    "content-range",
    "content-type",
    "connection",
    "date",
    "expect",
    "max-forwards",
    "pragma",
    "proxy-authorization",
    "referer",
    "te",
    "user-agent",
    "via",
];

/// The proxies of the options or the environment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Proxies {
    /// For http URLs: a URL (schemes http, https, socks4, socks4a, socks5, socks5h), or `host:port`.
    pub http: Option<String>,
    /// For https URLs.
    pub https: Option<String>,
    /// Hosts reached directly: `*`, or suffixes with optional ports, separated by commas.
    pub no_proxy: Option<String>,
}

impl Proxies {
    /// Reads them from environment variables as newman does; `get` gives the value of one.
    pub fn from_env(get: impl Fn(&str) -> Option<String>) -> Self {
        let first = |names: &[&str]| names.iter().find_map(|name| get(name).filter(|value| !value.is_empty()));
        Self {
            http: first(&["HTTP_PROXY", "http_proxy"]),
            https: first(&["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"]),
            no_proxy: first(&["NO_PROXY", "no_proxy"]),
        }
    }

    /// The same with what options say: a proxy for every URL, hosts that are reached directly.
    #[must_use]
    pub fn with_options(self, proxy: Option<&str>, no_proxy: Option<&str>) -> Self {
        let given = proxy.map(str::to_owned);
        Self {
            http: given.clone().or(self.http),
            https: given.or(self.https),
            no_proxy: no_proxy.map(str::to_owned).or(self.no_proxy),
        }
    }

    /// Why a proxy cannot be used; `None`: it can.
    pub fn mistake(text: &str) -> Option<String> {
        let problem = match WireUrl::parse(text, true) {
            Err(error) => error.to_string(),
            Ok(url) if Socks::of_scheme(&url.scheme).is_some() && !url.host.is_empty() => return None,
            Ok(url) => url.check().err()?.to_string(),
        };
        Some(format!(
            "{problem}; expected http://, https://, socks4://, socks4a://, socks5:// or socks5h://, a host and a port"
        ))
    }

    fn for_url(&self, url: &WireUrl) -> Option<&str> {
        let proxy = if url.is_https() { &self.https } else { &self.http };
        let proxy = proxy.as_deref()?;
        (!self.bypassed(url)).then_some(proxy)
    }

    fn bypassed(&self, url: &WireUrl) -> bool {
        let Some(list) = self.no_proxy.as_deref() else { return false };
        if list == "*" {
            return true;
        }
        let host = format!(".{}", url.hostname().trim_start_matches('.').to_lowercase());
        let port = match url.port.as_deref() {
            None | Some("") => {
                if url.is_https() {
                    "443"
                } else {
                    "80"
                }
            }
            Some(port) => port,
        };
        list.split(',').map(|zone| zone.trim().to_lowercase()).any(|zone| {
            let (name, zone_port) =
                zone.split_once(':').map_or((zone.as_str(), None), |(name, port)| (name, Some(port)));
            host.ends_with(&format!(".{}", name.trim_start_matches('.')))
                && zone_port.is_none_or(|zone_port| zone_port == port)
        })
    }
}

/// How a request travels.
pub(super) enum Route {
    /// Straight to its host.
    Direct,
    /// To a proxy that forwards it.
    Forward(Proxy),
    /// Through a tunnel that a proxy opens.
    Tunnel(Proxy),
    /// Through a proxy that connects, whatever is spoken then.
    Socks(Proxy, Socks),
}

/// A proxy.
pub(super) struct Proxy {
    pub(super) url: WireUrl,
    /// `Proxy-Authorization` from the user and password in its URL.
    pub(super) authorization: Option<String>,
}

impl Route {
    /// The route to a URL; the request's own proxy goes before the environment's.
    pub(super) fn of(url: &WireUrl, settings: &SendSettings, proxies: &Proxies) -> Result<Self, SendError> {
        let own = settings.proxy.as_deref();
        let Some(text) = own.or_else(|| proxies.for_url(url)) else { return Ok(Self::Direct) };
        let proxy = WireUrl::parse(text, true)?;
        if let Some(socks) = Socks::of_scheme(&proxy.scheme) {
            return Ok(Self::Socks(Proxy { url: proxy, authorization: None }, socks));
        }
        proxy.check().map_err(|error| SendError::from(error).with_hint(format!("the proxy {proxy} cannot be used")))?;
        let authorization = proxy.userinfo.as_ref().map(|(user, password)| basic(user, password));
        let proxy = Proxy { url: proxy, authorization };
        let tunnel = url.is_https() || (own.is_some() && settings.proxy_tunnel);
        Ok(if tunnel { Self::Tunnel(proxy) } else { Self::Forward(proxy) })
    }

    /// The proxy, where there is one.
    pub(super) fn proxy(&self) -> Option<&Proxy> {
        match self {
            Self::Direct => None,
            Self::Forward(proxy) | Self::Tunnel(proxy) | Self::Socks(proxy, _) => Some(proxy),
        }
    }
}

impl Proxy {
    /// What tells the proxy apart in the connection pool.
    pub(super) fn key(&self) -> String {
        self.url.to_string()
    }

    /// The headers of `CONNECT` for a request with these headers.
    pub(super) fn connect_headers(&self, target: &str, headers: &[Header]) -> Vec<Header> {
        let allowed = |header: &&Header| CONNECT_HEADERS.iter().any(|name| header.is(name));
        let mut connect: Vec<_> = headers.iter().filter(allowed).cloned().collect();
        connect.push(Header::system("host", target));
        if let Some(value) = &self.authorization {
            match find(&connect, "proxy-authorization") {
                Some(at) => value.clone_into(&mut connect[at].value),
                None => connect.push(Header::system("Proxy-Authorization", value.clone())),
            }
        }
        connect
    }
}

/// A tunnel that could not be opened.
pub(super) fn tunnel_error(cause: impl std::fmt::Display, proxy: &Proxy) -> SendError {
    SendError::new(format!("tunneling socket could not be established, {cause}"))
        .with_code("ECONNRESET")
        .with_hint(format!("the proxy {} was asked to open a tunnel", proxy.url.authority()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proxied(no_proxy: &str, url: &str) -> bool {
        let proxies = Proxies { http: Some("p:1".into()), https: Some("p:1".into()), no_proxy: Some(no_proxy.into()) };
        proxies.for_url(&WireUrl::parse(url, true).unwrap()).is_some()
    }

    #[test]
    fn variables_and_their_order() {
        let env = |name: &str| match name {
            "http_proxy" => Some("a".to_owned()),
            "HTTP_PROXY" | "NO_PROXY" => Some(String::new()),
            _ => None,
        };
        let expected = Proxies { http: Some("a".into()), https: Some("a".into()), no_proxy: None };
        assert_eq!(Proxies::from_env(env), expected);
    }

    #[test]
    fn no_proxy_takes_suffixes_and_ports() {
        assert!(!proxied("*", "http://h/"));
        assert!(!proxied("x, Example.com", "http://a.example.com/"));
        assert!(!proxied(".example.com", "http://example.com/"));
        assert!(proxied("ample.com", "http://example.com/"));
        assert!(!proxied("h:80", "http://h/"));
        assert!(proxied("h:80", "https://h/"));
        assert!(!proxied("h:99", "https://h:99/"));
        assert!(proxied("", "http://localhost/") && proxied(",", "http://127.0.0.1/"));
    }

    #[test]
    fn a_tunnel_is_told_little() {
        let url = WireUrl::parse("https://h/", true).unwrap();
        let settings = SendSettings { proxy: Some("u:p%40@proxy:3128".into()), ..SendSettings::default() };
        let Ok(Route::Tunnel(proxy)) = Route::of(&url, &settings, &Proxies::default()) else { panic!("no tunnel") };
        let headers = [Header::new("Authorization", "secret"), Header::new("User-Agent", "me"), Header::new("X", "1")];
        let lines: Vec<_> =
            proxy.connect_headers("h:443", &headers).iter().map(|h| format!("{}: {}", h.name, h.value)).collect();
        assert_eq!(lines, ["User-Agent: me", "host: h:443", "Proxy-Authorization: Basic dTpwQA=="]);
    }
}
