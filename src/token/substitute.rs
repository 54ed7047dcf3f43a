//! Requests for tokens that are answered here instead of being sent: the test-token generator, Maskinporten logins, Altinn's
//! exchange, and the signing library that some collections fetch for their logins.
//!
//! Only when a profile fits: then [`recognise`] says which token answers, and [`Answer::respond`] makes the response the
//! service would have given, so that the collection's own script stores it.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;
use serde_json::json;

use super::exchange::PATH as EXCHANGE_PATH;
use super::{Token, Tokens, Want};
use crate::altinn::Claims;
use crate::config::{ALTINN_ENVIRONMENTS, Profile, Provider, TestTokens};
use crate::http::message::{RequestSpec, header};
use crate::secret::SecretString;

/// Host of the test-token generator.
pub const GENERATOR_HOST: &str = "altinn-testtools-token-generator.azurewebsites.net";

/// Host of the signing library of the published collections.
pub const LIBRARY_HOST: &str = "joolfe.github.io";

const LIBRARY_PATH: &str = "/postman-util-lib/dist/bundle.js";
const JWT_BEARER: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";

/// The token that is given where a token is asked for that substitution makes needless.
const NEEDLESS: &str = "not-needed-because-the-tokens-it-would-fetch-are-substituted";

/// A request about to be sent, as far as it matters here.
#[derive(Debug, Clone, Default)]
pub struct Asked<'a> {
    /// Method, upper-case.
    pub method: &'a str,
    /// Host, lower-case.
    pub host: &'a str,
    /// Path.
    pub path: &'a str,
    /// The URL without query.
    pub address: String,
    /// Query, decoded.
    pub query: Vec<(String, String)>,
    /// URL-encoded form, decoded.
    pub form: Vec<(String, String)>,
    /// `Accept`.
    pub accept: Option<&'a str>,
    /// Token of `Authorization: Bearer`.
    pub bearer: Option<&'a str>,
}

impl<'a> Asked<'a> {
    /// Looks at a request.
    pub fn of(spec: &'a RequestSpec) -> Self {
        let form = match &spec.body {
            // Token requests are small; a large body is none of them.
            Some(body) if body.len() < 65_536 => std::str::from_utf8(body).map(pairs).unwrap_or_default(),
            _ => Vec::new(),
        };
        Self {
            method: &spec.method,
            host: &spec.url.host,
            path: &spec.url.path,
            address: format!("{}://{}{}", spec.url.scheme, spec.url.authority(), spec.url.path),
            query: spec.url.query.as_deref().map(pairs).unwrap_or_default(),
            form,
            accept: header(&spec.headers, "accept"),
            bearer: header(&spec.headers, "authorization").and_then(bearer),
        }
    }

    fn query(&self, name: &str) -> Option<&str> {
        value(&self.query, name)
    }
}

/// The token of a `Bearer` header.
fn bearer(value: &str) -> Option<&str> {
    let (scheme, token) = value.trim().split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim()).filter(|token| !token.is_empty())
}

fn value<'a>(pairs: &'a [(String, String)], name: &str) -> Option<&'a str> {
    pairs
        .iter()
        .find(|(key, _)| key.eq_ignore_ascii_case(name))
        .map(|(_, value)| value.as_str())
        .filter(|v| !v.trim().is_empty())
}

/// `a=b&c=d`, decoded.
fn pairs(text: &str) -> Vec<(String, String)> {
    let decode = |part: &str| -> String {
        let spaced: Cow<'_, str> = if part.contains('+') { part.replace('+', " ").into() } else { part.into() };
        percent_decode_str(&spaced).decode_utf8_lossy().into_owned()
    };
    text.split('&')
        .filter(|part| !part.is_empty())
        .map(|part| part.split_once('=').map_or_else(|| (decode(part), String::new()), |(k, v)| (decode(k), decode(v))))
        .collect()
}

/// What is done with a token request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// It is answered here.
    Answer(Answer),
    /// It is sent as written, because no profile fits; the message says why.
    Send(String),
}

/// How a token request is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Profile and token to answer with; `None` where no token is needed.
    pub token: Option<(String, Want)>,
    /// What the answer looks like.
    pub shape: Shape,
    /// For the report: what was asked for, what could not be honoured.
    pub note: String,
}

/// What an answer looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// The token alone, `text/plain`.
    Bare,
    /// The token as a JSON string.
    Quoted,
    /// The JSON of a token endpoint.
    TokenJson,
    /// A script that stands in for the signing library.
    Library,
}

/// A response made here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocalResponse {
    /// Status.
    pub status: u16,
    /// `Content-Type`.
    pub content_type: &'static str,
    /// Body; secret where it holds a token.
    pub body: SecretString,
}

impl Answer {
    /// The profile for reports; `-` where no token is needed.
    pub fn profile(&self) -> &str {
        self.token.as_ref().map_or("-", |(profile, _)| profile)
    }

    /// Makes the response. `token` is that of [`Answer::token`].
    pub fn respond(&self, token: Option<&Token>, now: u64) -> LocalResponse {
        let text = token.map_or(NEEDLESS, |token| token.value.expose());
        let (content_type, body) = match self.shape {
            Shape::Bare => ("text/plain; charset=utf-8", text.to_owned()),
            Shape::Quoted => ("application/json; charset=utf-8", json!(text).to_string()),
            Shape::TokenJson => {
                let left = token.and_then(|token| token.expires_at).map_or(119, |at| at.saturating_sub(now));
                let scope = token.map(|token| token.scopes.join(" ")).unwrap_or_default();
                let body = json!({"access_token": text, "token_type": "Bearer", "expires_in": left, "scope": scope});
                ("application/json;charset=UTF-8", body.to_string())
            }
            Shape::Library => ("application/javascript; charset=utf-8", include_str!("pmlib.js").to_owned()),
        };
        LocalResponse { status: 200, content_type, body: SecretString::new(body) }
    }
}

/// Whether a request asks for a token that a profile can give; `None` for all other requests.
pub fn recognise(asked: &Asked<'_>, tokens: &Tokens, test_tokens: &TestTokens) -> Option<Decision> {
    if tokens.profiles().is_empty() {
        return None;
    }
    if asked.host == GENERATOR_HOST && asked.method == "GET" {
        return generator(asked, tokens, test_tokens);
    }
    if asked.host == LIBRARY_HOST && asked.path == LIBRARY_PATH {
        return maskinporten_profiles(tokens).next().map(|_| {
            Decision::Answer(Answer {
                token: None,
                shape: Shape::Library,
                note: "signing library: the logins it signs for are answered here, so a stand-in is enough".to_owned(),
            })
        });
    }
    if is_login(asked, tokens) {
        return login(asked, tokens);
    }
    if is_exchange(asked, tokens) {
        return exchange(asked, tokens);
    }
    None
}

fn maskinporten_profiles(tokens: &Tokens) -> impl Iterator<Item = &Profile> {
    tokens.profiles().values().filter(|profile| matches!(profile.provider, Provider::Maskinporten(_)))
}

/// A profile that fits and what it was chosen for.
struct Choice<'a> {
    profile: &'a Profile,
    /// The user named the profile: its scopes are taken as they are.
    named: bool,
}

/// The profile whose scopes cover what is asked: of the organisation asked for, then with the fewest others.
fn covering<'a>(profiles: impl Iterator<Item = &'a Profile>, scopes: &[&str], org: Option<&str>) -> Option<Choice<'a>> {
    if scopes.is_empty() {
        return None;
    }
    profiles
        .filter(|profile| scopes.iter().all(|scope| profile.scopes.iter().any(|held| held == scope)))
        .min_by_key(|profile| {
            let other_org = org.is_some() && organisation(profile) != org;
            (other_org, profile.scopes.len())
        })
        .map(|profile| Choice { profile, named: false })
}

/// The organisation a profile's tokens speak for, where it is known.
fn organisation(profile: &Profile) -> Option<&str> {
    let number = match &profile.provider {
        Provider::Maskinporten(client) => {
            client.system_user.as_ref().map(|user| user.org.as_str()).or(client.consumer_org.as_deref())
        }
        _ => None,
    };
    number.or(profile.org.as_deref())
}

fn scopes(text: &str) -> Vec<&str> {
    text.split([' ', ',']).filter(|scope| !scope.is_empty()).collect()
}

/// Scopes that only a person's token has.
fn of_persons(scope: &str) -> bool {
    matches!(scope, "altinn:enduser" | "altinn:portal/enduser") || scope.starts_with("openid") || scope == "profile"
}

fn generator(asked: &Asked<'_>, tokens: &Tokens, test_tokens: &TestTokens) -> Option<Decision> {
    let kind = asked.path.rsplit('/').next().unwrap_or_default();
    let personal = kind.eq_ignore_ascii_case("GetPersonalToken");
    let known = [
        "GetPersonalToken",
        "GetEnterpriseToken",
        "GetSystemUserToken",
        "GetEnterpriseUserToken",
        "GetPlatformAccessToken",
        "GetPlatformToken",
    ];
    if !known.iter().any(|name| kind.eq_ignore_ascii_case(name)) {
        return None;
    }
    if asked.query("bulkCount").is_some() || asked.query("dump").is_some() {
        return Some(Decision::Send(
            "`bulkCount` and `dump` of the test-token generator have no counterpart".to_owned(),
        ));
    }
    if kind.to_ascii_lowercase().starts_with("getplatform") {
        return Some(Decision::Send("Maskinporten issues no platform access tokens".to_owned()));
    }
    let text = asked.query("scopes").unwrap_or(if personal { "altinn:enduser" } else { "" });
    let wanted = scopes(text);
    let org = ["consumerOrgNo", "systemUserOrg", "orgNo"].iter().find_map(|name| asked.query(name));
    let consumer = asked.query("consumerOrgNo");
    let person_only = personal && wanted.iter().all(|scope| of_persons(scope));

    let named = |name: &String| tokens.profiles().get(name).map(|profile| Choice { profile, named: true });
    let by_scope = || {
        let mut profiles = wanted.iter().map(|scope| test_tokens.scopes.get(*scope));
        let first = profiles.next()??;
        // All scopes of one token have to be mapped to one profile.
        profiles.all(|profile| profile == Some(first)).then(|| named(first)).flatten()
    };
    let by_org = || org.and_then(|org| test_tokens.orgs.get(org)).and_then(named);
    let by_person = || test_tokens.personal.as_ref().filter(|_| personal).and_then(named);
    let by_cover = || if person_only { None } else { covering(tokens.profiles().values(), &wanted, org) };
    let choice = by_scope().or_else(by_org).or_else(|| {
        // A person's token that names an organisation is used for what the organisation may do.
        if personal && consumer.is_none() { by_person().or_else(by_cover) } else { by_cover().or_else(by_person) }
    });
    let Some(choice) = choice else {
        return Some(Decision::Send(no_profile(&wanted, person_only, tokens)));
    };
    let want = Want { scopes: (!choice.named).then(|| narrowed(choice.profile, &wanted)), raw: false };
    let mut note = format!("test token for {}", if wanted.is_empty() { "no scope" } else { text });
    if let (true, Some(pid)) = (personal, asked.query("pid")) {
        // The number itself is personal data.
        let digits = pid.len();
        note = format!(
            "{note}; the person (pid of {digits} digits) could not be honoured: the token speaks for an organisation"
        );
    }
    if let (Some(org), Some(own)) = (org, organisation(choice.profile))
        && org != own
    {
        note = format!("{note}; asked for organisation {org}, the profile's is {own}");
    }
    let shape = token_shape(asked);
    Some(Decision::Answer(Answer { token: Some((choice.profile.name.clone(), want)), shape, note }))
}

/// The scopes asked for, with the service owner's where it makes a sender of an owner: test tokens do without it, because the
/// organisation `ttd` is let through.
fn narrowed(profile: &Profile, wanted: &[&str]) -> Vec<String> {
    let writes = wanted.iter().any(|scope| matches!(scope.rsplit('.').next(), Some("write" | "admin")));
    profile
        .scopes
        .iter()
        .filter(|held| wanted.contains(&held.as_str()) || (writes && held.as_str() == "altinn:serviceowner"))
        .cloned()
        .collect()
}

/// The token alone, or quoted where JSON is asked for.
fn token_shape(asked: &Asked<'_>) -> Shape {
    let json = asked.accept.is_some_and(|accept| accept.contains("application/json") && !accept.contains("*/*"));
    if json { Shape::Quoted } else { Shape::Bare }
}

fn no_profile(wanted: &[&str], person_only: bool, tokens: &Tokens) -> String {
    if person_only {
        return "Maskinporten issues no tokens for persons; name a profile for them under `substitute: test_tokens: personal:`"
            .to_owned();
    }
    let list = tokens
        .profiles()
        .values()
        .map(|profile| format!("`{}` ({})", profile.name, profile.scopes.join(" ")))
        .collect::<Vec<_>>()
        .join(", ");
    format!(
        "no token profile covers {}; profiles: {list}; give one the scope, or name it under `substitute: test_tokens:`",
        if wanted.is_empty() { "a token without scopes".to_owned() } else { format!("`{}`", wanted.join(" ")) }
    )
}

/// A grant sent to Maskinporten, or to the token endpoint of a profile.
fn is_login(asked: &Asked<'_>, tokens: &Tokens) -> bool {
    asked.method == "POST"
        && value(&asked.form, "grant_type") == Some(JWT_BEARER)
        && (matches!(asked.host, "test.maskinporten.no" | "maskinporten.no") && asked.path == "/token"
            || maskinporten_profiles(tokens).any(|profile| match &profile.provider {
                Provider::Maskinporten(client) => client.issuer.token_endpoint == asked.address,
                _ => false,
            }))
}

fn login(asked: &Asked<'_>, tokens: &Tokens) -> Option<Decision> {
    let same_issuer = |profile: &&Profile| match &profile.provider {
        Provider::Maskinporten(client) => {
            client.issuer.token_endpoint == asked.address
                || client.issuer.issuer.strip_prefix("https://").map(|rest| rest.trim_end_matches('/')) == Some(asked.host)
                // A profile of another issuer answers for the public one: that is what `issuer` in a profile is for.
                || client.issuer.environment.is_none()
        }
        _ => false,
    };
    let mut profiles = maskinporten_profiles(tokens).filter(same_issuer).peekable();
    profiles.peek()?;
    let claims = value(&asked.form, "assertion").and_then(Claims::decode);
    let wanted = claims.as_ref().map(Claims::scopes).unwrap_or_default();
    let org = claims.as_ref().and_then(|claims| claims.text("consumer_org"));
    if !wanted.is_empty() && wanted.iter().all(|scope| scope.starts_with("altinn:testtools/tokengenerator")) {
        return Some(Decision::Answer(Answer {
            token: None,
            shape: Shape::TokenJson,
            note: "login for the test-token generator: not needed, the tokens asked of it are substituted".to_owned(),
        }));
    }
    let profiles: Vec<&Profile> = profiles.collect();
    let (profile, want, note) = if wanted.is_empty() {
        let [only] = profiles.as_slice() else {
            return Some(Decision::Send(
                "the scopes of this login could not be read, because its grant is no JWT (did its script fail?), and there are several Maskinporten profiles".to_owned(),
            ));
        };
        (
            *only,
            Want { scopes: None, raw: true },
            "Maskinporten login whose scopes could not be read: the profile's scopes".to_owned(),
        )
    } else {
        let Some(choice) = covering(profiles.into_iter(), &wanted, org) else {
            return Some(Decision::Send(no_profile(&wanted, false, tokens)));
        };
        // As asked, in the collection's order of scopes or not: a token with more scopes is treated differently.
        let scopes = choice.profile.scopes.iter().filter(|held| wanted.contains(&held.as_str())).cloned().collect();
        (
            choice.profile,
            Want { scopes: Some(scopes), raw: true },
            format!("Maskinporten login for {}", wanted.join(" ")),
        )
    };
    Some(Decision::Answer(Answer { token: Some((profile.name.clone(), want)), shape: Shape::TokenJson, note }))
}

/// Altinn's exchange, at a known platform or that of a profile.
fn is_exchange(asked: &Asked<'_>, tokens: &Tokens) -> bool {
    asked.method == "GET"
        && asked.path.eq_ignore_ascii_case(EXCHANGE_PATH)
        && (ALTINN_ENVIRONMENTS.iter().any(|row| row.1.strip_prefix("https://") == Some(asked.host))
            || tokens.profiles().values().filter_map(|profile| profile.exchange.as_ref()).any(|exchange| {
                asked.address.strip_prefix(exchange.platform.as_str()).is_some_and(|rest| rest.starts_with('/'))
            }))
}

fn exchange(asked: &Asked<'_>, tokens: &Tokens) -> Option<Decision> {
    let mut profiles = tokens.profiles().values().filter(|profile| profile.exchange.is_some()).peekable();
    profiles.peek()?;
    let note = "exchange at Altinn".to_owned();
    let answer = |profile: &str, scopes: Option<Vec<String>>, note: String| {
        Some(Decision::Answer(Answer {
            token: Some((profile.to_owned(), Want { scopes, raw: false })),
            shape: token_shape(asked),
            note,
        }))
    };
    if let Some((profile, scopes)) = asked.bearer.and_then(|token| tokens.origin(token)) {
        let config = tokens.profiles().get(profile)?;
        config.exchange.as_ref()?;
        let scopes = (config.scopes != scopes).then(|| scopes.to_vec());
        return answer(profile, scopes, note);
    }
    let claims = asked.bearer.and_then(Claims::decode);
    let wanted = claims.as_ref().map(Claims::scopes).unwrap_or_default();
    let org = claims.as_ref().and_then(Claims::consumer);
    let profiles: Vec<&Profile> = profiles.collect();
    if let Some(choice) = covering(profiles.iter().copied(), &wanted, org) {
        let scopes = choice.profile.scopes.iter().filter(|held| wanted.contains(&held.as_str())).cloned().collect();
        return answer(&choice.profile.name, Some(scopes), note);
    }
    match profiles.as_slice() {
        [only] if wanted.is_empty() => {
            answer(&only.name, None, "exchange at Altinn of a token that is none: the profile's".to_owned())
        }
        _ if wanted.is_empty() => Some(Decision::Send(
            "the token to exchange is not one whose scopes could be read (did the login before it fail?), and there are several profiles"
                .to_owned(),
        )),
        _ => Some(Decision::Send(no_profile(&wanted, false, tokens))),
    }
}
