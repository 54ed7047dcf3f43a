//! Subscriptions: what is wanted, by whom.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::About;
use super::delivery::Target;

/// The prefix of the only kind of resource filter.
const RESOURCE: &str = "urn:altinn:resource:";

/// What a subscriber wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wanted {
    /// Where events go.
    pub(super) endpoint: String,
    resource_filter: String,
    subject_filter: Option<String>,
    type_filter: Option<String>,
    include_subunits: bool,
}

impl Wanted {
    /// Reads a request body; the error says what is wrong.
    pub(super) fn read(body: &[u8], lenient: bool) -> Result<Self, &'static str> {
        let body: Value = serde_json::from_slice(body).map_err(|_| "The body is not JSON")?;
        let members = body.as_object().ok_or("The body is not a JSON object")?;
        let get = |name: &str| {
            let found = members.iter().find(|(own, _)| own.eq_ignore_ascii_case(name));
            found.map(|(_, value)| value).filter(|value| !value.is_null())
        };
        let text = |name: &str| get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
        let endpoint = text("endPoint").ok_or("endPoint is required")?;
        // A webhook on the same machine seldom has a certificate.
        let local = lenient && Target::read(endpoint).is_some_and(|target| target.is_loopback());
        if !endpoint.starts_with("https://") && !local {
            return Err("endPoint must be an https address");
        }
        if get("sourceFilter").is_some() || get("alternativeSubjectFilter").is_some() {
            return Err(
                "sourceFilter and alternativeSubjectFilter are no longer supported, use resourceFilter and subjectFilter",
            );
        }
        let resource_filter = text("resourceFilter").ok_or("resourceFilter is required")?;
        if resource_filter.strip_prefix(RESOURCE).is_none_or(str::is_empty) {
            return Err("resourceFilter must be urn:altinn:resource:<identifier>");
        }
        Ok(Self {
            endpoint: endpoint.to_owned(),
            resource_filter: resource_filter.to_owned(),
            subject_filter: text("subjectFilter").map(str::to_owned),
            type_filter: text("typeFilter").map(str::to_owned),
            include_subunits: get("includeSubunits").and_then(Value::as_bool).unwrap_or(false),
        })
    }

    /// The identifier of the resource.
    pub(super) fn resource(&self) -> &str {
        self.resource_filter.strip_prefix(RESOURCE).unwrap_or_default()
    }
}

/// A subscription.
#[derive(Debug)]
pub(super) struct Subscription {
    /// Its number.
    pub(super) id: u64,
    /// What is wanted.
    pub(super) wanted: Wanted,
    /// Who wants it.
    pub(super) consumer: String,
    /// Since when.
    pub(super) created: Timestamp,
    /// Whether the endpoint has answered 200.
    pub(super) validated: bool,
}

impl Subscription {
    /// Whether it is for this event.
    pub(super) fn takes(&self, kind: &str, about: &About) -> bool {
        let fits = |filter: &Option<String>, value: &str| filter.as_deref().is_none_or(|wanted| wanted == value);
        self.wanted.resource() == about.resource
            && fits(&self.wanted.type_filter, kind)
            && fits(&self.wanted.subject_filter, &about.party)
    }

    /// The subscription as the API shows it.
    pub(super) fn shown(&self) -> Value {
        json!({
            "id": self.id,
            "endPoint": self.wanted.endpoint,
            "resourceFilter": self.wanted.resource_filter,
            "subjectFilter": self.wanted.subject_filter,
            "typeFilter": self.wanted.type_filter,
            "includeSubunits": self.wanted.include_subunits,
            "consumer": self.consumer,
            "createdBy": self.consumer,
            "created": self.created.to_string(),
            "validated": self.validated,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &Value) -> Result<Wanted, &'static str> {
        Wanted::read(body.to_string().as_bytes(), false)
    }

    #[test]
    fn old_filters_plain_addresses_and_other_resources_are_refused() {
        let good = json!({"endPoint": "https://a.no/", "resourceFilter": "urn:altinn:resource:x"});
        assert!(read(&good).is_ok());
        for (name, value) in [
            ("endPoint", json!("http://127.0.0.1/")),
            ("resourceFilter", json!("x")),
            ("resourceFilter", json!(null)),
            ("sourceFilter", json!("https://x")),
            ("alternativeSubjectFilter", json!("/organisation/1")),
        ] {
            let mut body = good.clone();
            body[name] = value;
            assert!(read(&body).is_err(), "{name}");
        }
        assert!(
            Wanted::read(br#"{"endPoint":"http://127.0.0.1:1/","resourceFilter":"urn:altinn:resource:x"}"#, true)
                .is_ok()
        );
        assert!(
            Wanted::read(br#"{"endPoint":"http://a.no/","resourceFilter":"urn:altinn:resource:x"}"#, true).is_err()
        );
    }
}
