//! Filling in `{{name}}`: inner tokens first, again while something changes, at most 19 times.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::scope::{Scope, text_of};

/// Passes over one text; a chain of 19 variables resolves, one of 20 does not (measured on newman).
const PASSES: usize = 19;

/// Longest text that filling in may make: V8 holds no longer one, so newman has none either. Variables that name themselves
/// several times would grow to more than any memory holds.
const LONGEST: usize = if cfg!(any(test, fuzzing)) { 1 << 20 } else { 512 << 20 };

/// What `{{…}}` is looked up in, highest first: local variables, the data row, environment, collection, globals, dynamic ones.
pub struct ScopeStack<'a> {
    /// `pm.variables`.
    pub local: &'a Scope,
    /// The iteration's data row.
    pub data: Option<&'a Map<String, Value>>,
    /// Environment.
    pub environment: &'a Scope,
    /// The collection's variables.
    pub collection: &'a Scope,
    /// Globals.
    pub globals: &'a Scope,
    /// Overrides above everything: tokens put in place of variables.
    pub overrides: &'a dyn Fn(&str) -> Option<String>,
    /// Values of `$…` names; asked anew for every token.
    pub dynamic: &'a dyn Fn(&str) -> Option<String>,
}

impl ScopeStack<'_> {
    /// The text that replaces `{{key}}`, or `None` where nothing defines it.
    pub fn lookup(&self, key: &str) -> Option<String> {
        if let Some(text) = (self.overrides)(key) {
            return Some(text);
        }
        if let Some(value) = self.local.get(key) {
            return Some(text_of(value));
        }
        if let Some(value) = self.data.and_then(|row| row.get(key)) {
            // A null cell hides the lower scopes and stays as typed, as in newman.
            return (!value.is_null()).then(|| text_of(value));
        }
        for scope in [self.environment, self.collection, self.globals] {
            if let Some(value) = scope.get(key) {
                return Some(text_of(value));
            }
        }
        if key.starts_with('$') { (self.dynamic)(key) } else { None }
    }

    /// Fills in every token of a text; unknown ones stay as typed, and so does what would make the text longer than [`LONGEST`].
    pub fn fill<'t>(&self, text: &'t str) -> Cow<'t, str> {
        if !text.contains("{{") {
            return Cow::Borrowed(text);
        }
        let mut current = Cow::Borrowed(text);
        for _ in 0..PASSES {
            let Some(next) = self.pass(&current) else { break };
            current = Cow::Owned(next);
        }
        current
    }

    /// One pass over the text; `None` when nothing was replaced.
    fn pass(&self, text: &str) -> Option<String> {
        let mut out = String::with_capacity(text.len());
        let mut rest_from = 0;
        let mut replaced = false;
        for (start, end) in tokens(text) {
            out.push_str(&text[rest_from..start]);
            let key = &text[start + 2..end - 2];
            match self.lookup(key) {
                Some(value) => {
                    replaced = replaced || value != text[start..end];
                    out.push_str(&value);
                }
                None => out.push_str(&text[start..end]),
            }
            if out.len() > LONGEST {
                return None;
            }
            rest_from = end;
        }
        out.push_str(&text[rest_from..]);
        replaced.then_some(out)
    }
}

/// Places of `{{name}}` in a text, as byte ranges: shortest matches with no brace inside.
pub fn tokens(text: &str) -> impl Iterator<Item = (usize, usize)> + '_ {
    let bytes = text.as_bytes();
    let mut at = 0;
    std::iter::from_fn(move || {
        while at + 1 < bytes.len() {
            if bytes[at] != b'{' || bytes[at + 1] != b'{' {
                at += 1;
                continue;
            }
            // `{{{a}}}`: the innermost two braces open the token.
            let mut open = at;
            while open + 2 < bytes.len() && bytes[open + 2] == b'{' {
                open += 1;
            }
            let mut close = open + 2;
            while close < bytes.len() && bytes[close] != b'{' && bytes[close] != b'}' {
                close += 1;
            }
            if close + 1 < bytes.len() && bytes[close] == b'}' && bytes[close + 1] == b'}' {
                at = close + 2;
                return Some((open, close + 2));
            }
            at = close.max(open + 2);
        }
        None
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fill(text: &str, pairs: &[(&str, &str)]) -> String {
        let scope = Scope::of(pairs.iter().map(|(k, v)| ((*k).to_owned(), Value::from(*v))));
        let empty = Scope::default();
        let stack = ScopeStack {
            local: &empty,
            data: None,
            environment: &empty,
            collection: &scope,
            globals: &empty,
            overrides: &|_| None,
            dynamic: &|_| None,
        };
        stack.fill(text).into_owned()
    }

    #[test]
    fn inner_tokens_come_first() {
        assert_eq!(fill("x{{n}}/{{y{{n}}}}", &[("n", "1"), ("y1", "Y")]), "x1/Y");
        assert_eq!(fill("{{ n }}{{{n}}}", &[("n", "1")]), "{{ n }}{1}");
        assert_eq!(fill("{{}}", &[("", "e")]), "e");
        assert_eq!(fill("{{a}b}} {{c}}", &[("c", "1")]), "{{a}b}} 1");
    }

    #[test]
    fn chains_end_after_nineteen_passes() {
        let names: Vec<String> = (1..=20).map(|i| format!("a{i}")).collect();
        let values: Vec<String> = (2..=20).map(|i| format!("{{{{a{i}}}}}")).chain(["end".to_owned()]).collect();
        let pairs: Vec<(&str, &str)> =
            names.iter().map(String::as_str).zip(values.iter().map(String::as_str)).collect();
        assert_eq!(fill("{{a2}}", &pairs), "end");
        assert_eq!(fill("{{a1}}", &pairs), "{{a20}}");
        let bomb = fill("{{x}}", &[("x", "{{x}}{{x}}{{x}}{{x}}")]);
        assert!(bomb.len() > 1000 && bomb.len() <= LONGEST, "{}", bomb.len());
        let grown = fill("{{x}}", &[("x", "a{{x}}")]);
        assert_eq!(grown, format!("{}{{{{x}}}}", "a".repeat(19)));
    }
}
