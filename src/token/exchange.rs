//! Altinn's exchange of Maskinporten tokens.

use super::error::{TokenError, TokenStep};
use super::{Token, TokenContext, TokenHttpRequest, send};
use crate::config::{Exchange, Profile};
use crate::http::message::Header;
use crate::secret::SecretString;

/// Path of the exchange on every platform.
pub(super) const PATH: &str = "/authentication/api/v1/exchange/maskinporten";

/// Exchanges a token.
pub(super) async fn exchange(
    profile: &Profile,
    exchange: &Exchange,
    raw: &Token,
    cx: &mut TokenContext<'_>,
) -> Result<Token, TokenError> {
    let query = if exchange.test { "?test=true" } else { "" };
    let request = TokenHttpRequest {
        method: "GET",
        url: format!("{}{PATH}{query}", exchange.platform),
        headers: vec![
            Header::system("Authorization", format!("Bearer {}", raw.value.expose())),
            Header::system("Accept", "*/*"),
        ],
        body: None,
        profile: profile.name.clone(),
        purpose: "Altinn exchange",
    };
    let response = send(request.clone(), cx, TokenStep::Exchange).await?;
    if response.status != 200 {
        return Err(TokenError::refused(TokenStep::Exchange, &request, &response, (cx.now)()));
    }
    let text = String::from_utf8_lossy(&response.body);
    let value = bare(&text);
    if value.is_empty() || value.contains(char::is_whitespace) {
        return Err(TokenError::new(&profile.name, TokenStep::Exchange, "answered 200 without a token")
            .with_hint("is the platform's address right?"));
    }
    Ok(Token::new(&profile.name, SecretString::new(value), raw.scopes.clone(), None, (cx.now)()))
}

/// The token itself: trimmed, without one pair of quotes.
fn bare(text: &str) -> &str {
    let text = text.trim();
    text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text)
}
