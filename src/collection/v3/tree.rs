//! From a folder of files to one v2.1 object.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use super::definition::Definition;
use super::fields::{Notes, Outcome};
use super::request::{self, Entity};
use super::yaml::YamlFile;
use crate::collection::load::{Document, LoadError};
use crate::collection::v1::SCHEMA;
use crate::diagnostic::{Diagnostic, SourceFile};

/// Folder of what is no request.
pub(super) const RESOURCES: &str = ".resources";
/// Key of a part's file while it is read; no key of Postman's begins so.
const MARK: &str = "\u{0}file";
/// How deep folders may nest.
const MAX_DEPTH: usize = 60;

/// Whether a folder looks like a collection: it has a definition or a request, at any depth.
pub fn is_collection(folder: &Path) -> bool {
    holds_requests(folder, 0)
}

/// Reads a collection without its saved responses, which a run does not need.
///
/// # Errors
/// When a file cannot be read or is not what its name says, with line and column.
pub fn read(folder: &Path) -> Result<Document, LoadError> {
    read_tree(folder, false)
}

/// Reads a collection with its saved responses.
///
/// # Errors
/// As [`read`].
pub fn read_whole(folder: &Path) -> Result<Document, LoadError> {
    read_tree(folder, true)
}

/// As [`read`], with the file of every part by the JSON Pointer of what it holds; the collection's own is first.
///
/// # Errors
/// As [`read`].
pub fn read_placed(folder: &Path) -> Result<(Document, Vec<(String, SourceFile)>), LoadError> {
    let mut reader = Reader { notes: Notes::default(), examples: false, marked: true };
    let mut value = reader.collection(folder).map_err(LoadError)?;
    let mut files = Vec::new();
    take_marks(&mut value, "", &mut files);
    Ok((Document { value, warnings: reader.notes.warnings, dropped: reader.notes.dropped }, files))
}

/// Takes the names of files out of parts again, and reads them.
fn take_marks(part: &mut Value, pointer: &str, files: &mut Vec<(String, SourceFile)>) {
    if let Some(Value::String(path)) = part.as_object_mut().and_then(|map| map.shift_remove(MARK))
        && let Ok(bytes) = fs::read(&path)
    {
        files.push((pointer.to_owned(), SourceFile::decode(&path, &bytes)));
    }
    for (index, inner) in part.get_mut("item").and_then(Value::as_array_mut).into_iter().flatten().enumerate() {
        take_marks(inner, &format!("{pointer}/item/{index}"), files);
    }
}

fn read_tree(folder: &Path, examples: bool) -> Result<Document, LoadError> {
    let mut reader = Reader { notes: Notes::default(), examples, marked: false };
    let value = reader.collection(folder).map_err(LoadError)?;
    Ok(Document { value, warnings: reader.notes.warnings, dropped: reader.notes.dropped })
}

struct Reader {
    notes: Notes,
    examples: bool,
    /// Whether each part gets the name of its file, under [`MARK`].
    marked: bool,
}

/// What a folder on disk holds.
struct Listing {
    definition: Option<PathBuf>,
    /// Stem and path.
    requests: Vec<(String, PathBuf)>,
    folders: Vec<(String, PathBuf)>,
}

impl Listing {
    fn is_empty(&self) -> bool {
        self.definition.is_none() && self.requests.is_empty() && self.folders.is_empty()
    }
}

/// An item or folder beside its siblings.
struct Sibling {
    order: f64,
    name: String,
    value: Value,
}

impl Reader {
    fn collection(&mut self, folder: &Path) -> Outcome<Value> {
        let listing = list(folder, 0)?;
        if listing.is_empty() {
            let message = format!("the folder \"{}\" holds no collection", folder.display());
            let help =
                "a collection of v3 has *.request.yaml and .resources/definition.yaml; name the file of an older one";
            return Err(Box::new(Diagnostic::new(message).with_help(help)));
        }
        let mut definition = self.definition(&listing)?;
        let mut info = Map::new();
        if let Some(id) = definition.id.take() {
            info.insert("_postman_id".into(), id.into());
        }
        info.insert("name".into(), definition.name.take().unwrap_or_else(|| name_of(folder)).into());
        if let Some(description) = definition.description.take() {
            info.insert("description".into(), description.into());
        }
        info.insert("schema".into(), SCHEMA.into());
        let items = self.items(&listing, &definition.scripts.graphql, 0)?;
        let mut map = Map::new();
        map.insert("info".into(), Value::Object(info));
        map.insert("item".into(), items.into());
        put_scope(&mut map, definition);
        self.mark(&mut map, listing.definition.as_deref());
        Ok(Value::Object(map))
    }

    fn mark(&self, map: &mut Map<String, Value>, file: Option<&Path>) {
        if let Some(file) = file.filter(|_| self.marked) {
            map.insert(MARK.into(), file.display().to_string().into());
        }
    }

    /// Requests and folders by `order`, then by name.
    fn items(&mut self, listing: &Listing, graphql: &[Value], depth: usize) -> Outcome<Vec<Value>> {
        let mut siblings = Vec::new();
        for (stem, path) in &listing.requests {
            let file = open(path)?;
            let Some(entity) = request::read(&file, &mut self.notes)? else { continue };
            siblings.push(self.item(entity, stem, path, graphql));
        }
        for (name, path) in &listing.folders {
            let inner = list(path, depth + 1)?;
            siblings.push(self.folder(name, &inner, graphql, depth + 1)?);
        }
        siblings
            .sort_by(|a, b| a.order.total_cmp(&b.order).then_with(|| a.name.encode_utf16().cmp(b.name.encode_utf16())));
        Ok(siblings.into_iter().map(|sibling| sibling.value).collect())
    }

    fn item(&mut self, entity: Entity, stem: &str, path: &Path, graphql: &[Value]) -> Sibling {
        let name = entity.name.unwrap_or_else(|| stem.to_owned());
        let mut map = Map::new();
        map.insert("name".into(), name.clone().into());
        map.extend(entity.item);
        if entity.graphql && !graphql.is_empty() {
            let mut events = graphql.to_vec();
            if let Some(Value::Array(own)) = map.get_mut("event") {
                events.append(own);
            }
            map.insert("event".into(), events.into());
        }
        if self.examples {
            map.insert("response".into(), self.saved(path, stem).into());
        }
        self.mark(&mut map, Some(path));
        Sibling { order: entity.order, name, value: Value::Object(map) }
    }

    fn folder(&mut self, name: &str, listing: &Listing, graphql: &[Value], depth: usize) -> Outcome<Sibling> {
        let mut definition = self.definition(listing)?;
        let name = definition.name.take().unwrap_or_else(|| name.to_owned());
        let mut map = Map::new();
        if let Some(id) = definition.id.take() {
            map.insert("id".into(), id.into());
        }
        map.insert("name".into(), name.clone().into());
        if let Some(description) = definition.description.take() {
            map.insert("description".into(), description.into());
        }
        let graphql: Vec<Value> = graphql.iter().chain(&definition.scripts.graphql).cloned().collect();
        map.insert("item".into(), self.items(listing, &graphql, depth)?.into());
        let order = definition.order;
        put_scope(&mut map, definition);
        self.mark(&mut map, listing.definition.as_deref());
        Ok(Sibling { order, name, value: Value::Object(map) })
    }

    fn definition(&mut self, listing: &Listing) -> Outcome<Definition> {
        match &listing.definition {
            Some(path) => Definition::read(&open(path)?, &mut self.notes),
            None => Ok(Definition::default()),
        }
    }

    /// The saved responses of a request; one that cannot be read is noted, not an error.
    fn saved(&mut self, request: &Path, stem: &str) -> Vec<Value> {
        let Some(scope) = request.parent() else { return Vec::new() };
        let folder = scope.join(RESOURCES).join(format!("{stem}.resources")).join("examples");
        let Ok(entries) = sorted(&folder) else { return Vec::new() };
        let mut found: Vec<(f64, Value)> = Vec::new();
        for (name, path) in entries {
            let Some(stem) = stem_of(&name, "example") else { continue };
            match open(&path).and_then(|file| request::example(&file, stem, &mut self.notes)) {
                Ok(example) => found.push(example),
                Err(error) => {
                    self.notes.dropped.push(format!("the saved response {}: {}", path.display(), error.message));
                }
            }
        }
        found.sort_by(|a, b| a.0.total_cmp(&b.0));
        found.into_iter().map(|(_, value)| value).collect()
    }
}

/// What stands in a folder; folders without a request or definition anywhere below are none.
fn list(folder: &Path, depth: usize) -> Outcome<Listing> {
    if depth > MAX_DEPTH {
        let message = format!("\"{}\" nests folders too deep", folder.display());
        return Err(Box::new(Diagnostic::new(message)));
    }
    let mut listing = Listing { definition: definition_of(folder), requests: Vec::new(), folders: Vec::new() };
    for (name, path) in sorted(folder).map_err(|error| unreadable(folder, &error))? {
        if let Some(stem) = stem_of(&name, "request") {
            listing.requests.push((stem.to_owned(), path));
        } else if !name.starts_with('.') && is_folder(&path) && holds_requests(&path, depth + 1) {
            listing.folders.push((name, path));
        }
    }
    Ok(listing)
}

/// Whether a request or a definition stands anywhere below.
fn holds_requests(folder: &Path, depth: usize) -> bool {
    if definition_of(folder).is_some() {
        return true;
    }
    let Ok(entries) = sorted(folder) else { return false };
    entries.iter().any(|(name, _)| stem_of(name, "request").is_some())
        || depth <= MAX_DEPTH
            && entries
                .iter()
                .any(|(name, path)| !name.starts_with('.') && is_folder(path) && holds_requests(path, depth + 1))
}

fn definition_of(folder: &Path) -> Option<PathBuf> {
    let resources = folder.join(RESOURCES);
    ["definition.yaml", "definition.yml"].iter().map(|name| resources.join(name)).find(|path| path.is_file())
}

/// Scripts, variables and authorization of a collection or folder.
fn put_scope(map: &mut Map<String, Value>, definition: Definition) {
    if !definition.scripts.events.is_empty() {
        map.insert("event".into(), definition.scripts.events.into());
    }
    if !definition.variables.is_empty() {
        map.insert("variable".into(), definition.variables.into());
    }
    if let Some(auth) = definition.auth {
        map.insert("auth".into(), auth);
    }
}

/// A folder itself, not a link to one: links may go in circles.
fn is_folder(path: &Path) -> bool {
    path.symlink_metadata().is_ok_and(|metadata| metadata.is_dir())
}

/// `name` of `name.request.yaml`.
fn stem_of<'a>(file: &'a str, kind: &str) -> Option<&'a str> {
    let stem = file.strip_suffix(".yaml").or_else(|| file.strip_suffix(".yml"))?;
    stem.strip_suffix(kind)?.strip_suffix('.')
}

/// The names in a folder with their paths, sorted.
fn sorted(folder: &Path) -> std::io::Result<Vec<(String, PathBuf)>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        names.push((entry.file_name().to_string_lossy().into_owned(), entry.path()));
    }
    names.sort();
    Ok(names)
}

fn open(path: &Path) -> Outcome<YamlFile> {
    let bytes = fs::read(path).map_err(|error| unreadable(path, &error))?;
    Ok(YamlFile::new(&path.display().to_string(), &bytes))
}

fn unreadable(path: &Path, error: &std::io::Error) -> Box<Diagnostic> {
    Box::new(Diagnostic::new(format!("unable to read \"{}\": {error}", path.display())))
}

/// A folder's own name, also of `.`.
fn name_of(folder: &Path) -> String {
    let absolute = folder.canonicalize().unwrap_or_else(|_| folder.to_path_buf());
    absolute.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}
