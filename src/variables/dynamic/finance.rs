//! Banks, cards, currencies.

use std::fmt::Write;

use super::{DIGITS, Dynamic, UPPER};

pub(super) const TRANSACTION_TYPES: &[&str] = &["deposit", "withdrawal", "payment", "invoice"];

#[rustfmt::skip]
pub(super) const CURRENCY_SYMBOLS: &[&str] = &[
    "$", "£", "¥", "€", "kr", "zł", "Kč", "Ft", "R$", "R", "₹", "₩", "₪", "₫", "₱", "₴", "₺", "₽", "฿", "CHF", "lei",
    "лв", "S/.", "Rp", "RM", "NT$", "₦", "₡", "₮", "Q", "L", "﷼",
];

/// ISO 4217 codes with their English names.
const CURRENCIES: &[(&str, &str)] = &[
    ("AED", "UAE Dirham"),
    ("ARS", "Argentine Peso"),
    ("AUD", "Australian Dollar"),
    ("BAM", "Convertible Mark"),
    ("BDT", "Taka"),
    ("BGN", "Bulgarian Lev"),
    ("BRL", "Brazilian Real"),
    ("CAD", "Canadian Dollar"),
    ("CHF", "Swiss Franc"),
    ("CLP", "Chilean Peso"),
    ("CNY", "Yuan Renminbi"),
    ("COP", "Colombian Peso"),
    ("CRC", "Costa Rican Colon"),
    ("CZK", "Czech Koruna"),
    ("DKK", "Danish Krone"),
    ("EGP", "Egyptian Pound"),
    ("EUR", "Euro"),
    ("GBP", "Pound Sterling"),
    ("GEL", "Lari"),
    ("GHS", "Ghana Cedi"),
    ("HKD", "Hong Kong Dollar"),
    ("HUF", "Forint"),
    ("IDR", "Rupiah"),
    ("ILS", "New Israeli Sheqel"),
    ("INR", "Indian Rupee"),
    ("ISK", "Iceland Krona"),
    ("JPY", "Yen"),
    ("KES", "Kenyan Shilling"),
    ("KRW", "Won"),
    ("KZT", "Tenge"),
    ("LKR", "Sri Lanka Rupee"),
    ("MAD", "Moroccan Dirham"),
    ("MXN", "Mexican Peso"),
    ("MYR", "Malaysian Ringgit"),
    ("NGN", "Naira"),
    ("NOK", "Norwegian Krone"),
    ("NZD", "New Zealand Dollar"),
    ("PEN", "Sol"),
    ("PHP", "Philippine Peso"),
    ("PKR", "Pakistan Rupee"),
    ("PLN", "Zloty"),
    ("QAR", "Qatari Rial"),
    ("RON", "Romanian Leu"),
    ("RSD", "Serbian Dinar"),
    ("SAR", "Saudi Riyal"),
    ("SEK", "Swedish Krona"),
    ("SGD", "Singapore Dollar"),
    ("THB", "Baht"),
    ("TND", "Tunisian Dinar"),
    ("TRY", "Turkish Lira"),
    ("TWD", "New Taiwan Dollar"),
    ("TZS", "Tanzanian Shilling"),
    ("UAH", "Hryvnia"),
    ("UGX", "Uganda Shilling"),
    ("USD", "US Dollar"),
    ("UYU", "Peso Uruguayo"),
    ("VND", "Dong"),
    ("ZAR", "Rand"),
    ("ZMW", "Zambian Kwacha"),
];

const ACCOUNT_NAMES: &[&str] =
    &["Checking", "Savings", "Investment", "Money Market", "Home Loan", "Auto Loan", "Credit Card", "Personal Loan"];

/// Countries with the layout of their account numbers: `n` a digit, `a` a capital letter, `c` either.
const IBAN_LAYOUTS: &[(&str, &str)] = &[
    ("AT", "nnnnnnnnnnnnnnnn"),
    ("BE", "nnnnnnnnnnnn"),
    ("BG", "aaaannnnnncccccccc"),
    ("CH", "nnnnncccccccccccc"),
    ("CZ", "nnnnnnnnnnnnnnnnnnnn"),
    ("DE", "nnnnnnnnnnnnnnnnnn"),
    ("DK", "nnnnnnnnnnnnnn"),
    ("EE", "nnnnnnnnnnnnnnnn"),
    ("ES", "nnnnnnnnnnnnnnnnnnnn"),
    ("FI", "nnnnnnnnnnnnnn"),
    ("FR", "nnnnnnnnnncccccccccccnn"),
    ("GB", "aaaannnnnnnnnnnnnn"),
    ("GR", "nnnnnnncccccccccccccccc"),
    ("HU", "nnnnnnnnnnnnnnnnnnnnnnnn"),
    ("IE", "aaaannnnnnnnnnnnnn"),
    ("IS", "nnnnnnnnnnnnnnnnnnnnnn"),
    ("IT", "annnnnnnnnncccccccccccc"),
    ("LT", "nnnnnnnnnnnnnnnn"),
    ("LV", "aaaaccccccccccccc"),
    ("NL", "aaaannnnnnnnnn"),
    ("NO", "nnnnnnnnnnn"),
    ("PL", "nnnnnnnnnnnnnnnnnnnnnnnn"),
    ("PT", "nnnnnnnnnnnnnnnnnnnnn"),
    ("RO", "aaaacccccccccccccccc"),
    ("SE", "nnnnnnnnnnnnnnnnnnnn"),
    ("SI", "nnnnnnnnnnnnnnn"),
];

const UPPER_OR_DIGIT: &str = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

pub(super) fn bank_account(dynamic: &mut Dynamic, out: &mut String) {
    dynamic.push_chars(DIGITS, 8, out);
}

pub(super) fn bank_account_name(dynamic: &mut Dynamic, out: &mut String) {
    dynamic.push_word(ACCOUNT_NAMES, out);
    out.push_str(" Account");
}

pub(super) fn bic(dynamic: &mut Dynamic, out: &mut String) {
    dynamic.push_chars(UPPER, 4, out);
    out.push_str(dynamic.pick(IBAN_LAYOUTS).0);
    dynamic.push_chars(UPPER, 1, out);
    out.push('1');
    // A branch of three digits is written by every third value.
    if dynamic.one_in(3) {
        dynamic.push_chars(DIGITS, 3, out);
    }
}

pub(super) fn iban(dynamic: &mut Dynamic, out: &mut String) {
    let (country, layout) = dynamic.pick(IBAN_LAYOUTS);
    let mut account = String::with_capacity(layout.len());
    for place in layout.chars() {
        let alphabet = match place {
            'n' => DIGITS,
            'a' => UPPER,
            _ => UPPER_OR_DIGIT,
        };
        dynamic.push_chars(alphabet, 1, &mut account);
    }
    let check = 98 - remainder_97(account.chars().chain(country.chars()).chain("00".chars()));
    let _ = write!(out, "{country}{check:02}{account}");
}

/// The remainder by 97 of a text read as one number, where letters stand for 10 to 35 (ISO 7064).
pub(super) fn remainder_97(text: impl Iterator<Item = char>) -> u32 {
    text.filter_map(|sign| sign.to_digit(36)).fold(0, |rest, value| {
        let shift = if value > 9 { 100 } else { 10 };
        (rest * shift + value) % 97
    })
}

pub(super) fn bitcoin(dynamic: &mut Dynamic, out: &mut String) {
    out.push(if dynamic.one_in(2) { '1' } else { '3' });
    let length = dynamic.between(24, 33);
    // The alphabet of addresses leaves out 0, I, O and l, which are easily mistaken.
    dynamic.push_chars("123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz", length, out);
}

pub(super) fn credit_card_mask(dynamic: &mut Dynamic, out: &mut String) {
    dynamic.push_chars(DIGITS, 4, out);
}

pub(super) fn price(dynamic: &mut Dynamic, out: &mut String) {
    let cents = dynamic.between(0, 100_000);
    let _ = write!(out, "{}.{:02}", cents / 100, cents % 100);
}

pub(super) fn currency_code(dynamic: &mut Dynamic, out: &mut String) {
    out.push_str(dynamic.pick(CURRENCIES).0);
}

pub(super) fn currency_name(dynamic: &mut Dynamic, out: &mut String) {
    out.push_str(dynamic.pick(CURRENCIES).1);
}
