//! From lists with ids to a tree.

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value};

use super::{auth, copy, put, put_common, request};
use crate::collection::opt_text;

/// Folders inside each other at most this deep; what lies deeper stands beside its parent.
const MAX_DEPTH: usize = 100;

/// The items of the collection: all folders first, then the requests of its `order`.
pub(super) fn root_items(collection: &Value) -> Value {
    let mut tree = Tree::of(collection);
    let mut items = Vec::new();
    tree.add_folders(root_folders(collection), 0, &mut items);
    tree.add_requests(collection, &mut items);
    items.into()
}

/// Folders and requests that [`root_items`] does not hold.
pub(super) fn left_out(collection: &Value) -> Vec<String> {
    let mut tree = Tree::of(collection);
    tree.add_folders(root_folders(collection), 0, &mut Vec::new());
    let ordered: HashSet<String> = std::iter::once(collection)
        .chain(tree.seen.iter().filter_map(|id| tree.folders.get(id).copied()))
        .flat_map(|scope| ids(scope.get("order")))
        .collect();
    let name = |entry: &Value| opt_text(entry.get("name")).unwrap_or_default();
    let folders = by_id(collection.get("folders")).into_iter().filter(|(id, _)| !tree.seen.contains(id));
    let requests = by_id(collection.get("requests")).into_iter().filter(|(id, _)| !ordered.contains(id));
    folders
        .map(|(_, folder)| format!("the folder \"{}\", which no order names", name(folder)))
        .chain(requests.map(|(_, request)| format!("the request \"{}\", which no order names", name(request))))
        .collect()
}

/// The ids of the folders at the root.
fn root_folders(collection: &Value) -> Vec<String> {
    if collection.get("folders_order").is_some_and(Value::is_array) {
        return ids(collection.get("folders_order"));
    }
    // Without an order at the root: every folder that no other folder names.
    let folders = by_id(collection.get("folders"));
    let named: HashSet<String> = folders.iter().flat_map(|(_, folder)| ids(folder.get("folders_order"))).collect();
    folders.into_iter().map(|(id, _)| id).filter(|id| !named.contains(id)).collect()
}

struct Tree<'a> {
    requests: HashMap<String, &'a Value>,
    folders: HashMap<String, &'a Value>,
    /// Folders that have their place: each stands in the tree once.
    seen: HashSet<String>,
}

impl<'a> Tree<'a> {
    fn of(collection: &'a Value) -> Self {
        Self {
            requests: by_id(collection.get("requests")).into_iter().collect(),
            folders: by_id(collection.get("folders")).into_iter().collect(),
            seen: HashSet::new(),
        }
    }

    fn add_folders(&mut self, wanted: Vec<String>, depth: usize, items: &mut Vec<Value>) {
        let mut waiting: Vec<String> = wanted.into_iter().rev().collect();
        while let Some(id) = waiting.pop() {
            let Some(folder) = self.folders.get(&id).copied() else { continue };
            if !self.seen.insert(id.clone()) {
                continue;
            }
            let children = ids(folder.get("folders_order"));
            let mut inner = Vec::new();
            if depth < MAX_DEPTH {
                self.add_folders(children, depth + 1, &mut inner);
            } else {
                waiting.extend(children.into_iter().rev());
            }
            self.add_requests(folder, &mut inner);
            items.push(folder_item(id, folder, inner));
        }
    }

    fn add_requests(&self, scope: &Value, items: &mut Vec<Value>) {
        let found = ids(scope.get("order")).into_iter().filter_map(|id| self.requests.get(&id).map(|of| (id, *of)));
        items.extend(found.map(|(id, source)| request::item(&id, source, &self.requests)));
    }
}

fn folder_item(id: String, folder: &Value, items: Vec<Value>) -> Value {
    let mut map = Map::new();
    map.insert("id".into(), id.into());
    map.insert("name".into(), opt_text(folder.get("name")).unwrap_or_default().into());
    map.insert("item".into(), items.into());
    put(&mut map, "auth", auth::of(folder));
    put_common(&mut map, folder);
    copy(&mut map, folder, &["description"]);
    Value::Object(map)
}

/// Entries of a list with their ids; the first of an id counts.
fn by_id(list: Option<&Value>) -> Vec<(String, &Value)> {
    let mut seen = HashSet::new();
    let entries = list.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    entries
        .iter()
        .filter_map(|entry| Some((opt_text(entry.get("id"))?, entry)))
        .filter(|(id, _)| seen.insert(id.clone()))
        .collect()
}

/// The ids of an order, each once.
fn ids(list: Option<&Value>) -> Vec<String> {
    let mut seen = HashSet::new();
    let entries = list.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    entries.iter().filter_map(|id| opt_text(Some(id))).filter(|id| seen.insert(id.clone())).collect()
}
