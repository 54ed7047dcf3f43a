//! Content types of files, by their names.

/// The type of a file by the extension of its name; `None` where nobody knows it.
pub(super) fn by_name(name: &str) -> Option<&'static str> {
    let extension = extension(name)?;
    let line = DIFFERENT.lines().find_map(|line| line.strip_prefix(&extension)?.strip_prefix(' '));
    line.or_else(|| mime_guess::from_ext(&extension).first_raw())
}

/// Where newman (mime-db 1.52) and `mime_guess` differ: an extension and its type on each line.
const DIFFERENT: &str = include_str!("media_types.txt");

/// The type of bytes that nothing else is known of.
pub(super) const UNKNOWN: &str = "application/octet-stream";

/// What follows the last dot of the file name, in lower case; a name without path and dots is an extension itself.
fn extension(name: &str) -> Option<String> {
    let file = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let bare = file.len() == name.len();
    let extension = match file.rfind('.') {
        Some(0) if !bare => return None,
        Some(dot) => &file[dot + 1..],
        None if bare => file,
        None => return None,
    };
    (!extension.is_empty()).then(|| extension.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_come_from_extensions() {
        assert_eq!(by_name("a/b.JSON"), Some("application/json"));
        assert_eq!(by_name("json"), Some("application/json"));
        assert_eq!(by_name("a/json"), None);
        assert_eq!(by_name("a/.json"), None);
        assert_eq!(by_name("b.bin"), Some("application/octet-stream"));
        assert_eq!(by_name("x.nobodyknows"), None);
        assert_eq!(by_name(""), None);
        assert_eq!(by_name("a.xml"), Some("application/xml"));
        assert_eq!(by_name("a.js"), Some("application/javascript"));
        assert_eq!(
            by_name("a.pptx"),
            Some("application/vnd.openxmlformats-officedocument.presentationml.presentation")
        );
        assert_eq!(by_name("a.ts"), Some("video/mp2t"));
        assert!(DIFFERENT.lines().all(|line| line.split(' ').count() == 2));
    }
}
