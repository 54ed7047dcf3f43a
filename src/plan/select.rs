//! Choosing what runs: `--folder` as newman has it, and paths (`Folder/Inner/Request`) for both.

use crate::collection::{Collection, Node};

use super::{Plan, PlannedItem};

/// What to run of a collection.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// Names, ids or paths of folders and requests; empty: everything. They run in collection order.
    pub folders: Vec<String>,
    /// Names, ids or paths that are left out.
    pub exclude: Vec<String>,
}

/// A selector that names nothing.
#[derive(Debug, thiserror::Error)]
pub enum SelectError {
    /// The only selector is unknown.
    #[error("runtime~extractRunnableItems: Unable to find a folder or request: \"{name}\"{near}")]
    Unknown {
        /// As given.
        name: String,
        /// `; did you mean …?`, or nothing.
        near: String,
    },
    /// One of several is unknown.
    #[error("runtime~extractRunnableItems: Invalid entrypoint: no folder or request \"{name}\"{near}")]
    UnknownOfSeveral {
        /// As given.
        name: String,
        /// `; did you mean …?`, or nothing.
        near: String,
    },
}

/// A node that a selector may name: its id, name, path, whether it is a folder.
struct Candidate {
    id: String,
    name: String,
    path: String,
}

impl Selection {
    /// Keeps the selected items of a plan.
    ///
    /// # Errors
    /// When a selector names no folder and no request, with the nearest names.
    pub fn apply(&self, collection: &Collection, plan: Plan) -> Result<Plan, SelectError> {
        let folders: Vec<&String> = self.folders.iter().filter(|name| !name.is_empty()).collect();
        if folders.is_empty() && self.exclude.is_empty() {
            return Ok(plan);
        }
        // Breadth first on each level, then depth first below: the first match wins, as in newman.
        let mut candidates = Vec::new();
        collect(&collection.nodes, "", &mut candidates);
        let find = |name: &str| -> Result<String, SelectError> {
            candidates
                .iter()
                .find(|c| c.id == name || c.name == name)
                .or_else(|| candidates.iter().find(|c| c.path == name))
                .map(|c| c.id.clone())
                .ok_or_else(|| unknown(name, &candidates, folders.len() > 1))
        };
        let chosen = folders.iter().map(|name| find(name)).collect::<Result<Vec<_>, _>>()?;
        let excluded = self.exclude.iter().map(|name| find(name)).collect::<Result<Vec<_>, _>>()?;
        let below = |item: &PlannedItem, ids: &[String]| {
            ids.iter().any(|id| *id == item.info.id || item.folder_ids.contains(id))
        };
        let items = plan
            .items
            .into_iter()
            .filter(|item| (chosen.is_empty() || below(item, &chosen)) && !below(item, &excluded))
            .collect();
        Ok(Plan { items })
    }
}

fn collect(nodes: &[Node], path: &str, into: &mut Vec<Candidate>) {
    let join = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}/{name}") };
    for node in nodes {
        let (id, name) = match node {
            Node::Folder(folder) => (&folder.id, &folder.name),
            Node::Item(item) => (&item.id, &item.name),
        };
        into.push(Candidate { id: id.clone(), name: name.clone(), path: join(name) });
    }
    for node in nodes {
        if let Node::Folder(folder) = node {
            collect(&folder.nodes, &join(&folder.name), into);
        }
    }
}

fn unknown(name: &str, candidates: &[Candidate], several: bool) -> SelectError {
    let nearest = candidates
        .iter()
        .map(|c| (strsim::jaro_winkler(&c.name.to_lowercase(), &name.to_lowercase()), &c.name))
        .filter(|(score, _)| *score > 0.75)
        .max_by(|a, b| a.0.total_cmp(&b.0));
    let near = nearest.map(|(_, name)| format!("; did you mean \"{name}\"?")).unwrap_or_default();
    let name = name.to_owned();
    if several { SelectError::UnknownOfSeveral { name, near } } else { SelectError::Unknown { name, near } }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn run(folders: &[&str]) -> Result<Vec<String>, String> {
        let collection = Collection::from_value(json!({"info": {"name": "c"}, "item": [
            {"name": "F", "item": [{"name": "a"}, {"name": "G", "item": [{"name": "b"}, {"name": "dup"}]}]},
            {"name": "dup"}, {"name": "c"}]}));
        let selection = Selection { folders: folders.iter().map(|f| (*f).to_owned()).collect(), exclude: vec![] };
        let plan = Plan::of(&collection);
        let plan = selection.apply(&collection, plan).map_err(|e| e.to_string())?;
        Ok(plan.items.iter().map(|i| i.info.name.clone()).collect())
    }

    #[test]
    fn selects_in_collection_order_without_repeating() {
        assert_eq!(run(&[]).unwrap(), ["a", "b", "dup", "dup", "c"]);
        assert_eq!(run(&["c", "F", "G"]).unwrap(), ["a", "b", "dup", "c"]);
        assert_eq!(run(&["dup"]).unwrap().len(), 1);
        assert_eq!(run(&["F/G/dup"]).unwrap(), ["dup"]);
        assert_eq!(run(&[""]).unwrap().len(), 5);
    }

    #[test]
    fn names_what_is_missing_and_what_is_near() {
        assert!(run(&["dupp"]).unwrap_err().contains("did you mean \"dup\"?"));
        assert!(run(&["F", "zzz"]).unwrap_err().contains("Invalid entrypoint"));
    }
}
