//! Companies, products, slogans, colours, and words for anything.

use super::{Dynamic, people, technology};

#[rustfmt::skip]
pub(super) const COLORS: &[&str] = &[
    "red", "green", "blue", "yellow", "orange", "brown", "black", "white", "grey", "amber", "apricot", "azure",
    "bronze", "burgundy", "carmine", "cherry", "cobalt", "cream", "crimson", "emerald", "forest green", "hazel",
    "honey", "jade", "lemon", "lilac", "moss green", "mustard", "navy", "ochre", "peach", "pearl", "ruby", "rust",
    "sapphire", "scarlet", "slate", "umber",
];

#[rustfmt::skip]
pub(super) const DEPARTMENTS: &[&str] = &[
    "Bakery", "Bathroom", "Bicycles", "Books", "Camping", "Cards", "Carpets", "Ceramics", "Cosmetics", "Crafts",
    "Curtains", "Dairy", "Fashion", "Fishing", "Flowers", "Footwear", "Furniture", "Gifts", "Groceries", "Hardware",
    "Instruments", "Jewelry", "Kitchen", "Lighting", "Luggage", "Magazines", "Music", "Office", "Paint", "Pets",
    "Pharmacy", "Photography", "Plants", "Stationery", "Textiles", "Toys", "Travel",
];

#[rustfmt::skip]
pub(super) const PRODUCTS: &[&str] = &[
    "Backpack", "Basket", "Bench", "Bicycle", "Blanket", "Bottle", "Bowl", "Bread", "Bucket", "Camera", "Candle",
    "Clock", "Coat", "Compass", "Cup", "Curtain", "Desk", "Drum", "Guitar", "Hammer", "Jacket", "Kettle", "Knife",
    "Ladder", "Lamp", "Mirror", "Mug", "Notebook", "Pencil", "Pillow", "Rope", "Scarf", "Sofa", "Spoon", "Tent",
    "Towel", "Umbrella", "Vase", "Watch", "Whistle",
];

#[rustfmt::skip]
pub(super) const PRODUCT_ADJECTIVES: &[&str] = &[
    "Affordable", "Bright", "Classic", "Colorful", "Compact", "Cosy", "Durable", "Elegant", "Fancy", "Foldable",
    "Friendly", "Handy", "Lightweight", "Modern", "Neat", "Plain", "Polished", "Portable", "Quiet", "Rugged",
    "Simple", "Soft", "Sturdy", "Timeless", "Tiny", "Traditional", "Vintage", "Warm",
];

#[rustfmt::skip]
pub(super) const PRODUCT_MATERIALS: &[&str] = &[
    "Aluminium", "Bamboo", "Birch", "Brass", "Canvas", "Ceramic", "Clay", "Copper", "Cork", "Denim", "Felt", "Glass",
    "Iron", "Leather", "Linen", "Marble", "Oak", "Paper", "Pine", "Porcelain", "Silk", "Silver", "Slate", "Stone",
    "Velvet", "Willow", "Woollen",
];

pub(super) const COMPANY_SUFFIXES: &[&str] = &["Inc", "LLC", "Group", "and Sons"];

#[rustfmt::skip]
pub(super) const CATCH_ADJECTIVES: &[&str] = &[
    "Accurate", "Air-cooled", "Bold", "Carefree", "Certified", "Clear", "Clever", "Colorful", "Considerate",
    "Curious", "Daring", "Down to earth", "Economical", "Elegant", "Everyday", "Familiar", "Fearless", "Friendly",
    "Generous", "Gentle", "Grounded", "Handcrafted", "Honest", "Human", "Inventive", "Light-footed", "Lively",
    "Loyal", "Measured", "Mindful", "Modest", "Neighborly", "Open-minded", "Original", "Patient", "Playful",
    "Polished", "Practical", "Punctual", "Quick", "Quiet", "Refreshing", "Reliable", "Resourceful", "Simple",
    "Sociable", "Steady", "Sturdy", "Sunny", "Thoughtful", "Timeless", "Tireless", "Trusted", "Unhurried", "Warm",
    "Weatherproof",
];

#[rustfmt::skip]
pub(super) const CATCH_DESCRIPTORS: &[&str] = &[
    "ambient", "annual", "antique", "autumnal", "bilingual", "breathable", "circular", "coastal", "communal",
    "cooperative", "daily", "double-sided", "downhill", "edible", "educational", "evergreen", "first aid", "floating",
    "folded", "fragrant", "half-price", "handwritten", "hidden", "home-grown", "illustrated", "indoor", "inflatable",
    "knitted", "late-night", "leak-proof", "low-cost", "marine", "metric", "musical", "nautical", "northern",
    "off-season", "organic", "outdoor", "overnight", "painted", "panoramic", "polar", "prepaid", "recycled", "rural",
    "scenic", "seasonal", "second hand", "self-service", "solar", "spare", "spacious", "stitched", "travelling",
    "urban", "vegetarian", "washable", "weekly", "wind-powered", "zero waste",
];

#[rustfmt::skip]
pub(super) const CATCH_NOUNS: &[&str] = &[
    "almanac", "atlas", "bakery", "bench", "bookshelf", "bus stop", "cabin", "calendar", "canteen", "carpet",
    "catalogue", "ceremony", "checklist", "compass", "concert", "cookbook", "courtyard", "customs desk", "dictionary",
    "diary", "ferry", "festival", "fire drill", "garden", "gazette", "greenhouse", "guidebook", "harbor", "haystack",
    "hotline", "inventory", "journey", "kitchen", "laundry", "lecture", "library", "lighthouse",
    "lost property office", "lullaby", "map", "market stall", "meeting room", "museum", "newsletter", "notice board",
    "orchestra", "parade", "parcel", "picnic", "playground", "post office", "postcard", "quiz", "railway", "recipe",
    "repair shop", "rooftop", "sail", "scarf", "scrapbook", "seminar", "shortcut", "sketch", "snowplough", "souvenir",
    "stairway", "streetlamp", "suitcase", "sundial", "theatre", "timetable", "toolbox", "trampoline", "travel agency",
    "treasure map", "umbrella", "vineyard", "waiting room", "walking tour", "windmill", "workshop", "yearbook",
];

#[rustfmt::skip]
pub(super) const SLOGAN_VERBS: &[&str] = &[
    "admire", "arrange", "bake", "balance", "borrow", "bottle", "brighten", "carve", "catalogue", "celebrate",
    "chart", "collect", "combine", "compose", "cook", "count", "dare", "decorate", "double", "draw", "explain",
    "explore", "fold", "gather", "gift-wrap", "greet", "guide", "invent", "invite", "juggle", "knit", "label", "lend",
    "lift", "map", "measure", "mend", "mix", "name", "paint", "pair", "plant", "polish", "praise", "preserve",
    "quote", "rediscover", "rehearse", "rent", "repair", "rescue", "restore", "rhyme", "salute", "sharpen",
    "simplify", "sketch", "spell-check", "stack", "swap", "teach", "translate", "tune", "unfold", "untangle", "weigh",
    "welcome",
];

#[rustfmt::skip]
pub(super) const SLOGAN_ADJECTIVES: &[&str] = &[
    "affordable", "all-weather", "ancient", "apple-flavoured", "bespoke", "blooming", "bright", "careful",
    "clear-cut", "comfortable", "crisp", "delicate", "dependable", "door-to-door", "down-to-earth", "early",
    "easy-going", "everyday", "fair", "famous", "far-reaching", "fine-tuned", "first-class", "freshly-baked",
    "full-size", "gentle", "glowing", "handy", "hand-picked", "honest", "imaginative", "joyful", "long-lasting",
    "lucky", "memorable", "merry", "much-loved", "nimble", "orderly", "patient", "pocket-sized", "polite", "punctual",
    "quick-witted", "reusable", "roomy", "sensible", "serene", "smooth", "sparkling", "sunny", "tasteful", "tidy",
    "time-honoured", "top-floor", "trusty", "well-read", "whole-hearted", "year-round",
];

#[rustfmt::skip]
pub(super) const SLOGAN_NOUNS: &[&str] = &[
    "adventures", "anecdotes", "answers", "apples", "ballads", "balloons", "bicycles", "birthdays", "blankets",
    "bouquets", "bridges", "candles", "chairs", "chapters", "coffee breaks", "colours", "conversations", "cushions",
    "doorbells", "evenings", "fireworks", "folk songs", "footpaths", "friendships", "gardens", "gloves", "guests",
    "habits", "holidays", "houseplants", "ideas", "jigsaw puzzles", "journeys", "kites", "lanterns", "letters",
    "manners", "melodies", "memories", "mornings", "neighbours", "notebooks", "paper planes", "pastries", "pictures",
    "plans", "poems", "postcards", "promises", "proverbs", "questions", "raindrops", "recipes", "rituals",
    "sandwiches", "seasons", "secrets", "shoelaces", "stories", "sunflowers", "surprises", "teacups", "tools",
    "traditions", "train rides", "umbrellas", "vegetables", "villages", "waltzes", "weekends", "wishes",
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
