//! `--emulator`: the stand-in inside the run, and what a collection has to know of it.

use super::inputs::Inputs;
use crate::cli::Failure;
use crate::cli::args::RunArgs;
use crate::emulator::{Emulator, EmulatorConfig, Fault, TrustedKey};
use crate::secret::Redactor;
use crate::variables::Scope;

/// Starts the emulator where it is asked for.
pub(super) async fn start(args: &RunArgs, inputs: &Inputs, redactor: &Redactor) -> Result<Option<Emulator>, Failure> {
    if !args.emulator {
        return Ok(None);
    }
    let config = EmulatorConfig {
        faults: faults(&args.fault)?,
        trusted_keys: trusted_keys(inputs),
        ..EmulatorConfig::default()
    };
    let emulator = Emulator::start(config).await.map_err(Failure::usage)?;
    for client in emulator.clients() {
        redactor.add_jwk(&client.jwk);
    }
    Ok(Some(emulator))
}

/// Reads `--fault` options.
pub(in crate::cli) fn faults(words: &[String]) -> Result<Vec<Fault>, Failure> {
    words
        .iter()
        .map(|word| word.parse::<Fault>().map_err(|error| Failure::usage(format!("--fault {word}: {error}"))))
        .collect()
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

/// Sets what the collections at hand ask for and nothing else defined: ready-made clients, organisations, a resource.
pub(super) fn prepare(mut inputs: Inputs, emulator: Option<&Emulator>) -> Inputs {
    let Some(emulator) = emulator else { return inputs };
    for (key, value) in defaults(emulator) {
        if !is_set(&inputs.environment, &key) {
            inputs.environment.set(&key, value.into());
        }
    }
    inputs.has_environment = true;
    inputs
}

fn is_set(scope: &Scope, key: &str) -> bool {
    scope.get(key).is_some_and(|value| value.as_str() != Some(""))
}

/// Variables of our own collection and of every published generation, for the ready-made clients.
pub(in crate::cli) fn defaults(emulator: &Emulator) -> Vec<(String, String)> {
    let mut defaults: Vec<(String, String)> = Vec::new();
    let mut put = |key: &str, value: &str| defaults.push((key.to_owned(), value.to_owned()));
    for client in emulator.clients() {
        put(&format!("{}_client_id", client.name), &client.client_id);
        put(&format!("{}_client_jwk", client.name), &client.jwk);
        put(&format!("{}_org", client.name), &client.organization);
        if client.name == "owner" {
            // The published collections of 2024-09 and 2025-07 know one client.
            put("client_id", &client.client_id);
            put("client_jwk", &client.jwk);
            put("client_kid", &client.kid);
            put("maskinporten_client_id", &client.client_id);
            put("maskinporten_client_jwk", &client.jwk);
            put("senderOrgNo", &client.organization);
        }
        if client.name == "recipient" {
            put("recipientOrgNo", &client.organization);
        }
    }
    put("owner_code", "demo");
    put("owner_name", "Demoetaten");
    put("resource_id", "postbud-setup-check");
    put("delete_resource", "true");
    // Synthetic persons, and an account that the emulator's test-token generator takes.
    put("senderSsn", "01819010001");
    put("recipientSsn", "01819010001");
    put("test_tools_username", "emulator");
    put("test_tools_password", "emulator");
    defaults
}
