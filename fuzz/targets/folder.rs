//! Any bytes as each kind of file of a v3 collection.
#![no_main]

use std::cell::RefCell;
use std::fs;

use libfuzzer_sys::fuzz_target;
use postbud::collection::{Collection, v3};
use postbud::plan::Plan;

const FILES: [&str; 3] =
    ["a.request.yaml", ".resources/definition.yaml", ".resources/b.resources/examples/c.example.yaml"];

thread_local! {
    static FOLDER: RefCell<Option<tempfile::TempDir>> = const { RefCell::new(None) };
}

fuzz_target!(|bytes: &[u8]| {
    FOLDER.with_borrow_mut(|slot| {
        let folder = slot.get_or_insert_with(|| {
            let folder = tempfile::tempdir().expect("a folder");
            for file in FILES {
                let path = folder.path().join(file);
                fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
            }
            fs::write(folder.path().join("b.request.yaml"), "url: http://h\n").expect("a file");
            folder
        });
        for file in FILES {
            let path = folder.path().join(file);
            fs::write(&path, bytes).expect("a file");
            match v3::read_whole(folder.path()) {
                Ok(document) => drop(Plan::of(&Collection::from_value(document.value))),
                Err(error) => drop(error.to_string()),
            }
            let _ = fs::remove_file(&path);
        }
    });
});
