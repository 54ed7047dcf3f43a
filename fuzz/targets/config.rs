//! Any text as `postbud.yaml`.
#![no_main]

use std::path::Path;

use libfuzzer_sys::fuzz_target;
use postbud::config::Config;

fuzz_target!(|text: &str| {
    let environment = |name: &str| (name != "UNSET").then(|| "value".to_owned());
    match Config::parse("postbud.yaml", text, Path::new("/base"), &environment) {
        Ok(config) => drop((config.rules_for("Folder/Request"), config.file_for("a/b"))),
        Err(error) => drop(error.to_string()),
    }
});
