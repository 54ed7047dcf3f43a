//! Dynamic variables: `{{$guid}}`, `{{$randomCity}}` and the other 116 names that make a fresh value at every use.
//!
//! Names and shapes of the values are those of newman 6.2.2 (run, and its output recorded, as the table in the
//! tests says); the words are our own. All names are rows of one sorted table; the rows of one meaning and
//! their word lists lie together in one file: `people`, `places`, `commerce`, `finance`, `technology`, `files`,
//! `lorem`, `internet`, `moment`, `plain`.

mod commerce;
mod files;
mod finance;
mod internet;
mod lorem;
mod moment;
mod people;
mod places;
mod plain;
mod technology;
#[cfg(test)]
mod tests;
mod zone_names;

use std::hash::{BuildHasher, Hasher, RandomState};

use jiff::tz::TimeZone;
use rand::rngs::SmallRng;
use rand::{Rng, RngExt, SeedableRng};

/// How the value of one name comes about.
#[derive(Clone, Copy)]
enum Maker {
    /// One of these words.
    Words(&'static [&'static str]),
    /// Always this text.
    Fixed(&'static str),
    /// Whatever this function appends.
    Made(fn(&mut Dynamic, &mut String)),
}

use Maker::{Fixed, Made, Words};

/// Every dynamic variable with its maker, sorted by name so that it can be found by bisection.
const TABLE: &[(&str, Maker)] = &[
    ("$guid", Made(plain::guid)),
    ("$isoTimestamp", Made(moment::iso_timestamp)),
    ("$randomAbbreviation", Words(technology::ABBREVIATIONS)),
    ("$randomAbstractImage", Fixed("http://placeimg.com/640/480/abstract")),
    ("$randomAdjective", Words(technology::ADJECTIVES)),
    ("$randomAlphaNumeric", Made(plain::alpha_numeric)),
    ("$randomAnimalsImage", Fixed("http://placeimg.com/640/480/animals")),
    ("$randomAvatarImage", Made(internet::avatar_image)),
    ("$randomBankAccount", Made(finance::bank_account)),
    ("$randomBankAccountBic", Made(finance::bic)),
    ("$randomBankAccountIban", Made(finance::iban)),
    ("$randomBankAccountName", Made(finance::bank_account_name)),
    ("$randomBitcoin", Made(finance::bitcoin)),
    ("$randomBoolean", Words(&["true", "false"])),
    ("$randomBs", Made(commerce::slogan)),
    ("$randomBsAdjective", Words(commerce::SLOGAN_ADJECTIVES)),
    ("$randomBsBuzz", Words(commerce::SLOGAN_VERBS)),
    ("$randomBsNoun", Words(commerce::SLOGAN_NOUNS)),
    ("$randomBusinessImage", Fixed("http://placeimg.com/640/480/business")),
    ("$randomCatchPhrase", Made(commerce::catch_phrase)),
    ("$randomCatchPhraseAdjective", Words(commerce::CATCH_ADJECTIVES)),
    ("$randomCatchPhraseDescriptor", Words(commerce::CATCH_DESCRIPTORS)),
    ("$randomCatchPhraseNoun", Words(commerce::CATCH_NOUNS)),
    ("$randomCatsImage", Fixed("http://placeimg.com/640/480/cats")),
    ("$randomCity", Made(places::city)),
    ("$randomCityImage", Fixed("http://placeimg.com/640/480/city")),
    ("$randomColor", Words(commerce::COLORS)),
    ("$randomCommonFileExt", Words(files::COMMON_EXTENSIONS)),
    ("$randomCommonFileName", Made(files::common_file_name)),
    ("$randomCommonFileType", Words(files::COMMON_TYPES)),
    ("$randomCompanyName", Made(commerce::company_name)),
    ("$randomCompanySuffix", Words(commerce::COMPANY_SUFFIXES)),
    ("$randomCountry", Made(places::country)),
    ("$randomCountryCode", Made(places::country_code)),
    ("$randomCreditCardMask", Made(finance::credit_card_mask)),
    ("$randomCurrencyCode", Made(finance::currency_code)),
    ("$randomCurrencyName", Made(finance::currency_name)),
    ("$randomCurrencySymbol", Words(finance::CURRENCY_SYMBOLS)),
    ("$randomDatabaseCollation", Words(technology::DATABASE_COLLATIONS)),
    ("$randomDatabaseColumn", Words(technology::DATABASE_COLUMNS)),
    ("$randomDatabaseEngine", Words(technology::DATABASE_ENGINES)),
    ("$randomDatabaseType", Words(technology::DATABASE_TYPES)),
    ("$randomDateFuture", Made(moment::date_future)),
    ("$randomDatePast", Made(moment::date_past)),
    ("$randomDateRecent", Made(moment::date_recent)),
    ("$randomDepartment", Words(commerce::DEPARTMENTS)),
    ("$randomDirectoryPath", Words(files::DIRECTORIES)),
    ("$randomDomainName", Made(internet::domain_name)),
    ("$randomDomainSuffix", Words(internet::DOMAIN_SUFFIXES)),
    ("$randomDomainWord", Made(internet::domain_word)),
    ("$randomEmail", Made(internet::email)),
    ("$randomExampleEmail", Made(internet::example_email)),
    ("$randomFashionImage", Fixed("http://placeimg.com/640/480/fashion")),
    ("$randomFileExt", Made(files::extension)),
    ("$randomFileName", Made(files::file_name)),
    ("$randomFilePath", Made(files::file_path)),
    ("$randomFileType", Made(files::file_type)),
    ("$randomFirstName", Words(people::GIVEN_NAMES)),
    ("$randomFoodImage", Fixed("http://placeimg.com/640/480/food")),
    ("$randomFullName", Made(people::full_name)),
    ("$randomHexColor", Made(plain::hex_color)),
    ("$randomIP", Made(internet::ip_v4)),
    ("$randomIPV6", Made(internet::ip_v6)),
    ("$randomImageDataUri", Fixed(internet::IMAGE_DATA_URI)),
    ("$randomImageUrl", Fixed("http://placeimg.com/640/480")),
    ("$randomIngverb", Words(technology::ING_VERBS)),
    ("$randomInt", Made(plain::int)),
    ("$randomJobArea", Words(people::JOB_AREAS)),
    ("$randomJobDescriptor", Words(people::JOB_DESCRIPTORS)),
    ("$randomJobTitle", Made(people::job_title)),
    ("$randomJobType", Words(people::JOB_TYPES)),
    ("$randomLastName", Words(people::FAMILY_NAMES)),
    ("$randomLatitude", Made(places::latitude)),
    ("$randomLocale", Words(places::LOCALES)),
    ("$randomLongitude", Made(places::longitude)),
    ("$randomLoremLines", Made(lorem::lines)),
    ("$randomLoremParagraph", Made(lorem::paragraph)),
    ("$randomLoremParagraphs", Made(lorem::paragraphs)),
    ("$randomLoremSentence", Made(lorem::sentence)),
    ("$randomLoremSentences", Made(lorem::sentences)),
    ("$randomLoremSlug", Made(lorem::slug)),
    ("$randomLoremText", Made(lorem::text)),
    ("$randomLoremWord", Words(lorem::WORDS)),
    ("$randomLoremWords", Made(lorem::words)),
    ("$randomMACAddress", Made(internet::mac_address)),
    ("$randomMimeType", Made(files::mime_type)),
    ("$randomMonth", Words(moment::MONTHS)),
    ("$randomNamePrefix", Words(people::PREFIXES)),
    ("$randomNameSuffix", Words(people::SUFFIXES)),
    ("$randomNatureImage", Fixed("http://placeimg.com/640/480/nature")),
    ("$randomNightlifeImage", Fixed("http://placeimg.com/640/480/nightlife")),
    ("$randomNoun", Words(technology::NOUNS)),
    ("$randomPassword", Made(internet::password)),
    ("$randomPeopleImage", Fixed("http://placeimg.com/640/480/people")),
    ("$randomPhoneNumber", Made(people::phone_number)),
    ("$randomPhoneNumberExt", Made(people::phone_number_ext)),
    ("$randomPhrase", Made(technology::phrase)),
    ("$randomPrice", Made(finance::price)),
    ("$randomProduct", Words(commerce::PRODUCTS)),
    ("$randomProductAdjective", Words(commerce::PRODUCT_ADJECTIVES)),
    ("$randomProductMaterial", Words(commerce::PRODUCT_MATERIALS)),
    ("$randomProductName", Made(commerce::product_name)),
    ("$randomProtocol", Words(internet::PROTOCOLS)),
    ("$randomSemver", Made(files::semver)),
    ("$randomSportsImage", Fixed("http://placeimg.com/640/480/sports")),
    ("$randomStreetAddress", Made(places::street_address)),
    ("$randomStreetName", Made(places::street_name)),
    ("$randomTransactionType", Words(finance::TRANSACTION_TYPES)),
    ("$randomTransportImage", Fixed("http://placeimg.com/640/480/transport")),
    ("$randomUUID", Made(plain::guid)),
    ("$randomUrl", Made(internet::url)),
    ("$randomUserAgent", Made(internet::user_agent)),
    ("$randomUserName", Made(internet::user_name)),
    ("$randomVerb", Words(technology::VERBS)),
    ("$randomWeekday", Words(moment::WEEKDAYS)),
    ("$randomWord", Made(commerce::word)),
    ("$randomWords", Made(commerce::words)),
    ("$timestamp", Made(moment::timestamp)),
];

/// The names of all dynamic variables, with their `$`, sorted.
pub const NAMES: &[&str] = &names();

const fn names() -> [&'static str; TABLE.len()] {
    let mut names = [""; TABLE.len()];
    let mut row = 0;
    while row < TABLE.len() {
        names[row] = TABLE[row].0;
        row += 1;
    }
    names
}

/// True if `name` (with its `$`) is a dynamic variable.
pub fn is_dynamic(name: &str) -> bool {
    maker(name).is_some()
}

fn maker(name: &str) -> Option<Maker> {
    // Nearly all look-ups are of ordinary variables: one byte settles those.
    if !name.starts_with('$') {
        return None;
    }
    let row = TABLE.binary_search_by(|(known, _)| (*known).cmp(name)).ok()?;
    Some(TABLE[row].1)
}

/// The maker of dynamic values: a random source and the time zone in which dates are written.
///
/// Not for secrets: the generator is small, fast and predictable, as a test tool wants it.
///
/// ```
/// use postbud::variables::dynamic::Dynamic;
///
/// let mut dynamic = Dynamic::from_seed(7);
/// assert_eq!(dynamic.generate("$guid").map(|guid| guid.len()), Some(36));
/// assert_eq!(dynamic.generate("$noSuchName"), None);
/// ```
#[derive(Clone, Debug)]
pub struct Dynamic {
    rng: SmallRng,
    /// Found at the first date only: reading the time zone costs a file access, and most runs need none.
    zone: Option<TimeZone>,
}

impl Default for Dynamic {
    fn default() -> Self {
        Self::from_entropy()
    }
}

impl Dynamic {
    /// A maker whose values differ from run to run.
    pub fn from_entropy() -> Self {
        // The standard library's hasher keys are random and, unlike the generators of `rand`, cannot fail to start.
        let mut hasher = RandomState::new().build_hasher();
        hasher.write_u32(std::process::id());
        hasher.write_i128(jiff::Timestamp::now().as_nanosecond());
        Self::from_seed(hasher.finish())
    }

    /// A maker that gives the same values for the same seed (but for those that tell the time).
    pub fn from_seed(seed: u64) -> Self {
        Self { rng: SmallRng::seed_from_u64(seed), zone: None }
    }

    /// The same maker, writing dates in `zone` instead of the zone of the machine.
    #[must_use]
    pub fn with_zone(mut self, zone: TimeZone) -> Self {
        self.zone = Some(zone);
        self
    }

    /// A fresh value of the dynamic variable `name` (with its `$`), or `None` if there is no such variable.
    pub fn generate(&mut self, name: &str) -> Option<String> {
        let mut value = String::new();
        self.append(name, &mut value).then_some(value)
    }

    /// Appends a fresh value of `name` to `out`. Returns false, and appends nothing, if there is no such variable.
    pub fn append(&mut self, name: &str, out: &mut String) -> bool {
        match maker(name) {
            Some(Words(words)) => out.push_str(self.pick(words)),
            Some(Fixed(text)) => out.push_str(text),
            Some(Made(make)) => make(self, out),
            None => return false,
        }
        true
    }

    /// One of `items`; the default of the type if there are none.
    fn pick<T: Copy + Default>(&mut self, items: &[T]) -> T {
        let position = self.below(items.len());
        items.get(position).copied().unwrap_or_default()
    }

    /// A number below `limit`; 0 if `limit` is 0.
    fn below(&mut self, limit: usize) -> usize {
        if limit == 0 { 0 } else { self.rng.random_range(0..limit) }
    }

    /// A number from `low` to `high`, both included.
    fn between(&mut self, low: usize, high: usize) -> usize {
        low + self.below(high.saturating_sub(low) + 1)
    }

    /// True once in `n` times.
    fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    /// 64 random bits.
    fn bits(&mut self) -> u64 {
        self.rng.next_u64()
    }

    /// Appends `count` characters of the ASCII text `alphabet`.
    fn push_chars(&mut self, alphabet: &str, count: usize, out: &mut String) {
        for _ in 0..count {
            let byte: u8 = self.pick(alphabet.as_bytes());
            out.push(char::from(byte));
        }
    }

    /// Appends one of `words`.
    fn push_word(&mut self, words: &[&'static str], out: &mut String) {
        out.push_str(self.pick(words));
    }

    /// Appends one word of each list, with blanks between them.
    fn push_words(&mut self, lists: &[&[&'static str]], out: &mut String) {
        for (position, words) in lists.iter().enumerate() {
            if position > 0 {
                out.push(' ');
            }
            self.push_word(words, out);
        }
    }
}

const DIGITS: &str = "0123456789";
const HEX_DIGITS: &str = "0123456789abcdef";
const UPPER: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
