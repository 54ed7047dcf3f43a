//! Any JSON as a collection that is converted: to v2.1 and to the files of v3, which must be read back.
#![no_main]

use std::fs;

use libfuzzer_sys::fuzz_target;
use postbud::collection::{self, Collection, v3};
use postbud::convert::normal;
use postbud::plan::Plan;
use serde_json::Value;

fn count(value: &Value) -> usize {
    Plan::of(&Collection::from_value(value.clone())).items.len()
}

fuzz_target!(|bytes: &[u8]| {
    let Ok(document) = collection::read("collection.json", bytes) else { return };
    let items = count(&document.value);
    let normal = normal(document.value);
    assert_eq!(count(&normal), items);
    let folder = tempfile::tempdir().expect("a folder");
    v3::write(&normal, folder.path()).expect("files that can be written");
    match v3::read_whole(folder.path()) {
        Ok(read) => assert_eq!(count(&read.value), items),
        Err(error) => panic!("{error}\n{}", tree(folder.path())),
    }
});

fn tree(folder: &std::path::Path) -> String {
    let mut text = String::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            text += &tree(&path);
        } else {
            text += &format!("{}\n{}\n", path.display(), String::from_utf8_lossy(&fs::read(&path).unwrap_or_default()));
        }
    }
    text
}
