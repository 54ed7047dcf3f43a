//! Colours and symbols.

use colored::{Color, ColoredString, Colorize as _};

/// Colours text, or leaves it alone.
#[derive(Debug, Clone, Copy)]
pub(super) struct Paint {
    on: bool,
}

impl Paint {
    /// Whether there is colour was decided by the caller, so the library's own look at the terminal is overruled.
    pub(super) fn new(on: bool) -> Self {
        if on {
            colored::control::set_override(true);
        }
        Self { on }
    }

    fn with(self, text: &str, style: impl Fn(&str) -> ColoredString) -> String {
        if self.on && !text.is_empty() { style(text).to_string() } else { text.to_owned() }
    }

    pub(super) fn grey(self, text: &str) -> String {
        self.with(text, |text| text.color(Color::BrightBlack))
    }

    pub(super) fn green(self, text: &str) -> String {
        self.with(text, |text| text.green())
    }

    pub(super) fn red(self, text: &str) -> String {
        self.with(text, |text| text.red())
    }

    pub(super) fn yellow(self, text: &str) -> String {
        self.with(text, |text| text.yellow())
    }

    pub(super) fn cyan(self, text: &str) -> String {
        self.with(text, |text| text.cyan())
    }

    /// A failed assertion or script.
    pub(super) fn failed(self, text: &str) -> String {
        self.with(text, |text| text.red().bold())
    }

    /// The head of an iteration.
    pub(super) fn heading(self, text: &str) -> String {
        self.with(text, |text| text.color(Color::BrightBlack).underline())
    }

    /// The head of the failures.
    pub(super) fn column(self, text: &str) -> String {
        self.with(text, |text| text.red().underline())
    }

    /// By level of a console line.
    pub(super) fn level(self, level: &str, text: &str) -> String {
        match level {
            "info" => self.cyan(text),
            "warn" => self.yellow(text),
            "error" => self.red(text),
            "debug" => self.with(text, |text| text.blue()),
            _ => self.grey(text),
        }
    }
}

/// What marks lines.
#[derive(Debug)]
pub(super) struct Symbols {
    pub(super) top: &'static str,
    pub(super) middle: &'static str,
    pub(super) bottom: &'static str,
    pub(super) divide: &'static str,
    pub(super) folder: &'static str,
    pub(super) root: &'static str,
    pub(super) sub: &'static str,
    pub(super) ok: &'static str,
    pub(super) star: &'static str,
    pub(super) up: &'static str,
    pub(super) down: &'static str,
    pub(super) script: &'static str,
    pub(super) swap: &'static str,
    pub(super) warning: &'static str,
    /// Whether tables are drawn with lines beyond ASCII.
    pub(super) lines: bool,
}

static REGULAR: Symbols = Symbols {
    top: "┌",
    middle: "│",
    bottom: "└",
    divide: "├",
    folder: "❏",
    root: "→",
    sub: "↳",
    ok: "✓",
    star: "★",
    up: "↑",
    down: "↓",
    script: "⠄",
    swap: "⇄",
    warning: "⚠",
    lines: true,
};

/// What the console fonts of Windows have.
static WINDOWS: Symbols = Symbols {
    top: "┌",
    middle: "│",
    bottom: "└",
    divide: "├",
    folder: "□",
    root: "→",
    sub: "└",
    ok: "√",
    star: "★",
    up: "↑",
    down: "↓",
    script: ".",
    swap: "↔",
    warning: "!",
    lines: true,
};

static PLAIN: Symbols = Symbols {
    top: "-",
    middle: "|",
    bottom: "-",
    divide: "-",
    folder: "Folder",
    root: "Root",
    sub: "Sub-folder",
    ok: "Pass",
    star: "*",
    up: "^",
    down: "v",
    script: ".",
    swap: "<>",
    warning: "!",
    lines: false,
};

impl Symbols {
    /// The set for a terminal that can, or cannot, show more than ASCII.
    pub(super) fn of(unicode: bool) -> &'static Self {
        match (unicode, cfg!(windows)) {
            (false, _) => &PLAIN,
            (true, true) => &WINDOWS,
            (true, false) => &REGULAR,
        }
    }
}
