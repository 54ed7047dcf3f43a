//! What is wrong with a policy: for the registry that takes it in, and for the services that ask it.

use super::finding::{Finding, FindingKind, Severity};
use super::grants::Grant;
use super::{Effect, Place, Policy, Rule, urn};

/// Actions of the correspondence service and the names they had until autumn 2024.
const RENAMED: &[(&str, &[&str])] = &[("read", &["see", "open"]), ("write", &["send"])];

/// The level that tokens of organisations have.
const ORGANISATION_LEVEL: i64 = 3;

/// More combinations than any sound policy holds.
const MAX_GRANTS: usize = 200_000;

impl Policy {
    /// What would keep the callers of a resource from doing `required_actions` (for Altinn Correspondence: `read`,
    /// `write` and `subscribe`), worst first.
    ///
    /// An empty list says that each action is permitted to *somebody*; that it is permitted to the caller only a call
    /// can show.
    pub fn check(&self, resource_id: &str, required_actions: &[&str]) -> Vec<Finding> {
        let mut findings = Vec::new();
        let mut grants: Vec<Grant<'_>> = self.grants().take(MAX_GRANTS + 1).collect();
        if grants.len() > MAX_GRANTS {
            grants.truncate(MAX_GRANTS);
            findings.push(finding(
                FindingKind::TooManyGrants,
                Severity::Warning,
                format!("the rules hold more than {MAX_GRANTS} combinations, of which the first were looked at"),
                "split the alternatives: subjects, resources and actions each in one AnyOf",
                None,
            ));
        }
        grants.retain(|grant| grant.covers_resource(resource_id));
        self.find_missing_actions(&grants, resource_id, required_actions, &mut findings);
        find_denied_actions(&grants, required_actions, &mut findings);
        self.find_other_resources(resource_id, &mut findings);
        find_actions_without_organisation(&grants, required_actions, &mut findings);
        self.find_levels(&mut findings);
        self.find_guide_roles(&mut findings);
        self.find_conditions(&mut findings);
        findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
        findings
    }

    /// What the Resource Registry would say to an upload of this policy for `resource_id`
    /// ([`Finding::refuses_upload`]), and what it takes in although it cannot work, worst first.
    pub fn lint(&self, resource_id: &str) -> Vec<Finding> {
        let mut findings = Vec::new();
        if self.rules.is_empty() {
            findings.push(finding(
                FindingKind::NoRules,
                Severity::Warning,
                "the policy has no rules: the registry takes it, and then nobody is permitted anything",
                "add a rule with Effect=\"Permit\"",
                None,
            ));
        }
        if !self.combining.ends_with(":deny-overrides") {
            findings.push(finding(
                FindingKind::Combining,
                Severity::Warning,
                format!("rules are combined by `{}`, which Altinn's policies do not use", self.combining),
                format!("write RuleCombiningAlgId=\"{}\"", urn::DENY_OVERRIDES),
                None,
            ));
        }
        if let Some(any_of) = self.target.any_of.first() {
            findings.push(finding(
                FindingKind::PolicyTarget,
                Severity::Warning,
                "the policy as a whole has a target, which limits all its rules",
                "leave the Target of the Policy empty and put its conditions into the rules",
                Some(any_of.place),
            ));
        }
        for rule in &self.rules {
            if !names_resource(rule) {
                findings.push(finding(
                    FindingKind::RuleWithoutResource { rule: rule.id.clone() },
                    Severity::Fault,
                    format!("rule `{}` names no resource of the registry, which refuses it", rule.id),
                    format!("add an AnyOf that matches `{}` with `{resource_id}`", urn::RESOURCE_ID),
                    Some(rule.place),
                ));
            }
            lint_form(rule, &mut findings);
        }
        self.find_other_resources(resource_id, &mut findings);
        findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
        findings
    }

    fn find_missing_actions(
        &self,
        grants: &[Grant<'_>],
        resource_id: &str,
        required_actions: &[&str],
        findings: &mut Vec<Finding>,
    ) {
        let permitted = |action: &str| grants.iter().any(|grant| permits(grant, action));
        let elsewhere = self.rules.iter().any(|rule| rule.effect == Effect::Permit) && grants.is_empty();
        for action in required_actions {
            if permitted(action) {
                continue;
            }
            let renamed = RENAMED.iter().find(|(name, _)| name == action).map_or(&[][..], |(_, old)| *old);
            let old: Vec<_> = renamed.iter().copied().filter(|old| permitted(old)).map(str::to_owned).collect();
            if old.is_empty() {
                let why = if elsewhere { ", because no rule is about this resource" } else { "" };
                findings.push(finding(
                    FindingKind::ActionMissing { action: (*action).to_owned() },
                    Severity::Fault,
                    format!("nobody is permitted `{action}` on `{resource_id}`{why}"),
                    format!("add the action `{action}` to a permit rule and upload the policy again"),
                    None,
                ));
            } else {
                let names = old.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" and ");
                findings.push(finding(
                    FindingKind::OldActionName { action: (*action).to_owned(), old },
                    Severity::Fault,
                    format!("nobody is permitted `{action}`; the policy permits {names}, its name until autumn 2024"),
                    format!("write `{action}` instead of {names} and upload the policy again"),
                    None,
                ));
            }
        }
    }

    /// Rules that name another resource: one finding for each rule and resource.
    fn find_other_resources(&self, resource_id: &str, findings: &mut Vec<Finding>) {
        for rule in &self.rules {
            let mut told: Vec<&str> = Vec::new();
            for wanted in matches_of(rule) {
                let other = wanted.attribute.value.as_str();
                let elsewhere = wanted.is_about(urn::RESOURCE, urn::RESOURCE_ID) && !wanted.accepts(resource_id);
                if !elsewhere || told.contains(&other) {
                    continue;
                }
                told.push(other);
                findings.push(finding(
                    FindingKind::OtherResource { rule: rule.id.clone(), resource: other.to_owned() },
                    Severity::Fault,
                    format!("rule `{}` is about the resource `{other}`, not `{resource_id}`", rule.id),
                    format!("write `{resource_id}` there, or upload the policy to `{other}`"),
                    Some(wanted.place),
                ));
            }
        }
    }

    fn find_levels(&self, findings: &mut Vec<Finding>) {
        if self.levels.is_empty() {
            findings.push(finding(
                FindingKind::NoAuthenticationLevel,
                Severity::Warning,
                "the policy asks for no authentication level: messages cannot be forwarded",
                format!("add an obligation with the category `{}` and the value 3", urn::MINIMUM_LEVEL),
                None,
            ));
        }
        for level in &self.levels {
            let (kind, cause) = match level.text.parse() {
                Ok(number) if number > ORGANISATION_LEVEL => (
                    FindingKind::AuthenticationLevelTooHigh { level: number },
                    format!("the policy asks for authentication level {number}; tokens of organisations have level 3"),
                ),
                Ok(_) => continue,
                Err(_) => (
                    FindingKind::AuthenticationLevelUnreadable,
                    format!("the authentication level `{}` is not a whole number", level.text),
                ),
            };
            findings.push(finding(kind, Severity::Warning, cause, "write 3 as the level", Some(level.place)));
        }
    }

    fn find_guide_roles(&self, findings: &mut Vec<Finding>) {
        let roles = self.rules.iter().flat_map(matches_of);
        if let Some(role) = roles.into_iter().find(|wanted| wanted.attribute.id == urn::ORG_ROLE_CODE) {
            findings.push(finding(
                FindingKind::RoleAttribute,
                Severity::Note,
                format!(
                    "the role `{}` is written with `{}`, as the setup guide does; elsewhere Altinn uses `{}`",
                    role.attribute.value,
                    urn::ORG_ROLE_CODE,
                    urn::ROLE_CODE
                ),
                format!("if people with the role are refused, write `{}`", urn::ROLE_CODE),
                Some(role.place),
            ));
        }
    }

    fn find_conditions(&self, findings: &mut Vec<Finding>) {
        for rule in self.rules.iter().filter(|rule| rule.conditional) {
            findings.push(finding(
                FindingKind::Condition { rule: rule.id.clone() },
                Severity::Note,
                format!("rule `{}` has a condition, which was taken to hold", rule.id),
                "prove by a call that it holds for your callers",
                Some(rule.place),
            ));
        }
    }
}

/// Deny rules are stronger than any permit: one finding for each rule and action.
fn find_denied_actions(grants: &[Grant<'_>], required_actions: &[&str], findings: &mut Vec<Finding>) {
    for action in required_actions {
        let mut told: Vec<Place> = Vec::new();
        for grant in grants.iter().filter(|grant| grant.effect == Effect::Deny && grant.covers_action(action)) {
            if told.contains(&grant.rule.place) {
                continue;
            }
            told.push(grant.rule.place);
            findings.push(finding(
                FindingKind::Denied { action: (*action).to_owned(), rule: grant.rule.id.clone() },
                Severity::Fault,
                format!(
                    "rule `{}` denies `{action}` to {}, whatever is permitted",
                    grant.rule.id,
                    grant.subject_text()
                ),
                "remove the rule, or narrow it to those who are meant",
                Some(grant.rule.place),
            ));
        }
    }
}

/// Those who send are organisations: `write`, if it is asked for, else each action.
fn find_actions_without_organisation(grants: &[Grant<'_>], required_actions: &[&str], findings: &mut Vec<Finding>) {
    let sending = required_actions.contains(&"write");
    for action in required_actions.iter().filter(|action| !sending || **action == "write") {
        let mut permits = grants.iter().filter(|grant| permits(grant, action)).peekable();
        let Some(first) = permits.peek() else { continue };
        let place = first.rule.place;
        if !permits.any(Grant::fits_organisation) {
            findings.push(finding(
                FindingKind::NoOrganisationSubject { action: (*action).to_owned() },
                Severity::Warning,
                format!(
                    "`{action}` is permitted to roles of people only: the token of an organisation works for the \
                     resource's owner, or with a system user to whom the role was delegated"
                ),
                format!("add the subject `{}` with the owner's code to the rule for `{action}`", urn::ORG),
                Some(place),
            ));
        }
    }
}

fn permits(grant: &Grant<'_>, action: &str) -> bool {
    grant.effect == Effect::Permit && grant.covers_action(action)
}

fn matches_of(rule: &Rule) -> impl Iterator<Item = &super::Match> {
    rule.target.any_of.iter().flat_map(|any_of| &any_of.all_of).flat_map(|all_of| &all_of.matches)
}

fn names_resource(rule: &Rule) -> bool {
    matches_of(rule).any(|wanted| wanted.is_about(urn::RESOURCE, urn::RESOURCE_ID))
}

/// The form that Altinn's policies have: three `AnyOf`, for subject, resource and action.
fn lint_form(rule: &Rule, findings: &mut Vec<Finding>) {
    for (category, name) in [(urn::SUBJECT, "subject"), (urn::ACTION, "action")] {
        if !matches_of(rule).any(|wanted| wanted.category == category) {
            let who = if name == "subject" { "everybody" } else { "every action" };
            findings.push(finding(
                FindingKind::CategoryMissing { rule: rule.id.clone(), category: name },
                Severity::Warning,
                format!("rule `{}` names no {name}: it applies to {who}", rule.id),
                format!("add an AnyOf with the {name}s that are meant"),
                Some(rule.place),
            ));
        }
    }
    for any_of in &rule.target.any_of {
        let mut categories: Vec<&str> = Vec::new();
        for all_of in &any_of.all_of {
            let actions = all_of.matches.iter().filter(|wanted| wanted.is_about(urn::ACTION, urn::ACTION_ID)).count();
            if actions > 1 {
                findings.push(finding(
                    FindingKind::SeveralActions { rule: rule.id.clone() },
                    Severity::Fault,
                    format!("rule `{}` wants {actions} actions at once in one AllOf, which never happens", rule.id),
                    "give each action an AllOf of its own",
                    Some(any_of.place),
                ));
            }
            categories.extend(all_of.matches.iter().map(|wanted| wanted.category.as_str()));
        }
        categories.sort_unstable();
        categories.dedup();
        if categories.len() > 1 {
            findings.push(finding(
                FindingKind::MixedCategories { rule: rule.id.clone() },
                Severity::Warning,
                format!("rule `{}` mixes subject, resource and action in one AnyOf", rule.id),
                "give each of them an AnyOf of its own",
                Some(any_of.place),
            ));
        }
    }
    let known = |function: &str| matches!(function, urn::STRING_EQUAL | urn::STRING_EQUAL_IGNORE_CASE);
    let incomplete = |wanted: &&super::Match| {
        let attribute = &wanted.attribute;
        wanted.category.is_empty() || attribute.id.is_empty() || attribute.value.is_empty() || !known(&wanted.function)
    };
    if let Some(wanted) = matches_of(rule).find(incomplete) {
        findings.push(finding(
            FindingKind::IncompleteMatch { rule: rule.id.clone() },
            Severity::Warning,
            format!(
                "a match in rule `{}` lacks its value, attribute or category, or compares in an unusual way",
                rule.id
            ),
            format!("write AttributeValue and AttributeDesignator in full, and MatchId=\"{}\"", urn::STRING_EQUAL),
            Some(wanted.place),
        ));
    }
}

fn finding(
    kind: FindingKind,
    severity: Severity,
    cause: impl Into<String>,
    mend: impl Into<String>,
    place: Option<Place>,
) -> Finding {
    Finding { kind, severity, cause: cause.into(), mend: mend.into(), place }
}
