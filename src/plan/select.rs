//! Choosing what runs: `--folder` as newman has it, `-i` as the Postman CLI has it, paths (`Folder/Inner/Request`), patterns
//! and tags for both.

use std::collections::BTreeSet;

use super::tags::{self, Tags};
use super::{Plan, PlannedItem};
use crate::collection::glob::PathGlob;
use crate::collection::{Collection, Node};

/// What to run of a collection.
///
/// A selector is the id, name, path or a pattern of the paths of folders and requests.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// Selectors; empty: everything. What they name runs in collection order, each request once.
    pub folders: Vec<String>,
    /// Selectors; what they name runs in their order, and as often as it is named.
    pub items: Vec<String>,
    /// Selectors of what is left out.
    pub exclude: Vec<String>,
    /// Tags of which a request must have one; empty: any request.
    pub tags: Vec<String>,
    /// Tags that a request must not have.
    pub exclude_tags: Vec<String>,
    /// Tags that are given from outside of the collection.
    pub known_tags: Tags,
}

/// What is left of a plan.
#[derive(Debug, Clone, Default)]
pub struct Selected {
    /// The items.
    pub plan: Plan,
    /// What a user should know: names that could mean something else as well.
    pub warnings: Vec<String>,
    /// Selectors and tags that name nothing in this collection.
    pub missing: Vec<SelectError>,
}

/// A selector that names nothing.
#[derive(Debug, Clone, thiserror::Error)]
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
    /// A pattern that cannot be read.
    #[error("\"{pattern}\" is no pattern of folders and requests: {reason}")]
    Pattern {
        /// As given.
        pattern: String,
        /// What is wrong with it.
        reason: String,
    },
    /// No request has the tag.
    #[error("no request has the tag \"{name}\"{near}")]
    UnknownTag {
        /// As given.
        name: String,
        /// `; did you mean …?`, which tags there are, or how to give one.
        near: String,
    },
}

impl SelectError {
    /// The selector or tag as given.
    pub fn selector(&self) -> &str {
        match self {
            Self::Unknown { name, .. } | Self::UnknownOfSeveral { name, .. } | Self::UnknownTag { name, .. } => name,
            Self::Pattern { pattern, .. } => pattern,
        }
    }
}

/// A folder or request that a selector may name.
struct Candidate {
    id: String,
    name: String,
    path: String,
}

/// What stands in a collection, and what is to be said about choosing from it.
struct Chooser {
    candidates: Vec<Candidate>,
    several: bool,
    warnings: Vec<String>,
    missing: Vec<SelectError>,
}

impl Selection {
    /// Whether everything runs.
    pub fn is_everything(&self) -> bool {
        let none = |list: &[String]| list.iter().all(String::is_empty);
        [&self.folders, &self.items, &self.exclude, &self.tags, &self.exclude_tags].iter().all(|list| none(list))
    }

    /// Keeps the selected items of a plan.
    ///
    /// # Errors
    /// When a selector names no folder and no request, with the nearest names; when no request has a tag.
    pub fn apply(&self, collection: &Collection, plan: Plan) -> Result<Selected, SelectError> {
        let mut selected = self.apply_leniently(collection, plan)?;
        match selected.missing.pop() {
            None => Ok(selected),
            // The first one is told.
            Some(last) => Err(selected.missing.into_iter().next().unwrap_or(last)),
        }
    }

    /// As [`Selection::apply`] for one of several collections: what is not in it may be in another.
    ///
    /// # Errors
    /// When a pattern cannot be read.
    pub fn apply_leniently(&self, collection: &Collection, plan: Plan) -> Result<Selected, SelectError> {
        if self.is_everything() {
            return Ok(Selected { plan, ..Selected::default() });
        }
        // Breadth first on each level, then depth first below: the first match wins, as in newman.
        let mut candidates = Vec::new();
        collect(&collection.nodes, "", &mut candidates);
        let several = self.folders.len() + self.items.len() > 1;
        let mut chooser = Chooser { candidates, several, warnings: Vec::new(), missing: Vec::new() };
        let given = |list: &[String]| list.iter().any(|name| !name.is_empty());
        let mut items = plan.items;
        if given(&self.items) {
            let mut chosen = Vec::new();
            for name in &self.items {
                let ids = chooser.all(std::slice::from_ref(name))?;
                chosen.extend(items.iter().filter(|item| below(item, &ids)).cloned());
            }
            items = chosen;
        } else if given(&self.folders) {
            let ids = chooser.all(&self.folders)?;
            items.retain(|item| below(item, &ids));
        }
        let excluded = chooser.all(&self.exclude)?;
        items.retain(|item| !below(item, &excluded));
        if given(&self.tags) || given(&self.exclude_tags) {
            let of = tags::of(collection, &self.known_tags);
            let all = of.all();
            let unknown = self.tags.iter().filter(|name| !name.is_empty()).filter_map(|name| unknown_tag(name, &all));
            chooser.missing.extend(unknown);
            items.retain(|item| {
                let has = |tag: &String| of.has(&item.info.id, tag);
                (!given(&self.tags) || self.tags.iter().any(has)) && !self.exclude_tags.iter().any(has)
            });
        }
        Ok(Selected { plan: Plan { items }, warnings: chooser.warnings, missing: chooser.missing })
    }
}

/// Whether an item is one of those that are named, or lies in one of them.
fn below(item: &PlannedItem, ids: &[String]) -> bool {
    ids.iter().any(|id| *id == item.info.id || item.folder_ids.contains(id))
}

impl Chooser {
    /// The ids of everything that selectors name; an empty one names nothing, as in newman.
    fn all(&mut self, selectors: &[String]) -> Result<Vec<String>, SelectError> {
        let mut ids = Vec::new();
        for name in selectors.iter().filter(|name| !name.is_empty()) {
            match self.find(name)? {
                Some(found) => ids.extend(found),
                None => self.missing.push(unknown(name, &self.candidates, self.several)),
            }
        }
        Ok(ids)
    }

    /// The ids of what a selector names.
    fn find(&mut self, name: &str) -> Result<Option<Vec<String>>, SelectError> {
        let named: Vec<&Candidate> = self.candidates.iter().filter(|c| c.id == name || c.name == name).collect();
        if let Some((first, others)) = named.split_first() {
            if !others.is_empty() {
                let others: Vec<String> = others.iter().map(|other| format!("\"{}\"", other.path)).collect();
                let chosen = if first.path == name { String::new() } else { format!(" \"{}\"", first.path) };
                let message =
                    format!("\"{name}\" is the first of that name{chosen}; there are {} too", others.join(" and "));
                self.warnings.push(message);
            }
            return Ok(Some(vec![first.id.clone()]));
        }
        let trimmed = name.trim_matches('/');
        if let Some(found) = self.candidates.iter().find(|c| c.path == trimmed) {
            return Ok(Some(vec![found.id.clone()]));
        }
        if name.contains(['*', '?']) || (name.contains('{') && name.contains(',')) {
            // A pattern of one part means names at any depth.
            let anywhere = if trimmed.contains('/') { trimmed.to_owned() } else { format!("**/{trimmed}") };
            let glob =
                PathGlob::new(&anywhere).map_err(|reason| SelectError::Pattern { pattern: name.to_owned(), reason })?;
            let found: Vec<String> =
                self.candidates.iter().filter(|c| glob.matches(&c.path)).map(|c| c.id.clone()).collect();
            if !found.is_empty() {
                return Ok(Some(found));
            }
        }
        Ok(None)
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
    let paths = name.contains('/');
    let texts = candidates.iter().map(|c| if paths { c.path.as_str() } else { c.name.as_str() });
    let near = nearest(name, texts).map(|near| format!("; did you mean \"{near}\"?")).unwrap_or_default();
    let name = name.to_owned();
    if several { SelectError::UnknownOfSeveral { name, near } } else { SelectError::Unknown { name, near } }
}

/// The text that is most like another one, where any is.
fn nearest<'a>(wanted: &str, texts: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = wanted.to_lowercase();
    texts
        .map(|text| (strsim::jaro_winkler(&text.to_lowercase(), &wanted), text))
        .filter(|(score, _)| *score > 0.75)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, text)| text)
}

/// The error for a tag that no request has.
fn unknown_tag(name: &str, all: &BTreeSet<&str>) -> Option<SelectError> {
    if all.contains(tags::normal(name).as_str()) {
        return None;
    }
    let near = match nearest(name, all.iter().copied()) {
        Some(near) => format!("; did you mean \"{near}\"?"),
        None if all.is_empty() => {
            "; write [tag] into the description or name of a folder or request, or give it in `tags:` of postbud.yaml"
                .to_owned()
        }
        None => {
            let all: Vec<&str> = all.iter().copied().take(10).collect();
            format!("; there are: {}", all.join(", "))
        }
    };
    Some(SelectError::UnknownTag { name: name.to_owned(), near })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn collection() -> Collection {
        Collection::from_value(json!({"info": {"name": "c"}, "item": [
            {"name": "F", "description": "All of this is [Smoke].", "item": [{"name": "a"}, {"name": "G", "item": [{"name": "b"}, {"name": "dup"}]}]},
            {"name": "dup", "request": {"url": "h", "description": {"content": "[slow] and [a link](x)"}}}, {"name": "c [nightly]"}]}))
    }

    fn select(selection: &Selection) -> Result<Vec<String>, String> {
        let collection = collection();
        let selected = selection.apply(&collection, Plan::of(&collection)).map_err(|e| e.to_string())?;
        Ok(selected.plan.items.iter().map(|i| i.info.name.clone()).collect())
    }

    fn texts(list: &[&str]) -> Vec<String> {
        list.iter().map(|text| (*text).to_owned()).collect()
    }

    fn run(folders: &[&str]) -> Result<Vec<String>, String> {
        select(&Selection { folders: texts(folders), ..Selection::default() })
    }

    fn items(items: &[&str]) -> Result<Vec<String>, String> {
        select(&Selection { items: texts(items), ..Selection::default() })
    }

    #[test]
    fn selects_in_collection_order_without_repeating() {
        assert_eq!(run(&[]).unwrap(), ["a", "b", "dup", "dup", "c [nightly]"]);
        assert_eq!(run(&["c [nightly]", "F", "G"]).unwrap(), ["a", "b", "dup", "c [nightly]"]);
        assert_eq!(run(&["dup"]).unwrap().len(), 1);
        assert_eq!(run(&["F/G/dup"]).unwrap(), ["dup"]);
        assert_eq!(run(&[""]).unwrap().len(), 5);
    }

    #[test]
    fn items_keep_their_order_and_repeat() {
        assert_eq!(items(&["dup", "F/G", "F/a", "F/G/b"]).unwrap(), ["dup", "b", "dup", "a", "b"]);
        assert_eq!(items(&["F", "a", "F"]).unwrap(), ["a", "b", "dup", "a", "a", "b", "dup"]);
    }

    #[test]
    fn patterns_name_paths_and_one_part_names_any_depth() {
        assert_eq!(run(&["F/*"]).unwrap(), ["a", "b", "dup"]);
        assert_eq!(run(&["F/?"]).unwrap(), ["a", "b", "dup"]);
        assert_eq!(run(&["d*p"]).unwrap(), ["dup", "dup"]);
        assert_eq!(items(&["{c*,a}"]).unwrap(), ["a", "c [nightly]"]);
        assert!(run(&["x*"]).unwrap_err().contains("Unable to find"));
    }

    #[test]
    fn leaving_out_wins() {
        let selection = |exclude: &[&str], tags: &[&str], without: &[&str]| {
            select(&Selection {
                exclude: texts(exclude),
                tags: texts(tags),
                exclude_tags: texts(without),
                ..Selection::default()
            })
        };
        assert_eq!(selection(&["F/G", "c*"], &[], &[]).unwrap(), ["a", "dup"]);
        assert_eq!(selection(&[], &["smoke"], &[]).unwrap(), ["a", "b", "dup"]);
        assert_eq!(selection(&["G"], &["smoke", "nightly"], &[]).unwrap(), ["a", "c [nightly]"]);
        assert_eq!(selection(&[], &[], &["slow", "no-such"]).unwrap(), ["a", "b", "dup", "c [nightly]"]);
        assert!(selection(&[], &["smok"], &[]).unwrap_err().contains("did you mean \"smoke\"?"));
        assert!(selection(&[], &["zzz"], &[]).unwrap_err().contains("there are: nightly, slow, smoke"));
        assert!(selection(&[], &["a link"], &[]).is_err());
    }

    #[test]
    fn tags_may_come_from_outside() {
        let mut known_tags = Tags::default();
        known_tags.add("night", PathGlob::new("F/**").unwrap());
        let selection = Selection { tags: texts(&["Night"]), known_tags, ..Selection::default() };
        assert_eq!(select(&selection).unwrap(), ["a", "b", "dup"]);
    }

    #[test]
    fn names_what_is_missing_and_what_is_near() {
        assert!(run(&["dupp"]).unwrap_err().contains("did you mean \"dup\"?"));
        assert!(run(&["F/Gg/b"]).unwrap_err().contains("did you mean \"F/G/b\"?"));
        assert!(run(&["F", "zzz"]).unwrap_err().contains("Invalid entrypoint"));
    }

    #[test]
    fn a_name_that_several_have_is_told() {
        let collection = collection();
        let of = |name: &str| {
            let selection = Selection { folders: texts(&[name]), ..Selection::default() };
            selection.apply(&collection, Plan::of(&collection)).unwrap().warnings
        };
        assert_eq!(of("dup"), ["\"dup\" is the first of that name; there are \"F/G/dup\" too"]);
        assert!(of("F/G/dup").is_empty() && of("a").is_empty());
    }
}
