//! Modules depend one way: the table of CONTRIBUTING.md, checked.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Module → what it may import of this crate, beside itself.
const MAY_IMPORT: &[(&str, &[&str])] = &[
    ("secret", &[]),
    ("diagnostic", &[]),
    ("variables", &[]),
    ("policy", &["diagnostic"]),
    ("emulator", &[]),
    ("http", &["secret"]),
    ("event", &["http"]),
    ("yaml", &["diagnostic"]),
    ("collection", &["diagnostic", "variables", "yaml"]),
    ("convert", &["collection", "variables"]),
    ("environment", &["collection", "diagnostic", "variables"]),
    ("plan", &["collection", "event"]),
    ("request", &["collection", "http", "variables"]),
    ("auth", &["collection", "http", "request", "secret", "variables"]),
    ("config", &["collection", "diagnostic", "secret", "variables", "yaml"]),
    ("token", &["altinn", "config", "diagnostic", "http", "secret"]),
    ("expect", &["config", "event", "http"]),
    ("altinn", &["http"]),
    ("check", &["auth", "collection", "config", "diagnostic", "script", "variables"]),
    ("script", &["event"]),
    ("report", &["diagnostic", "event", "http", "secret"]),
    (
        "runner",
        &[
            "altinn",
            "auth",
            "collection",
            "config",
            "environment",
            "event",
            "expect",
            "http",
            "plan",
            "request",
            "script",
            "secret",
            "token",
            "variables",
        ],
    ),
    ("verify", &["altinn", "config", "diagnostic", "event", "http", "policy", "request", "runner", "secret", "token"]),
];

fn files(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("src is there") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files(&path, into);
        } else if path.extension().is_some_and(|e| e == "rs") {
            into.push(path);
        }
    }
}

/// Names after `crate::` outside of tests; `crate::{a, b}` counts each.
fn imports(text: &str) -> Vec<String> {
    let code = text.split("#[cfg(test)]").next().unwrap_or_default();
    let mut found = Vec::new();
    for line in code.lines().filter(|line| !line.trim_start().starts_with("//")) {
        for after in line.split("crate::").skip(1) {
            let name: String = after.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            found.push(name);
        }
    }
    found
}

/// What only keeps to its row may still go in a circle, or have its row overruled by a second one.
#[test]
fn the_layers_have_one_row_each_and_no_circle() {
    let mut names: Vec<&str> = MAY_IMPORT.iter().map(|(name, _)| *name).collect();
    names.sort_unstable();
    let rows = names.len();
    names.dedup();
    assert_eq!(names.len(), rows, "a module has two rows");
    let mut left: BTreeMap<&str, &[&str]> = MAY_IMPORT.iter().copied().collect();
    loop {
        let lowest: Vec<&str> = left
            .iter()
            .filter(|(_, imports)| imports.iter().all(|name| !left.contains_key(name)))
            .map(|(name, _)| *name)
            .collect();
        if lowest.is_empty() {
            break;
        }
        left.retain(|name, _| !lowest.contains(name));
    }
    assert!(left.is_empty(), "these import each other: {:?}", left.keys());
}

#[test]
fn the_table_for_readers_is_the_one_that_is_checked() {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("CONTRIBUTING.md")).expect("readable");
    for (module, imports) in MAY_IMPORT {
        let row = text.lines().find(|line| line.starts_with(&format!("| `{module}` |"))).unwrap_or_default();
        let cell = row.trim_end_matches('|').rsplit('|').next().unwrap_or_default();
        let mut told: Vec<&str> = cell.split('`').skip(1).step_by(2).collect();
        told.sort_unstable();
        let mut imports = imports.to_vec();
        imports.sort_unstable();
        assert_eq!(told, imports, "{module}");
    }
}

#[test]
fn modules_import_one_way() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let allowed: BTreeMap<&str, &[&str]> = MAY_IMPORT.iter().copied().collect();
    let mut paths = Vec::new();
    files(&src, &mut paths);
    let mut wrong = Vec::new();
    for path in paths {
        let relative = path.strip_prefix(&src).expect("below src");
        let first = relative.components().next().expect("a name").as_os_str().to_string_lossy().into_owned();
        let module = first.trim_end_matches(".rs").to_owned();
        if ["lib", "main", "cli"].contains(&module.as_str()) || relative.to_string_lossy().contains("test") {
            continue;
        }
        let Some(may) = allowed.get(module.as_str()) else {
            wrong.push(format!("{module} has no row in the table of layers"));
            continue;
        };
        for name in imports(&fs::read_to_string(&path).expect("readable")) {
            if name != module && !name.is_empty() && !may.contains(&name.as_str()) {
                wrong.push(format!("{} imports crate::{name}", relative.display()));
            }
        }
    }
    wrong.sort();
    wrong.dedup();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_file_is_a_giant() {
    let mut paths = Vec::new();
    files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut paths);
    let giants: Vec<String> = paths
        .iter()
        .map(|path| (fs::read_to_string(path).expect("readable").lines().count(), path))
        .filter(|(lines, _)| *lines > 700)
        .map(|(lines, path)| format!("{} has {lines} lines", path.display()))
        .collect();
    assert!(giants.is_empty(), "split these by meaning: {}", giants.join(", "));
}
