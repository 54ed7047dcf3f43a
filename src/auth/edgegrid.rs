//! Akamai EdgeGrid: a signature over the request line, chosen headers and the start of a POST's body.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use serde_json::Value;

use crate::http::url::WireUrl;

use super::hash::Hash;
use super::{Authorizer, Draft, Params, SignContext};

/// Bytes of a body that are hashed when nothing else is said.
const MAX_BODY: usize = 131_072;

/// `Authorization: EG1-HMAC-SHA256 …`.
pub(super) struct EdgeGrid;

impl Authorizer for EdgeGrid {
    fn pre(&self, params: &mut Params, _context: &SignContext) -> bool {
        ["accessToken", "clientToken", "clientSecret"].iter().all(|key| params.flag(key))
    }

    fn sign(&self, params: &Params, draft: &mut Draft, context: &SignContext) -> Result<(), String> {
        draft.remove_header("authorization");
        let timestamp =
            params.text("timestamp").unwrap_or_else(|| context.time("%Y%m%dT%H:%M:%S+0000").unwrap_or_default());
        let nonce = params.text("nonce").unwrap_or_else(|| context.uuid());
        let client = params.text_or_empty("clientToken");
        let access = params.text_or_empty("accessToken");
        let header =
            format!("EG1-HMAC-SHA256 client_token={client};access_token={access};timestamp={timestamp};nonce={nonce};");

        let spec = draft.spec();
        let base = params.text("baseURL").and_then(|base| WireUrl::parse(&base, true).ok()).map(|url| url.authority());
        let host = base.filter(|host| !host.is_empty()).unwrap_or_else(|| spec.url.authority());
        let body = match draft.hashed_body().filter(|_| spec.method == "POST") {
            Some(body) => STANDARD.encode(Hash::Sha256.of(&[&body[..limit(params).min(body.len())]])),
            None => String::new(),
        };
        let data =
            [spec.method.as_str(), &spec.url.scheme, &host, &draft.target(), &headers(params, draft), &body, &header]
                .join("\t");
        let mac = |key: &[u8], data: &str| STANDARD.encode(Hash::Sha256.hmac(key, &[data.as_bytes()]));
        let key = mac(params.text_or_empty("clientSecret").as_bytes(), &timestamp);
        let signature = mac(key.as_bytes(), &data);
        draft.authorize(&format!("{header}signature={signature}"));
        Ok(())
    }
}

fn limit(params: &Params) -> usize {
    match params.text("maxBodySize") {
        Some(text) => text.trim().parse::<f64>().map_or(MAX_BODY, |size| size as usize),
        None => MAX_BODY,
    }
}

/// The headers to sign, in the order asked for; those that are missing, empty or there twice are left out.
fn headers(params: &Params, draft: &Draft) -> String {
    let names: Vec<String> = match params.get("headersToSign") {
        Some(Value::String(list)) => list.split(',').map(str::to_owned).collect(),
        Some(Value::Array(list)) => list.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        _ => Vec::new(),
    };
    let mut lines = Vec::new();
    for name in names {
        let name = name.trim().to_lowercase();
        let mut found = draft.early().filter(|h| h.is(&name));
        if let (Some(header), None) = (found.next(), found.next())
            && !header.value.is_empty()
        {
            let words: Vec<&str> = header.value.split_whitespace().collect();
            lines.push(format!("{name}:{}", words.join(" ")));
        }
    }
    lines.join("\t")
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use serde_json::{Value, json};

    fn signature(request: &Value, more: &Value) -> String {
        let mut params = json!({"accessToken": "at", "clientToken": "ct", "clientSecret": "cs", "nonce": "nn",
            "timestamp": "20200101T00:00:00+0000"});
        for (key, value) in more.as_object().into_iter().flatten() {
            params[key] = value.clone();
        }
        let mut case = Case::request(request, "edgegrid", &params);
        case.sign();
        let added = case.value("authorization").unwrap_or_default().to_owned();
        let head = "EG1-HMAC-SHA256 client_token=ct;access_token=at;timestamp=20200101T00:00:00+0000;nonce=nn;";
        added.strip_prefix(head).map_or(added.clone(), str::to_owned)
    }

    fn post(body: &Value, headers: &Value) -> Value {
        json!({"method": "POST", "url": "http://127.0.0.1:9401/", "header": headers, "body": body})
    }

    #[test]
    fn measured_signatures() {
        // P56
        let request = json!({"method": "POST", "url": "http://127.0.0.1:9301/x?a=1", "header": "X-A: 1  2",
            "body": {"mode": "raw", "raw": "hello"}});
        let request = signature(&request, &json!({"headersToSign": "X-A"}));
        assert_eq!(request, "signature=J+kNTx4dymH6FMcQVyNFYnAGGc20l5W/mqF28j8Y7XM=");

        let get = json!({"url": "http://127.0.0.1:9401/x?a=1 2"});
        assert_eq!(signature(&get, &json!({})), "signature=Gl7YpBnAZ2ITEWzNk6vKSRr704YjgbsooyCwPCuD7Mg=");
        let raw = json!({"mode": "raw", "raw": "hi"});
        let twice =
            json!([{"key": "X-A", "value": "1  2"}, {"key": "x-b", "value": " q "}, {"key": "X-A", "value": "3"}]);
        let more = json!({"headersToSign": ["X-B", " x-a ", 5, "x-none"], "baseURL": "https://akab.example/p"});
        assert_eq!(signature(&post(&raw, &twice), &more), "signature=k34/ZmU0rNB07RdiGhblJ7QbPRpEmheWuatO89Hxo9I=");
        let one = signature(&post(&raw, &json!(null)), &json!({"maxBodySize": "1"}));
        assert_eq!(one, "signature=09YLG8Y/WD6FfRqVIiphyWeHrJ0pdFxSYWgZciDtak8=");
        let mut put = post(&raw, &json!(null));
        put["method"] = "PUT".into();
        assert_eq!(signature(&put, &json!({})), "signature=mx8fCN9yPRC6S0IrUltTBMuKZ4zuxd1ynlC72xzxc1Y=");
        let form = post(&json!({"mode": "formdata", "formdata": [{"key": "a", "value": "1"}]}), &json!(null));
        assert_eq!(signature(&form, &json!({})), "signature=UMHPoZGuzxlUOlc3w3SLkMjMylVkm0EazAm0+il22GQ=");
    }

    #[test]
    fn time_and_nonce_are_made_up() {
        let params = json!({"accessToken": "at", "clientToken": "ct", "clientSecret": "cs"});
        let mut case = Case::new("http://127.0.0.1:9401/", "edgegrid", &params);
        case.sign();
        assert!(case.added().ends_with(
            "timestamp=20200101T00:00:00+0000;nonce=00000000-0000-4000-8000-000000000000;\
             signature=1KRivkX5Oz/oDqvCiI8Tqw8z5I7E6X8/itLoZ9TD0e8="
        ));
        let mut case = Case::new("http://h/", "edgegrid", &json!({"accessToken": "at", "clientToken": "ct"}));
        case.header("Authorization", "mine").sign();
        assert_eq!(case.wire(), "GET / | Authorization: mine | SYS");
    }

    #[test]
    fn the_signatures_that_akamai_publishes() {
        let params = json!({"accessToken": "akab-access-token-xxx-xxxxxxxxxxxxxxxx",
            "clientToken": "akab-client-token-xxx-xxxxxxxxxxxxxxxx",
            "clientSecret": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx=",
            "nonce": "nonce-xx-xxxx-xxxx-xxxx-xxxxxxxxxxxx", "timestamp": "20140321T19:34:21+0000"});
        for (method, path, body, signature) in [
            ("GET", "/", "", "tL+y4hxyHxgWVD30X3pWnGKHcPzmrIF+LThiAOhMxYU="),
            ("GET", "/testapi/v1/t1?p1=1&p2=2", "", "hKDH1UlnQySSHjvIcZpDMbQHihTQ0XyVAKZaApabdeA="),
            (
                "POST",
                "/testapi/v1/t3",
                "datadatadatadatadatadatadatadata",
                "hXm4iCxtpN22m4cbZb4lVLW5rhX8Ca82vCFqXzSTPe4=",
            ),
            ("POST", "/testapi/v1/t6", "", "1gEDxeQGD5GovIkJJGcBaKnZ+VaPtrc4qBUHixjsPCQ="),
        ] {
            let url = format!("https://akaa-baseurl-xxxxxxxxxxx-xxxxxxxxxxxxx.luna.akamaiapis.net{path}");
            let request = json!({"method": method, "url": url, "body": {"mode": "raw", "raw": body}});
            let mut case = Case::request(&request, "edgegrid", &params);
            case.sign();
            let header = case.value("authorization").unwrap_or_default();
            assert!(header.ends_with(&format!(";signature={signature}")), "{path}: {header}");
        }
    }
}
