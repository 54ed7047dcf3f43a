//! English long names of time zones, as they stand in brackets at the end of JavaScript's `String(date)`.

use std::fmt::Write;

/// Names told by abbreviation and offset in minutes: the offset parts the many meanings of `CST` and `IST`.
const BY_ABBREVIATION: &[(&str, i32, &str)] = &[
    ("UTC", 0, "Coordinated Universal Time"),
    ("GMT", 0, "Greenwich Mean Time"),
    ("WET", 0, "Western European Standard Time"),
    ("WEST", 60, "Western European Summer Time"),
    ("BST", 60, "British Summer Time"),
    ("IST", 60, "Irish Standard Time"),
    ("CET", 60, "Central European Standard Time"),
    ("CEST", 120, "Central European Summer Time"),
    ("EET", 120, "Eastern European Standard Time"),
    ("EEST", 180, "Eastern European Summer Time"),
    ("MSK", 180, "Moscow Standard Time"),
    ("WAT", 60, "West Africa Time"),
    ("CAT", 120, "Central Africa Time"),
    ("SAST", 120, "South Africa Standard Time"),
    ("EAT", 180, "East Africa Time"),
    ("IST", 120, "Israel Standard Time"),
    ("IDT", 180, "Israel Daylight Time"),
    ("IST", 330, "India Standard Time"),
    ("PKT", 300, "Pakistan Standard Time"),
    ("WIB", 420, "Western Indonesia Time"),
    ("WITA", 480, "Central Indonesia Time"),
    ("WIT", 540, "Eastern Indonesia Time"),
    ("CST", 480, "China Standard Time"),
    ("HKT", 480, "Hong Kong Standard Time"),
    ("PST", 480, "Philippine Standard Time"),
    ("JST", 540, "Japan Standard Time"),
    ("KST", 540, "Korean Standard Time"),
    ("AWST", 480, "Australian Western Standard Time"),
    ("ACST", 570, "Australian Central Standard Time"),
    ("ACDT", 630, "Australian Central Daylight Time"),
    ("AEST", 600, "Australian Eastern Standard Time"),
    ("AEDT", 660, "Australian Eastern Daylight Time"),
    ("NZST", 720, "New Zealand Standard Time"),
    ("NZDT", 780, "New Zealand Daylight Time"),
    ("NST", -210, "Newfoundland Standard Time"),
    ("NDT", -150, "Newfoundland Daylight Time"),
    ("AST", -240, "Atlantic Standard Time"),
    ("ADT", -180, "Atlantic Daylight Time"),
    ("EST", -300, "Eastern Standard Time"),
    ("EDT", -240, "Eastern Daylight Time"),
    ("CST", -360, "Central Standard Time"),
    ("CDT", -300, "Central Daylight Time"),
    ("MST", -420, "Mountain Standard Time"),
    ("MDT", -360, "Mountain Daylight Time"),
    ("PST", -480, "Pacific Standard Time"),
    ("PDT", -420, "Pacific Daylight Time"),
    ("AKST", -540, "Alaska Standard Time"),
    ("AKDT", -480, "Alaska Daylight Time"),
    ("HST", -600, "Hawaii-Aleutian Standard Time"),
];

/// Names of zones whose abbreviation is only a number, or names something else.
const BY_ZONE: &[(&str, &str)] = &[
    ("America/Argentina/Buenos_Aires", "Argentina Standard Time"),
    ("America/Bogota", "Colombia Standard Time"),
    ("America/Sao_Paulo", "Brasilia Standard Time"),
    ("Asia/Bangkok", "Indochina Time"),
    ("Asia/Dhaka", "Bangladesh Standard Time"),
    ("Asia/Dubai", "Gulf Standard Time"),
    ("Asia/Ho_Chi_Minh", "Indochina Time"),
    ("Asia/Kathmandu", "Nepal Time"),
    ("Asia/Kuala_Lumpur", "Malaysia Time"),
    ("Asia/Riyadh", "Arabian Standard Time"),
    ("Asia/Singapore", "Singapore Standard Time"),
    ("Asia/Tehran", "Iran Standard Time"),
    ("Europe/Istanbul", "Türkiye Standard Time"),
];

/// Appends the long name, or `GMT+03:00` for a zone whose name is not known here (so do JavaScript engines).
pub(super) fn push_long_name(zone: Option<&str>, abbreviation: &str, offset: i32, out: &mut String) {
    let by_zone = || {
        let zone = zone?;
        BY_ZONE.iter().find(|(known, _)| *known == zone).map(|(_, name)| *name)
    };
    let by_abbreviation = || {
        BY_ABBREVIATION
            .iter()
            .find(|(known, minutes, _)| *known == abbreviation && *minutes == offset)
            .map(|(_, _, name)| *name)
    };
    if let Some(name) = by_zone().or_else(by_abbreviation) {
        out.push_str(name);
    } else {
        let sign = if offset < 0 { '-' } else { '+' };
        let _ = write!(out, "GMT{sign}{:02}:{:02}", offset.abs() / 60, offset.abs() % 60);
    }
}
