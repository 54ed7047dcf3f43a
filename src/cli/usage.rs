//! What is said about words that cannot be read.

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Command, CommandFactory};

use super::args::Cli;
use super::source::is_url;

/// Prints clap's message; an unknown command gets one of our own, because the word may be a collection.
pub(super) fn print(error: &clap::Error) {
    if error.kind() == ErrorKind::InvalidSubcommand
        && let Some(ContextValue::String(word)) = error.get(ContextKind::InvalidSubcommand)
    {
        eprintln!("error: there is no command `{word}`\n  = help: {}", instead(word));
        return;
    }
    // A closed pipe is not worth a message.
    let _ = error.print();
}

fn instead(word: &str) -> String {
    let cli = Cli::command();
    let names: Vec<&str> = cli.get_subcommands().map(Command::get_name).collect();
    let near = names
        .iter()
        .map(|name| (strsim::damerau_levenshtein(name, word), *name))
        .filter(|(distance, _)| *distance <= 2)
        .min();
    match near {
        _ if is_url(word) || std::path::Path::new(word).exists() => format!("to run it: postbud run {word}"),
        Some((_, near)) => format!("did you mean `{near}`?"),
        None => format!("there are: {}", names.join(", ")),
    }
}
