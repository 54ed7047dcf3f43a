//! Iteration data: the rows that a collection is run with, one row for each iteration.
//!
//! A file is a JSON array, JSON lines or CSV. CSV is read as it is needed, one row at a time, so that a file of
//! millions of rows costs no memory; a first pass counts its rows and finds what is wrong with it before anything runs.
//! The dialect is that of newman 6.2.2 (`tests.rs` holds what newman made of a hundred inputs), with the differences
//! that [`DataTypes`] names.

mod csv;
mod encoding;
mod error;
mod json;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::{Map, Value};

pub use error::{DataError, DataErrorKind};

use csv::{Columns, Records};
use encoding::{Encoding, Source};

/// One row: names of columns and their values, in the order of the file.
pub type Row = Map<String, Value>;

/// How the cells of a CSV file become values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DataTypes {
    /// Unquoted numbers become numbers, but for those that would change by it: `0x10` and whole numbers beyond 2^53
    /// stay text. Blank lines are no rows.
    #[default]
    Strict,
    /// As newman: `0x10` becomes 0, long numbers lose digits, a blank line is a row whose first column is empty.
    Newman,
}

/// How a data file is to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DataOptions {
    /// How cells of CSV become values.
    pub types: DataTypes,
    /// What stands between the cells of CSV, one ASCII character.
    pub delimiter: u8,
}

impl Default for DataOptions {
    fn default() -> Self {
        Self { types: DataTypes::default(), delimiter: b',' }
    }
}

/// An open data file.
#[derive(Debug)]
pub struct DataFile {
    path: PathBuf,
    rows: Rows,
    warnings: Vec<String>,
}

/// Where the rows come from.
#[derive(Debug)]
enum Rows {
    /// All in memory: JSON.
    Held(Vec<Arc<Row>>),
    /// Read when asked for: CSV.
    Streamed(Box<Stream>),
}

/// A CSV file between two rows.
#[derive(Debug)]
struct Stream {
    source: Source,
    encoding: Encoding,
    options: DataOptions,
    columns: Columns,
    count: usize,
    /// The open file; `None` before the first row and after an error.
    records: Option<Records>,
    /// The row read last, with its number from 0.
    current: Option<(usize, Arc<Row>)>,
}

impl DataFile {
    /// Opens a data file with newman's separator and the [strict](DataTypes::Strict) types.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, DataError> {
        Self::open_with(path, DataOptions::default())
    }

    /// Opens a data file and checks it to its end.
    ///
    /// Fails if it cannot be read, if it is named `.json` (`.jsonl`, `.ndjson`) and is not JSON, or if a quoted cell of
    /// CSV is not closed or goes on after its closing quote.
    pub fn open_with(path: impl AsRef<Path>, options: DataOptions) -> Result<Self, DataError> {
        let path = path.as_ref();
        let failed = |cause: std::io::Error| DataError::unreadable(path, &cause);
        let source = Source::open(path).map_err(failed)?;
        Self::from_source(path, source, options)
    }

    /// Reads data that is already in memory; `path` is for its ending and for messages.
    pub fn from_bytes(path: impl AsRef<Path>, bytes: Vec<u8>, options: DataOptions) -> Result<Self, DataError> {
        Self::from_source(path.as_ref(), Source::Memory(bytes.into()), options)
    }

    fn from_source(path: &Path, source: Source, options: DataOptions) -> Result<Self, DataError> {
        let failed = |cause: std::io::Error| DataError::unreadable(path, &cause);
        let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default().to_ascii_lowercase();
        let named_json = matches!(ending.as_str(), "json" | "jsonl" | "ndjson");
        let mut warnings = Vec::new();
        // newman tries JSON on every file. What does not begin like an array or an object is no JSON with rows.
        if named_json || matches!(source.first_sign().map_err(failed)?, Some(b'[' | b'{')) {
            let text = source.read_text().map_err(failed)?;
            match json::parse(&text, &mut warnings) {
                Ok(rows) => {
                    let rows = Rows::Held(rows.into_iter().map(Arc::new).collect());
                    return Ok(Self { path: path.to_owned(), rows, warnings });
                }
                Err(fault) if named_json => return Err(fault.at(path)),
                Err(_) => warnings.clear(),
            }
        }
        let stream = Stream::open(path, source, options, &mut warnings)?;
        Ok(Self { path: path.to_owned(), rows: Rows::Streamed(Box::new(stream)), warnings })
    }

    /// The file's path, as given.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What the user should know although the file can be used: whole sentences without a full stop.
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// How many rows the file has.
    pub fn row_count(&self) -> usize {
        match &self.rows {
            Rows::Held(rows) => rows.len(),
            Rows::Streamed(stream) => stream.count,
        }
    }

    /// How many iterations a run has: as many as asked for, else one for each row, and one if there is no row.
    pub fn iterations(&self, asked: Option<usize>) -> usize {
        asked.unwrap_or_else(|| self.row_count().max(1))
    }

    /// The row of iteration `iteration` (from 0). Iterations beyond the last row get the last row again; a file without
    /// rows gives an empty row.
    ///
    /// Rows are cheapest in order. Going back reads a CSV file from its beginning again. Fails only if the file changed
    /// or went away after it was opened.
    pub fn row(&mut self, iteration: usize) -> Result<Arc<Row>, DataError> {
        let Some(last) = self.row_count().checked_sub(1) else {
            return Ok(Arc::new(Row::new()));
        };
        let position = iteration.min(last);
        match &mut self.rows {
            Rows::Held(rows) => Ok(rows.get(position).cloned().unwrap_or_default()),
            Rows::Streamed(stream) => stream.row(&self.path, position),
        }
    }
}

impl Stream {
    /// The first pass: header, number of rows, encoding, faults.
    fn open(path: &Path, source: Source, options: DataOptions, warnings: &mut Vec<String>) -> Result<Self, DataError> {
        let failed = |cause: std::io::Error| DataError::unreadable(path, &cause);
        let mut encoding = source.encoding().map_err(failed)?;
        let mut records = Records::new(source.reader(encoding).map_err(failed)?, options);
        let mut header = Vec::new();
        if records.advance().map_err(|fault| fault.at(path))? {
            header = records.cells().map(|cell| cell.bytes.to_vec()).collect();
        }
        let mut utf8 = header.iter().all(|name| std::str::from_utf8(name).is_ok());
        let mut count = 0;
        while records.advance().map_err(|fault| fault.at(path))? {
            count += 1;
            utf8 = utf8 && records.is_utf8();
        }
        if !utf8 {
            encoding = Encoding::Windows1252;
            warnings.push("the file is not UTF-8: its letters were read as Windows-1252".to_owned());
        }
        let columns = Columns::new(&header, encoding);
        columns.warn(count, options.delimiter, warnings);
        Ok(Self { source, encoding, options, columns, count, records: None, current: None })
    }

    fn row(&mut self, path: &Path, position: usize) -> Result<Arc<Row>, DataError> {
        if let Some((number, row)) = &self.current {
            if *number == position {
                return Ok(Arc::clone(row));
            }
            if *number > position {
                self.records = None;
            }
        }
        // Taken out, so that after an error the next call begins anew.
        let next = self.current.take().map_or(0, |(number, _)| number + 1);
        let (mut records, mut next) = match self.records.take() {
            Some(records) => (records, next),
            None => (self.begin(path)?, 0),
        };
        loop {
            if !records.advance().map_err(|fault| fault.at(path))? {
                return Err(DataError::changed(path));
            }
            if next == position {
                break;
            }
            next += 1;
        }
        let row = Arc::new(self.columns.row(&records, self.encoding, self.options.types));
        self.records = Some(records);
        self.current = Some((position, Arc::clone(&row)));
        Ok(row)
    }

    /// Opens the file and passes the header.
    fn begin(&self, path: &Path) -> Result<Records, DataError> {
        let reader = self.source.reader(self.encoding).map_err(|cause| DataError::unreadable(path, &cause))?;
        let mut records = Records::new(reader, self.options);
        if records.advance().map_err(|fault| fault.at(path))? { Ok(records) } else { Err(DataError::changed(path)) }
    }
}
