//! XACML 3.0 policies of resources in Altinn's Resource Registry: who may do what, what is wrong with a policy before it
//! is uploaded, what is wrong with one that was fetched, and a small one to begin with.
//!
//! [`Policy::parse`] reads the XML, [`Policy::grants`] spells out its rules, [`Policy::lint`] tells what the registry
//! would say to an upload, [`Policy::check`] what the correspondence service would miss, [`minimal`] writes a policy.

mod check;
mod error;
mod finding;
mod grants;
mod minimal;
mod parse;
#[cfg(test)]
mod tests;

use std::fmt;

pub use error::{PolicyError, PolicyErrorKind};
pub use finding::{Finding, FindingKind, Severity};
pub use grants::{Decision, Grant, Grants};
pub use minimal::minimal;

/// Identifiers that policies are made of.
pub mod urn {
    /// The namespace of XACML 3.0.
    pub const XACML: &str = "urn:oasis:names:tc:xacml:3.0:core:schema:wd-17";
    /// Category of who asks.
    pub const SUBJECT: &str = "urn:oasis:names:tc:xacml:1.0:subject-category:access-subject";
    /// Category of what is asked for.
    pub const RESOURCE: &str = "urn:oasis:names:tc:xacml:3.0:attribute-category:resource";
    /// Category of what is to be done.
    pub const ACTION: &str = "urn:oasis:names:tc:xacml:3.0:attribute-category:action";
    /// Attribute: name of an action.
    pub const ACTION_ID: &str = "urn:oasis:names:tc:xacml:1.0:action:action-id";
    /// Attribute: identifier of a resource in the registry.
    pub const RESOURCE_ID: &str = "urn:altinn:resource";
    /// Attribute: role code of a person in an organisation, such as `DAGL`.
    pub const ROLE_CODE: &str = "urn:altinn:rolecode";
    /// Attribute: the same, as the setup guide writes it.
    pub const ORG_ROLE_CODE: &str = "urn:altinn:org:rolecode";
    /// Attribute: short code of a service owner.
    pub const ORG: &str = "urn:altinn:org";
    /// Attribute: number of an organisation.
    pub const ORGANIZATION: &str = "urn:altinn:organization:identifier-no";
    /// Attribute: party in Altinn's register.
    pub const PARTY: &str = "urn:altinn:partyid";
    /// Attribute: access package.
    pub const ACCESS_PACKAGE: &str = "urn:altinn:accesspackage";
    /// Category of the obligation that asks for an authentication level.
    pub const MINIMUM_LEVEL: &str = "urn:altinn:minimum-authenticationlevel";
    /// Equality of texts.
    pub const STRING_EQUAL: &str = "urn:oasis:names:tc:xacml:1.0:function:string-equal";
    /// Equality of texts but for the case of their letters.
    pub const STRING_EQUAL_IGNORE_CASE: &str = "urn:oasis:names:tc:xacml:3.0:function:string-equal-ignore-case";
    /// One deny is stronger than any number of permits.
    pub const DENY_OVERRIDES: &str = "urn:oasis:names:tc:xacml:3.0:rule-combining-algorithm:deny-overrides";
    /// Data type of texts.
    pub const STRING: &str = "http://www.w3.org/2001/XMLSchema#string";
    /// Data type of whole numbers.
    pub const INTEGER: &str = "http://www.w3.org/2001/XMLSchema#integer";
}

/// A policy as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// `PolicyId`.
    pub id: String,
    /// `Version`.
    pub version: String,
    /// `RuleCombiningAlgId`: what counts if rules disagree.
    pub combining: String,
    /// What the whole policy is limited to; Altinn's are limited to nothing.
    pub target: Target,
    /// The rules, in the order of the file.
    pub rules: Vec<Rule>,
    /// The authentication levels that the policy's obligations ask for.
    pub levels: Vec<Level>,
}

/// One rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// `RuleId`.
    pub id: String,
    /// What the rule says if it applies.
    pub effect: Effect,
    /// When it applies.
    pub target: Target,
    /// True if the rule has a `Condition`, which is not evaluated here.
    pub conditional: bool,
    /// Where the rule begins.
    pub place: Place,
}

/// What a rule says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// It is allowed.
    Permit,
    /// It is forbidden.
    Deny,
}

/// Conditions that must all hold; each holds if one of its alternatives does. An empty target always holds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Target {
    /// The `AnyOf` elements.
    pub any_of: Vec<AnyOf>,
}

/// Alternatives, of which one must hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnyOf {
    /// The `AllOf` elements.
    pub all_of: Vec<AllOf>,
    /// Where the alternatives begin.
    pub place: Place,
}

/// Matches that must all hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AllOf {
    /// The `Match` elements.
    pub matches: Vec<Match>,
}

/// A comparison of one attribute of the request with a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Match {
    /// `MatchId`: how the two are compared.
    pub function: String,
    /// Whose attribute it is: a URN such as [`urn::SUBJECT`].
    pub category: String,
    /// The attribute and the value it must have.
    pub attribute: Attribute,
    /// Where the match begins.
    pub place: Place,
}

/// An attribute with its value: `urn:altinn:org` is `demo`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Attribute {
    /// The attribute's URN.
    pub id: String,
    /// Its value.
    pub value: String,
}

/// The authentication level that an obligation asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Level {
    /// The text of the value, a whole number in a sound policy.
    pub text: String,
    /// Where the value stands.
    pub place: Place,
}

/// Line and column in the XML, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Place {
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
}

impl Policy {
    /// Reads a policy.
    ///
    /// Fails if the text is not XML, if its root is not a XACML 3.0 `Policy`, or if a rule says neither permit nor deny.
    /// Anything else that looks wrong is left to [`lint`](Self::lint) and [`check`](Self::check).
    pub fn parse(xml: &str) -> Result<Self, PolicyError> {
        parse::parse(xml)
    }
}

impl Attribute {
    /// An attribute with its value.
    pub fn new(id: impl Into<String>, value: impl Into<String>) -> Self {
        Self { id: id.into(), value: value.into() }
    }
}

impl fmt::Display for Attribute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.id, self.value)
    }
}

impl fmt::Display for Effect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Permit => "Permit",
            Self::Deny => "Deny",
        })
    }
}

impl Match {
    /// True if the value is the one asked for, by the match's own idea of equality.
    pub fn accepts(&self, value: &str) -> bool {
        if self.function.ends_with(":string-equal-ignore-case") {
            self.attribute.value.to_lowercase() == value.to_lowercase()
        } else {
            self.attribute.value == value
        }
    }

    /// True if the match is about this attribute of this category.
    pub fn is_about(&self, category: &str, attribute: &str) -> bool {
        self.category == category && self.attribute.id == attribute
    }
}
