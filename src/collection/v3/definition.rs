//! `definition.yaml`: what a collection or folder itself holds.

use serde_json::{Map, Value, json};

use super::fields::{Fields, Notes, Outcome, entries};
use super::script::{Owner, Scripts, scripts};
use super::yaml::{Kind, Node, YamlFile};

/// A definition that was read.
#[derive(Debug, Default)]
pub(super) struct Definition {
    pub(super) id: Option<String>,
    pub(super) name: Option<String>,
    pub(super) description: Option<String>,
    pub(super) order: f64,
    /// v2.1 variables.
    pub(super) variables: Vec<Value>,
    /// v2.1 authorization.
    pub(super) auth: Option<Value>,
    pub(super) scripts: Scripts,
}

impl Definition {
    /// Reads a definition.
    pub(super) fn read(file: &YamlFile, notes: &mut Notes) -> Outcome<Self> {
        let node = file.parse()?;
        if node.is_null() {
            return Ok(Self::default());
        }
        let fields = Fields::of(file, &node, "a definition")?;
        if let Some(kind) = fields.text("$kind")?.filter(|kind| kind != "collection") {
            let at = fields.get("$kind").map_or(fields.at, |node| node.at);
            let message = format!("a definition has `$kind: collection`, not `{kind}`");
            return Err(file.error(at, &message));
        }
        let definition = Self {
            id: fields.text("id")?,
            name: fields.text("name")?,
            description: fields.text("description")?,
            order: fields.number("order")?,
            variables: variables(file, fields.get("variables"), notes)?,
            auth: auth(file, fields.raw("auth"), true, notes)?,
            scripts: scripts(file, fields.get("scripts"), Owner::Definition, notes)?,
        };
        if fields.get("settings").is_some() {
            notes.warnings.push(format!(
                "{}: `settings` count at requests only; those of a collection or folder are not read",
                file.file.name
            ));
        }
        fields.note_unknown(notes);
        Ok(definition)
    }
}

/// `variables` as a list or a map.
fn variables(file: &YamlFile, node: Option<&Node>, notes: &mut Notes) -> Outcome<Vec<Value>> {
    let Some(node) = node else { return Ok(Vec::new()) };
    let mut list = Vec::new();
    for entry in entries(file, node, "variables")? {
        let mut map = Map::new();
        map.insert("key".into(), entry.key.clone().into());
        map.insert("value".into(), entry.value.map_or_else(|| "".into(), Node::to_json));
        if let Some(fields) = &entry.fields
            && fields.flag("secret")?
        {
            map.insert("type".into(), "secret".into());
        }
        entry.common(&mut map, notes)?;
        list.push(Value::Object(map));
    }
    Ok(list)
}

/// `auth` in v2.1 form: `{type, credentials}`; in a definition also a list, of which the last counts.
pub(super) fn auth(file: &YamlFile, node: Option<&Node>, lists: bool, notes: &mut Notes) -> Outcome<Option<Value>> {
    let Some(node) = node else { return Ok(None) };
    let node = match &node.kind {
        Kind::Null => {
            notes.warnings.push(format!("{}: an empty `auth` inherits; leave it out", file.place(node.at)));
            return Ok(None);
        }
        Kind::List(list) if lists => {
            if list.len() > 1 {
                notes.warnings.push(format!("{}: of several authorizations the last counts", file.place(node.at)));
            }
            let Some(last) = list.last() else { return Ok(None) };
            last
        }
        _ => node,
    };
    let fields = Fields::of(file, node, "`auth`")?;
    let Some(kind) = fields.text("type")? else {
        return Err(file.error_with_help(
            node.at,
            "`auth` needs a `type`",
            "for example basic, bearer, apikey, noauth",
        ));
    };
    let mut params = Map::new();
    if let Some(node) = fields.get("credentials") {
        for entry in entries(file, node, "credentials")? {
            params.insert(entry.key, entry.value.map_or(Value::Null, Node::to_json));
        }
    }
    for key in ["id", "name"] {
        let _ = fields.raw(key);
    }
    fields.note_unknown(notes);
    if kind == "noauth" {
        return Ok(Some(json!({"type": kind})));
    }
    Ok(Some(crate::collection::AuthSpec { kind, params }.to_value()))
}
