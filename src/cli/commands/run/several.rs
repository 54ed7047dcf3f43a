//! Several collections as one run: one after the other, with one report.
//!
//! The environment, the globals and the cookies go on from one to the next, as they do in the app; collection variables are
//! each collection's own.

use std::collections::HashMap;
use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

use super::inputs::{Inputs, Source, load_config};
use super::reports::Reports;
use super::{emulated, options};
use crate::cli::args::RunArgs;
use crate::cli::context::Context;
use crate::cli::{Failure, source};
use crate::collection::v3;
use crate::emulator::Emulator;
use crate::event::{Cursor, Event, EventKind, ItemInfo, RunEnd, RunInfo};
use crate::http::client::Client;
use crate::http::cookies::CookieJar;
use crate::runner::{EventSink, Runner, Stop};

/// How deep folders of collections are looked into.
const MAX_DEPTH: usize = 20;
/// How the file of a collection is named.
const SUFFIX: &str = ".postman_collection.json";

/// The collections that are named, each with its postbud.yaml; a folder stands for the collections in it.
///
/// # Errors
/// When a postbud.yaml is wrong, or a folder holds no collection.
pub(in crate::cli) fn sources(
    names: &[String],
    config: Option<&Path>,
    context: &Context,
) -> Result<Vec<Source>, Failure> {
    let mut sources: Vec<Source> = Vec::new();
    for name in names {
        for name in expand(name)? {
            let config = load_config(config, &name, context)?;
            let same = |known: &&Source| match (&known.config, &config) {
                (Some(known), Some(config)) => known.path == config.path,
                _ => false,
            };
            // One file is one object, so that what it asks of a single collection can be told.
            let config = sources.iter().find(same).map_or(config, |known| known.config.clone());
            sources.push(Source { name, config });
        }
    }
    Ok(sources)
}

/// A folder that is no collection of v3: the collections in it, by path.
fn expand(name: &str) -> Result<Vec<String>, Failure> {
    let folder = Path::new(name);
    if source::is_url(name) || !folder.is_dir() {
        return Ok(vec![name.to_owned()]);
    }
    let mut found = Vec::new();
    if !folder.join(".resources").is_dir() {
        gather(folder, 0, &mut found);
    }
    if !found.iter().any(|path| path.ends_with(SUFFIX)) {
        // Folders of a collection of v3 and collections of v3 look alike: without files beside them they are one.
        if v3::is_collection(folder) {
            return Ok(vec![name.to_owned()]);
        }
        let message = format!("the folder \"{name}\" holds no collection");
        let help = format!("expected files named *{SUFFIX}, or *.request.yaml and .resources/definition.yaml (v3)");
        return Err(Failure::usage(format!("{message}\n  = help: {help}")));
    }
    Ok(found)
}

/// Files of collections, and folders of v3 beside them.
fn gather(folder: &Path, depth: usize, found: &mut Vec<String>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    let mut paths: Vec<_> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.sort();
    for path in paths {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        if name.ends_with(SUFFIX) && path.is_file() {
            found.push(path.display().to_string());
        } else if depth < MAX_DEPTH && !name.starts_with('.') && name != "node_modules" && path.is_dir() {
            if path.join(".resources").is_dir() {
                found.push(path.display().to_string());
            } else {
                gather(&path, depth + 1, found);
            }
        }
    }
}

/// Refuses what cannot be meant for several collections at once.
///
/// # Errors
/// Names the option or part, and what to do.
pub(super) fn refuse_unclear(args: &RunArgs, sources: &[Source]) -> Result<(), Failure> {
    if sources.len() < 2 {
        return Ok(());
    }
    if args.export_collection.is_some() {
        return Err(Failure::usage("--export-collection writes one collection, and several are run"));
    }
    for (at, source) in sources.iter().enumerate() {
        let Some(config) = &source.config else { continue };
        let shared = sources[at + 1..].iter().any(|o| o.config.as_ref().is_some_and(|other| Rc::ptr_eq(other, config)));
        let part = match (config.flow.is_some(), config.overlay.is_empty()) {
            (true, _) => "flow",
            (_, false) => "overlay",
            _ => continue,
        };
        if shared {
            return Err(Failure::usage(format!(
                "{}: `{part}` is about one collection, and several are run with it\n  = help: give each a folder with a \
                 postbud.yaml of its own, or run them apart and join the journals with `postbud merge`",
                config.path.display()
            )));
        }
    }
    Ok(())
}

/// What every collection of a run shares.
pub(super) struct Means<'a> {
    pub(super) args: &'a RunArgs,
    pub(super) context: &'a Context,
    pub(super) client: Rc<Client>,
    pub(super) jar: Rc<CookieJar>,
    pub(super) emulator: Option<&'a Emulator>,
    pub(super) stop: Stop,
}

/// Runs the collections; how it ended is written into the reports and returned.
pub(super) async fn run(all: Vec<Inputs>, means: &Means<'_>, reports: &mut Reports) -> Result<Arc<RunEnd>, Failure> {
    // A collection that runs alone needs no joining, which copies it.
    let mut joint = (all.len() > 1).then(|| Joint::of(&all));
    let mut carried = None;
    let mut last = Arc::new(RunEnd::default());
    for mut inputs in all {
        if let Some((environment, globals)) = carried.take() {
            (inputs.environment, inputs.globals) = (environment, globals);
        }
        let inputs = emulated::prepare(inputs, means.emulator);
        let options = options(means.args, &inputs, means.context)?;
        let items = inputs.plan.items.len();
        if let Some(joint) = &mut joint {
            joint.enter(&inputs);
        }
        let input = inputs.into_run(means.args, means.context);
        let (client, jar, stop) = (Rc::clone(&means.client), Rc::clone(&means.jar), means.stop.clone());
        let Some(joint) = &mut joint else {
            return Ok(Runner::new(&options, input, client, jar, stop, reports).run().await.end);
        };
        let mut sink = Sink { joint: &mut *joint, reports: &mut *reports };
        let finished = Runner::new(&options, input, client, jar, stop, &mut sink).run().await;
        last = finished.end;
        joint.leave(items);
        carried = Some((finished.environment, finished.globals));
        let bailed = options.bail.failure && reports.failed();
        if bailed || last.error.is_some() || means.stop.reason().is_some() {
            break;
        }
    }
    let at = joint.map(|joint| joint.last).unwrap_or_default();
    reports.emit(Event { at, cursor: Cursor::default(), kind: EventKind::RunFinished(Arc::clone(&last)) });
    Ok(last)
}

/// What turns the events of several runs into those of one.
struct Joint {
    /// All of it, until the first run starts.
    info: Option<RunInfo>,
    /// The collection that runs: its name and the id of the folder that stands for it.
    name: String,
    id: String,
    /// Where its events begin.
    at: Duration,
    last: Duration,
    position: u32,
    executions: u64,
    highest: u64,
    /// Items with the collection as their outermost folder; each with its original, whose address is the key.
    items: HashMap<usize, (Arc<ItemInfo>, Arc<ItemInfo>)>,
}

impl Joint {
    fn of(all: &[Inputs]) -> Self {
        let mut names: Vec<&str> = all.iter().map(|inputs| inputs.collection.name.as_str()).collect();
        let more = names.len().saturating_sub(3);
        names.truncate(3);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        let name = format!("{}{more}", names.join(", "));
        let id = uuid::Uuid::new_v4().to_string();
        let folders: Vec<Value> = all.iter().map(as_folder).collect();
        let collection = json!({
            "info": {"_postman_id": id, "name": name,
                "schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"},
            "item": folders,
        });
        let items: usize = all.iter().map(|inputs| inputs.plan.items.len()).sum();
        let info = RunInfo {
            collection_name: name,
            collection_id: id,
            collection: Arc::new(collection),
            items: u32::try_from(items).unwrap_or(u32::MAX),
            ..RunInfo::default()
        };
        Self {
            info: Some(info),
            name: String::new(),
            id: String::new(),
            at: Duration::ZERO,
            last: Duration::ZERO,
            position: 0,
            executions: 0,
            highest: 0,
            items: HashMap::new(),
        }
    }

    /// The next collection begins.
    fn enter(&mut self, inputs: &Inputs) {
        self.name.clone_from(&inputs.collection.name);
        self.id.clone_from(&inputs.collection.id);
        self.at = self.last;
        self.executions = self.highest;
        self.items.clear();
    }

    /// It is over.
    fn leave(&mut self, items: usize) {
        self.position = self.position.saturating_add(u32::try_from(items).unwrap_or(u32::MAX));
    }

    /// An item of the collection, below a folder named after it.
    fn item(&mut self, item: &Arc<ItemInfo>) -> Arc<ItemInfo> {
        let entry = self.items.entry(Arc::as_ptr(item) as usize).or_insert_with(|| {
            let mut folders = vec![self.name.clone()];
            folders.extend_from_slice(&item.folders);
            let folder_id = item.folder_id.clone().or_else(|| Some(self.id.clone()));
            (Arc::clone(item), Arc::new(ItemInfo { folders, folder_id, ..(**item).clone() }))
        });
        Arc::clone(&entry.1)
    }
}

/// A collection as the folder that stands for it in the report.
fn as_folder(inputs: &Inputs) -> Value {
    let source = &inputs.collection.source;
    let mut folder = json!({"id": inputs.collection.id, "name": inputs.collection.name});
    for key in ["item", "event", "auth", "variable", "protocolProfileBehavior"] {
        if let Some(value) = source.get(key) {
            folder[key] = value.clone();
        }
    }
    folder
}

/// Between a collection's run and the reports of all.
struct Sink<'a> {
    joint: &'a mut Joint,
    reports: &'a mut Reports,
}

impl EventSink for Sink<'_> {
    fn emit(&mut self, mut event: Event) {
        let joint = &mut *self.joint;
        event.at += joint.at;
        joint.last = joint.last.max(event.at);
        match event.kind {
            EventKind::RunStarted(own) => {
                let Some(info) = joint.info.take() else { return };
                event.kind = EventKind::RunStarted(Arc::new(RunInfo {
                    environment_name: own.environment_name.clone(),
                    iterations: own.iterations,
                    started_ms: own.started_ms,
                    shard: own.shard.clone(),
                    ..info
                }));
            }
            // The end of all is told when the last is over.
            EventKind::RunFinished(_) => return,
            _ => {}
        }
        if let Some(item) = &event.cursor.item {
            event.cursor.item = Some(joint.item(item));
            event.cursor.position += joint.position;
        }
        if event.cursor.execution > 0 {
            event.cursor.execution += joint.executions;
            joint.highest = joint.highest.max(event.cursor.execution);
        }
        self.reports.emit(event);
    }
}
