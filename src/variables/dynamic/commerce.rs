//! Companies, products, slogans, colours, and words for anything.

use super::{Dynamic, people, technology};

#[rustfmt::skip]
pub(super) const COLORS: &[&str] = &[
    "red", "orange", "yellow", "green", "blue", "indigo", "violet", "purple", "pink", "magenta", "cyan", "teal",
    "turquoise", "lime", "olive", "maroon", "navy", "sky blue", "mint green", "gold", "silver", "bronze", "ivory",
    "beige", "tan", "brown", "grey", "black", "white", "salmon", "plum",
];

#[rustfmt::skip]
pub(super) const DEPARTMENTS: &[&str] = &[
    "Automotive", "Baby", "Bakery", "Beauty", "Books", "Clothing", "Computers", "Electronics", "Furniture", "Games",
    "Garden", "Grocery", "Health", "Home", "Jewelry", "Kids", "Lighting", "Movies", "Music", "Office", "Outdoors",
    "Pets", "Shoes", "Sports", "Stationery", "Tools", "Toys",
];

#[rustfmt::skip]
pub(super) const PRODUCTS: &[&str] = &[
    "Backpack", "Ball", "Basket", "Bicycle", "Blanket", "Bottle", "Bowl", "Bread", "Camera", "Chair", "Cheese",
    "Clock", "Coat", "Computer", "Cup", "Desk", "Fish", "Gloves", "Hat", "Jacket", "Keyboard", "Knife", "Lamp",
    "Mirror", "Notebook", "Pencil", "Pillow", "Scarf", "Shirt", "Shoes", "Soap", "Sofa", "Spoon", "Table", "Towel",
    "Umbrella", "Watch",
];

#[rustfmt::skip]
pub(super) const PRODUCT_ADJECTIVES: &[&str] = &[
    "Affordable", "Classic", "Compact", "Durable", "Elegant", "Ergonomic", "Fancy", "Foldable", "Generic", "Handmade",
    "Lightweight", "Modern", "Portable", "Practical", "Refined", "Rustic", "Sleek", "Small", "Sturdy", "Traditional",
];

#[rustfmt::skip]
pub(super) const PRODUCT_MATERIALS: &[&str] = &[
    "Aluminium", "Bamboo", "Brass", "Ceramic", "Concrete", "Copper", "Cotton", "Glass", "Granite", "Leather", "Linen",
    "Marble", "Metal", "Oak", "Paper", "Plastic", "Rubber", "Steel", "Wooden", "Woollen",
];

pub(super) const COMPANY_SUFFIXES: &[&str] = &["Inc", "LLC", "Group", "and Sons"];

#[rustfmt::skip]
pub(super) const CATCH_ADJECTIVES: &[&str] = &[
    "Adaptive", "Advanced", "Assured", "Automated", "Balanced", "Centralized", "Clear", "Cloned", "Compatible",
    "Configurable", "Customizable", "Customer-focused", "Decentralized", "Digitized", "Distributed", "Down to earth",
    "Enhanced", "Expanded", "Extended", "Flexible", "Focused", "Future-proof", "Grounded", "Horizontal", "Improved",
    "Innovative", "Integrated", "Managed", "Modular", "Multi-layered", "Networked", "Open-minded", "Optimized",
    "Organized", "Reactive", "Reduced", "Reliable", "Robust", "Seamless", "Secured", "Self-made", "Shared",
    "Streamlined", "Switchable", "Synchronized", "Team-minded", "Universal", "Upgradable", "Versatile", "Virtual",
];

#[rustfmt::skip]
pub(super) const CATCH_DESCRIPTORS: &[&str] = &[
    "24 hour", "second generation", "zero waste", "ambient", "analytical", "asynchronous", "background", "bilingual",
    "client-side", "coherent", "composite", "context-aware", "cooperative", "dedicated", "direct", "dynamic",
    "educational", "efficient", "event-driven", "explicit", "fault-tolerant", "federated", "global", "hands-on",
    "high-level", "holistic", "homogeneous", "hybrid", "incremental", "interactive", "intermediate", "local",
    "logical", "long-term", "low-cost", "mobile", "multilingual", "neutral", "optimal", "persistent", "radical",
    "real-time", "regional", "responsive", "scalable", "secondary", "stable", "static", "systematic", "tangible",
    "transitional", "uniform", "web-based",
];

#[rustfmt::skip]
pub(super) const CATCH_NOUNS: &[&str] = &[
    "ability", "access", "adapter", "algorithm", "alliance", "analyzer", "application", "approach", "archive",
    "array", "benchmark", "budget", "capability", "capacity", "challenge", "circuit", "collaboration", "complexity",
    "concept", "contingency", "core", "data warehouse", "database", "definition", "design", "encoding", "encryption",
    "extranet", "firmware", "forecast", "framework", "frame", "function", "hardware", "help desk", "hub",
    "implementation", "information system", "infrastructure", "initiative", "installation", "instruction set",
    "interface", "intranet", "knowledge base", "leverage", "matrix", "method", "middleware", "model", "moderator",
    "monitoring", "network", "neural net", "paradigm", "parallelism", "policy", "portal", "process", "product",
    "project", "protocol", "secured line", "service", "software", "solution", "standard", "strategy", "structure",
    "success", "support", "synergy", "system engine", "task force", "time-frame", "toolset", "utility", "website",
    "workforce",
];

#[rustfmt::skip]
pub(super) const SLOGAN_VERBS: &[&str] = &[
    "accelerate", "adopt", "aggregate", "align", "automate", "benchmark", "brand", "build", "combine", "connect",
    "create", "cultivate", "deliver", "deploy", "design", "develop", "discover", "drive", "embrace", "empower",
    "enable", "engage", "engineer", "enhance", "expand", "explore", "extend", "foster", "generate", "grow", "harness",
    "implement", "improve", "innovate", "integrate", "launch", "leverage", "maximize", "monetize", "optimize",
    "orchestrate", "plan", "re-think", "redefine", "reinvent", "scale", "simplify", "streamline", "synthesize",
    "transform", "unleash", "visualize",
];

#[rustfmt::skip]
pub(super) const SLOGAN_ADJECTIVES: &[&str] = &[
    "agile", "around-the-clock", "clear-cut", "collaborative", "compelling", "connected", "cross-media",
    "cross-border", "customized", "data-rich", "distributed", "dynamic", "efficient", "enterprise", "far-reaching",
    "first-class", "frictionless", "global", "granular", "holistic", "impactful", "innovative", "integrated",
    "interactive", "intuitive", "lasting", "magnetic", "measurable", "mobile", "open", "plug-in", "proactive",
    "real-world", "rich", "robust", "scalable", "seamless", "smart", "strategic", "sustainable", "transparent",
    "turn-key", "user-led", "vertical", "virtual", "wireless",
];

#[rustfmt::skip]
pub(super) const SLOGAN_NOUNS: &[&str] = &[
    "action items", "applications", "architectures", "audiences", "bandwidth", "blueprints", "channels",
    "communities", "content", "convergence", "deliverables", "e-shops", "experiences", "functions", "ideas",
    "infrastructures", "initiatives", "interfaces", "journeys", "markets", "methods", "metrics", "models", "networks",
    "niches", "paradigms", "partnerships", "platforms", "portals", "processes", "relationships", "schemas",
    "services", "solutions", "standards", "supply lines", "synergies", "systems", "technologies", "users", "value",
    "workflows",
];

/// Ordinary words that belong to no other list.
#[rustfmt::skip]
pub(super) const ORDINARY: &[&str] = &[
    "Account", "Bridge", "Cheese", "Denmark", "District", "Garden", "Granite", "Harbor", "Industrial", "Investor",
    "Island", "Krone", "Manager", "Mountain", "Music", "Norway", "Ocean", "Panel", "Planner", "River", "Rubber",
    "Shoes", "Soft", "Steel", "Sweden", "Table", "Towel", "User-centric", "Wooden", "anchor", "apple", "autumn",
    "balance", "basket", "beacon", "branch", "breeze", "candle", "canvas", "castle", "circle", "cloud", "copper",
    "corner", "cotton", "desert", "drive", "engine", "evening", "exchange", "feather", "field", "forest", "fresh",
    "glacier", "gold", "grain", "harvest", "horizon", "invoice", "journey", "kettle", "ladder", "lantern", "leading",
    "letter", "market", "meadow", "mirror", "morning", "motion", "needle", "orchard", "paper", "payment", "pebble",
    "pepper", "pilot", "planet", "pocket", "portal", "quartz", "quiet", "rainbow", "record", "ribbon", "rocket",
    "saddle", "salad", "saffron", "season", "shelter", "signal", "silver", "sketch", "spring", "station", "summer",
    "sunset", "thunder", "ticket", "timber", "tunnel", "valley", "velvet", "village", "violet", "voyage", "wagon",
    "water", "weather", "willow", "window", "winter", "yellow",
];

pub(super) fn product_name(dynamic: &mut Dynamic, out: &mut String) {
    dynamic.push_words(&[PRODUCT_ADJECTIVES, PRODUCT_MATERIALS, PRODUCTS], out);
}

pub(super) fn catch_phrase(dynamic: &mut Dynamic, out: &mut String) {
    dynamic.push_words(&[CATCH_ADJECTIVES, CATCH_DESCRIPTORS, CATCH_NOUNS], out);
}

pub(super) fn slogan(dynamic: &mut Dynamic, out: &mut String) {
    dynamic.push_words(&[SLOGAN_VERBS, SLOGAN_ADJECTIVES, SLOGAN_NOUNS], out);
}

pub(super) fn company_name(dynamic: &mut Dynamic, out: &mut String) {
    match dynamic.below(3) {
        0 => dynamic.push_words(&[people::FAMILY_NAMES, COMPANY_SUFFIXES], out),
        1 => dynamic.push_words(&[people::FAMILY_NAMES, &["-"], people::FAMILY_NAMES], out),
        _ => {
            dynamic.push_word(people::FAMILY_NAMES, out);
            out.push_str(", ");
            dynamic.push_words(&[people::FAMILY_NAMES, &["and"], people::FAMILY_NAMES], out);
        }
    }
}

pub(super) fn word(dynamic: &mut Dynamic, out: &mut String) {
    // Some lists hold pairs of words: another draw, until it is one word. The first list has single words only.
    for lists in [
        &[ORDINARY, SLOGAN_NOUNS, technology::NOUNS, SLOGAN_ADJECTIVES, technology::ABBREVIATIONS, CATCH_NOUNS][..],
        &[ORDINARY],
    ] {
        let list = dynamic.pick(lists);
        let word = dynamic.pick(list);
        if !word.contains(' ') {
            out.push_str(word);
            return;
        }
    }
}

pub(super) fn words(dynamic: &mut Dynamic, out: &mut String) {
    for position in 0..dynamic.between(2, 5) {
        if position > 0 {
            out.push(' ');
        }
        word(dynamic, out);
    }
}
