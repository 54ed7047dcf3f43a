//! Points in time, and the names of months and weekdays.

use std::fmt::Write;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::{Dynamic, zone_names};

#[rustfmt::skip]
pub(super) const MONTHS: &[&str] = &[
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
];

pub(super) const WEEKDAYS: &[&str] = &["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

const MILLIS_PER_DAY: usize = 24 * 60 * 60 * 1000;
const MILLIS_PER_YEAR: usize = 365 * MILLIS_PER_DAY;

pub(super) fn timestamp(_: &mut Dynamic, out: &mut String) {
    // Rounded, not cut: so does newman (the value is ahead by one in the second half of a second).
    let seconds = (Timestamp::now().as_millisecond() + 500).div_euclid(1000);
    let _ = write!(out, "{seconds}");
}

pub(super) fn iso_timestamp(_: &mut Dynamic, out: &mut String) {
    let _ = write!(out, "{:.3}", Timestamp::now());
}

pub(super) fn date_past(dynamic: &mut Dynamic, out: &mut String) {
    let back = dynamic.between(1, MILLIS_PER_YEAR);
    push_date(dynamic, -millis(back), out);
}

pub(super) fn date_future(dynamic: &mut Dynamic, out: &mut String) {
    let ahead = dynamic.between(1, MILLIS_PER_YEAR);
    push_date(dynamic, millis(ahead), out);
}

pub(super) fn date_recent(dynamic: &mut Dynamic, out: &mut String) {
    let back = dynamic.between(1, MILLIS_PER_DAY);
    push_date(dynamic, -millis(back), out);
}

fn millis(count: usize) -> SignedDuration {
    SignedDuration::from_millis(i64::try_from(count).unwrap_or(0))
}

fn push_date(dynamic: &mut Dynamic, away: SignedDuration, out: &mut String) {
    let now = Timestamp::now();
    let moment = now.checked_add(away).unwrap_or(now);
    let zone = dynamic.zone.get_or_insert_with(TimeZone::system);
    push_js_date(moment, zone, out);
}

/// Appends `moment` as JavaScript's `String(date)` writes it:
/// `Wed Nov 11 2026 23:05:58 GMT+0000 (Coordinated Universal Time)`.
pub(super) fn push_js_date(moment: Timestamp, zone: &TimeZone, out: &mut String) {
    let info = zone.to_offset_info(moment);
    let local = info.offset().to_datetime(moment);
    let weekday = usize::try_from(local.weekday().to_monday_zero_offset()).unwrap_or(0);
    let month = usize::try_from(local.month() - 1).unwrap_or(0);
    let offset = info.offset().seconds() / 60;
    let _ = write!(
        out,
        "{:.3} {:.3} {:02} {:04} {:02}:{:02}:{:02} GMT{}{:02}{:02} (",
        WEEKDAYS.get(weekday).unwrap_or(&""),
        MONTHS.get(month).unwrap_or(&""),
        local.day(),
        local.year(),
        local.hour(),
        local.minute(),
        local.second(),
        if offset < 0 { '-' } else { '+' },
        offset.abs() / 60,
        offset.abs() % 60,
    );
    zone_names::push_long_name(zone.iana_name(), info.abbreviation(), offset, out);
    out.push(')');
}
