//! Names of files for names of requests and folders.

use std::collections::{HashMap, HashSet};

/// Characters that Postman does not put into file names.
const FORBIDDEN: &[char] = &['/', '\\', ':', '*', '?', '"', '<', '>', '|'];

/// Names that Windows keeps for devices.
const DEVICES: &[&str] = &["con", "prn", "aux", "nul"];

/// Longest stem in bytes: file systems stop at 255 with the suffix.
const MAX: usize = 150;

/// The names that are taken in one folder, without regard to case.
#[derive(Debug, Default)]
pub(super) struct Taken {
    names: HashSet<String>,
    /// The number that was given last to a name that came before: ten thousand "New Request" are not compared with one another.
    numbers: HashMap<String, usize>,
}

impl Taken {
    /// A free name in this folder for a file `<stem><suffix>`; of equal ones the later get `-1`, `-2`, …
    pub(super) fn stem(&mut self, name: &str, suffix: &str, empty: &str) -> String {
        let base = stem(name, empty);
        let mut candidate = base.clone();
        while !self.names.insert(format!("{candidate}{suffix}").to_lowercase()) {
            let number = self.numbers.entry(format!("{base}{suffix}").to_lowercase()).or_default();
            *number += 1;
            candidate = format!("{base}-{number}");
        }
        candidate
    }
}

/// Each run of forbidden characters becomes one dash; blanks stay.
fn stem(name: &str, empty: &str) -> String {
    let mut out = String::new();
    for c in name.chars() {
        if FORBIDDEN.contains(&c) || c.is_control() {
            if !out.ends_with('-') {
                out.push('-');
            }
        } else {
            out.push(c);
        }
    }
    let mut end = out.len().min(MAX);
    while !out.is_char_boundary(end) {
        end -= 1;
    }
    out.truncate(end);
    // A leading dot hides the file, and Windows drops blanks and dots at the end.
    let trimmed = out.trim().trim_end_matches('.').trim_end();
    let shown = trimmed.trim_start_matches('.');
    let mut out = if shown.len() < trimmed.len() { format!("-{shown}") } else { trimmed.to_owned() };
    if out.is_empty() {
        empty.clone_into(&mut out);
    }
    if DEVICES.contains(&out.to_lowercase().as_str()) {
        out.push('-');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::Taken;

    #[test]
    fn names_are_safe_and_different() {
        let mut taken = Taken::default();
        let mut stem = |name: &str| taken.stem(name, ".request.yaml", "http-request");
        assert_eq!(stem("Folder / One"), "Folder - One");
        assert_eq!(stem("a/\\b??c"), "a-b-c");
        assert_eq!(stem("A-B-C"), "A-B-C-1");
        assert_eq!(stem(""), "http-request");
        assert_eq!(stem(".."), "http-request-1");
        assert_eq!(stem("../../etc"), "--..-etc");
        assert_eq!(stem(".hidden"), "-hidden");
        assert_eq!(stem(" nul "), "nul-");
        assert!(stem(&"æ".repeat(400)).len() <= 160);
        assert_eq!(stem("line\nbreak"), "line-break");
        assert_eq!(stem("same"), "same");
        assert_eq!(stem("same-1"), "same-1");
        assert_eq!(stem("Same"), "Same-2");
        for number in 3..20_000 {
            assert_eq!(stem("same"), format!("same-{number}"));
        }
    }
}
