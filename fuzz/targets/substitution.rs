//! Lines `name=value` and a last line as a text with `{{name}}`: the variables are filled in, also dynamic ones.
#![no_main]

use std::cell::RefCell;

use libfuzzer_sys::fuzz_target;
use postbud::variables::dynamic::Dynamic;
use postbud::variables::{Scope, ScopeStack, tokens};
use serde_json::Value;

fuzz_target!(|input: &str| {
    let (head, text) = input.rsplit_once('\n').unwrap_or(("", input));
    let variables = head.lines().filter_map(|line| line.split_once('=')).map(|(key, value)| {
        // JSON where it is some: numbers, lists and objects have texts too.
        let value = serde_json::from_str(value).unwrap_or_else(|_| Value::from(value));
        (key.to_owned(), value)
    });
    let scope = Scope::of(variables);
    let empty = Scope::default();
    let dynamic = RefCell::new(Dynamic::from_seed(1));
    let stack = ScopeStack {
        local: &empty,
        data: None,
        environment: &scope,
        collection: &empty,
        globals: &empty,
        overrides: &|_| None,
        dynamic: &|name| dynamic.borrow_mut().generate(name),
    };
    let filled = stack.fill(text);
    for (start, end) in tokens(&filled) {
        assert!(filled[start..end].starts_with("{{") && filled[start..end].ends_with("}}"));
    }
});
