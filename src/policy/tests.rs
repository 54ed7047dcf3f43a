//! Policies of every kind that users bring.

use super::{Attribute, Decision, Effect, FindingKind, Place, Policy, PolicyErrorKind, Severity, minimal, urn};

const REQUIRED: &[&str] = &["read", "write", "subscribe"];
const ID: &str = "demo-letters";

/// A subject, resource or action of a rule in short: category and attribute follow from the word before the colon.
fn one_match(short: &str) -> String {
    let (kind, value) = short.split_once(':').unwrap();
    let (category, attribute) = match kind {
        "action" => (urn::ACTION, urn::ACTION_ID),
        "resource" => (urn::RESOURCE, urn::RESOURCE_ID),
        "app" => (urn::RESOURCE, "urn:altinn:app"),
        "role" => (urn::SUBJECT, urn::ROLE_CODE),
        "guiderole" => (urn::SUBJECT, urn::ORG_ROLE_CODE),
        "package" => (urn::SUBJECT, urn::ACCESS_PACKAGE),
        "org" => (urn::SUBJECT, urn::ORG),
        "number" => (urn::SUBJECT, urn::ORGANIZATION),
        _ => panic!("{short}"),
    };
    let function = if kind == "role" { urn::STRING_EQUAL_IGNORE_CASE } else { urn::STRING_EQUAL };
    format!(
        r#"<Match MatchId="{function}"><AttributeValue>{value}</AttributeValue><AttributeDesignator AttributeId="{attribute}" Category="{category}"/></Match>"#
    )
}

/// A rule from lines: each line is an `AnyOf`, `|` parts its alternatives, `+` the matches of one.
fn rule(id: &str, effect: &str, lines: &[&str]) -> String {
    let mut xml = format!("<Rule RuleId=\"{id}\" Effect=\"{effect}\"><Target>\n");
    for line in lines {
        xml += "<AnyOf>";
        for all_of in line.split('|') {
            xml += "<AllOf>";
            xml.extend(all_of.split('+').map(|short| one_match(short.trim())));
            xml += "</AllOf>";
        }
        xml += "</AnyOf>\n";
    }
    xml + "</Target></Rule>\n"
}

fn level(level: &str) -> String {
    format!(
        "<ObligationExpressions><ObligationExpression><AttributeAssignmentExpression Category=\"{}\">\
         <AttributeValue>{level}</AttributeValue></AttributeAssignmentExpression></ObligationExpression>\
         </ObligationExpressions>",
        urn::MINIMUM_LEVEL
    )
}

fn policy(parts: &[String]) -> Policy {
    let xml = format!(
        "<Policy xmlns=\"{}\" PolicyId=\"p\" Version=\"1.0\" RuleCombiningAlgId=\"{}\"><Target/>\n{}</Policy>",
        urn::XACML,
        urn::DENY_OVERRIDES,
        parts.concat()
    );
    Policy::parse(&xml).unwrap()
}

fn good_rule(actions: &str) -> String {
    rule("r1", "Permit", &["role:DAGL | org:demo", "resource:demo-letters", actions])
}

const ACTIONS: &str = "action:read | action:write | action:subscribe";

#[test]
fn the_minimal_policy_has_nothing_wrong() {
    let policy = Policy::parse(&minimal(ID, "demo", "DAGL")).unwrap();
    assert_eq!(policy.check(ID, REQUIRED), []);
    assert_eq!(policy.lint(ID), []);
    assert_eq!((policy.version.as_str(), policy.rules.len(), policy.levels.len()), ("1.0", 1, 1));
    let lines: Vec<_> = policy
        .grants()
        .map(|grant| {
            format!("{} {} {}", grant.subject_text(), grant.action_name().unwrap(), grant.resource_id().unwrap())
        })
        .collect();
    assert_eq!(
        lines,
        [
            "urn:altinn:rolecode:DAGL read demo-letters",
            "urn:altinn:rolecode:DAGL write demo-letters",
            "urn:altinn:rolecode:DAGL subscribe demo-letters",
            "urn:altinn:org:demo read demo-letters",
            "urn:altinn:org:demo write demo-letters",
            "urn:altinn:org:demo subscribe demo-letters",
        ]
    );
}

#[test]
fn the_minimal_policy_survives_any_name() {
    for name in ["a&b", "<x>", "\"quoted\"", "it's", "blåbær", "nul\0\u{1}\u{ffff}", "]]>"] {
        let policy = Policy::parse(&minimal(name, name, name)).unwrap();
        let clean: String = name.chars().filter(|sign| *sign >= ' ' && *sign != '\u{ffff}').collect();
        assert_eq!(policy.check(&clean, REQUIRED), [], "{name:?}");
    }
}

#[test]
fn prefixes_do_not_matter_and_comments_are_left_out() {
    let xml = minimal(ID, "demo", "DAGL")
        .replace("<xacml:", "<x:")
        .replace("</xacml:", "</x:")
        .replace("xmlns:xacml", "xmlns:x");
    let xml = format!("\u{feff}{}", xml.replace(">read<", "><!-- was: see -->\n read <"));
    assert_eq!(Policy::parse(&xml).unwrap().check(ID, REQUIRED), []);
}

/// Findings of `check` by severity and kind, in short.
fn checked(parts: &[String]) -> Vec<String> {
    policy(parts)
        .check(ID, REQUIRED)
        .iter()
        .map(|finding| {
            assert!(!finding.cause.ends_with('.') && !finding.mend.ends_with('.') && !finding.mend.is_empty());
            format!("{:?} {:?}", finding.severity, finding.kind)
        })
        .collect()
}

#[test]
fn each_point_of_the_check_is_found() {
    let three = level("3");
    let table: Vec<(&str, Vec<String>, Vec<&str>)> = vec![
        ("nothing wrong", vec![good_rule(ACTIONS), three.clone()], vec![]),
        (
            "an action is missing",
            vec![good_rule("action:read | action:write"), three.clone()],
            vec![r#"Fault ActionMissing { action: "subscribe" }"#],
        ),
        (
            "only old names",
            vec![good_rule("action:see | action:open | action:send | action:subscribe"), three.clone()],
            vec![
                r#"Fault OldActionName { action: "read", old: ["see", "open"] }"#,
                r#"Fault OldActionName { action: "write", old: ["send"] }"#,
            ],
        ),
        (
            "old names beside new ones do no harm",
            vec![good_rule("action:see | action:read | action:write | action:send | action:subscribe"), three.clone()],
            vec![],
        ),
        (
            "a deny rule",
            vec![
                good_rule(ACTIONS),
                rule("r2", "Deny", &["role:PRIV", "resource:demo-letters", "action:write"]),
                three.clone(),
            ],
            vec![r#"Fault Denied { action: "write", rule: "r2" }"#],
        ),
        (
            "a deny rule without action denies all",
            vec![good_rule(ACTIONS), rule("r2", "Deny", &["role:PRIV", "resource:demo-letters"]), three.clone()],
            vec![
                r#"Fault Denied { action: "read", rule: "r2" }"#,
                r#"Fault Denied { action: "write", rule: "r2" }"#,
                r#"Fault Denied { action: "subscribe", rule: "r2" }"#,
            ],
        ),
        (
            "a deny rule for another resource is none, but names another resource",
            vec![good_rule(ACTIONS), rule("r2", "Deny", &["org:x", "resource:other", "action:read"]), three.clone()],
            vec![r#"Fault OtherResource { rule: "r2", resource: "other" }"#],
        ),
        (
            "all rules are for another resource",
            vec![rule("r1", "Permit", &["org:demo", "resource:other", ACTIONS]), three.clone()],
            vec![
                r#"Fault ActionMissing { action: "read" }"#,
                r#"Fault ActionMissing { action: "write" }"#,
                r#"Fault ActionMissing { action: "subscribe" }"#,
                r#"Fault OtherResource { rule: "r1", resource: "other" }"#,
            ],
        ),
        (
            "roles of people only",
            vec![rule("r1", "Permit", &["role:DAGL | package:post", "resource:demo-letters", ACTIONS]), three.clone()],
            vec![r#"Warning NoOrganisationSubject { action: "write" }"#],
        ),
        (
            "an organisation with a role is a role",
            vec![rule("r1", "Permit", &["org:demo + role:DAGL", "resource:demo-letters", ACTIONS]), three.clone()],
            vec![r#"Warning NoOrganisationSubject { action: "write" }"#],
        ),
        (
            "the number of an organisation is enough",
            vec![rule("r1", "Permit", &["number:310000000", "resource:demo-letters", ACTIONS]), three.clone()],
            vec![],
        ),
        (
            "without subject, resource and action everything is permitted",
            vec![rule("r1", "Permit", &[]), three.clone()],
            vec![],
        ),
        ("no level", vec![good_rule(ACTIONS)], vec!["Warning NoAuthenticationLevel"]),
        ("level 2", vec![good_rule(ACTIONS), level("2")], vec![]),
        ("level 4", vec![good_rule(ACTIONS), level("4")], vec!["Warning AuthenticationLevelTooHigh { level: 4 }"]),
        ("no number", vec![good_rule(ACTIONS), level("high")], vec!["Warning AuthenticationLevelUnreadable"]),
        (
            "role as in the guide",
            vec![rule("r1", "Permit", &["guiderole:DAGL | org:demo", "resource:demo-letters", ACTIONS]), three.clone()],
            vec!["Note RoleAttribute"],
        ),
        (
            "app attributes are another resource",
            vec![rule("r1", "Permit", &["org:demo", "app:demo-letters", ACTIONS]), three.clone()],
            vec![
                r#"Fault ActionMissing { action: "read" }"#,
                r#"Fault ActionMissing { action: "write" }"#,
                r#"Fault ActionMissing { action: "subscribe" }"#,
            ],
        ),
        (
            "two actions at once permit none",
            vec![
                rule("r1", "Permit", &["org:demo", "resource:demo-letters", "action:read + action:write"]),
                good_rule("action:subscribe"),
                three.clone(),
            ],
            vec![r#"Fault ActionMissing { action: "read" }"#, r#"Fault ActionMissing { action: "write" }"#],
        ),
        (
            "no rules at all",
            vec![three.clone()],
            vec![
                r#"Fault ActionMissing { action: "read" }"#,
                r#"Fault ActionMissing { action: "write" }"#,
                r#"Fault ActionMissing { action: "subscribe" }"#,
            ],
        ),
    ];
    for (name, parts, expected) in table {
        assert_eq!(checked(&parts), expected, "{name}");
    }
}

#[test]
fn findings_say_cause_mend_and_place() {
    let old = policy(&[good_rule("action:see | action:send"), level("4")]);
    let texts: Vec<_> = old.check(ID, &["read", "write"]).iter().map(ToString::to_string).collect();
    assert_eq!(
        texts,
        [
            "nobody is permitted `read`; the policy permits `see`, its name until autumn 2024; write `read` instead of \
             `see` and upload the policy again",
            "nobody is permitted `write`; the policy permits `send`, its name until autumn 2024; write `write` instead \
             of `send` and upload the policy again",
            "line 7, column 127: the policy asks for authentication level 4; tokens of organisations have level 3; \
             write 3 as the level",
        ]
    );
}

#[test]
fn lint_says_what_the_registry_says() {
    let linted = |parts: &[String]| {
        policy(parts)
            .lint(ID)
            .iter()
            .map(|finding| format!("{} {:?}", finding.refuses_upload(), finding.kind))
            .collect::<Vec<_>>()
    };
    assert!(linted(&[good_rule(ACTIONS)]).is_empty());
    assert_eq!(linted(&[]), ["false NoRules"]);
    assert_eq!(
        linted(&[rule("r1", "Permit", &["org:demo", "resource:other | resource:more", ACTIONS])]),
        [
            r#"true OtherResource { rule: "r1", resource: "other" }"#,
            r#"true OtherResource { rule: "r1", resource: "more" }"#,
        ]
    );
    assert_eq!(
        linted(&[good_rule(ACTIONS), rule("r2", "Permit", &["org:demo", ACTIONS])]),
        [r#"true RuleWithoutResource { rule: "r2" }"#]
    );
    assert_eq!(
        linted(&[rule("r1", "Permit", &["resource:demo-letters | org:demo", "action:read + action:write"])]),
        [r#"false SeveralActions { rule: "r1" }"#, r#"false MixedCategories { rule: "r1" }"#]
    );
    assert_eq!(
        linted(&[rule("r1", "Permit", &["resource:demo-letters"])]),
        [
            r#"false CategoryMissing { rule: "r1", category: "subject" }"#,
            r#"false CategoryMissing { rule: "r1", category: "action" }"#,
        ]
    );
    assert_eq!(
        linted(&[rule("r1", "Permit", &["org:", "resource:demo-letters", ACTIONS])]),
        [r#"false IncompleteMatch { rule: "r1" }"#]
    );
    let xml = minimal(ID, "demo", "DAGL").replace("deny-overrides", "permit-overrides");
    assert_eq!(Policy::parse(&xml).unwrap().lint(ID)[0].kind, FindingKind::Combining);
}

#[test]
fn a_target_of_the_policy_limits_its_rules() {
    let xml = minimal(ID, "demo", "DAGL").replace(
        "<xacml:Target/>",
        &format!(
            "<xacml:Target><xacml:AnyOf><xacml:AllOf>{}</xacml:AllOf></xacml:AnyOf></xacml:Target>",
            one_match("action:read").replace('<', "<xacml:").replace("<xacml:/", "</xacml:")
        ),
    );
    let policy = Policy::parse(&xml).unwrap();
    assert_eq!(policy.grants().filter(|grant| grant.action_name() == Some("read")).count(), 2);
    assert_eq!(policy.grants().count(), 2);
    assert_eq!(policy.lint(ID)[0].kind, FindingKind::PolicyTarget);
    assert_eq!(policy.check(ID, &["write"])[0].severity, Severity::Fault);
}

#[test]
fn decisions_follow_the_rules() {
    let parts =
        [good_rule(ACTIONS), rule("r2", "Deny", &["number:999", "resource:demo-letters", "action:write"]), level("3")];
    let policy = policy(&parts);
    let demo = Attribute::new(urn::ORG, "demo");
    let director = Attribute::new(urn::ROLE_CODE, "dagl");
    let banned = Attribute::new(urn::ORGANIZATION, "999");
    let table = [
        (ID, "write", vec![demo.clone()], Decision::Permit),
        (ID, "read", vec![director.clone()], Decision::Permit),
        (ID, "write", vec![director, banned.clone()], Decision::Deny),
        (ID, "read", vec![demo.clone(), banned.clone()], Decision::Permit),
        (ID, "delete", vec![demo.clone()], Decision::NotApplicable),
        ("other", "read", vec![demo.clone()], Decision::NotApplicable),
        (ID, "read", vec![], Decision::NotApplicable),
        (ID, "read", vec![Attribute::new(urn::ORG, "DEMO")], Decision::NotApplicable),
    ];
    for (resource, action, subject, expected) in table {
        assert_eq!(policy.decide(resource, action, &subject), expected, "{resource} {action} {subject:?}");
    }
    let mut lenient = policy.clone();
    lenient.combining = "urn:oasis:names:tc:xacml:3.0:rule-combining-algorithm:permit-overrides".to_owned();
    assert_eq!(lenient.decide(ID, "write", &[demo.clone(), banned.clone()]), Decision::Permit);
    lenient.combining = "urn:oasis:names:tc:xacml:1.0:rule-combining-algorithm:first-applicable".to_owned();
    lenient.rules.reverse();
    assert_eq!(lenient.decide(ID, "write", &[demo, banned]), Decision::Deny);
    assert_eq!(lenient.rules[0].effect, Effect::Deny);
}

#[test]
fn what_is_no_policy_is_refused_with_its_place() {
    let root = format!("<Policy xmlns=\"{}\">", urn::XACML);
    let table = [
        (String::new(), "line 1, column 1: not well-formed XML: "),
        ("<a>\n  <b></a>".to_owned(), "line 2, column 6: not well-formed XML: expected 'b' tag, not 'a'"),
        ("<html><body/></html>".to_owned(), "line 1, column 1: the root element is `html`, not `Policy`"),
        ("\n<Policy/>".to_owned(), "line 2, column 1: the policy is in the namespace ``, not in that of XACML 3.0"),
        (
            "<Policy xmlns=\"urn:oasis:names:tc:xacml:2.0:policy:schema:os\"/>".to_owned(),
            "line 1, column 1: the policy is in the namespace `urn:oasis:names:tc:xacml:2.0:policy:schema:os`",
        ),
        (
            format!("{root}\n <Rule RuleId=\"r\" Effect=\"permit\"/></Policy>"),
            "line 2, column 2: rule `r` has the effect `permit`, which is neither",
        ),
        ("<a ".repeat(1_000_000), "line 1, column 1: elements are nested more than 200 deep"),
        ("<a>".repeat(100_000), "line 1, column 1: elements are nested more than 200 deep"),
        ("<!DOCTYPE x [<!ENTITY a \"b\">]><x>&a;</x>".to_owned(), "line 1, column "),
    ];
    for (xml, message) in table {
        let error = Policy::parse(&xml).unwrap_err();
        assert!(error.to_string().starts_with(message), "{error}");
        assert!(!error.help().is_empty());
    }
    assert!(matches!(Policy::parse("{}").unwrap_err().kind, PolicyErrorKind::Xml(_)));
}

#[test]
fn every_truncation_is_read_or_refused() {
    let xml = minimal("blåbær", "demo", "DAGL");
    for (end, _) in xml.trim_end().char_indices() {
        assert!(Policy::parse(&xml[..end]).is_err());
    }
    let half = xml.replace("</xacml:AllOf>", "").replace("<xacml:AllOf>", "");
    let odd = Policy::parse(&half).unwrap();
    assert_eq!(odd.grants().count(), 0);
    assert!(!odd.check("blåbær", REQUIRED).is_empty() && !odd.lint("blåbær").is_empty());
}

#[test]
fn places_are_found_in_files_of_one_line() {
    let rules: String = (0..5_000).map(|number| rule(&format!("ø{number}"), "Permit", &["org:demo"])).collect();
    let many = policy(&[rules.replace('\n', "")]);
    assert_eq!(many.rules.len(), 5_000);
    let width = many.rules[1].place.column - many.rules[0].place.column;
    assert_eq!(many.rules[9].place, Place { line: 2, column: 1 + 9 * width });
}

#[test]
fn very_many_combinations_do_not_hang() {
    let line = (0..100).map(|number| format!("org:o{number}")).collect::<Vec<_>>().join(" | ");
    let big = policy(&[rule("r1", "Permit", &[line.as_str(); 20]), level("3")]);
    let findings = big.check(ID, REQUIRED);
    assert!(findings.iter().any(|finding| finding.kind == FindingKind::TooManyGrants));
    assert_eq!(big.rules[0].place, Place { line: 2, column: 1 });
}

#[test]
fn very_many_combinations_that_never_hold_do_not_hang() {
    let lines: Vec<String> = (0..60).map(|number| format!("action:a{number} | action:b{number}")).collect();
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    // The clash comes first, then last: behind very many choices that are fine so far.
    assert_eq!(policy(&[rule("r1", "Permit", &lines)]).grants().count(), 0);
    let roles = ["role:a | role:b"; 40];
    let late = [&roles[..], &["action:read", "action:write"]].concat();
    let late = policy(&[rule("r1", "Permit", &late), rule("r2", "Permit", &["action:read", "role:a"])]);
    assert_eq!(late.grants().map(|grant| grant.rule.id.clone()).collect::<Vec<_>>(), ["r2"]);
}
