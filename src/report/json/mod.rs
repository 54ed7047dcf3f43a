//! `json`: the whole run in the shape of newman's JSON report (newman 6.2.2 `lib/run/summary.js`).
//!
//! newman lists an entry per request, in the order they end, and the entries of one item are one object: each shows every
//! assertion and script error of the item and the item's last request. Here each entry keeps its own request and response, as
//! long as code and reason are those of the last one; where they differ the last one is shown as newman does, unless
//! `--reporter-json-executions own` is given. Entries of `pm.sendRequest` have `cursor.scriptId`.

mod errors;
mod normal;
mod parts;

use std::collections::HashMap;
use std::io::Write as _;
use std::path::PathBuf;
use std::sync::Arc;

use serde::Serialize;
use serde_json::{Value, json};

use super::output::Output;
use super::spool::Spool;
use super::{Bodies, ReportError, Reporter, ReporterOptions};
use crate::event::record::{Failure, FailureKind, ItemRecord, RunRecord};
use crate::event::{Event, EventKind, ItemInfo, Origin, RequestOutcome};
use parts::{BodyForm, Show};

/// An enclosing folder or collection is repeated in every failure as newman does, unless it is longer than this.
const PARENT_LIMIT: usize = 256 << 10;
/// Items remembered in the form they are written in.
const SOURCES: usize = 5_000;

/// Options.
pub(super) const OPTIONS: &[(&str, &str)] = &[
    ("body", "bodies of responses as buffer (newman's list of bytes), text, base64 or none"),
    ("executions", "entries of one item with newman's last answer, or own: each with its own"),
    ("structure", "newman"),
    ("omitRequestBodies", "leave out bodies of requests"),
    ("omitResponseBodies", "leave out bodies of responses"),
    ("omitHeaders", "leave out headers"),
    ("omitAllHeadersAndBody", "leave out headers and bodies"),
];

pub(super) fn make(options: &ReporterOptions) -> Result<Box<dyn Reporter>, ReportError> {
    let body = match options.get("body") {
        None | Some("buffer") => BodyForm::Buffer,
        Some("text") => BodyForm::Text,
        Some("base64") => BodyForm::Base64,
        Some("none") => BodyForm::None,
        Some(other) => {
            return Err(ReportError::Option {
                option: "body",
                value: other.to_owned(),
                expected: "buffer, text, base64 or none",
            });
        }
    };
    if let Some(other) = options.get("structure").filter(|structure| *structure != "newman") {
        return Err(ReportError::Option { option: "structure", value: other.to_owned(), expected: "newman" });
    }
    let own = match options.get("executions") {
        None | Some("newman") => false,
        Some("own") => true,
        Some(other) => {
            return Err(ReportError::Option {
                option: "executions",
                value: other.to_owned(),
                expected: "newman or own",
            });
        }
    };
    let all = options.flag("omitAllHeadersAndBody");
    Ok(Box::new(Json {
        export: options.export.clone(),
        own,
        show: Show {
            body: if all || options.flag("omitResponseBodies") { BodyForm::None } else { body },
            request_bodies: !(all || options.flag("omitRequestBodies")),
            headers: !(all || options.flag("omitHeaders")),
        },
        executions: Spool::default(),
        failures: Spool::default(),
        parents: HashMap::new(),
        sources: HashMap::new(),
        last_iteration: None,
        piece: Vec::new(),
    }))
}

struct Json {
    export: Option<PathBuf>,
    own: bool,
    show: Show,
    executions: Spool,
    failures: Spool,
    /// The enclosing folders that failures repeat, written out.
    parents: HashMap<Option<String>, Arc<str>>,
    /// Items as they are written, by the address of the item kept beside it.
    sources: HashMap<usize, (Arc<ItemInfo>, Arc<Value>)>,
    last_iteration: Option<u32>,
    piece: Vec<u8>,
}

impl Reporter for Json {
    fn bodies(&self) -> Bodies {
        Bodies::Always
    }

    fn sources(&self) -> bool {
        true
    }

    fn on_event(&mut self, event: &Event, run: &RunRecord) -> Result<(), ReportError> {
        for failure in &run.fresh {
            self.failure(failure, run)?;
        }
        if matches!(event.kind, EventKind::ItemFinished { .. }) {
            self.item(run)?;
        }
        Ok(())
    }

    fn finish(&mut self, run: &RunRecord) -> Result<(), ReportError> {
        let mut out = Output::open(self.export.as_deref(), "newman-run-report.json", run.completed_ms())?;
        let written = self.write(run, &mut out);
        written?;
        out.commit().map(drop)
    }
}

impl Json {
    fn item(&mut self, run: &RunRecord) -> Result<(), ReportError> {
        let item = &run.item;
        let shown: Vec<_> =
            item.outcomes.iter().zip(&item.senders).filter(|(o, _)| o.origin != Origin::Token).collect();
        let Some((last, _)) = shown.last().copied() else { return Ok(()) };
        let source = item.item.as_ref().map(|item| self.source(item));
        let any_error = shown.iter().rev().find_map(|(o, _)| o.error());
        for (n, (own, sender)) in shown.iter().enumerate() {
            let outcome = if self.own || outcome_key(own) == outcome_key(last) { own } else { last };
            let cursor = parts::cursor(run, item, self.first(item), Some(n), **sender, own.origin == Origin::Script);
            let entry = parts::Execution {
                cursor,
                item: source.as_deref(),
                prerequest_script: errors::script_errors(run, item, crate::event::Phase::Prerequest),
                request: outcome.request.as_ref().map(|request| parts::request(request, outcome, item, self.show)),
                response: outcome
                    .result
                    .as_ref()
                    .ok()
                    .map(|response| parts::response(run, item, n, response, outcome, self.show)),
                id: item.item.as_ref().map(|item| item.id.as_str()),
                request_error: any_error.map(|error| errors::request_error(error)),
                test_script: errors::script_errors(run, item, crate::event::Phase::Test),
                assertions: item.assertions.iter().map(errors::assertion).collect(),
            };
            self.piece.clear();
            write_json(&mut self.piece, &entry)?;
            self.executions.push(&self.piece)?;
        }
        self.last_iteration = Some(item.iteration);
        Ok(())
    }

    /// The item as authored, with what newman adds once its scripts ran.
    fn source(&mut self, item: &Arc<ItemInfo>) -> Arc<Value> {
        let address = Arc::as_ptr(item) as usize;
        if self.sources.len() > SOURCES {
            self.sources.clear();
        }
        let (_, source) =
            self.sources.entry(address).or_insert_with(|| (Arc::clone(item), Arc::new(parts::executed(&item.source))));
        Arc::clone(source)
    }

    /// What is special about the item's place: the first of the run, the first of a later iteration.
    fn first(&self, item: &ItemRecord) -> parts::First {
        match self.last_iteration {
            None if item.iteration == 0 => parts::First::OfRun,
            Some(last) if last == item.iteration => parts::First::No,
            _ => parts::First::OfIteration,
        }
    }

    fn failure(&mut self, failure: &Failure, run: &RunRecord) -> Result<(), ReportError> {
        let head = json!({ "error": errors::failure_error(failure, run), "at": failure.at });
        self.piece.clear();
        write_json(&mut self.piece, &head)?;
        self.piece.pop();
        if let Some(item) = &failure.item {
            let source = self.source(item);
            self.piece.extend_from_slice(b",\"source\":");
            if let FailureKind::Request(_, origin) = failure.kind {
                write_json(&mut self.piece, &parts::request_source(&run.item, &source, origin, self.show))?;
                // newman's list does not tell in which item a script's request failed.
                self.piece.extend_from_slice(b",\"item\":");
                write_json(&mut self.piece, &json!({ "id": item.id, "name": item.name }))?;
            } else {
                write_json(&mut self.piece, &*source)?;
                let parent =
                    self.parents.entry(item.folder_id.clone()).or_insert_with(|| parent(&run.info.collection, item));
                self.piece.extend_from_slice(b",\"parent\":");
                self.piece.extend_from_slice(parent.as_bytes());
            }
        }
        let first = self.first(&run.item);
        let phase =
            if let FailureKind::Script(phase) = failure.kind { Some(phase) } else { Some(crate::event::Phase::Test) };
        let by_script = !matches!(failure.kind, FailureKind::Request(_, Origin::Item | Origin::Replay | Origin::Token));
        let sent = run.item.outcomes.iter().filter(|outcome| outcome.origin != Origin::Token).count().checked_sub(1);
        let cursor = parts::cursor(run, &run.item, first, sent, phase, by_script);
        self.piece.extend_from_slice(b",\"cursor\":");
        write_json(&mut self.piece, &cursor)?;
        self.piece.push(b'}');
        self.failures.push(&self.piece)?;
        Ok(())
    }

    fn write(&mut self, run: &RunRecord, out: &mut Output) -> Result<(), ReportError> {
        let empty = Arc::new(json!({ "values": [] }));
        let (environment, globals) = run.end.as_ref().map_or((&empty, &empty), |end| (&end.environment, &end.globals));
        out.write_all(b"{\n  \"collection\": ")?;
        write_json(&mut *out, &parts::executed(&run.info.collection))?;
        out.write_all(b",\n  \"environment\": ")?;
        write_json(&mut *out, or_empty(environment, &empty))?;
        out.write_all(b",\n  \"globals\": ")?;
        write_json(&mut *out, or_empty(globals, &empty))?;
        out.write_all(b",\n  \"run\": {\n    \"stats\": ")?;
        write_json(&mut *out, &parts::stats(run))?;
        out.write_all(b",\n    \"timings\": ")?;
        write_json(&mut *out, &parts::timings(run))?;
        out.write_all(b",\n    \"executions\": ")?;
        array(&mut self.executions, out)?;
        write!(out, ",\n    \"transfers\": {{\"responseTotal\":{}}}", run.totals.response_bytes)?;
        out.write_all(b",\n    \"failures\": ")?;
        array(&mut self.failures, out)?;
        out.write_all(b",\n    \"error\": null\n  }")?;
        if let Some(error) = run.end.as_ref().and_then(|end| end.error.as_deref()) {
            out.write_all(b",\n  \"error\": ")?;
            write_json(&mut *out, &json!({ "type": "Error", "name": "Error", "message": error }))?;
        }
        out.write_all(b"\n}\n")?;
        Ok(())
    }
}

/// What must be alike for an entry to keep its own request and response.
fn outcome_key(outcome: &RequestOutcome) -> Option<(u16, &str)> {
    outcome.result.as_ref().ok().map(|response| (response.code, response.reason.as_str()))
}

fn or_empty<'a>(scope: &'a Value, empty: &'a Value) -> &'a Value {
    if scope.is_object() { scope } else { empty }
}

fn write_json(out: impl std::io::Write, value: &(impl Serialize + ?Sized)) -> Result<(), ReportError> {
    serde_json::to_writer(out, value).map_err(|error| ReportError::Io(error.into()))
}

/// One piece a line.
fn array(spool: &mut Spool, out: &mut Output) -> Result<(), ReportError> {
    if spool.len() == 0 {
        out.write_all(b"[]")?;
        return Ok(());
    }
    let mut before: &[u8] = b"[\n      ";
    spool.each::<ReportError>(|piece| {
        out.write_all(before)?;
        out.write_all(piece)?;
        before = b",\n      ";
        Ok(())
    })?;
    out.write_all(b"\n    ]")?;
    Ok(())
}

/// The enclosing folder, or the collection, as a failure repeats it.
fn parent(collection: &Value, item: &ItemInfo) -> Arc<str> {
    let folder =
        item.folder_id.as_deref().and_then(|id| by_id(collection, id)).or_else(|| by_names(collection, &item.folders));
    let group = folder.unwrap_or(collection);
    let name = group.get("name").or_else(|| group.pointer("/info/name"));
    let id = item
        .folder_id
        .as_deref()
        .or_else(|| group.get("id")?.as_str())
        .or_else(|| group.pointer("/info/_postman_id")?.as_str());
    let mut whole = parts::executed(group);
    // An id that the file does not have is the one that the run gave the folder.
    if let (Some(id), None, Some(members)) = (id, group.get("info"), whole.as_object_mut()) {
        members.insert("id".to_owned(), Value::from(id));
    }
    let text = whole.to_string();
    if text.len() <= PARENT_LIMIT {
        return text.into();
    }
    json!({ "id": id, "name": name }).to_string().into()
}

fn by_id<'a>(group: &'a Value, id: &str) -> Option<&'a Value> {
    group.get("item")?.as_array()?.iter().find_map(|item| {
        item.get("item")?;
        let own = item.get("id").or_else(|| item.get("_postman_id")).and_then(Value::as_str);
        if own == Some(id) { Some(item) } else { by_id(item, id) }
    })
}

fn by_names<'a>(collection: &'a Value, names: &[String]) -> Option<&'a Value> {
    let mut group = collection;
    for name in names {
        group = group
            .get("item")?
            .as_array()?
            .iter()
            .find(|item| item.get("item").is_some() && item["name"] == name.as_str())?;
    }
    Some(group)
}

#[cfg(test)]
mod tests {
    use super::super::testing;
    use super::*;

    fn run(options: ReporterOptions) -> String {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("report.json");
        testing::report("json", &ReporterOptions { export: Some(path.clone()), ..options });
        std::fs::read_to_string(path).unwrap()
    }

    #[test]
    fn the_rich_run_in_newmans_shape() {
        let text = run(ReporterOptions::default());
        let value: Value = serde_json::from_str(&text).unwrap();
        assert!(!text.contains(testing::SECRET));
        insta::assert_json_snapshot!(value);
    }

    #[test]
    fn bodies_and_headers_can_be_left_out() {
        let text = run(ReporterOptions::default().with("omitAllHeadersAndBody", "true"));
        let value: Value = serde_json::from_str(&text).unwrap();
        assert!(
            value["run"]["executions"]
                .as_array()
                .unwrap()
                .iter()
                .all(|e| e["response"].get("stream").is_none() && e["request"].get("header").is_none())
        );
        let text = run(ReporterOptions::default().with("body", "text"));
        assert!(text.contains("Unauthorized body"), "{text}");
    }

    #[test]
    fn an_option_with_a_nonsense_value_is_an_error() {
        let error = make(&ReporterOptions::default().with("body", "xml")).map(drop).unwrap_err();
        assert_eq!(error.to_string(), "`xml` is no value of the option `body`; it takes buffer, text, base64 or none");
    }

    #[test]
    fn entries_of_one_item_show_newmans_last_answer_or_their_own() {
        let code = |options| {
            let value: Value = serde_json::from_str(&run(options)).unwrap();
            value["run"]["executions"]
                .as_array()
                .unwrap()
                .iter()
                .map(|e| e["response"]["code"].clone())
                .collect::<Vec<_>>()
        };
        let newman = code(ReporterOptions::default());
        let own = code(ReporterOptions::default().with("executions", "own"));
        assert_eq!(newman[0], newman[1]);
        assert_ne!(own[0], own[1]);
    }
}
