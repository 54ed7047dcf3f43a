//! The words of computing, and sentences made of them.

use super::Dynamic;

#[rustfmt::skip]
pub(super) const ABBREVIATIONS: &[&str] = &[
    "AES", "API", "CLI", "CPU", "CSS", "CSV", "DNS", "FTP", "GPU", "HTML", "HTTP", "IMAP", "JSON", "JWT", "LAN",
    "PDF", "PNG", "RAM", "RSA", "RSS", "SMS", "SMTP", "SQL", "SSD", "SSH", "SSL", "TCP", "TLS", "UDP", "USB", "XML",
    "YAML",
];

#[rustfmt::skip]
pub(super) const ADJECTIVES: &[&str] = &[
    "analog", "auxiliary", "back-end", "bluetooth", "cross-platform", "digital", "encrypted", "front-end", "mobile",
    "multi-core", "neural", "online", "open-source", "optical", "portable", "primary", "redundant", "remote",
    "solid state", "virtual", "wireless",
];

#[rustfmt::skip]
pub(super) const NOUNS: &[&str] = &[
    "alarm", "antenna", "application", "array", "bandwidth", "bus", "cache", "capacitor", "card", "circuit",
    "cluster", "controller", "driver", "feed", "firewall", "hard drive", "interface", "kernel", "matrix", "microchip",
    "monitor", "panel", "pixel", "port", "program", "protocol", "router", "sensor", "server", "socket", "system",
    "transmitter",
];

#[rustfmt::skip]
pub(super) const VERBS: &[&str] = &[
    "back up", "bypass", "calculate", "compile", "compress", "connect", "copy", "decode", "encrypt", "generate",
    "index", "input", "install", "navigate", "override", "parse", "program", "quantify", "reboot", "scan",
    "synthesize", "transmit", "upload",
];

#[rustfmt::skip]
pub(super) const ING_VERBS: &[&str] = &[
    "backing up", "bypassing", "calculating", "compiling", "compressing", "connecting", "copying", "decoding",
    "encrypting", "generating", "indexing", "installing", "navigating", "overriding", "parsing", "programming",
    "quantifying", "rebooting", "scanning", "synthesizing", "transmitting", "uploading",
];

#[rustfmt::skip]
pub(super) const DATABASE_COLUMNS: &[&str] = &[
    "id", "name", "title", "email", "phone", "status", "token", "password", "category", "comment", "group", "avatar",
    "createdAt", "updatedAt", "deletedAt",
];

#[rustfmt::skip]
pub(super) const DATABASE_TYPES: &[&str] = &[
    "int", "tinyint", "smallint", "mediumint", "bigint", "decimal", "float", "double", "real", "bit", "boolean",
    "date", "datetime", "timestamp", "time", "varchar", "text", "blob", "binary", "enum", "set", "point", "geometry",
];

#[rustfmt::skip]
pub(super) const DATABASE_COLLATIONS: &[&str] = &[
    "utf8_unicode_ci", "utf8_general_ci", "utf8_bin", "ascii_general_ci", "ascii_bin", "latin1_bin",
    "cp1250_general_ci",
];

pub(super) const DATABASE_ENGINES: &[&str] = &["InnoDB", "MyISAM", "MEMORY", "CSV", "ARCHIVE", "BLACKHOLE"];

/// Sentences with gaps: `{a}` an abbreviation, `{j}` an adjective, `{n}` a noun, `{v}` a verb, `{g}` a verb in -ing.
#[rustfmt::skip]
const PHRASES: &[&str] = &[
    "If we {v} the {n}, we can get to the {a} {n} through the {j} {a} {n}!", "We need to {v} the {j} {a} {n}!",
    "Try to {v} the {a} {n}, maybe it will {v} the {j} {n}!", "You can't {v} the {n} without {g} the {j} {a} {n}!",
    "Use the {j} {a} {n}, then you can {v} the {j} {n}!",
    "The {a} {n} is slow today, {v} the {j} {n} so that nobody waits for the {a} {n}!",
    "{g} the {n} is not enough, we have to {v} the {j} {a} {n}!",
    "I'll {v} the {j} {a} {n}, that should help the {a} {n}!",
];

pub(super) fn phrase(dynamic: &mut Dynamic, out: &mut String) {
    let mut rest = dynamic.pick(PHRASES);
    while let Some((text, after)) = rest.split_once('{') {
        out.push_str(text);
        let Some((gap, after)) = after.split_once('}') else { break };
        let words = match gap {
            "a" => ABBREVIATIONS,
            "j" => ADJECTIVES,
            "n" => NOUNS,
            "v" => VERBS,
            _ => ING_VERBS,
        };
        dynamic.push_word(words, out);
        rest = after;
    }
    out.push_str(rest);
}
