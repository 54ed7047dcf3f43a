//! The client credentials grant of OAuth 2 (RFC 6749, 4.4).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::error::{TokenError, TokenStep};
use super::{
    LocalFuture, Token, TokenContext, TokenHttpRequest, TokenProvider, fill, form, form_headers, secret, send,
    token_answer,
};
use crate::config::{Profile, Provider};
use crate::http::message::Header;

/// Gets tokens with id and secret.
pub(super) struct ClientCredentialsProvider;

impl TokenProvider for ClientCredentialsProvider {
    fn fetch<'a>(
        &'a self,
        profile: &'a Profile,
        scopes: &'a [String],
        cx: &'a mut TokenContext<'_>,
    ) -> LocalFuture<'a, Result<Token, TokenError>> {
        Box::pin(async move {
            let Provider::ClientCredentials(client) = &profile.provider else {
                return Err(TokenError::new(&profile.name, TokenStep::Profile, "the profile is of another provider"));
            };
            let id = fill(&profile.name, &client.client_id, cx)?;
            let secret = secret(&profile.name, "client secret", &client.client_secret, cx)?;
            let secret = secret.expose().trim_end_matches(['\r', '\n']);
            let scope = scopes.join(" ");
            let mut fields = vec![("grant_type", "client_credentials")];
            if !scope.is_empty() {
                fields.push(("scope", &scope));
            }
            if let Some(audience) = &client.audience {
                fields.push(("audience", audience));
            }
            fields.extend(client.resource.iter().map(|resource| ("resource", resource.as_str())));
            let mut headers = form_headers();
            if client.in_body {
                fields.push(("client_id", &id));
                fields.push(("client_secret", secret));
            } else {
                // RFC 6749, 2.3.1: both are form-encoded before they are joined.
                let encode = |text: &str| form(&[(text, "")]).expose().trim_end_matches('=').to_owned();
                let pair = format!("{}:{}", encode(&id), encode(secret));
                headers.push(Header::system("Authorization", format!("Basic {}", STANDARD.encode(pair))));
            }
            let request = TokenHttpRequest {
                method: "POST",
                url: fill(&profile.name, &client.token_endpoint, cx)?,
                headers,
                body: Some(form(&fields)),
                profile: profile.name.clone(),
                purpose: "token endpoint",
            };
            let response = send(request.clone(), cx, TokenStep::Endpoint).await?;
            if response.status != 200 {
                return Err(TokenError::refused(TokenStep::Endpoint, &request, &response, (cx.now)()));
            }
            token_answer(profile, TokenStep::Endpoint, scopes, &response, (cx.now)())
        })
    }

    fn chooses_scopes(&self) -> bool {
        true
    }
}
