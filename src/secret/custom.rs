//! What a user asks to hide beside what is hidden anyway: `redact:` of postbud.yaml.

use std::borrow::Cow;
use std::collections::BTreeSet;

use regex::{Regex, RegexBuilder};

use super::redact::MASK;

/// Names whose values are hidden, and patterns of what is hidden.
pub(super) struct Custom {
    names: BTreeSet<String>,
    rules: Vec<(Regex, String)>,
}

impl Custom {
    pub(super) fn new(names: &[String], patterns: &[Regex]) -> Self {
        let mut rules = Vec::new();
        let any = names.iter().map(|name| regex::escape(name)).collect::<Vec<_>>().join("|");
        if !names.is_empty() {
            // A member of JSON (also in a text of JSON), a parameter, an element of XML, a header on a line of its own.
            let forms = [
                format!(r#"((?:["']|\\b)(?:{any})["']?\s*[:=]\s*")(?:[^"\\]|\\.)*""#),
                format!(r#"((?:{any})\\+["']\s*:\s*\\+["'])[^"'\\]*"#),
                format!(r"((?:\b)(?:{any})\s*[:=]\s*')[^']*"),
                format!(r#"(["']?\b(?:{any})\\*["']?\s*[:=]\s*)[^\s"'\\&,;<>}})\]]+"#),
                format!(r"(<(?:[\w.-]+:)?(?:{any})(?:\s[^<>]*)?>)[^<]+"),
            ];
            for (at, form) in forms.iter().enumerate() {
                let end = if at == 0 { "\"" } else { "" };
                let regex = RegexBuilder::new(form).case_insensitive(true).build();
                rules.extend(regex.ok().map(|regex| (regex, format!("${{1}}{MASK}{end}"))));
            }
        }
        // In a pattern of the user `$` has no meaning for what stands in its place.
        rules.extend(patterns.iter().map(|pattern| (pattern.clone(), MASK.to_owned())));
        Self { names: names.iter().map(|name| name.to_lowercase()).collect(), rules }
    }

    /// Whether the value of this name is hidden.
    pub(super) fn names(&self, name: &str) -> bool {
        self.names.contains(&name.trim().to_lowercase())
    }

    /// A text with all of it hidden.
    pub(super) fn hidden_in<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let mut out = Cow::Borrowed(text);
        for (regex, mask) in &self.rules {
            if let Cow::Owned(hidden) = regex.replace_all(&out, mask.as_str()) {
                out = Cow::Owned(hidden);
            }
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_every_form_and_patterns() {
        let custom = Custom::new(&["fnr".to_owned(), "X-Internal-Key".to_owned()], &[Regex::new("[0-9]{11}").unwrap()]);
        for (text, hidden) in [
            (r#"{"fnr": "a \"b\" c", "x": 1}"#, r#"{"fnr": "[redacted]", "x": 1}"#),
            (r#"{"fnr":123,"x":1}"#, r#"{"fnr":[redacted],"x":1}"#),
            (r#"{"b":"{\"fnr\":\"1 2\",\"x\":1}"}"#, r#"{"b":"{\"fnr\":\"[redacted]\",\"x\":1}"}"#),
            ("/p?fnr=12&x=1", "/p?fnr=[redacted]&x=1"),
            ("{ fnr: 'a b', x: 1 }", "{ fnr: '[redacted]', x: 1 }"),
            ("x-internal-key: abc", "x-internal-key: [redacted]"),
            ("<a:fnr>12</a:fnr>", "<a:fnr>[redacted]</a:fnr>"),
            ("born 01010112345.", "born [redacted]."),
            ("the word fnr alone", "the word fnr alone"),
        ] {
            assert_eq!(custom.hidden_in(text), hidden);
        }
        assert!(custom.names("x-internal-KEY") && !custom.names("x"));
    }
}
