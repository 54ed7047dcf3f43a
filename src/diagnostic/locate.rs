//! Finds where in a JSON text a value stands, for messages about its shape.

/// Line and column (from 1) of the value at a JSON Pointer; `None` where the text has no such value.
pub fn locate(text: &str, pointer: &str) -> Option<(usize, usize)> {
    let mut scanner = Scanner { bytes: text.as_bytes(), at: 0 };
    scanner.blanks();
    for part in pointer.split('/').skip(1) {
        let part = part.replace("~1", "/").replace("~0", "~");
        scanner.enter(&part)?;
    }
    let before = text.get(..scanner.at)?;
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    Some((line, column))
}

struct Scanner<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Scanner<'_> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn blanks(&mut self) {
        while self.peek().is_some_and(|b| b.is_ascii_whitespace()) {
            self.at += 1;
        }
    }

    /// From the start of an object or list to the value under a key or index.
    fn enter(&mut self, part: &str) -> Option<()> {
        let list = match self.peek()? {
            b'{' => false,
            b'[' => true,
            _ => return None,
        };
        self.at += 1;
        let wanted: Option<usize> = if list { Some(part.parse().ok()?) } else { None };
        let mut index = 0;
        loop {
            self.blanks();
            if matches!(self.peek()?, b'}' | b']') {
                return None;
            }
            let found = if list {
                wanted == Some(index)
            } else {
                let start = self.at;
                self.skip()?;
                let key: String = serde_json::from_slice(&self.bytes[start..self.at]).ok()?;
                self.blanks();
                self.at += 1;
                self.blanks();
                key == part
            };
            if found {
                return Some(());
            }
            self.skip()?;
            self.blanks();
            if self.peek()? == b',' {
                self.at += 1;
            }
            index += 1;
        }
    }

    /// Over one value.
    fn skip(&mut self) -> Option<()> {
        match self.peek()? {
            b'"' => {
                self.at += 1;
                while self.peek()? != b'"' {
                    self.at += if self.peek()? == b'\\' { 2 } else { 1 };
                }
                self.at += 1;
            }
            b'{' | b'[' => {
                let mut depth = 0usize;
                loop {
                    match self.peek()? {
                        b'"' => {
                            self.skip()?;
                            continue;
                        }
                        b'{' | b'[' => depth += 1,
                        b'}' | b']' => depth -= 1,
                        _ => {}
                    }
                    self.at += 1;
                    if depth == 0 {
                        break;
                    }
                }
            }
            _ => {
                while self.peek().is_some_and(|b| !b.is_ascii_whitespace() && !matches!(b, b',' | b'}' | b']')) {
                    self.at += 1;
                }
            }
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::locate;

    #[test]
    fn finds_values_by_pointer() {
        let text = "{\n \"a\": [1, {\"b\\\"\": true}],\n \"c\": {\"d\": \"x,}\"}\n}";
        assert_eq!(locate(text, ""), Some((1, 1)));
        assert_eq!(locate(text, "/a/1"), Some((2, 11)));
        assert_eq!(locate(text, "/a/1/b\""), Some((2, 19)));
        assert_eq!(locate(text, "/c/d"), Some((3, 13)));
        assert_eq!(locate(text, "/c/e"), None);
    }

    #[test]
    fn broken_text_has_no_places() {
        let text = "{\"a\\é\": {\"b\": [1, \"\\é\"], \"c\": \"d\"}}";
        for end in (0..text.len()).filter(|end| text.is_char_boundary(*end)) {
            for pointer in ["", "/a", "/a\\é/b/1", "/b", "/0"] {
                let _ = locate(&text[..end], pointer);
            }
        }
        assert_eq!(locate("{\"a\"", "/a"), None);
    }
}
