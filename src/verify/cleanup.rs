//! Step 17: what this verification made is taken away, and what an interrupted one left behind.

use std::time::Duration;

use serde_json::Value;

use super::REFERENCE;
use super::call::{Answer, Call};
use super::correspondence::has_status;
use super::session::{Session, Stop};

/// Correspondences of the recipient that are looked at for what was left behind.
const LOOKED_AT: usize = 100;

/// Error number: published, so its sender can no longer purge it.
const PUBLISHED: u64 = 1013;

/// Error number: purged already.
const PURGED: u64 = 1014;

/// Tries until a correspondence in between two states is gone.
const TRIES: u32 = 8;

impl Session<'_> {
    /// Step 17.
    pub(super) async fn clean_up(&mut self) -> Result<(), Stop> {
        let owner = self.setup.names.owner.clone();
        // Where the recipient could not read, it cannot purge: that is one fault, not two.
        let told = self.has_failed(16);
        let mut good = true;
        for id in std::mem::take(&mut self.attachments) {
            let url = format!("{}/{id}", self.attachment_url());
            let answer = self.call(Call::new("DELETE", url).of(&owner)).await?;
            if answer.status >= 300 && answer.status != 404 {
                self.warn("left-behind", format!("attachment {id} could not be purged: {}", answer.seen()));
            }
        }
        if std::mem::take(&mut self.sending) {
            self.find_own().await?;
        }
        for id in std::mem::take(&mut self.sent) {
            match self.purge(&id).await? {
                None => {
                    self.pass("the correspondence is purged");
                    good &= self.gone(&id).await?;
                }
                Some(answer) => {
                    let left = format!("correspondence {id} ({}) is left behind: {}", self.reference, answer.seen());
                    self.warn("left-behind", left);
                    if !told {
                        let cause = "the recipient could not purge it";
                        let fault =
                            answer.fault("200", cause, "purge it as its recipient; a later verification tries again");
                        self.fail("the correspondence is purged", &fault);
                        good = false;
                    }
                }
            }
        }
        if self.unblocked() && !told {
            self.leftovers().await?;
        }
        if good { Ok(()) } else { Err(Stop::Failed) }
    }

    /// Whether the recipient's token, the resource and its policy are good.
    fn unblocked(&self) -> bool {
        ![7, 9, 10].iter().any(|number| self.has_failed(*number))
    }

    /// Finds, as its sender, what was sent and never answered.
    async fn find_own(&mut self) -> Result<(), Stop> {
        let owner = self.setup.names.owner.clone();
        let base = self.correspondence_url();
        let search = format!("{base}?resourceId={}&role=Sender", self.setup.resource_id);
        let answer = self.call(Call::new("GET", search).of(&owner)).await?;
        for id in ids(&answer) {
            let answer = self.call(Call::new("GET", format!("{base}/{id}")).of(&owner)).await?;
            if answer.member("sendersReference") == self.reference {
                self.sent.push(id);
            }
        }
        Ok(())
    }

    /// Takes one correspondence away, whatever its state; the last answer where that did not work.
    async fn purge(&mut self, id: &str) -> Result<Option<Answer>, Stop> {
        let (owner, recipient) = (self.setup.names.owner.clone(), self.setup.names.recipient.clone());
        let one = format!("{}/{id}", self.correspondence_url());
        let mut pause = Duration::from_millis(100);
        let mut last = None;
        for _ in 0..TRIES {
            let answer = self.call(Call::new("GET", one.clone()).of(&recipient)).await?;
            if answer.status == 200 {
                let needed = answer.json.get("isConfirmationNeeded").and_then(Value::as_bool).unwrap_or(false);
                if needed && !has_status(&answer.json, "Confirmed") {
                    let confirm = self.call(Call::new("POST", format!("{one}/confirm")).of(&recipient)).await?;
                    if confirm.status == 200 {
                        self.confirmed(id).await?;
                    }
                }
                let answer = self.call(Call::new("DELETE", format!("{one}/purge")).of(&recipient)).await?;
                if answer.status < 300 || answer.error_code() == Some(PURGED) {
                    return Ok(None);
                }
                last = Some(answer);
            } else if answer.status == 404 {
                // Not published yet, or gone: its sender can still take it back.
                let answer = self.call(Call::new("DELETE", format!("{one}/purge")).of(&owner)).await?;
                if answer.status < 300 || answer.status == 404 || answer.error_code() == Some(PURGED) {
                    return Ok(None);
                }
                let published = answer.error_code() == Some(PUBLISHED);
                last = Some(answer);
                if !published {
                    break;
                }
            } else {
                last = Some(answer);
                break;
            }
            self.sleep(pause).await?;
            pause = (pause * 2).min(Duration::from_secs(2));
        }
        Ok(last)
    }

    /// After a purge it is not there any more.
    async fn gone(&mut self, id: &str) -> Result<bool, Stop> {
        let recipient = self.setup.names.recipient.clone();
        let url = format!("{}/{id}", self.correspondence_url());
        let answer = self.call(Call::new("GET", url).of(&recipient)).await?;
        Ok(self.check("it is gone: 404", answer.status == 404, || {
            answer.fault("404", "the purge was answered and did not take effect", "ask Altinn with the trace id")
        }))
    }

    /// Correspondences that an interrupted verification left behind.
    async fn leftovers(&mut self) -> Result<(), Stop> {
        let recipient = self.setup.names.recipient.clone();
        let base = self.correspondence_url();
        let search = format!("{base}?resourceId={}&role=Recipient", self.setup.resource_id);
        let answer = self.call(Call::new("GET", search).of(&recipient)).await?;
        if answer.status != 200 {
            self.warn(
                "left-behind",
                format!("what earlier verifications left could not be searched: {}", answer.seen()),
            );
            return Ok(());
        }
        let mut purged = 0;
        for id in ids(&answer) {
            let answer = self.call(Call::new("GET", format!("{base}/{id}")).of(&recipient)).await?;
            if answer.status != 200
                || !answer.member("sendersReference").starts_with(REFERENCE)
                || !self.is_old(&answer)
            {
                continue;
            }
            match self.purge(&id).await? {
                None => purged += 1,
                Some(answer) => {
                    let left = format!(
                        "correspondence {id} of an earlier verification could not be purged: {}",
                        answer.seen()
                    );
                    self.warn("left-behind", left);
                }
            }
        }
        self.pass("nothing is left of earlier verifications");
        if purged > 0 {
            self.note(&format!("purged {purged} that an earlier verification had left behind"));
        }
        Ok(())
    }

    /// Whether a correspondence is too old to be of a verification that runs now.
    fn is_old(&self, answer: &Answer) -> bool {
        let created = answer.member("created").parse::<jiff::Timestamp>().map(jiff::Timestamp::as_second);
        let Ok(created) = created else { return false };
        let age = i64::try_from(self.now()).unwrap_or(i64::MAX).saturating_sub(created);
        age >= i64::try_from(self.setup.leftovers_after.as_secs()).unwrap_or(i64::MAX)
    }
}

/// The newest ids that a search found.
fn ids(answer: &Answer) -> Vec<String> {
    let ids = answer.json.get("ids").and_then(Value::as_array);
    ids.into_iter().flatten().filter_map(Value::as_str).take(LOOKED_AT).map(str::to_owned).collect()
}
