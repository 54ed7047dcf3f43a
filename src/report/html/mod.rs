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
use indexmap::IndexMap;
use serde_json::{Value, json};

use super::exchange::{self, Excerpt};
use super::format::{checksum, duration, filesize};
use super::output::Output;
use super::spool::Spool;
use super::{Bodies, ReportError, Reporter, ReporterOptions};
use crate::event::record::{Failure, RunRecord};
use crate::event::{Event, EventKind, ItemInfo};
use chart::Chart;

const PAGE: &str = include_str!("page.hbs");
const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("page.js");

/// Characters of a body on the page.
const BODY: usize = 64 << 10;
/// Failures, warnings and substitutions in the lists at the top.
const LISTED: usize = 200;

/// Options.
pub(super) const OPTIONS: &[(&str, &str)] = &[
    ("template", "a Handlebars file in place of the page's own"),
    ("title", "heading of the page"),
    ("browserTitle", "title of the page"),
    ("showOnlyFails", "only requests that failed"),
    ("maxBody", "characters of a body shown"),
    ("omitRequestBodies", "leave out bodies of requests"),
    ("omitResponseBodies", "leave out bodies of responses"),
    ("omitHeaders", "leave out headers"),
    ("omitAllHeadersAndBody", "leave out headers and bodies"),
    ("hideRequestBody", "requests whose body is left out, by name"),
    ("hideResponseBody", "requests whose response body is left out, by name"),
    ("skipHeaders", "headers that are left out, by name"),
    ("skipRequests", "requests that are left out, by name"),
    ("skipFolders", "folders that are left out, by name"),
    ("showEnvironmentData", "the environment at the end of the run"),
    ("skipEnvironmentVars", "variables of the environment that are left out, by name"),
    ("showGlobalData", "the globals at the end of the run"),
    ("skipGlobalVars", "globals that are left out, by name"),
];

/// The options above, and those of newman-reporter-htmlextra that the page has no use for: they are accepted, and change nothing.
pub(super) const EXTRA_OPTIONS: &[(&str, &str)] = &[
    ("template", "as for html"),
    ("title", "as for html"),
    ("browserTitle", "as for html"),
    ("showOnlyFails", "as for html"),
    ("maxBody", "as for html"),
    ("omitRequestBodies", "as for html"),
    ("omitResponseBodies", "as for html"),
    ("omitHeaders", "as for html"),
    ("omitAllHeadersAndBody", "as for html"),
    ("hideRequestBody", "as for html"),
    ("hideResponseBody", "as for html"),
    ("skipHeaders", "as for html"),
    ("skipRequests", "as for html"),
    ("skipFolders", "as for html"),
    ("showEnvironmentData", "as for html"),
    ("skipEnvironmentVars", "as for html"),
    ("showGlobalData", "as for html"),
    ("skipGlobalVars", "as for html"),
    ("testPaging", "accepted, without effect"),
    ("titleSize", "accepted, without effect"),
    ("logs", "accepted, without effect"),
    ("skipSensitiveData", "accepted, without effect"),
    ("showMarkdownLinks", "accepted, without effect"),
    ("noSyntaxHighlighting", "accepted, without effect"),
    ("showFolderDescription", "accepted, without effect"),
    ("timezone", "accepted, without effect"),
    ("displayProgressBar", "accepted, without effect"),
];

pub(super) fn make(options: &ReporterOptions) -> Result<Box<dyn Reporter>, ReportError> {
    let template = match options.get("template") {
        None => PAGE.to_owned(),
        Some(path) => {
            fs::read_to_string(path).map_err(|error| ReportError::Template(format!("cannot read {path}: {error}")))?
        }
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
        hide: Hide::of(options),
        environment: options.flag("showEnvironmentData").then(|| names(options, "skipEnvironmentVars")),
        globals: options.flag("showGlobalData").then(|| names(options, "skipGlobalVars")),
        engine,
        items: Spool::default(),
        chart: Chart::default(),
        replaced: Vec::new(),
        passed: 0,
    }))
}

/// What is left out by name. Names are compared in lower case, as htmlextra does.
#[derive(Debug, Default)]
struct Hide {
    request_bodies: Vec<String>,
    response_bodies: Vec<String>,
    headers: Vec<String>,
    requests: Vec<String>,
    folders: Vec<String>,
}

impl Hide {
    fn of(options: &ReporterOptions) -> Self {
        Self {
            request_bodies: names(options, "hideRequestBody"),
            response_bodies: names(options, "hideResponseBody"),
            headers: names(options, "skipHeaders"),
            requests: names(options, "skipRequests"),
            folders: names(options, "skipFolders"),
        }
    }

    fn item(&self, item: &ItemInfo) -> bool {
        has(&self.requests, &item.name) || item.folders.iter().any(|folder| has(&self.folders, folder))
    }
}

/// The names of a list with commas between them.
fn names(options: &ReporterOptions, option: &str) -> Vec<String> {
    options
        .get(option)
        .unwrap_or_default()
        .split(',')
        .map(|name| name.trim().to_lowercase())
        .filter(|name| !name.is_empty())
        .collect()
}

fn has(names: &[String], name: &str) -> bool {
    !names.is_empty() && names.contains(&name.to_lowercase())
}

/// Keys and values of a scope in export form.
fn variables(scope: &Value, skip: &[String]) -> Vec<Value> {
    let values = scope.get("values").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    values
        .iter()
        .filter(|variable| !has(skip, variable["key"].as_str().unwrap_or_default()))
        .map(|variable| {
            let value = variable["value"].as_str().map_or_else(|| variable["value"].to_string(), str::to_owned);
            json!({ "key": variable["key"], "value": value })
        })
        .collect()
}

struct Html {
    export: Option<PathBuf>,
    title: Option<String>,
    browser_title: Option<String>,
    only_failed: bool,
    excerpt: Excerpt,
    hide: Hide,
    /// Variables of the environment to leave out; `None`: it is not shown.
    environment: Option<Vec<String>>,
    /// The same for globals.
    globals: Option<Vec<String>>,
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
        let hidden = item.item.as_ref().is_some_and(|item| self.hide.item(item));
        if (item.failed || !self.only_failed) && !hidden {
            let mut piece = piece::of_item(item, run.at, skipped, self.excerpt);
            piece::hide(&mut piece, &self.hide);
            self.items.push(script_safe(&piece).as_bytes())?;
        }
        Ok(())
    }

    fn finish(&mut self, run: &RunRecord) -> Result<(), ReportError> {
        // Stands where the data goes; a text of the run cannot be it, since it is made from all of them.
        let marker = format!("@@{}@@", checksum(&[&run.info.collection_name, &run.completed_ms().to_string(), "data"]));
        let page = self
            .engine
            .render("page", &self.context(run, &marker))
            .map_err(|error| ReportError::Template(error.to_string()))?;
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
        let passed =
            assertions.total - assertions.failed - totals.skipped_assertions.min(assertions.total - assertions.failed);
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
        let end = run.end.clone().unwrap_or_default();
        let times = (response.count() > 0).then(|| {
            json!({
                "average": duration(response.mean()), "min": duration(response.min()), "max": duration(response.max()),
                "sd": duration(response.sd()), "p95": duration(response.p95()),
            })
        });
        let started = i64::try_from(run.info.started_ms)
            .ok()
            .and_then(|ms| jiff::Timestamp::from_millisecond(ms).ok())
            .unwrap_or_default();
        let (failures, listed) = grouped(run);
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
            "error": run.end.as_ref().filter(|end| !end.interrupted).and_then(|end| end.error.as_deref()),
            "onlyFailed": self.only_failed,
            "iterations": run.info.iterations,
            "several": run.info.iterations > 1,
            "items": { "total": totals.items.total, "passed": self.passed },
            "assertions": { "total": assertions.total, "passed": passed, "failed": assertions.failed, "skipped": totals.skipped_assertions },
            "counts": counts,
            "times": times,
            "failureCount": run.failure_count,
            "share": share(passed, assertions.failed, assertions.total),
            "failures": failures,
            "moreFailures": run.failure_count.saturating_sub(listed),
            "warnings": run.warnings.iter().take(LISTED).map(|n| json!({ "path": n.path, "message": n.warning.message, "code": n.warning.code })).collect::<Vec<_>>(),
            "substituted": self.replaced.iter().map(|(text, times)| json!({ "text": text, "times": times })).collect::<Vec<_>>(),
            "environmentData": self.environment.as_ref().map(|skip| variables(&end.environment, skip)),
            "globalData": self.globals.as_ref().map(|skip| variables(&end.globals, skip)),
            "chart": self.chart.svg(response.p95()),
            "style": STYLE,
            "script": SCRIPT,
            "data": marker,
        })
    }
}

/// Percentages of the assertions; nothing where there were none.
fn share(passed: u64, failed: u64, total: u64) -> Option<Value> {
    let percent = |part: u64| (part as f64 / total as f64 * 1_000.0).round() / 10.0;
    (total > 0).then(|| json!({ "passed": percent(passed), "failed": percent(failed) }))
}

/// The failures, those of the same kind in several iterations as one, and how many of them these stand for.
fn grouped(run: &RunRecord) -> (Vec<Value>, u64) {
    let mut groups: IndexMap<_, (&Failure, u64)> = IndexMap::new();
    let mut listed = 0;
    for failure in &run.failures {
        let key = (failure.path(), &failure.test, &failure.name, &failure.message, &failure.at);
        if groups.len() == LISTED && !groups.contains_key(&key) {
            continue;
        }
        listed += 1;
        groups.entry(key).or_insert((failure, 0)).1 += 1;
    }
    let shown = groups.into_iter().map(|((path, ..), (first, times))| {
        json!({
            "path": path,
            "execution": first.execution,
            "iteration": (run.info.iterations > 1).then_some(first.iteration + 1),
            "times": (times > 1).then_some(times),
            "name": first.name,
            "test": first.test,
            "message": first.message,
            "at": first.at,
        })
    });
    (shown.collect(), listed)
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
        let failed =
            testing::written("html", ReporterOptions::default().with("showOnlyFails", "true").with("title", "T&T"));
        assert_eq!(data(&failed).len(), 3);
        assert!(failed.contains("T&amp;T"));
        let short =
            testing::written("html", ReporterOptions::default().with("maxBody", "4").with("omitHeaders", "true"));
        assert!(!short.contains("Unauthorized body") && !short.contains("X-Trace"));
        assert!(make(&ReporterOptions::default().with("maxBody", "x")).is_err());
        assert!(make(&ReporterOptions::default().with("template", "/no/such/file")).is_err());
    }

    #[test]
    fn what_is_left_out_by_name() {
        let page = testing::written(
            "html",
            ReporterOptions::default()
                .with("skipRequests", "refused, left out")
                .with("skipHeaders", "x-trace")
                .with("hideResponseBody", "CREATE"),
        );
        assert_eq!(data(&page).len(), 4);
        let items = serde_json::to_string(&data(&page)).unwrap();
        assert!(!items.contains("X-Trace") && items.contains("User-Agent"));
        assert!(!items.contains("Unauthorized body") && items.contains("a passing body"));
        let page = testing::written(
            "html",
            ReporterOptions::default()
                .with("skipFolders", "inner")
                .with("showEnvironmentData", "true")
                .with("skipEnvironmentVars", "API"),
        );
        assert_eq!(data(&page).len(), 3);
        assert!(page.contains("<td>n</td><td>1</td>") && !page.contains("<td>api</td>"));
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
