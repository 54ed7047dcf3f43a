//! `overlay:` changes to the collection as it is read, in the manner of the OpenAPI Overlay specification.

use serde_json::{Map, Value};

use super::ConfigError;
use super::node::{Kind, Node, Source};
use super::reader::Reader;
use super::{PathGlob, request_path};
use crate::diagnostic::{Diagnostic, Place};

/// One change.
#[derive(Debug, Clone)]
pub struct Action {
    /// What is changed.
    pub target: Target,
    /// How.
    pub change: Change,
    /// Why, in the user's words.
    pub description: Option<String>,
    /// Where it stands.
    pub place: Place,
}

/// What a change is about.
#[derive(Debug, Clone)]
pub enum Target {
    /// Values in the collection's JSON.
    Collection(String),
    /// Values in the item of every request that matches (`$.request.header[?@.key == 'Accept']`).
    Item(PathGlob, String),
    /// Values in the raw JSON body of every request that matches.
    Body(PathGlob, String),
    /// The entries of a form body by their key.
    Form(PathGlob, String),
    /// Headers by name.
    Header(PathGlob, String),
}

/// How a value is changed.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// Objects are merged, lists are added to, everything else is replaced.
    Update(Value),
    /// The value goes.
    Remove,
}

pub(super) fn read(source: &Source, node: &Node) -> Result<Vec<Action>, ConfigError> {
    source.list(node, "overlay")?.iter().map(|node| action(source, node)).collect()
}

fn action(source: &Source, node: &Node) -> Result<Action, ConfigError> {
    let mut map = Reader::new(source, node, "an action of `overlay`")?;
    let target_node = map.need("target")?;
    let target = target(source, target_node)?;
    let update = map.get_any("update");
    let remove = map.flag("remove")?.unwrap_or(false);
    let description = map.text("description")?;
    let change = match (update, remove) {
        (Some(node), false) => Change::Update(node.to_json()),
        (None, true) => Change::Remove,
        (Some(_), true) => return Err(map.error("give either `update` or `remove`, not both")),
        (None, false) => {
            let error = map.error("an action needs `update` or `remove: true`");
            map.finish()?;
            return Err(error);
        }
    };
    map.finish()?;
    Ok(Action { target, change, description, place: source.place(target_node.at) })
}

fn target(source: &Source, node: &Node) -> Result<Target, ConfigError> {
    if !matches!(node.kind, Kind::Map(_)) {
        return source.jsonpath(node, "target").map(Target::Collection);
    }
    let mut map = Reader::new(source, node, "`target`")?;
    let request_node = map.need("request")?;
    let request = source.glob(&source.text(request_node, "request")?, request_node.at)?;
    let target = match (map.get("body"), map.get("item"), map.get("form"), map.get("header")) {
        (Some(path), None, None, None) => Target::Body(request, source.jsonpath(path, "body")?),
        (None, Some(path), None, None) => Target::Item(request, source.jsonpath(path, "item")?),
        (None, None, Some(name), None) => Target::Form(request, source.text(name, "form")?),
        (None, None, None, Some(name)) => Target::Header(request, source.text(name, "header")?),
        _ => {
            let error =
                map.error("`target` needs, beside `request`, exactly one of `body`, `item`, `form` and `header`");
            map.finish()?;
            return Err(error);
        }
    };
    map.finish()?;
    Ok(target)
}

/// Changes a collection's JSON before it is read.
///
/// # Errors
/// A target that matches nothing, or a body that is no JSON, with the place of the action.
pub fn apply(collection: &mut Value, actions: &[Action]) -> Result<(), ConfigError> {
    for action in actions {
        let fail = |message: &str, help: Option<String>| {
            let mut diagnostic = Diagnostic::new(message);
            diagnostic.place = Some(action.place.clone());
            diagnostic.help = help;
            ConfigError(Box::new(diagnostic))
        };
        let (glob, path) = match &action.target {
            Target::Collection(path) => {
                if !change(collection, path, &action.change) {
                    return Err(fail(&format!("`{path}` matches nothing in the collection"), None));
                }
                continue;
            }
            Target::Item(glob, path)
            | Target::Body(glob, path)
            | Target::Form(glob, path)
            | Target::Header(glob, path) => (glob, path),
        };
        let items = items(collection, glob);
        if items.is_empty() {
            let paths = paths(collection);
            let known: Vec<&str> = paths.iter().map(String::as_str).collect();
            let help = super::nearest(glob.as_str(), &known).map(|near| format!("did you mean `{near}`?"));
            return Err(fail(&format!("no request of the collection matches `{}`", glob.as_str()), help));
        }
        // An update adds a header where one request is meant; a pattern of several only changes the headers there are.
        let add = items.len() == 1;
        let mut changed = false;
        for pointer in items {
            let Some(item) = collection.pointer_mut(&pointer) else { continue };
            changed |= match &action.target {
                Target::Body(..) => change_body(item, path, &action.change).map_err(|problem| fail(&problem, None))?,
                Target::Form(..) => change_form(item, path, &action.change),
                Target::Header(..) => change_header(item, path, &action.change, add),
                _ => change(item, path, &action.change),
            };
        }
        if !changed {
            let what = match &action.target {
                Target::Body(..) => "matches nothing in the body of",
                Target::Form(..) => "is no key in the form of",
                Target::Header(..) => "is no header of",
                _ => "matches nothing in",
            };
            return Err(fail(&format!("`{path}` {what} `{}`", glob.as_str()), None));
        }
    }
    Ok(())
}

/// The JSON pointers of all requests whose path matches.
fn items(collection: &Value, glob: &PathGlob) -> Vec<String> {
    let mut found = Vec::new();
    walk(collection, "", &mut Vec::new(), &mut |path, pointer| {
        if glob.matches(path) {
            found.push(pointer.to_owned());
        }
    });
    found
}

/// The paths of all requests.
pub fn paths(collection: &Value) -> Vec<String> {
    let mut found = Vec::new();
    walk(collection, "", &mut Vec::new(), &mut |path, _| found.push(path.to_owned()));
    found
}

fn walk(parent: &Value, pointer: &str, folders: &mut Vec<String>, visit: &mut dyn FnMut(&str, &str)) {
    let Some(Value::Array(children)) = parent.get("item") else { return };
    for (index, child) in children.iter().enumerate() {
        let name = child.get("name").and_then(Value::as_str).unwrap_or_default();
        let pointer = format!("{pointer}/item/{index}");
        if child.get("item").is_some() {
            folders.push(name.to_owned());
            walk(child, &pointer, folders, visit);
            folders.pop();
        } else {
            visit(&request_path(folders.iter().map(String::as_str), name), &pointer);
        }
    }
}

/// Changes what a JSONPath finds; whether it found anything.
fn change(root: &mut Value, path: &str, change: &Change) -> bool {
    let mut places = find(root, path);
    // From the back, so that removing from a list does not move what is still to be removed.
    places.sort_by(|a, b| b.cmp(a));
    let found = !places.is_empty();
    for place in places {
        match change {
            Change::Update(update) => {
                if let Some(value) = resolve(root, &place) {
                    merge(value, update);
                }
            }
            Change::Remove => remove(root, &place),
        }
    }
    found
}

/// A step from a value to one inside it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Key(String),
    Index(usize),
}

/// The places a JSONPath finds.
fn find(root: &Value, path: &str) -> Vec<Vec<Part>> {
    use jsonpath_rust::JsonPath;
    let Ok(found) = root.query(path) else { return Vec::new() };
    // Values are told apart by their address: the library's own paths would have to be parsed again.
    let wanted: std::collections::HashSet<*const Value> = found.into_iter().map(std::ptr::from_ref).collect();
    let mut places = Vec::new();
    if !wanted.is_empty() {
        locate(root, &wanted, &mut Vec::new(), &mut places);
    }
    places
}

fn locate(
    value: &Value,
    wanted: &std::collections::HashSet<*const Value>,
    path: &mut Vec<Part>,
    places: &mut Vec<Vec<Part>>,
) {
    if wanted.contains(&std::ptr::from_ref(value)) {
        places.push(path.clone());
    }
    match value {
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                path.push(Part::Index(index));
                locate(item, wanted, path, places);
                path.pop();
            }
        }
        Value::Object(map) => {
            for (key, item) in map {
                path.push(Part::Key(key.clone()));
                locate(item, wanted, path, places);
                path.pop();
            }
        }
        _ => {}
    }
}

fn resolve<'a>(root: &'a mut Value, place: &[Part]) -> Option<&'a mut Value> {
    place.iter().try_fold(root, |value, part| match part {
        Part::Key(key) => value.get_mut(key),
        Part::Index(index) => value.get_mut(index),
    })
}

fn remove(root: &mut Value, place: &[Part]) {
    let Some((last, parents)) = place.split_last() else {
        *root = Value::Null;
        return;
    };
    match (resolve(root, parents), last) {
        (Some(Value::Object(map)), Part::Key(key)) => {
            map.shift_remove(key);
        }
        (Some(Value::Array(items)), Part::Index(index)) if *index < items.len() => {
            items.remove(*index);
        }
        _ => {}
    }
}

/// Objects are merged, lists are added to, everything else is replaced.
fn merge(value: &mut Value, update: &Value) {
    match (value, update) {
        (Value::Object(map), Value::Object(update)) => {
            for (key, update) in update {
                match map.get_mut(key) {
                    Some(old) => merge(old, update),
                    None => {
                        map.insert(key.clone(), update.clone());
                    }
                }
            }
        }
        (Value::Array(items), Value::Array(update)) => items.extend(update.iter().cloned()),
        (Value::Array(items), update) => items.push(update.clone()),
        (value, update) => *value = update.clone(),
    }
}

/// Changes values in a raw JSON body, leaving `{{variables}}` outside of strings as they are.
fn change_body(item: &mut Value, path: &str, action: &Change) -> Result<bool, String> {
    let name = item.get("name").and_then(Value::as_str).unwrap_or_default().to_owned();
    let Some(raw) = item.pointer_mut("/request/body/raw") else { return Ok(false) };
    let mut body = match raw {
        // Some exporters write the body as JSON instead of text.
        Value::Object(_) | Value::Array(_) => return Ok(change(raw, path, action)),
        Value::String(text) => serde_json::from_str::<Value>(&shield(text))
            .map_err(|error| format!("the body of `{name}` is no JSON that could be changed: {error}"))?,
        _ => return Ok(false),
    };
    if !change(&mut body, path, action) {
        return Ok(false);
    }
    let text = serde_json::to_string_pretty(&body).map_err(|error| error.to_string())?;
    *raw = Value::String(unshield(&text));
    Ok(true)
}

/// Marks of a variable that stands bare in JSON.
const OPEN: char = '\u{F0001}';
const CLOSE: char = '\u{F0002}';

/// Makes strings of the `{{variables}}` that stand bare in JSON, so that it parses.
fn shield(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut in_string = false;
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' if in_string => {
                out.push(c);
                if let Some((_, next)) = chars.next() {
                    out.push(next);
                }
                continue;
            }
            '"' => in_string = !in_string,
            '{' if !in_string && text[at..].starts_with("{{") => {
                // A name ends at the first brace, so that a text of nothing but braces is walked once.
                let inner = &text[at + 2..];
                if let Some((name, rest)) = inner.split_once(['"', '{', '}', '\n'])
                    && inner[name.len()..].starts_with("}}")
                {
                    out.push('"');
                    out.push(OPEN);
                    out.push_str(name);
                    out.push(CLOSE);
                    out.push('"');
                    // The second brace goes with the first.
                    while chars.as_str().len() >= rest.len() {
                        chars.next();
                    }
                    continue;
                }
            }
            _ => {}
        }
        out.push(c);
    }
    out
}

fn unshield(text: &str) -> String {
    text.replace(&format!("\"{OPEN}"), "{{").replace(&format!("{CLOSE}\""), "}}")
}

/// Changes entries of a form: an update that is no object is the new value.
fn change_form(item: &mut Value, key: &str, action: &Change) -> bool {
    let Some(body) = item.pointer_mut("/request/body").and_then(Value::as_object_mut) else { return false };
    let mut changed = false;
    for mode in ["formdata", "urlencoded"] {
        if let Some(Value::Array(entries)) = body.get_mut(mode) {
            changed |= change_entries(entries, action, |name| name == key);
        }
    }
    changed
}

/// Changes headers, as a list of entries or as text; with `add`, an update adds a header that is not there.
fn change_header(item: &mut Value, name: &str, action: &Change, add: bool) -> bool {
    let Some(request) = item.get_mut("request").and_then(Value::as_object_mut) else { return false };
    if let Some(Value::String(lines)) = request.get("header") {
        let entries = lines
            .lines()
            .filter_map(|line| line.split_once(':'))
            .map(|(key, value)| serde_json::json!({"key": key.trim(), "value": value.trim()}))
            .collect();
        request.insert("header".to_owned(), Value::Array(entries));
    }
    let header = request.entry("header").or_insert_with(|| Value::Array(Vec::new()));
    if header.is_null() {
        *header = Value::Array(Vec::new());
    }
    let Value::Array(entries) = header else { return false };
    let changed = change_entries(entries, action, |key| key.eq_ignore_ascii_case(name));
    match action {
        Change::Update(value) if !changed && add => {
            let mut entry = Map::new();
            entry.insert("key".into(), name.into());
            entry.insert("value".into(), Value::String(String::new()));
            let mut entry = Value::Object(entry);
            update_entry(&mut entry, value);
            entries.push(entry);
            true
        }
        _ => changed,
    }
}

fn change_entries(entries: &mut Vec<Value>, action: &Change, is: impl Fn(&str) -> bool) -> bool {
    let wanted = |entry: &Value| entry.get("key").and_then(Value::as_str).is_some_and(&is);
    match action {
        Change::Remove => {
            let before = entries.len();
            entries.retain(|entry| !wanted(entry));
            entries.len() != before
        }
        Change::Update(update) => {
            let mut changed = false;
            for entry in entries.iter_mut().filter(|entry| wanted(entry)) {
                update_entry(entry, update);
                changed = true;
            }
            changed
        }
    }
}

fn update_entry(entry: &mut Value, update: &Value) {
    match (entry, update) {
        (entry, Value::Object(_)) => merge(entry, update),
        (Value::Object(map), update) => {
            map.insert("value".into(), Value::String(crate::variables::text_of(update)));
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn collection() -> Value {
        json!({"info": {"name": "c"}, "item": [
            {"name": "Letters", "item": [
                {"name": "Send", "request": {"method": "POST", "url": "{{base}}/letters",
                    "header": [{"key": "Accept", "value": "text/plain"}, {"key": "X", "value": "1"}],
                    "body": {"mode": "raw", "raw": "{\n \"due\": \"2025-05-29\", \"n\": {{count}}, \"to\": [\"{{a}} \\\" {{b}}\"]}"}}},
                {"name": "Upload", "request": {"method": "POST", "url": "{{base}}/upload",
                    "body": {"mode": "formdata", "formdata": [{"key": "due", "value": "2025", "type": "text"}, {"key": "file", "src": "C:\\x"}]}}}
            ]}
        ]})
    }

    fn run(yaml: &str) -> Result<Value, String> {
        let text = format!("overlay:\n{yaml}");
        let config = super::super::Config::parse("postbud.yaml", &text, std::path::Path::new(""), &|_| None)
            .map_err(|error| error.to_string())?;
        let mut value = collection();
        apply(&mut value, &config.overlay).map_err(|error| error.to_string())?;
        Ok(value)
    }

    #[test]
    fn a_body_keeps_its_bare_variables() {
        let value = run("  - target: {request: Letters/Send, body: $.due}\n    update: '2099-01-01'\n").unwrap();
        let raw = value.pointer("/item/0/item/0/request/body/raw").unwrap().as_str().unwrap();
        assert!(raw.contains("\"due\": \"2099-01-01\""), "{raw}");
        assert!(raw.contains("\"n\": {{count}}"), "{raw}");
        assert!(raw.contains("\"{{a}} \\\" {{b}}\""), "{raw}");
    }

    #[test]
    fn the_collection_by_jsonpath() {
        let value = run("  - target: $.item[*].item[?@.name == 'Send'].request.header[?@.key == 'Accept']\n    update: {value: application/json}\n  - target: $.info\n    update: {name: d, extra: true}\n").unwrap();
        assert_eq!(value.pointer("/item/0/item/0/request/header/0/value"), Some(&json!("application/json")));
        assert_eq!(value["info"], json!({"name": "d", "extra": true}));
    }

    #[test]
    fn removal_goes_from_the_back() {
        let value = run("  - target: $..header[*]\n    remove: true\n").unwrap();
        assert_eq!(value.pointer("/item/0/item/0/request/header"), Some(&json!([])));
        let value = run("  - target: {request: Letters/Send, header: accept}\n    remove: true\n").unwrap();
        assert_eq!(value.pointer("/item/0/item/0/request/header"), Some(&json!([{"key": "X", "value": "1"}])));
    }

    #[test]
    fn forms_and_headers_by_name() {
        let value = run(
            "  - target: {request: Letters/*, form: due}\n    update: 2099\n  - target: {request: Letters/Upload, form: file}\n    update: {src: letter.txt}\n  - target: {request: 'Letters/*', header: Accept}\n    update: application/json\n  - target: {request: Letters/Upload, header: New}\n    update: {value: x, disabled: false}\n",
        )
        .unwrap();
        assert_eq!(value.pointer("/item/0/item/1/request/body/formdata/0/value"), Some(&json!("2099")));
        assert_eq!(value.pointer("/item/0/item/1/request/body/formdata/1/src"), Some(&json!("letter.txt")));
        assert_eq!(value.pointer("/item/0/item/1/request/header/0/key"), Some(&json!("New")));
        assert_eq!(value.pointer("/item/0/item/1/request/header/0/value"), Some(&json!("x")));
        assert_eq!(value.pointer("/item/0/item/0/request/header/0/value"), Some(&json!("application/json")));
    }

    #[test]
    fn a_target_that_matches_nothing_is_an_error_with_its_place() {
        for (yaml, expected) in [
            ("  - target: $.nothing\n    remove: true\n", "`$.nothing` matches nothing in the collection"),
            ("  - target: {request: Letters/Sen, body: $.due}\n    remove: true\n", "did you mean `Letters/Send`?"),
            ("  - target: {request: Letters/Send, body: $.nope}\n    remove: true\n", "matches nothing in the body"),
            ("  - target: {request: Letters/*, header: Nope}\n    update: x\n", "is no header of `Letters/*`"),
            ("  - target: {request: Letters/Upload, form: nope}\n    remove: true\n", "is no key in the form"),
        ] {
            let error = run(yaml).unwrap_err();
            assert!(error.contains(expected), "{error}");
            assert!(error.contains("--> postbud.yaml:2:13"), "{error}");
        }
    }

    #[test]
    fn odd_bodies_do_not_panic() {
        for text in ["{{", "{{a", "{\"a\": {{b}}, \"\\", "{{a}}", "\"{{a}}", "é{{æ}}", "{\"a\":{\"b\":{}}}"] {
            let _ = unshield(&shield(text));
        }
        assert_eq!(shield("{\"a\":{\"b\":{}}}"), "{\"a\":{\"b\":{}}}");
        assert_eq!(unshield(&shield("[{{a}},{{ b }}]")), "[{{a}},{{ b }}]");
    }
}
