//! The sixty wire probes: what newman sent for them, byte by byte, is what the binary sends.
//!
//! `wire_probes.json` holds them as they were recorded, all against `127.0.0.1:9301`; `--connect-to` leads that to the test's server.
//! In what was sent, `SYS` stands for the seven system headers, and `[A, B]` for these of them.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use crate::harness::Postbud;

const SYSTEM: [(&str, &str); 7] = [
    ("User-Agent", concat!("postbud/", env!("CARGO_PKG_VERSION"))),
    ("Accept", "*/*"),
    ("Cache-Control", "no-cache"),
    ("Postman-Token", ""),
    ("Host", "127.0.0.1:9301"),
    ("Accept-Encoding", "gzip, deflate, br"),
    ("Connection", "keep-alive"),
];

/// A challenge with the flags 0x8205 and the nonce 0123456789abcdef.
const NTLM_CHALLENGE: &str = "NTLM TlRMTVNTUAACAAAAAAAAADgAAAAFggAAASNFZ4mrze8AAAAAAAAAAAAAAAAAAAAA";

/// What is only there with a clock that stands still; the unit test of the file has its vector.
const ELSEWHERE: [(&str, &str); 1] = [("P55", "src/auth/awsv4.rs")];

/// Answers as the server of the recordings did, and keeps each request in their notation.
fn serve(mut stream: &TcpStream, log: &Mutex<Vec<String>>) {
    let mut bytes = Vec::new();
    let mut piece = [0; 4096];
    loop {
        while let Some(length) = complete(&bytes) {
            let request: Vec<u8> = bytes.drain(..length).collect();
            let (line, text) = notation(&request);
            log.lock().expect("no panic while logging").push(text);
            if stream.write_all(answer(&line, &request).as_bytes()).is_err() {
                return;
            }
        }
        match stream.read(&mut piece) {
            Ok(count) if count > 0 => bytes.extend_from_slice(&piece[..count]),
            _ => return,
        }
    }
}

/// The length of the first request in these bytes, once it is all there.
fn complete(bytes: &[u8]) -> Option<usize> {
    let head = bytes.windows(4).position(|window| window == b"\r\n\r\n")? + 4;
    let text = latin1(&bytes[..head]).to_ascii_lowercase();
    let length =
        text.split("\r\ncontent-length: ").nth(1).and_then(|rest| rest.lines().next()?.parse().ok()).unwrap_or(0);
    (bytes.len() >= head + length).then_some(head + length)
}

fn latin1(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| char::from(*byte)).collect()
}

/// The request line, and the whole request as the recordings write it.
fn notation(request: &[u8]) -> (String, String) {
    let head = request.windows(4).position(|window| window == b"\r\n\r\n").expect("a head");
    let (text, body) = (latin1(&request[..head]), &request[head + 4..]);
    let mut lines = text.split("\r\n");
    let line = lines.next().unwrap_or_default().to_owned();
    let mut out = vec![line.clone()];
    let mut system: Vec<&str> = Vec::new();
    let flush = |out: &mut Vec<String>, system: &mut Vec<&str>| {
        if system.len() == SYSTEM.len() {
            out.push("SYS".to_owned());
        } else if !system.is_empty() {
            out.push(format!("[{}]", system.join(", ")));
        }
        system.clear();
    };
    for header in lines {
        let known = header.split_once(": ").and_then(|(name, value)| {
            SYSTEM.iter().find(|(own, expected)| *own == name && (*expected == value || expected.is_empty()))
        });
        if let Some((name, _)) = known {
            system.push(name);
        } else {
            flush(&mut out, &mut system);
            out.push(header.to_owned());
        }
    }
    flush(&mut out, &mut system);
    if !body.is_empty() {
        out.push(format!("BODY {}", Value::String(String::from_utf8_lossy(body).into_owned())));
    }
    (line, out.join(" | "))
}

fn answer(line: &str, request: &[u8]) -> String {
    let path = line.split([' ', '?']).nth(1).unwrap_or_default();
    let sent = |text: &str| latin1(request).contains(text);
    let digest = "Digest realm=\"r\", nonce=\"n1\", qop=\"auth\", opaque=\"op\"";
    let (status, header) = match path {
        "/r302" => ("302 Found", "Location: /next".to_owned()),
        "/r307" => ("307 Temporary Redirect", "Location: /next".to_owned()),
        "/rx" => ("302 Found", "Location: http://localhost:9301/next".to_owned()),
        "/set" => ("200 OK", "Set-Cookie: j=1; Path=/".to_owned()),
        "/dig" if !sent("Authorization") => ("401 Unauthorized", format!("WWW-Authenticate: {digest}")),
        "/ntlm" if !sent("Authorization") => ("401 Unauthorized", "WWW-Authenticate: NTLM".to_owned()),
        "/ntlm" if sent("NTLM TlRMTVNTUAAB") => ("401 Unauthorized", format!("WWW-Authenticate: {NTLM_CHALLENGE}")),
        _ => ("200 OK", "X: x".to_owned()),
    };
    format!("HTTP/1.1 {status}\r\n{header}\r\nContent-Length: 2\r\n\r\n{{}}")
}

/// Runs a probe; what was sent and what the terminal showed, without its frames and line breaks.
fn run(probe: &Value) -> (Vec<String>, String) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = listener.local_addr().expect("an address").port();
    let log = Arc::new(Mutex::new(Vec::new()));
    let shared = Arc::clone(&log);
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let log = Arc::clone(&shared);
            std::thread::spawn(move || serve(&stream, &log));
        }
    });
    let mut collection = probe.get("collection").cloned().unwrap_or_else(|| json!({}));
    collection["info"] = json!({"name": "probe"});
    collection["item"] = probe["items"].clone();
    let mut call = Postbud::run(&collection)
        .file("f1.txt", "file-content\n")
        .file("j.json", "{\"a\":1}")
        .args(&["--connect-to", &format!("127.0.0.1:9301:127.0.0.1:{port}")])
        .args(&["--connect-to", &format!("localhost:9301:127.0.0.1:{port}"), "--no-redact"]);
    std::fs::write(call.folder.path().join("b.bin"), b"\x00\x01\xff").expect("a file");
    for (name, option) in [("data", "-d"), ("environment", "-e")] {
        if let Some(value) = probe.get(name) {
            let file = format!("{name}.json");
            call = call.file(&file, &value.to_string()).args(&[option, &file]);
        }
    }
    let ran = call.go();
    let shown = ran.stdout.replace("\n  │ ", "");
    (log.lock().expect("no panic while logging").clone(), shown)
}

#[test]
fn every_probe_is_sent_as_newman_sent_it() {
    let probes: Vec<Value> = serde_json::from_str(include_str!("wire_probes.json")).expect("the recordings");
    assert_eq!(probes.len(), 60);
    let mut wrong = Vec::new();
    for probe in &probes {
        let name = probe["probe"].as_str().expect("a name");
        if ELSEWHERE.iter().any(|(elsewhere, _)| *elsewhere == name) {
            continue;
        }
        let (sent, shown) = run(probe);
        let texts = |key: &str| -> Vec<&str> {
            probe[key].as_array().into_iter().flatten().filter_map(Value::as_str).collect()
        };
        if sent != texts("sent") {
            wrong.push(format!("{name} {}\n  newman:  {:#?}\n  postbud: {sent:#?}", probe["title"], texts("sent")));
        }
        for warning in texts("warned") {
            if !shown.contains(warning) {
                wrong.push(format!("{name}: {warning:?} is not shown: {shown}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{} probes differ\n{}", wrong.len(), wrong.join("\n"));
}
