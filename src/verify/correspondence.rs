//! Steps 12 to 14: strangers are refused, a correspondence is sent and published.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::call::{Answer, Call};
use super::fault::Fault;
use super::session::{Session, Stop};

/// Seconds after which publishing is slow.
const SLOW: Duration = Duration::from_mins(1);

/// Days until the test correspondence is due.
const DUE_DAYS: u64 = 14;

impl Session<'_> {
    /// Where correspondences are.
    pub(super) fn correspondence_url(&self) -> String {
        format!("{}/correspondence/api/v1/correspondence", self.setup.platform)
    }

    fn message(&self) -> Value {
        let due = jiff::Timestamp::from_second(i64::try_from(self.now() + DUE_DAYS * 86_400).unwrap_or_default());
        json!({
            "correspondence": {
                "resourceId": self.setup.resource_id,
                "sendersReference": self.reference,
                "content": {
                    "language": "nb",
                    "messageTitle": "Kontroll av oppsett",
                    "messageSummary": "Sendt av postbud verify",
                    "messageBody": "Denne meldingen kontrollerer oppsettet av Altinn Melding. Den slettes av seg selv.",
                    "attachments": [],
                },
                "dueDateTime": due.unwrap_or_default().to_string(),
                "isConfirmationNeeded": true,
            },
            "recipients": [format!("urn:altinn:organization:identifier-no:{}", self.setup.recipient_org)],
            "existingAttachments": [],
        })
    }

    /// Remembers what an answer says was made, so that it is taken away.
    fn remember(&mut self, answer: &Answer) {
        let made = answer.json.get("correspondences").and_then(Value::as_array);
        for id in made.into_iter().flatten().filter_map(|one| one.get("correspondenceId")?.as_str()) {
            self.sent.push(id.to_owned());
        }
    }

    /// Step 12.
    pub(super) async fn strangers_refused(&mut self) -> Result<(), Stop> {
        let body = self.message();
        let recipient = self.setup.names.recipient.clone();
        let open = (
            "whatever answers here takes anything: a mock, or a wrong address",
            "look at the platform's address (`platform_url`)",
        );
        let wide = (
            "the recipient's token may send, so it is too wide",
            "take `altinn:correspondence.write` and `altinn:serviceowner` from the recipient's client",
        );
        for (name, call, wanted, (cause, mend)) in [
            ("without a token", Call::new("POST", self.correspondence_url()).json(&body).harmless(), 401, open),
            (
                "with the recipient's token",
                Call::new("POST", self.correspondence_url()).of(&recipient).json(&body).harmless(),
                403,
                wide,
            ),
        ] {
            let answer = self.call(call).await?;
            self.remember(&answer);
            let name = format!("sending {name}: {wanted}");
            if answer.status == wanted {
                self.pass(&name);
                continue;
            }
            let fault =
                Fault::new(wanted.to_string(), answer.seen()).because(cause, mend).called(answer.called.clone());
            let fault = if answer.status < 300 { fault } else { fault.explained(answer.explanation.as_ref()) };
            return Err(self.fail(&name, &fault));
        }
        Ok(())
    }

    /// Step 13.
    pub(super) async fn send_one(&mut self) -> Result<(), Stop> {
        let owner = self.setup.names.owner.clone();
        let call = Call::new("POST", self.correspondence_url()).of(&owner).json(&self.message());
        let before = self.sent.len();
        self.sending = true;
        let answer = self.call(call).await?;
        self.sending = false;
        self.remember(&answer);
        if answer.status != 200 {
            let fault = answer.fault("200", "Correspondence did not take the message", "the answer's body says why");
            return Err(self.fail("send: 200", &fault));
        }
        self.pass("send: 200");
        if !self.check("the answer names the correspondence", self.sent.len() > before, || {
            Fault::new("`correspondences[0].correspondenceId`", "none")
                .because("something else answered in Correspondence's place", "look at the platform's address")
                .called(answer.called.clone())
        }) {
            return Err(Stop::Failed);
        }
        let status =
            answer.json.pointer("/correspondences/0/status").and_then(Value::as_str).unwrap_or_default().to_owned();
        let good = matches!(status.as_str(), "ReadyForPublish" | "Initialized" | "Published");
        if !self.check("it is on its way", good, || {
            Fault::new("ReadyForPublish or Initialized", status.clone())
                .because("Altinn took the message and will not publish it", "step 14's history has the reason")
                .called(answer.called.clone())
        }) {
            return Err(Stop::Failed);
        }
        Ok(())
    }

    /// Step 14.
    pub(super) async fn published(&mut self) -> Result<(), Stop> {
        let owner = self.setup.names.owner.clone();
        let Some(id) = self.sent.last().cloned() else {
            return Err(Stop::NotAsked("there is no correspondence".to_owned()));
        };
        let url = format!("{}/{id}/details", self.correspondence_url());
        let begun = Instant::now();
        let mut pause = Duration::from_millis(50);
        loop {
            let answer = self.call(Call::new("GET", url.clone()).of(&owner)).await?;
            if answer.status != 200 {
                let fault = answer.fault("200", "Correspondence did not tell its status", "the answer's body says why");
                return Err(self.fail("details: 200", &fault));
            }
            let taken = begun.elapsed();
            if has_status(&answer.json, "Published") {
                self.pass("it becomes Published");
                self.note(&format!("published after {} ms", taken.as_millis()));
                if taken > SLOW {
                    self.warn("slow-publishing", format!("publishing took {} s", taken.as_secs()));
                }
                return Ok(());
            }
            let failed = has_status(&answer.json, "Failed");
            if failed || taken > self.setup.publish_limit {
                let (cause, mend) = if failed {
                    (
                        format!("publishing failed: {}", reason(&answer.json)),
                        "the text is Altinn's; mend what it names".to_owned(),
                    )
                } else {
                    (
                        "Altinn is behind with publishing".to_owned(),
                        "try again later, or give it longer with --publish-timeout; if it stays so, ask Altinn"
                            .to_owned(),
                    )
                };
                let limit = self.setup.publish_limit.as_secs();
                let fault = Fault::new(format!("Published within {limit} s"), statuses(&answer.json))
                    .because(cause, mend)
                    .called(answer.called.clone());
                return Err(self.fail("it becomes Published", &fault));
            }
            self.sleep(pause).await?;
            pause = (pause * 2).min(Duration::from_secs(3));
        }
    }
}

/// Whether a correspondence or an attachment has, or ever had, a status.
pub(super) fn has_status(view: &Value, wanted: &str) -> bool {
    let is = |value: Option<&Value>| value.and_then(Value::as_str) == Some(wanted);
    is(view.get("status"))
        || view
            .get("statusHistory")
            .and_then(Value::as_array)
            .is_some_and(|history| history.iter().any(|entry| is(entry.get("status"))))
}

/// All statuses, for messages.
pub(super) fn statuses(view: &Value) -> String {
    let history: Vec<&str> = view
        .get("statusHistory")
        .and_then(Value::as_array)
        .map(|history| history.iter().filter_map(|entry| entry.get("status")?.as_str()).collect())
        .unwrap_or_default();
    if history.is_empty() {
        view.get("status").and_then(Value::as_str).unwrap_or("no status").to_owned()
    } else {
        history.join(", ")
    }
}

/// `statusText` of the entry that says why it failed.
fn reason(view: &Value) -> String {
    let history = view.get("statusHistory").and_then(Value::as_array);
    let entry =
        history.into_iter().flatten().find(|entry| entry.get("status").and_then(Value::as_str) == Some("Failed"));
    let text = entry.and_then(|entry| entry.get("statusText")).or_else(|| view.get("statusText"));
    text.and_then(Value::as_str).filter(|text| !text.is_empty()).unwrap_or("no reason is given").to_owned()
}
