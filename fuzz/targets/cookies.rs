//! Lines as `Set-Cookie` headers, and the whole as a file of cookies.
#![no_main]

use libfuzzer_sys::fuzz_target;
use postbud::http::cookies::CookieJar;
use postbud::http::url::WireUrl;

fuzz_target!(|text: &str| {
    let url = WireUrl::parse("https://a.example.com/x/y?z", true).expect("a URL");
    let jar = CookieJar::new();
    for line in text.lines() {
        jar.store(&url, line);
        let _ = jar.header_for(&url);
    }
    let json = jar.to_json().to_string();
    let again = CookieJar::from_file_text(&json).expect("a jar reads what it wrote");
    assert_eq!(again.all().len(), jar.all().len());
    let _ = jar.to_netscape();
    match CookieJar::from_file_text(text) {
        Ok(jar) => drop((jar.to_json(), jar.to_netscape(), jar.header_for(&url))),
        Err(error) => drop(error.to_string()),
    }
});
