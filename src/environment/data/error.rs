//! What can be wrong with a data file, where, and what to do.

use std::path::{Path, PathBuf};

use thiserror::Error;

/// A data file that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{}{}: {kind}", path.display(), place(*line, *column))]
pub struct DataError {
    /// The file, as given.
    pub path: PathBuf,
    /// Line from 1, if the fault has a place.
    pub line: Option<usize>,
    /// Column in characters from 1, if the fault has a place.
    pub column: Option<usize>,
    /// What is wrong.
    pub kind: DataErrorKind,
}

/// What is wrong with a data file.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum DataErrorKind {
    /// The file cannot be opened or read.
    #[error("cannot be read: {0}")]
    Unreadable(String),
    /// The file is not the JSON that its name says.
    #[error("not valid JSON: {0}")]
    Json(String),
    /// A quote opens a cell and the file ends before it is closed.
    #[error("this quote opens a cell and is never closed")]
    OpenQuote,
    /// Text follows the closing quote of a cell.
    #[error("text follows the closing quote of this cell")]
    AfterQuote,
    /// The file is shorter than when it was opened.
    #[error("has fewer rows than when the run began")]
    Changed,
}

impl DataError {
    /// What the user can do about it.
    pub fn help(&self) -> &'static str {
        match self.kind {
            DataErrorKind::Unreadable(_) => "check the path and that you may read the file",
            DataErrorKind::Json(_) => {
                "mend the file at this place (no comments, no comma after the last element, double quotes only); \
                 if it is CSV, give it a name that ends in .csv"
            }
            DataErrorKind::OpenQuote => {
                "close the cell with a quote; a quote inside a quoted cell is written twice: \"say \"\"hi\"\"\""
            }
            DataErrorKind::AfterQuote => {
                "put the whole cell in quotes, or none of it; a quote inside a quoted cell is written twice: \
                 \"say \"\"hi\"\"\""
            }
            DataErrorKind::Changed => "do not write to the data file while it is in use",
        }
    }

    pub(super) fn unreadable(path: &Path, cause: &std::io::Error) -> Self {
        Self::without_place(path, DataErrorKind::Unreadable(cause.to_string()))
    }

    pub(super) fn changed(path: &Path) -> Self {
        Self::without_place(path, DataErrorKind::Changed)
    }

    fn without_place(path: &Path, kind: DataErrorKind) -> Self {
        Self { path: path.to_owned(), line: None, column: None, kind }
    }
}

/// A fault found by a reader that does not know the file's name.
#[derive(Debug)]
pub(super) struct Fault {
    pub(super) line: Option<usize>,
    pub(super) column: Option<usize>,
    pub(super) kind: DataErrorKind,
}

impl Fault {
    pub(super) fn at(self, path: &Path) -> DataError {
        DataError { path: path.to_owned(), line: self.line, column: self.column, kind: self.kind }
    }
}

impl From<std::io::Error> for Fault {
    fn from(cause: std::io::Error) -> Self {
        Self { line: None, column: None, kind: DataErrorKind::Unreadable(cause.to_string()) }
    }
}

fn place(line: Option<usize>, column: Option<usize>) -> String {
    match (line, column) {
        (Some(line), Some(column)) => format!(":{line}:{column}"),
        (Some(line), None) => format!(":{line}"),
        _ => String::new(),
    }
}
