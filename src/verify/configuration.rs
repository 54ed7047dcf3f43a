//! Steps 1 and 5: is everything there, and do the keys last.

use super::fault::Fault;
use super::session::{Session, Stop};
use super::setup::Setup;
use crate::config::{ALTINN_ENVIRONMENTS, Provider};
use crate::token::{SOON, load_key};

/// Days under which it is a failure.
const FEW_DAYS: i64 = 7;

impl Session<'_> {
    /// Step 1.
    pub(super) fn configuration(&mut self) -> Result<(), Stop> {
        let setup = self.setup;
        let mut good = self.facts(setup);
        good &= self.environments(setup);
        for (name, needed) in [
            (&setup.names.owner, true),
            (&setup.names.recipient, true),
            (&setup.names.registry, false),
            (&setup.names.events, false),
        ] {
            if needed || setup.tokens.contains_key(name) {
                good &= self.profile(setup, name);
            }
        }
        good &= self.scopes(setup);
        if good { Ok(()) } else { Err(Stop::Failed) }
    }

    fn facts(&mut self, setup: &Setup) -> bool {
        let mut good = true;
        let platform = setup.platform.starts_with("https://") || setup.platform.starts_with("http://");
        good &= self.check("the platform is named", platform, || {
            Fault::new("the address of Altinn's platform", shown(&setup.platform)).because(
                "no environment is chosen",
                "write `verify: {environment: tt02}` in postbud.yaml, or set the variable `platform_url`",
            )
        });
        let id = &setup.resource_id;
        let valid = id.len() >= 4
            && id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'_' | b'-'));
        good &= self.check("the resource is named", valid, || {
            Fault::new("an id of at least four of a-z, 0-9, _ and -", shown(id)).because(
                "the resource's id is not set, or a placeholder was left in",
                "set `resource_id` (variable, `verify:` in postbud.yaml, or --resource-id)",
            )
        });
        for (name, option, value) in
            [("owner_org", "--owner-org", &setup.owner_org), ("recipient_org", "--recipient-org", &setup.recipient_org)]
        {
            let number = value.len() == 9 && value.bytes().all(|b| b.is_ascii_digit());
            good &= self.check(&format!("{name} is an organisation number"), number, || {
                Fault::new("nine digits", shown(value)).because(
                    "the organisation number is not set, or a placeholder was left in",
                    format!("set `{name}` (variable, `verify:` in postbud.yaml, or {option})"),
                )
            });
        }
        if good {
            good &= self.check("owner and recipient differ", setup.owner_org != setup.recipient_org, || {
                Fault::new("two organisations", format!("{} for both", setup.owner_org)).because(
                    "an owner that is its own recipient is let through as the owner, so reading would not be tried",
                    "use another organisation's client, or a system user, as recipient",
                )
            });
        }
        good
    }

    /// Maskinporten for tests goes with test platforms, and production with production.
    fn environments(&mut self, setup: &Setup) -> bool {
        let Some(row) = ALTINN_ENVIRONMENTS.iter().find(|row| row.1 == setup.platform) else { return true };
        let mut good = true;
        for (name, profile) in &setup.tokens {
            let own = match &profile.provider {
                Provider::Maskinporten(client) => client.issuer.environment,
                _ => None,
            };
            if let Some(own) = own {
                good &= self.check(&format!("profile `{name}` goes with {}", row.0), own == row.2, || {
                    Fault::new(format!("Maskinporten's {}", row.2), own).because(
                        format!("the profile asks Maskinporten's {own}, whose tokens {} refuses", row.0),
                        format!("write `environment: {}` in the profile, or choose another platform", row.2),
                    )
                });
            }
            if let Some(exchange) = &profile.exchange {
                good &= self.check(
                    &format!("profile `{name}` exchanges at {}", row.0),
                    exchange.platform == setup.platform,
                    || {
                        Fault::new(setup.platform.clone(), exchange.platform.clone()).because(
                            "the profile's token is made for another environment",
                            format!("write `exchange: {{environment: {}}}` in the profile", row.0),
                        )
                    },
                );
            }
        }
        good
    }

    /// A profile is there, and its key can be read.
    fn profile(&mut self, setup: &Setup, name: &str) -> bool {
        let Some(profile) = setup.tokens.get(name) else {
            let fault = Fault::new(format!("a token profile `{name}`"), "none").because(
                "there is no client to get tokens with",
                format!(
                    "write it under `tokens:` in postbud.yaml, or set the variables `{name}_client_id` and `{name}_client_jwk`"
                ),
            );
            self.fail(&format!("profile `{name}` is there"), &fault);
            return false;
        };
        self.pass(&format!("profile `{name}` is there"));
        let Provider::Maskinporten(client) = &profile.provider else { return true };
        let check = format!("the key of `{name}` can be read");
        match self.with_context(|context| load_key(name, &client.key, context)) {
            Ok(key) => {
                self.keys.push((name.to_owned(), key.info.clone()));
                self.pass(&check);
                true
            }
            Err(error) => {
                let mut fault = Fault::of_token(&error);
                if let Some(path) = Setup::key_file(profile) {
                    fault.called = format!("{}", path.display());
                }
                self.fail(&check, &fault);
                false
            }
        }
    }

    /// The profiles ask for what the steps need.
    fn scopes(&mut self, setup: &Setup) -> bool {
        let mut good = true;
        for (name, scope, use_) in [
            (&setup.names.owner, "altinn:correspondence.write", "sending"),
            (&setup.names.recipient, "altinn:correspondence.read", "reading"),
        ] {
            let Some(profile) = setup.tokens.get(name) else { continue };
            if profile.scopes.is_empty() {
                continue;
            }
            let asked = profile.scopes.iter().any(|asked| asked == scope);
            good &= self.check(&format!("profile `{name}` asks for {scope}"), asked, || {
                Fault::new(scope, profile.scopes.join(" ")).because(
                    format!("the profile does not ask for the scope of {use_}"),
                    format!("add `{scope}` to the profile's `scopes`"),
                )
            });
        }
        good
    }

    /// Step 5.
    pub(super) fn key_age(&mut self) -> Result<(), Stop> {
        let mut good = true;
        let mut known = false;
        for (name, key) in self.keys.clone() {
            good &= self.check(&format!("the key of `{name}` has 2048 bits or more"), key.bits >= 2048, || {
                Fault::new("at least 2048 bits", format!("{} bits", key.bits))
                    .because("the key is too short", "make a new one of 2048 bits or more, and register it")
            });
            let Some(days) = key.days_left(self.now()) else { continue };
            known = true;
            good &= self.check(&format!("the key of `{name}` lasts"), days >= FEW_DAYS, || {
                Fault::new(format!("more than {SOON} days"), format!("{days} days, for {}", key.what_ends()))
                    .because("the key or its certificate ends", key.renewal())
            });
            if days >= FEW_DAYS
                && let Some(text) = key.warning(self.now())
            {
                self.warn("key-ends", format!("token profile `{name}`: {text}"));
            }
        }
        if !known {
            self.note(
                "Registered keys end a year after they were posted, and Maskinporten tells their age in self service only: write \
                 the day as `registered` beside the key to be warned. Posting the same public key again renews it.",
            );
        }
        if good { Ok(()) } else { Err(Stop::Failed) }
    }
}

/// A value for messages.
fn shown(value: &str) -> String {
    if value.trim().is_empty() {
        "nothing".to_owned()
    } else {
        format!("\"{}\"", value.chars().take(60).collect::<String>())
    }
}
