//! One cookie, and its `Set-Cookie` notation.

/// A cookie as the jar keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Cookie {
    /// Name; empty for a bare value.
    pub key: String,
    /// Value, as received.
    pub value: String,
    /// Domain without a leading dot.
    pub domain: String,
    /// Path.
    pub path: String,
    /// For that host alone.
    pub host_only: bool,
    /// The path was derived from the URL.
    pub path_is_default: bool,
    /// Only over https.
    pub secure: bool,
    /// `HttpOnly`.
    pub http_only: bool,
    /// `Expires`, milliseconds since 1970.
    pub expires: Option<i64>,
    /// `Max-Age`, seconds.
    pub max_age: Option<i64>,
    /// `SameSite`: `strict`, `lax` or `none`.
    pub same_site: Option<String>,
    /// Attributes that have no meaning here, as received.
    pub extensions: Vec<String>,
    /// First stored, milliseconds since 1970.
    pub creation: i64,
    /// Last stored or sent, milliseconds since 1970.
    pub last_accessed: i64,
}

impl Cookie {
    /// Reads a `Set-Cookie` header, loosely: a bare value is a cookie without a name.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (pair, attributes) = text.split_once(';').unwrap_or((text, ""));
        let pair = pair.split(['\n', '\r', '\0']).next().unwrap_or_default();
        if text.is_empty() {
            return None;
        }
        let pair = pair.strip_prefix('=').unwrap_or(pair);
        let (key, value) = match pair.split_once('=') {
            Some((key, value)) if !key.is_empty() => (key.trim(), value.trim()),
            _ => ("", pair.trim()),
        };
        if key.chars().chain(value.chars()).any(|c| c < '\u{20}') {
            return None;
        }
        let mut cookie = Self { key: key.to_owned(), value: value.to_owned(), ..Self::default() };
        for attribute in attributes.split(';').map(str::trim).filter(|attribute| !attribute.is_empty()) {
            cookie.attribute(attribute);
        }
        Some(cookie)
    }

    fn attribute(&mut self, text: &str) {
        let (name, value) = text.split_once('=').map_or((text, ""), |(name, value)| (name.trim(), value.trim()));
        match name.to_ascii_lowercase().as_str() {
            "expires" => self.expires = parse_date(value).or(self.expires),
            "max-age" => {
                let digits = value.strip_prefix('-').unwrap_or(value);
                if !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) {
                    let limit = if value.starts_with('-') { i64::MIN } else { i64::MAX };
                    self.max_age = Some(value.parse().unwrap_or(limit));
                }
            }
            "domain" => {
                let domain = value.strip_prefix('.').unwrap_or(value);
                if !domain.is_empty() {
                    self.domain = domain.to_lowercase();
                }
            }
            "path" => self.path = if value.starts_with('/') { value.to_owned() } else { String::new() },
            "secure" => self.secure = true,
            "httponly" => self.http_only = true,
            "samesite" => {
                let level = value.to_ascii_lowercase();
                self.same_site = matches!(level.as_str(), "strict" | "lax" | "none").then_some(level);
            }
            _ => self.extensions.push(text.to_owned()),
        }
    }

    /// When it ends, milliseconds since 1970; `None`: with the session.
    pub fn expiry(&self) -> Option<i64> {
        match self.max_age {
            Some(age) if age <= 0 => Some(i64::MIN),
            Some(age) => Some(self.creation.saturating_add(age.saturating_mul(1000))),
            None => self.expires,
        }
    }

    pub(super) fn expired(&self, now: i64) -> bool {
        self.expiry().is_some_and(|at| at <= now)
    }

    pub(super) fn same_place(&self, other: &Self) -> bool {
        self.key == other.key && self.path == other.path && self.domain == other.domain
    }
}

/// A date by the rules of RFC 6265 5.1.1, milliseconds since 1970.
pub(super) fn parse_date(text: &str) -> Option<i64> {
    const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let (mut time, mut day, mut month, mut year) = (None, None, None, None);
    let delimiter = |c: char| c.is_ascii() && (c == '\t' || (c >= ' ' && !c.is_ascii_alphanumeric() && c != ':'));
    for token in text.split(delimiter).filter(|token| !token.is_empty()) {
        if time.is_none() {
            time = parse_time(token);
            if time.is_some() {
                continue;
            }
        }
        if day.is_none() {
            day = leading_number(token, 1, 2);
            if day.is_some() {
                continue;
            }
        }
        if month.is_none() {
            let name = token.get(..3).map(str::to_ascii_lowercase);
            month = name.and_then(|name| MONTHS.iter().position(|month| *month == name));
            if month.is_some() {
                continue;
            }
        }
        if year.is_none() {
            year = leading_number(token, 2, 4).map(|year| match year {
                70..=99 => year + 1900,
                0..=69 => year + 2000,
                _ => year,
            });
        }
    }
    let ((hour, minute, second), day, month, year) = (time?, day?, i64::try_from(month?).ok()? + 1, year?);
    if !(1..=31).contains(&day) || year < 1601 || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    Some((days_from_civil(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second) * 1000)
}

fn parse_time(token: &str) -> Option<(i64, i64, i64)> {
    let mut parts = token.split(':');
    let strict = |part: &str| leading_number(part, 1, 2).filter(|_| part.len() <= 2);
    let time = (strict(parts.next()?)?, strict(parts.next()?)?, leading_number(parts.next()?, 1, 2)?);
    parts.next().is_none().then_some(time)
}

/// The number at the start of a token, if it has so many digits; what follows them does not matter.
fn leading_number(token: &str, least: usize, most: usize) -> Option<i64> {
    let digits = token.bytes().take_while(u8::is_ascii_digit).count();
    (least..=most).contains(&digits).then(|| token[..digits].parse().ok()).flatten()
}

/// Days from 1970-01-01 in the proleptic Gregorian calendar; a day past the month's end runs into the next, as in JavaScript.
pub(super) fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_in_the_forms_servers_use() {
        for text in [
            "Wed, 21 Oct 2015 07:28:00 GMT",
            "Wednesday, 21-Oct-15 07:28:00 GMT",
            "Wed Oct 21 07:28:00 2015",
            "21 oct 2015 7:28:0",
        ] {
            assert_eq!(parse_date(text), Some(1_445_412_480_000), "{text}");
        }
        assert_eq!(parse_date("01 Jan 1970 00:00:00"), Some(0));
        assert_eq!(parse_date("29 Feb 2024 00:00:00"), Some(1_709_164_800_000));
        for text in [
            "",
            "tomorrow",
            "32 Oct 2015 00:00:00",
            "21 Oct 2015",
            "21 Oct 2015 25:00:00",
            "21 Okt 2015 00:00:00",
            "日 本 1:1:1",
        ] {
            assert_eq!(parse_date(text), None, "{text}");
        }
    }

    #[test]
    fn attributes() {
        let cookie = Cookie::parse(
            " a = b ; Path=/x; DOMAIN=.Ex.com;secure; HttpOnly; Max-Age=5; SameSite=LAX; Priority=High;;",
        )
        .unwrap();
        assert_eq!((cookie.key.as_str(), cookie.value.as_str()), ("a", "b"));
        assert_eq!((cookie.path.as_str(), cookie.domain.as_str()), ("/x", "ex.com"));
        assert!(cookie.secure && cookie.http_only);
        assert_eq!((cookie.max_age, cookie.same_site.as_deref()), (Some(5), Some("lax")));
        assert_eq!(cookie.extensions, ["Priority=High"]);
        assert_eq!(Cookie::parse("a=1; Max-Age=x").unwrap().max_age, None);
        assert_eq!(Cookie::parse("a=1; Max-Age=-99999999999999999999").unwrap().max_age, Some(i64::MIN));
        assert_eq!(Cookie::parse("a\u{1}=1"), None);
        assert_eq!(Cookie::parse("  "), None);
    }
}
