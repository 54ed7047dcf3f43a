//! `postbud token`: gets a profile's token and prints it, or says at which step and why that failed.

use std::rc::Rc;

use crate::altinn::Claims;
use crate::cli::args::TokenArgs;
use crate::cli::context::Context;
use crate::cli::{ExitStatus, Failure};
use crate::config::Config;
use crate::http::client::{Client, ClientConfig};
use crate::http::message::SendSettings;
use crate::http::proxy::Proxies;
use crate::runner::ClientTransport;
use crate::token::{Token, TokenContext, Tokens, Want};

use super::run::transport::parse_connect_to;

/// Prints a token to standard output; everything else goes to standard error.
///
/// # Errors
/// When the configuration cannot be read or names no such profile.
pub(in crate::cli) async fn run(args: TokenArgs, context: &Context) -> Result<ExitStatus, Failure> {
    let env = |name: &str| context.variable(name).map(str::to_owned);
    let config = Config::load(&args.config, &env).map_err(Failure::usage)?;
    let profile = choose(&args, &config)?;
    let extra_ca_pem = match &args.ssl_extra_ca_certs {
        Some(path) => Some(std::fs::read(path).map_err(|e| Failure::usage(format!("{}: {e}", path.display())))?),
        None => None,
    };
    let client = Client::new(ClientConfig {
        connect_to: parse_connect_to(&args.connect_to)?,
        proxies: Proxies::from_env(env),
        extra_ca_pem,
        deny_link_local: true,
        ..ClientConfig::default()
    })
    .map_err(Failure::usage)?;
    let mut http = ClientTransport::new(Rc::new(client), SendSettings::default(), crate::request::user_agent());
    let now = || std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default().as_secs();
    let mut token_context = TokenContext { http: &mut http, env: &env, variable: &|_| None, now: &now };
    let mut tokens = Tokens::new(config.tokens);
    match tokens.get(&profile, &Want::default(), &mut token_context).await {
        Ok(token) if args.decode => {
            print!("{}", decoded(&token));
            Ok(ExitStatus::Passed)
        }
        Ok(token) => {
            println!("{}", token.value.expose());
            Ok(ExitStatus::Passed)
        }
        Err(error) => {
            eprintln!("error: {error}");
            Ok(ExitStatus::Failed)
        }
    }
}

/// The named profile, or the only one.
fn choose(args: &TokenArgs, config: &Config) -> Result<String, Failure> {
    let names: Vec<&str> = config.tokens.keys().map(String::as_str).collect();
    match (&args.profile, names.as_slice()) {
        (Some(name), _) if config.tokens.contains_key(name) => Ok(name.clone()),
        (Some(name), _) => Err(Failure::usage(format!(
            "{} has no token profile `{name}`; there are: {}",
            args.config.display(),
            names.join(", ")
        ))),
        (None, [only]) => Ok((*only).to_owned()),
        (None, []) => Err(Failure::usage(format!("{} has no token profiles", args.config.display()))),
        (None, _) => Err(Failure::usage(format!("name a token profile: {}", names.join(", ")))),
    }
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
