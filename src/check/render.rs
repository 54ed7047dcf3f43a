//! Findings for people, for programs, and as SARIF for code scanning.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::{Finding, Level, RULES, Report};

/// For people: each finding with its line of the file, then a summary. Notes take a line.
pub fn text(report: &Report) -> String {
    let mut out = String::new();
    for finding in &report.findings {
        let head = format!("{}[{}]: ", finding.level.name(), finding.rule);
        if finding.level == Level::Note {
            let place = finding
                .diagnostic
                .place
                .as_ref()
                .map_or_else(|| report.file.clone(), |place| format!("{}:{}:{}", place.file, place.line, place.column));
            let path = if finding.path.is_empty() { String::new() } else { format!(" ({})", finding.path) };
            let _ = writeln!(out, "{head}{}\n --> {place}{path}", finding.diagnostic.message);
        } else {
            let _ = writeln!(out, "{head}{}\n", finding.diagnostic);
        }
    }
    if report.findings.iter().any(|finding| finding.level == Level::Note) {
        out.push('\n');
    }
    let _ = writeln!(out, "{}", summary(report));
    out
}

fn summary(report: &Report) -> String {
    let of = |count: usize, what: &str| format!("{count} {what}{}", if count == 1 { "" } else { "s" });
    let requests = of(report.requests, "request");
    if report.findings.is_empty() {
        return format!("{}: {requests}, nothing to say", report.file);
    }
    let counts: Vec<String> = [Level::Error, Level::Warning, Level::Note]
        .into_iter()
        .map(|level| (report.count(level), level))
        .filter(|(count, _)| *count > 0)
        .map(|(count, level)| of(count, level.name()))
        .collect();
    format!("{}: {requests}, {}", report.file, counts.join(", "))
}

/// For programs.
pub fn json(report: &Report) -> Value {
    let findings: Vec<Value> = report
        .findings
        .iter()
        .map(|finding| {
            let place = finding.diagnostic.place.as_ref();
            json!({
                "level": finding.level.name(),
                "rule": finding.rule,
                "message": finding.diagnostic.message,
                "file": place.map_or(&report.file, |place| &place.file),
                "line": place.map(|place| place.line),
                "column": place.map(|place| place.column),
                "path": finding.path,
                "help": finding.diagnostic.help,
            })
        })
        .collect();
    json!({
        "tool": "postbud",
        "version": env!("CARGO_PKG_VERSION"),
        "file": report.file,
        "collection": report.name,
        "requests": report.requests,
        "errors": report.count(Level::Error),
        "warnings": report.count(Level::Warning),
        "notes": report.count(Level::Note),
        "findings": findings,
    })
}

/// SARIF 2.1.0, as code scanning takes it.
pub fn sarif(report: &Report) -> Value {
    let rules: Vec<Value> = RULES
        .iter()
        .map(|rule| {
            json!({
                "id": rule.id,
                "shortDescription": {"text": rule.help},
                "defaultConfiguration": {"level": rule.level.name()},
            })
        })
        .collect();
    let results: Vec<Value> = report.findings.iter().map(|finding| result(finding, report)).collect();
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": "postbud",
                "version": env!("CARGO_PKG_VERSION"),
                "informationUri": env!("CARGO_PKG_REPOSITORY"),
                "rules": rules,
            }},
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    })
}

fn result(finding: &Finding, report: &Report) -> Value {
    let place = finding.diagnostic.place.as_ref();
    let file = place.map_or(&report.file, |place| &place.file);
    let mut location = json!({"physicalLocation": {"artifactLocation": {"uri": uri(file)}}});
    if let Some(place) = place {
        location["physicalLocation"]["region"] = json!({"startLine": place.line, "startColumn": place.column});
    }
    if !finding.path.is_empty() {
        location["logicalLocations"] = json!([{"fullyQualifiedName": finding.path}]);
    }
    let mut message = finding.diagnostic.message.clone();
    if let Some(help) = &finding.diagnostic.help {
        let _ = write!(message, " ({help})");
    }
    json!({
        "ruleId": finding.rule,
        "ruleIndex": RULES.iter().position(|rule| rule.id == finding.rule),
        "level": finding.level.name(),
        "message": {"text": message},
        "locations": [location],
    })
}

/// Characters of a path that stay as they are.
const KEPT: &percent_encoding::AsciiSet =
    &percent_encoding::NON_ALPHANUMERIC.remove(b'/').remove(b'.').remove(b'-').remove(b'_').remove(b'~');

/// A path as a relative reference; URLs stay as they are.
fn uri(file: &str) -> String {
    if file.contains("://") {
        return file.to_owned();
    }
    let path = file.replace('\\', "/");
    let encoded = percent_encoding::utf8_percent_encode(path.trim_start_matches("./"), KEPT).to_string();
    if encoded.starts_with('/') { format!("file://{encoded}") } else { encoded }
}
