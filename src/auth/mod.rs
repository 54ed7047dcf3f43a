//! Authorization: one [`Authorizer`] for each of Postman's types, in the table [`AUTHORIZERS`].
//!
//! The hooks have Postman's names: `pre` says whether there is enough to sign with, `sign` changes the request, `post` looks at the
//! response and may ask for another try (digest, NTLM). What a type learns from a response is kept in an [`AuthState`], one for
//! each *owner* of an authorization: a collection's or folder's lives as long as the run, so that its next item signs at once; a
//! request's own starts anew with every execution.
//!
//! ```text
//! state.begin();
//! loop {
//!     warnings += sign(&auth, &mut state, &mut spec, &context);
//!     response = send(&spec);
//!     match post(&auth, &mut state, &response, &context) { replay → continue, else → break }
//! }
//! ```

mod apikey;
mod asap;
mod awsv4;
mod basic;
mod bearer;
mod digest;
mod draft;
mod edgegrid;
mod hash;
mod hawk;
mod jwt;
mod keys;
mod ntlm;
mod oauth1;
mod oauth2;
mod rsa;
mod state;
pub mod token;

use crate::collection::AuthSpec;
use crate::http::message::{RequestSpec, Response};

pub use draft::Draft;
pub use state::{AuthState, Params, SignContext};
pub use token::{GrantedToken, Refusal, TokenRequest, check_grant, refresh_request, token_key, token_request};

/// Tries that answer a challenge, at most, for one execution of an item.
const MAX_REPLAYS: u32 = 3;

/// A type of authorization.
pub trait Authorizer: Sync {
    /// Whether the parameters are enough to sign; if not, the request goes out as it is.
    fn pre(&self, _params: &mut Params, _context: &SignContext) -> bool {
        true
    }

    /// Signs the request.
    ///
    /// # Errors
    /// Why it cannot be signed; it is then sent unsigned and the text becomes a warning.
    fn sign(&self, params: &Params, draft: &mut Draft, context: &SignContext) -> Result<(), String>;

    /// Looks at the response: whether the request is to be signed and sent again.
    ///
    /// # Errors
    /// What is wrong with the response; it becomes a warning, and the request is not sent again.
    fn post(&self, _params: &mut Params, _response: &Response, _context: &SignContext) -> Result<bool, String> {
        Ok(false)
    }
}

/// Nothing is added; it exists to stop inheritance.
struct NoAuth;

impl Authorizer for NoAuth {
    fn sign(&self, _params: &Params, _draft: &mut Draft, _context: &SignContext) -> Result<(), String> {
        Ok(())
    }
}

/// All types, by the name that collections use.
pub static AUTHORIZERS: &[(&str, &dyn Authorizer)] = &[
    ("apikey", &apikey::ApiKey),
    ("asap", &asap::Asap),
    ("awsv4", &awsv4::AwsV4),
    ("basic", &basic::Basic),
    ("bearer", &bearer::Bearer),
    ("digest", &digest::Digest),
    ("edgegrid", &edgegrid::EdgeGrid),
    ("hawk", &hawk::Hawk),
    ("jwt", &jwt::Jwt),
    ("noauth", &NoAuth),
    ("ntlm", &ntlm::Ntlm),
    ("oauth1", &oauth1::OAuth1),
    ("oauth2", &oauth2::OAuth2),
];

fn find(kind: &str) -> Option<&'static dyn Authorizer> {
    AUTHORIZERS.iter().find(|(name, _)| *name == kind).map(|(_, authorizer)| *authorizer)
}

/// Signs a request. Returns the warnings for the console, in newman's words.
///
/// The first call for an execution puts headers after the user's; a later one, for a replay, after all others.
pub fn sign(auth: &AuthSpec, state: &mut AuthState, spec: &mut RequestSpec, context: &SignContext) -> Vec<String> {
    let Some(authorizer) = find(&auth.kind) else { return vec![no_handler(auth)] };
    let replay = state.replays > 0;
    let mut params = Params::new(auth, state);
    if !authorizer.pre(&mut params, context) {
        return Vec::new();
    }
    match authorizer.sign(&params, &mut Draft::new(spec, replay), context) {
        Ok(()) => Vec::new(),
        Err(reason) => vec![format!("runtime~{}.auth: could not sign the request: {reason}", auth.kind)],
    }
}

/// What [`post`] found.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Posted {
    /// Sign and send the same request once more.
    pub replay: bool,
    /// Warnings for the console.
    pub warnings: Vec<String>,
}

/// Shows a response to the authorization of its request; at most three times in an execution it asks for a replay.
pub fn post(auth: &AuthSpec, state: &mut AuthState, response: &Response, context: &SignContext) -> Posted {
    let Some(authorizer) = find(&auth.kind) else {
        return Posted { replay: false, warnings: vec![no_handler(auth)] };
    };
    match authorizer.post(&mut Params::new(auth, state), response, context) {
        Ok(false) => Posted::default(),
        Ok(true) if state.replays >= MAX_REPLAYS => {
            Posted { replay: false, warnings: vec!["runtime: maximum intermediate request limit exceeded".to_owned()] }
        }
        Ok(true) => {
            state.replays += 1;
            Posted { replay: true, warnings: Vec::new() }
        }
        Err(reason) => Posted {
            replay: false,
            warnings: vec![format!("runtime~{}.auth: there was an error validating auth: {reason}", auth.kind)],
        },
    }
}

fn no_handler(auth: &AuthSpec) -> String {
    format!("runtime: could not find a handler for auth: {}", auth.kind)
}

#[cfg(test)]
mod testing;

#[cfg(test)]
mod tests {
    use super::testing::*;
    use serde_json::json;

    #[test]
    fn unknown_types_warn_when_signing_and_when_answered() {
        let mut case = Case::new("http://h/", "weird", &json!({}));
        let expected = ["runtime: could not find a handler for auth: weird"];
        assert_eq!(case.sign(), expected);
        assert_eq!(case.post(200, &[]).warnings, expected);
        assert_eq!(case.added(), "");
    }

    #[test]
    fn noauth_adds_nothing() {
        let mut case = Case::new("http://h/", "noauth", &json!({}));
        assert!(case.sign().is_empty());
        assert_eq!(case.added(), "");
    }
}
