//! Options that stand for others: `--compat newman`, `--verbose-on-failure`.

use crate::cli::args::{CompatChoice, DataTypesChoice, RunArgs};

/// Writes out what such options stand for. What was typed for an option itself wins.
pub(super) fn apply(mut args: RunArgs) -> RunArgs {
    let mut words = Vec::new();
    if args.compat == Some(CompatChoice::Newman) {
        args.data_types = DataTypesChoice::Newman;
        args.allow_empty = true;
        words.push(("junit", "junit-format", Some("newman")));
    }
    if args.verbose_on_failure {
        words.push(("cli", "cli-whole-exchange", None));
    }
    let named: Vec<&str> = args.report.reporters.split(',').map(str::trim).collect();
    let implied = words
        .into_iter()
        .filter(|(reporter, ..)| named.contains(reporter))
        .map(|(_, option, value)| (option.to_owned(), value.map(str::to_owned)));
    // Later ones win, and typed ones come later.
    args.report.words = implied.chain(std::mem::take(&mut args.report.words)).collect();
    args
}
