//! From XML to [`Policy`]. Elements are found by namespace and name; prefixes do not matter.

use std::cell::Cell;

use roxmltree::{Document, Node};

use super::error::{PolicyError, PolicyErrorKind};
use super::{AllOf, AnyOf, Attribute, Effect, Level, Match, Place, Policy, Rule, Target, urn};

/// Deeper than any policy, shallower than any stack.
const MAX_DEPTH: usize = 200;

pub(super) fn parse(xml: &str) -> Result<Policy, PolicyError> {
    let xml = xml.trim_start_matches('\u{feff}');
    if depth(xml) > MAX_DEPTH {
        let kind = PolicyErrorKind::TooDeep(MAX_DEPTH);
        return Err(PolicyError { place: Place { line: 1, column: 1 }, kind });
    }
    let document = Document::parse(xml).map_err(|error| {
        let at = error.pos();
        // The place is told on its own: roxmltree puts it at the end of its message.
        let text = error.to_string();
        let text = text.rsplit_once(" at ").map_or(text.as_str(), |(text, _)| text).to_owned();
        PolicyError { place: Place { line: at.row, column: at.col }, kind: PolicyErrorKind::Xml(text) }
    })?;
    let root = document.root_element();
    let places = Places::new(xml);
    let failed = |kind| PolicyError { place: places.of(root), kind };
    if root.tag_name().name() != "Policy" {
        return Err(failed(PolicyErrorKind::NotAPolicy(root.tag_name().name().to_owned())));
    }
    let namespace = root.tag_name().namespace().unwrap_or_default();
    if namespace != urn::XACML {
        return Err(failed(PolicyErrorKind::Namespace(namespace.to_owned())));
    }
    Ok(Policy {
        id: attribute(root, "PolicyId"),
        version: attribute(root, "Version"),
        combining: attribute(root, "RuleCombiningAlgId"),
        target: target(root, &places),
        rules: children(root, "Rule").map(|node| rule(node, &places)).collect::<Result<_, _>>()?,
        levels: levels(root, &places),
    })
}

/// How deep elements lie inside one another, counted generously from the tags alone: the XML parser calls itself for
/// each level, and a text from outside must not exhaust the stack.
fn depth(xml: &str) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    let mut in_start_tag = false;
    let mut before = b' ';
    let mut bytes = xml.bytes().peekable();
    while let Some(byte) = bytes.next() {
        match (byte, bytes.peek()) {
            (b'<', Some(b'/')) => depth = depth.saturating_sub(1),
            (b'<', Some(b'!' | b'?')) => {}
            (b'<', _) => {
                depth += 1;
                deepest = deepest.max(depth);
                in_start_tag = true;
            }
            (b'>', _) if in_start_tag => {
                // An element without content closes itself; a `>` in an attribute only makes the count too high.
                if before == b'/' {
                    depth = depth.saturating_sub(1);
                }
                in_start_tag = false;
            }
            _ => {}
        }
        before = byte;
    }
    deepest
}

/// Finds places in the order of the text, each from the one before: a large file is walked once, not once per element.
struct Places<'a> {
    text: &'a str,
    last: Cell<(usize, Place)>,
}

impl<'a> Places<'a> {
    fn new(text: &'a str) -> Self {
        Self { text, last: Cell::new((0, Place { line: 1, column: 1 })) }
    }

    fn of(&self, node: Node) -> Place {
        let offset = node.range().start;
        let (mut from, mut place) = self.last.get();
        if offset < from {
            (from, place) = (0, Place { line: 1, column: 1 });
        }
        for sign in self.text.get(from..offset).unwrap_or_default().chars() {
            if sign == '\n' {
                place = Place { line: place.line + 1, column: 1 };
            } else {
                place.column += 1;
            }
        }
        self.last.set((offset, place));
        place
    }
}

fn rule(node: Node, places: &Places) -> Result<Rule, PolicyError> {
    let place = places.of(node);
    let id = attribute(node, "RuleId");
    let effect = match attribute(node, "Effect").as_str() {
        "Permit" => Effect::Permit,
        "Deny" => Effect::Deny,
        other => {
            let kind = PolicyErrorKind::Effect { rule: id, effect: other.to_owned() };
            return Err(PolicyError { place, kind });
        }
    };
    let conditional = children(node, "Condition").next().is_some();
    Ok(Rule { id, effect, target: target(node, places), conditional, place })
}

/// The target of a policy or a rule. Without one it is empty.
fn target(node: Node, places: &Places) -> Target {
    let conditions = children(node, "Target").flat_map(|target| children(target, "AnyOf"));
    Target { any_of: conditions.map(|node| any_of(node, places)).collect() }
}

fn any_of(node: Node, places: &Places) -> AnyOf {
    let place = places.of(node);
    let all_of = children(node, "AllOf")
        .map(|node| AllOf { matches: children(node, "Match").map(|node| one_match(node, places)).collect() });
    AnyOf { all_of: all_of.collect(), place }
}

fn one_match(node: Node, places: &Places) -> Match {
    let value = children(node, "AttributeValue").next().map(text).unwrap_or_default();
    let designator = children(node, "AttributeDesignator").next();
    let named = |name| designator.map(|node| attribute(node, name)).unwrap_or_default();
    Match {
        function: attribute(node, "MatchId"),
        category: named("Category"),
        attribute: Attribute { id: named("AttributeId"), value },
        place: places.of(node),
    }
}

/// Authentication levels asked for by obligations of the policy or of its rules.
fn levels(root: Node, places: &Places) -> Vec<Level> {
    root.descendants()
        .filter(|node| is(*node, "AttributeAssignmentExpression"))
        .filter(|node| node.attribute("Category").map(str::trim) == Some(urn::MINIMUM_LEVEL))
        .map(|node| {
            let value = children(node, "AttributeValue").next();
            Level { text: value.map(text).unwrap_or_default(), place: places.of(value.unwrap_or(node)) }
        })
        .collect()
}

fn children<'a, 'input>(node: Node<'a, 'input>, name: &'static str) -> impl Iterator<Item = Node<'a, 'input>> {
    node.children().filter(move |child| is(*child, name))
}

fn is(node: Node, name: &str) -> bool {
    node.is_element() && node.tag_name().name() == name && node.tag_name().namespace() == Some(urn::XACML)
}

fn attribute(node: Node, name: &str) -> String {
    node.attribute(name).unwrap_or_default().trim().to_owned()
}

/// The text in an element, comments left out.
fn text(node: Node) -> String {
    let text: String = node.children().filter(Node::is_text).filter_map(|node| node.text()).collect();
    text.trim().to_owned()
}
