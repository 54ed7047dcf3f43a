//! Environments and globals in YAML.

use serde_json::{Map, Value, json};

use super::fields::{Notes, entries};
use super::yaml::{Node, YamlFile};
use crate::diagnostic::{Diagnostic, SourceFile};

/// Reads an environment or globals into the JSON that Postman exports: `{id, name, values}`.
///
/// # Errors
/// When the file is no YAML or not of this shape, with line and column.
pub fn read_scope(file: &SourceFile) -> Result<Value, Box<Diagnostic>> {
    let file = YamlFile { file: file.clone() };
    let node = file.parse()?;
    let fields = super::fields::Fields::of(&file, &node, "an environment")?;
    let mut map = Map::new();
    for key in ["id", "name"] {
        fields.copy(key, &mut map, key)?;
    }
    let mut values = Vec::new();
    if let Some(list) = fields.get("values") {
        for entry in entries(&file, list, "values")? {
            let mut variable = Map::new();
            variable.insert("key".into(), entry.key.clone().into());
            variable.insert("value".into(), entry.value.map_or_else(|| "".into(), Node::to_json));
            if let Some(fields) = &entry.fields {
                fields.copy("type", &mut variable, "type")?;
                if fields.flag("secret")? {
                    variable.insert("type".into(), "secret".into());
                }
                if fields.get("enabled").is_some() {
                    variable.insert("enabled".into(), json!(fields.flag("enabled")?));
                }
            }
            entry.common(&mut variable, &mut Notes::default())?;
            values.push(Value::Object(variable));
        }
    }
    map.insert("values".into(), values.into());
    Ok(Value::Object(map))
}
