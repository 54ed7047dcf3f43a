//! `postbud verify`: a set-up of Altinn Correspondence, step by step.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::Duration;

mod published;

use super::run::{emulated, reports, signals, transport};
use crate::cli::args::VerifyArgs;
use crate::cli::context::Context;
use crate::cli::{ExitStatus, Failure, source};
use crate::config::{Config, FILE_NAME};
use crate::emulator::{Delays, Emulator, EmulatorConfig, Profile};
use crate::environment::load_scope;
use crate::http::client::{Client, ClientConfig};
use crate::http::proxy::Proxies;
use crate::secret::Redactor;
use crate::verify::{Means, PublishedRun, Setup, verify};

/// Verifies, reports, and ends as `run` does.
///
/// # Errors
/// When it cannot run as asked.
pub(in crate::cli) async fn run(args: VerifyArgs, context: &Context) -> Result<ExitStatus, Failure> {
    let redactor = Redactor::new();
    let emulator =
        if args.emulator { Some(emulator(&args.fault, &args.delay, args.seed.as_deref()).await?) } else { None };
    let sources = Sources {
        config: args.config.as_deref(),
        environment: args.environment.as_deref(),
        env_var: &args.env_var,
        emulator: emulator.as_ref(),
    };
    let (mut setup, _) = sources
        .setup(context, &redactor, |setup| {
            let given = [
                (&mut setup.resource_id, &args.resource_id),
                (&mut setup.owner_org, &args.owner_org),
                (&mut setup.recipient_org, &args.recipient_org),
            ];
            for (place, option) in given {
                if let Some(value) = option {
                    value.trim().clone_into(place);
                }
            }
        })
        .await?;
    if args.events_endpoint.is_some() {
        setup.events_endpoint.clone_from(&args.events_endpoint);
    }
    if let Some(collection) = &args.published {
        setup.published = Some((collection.clone(), args.published_config.clone()));
    }
    if let Some(seconds) = args.publish_timeout {
        setup.publish_limit = Duration::from_secs(seconds);
    }
    setup.leftovers_after = Duration::from_secs(args.leftovers_after);
    if setup.is_production() && !args.allow_prod {
        let message = "this is production, and verifying sends a correspondence there; --allow-prod permits it";
        return Err(Failure::usage(message));
    }
    let client = client(context, emulator.as_ref(), &args.connect_to, args.ssl_extra_ca_certs.as_deref())?;
    let choice = reports::Choice::from(&args.report);
    let client = Rc::new(client);
    let stop = signals::listen();
    let mut collection = match &setup.published {
        Some((collection, config)) => {
            let sources = (collection.as_str(), config.as_deref());
            let means = (Rc::clone(&client), stop.clone());
            Some(published::Published::load(sources, &setup, &redactor, context, means).await?)
        }
        None => None,
    };
    let mut reports = reports::Reports::new(&choice, context, &redactor)?;
    let means = Means {
        client,
        redactor,
        environment: context.variables.clone(),
        stop: stop.clone(),
        now: &now,
        published: collection.as_mut().map(|run| run as &mut dyn PublishedRun),
        events: &mut reports,
    };
    verify(&setup, means).await;
    let verdict = reports.finish(None);
    if let Some(emulator) = emulator {
        emulator.shutdown().await;
    }
    for message in &verdict.errors {
        eprintln!("error: {message}");
    }
    let signal = *stop.borrow();
    Ok(match signal {
        Some(number) => ExitStatus::Interrupted(number),
        None if !verdict.errors.is_empty() => ExitStatus::ReportFailed,
        None if verdict.passed => ExitStatus::Passed,
        None => ExitStatus::Failed,
    })
}

/// Seconds since 1970.
pub(in crate::cli) fn now() -> u64 {
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default().as_secs()
}

/// Starts an emulator that is as strict as the services are, and as fast as the options say.
pub(in crate::cli) async fn emulator(
    faults: &[String],
    delays: &[String],
    seed: Option<&Path>,
) -> Result<Emulator, Failure> {
    let config = EmulatorConfig {
        profile: Profile::Strict,
        delays: Some(emulated::delays(delays, false)?.unwrap_or(Delays::NONE)),
        faults: emulated::faults(faults)?,
        seed: seed.map(super::emulator::read_seed).transpose()?.unwrap_or_default(),
        ..EmulatorConfig::default()
    };
    Emulator::start(config).await.map_err(Failure::usage)
}

/// A client that reaches the emulator, or the world through the environment's proxies.
pub(in crate::cli) fn client(
    context: &Context,
    emulator: Option<&Emulator>,
    connect_to: &[String],
    extra_ca: Option<&Path>,
) -> Result<Client, Failure> {
    let mut rules = transport::parse_connect_to(connect_to)?;
    let mut extra_ca_pem = match extra_ca {
        Some(path) => Some(std::fs::read(path).map_err(|e| Failure::usage(format!("{}: {e}", path.display())))?),
        None => None,
    };
    let mut proxies = Proxies::from_env(|name| context.variable(name).map(str::to_owned));
    if let Some(emulator) = emulator {
        rules.extend(transport::towards(emulator));
        extra_ca_pem.get_or_insert_default().extend_from_slice(emulator.ca_pem().as_bytes());
        // Nothing may leave the machine.
        proxies = Proxies::default();
    }
    let config = ClientConfig {
        connect_to: rules,
        proxies,
        extra_ca_pem,
        max_response_size: Some(1 << 28),
        deny_link_local: true,
        ..ClientConfig::default()
    };
    Client::new(config).map_err(super::run::failed_to)
}

/// Where a set-up is read from.
pub(in crate::cli) struct Sources<'a> {
    /// `--config`.
    pub(in crate::cli) config: Option<&'a Path>,
    /// `--environment`.
    pub(in crate::cli) environment: Option<&'a str>,
    /// `--env-var`.
    pub(in crate::cli) env_var: &'a [String],
    /// `--emulator`.
    pub(in crate::cli) emulator: Option<&'a Emulator>,
}

impl Sources<'_> {
    /// Reads the set-up: what the options say, then postbud.yaml, then variables, then the emulator. Gives the path of the
    /// postbud.yaml that was read, too.
    pub(in crate::cli) async fn setup(
        &self,
        context: &Context,
        redactor: &Redactor,
        options: impl FnOnce(&mut Setup),
    ) -> Result<(Setup, Option<PathBuf>), Failure> {
        let default = Path::new(FILE_NAME);
        // Beside an environment of the user's own, or the emulator's, a postbud.yaml of another purpose may lie around.
        let found = (default.is_file() && self.emulator.is_none()).then_some(default);
        let path = self.config.or(found);
        let env = |name: &str| context.variable(name).map(str::to_owned);
        let config = path.map(|path| Config::load(path, &env)).transpose().map_err(Failure::usage)?;
        let mut setup = Setup { variables: self.variables(redactor).await?, ..Setup::default() };
        if let Some(config) = config {
            setup.tokens = config.tokens;
            let part = config.verify.unwrap_or_default();
            setup.platform = part.platform.unwrap_or_default();
            setup.resource_id = part.resource_id.unwrap_or_default();
            setup.owner_org = part.owner_org.unwrap_or_default();
            setup.recipient_org = part.recipient_org.unwrap_or_default();
            setup.events_endpoint = part.events_endpoint;
            setup.published = part.published;
            setup.publish_limit = part.publish_timeout.unwrap_or(setup.publish_limit);
            let names = &mut setup.names;
            for (place, name) in [
                (&mut names.owner, part.owner),
                (&mut names.recipient, part.recipient),
                (&mut names.registry, part.registry),
                (&mut names.events, part.events),
            ] {
                *place = name.unwrap_or_else(|| place.clone());
            }
        }
        options(&mut setup);
        Ok((setup.with_variables(), path.map(Path::to_path_buf)))
    }

    async fn variables(&self, redactor: &Redactor) -> Result<HashMap<String, String>, Failure> {
        let mut all: HashMap<String, String> = HashMap::new();
        if let Some(emulator) = self.emulator {
            all.extend(emulated::defaults(emulator));
            all.insert("platform_url".to_owned(), "https://platform.tt02.altinn.no".to_owned());
        }
        if let Some(name) = self.environment {
            let bytes = source::read(name).await.map_err(Failure::usage)?;
            let scope = load_scope(name, &bytes, "environment").map_err(Failure::usage)?;
            for variable in &scope.variables {
                if variable.is_secret() {
                    redactor.add(&variable.text());
                }
                let text = variable.text();
                if !text.trim().is_empty() || !all.contains_key(&variable.key) {
                    all.insert(variable.key.clone(), text);
                }
            }
        }
        for pair in self.env_var {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            all.insert(key.to_owned(), value.to_owned());
        }
        for (key, value) in &all {
            let key = key.to_ascii_lowercase();
            if key.ends_with("jwk") || key.ends_with("pem") {
                redactor.add(value);
                for member in emulated::private_members(value) {
                    redactor.add(&member);
                }
            }
        }
        Ok(all)
    }
}
