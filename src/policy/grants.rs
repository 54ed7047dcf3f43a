//! Rules spelled out: one line for each action, subject and resource that a rule brings together.

use super::{AnyOf, Attribute, Effect, Match, Policy, Rule, Target, urn};

/// One combination of action, subject and resource that a rule permits or denies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant<'a> {
    /// Permit or deny.
    pub effect: Effect,
    /// The rule it comes from.
    pub rule: &'a Rule,
    /// What must hold of the action. Empty: any action.
    pub action: Vec<&'a Match>,
    /// What must hold of the subject, all of it together. Empty: anybody.
    pub subject: Vec<&'a Match>,
    /// What must hold of the resource. Empty: any resource.
    pub resource: Vec<&'a Match>,
}

/// What a policy says to one question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// A rule allows it.
    Permit,
    /// A rule forbids it.
    Deny,
    /// No rule is about it, which counts as a no.
    NotApplicable,
}

/// The grants of a policy, made one after another: a few rules can hold very many.
#[derive(Debug)]
pub struct Grants<'a> {
    policy: &'a Policy,
    /// The rule that is being spelled out, by position.
    rule: usize,
    /// Its conditions, those of the policy first.
    conditions: Vec<&'a AnyOf>,
    /// The alternative chosen in each condition; `None` before the first grant of a rule.
    chosen: Option<Vec<usize>>,
    /// The condition at which the choice is in vain.
    clash: Option<usize>,
    /// How many choices in a row were in vain.
    fruitless: usize,
}

/// After so many choices in vain a rule is taken as one that never holds: a hostile policy of a few lines would ask for more of them
/// than a machine makes in its life.
const MAX_FRUITLESS: usize = 50_000;

impl Policy {
    /// Who may do what, in the order of the rules: every combination of subject, resource and action, permits and denies.
    ///
    /// Combinations that can never hold (two different actions at once) are left out.
    pub fn grants(&self) -> Grants<'_> {
        Grants { policy: self, rule: 0, conditions: Vec::new(), chosen: None, clash: None, fruitless: 0 }
    }

    /// What the policy says if a subject with these attributes asks for an action on a resource of the registry.
    ///
    /// Rules with a `Condition` are taken as if it held.
    pub fn decide(&self, resource_id: &str, action: &str, subject: &[Attribute]) -> Decision {
        let mut attributes = vec![
            (urn::RESOURCE, Attribute::new(urn::RESOURCE_ID, resource_id)),
            (urn::ACTION, Attribute::new(urn::ACTION_ID, action)),
        ];
        attributes.extend(subject.iter().map(|attribute| (urn::SUBJECT, attribute.clone())));
        if !self.target.holds(&attributes) {
            return Decision::NotApplicable;
        }
        let mut effects = self.rules.iter().filter(|rule| rule.target.holds(&attributes)).map(|rule| rule.effect);
        let effect = if self.combining.ends_with(":first-applicable") {
            effects.next()
        } else {
            let stronger =
                if self.combining.contains("permit-overrides") || self.combining.contains("deny-unless-permit") {
                    Effect::Permit
                } else {
                    Effect::Deny
                };
            effects.reduce(|one, other| if one == stronger { one } else { other })
        };
        match effect {
            Some(Effect::Permit) => Decision::Permit,
            Some(Effect::Deny) => Decision::Deny,
            None => Decision::NotApplicable,
        }
    }
}

impl Target {
    fn holds(&self, attributes: &[(&str, Attribute)]) -> bool {
        let has = |wanted: &Match| {
            attributes.iter().any(|(category, attribute)| {
                wanted.is_about(category, &attribute.id) && wanted.accepts(&attribute.value)
            })
        };
        self.any_of.iter().all(|any_of| any_of.all_of.iter().any(|all_of| all_of.matches.iter().all(has)))
    }
}

impl<'a> Iterator for Grants<'a> {
    type Item = Grant<'a>;

    fn next(&mut self) -> Option<Grant<'a>> {
        loop {
            let rule = self.policy.rules.get(self.rule)?;
            if self.fruitless > MAX_FRUITLESS || !self.choose(rule) {
                self.rule += 1;
                self.chosen = None;
                self.clash = None;
                self.fruitless = 0;
                continue;
            }
            self.clash = self.clash();
            if self.clash.is_none() {
                self.fruitless = 0;
                return Some(self.grant(rule));
            }
            self.fruitless += 1;
        }
    }
}

impl<'a> Grants<'a> {
    /// Moves to the next choice of alternatives, like an odometer. False if there is none left.
    fn choose(&mut self, rule: &'a Rule) -> bool {
        let Some(chosen) = &mut self.chosen else {
            self.conditions = self.policy.target.any_of.iter().chain(&rule.target.any_of).collect();
            // A condition without alternatives never holds, and so neither does the rule.
            let possible = self.conditions.iter().all(|any_of| !any_of.all_of.is_empty());
            self.chosen = Some(vec![0; self.conditions.len()]);
            return possible;
        };
        // Where alternatives clash, nothing chosen behind them helps.
        let behind = self.clash.map_or(0, |clash| chosen.len().saturating_sub(clash + 1));
        for (choice, any_of) in chosen.iter_mut().zip(&self.conditions).rev().skip(behind) {
            *choice += 1;
            if *choice < any_of.all_of.len() {
                return true;
            }
            *choice = 0;
        }
        false
    }

    /// The condition whose chosen alternative wants another action or resource than one before it.
    fn clash(&self) -> Option<usize> {
        let (mut action, mut resource) = (None, None);
        let chosen = self.chosen.iter().flatten();
        self.conditions.iter().zip(chosen).position(|(any_of, choice)| {
            any_of.all_of.get(*choice).into_iter().flat_map(|all_of| &all_of.matches).any(|wanted| {
                let known = match (wanted.category.as_str(), wanted.attribute.id.as_str()) {
                    (urn::ACTION, urn::ACTION_ID) => &mut action,
                    (urn::RESOURCE, urn::RESOURCE_ID) => &mut resource,
                    _ => return false,
                };
                !wanted.accepts(known.get_or_insert(wanted.attribute.value.as_str()))
            })
        })
    }

    fn grant(&self, rule: &'a Rule) -> Grant<'a> {
        let mut grant =
            Grant { effect: rule.effect, rule, action: Vec::new(), subject: Vec::new(), resource: Vec::new() };
        let chosen = self.chosen.iter().flatten();
        for (any_of, choice) in self.conditions.iter().zip(chosen) {
            for wanted in any_of.all_of.get(*choice).iter().flat_map(|all_of| &all_of.matches) {
                match wanted.category.as_str() {
                    urn::ACTION => grant.action.push(wanted),
                    urn::RESOURCE => grant.resource.push(wanted),
                    // Environment and unknown categories narrow who may do it, and are shown with the subject.
                    _ => grant.subject.push(wanted),
                }
            }
        }
        grant
    }
}

impl Grant<'_> {
    /// True if the grant is about this action.
    pub fn covers_action(&self, action: &str) -> bool {
        self.action.iter().all(|wanted| wanted.attribute.id == urn::ACTION_ID && wanted.accepts(action))
    }

    /// True if the grant is about this resource of the registry.
    pub fn covers_resource(&self, resource_id: &str) -> bool {
        let ids: Vec<_> = self.resource.iter().filter(|wanted| wanted.attribute.id == urn::RESOURCE_ID).collect();
        // Further attributes name a part of the resource. Attributes without the id name something else altogether.
        (self.resource.is_empty() || !ids.is_empty()) && ids.iter().all(|wanted| wanted.accepts(resource_id))
    }

    /// True if the token of an organisation can be the subject, without a person's role and without a delegation.
    pub fn fits_organisation(&self) -> bool {
        self.subject
            .iter()
            .all(|wanted| matches!(wanted.attribute.id.as_str(), urn::ORG | urn::ORGANIZATION | urn::PARTY))
    }

    /// The name of the action; `None`: any action.
    pub fn action_name(&self) -> Option<&str> {
        let named = self.action.iter().find(|wanted| wanted.attribute.id == urn::ACTION_ID)?;
        Some(&named.attribute.value)
    }

    /// The resource's identifier in the registry; `None`: any resource, or none of the registry.
    pub fn resource_id(&self) -> Option<&str> {
        let named = self.resource.iter().find(|wanted| wanted.attribute.id == urn::RESOURCE_ID)?;
        Some(&named.attribute.value)
    }

    /// The subject in words: `urn:altinn:org:demo`, several joined by ` and `, or `anybody`.
    pub fn subject_text(&self) -> String {
        if self.subject.is_empty() {
            return "anybody".to_owned();
        }
        self.subject.iter().map(|wanted| wanted.attribute.to_string()).collect::<Vec<_>>().join(" and ")
    }
}
