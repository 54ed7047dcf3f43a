//! The commands beside `run`, and the reference of `postbud.yaml`.

use std::path::Path;

use postbud::config::{self, Config};

use crate::harness::repository;

#[test]
fn the_examples_of_the_reference_are_read() {
    let text = std::fs::read_to_string(repository("docs/postbud-yaml.md")).expect("docs/postbud-yaml.md");
    let mut count = 0;
    for block in text.split("```yaml\n").skip(1) {
        let example = block.split("```").next().expect("a block ends");
        count += 1;
        Config::parse("postbud.yaml", example, Path::new(""), &|_| Some("value".to_owned()))
            .unwrap_or_else(|error| panic!("{error}\n\n{example}"));
    }
    assert!(count >= 9, "{count} examples");
}

#[test]
fn every_part_of_the_schema_is_in_the_reference() {
    let text = std::fs::read_to_string(repository("docs/postbud-yaml.md")).expect("docs/postbud-yaml.md");
    let schema: serde_json::Value = serde_json::from_str(config::schema()).expect("JSON");
    for part in schema["properties"].as_object().expect("properties").keys() {
        assert!(text.contains(&format!("\n{part}:")), "{part} has no example");
    }
}

#[test]
fn the_published_schema_is_the_programs() {
    let published = std::fs::read_to_string(repository("docs/postbud.schema.json")).expect("docs/postbud.schema.json");
    assert_eq!(published, config::schema(), "copy src/config/schema.json to docs/postbud.schema.json");
}
