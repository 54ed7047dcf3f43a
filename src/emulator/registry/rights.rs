//! What a policy says, as lists: one row per combination of subject, action and resource.

use serde_json::{Value, json};

use super::policy::{AllOf, Category, Policy, Rule};

/// One combination.
struct Row<'a> {
    subject: Vec<&'a AllOf>,
    action: &'a AllOf,
    resource: Vec<&'a AllOf>,
}

/// Alternatives of a rule that are about one category.
fn about(rule: &Rule, category: Category) -> Vec<&AllOf> {
    let alternatives = rule.target.iter().flatten();
    alternatives.filter(|all_of| all_of.iter().any(|found| found.category == category)).collect()
}

fn rows(policy: &Policy) -> Vec<Row<'_>> {
    let mut rows = Vec::new();
    for rule in policy.rules.iter().filter(|rule| rule.permit) {
        for action in about(rule, Category::Action) {
            for subject in about(rule, Category::Subject) {
                rows.push(Row { subject: vec![subject], action, resource: about(rule, Category::Resource) });
            }
        }
    }
    rows
}

/// An attribute as the registry writes it.
fn attributes(all_of: &AllOf) -> Vec<Value> {
    let attribute = |id: &str, value: &str| json!({"type": id, "value": value, "urn": format!("{id}:{value}")});
    all_of.iter().map(|found| attribute(&found.attribute, &found.value)).collect()
}

fn flat(list: &[&AllOf]) -> Vec<Value> {
    list.iter().flat_map(|all_of| attributes(all_of)).collect()
}

/// The answer of `policy/rules`.
pub(super) fn rules(policy: &Policy) -> Value {
    let rules = rows(policy).into_iter().map(|row| {
        let action = attributes(row.action).into_iter().next().unwrap_or_default();
        json!({"subject": flat(&row.subject), "action": action, "resource": flat(&row.resource)})
    });
    rules.collect()
}

/// The answer of `policy/rights`: subjects gathered per action and resource.
pub(super) fn rights(policy: &Policy) -> Value {
    let mut rights: Vec<(String, Value, Vec<Value>, Vec<Value>)> = Vec::new();
    for row in rows(policy) {
        let action = attributes(row.action).into_iter().next().unwrap_or_default();
        let resource = flat(&row.resource);
        let key = key(&action, &resource);
        let subject = json!({"subjectAttributes": flat(&row.subject)});
        match rights.iter_mut().find(|(own, ..)| *own == key) {
            Some((_, _, _, subjects)) => {
                if !subjects.contains(&subject) {
                    subjects.push(subject);
                }
            }
            None => rights.push((key, action, resource, vec![subject])),
        }
    }
    rights.into_iter().map(|(key, action, resource, subjects)| right(&key, &action, &resource, &subjects)).collect()
}

fn right(key: &str, action: &Value, resource: &[Value], subjects: &[Value]) -> Value {
    let mut types: Vec<&Value> = Vec::new();
    for subject in subjects.iter().filter_map(|subject| subject.get("subjectAttributes")?.get(0)?.get("type")) {
        if !types.contains(&subject) {
            types.push(subject);
        }
    }
    json!({"action": action, "resource": resource, "subjects": subjects, "rightKey": key, "subjectTypes": types})
}

/// Names a right: its action and resources.
fn key(action: &Value, resource: &[Value]) -> String {
    let value = |attribute: &Value| attribute.get("value").and_then(Value::as_str).unwrap_or_default().to_lowercase();
    let resources: Vec<String> = resource.iter().map(value).collect();
    format!("{}:{}", resources.join(","), value(action))
}
