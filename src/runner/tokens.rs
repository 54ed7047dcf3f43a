//! Tokens of profiles in a run: fetched when first needed, put where the configuration says, marked in every report.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::time::{SystemTime, UNIX_EPOCH};

use super::run::Runner;
use super::transport::ClientTransport;
use crate::collection::AuthSpec;
use crate::config::{Step, Substitute};
use crate::event::{EventKind, Substitution, Warning};
use crate::http::message::RequestSpec;
use crate::plan::PlannedItem;
use crate::token::{Token, TokenContext, TokenError, Tokens, Want, substitute};

/// The profiles of a run and where their tokens go.
pub struct RunTokens {
    pub(super) tokens: Tokens,
    pub(super) substitute: Substitute,
    /// Environment variables of the process, for profiles that name them.
    pub(super) environment: HashMap<String, String>,
    /// Current tokens of substituted variables, by the variable's name.
    pub(super) current: Rc<RefCell<HashMap<String, String>>>,
}

impl RunTokens {
    /// The profiles of a configuration; no token is fetched yet.
    pub fn new(tokens: Tokens, substitute: Substitute, environment: HashMap<String, String>) -> Self {
        Self { tokens, substitute, environment, current: Rc::default() }
    }
}

/// Seconds since 1970.
pub(super) fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}

impl Runner<'_> {
    /// A profile's token, fetched through the run's client; its requests are reported.
    pub(super) async fn token(&mut self, profile: &str, want: &Want) -> Result<Token, TokenError> {
        let Some(mut run) = self.input.tokens.take() else {
            return Err(TokenError::new(profile, crate::token::TokenStep::Profile, "there are no token profiles"));
        };
        let settings = self.options.settings.clone();
        let mut transport = ClientTransport::new(Rc::clone(&self.client), settings, self.options.user_agent.clone());
        let result = {
            let scopes = Rc::clone(&self.scopes);
            let row = self.row.clone();
            let environment = &run.environment;
            let variable = |name: &str| {
                let scopes = scopes.borrow();
                let lookup = super::state::Lookup {
                    scopes: &scopes,
                    row: row.as_deref(),
                    overrides: &|_| None,
                    dynamic: &|_| None,
                };
                lookup.stack().lookup(name)
            };
            let mut context = TokenContext {
                http: &mut transport,
                env: &|name| environment.get(name).cloned(),
                variable: &variable,
                now: &now,
            };
            run.tokens.get(profile, want, &mut context).await
        };
        for secret in run.tokens.secrets() {
            self.input.redactor.add(secret.expose());
        }
        let warnings = run.tokens.take_warnings();
        self.input.tokens = Some(run);
        for message in warnings {
            // Even where warnings are failures: a key that still works is none.
            if self.facts.told.borrow_mut().insert(message.clone()) {
                self.emit(EventKind::Warned(Warning { code: "key-ends", message }));
            }
        }
        for outcome in transport.outcomes {
            self.emit(EventKind::RequestFinished(std::sync::Arc::new(outcome)));
        }
        result
    }

    /// Makes the tokens of substituted variables current where the item may read them.
    pub(super) async fn refresh_variables(&mut self, planned: &PlannedItem) -> Result<Vec<Substitution>, TokenError> {
        let Some(run) = &self.input.tokens else { return Ok(Vec::new()) };
        if run.substitute.variables.is_empty() {
            return Ok(Vec::new());
        }
        let wanted: Vec<(String, String)> = run
            .substitute
            .variables
            .iter()
            .filter(|(name, _)| mentions(planned, name))
            .map(|(name, profile)| (name.clone(), profile.clone()))
            .collect();
        let mut used = Vec::new();
        for (name, profile) in wanted {
            let token = self.token(&profile, &Want::default()).await?;
            if let Some(run) = &self.input.tokens {
                run.current.borrow_mut().insert(name.clone(), token.value.expose().to_owned());
            }
            let note = Some(format!("{{{{{name}}}}}"));
            used.push(Substitution { profile, how: "variable", note });
        }
        Ok(used)
    }

    /// The profile whose token a request gets in place of its own authorization.
    pub(super) fn profile_for(&self, planned: &PlannedItem, step: Option<&Step>) -> Option<String> {
        if let Some(profile) = step.and_then(|step| step.token.clone()) {
            return Some(profile);
        }
        let path = super::flow::path_of(planned);
        self.input.tokens.as_ref()?.substitute.profile_for(&path).map(str::to_owned)
    }

    /// What to do with a request that asks for a token itself.
    pub(super) fn recognise(&self, spec: &RequestSpec, auth: Option<&AuthSpec>) -> Option<substitute::Decision> {
        let run = self.input.tokens.as_ref()?;
        let mut asked = substitute::Asked::of(spec);
        // Authorization is not applied yet; an exchange is about the token that it would send.
        let bearer = auth.filter(|auth| auth.kind == "bearer").and_then(|auth| auth.text("token"));
        if asked.bearer.is_none() {
            asked.bearer = bearer.as_deref();
        }
        substitute::recognise(&asked, &run.tokens, &run.substitute.test_tokens)
    }
}

/// Whether an item's request, authorization or scripts name a variable.
fn mentions(planned: &PlannedItem, name: &str) -> bool {
    let braced = format!("{{{{{name}}}}}");
    planned.info.source.to_string().contains(name)
        || planned.auth.as_ref().is_some_and(|auth| auth.spec.to_value().to_string().contains(&braced))
        || planned.prerequest.iter().chain(&planned.test).any(|script| script.source.contains(name))
}
