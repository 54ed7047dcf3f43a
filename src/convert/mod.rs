//! Conversions between the formats of collections.
//!
//! [`normal`] makes v2.1 of what [`collection`](crate::collection) reads; `collection::v3` writes folders. What a conversion
//! loses is told in [`told`]'s lines.

mod normal;
#[cfg(test)]
mod tests;

use crate::collection::v3::Loss;

pub use normal::normal;

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
