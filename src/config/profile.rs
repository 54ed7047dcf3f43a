//! `tokens:` how to get a token.

use std::path::PathBuf;
use std::time::Duration;

use super::ConfigError;
use super::node::{Key, Kind, Node, Source};
use super::reader::Reader;
use crate::diagnostic::Place;
use crate::secret::SecretString;

/// A token profile. Texts may hold `{{variables}}` of the run; they are filled in when the token is fetched.
#[derive(Debug, Clone)]
pub struct Profile {
    /// Its name.
    pub name: String,
    /// How the token is got.
    pub provider: Provider,
    /// Scopes asked for; for `command` and `env` those the token is known to hold.
    pub scopes: Vec<String>,
    /// Organisation the token speaks for, where the user says so: it helps to choose among profiles.
    pub org: Option<String>,
    /// Exchange at Altinn.
    pub exchange: Option<Exchange>,
    /// Where it stands.
    pub place: Place,
}

/// How a token is got.
#[derive(Debug, Clone)]
pub enum Provider {
    /// A JWT grant at Maskinporten.
    Maskinporten(Box<Maskinporten>),
    /// The client credentials grant of OAuth 2.
    ClientCredentials(Box<ClientCredentials>),
    /// A program that prints a token.
    Command(CommandToken),
    /// An environment variable.
    Env(EnvToken),
}

impl Provider {
    /// The name in `postbud.yaml`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Maskinporten(_) => "maskinporten",
            Self::ClientCredentials(_) => "oauth2-client-credentials",
            Self::Command(_) => "command",
            Self::Env(_) => "env",
        }
    }
}

/// A Maskinporten client.
#[derive(Debug, Clone)]
pub struct Maskinporten {
    /// Which Maskinporten.
    pub issuer: Issuer,
    /// Client id ("integrasjons-ID").
    pub client_id: String,
    /// The client's key.
    pub key: KeySource,
    /// Signature algorithm.
    pub algorithm: Algorithm,
    /// Audience restriction; empty: none.
    pub resource: Vec<String>,
    /// Organisation that delegated the scope.
    pub consumer_org: Option<String>,
    /// System user.
    pub system_user: Option<SystemUser>,
}

/// Which Maskinporten.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issuer {
    /// The issuer: `aud` of the grant; its slash at the end counts.
    pub issuer: String,
    /// Token endpoint.
    pub token_endpoint: String,
    /// `test` or `prod`, where it is one of them.
    pub environment: Option<&'static str>,
    /// The token endpoint is a guess: the issuer's metadata says it.
    pub discover: bool,
}

impl Issuer {
    /// Maskinporten for tests.
    pub fn test() -> Self {
        Self {
            issuer: "https://test.maskinporten.no/".to_owned(),
            token_endpoint: "https://test.maskinporten.no/token".to_owned(),
            environment: Some("test"),
            discover: false,
        }
    }

    /// Maskinporten in production.
    pub fn prod() -> Self {
        Self {
            issuer: "https://maskinporten.no/".to_owned(),
            token_endpoint: "https://maskinporten.no/token".to_owned(),
            environment: Some("prod"),
            discover: false,
        }
    }
}

/// Signature algorithm of a grant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Algorithm {
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    #[default]
    Rs256,
    /// With SHA-384.
    Rs384,
    /// With SHA-512.
    Rs512,
}

impl Algorithm {
    /// `alg` of the header.
    pub fn name(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Rs384 => "RS384",
            Self::Rs512 => "RS512",
        }
    }
}

/// A customer's system user.
#[derive(Debug, Clone)]
pub struct SystemUser {
    /// Organisation number; the prefix `0192:` is added when it is sent.
    pub org: String,
    /// Reference, where the customer has several system users.
    pub external_ref: Option<String>,
}

/// Where a secret text comes from.
#[derive(Debug, Clone)]
pub enum SecretSource {
    /// It stands in the file (as a rule through `${NAME}`).
    Inline(SecretString),
    /// A file.
    File(PathBuf),
    /// An environment variable.
    Env(String),
    /// A variable of the run.
    Variable(String),
}

/// A client's private key.
#[derive(Debug, Clone)]
pub struct KeySource {
    /// In which form.
    pub form: KeyForm,
    /// Key id, where the key does not hold one or another is wanted.
    pub kid: Option<String>,
    /// Seconds since 1970 at which it was registered, where the user says so: registered keys end a year later.
    pub registered: Option<i64>,
    /// Where it stands.
    pub place: Place,
}

/// The form of a key.
#[derive(Debug, Clone)]
pub enum KeyForm {
    /// A JWK: an object, `{"keys": […]}`, a list of one, or any of them in base64.
    Jwk(SecretSource),
    /// A private key in PEM.
    Pem {
        /// The text.
        text: SecretSource,
        /// Its pass phrase, where it is encrypted.
        password: Option<SecretSource>,
    },
    /// A business certificate with its key.
    Pkcs12 {
        /// The file.
        file: PathBuf,
        /// Its password.
        password: SecretSource,
        /// Alias of the key, where there are several.
        alias: Option<String>,
    },
}

/// Exchange of a Maskinporten token for an Altinn token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exchange {
    /// `https://platform.tt02.altinn.no`, without a slash at the end.
    pub platform: String,
    /// `tt02`, `prod`, …, where it is one of them.
    pub environment: Option<&'static str>,
    /// `?test=true`: Digdir's own test service owner.
    pub test: bool,
}

/// Altinn's environments, their platforms, and the Maskinporten they accept.
pub const ALTINN_ENVIRONMENTS: &[(&str, &str, &str)] = &[
    ("tt02", "https://platform.tt02.altinn.no", "test"),
    ("prod", "https://platform.altinn.no", "prod"),
    ("yt01", "https://platform.yt01.altinn.cloud", "test"),
    ("at22", "https://platform.at22.altinn.cloud", "test"),
    ("at23", "https://platform.at23.altinn.cloud", "test"),
    ("at24", "https://platform.at24.altinn.cloud", "test"),
];

/// The client credentials grant.
#[derive(Debug, Clone)]
pub struct ClientCredentials {
    /// Token endpoint.
    pub token_endpoint: String,
    /// Client id.
    pub client_id: String,
    /// Client secret.
    pub client_secret: SecretSource,
    /// Send id and secret in the form instead of Basic authorization.
    pub in_body: bool,
    /// `audience` field.
    pub audience: Option<String>,
    /// `resource` fields.
    pub resource: Vec<String>,
}

/// A program that prints a token.
#[derive(Debug, Clone)]
pub struct CommandToken {
    /// Program and arguments; no shell in between.
    pub argv: Vec<String>,
    /// How long its token is good; without it, the token's own `exp`, else the whole run.
    pub ttl: Option<Duration>,
}

/// A token in an environment variable.
#[derive(Debug, Clone)]
pub struct EnvToken {
    /// Name of the variable.
    pub name: String,
}

pub(super) fn read(source: &Source, base: &std::path::Path, key: &Key, node: &Node) -> Result<Profile, ConfigError> {
    let mut map = Reader::new(source, node, "a token profile")?;
    let provider = map.need("provider")?;
    let scopes: Vec<String> = map
        .texts("scopes")?
        .iter()
        .flat_map(|text| text.split([' ', ',']).map(str::to_owned).collect::<Vec<_>>())
        .filter(|s| !s.is_empty())
        .collect();
    let org = map.text("org")?;
    let mut exchange = None;
    let provider = match source.text(provider, "provider")?.as_str() {
        "maskinporten" => {
            if scopes.is_empty() {
                return Err(map.error("a Maskinporten profile needs `scopes`"));
            }
            let client = maskinporten(source, base, &mut map)?;
            if let Some(node) = map.get_any("exchange") {
                exchange = read_exchange(source, node, client.issuer.environment)?;
            }
            check_environments(source, &map, &client.issuer, exchange.as_ref())?;
            Provider::Maskinporten(Box::new(client))
        }
        "oauth2-client-credentials" => Provider::ClientCredentials(Box::new(ClientCredentials {
            token_endpoint: map.need_text("token_endpoint")?,
            client_id: map.need_text("client_id")?,
            client_secret: secret(source, base, map.need("client_secret")?, "client_secret")?,
            in_body: match map.get("auth") {
                None => false,
                Some(node) => match source.text(node, "auth")?.as_str() {
                    "basic" => false,
                    "body" => true,
                    _ => return Err(source.expected(node, "auth", "`basic` or `body`")),
                },
            },
            audience: map.text("audience")?,
            resource: map.texts("resource")?,
        })),
        "command" => {
            let node = map.need("command")?;
            let argv = match node.kind {
                Kind::List(_) => source.texts(node, "command")?,
                _ => return Err(source.expected(node, "command", "a list of the program and its arguments")),
            };
            if argv.is_empty() {
                return Err(source.expected(node, "command", "a list of the program and its arguments"));
            }
            Provider::Command(CommandToken { argv, ttl: map.duration("ttl")? })
        }
        "env" => Provider::Env(EnvToken { name: map.need_text("env")? }),
        other => {
            let known = ["maskinporten", "oauth2-client-credentials", "command", "env"];
            let help = match super::nearest(other, &known) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("known providers: {}", known.join(", ")),
            };
            return Err(source.error_with_help(provider.at, &format!("unknown token provider `{other}`"), help));
        }
    };
    map.finish()?;
    Ok(Profile { name: key.text.clone(), provider, scopes, org, exchange, place: source.place(key.at) })
}

fn maskinporten(source: &Source, base: &std::path::Path, map: &mut Reader<'_>) -> Result<Maskinporten, ConfigError> {
    let environment = map.get("environment");
    let issuer = map.text("issuer")?;
    let endpoint = map.text("token_endpoint")?;
    let issuer = match (environment, issuer) {
        (Some(node), None) => {
            let mut issuer = match source.text(node, "environment")?.as_str() {
                "test" => Issuer::test(),
                "prod" => Issuer::prod(),
                old @ ("ver1" | "ver2" | "yt2") => {
                    return Err(source.error_with_help(
                        node.at,
                        &format!("Maskinporten's environment `{old}` is closed"),
                        "use `environment: test`, and make the client there",
                    ));
                }
                _ => return Err(source.expected(node, "environment", "`test` or `prod`")),
            };
            if let Some(endpoint) = endpoint {
                issuer.token_endpoint = endpoint;
            }
            issuer
        }
        (None, Some(issuer)) => custom_issuer(map, issuer, endpoint)?,
        (Some(node), Some(_)) => {
            return Err(source.error(node.at, "give either `environment` or `issuer`, not both"));
        }
        (None, None) => {
            return Err(map.error("a Maskinporten profile needs `environment` (`test` or `prod`) or `issuer`"));
        }
    };
    let client_id = map.need_text("client_id")?;
    let key_node = map.need("key")?;
    let key = key(source, base, key_node)?;
    let algorithm = match map.get("algorithm") {
        None => Algorithm::default(),
        Some(node) => match source.text(node, "algorithm")?.as_str() {
            "RS256" => Algorithm::Rs256,
            "RS384" => Algorithm::Rs384,
            "RS512" => Algorithm::Rs512,
            _ => {
                return Err(source.expected(
                    node,
                    "algorithm",
                    "`RS256`, `RS384` or `RS512`, which Maskinporten takes,",
                ));
            }
        },
    };
    let consumer_org = map.get("consumer_org").map(|node| organisation(source, node, "consumer_org")).transpose()?;
    let system_user = match map.get("system_user") {
        None => None,
        Some(node) => {
            let mut user = Reader::new(source, node, "`system_user`")?;
            let org = organisation(source, user.need("org")?, "org")?;
            let external_ref = user.text("external_ref")?;
            user.finish()?;
            Some(SystemUser { org, external_ref })
        }
    };
    Ok(Maskinporten { issuer, client_id, key, algorithm, resource: map.texts("resource")?, consumer_org, system_user })
}

fn custom_issuer(map: &Reader<'_>, issuer: String, endpoint: Option<String>) -> Result<Issuer, ConfigError> {
    for (host, name) in [("ver1.maskinporten", "ver1"), ("ver2.maskinporten", "ver2"), ("yt2", "yt2")] {
        if issuer.contains(host) {
            return Err(map.error(&format!("Maskinporten's environment `{name}` is closed; use `environment: test`")));
        }
    }
    if issuer.trim_end_matches('/') == "https://test.maskinporten.no" && endpoint.is_none() {
        return Ok(Issuer::test());
    }
    if issuer.trim_end_matches('/') == "https://maskinporten.no" && endpoint.is_none() {
        return Ok(Issuer::prod());
    }
    let discover = endpoint.is_none();
    let endpoint = endpoint.unwrap_or_else(|| format!("{}/token", issuer.trim_end_matches('/')));
    let environment = match issuer.as_str() {
        "https://test.maskinporten.no/" => Some("test"),
        "https://maskinporten.no/" => Some("prod"),
        _ => None,
    };
    Ok(Issuer { issuer, token_endpoint: endpoint, environment, discover })
}

/// An organisation number: nine digits, with or without `0192:`, or a variable.
fn organisation(source: &Source, node: &Node, key: &str) -> Result<String, ConfigError> {
    let text = source.text(node, key)?;
    let number = text.trim().strip_prefix("0192:").unwrap_or(text.trim()).replace(' ', "");
    if number.contains("{{") || (number.len() == 9 && number.bytes().all(|b| b.is_ascii_digit())) {
        Ok(number)
    } else {
        Err(source.expected(node, key, "an organisation number of nine digits"))
    }
}

fn key(source: &Source, base: &std::path::Path, node: &Node) -> Result<KeySource, ConfigError> {
    let mut map = Reader::new(source, node, "`key`")?;
    let jwk = map.get("jwk");
    let pem = map.get("pem");
    let pkcs12 = map.get("pkcs12");
    let kid = map.text("kid")?;
    let password = map.get("password");
    let registered = map.get("registered").map(|node| date(source, node, "registered")).transpose()?;
    let alias = map.text("alias")?;
    let form = match (jwk, pem, pkcs12) {
        (Some(node), None, None) => KeyForm::Jwk(secret(source, base, node, "jwk")?),
        (None, Some(node), None) => {
            if kid.is_none() {
                return Err(source.error_with_help(
                    node.at,
                    "a key in PEM needs `kid` beside it",
                    "the id that self service shows for the registered key",
                ));
            }
            let password = password.map(|node| secret(source, base, node, "password")).transpose()?;
            KeyForm::Pem { text: secret(source, base, node, "pem")?, password }
        }
        (None, None, Some(node)) => {
            let file = match &node.kind {
                Kind::Map(_) => {
                    let mut file = Reader::new(source, node, "`pkcs12`")?;
                    let path = file.need_text("file")?;
                    file.finish()?;
                    path
                }
                _ => source.text(node, "pkcs12")?,
            };
            let Some(password) = password else {
                return Err(source.error(node.at, "`pkcs12` needs `password` beside it (`password: {env: NAME}`)"));
            };
            KeyForm::Pkcs12 {
                file: base.join(file),
                password: secret(source, base, password, "password")?,
                alias: alias.clone(),
            }
        }
        (None, None, None) => return Err(map.error("`key` needs one of `jwk`, `pem` and `pkcs12`")),
        _ => return Err(map.error("`key` takes only one of `jwk`, `pem` and `pkcs12`")),
    };
    if matches!(form, KeyForm::Jwk(_)) && password.is_some() {
        return Err(map.error("`password` belongs to `pem` and `pkcs12`"));
    }
    if !matches!(form, KeyForm::Pkcs12 { .. }) && alias.is_some() {
        return Err(map.error("`alias` belongs to `pkcs12`"));
    }
    let at = map.at();
    map.finish()?;
    Ok(KeySource { form, kid, registered, place: source.place(at) })
}

/// A day as `2026-01-31`, in seconds since 1970.
fn date(source: &Source, node: &Node, key: &str) -> Result<i64, ConfigError> {
    let day = source.text(node, key)?.trim().parse::<jiff::civil::Date>().ok();
    let start = day.and_then(|day| day.to_zoned(jiff::tz::TimeZone::UTC).ok());
    start.map(|start| start.timestamp().as_second()).ok_or_else(|| source.expected(node, key, "a day (2026-01-31)"))
}

/// A secret: text, or one of `{file}`, `{env}`, `{variable}`.
fn secret(
    source: &Source,
    base: &std::path::Path,
    node: &Node,
    key: &'static str,
) -> Result<SecretSource, ConfigError> {
    if !matches!(node.kind, Kind::Map(_)) {
        return match &node.kind {
            Kind::Text(text) => Ok(SecretSource::Inline(SecretString::new(text.clone()))),
            Kind::Number(_) => Ok(SecretSource::Inline(SecretString::new(source.text(node, key)?))),
            // The value is not shown: it may be the secret.
            other => Err(source.error(
                node.at,
                &format!(
                    "expected `{{file: …}}`, `{{env: …}}`, `{{variable: …}}` or text for `{key}`, found {}",
                    other.name()
                ),
            )),
        };
    }
    let mut map = Reader::new(source, node, "a secret")?;
    let found = [map.text("file")?, map.text("env")?, map.text("variable")?];
    let result = match found {
        [Some(file), None, None] => Ok(SecretSource::File(base.join(file))),
        [None, Some(env), None] => Ok(SecretSource::Env(env)),
        [None, None, Some(variable)] => Ok(SecretSource::Variable(variable)),
        _ => Err(map.error(&format!("`{key}` takes exactly one of `file`, `env` and `variable`"))),
    };
    map.finish()?;
    result
}

fn read_exchange(source: &Source, node: &Node, maskinporten: Option<&str>) -> Result<Option<Exchange>, ConfigError> {
    let default = || match maskinporten {
        Some("prod") => "prod",
        _ => "tt02",
    };
    match &node.kind {
        Kind::Null | Kind::Bool(false) => return Ok(None),
        Kind::Text(text) if text == "altinn" => {
            if maskinporten.is_none() {
                return Err(source.error_with_help(
                    node.at,
                    "with an `issuer` of your own, `exchange` needs to know where",
                    "write `exchange: {platform: https://…}` or `exchange: {environment: tt02}`",
                ));
            }
            return known_platform(source, node, default(), false).map(Some);
        }
        Kind::Map(_) => {}
        _ => {
            return Err(source.expected(
                node,
                "exchange",
                "`altinn`, `false` or a map with `environment` or `platform`",
            ));
        }
    }
    let mut map = Reader::new(source, node, "`exchange`")?;
    if let Some(to) = map.get("to")
        && source.text(to, "to")? != "altinn"
    {
        return Err(source.expected(to, "to", "`altinn`"));
    }
    let environment = map.get("environment");
    let platform = map.text("platform")?;
    let test = map.flag("test")?.unwrap_or(false);
    let exchange = match (environment, platform) {
        (_, Some(platform)) => {
            let platform = platform.trim_end_matches('/').to_owned();
            let environment = ALTINN_ENVIRONMENTS.iter().find(|row| row.1 == platform).map(|row| row.0);
            Exchange { platform, environment, test }
        }
        (Some(node), None) => known_platform(source, node, &source.text(node, "environment")?, test)?,
        (None, None) => known_platform(source, node, default(), test)?,
    };
    map.finish()?;
    Ok(Some(exchange))
}

fn known_platform(source: &Source, node: &Node, name: &str, test: bool) -> Result<Exchange, ConfigError> {
    ALTINN_ENVIRONMENTS
        .iter()
        .find(|row| row.0 == name)
        .map(|row| Exchange { platform: row.1.to_owned(), environment: Some(row.0), test })
        .ok_or_else(|| source.expected(node, "environment", "`tt02`, `prod`, `yt01`, `at22`, `at23` or `at24`"))
}

/// A token of Maskinporten's test environment is refused by Altinn in production, and the reverse.
fn check_environments(
    source: &Source,
    map: &Reader<'_>,
    issuer: &Issuer,
    exchange: Option<&Exchange>,
) -> Result<(), ConfigError> {
    let (Some(maskinporten), Some(altinn)) = (issuer.environment, exchange.and_then(|e| e.environment)) else {
        return Ok(());
    };
    let wanted = ALTINN_ENVIRONMENTS.iter().find(|row| row.0 == altinn).map(|row| row.2);
    match wanted {
        Some(wanted) if wanted != maskinporten => Err(source.error_with_help(
            map.at(),
            &format!("Altinn's `{altinn}` does not take tokens of Maskinporten's `{maskinporten}`"),
            format!("Altinn's `{altinn}` goes with Maskinporten's `{wanted}`"),
        )),
        _ => Ok(()),
    }
}
