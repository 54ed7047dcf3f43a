//! `--dry-run`: what would run.

use super::inputs::Inputs;
use crate::cli::commands;

/// Prints the requests in the order in which they would run, each with its method and path.
pub(super) fn print(all: &[Inputs]) {
    let mut text = String::new();
    for inputs in all {
        let collection = if all.len() > 1 { format!("{} / ", inputs.collection.name) } else { String::new() };
        for item in &inputs.plan.items {
            let method = item.item.request.method_text();
            text.extend([&method, "  ", &collection, &item.info.path(), "\n"]);
        }
    }
    commands::print(&text);
}
