//! XACML policies: read namespace-aware, checked on upload, evaluated for access.

use roxmltree::{Document, Node};

/// The XACML 3.0 core schema.
const NAMESPACE: &str = "urn:oasis:names:tc:xacml:3.0:core:schema:wd-17";
/// Attribute id of a resource's identifier.
const RESOURCE: &str = "urn:altinn:resource";
/// Attribute id of an action's name.
const ACTION: &str = "urn:oasis:names:tc:xacml:1.0:action:action-id";

/// What a match is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::emulator) enum Category {
    /// Who asks.
    Subject,
    /// What is asked for.
    Resource,
    /// What is to be done.
    Action,
    /// Anything else, which the emulator never satisfies.
    Other,
}

/// One condition: an attribute has a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::emulator) struct Match {
    /// What it is about.
    pub(in crate::emulator) category: Category,
    /// The attribute's id.
    pub(in crate::emulator) attribute: String,
    /// The value wanted.
    pub(in crate::emulator) value: String,
    ignore_case: bool,
}

impl Match {
    /// Whether a value is the wanted one.
    pub(in crate::emulator) fn accepts(&self, value: &str) -> bool {
        if self.ignore_case { self.value.eq_ignore_ascii_case(value) } else { self.value == value }
    }

    fn names_resource(&self) -> bool {
        self.category == Category::Resource && self.attribute == RESOURCE
    }
}

/// Conditions that must hold together.
pub(in crate::emulator) type AllOf = Vec<Match>;
/// Alternatives, one of which must hold.
pub(in crate::emulator) type AnyOf = Vec<AllOf>;

/// A rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::emulator) struct Rule {
    /// Whether it permits; else it denies.
    pub(in crate::emulator) permit: bool,
    /// All of these must hold.
    pub(in crate::emulator) target: Vec<AnyOf>,
}

/// A policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::emulator) struct Policy {
    /// The rules; of those that hold, one that denies overrides all that permit.
    pub(in crate::emulator) rules: Vec<Rule>,
}

/// Who asks for what: answers whether an attribute of the subject has a value that a match accepts.
pub(in crate::emulator) struct Question<'a> {
    /// The resource's identifier.
    pub(in crate::emulator) resource: &'a str,
    /// Names of the action, any of which will do.
    pub(in crate::emulator) actions: &'a [&'a str],
    /// Values of the subject's attributes.
    pub(in crate::emulator) subject: &'a [(&'a str, &'a str)],
    /// Ids of resources that stand for this one.
    pub(in crate::emulator) any_resource: bool,
    /// Whether any subject will do: someone has been given the rights that the policy describes.
    pub(in crate::emulator) any_subject: bool,
}

impl Policy {
    /// Reads a policy; the error says what is wrong with the XML.
    pub(in crate::emulator) fn read(xml: &[u8]) -> Result<Self, String> {
        let text = std::str::from_utf8(xml).map_err(|_| "the policy is not UTF-8".to_owned())?;
        let text = text.trim_start_matches('\u{feff}');
        let document = Document::parse(text).map_err(|error| error.to_string())?;
        let root = document.root_element();
        if !root.has_tag_name((NAMESPACE, "Policy")) {
            return Err(format!("the root is {}, not a Policy of {NAMESPACE}", root.tag_name().name()));
        }
        let rules = root.children().filter(|node| node.has_tag_name((NAMESPACE, "Rule")));
        Ok(Self { rules: rules.map(rule).collect() })
    }

    /// What an upload for `resource` objects to; `None` if it may be stored.
    pub(in crate::emulator) fn objection(&self, resource: &str) -> Option<String> {
        for rule in &self.rules {
            let named: Vec<&Match> =
                rule.target.iter().flatten().flatten().filter(|found| found.names_resource()).collect();
            if let Some(other) = named.iter().find(|found| found.value != resource) {
                return Some(format!("Policy has a rule for a different registry resource: {}", other.value));
            }
            if named.is_empty() {
                return Some("Policy has a rule without reference to registry resource id".to_owned());
            }
        }
        None
    }

    /// Whether the policy permits: a rule that permits holds, and no rule that denies.
    pub(in crate::emulator) fn permits(&self, question: &Question<'_>) -> bool {
        let holding = || self.rules.iter().filter(|rule| rule.holds(question));
        holding().any(|rule| rule.permit) && !holding().any(|rule| !rule.permit)
    }
}

impl Rule {
    fn holds(&self, question: &Question<'_>) -> bool {
        self.target.iter().all(|any_of| any_of.iter().any(|all_of| all_of.iter().all(|found| question.answers(found))))
    }
}

impl Question<'_> {
    fn answers(&self, wanted: &Match) -> bool {
        match wanted.category {
            Category::Resource if wanted.attribute == RESOURCE => self.any_resource || wanted.accepts(self.resource),
            Category::Action if wanted.attribute == ACTION => self.actions.iter().any(|action| wanted.accepts(action)),
            Category::Subject => {
                let own = |(name, value): &(&str, &str)| *name == wanted.attribute && wanted.accepts(value);
                self.any_subject || self.subject.iter().any(own)
            }
            _ => false,
        }
    }
}

fn rule(node: Node<'_, '_>) -> Rule {
    let targets = node.children().filter(|child| child.has_tag_name((NAMESPACE, "Target")));
    let any_ofs = targets.flat_map(|target| target.children()).filter(|child| child.has_tag_name((NAMESPACE, "AnyOf")));
    let target = any_ofs.map(any_of).collect();
    Rule { permit: node.attribute("Effect") == Some("Permit"), target }
}

fn any_of(node: Node<'_, '_>) -> AnyOf {
    let all_ofs = node.children().filter(|child| child.has_tag_name((NAMESPACE, "AllOf")));
    all_ofs
        .map(|all_of| {
            all_of.children().filter(|child| child.has_tag_name((NAMESPACE, "Match"))).map(one_match).collect()
        })
        .collect()
}

fn one_match(node: Node<'_, '_>) -> Match {
    let child = |name: &str| node.children().find(|child| child.has_tag_name((NAMESPACE, name)));
    let designator = child("AttributeDesignator");
    let attribute = |name: &str| designator.and_then(|node| node.attribute(name)).unwrap_or_default();
    let category = attribute("Category");
    Match {
        category: if category.ends_with(":access-subject") {
            Category::Subject
        } else if category.ends_with("attribute-category:resource") {
            Category::Resource
        } else if category.ends_with("attribute-category:action") {
            Category::Action
        } else {
            Category::Other
        },
        attribute: attribute("AttributeId").to_owned(),
        value: child("AttributeValue").and_then(|node| node.text()).unwrap_or_default().trim().to_owned(),
        ignore_case: node.attribute("MatchId").is_some_and(|id| id.contains("ignore-case")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const POLICY: &str = include_str!("../preset_policy.xml");

    fn ask<'a>(subject: &'a [(&'a str, &'a str)], actions: &'a [&'a str]) -> Question<'a> {
        Question { resource: "postbud-demo-letters", actions, subject, any_resource: false, any_subject: false }
    }

    #[test]
    fn subjects_get_what_their_rule_permits() {
        let policy = Policy::read(POLICY.as_bytes()).expect("the ready-made policy");
        let owner = [("urn:altinn:organization:identifier-no", "310000000")];
        let manager = [("urn:altinn:rolecode", "dagl")];
        assert!(policy.permits(&ask(&owner, &["write"])));
        assert!(policy.permits(&ask(&manager, &["read"])));
        assert!(!policy.permits(&ask(&manager, &["write"])));
        assert!(!policy.permits(&ask(&[], &["read"])));
        assert!(!policy.permits(&Question { resource: "other", ..ask(&owner, &["read"]) }));
    }

    #[test]
    fn a_denying_rule_overrides() {
        let denied = POLICY.replacen("Effect=\"Permit\"", "Effect=\"Deny\"", 1);
        let policy = Policy::read(denied.as_bytes()).expect("a policy");
        let both = [("urn:altinn:organization:identifier-no", "310000000"), ("urn:altinn:rolecode", "DAGL")];
        assert!(!policy.permits(&ask(&both, &["read"])));
        assert!(policy.permits(&ask(&both[1..], &["read"])));
    }

    #[test]
    fn uploads_for_another_resource_or_for_none_are_objected_to() {
        let policy = Policy::read(POLICY.as_bytes()).expect("a policy");
        assert_eq!(policy.objection("postbud-demo-letters"), None);
        assert!(policy.objection("other").is_some_and(|text| text.contains("different registry resource")));
        let without = POLICY.replace("urn:altinn:resource", "urn:altinn:app");
        let policy = Policy::read(without.as_bytes()).expect("a policy");
        assert!(policy.objection("x").is_some_and(|text| text.contains("without reference to registry resource")));
    }

    #[test]
    fn what_is_no_policy_is_refused() {
        for xml in ["", "<a", "<Policy/>", "<x xmlns='urn:other'/>"] {
            assert!(Policy::read(xml.as_bytes()).is_err(), "{xml}");
        }
        assert!(Policy::read(&[0xff]).is_err());
    }

    #[test]
    fn deep_and_repetitive_documents_do_no_harm() {
        let deep = "<a>".repeat(100_000);
        assert!(Policy::read(deep.as_bytes()).is_err());
        let entities = "<!DOCTYPE a [<!ENTITY x 'xxxxxxxxxx'><!ENTITY y '&x;&x;&x;'>]><a>&y;</a>";
        assert!(Policy::read(entities.as_bytes()).is_err());
    }
}
