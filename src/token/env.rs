//! A token in an environment variable.

use super::error::{TokenError, TokenStep};
use super::{LocalFuture, Token, TokenContext, TokenProvider};
use crate::config::{Profile, Provider};
use crate::secret::SecretString;

/// Reads tokens from the environment.
pub(super) struct EnvProvider;

impl TokenProvider for EnvProvider {
    fn fetch<'a>(
        &'a self,
        profile: &'a Profile,
        scopes: &'a [String],
        cx: &'a mut TokenContext<'_>,
    ) -> LocalFuture<'a, Result<Token, TokenError>> {
        Box::pin(async move {
            let Provider::Env(source) = &profile.provider else {
                return Err(TokenError::new(&profile.name, TokenStep::Profile, "the profile is of another provider"));
            };
            let value = (cx.env)(&source.name).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty());
            let Some(value) = value else {
                let message = format!("the environment variable `{}` is not set", source.name);
                return Err(TokenError::new(&profile.name, TokenStep::Key, message));
            };
            let now = (cx.now)();
            let token = Token::new(&profile.name, SecretString::new(value), scopes.to_vec(), None, now);
            if token.expires_at.is_some_and(|at| at <= now) {
                let ago = now.saturating_sub(token.expires_at.unwrap_or(now));
                let message = format!("the token in `{}` expired {ago} s ago", source.name);
                return Err(TokenError::new(&profile.name, TokenStep::Key, message));
            }
            Ok(token)
        })
    }
}
