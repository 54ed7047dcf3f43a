//! `--emulator`: the stand-in inside the run, and what a collection has to know of it.

use std::time::Duration;

use super::inputs::Inputs;
use crate::cli::Failure;
use crate::cli::args::{ProfileChoice, RunArgs};
use crate::emulator::{Delays, Emulator, EmulatorConfig, Fault, Profile, TrustedKey};
use crate::secret::Redactor;

/// Starts the emulator where it is asked for.
pub(super) async fn start(args: &RunArgs, all: &[Inputs], redactor: &Redactor) -> Result<Option<Emulator>, Failure> {
    if !args.emulator {
        return Ok(None);
    }
    let config = EmulatorConfig {
        profile: profile(args.emulator_profile),
        // A run in one process has nobody to wait for.
        delays: Some(Delays::NONE),
        faults: faults(&args.fault)?,
        trusted_keys: all.iter().flat_map(trusted_keys).collect(),
        ..EmulatorConfig::default()
    };
    let emulator = Emulator::start(config).await.map_err(Failure::usage)?;
    for client in emulator.clients() {
        for member in private_members(&client.jwk) {
            redactor.add(&member);
        }
        redactor.add(&client.jwk);
    }
    Ok(Some(emulator))
}

/// The emulator's profile.
pub(in crate::cli) fn profile(choice: ProfileChoice) -> Profile {
    match choice {
        ProfileChoice::Published => Profile::Published,
        ProfileChoice::Strict => Profile::Strict,
    }
}

/// Reads `--fault` options.
pub(in crate::cli) fn faults(words: &[String]) -> Result<Vec<Fault>, Failure> {
    words
        .iter()
        .map(|word| word.parse::<Fault>().map_err(|error| Failure::usage(format!("--fault {word}: failed to {error}"))))
        .collect()
}

/// Reads `--delay` options, over the delays that hold anyway; `None` without any.
pub(in crate::cli) fn delays(words: &[String], realistic: bool) -> Result<Option<Delays>, Failure> {
    let mut delays = if realistic { Delays::REALISTIC } else { Delays::NONE };
    for word in words {
        let fail = || Failure::usage(format!("--delay {word}: write publish=SECONDS, scan=SECONDS or confirm=SECONDS"));
        let (job, seconds) = word.split_once('=').ok_or_else(fail)?;
        let time = seconds.parse().ok().and_then(|s| Duration::try_from_secs_f64(s).ok()).ok_or_else(fail)?;
        match job {
            "publish" => delays.publish = time,
            "scan" => delays.scan = time,
            "confirm" => delays.confirm = time,
            _ => return Err(fail()),
        }
    }
    Ok((!words.is_empty()).then_some(delays))
}

/// Keys that the user's own environment and profiles hold: the emulator may register their clients at first sight.
fn trusted_keys(inputs: &Inputs) -> Vec<TrustedKey> {
    let scopes = [&inputs.environment.variables, &inputs.globals.variables, &inputs.collection.variables];
    scopes
        .into_iter()
        .flatten()
        .filter_map(|variable| serde_json::from_str::<serde_json::Value>(variable.text().trim()).ok())
        .filter(|value| value.get("kty").is_some())
        .map(TrustedKey::new)
        .collect()
}

/// The private members of a JWK: any of them gives the key away.
pub(in crate::cli) fn private_members(jwk: &str) -> Vec<String> {
    let value: serde_json::Value = serde_json::from_str(jwk).unwrap_or_default();
    let text = |name: &str| value.get(name).and_then(serde_json::Value::as_str).map(str::to_owned);
    ["d", "p", "q", "dp", "dq", "qi"].iter().filter_map(|name| text(name)).collect()
}

/// Sets what the collections at hand ask for and nothing else defines: ready-made clients, organisations, a resource.
pub(super) fn prepare(mut inputs: Inputs, emulator: Option<&Emulator>) -> Inputs {
    let Some(emulator) = emulator else { return inputs };
    for (key, mut value) in defaults(emulator) {
        if key == "senderOrgNo" {
            // Who sends must own the resource that the collection names.
            let own = inputs.collection.variables.iter().rev().find(|variable| variable.key == "resource_id");
            let named = inputs.environment.get("resource_id").or(own.map(|variable| &variable.value));
            if let Some(owner) = named.and_then(|id| emulator.owner_of(id.as_str()?)) {
                value = owner;
            }
        }
        let given = inputs.environment.get(&key).or_else(|| inputs.globals.get(&key));
        let own = inputs.collection.variables.iter().rev().find(|variable| variable.key == key).map(|v| &v.value);
        if !given.is_some_and(is_value) && !own.is_some_and(is_value) {
            inputs.environment.set(&key, value.into());
        }
    }
    inputs.has_environment = true;
    inputs
}

/// Whether a variable holds a value rather than nothing or prose that says what to fill in.
fn is_value(value: &serde_json::Value) -> bool {
    value.as_str().is_none_or(|text| {
        let text = text.trim();
        !text.is_empty()
            && (text.starts_with('{') || !text.contains(' ') || text.split(' ').all(|word| word.contains(':')))
    })
}

/// Variables of our own collection and of every published generation, for the ready-made clients.
pub(in crate::cli) fn defaults(emulator: &Emulator) -> Vec<(String, String)> {
    let mut defaults: Vec<(String, String)> =
        emulator.variables().into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
    for client in emulator.clients() {
        defaults.push((format!("{}_client_id", client.name), client.client_id));
        defaults.push((format!("{}_client_jwk", client.name), client.jwk));
        defaults.push((format!("{}_org", client.name), client.organization));
    }
    for (key, value) in [("owner_code", "demo"), ("owner_name", "Demoetaten"), ("delete_resource", "true")] {
        defaults.push((key.to_owned(), value.to_owned()));
    }
    defaults
}
