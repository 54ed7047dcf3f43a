//! Text in columns.

use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

/// Columns for wrapped text: newman's are those of the terminal less six, and 54 where there is none.
pub(super) fn width(terminal: Option<usize>) -> usize {
    terminal.filter(|width| *width > 20).unwrap_or(60) - 6
}

/// Text without control characters: what a collection or a server wrote must not move the cursor or colour the terminal.
pub(super) fn safe(text: &str) -> String {
    text.chars().map(picture).collect()
}

fn picture(c: char) -> char {
    match c {
        '\t' => ' ',
        c if c.is_control() => '\u{fffd}',
        c => c,
    }
}

/// Hard-wraps each line of a text; blank lines are left out.
pub(super) fn wrap(text: &str, width: usize) -> Vec<String> {
    text.lines().filter(|line| !line.trim().is_empty()).flat_map(|line| cut(line, width)).collect()
}

/// Cuts a line at a width.
pub(super) fn cut(line: &str, width: usize) -> Vec<String> {
    let mut out = vec![String::new()];
    let mut used = 0;
    for c in line.chars() {
        let c = picture(c);
        let columns = c.width().unwrap_or(0);
        if used + columns > width {
            out.push(String::new());
            used = 0;
        }
        if let Some(last) = out.last_mut() {
            last.push(c);
        }
        used += columns;
    }
    out
}

/// Breaks a line at spaces, and inside of words that are longer than the width.
pub(super) fn break_words(line: &str, width: usize) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut current = String::new();
    for word in line.split(' ') {
        if !current.is_empty() && current.width() + 1 + word.width() > width {
            out.push(std::mem::take(&mut current));
        } else if !current.is_empty() {
            current.push(' ');
        }
        if current.width() + word.width() > width {
            let mut parts = cut(word, width);
            current = parts.pop().unwrap_or_default();
            out.append(&mut parts);
        } else {
            current.push_str(word);
        }
    }
    out.push(current);
    out
}

/// Spaces up to a width, before or after the text.
pub(super) fn pad(text: &str, width: usize, right: bool) -> String {
    let spaces = " ".repeat(width.saturating_sub(text.width()));
    if right { format!("{spaces}{text}") } else { format!("{text}{spaces}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wraps_hard_and_drops_blank_lines() {
        assert_eq!(wrap("abcdef\n\n  \ngh", 4), ["abcd", "ef", "gh"]);
        assert_eq!(cut("日本語", 4), ["日本", "語"]);
        assert_eq!((width(None), width(Some(80)), width(Some(10))), (54, 74, 54));
    }

    #[test]
    fn breaks_at_spaces() {
        assert_eq!(break_words("one two three", 7), ["one two", "three"]);
        assert_eq!(break_words("abcdefghij k", 4), ["abcd", "efgh", "ij k"]);
        assert_eq!(break_words("", 4), [""]);
    }
}
