//! A policy to begin with.

use std::fmt::Write;

use super::urn;

/// The actions that Altinn Correspondence and Altinn Events ask for.
const ACTIONS: &[&str] = &["read", "write", "subscribe"];

/// A policy that permits reading, sending and subscribing to a resource: to people with `role` (such as `DAGL`), and to
/// the service owner with `org_code`, at authentication level 3.
///
/// It has no findings, neither by [`lint`](super::Policy::lint) nor by [`check`](super::Policy::check).
///
/// ```
/// use postbud::policy::{Policy, minimal};
///
/// let policy = Policy::parse(&minimal("demo-letters", "demo", "DAGL"))?;
/// assert!(policy.check("demo-letters", &["read", "write", "subscribe"]).is_empty());
/// # Ok::<(), postbud::policy::PolicyError>(())
/// ```
pub fn minimal(resource_id: &str, org_code: &str, role: &str) -> String {
    let id = escape(resource_id);
    let mut xml = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n\
         <xacml:Policy xmlns:xacml=\"{}\" PolicyId=\"urn:postbud:{id}\" Version=\"1.0\"\n  \
           RuleCombiningAlgId=\"{}\">\n  \
           <xacml:Target/>\n  \
           <xacml:Rule RuleId=\"urn:postbud:{id}:rule:1\" Effect=\"Permit\">\n    \
             <xacml:Description>Readers, senders and subscribers of {id}</xacml:Description>\n    \
             <xacml:Target>\n",
        urn::XACML,
        urn::DENY_OVERRIDES,
    );
    let subjects = [(urn::STRING_EQUAL_IGNORE_CASE, urn::ROLE_CODE, role), (urn::STRING_EQUAL, urn::ORG, org_code)];
    push_any_of(&mut xml, urn::SUBJECT, &subjects);
    push_any_of(&mut xml, urn::RESOURCE, &[(urn::STRING_EQUAL, urn::RESOURCE_ID, resource_id)]);
    let actions: Vec<_> = ACTIONS.iter().map(|action| (urn::STRING_EQUAL, urn::ACTION_ID, *action)).collect();
    push_any_of(&mut xml, urn::ACTION, &actions);
    let _ = write!(
        xml,
        "    </xacml:Target>\n  \
           </xacml:Rule>\n  \
           <xacml:ObligationExpressions>\n    \
             <xacml:ObligationExpression FulfillOn=\"Permit\" ObligationId=\"urn:postbud:{id}:obligation:1\">\n      \
               <xacml:AttributeAssignmentExpression AttributeId=\"urn:postbud:{id}:level:1\" Category=\"{}\">\n        \
                 <xacml:AttributeValue DataType=\"{}\">3</xacml:AttributeValue>\n      \
               </xacml:AttributeAssignmentExpression>\n    \
             </xacml:ObligationExpression>\n  \
           </xacml:ObligationExpressions>\n\
         </xacml:Policy>\n",
        urn::MINIMUM_LEVEL,
        urn::INTEGER,
    );
    xml
}

/// Alternatives of one category, each a function, an attribute and its value.
fn push_any_of(xml: &mut String, category: &str, alternatives: &[(&str, &str, &str)]) {
    xml.push_str("      <xacml:AnyOf>\n");
    for (function, attribute, value) in alternatives {
        let _ = write!(
            xml,
            "        <xacml:AllOf>\n          \
               <xacml:Match MatchId=\"{function}\">\n            \
                 <xacml:AttributeValue DataType=\"{string}\">{value}</xacml:AttributeValue>\n            \
                 <xacml:AttributeDesignator AttributeId=\"{attribute}\" Category=\"{category}\"\n              \
                   DataType=\"{string}\" MustBePresent=\"false\"/>\n          \
               </xacml:Match>\n        \
             </xacml:AllOf>\n",
            string = urn::STRING,
            value = escape(value),
        );
    }
    xml.push_str("      </xacml:AnyOf>\n");
}

/// Text as it may stand in XML, between tags and between quotes; characters that XML cannot hold are left out.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for sign in text.chars() {
        match sign {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\t' | '\n' | '\r' | ' '.. if !matches!(sign, '\u{fffe}' | '\u{ffff}') => escaped.push(sign),
            _ => {}
        }
    }
    escaped
}
