//! Steps 7 and 16: the recipient's token, and what the recipient does with a correspondence.

use std::time::{Duration, Instant};

use serde_json::Value;

use super::call::Call;
use super::correspondence::{has_status, statuses};
use super::fault::Fault;
use super::maskinporten::organisation;
use super::session::{Session, Stop};

/// How long a confirmation may take to be seen.
const CONFIRM_LIMIT: Duration = Duration::from_mins(1);

impl Session<'_> {
    /// Step 7.
    pub(super) async fn recipient_token(&mut self) -> Result<(), Stop> {
        let name = self.setup.names.recipient.clone();
        let asked = self.setup.tokens.get(&name).map(|profile| profile.scopes.clone()).unwrap_or_default();
        let token = self.token(&name, false).await?;
        self.pass("token is given and exchanged");
        let claims = self.claims(&token)?;
        let mut good = self.has_scopes(&name, &claims, &asked);
        let scopes = claims.scopes().join(" ");
        good &= self.check("it cannot send", !claims.has_scope("altinn:correspondence.write"), || {
            Fault::new("`altinn:correspondence.read` without `.write`", scopes.clone()).because(
                "whoever may send counts as the sender, whose reading is not recorded: marking as read would answer 1024",
                format!("take `altinn:correspondence.write` out of the scopes of profile `{name}`"),
            )
        });
        let (owner, wanted) = (self.setup.owner_org.clone(), self.setup.recipient_org.clone());
        let of = claims.speaks_for().unwrap_or_default().to_owned();
        good &= self.check("it is another organisation's than the owner", of != owner, || {
            Fault::new("another organisation than the owner", of.clone()).because(
                "the recipient's client is the owner's",
                "make a client in the self service of another organisation, or use a system user of one",
            )
        });
        if of != owner {
            good &= self.check("it is the recipient's", of == wanted, || {
                Fault::new(format!("organisation {wanted}"), organisation(&of)).because(
                    "the client is registered on another organisation than the one that receives",
                    format!("set `recipient_org` to {}, or use a client of {wanted}", organisation(&of)),
                )
            });
        }
        if good { Ok(()) } else { Err(Stop::Failed) }
    }

    /// Step 16.
    pub(super) async fn recipient_reads(&mut self) -> Result<(), Stop> {
        let name = self.setup.names.recipient.clone();
        let Some(id) = self.sent.first().cloned() else {
            return Err(Stop::NotAsked("there is no correspondence".to_owned()));
        };
        let base = self.correspondence_url();
        let one = format!("{base}/{id}");
        let mend = (
            "the policy permits the recipient no `read`, or a system user has not been given the right",
            "permit `read` to a role that the recipient has, and delegate the resource to the system user",
        );
        let search = format!("{base}?resourceId={}&role=Recipient", self.setup.resource_id);
        let found = self.expect("search", Call::new("GET", search).of(&name), &[200], mend).await?;
        let listed =
            found.json.get("ids").and_then(Value::as_array).is_some_and(|ids| ids.iter().any(|own| *own == id));
        if !self.check("search finds it", listed, || {
            Fault::new(
                format!("{id} among the ids"),
                format!("{} others", found.json["ids"].as_array().map_or(0, Vec::len)),
            )
            .because(
                "the recipient's token speaks for another organisation than it was sent to",
                "compare `recipient_org` with the token's organisation",
            )
            .called(found.called.clone())
        }) {
            return Err(Stop::Failed);
        }
        let overview = self.expect("overview", Call::new("GET", one.clone()).of(&name), &[200], mend).await?;
        let title =
            overview.json.pointer("/content/messageTitle").and_then(Value::as_str).unwrap_or_default().to_owned();
        if !self.check("the recipient sees its content", !title.is_empty(), || {
            Fault::new("a title", "an empty content")
                .because(
                    "the recipient's token counts as the sender's",
                    "use a token with `altinn:correspondence.read` alone",
                )
                .called(overview.called.clone())
        }) {
            return Err(Stop::Failed);
        }
        let details =
            self.expect("details", Call::new("GET", format!("{one}/details")).of(&name), &[200], mend).await?;
        if !self.check("opening is recorded", has_status(&details.json, "Fetched"), || {
            Fault::new("Fetched in the history", statuses(&details.json))
                .because(
                    "the recipient's token counts as the sender's",
                    "use a token with `altinn:correspondence.read` alone",
                )
                .called(details.called.clone())
        }) {
            return Err(Stop::Failed);
        }
        self.expect("mark as read", Call::new("POST", format!("{one}/markasread")).of(&name), &[200], mend).await?;
        self.expect("confirm", Call::new("POST", format!("{one}/confirm")).of(&name), &[200], mend).await?;
        self.confirmed(&id).await
    }

    /// Waits until a confirmation is seen: it is answered at once and committed some seconds later.
    pub(super) async fn confirmed(&mut self, id: &str) -> Result<(), Stop> {
        let name = self.setup.names.recipient.clone();
        let url = format!("{}/{id}/details", self.correspondence_url());
        let begun = Instant::now();
        let mut pause = Duration::from_millis(50);
        loop {
            let answer = self.call(Call::new("GET", url.clone()).of(&name)).await?;
            if has_status(&answer.json, "Confirmed") {
                self.pass("it becomes Confirmed");
                return Ok(());
            }
            if begun.elapsed() > CONFIRM_LIMIT {
                let fault =
                    Fault::new(format!("Confirmed within {} s", CONFIRM_LIMIT.as_secs()), statuses(&answer.json))
                        .because(
                            "Altinn is behind with its work",
                            "try again later; if it stays so, ask Altinn with the trace id",
                        )
                        .called(answer.called.clone())
                        .explained(answer.explanation.as_ref());
                return Err(self.fail("it becomes Confirmed", &fault));
            }
            self.sleep(pause).await?;
            pause = (pause * 2).min(Duration::from_secs(3));
        }
    }
}
