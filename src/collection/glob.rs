//! Request paths and patterns of them: `Folder/Sub/Name`, `Correspondence/actions/**`.

use globset::{GlobBuilder, GlobMatcher};

/// A pattern of request paths. `*` stays within a folder, `**` does not; braces without a comma stand for themselves,
/// because folders are often named after paths (`{attachmentId}`).
#[derive(Debug, Clone)]
pub struct PathGlob {
    text: String,
    matcher: GlobMatcher,
}

impl PathGlob {
    /// Reads a pattern.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn new(text: &str) -> Result<Self, String> {
        let build = |pattern: &str| GlobBuilder::new(pattern).literal_separator(true).backslash_escape(true).build();
        let trimmed = text.trim_matches('/');
        let matcher = build(&literal_braces(trimmed))
            // A name without wildcards may hold a lone bracket.
            .or_else(|error| if trimmed.contains(['*', '?']) { Err(error) } else { build(&globset::escape(trimmed)) })
            .map_err(|error| error.kind().to_string())?
            .compile_matcher();
        Ok(Self { text: text.to_owned(), matcher })
    }

    /// The pattern as written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether a request path is meant.
    pub fn matches(&self, path: &str) -> bool {
        path.trim_matches('/') == self.text.trim_matches('/') || self.matcher.is_match(path.trim_matches('/'))
    }
}

/// `{name}` becomes `[{]name[}]`; `{a,b}` stays.
fn literal_braces(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find('{') {
        let (before, tail) = rest.split_at(start);
        out.push_str(before);
        let end = tail.find('}');
        match end {
            Some(end) if tail[..end].contains(',') => {
                out.push_str(&tail[..=end]);
                rest = &tail[end + 1..];
            }
            Some(end) => {
                out.push_str("[{]");
                out.push_str(&tail[1..end]);
                out.push_str("[}]");
                rest = &tail[end + 1..];
            }
            None => {
                out.push_str("[{]");
                rest = &tail[1..];
            }
        }
    }
    out.push_str(&rest.replace('}', "[}]"));
    out
}

/// The path of a request: names of the folders and its own, joined by `/`.
pub fn request_path<'a>(folders: impl IntoIterator<Item = &'a str>, name: &str) -> String {
    let mut path = String::new();
    for folder in folders {
        path.push_str(folder);
        path.push('/');
    }
    path.push_str(name);
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &str, path: &str) -> bool {
        PathGlob::new(pattern).unwrap().matches(path)
    }

    #[test]
    fn stars_and_folders() {
        assert!(matches("Correspondence/actions/**", "Correspondence/actions/Confirm"));
        assert!(matches("Correspondence/**", "Correspondence/actions/Confirm"));
        assert!(!matches("Correspondence/*", "Correspondence/actions/Confirm"));
        assert!(matches("**/Confirm", "Correspondence/actions/Confirm"));
        assert!(matches("**", "Login"));
        assert!(matches("{Login,Logout}", "Logout"));
    }

    #[test]
    fn names_with_braces_and_brackets_match_as_written() {
        let path = "correspondence/api/v1/attachment/{attachmentId}/upload/Upload";
        assert!(matches(path, path));
        assert!(matches("correspondence/api/v1/attachment/{attachmentId}/**", path));
        assert!(matches("**/Upload", path));
        assert!(matches("Login to Maskinporten (Sender)", "Login to Maskinporten (Sender)"));
        assert!(matches("a [b/c", "a [b/c"));
        assert!(PathGlob::new("a [b/*").is_err());
    }
}
