//! AWS Signature Version 4, in headers or in the query.

use std::fmt::Write as _;

use super::hash::{Hash, hex};
use super::{Authorizer, Draft, Params, SignContext};
use crate::request::js;

/// `Authorization: AWS4-HMAC-SHA256 …` and the `X-Amz-…` headers, or the same in the query.
pub(super) struct AwsV4;

const OWN_HEADERS: [&str; 3] = ["X-Amz-Date", "X-Amz-Security-Token", "X-Amz-Content-Sha256"];
const OWN_PARAMS: [&str; 6] = [
    "X-Amz-Security-Token",
    "X-Amz-Date",
    "X-Amz-Algorithm",
    "X-Amz-Credential",
    "X-Amz-SignedHeaders",
    "X-Amz-Signature",
];
/// Headers that proxies change, or that are the signature itself.
const UNSIGNED: [&str; 7] =
    ["authorization", "connection", "x-amzn-trace-id", "user-agent", "expect", "presigned-expires", "range"];

impl Authorizer for AwsV4 {
    fn sign(&self, params: &Params, draft: &mut Draft, context: &SignContext) -> Result<(), String> {
        draft.remove_header("authorization");
        for name in OWN_HEADERS {
            draft.remove_header(name);
        }
        draft.remove_params(&OWN_PARAMS);

        let service = params.text("service").unwrap_or_else(|| "execute-api".to_owned());
        let service = if service == "email" { "ses".to_owned() } else { service };
        let region = params.text("region").unwrap_or_else(|| "us-east-1".to_owned());
        let now = moment(draft, context)?;
        let day = now.get(..8).unwrap_or_default();
        let scope = format!("{day}/{region}/{service}/aws4_request");
        // What is missing is the word `undefined` to JavaScript, and is signed with.
        let or_undefined = |key: &str| params.text(key).unwrap_or_else(|| "undefined".to_owned());
        let credential = format!("{}/{scope}", or_undefined("accessKey"));
        let token = params.text("sessionToken");

        let mut key = format!("AWS4{}", or_undefined("secretKey")).into_bytes();
        for step in [day, &region, &service, "aws4_request"] {
            key = Hash::Sha256.hmac(&key, &[step.as_bytes()]);
        }
        let signature = |canonical: &str| {
            let text = format!("AWS4-HMAC-SHA256\n{now}\n{scope}\n{}", Hash::Sha256.hex(canonical.as_bytes()));
            hex(&Hash::Sha256.hmac(&key, &[text.as_bytes()]))
        };

        let mut signed = written_headers(draft);
        let host =
            signed.iter().find(|(name, value)| name == "host" && !value.is_empty()).map(|(_, value)| value.clone());
        let host = host.unwrap_or_else(|| draft.spec().url.authority());
        add(&mut signed, "host", &host);

        if params.flag("addAuthDataToQuery") {
            let names = names(&signed);
            let mut parameters: Vec<(&str, String)> = Vec::new();
            parameters.extend(token.map(|token| ("X-Amz-Security-Token", token)));
            if service == "s3" && !has_param(draft, "X-Amz-Expires") {
                parameters.push(("X-Amz-Expires", "86400".to_owned()));
            }
            parameters.push(("X-Amz-Date", now.clone()));
            parameters.push(("X-Amz-Algorithm", "AWS4-HMAC-SHA256".to_owned()));
            parameters.push(("X-Amz-Credential", credential));
            parameters.push(("X-Amz-SignedHeaders", names));
            let payload = if service == "s3" { "UNSIGNED-PAYLOAD".to_owned() } else { Hash::Sha256.hex(b"") };
            let canonical = canonical(draft, &service, &signed, &parameters, &payload)?;
            for (name, value) in &parameters {
                draft.add_encoded(&format!("{name}={}", js::strict(value)));
            }
            draft.add_encoded(&format!("X-Amz-Signature={}", signature(&canonical)));
            draft.upsert_header("Host", &host);
            return Ok(());
        }

        let mut put = |draft: &mut Draft, name: &str, value: &str| {
            add(&mut signed, &name.to_ascii_lowercase(), value);
            draft.upsert_header(name, value);
        };
        let body = draft.hashed_body().map(|body| Hash::Sha256.hex(body));
        if let Some(hash) = &body {
            put(draft, "X-Amz-Content-Sha256", hash);
        }
        draft.upsert_header("Host", &host);
        if let Some(token) = &token {
            put(draft, "X-Amz-Security-Token", token);
        }
        let payload = body.clone().unwrap_or_else(|| Hash::Sha256.hex(b""));
        if body.is_none() && service == "s3" {
            put(draft, "X-Amz-Content-Sha256", &payload);
        }
        put(draft, "X-Amz-Date", &now);
        let canonical = canonical(draft, &service, &signed, &[], &payload)?;
        draft.add_header(
            "Authorization",
            &format!(
                "AWS4-HMAC-SHA256 Credential={credential}, SignedHeaders={}, Signature={}",
                names(&signed),
                signature(&canonical)
            ),
        );
        Ok(())
    }
}

/// The time of the signature: the user's `Date` header, else now.
fn moment(draft: &Draft, context: &SignContext) -> Result<String, String> {
    const FORMAT: &str = "%Y%m%dT%H%M%SZ";
    let Some(date) = draft.written("date").filter(|date| !date.is_empty()) else {
        return context.time(FORMAT).ok_or_else(|| "Invalid time value".to_owned());
    };
    let seconds = match (httpdate::parse_http_date(date), date.parse::<jiff::Timestamp>()) {
        (Ok(time), _) => time.duration_since(std::time::UNIX_EPOCH).ok().map(|since| since.as_millis()),
        (Err(_), Ok(stamp)) => u128::try_from(stamp.as_millisecond()).ok(),
        (Err(_), Err(_)) => None,
    };
    seconds
        .and_then(|millis| u64::try_from(millis).ok())
        .and_then(|now_ms| SignContext { now_ms, random: context.random }.time(FORMAT))
        .ok_or_else(|| "Invalid time value".to_owned())
}

/// The user's headers that are signed, by lower-case name; equal names joined by commas.
fn written_headers(draft: &Draft) -> Vec<(String, String)> {
    let mut headers: Vec<(String, String)> = Vec::new();
    for header in draft.early() {
        let name = header.name.to_ascii_lowercase();
        match headers.iter_mut().find(|(known, _)| *known == name) {
            Some((_, value)) => {
                value.push(',');
                value.push_str(&header.value);
            }
            None => headers.push((name, header.value.clone())),
        }
    }
    headers.retain(|(name, _)| !UNSIGNED.contains(&name.as_str()));
    headers.sort();
    headers
}

fn add(headers: &mut Vec<(String, String)>, name: &str, value: &str) {
    headers.retain(|(known, _)| known != name);
    headers.push((name.to_owned(), value.to_owned()));
    headers.sort();
}

fn names(headers: &[(String, String)]) -> String {
    headers.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(";")
}

fn has_param(draft: &Draft, name: &str) -> bool {
    let query = draft.spec().url.query.as_deref().unwrap_or_default();
    query.split('&').any(|piece| piece.split('=').next() == Some(name))
}

/// The canonical request, of the target as written and the parameters that are to be added to it.
fn canonical(
    draft: &Draft,
    service: &str,
    headers: &[(String, String)],
    added: &[(&str, String)],
    payload: &str,
) -> Result<String, String> {
    let spec = draft.spec();
    let is_s3 = service == "s3";
    let target = tidy(draft.target())?;
    let (path, query) = target.split_once('?').unwrap_or((&target, ""));
    let mut lines = String::new();
    for (name, value) in headers {
        let words: Vec<&str> = value.split_whitespace().collect();
        let _ = writeln!(lines, "{name}:{}", words.join(" "));
    }
    Ok([
        spec.method.as_str(),
        &canonical_path(path, is_s3)?,
        &canonical_query(query, added, is_s3),
        &lines,
        &names(headers),
        payload,
    ]
    .join("\n"))
}

/// Where a target holds characters that should have been encoded, all of it is decoded and encoded again.
fn tidy(target: String) -> Result<String, String> {
    const PLAIN: &[u8] = b";,/?:@&=+$-_.!~*'()#%";
    if target.bytes().all(|b| b.is_ascii_alphanumeric() || PLAIN.contains(&b)) {
        return Ok(target);
    }
    // `decodeURI` keeps the escapes of reserved characters, whose percent sign `encodeURI` then encodes.
    let mut kept = String::with_capacity(target.len());
    let mut rest = target.as_str();
    while let Some(at) = rest.find('%') {
        let reserved = rest.get(at + 1..at + 3).and_then(|digits| u8::from_str_radix(digits, 16).ok());
        let reserved = reserved.is_some_and(|byte| b";/?:@&=+$,#".contains(&byte));
        kept.push_str(&rest[..at]);
        kept.push_str(if reserved { "%25" } else { "%" });
        rest = &rest[at + 1..];
    }
    kept.push_str(rest);
    let decoded = js::decode_component(&kept).ok_or_else(|| "URI malformed".to_owned())?;
    let mut out = String::with_capacity(decoded.len());
    for c in decoded.chars() {
        if c.is_ascii_alphanumeric() || b";,/?:@&=+$-_.!~*'()#".iter().any(|b| char::from(*b) == c) {
            out.push(c);
        } else {
            out.push_str(&js::strict(c.encode_utf8(&mut [0; 4])));
        }
    }
    Ok(out)
}

/// s3 takes paths as they are; all others get them tidied up and encoded twice.
fn canonical_path(path: &str, is_s3: bool) -> Result<String, String> {
    if path == "/" {
        return Ok(path.to_owned());
    }
    let mut pieces: Vec<String> = Vec::new();
    let last = path.split('/').count().saturating_sub(1);
    for (at, piece) in path.split('/').enumerate() {
        // An empty piece inside is a doubled slash.
        if !is_s3 && piece.is_empty() && at != 0 && at != last {
            continue;
        }
        match piece {
            _ if is_s3 => {
                let decoded = js::decode_component(&piece.replace('+', " "));
                let decoded = decoded.ok_or_else(|| "URI malformed".to_owned())?;
                pieces.push(js::strict(&decoded).replace("%2F", "/"));
            }
            ".." => drop(pieces.pop()),
            "." => {}
            _ => pieces.push(js::strict(piece)),
        }
    }
    let joined = pieces.join("/");
    Ok(if joined.starts_with('/') { joined } else { format!("/{joined}") })
}

/// Parameters decoded, encoded strictly and sorted; s3 takes the first value of each key.
fn canonical_query(query: &str, added: &[(&str, String)], is_s3: bool) -> String {
    let decode = |text: &str| {
        let text = text.replace('+', " ");
        percent_encoding::percent_decode_str(&text).decode_utf8_lossy().into_owned()
    };
    let mut pairs: Vec<(String, String)> = Vec::new();
    for piece in query.split('&').filter(|piece| !piece.is_empty()) {
        let (key, value) = piece.split_once('=').unwrap_or((piece, ""));
        let key = js::strict(&decode(key));
        if key.is_empty() || is_s3 && pairs.iter().any(|(known, _)| *known == key) {
            continue;
        }
        pairs.push((key, js::strict(&decode(value))));
    }
    pairs.extend(added.iter().map(|(name, value)| (js::strict(name), js::strict(value))));
    pairs.sort();
    pairs.iter().map(|(key, value)| format!("{key}={value}")).collect::<Vec<_>>().join("&")
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::*;
    use serde_json::{Value, json};

    fn sign(request: &Value, more: &Value) -> String {
        let mut params = json!({"accessKey": "AKID", "secretKey": "SECRET"});
        for (key, value) in more.as_object().into_iter().flatten() {
            params[key] = value.clone();
        }
        let mut case = Case::request(request, "awsv4", &params);
        assert_eq!(case.sign(), [] as [&str; 0]);
        case.wire()
    }

    #[track_caller]
    fn signature(request: &Value, more: &Value, expected: &str) {
        let wire = sign(request, more);
        assert!(wire.contains(&format!("Signature={expected}")), "{wire}");
    }

    fn post(mode: &str, body: &Value) -> Value {
        json!({"method": "POST", "url": "http://127.0.0.1:9401/", "body": {"mode": mode, mode: body}})
    }

    #[test]
    fn a_post_with_a_session_token() {
        // P55
        let request = json!({"method": "POST", "url": "http://127.0.0.1:9301/x?a=1&b=2 3",
            "body": {"mode": "raw", "raw": "hi"}});
        assert_eq!(
            sign(&request, &json!({"region": "eu-west-1", "service": "s3", "sessionToken": "TOK"})),
            "POST /x?a=1&b=2%203 | X-Amz-Content-Sha256: 8f434346648f6b96df89dda901c5176b10a6d83961dd3c1ac88b59b2dc327aa4 | \
             Host: 127.0.0.1:9301 | X-Amz-Security-Token: TOK | X-Amz-Date: 20200101T000000Z | \
             Authorization: AWS4-HMAC-SHA256 Credential=AKID/20200101/eu-west-1/s3/aws4_request, \
             SignedHeaders=host;x-amz-content-sha256;x-amz-date;x-amz-security-token, \
             Signature=acf486d5a508d289f267d2e18cbff07a0a42b3fb7592a333662a3bd7a242435d | Content-Type: text/plain | \
             [User-Agent, Accept, Cache-Control, Postman-Token, Accept-Encoding, Connection] | BODY \"hi\""
                .replace("Host: 127.0.0.1:9301", "[Host]")
        );
    }

    #[test]
    fn measured_signatures() {
        let url = |url: &str| json!({"url": format!("http://127.0.0.1:9401{url}")});
        let none = json!({});
        let s3 = json!({"service": "s3"});
        signature(
            &json!({"url": "http://127.0.0.1:9301/x?a=1&b=2%203"}),
            &none,
            "506367c80fdfbcc7df42782c9b6de1af0a9e2e4c6b64209c24c90ccfbb8e593d",
        );
        signature(
            &url("/a//b/../c d/é+%2F*?x=~&b=&c&=v&a=2&a=1"),
            &s3,
            "f5e610e1476c37bae06fda682e60b7d31d2feafb14b71e10f9683dcaf9f18396",
        );
        signature(
            &url("/a//b/../c d/é+%2F*/./?x=~&b=&c&=v&a=2&a=1&A=(')"),
            &none,
            "c646a58799ba46c01b69f4641a88bd0ce4958fba5751ccc506d0432308037685",
        );
        signature(
            &url("/x{y}"),
            &json!({"service": "email"}),
            "44ff1c6baa5b93e74a10ad85e5b8b7c8d4d437ba368d2c420f4a839d1fa2f7f5",
        );
        signature(
            &post("graphql", &json!({"query": "{a}"})),
            &none,
            "9439519c66496df084b2cf695d726b1dad025293af3b2535288333c1d9dbae96",
        );
        signature(
            &post("formdata", &json!([{"key": "a", "value": "1"}])),
            &none,
            "a0cec2ef33694307adcf006decd5a3f93541bf96288ade97dee342a22c293574",
        );
        signature(
            &post("urlencoded", &json!("x=1 2&é=*&oauth_nonce=z")),
            &none,
            "c7bd4ff102d7c3c176e161952df8efcced62ce1edd4409e27eb2dd41c3e40220",
        );
        let mut nobody = Case::new("http://127.0.0.1:9401/", "awsv4", &none);
        nobody.sign();
        assert!(nobody.added().contains("Credential=undefined/20200101/us-east-1/execute-api/aws4_request"));
        assert!(nobody.added().ends_with("ab946a630fc821e541be777cb0657dc6613cfed02e8cf268bc16e24662f6b729"));
    }

    #[test]
    fn the_users_headers_are_signed() {
        let mut request = post("raw", &json!("hi"));
        request["header"] = json!([{"key": "X-B", "value": "1"}, {"key": "X-B", "value": "2  3"},
            {"key": "authorization", "value": "z"}, {"key": "Range", "value": "bytes=0"},
            {"key": "Content-Type", "value": "text/plain; x"}, {"key": "host", "value": "foo"},
            {"key": "x-amz-date", "value": "20200101T000000Z"},
            {"key": "Date", "value": "Thu, 02 Jan 2020 00:00:00 GMT"}]);
        let wire = sign(&request, &json!({}));
        assert!(wire.contains("SignedHeaders=content-type;date;host;x-amz-content-sha256;x-amz-date;x-b,"), "{wire}");
        assert!(wire.contains("3e971017d8536f7f8b66f8e2dc0b77b011abf63a4f475ff8c7c11487aaef4541"), "{wire}");
        assert!(wire.contains("Range: bytes=0 | Content-Type: text/plain; x | "), "{wire}");
        assert!(wire.contains("X-Amz-Date: 20200102T000000Z"), "{wire}");
    }

    #[test]
    fn in_the_query() {
        let query = json!({"addAuthDataToQuery": true, "service": "s3"});
        let wire = sign(&json!({"url": "http://127.0.0.1:9401/x", "header": "X-A: 1"}), &query);
        assert_eq!(
            wire,
            "GET /x?X-Amz-Expires=86400&X-Amz-Date=20200101T000000Z&X-Amz-Algorithm=AWS4-HMAC-SHA256&\
             X-Amz-Credential=AKID%2F20200101%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-SignedHeaders=host%3Bx-a&\
             X-Amz-Signature=3412b50b55083c751f6e971163b8bc422b60df1993485dc6e8d32f04b99d9138 | X-A: 1 | [Host, User-Agent, \
             Accept, Cache-Control, Postman-Token, Accept-Encoding, Connection]"
                .replace("[Host, User-Agent, Accept, Cache-Control, Postman-Token, Accept-Encoding, Connection]", "SYS")
        );
        let request = json!({"url": "http://127.0.0.1:9401/x?X-Amz-Expires=60&é=1"});
        signature(&request, &query, "4625a69e2b5c31969b69488c7f7c754ae6212500c0e439e386fc275e0504ff11");
        let token = json!({"addAuthDataToQuery": true, "sessionToken": "TOK/+="});
        let wire = sign(&json!({"url": "http://127.0.0.1:9401/x?a=1&X-Amz-Date=o"}), &token);
        assert!(
            wire.starts_with("GET /x?a=1&X-Amz-Security-Token=TOK%2F%2B%3D&X-Amz-Date=20200101T000000Z&"),
            "{wire}"
        );
    }

    #[test]
    fn targets_are_encoded_again_where_they_need_it() {
        assert_eq!(tidy("/a%20b".to_owned()).as_deref(), Ok("/a%20b"));
        assert_eq!(tidy("/a%20b|%2F".to_owned()).as_deref(), Ok("/a%20b%7C%252F"));
        assert_eq!(tidy("/|%zz".to_owned()), Err("URI malformed".to_owned()));
    }

    #[test]
    fn the_test_suite_of_aws() {
        // aws-sig-v4-test-suite: get-vanilla, get-vanilla-query-order-key-case, post-vanilla.
        let params = json!({"accessKey": "AKIDEXAMPLE", "secretKey": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
            "region": "us-east-1", "service": "service"});
        for (method, query, signature) in [
            ("GET", "", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
            ("GET", "?Param2=value2&Param1=value1", "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"),
            ("POST", "", "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"),
        ] {
            let request = json!({"method": method, "url": format!("https://example.amazonaws.com/{query}")});
            let mut case = Case::request(&request, "awsv4", &params);
            case.now_ms = 1_440_938_160_000;
            assert_eq!(case.sign(), [] as [&str; 0]);
            let expected = format!(
                "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, \
                 SignedHeaders=host;x-amz-date, Signature={signature}"
            );
            assert_eq!(case.value("authorization"), Some(expected.as_str()));
        }
    }
}
