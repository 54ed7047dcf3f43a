//! Conversions between the formats of collections.
//!
//! [`normal`] makes v2.1 of what [`collection`](crate::collection) reads; [`v20`] and [`v1`] make the older formats of that, and
//! `collection::v3` writes folders. What a conversion loses is told in [`told`]'s lines.

mod normal;
#[cfg(test)]
mod property;
#[cfg(test)]
mod tests;
mod v1;
mod v20;

use serde_json::{Map, Value};

use crate::collection::v3::Loss;
use crate::variables::truthy;

pub use normal::normal;
pub use v1::v1;
pub use v20::v20;

/// What a conversion loses, and the path of names to where it stands.
#[derive(Debug, Default)]
pub struct Losses {
    /// In the order they were met.
    pub list: Vec<Loss>,
    path: Vec<String>,
}

impl Losses {
    fn add(&mut self, what: impl Into<String>) {
        self.list.push(Loss { what: what.into(), at: self.path.join(" › ") });
    }

    fn enter(&mut self, name: &str) {
        self.path.push(name.to_owned());
    }

    fn leave(&mut self) {
        self.path.pop();
    }
}

/// Visits a collection, its folders and its items.
fn walk(value: &mut Value, losses: &mut Losses, visit: &mut dyn FnMut(&mut Map<String, Value>, &mut Losses)) {
    let Some(map) = value.as_object_mut() else { return };
    visit(map, losses);
    if !map.get("item").is_some_and(truthy) {
        return;
    }
    for item in map.get_mut("item").and_then(Value::as_array_mut).into_iter().flatten() {
        let name = item.get("name").and_then(Value::as_str).unwrap_or_default().to_owned();
        losses.enter(&name);
        walk(item, losses, visit);
        losses.leave();
    }
}

/// One line for each kind of loss: what, how often, where first.
pub fn told(losses: &[Loss]) -> Vec<String> {
    let mut kinds: Vec<(&str, &str, usize)> = Vec::new();
    let mut known = std::collections::HashMap::new();
    for loss in losses {
        let at = *known.entry(loss.what.as_str()).or_insert_with(|| {
            kinds.push((&loss.what, &loss.at, 0));
            kinds.len() - 1
        });
        kinds[at].2 += 1;
    }
    kinds
        .into_iter()
        .map(|(what, at, count)| match (count, at) {
            (1, "") => what.to_owned(),
            (1, at) => format!("{what} (at \"{at}\")"),
            (count, at) => format!("{what} ({count} times, first at \"{at}\")"),
        })
        .collect()
}
