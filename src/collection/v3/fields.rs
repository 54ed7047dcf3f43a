//! The keys of a map, asked for by name; what nobody asks for is known too.

use std::cell::RefCell;
use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::yaml::{At, Key, Kind, Node, YamlFile};
use crate::diagnostic::Diagnostic;

/// What reading gives, or what is wrong and where.
pub(super) type Outcome<T> = Result<T, Box<Diagnostic>>;

/// What the reader of a collection notices on its way.
#[derive(Debug, Default)]
pub(super) struct Notes {
    /// What the user should know before a run.
    pub(super) warnings: Vec<String>,
    /// What v2.1 has no place for.
    pub(super) dropped: Vec<String>,
}

/// A map of a file.
pub(super) struct Fields<'a> {
    pub(super) file: &'a YamlFile,
    /// Where the map begins.
    pub(super) at: At,
    entries: &'a [(Key, Node)],
    asked: RefCell<BTreeSet<&'static str>>,
}

impl<'a> Fields<'a> {
    /// The map that stands at a node.
    pub(super) fn of(file: &'a YamlFile, node: &'a Node, what: &str) -> Outcome<Self> {
        let entries = match &node.kind {
            Kind::Map(entries) => entries.as_slice(),
            _ => return Err(file.error(node.at, &format!("{what} must be a map, not {}", node.name()))),
        };
        Ok(Self { file, at: node.at, entries, asked: RefCell::default() })
    }

    /// A value that is there, also a null.
    pub(super) fn raw(&self, key: &'static str) -> Option<&'a Node> {
        self.asked.borrow_mut().insert(key);
        self.entries.iter().find(|(name, _)| name.text == key).map(|(_, node)| node)
    }

    /// A value that is there and not null.
    pub(super) fn get(&self, key: &'static str) -> Option<&'a Node> {
        self.raw(key).filter(|node| !node.is_null())
    }

    /// A text; numbers and booleans as they stand.
    pub(super) fn text(&self, key: &'static str) -> Outcome<Option<String>> {
        let Some(node) = self.get(key) else { return Ok(None) };
        match self.file.text(node) {
            Some(text) => Ok(Some(text)),
            None => Err(self.file.error(node.at, &format!("`{key}` must be text, not {}", node.name()))),
        }
    }

    /// `true` or `false`; false where it is missing.
    pub(super) fn flag(&self, key: &'static str) -> Outcome<bool> {
        match self.get(key) {
            None => Ok(false),
            Some(Node { kind: Kind::Bool(flag), .. }) => Ok(*flag),
            Some(node) => Err(self.file.error(node.at, &format!("`{key}` must be true or false, not {}", node.name()))),
        }
    }

    /// A number; 0 where it is missing.
    pub(super) fn number(&self, key: &'static str) -> Outcome<f64> {
        match self.get(key) {
            None => Ok(0.0),
            Some(Node { kind: Kind::Number(number), .. }) => Ok(number.as_f64().unwrap_or_default()),
            Some(node) => Err(self.file.error_with_help(
                node.at,
                &format!("`{key}` must be a number, not {}", node.name()),
                "write it without quotes",
            )),
        }
    }

    /// Copies a text into a v2.1 object under another name.
    pub(super) fn copy(&self, key: &'static str, map: &mut Map<String, Value>, as_key: &str) -> Outcome<()> {
        if let Some(text) = self.text(key)? {
            map.insert(as_key.to_owned(), text.into());
        }
        Ok(())
    }

    /// Keys nobody asked for.
    pub(super) fn note_unknown(&self, notes: &mut Notes) {
        let asked = self.asked.borrow();
        for (key, node) in
            self.entries.iter().filter(|(key, node)| !asked.contains(key.text.as_str()) && !node.is_null())
        {
            notes.dropped.push(format!("`{}` at {}", key.text, self.file.place(node.at)));
        }
    }
}

/// An entry of a list of `{key, value, …}`, or of a map.
pub(super) struct Entry<'a> {
    pub(super) key: String,
    /// `None` where the entry has no `value`.
    pub(super) value: Option<&'a Node>,
    /// The whole entry, in a list.
    pub(super) fields: Option<Fields<'a>>,
    pub(super) at: At,
}

/// Entries in either form.
pub(super) fn entries<'a>(file: &'a YamlFile, node: &'a Node, what: &str) -> Outcome<Vec<Entry<'a>>> {
    match &node.kind {
        Kind::Null => Ok(Vec::new()),
        Kind::Map(map) => Ok(map
            .iter()
            .map(|(key, value)| Entry { key: key.text.clone(), value: Some(value), fields: None, at: value.at })
            .collect()),
        Kind::List(items) => items
            .iter()
            .map(|item| {
                let fields = Fields::of(file, item, &format!("an entry of `{what}`"))?;
                let key = fields.text("key")?.unwrap_or_default();
                Ok(Entry { key, value: fields.raw("value"), fields: Some(fields), at: item.at })
            })
            .collect(),
        _ => Err(file.error(node.at, &format!("`{what}` must be a list or a map, not {}", node.name()))),
    }
}

impl Entry<'_> {
    /// `{key, value, disabled, description}` with the value as text; null stays null, a missing value is left out.
    pub(super) fn to_value(&self, file: &YamlFile, what: &str, notes: &mut Notes) -> Outcome<Map<String, Value>> {
        let mut map = Map::new();
        map.insert("key".into(), self.key.clone().into());
        if let Some(node) = self.value {
            let value = match file.text(node) {
                Some(text) => Value::String(text),
                None if node.is_null() => Value::Null,
                None => {
                    let message = format!("the value of `{}` in `{what}` must be text, not {}", self.key, node.name());
                    return Err(file.error(node.at, &message));
                }
            };
            map.insert("value".into(), value);
        }
        self.common(&mut map, notes)?;
        Ok(map)
    }

    /// `disabled` and `description`.
    pub(super) fn common(&self, map: &mut Map<String, Value>, notes: &mut Notes) -> Outcome<()> {
        let Some(fields) = &self.fields else { return Ok(()) };
        if fields.flag("disabled")? {
            map.insert("disabled".into(), true.into());
        }
        fields.copy("description", map, "description")?;
        fields.note_unknown(notes);
        Ok(())
    }
}
