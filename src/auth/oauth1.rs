//! OAuth 1.0a: a signature over the method, the URL and every parameter.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use der::Decode as _;
use pkcs1::RsaPrivateKeyRef;
use pkcs8::PrivateKeyInfoRef;

use super::hash::Hash;
use super::keys::any_pem;
use super::{Authorizer, Draft, Params, SignContext, rsa};
use crate::http::message::{BodyKind, RequestSpec};
use crate::request::js;

/// The names this scheme puts into a request, and takes out of it first.
const OWN: [&str; 10] = [
    "oauth_consumer_key",
    "oauth_token",
    "oauth_signature_method",
    "oauth_timestamp",
    "oauth_nonce",
    "oauth_version",
    "oauth_signature",
    "oauth_callback",
    "oauth_verifier",
    "oauth_body_hash",
];

/// Signature parameters in `Authorization`, in a form's body, or in the query.
pub(super) struct OAuth1;

impl Authorizer for OAuth1 {
    fn sign(&self, params: &Params, draft: &mut Draft, context: &SignContext) -> Result<(), String> {
        let method = params.text_or_empty("signatureMethod");
        let mut words = method.split('-');
        let is_rsa = words.next().is_some_and(|word| word.eq_ignore_ascii_case("RSA"));
        let hash_name = words.next();
        let key = if is_rsa { "privateKey" } else { "consumerSecret" };
        if !params.flag("consumerKey") || !params.flag(key) {
            return Ok(());
        }
        // Only this very spelling, as newman.
        draft.remove_headers(|header| header.name == "Authorization");
        draft.remove_params(&OWN);
        let is_form = draft.spec().body_kind == BodyKind::Urlencoded;
        if is_form {
            let pairs = form_pairs(draft.spec())?;
            let kept: Vec<_> = pairs.into_iter().filter(|(name, _)| !OWN.contains(&name.as_str())).collect();
            draft.set_body(encode_form(&kept).into_bytes());
        }

        let parameters = parameters(params, draft, context, is_form, hash_name)?;
        let signature = signature(params, draft, &method, &parameters, is_form)?;
        let encode = draft.spec().settings.encode_url;
        if encode && let Some(query) = draft.spec().url.query.clone().filter(|query| !query.is_empty()) {
            draft.set_query(Some(recode(&query)?));
        }
        let mut parameters = parameters;
        parameters.push(("oauth_signature", Some(signature)));

        let method = &draft.spec().method;
        if params.flag("addParamsToHeader") {
            draft.add_header("Authorization", &header(params, &parameters));
        } else if is_form && (method.contains("PUT") || method.contains("POST")) {
            let mut body = draft.hashed_body().unwrap_or_default().to_vec();
            for (name, value) in &parameters {
                if !body.is_empty() {
                    body.push(b'&');
                }
                body.extend_from_slice(
                    format!("{name}={}", js::strict(value.as_deref().unwrap_or_default())).as_bytes(),
                );
            }
            draft.set_body(body);
        } else {
            for (name, value) in &parameters {
                match value {
                    Some(value) if encode => draft.add_encoded(&format!("{name}={}", js::strict(value))),
                    value => draft.add_param(name, value.as_deref()),
                }
            }
        }
        Ok(())
    }
}

type Parameters = Vec<(&'static str, Option<String>)>;

/// The parameters that are signed, in the order in which they are sent. `None` is a value that is missing.
fn parameters(
    params: &Params,
    draft: &Draft,
    context: &SignContext,
    is_form: bool,
    hash_name: Option<&str>,
) -> Result<Parameters, String> {
    let keep_empty = params.flag("addEmptyParamsToSign");
    let value = |key: &str| {
        let text = params.get(key).map(crate::variables::text_of);
        text.filter(|text| keep_empty || !text.trim().is_empty())
    };
    let some = |value: Option<String>| value.filter(|value| !value.is_empty());
    let mut list: Parameters = vec![
        ("oauth_consumer_key", value("consumerKey")),
        ("oauth_token", value("token")),
        ("oauth_signature_method", value("signatureMethod")),
        ("oauth_timestamp", some(value("timestamp")).or_else(|| Some(context.seconds().to_string()))),
        ("oauth_nonce", some(value("nonce")).or_else(|| Some(context.letters(11)))),
        ("oauth_version", value("version")),
    ];
    if !keep_empty {
        list.retain(|(_, value)| value.as_ref().is_some_and(|value| !value.is_empty()));
    }
    if !is_form
        && params.flag("includeBodyHash")
        && let Some(name) = hash_name
    {
        let hash = match name.to_ascii_uppercase().as_str() {
            "SHA1" => Hash::Sha1,
            "SHA256" => Hash::Sha256,
            "SHA512" => Hash::Sha512,
            _ => return Err("Digest method not supported".to_owned()),
        };
        if draft.spec().body_kind != BodyKind::Formdata {
            let hash = hash.of(&[draft.hashed_body().unwrap_or_default()]);
            list.push(("oauth_body_hash", Some(STANDARD.encode(hash))));
        }
    }
    for (name, key) in [("oauth_callback", "callback"), ("oauth_verifier", "verifier")] {
        if let Some(value) = some(value(key)) {
            list.push((name, Some(value)));
        }
    }
    Ok(list)
}

fn signature(
    params: &Params,
    draft: &Draft,
    method: &str,
    parameters: &Parameters,
    is_form: bool,
) -> Result<String, String> {
    let method = if method.trim().is_empty() { "HMAC-SHA1" } else { method };
    let mut pairs: Vec<(String, String)> = Vec::new();
    let mut add = |name: &str, value: &str| pairs.push((js::strict(name), js::strict(value)));
    let spec = draft.spec();
    let target = draft.target();
    let (path, query) = target.split_once('?').unwrap_or((&target, ""));
    for (name, value) in decode_pairs(query)? {
        add(&name, value.as_deref().unwrap_or_default());
    }
    for (name, value) in parameters {
        if *name != "oauth_signature_method" {
            add(name, value.as_deref().unwrap_or_default());
        }
    }
    // Signed even where the parameter is not sent.
    add("oauth_signature_method", method);
    if is_form {
        for (name, value) in form_pairs(spec)? {
            if name != "oauth_signature" {
                add(&name, value.as_deref().unwrap_or_default());
            }
        }
    }
    pairs.sort();
    let pairs = pairs.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&");

    let url = &spec.url;
    let port = url.port.as_deref().filter(|port| !matches!(*port, "" | "80" | "443"));
    let port = port.map(|port| format!(":{port}")).unwrap_or_default();
    let address = format!("{}://{}{port}{path}", url.scheme, url.host);
    let base = format!("{}&{}&{}", js::strict(&spec.method.to_uppercase()), js::strict(&address), js::strict(&pairs));

    let secret = |key: &str| {
        let text = params.text_or_empty(key);
        if text.trim().is_empty() { String::new() } else { js::strict(&text) }
    };
    let key = format!("{}&{}", secret("consumerSecret"), secret("tokenSecret"));
    let (scheme, hash) = match method.strip_suffix("-Accessor").unwrap_or(method) {
        "PLAINTEXT" => return Ok(key),
        "HMAC-SHA1" => ("HMAC", Hash::Sha1),
        "HMAC-SHA256" => ("HMAC", Hash::Sha256),
        "HMAC-SHA512" => ("HMAC", Hash::Sha512),
        "RSA-SHA1" => ("RSA", Hash::Sha1),
        "RSA-SHA256" => ("RSA", Hash::Sha256),
        "RSA-SHA512" => ("RSA", Hash::Sha512),
        _ => return Err("Unsupported signature method".to_owned()),
    };
    let signature = if scheme == "HMAC" {
        hash.hmac(key.as_bytes(), &[base.as_bytes()])
    } else {
        rsa_signature(&params.text_or_empty("privateKey"), hash, base.as_bytes())
            .ok_or_else(|| "error:1E08010C:DECODER routines::unsupported".to_owned())?
    };
    Ok(STANDARD.encode(signature))
}

/// A signature with a PEM key, PKCS#8 or PKCS#1.
fn rsa_signature(pem: &str, hash: Hash, message: &[u8]) -> Option<Vec<u8>> {
    let bytes = any_pem(pem)?;
    let outer = PrivateKeyInfoRef::from_der(&bytes).ok().filter(|key| key.algorithm.oid == pkcs1::ALGORITHM_OID);
    let pkcs1 = outer.map_or(&bytes[..], |key| key.private_key.as_bytes());
    let modern = match hash {
        Hash::Sha256 => Some(&aws_lc_rs::signature::RSA_PKCS1_SHA256),
        Hash::Sha512 => Some(&aws_lc_rs::signature::RSA_PKCS1_SHA512),
        _ => None,
    };
    let pair = modern.and_then(|encoding| Some((encoding, aws_lc_rs::rsa::KeyPair::from_der(pkcs1).ok()?)));
    match pair.and_then(|(encoding, pair)| super::keys::rsa_sign(&pair, encoding, message)) {
        Some(signature) => Some(signature),
        None => rsa::sign(&RsaPrivateKeyRef::from_der(pkcs1).ok()?, hash, message),
    }
}

fn header(params: &Params, parameters: &Parameters) -> String {
    let plain = params.flag("disableHeaderEncoding");
    let encode = |text: &str| if plain { text.to_owned() } else { js::strict(text) };
    let mut fields = Vec::new();
    if let Some(realm) = params.text("realm").filter(|realm| !realm.trim().is_empty()) {
        fields.push(format!("realm=\"{}\"", encode(&realm)));
    }
    for (name, value) in parameters {
        if let Some(value) = value.as_deref().filter(|value| !value.is_empty()) {
            fields.push(format!("{name}=\"{}\"", encode(value.trim())));
        }
    }
    format!("OAuth {}", fields.join(","))
}

type Pairs = Vec<(String, Option<String>)>;

/// Decodes `a=1&b`; a key without `=` has no value.
fn decode_pairs(text: &str) -> Result<Pairs, String> {
    let decode = |text: &str| js::decode_component(&text.replace('+', " ")).ok_or_else(|| "URI malformed".to_owned());
    text.split('&')
        .filter(|piece| !piece.is_empty())
        .map(|piece| match piece.split_once('=') {
            Some((name, value)) => Ok((decode(name)?, Some(decode(value)?))),
            None => Ok((decode(piece)?, None)),
        })
        .collect()
}

/// A query encoded by RFC 3986, as the scheme demands.
fn recode(query: &str) -> Result<String, String> {
    Ok(encode_pairs(&decode_pairs(query)?))
}

fn encode_pairs(pairs: &Pairs) -> String {
    let pieces = pairs.iter().map(|(name, value)| match value {
        Some(value) => format!("{}={}", js::strict(name), js::strict(value)),
        None => js::strict(name),
    });
    pieces.collect::<Vec<_>>().join("&")
}

/// The parameters of a URL-encoded body.
fn form_pairs(spec: &RequestSpec) -> Result<Pairs, String> {
    decode_pairs(&String::from_utf8_lossy(spec.body.as_deref().unwrap_or_default()))
}

fn encode_form(pairs: &Pairs) -> String {
    encode_pairs(pairs)
}

#[cfg(test)]
mod tests;
