//! Errors of Altinn's platform but Correspondence: test-token generator, exchange, Resource Registry, Events.

use super::explain::{Explanation, Facts};

/// The test-token generator.
pub(super) fn generator(facts: &Facts<'_>) -> Option<Explanation> {
    if facts.host != "altinn-testtools-token-generator.azurewebsites.net" {
        return None;
    }
    let scope = |kind: &str| format!("altinn:testtools/tokengenerator/{kind}");
    let needed = if facts.path.ends_with("getpersonaltoken") {
        scope("personal")
    } else if facts.path.ends_with("getsystemusertoken") || facts.path.ends_with("getenterpriseusertoken") {
        scope("enterpriseuser")
    } else if facts.path.ends_with("getplatformaccesstoken") || facts.path.ends_with("getplatformtoken") {
        scope("platform")
    } else {
        scope("enterprise")
    };
    let substitute = "with a token profile in postbud.yaml the test token is not needed at all";
    Some(match facts.call.status {
        400 => {
            let faults: Vec<String> = facts
                .json
                .as_object()
                .map(|map| {
                    map.iter().map(|(name, why)| format!("{name}: {}", why.as_str().unwrap_or_default())).collect()
                })
                .unwrap_or_default();
            let list = if faults.is_empty() { "a parameter is missing or wrong".to_owned() } else { faults.join(", ") };
            Explanation::new(
                format!("the test-token generator did not take the query: {list}"),
                "are the variables in the URL set?",
            )
        }
        401 => Explanation::new(
            "the test-token generator did not take the account",
            format!(
                "accounts are handed out by Altinn (variables `test_tools_username` and `test_tools_password`); {substitute}"
            ),
        ),
        403 => Explanation::new(
            format!(
                "the token for the test-token generator is not a Maskinporten test token with the scope `{needed}`; {}",
                facts.token_facts()
            ),
            format!("give the client that scope; {substitute}"),
        ),
        500.. => Explanation::new("the test-token generator itself failed", format!("try later; {substitute}")),
        _ => return None,
    })
}

/// The exchange of Maskinporten tokens.
pub(super) fn exchange(facts: &Facts<'_>) -> Option<Explanation> {
    let provider = facts.path.split("/authentication/api/v1/exchange/").nth(1)?;
    Some(match facts.call.status {
        400 => Explanation::new(
            format!("Altinn knows no token provider `{provider}`"),
            "the path ends in `/exchange/maskinporten`",
        ),
        410 => Explanation::new(
            "Altinn's enterprise users are discontinued",
            "remove the header `X-Altinn-EnterpriseUser-Authentication`; a system user takes their place",
        ),
        401 => {
            if let Some(fault) = facts.token_fault() {
                return Some(fault);
            }
            let claims = facts.claims.as_ref()?;
            let prod = facts.host == "platform.altinn.no";
            let wanted = if prod { "prod" } else { "test" };
            if claims.issuer().is_some_and(|issuer| issuer.contains("/authentication/api/v1/openid")) {
                return Some(Explanation::new(
                    "the token is Altinn's own already",
                    "use it as it is; only Maskinporten's are exchanged",
                ));
            }
            match claims.maskinporten() {
                Some(environment) if environment != wanted => {
                    return Some(Explanation::new(
                        format!(
                            "the token is of Maskinporten's `{environment}`, and {} takes those of `{wanted}`",
                            facts.host
                        ),
                        "test tokens go to tt02 and the at environments, production tokens to production",
                    ));
                }
                None if known_platform(&facts.host) => {
                    return Some(Explanation::new(
                        format!("the token was not issued by Maskinporten; {}", facts.token_facts()),
                        "log in to Maskinporten first and exchange its token",
                    ));
                }
                _ => {}
            }
            if claims.consumer().is_none() {
                return Some(Explanation::new(
                    "the token has no `consumer`",
                    "it is not a token of an organisation; is it Maskinporten's?",
                ));
            }
            Explanation::new(
                format!("{} refused the Maskinporten token; {}", facts.host, facts.token_facts()),
                "if that looks right, Altinn itself may be failing: try later",
            )
        }
        500.. => Explanation::new("Altinn's exchange itself failed", "try later"),
        _ => return None,
    })
}

pub(super) fn known_platform(host: &str) -> bool {
    host.starts_with("platform.") && (host.ends_with(".altinn.no") || host.ends_with(".altinn.cloud"))
}

/// A text of the Resource Registry about policies.
struct PolicyRow {
    fragment: &'static str,
    cause: &'static str,
    mend: &'static str,
}

static POLICY_ROWS: &[PolicyRow] = &[
    PolicyRow {
        fragment: "different registry resource",
        cause: "a rule of the policy is about another resource",
        mend: "put the id of this resource into every `urn:altinn:resource` of the policy; does the file belong to another one?",
    },
    PolicyRow {
        fragment: "without reference to registry resource",
        cause: "a rule of the policy names no resource",
        mend: "every rule needs an `urn:altinn:resource` with the id of this resource",
    },
    PolicyRow {
        fragment: "unknown resource",
        cause: "the resource does not exist in this environment",
        mend: "create or publish it first; is its id spelt right?",
    },
];

/// The Resource Registry.
pub(super) fn registry(facts: &Facts<'_>) -> Option<Explanation> {
    let rest = facts.path.split("/resourceregistry/api/v1/resource").nth(1)?;
    let id = rest.trim_matches('/').split('/').next().unwrap_or_default();
    let policy = rest.trim_end_matches('/').ends_with("/policy");
    let method = facts.call.method;
    let writes = matches!(method, "POST" | "PUT" | "DELETE");
    Some(match facts.call.status {
        401 => facts.token_fault().unwrap_or_else(|| {
            Explanation::new(
                format!("the Resource Registry refused the token; {}", facts.token_facts()),
                "it takes tokens of this platform: exchange Maskinporten's token here",
            )
        }),
        403 if method == "DELETE" && !facts.empty() => {
            Explanation::new("resources cannot be deleted in production", "withdraw it (`status`) instead")
        }
        403 if writes => registry_forbidden(facts),
        400 if policy => policy_refused(facts),
        500.. if policy && writes => Explanation::new(
            "the policy's XML could not be read",
            "is it well-formed XACML 3.0, and not an empty or cut file?",
        ),
        400 => {
            let faults = facts.validation();
            if faults.iter().any(|fault| fault.starts_with('$')) {
                Explanation::new(
                    format!("the resource's JSON could not be read: {}", faults.join("; ")),
                    "the path says where; is a variable in it empty?",
                )
            } else if faults.is_empty() {
                Explanation::new(
                    "the Resource Registry did not take the resource",
                    "the answer's body says more; does the id in the path equal the one in the body?",
                )
            } else {
                Explanation::new(
                    format!("the resource is not complete: {}", faults.join("; ")),
                    "titles and descriptions are needed in `nb`, `nn` and `en`; `rightDescription` too where the resource is delegable",
                )
            }
        }
        404 if policy && facts.says("policy") => Explanation::new(
            format!("the resource `{id}` has no policy"),
            "upload one: POST …/policy with the file part `policyFile`",
        ),
        404 if id.is_empty() => Explanation::new("the id of the resource is empty", "set the variable that holds it"),
        404 => Explanation::new(
            format!("there is no resource `{id}` in this environment"),
            "create it here, or publish it from Altinn Studio to this environment: resources are published to each by itself",
        ),
        409 => Explanation::new("a resource with this id exists already", "update it with PUT, or choose another id"),
        415 => Explanation::new(
            "the Resource Registry does not take this `Content-Type`",
            if policy { "send the policy as multipart form data" } else { "send `Content-Type: application/json`" },
        ),
        500.. => Explanation::new(
            "the Resource Registry itself failed",
            "an empty `hasCompetentAuthority` or a missing `identifier` is known to do that; else try later",
        ),
        _ => return None,
    })
}

fn registry_forbidden(facts: &Facts<'_>) -> Explanation {
    let Some(claims) = &facts.claims else {
        return Explanation::new("the Resource Registry forbids it", "is the token right?");
    };
    let scopes = ["altinn:resourceregistry/resource.write", "altinn:resourceregistry/resource.admin"];
    if !scopes.iter().any(|scope| claims.has_scope(scope)) {
        return Explanation::new(
            format!("the token lacks the scope `{}`; {}", scopes[0], facts.token_facts()),
            "give the client that scope and ask for it",
        );
    }
    match claims.consumer() {
        None => Explanation::new(
            "the token names no `consumer`, and the registry compares it with the owner of the resource",
            "use a token of Maskinporten, exchanged; a test token without `consumerOrgNo` will not do",
        ),
        Some(consumer) => Explanation::new(
            format!("the token is of organisation {consumer}, which is not the owner of the resource"),
            "`hasCompetentAuthority.organization` has to be the token's organisation: change the one or the other",
        ),
    }
}

fn policy_refused(facts: &Facts<'_>) -> Explanation {
    if let Some(row) = POLICY_ROWS.iter().find(|row| facts.says(row.fragment)) {
        return Explanation::new(row.cause, row.mend);
    }
    Explanation::new(
        "the Resource Registry did not take the policy",
        "it has to be a file part named `policyFile` in multipart form data; was the file found?",
    )
}

/// Events.
pub(super) fn events(facts: &Facts<'_>) -> Option<Explanation> {
    facts.path.split("/events/api/v1/").nth(1)?;
    Some(match facts.call.status {
        401 => facts.token_fault().unwrap_or_else(|| {
            Explanation::new(
                format!("Altinn Events refused the token; {}", facts.token_facts()),
                "exchange it at this platform",
            )
        }),
        403 => {
            let has = facts.claims.as_ref().is_some_and(|claims| claims.has_scope("altinn:events.subscribe"));
            if has {
                Explanation::new(
                    "the policy of the resource does not permit `subscribe` to this organisation",
                    "add the action `subscribe` to the policy",
                )
            } else {
                Explanation::new(
                    format!("the token lacks the scope `altinn:events.subscribe`; {}", facts.token_facts()),
                    "give the client that scope and ask for it",
                )
            }
        }
        400 => Explanation::new(
            "Altinn Events did not take the subscription",
            "`endPoint` has to be https, `resourceFilter` a URN; `sourceFilter` and `alternativeSubjectFilter` are refused now",
        ),
        404 => Explanation::new("there is no such subscription for this organisation", "list the subscriptions first"),
        _ => return None,
    })
}
