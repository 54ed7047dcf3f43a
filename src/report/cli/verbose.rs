//! `--verbose`: sizes, headers, bodies and phases of every exchange.

use std::io::{self, Write};

use super::super::format::{clip, duration, filesize};
use super::paint::{Paint, Symbols};
use super::text;
use crate::event::RequestOutcome;
use crate::event::message::{Header, Response, SentRequest};

/// Characters of a body shown, newman's number.
const CLIP: usize = 2048;

/// Writes what follows the request line.
pub(super) fn write(
    out: &mut impl Write,
    paint: Paint,
    symbols: &Symbols,
    width: Option<usize>,
    sent: Option<&SentRequest>,
    outcome: &RequestOutcome,
    response: &Response,
) -> io::Result<()> {
    let star = format!(" {} ", paint.grey(symbols.star));
    let empty: &[Header] = &[];
    let headers = sent.map_or(empty, |request| &request.headers);
    let request_size = headers.iter().map(|h| h.name.len() + h.value.len() + 4).sum::<usize>()
        + sent.map_or(0, |request| request.body.len());
    let cookies = response.headers.iter().filter(|h| h.is("Set-Cookie")).count();
    let mut parts = vec![
        format!("{} {}", response.code, response.reason),
        format!("{} {}", duration(outcome.timings.total.as_secs_f64() * 1000.0), paint.grey("time")),
        format!(
            "{}{} {}{} {}",
            filesize(request_size as u64),
            paint.grey(symbols.up),
            filesize(response.header_size + response.body_size),
            paint.grey(symbols.down),
            paint.grey("size")
        ),
        format!(
            "{}{} {}{} {}",
            headers.len(),
            paint.grey(symbols.up),
            response.headers.len(),
            paint.grey(symbols.down),
            paint.grey("headers")
        ),
        format!("{cookies} {}", paint.grey("cookies")),
    ];
    // newman has HTTP/1.1 alone and does not say so.
    if response.http_version == "2.0" {
        parts.push("HTTP/2".to_owned());
    }
    writeln!(out, "  {}", parts.join(&star))?;
    head(out, paint, symbols.up, headers)?;
    if let Some(request) = sent.filter(|request| !request.body.is_empty()) {
        let mode = outcome
            .body
            .as_ref()
            .and_then(|body| body.get("mode"))
            .and_then(serde_json::Value::as_str)
            .unwrap_or("raw");
        let title = format!("{} {mode}{star}{}", symbols.up, filesize(request.body.len() as u64));
        boxed(out, paint, symbols, width, &title, &request.body)?;
    }
    head(out, paint, symbols.down, &response.headers)?;
    let kind = response.header("Content-Type").unwrap_or("no content type");
    if response.body.is_empty() {
        writeln!(out, "  {} {kind}", symbols.down)?;
    } else {
        let title = format!("{} {kind}{star}{}", symbols.down, filesize(response.body.len() as u64));
        boxed(out, paint, symbols, width, &title, &response.body)?;
    }
    phases(out, paint, outcome)
}

fn head(out: &mut impl Write, paint: Paint, direction: &str, headers: &[Header]) -> io::Result<()> {
    for header in headers {
        writeln!(
            out,
            "  {direction} {} {}",
            paint.grey(&format!("{}:", text::safe(&header.name))),
            text::safe(&header.value)
        )?;
    }
    Ok(())
}

fn boxed(
    out: &mut impl Write,
    paint: Paint,
    symbols: &Symbols,
    width: Option<usize>,
    title: &str,
    body: &[u8],
) -> io::Result<()> {
    writeln!(out, "  {} {title}", symbols.top)?;
    if let Ok(text) = std::str::from_utf8(body) {
        let (shown, cut) = clip(text, CLIP);
        for line in text::wrap(shown, text::width(width)) {
            writeln!(out, "  {} {}", symbols.middle, paint.grey(&line))?;
        }
        if cut {
            writeln!(
                out,
                "  {} (showing {}/{})",
                symbols.middle,
                filesize(shown.len() as u64),
                filesize(body.len() as u64)
            )?;
        }
    } else {
        writeln!(out, "  {} {}", symbols.middle, paint.grey("(no text)"))?;
    }
    writeln!(out, "  {}", symbols.bottom)
}

fn phases(out: &mut impl Write, paint: Paint, outcome: &RequestOutcome) -> io::Result<()> {
    let t = &outcome.timings;
    let table = [
        ("dns-lookup", t.dns),
        ("tcp-handshake", t.connect),
        ("ssl-handshake", t.tls),
        ("transfer-start", t.first_byte),
        ("download", t.download),
        ("total", t.total),
    ]
    .map(|(name, time)| {
        (name, if time.is_zero() { "(cache)".to_owned() } else { duration(time.as_secs_f64() * 1000.0) })
    });
    let line = |pick: for<'a> fn(&'a (&'static str, String)) -> &'a str| {
        table
            .iter()
            .map(|cell| text::pad(pick(cell), cell.0.len().max(cell.1.len()) + 2, false))
            .collect::<String>()
            .trim_end()
            .to_owned()
    };
    writeln!(out, "\n  {}", line(|cell| cell.0))?;
    writeln!(out, "  {}\n", paint.grey(&line(|cell| &cell.1)))
}
