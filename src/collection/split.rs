//! A URL as one text, taken apart into the object form that collections of v2.1 hold.

use serde_json::{Map, Value, json};

use crate::variables::tokens;

/// The object form of a URL: `raw` and its parts. Characters inside `{{…}}` split nothing.
pub(crate) fn split(text: &str) -> Map<String, Value> {
    let mut map = Map::new();
    map.insert("raw".into(), text.into());
    let text = text.trim_start();
    // Tokens are blanked out in a copy of the same length, so that its offsets are those of the text.
    let mask = mask(text);
    let hash = mask.find('#');
    let end = hash.unwrap_or(text.len());
    let query = mask[..end].find('?');
    let address = text[..query.unwrap_or(end)].replace('\\', "/");
    put_address(&mut map, &address);
    if let Some(at) = query {
        map.insert("query".into(), Value::Array(pieces(&text[at + 1..end], '&').map(param).collect()));
    }
    if let Some(at) = hash {
        map.insert("hash".into(), text[at + 1..].into());
    }
    map
}

/// Scheme, user, host, port and path.
fn put_address(map: &mut Map<String, Value>, address: &str) {
    let masked = mask(address);
    let (scheme, rest) = match masked.find("://") {
        Some(at) => (&address[..at], address[at + 3..].trim_start_matches('/')),
        None => ("", address),
    };
    if !scheme.is_empty() {
        map.insert("protocol".into(), scheme.into());
    }
    let masked = mask(rest);
    let slash = masked.find('/');
    let mut host = &rest[..slash.unwrap_or(rest.len())];
    if let Some(at) = masked[..host.len()].rfind('@') {
        let user = &host[..at];
        let (user, password) = mask(user).find(':').map_or((user, ""), |colon| (&user[..colon], &user[colon + 1..]));
        map.insert("auth".into(), json!({"user": user, "password": password}));
        host = &host[at + 1..];
    }
    let port = mask(host).rfind(':').filter(|at| !host[at + 1..].contains(']'));
    if let Some(at) = port {
        map.insert("port".into(), host[at + 1..].into());
        host = &host[..at];
    }
    if !host.is_empty() {
        map.insert("host".into(), pieces(host, '.').collect());
    }
    if let Some(at) = slash {
        let path: Vec<&str> = pieces(&rest[at + 1..], '/').collect();
        let names = path.iter().filter_map(|segment| segment.strip_prefix(':')).filter(|name| !name.is_empty());
        let variables: Vec<Value> = names.map(|name| json!({"key": name})).collect();
        map.insert("path".into(), path.into_iter().collect());
        if !variables.is_empty() {
            map.insert("variable".into(), variables.into());
        }
    }
}

/// `key=value`, `key` (value null) or nothing at all (both null).
fn param(piece: &str) -> Value {
    if piece.is_empty() {
        return json!({"key": null, "value": null});
    }
    match mask(piece).find('=') {
        Some(at) => json!({"key": &piece[..at], "value": &piece[at + 1..]}),
        None => json!({"key": piece, "value": null}),
    }
}

/// The text between separators that stand outside of tokens.
fn pieces(text: &str, separator: char) -> impl Iterator<Item = &str> {
    let mut ends: Vec<usize> = mask(text).match_indices(separator).map(|(at, _)| at).collect();
    ends.push(text.len());
    let mut from = 0;
    ends.into_iter().map(move |end| {
        let piece = &text[from..end];
        from = (end + 1).min(text.len());
        piece
    })
}

/// The text with every byte of a token replaced by a letter.
fn mask(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    for (start, end) in tokens(text) {
        out.push_str(&text[from..start]);
        out.extend(std::iter::repeat_n('x', end - start));
        from = end;
    }
    out.push_str(&text[from..]);
    out
}

/// Whether the text of a URL's address, with its parameters apart from it, is read as the same URL again.
pub(crate) fn comes_back(address: &str, parts: &super::UrlParts) -> bool {
    use super::Url;
    let Url::Parts(mut read) = Url::from_value(&Value::Object(split(address))) else { return false };
    if !parts.query.is_empty() {
        read.query.clone_from(&parts.query);
    }
    read.variables.clone_from(&parts.variables);
    Url::Parts(read).assemble() == Url::Parts(Box::new(parts.clone())).assemble()
}

/// The whole URL of an object form as one text, for its `raw`: path variables by name, disabled parameters left out.
pub(crate) fn raw(url: &Map<String, Value>) -> String {
    let mut plain = url.clone();
    plain.remove("variable");
    super::Url::from_value(&Value::Object(plain)).assemble()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::collection::Url;

    #[test]
    fn parts_are_found_and_joined_again() {
        for (text, joined) in [
            ("", ""),
            ("http://h:80/a/:b?x=1&y&z=#frag", "http://h:80/a/:b?x=1&y&z=#frag"),
            ("{{base}}/x/{{a/b?c#d}}", "{{base}}/x/{{a/b?c#d}}"),
            ("h/a?", "h/a?"),
            ("h/a?&&", "h/a?&&"),
            ("http://u:p@h/x", "http://u:p@h/x"),
            ("HTTP://H.com/a//b?a=b=c", "HTTP://H.com/a//b?a=b=c"),
            ("http://h/:a/x{{b}}?{{q}}={{v?&}}#h#k", "http://h/:a/x{{b}}?{{q}}={{v?&}}#h#k"),
            (" http:\\\\h\\p ", "http://h/p "),
            ("http:///h/x", "http://h/x"),
            ("[::1]:80/x", "[::1]:80/x"),
            ("http://[::1]", "http://[::1]"),
            ("h:{{port}}/æ/ø?å=é", "h:{{port}}/æ/ø?å=é"),
            ("/x", "/x"),
        ] {
            let map = split(text);
            assert_eq!(map["raw"], text);
            assert_eq!(Url::from_value(&Value::Object(map.clone())).assemble(), joined, "{text}: {map:?}");
        }
    }

    #[test]
    fn names_in_the_path_become_variables() {
        let map = split("http://h/:a/b/:");
        assert_eq!(map["variable"], json!([{"key": "a"}]));
        assert_eq!(map["path"], json!([":a", "b", ":"]));
    }
}
