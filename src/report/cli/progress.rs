//! The bar at the bottom of a terminal while a long run goes on.

use std::io::{self, Write};
use std::time::Duration;

use super::super::ReporterOptions;
use super::super::format::duration;
use crate::event::record::RunRecord;

/// Runs with fewer items have no bar.
const LONG: u64 = 20;

/// A line that is redrawn in place; nothing at all where the output is no terminal.
pub(in super::super) struct Progress {
    on: bool,
    unicode: bool,
    drawn: bool,
    long: u64,
}

impl Progress {
    pub(super) fn new(options: &ReporterOptions) -> Self {
        Self {
            on: options.terminal
                && options.color
                && options.export.is_none()
                && !options.flag("noProgress")
                && options.width.is_none_or(|width| width >= 70),
            long: LONG,
            unicode: options.unicode,
            drawn: false,
        }
    }

    /// A bar that is all there is to see, also of short runs and without colour.
    pub(in super::super) fn alone(options: &ReporterOptions) -> Self {
        let on = options.terminal && !options.silent && !options.flag("silent");
        Self { on, long: 1, unicode: options.unicode, drawn: false }
    }

    /// Leaves the last state of the bar on the terminal.
    pub(in super::super) fn last(&mut self, out: &mut impl Write, run: &RunRecord) -> io::Result<()> {
        self.clear(out)?;
        if self.on {
            let all = all(run);
            writeln!(out, "{}", line(run.totals.items.total, all, run.failure_count, run.at, self.unicode))?;
        }
        Ok(())
    }

    /// Takes the bar away before other lines are printed.
    pub(in super::super) fn clear(&mut self, out: &mut impl Write) -> io::Result<()> {
        if std::mem::take(&mut self.drawn) {
            write!(out, "\r\x1b[2K")?;
        }
        Ok(())
    }

    /// Draws the bar anew.
    pub(in super::super) fn draw(&mut self, out: &mut impl Write, run: &RunRecord) -> io::Result<()> {
        let all = all(run);
        if !self.on || all < self.long || run.end.is_some() {
            return Ok(());
        }
        self.drawn = true;
        write!(out, "{}", line(run.totals.items.total, all, run.failure_count, run.at, self.unicode))
    }
}

fn all(run: &RunRecord) -> u64 {
    u64::from(run.info.items) * u64::from(run.info.iterations)
}

/// `[█████░░░░░] 50% 5/10, 1 failed, 2s left`.
pub(super) fn line(done: u64, all: u64, failed: u64, at: Duration, unicode: bool) -> String {
    let done = done.min(all);
    let filled = (done * 20 / all.max(1)) as usize;
    let (full, empty) = if unicode { ("█", "░") } else { ("=", "-") };
    let left = if done == 0 {
        String::new()
    } else {
        format!(", {} left", duration(at.as_secs_f64() * 1000.0 / done as f64 * (all - done) as f64))
    };
    let failed = if failed == 0 { String::new() } else { format!(", {failed} failed") };
    format!(
        "[{}{}] {}% {done}/{all}{failed}{left}",
        full.repeat(filled),
        empty.repeat(20 - filled),
        done * 100 / all.max(1)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bar() {
        assert_eq!(line(5, 10, 1, Duration::from_secs(2), false), "[==========----------] 50% 5/10, 1 failed, 2s left");
        assert_eq!(line(0, 0, 0, Duration::ZERO, true), "[░░░░░░░░░░░░░░░░░░░░] 0% 0/0");
    }
}
