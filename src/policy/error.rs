//! Why a text is not a policy.

use thiserror::Error;

use super::{Place, urn};

/// A text that cannot be read as a policy.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("line {}, column {}: {kind}", place.line, place.column)]
pub struct PolicyError {
    /// Where the fault is.
    pub place: Place,
    /// What it is.
    pub kind: PolicyErrorKind,
}

/// Why a text is not a policy.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PolicyErrorKind {
    /// Not well-formed XML.
    #[error("not well-formed XML: {0}")]
    Xml(String),
    /// Elements lie inside one another deeper than any policy needs.
    #[error("elements are nested more than {0} deep")]
    TooDeep(usize),
    /// The root is another element.
    #[error("the root element is `{0}`, not `Policy`")]
    NotAPolicy(String),
    /// The root is a `Policy` of another language or version.
    #[error("the policy is in the namespace `{0}`, not in that of XACML 3.0")]
    Namespace(String),
    /// A rule has an `Effect` that is neither `Permit` nor `Deny`.
    #[error("rule `{rule}` has the effect `{effect}`, which is neither `Permit` nor `Deny`")]
    Effect {
        /// The rule's id.
        rule: String,
        /// What stands there.
        effect: String,
    },
}

impl PolicyError {
    /// What to do about it.
    pub fn help(&self) -> String {
        match &self.kind {
            PolicyErrorKind::Xml(_) => {
                "mend the XML at this place; an editor that knows XML shows the fault".to_owned()
            }
            PolicyErrorKind::TooDeep(_) => {
                "use a policy of the usual form: rules with AnyOf, AllOf and Match".to_owned()
            }
            PolicyErrorKind::NotAPolicy(_) => {
                "give the policy file itself: one Policy element, not a PolicySet and not a page of HTML".to_owned()
            }
            PolicyErrorKind::Namespace(_) => format!("declare the namespace `{}` on the root element", urn::XACML),
            PolicyErrorKind::Effect { .. } => "write Effect=\"Permit\" or Effect=\"Deny\"".to_owned(),
        }
    }
}
