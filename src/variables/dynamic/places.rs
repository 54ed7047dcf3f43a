//! Countries, cities, streets, coordinates, languages.

use std::fmt::Write;

use super::{Dynamic, people};

/// Codes of languages, two or three letters.
#[rustfmt::skip]
pub(super) const LOCALES: &[&str] = &[
    "af", "am", "ar", "ast", "az", "be", "bg", "bn", "br", "bs", "ca", "cs", "cy", "da", "de", "el", "en", "eo", "es",
    "et", "eu", "fa", "fi", "fo", "fr", "fy", "ga", "gd", "gl", "gu", "ha", "he", "hi", "hr", "hu", "hy", "id", "is",
    "it", "ja", "ka", "kk", "km", "kn", "ko", "ku", "ky", "lb", "lo", "lt", "lv", "mk", "ml", "mn", "mr", "ms", "mt",
    "my", "nb", "ne", "nl", "nn", "oc", "pa", "pl", "ps", "pt", "ro", "ru", "sd", "se", "si", "sk", "sl", "so", "sq",
    "sr", "sv", "sw", "ta", "te", "tg", "th", "tk", "tr", "tt", "uk", "ur", "uz", "vi", "xh", "yi", "yo", "zh", "zu",
];

/// English short names of countries with their ISO 3166 codes.
#[rustfmt::skip]
const COUNTRIES: &[(&str, &str)] = &[
    ("AD", "Andorra"), ("AE", "United Arab Emirates"), ("AL", "Albania"), ("AM", "Armenia"), ("AO", "Angola"),
    ("AR", "Argentina"), ("AT", "Austria"), ("AU", "Australia"), ("AZ", "Azerbaijan"),
    ("BA", "Bosnia and Herzegovina"), ("BB", "Barbados"), ("BD", "Bangladesh"), ("BE", "Belgium"),
    ("BF", "Burkina Faso"), ("BG", "Bulgaria"), ("BH", "Bahrain"), ("BJ", "Benin"), ("BO", "Bolivia"),
    ("BR", "Brazil"), ("BS", "Bahamas"), ("BT", "Bhutan"), ("BW", "Botswana"), ("BZ", "Belize"), ("CA", "Canada"),
    ("CH", "Switzerland"), ("CI", "Cote d'Ivoire"), ("CL", "Chile"), ("CM", "Cameroon"), ("CN", "China"),
    ("CO", "Colombia"), ("CR", "Costa Rica"), ("CU", "Cuba"), ("CV", "Cape Verde"), ("CY", "Cyprus"),
    ("CZ", "Czech Republic"), ("DE", "Germany"), ("DK", "Denmark"), ("DO", "Dominican Republic"), ("DZ", "Algeria"),
    ("EC", "Ecuador"), ("EE", "Estonia"), ("EG", "Egypt"), ("ES", "Spain"), ("ET", "Ethiopia"), ("FI", "Finland"),
    ("FJ", "Fiji"), ("FO", "Faroe Islands"), ("FR", "France"), ("GA", "Gabon"), ("GB", "United Kingdom"),
    ("GE", "Georgia"), ("GH", "Ghana"), ("GL", "Greenland"), ("GM", "Gambia"), ("GR", "Greece"), ("GT", "Guatemala"),
    ("GW", "Guinea-Bissau"), ("GY", "Guyana"), ("HN", "Honduras"), ("HR", "Croatia"), ("HT", "Haiti"),
    ("HU", "Hungary"), ("ID", "Indonesia"), ("IE", "Ireland"), ("IL", "Israel"), ("IN", "India"), ("IQ", "Iraq"),
    ("IS", "Iceland"), ("IT", "Italy"), ("JM", "Jamaica"), ("JO", "Jordan"), ("JP", "Japan"), ("KE", "Kenya"),
    ("KG", "Kyrgyzstan"), ("KH", "Cambodia"), ("KR", "South Korea"), ("KW", "Kuwait"), ("KZ", "Kazakhstan"),
    ("LA", "Laos"), ("LB", "Lebanon"), ("LI", "Liechtenstein"), ("LK", "Sri Lanka"), ("LT", "Lithuania"),
    ("LU", "Luxembourg"), ("LV", "Latvia"), ("MA", "Morocco"), ("MC", "Monaco"), ("MD", "Moldova"),
    ("ME", "Montenegro"), ("MG", "Madagascar"), ("MK", "North Macedonia"), ("ML", "Mali"), ("MN", "Mongolia"),
    ("MT", "Malta"), ("MU", "Mauritius"), ("MV", "Maldives"), ("MX", "Mexico"), ("MY", "Malaysia"),
    ("MZ", "Mozambique"), ("NA", "Namibia"), ("NE", "Niger"), ("NG", "Nigeria"), ("NI", "Nicaragua"),
    ("NL", "Netherlands"), ("NO", "Norway"), ("NP", "Nepal"), ("NU", "Niue"), ("NZ", "New Zealand"), ("OM", "Oman"),
    ("PA", "Panama"), ("PE", "Peru"), ("PH", "Philippines"), ("PK", "Pakistan"), ("PL", "Poland"), ("PT", "Portugal"),
    ("PY", "Paraguay"), ("QA", "Qatar"), ("RO", "Romania"), ("RS", "Serbia"), ("RW", "Rwanda"),
    ("SA", "Saudi Arabia"), ("SE", "Sweden"), ("SG", "Singapore"), ("SI", "Slovenia"), ("SK", "Slovakia"),
    ("SM", "San Marino"), ("SN", "Senegal"), ("SR", "Suriname"), ("SV", "El Salvador"), ("TG", "Togo"),
    ("TH", "Thailand"), ("TJ", "Tajikistan"), ("TL", "Timor-Leste"), ("TN", "Tunisia"), ("TO", "Tonga"),
    ("TR", "Turkey"), ("TT", "Trinidad and Tobago"), ("TZ", "Tanzania"), ("UA", "Ukraine"), ("UG", "Uganda"),
    ("US", "United States"), ("UY", "Uruguay"), ("UZ", "Uzbekistan"), ("VN", "Vietnam"), ("VU", "Vanuatu"),
    ("WS", "Samoa"), ("ZA", "South Africa"), ("ZM", "Zambia"), ("ZW", "Zimbabwe"),
];

const CITY_PREFIXES: &[&str] = &["New", "Old", "North", "South", "East", "West", "Upper", "Lower", "Port", "Lake"];
const CITY_ENDINGS: &[&str] = &[
    "borough", "bridge", "bury", "field", "ford", "haven", "mouth", "port", "side", "stad", "ton", "town", "view",
    "wick",
];
#[rustfmt::skip]
const STREET_ENDINGS: &[&str] = &[
    "Alley", "Avenue", "Bend", "Bridge", "Circle", "Corner", "Court", "Crescent", "Drive", "Gardens", "Gate", "Green",
    "Grove", "Hills", "Junction", "Lane", "Meadow", "Mews", "Park", "Path", "Place", "Plaza", "Quay", "Rapids",
    "Road", "Row", "Square", "Street", "Terrace", "Trail", "Walk", "Way",
];

pub(super) fn country(dynamic: &mut Dynamic, out: &mut String) {
    out.push_str(dynamic.pick(COUNTRIES).1);
}

pub(super) fn country_code(dynamic: &mut Dynamic, out: &mut String) {
    out.push_str(dynamic.pick(COUNTRIES).0);
}

pub(super) fn city(dynamic: &mut Dynamic, out: &mut String) {
    let form = dynamic.below(3);
    if form != 0 {
        dynamic.push_word(CITY_PREFIXES, out);
        out.push(' ');
    }
    dynamic.push_word(people::GIVEN_NAMES, out);
    if form != 1 {
        dynamic.push_word(CITY_ENDINGS, out);
    }
}

pub(super) fn street_name(dynamic: &mut Dynamic, out: &mut String) {
    let names = if dynamic.one_in(2) { people::GIVEN_NAMES } else { people::FAMILY_NAMES };
    dynamic.push_words(&[names, STREET_ENDINGS], out);
}

pub(super) fn street_address(dynamic: &mut Dynamic, out: &mut String) {
    let (low, high) = dynamic.pick(&[(100, 999), (1000, 9999), (10_000, 99_999)]);
    let _ = write!(out, "{} ", dynamic.between(low, high));
    street_name(dynamic, out);
}

pub(super) fn latitude(dynamic: &mut Dynamic, out: &mut String) {
    push_degrees(dynamic, 90, out);
}

pub(super) fn longitude(dynamic: &mut Dynamic, out: &mut String) {
    push_degrees(dynamic, 180, out);
}

/// Appends degrees from `-limit` to `limit` with four decimals.
fn push_degrees(dynamic: &mut Dynamic, limit: usize, out: &mut String) {
    let parts = dynamic.between(0, limit * 10_000);
    if parts > 0 && dynamic.one_in(2) {
        out.push('-');
    }
    let _ = write!(out, "{}.{:04}", parts / 10_000, parts % 10_000);
}
