//! `postbud emulator`: the stand-in for Maskinporten and Altinn, until interrupted.

use super::say;
use std::path::Path;

use serde_json::json;

use crate::cli::args::{EmulatorArgs, ProfileChoice};
use crate::cli::context::Context;
use crate::cli::{ExitStatus, Failure};
use crate::emulator::{Emulator, EmulatorConfig, Seed};

use super::run::emulated;

/// Serves until a signal arrives.
///
/// # Errors
/// When it cannot start as asked.
pub(in crate::cli) async fn run(args: EmulatorArgs, _context: &Context) -> Result<ExitStatus, Failure> {
    let config = EmulatorConfig {
        profile: emulated::profile(args.profile),
        http_port: args.port,
        seed: args.seed.as_deref().map(read_seed).transpose()?.unwrap_or_default(),
        faults: emulated::faults(&args.fault)?,
        business_time: args.business_time.as_deref().map(instant).transpose()?,
        delays: emulated::delays(&args.delay, args.profile == ProfileChoice::Strict)?,
        ..EmulatorConfig::default()
    };
    let emulator = Emulator::start(config).await.map_err(Failure::usage)?;
    if let Some(path) = &args.ca_cert {
        write(path, emulator.ca_pem())?;
    }
    if let Some(path) = &args.export_environment {
        write(path, &environment(&emulator))?;
    }
    say!("http   http://{}", emulator.http_addr());
    say!("https  https://{} (for {} and others)", emulator.https_addr(), emulator.hosts().first().unwrap_or(&"-"));
    for client in emulator.clients() {
        say!("client {} of {}: {} ({})", client.name, client.organization, client.client_id, client.scopes.join(" "));
    }
    say!("clock  GET and POST {{\"advance\": SECONDS}} http://{}/postbud/clock", emulator.http_addr());
    say!("log    http://{}/postbud/log", emulator.http_addr());
    say!("Interrupt to end it.");
    let mut signal = super::run::signals::listen();
    let mut shown = 0;
    loop {
        tokio::select! {
            _ = signal.changed() => break,
            () = tokio::time::sleep(std::time::Duration::from_millis(250)), if args.explain => {}
        }
        if args.explain {
            let log = emulator.log();
            for decision in log.iter().skip(shown) {
                say!("{decision}");
            }
            shown = log.len();
        }
    }
    emulator.shutdown().await;
    Ok(ExitStatus::Passed)
}

/// A time in RFC 3339.
fn instant(text: &str) -> Result<jiff::Timestamp, Failure> {
    text.parse().map_err(|error| Failure::usage(format!("--business-time {text}: {error} (2025-01-31T12:00:00Z)")))
}

/// An environment for our own collection, with plain addresses, so that any runner can use it.
fn environment(emulator: &Emulator) -> String {
    let base = format!("http://{}", emulator.http_addr());
    let mut values: Vec<(String, String)> = emulated::defaults(emulator);
    values.retain(|(key, _)| key != "resource_id");
    values.push(("resource_id".to_owned(), "postbud-setup-check".to_owned()));
    values.push(("maskinporten_url".to_owned(), base.clone()));
    values.push(("maskinporten_issuer".to_owned(), "https://test.maskinporten.no/".to_owned()));
    values.push(("platform_url".to_owned(), base));
    let values: Vec<_> = values
        .into_iter()
        .map(|(key, value)| {
            let kind = if key.ends_with("jwk") { "secret" } else { "default" };
            json!({"key": key, "value": value, "type": kind, "enabled": true})
        })
        .collect();
    let environment = json!({
        "name": "postbud emulator", "values": values, "_postman_variable_scope": "environment",
    });
    format!("{environment:#}\n")
}

pub(in crate::cli) fn read_seed(path: &Path) -> Result<Seed, Failure> {
    let fail = |error: &dyn std::fmt::Display| Failure::usage(format!("{}: {error}", path.display()));
    let text = std::fs::read_to_string(path).map_err(|error| fail(&error))?;
    serde_json::from_str(&text).map_err(|error| fail(&error))
}

fn write(path: &Path, text: &str) -> Result<(), Failure> {
    std::fs::write(path, text).map_err(|error| Failure {
        message: format!("{} could not be written: {error}", path.display()),
        status: ExitStatus::ReportFailed,
    })
}
