//! Hawk: a MAC over the request line, and over the body where asked for.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::hash::Hash;
use super::{Authorizer, Draft, Params, SignContext};

/// `Authorization: Hawk …`.
pub(super) struct Hawk;

impl Authorizer for Hawk {
    fn sign(&self, params: &Params, draft: &mut Draft, context: &SignContext) -> Result<(), String> {
        let (Some(id), Some(key)) = (params.text("authId"), params.text("authKey")) else { return Ok(()) };
        let content_type = draft.written("content-type").map(str::to_owned);
        draft.remove_header("authorization");
        let hash = match params.text_or_empty("algorithm").as_str() {
            "sha1" => Hash::Sha1,
            "sha256" => Hash::Sha256,
            // newman sends an empty header then.
            _ => {
                draft.add_header("Authorization", "");
                return Ok(());
            }
        };
        let payload = draft.hashed_body().filter(|_| params.flag("includePayloadHash")).map(|body| {
            let kind = content_type.as_deref().unwrap_or_default().split(';').next().unwrap_or_default();
            let kind = kind.trim().to_lowercase();
            STANDARD.encode(hash.of(&[b"hawk.1.payload\n", kind.as_bytes(), b"\n", body, b"\n"]))
        });
        let timestamp = params.text("timestamp").unwrap_or_else(|| context.seconds().to_string());
        let nonce = params.text("nonce").unwrap_or_else(|| context.letters(6));
        let extra = params.text("extraData");
        let app = params.text("app");
        let delegation = params.text("delegation");

        let spec = draft.spec();
        let default = if spec.url.is_https() { "443" } else { "80" };
        let port = spec.url.port.as_deref().filter(|port| !port.is_empty()).unwrap_or(default);
        // Only the first backslash and the first line feed are escaped here, as in newman.
        let escaped = extra.as_deref().unwrap_or_default().replacen('\\', "\\\\", 1).replacen('\n', "\\n", 1);
        let mut text = format!(
            "hawk.1.header\n{timestamp}\n{nonce}\n{}\n{}\n{}\n{port}\n{}\n{escaped}\n",
            spec.method,
            draft.target(),
            spec.url.hostname(),
            payload.as_deref().unwrap_or_default(),
        );
        if let Some(app) = &app {
            text = format!("{text}{app}\n{}\n", delegation.as_deref().unwrap_or_default());
        }
        let mac = STANDARD.encode(hash.hmac(key.as_bytes(), &[text.as_bytes()]));

        let mut fields = vec![format!("id=\"{id}\""), format!("ts=\"{timestamp}\""), format!("nonce=\"{nonce}\"")];
        fields.extend(payload.map(|hash| format!("hash=\"{hash}\"")));
        fields.extend(extra.map(|ext| format!("ext=\"{}\"", ext.replace('\\', "\\\\").replace('"', "\\\""))));
        fields.push(format!("mac=\"{mac}\""));
        if let Some(app) = app {
            fields.push(format!("app=\"{app}\""));
            fields.extend(delegation.map(|delegation| format!("dlg=\"{delegation}\"")));
        }
        draft.authorize(&format!("Hawk {}", fields.join(", ")));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use serde_json::{Value, json};

    const LOCAL: &str = "http://127.0.0.1:9401/";

    fn params(more: &Value) -> Value {
        let mut params = json!({"authId": "id", "authKey": "key", "algorithm": "sha256", "nonce": "abc123",
            "timestamp": "1500000000"});
        for (key, value) in more.as_object().into_iter().flatten() {
            params[key] = value.clone();
        }
        params
    }

    #[test]
    fn a_get() {
        // P54
        let more = json!({"extraData": "e\"x", "app": "ap", "delegation": "dl"});
        let mut case = Case::new("http://127.0.0.1:9301/x?a=1", "hawk", &params(&more));
        case.sign();
        assert_eq!(
            case.added(),
            "Authorization: Hawk id=\"id\", ts=\"1500000000\", nonce=\"abc123\", ext=\"e\\\"x\", \
             mac=\"rEJZydhYA0BqjlI+IZUDmmslrhcQPZNEpArrAM9ef9Y=\", app=\"ap\", dlg=\"dl\""
        );
    }

    #[test]
    fn the_example_of_the_specification() {
        let params = json!({"authId": "dh37fgj492je", "authKey": "werxhqb98rpaxn39848xrunpaw3489ruxnpa98w4rxn",
            "algorithm": "sha256", "timestamp": "1353832234", "nonce": "j4h3g2", "extraData": "some-app-ext-data"});
        let mut case = Case::new("http://example.com:8000/resource/1?b=1&a=2", "hawk", &params);
        case.sign();
        assert!(case.added().contains("mac=\"6R4rV5iE+NPoym+WwjeHzjAGXUtLNIxmo1vpMofpLAE=\""));
    }

    #[test]
    fn bodies_are_hashed_where_asked_for() {
        let raw = json!({"method": "POST", "url": LOCAL, "body": {"mode": "raw", "raw": "hi"}});
        let mut case = Case::request(&raw, "hawk", &params(&json!({"includePayloadHash": true})));
        case.sign();
        let added = case.added();
        assert!(added.contains("hash=\"wS6Y1XmjBQoUaY176tlV1meglHkM10QyJZt2fOIdbt4=\""), "{added}");
        assert!(added.contains("mac=\"tMUduOdqkXLVhXbN+ZUyAlVzrpdCW5m00uZ7zMrP2TQ=\""), "{added}");
        // Only a type that the user wrote counts.
        case.header("content-type", "Text/Plain ; charset=x").sign();
        assert!(case.added().contains("hash=\"RaTW7k+5i5w599dlvJXFJ08jCE6p+ctD157BEXaHqBw=\""));
    }

    #[test]
    fn what_is_missing() {
        let mut case = Case::new(LOCAL, "hawk", &json!({"authId": "id", "authKey": "key"}));
        case.sign();
        assert_eq!(case.added(), "Authorization: ");
        let mut case = Case::new(LOCAL, "hawk", &json!({"authId": "id"}));
        case.header("Authorization", "z").sign();
        assert_eq!(case.wire(), "GET / | Authorization: z | SYS");
        let fresh = json!({"authId": "id", "authKey": "key", "algorithm": "sha1"});
        let mut case = Case::new(LOCAL, "hawk", &fresh);
        case.sign();
        assert!(case.added().contains("ts=\"1577836800\", nonce=\"aaaaaa\""));
    }

    #[test]
    fn the_example_of_the_specification_with_a_payload() {
        let params = json!({"authId": "dh37fgj492je", "authKey": "werxhqb98rpaxn39848xrunpaw3489ruxnpa98w4rxn",
            "algorithm": "sha256", "timestamp": "1353832234", "nonce": "j4h3g2", "extraData": "some-app-ext-data",
            "includePayloadHash": true});
        let request = json!({"method": "POST", "url": "http://example.com:8000/resource/1?b=1&a=2",
            "header": "Content-Type: text/plain", "body": {"mode": "raw", "raw": "Thank you for flying Hawk"}});
        let mut case = Case::request(&request, "hawk", &params);
        case.sign();
        assert!(case.added().ends_with(
            "nonce=\"j4h3g2\", hash=\"Yi9LfIIFRtBEPt74PVmbTF/xVAwPn7ub15ePICfgnuY=\", ext=\"some-app-ext-data\", \
             mac=\"aSe1DERmZuRl3pI36/9BdZmnErTw3sNzOOAUlfeKjVw=\""
        ));
    }
}
