//! The rich run for CI servers, and the rules their readers have.

use roxmltree::{Document, Node};

use super::super::testing;
use super::*;

fn run(options: ReporterOptions) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("report.xml");
    testing::report("junit", &ReporterOptions { export: Some(path.clone()), ..options });
    std::fs::read_to_string(path).unwrap()
}

/// The XML with a line per element, for reading.
fn lines(xml: &str) -> String {
    xml.replace("><", ">\n<").replace(">\n<![", "><![")
}

#[test]
fn the_rich_run() {
    let text = run(ReporterOptions::default());
    assert!(!text.contains(testing::SECRET));
    let text = text.replace(env!("CARGO_PKG_VERSION"), "[version]");
    insta::assert_snapshot!(lines(&text));
}

#[test]
fn the_rich_run_as_newman() {
    let text = run(ReporterOptions::default().with("format", "newman"));
    assert!(!text.contains(testing::SECRET));
    Document::parse(&text).unwrap();
    insta::assert_snapshot!(text);
}

#[test]
fn bodies_can_be_left_out() {
    assert!(run(ReporterOptions::default()).contains("Unauthorized body"));
    assert!(!run(ReporterOptions::default().with("omitResponseBodies", "true")).contains("Unauthorized body"));
}

/// Attributes and children of the schema that the xunit and junit readers of Jenkins share (junit-10.xsd), which GitLab's reader is
/// a subset of: name, attributes with a `!` where they are required, children.
const SCHEMA: &[(&str, &[&str], &[&str])] = &[
    ("testsuites", &["name", "time", "tests", "failures", "errors", "skipped"], &["testsuite"]),
    (
        "testsuite",
        &[
            "!name",
            "!tests",
            "!failures",
            "!errors",
            "group",
            "time",
            "skipped",
            "timestamp",
            "hostname",
            "id",
            "package",
            "file",
            "log",
            "url",
            "version",
        ],
        &["properties", "testcase", "system-out", "system-err"],
    ),
    ("properties", &[], &["property"]),
    ("property", &["!name", "!value"], &[]),
    (
        "testcase",
        &["!name", "!time", "!classname", "group", "status", "file", "line"],
        &["skipped", "error", "failure", "system-out", "system-err"],
    ),
    ("skipped", &["type", "message"], &[]),
    ("error", &["type", "message"], &[]),
    ("failure", &["type", "message"], &[]),
    ("system-out", &[], &[]),
    ("system-err", &[], &[]),
];

fn check(node: Node<'_, '_>) {
    let name = node.tag_name().name();
    let (_, attributes, children) = SCHEMA.iter().find(|row| row.0 == name).unwrap_or_else(|| panic!("element {name}"));
    for attribute in node.attributes() {
        let known = attributes.iter().any(|a| a.trim_start_matches('!') == attribute.name());
        assert!(known, "attribute {} of {name}", attribute.name());
        match attribute.name() {
            "tests" | "failures" | "errors" | "skipped" => assert!(attribute.value().parse::<u64>().is_ok()),
            "time" => {
                assert!(attribute.value().parse::<f64>().is_ok_and(|time| time >= 0.0));
                assert!(
                    attribute.value().split_once('.').is_none_or(|(_, decimals)| decimals.len() <= 3),
                    "{}",
                    attribute.value()
                );
            }
            _ => {}
        }
    }
    for required in attributes.iter().filter_map(|a| a.strip_prefix('!')) {
        assert!(node.has_attribute(required), "{name} has no {required}");
    }
    for child in node.children().filter(Node::is_element) {
        assert!(children.contains(&child.tag_name().name()), "{} in {name}", child.tag_name().name());
        check(child);
    }
}

fn number(node: Node<'_, '_>, name: &str) -> usize {
    node.attribute(name).unwrap().parse().unwrap()
}

#[test]
fn valid_and_every_total_true() {
    let text = run(ReporterOptions::default());
    let document = Document::parse(&text).unwrap();
    let root = document.root_element();
    check(root);
    let mut millis = 0.0;
    for (attribute, element) in
        [("tests", "testcase"), ("failures", "failure"), ("errors", "error"), ("skipped", "skipped")]
    {
        for node in root.descendants().filter(|n| n.has_tag_name("testsuite")).chain([root]) {
            let found = node.descendants().filter(|n| n.has_tag_name(element)).count();
            assert_eq!(number(node, attribute), found, "{attribute} of {:?}", node.attribute("name"));
        }
    }
    for suite in root.children().filter(Node::is_element) {
        let time = |n: Node<'_, '_>| n.attribute("time").unwrap().parse::<f64>().unwrap();
        let cases: f64 = suite.children().filter(|n| n.has_tag_name("testcase")).map(time).sum();
        assert!((cases - time(suite)).abs() < 1e-6);
        millis += time(suite);
        let mut names: Vec<_> =
            suite.children().filter(|n| n.has_tag_name("testcase")).map(|n| n.attribute("name")).collect();
        let all = names.len();
        assert!(all > 0);
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), all, "names are unique in a suite");
    }
    assert!((root.attribute("time").unwrap().parse::<f64>().unwrap() - millis).abs() < 1e-6);
    assert!(
        root.descendants().filter(|n| n.has_tag_name("failure")).all(|n| n
            .parent()
            .unwrap()
            .children()
            .any(|c| c.has_tag_name("system-out")))
    );
}
