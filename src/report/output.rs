//! Where reports go: newman's rules for paths, and files that are there whole or not at all.

use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use tempfile::NamedTempFile;

use super::ReportError;

/// A report being written. Nothing is seen at its place before [`Output::commit`].
pub(super) struct Output {
    path: PathBuf,
    sink: Sink,
}

enum Sink {
    Temporary(BufWriter<NamedTempFile>),
    /// Pipes, devices and standard output cannot be replaced by a file.
    Direct(BufWriter<Box<dyn Write>>),
}

impl Output {
    /// Opens the file that an export path and newman's rules lead to: without a path `./newman/<default>-<time>.<ext>`, in a
    /// folder `<folder>/<default>-<time>.<ext>`; folders on the way are made. `-` is standard output.
    pub(super) fn open(export: Option<&Path>, default_name: &str, now_ms: u64) -> Result<Self, ReportError> {
        if export.is_some_and(|path| path == Path::new("-")) {
            return Ok(Self { path: PathBuf::from("-"), sink: Sink::Direct(BufWriter::new(Box::new(io::stdout()))) });
        }
        let path = resolve(export, default_name, now_ms);
        open_at(&path)
            .map(|sink| Self { path: path.clone(), sink })
            .map_err(|source| ReportError::Write { path, source })
    }

    /// Moves the report to its place.
    pub(super) fn commit(self) -> Result<PathBuf, ReportError> {
        let Self { path, sink } = self;
        let done = match sink {
            Sink::Temporary(writer) => {
                writer.into_inner().map_err(io::IntoInnerError::into_error).and_then(|file| place(file, &path))
            }
            Sink::Direct(mut writer) => writer.flush(),
        };
        done.map_err(|source| ReportError::Write { path: path.clone(), source })?;
        Ok(path)
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = match &mut self.sink {
            Sink::Temporary(writer) => writer.write(bytes),
            Sink::Direct(writer) => writer.write(bytes),
        };
        written.map_err(|error| self.named(&error))
    }

    fn flush(&mut self) -> io::Result<()> {
        let flushed = match &mut self.sink {
            Sink::Temporary(writer) => writer.flush(),
            Sink::Direct(writer) => writer.flush(),
        };
        flushed.map_err(|error| self.named(&error))
    }
}

impl Output {
    /// A full disk is found while writing, where the callers no longer know the file.
    fn named(&self, error: &io::Error) -> io::Error {
        io::Error::new(error.kind(), format!("{}: {error}", self.path.display()))
    }
}

/// The place of a report, by newman's rules (newman 6.2.2 `lib/run/export-file.js`).
pub(super) fn resolve(export: Option<&Path>, default_name: &str, now_ms: u64) -> PathBuf {
    match export {
        None => Path::new("newman").join(stamped(default_name, now_ms)),
        Some(path) if path.is_dir() => path.join(stamped(default_name, now_ms)),
        Some(path) => path.to_owned(),
    }
}

/// `name.ext` with the time in UTC as newman writes it: `name-2026-01-31-23-59-59-999-0.ext`.
fn stamped(default_name: &str, now_ms: u64) -> String {
    let time = i64::try_from(now_ms).ok().and_then(|ms| Timestamp::from_millisecond(ms).ok()).unwrap_or_default();
    let time = time.strftime("%Y-%m-%d-%H-%M-%S");
    let (stem, extension) = default_name.rsplit_once('.').unwrap_or((default_name, "txt"));
    format!("{stem}-{time}-{:03}-0.{extension}", now_ms % 1000)
}

/// Moves the finished file to its place. A place that cannot be replaced (a single file mounted into a container) is overwritten.
fn place(file: NamedTempFile, path: &Path) -> io::Result<()> {
    match file.persist(path) {
        Ok(_) => Ok(()),
        Err(failed) if path.is_file() => fs::copy(failed.file.path(), path).map(drop),
        Err(failed) => Err(failed.error),
    }
}

fn direct(path: &Path) -> io::Result<Sink> {
    let file = fs::OpenOptions::new().write(true).create(true).truncate(true).open(path)?;
    Ok(Sink::Direct(BufWriter::new(Box::new(file))))
}

fn open_at(path: &Path) -> io::Result<Sink> {
    // Neither `/dev/stdout` nor a user's link must be replaced by a file.
    let special = fs::metadata(path).is_ok_and(|data| !data.is_file());
    if special || path.is_symlink() {
        return direct(path);
    }
    let folder = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    fs::create_dir_all(folder)?;
    let mut builder = tempfile::Builder::new();
    builder.prefix(".postbud-").suffix(".part");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        // The user's umask decides, as for any file; a temporary file alone would be private.
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    match builder.tempfile_in(folder) {
        Ok(file) => Ok(Sink::Temporary(BufWriter::new(file))),
        // The folder may be closed to us and the file not.
        Err(_) if path.is_file() => direct(path),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: u64 = 1_795_375_645_099;

    #[test]
    fn paths_are_newmans() {
        assert_eq!(
            resolve(None, "newman-run-report.xml", NOW),
            Path::new("newman/newman-run-report-2026-11-22-19-27-25-099-0.xml")
        );
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(
            resolve(Some(folder.path()), "newman-run-report.json", NOW),
            folder.path().join("newman-run-report-2026-11-22-19-27-25-099-0.json")
        );
        assert_eq!(resolve(Some(Path::new("a/b.json")), "x.json", NOW), Path::new("a/b.json"));
    }

    #[test]
    fn a_file_appears_whole_with_its_folders() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deep/er/report.txt");
        let mut output = Output::open(Some(&path), "x.txt", NOW).unwrap();
        output.write_all(b"text").unwrap();
        assert!(!path.exists());
        output.commit().unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "text");
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_stays_a_link() {
        let folder = tempfile::tempdir().unwrap();
        let (link, target) = (folder.path().join("link"), folder.path().join("target"));
        fs::write(&target, "a longer text than before").unwrap();
        std::os::unix::fs::symlink(&target, &link).unwrap();
        let mut output = Output::open(Some(&link), "x.txt", NOW).unwrap();
        output.write_all(b"text").unwrap();
        output.commit().unwrap();
        assert!(link.is_symlink());
        assert_eq!(fs::read_to_string(&target).unwrap(), "text");
    }

    #[test]
    fn a_parent_that_is_a_file_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("file"), "x").unwrap();
        let error = Output::open(Some(&folder.path().join("file/report.txt")), "x.txt", NOW).map(drop).unwrap_err();
        assert!(error.to_string().starts_with("cannot write "), "{error}");
    }
}
