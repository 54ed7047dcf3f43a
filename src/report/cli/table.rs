//! The lines of a table.

use unicode_width::UnicodeWidthStr as _;

use super::paint::Symbols;
use super::text::pad;

/// A cell: its text, and how it is painted.
pub(super) type Cell = (String, String);

/// A table of three columns aligned to the right, with rows below that go across all of them.
pub(super) struct Table {
    pub(super) head: [&'static str; 3],
    pub(super) rows: Vec<[Cell; 3]>,
    pub(super) across: Vec<String>,
}

impl Table {
    /// Draws it. The first column is 25 wide; the others grow until the widest row fits, as newman's do.
    pub(super) fn draw(&self, symbols: &Symbols) -> String {
        let mut widths = [25, 0, 0];
        for (i, width) in widths.iter_mut().enumerate() {
            let widest =
                self.rows.iter().map(|row| row[i].0.width()).chain([self.head[i].width()]).max().unwrap_or_default();
            *width = (*width).max(widest + 2);
        }
        let needed = self.across.iter().map(|text| text.width() + 2).max().unwrap_or_default();
        // Both columns of numbers are equally wide.
        let grow = needed.saturating_sub(widths.iter().sum::<usize>() + 2);
        let equal = (widths[1] + widths[2] + grow).div_ceil(2);
        widths = [widths[0], equal.max(widths[1]), equal.max(widths[2])];
        let rule = |ends: [&str; 3]| {
            format!(
                "{}{}{}",
                ends[0],
                widths.map(|w| if symbols.lines { "─" } else { "-" }.repeat(w)).join(ends[1]),
                ends[2]
            )
        };
        let bar = symbols.middle;
        let row = |cells: [&Cell; 3]| {
            let cells: Vec<String> = cells
                .iter()
                .zip(widths)
                .map(|(cell, width)| format!("{}{} ", " ".repeat(width.saturating_sub(cell.0.width() + 1)), cell.1))
                .collect();
            format!("{bar}{}{bar}", cells.join(bar))
        };
        let [top, middle, joint, flat, bottom] = if symbols.lines {
            [["┌", "┬", "┐"], ["├", "┼", "┤"], ["├", "┴", "┤"], ["├", "─", "┤"], ["└", "─", "┘"]]
        } else {
            [["-"; 3], ["-", "+", "-"], ["-"; 3], ["-"; 3], ["-"; 3]]
        };
        let head = self.head.map(|text| (text.to_owned(), text.to_owned()));
        let mut lines = vec![rule(top), row(head.each_ref())];
        for cells in &self.rows {
            lines.push(rule(middle));
            lines.push(row(cells.each_ref()));
        }
        let inner = widths.iter().sum::<usize>() + 2;
        for (i, text) in self.across.iter().enumerate() {
            lines.push(rule(if i == 0 { joint } else { flat }));
            lines.push(format!("{bar} {}{bar}", pad(text, inner - 1, false)));
        }
        lines.push(rule(bottom));
        lines.join("\n")
    }
}
