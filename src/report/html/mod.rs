//! `html`: one page that needs no network: search, filters, every exchange, a chart of response times.
//!
//! The page is a Handlebars template (`page.hbs`, replaceable with `--reporter-html-template FILE`); what the requests were is
//! streamed into it as JSON, so that a long run does not have to fit into memory.

mod chart;
mod piece;

use std::fs;
use std::io::Write as _;
use std::path::PathBuf;

use handlebars::Handlebars;
use serde_json::{Value, json};

use super::exchange::{self, Excerpt};
use super::format::{checksum, duration, filesize};
use super::output::Output;
use super::spool::Spool;
use super::{Bodies, ReportError, Reporter, ReporterOptions};
use crate::event::record::RunRecord;
use crate::event::{Event, EventKind};
use chart::Chart;

const PAGE: &str = include_str!("page.hbs");
const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("page.js");

/// Characters of a body on the page.
const BODY: usize = 64 << 10;
/// Failures, warnings and substitutions in the lists at the top.
const LISTED: usize = 200;

pub(super) fn make(options: &ReporterOptions) -> Result<Box<dyn Reporter>, ReportError> {
    let template = match options.get("template") {
        None => PAGE.to_owned(),
        Some(path) => fs::read_to_string(path).map_err(|error| ReportError::Template(format!("cannot read {path}: {error}")))?,
    };
    let mut engine = Handlebars::new();
    engine.register_template_string("page", template).map_err(|error| ReportError::Template(error.to_string()))?;
    let body = match options.get("maxBody").map(str::parse) {
        None => BODY,
        Some(Ok(characters)) => characters,
        Some(Err(_)) => {
            let value = options.get("maxBody").unwrap_or_default().to_owned();
            return Err(ReportError::Option { option: "maxBody", value, expected: "a number of characters" });
        }
    };
    Ok(Box::new(Html {
        export: options.export.clone(),
        title: options.get("title").map(str::to_owned),
        browser_title: options.get("browserTitle").map(str::to_owned),
        only_failed: options.flag("showOnlyFails"),
        excerpt: Excerpt::of(options, body),
        engine,
        items: Spool::default(),
        chart: Chart::default(),
        replaced: Vec::new(),
        passed: 0,
    }))
}

struct Html {
    export: Option<PathBuf>,
    title: Option<String>,
    browser_title: Option<String>,
    only_failed: bool,
    excerpt: Excerpt,
    engine: Handlebars<'static>,
    items: Spool,
    chart: Chart,
    replaced: Vec<(String, u64)>,
    passed: u64,
}

impl Reporter for Html {
    fn bodies(&self) -> Bodies {
        if self.only_failed { Bodies::OnFailure } else { Bodies::Always }
    }

    fn on_event(&mut self, event: &Event, run: &RunRecord) -> Result<(), ReportError> {
        let EventKind::ItemFinished { skipped } = event.kind else { return Ok(()) };
        let item = &run.item;
        if let Some(main) = item.main().filter(|main| main.result.is_ok()) {
            self.chart.add(main.timings.total.as_secs_f64() * 1000.0, item.failed);
        }
        self.passed += u64::from(!item.failed && !skipped);
        for replaced in item.outcomes.iter().flat_map(|outcome| &outcome.substitutions) {
            let text = exchange::substitution(replaced);
            if let Some((_, times)) = self.replaced.iter_mut().find(|(known, _)| *known == text) {
                *times += 1;
            } else if self.replaced.len() < LISTED {
                self.replaced.push((text, 1));
            }
        }
        if item.failed || !self.only_failed {
            self.items.push(script_safe(&piece::of_item(item, skipped, self.excerpt)).as_bytes())?;
        }
        Ok(())
    }

    fn finish(&mut self, run: &RunRecord) -> Result<(), ReportError> {
        // Stands where the data goes; a text of the run cannot be it, since it is made from all of them.
        let marker = format!("@@{}@@", checksum(&[&run.info.collection_name, &run.completed_ms().to_string(), "data"]));
        let page = self.engine.render("page", &self.context(run, &marker)).map_err(|error| ReportError::Template(error.to_string()))?;
        let mut out = Output::open(self.export.as_deref(), "newman-run-report.html", run.completed_ms())?;
        for (i, part) in page.split(&marker).enumerate() {
            if i > 0 {
                out.write_all(b"[")?;
                let mut first = true;
                self.items.each::<ReportError>(|piece| {
                    if !std::mem::take(&mut first) {
                        out.write_all(b",\n")?;
                    }
                    Ok(out.write_all(piece)?)
                })?;
                out.write_all(b"]")?;
            }
            out.write_all(part.as_bytes())?;
        }
        out.commit().map(drop)
    }
}

impl Html {
    fn context(&self, run: &RunRecord, marker: &str) -> Value {
        let totals = &run.totals;
        let assertions = totals.assertions;
        let passed = assertions.total - assertions.failed - totals.skipped_assertions.min(assertions.total - assertions.failed);
        let counts: Vec<Value> = [
            ("Iterations", totals.iterations),
            ("Requests", totals.requests),
            ("Pre-request scripts", totals.prerequest_scripts),
            ("Test scripts", totals.test_scripts),
            ("Assertions", assertions),
        ]
        .map(|(label, count)| json!({ "label": label, "total": count.total, "failed": count.failed }))
        .into();
        let response = &totals.response;
        let times = (response.count() > 0).then(|| {
            json!({
                "average": duration(response.mean()), "min": duration(response.min()), "max": duration(response.max()),
                "sd": duration(response.sd()), "p95": duration(response.p95()),
            })
        });
        let started = i64::try_from(run.info.started_ms).ok().and_then(|ms| jiff::Timestamp::from_millisecond(ms).ok()).unwrap_or_default();
        json!({
            "title": self.title.as_deref().unwrap_or(&run.info.collection_name),
            "browserTitle": self.browser_title.as_deref().unwrap_or(&run.info.collection_name),
            "collection": { "id": run.info.collection_id, "name": run.info.collection_name },
            "environment": run.info.environment_name,
            "shard": run.info.shard,
            "version": env!("CARGO_PKG_VERSION"),
            "started": started.strftime("%Y-%m-%d %H:%M:%S UTC").to_string(),
            "duration": duration(run.at.as_secs_f64() * 1000.0),
            "received": filesize(totals.response_bytes),
            "passed": run.passed(),
            "interrupted": run.end.as_ref().is_none_or(|end| end.interrupted),
            "error": run.end.as_ref().and_then(|end| end.error.as_deref()),
            "onlyFailed": self.only_failed,
            "iterations": run.info.iterations,
            "items": { "total": totals.items.total, "passed": self.passed },
            "assertions": { "total": assertions.total, "passed": passed, "failed": assertions.failed, "skipped": totals.skipped_assertions },
            "counts": counts,
            "times": times,
            "failureCount": run.failure_count,
            "failures": run.failures.iter().take(LISTED).map(|f| failure(f, run)).collect::<Vec<_>>(),
            "moreFailures": run.failure_count.saturating_sub(LISTED as u64),
            "warnings": run.warnings.iter().take(LISTED).map(|n| json!({ "path": n.path, "message": n.warning.message, "code": n.warning.code })).collect::<Vec<_>>(),
            "substituted": self.replaced.iter().map(|(text, times)| json!({ "text": text, "times": times })).collect::<Vec<_>>(),
            "chart": self.chart.svg(response.p95()),
            "style": STYLE,
            "script": SCRIPT,
            "data": marker,
        })
    }
}

fn failure(failure: &crate::event::record::Failure, run: &RunRecord) -> Value {
    json!({
        "path": failure.path(),
        "execution": failure.execution,
        "iteration": (run.info.iterations > 1).then_some(failure.iteration + 1),
        "name": failure.name,
        "test": failure.test,
        "message": failure.message,
        "at": failure.at,
    })
}

/// JSON that may stand in a `<script>` element: `<` stands only in its strings.
fn script_safe(value: &Value) -> String {
    value.to_string().replace('<', "\\u003c")
}

#[cfg(test)]
mod tests {
    use super::super::testing;
    use super::*;

    fn data(page: &str) -> Vec<Value> {
        let (_, rest) = page.split_once("type=\"application/json\">").unwrap();
        let (json, _) = rest.split_once("</script>").unwrap();
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn the_rich_run() {
        let page = testing::written("html", ReporterOptions::default());
        assert!(!page.contains(testing::SECRET));
        assert!(!page.contains("@@"), "the marker was replaced");
        let items = data(&page);
        assert_eq!(items.len(), 7);
        insta::assert_json_snapshot!(items[1]);
        // What was said of the run, without the page's own style and script.
        let said = page.replace(STYLE, "").replace(SCRIPT, "").replace(env!("CARGO_PKG_VERSION"), "[version]");
        let (before, after) = said.split_once("type=\"application/json\">").unwrap();
        insta::assert_snapshot!(format!("{before}…{}", after.split_once("</script>").unwrap().1));
    }

    #[test]
    fn nothing_of_the_network_and_nothing_a_name_can_break() {
        let page = testing::written("html", ReporterOptions::default());
        let own = page.replace("http://www.w3.org/2000/svg", "");
        for part in ["src=\"http", "href=\"http", "@import", "url(http"] {
            assert!(!own.contains(part), "{part}");
        }
        assert!(page.contains("Rich &amp; &lt;Run&gt;"));
        assert!(!page.contains("<Run>"));
    }

    #[test]
    fn options() {
        let failed = testing::written("html", ReporterOptions::default().with("showOnlyFails", "true").with("title", "T&T"));
        assert_eq!(data(&failed).len(), 3);
        assert!(failed.contains("T&amp;T"));
        let short = testing::written("html", ReporterOptions::default().with("maxBody", "4").with("omitHeaders", "true"));
        assert!(!short.contains("Unauthorized body") && !short.contains("X-Trace"));
        assert!(make(&ReporterOptions::default().with("maxBody", "x")).is_err());
        assert!(make(&ReporterOptions::default().with("template", "/no/such/file")).is_err());
    }

    #[test]
    fn a_template_of_the_user() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("own.hbs");
        fs::write(&path, "{{collection.name}}: {{#each failures}}{{path}};{{/each}} {{{data}}}").unwrap();
        let page = testing::written("html", ReporterOptions::default().with("template", path.to_str().unwrap()));
        assert!(page.starts_with("Rich &amp; &lt;Run&gt;: Auth / Inner / Create;"), "{page}");
        assert!(page.ends_with(']'));
    }
}
