use super::*;

fn parse(text: &str) -> WireUrl {
    WireUrl::parse(text, true).unwrap()
}

#[track_caller]
fn shows(text: &str, expected: &str) {
    assert_eq!(parse(text).to_string(), expected);
}

#[test]
fn request_targets_of_the_wire_probes() {
    for (url, target) in [
        ("h/x", "/x"),
        ("  h/a b ", "/a%20b%20"),
        ("h/p\"<>`{}|^~[]!$&'()*+,;=:@%/é", "/p%22%3C%3E%60%7B%7D|^~[]!$&'()*+,;=:@%/%C3%A9"),
        ("h/?q=\"<>`{}|^~[]!$'()*+,;=:@%/?é#h", "/?q=%22%3C%3E`{}|^~[]!$%27()*+,;=:@%/?%C3%A9"),
        ("h/a%20b%2F%zz?x=%41%&y=a+b%2B", "/a%20b%2F%zz?x=%41%&y=a+b%2B"),
        ("h/x?a&b=&=c&&d=1&", "/x?a&b=&=c&&d=1&"),
        ("h//a/../b\\c?d\\e", "//a/../b/c?d\\e"),
        ("h/{{u}}?{{u}}={{u}}", "/%7B%7Bu%7D%7D?{{u}}={{u}}"),
        ("h/\u{0}\u{1f}\u{7f}", "/%00%1F%7F"),
        ("h", "/"),
        ("h/?'", "/?%27"),
        ("h?", "/?"),
    ] {
        assert_eq!(parse(url).target(), target, "{url}");
    }
}

#[test]
fn nothing_but_the_host_is_encoded_on_request() {
    let url = WireUrl::parse("http://BÜCHER.x/a{b}\"é?x='<>#é", false).unwrap();
    assert_eq!(url.target(), "/a{b}\"é?x='<>");
    assert_eq!(url.host, "xn--bcher-kva.x");
    assert_eq!(url.fragment.as_deref(), Some("é"));
    assert_eq!(url.check(), Ok(()));
    let spaced = WireUrl::parse("http://h/a b", false).unwrap();
    assert_eq!(spaced.check(), Err(UrlError::Unescaped));
    assert_eq!(WireUrl::parse("http://h/日", false).unwrap().check(), Err(UrlError::Unescaped));
}

#[test]
fn parts() {
    let url = parse("HTTPS://u%40:p@q@Host:8/x@y?a:b#c#d");
    assert_eq!(url.scheme, "https");
    assert_eq!(url.userinfo, Some(("u@".into(), "p@q".into())));
    assert_eq!((url.host.as_str(), url.port.as_deref()), ("host", Some("8")));
    assert_eq!((url.path.as_str(), url.query.as_deref(), url.fragment.as_deref()), ("/x@y", Some("a:b"), Some("c#d")));
    assert_eq!(url.to_string(), "https://u%40:p%40q@host:8/x@y?a:b#c#d");
}

#[test]
fn odd_shapes_read_as_postman_reads_them() {
    shows("http:///h/x", "http://h/x");
    shows("http:\\\\h\\p", "http://h/p");
    shows("http:/h/x", "http://http:/h/x");
    shows("http://user@h/", "http://user@h/");
    shows("http://:@h/", "http://:@h/");
    shows("http://@h/", "http://h/");
    shows("http://h:/", "http://h:/");
    shows("http://a:b:80/", "http://a:b:80/");
    shows("http://", "http:///");
    shows("?x", "http:///?x");
    shows("http://h #f g", "http://h /#f%20g");
    shows("http://h/x#a<b>{c}`é", "http://h/x#a%3Cb%3E{c}%60%C3%A9");
    shows("http://h/a\\b#h\\?x", "http://h/a/b#h\\?x");
    shows("ftp://h/", "ftp://h/");
}

#[test]
fn tokens_with_reserved_characters_are_not_cut() {
    let url = parse("{{a:b/c}}.x.com/y?{{q?#x}}={{d.c}}");
    assert_eq!(url.host, "{{a:b/c}}.x.com");
    assert_eq!(url.target(), "/y?{{q?%23x}}={{d.c}}");
    let url = parse("http://{{a.b}}:{{p/q}}/");
    assert_eq!((url.host.as_str(), url.port.as_deref()), ("{{a.b}}", Some("{{p/q}}")));
    assert_eq!(
        parse("h/{{{a?b}}}x{{").target(),
        "/%7B%7B%7Ba?b}}}x{{".replace("a?b", "a%3Fb").replace('}', "%7D").replace("{{", "%7B%7B")
    );
    assert_eq!(parse("{{a\\/b}}\\c").path, "/c");
}

#[test]
fn ports() {
    for (text, port) in
        [("h", 80), ("https://h", 443), ("h:", 80), ("h:09301", 9301), ("h:0x50", 80), ("h:1e3", 1000), ("h:0", 0)]
    {
        assert_eq!(parse(text).port_number(), Ok(port), "{text}");
    }
    for text in ["h:99999", "h:abc", "h:-1", "h:1.5", "h:0x+1", "h:+", "h:1e9", "h: "] {
        assert!(matches!(parse(text).port_number(), Err(UrlError::Port(_))), "{text}");
    }
    assert_eq!(
        parse("h:99999").check().unwrap_err().to_string(),
        "Port should be >= 0 and < 65536. Received type string ('99999')."
    );
}

#[test]
fn what_cannot_be_requested_says_so_in_newmans_words() {
    assert_eq!(WireUrl::parse(" \u{feff}\n", true), Err(UrlError::Empty));
    assert_eq!(parse("http:///").check().unwrap_err().to_string(), "Invalid URI \"http:///\"");
    assert_eq!(parse("ftp://h/").check().unwrap_err().to_string(), "Invalid protocol: ftp:");
    assert_eq!(parse("http://{{base}}/").check(), Ok(()));
}

#[test]
fn locations_resolve_without_normalising() {
    let base = parse("http://u:p@h:1/a/b?q#f");
    for (location, expected) in [
        ("/next", "http://u:p@h:1/next"),
        ("next", "http://u:p@h:1/a/next"),
        ("../n", "http://u:p@h:1/a/../n"),
        ("?x=1", "http://u:p@h:1/a/b?x=1"),
        ("#z", "http://u:p@h:1/a/b?q#z"),
        ("//o/x", "http://o/x"),
        ("\\\\o\\x", "http://o/x"),
        ("\\x", "http://u:p@h:1/x"),
        ("https://o:2/x y", "https://o:2/x%20y"),
        ("ftp://o/x", "ftp://o/x"),
        ("http:///", "http:///"),
        ("a:b", "http://u:p@h:1/a/a:b"),
        ("", "http://u:p@h:1/a/b?q"),
        ("/Ã¦", "http://u:p@h:1/%C3%83%C2%A6"),
    ] {
        assert_eq!(base.join(location, true).unwrap().to_string(), expected, "{location}");
    }
}

#[test]
fn no_input_panics() {
    for text in [
        "{{",
        "}}",
        "{{}}",
        "{{{{}}}}",
        "é{{é.é}}é",
        "@",
        ":",
        "://",
        ":@:",
        "[",
        "]",
        "[]",
        "[::1",
        "\\",
        "\\\\",
        "#?",
        "日://日:日@日:日/日?日#日",
    ] {
        let url = parse(text);
        let _ = (url.check(), url.to_string(), url.join(text, true), url.hostname().len());
    }
}
