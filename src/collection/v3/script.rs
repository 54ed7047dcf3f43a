//! Scripts: `beforeRequest` and `afterResponse` at a request, the same with a protocol in front at a definition.

use serde_json::{Map, Value, json};

use super::fields::{Fields, Notes, Outcome};
use super::yaml::{At, Kind, Node, YamlFile};

/// Where scripts stand, which decides the names of their types.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Owner {
    /// A collection or folder.
    Definition,
    /// `http-request`.
    Http,
    /// `graphql-request`.
    Graphql,
}

/// Scripts as v2.1 events.
#[derive(Debug, Default)]
pub(super) struct Scripts {
    /// For every request below.
    pub(super) events: Vec<Value>,
    /// Of a definition: for the `graphql-request`s below only.
    pub(super) graphql: Vec<Value>,
}

/// Reads `scripts`.
pub(super) fn scripts(file: &YamlFile, node: Option<&Node>, owner: Owner, notes: &mut Notes) -> Outcome<Scripts> {
    let mut scripts = Scripts::default();
    let Some(node) = node else { return Ok(scripts) };
    let Kind::List(list) = &node.kind else {
        return Err(file.error(node.at, &format!("`scripts` must be a list, not {}", node.name())));
    };
    for entry in list {
        let fields = Fields::of(file, entry, "a script")?;
        let Some(kind) = fields.text("type")? else {
            return Err(file.error(entry.at, "a script needs a `type`"));
        };
        let at = fields.get("type").map_or(entry.at, |node| node.at);
        let (protocol, listen) = listen_of(file, at, &kind, owner, notes)?;
        let code = fields.text("code")?.unwrap_or_default();
        let mut script = Map::new();
        script.insert("type".into(), "text/javascript".into());
        script.insert("exec".into(), code.split('\n').collect());
        if let Some(packages) = fields.get("packages") {
            script.insert("packages".into(), packages.to_json());
        }
        let _ = fields.text("language")?;
        fields.note_unknown(notes);
        let Some(listen) = listen else { continue };
        let event = json!({"listen": listen, "script": script});
        if protocol == Protocol::Graphql { scripts.graphql.push(event) } else { scripts.events.push(event) }
    }
    Ok(scripts)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Protocol {
    Own,
    Graphql,
}

/// The phase of a script's type; none for phases of protocols that are not run.
fn listen_of(
    file: &YamlFile,
    at: At,
    kind: &str,
    owner: Owner,
    notes: &mut Notes,
) -> Outcome<(Protocol, Option<&'static str>)> {
    let own = |listen| Ok((Protocol::Own, Some(listen)));
    match (owner, kind) {
        (Owner::Definition, "http:beforeRequest")
        | (Owner::Http | Owner::Graphql, "beforeRequest")
        | (Owner::Graphql, "beforeQuery") => own("prerequest"),
        (Owner::Definition, "http:afterResponse") | (Owner::Http | Owner::Graphql, "afterResponse") => own("test"),
        (Owner::Definition, "graphql:beforeQuery") => Ok((Protocol::Graphql, Some("prerequest"))),
        (Owner::Definition, "graphql:afterResponse") => Ok((Protocol::Graphql, Some("test"))),
        (Owner::Definition, other) if other.contains(':') => {
            notes.dropped.push(format!("the script of type `{other}` at {}", file.place(at)));
            Ok((Protocol::Own, None))
        }
        (Owner::Definition, other) => Err(file.error_with_help(
            at,
            &format!("`{other}` is no type of a script of a collection or folder"),
            "the types here are http:beforeRequest and http:afterResponse",
        )),
        (_, other) => Err(file.error_with_help(
            at,
            &format!("`{other}` is no type of a request's script"),
            "the types here are beforeRequest and afterResponse",
        )),
    }
}
