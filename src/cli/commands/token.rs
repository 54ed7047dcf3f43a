//! `postbud token`: gets a profile's token and prints it, or says at which step and why that failed.

use super::say;
use std::collections::HashMap;
use std::path::PathBuf;
use std::rc::Rc;

use serde_json::Value;

use super::verify::{Sources, client, emulator, now};
use crate::altinn::Claims;
use crate::cli::args::TokenArgs;
use crate::cli::context::Context;
use crate::cli::{ExitStatus, Failure};
use crate::config::{ALTINN_ENVIRONMENTS, Exchange, Profile, Provider};
use crate::http::message::{Header, SendSettings, header};
use crate::runner::ClientTransport;
use crate::secret::Redactor;
use crate::token::{
    Token, TokenContext, TokenError, TokenHttpRequest, TokenHttpResponse, TokenStep, Tokens, Want, load_key,
};
use crate::verify::Setup;

/// Prints a token to standard output; everything else goes to standard error.
///
/// # Errors
/// When the configuration cannot be read or names no such profile.
pub(in crate::cli) async fn run(args: TokenArgs, context: &Context) -> Result<ExitStatus, Failure> {
    let emulator = if args.emulator { Some(emulator(&args.fault, &[], None).await?) } else { None };
    let sources = Sources {
        config: args.config.as_deref(),
        environment: args.environment.as_deref(),
        env_var: &args.env_var,
        emulator: emulator.as_ref(),
    };
    let (mut setup, path) = sources.setup(context, &Redactor::off(), |_| {}).await?;
    let name = choose(&args, &setup, path)?;
    if let Some(platform) = &args.exchange {
        exchange_at(&mut setup, &name, platform)?;
    }
    let client = client(context, emulator.as_ref(), &args.connect_to, args.ssl_extra_ca_certs.as_deref())?;
    let mut http = ClientTransport::new(Rc::new(client), SendSettings::default(), crate::request::user_agent());
    let environment = |name: &str| context.variable(name).map(str::to_owned);
    let variables: HashMap<String, String> = setup.variables.clone();
    let variable = |name: &str| variables.get(name).cloned();
    let mut context = TokenContext { http: &mut http, env: &environment, variable: &variable, now: &now };
    let status = if args.explain {
        explain(&setup, &name, args.raw, &mut context).await
    } else {
        fetch(&args, setup, &name, &mut context).await
    };
    if let Some(emulator) = emulator {
        emulator.shutdown().await;
    }
    Ok(status)
}

async fn fetch(args: &TokenArgs, setup: Setup, name: &str, context: &mut TokenContext<'_>) -> ExitStatus {
    let mut tokens = Tokens::new(setup.tokens);
    let got = tokens.get(name, &Want { scopes: None, raw: args.raw }, context).await;
    if !args.quiet {
        for warning in tokens.take_warnings() {
            eprintln!("warning: {warning}");
        }
    }
    match got {
        Ok(token) if args.decode => super::print(&decoded(&token)),
        Ok(token) => say!("{}", token.value.expose()),
        Err(error) => {
            if !args.quiet {
                eprintln!("error: {error}");
                eprintln!("  `postbud token {name} --explain` goes through each check");
            }
            return ExitStatus::Failed;
        }
    }
    ExitStatus::Passed
}

/// The named profile, or the only one.
fn choose(args: &TokenArgs, setup: &Setup, path: Option<PathBuf>) -> Result<String, Failure> {
    let names: Vec<&str> = setup.tokens.keys().map(String::as_str).collect();
    let place = path.map_or_else(|| "the environment".to_owned(), |path| path.display().to_string());
    match (&args.profile, names.as_slice()) {
        (Some(name), _) if setup.tokens.contains_key(name) => Ok(name.clone()),
        (_, []) => Err(Failure::usage(format!(
            "there are no token profiles in {place}; write them under `tokens:` in postbud.yaml, or give an environment \
             with `owner_client_id` and `owner_client_jwk` (-e)"
        ))),
        (Some(name), _) => {
            Err(Failure::usage(format!("{place} has no token profile `{name}`; there are: {}", names.join(", "))))
        }
        (None, [only]) => Ok((*only).to_owned()),
        (None, _) => Err(Failure::usage(format!("name a token profile: {}", names.join(", ")))),
    }
}

/// Lets a profile exchange its token, as `--exchange` says.
fn exchange_at(setup: &mut Setup, name: &str, wanted: &str) -> Result<(), Failure> {
    let row = ALTINN_ENVIRONMENTS.iter().find(|row| row.0 == wanted);
    let platform = match row {
        Some(row) => row.1.to_owned(),
        None if wanted.contains("://") => wanted.trim_end_matches('/').to_owned(),
        None if wanted.is_empty() => setup.platform.clone(),
        None => {
            let known: Vec<&str> = ALTINN_ENVIRONMENTS.iter().map(|row| row.0).collect();
            return Err(Failure::usage(format!("--exchange takes an address or one of {}", known.join(", "))));
        }
    };
    let Some(profile) = setup.tokens.get_mut(name) else { return Ok(()) };
    if wanted.is_empty() && profile.exchange.is_some() {
        return Ok(());
    }
    if platform.is_empty() {
        return Err(Failure::usage("--exchange: the profile names no environment; write --exchange tt02"));
    }
    profile.exchange = Some(Exchange { platform, environment: row.map(|row| row.0), test: false });
    Ok(())
}

/// Goes through each check in order; stops at the first that fails.
async fn explain(setup: &Setup, name: &str, raw: bool, context: &mut TokenContext<'_>) -> ExitStatus {
    let Some(profile) = setup.tokens.get(name).cloned() else { return ExitStatus::Failed };
    match checks(setup, &profile, raw, context).await {
        Ok(()) => ExitStatus::Passed,
        Err((step, message, mend)) => {
            say!("{step:<14} FAILED  {}", message.replace('\n', "\n                       "));
            if !mend.is_empty() {
                say!("{:<14}         {mend}", "");
            }
            ExitStatus::Failed
        }
    }
}

type Wrong = (&'static str, String, String);

fn told(step: &'static str, text: impl std::fmt::Display) {
    say!("{step:<14} ok      {text}");
}

async fn checks(setup: &Setup, profile: &Profile, raw: bool, context: &mut TokenContext<'_>) -> Result<(), Wrong> {
    let scopes = profile.scopes.join(" ");
    told("configuration", format!("profile `{}`, provider {}, scopes {scopes}", profile.name, profile.provider.name()));
    if let Provider::Maskinporten(client) = &profile.provider {
        if let (Some(own), Some(exchange)) = (client.issuer.environment, &profile.exchange) {
            let wanted = ALTINN_ENVIRONMENTS.iter().find(|row| row.1 == exchange.platform).map(|row| row.2);
            if wanted.is_some_and(|wanted| wanted != own) {
                let message = format!("Maskinporten's {own} does not go with {}", exchange.platform);
                return Err(("configuration", message, "change `environment` or `exchange` of the profile".to_owned()));
            }
        }
        let key = load_key(&profile.name, &client.key, context).map_err(|error| wrong("key", &error))?;
        let mut facts = vec![format!("{} bits, thumbprint {}", key.info.bits, key.info.thumbprint)];
        facts.extend(key.info.kid.as_ref().map(|kid| format!("kid {kid}")));
        facts.extend(key.info.subject.as_ref().map(|subject| format!("certificate of {subject}")));
        let now = (context.now)();
        if let Some(days) = key.info.days_left(now) {
            // The day of a renewal may not have been written down: Maskinporten itself knows.
            if days < 0 && key.info.registered.is_none() {
                let message = format!("{} ended {} days ago", key.info.what_ends(), -days);
                return Err(("key", message, key.info.renewal().to_owned()));
            }
            facts.push(format!("good for {days} days"));
        }
        facts.extend(key.info.warning(now).map(|text| format!("WARNING {text}")));
        told("key", facts.join(", "));
        maskinporten(&client.issuer.token_endpoint, &client.issuer.issuer, &profile.name, context).await?;
    }
    let mut tokens = Tokens::new(setup.tokens.clone());
    let want = Want { scopes: None, raw: true };
    let token = tokens.get(&profile.name, &want, context).await.map_err(|error| wrong("grant", &error))?;
    told("grant", facts(&token));
    if raw || profile.exchange.is_none() {
        return Ok(());
    }
    let token = tokens.get(&profile.name, &Want::default(), context).await.map_err(|error| {
        let step = if error.step == TokenStep::Exchange { "exchange" } else { "grant" };
        wrong(step, &error)
    })?;
    told("exchange", facts(&token));
    Ok(())
}

/// Clock and metadata of Maskinporten.
async fn maskinporten(
    endpoint: &str,
    issuer: &str,
    profile: &str,
    context: &mut TokenContext<'_>,
) -> Result<(), Wrong> {
    let origin = endpoint.strip_suffix("/token").unwrap_or(endpoint);
    let url = format!("{origin}/.well-known/oauth-authorization-server");
    let request = TokenHttpRequest {
        method: "GET",
        url: url.clone(),
        headers: vec![Header::system("Accept", "application/json")],
        body: None,
        profile: profile.to_owned(),
        purpose: "Maskinporten metadata",
    };
    let answer = context
        .http
        .fetch(request)
        .await
        .map_err(|error| ("clock", format!("{url}: {}", error.message), error.hint.unwrap_or_default()))?;
    match ahead(&answer, (context.now)()) {
        None => told("clock", "the token host gave no `Date` to compare with"),
        Some(seconds) if seconds.abs() < 5 => told("clock", format!("{} s apart", seconds.abs())),
        Some(seconds) => {
            let way = if seconds > 0 { "ahead of" } else { "behind" };
            let message = format!("the clock here is {} s {way} Maskinporten's", seconds.abs());
            return Err(("clock", message, "let NTP set it; grants are taken within 10 s".to_owned()));
        }
    }
    let metadata: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    let theirs = metadata.get("issuer").and_then(Value::as_str).unwrap_or_default();
    if answer.status != 200 || theirs != issuer {
        let message = format!("{url} answered {} with the issuer \"{theirs}\", not \"{issuer}\"", answer.status);
        let mend = "look at the issuer (its slash at the end counts), proxy and TLS interception".to_owned();
        return Err(("metadata", message, mend));
    }
    told("metadata", format!("issuer {issuer}"));
    Ok(())
}

/// Seconds that the clock here is ahead.
fn ahead(answer: &TokenHttpResponse, now: u64) -> Option<i64> {
    let date = httpdate::parse_http_date(header(&answer.headers, "date")?).ok()?;
    let theirs = date.duration_since(std::time::UNIX_EPOCH).ok()?.as_secs();
    i64::try_from(now).ok()?.checked_sub(i64::try_from(theirs).ok()?)
}

fn wrong(step: &'static str, error: &TokenError) -> Wrong {
    let cause = error.explanation.as_ref().map_or_else(String::new, ToString::to_string);
    let mend = if cause.is_empty() { error.hint.clone().unwrap_or_default() } else { cause };
    (step, error.message.clone(), mend)
}

/// What a token says of itself; never the token.
fn facts(token: &Token) -> String {
    let mut facts = Vec::new();
    if let Some(claims) = &token.claims {
        facts.extend(claims.issuer().map(|issuer| format!("issuer {issuer}")));
        facts.extend(claims.speaks_for().map(|org| format!("organisation {org}")));
        facts.extend(claims.text("urn:altinn:org").map(|code| format!("code {code}")));
        facts.push(format!("scopes {}", claims.scopes().join(" ")));
    }
    facts.extend(token.expires_in.map(|seconds| format!("good for {seconds} s")));
    facts.join(", ")
}

/// Claims, scopes and expiry for people; never the token.
fn decoded(token: &Token) -> String {
    let mut lines = vec![format!("profile   {}", token.profile)];
    if !token.scopes.is_empty() {
        lines.push(format!("scopes    {}", token.scopes.join(" ")));
    }
    if let Some(seconds) = token.expires_in {
        lines.push(format!("expires   in {seconds} s"));
    }
    if let Some(Claims(claims)) = &token.claims {
        lines.push(format!("claims    {claims:#}"));
    }
    lines.join("\n") + "\n"
}
