//! Tags of requests: `[tag]` in the name or description of a request or of a folder around it, and `tags:` of postbud.yaml.
//!
//! Postman has no tags of requests, so they stand where its editors let people write.

use std::collections::{BTreeSet, HashMap};

use crate::collection::glob::PathGlob;
use crate::collection::{Collection, Node};

/// Tags given from outside: each with patterns of request paths.
#[derive(Debug, Clone, Default)]
pub struct Tags {
    rows: Vec<(String, PathGlob)>,
}

impl Tags {
    /// Gives requests whose path matches a tag.
    pub fn add(&mut self, tag: &str, requests: PathGlob) {
        self.rows.push((normal(tag), requests));
    }
}

/// The tags of a collection's requests.
pub(super) struct TagsOf {
    by_item: HashMap<String, BTreeSet<String>>,
}

impl TagsOf {
    /// Whether an item has a tag.
    pub(super) fn has(&self, id: &str, tag: &str) -> bool {
        self.by_item.get(id).is_some_and(|tags| tags.contains(&normal(tag)))
    }

    /// Every tag that a request has.
    pub(super) fn all(&self) -> BTreeSet<&str> {
        self.by_item.values().flatten().map(String::as_str).collect()
    }
}

/// Case does not count.
pub(super) fn normal(tag: &str) -> String {
    tag.trim().trim_start_matches('[').trim_end_matches(']').to_lowercase()
}

/// Finds the tags of every request.
pub(super) fn of(collection: &Collection, known: &Tags) -> TagsOf {
    let mut found = TagsOf { by_item: HashMap::new() };
    walk(&collection.nodes, "", &BTreeSet::new(), known, &mut found);
    found
}

fn walk(nodes: &[Node], path: &str, inherited: &BTreeSet<String>, known: &Tags, found: &mut TagsOf) {
    for node in nodes {
        let (name, description) = match node {
            Node::Folder(folder) => (&folder.name, &folder.description),
            Node::Item(item) => (&item.name, &item.description),
        };
        let path = if path.is_empty() { name.clone() } else { format!("{path}/{name}") };
        let mut own = inherited.clone();
        own.extend(written(name));
        own.extend(description.iter().flat_map(|text| written(text)));
        own.extend(known.rows.iter().filter(|(_, glob)| glob.matches(&path)).map(|(tag, _)| tag.clone()));
        match node {
            Node::Folder(folder) => walk(&folder.nodes, &path, &own, known, found),
            Node::Item(item) => {
                found.by_item.insert(item.id.clone(), own);
            }
        }
    }
}

/// The tags in a text: words in brackets that are neither a link of Markdown nor one of its check boxes.
fn written(text: &str) -> Vec<String> {
    let mut tags = Vec::new();
    for part in text.split('[').skip(1) {
        let Some((inner, after)) = part.split_once(']') else { continue };
        let word = |c: char| c.is_alphanumeric() || "-_.:/ ".contains(c);
        let link = after.starts_with(['(', ':']);
        if !inner.trim().is_empty() && inner.chars().all(word) && !link && !["x", "X"].contains(&inner) {
            tags.push(normal(inner));
        }
    }
    tags
}

#[cfg(test)]
mod tests {
    use super::written;

    #[test]
    fn links_and_boxes_of_markdown_are_no_tags() {
        assert_eq!(written("[Smoke] [a](b) [c](#d) [x] [ ] [e]: f [] [very slow] [\"json\"]"), ["smoke", "very slow"]);
        assert!(written("[open").is_empty() && written("closed]").is_empty());
    }
}
