//! Errors of Maskinporten's token endpoint.

use super::claims::Claims;
use super::explain::{Explanation, Facts, fill};
use serde_json::Value;

/// A known error. Texts may hold `{client}`, `{issuer}`, `{place}` (test or prod), `{kid}`, `{aud}`, `{scope}`, `{org}`,
/// `{clocks}`, `{claims}`.
struct Row {
    /// Number in `error_uri`; empty where the error carries none.
    code: &'static str,
    /// Fragments of the description; one of them is enough.
    fragments: &'static [&'static str],
    cause: &'static str,
    mend: &'static str,
}

static ROWS: &[Row] = &[
    Row {
        code: "",
        fragments: &["consumer_org in claim and delegation scope"],
        cause: "`consumer_org` is the client's own organisation",
        mend: "remove `consumer_org`: it is for organisations that delegated the scope to yours",
    },
    Row {
        code: "MP-011",
        fragments: &["Invalid parameter value"],
        cause: "the grant is malformed; its claims are {claims}",
        mend: "look for white space or a line break in the key, the client id or the grant, and for claims Maskinporten does not know",
    },
    Row {
        code: "MP-012",
        fragments: &["used before"],
        cause: "the grant was sent twice, or its `jti` is not unique",
        mend: "make a new grant for every login; which request sent it before this one?",
    },
    Row {
        code: "MP-100",
        fragments: &["Client authentication failed", "Client not found"],
        cause: "{issuer} does not know the client {client}",
        mend: "check that it is the client id (not the key id) and that the client was made in the self service of {place}",
    },
    Row {
        code: "MP-110",
        fragments: &["Invalid JWT claim aud"],
        cause: "the grant's `aud` is {aud}, and {issuer} is expected, with its slash at the end",
        mend: "use the issuer of the environment that is called; test and prod are separate",
    },
    Row {
        code: "MP-120",
        fragments: &["signed with an invalid certificate"],
        cause: "the certificate is no business certificate, has expired, or is of the other environment",
        mend: "look at the certificate's subject, issuer and validity; production certificates do not work in test, nor the reverse",
    },
    Row {
        code: "MP-121",
        fragments: &["Expired key"],
        cause: "the key {kid} was registered more than a year ago and has expired",
        mend: "post the same public key again, or a new one, on the client {client}",
    },
    Row {
        code: "MP-122",
        fragments: &["Does not match certificate orgno"],
        cause: "the certificate is of another organisation than the owner of the client {client}",
        mend: "use the owner's certificate, or a client of the certificate's organisation",
    },
    Row {
        code: "MP-123",
        fragments: &["Invalid JWT header x5c"],
        cause: "the header's `x5c` is not a list of certificates in standard base64",
        mend: "send a JSON list, leaf first, in base64 and not base64url",
    },
    Row {
        code: "MP-124",
        fragments: &["Invalid JWT signature"],
        cause: "the private key does not belong to the public key registered as {kid}",
        mend: "use the private key that was made together with it, or register the public half of this one on the client {client}",
    },
    Row {
        code: "MP-130",
        fragments: &["JWT is expired"],
        cause: "the grant had expired when it arrived; {clocks}",
        mend: "set the clock by NTP; a grant is good for two minutes",
    },
    Row {
        code: "",
        fragments: &["Issue time is after now"],
        cause: "the grant was made in Maskinporten's future; {clocks}",
        mend: "set the clock by NTP",
    },
    Row {
        code: "",
        fragments: &["Unknown key identifier"],
        cause: "the client {client} has no key {kid}",
        mend: "check the pair of client id and key id in self service; often the client id is another client's",
    },
    Row {
        code: "",
        fragments: &["requires pre-registered jwk and no key identifier", "no key identifier"],
        cause: "the client {client} has registered keys, and the grant names none",
        mend: "add `kid` to the JWK (or `kid:` in the profile)",
    },
    Row {
        code: "MP-200",
        fragments: &["invalid scopes for client"],
        cause: "the client {client} does not have the scope {scope}",
        mend: "add it to the client in the self service of {place}, or correct its spelling",
    },
    Row {
        code: "MP-201",
        fragments: &["not allowed for maskinporten"],
        cause: "the client {client} is of the wrong integration type",
        mend: "make a client of the type Maskinporten",
    },
    Row {
        code: "MP-250",
        fragments: &["has not been granted access to the scope"],
        cause: "the owner of the scope {scope} has not opened it for your organisation",
        mend: "ask the scope's owner (for Altinn's, the service desk) to grant it; or is `consumer_org` missing?",
    },
    Row {
        code: "MP-251",
        fragments: &["has not delegated access to the scope"],
        cause: "{org} has not delegated the scope {scope} to your organisation",
        mend: "the customer has to delegate it in Altinn, in the same environment: delegations in production do not count in tt02",
    },
    Row {
        code: "MP-301",
        fragments: &["unknown authorization details type"],
        cause: "the type in `authorization_details` is unknown",
        mend: "it is `urn:altinn:systemuser` for system users",
    },
    Row {
        code: "MP-302",
        fragments: &["unknown authorization details field"],
        cause: "`authorization_details` has a member that is unknown: {details}",
        mend: "send `type`, `systemuser_org` and, where needed, `externalRef`",
    },
    Row {
        code: "MP-303",
        fragments: &["authorization details", "authorization_details"],
        cause: "`authorization_details` is not accepted: {details}",
        mend: "is there a system user of the client {client} for that organisation, and has the customer approved it? `ID` needs the prefix `0192:`",
    },
];

/// The error of a login.
pub(super) fn explain(facts: &Facts<'_>) -> Option<Explanation> {
    let form = std::str::from_utf8(facts.call.body).unwrap_or_default();
    let is_grant = form.contains("jwt-bearer");
    let host = matches!(facts.host.as_str(), "test.maskinporten.no" | "maskinporten.no");
    let login = facts.call.method == "POST" && (is_grant || host);
    if !login || facts.call.status < 400 {
        return None;
    }
    let assertion = form.split('&').find_map(|field| field.strip_prefix("assertion=")).unwrap_or_default();
    if assertion.ends_with(".unsigned") {
        return Some(Explanation::new(
            "the grant is not signed: token profiles exist, so the collection's signing library was replaced, but no profile covers what this login asks for",
            "give a profile these scopes, leave the login out (`flow:`), or send everything as written (`--no-substitute`)",
        ));
    }
    let uri = facts.member("error_uri").unwrap_or_default();
    let description = facts.member("error_description").unwrap_or_default();
    let code = code(uri).or_else(|| code(description));
    let lower = description.to_lowercase();
    let row = code
        .as_deref()
        .and_then(|code| ROWS.iter().find(|row| row.code == code))
        .or_else(|| ROWS.iter().find(|row| row.fragments.iter().any(|text| lower.contains(&text.to_lowercase()))));
    let Some(row) = row else { return unknown(facts, code) };

    let claims = Claims::decode(assertion);
    let head = Claims::header(assertion);
    let text = |name: &str| claims.as_ref().and_then(|c| c.0.get(name)).map_or_else(|| "(missing)".to_owned(), shown);
    let place = if facts.host == "maskinporten.no" { "prod" } else { "test" };
    let issuer = if host { format!("https://{}/", facts.host) } else { "the issuer".to_owned() };
    let scope = refused_scopes(description).unwrap_or_else(|| text("scope"));
    let names = claims
        .as_ref()
        .and_then(|c| c.0.as_object())
        .map_or_else(|| "unreadable".to_owned(), |map| map.keys().map(String::as_str).collect::<Vec<_>>().join(", "));
    let fields = [
        ("client", text("iss")),
        ("issuer", issuer),
        ("place", place.to_owned()),
        ("kid", head.as_ref().and_then(|h| h.get("kid")).map_or_else(|| "(no kid)".to_owned(), shown)),
        ("aud", text("aud")),
        ("scope", scope),
        ("org", text("consumer_org")),
        ("details", text("authorization_details")),
        ("claims", names),
        ("clocks", facts.clocks()),
    ];
    let mut explanation = Explanation::new(fill(row.cause, &fields), fill(row.mend, &fields));
    explanation.code = code.or_else(|| (!row.code.is_empty()).then(|| row.code.to_owned()));
    Some(explanation)
}

/// An error that is in no row.
fn unknown(facts: &Facts<'_>, code: Option<String>) -> Option<Explanation> {
    let mut explanation = match facts.call.status {
        429 => Explanation::new(
            "Maskinporten was asked too often",
            "tokens are kept for the run; are several runs going on at once?",
        ),
        500.. => Explanation::new("Maskinporten itself failed", "try later; its status page is status.digdir.no"),
        _ => {
            let error = facts.member("error")?;
            Explanation::new(
                format!("Maskinporten refused the grant: {error}"),
                "its description says more; support asks for the trace id",
            )
        }
    };
    explanation.code = code;
    Some(explanation)
}

/// `MP-121` in a text.
fn code(text: &str) -> Option<String> {
    let at = text.find("MP-")?;
    let digits: String = text[at + 3..].chars().take_while(char::is_ascii_digit).collect();
    (digits.len() == 3).then(|| format!("MP-{digits}"))
}

/// The scopes that follow the comma in the description.
fn refused_scopes(description: &str) -> Option<String> {
    let at = description.to_lowercase().find("invalid scopes for client")?;
    let rest = description.get(at..)?.split(" (").next()?;
    let scopes: Vec<&str> = rest
        .split([',', ' ', '[', ']'])
        .map(|w| w.trim_matches(['.', '\'', '"']))
        .filter(|word| word.contains(':'))
        .collect();
    (!scopes.is_empty()).then(|| scopes.join(" "))
}

/// A claim as text.
fn shown(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
