//! Any bytes as a collection of v1, v2.0 or v2.1, and as an environment: read, planned, written again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use postbud::collection::{self, Collection};
use postbud::environment::load_scope;
use postbud::plan::{Plan, Selection};

fuzz_target!(|bytes: &[u8]| {
    match collection::read("collection.json", bytes) {
        Ok(document) => {
            let read = Collection::from_value(document.value);
            let plan = Plan::of(&read);
            for planned in &plan.items {
                let _ = planned.item.request.url.assemble();
            }
            let selection = Selection { folders: vec!["a/b".to_owned()], ..Selection::default() };
            let _ = selection.apply(&read, plan);
        }
        Err(error) => drop(error.to_string()),
    }
    for name in ["e.json", "e.yaml"] {
        match load_scope(name, bytes, "environment") {
            Ok(scope) => drop(scope.to_values(None)),
            Err(error) => drop(error.to_string()),
        }
    }
});
