//! The words of computing, and sentences made of them.

use super::Dynamic;

#[rustfmt::skip]
pub(super) const ABBREVIATIONS: &[&str] = &[
    "AES", "API", "CLI", "CPU", "DNS", "GPU", "HTML", "IMAP", "JWT", "LAN", "PDF", "RSA", "SSH", "SSD", "TLS", "UDP",
    "YAML", "CSV", "URL", "NFC", "GPS", "LED", "VPN", "WAN", "DHCP", "LDAP", "SVG", "TOML", "UTF", "ZIP",
];

#[rustfmt::skip]
pub(super) const ADJECTIVES: &[&str] = &[
    "analog", "battery-powered", "bundled", "cached", "compact", "encrypted", "fanless", "front-end", "idle", "local",
    "low-power", "magnetic", "modular", "multi-core", "offline", "portable", "read-only", "remote", "secure",
    "shared", "silent", "spare", "stackable", "threaded", "upgraded",
];

#[rustfmt::skip]
pub(super) const NOUNS: &[&str] = &[
    "adapter", "antenna", "backup", "battery", "bridge", "browser", "buffer", "button", "cable", "cache", "camera",
    "cluster", "compiler", "console", "controller", "cursor", "database", "disk", "display", "gateway", "headset",
    "kernel", "keyboard", "laptop", "ledger", "logbook", "modem", "mouse", "parser", "plug", "power supply",
    "printer", "queue", "rack", "register", "router", "scanner", "scheduler", "screen", "server", "socket", "speaker",
    "switch", "tablet", "terminal", "thread", "webcam",
];

#[rustfmt::skip]
pub(super) const VERBS: &[&str] = &[
    "assemble", "attach", "borrow", "clean up", "collect", "compile", "decode", "describe", "download", "draw",
    "encrypt", "export", "filter", "fix", "import", "inspect", "install", "launch", "link up", "listen", "measure",
    "merge", "mount", "patch", "pause", "print", "query", "replace", "restart", "scan", "search", "share", "sort",
    "start up", "stop", "store", "swap", "trace", "unplug", "update", "upload", "verify",
];

#[rustfmt::skip]
pub(super) const ING_VERBS: &[&str] = &[
    "assembling", "attaching", "borrowing", "cleaning up", "collecting", "compiling", "decoding", "describing",
    "downloading", "drawing", "encrypting", "exporting", "filtering", "fixing", "importing", "inspecting",
    "installing", "launching", "listening", "measuring", "merging", "mounting", "patching", "pausing", "printing",
    "querying", "replacing", "restarting", "scanning", "searching", "sharing", "sorting", "starting up", "storing",
    "swapping", "tracing", "unplugging", "updating", "uploading", "verifying",
];

#[rustfmt::skip]
pub(super) const DATABASE_COLUMNS: &[&str] = &[
    "id", "name", "title", "email", "phone", "status", "token", "owner", "country", "address", "language", "price",
    "amount", "currency", "color", "weight", "summary", "createdAt", "updatedAt", "deletedAt",
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
    "Before lunch somebody should {v} the {j} {n}!",
    "Somebody is still {g} the {a} {n} with a {j} {n}!",
    "My {n} only listens to {a}, so {v} the {j} {n} first!",
    "Nobody told the {j} {n} that {g} {a} is out of fashion!",
    "Please {v} every {n} on the second floor, the {a} {n} is lonely!",
    "Since {g} the {n} took all night, the {j} {n} gets a day off!",
    "There is a {j} {n} in the cellar, and it speaks fluent {a}!",
    "When the {a} {n} hums, it is time to {v} the {n}!",
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
