//! Step 18: the subscription to events.

use serde_json::Value;

use super::call::Call;
use super::fault::Fault;
use super::session::{Session, Stop};

impl Session<'_> {
    /// Step 18.
    pub(super) async fn subscription(&mut self) -> Result<(), Stop> {
        let Some(endpoint) = self.setup.events_endpoint.clone() else {
            return Err(Stop::NotAsked("no `events_endpoint` is given, so no subscription is expected".to_owned()));
        };
        let names = &self.setup.names;
        let name = if self.setup.tokens.contains_key(&names.events) { &names.events } else { &names.owner }.clone();
        let url = format!("{}/events/api/v1/subscriptions", self.setup.platform);
        let mend = (
            "the token may not see subscriptions",
            "give the client the scope `altinn:events.subscribe`, and the policy the action `subscribe`",
        );
        let answer = self.expect("subscriptions", Call::new("GET", url).of(&name), &[200], mend).await?;
        let list = answer.json.get("subscriptions").and_then(Value::as_array).cloned().unwrap_or_default();
        let own = list.iter().find(|one| one.get("endPoint").and_then(Value::as_str) == Some(endpoint.as_str()));
        if !self.check("the expected subscription is there", own.is_some(), || {
            Fault::new(endpoint.clone(), format!("{} others", list.len()))
                .because("nobody has subscribed with this endpoint", "subscribe: POST events/api/v1/subscriptions")
                .called(answer.called.clone())
        }) {
            return Err(Stop::Failed);
        }
        let validated = own.and_then(|one| one.get("validated")).and_then(Value::as_bool).unwrap_or(false);
        let good = self.check("it is validated", validated, || {
            Fault::new("validated", "not yet")
                .because(
                    "the endpoint did not answer 200 to the event platform.events.validatesubscription",
                    "let the endpoint answer 200 to it, reachable from Altinn over https; then subscribe again",
                )
                .called(answer.called.clone())
        });
        if good { Ok(()) } else { Err(Stop::Failed) }
    }
}
