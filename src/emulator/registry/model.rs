//! A resource as the registry keeps it, and the rules for its fields.

use axum::body::Bytes;
use serde_json::{Map, Value, json};

use super::policy::Policy;

/// The fields the registry knows; names are matched in any case, others are dropped.
const FIELDS: [&str; 26] = [
    "identifier",
    "version",
    "title",
    "description",
    "rightDescription",
    "homepage",
    "status",
    "spatial",
    "contactPoints",
    "produces",
    "isPartOf",
    "thematicAreas",
    "resourceReferences",
    "delegable",
    "visible",
    "hasCompetentAuthority",
    "keywords",
    "accessListMode",
    "selfIdentifiedUserEnabled",
    "enterpriseUserEnabled",
    "resourceType",
    "availableForType",
    "authorizationReference",
    "consentTemplate",
    "consentText",
    "isOneTimeConsent",
];
/// Known kinds of resources.
const TYPES: [&str; 11] = [
    "Default",
    "Systemresource",
    "MaskinportenSchema",
    "Altinn2Service",
    "AltinnApp",
    "GenericAccessResource",
    "BrokerService",
    "CorrespondenceService",
    "Consent",
    "MigratedApp",
    "Altinn3App",
];
/// Languages that texts must have.
const LANGUAGES: [(&str, &str); 3] = [("nb", "Norwegian bokmål"), ("nn", "Norwegian nynorsk"), ("en", "English")];

/// A resource, with its policy.
#[derive(Debug, Clone)]
pub(in crate::emulator) struct Resource {
    fields: Map<String, Value>,
    policy: Option<(Bytes, Policy)>,
    /// Whether the emulator made it; in the lenient profile it can be created again.
    pub(in crate::emulator) ready_made: bool,
}

/// Faults of a resource: field and text.
pub(super) type FieldFaults = Vec<(String, String)>;

impl Resource {
    /// Reads a resource as sent to the registry, or lists everything that is wrong with it.
    pub(super) fn read(body: Value) -> Result<Self, FieldFaults> {
        let resource = Self { fields: canonical(body)?, policy: None, ready_made: false };
        let faults = resource.faults();
        if faults.is_empty() { Ok(resource) } else { Err(faults) }
    }

    /// Reads a resource of a seed.
    pub(in crate::emulator) fn seeded(body: Value) -> Result<Self, String> {
        Self::read(body).map_err(|faults| {
            let list: Vec<String> = faults.into_iter().map(|(field, text)| format!("{field}: {text}")).collect();
            format!("a resource is not valid: {}", list.join("; "))
        })
    }

    fn text(&self, name: &str) -> &str {
        self.fields.get(name).and_then(Value::as_str).unwrap_or_default()
    }

    fn authority(&self, name: &str) -> &str {
        let authority = self.fields.get("hasCompetentAuthority");
        authority.and_then(|authority| member(authority, name)).and_then(Value::as_str).unwrap_or_default()
    }

    /// The identifier.
    pub(in crate::emulator) fn identifier(&self) -> &str {
        self.text("identifier")
    }

    /// The kind of resource.
    pub(in crate::emulator) fn kind(&self) -> &str {
        self.text("resourceType")
    }

    /// Whether it is open only to parties on one of its access lists.
    pub(in crate::emulator) fn asks_for_list(&self) -> bool {
        self.text("accessListMode").eq_ignore_ascii_case("enabled")
    }

    /// The owner's organisation number; empty if only a code is given.
    pub(in crate::emulator) fn owner(&self) -> &str {
        self.authority("organization")
    }

    /// The owner's service owner code.
    pub(in crate::emulator) fn owner_code(&self) -> &str {
        self.authority("orgcode")
    }

    /// The policy's bytes, as uploaded.
    pub(in crate::emulator) fn policy_bytes(&self) -> Option<&Bytes> {
        self.policy.as_ref().map(|(bytes, _)| bytes)
    }

    /// The policy.
    pub(in crate::emulator) fn policy(&self) -> Option<&Policy> {
        self.policy.as_ref().map(|(_, policy)| policy)
    }

    /// Stores a policy; the error says what is wrong with the XML.
    pub(in crate::emulator) fn set_policy(&mut self, bytes: Vec<u8>) -> Result<(), String> {
        let policy = Policy::read(&bytes)?;
        self.policy = Some((Bytes::from(bytes), policy));
        Ok(())
    }

    /// Takes over another one's policy.
    pub(super) fn keep_policy_of(&mut self, other: &Self) {
        self.policy.clone_from(&other.policy);
    }

    /// The resource as the registry shows it.
    pub(super) fn shown(&self) -> Value {
        let mut shown = self.fields.clone();
        for (name, default) in
            [("delegable", json!(true)), ("visible", json!(true)), ("accessListMode", json!("Disabled"))]
        {
            shown.entry(name).or_insert(default);
        }
        for name in ["selfIdentifiedUserEnabled", "enterpriseUserEnabled"] {
            shown.entry(name).or_insert(json!(false));
        }
        shown.insert("versionId".into(), json!(1));
        Value::Object(shown)
    }

    /// Everything that is wrong with the fields, at once.
    fn faults(&self) -> FieldFaults {
        let mut faults = FieldFaults::new();
        let mut fault = |field: &str, text: String| faults.push((field.to_owned(), text));
        let identifier = self.identifier();
        let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || c == '-';
        if identifier.len() < 4 || !identifier.chars().all(fits) {
            fault("Identifier", "The identifier must have at least four of a-z, 0-9, _ and -".into());
        }
        let kind = self.kind();
        for (prefix, own) in [("se_", "Altinn2Service"), ("app_", "AltinnApp")] {
            if identifier.starts_with(prefix) && kind != own {
                fault("Identifier", format!("The prefix {prefix} is reserved for {own}"));
            }
        }
        if kind.is_empty() || kind == "Default" {
            fault("ResourceType", "The resource type is required".into());
        }
        if self.owner().is_empty() && !self.owner_code().eq_ignore_ascii_case("ttd") {
            fault("HasCompetentAuthority.Organization", "The organisation number of the owner is required".into());
        }
        let delegable = self.fields.get("delegable").and_then(Value::as_bool).unwrap_or(true);
        for (name, field, wanted) in [
            ("title", "Title", true),
            ("description", "Description", true),
            ("rightDescription", "RightDescription", delegable),
        ] {
            for (code, language) in LANGUAGES {
                let text = self.fields.get(name).and_then(|texts| texts.get(code)).and_then(Value::as_str);
                if wanted && text.unwrap_or_default().trim().is_empty() {
                    fault(field, format!("Missing text in {language} ({code})"));
                }
            }
        }
        let references = self.fields.get("resourceReferences").and_then(Value::as_array);
        if ["MaskinportenSchema", "AltinnApp"].contains(&kind) && references.is_none_or(Vec::is_empty) {
            fault("ResourceReferences", format!("A {kind} needs a reference"));
        }
        faults
    }
}

/// A member of an object, by name in any case.
fn member<'a>(object: &'a Value, name: &str) -> Option<&'a Value> {
    object.as_object()?.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}

/// Renames the fields to what the registry calls them; wrong JSON types are faults with the path of the field.
fn canonical(body: Value) -> Result<Map<String, Value>, FieldFaults> {
    let Value::Object(body) = body else { return Err(vec![("$".into(), "An object is wanted".into())]) };
    let mut fields = Map::new();
    let mut faults = FieldFaults::new();
    for (key, value) in body {
        let Some(name) = FIELDS.iter().find(|field| field.eq_ignore_ascii_case(&key)) else { continue };
        if value.is_null() {
            continue;
        }
        if !has_right_type(name, &value) {
            faults.push((format!("$.{key}"), "The JSON value could not be converted".into()));
            continue;
        }
        let value = if *name == "resourceType" { kind_name(&value) } else { value };
        fields.insert((*name).to_owned(), value);
    }
    if faults.is_empty() { Ok(fields) } else { Err(faults) }
}

fn has_right_type(name: &str, value: &Value) -> bool {
    match name {
        "title" | "description" | "rightDescription" => is_texts(value),
        "hasCompetentAuthority" => {
            let text = |name: &str| member(value, name).is_none_or(|own| own.is_string() || own.is_null());
            let name = member(value, "name").is_none_or(|own| own.is_null() || is_texts(own));
            value.is_object() && text("organization") && text("orgcode") && name
        }
        "contactPoints" | "resourceReferences" | "keywords" => {
            value.as_array().is_some_and(|list| list.iter().all(Value::is_object))
        }
        "produces" | "thematicAreas" | "availableForType" => value.is_array(),
        "delegable" | "visible" | "selfIdentifiedUserEnabled" | "enterpriseUserEnabled" | "isOneTimeConsent" => {
            value.is_boolean()
        }
        "identifier" | "version" | "homepage" | "status" | "isPartOf" => value.is_string(),
        "resourceType" => !kind_name(value).is_null(),
        "accessListMode" => {
            value.as_str().is_some_and(|mode| ["disabled", "enabled"].contains(&mode.to_lowercase().as_str()))
        }
        _ => true,
    }
}

/// An object whose members are texts: one a language.
fn is_texts(value: &Value) -> bool {
    value.as_object().is_some_and(|texts| texts.values().all(|text| text.is_string() || text.is_null()))
}

/// The kind's own spelling; null if it is unknown.
fn kind_name(value: &Value) -> Value {
    let name = value.as_str().and_then(|text| TYPES.iter().find(|kind| kind.eq_ignore_ascii_case(text)));
    name.map_or(Value::Null, |name| json!(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_faults_are_listed_at_once() {
        let faults = Resource::read(json!({"identifier": "A", "title": {"nb": "x"}})).expect_err("faults");
        let fields: Vec<&str> = faults.iter().map(|(field, _)| field.as_str()).collect();
        assert_eq!(fields.iter().filter(|field| **field == "Title").count(), 2);
        for field in
            ["Identifier", "ResourceType", "HasCompetentAuthority.Organization", "Description", "RightDescription"]
        {
            assert!(fields.contains(&field), "{field}");
        }
    }

    #[test]
    fn wrong_types_are_faults_by_path() {
        let odd = json!({
            "ResourceType": "Nonsense", "delegable": "yes", "title": {"nb": 1}, "hasCompetentAuthority": {"name": {"en": {}}},
        });
        let faults = Resource::read(odd).expect_err("faults");
        let fields: Vec<&str> = faults.iter().map(|(field, _)| field.as_str()).collect();
        assert_eq!(fields, ["$.ResourceType", "$.delegable", "$.title", "$.hasCompetentAuthority"]);
        assert!(Resource::read(json!([])).is_err());
    }
}
