//! What was found in a policy, why it matters, what to do.

use std::fmt;

use super::Place;

/// One thing to know about a policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What it is, for programs.
    pub kind: FindingKind,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong and what comes of it, a sentence without a full stop.
    pub cause: String,
    /// What to do, a sentence without a full stop.
    pub mend: String,
    /// Where in the policy it is; `None` if it is about something that is not there.
    pub place: Option<Place>,
}

/// How bad a finding is, worst last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Good to know.
    Note,
    /// Works for some callers only, or by luck.
    Warning,
    /// Does not work.
    Fault,
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FindingKind {
    /// Nobody is permitted this action.
    ActionMissing {
        /// The action.
        action: String,
    },
    /// Nobody is permitted this action, but somebody is permitted the one that it replaced.
    OldActionName {
        /// The action.
        action: String,
        /// The names it had until autumn 2024.
        old: Vec<String>,
    },
    /// A deny rule covers this action.
    Denied {
        /// The action.
        action: String,
        /// The rule's id.
        rule: String,
    },
    /// A rule is about another resource.
    OtherResource {
        /// The rule's id.
        rule: String,
        /// The resource that it names.
        resource: String,
    },
    /// A rule names no resource of the registry.
    RuleWithoutResource {
        /// The rule's id.
        rule: String,
    },
    /// No subject of this action can be matched by the token of an organisation.
    NoOrganisationSubject {
        /// The action.
        action: String,
    },
    /// The policy asks for no authentication level.
    NoAuthenticationLevel,
    /// The policy asks for more than tokens of organisations have.
    AuthenticationLevelTooHigh {
        /// The level.
        level: i64,
    },
    /// The authentication level is not a number.
    AuthenticationLevelUnreadable,
    /// A role is written with the attribute of the setup guide.
    RoleAttribute,
    /// The policy has no rules.
    NoRules,
    /// A rule's condition was not evaluated.
    Condition {
        /// The rule's id.
        rule: String,
    },
    /// One `AnyOf` mixes subject, resource and action.
    MixedCategories {
        /// The rule's id.
        rule: String,
    },
    /// A rule names no subject, or no action.
    CategoryMissing {
        /// The rule's id.
        rule: String,
        /// `subject` or `action`.
        category: &'static str,
    },
    /// One `AllOf` names more than one action, so that it never holds.
    SeveralActions {
        /// The rule's id.
        rule: String,
    },
    /// A match lacks its value, its attribute or its category, or compares in an unknown way.
    IncompleteMatch {
        /// The rule's id.
        rule: String,
    },
    /// Rules are not combined by deny-overrides.
    Combining,
    /// The policy as a whole has a target.
    PolicyTarget,
    /// The rules hold more combinations than were looked at.
    TooManyGrants,
}

impl Finding {
    /// True if the Resource Registry refuses a policy for this.
    pub fn refuses_upload(&self) -> bool {
        matches!(self.kind, FindingKind::OtherResource { .. } | FindingKind::RuleWithoutResource { .. })
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(place) = self.place {
            write!(f, "line {}, column {}: ", place.line, place.column)?;
        }
        write!(f, "{}; {}", self.cause, self.mend)
    }
}
