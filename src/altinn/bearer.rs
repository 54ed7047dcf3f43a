//! What the token of a refused request says by itself, whichever service refused it.

use super::explain::{Explanation, Facts};
use crate::http::message::header;

/// Explains a 401 of any service by the request's token, and by what the server says of it.
pub(super) fn explain(facts: &Facts<'_>) -> Option<Explanation> {
    if facts.call.status != 401 {
        return None;
    }
    let fetch = "get a new token before the run, or let a token profile of postbud.yaml get it";
    if let Some(left) = facts.claims.as_ref().and_then(|claims| claims.expires_in(facts.call.now))
        && left <= 0
    {
        let ago = span(left.unsigned_abs());
        return Some(Explanation::new(format!("the token of the request expired {ago} ago"), fetch));
    }
    if let Some(early) = facts.claims.as_ref().and_then(|claims| claims.seconds("nbf"))
        && early > facts.call.now
    {
        let cause = format!("the token of the request is not valid before {} from now", span(early - facts.call.now));
        return Some(Explanation::new(cause, "compare this machine's clock with the issuer's"));
    }
    let challenge = header(facts.call.response_headers, "www-authenticate").unwrap_or_default();
    if challenge.to_ascii_lowercase().contains("expired") || facts.says("token expired") {
        return Some(Explanation::new("the server says that the token of the request has expired", fetch));
    }
    if header(facts.call.headers, "authorization").is_none() && challenge.to_ascii_lowercase().starts_with("bearer") {
        let mend = "set the request's authorization, or that of its folder or the collection";
        return Some(Explanation::new("the server asks for a token, and the request was sent without one", mend));
    }
    None
}

/// `40 seconds`, `3 hours`: the largest unit that fits.
fn span(seconds: u64) -> String {
    let (count, unit) = match seconds {
        0..120 => (seconds, "second"),
        120..7_200 => (seconds / 60, "minute"),
        7_200..172_800 => (seconds / 3_600, "hour"),
        _ => (seconds / 86_400, "day"),
    };
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use crate::altinn::explain::{Call, explain};
    use crate::http::message::Header;

    const NOW: u64 = 1_700_000_000;

    fn explained(claims: Option<&str>, status: u16, challenge: &str) -> Option<String> {
        use base64::Engine as _;
        let token = claims.map(|claims| {
            let part = |text: &str| base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(text);
            format!("Bearer {}.{}.c2ln", part("{}"), part(claims))
        });
        let headers: Vec<_> = token.map(|value| Header::new("Authorization", value)).into_iter().collect();
        explain(&Call {
            method: "GET",
            url: "https://api.example.test/x",
            headers: &headers,
            body: b"",
            status,
            response_headers: &[Header::new("WWW-Authenticate", challenge)],
            response_body: b"{}",
            now: NOW,
        })
        .map(|explanation| explanation.cause)
    }

    #[test]
    fn tokens_that_are_over_or_not_yet_begun() {
        let cause = |claims: &str| explained(Some(claims), 401, "");
        assert_eq!(
            cause(&format!("{{\"exp\": {}}}", NOW - 7_200)).unwrap(),
            "the token of the request expired 2 hours ago"
        );
        assert_eq!(
            cause(&format!("{{\"exp\": {}}}", NOW - 1)).unwrap(),
            "the token of the request expired 1 second ago"
        );
        assert!(cause(&format!("{{\"nbf\": {}}}", NOW + 600)).unwrap().contains("not valid before 10 minutes"));
        assert_eq!(cause(&format!("{{\"exp\": {}}}", NOW + 60)), None);
        assert_eq!(explained(Some("{\"exp\": 1}"), 403, ""), None);
    }

    #[test]
    fn what_the_server_says() {
        let said =
            explained(Some("{}"), 401, "Bearer error=\"invalid_token\", error_description=\"The token expired\"");
        assert!(said.unwrap().starts_with("the server says"));
        assert!(explained(None, 401, "Bearer realm=\"x\"").unwrap().contains("without one"));
        assert_eq!(explained(None, 401, "Basic realm=\"x\""), None);
    }
}
