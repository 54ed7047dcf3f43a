//! `cli`: what happens, on the terminal, in newman's layout (newman 6.2.2 `lib/reporters/cli`).
//!
//! Beyond newman: a failed item is followed by its exchange and the likely cause; warnings and replaced tokens are shown;
//! without colour there is not one escape code.

mod exchange;
mod failures;
mod paint;
pub(super) mod progress;
mod summary;
mod table;
mod text;
mod verbose;

use std::fmt::Write as _;
use std::io::{self, Write};

use super::diff;
use super::exchange::{sent, substitution};
use super::format::{duration, filesize};
use super::output::Output;
use super::{Bodies, ReportError, Reporter, ReporterOptions};
use crate::event::record::RunRecord;
use crate::event::{Assertion, Event, EventKind, ItemInfo, Origin, Phase, RequestOutcome, ScriptError};
use paint::{Paint, Symbols};
use progress::Progress;

/// Exchanges shown in full; of very many failing items the rest would only scroll the reasons away.
const EXCHANGES: u32 = 25;

/// Options, under newman's names and two of our own.
pub(super) const OPTIONS: &[(&str, &str)] = &[
    ("silent", "print nothing"),
    ("noSummary", "no table of counts"),
    ("noFailures", "no table of failures"),
    ("noAssertions", "no assertions"),
    ("noSuccessAssertions", "only assertions that failed"),
    ("noConsole", "no console output of scripts"),
    ("noBanner", "no program name"),
    ("showTimestamps", "the time before requests and assertions"),
    ("noExchange", "no request and response of failed requests"),
    ("wholeExchange", "the whole request and response of failed requests (--verbose-on-failure)"),
    ("noProgress", "no progress bar"),
];

pub(super) fn make(options: &ReporterOptions) -> Result<Box<dyn Reporter>, ReportError> {
    let out = match &options.export {
        Some(path) => Sink::File(Some(Output::open(
            Some(path),
            "newman-run-report.txt",
            jiff::Timestamp::now().as_millisecond().unsigned_abs(),
        )?)),
        None => Sink::Plain(Box::new(io::stdout())),
    };
    Ok(Box::new(Cli::new(options, out)))
}

/// Where lines go.
enum Sink {
    Plain(Box<dyn Write>),
    /// `None` after the file was moved to its place.
    File(Option<Output>),
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Plain(out) => out.write(bytes),
            Self::File(out) => out.as_mut().map_or(Ok(bytes.len()), |out| out.write(bytes)),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Plain(out) => out.flush(),
            Self::File(out) => out.as_mut().map_or(Ok(()), Write::flush),
        }
    }
}

struct Cli {
    /// Lines of the event that is taken in.
    out: Vec<u8>,
    sink: Sink,
    paint: Paint,
    symbols: &'static Symbols,
    options: ReporterOptions,
    progress: Progress,
    /// Folder of the item before, to print a folder's name once.
    folders: Vec<String>,
    /// Whether a console block is open.
    console: bool,
    exchanges: u32,
}

impl Reporter for Cli {
    fn bodies(&self) -> Bodies {
        match (self.options.silent || self.options.flag("silent"), self.options.verbose) {
            (true, _) => Bodies::Never,
            (false, true) => Bodies::Always,
            (false, false) => Bodies::OnFailure,
        }
    }

    fn on_event(&mut self, event: &Event, run: &RunRecord) -> Result<(), ReportError> {
        if self.options.silent || self.options.flag("silent") {
            return Ok(());
        }
        self.event(event, run)?;
        self.print(run)
    }

    fn finish(&mut self, run: &RunRecord) -> Result<(), ReportError> {
        if self.options.silent || self.options.flag("silent") {
            return Ok(());
        }
        self.close_console()?;
        summary::warnings(&mut self.out, self.paint, run)?;
        if let Some(error) = run.end.as_ref().filter(|end| !end.interrupted).and_then(|end| end.error.as_deref()) {
            writeln!(self.out, "\n{}", self.paint.red(&format!("run ended early: {error}")))?;
        }
        if run.end.as_ref().is_some_and(|end| end.interrupted) {
            writeln!(self.out, "\n{}", self.paint.red("interrupted; this is what ran"))?;
        }
        if !self.options.flag("noSummary") {
            let verbose = self.options.verbose;
            write!(self.out, "\n{}\n", summary::table(self.paint, self.symbols, run, verbose))?;
        }
        if !self.options.flag("noFailures") && !run.failures.is_empty() {
            write!(self.out, "\n{}\n", failures::table(self.paint, self.options.width, run))?;
        }
        self.print(run)?;
        if let Sink::File(file) = &mut self.sink
            && let Some(file) = file.take()
        {
            file.commit()?;
        }
        Ok(())
    }
}

impl Cli {
    fn new(options: &ReporterOptions, out: Sink) -> Self {
        Self {
            out: Vec::new(),
            sink: out,
            paint: Paint::new(options.color),
            symbols: Symbols::of(options.unicode),
            options: options.clone(),
            progress: Progress::new(options),
            folders: Vec::new(),
            console: false,
            exchanges: 0,
        }
    }

    /// Prints what is waiting, above the bar.
    fn print(&mut self, run: &RunRecord) -> Result<(), ReportError> {
        if self.out.is_empty() {
            return Ok(());
        }
        let mut lines = Vec::new();
        self.progress.clear(&mut lines)?;
        lines.append(&mut self.out);
        self.progress.draw(&mut lines, run)?;
        self.sink.write_all(&lines)?;
        self.sink.flush()?;
        Ok(())
    }

    fn event(&mut self, event: &Event, run: &RunRecord) -> Result<(), ReportError> {
        match &event.kind {
            EventKind::RunStarted(info) => {
                if !self.options.flag("noBanner") {
                    write!(self.out, "postbud\n\n")?;
                }
                writeln!(self.out, "{}", text::safe(&info.collection_name))?;
                if let Some(shard) = &info.shard {
                    writeln!(self.out, "{}", self.paint.grey(&format!("shard {shard}")))?;
                }
            }
            EventKind::IterationStarted => {
                if run.info.iterations > 1 {
                    self.line(&format!(
                        "\n{}",
                        self.paint.heading(&format!(
                            "Iteration {}/{}",
                            event.cursor.iteration + 1,
                            run.info.iterations
                        ))
                    ))?;
                }
            }
            EventKind::ItemStarted => {
                if let Some(item) = &event.cursor.item {
                    self.item(item)?;
                }
            }
            EventKind::ItemFinished { skipped } => self.item_finished(*skipped, run)?,
            EventKind::ScriptFinished { phase, error: Some(error), .. } => self.script_error(*phase, error, run)?,
            EventKind::RequestFinished(outcome) => self.request(outcome)?,
            EventKind::AssertionEvaluated(assertion) => self.assertion(assertion, run)?,
            EventKind::ConsoleLogged { level, text } => self.console(level, text)?,
            EventKind::ExceptionRaised(error) => {
                let text = text::safe(&format!(
                    "uncaught {}: {}",
                    error.name.as_deref().unwrap_or("exception"),
                    error.message.as_deref().unwrap_or("(no message)")
                ));
                self.line(&format!("  {} {}", self.paint.yellow(self.symbols.warning), self.paint.yellow(&text)))?;
            }
            EventKind::Warned(warning) => {
                let text = text::safe(&format!("{} ({})", warning.message, warning.code));
                self.line(&format!("  {} {}", self.paint.yellow(self.symbols.warning), self.paint.yellow(&text)))?;
            }
            EventKind::RunFinished(_)
            | EventKind::IterationFinished { .. }
            | EventKind::ScriptStarted { .. }
            | EventKind::ScriptFinished { error: None, .. }
            | EventKind::RequestStarted { .. }
            | EventKind::NextRequestSet(_) => {}
        }
        Ok(())
    }

    /// Prints a line after whatever block is open.
    fn line(&mut self, line: &str) -> io::Result<()> {
        self.close_console()?;
        writeln!(self.out, "{line}")
    }

    fn item(&mut self, item: &ItemInfo) -> io::Result<()> {
        let root = item.folders.is_empty();
        if self.folders != item.folders {
            self.folders.clone_from(&item.folders);
            if !root {
                let line = format!("\n{} {}", self.symbols.folder, text::safe(&item.folders.join(" / ")));
                return self.line(&format!("{line}\n{} {}", self.symbols.sub, text::safe(&item.name)));
            }
        }
        let symbol = if root { self.symbols.root } else { self.symbols.sub };
        self.line(&format!("\n{symbol} {}", text::safe(&item.name)))
    }

    fn item_finished(&mut self, skipped: bool, run: &RunRecord) -> Result<(), ReportError> {
        let item = &run.item;
        if skipped && item.outcomes.is_empty() {
            self.line(&format!("  {}", self.paint.cyan("[skipped]")))?;
        }
        if let Some(Some(next)) = &item.next {
            self.line(&format!(
                "\n{}",
                self.paint.grey(&format!("Attempting to set next request to {}", text::safe(next)))
            ))?;
        }
        if item.failed && !self.options.flag("noExchange") {
            self.close_console()?;
            let shown = match (self.options.verbose, self.options.flag("wholeExchange")) {
                (true, _) => exchange::Shown::Before,
                (false, true) => exchange::Shown::Whole,
                (false, false) => exchange::Shown::Short,
            };
            self.exchanges += 1;
            if self.exchanges <= EXCHANGES || shown == exchange::Shown::Whole {
                exchange::write(&mut self.out, self.paint, self.symbols, self.options.width, item, shown)?;
                return Ok(());
            }
            if self.exchanges == EXCHANGES + 1 {
                writeln!(
                    self.out,
                    "  {}",
                    self.paint.grey(
                        "(requests and responses of further failures are left out here; other reports have them)"
                    )
                )?;
            }
        }
        if item.failed || item.assertions.is_empty() {
            // Nothing else would say why a refused request was refused.
            if exchange::has_causes(item) {
                self.close_console()?;
            }
            exchange::write_causes(&mut self.out, self.paint, item)?;
        }
        Ok(())
    }

    fn timestamp(&self) -> String {
        if !self.options.flag("showTimestamps") {
            return String::new();
        }
        let now = jiff::Zoned::now().strftime("%Y-%m-%d %H:%M:%S").to_string();
        format!("{}  ", self.paint.grey(&format!("[{now}]")))
    }

    fn request(&mut self, outcome: &RequestOutcome) -> Result<(), ReportError> {
        let mut line = format!("  {}", self.timestamp());
        let sent = sent(outcome);
        if let Some(request) = sent {
            let _ = write!(
                line,
                "{} {} ",
                self.paint.grey(&request.method),
                self.paint.grey(&text::safe(&request.url.to_string()))
            );
        }
        if outcome.origin == Origin::Token {
            line.push_str(&self.paint.grey("(token) "));
        }
        match &outcome.result {
            Err(error) => {
                line.push_str(&self.paint.red("[errored]"));
                let _ = write!(line, "\n     {}", self.paint.red(&text::safe(&error.message)));
            }
            Ok(response) if self.options.verbose => {
                self.line(line.trim_end())?;
                verbose::write(&mut self.out, self.paint, self.symbols, self.options.width, sent, outcome, response)?;
                return self.substitutions(outcome);
            }
            Ok(response) => {
                let size = filesize(response.header_size + response.body_size);
                let time = duration(outcome.timings.total.as_secs_f64() * 1000.0);
                line.push_str(&self.paint.grey(&format!(
                    "[{} {}, {size}, {time}]",
                    response.code,
                    text::safe(&response.reason)
                )));
            }
        }
        self.line(&line)?;
        self.substitutions(outcome)
    }

    /// A replaced token is never silent.
    fn substitutions(&mut self, outcome: &RequestOutcome) -> Result<(), ReportError> {
        for replaced in &outcome.substitutions {
            let text = text::safe(&format!("  {} {}", self.symbols.swap, substitution(replaced)));
            writeln!(self.out, "{}", self.paint.cyan(&text))?;
        }
        Ok(())
    }

    fn script_error(&mut self, phase: Phase, error: &ScriptError, run: &RunRecord) -> io::Result<()> {
        let name = error.name.as_deref().unwrap_or("undefined");
        let text = format!("{:>3}{} {name} in {}", run.failure_count, self.symbols.script, phase.place());
        self.line(&self.paint.failed(&text))
    }

    fn assertion(&mut self, assertion: &Assertion, run: &RunRecord) -> io::Result<()> {
        let quiet = self.options.flag("noSuccessAssertions");
        if self.options.flag("noAssertions") || (quiet && assertion.error.is_none()) {
            return Ok(());
        }
        let stamp = self.timestamp();
        let stamp = if stamp.is_empty() { stamp } else { format!("  {}", stamp.trim_end()) };
        let name = text::safe(&assertion.name);
        let line = if assertion.skipped {
            format!("{stamp}{} {}", self.paint.cyan("  - "), self.paint.cyan(&format!("[skipped] {name}")))
        } else if assertion.error.is_some() {
            format!("{stamp}{} {}", self.paint.failed(&format!("{:>3}.", run.failure_count)), self.paint.failed(&name))
        } else {
            format!("{stamp}{} {}", self.paint.green(&format!("  {} ", self.symbols.ok)), self.paint.grey(&name))
        };
        self.line(&line)?;
        let compared = assertion.error.as_ref().and_then(|error| error.compared.as_deref());
        match compared.and_then(diff::text) {
            Some(difference) if !self.options.flag("noExchange") => self.difference(&difference),
            _ => Ok(()),
        }
    }

    /// What differs between the two values that an assertion compared.
    fn difference(&mut self, difference: &str) -> io::Result<()> {
        let width = self.options.width.map_or(usize::MAX, |width| text::width(Some(width)));
        for line in difference.lines() {
            for part in text::cut(line, width) {
                let part = format!("     {part}");
                let painted = match line.chars().next() {
                    Some('-') => self.paint.green(&part),
                    Some('+') => self.paint.red(&part),
                    _ => self.paint.grey(part.trim_end()),
                };
                writeln!(self.out, "{painted}")?;
            }
        }
        Ok(())
    }

    fn console(&mut self, level: &str, text: &str) -> io::Result<()> {
        if self.options.flag("noConsole") {
            return Ok(());
        }
        if !self.console {
            self.console = true;
            writeln!(self.out, "{}", self.paint.level(level, &format!("  {}", self.symbols.top)))?;
        }
        let bar = self.paint.level(level, &format!("  {} ", self.symbols.middle));
        for line in text::wrap(text, text::width(self.options.width)) {
            writeln!(self.out, "{bar}{}", self.paint.grey(&line))?;
        }
        Ok(())
    }

    fn close_console(&mut self) -> io::Result<()> {
        if std::mem::take(&mut self.console) {
            writeln!(self.out, "{}", self.paint.grey(&format!("  {}", self.symbols.bottom)))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
