//! Files that a request uploads: where they are and whether they may be read.

use std::borrow::Cow;
use std::io::ErrorKind;
use std::path::{Component, Path, PathBuf};

use serde_json::Value;

use super::BuildOptions;

/// Reads the file a collection names; the error is newman's text, to follow `file load error: `.
pub(super) fn read(src: &Value, options: &BuildOptions) -> Result<Vec<u8>, String> {
    let src = match src {
        Value::String(src) if !src.is_empty() => src.as_str(),
        _ => return Err("invalid or missing file source".to_owned()),
    };
    let path = locate(src, options)?;
    let metadata = std::fs::metadata(&path).map_err(|error| describe(src, &error))?;
    if !metadata.is_file() {
        return Err(format!("\"{src}\", is not a file"));
    }
    std::fs::read(&path).map_err(|error| describe(src, &error))
}

fn describe(src: &str, error: &std::io::Error) -> String {
    match error.kind() {
        ErrorKind::NotFound => format!("\"{src}\", no such file"),
        ErrorKind::PermissionDenied => format!("\"{src}\", read permission denied"),
        _ => format!("\"{src}\", {error}"),
    }
}

/// The name of the file that the user gave in place of one of the collection: servers are told of the file that is sent.
pub(super) fn mapped_name<'a>(src: &str, options: &BuildOptions<'a>) -> Option<&'a str> {
    mapped(src, options)?.file_name()?.to_str()
}

fn mapped<'a>(src: &str, options: &BuildOptions<'a>) -> Option<&'a Path> {
    let name = src.rsplit(['/', '\\']).next().unwrap_or(src);
    options.files.get(src).or_else(|| options.files.get(name)).map(PathBuf::as_path)
}

/// The file on disk: the user's mapping first (that file may be anywhere), then relative to the working directory.
fn locate<'a>(src: &str, options: &BuildOptions<'a>) -> Result<Cow<'a, Path>, String> {
    if let Some(mapped) = mapped(src, options) {
        return Ok(Cow::Borrowed(mapped));
    }
    let base = absolute(&options.working_dir);
    let path = tidy(&base.join(src));
    if !options.allow_outside_working_dir && !path.starts_with(&base) {
        return Err("PPERM: insecure file access outside working directory".to_owned());
    }
    Ok(Cow::Owned(path))
}

fn absolute(path: &Path) -> PathBuf {
    tidy(&std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf()))
}

/// Takes `.` and `..` out of a path without asking the disk.
fn tidy(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                out.pop();
            }
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashMap;

    #[test]
    fn files_are_found_mapped_or_refused() {
        let dir = tempfile::tempdir().expect("a directory");
        let inside = dir.path().join("in");
        std::fs::create_dir(&inside).expect("a folder");
        std::fs::write(inside.join("a.txt"), "A").expect("a file");
        std::fs::write(dir.path().join("b.txt"), "B").expect("a file");
        let files = HashMap::from([("C.pdf".to_owned(), dir.path().join("b.txt"))]);
        let mut options = BuildOptions { working_dir: inside, ..BuildOptions::new(&files) };
        let read = |src: &str, options: &BuildOptions| super::read(&Value::from(src), options);
        assert_eq!(read("a.txt", &options).as_deref(), Ok(&b"A"[..]));
        assert_eq!(read("../b.txt", &options).as_deref(), Ok(&b"B"[..]));
        assert_eq!(read("nope", &options), Err("\"nope\", no such file".to_owned()));
        assert_eq!(read(".", &options), Err("\".\", is not a file".to_owned()));
        options.allow_outside_working_dir = false;
        assert_eq!(read("x/../a.txt", &options).as_deref(), Ok(&b"A"[..]));
        let refused = Err("PPERM: insecure file access outside working directory".to_owned());
        assert_eq!(read("../b.txt", &options), refused);
        assert_eq!(read("/C:/Users/me/C.pdf", &options).as_deref(), Ok(&b"B"[..]), "mapped by its last part");
        assert_eq!(read("C:\\Users\\me\\C.pdf", &options).as_deref(), Ok(&b"B"[..]));
        assert_eq!(super::read(&Value::Null, &options), Err("invalid or missing file source".to_owned()));
    }
}
