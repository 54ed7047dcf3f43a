//! Content types of files, by their names.

/// The type of a file by the extension of its name; `None` where nobody knows it.
pub(super) fn by_name(name: &str) -> Option<&'static str> {
    let extension = extension(name)?;
    if let Ok(at) = DIFFERENT.binary_search_by(|(known, _)| (*known).cmp(extension.as_str())) {
        return Some(DIFFERENT[at].1);
    }
    mime_guess::from_ext(&extension).first_raw()
}

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

/// Where newman (mime-db 1.52) and our table differ, for the types that are uploaded to services; sorted.
const DIFFERENT: &[(&str, &str)] = &[
    ("js", "application/javascript"),
    ("mjs", "application/javascript"),
    ("ts", "video/mp2t"),
    ("xml", "text/xml"),
    ("yaml", "text/yaml"),
    ("yml", "text/yaml"),
];

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
        assert!(DIFFERENT.is_sorted_by(|a, b| a.0 < b.0));
    }
}
