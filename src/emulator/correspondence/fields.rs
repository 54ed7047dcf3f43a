//! Reading request bodies: names in any case, JSON or multipart, wrong types noted as faults with their path.

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::super::message::Part;
use super::problem::Faults;

/// The largest index in a multipart key that is read.
const MAX_INDEX: usize = 1000;
/// How deep a multipart key may go.
const MAX_DEPTH: usize = 8;

/// Puts all names in lower case, but for the entries of a property list, whose names are data.
pub(super) fn fold(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            let fold_member = |(name, value): (String, Value)| {
                let name = name.to_lowercase();
                let value = if name == "propertylist" { value } else { fold(value) };
                (name, value)
            };
            Value::Object(members.into_iter().map(fold_member).collect())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(fold).collect()),
        other => other,
    }
}

/// Makes a body of the text fields of a form: `Correspondence.content.attachments[0].FileName` and the like.
pub(super) fn from_parts(parts: &[Part]) -> Value {
    let mut root = Value::Object(Map::new());
    for part in parts.iter().filter(|part| part.file_name.is_none()) {
        let text = String::from_utf8_lossy(&part.bytes).into_owned();
        if let Some(slot) = slot(&mut root, &part.name) {
            *slot = Value::String(text);
        }
    }
    root
}

/// The place in the tree that a key names; `None` if the key goes too far.
fn slot<'a>(root: &'a mut Value, key: &str) -> Option<&'a mut Value> {
    let mut at = root;
    let mut rest = key;
    for _ in 0..MAX_DEPTH {
        let (step, tail) = rest.split_once('.').unwrap_or((rest, ""));
        let (name, indices) = step.split_once('[').map_or((step, None), |(name, tail)| (name, Some(tail)));
        let name = name.to_lowercase();
        let is_list = name == "propertylist";
        at = member(at, name);
        if let Some(indices) = indices {
            let index: usize = indices.strip_suffix(']')?.parse().ok()?;
            at = item(at, index)?;
        }
        if is_list && !tail.is_empty() {
            return Some(member(at, tail.to_owned()));
        }
        if tail.is_empty() {
            return Some(at);
        }
        rest = tail;
    }
    None
}

fn member(at: &mut Value, name: String) -> &mut Value {
    if !at.is_object() {
        *at = Value::Object(Map::new());
    }
    match at {
        Value::Object(members) => members.entry(name).or_insert(Value::Null),
        other => other,
    }
}

fn item(at: &mut Value, index: usize) -> Option<&mut Value> {
    if index > MAX_INDEX {
        return None;
    }
    if !at.is_array() {
        *at = Value::Array(Vec::new());
    }
    let items = at.as_array_mut()?;
    if items.len() <= index {
        items.resize(index + 1, Value::Null);
    }
    items.get_mut(index)
}

/// An object of the body, with its path for faults.
pub(super) struct Fields<'a> {
    members: Option<&'a Map<String, Value>>,
    path: String,
}

impl<'a> Fields<'a> {
    /// The whole body, folded.
    pub(super) fn new(body: &'a Value) -> Self {
        Self { members: body.as_object(), path: String::new() }
    }

    /// The path of a member, as the API writes it.
    pub(super) fn path_of(&self, name: &str) -> String {
        if self.path.is_empty() { name.to_owned() } else { format!("{}.{name}", self.path) }
    }

    /// A member that is there and not null. `name` is written as the API writes it.
    pub(super) fn get(&self, name: &str) -> Option<&'a Value> {
        self.members?.get(&name.to_lowercase()).filter(|value| !value.is_null())
    }

    /// A member object; an absent one has no members.
    pub(super) fn child(&self, name: &str) -> Self {
        Self { members: self.get(name).and_then(Value::as_object), path: self.path_of(name) }
    }

    /// Whether the object itself is there.
    pub(super) fn is_present(&self) -> bool {
        self.members.is_some()
    }

    /// The objects of a list.
    pub(super) fn children(&self, name: &str) -> Vec<Self> {
        let items = self.get(name).and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        let child = |(index, item): (usize, &'a Value)| Self {
            members: item.as_object(),
            path: format!("{}[{index}]", self.path_of(name)),
        };
        items.iter().enumerate().map(child).collect()
    }

    /// A text.
    pub(super) fn text(&self, name: &str, faults: &mut Faults) -> Option<String> {
        if let Value::String(text) = self.get(name)? {
            Some(text.clone())
        } else {
            faults.add(self.path_of(name), "A string is wanted");
            None
        }
    }

    /// A text that must be there.
    pub(super) fn required(&self, name: &str, faults: &mut Faults) -> String {
        if self.get(name).is_none() {
            faults.add(self.path_of(name), "This field is required");
        }
        self.text(name, faults).unwrap_or_default()
    }

    /// A text of limited length.
    pub(super) fn limited(&self, name: &str, longest: usize, faults: &mut Faults) -> Option<String> {
        let text = self.text(name, faults)?;
        if text.chars().count() > longest {
            faults.add(self.path_of(name), format!("At most {longest} characters"));
        }
        Some(text)
    }

    /// Yes or no; forms write it as text. Absent is no.
    pub(super) fn flag(&self, name: &str, faults: &mut Faults) -> bool {
        match self.get(name) {
            None => false,
            Some(Value::Bool(flag)) => *flag,
            Some(Value::String(text)) if text.eq_ignore_ascii_case("true") => true,
            Some(Value::String(text)) if text.is_empty() || text.eq_ignore_ascii_case("false") => false,
            Some(_) => {
                faults.add(self.path_of(name), "true or false is wanted");
                false
            }
        }
    }

    /// A whole number; forms write it as text.
    pub(super) fn number(&self, name: &str, faults: &mut Faults) -> Option<u32> {
        let value = self.get(name)?;
        let number = match value {
            Value::Number(number) => number.as_u64().and_then(|number| u32::try_from(number).ok()),
            Value::String(text) => text.trim().parse().ok(),
            _ => None,
        };
        if number.is_none() {
            faults.add(self.path_of(name), "A whole number is wanted");
        }
        number
    }

    /// An instant; without an offset it is taken as UTC.
    pub(super) fn instant(&self, name: &str, faults: &mut Faults) -> Option<Timestamp> {
        let text = self.text(name, faults).filter(|text| !text.is_empty())?;
        let instant = instant(&text);
        if instant.is_none() {
            faults.add(self.path_of(name), "A date and time is wanted");
        }
        instant
    }

    /// One of some names, given by name in any case or by number.
    pub(super) fn one_of(&self, name: &str, names: &[&'static str]) -> Choice {
        let Some(value) = self.get(name) else { return Choice::Absent };
        let text = match value {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        let by_number = text.parse::<usize>().ok().and_then(|number| names.get(number).copied());
        let found = by_number.or_else(|| names.iter().copied().find(|own| own.eq_ignore_ascii_case(&text)));
        found.map_or(Choice::Unknown(text), Choice::Known)
    }
}

/// What a field with a list of allowed names holds.
pub(super) enum Choice {
    /// Nothing.
    Absent,
    /// One of the names.
    Known(&'static str),
    /// Something else.
    Unknown(String),
}

/// Reads an instant; without an offset it is taken as UTC, without a time as midnight.
pub(super) fn instant(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    text.parse().ok().or_else(|| {
        let civil: jiff::civil::DateTime = text.parse().ok()?;
        civil.to_zoned(jiff::tz::TimeZone::UTC).ok().map(|zoned| zoned.timestamp())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Bytes;
    use serde_json::json;

    #[test]
    fn form_keys_become_a_tree() {
        let part = |name: &str, text: &str| Part {
            name: name.into(),
            file_name: None,
            bytes: Bytes::copy_from_slice(text.as_bytes()),
        };
        let parts = [
            part("Recipients[0]", "0192:310000019"),
            part("Correspondence.Content.attachments[1].FileName", "a.txt"),
            part("Correspondence.propertyList.Key.With dots", "v"),
            part("Bad[99999999999999999999]", "x"),
            part("Bad[5000]", "x"),
            part("", "x"),
        ];
        let tree = from_parts(&parts);
        assert_eq!(tree["recipients"], json!(["0192:310000019"]));
        assert_eq!(tree["correspondence"]["content"]["attachments"], json!([null, {"filename": "a.txt"}]));
        assert_eq!(tree["correspondence"]["propertylist"], json!({"Key.With dots": "v"}));
    }

    #[test]
    fn names_are_folded_but_not_those_of_properties() {
        let folded = fold(json!({"A": {"PropertyList": {"Key": {"B": 1}}}}));
        assert_eq!(folded, json!({"a": {"propertylist": {"Key": {"B": 1}}}}));
    }

    #[test]
    fn instants_with_and_without_offset() {
        for text in [
            "2024-05-01T12:00:00Z",
            "2024-05-01T14:00:00+02:00",
            "2024-05-01T12:00:00",
            "2024-05-01T12:00:00.000000+00:00",
        ] {
            assert_eq!(instant(text), "2024-05-01T12:00:00Z".parse().ok(), "{text}");
        }
        assert_eq!(instant("2024-05-01"), "2024-05-01T00:00:00Z".parse().ok());
        assert_eq!(instant("soon"), None);
    }
}
