//! Host names on the wire: IDNA, numeric IPv4 in all its spellings, IPv6.

use std::net::{Ipv4Addr, Ipv6Addr};

use idna::AsciiDenyList;
use percent_encoding::percent_decode_str;

/// The host as it is sent and looked up. Text that is no valid host stays as it is, as in Postman, and fails at look-up.
pub(crate) fn encode_host(host: &str) -> String {
    to_ascii(host).unwrap_or_else(|| host.to_owned())
}

fn to_ascii(host: &str) -> Option<String> {
    // The URL standard drops these wherever they stand.
    if host.contains(['\t', '\n', '\r']) {
        return to_ascii(&host.replace(['\t', '\n', '\r'], ""));
    }
    if let Some(inner) = host.strip_prefix('[') {
        let address: Ipv6Addr = inner.strip_suffix(']')?.parse().ok()?;
        return Some(format!("[{}]", ipv6_text(address)));
    }
    let plain = |b: u8| b.is_ascii_lowercase() || b == b'-' || b == b'.';
    if !host.is_empty() && host.bytes().all(plain) && !host.contains("xn--") {
        return Some(host.to_owned());
    }
    let bytes: Vec<u8> = percent_decode_str(host).collect();
    let ascii = idna::domain_to_ascii_cow(&bytes, AsciiDenyList::URL).ok()?;
    if ascii.is_empty() {
        return None;
    }
    if ends_in_number(&ascii) {
        return ipv4(&ascii).map(|address| address.to_string());
    }
    Some(ascii.into_owned())
}

/// IPv6 as the URL standard writes it: hexadecimal throughout, the longest run of zeros compressed.
fn ipv6_text(address: Ipv6Addr) -> String {
    match address.to_ipv4_mapped() {
        // The only form that Rust writes with dots.
        Some(_) => {
            let segments = address.segments();
            format!("::ffff:{:x}:{:x}", segments[6], segments[7])
        }
        None => address.to_string(),
    }
}

fn ends_in_number(host: &str) -> bool {
    let host = host.strip_suffix('.').unwrap_or(host);
    let last = host.rsplit('.').next().unwrap_or_default();
    !last.is_empty() && (last.bytes().all(|b| b.is_ascii_digit()) || ipv4_number(last).is_some())
}

/// A decimal, octal (`0…`) or hexadecimal (`0x…`) number; too large ones saturate.
fn ipv4_number(text: &str) -> Option<u64> {
    let (digits, radix) = match text.as_bytes() {
        [] => return None,
        [b'0', b'x' | b'X', ..] => (&text[2..], 16),
        [b'0', _, ..] => (&text[1..], 8),
        _ => (text, 10),
    };
    if digits.is_empty() {
        return Some(0);
    }
    if !digits.chars().all(|c| c.is_digit(radix)) {
        return None;
    }
    Some(u64::from_str_radix(digits, radix).unwrap_or(u64::MAX))
}

fn ipv4(host: &str) -> Option<Ipv4Addr> {
    let host = host.strip_suffix('.').unwrap_or(host);
    let numbers = host.split('.').map(ipv4_number).collect::<Option<Vec<_>>>()?;
    let (last, front) = numbers.split_last()?;
    if front.len() > 3 || front.iter().any(|n| *n > 255) || *last >= 1 << (8 * (4 - front.len())) {
        return None;
    }
    let value = front.iter().zip([24, 16, 8]).fold(*last, |value, (n, shift)| value | (n << shift));
    u32::try_from(value).ok().map(Ipv4Addr::from)
}

#[cfg(test)]
mod tests {
    use super::encode_host;

    #[test]
    fn hosts_as_node_writes_them() {
        for (host, expected) in [
            ("127.1", "127.0.0.1"),
            ("0x7f.0.0.1", "127.0.0.1"),
            ("2130706433", "127.0.0.1"),
            ("017700000001", "127.0.0.1"),
            ("1.2.3", "1.2.0.3"),
            ("1.2.3.4.", "1.2.3.4"),
            ("[::ffff:127.0.0.1]", "[::ffff:7f00:1]"),
            ("[::1]", "[::1]"),
            ("[0:0:0:0:0:0:0:1]", "[::1]"),
            ("%61.com", "a.com"),
            ("ａｂ.com", "ab.com"),
            ("bücher.x", "xn--bcher-kva.x"),
            ("ß.de", "xn--zca.de"),
            ("☃.net", "xn--n3h.net"),
            ("{{base}}", "{{base}}"),
            ("a\tb\n", "ab"),
            ("a_b.c", "a_b.c"),
            ("a..b", "a..b"),
            (".", "."),
            ("-a-", "-a-"),
            ("a!b", "a!b"),
            ("a*b", "a*b"),
        ] {
            assert_eq!(encode_host(host), expected, "{host}");
        }
    }

    #[test]
    fn what_is_no_host_stays() {
        for host in [
            "exa mple.com",
            "",
            "xn--",
            "xn--a",
            "a%",
            "256.1.1.1",
            "1.2.3.4.5",
            "a.1",
            "[::1",
            "[",
            "[]",
            "a|b",
            "a^b",
            "x:y",
            "0x.1.2.3.9999999999999999999999",
        ] {
            assert_eq!(encode_host(host), host, "{host}");
        }
    }
}
