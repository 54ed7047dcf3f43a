//! The shape of every name, and what surrounds the names.

use std::collections::HashSet;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use regex::Regex;

use super::{Dynamic, NAMES, TABLE, finance, is_dynamic, moment, zone_names};

/// The regular expression of every value. Each was held against 1000 values of newman 6.2.2 too
/// (`$randomImageDataUri` alone differs: see [`super::internet::IMAGE_DATA_URI`]).
const SHAPES: &[(&str, &str)] = &[
    ("$guid", r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"),
    ("$isoTimestamp", r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"),
    ("$randomAbbreviation", r"[A-Z]{2,4}"),
    ("$randomAbstractImage", r"http://placeimg\.com/640/480/abstract"),
    ("$randomAdjective", r"[a-z0-9]+([ -][a-z]+)?"),
    ("$randomAlphaNumeric", r"[a-z0-9]"),
    ("$randomAnimalsImage", r"http://placeimg\.com/640/480/animals"),
    ("$randomAvatarImage", r"https://cdn\.fakercloud\.com/avatars/[A-Za-z0-9_]+_128\.jpg"),
    ("$randomBankAccount", r"\d{8}"),
    ("$randomBankAccountBic", r"[A-Z]{7}1(\d{3}|[A-Z]{3})?"),
    ("$randomBankAccountIban", r"[A-Z]{2}\d\d[A-Z0-9]{11,27}"),
    ("$randomBankAccountName", r"[A-Z][a-z]+( [A-Z][a-z]+)? Account"),
    ("$randomBitcoin", r"[13][1-9A-HJ-NP-Za-km-z]{24,33}"),
    ("$randomBoolean", r"true|false"),
    ("$randomBs", r"[a-z-]+ [A-Za-z0-9/-]+ [A-Za-z-]+( [a-z-]+)?"),
    ("$randomBsAdjective", r"[A-Za-z0-9/-]+"),
    ("$randomBsBuzz", r"[a-z-]+"),
    ("$randomBsNoun", r"[A-Za-z-]+( [a-z-]+)?"),
    ("$randomBusinessImage", r"http://placeimg\.com/640/480/business"),
    ("$randomCatchPhrase", r"[A-Z][a-z-]*( [A-Za-z0-9/-]+){2,6}"),
    ("$randomCatchPhraseAdjective", r"[A-Z][A-Za-z-]*( [a-z]+){0,2}"),
    ("$randomCatchPhraseDescriptor", r"[a-z0-9/-]+( [a-z]+)?"),
    ("$randomCatchPhraseNoun", r"[A-Za-z-]+( [A-Za-z-]+){0,2}"),
    ("$randomCatsImage", r"http://placeimg\.com/640/480/cats"),
    ("$randomCity", r"[A-Z][A-Za-z'.]+( ['A-Za-z.]+){0,2}"),
    ("$randomCityImage", r"http://placeimg\.com/640/480/city"),
    ("$randomColor", r"[a-z]+( [a-z]+)?"),
    ("$randomCommonFileExt", r"[a-z0-9]{3,5}"),
    ("$randomCommonFileName", r"[a-z0-9_]+\.[a-z0-9]{3,5}"),
    ("$randomCommonFileType", r"application|audio|image|text|video"),
    ("$randomCompanyName", r"[A-Za-z']+( (Inc|LLC|Group|and Sons)| - [A-Za-z']+|, [A-Za-z']+ and [A-Za-z']+)"),
    ("$randomCompanySuffix", r"Inc|LLC|Group|and Sons"),
    ("$randomCountry", r"[A-Z][A-Za-z0-9' (),.&-]+"),
    ("$randomCountryCode", r"[A-Z]{2}"),
    ("$randomCreditCardMask", r"\d{4}"),
    ("$randomCurrencyCode", r"[A-Z]{3}"),
    ("$randomCurrencyName", r"[A-Z][A-Za-z0-9' ().-]+"),
    ("$randomCurrencySymbol", r"\S{1,4}"),
    ("$randomDatabaseCollation", r"[a-z0-9]+(_[a-z]+)?_(ci|bin)"),
    ("$randomDatabaseColumn", r"[a-z]+(At)?"),
    ("$randomDatabaseEngine", r"[A-Z][A-Za-z]+"),
    ("$randomDatabaseType", r"[a-z]+"),
    ("$randomDateFuture", JS_DATE),
    ("$randomDatePast", JS_DATE),
    ("$randomDateRecent", JS_DATE),
    ("$randomDepartment", r"[A-Z][a-z]+"),
    ("$randomDirectoryPath", r"(/[A-Za-z0-9+]+){1,3}"),
    ("$randomDomainName", r"[a-z]+\.(com|org|net|info|biz|name)"),
    ("$randomDomainSuffix", r"com|org|net|info|biz|name"),
    ("$randomDomainWord", r"[a-z]+"),
    ("$randomEmail", r"[A-Z][a-z]+([._][A-Z][A-Za-z]+)?\d{0,2}@(gmail|hotmail|yahoo)\.com"),
    ("$randomExampleEmail", r"[A-Z][a-z]+([._][A-Z][A-Za-z]+)?\d{0,2}@example\.(com|net|org)"),
    ("$randomFashionImage", r"http://placeimg\.com/640/480/fashion"),
    ("$randomFileExt", r"[a-z0-9_-]+"),
    ("$randomFileName", r"[a-z0-9_]+\.[a-z0-9_-]+"),
    ("$randomFilePath", r"(/[A-Za-z0-9+]+){1,3}/[a-z0-9_]+\.[a-z0-9_-]+"),
    ("$randomFileType", r"[a-z-]+"),
    ("$randomFirstName", r"[A-Z][a-z]+"),
    ("$randomFoodImage", r"http://placeimg\.com/640/480/food"),
    (
        "$randomFullName",
        r"((Mr|Mrs|Ms|Dr)\. |Miss )?[A-Z][a-z]+ [A-Z][A-Za-z']+( (Jr\.|Sr\.|I|II|III|IV|V|MD|DDS|PhD|DVM))?",
    ),
    ("$randomHexColor", r"#[0-9a-f]{6}"),
    ("$randomIP", r"(\d{1,3}\.){3}\d{1,3}"),
    ("$randomIPV6", r"([0-9a-f]{4}:){7}[0-9a-f]{4}"),
    ("$randomImageDataUri", r"data:image/svg\+xml;charset=UTF-8,%3Csvg[A-Za-z0-9%.-]+%3C%2Fsvg%3E"),
    ("$randomImageUrl", r"http://placeimg\.com/640/480"),
    ("$randomIngverb", r"[a-z]+ing( up)?"),
    ("$randomInt", r"\d{1,3}|1000"),
    ("$randomJobArea", r"[A-Z][a-z]+"),
    ("$randomJobDescriptor", r"[A-Z][a-z]+"),
    ("$randomJobTitle", r"[A-Z][a-z]+ [A-Z][a-z]+ [A-Z][a-z]+"),
    ("$randomJobType", r"[A-Z][a-z]+"),
    ("$randomLastName", r"[A-Z][A-Za-z']+"),
    ("$randomLatitude", r"-?\d{1,2}\.\d{4}"),
    ("$randomLocale", r"[a-z]{2,3}"),
    ("$randomLongitude", r"-?\d{1,3}\.\d{4}"),
    ("$randomLoremLines", r"[A-Z][a-z]*( [a-z]+){2,9}\.(\n[A-Z][a-z]*( [a-z]+){2,9}\.){0,4}"),
    ("$randomLoremParagraph", r"[A-Z][a-z]*( [a-z]+){2,9}\.( [A-Z][a-z]*( [a-z]+){2,9}\.){2,5}"),
    ("$randomLoremParagraphs", r"[A-Za-z. ]+\.\n \r[A-Za-z. ]+\.\n \r[A-Za-z. ]+\."),
    ("$randomLoremSentence", r"[A-Z][a-z]*( [a-z]+){2,9}\."),
    ("$randomLoremSentences", r"[A-Z][a-z]*( [a-z]+){2,9}\.( [A-Z][a-z]*( [a-z]+){2,9}\.){1,5}"),
    ("$randomLoremSlug", r"[a-z]+-[a-z]+-[a-z]+"),
    ("$randomLoremText", r"[a-z]+( [a-z]+ [a-z]+)?|[A-Z][A-Za-z. \n\r]+\."),
    ("$randomLoremWord", r"[a-z]+"),
    ("$randomLoremWords", r"[a-z]+ [a-z]+ [a-z]+"),
    ("$randomMACAddress", r"([0-9a-f]{2}:){5}[0-9a-f]{2}"),
    ("$randomMimeType", r"[a-z-]+/[A-Za-z0-9.+_-]+"),
    ("$randomMonth", r"January|February|March|April|May|June|July|August|September|October|November|December"),
    ("$randomNamePrefix", r"(Mr|Mrs|Ms|Dr)\.|Miss"),
    ("$randomNameSuffix", r"Jr\.|Sr\.|I|II|III|IV|V|MD|DDS|PhD|DVM"),
    ("$randomNatureImage", r"http://placeimg\.com/640/480/nature"),
    ("$randomNightlifeImage", r"http://placeimg\.com/640/480/nightlife"),
    ("$randomNoun", r"[a-z]+( [a-z]+)?"),
    ("$randomPassword", r"[A-Za-z0-9_]{15}"),
    ("$randomPeopleImage", r"http://placeimg\.com/640/480/people"),
    ("$randomPhoneNumber", r"[2-9]\d\d-[2-9]\d\d-\d{4}"),
    ("$randomPhoneNumberExt", r"[1-9]\d?-[2-9]\d\d-[2-9]\d\d-\d{4}"),
    ("$randomPhrase", r"[A-Za-z][A-Za-z0-9',-]*( [A-Za-z0-9',-]+)+!"),
    ("$randomPrice", r"\d{1,4}\.\d\d"),
    ("$randomProduct", r"[A-Z][a-z]+"),
    ("$randomProductAdjective", r"[A-Z][a-z]+"),
    ("$randomProductMaterial", r"[A-Z][a-z]+"),
    ("$randomProductName", r"[A-Z][a-z]+ [A-Z][a-z]+ [A-Z][a-z]+"),
    ("$randomProtocol", r"https?"),
    ("$randomSemver", r"\d\.\d\.\d"),
    ("$randomSportsImage", r"http://placeimg\.com/640/480/sports"),
    ("$randomStreetAddress", r"\d{3,5} [A-Z][A-Za-z']+ [A-Z][a-z]+"),
    ("$randomStreetName", r"[A-Z][A-Za-z']+ [A-Z][a-z]+"),
    ("$randomTransactionType", r"deposit|withdrawal|payment|invoice"),
    ("$randomTransportImage", r"http://placeimg\.com/640/480/transport"),
    ("$randomUUID", r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"),
    ("$randomUrl", r"https?://[a-z]+\.(com|org|net|info|biz|name)"),
    ("$randomUserAgent", r"(Mozilla|Opera)/[\d.]+ ?\([A-Za-z0-9 .,;:_)/(-]+"),
    ("$randomUserName", r"[A-Z][a-z]+([._][A-Z][A-Za-z]+)?\d{0,2}"),
    ("$randomVerb", r"[a-z]+( up)?"),
    ("$randomWeekday", r"(Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"),
    ("$randomWord", r"[A-Za-z0-9'&/-]+"),
    ("$randomWords", r"[A-Za-z0-9',&/-]+( [A-Za-z0-9',&/-]+){1,4}"),
    ("$timestamp", r"\d{10}"),
];

const JS_DATE: &str = r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun) [A-Z][a-z]{2} \d\d \d{4} \d\d:\d\d:\d\d GMT[+-]\d{4} \([^()]+\)";

#[test]
fn there_are_118_names_in_order() {
    assert_eq!(NAMES.len(), 118);
    assert!(TABLE.is_sorted_by(|a, b| a.0 < b.0));
    assert!(NAMES.iter().all(|name| is_dynamic(name)));
    assert!(SHAPES.iter().map(|(name, _)| name).eq(NAMES), "one shape for each name, in the same order");
}

#[test]
fn every_value_has_its_shape() {
    let mut dynamic = Dynamic::from_seed(1);
    for (name, shape) in SHAPES {
        let shape = Regex::new(&format!(r"\A(?:{shape})\z")).unwrap();
        for _ in 0..500 {
            let value = dynamic.generate(name).unwrap();
            assert!(shape.is_match(&value), "{name} gave {value:?}, not {shape}");
        }
    }
}

#[test]
fn values_vary() {
    let mut dynamic = Dynamic::from_seed(2);
    for (name, maker) in TABLE {
        if matches!(maker, super::Maker::Fixed(_)) || name.ends_with("imestamp") {
            continue;
        }
        let values: HashSet<_> = (0..100).map(|_| dynamic.generate(name)).collect();
        assert!(values.len() > 1, "{name} always gives {values:?}");
    }
}

#[test]
fn unknown_names_have_no_value() {
    let mut dynamic = Dynamic::from_seed(3);
    let mut text = String::from("before");
    for name in ["", "$", "guid", "$Guid", "$guid ", "$randomNothing", "$zzz", "ø"] {
        assert_eq!(dynamic.generate(name), None, "{name}");
        assert!(!dynamic.append(name, &mut text));
    }
    assert_eq!(text, "before");
    assert!(dynamic.append("$randomBoolean", &mut text));
    assert!(text == "beforetrue" || text == "beforefalse");
}

#[test]
fn equal_seeds_give_equal_values() {
    let values = |seed| {
        let mut dynamic = Dynamic::from_seed(seed);
        NAMES
            .iter()
            .filter(|name| !name.contains("Date") && !name.ends_with("imestamp"))
            .map(|name| dynamic.generate(name))
            .collect::<Vec<_>>()
    };
    assert_eq!(values(4), values(4));
    assert_ne!(values(4), values(5));
    assert_ne!(Dynamic::from_entropy().generate("$guid"), Dynamic::default().generate("$guid"));
}

#[test]
fn limits_are_reached_and_kept() {
    let mut dynamic = Dynamic::from_seed(6);
    let ints: HashSet<u32> = (0..20_000).map(|_| dynamic.generate("$randomInt").unwrap().parse().unwrap()).collect();
    assert!(ints.contains(&0) && ints.contains(&1000) && ints.iter().all(|int| *int <= 1000));
    for _ in 0..2_000 {
        let latitude: f64 = dynamic.generate("$randomLatitude").unwrap().parse().unwrap();
        let longitude: f64 = dynamic.generate("$randomLongitude").unwrap().parse().unwrap();
        let price: f64 = dynamic.generate("$randomPrice").unwrap().parse().unwrap();
        assert!(latitude.abs() <= 90.0 && longitude.abs() <= 180.0 && (0.0..=1000.0).contains(&price));
        assert!(dynamic.generate("$randomIP").unwrap().parse::<std::net::Ipv4Addr>().is_ok());
        assert!(dynamic.generate("$randomIPV6").unwrap().parse::<std::net::Ipv6Addr>().is_ok());
    }
}

#[test]
fn ibans_carry_a_right_check_number() {
    let mut dynamic = Dynamic::from_seed(7);
    for _ in 0..500 {
        let iban = dynamic.generate("$randomBankAccountIban").unwrap();
        let (head, account) = iban.split_at(4);
        assert_eq!(finance::remainder_97(account.chars().chain(head.chars())), 1, "{iban}");
    }
    // The account that the Norwegian banks print in their guide.
    assert_eq!(finance::remainder_97("86011117947NO93".chars()), 1);
}

#[test]
fn words_are_listed_once() {
    for (name, maker) in TABLE {
        if let super::Maker::Words(words) = maker {
            let unique: HashSet<_> = words.iter().collect();
            assert_eq!(unique.len(), words.len(), "{name} lists a word twice");
        }
    }
}

#[test]
fn dates_are_written_as_javascript_does() {
    let cases = [
        ("UTC0", "2026-11-11T23:05:58Z", "Wed Nov 11 2026 23:05:58 GMT+0000 (Coordinated Universal Time)"),
        (
            "CET-1CEST,M3.5.0,M10.5.0/3",
            "2026-01-01T23:30:00Z",
            "Fri Jan 02 2026 00:30:00 GMT+0100 (Central European Standard Time)",
        ),
        (
            "CET-1CEST,M3.5.0,M10.5.0/3",
            "2026-07-01T12:00:00Z",
            "Wed Jul 01 2026 14:00:00 GMT+0200 (Central European Summer Time)",
        ),
        ("EST5EDT,M3.2.0,M11.1.0", "2026-07-04T12:00:00Z", "Sat Jul 04 2026 08:00:00 GMT-0400 (Eastern Daylight Time)"),
        ("IST-5:30", "2026-07-04T12:00:00Z", "Sat Jul 04 2026 17:30:00 GMT+0530 (India Standard Time)"),
        ("<-03>3", "2026-07-04T01:00:00Z", "Fri Jul 03 2026 22:00:00 GMT-0300 (GMT-03:00)"),
    ];
    for (zone, moment, expected) in cases {
        let zone = TimeZone::posix(zone).unwrap();
        let moment: Timestamp = moment.parse().unwrap();
        let mut text = String::new();
        moment::push_js_date(moment, &zone, &mut text);
        assert_eq!(text, expected);
    }
    let mut name = String::new();
    zone_names::push_long_name(Some("Asia/Singapore"), "+08", 480, &mut name);
    assert_eq!(name, "Singapore Standard Time");
}

#[test]
fn dates_lie_where_their_name_says() {
    let mut dynamic = Dynamic::from_seed(8).with_zone(TimeZone::UTC);
    let day = 24 * 3600;
    for (name, range) in
        [("$randomDatePast", -365 * day..1), ("$randomDateFuture", 0..365 * day + 1), ("$randomDateRecent", -day..1)]
    {
        for _ in 0..200 {
            let text = dynamic.generate(name).unwrap();
            let date = text.strip_suffix(" (Coordinated Universal Time)").unwrap();
            let date = jiff::fmt::strtime::parse("%a %b %d %Y %H:%M:%S GMT%z", date).unwrap().to_timestamp().unwrap();
            let away = date.as_second() - Timestamp::now().as_second();
            assert!(range.contains(&away) || away == range.start - 1, "{name} gave {text}");
        }
    }
}

/// `cargo test --release -- --ignored speed_of_every_name --nocapture` prints nanoseconds per value.
#[test]
#[ignore = "a measurement, not a check"]
fn speed_of_every_name() {
    let mut dynamic = Dynamic::from_seed(9);
    for name in NAMES {
        let begun = std::time::Instant::now();
        for _ in 0..20_000 {
            std::hint::black_box(dynamic.generate(name));
        }
        println!("{name} {} ns", begun.elapsed().as_nanos() / 20_000);
    }
}
