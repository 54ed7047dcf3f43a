use super::super::keys::tests::{pem, rsa_key, verify};
use super::super::testing::*;
use super::*;
use serde_json::{Value, json};

fn params(more: &Value) -> Value {
    let mut params = json!({"consumerKey": "ck", "consumerSecret": "cs", "timestamp": "1500000000", "nonce": "nonce"});
    for (key, value) in more.as_object().into_iter().flatten() {
        params[key] = value.clone();
    }
    params
}

fn wire(request: &Value, more: &Value) -> String {
    let mut case = Case::request(request, "oauth1", &params(more));
    assert_eq!(case.sign(), [] as [&str; 0]);
    case.wire()
}

fn get(url: &str) -> Value {
    json!({"url": url})
}

fn form(method: &str, url: &str) -> Value {
    json!({"method": method, "url": url, "body": {"mode": "urlencoded", "urlencoded": [
        {"key": "x", "value": "1 2"}, {"key": "é", "value": "*"}, {"key": "oauth_nonce", "value": "z"}]}})
}

const X: &str = "http://127.0.0.1:9401/x";

#[test]
fn in_the_query() {
    // P52
    let more = json!({"token": "tk", "tokenSecret": "ts", "signatureMethod": "HMAC-SHA1", "version": "1.0"});
    assert_eq!(
        wire(&get("http://127.0.0.1:9301/x?a=1&b=2 3"), &more),
        "GET /x?a=1&b=2%203&oauth_consumer_key=ck&oauth_token=tk&oauth_signature_method=HMAC-SHA1&\
         oauth_timestamp=1500000000&oauth_nonce=nonce&oauth_version=1.0&\
         oauth_signature=ns54SkNtw%2FMU%2BRoifqQMRriQx2E%3D | SYS"
    );
    // No method: signed with HMAC-SHA1, not sent.
    assert_eq!(
        wire(&get("http://127.0.0.1:9401/x?a=1&b=2 3"), &json!({})),
        "GET /x?a=1&b=2%203&oauth_consumer_key=ck&oauth_timestamp=1500000000&oauth_nonce=nonce&\
         oauth_signature=H0vsEG0MynCFoiVpZAYBGEICgdY%3D | SYS"
    );
    let more = json!({"signatureMethod": "HMAC-SHA512", "version": "1.0"});
    assert_eq!(
        wire(&get("http://127.0.0.1:9401/x?a=%27()*!%7E+b&c&=d&a=1"), &more),
        "GET /x?a=%27%28%29%2A%21~%20b&c&=d&a=1&oauth_consumer_key=ck&oauth_signature_method=HMAC-SHA512&\
         oauth_timestamp=1500000000&oauth_nonce=nonce&oauth_version=1.0&oauth_signature=rMzK6X8S84M5HTRjCFXLZ4wrffYc\
         NCjMcMiJrOaxpw54PJz%2Ftec%2FdY1vgsuC5ivetQVSn7LyeRD0GOWs7K9VXA%3D%3D | SYS"
    );
    assert_eq!(
        wire(&get("http://localhost:9401/X?"), &json!({"signatureMethod": "HMAC-SHA1"})),
        "GET /X?&oauth_consumer_key=ck&oauth_signature_method=HMAC-SHA1&oauth_timestamp=1500000000&oauth_nonce=nonce&\
         oauth_signature=v67tddI1obHSd7COabHAa%2BtOtag%3D | SYS"
    );
}

#[test]
fn in_the_body_of_a_form() {
    let more = json!({"signatureMethod": "HMAC-SHA1"});
    let body = |wire: &str| wire.split_once("BODY ").map(|(_, body)| body.to_owned()).unwrap_or_default();
    assert_eq!(
        body(&wire(&form("POST", X), &more)),
        "\"x=1%202&%C3%A9=%2A&oauth_consumer_key=ck&oauth_signature_method=HMAC-SHA1&oauth_timestamp=1500000000&\
         oauth_nonce=nonce&oauth_signature=H90XY6a7hc8n257yajhx8pL7%2BFc%3D\""
    );
    let patch = wire(&form("PATCH", "http://127.0.0.1:9401/x?q=1"), &more);
    assert!(patch.contains("/x?q=1&oauth_consumer_key=ck"), "{patch}");
    assert!(patch.contains("oauth_signature=jnGbdYqqC2xZtZ3QWe6lQ%2BJuRTY%3D"), "{patch}");
    assert_eq!(body(&patch), "\"x=1%202&%C3%A9=%2A\"");
    let input = wire(&form("INPUT", "http://127.0.0.1:9401/x?q=1"), &more);
    assert!(input.ends_with("oauth_signature=l%2FVwx0qtVVuQUqdgdK2F%2FJe%2F8Qg%3D\""), "{input}");
}

#[test]
fn an_empty_form_takes_the_parameters() {
    let request = json!({"method": "POST", "url": X, "body": {"mode": "urlencoded", "urlencoded": []}});
    let signed = wire(&request, &json!({"signatureMethod": "PLAINTEXT"}));
    assert_eq!(
        signed,
        "POST /x | SYS | + Content-Type: application/x-www-form-urlencoded | BODY \"oauth_consumer_key=ck&\
         oauth_signature_method=PLAINTEXT&oauth_timestamp=1500000000&oauth_nonce=nonce&oauth_signature=cs%26\""
    );
}

#[test]
fn in_the_header() {
    // P53
    let request = json!({"method": "POST", "url": "http://127.0.0.1:9301/x",
        "body": {"mode": "urlencoded", "urlencoded": [{"key": "x", "value": "1 2"}]}});
    let more = json!({"signatureMethod": "HMAC-SHA256", "addParamsToHeader": true, "realm": "r m"});
    assert_eq!(
        wire(&request, &more),
        "POST /x | Authorization: OAuth realm=\"r%20m\",oauth_consumer_key=\"ck\",oauth_signature_method=\"HMAC-SHA256\",\
         oauth_timestamp=\"1500000000\",oauth_nonce=\"nonce\",\
         oauth_signature=\"Mv8K%2FnubaR7%2F4l3D5DE22sCXMUuiccATFuSc%2F26ydRg%3D\" | SYS | \
         + Content-Type: application/x-www-form-urlencoded | BODY \"x=1%202\""
    );
    let more =
        json!({"addParamsToHeader": true, "signatureMethod": "PLAINTEXT", "tokenSecret": "t&s", "token": "to k"});
    assert_eq!(
        wire(&get(X), &more),
        "GET /x | Authorization: OAuth oauth_consumer_key=\"ck\",oauth_token=\"to%20k\",\
         oauth_signature_method=\"PLAINTEXT\",oauth_timestamp=\"1500000000\",oauth_nonce=\"nonce\",\
         oauth_signature=\"cs%26t%2526s\" | SYS"
    );
    let mut request = get(X);
    request["header"] = "authorization: lower\nX: 1".into();
    let more = json!({"addParamsToHeader": true, "signatureMethod": "HMAC-SHA1", "disableHeaderEncoding": true,
        "realm": "r m", "callback": "a b"});
    assert_eq!(
        wire(&request, &more),
        "GET /x | Authorization: OAuth realm=\"r m\",oauth_consumer_key=\"ck\",oauth_signature_method=\"HMAC-SHA1\",\
         oauth_timestamp=\"1500000000\",oauth_nonce=\"nonce\",oauth_callback=\"a b\",\
         oauth_signature=\"7oauHD9xNorcYQToQVeKRN8jDF8=\" | X: 1 | SYS"
    );
    let mut request = get("http://127.0.0.1:9401/x?oauth_token=z&b=1");
    request["header"] = "Authorization: upper\nX: 1".into();
    let signed = wire(&request, &json!({"addParamsToHeader": true, "signatureMethod": "HMAC-SHA1", "token": "  "}));
    assert!(signed.starts_with("GET /x?b=1 | X: 1 | Authorization: OAuth oauth_consumer_key"), "{signed}");
    assert!(signed.contains("oauth_signature=\"nYUHJY1AAIddfD%2B%2BCZwnCh0mSE4%3D\""), "{signed}");
}

#[test]
fn body_hashes() {
    let raw = json!({"method": "POST", "url": X, "body": {"mode": "raw", "raw": "hi"}});
    let more = json!({"addParamsToHeader": true, "signatureMethod": "HMAC-SHA1", "includeBodyHash": true,
        "callback": "http://c/?a=b", "verifier": "v"});
    let signed = wire(&raw, &more);
    assert!(
        signed.contains(
            "oauth_body_hash=\"witfkXg0JglCjW9RssWvTAveakI%3D\",oauth_callback=\"http%3A%2F%2Fc%2F%3Fa%3Db\",\
             oauth_verifier=\"v\",oauth_signature=\"DSAHzZNRdVomfoFHl7t94%2FeXn5Q%3D\""
        ),
        "{signed}"
    );
    let more = json!({"addParamsToHeader": true, "signatureMethod": "HMAC-SHA256", "includeBodyHash": true});
    let signed = wire(&get(X), &more);
    assert!(signed.contains("oauth_signature=\"C0B4%2BCBRumV%2BpuvZE%2B5KQbajAivtFGLJw2Jb%2BaDHpm4%3D\""), "{signed}");
    let parts =
        json!({"method": "POST", "url": X, "body": {"mode": "formdata", "formdata": [{"key": "a", "value": "1"}]}});
    let signed = wire(&parts, &more);
    assert!(signed.contains("oauth_signature=\"wbmbZLh5gzEEu9CmA16qbg8VkNdwIqOnxLvJpJcAh5E%3D\""), "{signed}");
    assert!(!signed.contains("body_hash"), "{signed}");
}

#[test]
fn empty_parameters() {
    let more = json!({"addParamsToHeader": true, "signatureMethod": "HMAC-SHA1", "addEmptyParamsToSign": true,
        "token": "", "version": "", "realm": ""});
    let signed = wire(&get(X), &more);
    assert!(signed.contains("oauth_nonce=\"nonce\",oauth_signature=\"SyscL5Ui285Q5BWh%2FVAgpJmnpRE%3D\""), "{signed}");
    let more = json!({"signatureMethod": "HMAC-SHA1", "addEmptyParamsToSign": true, "token": ""});
    assert_eq!(
        wire(&get(X), &more),
        "GET /x?oauth_consumer_key=ck&oauth_token=&oauth_signature_method=HMAC-SHA1&oauth_timestamp=1500000000&\
         oauth_nonce=nonce&oauth_version&oauth_signature=SyscL5Ui285Q5BWh%2FVAgpJmnpRE%3D | SYS"
    );
    let signed = wire(&form("POST", X), &json!({"signatureMethod": "HMAC-SHA1", "addEmptyParamsToSign": true}));
    assert!(
        signed.ends_with(
            "oauth_consumer_key=ck&oauth_token=&oauth_signature_method=HMAC-SHA1&oauth_timestamp=1500000000&\
             oauth_nonce=nonce&oauth_version=&oauth_signature=qWkSodl4X4GZ7lvhe5fwXkJQzSs%3D\""
        ),
        "{signed}"
    );
}

#[test]
fn without_encoding_of_the_url() {
    let more = json!({"signatureMethod": "HMAC-SHA1", "callback": "a b"});
    let mut case = Case::request(&get("http://127.0.0.1:9401/x?a='1"), "oauth1", &params(&more));
    case.built.spec.settings.encode_url = false;
    case.built.spec.url.query = Some("a='1".to_owned());
    case.sign();
    assert_eq!(
        case.built.spec.url.target(),
        "/x?a='1&oauth_consumer_key=ck&oauth_signature_method=HMAC-SHA1&oauth_timestamp=1500000000&oauth_nonce=nonce&\
         oauth_callback=a b&oauth_signature=tBJPgUIXWpvsto+jfPKOMeJSKBk="
    );
}

#[test]
fn the_example_of_rfc_5849() {
    // Section 1.2, the request for temporary credentials over HTTP and the final one.
    let request = get("http://photos.example.net/photos?file=vacation.jpg&size=original");
    let more = json!({"consumerKey": "dpf43f3p2l4k3l03", "consumerSecret": "kd94hf93k423kf44", "token": "nnch734d00sl2jdk",
        "tokenSecret": "pfkkdhi9sl3r4s00", "signatureMethod": "HMAC-SHA1", "timestamp": "137131202",
        "nonce": "chapoH", "addParamsToHeader": true});
    let signed = wire(&request, &more);
    assert!(signed.contains("oauth_signature=\"MdpQcU8iPSUjWoN%2FUDMsK2sui9I%3D\""), "{signed}");
}

/// The private key that OAuth's test cases publish (section 9.3.1).
const PUBLISHED_KEY: &str = "MIICdgIBADANBgkqhkiG9w0BAQEFAASCAmAwggJcAgEAAoGBALRiMLAh9iimur8V\
    A7qVvdqxevEuUkW4K+2KdMXmnQbG9Aa7k7eBjK1S+0LYmVjPKlJGNXHDGuy5Fw/d\
    7rjVJ0BLB+ubPK8iA/Tw3hLQgXMRRGRXXCn8ikfuQfjUS1uZSatdLB81mydBETlJ\
    hI6GH4twrbDJCR2Bwy/XWXgqgGRzAgMBAAECgYBYWVtleUzavkbrPjy0T5FMou8H\
    X9u2AC2ry8vD/l7cqedtwMPp9k7TubgNFo+NGvKsl2ynyprOZR1xjQ7WgrgVB+mm\
    uScOM/5HVceFuGRDhYTCObE+y1kxRloNYXnx3ei1zbeYLPCHdhxRYW7T0qcynNmw\
    rn05/KO2RLjgQNalsQJBANeA3Q4Nugqy4QBUCEC09SqylT2K9FrrItqL2QKc9v0Z\
    zO2uwllCbg0dwpVuYPYXYvikNHHg+aCWF+VXsb9rpPsCQQDWR9TT4ORdzoj+Nccn\
    qkMsDmzt0EfNaAOwHOmVJ2RVBspPcxt5iN4HI7HNeG6U5YsFBb+/GZbgfBT3kpNG\
    WPTpAkBI+gFhjfJvRw38n3g/+UeAkwMI2TJQS4n8+hid0uus3/zOjDySH3XHCUno\
    cn1xOJAyZODBo47E+67R4jV1/gzbAkEAklJaspRPXP877NssM5nAZMU0/O/NGCZ+\
    3jPgDUno6WbJn5cqm8MqWhW1xGkImgRk+fkDBquiq4gPiT898jusgQJAd5Zrr6Q8\
    AO/0isr/3aa6O6NLQxISLKcPDk2NOccAfS/xOtfOz4sJYM3+Bs4Io9+dZGSDCA54\
    Lw03eHTNQghS0A==";

#[test]
fn the_rsa_example_of_oauths_test_cases() {
    let request = get("http://photos.example.net/photos?file=vacaction.jpg&size=original");
    let more = json!({"consumerKey": "dpf43f3p2l4k3l03", "consumerSecret": "", "signatureMethod": "RSA-SHA1",
        "privateKey": pem("PRIVATE KEY", &js::decode_base64(PUBLISHED_KEY)), "timestamp": "1196666512",
        "nonce": "13917289812797014437", "version": "1.0"});
    let signed = wire(&request, &more);
    let expected = "jvTp/wX1TYtByB1m+Pbyo0lnCOLIsyGCH7wke8AUs3BpnwZJtAuEJkvQL2/9n4s5wUmUl4aCI4BwpraNx4RtEXMe5qg5T1LVTGliMRpKasKsW//e+RinhejgCuzoH26dyF8iY2ZZ/5D1ilgeijhV/vBka5twt399mXwaYdCwFYE=";
    assert!(signed.contains(&format!("oauth_signature={}", js::strict(expected))), "{signed}");
}

#[test]
fn the_hmac_example_of_oauth_core_1() {
    let request = get("http://photos.example.net/photos?file=vacation.jpg&size=original");
    let more = json!({"consumerKey": "dpf43f3p2l4k3l03", "consumerSecret": "kd94hf93k423kf44", "token": "nnch734d00sl2jdk",
        "tokenSecret": "pfkkdhi9sl3r4s00", "signatureMethod": "HMAC-SHA1", "timestamp": "1191242096",
        "nonce": "kllo9940pd9333jh", "version": "1.0", "addParamsToHeader": true});
    let signed = wire(&request, &more);
    assert!(signed.contains("oauth_signature=\"tR3%2BTy81lMeYAr%2FFid0kMTYa%2FWM%3D\""), "{signed}");
    // 9.4: both secrets as they are.
    let plain = json!({"consumerSecret": "djr9rjt0jd78jf88", "token": "t", "tokenSecret": "jjd999tj88uiths3",
        "signatureMethod": "PLAINTEXT", "addParamsToHeader": true});
    let signed = wire(&request, &plain);
    assert!(signed.contains("oauth_signature=\"djr9rjt0jd78jf88%26jjd999tj88uiths3\""), "{signed}");
}

#[test]
fn rsa_signatures_verify() {
    let (pem, pair) = rsa_key();
    let base = "GET&http%3A%2F%2Fh%2F&oauth_consumer_key%3Dck%26oauth_nonce%3Dnonce%26oauth_signature_method%3D";
    for (name, algorithm) in [
        ("RSA-SHA1", &aws_lc_rs::signature::RSA_PKCS1_2048_8192_SHA1_FOR_LEGACY_USE_ONLY),
        ("RSA-SHA256", &aws_lc_rs::signature::RSA_PKCS1_2048_8192_SHA256),
    ] {
        let more = json!({"consumerSecret": "", "signatureMethod": name, "privateKey": pem});
        let mut case = Case::request(&get("http://h/"), "oauth1", &params(&more));
        assert_eq!(case.sign(), [] as [&str; 0]);
        let query = case.built.spec.url.query.clone().unwrap_or_default();
        let pairs = decode_pairs(&query).expect("pairs");
        let signature = pairs.last().and_then(|(_, value)| value.clone()).unwrap_or_default();
        let message = format!("{base}{name}%26oauth_timestamp%3D1500000000");
        assert!(verify(&pair, algorithm, message.as_bytes(), &js::decode_base64(&signature)), "{name}");
    }
}

#[test]
fn what_cannot_be_signed() {
    let error = |more: &Value| {
        let mut case = Case::request(&get(X), "oauth1", &params(more));
        case.header("Authorization", "mine");
        let warnings = case.sign();
        assert_eq!(case.added(), "");
        warnings.concat().replace("runtime~oauth1.auth: could not sign the request: ", "")
    };
    assert_eq!(error(&json!({"signatureMethod": "FOO"})), "Unsupported signature method");
    assert_eq!(error(&json!({"signatureMethod": "hmac-sha1"})), "Unsupported signature method");
    let hash = json!({"signatureMethod": "HMAC-FOO", "includeBodyHash": true});
    assert_eq!(error(&hash), "Digest method not supported");
    let key = json!({"signatureMethod": "RSA-SHA256", "privateKey": "nokey"});
    assert_eq!(error(&key), "error:1E08010C:DECODER routines::unsupported");
    assert_eq!(error(&json!({"consumerSecret": ""})), "");
}
