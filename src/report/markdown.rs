//! `markdown`: a summary for the job pages of CI servers and for merge requests.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::PathBuf;

use super::diff;
use super::exchange::{self, Excerpt};
use super::format::{duration, filesize};
use super::output::Output;
use super::{Bodies, ReportError, Reporter, ReporterOptions};
use crate::event::record::{Failure, RunRecord};
use crate::event::{Event, EventKind};

/// Failed requests shown with their exchange; job pages take one megabyte.
const SHOWN: usize = 50;
/// Characters of a body shown.
const BODY: usize = 1_500;
/// Slowest requests listed.
const SLOWEST: usize = 5;

pub(super) fn make(options: &ReporterOptions) -> Box<dyn Reporter> {
    Box::new(Markdown {
        export: options.export.clone(),
        excerpt: Excerpt::of(options, BODY),
        failed: Vec::new(),
        slowest: Vec::new(),
        replaced: Vec::new(),
    })
}

struct Markdown {
    export: Option<PathBuf>,
    excerpt: Excerpt,
    /// Failed items: heading and text.
    failed: Vec<(String, String)>,
    slowest: Vec<(f64, String)>,
    replaced: Vec<(String, u64)>,
}

impl Reporter for Markdown {
    fn bodies(&self) -> Bodies {
        Bodies::OnFailure
    }

    fn on_event(&mut self, event: &Event, run: &RunRecord) -> Result<(), ReportError> {
        if !matches!(event.kind, EventKind::ItemFinished { .. }) {
            return Ok(());
        }
        let item = &run.item;
        let heading = if run.info.iterations > 1 {
            format!("{} [iteration {}]", item.path(), item.iteration + 1)
        } else {
            item.path()
        };
        for replaced in item.outcomes.iter().flat_map(|outcome| &outcome.substitutions) {
            let text = exchange::substitution(replaced);
            match self.replaced.iter_mut().find(|(known, _)| *known == text) {
                Some((_, times)) => *times += 1,
                None => self.replaced.push((text, 1)),
            }
        }
        if item.failed && self.failed.len() < SHOWN {
            let failures: Vec<_> = run.failures.iter().rev().take_while(|f| f.execution == item.execution).collect();
            let mut text = String::new();
            for failure in failures.iter().rev() {
                let _ = writeln!(text, "- {}", failure_line(failure));
            }
            for error in item.assertions.iter().filter_map(|assertion| assertion.error.as_ref()) {
                if let Some(difference) = error.compared.as_deref().and_then(diff::text) {
                    let _ = write!(text, "\n{}", fenced("diff", &difference));
                }
            }
            let body = exchange::text(item, self.excerpt);
            if !body.is_empty() {
                let _ = write!(text, "\n{}", fenced("http", &body));
            }
            self.failed.push((heading.clone(), text));
        }
        if let Some(main) = item.main().filter(|main| main.result.is_ok()) {
            self.slowest.push((main.timings.total.as_secs_f64() * 1000.0, heading));
            self.slowest.sort_by(|a, b| b.0.total_cmp(&a.0));
            self.slowest.truncate(SLOWEST);
        }
        Ok(())
    }

    fn finish(&mut self, run: &RunRecord) -> Result<(), ReportError> {
        let export = self.export.clone().unwrap_or_else(|| PathBuf::from("-"));
        let mut out = Output::open(Some(&export), "newman-run-report.md", run.completed_ms())?;
        out.write_all(self.page(run).as_bytes())?;
        out.commit().map(drop)
    }
}

impl Markdown {
    fn page(&self, run: &RunRecord) -> String {
        let mut out = String::new();
        let mark = if run.passed() { "✅" } else { "❌" };
        let _ = writeln!(out, "## {mark} {}\n", escape(&run.info.collection_name));
        let mut facts = vec![format!(
            "{} in {}",
            if run.passed() { "passed" } else { "failed" },
            duration(run.at.as_secs_f64() * 1000.0)
        )];
        facts.extend(run.info.environment_name.as_ref().map(|name| format!("environment {}", escape(name))));
        facts.extend(run.info.shard.as_ref().map(|shard| format!("shard {}", escape(shard))));
        let _ = writeln!(out, "{}\n", facts.join(" · "));
        if let Some(error) = run.end.as_ref().filter(|end| !end.interrupted).and_then(|end| end.error.as_deref()) {
            let _ = writeln!(out, "**The run ended early:** {}\n", escape(error));
        }
        if run.end.as_ref().is_none_or(|end| end.interrupted) {
            let _ = writeln!(out, "**The run was interrupted; this is what ran.**\n");
        }
        out.push_str("| | executed | failed |\n| --- | ---: | ---: |\n");
        let t = &run.totals;
        for (label, count) in [
            ("iterations", t.iterations),
            ("requests", t.requests),
            ("test scripts", t.test_scripts),
            ("prerequest scripts", t.prerequest_scripts),
            ("assertions", t.assertions),
        ] {
            let failed = if count.failed > 0 { format!("**{}**", count.failed) } else { "0".to_owned() };
            let _ = writeln!(out, "| {label} | {} | {failed} |", count.total);
        }
        let r = &t.response;
        if r.count() > 0 {
            let [mean, min, max, p95] = [r.mean(), r.min(), r.max(), r.p95()].map(duration);
            let _ = writeln!(
                out,
                "\nResponse time: {mean} on average, {min} to {max}, 95 % under {p95}; {} received.",
                filesize(t.response_bytes)
            );
        }
        self.failures(&mut out, run);
        if !self.replaced.is_empty() {
            out.push_str("\n### Substituted tokens\n\n");
            for (text, times) in &self.replaced {
                let _ =
                    writeln!(out, "- {} ({times} {})", escape(text), if *times == 1 { "request" } else { "requests" });
            }
        }
        if !run.warnings.is_empty() {
            out.push_str("\n### Warnings\n\n");
            for noted in run.warnings.iter().take(SHOWN) {
                let path = if noted.path.is_empty() { String::new() } else { format!("**{}** ", escape(&noted.path)) };
                let _ = writeln!(out, "- {path}{} (`{}`)", escape(&noted.warning.message), noted.warning.code);
            }
            more(&mut out, run.warning_count, SHOWN);
        }
        if self.slowest.len() > 1 {
            out.push_str("\n<details><summary>Slowest requests</summary>\n\n| request | time |\n| --- | ---: |\n");
            for (ms, name) in &self.slowest {
                let _ = writeln!(out, "| {} | {} |", escape(name), duration(*ms));
            }
            out.push_str("\n</details>\n");
        }
        out
    }

    fn failures(&self, out: &mut String, run: &RunRecord) {
        if run.failure_count == 0 {
            return;
        }
        let _ = writeln!(out, "\n### Failures ({})", run.failure_count);
        for (heading, text) in &self.failed {
            let _ = write!(out, "\n<details><summary>{}</summary>\n\n{text}\n</details>\n", html(heading));
        }
        let outside: Vec<_> = run.failures.iter().filter(|failure| failure.item.is_none()).collect();
        if !outside.is_empty() {
            out.push('\n');
        }
        for failure in outside {
            let _ = writeln!(out, "- {}", failure_line(failure));
        }
        if self.failed.len() == SHOWN {
            let _ = writeln!(out, "\nOnly the first {SHOWN} failed requests are shown.");
        }
    }
}

fn failure_line(failure: &Failure) -> String {
    let name = failure.test.as_deref().or(failure.name.as_deref()).unwrap_or("error");
    format!(
        "**{}**: {} (at {})",
        escape(name),
        escape(failure.message.as_deref().unwrap_or_default()),
        escape(&failure.at)
    )
}

fn more(out: &mut String, all: u64, shown: usize) {
    if all > shown as u64 {
        let _ = writeln!(out, "- and {} more", all - shown as u64);
    }
}

/// Text without meaning for Markdown or HTML, on one line.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '#' | '~' | '@' => {
                out.push('\\');
                out.push(c);
            }
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

fn html(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// A block whose fence is longer than any within.
fn fenced(language: &str, text: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(longest.max(2) + 1);
    format!("{fence}{language}\n{}\n{fence}\n", text.trim_end())
}

#[cfg(test)]
mod tests {
    use super::super::testing;
    use super::*;

    #[test]
    fn the_rich_run() {
        let text = testing::written("markdown", ReporterOptions::default());
        assert!(!text.contains(testing::SECRET));
        insta::assert_snapshot!(text.replace(env!("CARGO_PKG_VERSION"), "[version]"));
    }

    #[test]
    fn text_stays_text() {
        assert_eq!(escape("a|b <c> *d*\n"), "a\\|b &lt;c&gt; \\*d\\* ");
        assert!(fenced("http", "a ``` b").starts_with("````http\n"));
    }
}
