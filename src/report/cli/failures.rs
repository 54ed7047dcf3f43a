//! The table of failures.

use unicode_width::UnicodeWidthStr as _;

use super::paint::Paint;
use super::text::{break_words, pad};
use crate::event::record::RunRecord;

/// Failures drawn; a run with more has a summary and reports.
const SHOWN: usize = 500;

/// newman's table: number, failure, detail. Columns are as wide as their texts, or fit the terminal.
pub(super) fn table(paint: Paint, terminal: Option<usize>, run: &RunRecord) -> String {
    let digits = run.failure_count.to_string().len();
    let rows: Vec<[Vec<String>; 3]> = run
        .failures
        .iter()
        .take(SHOWN)
        .enumerate()
        .map(|(i, failure)| {
            let mut name: Vec<String> = lines(failure.name.as_deref().unwrap_or_default());
            if run.info.iterations > 1 {
                name.push(format!("iteration: {}", failure.iteration + 1));
            }
            let mut detail = lines(failure.test.as_deref().unwrap_or_default());
            detail.extend(lines(failure.message.as_deref().unwrap_or_default()));
            detail.push(format!("at {}", failure.at));
            if failure.item.is_some() {
                detail.push(format!("inside \"{}\"", failure.path()));
            }
            [vec![format!("{:0digits$}.", i + 1)], name, detail]
        })
        .collect();
    let first = digits + 3;
    let (second, third) = if let Some(width) = terminal.filter(|width| *width > 20) {
        let second = ((width - first) / 5).max(10);
        (second, width.saturating_sub(first + second + 5).max(10))
    } else {
        let widest = |i: usize, head: &str| {
            rows.iter().flat_map(|row| &row[i]).map(|line| line.width()).chain([head.width()]).max().unwrap_or_default()
        };
        (widest(1, "failure"), widest(2, "detail"))
    };
    let head = format!(
        " {}{}  {}  {}",
        " ".repeat(first - 3),
        paint.column("#"),
        paint.column("failure") + &" ".repeat(second.saturating_sub(7)),
        paint.column("detail")
    );
    let mut out = vec![head];
    for row in rows {
        out.push(String::new());
        let [number, name, detail] = row;
        let name: Vec<String> = name.iter().flat_map(|line| break_words(line, second)).collect();
        let detail: Vec<(usize, String)> = detail
            .iter()
            .enumerate()
            .flat_map(|(i, line)| break_words(line, third).into_iter().map(move |part| (i, part)))
            .collect();
        for i in 0..name.len().max(detail.len()) {
            let number = number.get(i).cloned().unwrap_or_default();
            let name = name.get(i).map(String::as_str).unwrap_or_default();
            let (line, text) = detail.get(i).map_or((0, ""), |(line, text)| (*line, text.as_str()));
            let name = pad(name, second, false);
            let name = if i == 0 { name } else { paint.grey(&name) };
            let text = if line == 0 { text.to_owned() } else { paint.grey(text) };
            out.push(format!(" {}  {name}  {text}", pad(&number, first - 2, true)).trim_end().to_owned());
        }
    }
    let more = run.failure_count.saturating_sub(SHOWN as u64);
    if more > 0 {
        out.push(format!("\n and {more} more failures"));
    }
    out.join("\n")
}

fn lines(text: &str) -> Vec<String> {
    if text.is_empty() {
        vec![String::new()]
    } else {
        text.lines().map(|line| line.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()).collect()
    }
}
