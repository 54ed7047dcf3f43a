//! Addresses, hosts, mail, user names, browsers.

use std::fmt::Write;

use super::{Dynamic, HEX_DIGITS, people};

pub(super) const DOMAIN_SUFFIXES: &[&str] = &["com", "org", "net", "info", "biz", "name"];
pub(super) const PROTOCOLS: &[&str] = &["http", "https"];

const MAIL_HOSTS: &[&str] = &["gmail.com", "hotmail.com", "yahoo.com"];
const EXAMPLE_HOSTS: &[&str] = &["example.com", "example.net", "example.org"];

/// A grey picture of 640 by 480 with its size written on it.
/// newman 6.2.2 leaves the sizes out and writes `undefined` and `NaN` in their places, which no browser can draw.
pub(super) const IMAGE_DATA_URI: &str = "data:image/svg+xml;charset=UTF-8,%3Csvg%20xmlns%3D%22http%3A%2F%2Fwww.w3.org%2F2000%2Fsvg%22%20version%3D%221.1%22%20baseProfile%3D%22full%22%20width%3D%22640%22%20height%3D%22480%22%3E%3Crect%20width%3D%22100%25%22%20height%3D%22100%25%22%20fill%3D%22grey%22%2F%3E%3Ctext%20x%3D%22320%22%20y%3D%22240%22%20font-size%3D%2220%22%20alignment-baseline%3D%22middle%22%20text-anchor%3D%22middle%22%20fill%3D%22white%22%3E640x480%3C%2Ftext%3E%3C%2Fsvg%3E";

pub(super) fn user_name(dynamic: &mut Dynamic, out: &mut String) {
    dynamic.push_word(people::GIVEN_NAMES, out);
    let form = dynamic.below(3);
    if form > 0 {
        out.push(if form == 1 { '.' } else { '_' });
        out.extend(dynamic.pick(people::FAMILY_NAMES).chars().filter(char::is_ascii_alphabetic));
    }
    // A single name always carries a number, two names do half of the time.
    if form == 0 || dynamic.one_in(2) {
        let _ = write!(out, "{}", dynamic.between(0, 99));
    }
}

pub(super) fn email(dynamic: &mut Dynamic, out: &mut String) {
    user_name(dynamic, out);
    out.push('@');
    dynamic.push_word(MAIL_HOSTS, out);
}

pub(super) fn example_email(dynamic: &mut Dynamic, out: &mut String) {
    user_name(dynamic, out);
    out.push('@');
    dynamic.push_word(EXAMPLE_HOSTS, out);
}

pub(super) fn avatar_image(dynamic: &mut Dynamic, out: &mut String) {
    out.push_str("https://cdn.fakercloud.com/avatars/");
    domain_word(dynamic, out);
    let _ = write!(out, "{}_128.jpg", dynamic.between(1, 99));
}

pub(super) fn domain_word(dynamic: &mut Dynamic, out: &mut String) {
    out.extend(dynamic.pick(people::GIVEN_NAMES).chars().map(|letter| letter.to_ascii_lowercase()));
}

pub(super) fn domain_name(dynamic: &mut Dynamic, out: &mut String) {
    domain_word(dynamic, out);
    out.push('.');
    dynamic.push_word(DOMAIN_SUFFIXES, out);
}

pub(super) fn url(dynamic: &mut Dynamic, out: &mut String) {
    dynamic.push_word(PROTOCOLS, out);
    out.push_str("://");
    domain_name(dynamic, out);
}

pub(super) fn ip_v4(dynamic: &mut Dynamic, out: &mut String) {
    let [a, b, c, d, ..] = dynamic.bits().to_be_bytes();
    let _ = write!(out, "{a}.{b}.{c}.{d}");
}

pub(super) fn ip_v6(dynamic: &mut Dynamic, out: &mut String) {
    push_groups(dynamic, 8, 4, out);
}

pub(super) fn mac_address(dynamic: &mut Dynamic, out: &mut String) {
    push_groups(dynamic, 6, 2, out);
}

fn push_groups(dynamic: &mut Dynamic, groups: usize, digits: usize, out: &mut String) {
    for group in 0..groups {
        if group > 0 {
            out.push(':');
        }
        dynamic.push_chars(HEX_DIGITS, digits, out);
    }
}

pub(super) fn password(dynamic: &mut Dynamic, out: &mut String) {
    dynamic.push_chars("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz", 15, out);
}

pub(super) fn user_agent(dynamic: &mut Dynamic, out: &mut String) {
    const SYSTEMS: &[&str] = &[
        "Windows NT 10.0; Win64; x64",
        "Windows NT 6.1; WOW64",
        "Macintosh; Intel Mac OS X 10_15_7",
        "Macintosh; Intel Mac OS X 14_4_1",
        "X11; Linux x86_64",
    ];
    let system = dynamic.pick(SYSTEMS);
    let major = dynamic.between(60, 149);
    let minor = dynamic.between(0, 9);
    let build = dynamic.between(1000, 7999);
    // The numbers after each name are free; the order of the parts is what programs look at.
    let _ = match dynamic.below(4) {
        0 => write!(out, "Mozilla/5.0 ({system}; rv:{major}.{minor}) Gecko/20100101 Firefox/{major}.{minor}"),
        1 => write!(
            out,
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_{minor}) AppleWebKit/605.1.15 (KHTML, like Gecko) \
             Version/{}.{minor} Safari/605.1.15",
            major / 8,
        ),
        2 => write!(
            out,
            "Mozilla/5.0 ({system}) AppleWebKit/537.36 (KHTML, like Gecko) \
             Chrome/{major}.0.{build}.{minor} Safari/537.36 Edg/{major}.0.{build}.{minor}"
        ),
        _ => write!(
            out,
            "Mozilla/5.0 ({system}) AppleWebKit/537.36 (KHTML, like Gecko) \
             Chrome/{major}.0.{build}.{minor} Safari/537.36"
        ),
    };
}
