//! Variables that nothing defines.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use super::scripts::{self, Script};
use super::walk::Part;
use super::{Findings, Input, Level};
use crate::collection::disabled;
use crate::variables::{Variable, dynamic, tokens};

/// Where a name is used first, and by how many requests and folders.
struct Use {
    pointer: String,
    path: String,
    count: usize,
}

pub(super) fn check(parts: &[Part<'_>], scripts: &[Script], input: &Input<'_>, findings: &mut Findings<'_>) {
    let (set, computed) = scripts::defined(scripts);
    let mut defined = input.defined.clone();
    for part in parts {
        // Folders may have variables as well; what they define is not in scope elsewhere, but nothing here says where.
        for entry in part.value.get("variable").and_then(Value::as_array).into_iter().flatten() {
            if let Some(variable) = Variable::from_value(entry).filter(|variable| !variable.disabled) {
                defined.insert(variable.key.clone(), variable.text());
            }
        }
    }
    if let Some(config) = input.config {
        defined.extend(config.substitute.variables.keys().map(|name| (name.clone(), String::new())));
        let steps = config.flow.iter().flatten();
        defined.extend(steps.flat_map(|step| step.variables.iter().map(|(name, _)| (name.clone(), String::new()))));
    }
    let mut order = Vec::new();
    let mut uses: HashMap<String, Use> = HashMap::new();
    for part in parts {
        let mut found = Vec::new();
        for (key, active) in [("auth", true), ("request", part.is_request())] {
            if let Some(value) = part.value.get(key).filter(|_| active) {
                collect(value, &format!("{}/{key}", part.pointer), &mut found);
            }
        }
        let mut own = HashSet::new();
        let mut at = 0;
        while at < found.len() {
            let (name, pointer) = found[at].clone();
            at += 1;
            if !own.insert(name.clone()) {
                continue;
            }
            // What a value mentions is used as well.
            if let Some(text) = defined.get(&name) {
                names(text, &pointer, &mut found);
                continue;
            }
            uses.entry(name.clone()).and_modify(|known| known.count += 1).or_insert_with(|| {
                order.push(name);
                Use { pointer, path: part.path(), count: 1 }
            });
        }
    }
    for name in order {
        if set.contains(&name) {
            continue;
        }
        let Some(used) = uses.get(&name) else { continue };
        let known: Vec<&str> = defined.keys().map(String::as_str).chain(set.iter().map(String::as_str)).collect();
        report(&name, used, &known, computed, input.has_environment, findings);
    }
}

fn report(name: &str, used: &Use, known: &[&str], computed: bool, has_environment: bool, findings: &mut Findings<'_>) {
    let times = if used.count > 1 { format!(" (used in {} places)", used.count) } else { String::new() };
    if let Some(secret) = name.strip_prefix("vault:") {
        let message = format!("{{{{{name}}}}} asks the vault for `{secret}`, which works only with --vault{times}");
        let help = "run it with `--vault FILE`, a file of the secrets".to_owned();
        findings.add("needs-option", &used.pointer, &used.path, &message, Some(help));
        return;
    }
    if name.starts_with('$') {
        if !dynamic::is_dynamic(name) {
            let message = format!("{{{{{name}}}}} is no dynamic variable that postbud knows{times}");
            findings.add("undefined-variable", &used.pointer, &used.path, &message, None);
        }
        return;
    }
    let near = known.iter().find(|other| other.trim() == name.trim() || other.eq_ignore_ascii_case(name));
    let near = near.copied().or_else(|| near_name(name, known));
    let help = match near {
        Some(near) => format!("did you mean `{near}`?"),
        None if !has_environment => "give the environment with -e, or the value with --env-var".to_owned(),
        None => "add it to the environment, or give it with --env-var".to_owned(),
    };
    let (level, message) = if computed {
        let message = format!("nothing defines {{{{{name}}}}}, unless a script does under a name it computes{times}");
        (Level::Note, message)
    } else {
        (Level::Warning, format!("nothing defines {{{{{name}}}}}; it would be sent as written{times}"))
    };
    findings.add_as(level, "undefined-variable", &used.pointer, &used.path, &message, Some(help), 0);
}

/// A name that differs by a slip of the hand only.
fn near_name<'a>(name: &str, known: &[&'a str]) -> Option<&'a str> {
    let far = if name.chars().count() < 5 { 1 } else { 2 };
    known
        .iter()
        .map(|other| (strsim::damerau_levenshtein(name, other), *other))
        .filter(|(distance, _)| *distance <= far)
        .min()
        .map(|(_, other)| other)
}

/// Names in every text of a request that is sent, with the pointer of the text.
fn collect(value: &Value, pointer: &str, found: &mut Vec<(String, String)>) {
    match value {
        Value::String(text) => names(text, pointer, found),
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate().filter(|(_, item)| !disabled(item)) {
                collect(item, &format!("{pointer}/{index}"), found);
            }
        }
        Value::Object(map) => {
            // Of a body and an authorization only the kind that counts is sent.
            let only = |key: &str| map.get(key).and_then(Value::as_str);
            let body = only("mode").filter(|_| pointer.ends_with("/body"));
            let auth = only("type").filter(|_| pointer.ends_with("/auth"));
            for (key, inner) in map {
                let sent = match (body, auth) {
                    (Some(mode), _) => key == mode,
                    (None, Some(kind)) => key == kind,
                    // `raw` of a URL repeats its parts, and parts are what is sent.
                    _ if key == "raw" => !map.contains_key("host"),
                    _ => !["description", "response", "id", "name"].contains(&key.as_str()),
                };
                if sent && !disabled(inner) {
                    let key = key.replace('~', "~0").replace('/', "~1");
                    collect(inner, &format!("{pointer}/{key}"), found);
                }
            }
        }
        _ => {}
    }
}

fn names(text: &str, pointer: &str, found: &mut Vec<(String, String)>) {
    for (start, end) in tokens(text) {
        let name = &text[start + 2..end - 2];
        if !name.is_empty() {
            found.push((name.to_owned(), pointer.to_owned()));
        }
    }
}
