//! From the tree of a collection to the flat list that runs: scripts, authorization and settings inherited.

mod select;
mod tags;

use std::sync::Arc;

use serde_json::{Map, Value};

use crate::collection::item::Listen;
use crate::collection::{AuthSpec, Collection, Folder, Item, Node};
use crate::event::ItemInfo;

pub use select::{SelectError, Selected, Selection};
pub use tags::Tags;

/// An item with everything it inherits.
#[derive(Debug, Clone)]
pub struct PlannedItem {
    /// How events name it.
    pub info: Arc<ItemInfo>,
    /// The item as written.
    pub item: Arc<Item>,
    /// Pre-request scripts, outermost first.
    pub prerequest: Vec<PlannedScript>,
    /// Test scripts, outermost first.
    pub test: Vec<PlannedScript>,
    /// The nearest authorization, and whose it is.
    pub auth: Option<InheritedAuth>,
    /// `protocolProfileBehavior`, merged shallowly, inner over outer.
    pub behavior: Map<String, Value>,
    /// Ids of the folders around it, outermost first.
    pub folder_ids: Vec<String>,
}

/// A script and its owner.
#[derive(Debug, Clone)]
pub struct PlannedScript {
    /// Its text.
    pub source: Arc<str>,
    /// Name of the collection, folder or item it belongs to.
    pub owner: Arc<str>,
}

/// An authorization and the id of what it stands on: digest keeps its state per owner.
#[derive(Debug, Clone)]
pub struct InheritedAuth {
    /// The authorization as written.
    pub spec: AuthSpec,
    /// Id of the collection, folder or item.
    pub owner: Arc<str>,
    /// Whether it stands on the item itself.
    pub own: bool,
}

/// The flat list of a run.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    /// Items in order.
    pub items: Vec<PlannedItem>,
}

/// What the folders around an item hand down.
#[derive(Clone, Default)]
struct Inherited {
    folders: Vec<String>,
    folder_ids: Vec<String>,
    prerequest: Vec<PlannedScript>,
    test: Vec<PlannedScript>,
    auth: Option<InheritedAuth>,
    behavior: Map<String, Value>,
}

impl Plan {
    /// Every item of a collection in file order, depth first.
    pub fn of(collection: &Collection) -> Self {
        let mut plan = Self::default();
        let mut root = Inherited::default();
        let owner: Arc<str> = collection.name.as_str().into();
        root.add_scripts(&collection.scripts, &owner);
        root.add_auth(collection.auth.as_ref(), &collection.id, false);
        root.add_behavior(&collection.behavior);
        plan.add_nodes(&collection.nodes, &root);
        plan
    }

    fn add_nodes(&mut self, nodes: &[Node], inherited: &Inherited) {
        for node in nodes {
            match node {
                Node::Folder(folder) => self.add_nodes(&folder.nodes, &inherited.enter(folder)),
                Node::Item(item) => self.add_item(item, inherited),
            }
        }
    }

    fn add_item(&mut self, item: &Item, inherited: &Inherited) {
        let mut own = inherited.clone();
        own.add_scripts(&item.scripts, &item.name.as_str().into());
        own.add_auth(item.request.auth.as_ref(), &item.id, true);
        own.add_behavior(&item.behavior);
        let info = ItemInfo {
            id: item.id.clone(),
            name: item.name.clone(),
            folders: own.folders,
            folder_id: own.folder_ids.last().cloned(),
            source: Arc::new(item.to_value()),
        };
        self.items.push(PlannedItem {
            info: Arc::new(info),
            item: Arc::new(item.clone()),
            prerequest: own.prerequest,
            test: own.test,
            auth: own.auth,
            behavior: own.behavior,
            folder_ids: own.folder_ids,
        });
    }
}

impl Inherited {
    fn enter(&self, folder: &Folder) -> Self {
        let mut inner = self.clone();
        inner.folders.push(folder.name.clone());
        inner.folder_ids.push(folder.id.clone());
        inner.add_scripts(&folder.scripts, &folder.name.as_str().into());
        inner.add_auth(folder.auth.as_ref(), &folder.id, false);
        inner.add_behavior(&folder.behavior);
        inner
    }

    fn add_scripts(&mut self, scripts: &[crate::collection::Script], owner: &Arc<str>) {
        for script in scripts {
            let planned = PlannedScript { source: Arc::clone(&script.source), owner: Arc::clone(owner) };
            match script.listen {
                Listen::Prerequest => self.prerequest.push(planned),
                Listen::Test => self.test.push(planned),
            }
        }
    }

    fn add_auth(&mut self, auth: Option<&AuthSpec>, owner: &str, own: bool) {
        if let Some(spec) = auth {
            self.auth = Some(InheritedAuth { spec: spec.clone(), owner: owner.into(), own });
        }
    }

    fn add_behavior(&mut self, behavior: &Map<String, Value>) {
        for (key, value) in behavior {
            self.behavior.insert(key.clone(), value.clone());
        }
    }
}
