//! Steps 8 to 11: the resource and its policy.

use serde_json::Value;

use super::call::Call;
use super::fault::Fault;
use super::session::{Session, Stop};
use crate::policy::{FindingKind, Policy, Severity};

/// What Correspondence and Events ask a policy for.
const ACTIONS: &[&str] = &["read", "write", "subscribe"];

impl Session<'_> {
    fn registry_url(&self) -> String {
        format!("{}/resourceregistry/api/v1/resource/{}", self.setup.platform, self.setup.resource_id)
    }

    /// Step 8.
    pub(super) async fn resource_there(&mut self) -> Result<(), Stop> {
        let mend = (
            "the resource does not exist in this environment",
            "create it, or publish it to this environment (Altinn Studio publishes to each by itself)",
        );
        let answer = self.expect("resource", Call::new("GET", self.registry_url()), &[200], mend).await?;
        self.resource = answer.json;
        Ok(())
    }

    /// Step 9.
    pub(super) fn resource_right(&mut self) -> Result<(), Stop> {
        let resource = self.resource.clone();
        let text = |path: &str| resource.pointer(path).and_then(Value::as_str).unwrap_or_default().to_owned();
        // Enumerations may come as names in any case.
        let kind = text("/resourceType");
        let mut good = self.check(
            "it is of type CorrespondenceService",
            kind.eq_ignore_ascii_case("CorrespondenceService"),
            || {
                Fault::new("CorrespondenceService", if kind.is_empty() { "no type" } else { &kind }).because(
                    "Correspondence answers 4010 for a resource of another type",
                    "create the resource anew as `CorrespondenceService` (the change is seen after up to ten minutes)",
                )
            },
        );
        let (owner, wanted) = (text("/hasCompetentAuthority/organization"), self.setup.owner_org.clone());
        // Where token and resource agree, `owner_org` is wrong: step 4 has said so.
        let told = self.has_failed(4) && owner == self.token_org;
        good &= told || self.check("it is the owner's", owner == wanted, || {
            Fault::new(format!("organisation {wanted}"), if owner.is_empty() { "no organisation" } else { &owner }).because(
                "the resource is registered under another organisation",
                "set `organization` of `hasCompetentAuthority` to the owner's number, or `owner_org` to the resource's",
            )
        });
        let missing: Vec<&str> =
            ["nb", "nn", "en"].into_iter().filter(|language| text(&format!("/title/{language}")).is_empty()).collect();
        good &= self.check("its title is in three languages", missing.is_empty(), || {
            Fault::new("nb, nn and en", format!("nothing in {}", missing.join(", ")))
                .because("a title is missing", "fill in `title` in all three languages")
        });
        let status = text("/status");
        good &= self.check("it is not withdrawn", !status.eq_ignore_ascii_case("withdrawn"), || {
            Fault::new("Active", status.clone()).because("the resource was withdrawn", "set its `status` to `Active`")
        });
        if text("/accessListMode").eq_ignore_ascii_case("enabled") {
            let recipient = &self.setup.recipient_org;
            let text = format!(
                "the resource is open to its access lists only (`accessListMode`): {recipient} has to be on one"
            );
            self.note(&text);
        }
        if good { Ok(()) } else { Err(Stop::Failed) }
    }

    /// Step 10.
    pub(super) async fn policy_right(&mut self) -> Result<(), Stop> {
        let url = format!("{}/policy", self.registry_url());
        let mend = (
            "the resource has no policy, so nobody is permitted anything",
            "upload one: `postbud policy new` writes a small one, `postbud policy check` tells what one lacks",
        );
        let answer = self.expect("policy", Call::new("GET", url), &[200], mend).await?;
        let xml = String::from_utf8_lossy(&answer.body).into_owned();
        let policy = match Policy::parse(xml.trim_start_matches('\u{FEFF}')) {
            Ok(policy) => policy,
            Err(error) => {
                let fault = Fault::new("a XACML 3.0 policy", error.to_string())
                    .because("the policy cannot be read", error.help())
                    .called(answer.called);
                return Err(self.fail("the policy can be read", &fault));
            }
        };
        self.pass("the policy can be read");
        let mut good = true;
        for finding in policy.check(&self.setup.resource_id, ACTIONS) {
            let high = matches!(finding.kind, FindingKind::AuthenticationLevelTooHigh { .. });
            let place =
                finding.place.map_or_else(String::new, |at| format!(" (line {}, column {})", at.line, at.column));
            if finding.severity == Severity::Fault || high {
                let (name, expected) = about(&finding.kind);
                let fault = Fault::new(expected, "another").because(format!("{}{place}", finding.cause), finding.mend);
                let fault = Fault { seen: seen(&finding.kind), ..fault }.called(answer.called.clone());
                self.fail(&name, &fault);
                good = false;
            } else if finding.severity == Severity::Warning {
                self.warn("policy", format!("{}{place}; {}", finding.cause, finding.mend));
            } else {
                self.note(&format!("policy: {}{place}; {}", finding.cause, finding.mend));
            }
        }
        self.policy = Some((answer.body.to_vec(), policy));
        if !good {
            return Err(Stop::Failed);
        }
        self.pass("read, write and subscribe are permitted");
        Ok(())
    }

    /// Step 11.
    pub(super) async fn registry_writes(&mut self) -> Result<(), Stop> {
        let name = self.setup.names.registry.clone();
        if !self.setup.tokens.contains_key(&name) {
            return Err(Stop::NotAsked(format!("there is no token profile `{name}`")));
        }
        let mend = (
            "the token lacks `altinn:resourceregistry/resource.write`, or is of another organisation than the owner",
            "give the registry's client the scope, and make it as the resource's owner",
        );
        let call = Call::new("PUT", self.registry_url()).of(&name).json(&self.resource);
        self.expect("the resource as it is", call, &[200], mend).await?;
        let Some((policy, _)) = self.policy.clone() else { return Ok(()) };
        let boundary = format!("postbud-{}", uuid::Uuid::new_v4());
        let mut body = format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"policyFile\"; filename=\"policy.xml\"\r\n\
             Content-Type: text/xml\r\n\r\n"
        )
        .into_bytes();
        body.extend_from_slice(&policy);
        body.extend_from_slice(format!("\r\n--{boundary}--\r\n").as_bytes());
        let call = Call::new("PUT", format!("{}/policy", self.registry_url()))
            .of(&name)
            .bytes(&format!("multipart/form-data; boundary={boundary}"), body.into());
        self.expect("the policy as it is", call, &[201, 200], mend).await?;
        Ok(())
    }
}

/// Name of the check, and what it expects.
fn about(kind: &FindingKind) -> (String, String) {
    match kind {
        FindingKind::ActionMissing { action } | FindingKind::OldActionName { action, .. } => {
            (format!("somebody is permitted `{action}`"), format!("a permit for `{action}`"))
        }
        FindingKind::Denied { action, .. } => (format!("nobody is denied `{action}`"), "no deny".to_owned()),
        FindingKind::OtherResource { .. } => {
            ("its rules are about this resource".to_owned(), "this resource".to_owned())
        }
        FindingKind::AuthenticationLevelTooHigh { .. } => {
            ("organisations reach its authentication level".to_owned(), "level 3 or less".to_owned())
        }
        _ => ("the policy is sound".to_owned(), "no fault".to_owned()),
    }
}

fn seen(kind: &FindingKind) -> String {
    match kind {
        FindingKind::ActionMissing { .. } => "none".to_owned(),
        FindingKind::OldActionName { old, .. } => format!("the old name {}", old.join(", ")),
        FindingKind::Denied { rule, .. } => format!("rule `{rule}`"),
        FindingKind::OtherResource { resource, .. } => format!("`{resource}`"),
        FindingKind::AuthenticationLevelTooHigh { level } => format!("level {level}"),
        _ => "a fault".to_owned(),
    }
}
