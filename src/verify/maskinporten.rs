//! Steps 2, 3, 4, 6: clock, Maskinporten, the owner's token and its exchange.

use serde_json::Value;

use super::call::Call;
use super::fault::Fault;
use super::session::{Session, Stop};
use crate::altinn::Claims;
use crate::http::message::header;
use crate::token::Token;

/// Seconds that the clocks may differ.
const CLOCK: i64 = 5;

impl Session<'_> {
    /// Where the owner's Maskinporten has its metadata; without one there is nothing to ask.
    fn metadata_url(&self) -> Result<(String, String), Stop> {
        let name = &self.setup.names.owner;
        let Some(issuer) = self.setup.issuer_of(name) else {
            return Err(Stop::NotAsked(format!("profile `{name}` does not ask Maskinporten itself")));
        };
        let endpoint = &issuer.token_endpoint;
        let origin = endpoint.find("://").and_then(|at| {
            let slash = endpoint.get(at + 3..)?.find('/')?;
            endpoint.get(..at + 3 + slash)
        });
        let origin = origin.unwrap_or(endpoint);
        Ok((format!("{origin}/.well-known/oauth-authorization-server"), issuer.issuer.clone()))
    }

    /// Step 2.
    pub(super) async fn clock(&mut self) -> Result<(), Stop> {
        let (url, _) = self.metadata_url()?;
        let answer = self.call(Call::new("GET", url)).await?;
        let theirs = header(&answer.headers, "date")
            .and_then(|date| httpdate::parse_http_date(date).ok())
            .and_then(|date| date.duration_since(std::time::UNIX_EPOCH).ok())
            .and_then(|since| i64::try_from(since.as_secs()).ok());
        let Some(theirs) = theirs else {
            return Err(Stop::NotAsked("the token host gave no `Date` to compare with".to_owned()));
        };
        let ahead = i64::try_from(self.now()).unwrap_or(i64::MAX).saturating_sub(theirs);
        let good = self.check("the clock agrees with the token host's", ahead.abs() < CLOCK, || {
            let way = if ahead > 0 { "ahead" } else { "behind" };
            Fault::new(format!("less than {CLOCK} s between the clocks"), format!("{} s {way}", ahead.abs()))
                .because(
                    "the clock here is wrong; Maskinporten takes grants within 10 s of its own",
                    "let NTP set the clock (on a CI machine: its host's)",
                )
                .called(answer.called.clone())
        });
        if good { Ok(()) } else { Err(Stop::Failed) }
    }

    /// Step 3.
    pub(super) async fn metadata(&mut self) -> Result<(), Stop> {
        let (url, issuer) = self.metadata_url()?;
        let mend = (
            "something between here and Maskinporten answers in its place",
            "look at proxy, TLS interception and host name",
        );
        let answer = self.expect("metadata", Call::new("GET", url), &[200], mend).await?;
        let theirs = answer.member("issuer").to_owned();
        if !self.check("the issuer is the profile's", theirs == issuer, || {
            Fault::new(issuer.clone(), if theirs.is_empty() { "no issuer" } else { &theirs })
                .because(
                    "the profile's issuer is another one, and `aud` of the grant has to be this very text",
                    "write the issuer exactly so; its slash at the end counts",
                )
                .called(answer.called.clone())
        }) {
            return Err(Stop::Failed);
        }
        let jwks = answer.member("jwks_uri").to_owned();
        if jwks.is_empty() {
            return Ok(());
        }
        let answer = self.expect("signing keys", Call::new("GET", jwks), &[200], mend).await?;
        let keys = answer.json.get("keys").and_then(Value::as_array).map_or(0, Vec::len);
        let good = self.check("there are signing keys", keys > 0, || {
            Fault::new("at least one key", "none").because(mend.0, mend.1).called(answer.called.clone())
        });
        if good { Ok(()) } else { Err(Stop::Failed) }
    }

    /// Step 4.
    pub(super) async fn owner_token(&mut self) -> Result<(), Stop> {
        let name = self.setup.names.owner.clone();
        let asked = self.setup.tokens.get(&name).map(|profile| profile.scopes.clone()).unwrap_or_default();
        let token = self.token(&name, true).await?;
        self.pass("token is given");
        let claims = self.claims(&token)?;
        let mut good = self.has_scopes(&name, &claims, &asked);
        let owner = self.setup.owner_org.clone();
        let of = claims.speaks_for().unwrap_or_default().to_owned();
        self.token_org.clone_from(&of);
        good &= self.check("it is the owner's", of == owner, || {
            Fault::new(format!("organisation {owner}"), organisation(&of)).because(
                "the client is registered on another organisation than the service owner",
                format!("make the client in the self service as {owner}, or set `owner_org` to {}", organisation(&of)),
            )
        });
        if good { Ok(()) } else { Err(Stop::Failed) }
    }

    /// Step 6.
    pub(super) async fn owner_exchange(&mut self) -> Result<(), Stop> {
        let name = self.setup.names.owner.clone();
        if self.setup.tokens.get(&name).is_some_and(|profile| profile.exchange.is_none()) {
            return Err(Stop::NotAsked(format!("profile `{name}` exchanges nothing")));
        }
        let token = self.token(&name, false).await?;
        self.pass("token is exchanged");
        let claims = self.claims(&token)?;
        let owner = self.setup.owner_org.clone();
        let number = claims.text("urn:altinn:orgNumber").unwrap_or_default().to_owned();
        let mut good = self.check("Altinn knows the owner's number", number == owner, || {
            Fault::new(format!("`urn:altinn:orgNumber` {owner}"), organisation(&number))
                .because("the token speaks for another organisation", "look at the client's owner in the self service")
        });
        if claims.has_scope("altinn:serviceowner") {
            let code = claims.text("urn:altinn:org").is_some_and(|code| !code.is_empty());
            good &= self.check("Altinn knows the owner's code", code, || {
                Fault::new("`urn:altinn:org`", "none").because(
                    format!("organisation {owner} is not in Altinn's list of service owners"),
                    "ask Altinn (servicedesk) to add the organisation with its code",
                )
            });
        }
        if claims.is_test_token() {
            self.warn("test-token", "the owner's token is one of the test-token generator");
        }
        if good { Ok(()) } else { Err(Stop::Failed) }
    }

    /// Claims of a token that has to have some.
    pub(super) fn claims(&mut self, token: &Token) -> Result<Claims, Stop> {
        token.claims.clone().ok_or_else(|| {
            let fault = Fault::new("a JWT", "a token without claims").because(
                "something else answered in the service's place",
                "look at the token endpoint and the platform's address",
            );
            self.fail("the token can be read", &fault)
        })
    }

    /// Every scope asked for is in the token.
    pub(super) fn has_scopes(&mut self, profile: &str, claims: &Claims, asked: &[String]) -> bool {
        let missing: Vec<&str> = asked.iter().map(String::as_str).filter(|scope| !claims.has_scope(scope)).collect();
        self.check("it has the scopes asked for", missing.is_empty(), || {
            Fault::new(asked.join(" "), claims.scopes().join(" ")).because(
                format!("the token lacks {}", missing.join(" ")),
                format!("add the scope to the client of profile `{profile}` in the self service"),
            )
        })
    }
}

/// A number for messages.
pub(super) fn organisation(number: &str) -> String {
    if number.is_empty() { "no organisation".to_owned() } else { number.to_owned() }
}
