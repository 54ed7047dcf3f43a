//! The summary at the end.

use std::io::{self, Write};

use super::super::format::{duration, filesize};
use super::paint::{Paint, Symbols};
use super::table::{Cell, Table};
use super::text;
use crate::event::record::RunRecord;
use crate::event::totals::Series;

/// newman's table of counts and times.
pub(super) fn table(paint: Paint, symbols: &Symbols, run: &RunRecord, verbose: bool) -> String {
    let totals = &run.totals;
    let rows = [
        ("iterations", totals.iterations),
        ("requests", totals.requests),
        ("test-scripts", totals.test_scripts),
        ("prerequest-scripts", totals.prerequest_scripts),
        ("assertions", totals.assertions),
    ]
    .map(|(label, count)| {
        let painted = match (count.failed, count.pending) {
            (0, 0) => paint.green(label),
            (0, _) => label.to_owned(),
            _ => paint.red(label),
        };
        let failed = count.failed.to_string();
        let failed_painted = if count.failed > 0 { paint.red(&failed) } else { failed.clone() };
        let cells: [Cell; 3] =
            [(label.to_owned(), painted), (count.total.to_string(), count.total.to_string()), (failed, failed_painted)];
        cells
    });
    let mut across = vec![
        format!("total run duration: {}", duration(run.at.as_secs_f64() * 1000.0)),
        format!("total data received: {} (approx)", filesize(totals.response_bytes)),
    ];
    across.extend(times("average response time:", &totals.response, true));
    if verbose {
        across.extend(times("average DNS lookup time:", &totals.dns, false));
        across.extend(times("average first byte time:", &totals.first_byte, false));
    }
    for (count, one, many) in [
        (totals.skipped_assertions, "assertion was skipped", "assertions were skipped"),
        (run.substituted, "request ran with a substituted token", "requests ran with a substituted token"),
        (run.exception_count, "error no script waited for", "errors no script waited for"),
        (run.warning_count, "warning", "warnings"),
    ] {
        if count > 0 {
            across.push(format!("{count} {}", if count == 1 { one } else { many }));
        }
    }
    Table { head: ["", "executed", "  failed"], rows: rows.into(), across }.draw(symbols)
}

fn times(label: &str, series: &Series, percentile: bool) -> Option<String> {
    if series.count() == 0 {
        return None;
    }
    let [mean, min, max, sd, p95] =
        [series.mean(), series.min(), series.max(), series.sd(), series.p95()].map(duration);
    let p95 = if percentile { format!(", p95: {p95}") } else { String::new() };
    Some(format!("{label} {mean} [min: {min}, max: {max}, s.d.: {sd}{p95}]"))
}

/// Warnings shown once more at the end, each kind once with its places, so that a green run is an honest one.
pub(super) fn warnings(out: &mut impl Write, paint: Paint, run: &RunRecord) -> io::Result<()> {
    let mut seen: Vec<(&str, u64)> = Vec::new();
    for noted in &run.warnings {
        match seen.iter_mut().find(|(message, _)| *message == noted.warning.message) {
            Some((_, times)) => *times += 1,
            None => seen.push((&noted.warning.message, 1)),
        }
    }
    if seen.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n{}", paint.yellow("warnings"))?;
    for (message, times) in seen.iter().take(20) {
        let times = if *times > 1 { format!(" ({times} times)") } else { String::new() };
        writeln!(out, "  {}{times}", text::safe(message))?;
    }
    if seen.len() > 20 {
        writeln!(out, "  and {} more", seen.len() - 20)?;
    }
    Ok(())
}
