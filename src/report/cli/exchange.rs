//! The exchange of a failed item: what went out, what came back, and why it may have failed.

use std::io::{self, Write};

use super::super::exchange::{causes as causes_of, relevant, sent};
use super::super::format::{clip, filesize};
use super::paint::{Paint, Symbols};
use super::text;
use crate::event::RequestOutcome;
use crate::event::message::{Header, header};
use crate::event::record::ItemRecord;

/// Characters and lines of a body shown.
const BODY: usize = 1_200;
const LINES: usize = 16;

/// How much of an exchange is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shown {
    /// What the user wrote, and the beginning of bodies.
    Short,
    /// All headers and whole bodies (`--verbose-on-failure`).
    Whole,
    /// Nothing: `--verbose` printed it already.
    Before,
}

/// Writes the exchanges of an item that failed: its own, and those of scripts and tokens that failed themselves.
pub(super) fn write(
    out: &mut impl Write,
    paint: Paint,
    symbols: &Symbols,
    width: Option<usize>,
    item: &ItemRecord,
    shown: Shown,
) -> io::Result<()> {
    for outcome in relevant(item) {
        if shown != Shown::Before {
            one(out, paint, symbols, width, outcome, shown == Shown::Whole)?;
        }
        causes(out, paint, outcome)?;
    }
    Ok(())
}

/// Whether anything is known of the exchanges of an item.
pub(super) fn has_causes(item: &ItemRecord) -> bool {
    relevant(item).any(|outcome| !causes_of(outcome).is_empty())
}

/// Writes what is known of the exchanges of an item, without them.
pub(super) fn write_causes(out: &mut impl Write, paint: Paint, item: &ItemRecord) -> io::Result<()> {
    relevant(item).try_for_each(|outcome| causes(out, paint, outcome))
}

fn one(
    out: &mut impl Write,
    paint: Paint,
    symbols: &Symbols,
    width: Option<usize>,
    outcome: &RequestOutcome,
    whole: bool,
) -> io::Result<()> {
    let bar = format!("  {} ", symbols.middle);
    let mut lines = Vec::new();
    let sent = sent(outcome);
    if let Some(request) = sent {
        writeln!(
            out,
            "{}",
            paint.grey(&text::safe(&format!("  {} {} {} {}", symbols.top, symbols.up, request.method, request.url)))
        )?;
        lines.extend(
            request.headers.iter().filter(|h| whole || worth_showing(h)).map(|h| format!("{}: {}", h.name, h.value)),
        );
        body(&mut lines, &request.body, whole);
        print(out, paint, &bar, width, &lines)?;
        lines.clear();
    }
    if let Ok(response) = &outcome.result {
        let corner = if sent.is_some() { symbols.divide } else { symbols.top };
        writeln!(
            out,
            "{}",
            paint.grey(&text::safe(&format!("  {corner} {} {} {}", symbols.down, response.code, response.reason)))
        )?;
        if whole {
            lines.extend(response.headers.iter().map(|h| format!("{}: {}", h.name, h.value)));
        } else {
            lines.extend(
                ["Content-Type", "Location", "WWW-Authenticate", "Retry-After"]
                    .iter()
                    .filter_map(|name| header(&response.headers, name).map(|value| format!("{name}: {value}"))),
            );
        }
        body(&mut lines, &response.body, whole);
        print(out, paint, &bar, width, &lines)?;
    }
    writeln!(out, "{}", paint.grey(&format!("  {}", symbols.bottom)))
}

/// What the user wrote, and what was signed; not what every request has.
fn worth_showing(header: &Header) -> bool {
    !header.system || header.is("Authorization") || header.is("Content-Type")
}

fn body(lines: &mut Vec<String>, body: &[u8], whole: bool) {
    if body.is_empty() {
        return;
    }
    if !lines.is_empty() {
        lines.push(String::new());
    }
    let Ok(text) = std::str::from_utf8(body) else {
        lines.push(format!("({}, not text)", filesize(body.len() as u64)));
        return;
    };
    if whole {
        lines.extend(text.lines().map(str::to_owned));
        return;
    }
    let (shown, cut) = clip(text, BODY);
    let mut all = shown.lines().filter(|line| !line.trim().is_empty());
    lines.extend(all.by_ref().take(LINES).map(str::to_owned));
    if cut || all.next().is_some() {
        lines.push(format!("(the first of {})", filesize(body.len() as u64)));
    }
}

fn print(out: &mut impl Write, paint: Paint, bar: &str, width: Option<usize>, lines: &[String]) -> io::Result<()> {
    // Where the width is not known nothing is cut: what reads this has its own ideas of lines.
    let width = width.map_or(usize::MAX, |width| text::width(Some(width)));
    for line in lines.iter().flat_map(|line| text::cut(line, width)) {
        writeln!(out, "{}", paint.grey(format!("{bar}{line}").trim_end()))?;
    }
    Ok(())
}

/// The known cause and what to do.
fn causes(out: &mut impl Write, paint: Paint, outcome: &RequestOutcome) -> io::Result<()> {
    if let Some(explanation) = &outcome.explanation {
        writeln!(out, "  {} {explanation}", paint.yellow("cause:"))?;
    }
    if let Some(hint) = outcome.result.as_ref().err().and_then(|error| error.hint.as_deref()) {
        writeln!(out, "  {} {hint}", paint.yellow("hint:"))?;
    }
    Ok(())
}
