//! Any text as a XACML policy: read, checked, decided on.
#![no_main]

use libfuzzer_sys::fuzz_target;
use postbud::policy::{Attribute, Policy, urn};

fuzz_target!(|xml: &str| {
    match Policy::parse(xml) {
        Ok(policy) => {
            let _ = policy.lint("resource");
            let _ = policy.check("resource", &["read", "write"]);
            // A few rules hold very many.
            let _ = policy.grants().take(1000).count();
            let _ = policy.decide("resource", "read", &[Attribute::new(urn::ROLE_CODE, "DAGL")]);
        }
        Err(error) => drop((error.help(), error.to_string())),
    }
});
